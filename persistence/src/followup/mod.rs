//! Recommendations, commitments, what became of them, and effects.

pub mod commitment;
pub mod effect;
pub mod fulfilment;
pub mod implementation;
pub mod recommendation;
