//! Communiqués, their postings, and the matrix of both.

pub mod communique;
pub mod coverage;
pub mod posting;
