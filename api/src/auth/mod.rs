//! Who is asking: tokens, passwords, keys, and the guard of every handler.

mod attempt;
pub mod discovery;
pub mod email;
pub mod invitation;
mod keys;
pub mod link;
pub mod link_page;
mod master_secret;
pub mod me;
pub mod own_password;
mod password;
mod require;
pub mod second_factor;
pub mod secret;
pub mod service_token;
pub mod session;
pub mod sign_in;

pub use keys::{Bearer, Keys, Signer};
pub use master_secret::{KeysError, MasterSecret};
pub use password::Hasher;
pub use require::{Require, bearer, forbidden, is_guarded, stands_for};
