//! `partnerstwo audit`.

use clap::Subcommand;
use hex::FromHex;
use persistence::{Db, audit};

use super::output::{Failure, print, tell};

#[derive(Subcommand)]
pub enum Command {
    /// Compute the audit trail anew and say whether it is what was stored
    Verify {
        /// An entry and its hash, noted elsewhere before, as NUMBER:HASH
        #[arg(long, value_name = "NUMBER:HASH")]
        expect: Option<String>,
        /// Print the outcome as JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs a command on the audit trail.
pub async fn run(command: Command, db: &Db) -> Result<(), Failure> {
    let Command::Verify { expect, json } = command;
    let expected = expect.as_deref().map(noted).transpose()?;
    let expected = expected.as_ref().map(|(seq, hash)| (*seq, hash.as_slice()));
    let found = audit::verify(db, expected).await?;
    let hash = hex::encode(&found.hash);
    if json {
        print(
            serde_json::json!({"entries": found.entries, "changes": found.changes, "older_changes": found.older,
                "hash": hash}),
        )?;
    } else {
        tell(format_args!(
            "{} entries with {} changes are as they were stored; {} changes are older than the trail.",
            found.entries, found.changes, found.older
        ));
        tell(format_args!(
            "Note elsewhere, for --expect: {}:{hash}",
            found.entries
        ));
    }
    Ok(())
}

/// An entry's number and hash.
fn noted(text: &str) -> Result<(i64, Vec<u8>), Failure> {
    let wrong = || "--expect takes NUMBER:HASH, as a run before has printed it";
    let (seq, hash) = text.split_once(':').ok_or_else(wrong)?;
    let hash: [u8; 32] = FromHex::from_hex(hash).map_err(|_| wrong())?;
    Ok((seq.parse().map_err(|_| wrong())?, hash.to_vec()))
}
