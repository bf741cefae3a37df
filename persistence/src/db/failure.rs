//! What an error of the database means. It is told by SQLSTATE (PostgreSQL) or result code (SQLite), never by its words,
//! which follow the language of the server.

use sea_orm::sqlx::error::DatabaseError;
use sea_orm::sqlx::postgres::PgDatabaseError;
use sea_orm::sqlx::{self, sqlite::SqliteError};
use sea_orm::{DbErr, RuntimeErr};

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum RepoError {
    /// Somebody else changed the record since it was read.
    #[error("changed by someone else meanwhile")]
    Stale,
    /// A value that must be unique is taken; named are the violated index (PostgreSQL) or the columns (SQLite).
    #[error("not unique: {0}")]
    NotUnique(String),
    /// A record that is referred to does not exist, or one is still referred to.
    #[error("broken reference")]
    Reference,
    /// A cursor that no page of ours ended with.
    #[error("not a place in this list")]
    BadPosition,
    /// No connection could be had, or the database is not reachable, does not answer or takes no writes.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// There is no room left to write.
    #[error("the disk of the database is full: {0}")]
    Full(String),
    /// A statement waited too long for another transaction.
    #[error("waited too long for another transaction")]
    Busy,
    /// Anything else.
    #[error(transparent)]
    Other(DbErr),
}

/// What an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Two records have what only one may have.
    NotUnique,
    /// A record that is referred to does not exist, or one is still referred to.
    Reference,
    /// Another transaction was in the way for too long.
    Busy,
    /// There is no room to write.
    Full,
    /// Writing is refused or fails, while reading may go on.
    Unwritable,
    /// The server is a standby, or was set to refuse writes.
    ReadOnly,
    /// The database cannot be reached, does not answer or is going away.
    Unavailable,
    /// A fault of this program, or a damaged database.
    Other,
}

impl Class {
    /// What an error is about.
    pub(super) fn of(error: &DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Unavailable,
            DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => Self::of_driver(error),
            _ => Self::Other,
        }
    }

    fn of_driver(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => Self::of_database(error.as_ref()),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => Self::Unavailable,
            _ => Self::Other,
        }
    }

    fn of_database(error: &dyn DatabaseError) -> Self {
        if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
            return Self::of_sqlstate(error.code());
        }
        let code = error.try_downcast_ref::<SqliteError>();
        let code = code.and_then(|error| error.code()?.parse().ok());
        code.map_or(Self::Other, Self::of_sqlite)
    }

    /// PostgreSQL, appendix A.
    fn of_sqlstate(code: &str) -> Self {
        match code {
            "23505" => Self::NotUnique,
            "23503" => Self::Reference,
            // lock_not_available, query_canceled (by a time limit), and those that a retry gets over.
            "55P03" | "57014" | "40001" | "40P01" => Self::Busy,
            "53100" => Self::Full,
            "25006" => Self::ReadOnly,
            _ => match &code[..code.len().min(2)] {
                // connection_exception, insufficient_resources, operator_intervention.
                "08" | "53" | "57" => Self::Unavailable,
                // system_error: what the operating system refused to read or write.
                "58" => Self::Unwritable,
                _ => Self::Other,
            },
        }
    }

    /// SQLite, <https://www.sqlite.org/rescode.html>. The lowest byte of an extended code is the primary one.
    fn of_sqlite(code: i32) -> Self {
        match code {
            // SQLITE_CONSTRAINT_PRIMARYKEY, _ROWID, _UNIQUE
            1555 | 2579 | 2067 => Self::NotUnique,
            // SQLITE_CONSTRAINT_FOREIGNKEY
            787 => Self::Reference,
            _ => match code & 0xff {
                // SQLITE_BUSY, _LOCKED
                5 | 6 => Self::Busy,
                // SQLITE_FULL
                13 => Self::Full,
                // SQLITE_PERM, _READONLY, _IOERR, _CANTOPEN
                3 | 8 | 10 | 14 => Self::Unwritable,
                // SQLITE_NOMEM, _INTERRUPT, _PROTOCOL
                7 | 9 | 15 => Self::Unavailable,
                _ => Self::Other,
            },
        }
    }
}

/// Which constraint was violated: its name on PostgreSQL, the columns on SQLite, which tells no more.
fn constraint(error: &DbErr) -> String {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) =
        error
    else {
        return String::new();
    };
    match error.as_ref() {
        sqlx::Error::Database(error) => {
            let name = error.constraint().unwrap_or_else(|| error.message());
            name.to_owned()
        }
        _ => String::new(),
    }
}

impl From<DbErr> for RepoError {
    fn from(error: DbErr) -> Self {
        match Class::of(&error) {
            Class::NotUnique => Self::NotUnique(constraint(&error)),
            Class::Reference => Self::Reference,
            Class::Busy => Self::Busy,
            Class::Full => Self::Full(error.to_string()),
            Class::Unwritable | Class::ReadOnly | Class::Unavailable => {
                Self::Unavailable(error.to_string())
            }
            Class::Other => Self::Other(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgres_is_understood_by_sqlstate() {
        for (code, class) in [
            ("23505", Class::NotUnique),
            ("23503", Class::Reference),
            ("55P03", Class::Busy),
            ("57014", Class::Busy),
            ("40P01", Class::Busy),
            ("53100", Class::Full),
            ("53300", Class::Unavailable),
            ("57P01", Class::Unavailable),
            ("57P03", Class::Unavailable),
            ("08006", Class::Unavailable),
            ("25006", Class::ReadOnly),
            ("58030", Class::Unwritable),
            ("25P02", Class::Other),
            ("42601", Class::Other),
            ("", Class::Other),
        ] {
            assert_eq!(Class::of_sqlstate(code), class, "{code}");
        }
    }

    #[test]
    fn sqlite_is_understood_by_its_result_code() {
        for (code, class) in [
            (1555, Class::NotUnique),
            (2067, Class::NotUnique),
            (787, Class::Reference),
            (275, Class::Other), // SQLITE_CONSTRAINT_CHECK
            (5, Class::Busy),
            (517, Class::Busy), // SQLITE_BUSY_SNAPSHOT
            (13, Class::Full),
            (8, Class::Unwritable),
            (778, Class::Unwritable),  // SQLITE_IOERR_WRITE
            (1034, Class::Unwritable), // SQLITE_IOERR_FSYNC
            (14, Class::Unwritable),
            (9, Class::Unavailable),
            (11, Class::Other), // SQLITE_CORRUPT
            (1, Class::Other),
        ] {
            assert_eq!(Class::of_sqlite(code), class, "{code}");
        }
    }

    #[test]
    fn what_gave_no_answer_is_not_available() {
        let error = DbErr::Conn(RuntimeErr::Internal("silence".into()));
        assert!(matches!(RepoError::from(error), RepoError::Unavailable(_)));
    }
}
