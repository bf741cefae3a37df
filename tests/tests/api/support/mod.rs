//! What the tests stand on: a server of their own, clients, and what is given.

mod app;
mod client;
mod database;
mod relay;

pub use app::{TestApp, id};
pub use client::{Answer, Client};
pub use database::Backend;
pub use relay::Relay;

/// Runs an async test body on each database, as two tests.
macro_rules! on_both {
    ($(#[doc = $doc:literal])* async fn $name:ident($app:ident: TestApp) $body:block) => {
        mod $name {
            use super::*;

            async fn scenario($app: TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                scenario(TestApp::start(crate::support::Backend::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(backend) = crate::support::Backend::postgres() {
                    scenario(TestApp::start(backend).await).await;
                }
            }
        }
    };
}
pub(crate) use on_both;
