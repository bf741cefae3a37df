//! Translates between HTTP and the domain: routes, JSON shapes, problems, authentication, renderings.
// An error that nobody looks at hides lost data.
#![deny(clippy::let_underscore_must_use, clippy::unused_result_ok)]

pub mod access;
mod address;
pub mod agreement_version;
mod asked;
pub mod audit;
pub mod auth;
pub mod bulk_import;
pub mod calendar;
pub mod catalog;
pub mod change;
pub mod cli;
pub mod clock;
mod codes;
mod components;
pub mod config;
pub mod connection;
pub mod contract;
mod docs_page;
pub mod document;
pub mod exchange;
pub mod export;
pub mod feed;
pub mod find;
pub mod followup;
pub mod funding_programme;
pub mod gate;
pub mod governance;
pub mod health;
pub mod import;
pub mod institution;
mod kinds;
mod limits;
mod list_format;
pub mod mail;
pub mod meeting;
pub mod oparl;
pub mod outreach;
pub mod partnership;
pub mod person;
pub mod problem;
mod records;
pub mod register;
pub mod report;
pub mod server;
pub mod signatory;
mod site;
pub mod snapshot;
pub mod state;
pub mod vocabulary;
pub mod webhook;
pub mod wire;
mod xml;

pub use document::{document, document_json};
