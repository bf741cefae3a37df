//! What every handler needs.

use std::sync::Arc;
use std::time::Duration;

use domain::access::{Actor, Role};
use domain::record::Versioned;
use ipnet::IpNet;
use persistence::record::{self, Stored};
use persistence::{Db, Origin, RepoError, Tx};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::asked::Asked;
use crate::auth::{Hasher, Keys};
use crate::change::Head;
use crate::clock::Clock;
use crate::config::Config;
use crate::contract::Contract;
use crate::limits::Limits;
use crate::mail::Post;
use crate::problem::{Kind, Problem};
use crate::register::Registers;
use crate::webhook::Sender;

/// How long a file waits for its turn.
const TURN: Duration = Duration::from_secs(5);

/// What every handler needs.
#[derive(Clone)]
pub struct AppState {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Settings.
    pub config: Arc<Config>,
    /// Keys that sign and verify tokens.
    pub keys: Keys,
    /// Password hashing.
    pub hasher: Hasher,
    /// The roles that are held only in a session with a second factor.
    pub guarded_roles: Arc<[Role]>,
    /// The networks of proxies that are believed.
    pub proxies: Arc<[IpNet]>,
    /// How many requests a caller may make.
    pub limits: Arc<Limits>,
    /// Where mail goes.
    pub post: Post,
    /// What calls webhooks.
    pub webhooks: Sender,
    /// What is asked of public registers.
    pub registers: Registers,
    /// What the document says of each path.
    pub contract: Arc<Contract>,
    /// Who waits for changes.
    pub head: Head,
    /// How many snapshots may be taken at once.
    pub snapshots: Arc<Semaphore>,
    /// How many workbooks may be written at once.
    pub workbooks: Arc<Semaphore>,
    /// How many reports may be set as documents or workbooks at once.
    pub reports: Arc<Semaphore>,
    /// How many files may become records at once.
    pub files: Arc<Semaphore>,
    /// How many KiB of long bodies may be in memory at once.
    pub bodies: Arc<Semaphore>,
}

impl AppState {
    /// Begins the transaction of a request, which is made by somebody or nobody.
    pub async fn begin(&self, asked: Asked, actor: Option<&Actor>) -> Result<Tx, RepoError> {
        self.db.begin(asked.origin(actor), self.clock.now()).await
    }

    /// Deletes records that are kept no longer.
    pub async fn forget<T: Stored>(&self, expired: Vec<Versioned<T>>) -> Result<(), RepoError> {
        for record in expired {
            let tx = self.db.begin(Origin::default(), self.clock.now()).await?;
            tx.because("expired".to_owned());
            match record::delete(&tx, record).await {
                // Another replica was first.
                Err(RepoError::Stale) => continue,
                deleted => deleted?,
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Waits a little for the turn of a file to become records, which takes much memory; it lasts as long as what is given is
    /// held.
    pub async fn file_turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        turn_of(&self.files).await
    }

    /// Waits a little for the turn of a report to be set as a document or a workbook.
    pub async fn report_turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        turn_of(&self.reports).await
    }
}

async fn turn_of(turns: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Problem> {
    let turn = timeout(TURN, Arc::clone(turns).acquire_owned()).await;
    let turn = turn.map_err(|_| Problem::of(Kind::Unavailable))?;
    turn.map_err(|_| Problem::of(Kind::Unavailable))
}
