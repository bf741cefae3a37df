//! A transaction that writes.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, OnceLock};

use chrono::{DateTime, Utc};
use domain::audit::Event;
use sea_orm::{ConnectionTrait, DbBackend};
use uuid::Uuid;

use super::backlog::{Backlog, Mark, Pending, Said};
use super::connection::{Conn, Transaction, lock};
use crate::RepoError;

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

/// An event of security, to be stored with its transaction.
#[derive(Clone, Debug)]
pub struct Noted {
    pub(crate) event: Event,
    pub(crate) subject_id: Option<Uuid>,
    pub(crate) partnership_id: Option<Uuid>,
    pub(crate) detail: BTreeMap<&'static str, String>,
}

impl Noted {
    /// An event about an account, a session or another record.
    pub fn of(event: Event, subject_id: impl Into<Option<Uuid>>) -> Self {
        Self {
            event,
            subject_id: subject_id.into(),
            partnership_id: None,
            detail: BTreeMap::new(),
        }
    }

    /// In which partnership it happened.
    pub fn in_partnership(self, partnership_id: Option<Uuid>) -> Self {
        Self {
            partnership_id,
            ..self
        }
    }

    /// Tells more of it. Never a secret, never a person's data.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.detail.insert(name, value.into());
        self
    }
}

/// A transaction that writes. Dropped without [`Tx::commit`], it leaves no trace; that stands in `commit.rs`, above all kinds of
/// records, which it must know.
pub struct Tx {
    inner: Transaction,
    origin: Origin,
    now: DateTime<Utc>,
    backlog: Mutex<Backlog>,
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

    /// Notes a change with what the record said before it and says after it.
    pub(crate) fn note_change(
        &self,
        change: Pending,
        said: &(Said, Said),
    ) -> Result<(), RepoError> {
        lock(&self.backlog).push(change, said)
    }

    /// Takes out the changes and events that are to be stored, and why.
    pub(crate) fn take_noted(&mut self) -> (Backlog, Vec<Noted>, Option<String>) {
        (
            std::mem::take(&mut *lock(&self.backlog)),
            std::mem::take(&mut *lock(&self.noted)),
            self.reason.take(),
        )
    }

    /// Waits for the lock under which changes are numbered, so that the order of numbers is that of commits.
    pub(crate) async fn take_last_turn(&self) -> Result<(), RepoError> {
        if self.inner.get_database_backend() == DbBackend::Postgres {
            let lock = format!("SELECT pg_advisory_xact_lock({CHANGE_LOCK})");
            self.inner.execute_unprepared(&lock).await?;
        }
        Ok(())
    }

    /// Ends the transaction.
    pub(crate) async fn end(self, writes: bool) -> Result<(), RepoError> {
        let signs = self.inner.signs.clone();
        self.inner.commit().await?;
        if writes {
            signs.note_write();
        }
        Ok(())
    }
}
