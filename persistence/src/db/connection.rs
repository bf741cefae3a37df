//! Connections as the queries of this crate see them: every statement ends within a time, and a transaction remembers what
//! failed in it.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sea_orm::entity::prelude::async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, RuntimeErr, Statement,
};

use super::signs::Signs;

/// How long a statement may take, waiting for a connection and for locks included. Longer than the limits that the
/// database itself keeps: it is for a database that does not answer at all.
pub(super) const ANSWER_LIMIT: Duration = Duration::from_secs(18);

/// Where reads can be made: the database, or a transaction that sees its own writes.
pub trait Conn: Sync {
    /// The connection underneath.
    #[doc(hidden)]
    fn raw(&self) -> &impl ConnectionTrait;
}

/// What was asked of the database, given up when there is no answer.
pub(super) async fn within<T>(
    limit: Duration,
    signs: &Signs,
    asked: impl Future<Output = Result<T, DbErr>>,
) -> Result<T, DbErr> {
    match tokio::time::timeout(limit, asked).await {
        Ok(answer) => answer,
        Err(_) => {
            signs.note_silence();
            let silent = format!("no answer within {} s", limit.as_secs());
            Err(DbErr::Conn(RuntimeErr::Internal(silent)))
        }
    }
}

macro_rules! statements {
    ($connection:ty) => {
        #[async_trait]
        impl ConnectionTrait for $connection {
            fn get_database_backend(&self) -> DbBackend {
                self.inner.get_database_backend()
            }

            async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
                self.ask(self.inner.execute_raw(statement)).await
            }

            async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
                self.ask(self.inner.execute_unprepared(sql)).await
            }

            async fn query_one_raw(
                &self,
                statement: Statement,
            ) -> Result<Option<QueryResult>, DbErr> {
                self.ask(self.inner.query_one_raw(statement)).await
            }

            async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
                self.ask(self.inner.query_all_raw(statement)).await
            }
        }
    };
}

/// Connections that read, each statement on any of them.
#[derive(Clone, Debug)]
pub(super) struct Readers {
    pub inner: DatabaseConnection,
    pub signs: Signs,
}

impl Readers {
    async fn ask<T>(&self, asked: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        within(ANSWER_LIMIT, &self.signs, asked).await
    }
}

statements!(Readers);

/// A transaction. Once a statement failed in it, every later one fails alike, and so does the commit, unless the failed
/// part was taken back to a savepoint. PostgreSQL does so itself; SQLite would go on, and after an error that ends the
/// transaction (a full disk, an I/O error) each further statement would be committed on its own.
pub(super) struct Transaction {
    pub inner: DatabaseTransaction,
    pub signs: Signs,
    failed: Mutex<Option<DbErr>>,
}

impl Transaction {
    pub fn new(inner: DatabaseTransaction, signs: Signs) -> Self {
        Self {
            inner,
            signs,
            failed: Mutex::default(),
        }
    }

    /// Refuses to go on after a failure.
    fn check(&self) -> Result<(), DbErr> {
        match &*lock(&self.failed) {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    async fn ask<T>(&self, asked: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        self.check()?;
        let answer = within(ANSWER_LIMIT, &self.signs, asked).await;
        if let Err(error) = &answer {
            self.signs.note(error);
            *lock(&self.failed) = Some(error.clone());
        }
        answer
    }

    /// Takes back what was done since a savepoint, also when a statement of it failed. Where the database has ended the
    /// transaction itself there is no savepoint any more: this fails, and so does the rest.
    pub async fn roll_back_to(&self, savepoint: &str) -> Result<(), DbErr> {
        let failed = lock(&self.failed).take();
        let undo = format!("ROLLBACK TO {savepoint}; RELEASE {savepoint}");
        let undone = self.ask(self.inner.execute_unprepared(&undo)).await;
        if let (Err(_), Some(first)) = (&undone, failed) {
            *lock(&self.failed) = Some(first.clone());
            return Err(first);
        }
        undone.map(|_| ())
    }

    /// Commits, unless something failed.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.check()?;
        let done = within(ANSWER_LIMIT, &self.signs, self.inner.commit()).await;
        if let Err(error) = &done {
            self.signs.note(error);
        }
        done
    }
}

statements!(Transaction);

/// Locks a value that is never left half done, also after a panic while it was locked.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
