//! `partnerstwo keys`: the keys that sign tokens.

use crate::auth::Keys;
use crate::clock::Clock;
use crate::config::Config;
use clap::Subcommand;
use persistence::{Db, key};

use super::output::{Failure, print, tell};

#[derive(Subcommand)]
pub enum Command {
    /// Make a key that signs from now on; the others verify until their last token has expired
    Rotate {
        /// Refuse the tokens of the other keys at once, because a key has become known
        #[arg(long)]
        revoke: bool,
    },
    /// List the keys as JSON lines
    List,
}

/// Runs a command on keys.
pub async fn run(command: Command, db: &Db, config: &Config) -> Result<(), Failure> {
    let clock = Clock::system();
    match command {
        Command::Rotate { revoke } => {
            let keys = Keys::load(db, config, clock.now()).await?;
            let id = keys.rotate(db, !revoke, clock.now()).await?;
            tell(format_args!("Made key {id}"));
        }
        Command::List => {
            for key in key::list(db).await? {
                let signs = key.retired_at.is_none();
                print(
                    serde_json::json!({"kid": key.id, "signs": signs, "created_at": key.created_at,
                        "retired_at": key.retired_at}),
                )?;
            }
        }
    }
    Ok(())
}
