//! The hand-written limit: the same answers on the same database by the shortest way we know. No
//! accounts, no validation, no audit trail; what remains is what the work itself costs.

mod figures;
mod postgres;
mod shape;
mod sqlite;

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::error::{ErrorBadRequest, ErrorInternalServerError};
use actix_web::{App, Error, HttpResponse, HttpServer, get, post, web};
use anyhow::{Context, Result};
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use chrono::NaiveDate;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::stand::PASSWORD;
use postgres::Pool;
use shape::NewMeeting;
use sqlite::{Reader, Writer};

/// What one worker answers from. It shares nothing with the others but SQLite's one writer.
enum Store {
    Sqlite {
        reader: Reader,
        grouped: Writer,
        single: Writer,
    },
    Postgres {
        url: String,
        pool: OnceCell<Pool>,
    },
}

/// With the parameters of the product's default: 19 MiB, twice, one lane.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let hash = Argon2::default().hash_password(PASSWORD.as_bytes());
    hash.map(|hash| hash.to_string()).unwrap_or_default()
});

struct Worker {
    store: Store,
    today: String,
}

impl Worker {
    fn sqlite(&self) -> Option<&Reader> {
        match &self.store {
            Store::Sqlite { reader, .. } => Some(reader),
            Store::Postgres { .. } => None,
        }
    }

    /// Connects at the first request: only then does the worker's own runtime drive the connections.
    async fn postgres(&self) -> Result<&Pool> {
        match &self.store {
            Store::Postgres { url, pool } => pool.get_or_try_init(|| Pool::open(url)).await,
            Store::Sqlite { .. } => anyhow::bail!("this is SQLite"),
        }
    }
}

/// Serves until it is killed.
pub async fn serve(database: String, listen: String) -> Result<()> {
    let writers = match database.strip_prefix("sqlite://") {
        Some(file) => Some((Writer::start(file, usize::MAX)?, Writer::start(file, 1)?)),
        None => None,
    };
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let today = today();
    let server = HttpServer::new(move || {
        let store = match (database.strip_prefix("sqlite://"), &writers) {
            (Some(file), Some((grouped, single))) => {
                Reader::open(file).map(|reader| Store::Sqlite {
                    reader,
                    grouped: grouped.clone(),
                    single: single.clone(),
                })
            }
            _ => Ok(Store::Postgres {
                url: database.clone(),
                pool: OnceCell::new(),
            }),
        };
        let worker = store.map(|store| {
            web::Data::new(Worker {
                store,
                today: today.clone(),
            })
        });
        let app = App::new()
            .service(ready)
            .service(item)
            .service(page)
            .service(report)
            .service(create)
            .service(login);
        match worker {
            Ok(worker) => app.app_data(worker),
            Err(error) => {
                // Without its data every handler answers 500, which the runner reports.
                eprintln!("limit: {error:#}");
                app
            }
        }
    });
    let server = server
        .workers(workers)
        .bind(&listen)
        .with_context(|| format!("cannot listen on {listen}"))?;
    Ok(server.run().await?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "outside of the product there is no Clock to ask"
)]
fn today() -> String {
    chrono::Utc::now().date_naive().to_string()
}

#[expect(
    clippy::disallowed_methods,
    reason = "outside of the product there are no Ids to ask"
)]
fn new_id() -> Uuid {
    Uuid::now_v7()
}

fn failed(error: anyhow::Error) -> Error {
    ErrorInternalServerError(format!("{error:#}"))
}

fn json(body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(body)
}

#[get("/health/ready")]
async fn ready() -> HttpResponse {
    HttpResponse::Ok().finish()
}

#[get("/api/v1/institutions/{id}")]
async fn item(worker: web::Data<Worker>, id: web::Path<Uuid>) -> Result<HttpResponse, Error> {
    let body = match worker.sqlite() {
        Some(reader) => reader.item(*id, &worker.today),
        None => async { worker.postgres().await?.item(*id, &worker.today).await }.await,
    };
    Ok(json(body.map_err(failed)?))
}

#[get("/api/v1/institutions")]
async fn page(
    worker: web::Data<Worker>,
    query: web::Query<HashMap<String, String>>,
) -> Result<HttpResponse, Error> {
    let limit = query
        .get("limit")
        .and_then(|limit| limit.parse().ok())
        .unwrap_or(50);
    if query.contains_key("modified_since") {
        let body = match worker.sqlite() {
            Some(reader) => reader.sync(limit, &worker.today),
            None => async { worker.postgres().await?.sync(limit, &worker.today).await }.await,
        };
        return Ok(json(body.map_err(failed)?));
    }
    let kind = query.get("kind").ok_or_else(|| ErrorBadRequest("kind"))?;
    let body = match worker.sqlite() {
        Some(reader) => reader.page(kind, limit, &worker.today),
        None => {
            async {
                worker
                    .postgres()
                    .await?
                    .page(kind, limit, &worker.today)
                    .await
            }
            .await
        }
    };
    Ok(json(body.map_err(failed)?))
}

#[get("/api/v1/partnerships/{partnership}/reports/activity")]
async fn report(
    worker: web::Data<Worker>,
    query: web::Query<HashMap<String, String>>,
) -> Result<HttpResponse, Error> {
    let year = query.get("year").and_then(|year| year.parse().ok());
    let days = year.and_then(|year| {
        Some((
            NaiveDate::from_ymd_opt(year, 1, 1)?,
            NaiveDate::from_ymd_opt(year, 12, 31)?,
        ))
    });
    let (from, to) = days.ok_or_else(|| ErrorBadRequest("year"))?;
    let body = match worker.sqlite() {
        Some(reader) => reader.figures(&from.to_string(), &to.to_string()),
        None => async { worker.postgres().await?.figures(from, to).await }.await,
    };
    Ok(json(body.map_err(failed)?))
}

/// The bare hash, off the async workers: what signing in costs at least.
#[post("/api/v1/auth/login")]
async fn login(body: web::Json<serde_json::Value>) -> Result<HttpResponse, Error> {
    let password = body["password"].as_str().unwrap_or_default().to_owned();
    let verified = web::block(move || {
        Argon2::default()
            .verify_password(password.as_bytes(), HASH.as_str())
            .is_ok()
    });
    match verified.await? {
        true => Ok(json(b"{}".to_vec())),
        false => Err(ErrorBadRequest("password")),
    }
}

/// `?each=1`: a transaction for each request, also where they could share one.
#[post("/api/v1/partnerships/{partnership}/meetings")]
async fn create(
    worker: web::Data<Worker>,
    query: web::Query<HashMap<String, String>>,
    body: web::Json<NewMeeting>,
) -> Result<HttpResponse, Error> {
    let (id, meeting) = (new_id(), body.into_inner());
    let done = match &worker.store {
        Store::Sqlite { single, .. } if query.contains_key("each") => {
            single.insert(id, meeting).await
        }
        Store::Sqlite { grouped, .. } => grouped.insert(id, meeting).await,
        Store::Postgres { .. } => {
            async { worker.postgres().await?.insert(id, meeting).await }.await
        }
    };
    done.map_err(failed)?;
    Ok(HttpResponse::Created().json(serde_json::json!({ "id": id })))
}
