//! Reading a data file: the reference year without a fault, and every fault at its place.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data has to stop"
)]

mod council;
mod file;
mod format;
mod meetings;
mod parties;
mod properties;
mod records;
mod reference;
