//! Connections and transactions, and the few things in which the two databases differ.

use std::net::IpAddr;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use migration::{Migrator, MigratorTrait};
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, IsolationLevel, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};
use uuid::Uuid;

use crate::RepoError;
use crate::audit::{self, Noted};
use crate::change::{Backlog, Mark};

/// How long a transaction waits for another one before it gives up.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(20);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Held while migrating, so that two replicas may start at once. An arbitrary number of our own.
const MIGRATION_LOCK: i64 = 0x7061_7274_0001;
/// Held from the last statement before a commit, so that the order of changes is the order of commits.
const CHANGE_LOCK: i64 = 0x7061_7274_0002;

/// Where reads can be made: the database, or a transaction that sees its own writes.
pub trait Conn: Sync {
    /// The connection underneath.
    #[doc(hidden)]
    fn raw(&self) -> &(impl ConnectionTrait + TransactionTrait);
}

/// A database: several readers and, on SQLite, the one writer.
#[derive(Clone, Debug)]
pub struct Db {
    readers: DatabaseConnection,
    writer: DatabaseConnection,
}

impl Conn for Db {
    fn raw(&self) -> &(impl ConnectionTrait + TransactionTrait) {
        &self.readers
    }
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither `sqlite:` nor `postgres:`.
    #[error("the database URL must begin with sqlite: or postgres:")]
    Url,
    /// It was migrated by a newer version of this program.
    #[error(
        "the database is newer than this program (it has step {0}); use the program that made it, or a newer one"
    )]
    Newer(String),
    /// It lacks steps and migrating was not wanted.
    #[error("the database is older than this program; run `partnerstwo migrate`")]
    Older,
    /// It cannot be reached or does not answer.
    #[error("the database cannot be opened: {0}")]
    Database(#[from] DbErr),
}

/// Why a database was not copied.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has its own means.
    #[error("only the embedded database is copied; use pg_dump for PostgreSQL")]
    NotEmbedded,
    /// The database takes text for the name of a file.
    #[error("the name of the file is not UTF-8")]
    Path,
    /// The file cannot be made.
    #[error("the file cannot be made: {0}")]
    File(#[from] std::io::Error),
    /// The database refused.
    #[error("the database cannot be copied: {0}")]
    Database(#[from] DbErr),
}

impl Db {
    /// Opens a database by its URL; a SQLite file is created when there is none.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let mut options = ConnectOptions::new(url);
            options
                .max_connections(20)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .connect_timeout(ACQUIRE_TIMEOUT)
                .statement_timeout(STATEMENT_TIMEOUT)
                .test_before_acquire_if_idle_for(Duration::from_secs(30))
                .sqlx_logging(false)
                .map_sqlx_postgres_opts(|options| {
                    options.options([("lock_timeout", format!("{}ms", LOCK_TIMEOUT.as_millis()))])
                });
            let pool = Database::connect(options).await?;
            return Ok(Self {
                readers: pool.clone(),
                writer: pool,
            });
        }
        if !url.starts_with("sqlite:") {
            return Err(OpenError::Url);
        }
        // The writer first: it creates the file and switches it to WAL.
        let writer = Database::connect(sqlite(url, 1, false)).await?;
        let readers = Database::connect(sqlite(url, 4, true)).await?;
        Ok(Self { readers, writer })
    }

    /// Brings an older database up to date; refuses one that a newer program has migrated.
    pub async fn migrate(&self) -> Result<(), OpenError> {
        if self.backend() == DbBackend::Postgres {
            // Session locks belong to a connection: the lock and the migration share one transaction instead.
            let guard = self.writer.begin().await?;
            guard
                .execute_unprepared("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")
                .await?;
            guard
                .execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
                .await?;
            self.refuse_newer().await?;
            Migrator::up(&self.writer, None).await?;
            guard.commit().await?;
        } else {
            self.refuse_newer().await?;
            Migrator::up(&self.writer, None).await?;
        }
        Ok(())
    }

    /// Refuses a database that is not exactly of this program's version.
    pub async fn check_version(&self) -> Result<(), OpenError> {
        self.refuse_newer().await?;
        match Migrator::get_pending_migrations_read_only(&self.writer).await {
            Ok(pending) if pending.is_empty() => Ok(()),
            _ => Err(OpenError::Older),
        }
    }

    async fn refuse_newer(&self) -> Result<(), OpenError> {
        Migrator::install(&self.writer).await?;
        let applied = Migrator::get_migration_models(&self.writer).await?;
        let known = Migrator::migrations();
        match applied
            .into_iter()
            .find(|row| !known.iter().any(|step| step.name() == row.version))
        {
            Some(unknown) => Err(OpenError::Newer(unknown.version)),
            None => Ok(()),
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), RepoError> {
        self.readers.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Begins a writing transaction; what is written is attributed to `origin` at `now`.
    pub async fn begin(&self, origin: Origin, now: DateTime<Utc>) -> Result<Tx, RepoError> {
        let options = TransactionOptions {
            // Taking the write lock at once: an upgrade after a read would fail without waiting.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let inner = self.writer.begin_with_options(options).await?;
        Ok(Tx {
            inner,
            origin,
            now,
            backlog: Mutex::default(),
            noted: Mutex::default(),
            reason: OnceLock::new(),
        })
    }

    /// Begins to read what is there at this moment.
    pub async fn reading(&self) -> Result<Reading, RepoError> {
        // A reading transaction of SQLite sees one moment anyway.
        let postgres = self.backend() == DbBackend::Postgres;
        let options = TransactionOptions {
            isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
            access_mode: postgres.then_some(AccessMode::ReadOnly),
            ..Default::default()
        };
        Ok(Reading(self.readers.begin_with_options(options).await?))
    }

    /// Copies an embedded database, as it is at one moment, to a file that does not exist yet.
    pub async fn backup(&self, file: &Path) -> Result<(), BackupError> {
        if self.backend() != DbBackend::Sqlite {
            return Err(BackupError::NotEmbedded);
        }
        let path = file.to_str().ok_or(BackupError::Path)?;
        // Made first, so that nobody else can read what is copied into it, and nothing is overwritten.
        let mut options = std::fs::OpenOptions::new();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let made = options.write(true).create_new(true).open(file)?;
        let copy =
            Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [path.into()]);
        // Not through a reader: those refuse every statement that writes.
        if let Err(error) = self.writer.execute_raw(copy).await {
            std::fs::remove_file(file)?;
            return Err(error.into());
        }
        made.sync_all()?;
        Ok(())
    }

    /// Tells the database's planner how many rows there are of what; for after an import, and now and then.
    pub async fn analyze(&self) -> Result<(), RepoError> {
        let statement = match self.backend() {
            DbBackend::Sqlite => "PRAGMA optimize = 0x10002",
            _ => "ANALYZE",
        };
        self.writer.execute_unprepared(statement).await?;
        Ok(())
    }

    /// Closes every connection, after what is under way.
    pub async fn close(self) -> Result<(), RepoError> {
        self.readers.close().await?;
        self.writer.close().await?;
        Ok(())
    }

    fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }
}

