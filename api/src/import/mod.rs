//! Loading a data file: over HTTP for administrators, and for the command line.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Seek};
use std::time::Duration;

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, post, web};
use domain::access::permission::Import;
use domain::import::{self, Dataset, ImportError};
use domain::language::Language;
use persistence::Tx;
use persistence::import::ApplyError;
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedSemaphorePermit;
use utoipa::{IntoParams, ToSchema};

use crate::asked::Asked;
use crate::auth::Require;
use crate::clock::new_id;
use crate::problem::{CreateProblems, FaultBody, Halt, Kind, Problem};
use crate::state::AppState;
use crate::wire::{Query, Write, WriteParams, check_media_type, received_file};

/// The greatest data file.
const LIMIT: usize = 64 * 1024 * 1024;
/// How long it may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(120);
/// How many records it may hold: something is kept of each until all of them are stored.
const MOST_RECORDS: usize = 400_000;

/// Whether to store what was read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// Check and count only; nothing is stored.
    #[serde(default)]
    #[param(default = false, required = false, example = true)]
    pub dry_run: bool,
}

/// What an import did to one collection.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsOut {
    /// Recorded for the first time.
    #[schema(example = 72)]
    pub created: u32,
    /// Changed.
    #[schema(example = 0)]
    pub updated: u32,
    /// As they were.
    #[schema(example = 0)]
    pub unchanged: u32,
}

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportOut {
    /// By collection of the file.
    pub counts: BTreeMap<&'static str, CountsOut>,
    /// What the file says that could not be done here, each with its place in the file: it is stored as the file says it, and
    /// marked as `recorded_later`.
    /// The first thousand are listed.
    #[schema(max_items = 1_000)]
    pub warnings: Vec<FaultBody>,
    /// How many warnings there are in all.
    #[schema(format = Int64, example = 2)]
    pub warnings_total: usize,
}

/// Stores a file in a transaction; the caller commits, or not. Warnings are worded in a language.
pub async fn apply<R: Read + Seek>(
    tx: &Tx,
    dataset: &mut Dataset<R>,
    language: Language,
) -> Result<ImportOut, ApplyError> {
    let counts = persistence::import::apply(tx, dataset, new_id).await?;
    let shown = counts.into_iter().map(|(name, counts)| {
        let counts = CountsOut {
            created: counts.created,
            updated: counts.updated,
            unchanged: counts.unchanged,
        };
        (name, counts)
    });
    let warnings = &dataset.warnings;
    let worded = warnings.listed.iter();
    Ok(ImportOut {
        counts: shown.collect(),
        warnings: worded.map(|fault| FaultBody::of(fault, language)).collect(),
        warnings_total: warnings.total,
    })
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Malformed { line, column } => Problem::not_json(line, column),
            ImportError::Faults(faults) => Problem::of(Kind::InvalidValues).listing(faults),
            ImportError::Unreadable(error) => {
                tracing::error!(%error, "A data file could not be read");
                Problem::of(Kind::Unavailable)
            }
        }
    }
}

impl From<ApplyError> for Problem {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Faults(faults) => Problem::of(Kind::NotUnique).listing(faults),
            ApplyError::File(error) => error.into(),
            ApplyError::Repo(error) => error.into(),
        }
    }
}

/// The file as it was sent, with its turn.
pub struct File {
    file: fs::File,
    turn: OwnedSemaphorePermit,
}

impl FromRequest for File {
    type Error = Halt;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, Halt>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            check_media_type(&request)?;
            let state = request.app_data::<web::Data<AppState>>();
            let state = state.ok_or_else(|| Problem::of(Kind::Internal))?;
            let file = received_file(&request, &mut payload, LIMIT, ARRIVAL).await?;
            // Not before: a line that is slow would keep everybody else waiting.
            let turn = state.file_turn().await?;
            Ok(Self { file, turn })
        })
    }
}

/// Load a data file.
///
/// The format `social-economy-partnership-seed`, version 1.0.0, of up to 64 MB, 400,000 records and half a megabyte for each row.
/// Everything is stored or nothing; a second run changes nothing. All faults are reported at once, each with its place in the
/// file: the first thousand are listed, `errors_total` counts them. One file is loaded at a time, others are asked to wait (503).
///
/// Rules that bind who takes a step here, such as the vote that an adoption needs, do not bind a file, which brings years that are
/// over: what breaks one is stored, marked `recorded_later` and told in `warnings`, the first thousand of them.
#[utoipa::path(
    tag = "Imports",
    params(ImportQuery, WriteParams),
    request_body(content = Object, content_type = "application/json", description = "The file"),
    responses((status = 200, description = "Stored, or checked", body = ImportOut), CreateProblems),
    security(("bearer" = [Import]))
)]
#[post("/api/v1/imports")]
pub async fn create_import(
    _: Require<Import>,
    write: Write,
    query: Query<ImportQuery>,
    state: web::Data<AppState>,
    asked: Asked,
    file: File,
) -> Result<HttpResponse, Halt> {
    let today = write.today();
    let File { file, turn } = file;
    // The turn goes with the work: it goes on when nobody waits for the answer any more.
    let read = web::block(move || import::read(file, today, MOST_RECORDS).map(|read| (read, turn)));
    let read = read.await.map_err(|_| Problem::of(Kind::Internal))?;
    let (mut dataset, _turn) = read.map_err(Problem::from)?;
    let tx = write.begin().await?;
    let done = apply(&tx, &mut dataset, asked.language).await;
    let done = done.map_err(Problem::from)?;
    drop(dataset);
    let answer = HttpResponse::Ok().json(done);
    if query.into_inner().dry_run {
        return Ok(answer);
    }
    let answer = tx.commit(answer).await?;
    if let Err(error) = state.db.analyze().await {
        // What was imported is stored; the planner only knows less of it.
        tracing::warn!(%error, "The database was not analysed after an import");
    }
    Ok(answer)
}
