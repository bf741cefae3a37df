//! Translates between HTTP and the domain: routes, JSON shapes, problems, authentication, renderings.

pub mod auth;
pub mod bounds;
pub mod config;
pub mod contract;
pub mod document;
pub mod find;
pub mod gate;
pub mod health;
pub mod import;
pub mod institution;
pub mod partnership;
pub mod problem;
pub mod report;
mod resource;
pub mod server;
pub mod signatory;
pub mod state;
pub mod vocabulary;
pub mod wire;

pub use document::{document, document_json};
