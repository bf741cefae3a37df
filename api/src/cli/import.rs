//! `partnerstwo import`.

use std::path::Path;

use crate::import::{ImportOut, apply};
use crate::state::Clock;
use domain::fault::Fault;
use domain::import::{ImportError, read};
use domain::language::Language;
use persistence::import::ApplyError;
use persistence::{Db, Origin};

use super::Failure;
use super::output::{print, tell};

/// Loads a file, or says everything that is wrong with it.
pub async fn run(db: &Db, file: &Path, dry_run: bool, json: bool) -> Result<(), Failure> {
    let clock = Clock::system();
    let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let dataset = match read(&bytes, clock.today()) {
        Ok(dataset) => dataset,
        Err(ImportError::Faults(faults)) => return refuse(&faults, json),
        Err(error) => return Err(error.into()),
    };
    let tx = db.begin(Origin::default(), clock.now()).await?;
    let done = match apply(&tx, &dataset, Language::default()).await {
        Ok(done) => done,
        Err(ApplyError::Faults(faults)) => return refuse(&faults, json),
        Err(error) => return Err(error.into()),
    };
    if !dry_run {
        tx.commit().await?;
        db.analyze().await?;
    }
    if json {
        print(serde_json::to_string(&done)?)?;
    } else {
        show(&done);
    }
    Ok(())
}

fn show(done: &ImportOut) {
    for (collection, counts) in &done.counts {
        tell(format_args!(
            "{collection}: {} created, {} updated, {} unchanged",
            counts.created, counts.updated, counts.unchanged
        ));
    }
    for warning in &done.warnings {
        eprintln!("warning: {}: {}", warning.pointer, warning.code);
    }
}

/// Says what is wrong with a file, and that it is.
fn refuse(faults: &[Fault], json: bool) -> Result<(), Failure> {
    let shown =
        |fault: &Fault| serde_json::json!({"pointer": fault.pointer, "code": fault.rule.code()});
    if json {
        let errors = faults.iter().map(shown).collect::<Vec<_>>();
        print(serde_json::json!({"errors": errors}))?;
    } else {
        for fault in faults {
            tell(format_args!("{}: {}", fault.pointer, fault.rule.code()));
        }
    }
    Err(format!("the file has {} faults; nothing was stored", faults.len()).into())
}
