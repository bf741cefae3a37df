//! What institutions share with each other, over HTTP.

pub mod good_practice;
