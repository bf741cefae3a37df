//! Remembers what the domain decided: SeaORM entities and queries, on SQLite and on PostgreSQL.
//!
//! Reads take any [`Conn`], writes take a [`Tx`], so nothing is written outside a transaction.
// An error that nobody looks at hides lost data.
#![deny(clippy::let_underscore_must_use, clippy::unused_result_ok)]
#![warn(missing_docs)]

pub mod access;
pub mod agreement_version;
pub mod audit;
pub mod bulk_import;
pub mod change;
mod commit;
pub mod db;
pub mod exchange;
pub mod export;
pub mod followup;
pub mod funding_programme;
pub mod governance;
pub mod idempotency;
pub mod import;
pub mod institution;
mod json;
pub mod key;
pub mod kinds;
mod lease;
pub mod list;
pub mod mail;
pub mod meeting;
pub mod outreach;
pub mod partnership;
pub mod person;
pub mod record;
pub mod report;
pub mod signatory;
mod table;
pub mod webhook;

pub use db::{Conn, Db, Origin, Reading, RepoError, Trial, Tx};
/// Filters put together; only this crate knows what is inside.
pub use sea_orm::Condition;
