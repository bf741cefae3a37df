//! Remembers what the domain decided: SeaORM entities and queries, on SQLite and on PostgreSQL.
//!
//! Reads take any [`Conn`], writes take a [`Tx`], so nothing is written outside a transaction.
// An error that nobody looks at hides lost data.
#![deny(clippy::let_underscore_must_use, clippy::unused_result_ok)]
#![warn(missing_docs)]

pub mod access;
pub mod audit;
pub mod bulk_import;
pub mod change;
pub mod db;
pub mod exchange;
pub mod export;
pub mod followup;
pub mod funding_programme;
pub mod governance;
pub mod idempotency;
pub mod import;
pub mod institution;
pub mod key;
pub mod kinds;
pub mod list;
pub mod mail;
pub mod meeting;
pub mod natural_key;
pub mod outreach;
pub mod partnership;
pub mod person;
pub mod record;
mod reference;
pub mod report;
pub mod signatory;
mod table;
pub mod webhook;

pub use db::{Conn, Db, Origin, Reading, Trial, Tx};
/// Filters put together; only this crate knows what is inside.
pub use sea_orm::Condition;

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
    Other(sea_orm::DbErr),
}
