//! What a local partnership for the social economy is: its records, rules, counting and wording.
//!
//! Pure: no input or output, no clock, no HTTP, no SQL.
#![warn(missing_docs)]

pub mod access;
pub mod agreement_version;
pub mod audit;
pub mod bulk_import;
mod check;
pub mod commitment_status;
pub mod exchange;
pub mod export;
pub mod fault;
pub mod followup;
pub mod funding_programme;
pub mod governance;
pub mod identifier;
pub mod import;
pub mod institution;
pub mod language;
pub mod link;
pub mod meeting;
pub mod outreach;
pub mod partnership;
pub mod period;
pub mod person;
pub mod record;
pub mod report;
pub mod search;
pub mod signatory;
pub mod slug;
pub mod state;
pub mod text;
pub mod url;
pub mod vocabulary;
pub mod webhook;
pub mod wording;
