//! Bodies, terms of office and mandates.

pub mod body;
pub mod mandate;
pub mod representation;
pub mod term;
