//! `partnerstwo import`.
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a command line talks to its terminal"
)]

use std::path::Path;

use api::import::{ImportOut, apply};
use api::state::Clock;
use domain::fault::{Fault, FaultList};
use domain::import::{ImportError, read};
use persistence::import::ApplyError;
use persistence::{Db, Origin};

use super::Failure;

/// Loads a file, or says everything that is wrong with it.
pub async fn run(db: &Db, file: &Path, dry_run: bool, json: bool) -> Result<(), Failure> {
    let clock = Clock::system();
    let file = std::fs::File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut dataset = match read(file, clock.today(), usize::MAX) {
        Ok(dataset) => dataset,
        Err(ImportError::Faults(faults)) => return Err(refused(&faults, json)),
        Err(error) => return Err(error.into()),
    };
    let tx = db.begin(Origin::default(), clock.now()).await?;
    let done = match apply(&tx, &mut dataset).await {
        Ok(done) => done,
        Err(ApplyError::Faults(faults)) => return Err(refused(&faults, json)),
        Err(error) => return Err(error.into()),
    };
    if !dry_run {
        tx.commit().await?;
        db.analyze().await?;
    }
    if json {
        println!("{}", serde_json::to_string(&done)?);
    } else {
        show(&done);
    }
    Ok(())
}

fn show(done: &ImportOut) {
    for (collection, counts) in &done.counts {
        eprintln!(
            "{collection}: {} created, {} updated, {} unchanged",
            counts.created, counts.updated, counts.unchanged
        );
    }
}

fn refused(faults: &FaultList, json: bool) -> Failure {
    let shown =
        |fault: &Fault| serde_json::json!({"pointer": fault.pointer, "code": fault.rule.code()});
    if json {
        println!(
            "{}",
            serde_json::json!({
                "errors": faults.listed.iter().map(shown).collect::<Vec<_>>(), "errors_total": faults.total
            })
        );
    } else {
        for fault in &faults.listed {
            eprintln!("{}: {}", fault.pointer, fault.rule.code());
        }
    }
    format!("the file has {} faults; nothing was stored", faults.total).into()
}
