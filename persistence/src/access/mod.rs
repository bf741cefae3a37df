//! Accounts, what they hold and what they sign in with.

pub mod account;
pub mod calendar_link;
pub mod client_secret;
pub mod credential;
pub mod grant;
pub mod link;
pub mod membership;
pub mod session;
pub mod standing;
pub mod throttle;
