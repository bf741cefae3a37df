//! What the tests stand on: a server of their own, clients, and what is given.

mod app;
mod arrows;
mod client;
mod database;
mod document;
mod letter;
mod logs;
mod program;
mod relay;
mod sink;

pub use app::{PASSWORD, TestApp, id};
pub use arrows::Arrows;
pub use client::{Answer, Client};
pub use database::Backend;
pub use document::document;
pub use letter::Letter;
pub use program::{Directory, PROGRAM, Program, SmallDisk, create_admin};
pub use relay::Relay;
pub use sink::{Reply, Sink, Taken};

/// Runs an async test body on each database, as two tests; `with` changes settings first.
macro_rules! on_both {
    ($(#[doc = $doc:literal])* async fn $name:ident($app:ident: TestApp) $body:block) => {
        on_both! { with |_config| (); async fn $name($app: TestApp) $body }
    };
    (with |$config:ident| $settings:expr; $(#[doc = $doc:literal])* async fn $name:ident($app:ident: TestApp) $body:block) => {
        mod $name {
            use super::*;

            async fn scenario($app: TestApp) $body

            async fn start(backend: crate::support::Backend) -> TestApp {
                TestApp::start_with(backend, |$config| $settings).await
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                scenario(start(crate::support::Backend::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(backend) = crate::support::Backend::postgres() {
                    scenario(start(backend).await).await;
                }
            }
        }
    };
}
pub(crate) use on_both;
