//! The report beyond the reference year: agreement of numbers, each rule of counting, and properties.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data has to stop"
)]

mod agreement;
#[path = "../common/mod.rs"]
mod common;
mod counting;
mod followup;
mod further;
mod properties;
mod rows;
