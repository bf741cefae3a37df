//! What a local partnership for the social economy is: its records, rules, counting and wording.
//!
//! Pure: no input or output, no clock, no HTTP, no SQL.
#![warn(missing_docs)]

pub mod access;
pub mod commitment_status;
pub mod fault;
pub mod identifier;
pub mod institution;
pub mod language;
pub mod partnership;
pub mod period;
pub mod record;
pub mod report;
pub mod search;
pub mod slug;
pub mod text;
pub mod url;
pub mod vocabulary;
pub mod wording;
