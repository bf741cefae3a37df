//! Black-box tests: the real server over HTTP, each test with its own database, on SQLite and on PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and runs at the time of day it is started"
)]

mod support;

mod auth;
mod conventions;
mod derived;
mod gate;
mod houses;
mod import;
mod institution;
mod partnership;
mod permissions;
mod report;
mod signatory;
mod storage;
