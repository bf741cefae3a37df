//! The public data sets, for catalogues of open data: DCAT-AP, and the harvester of dane.gov.pl.

mod dataset;
mod dcat;
mod harvester;

use actix_web::http::header::ETAG;
use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::access::View;
use domain::access::permission::ReadPublic;
use domain::partnership::Partnership;
use domain::record::Versioned;
use md5::{Digest, Md5};
use persistence::{Condition, Conn, change, record};

use crate::auth::Require;
use crate::problem::{Halt, Kind, Problem, ReadProblems};
use crate::state::AppState;
use crate::wire::{has_already, not_modified, sequence_tag};
use dataset::Dataset;

pub use dcat::CatalogOut;

/// Every public data set, those of one partnership after those of another.
async fn datasets(conn: &impl Conn, base: &str) -> Result<Vec<Dataset>, Halt> {
    let mut partnerships: Vec<Versioned<Partnership>> =
        record::every(conn, Condition::all()).await?;
    partnerships.sort_by(|one, other| one.value.slug.cmp(&other.value.slug));
    let mut found = Vec::new();
    for partnership in &partnerships {
        let sequence = change::feed::sequence_of(conn, Some(partnership.head.id)).await?;
        let modified = change::time_of(conn, sequence).await?;
        let modified = modified.unwrap_or(partnership.head.modified_at);
        found.extend(dataset::of(partnership, base, modified));
    }
    Ok(found)
}

/// Answers what is said of all data sets, unless the caller has it already.
async fn answer(
    state: &AppState,
    request: &HttpRequest,
    media_type: &str,
    said: impl FnOnce(&[Dataset]) -> Result<String, Problem>,
) -> Result<HttpResponse, Halt> {
    let sequence = change::sequence(&state.db).await?;
    let tag = sequence_tag(sequence, View::Public, &request.uri().to_string());
    if has_already(request, &tag) {
        return Ok(not_modified(tag));
    }
    let datasets = datasets(&state.db, &state.config.public_url()).await?;
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, tag))
        .content_type(media_type)
        .body(said(&datasets)?))
}

/// Read the catalogue of public data sets.
///
/// DCAT-AP 3 in JSON-LD: for each partnership its signatories, meetings, recommendations, communiqués, commitments, good practices and
/// activity report, with the addresses where they are read.
#[utoipa::path(
    tag = "Catalogue",
    responses(
        (status = 200, description = "The catalogue", body = CatalogOut, content_type = "application/ld+json",
            headers(("ETag" = String, description = "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"))),
        (status = 304, description = "Nothing changed since the answer of If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/catalog.jsonld")]
pub async fn read_catalog(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let described = |datasets: &[Dataset]| {
        let licence = state.config.data_licence.as_deref();
        let catalog = CatalogOut::of(&state.config.public_url(), licence, datasets);
        Ok(serde_json::to_string(&catalog).unwrap_or_default())
    };
    answer(&state, &request, "application/ld+json", described).await
}

fn harvested(datasets: &[Dataset]) -> Result<String, Problem> {
    harvester::write(datasets).map_err(|_| Problem::of(Kind::Internal))
}

/// Read the data sets for dane.gov.pl.
///
/// The XML file that the harvester of the Polish open data portal reads (schema 1.13), with tables of every data set. Beside it
/// stands its MD5 sum, by which the harvester knows that something changed.
#[utoipa::path(
    tag = "Catalogue",
    responses(
        (status = 200, description = "The data sets", body = String, content_type = "application/xml",
            headers(("ETag" = String, description = "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"))),
        (status = 304, description = "Nothing changed since the answer of If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/dane-gov-pl.xml")]
pub async fn read_harvest(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let media_type = "application/xml; charset=utf-8";
    answer(&state, &request, media_type, harvested).await
}

/// Read the MD5 sum of the data sets for dane.gov.pl.
///
/// In hexadecimal digits, of the whole file.
#[utoipa::path(
    tag = "Catalogue",
    responses(
        (status = 200, description = "The sum", body = String, content_type = "text/plain",
            headers(("ETag" = String, description = "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"))),
        (status = 304, description = "Nothing changed since the answer of If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/dane-gov-pl.md5")]
pub async fn read_harvest_sum(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let sum = |datasets: &[Dataset]| Ok(hex::encode(Md5::digest(harvested(datasets)?)));
    answer(&state, &request, "text/plain; charset=utf-8", sum).await
}
