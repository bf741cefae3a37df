//! What every handler needs. Time, ids and keys come from here, so that a test can fix them.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use domain::access::Role;
use ipnet::IpNet;
use persistence::Db;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use uuid::Uuid;

use crate::auth::{Hasher, Keys};
use crate::change::Head;
use crate::config::Config;
use crate::contract::Contract;
use crate::limits::Limits;
use crate::mail::Post;
use crate::problem::{Kind, Problem};
use crate::register::Registers;
use crate::webhook::Sender;

/// Where the time comes from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The clock of this machine.
    #[expect(clippy::disallowed_methods, reason = "the one place where time enters")]
    pub fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    /// A clock that a test turns.
    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time, as exact as both databases keep it.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)().trunc_subsecs(6)
    }

    /// The calendar day in Poland.
    pub fn today(&self) -> NaiveDate {
        self.today_in(chrono_tz::Europe::Warsaw)
    }

    /// The calendar day in a time zone.
    pub fn today_in(&self, zone: chrono_tz::Tz) -> NaiveDate {
        self.now().with_timezone(&zone).date_naive()
    }
}

/// A new id: UUIDv7, so that ids of one time stand together in an index.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where ids are made"
)]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

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
    /// How many files may become records at once.
    pub files: Arc<Semaphore>,
    /// How many KiB of long bodies may be in memory at once.
    pub bodies: Arc<Semaphore>,
}

impl AppState {
    /// Waits a little for the turn of a file to become records, which takes much memory; it lasts as long as what is given is
    /// held.
    pub async fn file_turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let turn = timeout(TURN, Arc::clone(&self.files).acquire_owned()).await;
        let turn = turn.map_err(|_| Problem::of(Kind::Unavailable))?;
        turn.map_err(|_| Problem::of(Kind::Unavailable))
    }
}
