//! Mail: written down with what is its reason, worded when it is sent.

mod letter;
mod post;
mod worker;

pub use letter::{Letter, WORDS, report_paused, request_reset, write_down};
pub use post::Post;
pub use worker::{deliver, deliver_due};
