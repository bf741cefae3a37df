//! `partnerstwo import`.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::clock::Clock;
use crate::import::{ImportOut, apply};
use domain::fault::{Fault, FaultList};
use domain::import::{ImportError, read};
use domain::language::Language;
use persistence::import::ApplyError;
use persistence::{Db, Origin};

use super::output::{Failure, print, tell};

/// Loads a file, or says everything that is wrong with it.
pub async fn run(db: &Db, file: &Path, dry_run: bool, json: bool) -> Result<(), Failure> {
    let clock = Clock::system();
    let opened = open(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut dataset = match read(opened, clock.today(), usize::MAX) {
        Ok(dataset) => dataset,
        Err(ImportError::Faults(faults)) => return refuse(&faults, json),
        Err(error) => return Err(error.into()),
    };
    let tx = db.begin(Origin::default(), clock.now()).await?;
    let done = match apply(&tx, &mut dataset, Language::default()).await {
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

/// A file that can be read twice; what comes through a pipe is kept in one.
fn open(path: &Path) -> io::Result<File> {
    let mut file = File::open(path)?;
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    let mut kept = tempfile::tempfile()?;
    io::copy(&mut file, &mut kept)?;
    Ok(kept)
}

fn show(done: &ImportOut) {
    for (collection, counts) in &done.counts {
        tell(format_args!(
            "{collection}: {} created, {} updated, {} unchanged",
            counts.created, counts.updated, counts.unchanged
        ));
    }
    for warning in &done.warnings {
        tell(format_args!(
            "warning: {}: {}",
            warning.pointer.as_deref().unwrap_or_default(),
            warning.code
        ));
    }
}

/// Says what is wrong with a file, and that it is.
fn refuse(faults: &FaultList, json: bool) -> Result<(), Failure> {
    let shown =
        |fault: &Fault| serde_json::json!({"pointer": fault.pointer, "code": fault.rule.code()});
    if json {
        let errors = faults.listed.iter().map(shown).collect::<Vec<_>>();
        print(serde_json::json!({"errors": errors, "errors_total": faults.total}))?;
    } else {
        for fault in &faults.listed {
            tell(format_args!("{}: {}", fault.pointer, fault.rule.code()));
        }
    }
    Err(format!("the file has {} faults; nothing was stored", faults.total).into())
}
