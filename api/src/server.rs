//! The HTTP server: routes, middleware and limits put together.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::Server;
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use persistence::Db;
use tokio::sync::Semaphore;
use utoipa_actix_web::AppExt;

use crate::auth::{Hasher, Keys};
use crate::change::Head;
use crate::clock::Clock;
use crate::config::{Config, SettingError};
use crate::connection;
use crate::contract::Contract;
use crate::docs_page;
use crate::document::{self, DocumentJson};
use crate::gate::gate;
use crate::limits::Limits;
use crate::mail::Post;
use crate::problem::{Halt, Kind, Problem};
use crate::register::Registers;
use crate::state::AppState;
use crate::webhook::Sender;

/// Each holds a reading connection of the database until it is sent.
const SNAPSHOTS_AT_ONCE: usize = 2;

/// A workbook is computed as a whole before any of it is sent.
const WORKBOOKS_AT_ONCE: usize = 2;

/// How many reports are set as documents or workbooks at once: each holds the whole of it.
const REPORTS_AT_ONCE: usize = 1;
/// What becomes of a file takes tens of megabytes as long as it is worked on: this many, and no server needs much memory.
const FILES_AT_ONCE: usize = 1;

/// How much of bodies that are long may be in memory at once, in KiB.
const BODIES_AT_ONCE: usize = 24 * 1024;

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No signing keys.
    #[error(transparent)]
    Keys(#[from] crate::auth::KeysError),
    /// A setting that cannot be used.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// Password hashing refuses its parameters.
    #[error("password hashing cannot be set up: {0}")]
    Hasher(String),
}

/// Puts the state together.
pub async fn state(db: Db, config: Config, clock: Clock) -> Result<AppState, StartError> {
    let keys = Keys::load(&db, &config, clock.now()).await?;
    let hasher = Hasher::new(config.argon2_memory_kib).map_err(StartError::Hasher)?;
    let guarded_roles = config.guarded_roles()?.into();
    let proxies = config.proxies()?.into();
    let limits = Arc::new(Limits::new(&config)?);
    let post = Post::new(&config)?;
    let webhooks = Sender::new(&config)?;
    let registers = Registers::new(&config)?;
    let contract = Arc::new(Contract::of(&document::document()));
    Ok(AppState {
        db,
        clock,
        config: Arc::new(config),
        keys,
        hasher,
        guarded_roles,
        proxies,
        limits,
        post,
        webhooks,
        registers,
        contract,
        head: Head::default(),
        snapshots: Arc::new(Semaphore::new(SNAPSHOTS_AT_ONCE)),
        workbooks: Arc::new(Semaphore::new(WORKBOOKS_AT_ONCE)),
        reports: Arc::new(Semaphore::new(REPORTS_AT_ONCE)),
        files: Arc::new(Semaphore::new(FILES_AT_ONCE)),
        bodies: Arc::new(Semaphore::new(BODIES_AT_ONCE)),
    })
}

/// Serves on a bound socket. Must be called within an actix system.
pub fn serve(state: AppState, socket: TcpListener, workers: usize) -> std::io::Result<Server> {
    let json = web::Data::new(DocumentJson(document::document_json()));
    let connections = connection::most().div_ceil(workers.max(1));
    let server = HttpServer::new(move || {
        let path_refused = |_, _: &_| Halt::from(Problem::of(Kind::NotFound)).into();
        App::new()
            .into_utoipa_app()
            .configure(document::configure)
            .app_data(web::Data::new(state.clone()))
            .app_data(json.clone())
            .app_data(web::PathConfig::default().error_handler(path_refused))
            .map(|app| app.configure(docs_page::configure))
            .map(|app| app.wrap(from_fn(gate)).wrap(cors(&state.config)))
            .into_app()
    });
    Ok(server
        .workers(workers)
        .keep_alive(Duration::from_secs(30))
        .client_request_timeout(Duration::from_secs(5))
        .client_disconnect_timeout(Duration::from_secs(2))
        .max_connections(connections)
        .on_connect(|connection, _| {
            if let Some(socket) = connection.downcast_ref() {
                connection::cut_unread(socket);
            }
        })
        // Who serves listens to signals.
        .disable_signals()
        .shutdown_timeout(20)
        .listen(socket)?
        .run())
}

/// Browsers of the listed origins may call; of others, none.
fn cors(config: &Config) -> Cors {
    let mut cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PATCH", "DELETE"])
        .allowed_headers([
            header::ACCEPT,
            header::ACCEPT_LANGUAGE,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            header::HeaderName::from_static("idempotency-key"),
        ])
        .expose_headers([
            "ETag",
            "Location",
            "Link",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
            "X-Request-Id",
        ])
        .block_on_origin_mismatch(false)
        .max_age(600);
    for origin in config.origins() {
        cors = cors.allowed_origin(origin);
    }
    cors
}
