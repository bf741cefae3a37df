//! Exports of whole partnerships over HTTP: asked for, followed and fetched.

use std::collections::HashMap;
use std::io;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, ETAG};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, get};
use domain::access::permission::RunExports;
use domain::access::{Permission, View};
use domain::export::{Export, MOST_EXPORTS};
use domain::fault::Faults;
use domain::record::Versioned;
use futures_util::stream;
use persistence::Conn;
use persistence::export::{self as store, Column, chunk};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::{Require, forbidden};
use crate::problem::{Halt, InternalProblems, Kind, Problem};
use crate::records::{self, About, Answer, Filter, InPartnership, Orders, Read, Resource, Takes};
use crate::site::Site;
use crate::state::AppState;
use crate::wire::{WriteTx, has_already, not_modified};

/// How far an export is, and where its file is.
#[derive(Default, Serialize, ToSchema)]
pub struct Progress {
    /// How many records are written so far.
    #[schema(minimum = 0, example = 812)]
    progress: i64,
    /// Relative URL of the file, once there is one.
    #[schema(
        required,
        example = "/api/v1/partnerships/0198c0de-0000-7000-8000-000000000002/exports/0198c0de-0000-7000-8000-000000000081/download"
    )]
    download: Option<String>,
}

/// A ZIP, for the document.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct ExportFile(#[expect(dead_code, reason = "documents the answer")] Vec<u8>);

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
        (status = 200, description = "The file", body = ExportFile, content_type = "application/zip",
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
    let (site, export) = records::found::<Export, _>(&actor, &at).await?;
    let Versioned { head, value } = export;
    let missing = || Problem::of(Kind::NotFound);
    let (sha256, bytes) = value.sha256.as_ref().zip(value.bytes).ok_or_else(missing)?;
    if site.view < value.view() {
        return Err(forbidden(&actor, needed(value.view())).into());
    }
    let tag = format!("\"{sha256}\"");
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
        .body(file(state, head.id, bytes.unsigned_abs())))
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

impl Resource for Export {
    type Read = RunExports;
    type Create = RunExports;
    type Update = RunExports;
    type Delete = RunExports;
    type Computed = Progress;

    const OWNER: Option<Column> = Some(Column::Account);
    const IS_LIVE: bool = true;
    const CREATED: (StatusCode, &'static str) = (StatusCode::ACCEPTED, "It waits to be made");

    const ABOUT: About = About {
        tag: "Exports",
        collection: "exports",
        one: "export",
        many: "exports",
        example: "0198c0de-0000-7000-8000-000000000081",
        below: None,
        list: (
            "List exports.",
            "One's own; administrators see all. They are deleted a week after they were made.",
        ),
        read: (
            "Read one export.",
            "To follow how far it is, and to learn where its file is once it is done.",
        ),
        create: Some((
            (
                "Have an export made.",
                "All that the caller may read of the partnership, and institutions, which all partnerships share, as a ZIP: a file \
             for each kind of record, and `manifest.json` with the number of the feed of changes at which all of it stands, and \
             counts and SHA-256 of each file. It is made in the background with reading permissions alone, so that \
             `allowed_transitions` are empty, and shows no more than the caller saw when asking nor than the caller may see when \
             it is made. One account has twenty at the most, with those that are kept (409): delete one to have another made.",
            ),
            r#"{"kinds": ["meeting", "attendance"]}"#,
        )),
        update: None,
        delete: (
            "Delete an export.",
            "With its file. One that is being made is given up.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "status",
            about: "Codes of the vocabulary `export_statuses`, separated by commas.",
            example: "done,failed",
            takes: Takes::Code(Column::Status, "export_statuses"),
        },
        Filter {
            name: "schedule",
            about: "Id of a schedule.",
            example: "0198c0de-0000-7000-8000-000000000082",
            takes: Takes::Id(Column::Schedule),
        },
    ];

    const ORDERS: Orders<Self> = Orders::by_creation(&[("created_at", Column::CreatedAt)]);

    async fn prepare(
        &mut self,
        _: &WriteTx,
        site: &Site,
        _: Option<&Versioned<Self>>,
        _: &mut Faults,
    ) -> Result<(), Halt> {
        *self = std::mem::take(self).asked_for(site.actor.account, site.view);
        Ok(())
    }

    async fn rules(&self, tx: &WriteTx, _: &Site, _: Option<&Versioned<Self>>) -> Result<(), Halt> {
        tx.take_turn(self.account.id).await?;
        match store::asked_for(&**tx, self.account.id).await? < MOST_EXPORTS {
            true => Ok(()),
            false => Err(Problem::conflict("too_many_exports").into()),
        }
    }

    async fn compute(
        conn: &impl Conn,
        _: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<Progress>, Halt> {
        let ids: Vec<Uuid> = records.iter().map(|record| record.head.id).collect();
        let progress: HashMap<Uuid, i64> = store::progress(conn, &ids).await?.into_iter().collect();
        let computed = |Versioned { head, value }: &&Versioned<Self>| {
            let (partnership, id) = (value.partnership_id, head.id);
            let download = format!("/api/v1/partnerships/{partnership}/exports/{id}/download");
            Progress {
                progress: progress.get(&id).copied().unwrap_or_default(),
                download: value.sha256.as_ref().map(|_| download),
            }
        };
        Ok(records.iter().map(computed).collect())
    }
}
