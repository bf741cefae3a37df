//! Exports of whole partnerships over HTTP: asked for, followed and fetched.

mod filter;
mod wire;

use std::collections::HashMap;
use std::io;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, ETAG};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use domain::access::permission::RunExports;
use domain::access::{Permission, View};
use domain::export::{Export, MOST_EXPORTS};
use domain::record::Versioned;
use futures_util::stream;
use persistence::export::{self as store, chunk};
use persistence::{Condition, Conn};
use uuid::Uuid;

use crate::auth::{Require, forbidden};
use crate::find;
use crate::problem::{CreateProblems, DeleteProblems, Halt, InternalProblems, Kind, Problem};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::state::AppState;
use crate::wire::{
    Body, IfMatch, List, Page, PageParams, Write, WriteParams, WriteTx, has_already, not_modified,
};

pub use filter::{ExportFilter, ExportSort};
pub use wire::{ExportIn, ExportOut, default_format};

/// One page of exports.
pub type ExportPage = Page<ExportOut>;

/// List exports.
///
/// One's own; administrators see all. They are deleted a week after they were made.
#[utoipa::path(
    tag = "Exports",
    params(InPartnership, ExportFilter, PageParams),
    responses(
        (status = 200, description = "A page of exports", body = ExportPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        InternalProblems
    ),
    security(("bearer" = [RunExports]))
)]
#[get("/api/v1/partnerships/{partnership}/exports")]
pub async fn list_exports(
    actor: Require<RunExports>,
    at: Read,
    list: List<ExportFilter>,
) -> Answer {
    resource::list_moving::<Export, _, _>(&actor, &at, list).await
}

/// Read one export.
///
/// To follow how far it is, and to learn where its file is once it is done.
#[utoipa::path(
    tag = "Exports",
    params(
        InPartnership,
        ("export" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000081")
    ),
    responses(
        (status = 200, description = "The export", body = ExportOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        InternalProblems
    ),
    security(("bearer" = [RunExports]))
)]
#[get("/api/v1/partnerships/{partnership}/exports/{export}")]
pub async fn read_export(actor: Require<RunExports>, at: Read) -> Answer {
    resource::read::<Export, _>(&actor, &at).await
}

/// Have an export made.
///
/// All that the caller may read of the partnership, and institutions, which all partnerships share, as a ZIP: a file for each
/// kind of record, and `manifest.json` with the number of the feed of changes at which all of it stands, and counts and SHA-256
/// of each file. It is made in the background with reading permissions alone, so that `allowed_transitions` are empty, and shows no
/// more than the caller saw when asking nor than the caller may see when it is made. One account has twenty
/// at the most, with those that are kept (409): delete one to have another made.
#[utoipa::path(
    tag = "Exports",
    params(InPartnership, WriteParams),
    request_body = ExportIn,
    responses(
        (status = 202, description = "It waits to be made", body = ExportOut, headers(
            ("Location" = String, description = "Where it can be followed"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [RunExports]))
)]
#[post("/api/v1/partnerships/{partnership}/exports")]
pub async fn create_export(
    actor: Require<RunExports>,
    write: Write,
    body: Body<ExportIn>,
) -> Answer {
    resource::create::<Export, _>(&actor, write, body).await
}

