//! What is recommended, promised and achieved, over HTTP.

pub mod commitment;
pub mod effect;
pub mod fulfilment;
pub mod implementation;
pub mod recommendation;
