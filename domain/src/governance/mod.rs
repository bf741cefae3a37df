//! Bodies, their terms of office and the mandates held in them.

pub mod body;
pub mod mandate;
pub mod representation;
pub mod term;
