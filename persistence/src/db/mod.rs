//! Connections and transactions, and the few things in which the two databases differ.

mod backlog;
mod connection;
mod failure;
mod signs;
mod tx;

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use migration::{Migrator, MigratorTrait};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous,
};
use sea_orm::sqlx::{self, Connection};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, IsolationLevel, RuntimeErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

use connection::{ANSWER_LIMIT, Readers, Transaction, within};
use signs::Signs;

pub(crate) use backlog::{Backlog, Key, Op, Pending, Said};
pub use connection::Conn;
pub use failure::RepoError;
pub use tx::{Noted, Origin, Trial, Tx};

/// What SeaORM wants of every table besides its columns. None says how it is related to others: what joins them writes it down.
macro_rules! without_relations {
    () => {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    };
}
pub(crate) use without_relations;

/// How long a transaction waits for another one before it gives up.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the database works at a statement; what waits longer for an answer gives up by itself (`connection.rs`).
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(15);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a connection that is given back may take to show that it still works.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(5);
/// Held while migrating, so that two replicas may start at once. An arbitrary number of our own.
const MIGRATION_LOCK: i64 = 0x7061_7274_0001;

/// A database: several readers and, on SQLite, the one writer.
#[derive(Clone, Debug)]
pub struct Db {
    readers: Readers,
    writer: DatabaseConnection,
    signs: Signs,
}

impl Conn for Db {
    fn raw(&self) -> &impl ConnectionTrait {
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
    /// Whether a URL can be one of a database.
    pub fn knows_url(url: &str) -> bool {
        match is_postgres(url) {
            true => url.parse::<PgConnectOptions>().is_ok(),
            false => url.starts_with("sqlite:") && url.parse::<SqliteConnectOptions>().is_ok(),
        }
    }

    /// Opens a database by its URL; a SQLite file is created when there is none.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let signs = Signs::default();
        let (readers, writer) = if is_postgres(url) {
            let pool = Database::connect(postgres(url, signs.clone())).await?;
            (pool.clone(), pool)
        } else if url.starts_with("sqlite:") {
            // The writer first: it creates the file and switches it to WAL.
            let writer = Database::connect(sqlite(url, 1, false)).await?;
            (Database::connect(sqlite(url, 4, true)).await?, writer)
        } else {
            return Err(OpenError::Url);
        };
        let readers = Readers {
            inner: readers,
            signs: signs.clone(),
        };
        Ok(Self {
            readers,
            writer,
            signs,
        })
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

    /// Whether the database answers within a time and takes writes, as far as is known.
    ///
    /// Asks a little: whether PostgreSQL is a standby, and whether writing works again after it failed.
    pub async fn check_ready(&self, limit: Duration) -> Result<(), RepoError> {
        within(limit, &self.signs, self.probe()).await?;
        Ok(())
    }

    async fn probe(&self) -> Result<(), DbErr> {
        match self.backend() {
            DbBackend::Postgres => {
                let asked = Statement::from_string(
                    DbBackend::Postgres,
                    "SELECT current_setting('transaction_read_only') = 'on' AS read_only",
                );
                let row = self.readers.query_one_raw(asked).await?;
                let read_only = row.is_some_and(|row| row.try_get("", "read_only") == Ok(true));
                self.signs.note_read_only(read_only);
                if read_only {
                    let refused = "the server is a standby or refuses writes".to_owned();
                    return Err(DbErr::Conn(RuntimeErr::Internal(refused)));
                }
            }
            _ => {
                self.readers.execute_unprepared("SELECT 1").await?;
            }
        }
        if self.signs.is_unwritable() {
            let tx = Transaction::new(self.begin_raw().await?, self.signs.clone());
            // 256 KiB, more than an ordinary request writes; by chance, or else it would be compressed or not written at all.
            let fill = match self.backend() {
                DbBackend::Postgres => {
                    "UPDATE write_probe SET filling = (SELECT string_agg(sha256(random()::text::bytea), '') FROM generate_series(1, 8192))"
                }
                _ => "UPDATE write_probe SET filling = randomblob(262144)",
            };
            tx.execute_unprepared(fill).await?;
            tx.commit().await?;
            self.signs.note_write();
        }
        Ok(())
    }

    /// Begins a writing transaction; what is written is attributed to `origin` at `now`.
    pub async fn begin(&self, origin: Origin, now: DateTime<Utc>) -> Result<Tx, RepoError> {
        let begun = within(ANSWER_LIMIT, &self.signs, self.begin_raw()).await;
        if let Err(error) = &begun {
            self.signs.note(error);
        }
        let transaction = Transaction::new(begun?, self.signs.clone());
        Ok(Tx::new(transaction, origin, now))
    }

    async fn begin_raw(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            // Taking the write lock at once: an upgrade after a read would fail without waiting.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        self.writer.begin_with_options(options).await
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
        let begun = self.readers.inner.begin_with_options(options);
        let begun = within(ANSWER_LIMIT, &self.signs, begun).await?;
        Ok(Reading(Transaction::new(begun, self.signs.clone())))
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
        self.readers.inner.close().await?;
        self.writer.close().await?;
        Ok(())
    }

    fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }
}

/// What is read here is all of one moment, however long reading takes.
pub struct Reading(Transaction);

impl Conn for Reading {
    fn raw(&self) -> &impl ConnectionTrait {
        &self.0
    }
}

fn postgres(url: &str, signs: Signs) -> ConnectOptions {
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
        })
        .map_sqlx_postgres_pool_opts(move |options| {
            let signs = signs.clone();
            options.after_release(move |connection, _| {
                let signs = signs.clone();
                Box::pin(async move { is_of_use(connection, &signs).await })
            })
        });
    options
}

/// Whether a connection that is given back is worth keeping. Its server may have become a standby, or be gone without a word;
/// a new connection then asks once more where the address leads.
async fn is_of_use(connection: &mut PgConnection, signs: &Signs) -> Result<bool, sqlx::Error> {
    if signs.is_read_only() {
        return Ok(false);
    }
    if signs.is_silent() {
        let answered = tokio::time::timeout(RELEASE_TIMEOUT, connection.ping()).await;
        answered.map_err(std::io::Error::from)??;
        signs.note_answer();
    }
    Ok(true)
}

/// Whether a connection that is given back has no transaction left.
///
/// SQLite ends a transaction by itself when a disk is full, reading or writing fails, or memory runs out. The driver's
/// rollback then fails, and the driver goes on to count that transaction: the next one would be a savepoint that nobody
/// ever commits. Such a connection is closed.
async fn is_outside_transaction(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // A rollback that was only begun is over when this is answered.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres:") || url.starts_with("postgresql:")
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
        .map_sqlx_sqlite_pool_opts(|options| {
            options.after_release(|connection, _| Box::pin(is_outside_transaction(connection)))
        })
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
