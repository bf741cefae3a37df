//! What institutions share with each other.

pub mod good_practice;