fn sqlite(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(if read_only {
            ACQUIRE_TIMEOUT
        } else {
            LOCK_TIMEOUT
        })
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            let options = options
                .foreign_keys(true)
                .busy_timeout(LOCK_TIMEOUT)
                // FULL: an answered write survives a power cut, not only a killed process.
                .synchronous(SqliteSynchronous::Full)
                .statement_cache_capacity(500)
                // Rows cross a thread: in batches, which is a little cheaper than few at a time.
                .row_buffer_size(600);
            if read_only {
                options.pragma("query_only", "on")
            } else {
                options
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
            }
        });
    options
}

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

/// What is read here is all of one moment, however long reading takes.
pub struct Reading(DatabaseTransaction);

impl Conn for Reading {
    fn raw(&self) -> &(impl ConnectionTrait + TransactionTrait) {
        &self.0
    }
}

/// A transaction that writes. Dropped without [`Tx::commit`], it leaves no trace.
pub struct Tx {
    inner: DatabaseTransaction,
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
    fn raw(&self) -> &(impl ConnectionTrait + TransactionTrait) {
        &self.inner
    }
}

impl Tx {
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
        let undo = "ROLLBACK TO trial; RELEASE trial";
        self.inner.execute_unprepared(undo).await?;
        lock(&self.backlog).forget_since(&trial.changes);
        lock(&self.noted).truncate(trial.noted);
        Ok(())
    }

    /// Keeps with the changes why they were made; the first reason stands.
    pub fn because(&self, reason: String) {
        let _ = self.reason.set(reason);
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
        if !backlog.is_empty() || !noted.is_empty() {
            if self.inner.get_database_backend() == DbBackend::Postgres {
                let lock = format!("SELECT pg_advisory_xact_lock({CHANGE_LOCK})");
                self.inner.execute_unprepared(&lock).await?;
            }
            let reason = self.reason.get().map(String::as_str);
            audit::store(&self.inner, &self.origin, self.now, reason, noted, backlog).await?;
        }
        self.inner.commit().await?;
        Ok(())
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn is_lost_connection(error: &DbErr) -> bool {
    let text = error.to_string();
    [
        "error communicating with database",
        "pool timed out",
        "terminating connection",
        "the database system is",
    ]
    .iter()
    .any(|sign| text.contains(sign))
}

pub(crate) fn is_lock_timeout(error: &DbErr) -> bool {
    let text = error.to_string();
    [
        "lock timeout",
        "statement timeout",
        "database is locked",
        "deadlock detected",
    ]
    .iter()
    .any(|sign| text.contains(sign))
}
