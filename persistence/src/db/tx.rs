//! A transaction that writes.

use std::net::IpAddr;
use std::sync::{Mutex, OnceLock};

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend};
use uuid::Uuid;

use super::connection::Transaction;
use super::{Conn, lock};
use crate::RepoError;
use crate::audit::{self, Noted};
use crate::change::{Backlog, Mark};

/// Held from the last statement before a commit, so that the order of changes is the order of commits.
const CHANGE_LOCK: i64 = 0x7061_7274_0002;

/// Who writes, and from where. The command line and jobs of the program are nobody, from nowhere.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The account.
    pub actor: Option<Uuid>,
    /// The institution for which it acts.
    pub on_behalf_of: Option<Uuid>,
    /// The network address of the caller.
    pub address: Option<IpAddr>,
    /// The request.
    pub request_id: Option<Uuid>,
}

/// A transaction that writes. Dropped without [`Tx::commit`], it leaves no trace.
pub struct Tx {
    inner: Transaction,
    origin: Origin,
    pub(crate) now: DateTime<Utc>,
    pub(crate) backlog: Mutex<Backlog>,
    noted: Mutex<Vec<Noted>>,
    reason: OnceLock<String>,
}

/// Where what is tried out began. Trials within each other end in the order opposite to that in which they began.
#[must_use]
pub struct Trial {
    changes: Mark,
    noted: usize,
}

impl Conn for Tx {
    fn raw(&self) -> &impl ConnectionTrait {
        &self.inner
    }
}

impl Tx {
    pub(super) fn new(inner: Transaction, origin: Origin, now: DateTime<Utc>) -> Self {
        Self {
            inner,
            origin,
            now,
            backlog: Mutex::default(),
            noted: Mutex::default(),
            reason: OnceLock::new(),
        }
    }

    /// The time of everything written here.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Waits until no other transaction is under way that asked for the same turn: for rules across records that no
    /// constraint holds. SQLite has one writer anyway.
    pub async fn take_turn(&self, over: Uuid) -> Result<(), RepoError> {
        if self.inner.get_database_backend() == DbBackend::Postgres {
            let (high, low) = over.as_u64_pair();
            let lock = format!(
                "SELECT pg_advisory_xact_lock({})",
                (high ^ low).cast_signed()
            );
            self.inner.execute_unprepared(&lock).await?;
        }
        Ok(())
    }

    /// Begins something that can be undone on its own: [`Tx::undo`] leaves no trace of it, [`Tx::keep`] ends it.
    pub async fn try_out(&self) -> Result<Trial, RepoError> {
        self.inner.execute_unprepared("SAVEPOINT trial").await?;
        Ok(Trial {
            changes: lock(&self.backlog).mark(),
            noted: lock(&self.noted).len(),
        })
    }

    /// Keeps what was tried out, as part of what surrounds it.
    pub async fn keep(&self, _: Trial) -> Result<(), RepoError> {
        self.inner.execute_unprepared("RELEASE trial").await?;
        Ok(())
    }

    /// Undoes what was tried out, also when a statement of it failed.
    pub async fn undo(&self, trial: Trial) -> Result<(), RepoError> {
        self.inner.roll_back_to("trial").await?;
        lock(&self.backlog).forget_since(&trial.changes);
        lock(&self.noted).truncate(trial.noted);
        Ok(())
    }

    /// Keeps with the changes why they were made; the first reason stands.
    pub fn because(&self, reason: String) {
        self.reason.get_or_init(|| reason);
    }

    /// Notes an event of security in the audit trail, with this transaction.
    pub fn note(&self, noted: Noted) {
        lock(&self.noted).push(noted);
    }

    /// Who writes here, and from where.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Attributes what is written to an account that has become known since the transaction began.
    pub fn attribute_to(&mut self, account: Uuid) {
        self.origin.actor = Some(account);
    }

    /// Stores the changes in their one order, with the audit trail, and commits.
    pub async fn commit(self) -> Result<(), RepoError> {
        let backlog = std::mem::take(&mut *lock(&self.backlog));
        let noted = std::mem::take(&mut *lock(&self.noted));
        let writes = !backlog.is_empty() || !noted.is_empty();
        if writes {
            if self.inner.get_database_backend() == DbBackend::Postgres {
                let lock = format!("SELECT pg_advisory_xact_lock({CHANGE_LOCK})");
                self.inner.execute_unprepared(&lock).await?;
            }
            let reason = self.reason.get().map(String::as_str);
            audit::store(&self.inner, &self.origin, self.now, reason, noted, backlog).await?;
        }
        let signs = self.inner.signs.clone();
        self.inner.commit().await?;
        if writes {
            signs.note_write();
        }
        Ok(())
    }
}
