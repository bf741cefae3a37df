//! Who is asking: tokens, passwords, keys, and the guard of every handler.

mod keys;
mod password;
mod require;
mod routes;

pub use keys::{Keys, KeysError};
pub use password::Hasher;
pub use require::{Require, authenticate};
pub use routes::{
    __path_login, __path_read_me, GrantOut, LoginIn, MeOut, TokenOut, login, read_me,
};
