//! Black-box tests live in `tests/api`; this crate has nothing else.
