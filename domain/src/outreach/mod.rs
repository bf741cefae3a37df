//! What the partnership tells others: communiqués and their postings.

pub mod communique;
pub mod posting;
