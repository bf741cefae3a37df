//! Communiqués and their postings.

pub mod communique;
pub mod posting;
