//! Good practices.

pub mod good_practice;