/// Download the file of an export.
///
/// As long as the caller may still see all that it shows.
#[utoipa::path(
    tag = "Exports",
    params(
        InPartnership,
        ("export" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000081")
    ),
    responses(
        (status = 200, description = "The file", body = String, content_type = "application/zip",
            headers(("ETag" = String, description = "Tells this file from others"))),
        (status = 304, description = "The file of If-None-Match"),
        InternalProblems
    ),
    security(("bearer" = [RunExports]))
)]
#[get("/api/v1/partnerships/{partnership}/exports/{export}/download")]
pub async fn download_export(
    actor: Require<RunExports>,
    state: web::Data<AppState>,
    at: Read,
    request: HttpRequest,
) -> Answer {
    let (site, export) = resource::found::<Export, _>(&actor, &at).await?;
    let Versioned { head, value } = export;
    let missing = || Problem::of(Kind::NotFound);
    let made = value.made.as_ref().ok_or_else(missing)?;
    if site.view < value.view() {
        return Err(forbidden(&actor, needed(value.view())).into());
    }
    let tag = format!("\"{}\"", made.sha256);
    if has_already(&request, &tag) {
        return Ok(not_modified(tag));
    }
    let day = value.finished_at.unwrap_or(head.modified_at).date_naive();
    let name = format!("{}-{day}.zip", site.partnership.value.slug);
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((ETAG, tag))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .body(file(state, head.id, made.bytes)))
}

/// What is needed to see a view.
const fn needed(view: View) -> Permission {
    match view {
        View::Public => Permission::RunExports,
        View::Internal => Permission::ReadInternal,
        View::Personal => Permission::ReadPersonal,
    }
}

/// A file, read chunk by chunk as it is sent. Where one is missing, because the export was deleted meanwhile, fewer bytes are sent
/// than were announced.
fn file(
    state: web::Data<AppState>,
    id: Uuid,
    bytes: u64,
) -> SizedStream<impl stream::Stream<Item = io::Result<Bytes>>> {
    let chunks = stream::try_unfold((state, 0), move |(state, number)| async move {
        let read = chunk::read(&state.db, id, number).await;
        let chunk = read.map_err(|error| io::Error::other(error.to_string()))?;
        Ok(chunk.map(|chunk| (Bytes::from(chunk), (state, number + 1))))
    });
    SizedStream::new(bytes, Box::pin(chunks))
}

/// Delete an export.
///
/// With its file. One that is being made is given up.
#[utoipa::path(
    tag = "Exports",
    params(
        InPartnership,
        ("export" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000081"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [RunExports]))
)]
#[delete("/api/v1/partnerships/{partnership}/exports/{export}")]
pub async fn delete_export(actor: Require<RunExports>, write: Write, if_match: IfMatch) -> Answer {
    resource::delete::<Export, _>(&actor, write, &if_match).await
}

impl Resource for Export {
    type In = ExportIn;
    type Out = ExportOut;
    const CREATED: StatusCode = StatusCode::ACCEPTED;

    fn scope(site: &Site) -> Condition {
        let here = store::of_partnership(site.id());
        match site.actor.may_everywhere(Permission::RunExports) {
            true => here,
            false => here.add(store::of_account(site.actor.account.unwrap_or_default())),
        }
    }

    async fn checked(
        tx: &WriteTx,
        site: &Site,
        _before: Option<&Versioned<Self>>,
        body: ExportIn,
    ) -> Result<Self, Halt> {
        let account = site.actor.account.unwrap_or_default();
        let draft = body.into_draft(site.id(), account);
        let export = draft.check(site.view).map_err(Problem::from)?;
        tx.take_turn(account).await?;
        if store::asked_for(&**tx, account).await? >= MOST_EXPORTS {
            return Err(Problem::conflict("too_many_exports").into());
        }
        Ok(export)
    }

    async fn show(
        conn: &impl Conn,
        _site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<ExportOut>, Halt> {
        let ids: Vec<Uuid> = records.iter().map(|record| record.head.id).collect();
        let progress: HashMap<Uuid, i64> = store::progress(conn, &ids).await?.into_iter().collect();
        let accounts = records.iter().map(|record| record.value.account_id);
        let accounts = find::accounts(conn, accounts).await?;
        let show = |record: &&Versioned<Self>| {
            let account = accounts.get(&record.value.account_id).cloned();
            let progress = progress.get(&record.head.id).copied().unwrap_or_default();
            ExportOut::of(record, account, progress)
        };
        Ok(records.iter().map(show).collect())
    }
}
