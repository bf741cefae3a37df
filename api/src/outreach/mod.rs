//! What the partnership tells others, over HTTP.

pub mod communique;
pub mod coverage;
pub mod posting;
