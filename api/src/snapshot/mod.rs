//! Snapshots: everything that a caller may read, as it stands at one number of the feed of changes.

mod wire;

use std::time::Duration;

use actix_web::http::header::LINK;
use actix_web::{HttpResponse, post, rt, web};
use domain::access::Actor;
use domain::access::permission::TakeSnapshots;
use domain::partnership::Partnership;
use domain::record::Kind as RecordKind;
use futures_util::stream;
use persistence::record::{self, Pick};
use persistence::{Condition, Reading, change};
use serde::Deserialize;
use tokio::sync::mpsc::{self, Sender};
use tokio::time::timeout;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::auth::Require;
use crate::change::kinds;
use crate::clock::Clock;
use crate::find;
use crate::kinds::{self, ShownRecord};
use crate::problem::{Halt, Kind, Problem, SnapshotProblems};
use crate::site::Site;
use crate::state::AppState;
use crate::wire::{Codes, Query};

use wire::{EndMark, RecordMark, StartMark};
pub use wire::{SnapshotEndOut, SnapshotLineOut, SnapshotRecordOut, SnapshotStartOut};

/// How many records are read at once.
const PAGE: u64 = 200;
/// How long a client may take to receive a page, and the whole.
const PAGE_TAKES: Duration = Duration::from_secs(30);
const WHOLE_TAKES: Duration = Duration::from_secs(900);

/// What a snapshot holds.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SnapshotQuery {
    /// Codes of the vocabulary `record_kinds`, separated by commas; all that changes are told of when absent.
    #[param(format = "record_kinds", value_type = Option<String>, max_length = 500, example = "institution,signatory,meeting")]
    pub kind: Option<Codes>,
}

/// Take a snapshot.
///
/// Every record that the caller may read, of all partnerships, as lines of JSON: the first says at which number of the feed of
/// changes the snapshot stands and where to go on, the last how many records there were. All of it is of one moment; a body
/// without its last line is not whole. Two are taken at once for each replica, others are asked to wait (503).
#[utoipa::path(
    tag = "Changes",
    params(SnapshotQuery),
    responses(
        (status = 200, description = "The snapshot", content((SnapshotLineOut = "application/x-ndjson")),
            headers(("Link" = String, description = "The changes after it, `rel=monitor`"))),
        SnapshotProblems
    ),
    security(("bearer" = [TakeSnapshots]))
)]
#[post("/api/v1/snapshots")]
pub async fn create_snapshot(
    actor: Require<TakeSnapshots>,
    state: web::Data<AppState>,
    query: Query<SnapshotQuery>,
) -> Result<HttpResponse, Halt> {
    take(&state, &actor, query.into_inner(), None).await
}

/// Take a snapshot of a partnership.
///
/// Of its own record, of its records, and of institutions, which all partnerships share.
#[utoipa::path(
    tag = "Changes",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        SnapshotQuery),
    responses(
        (status = 200, description = "The snapshot", content((SnapshotLineOut = "application/x-ndjson")),
            headers(("Link" = String, description = "The changes after it, `rel=monitor`"))),
        SnapshotProblems
    ),
    security(("bearer" = [TakeSnapshots]))
)]
#[post("/api/v1/partnerships/{partnership}/snapshots")]
pub async fn create_partnership_snapshot(
    actor: Require<TakeSnapshots>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    query: Query<SnapshotQuery>,
) -> Result<HttpResponse, Halt> {
    let here = find::partnership(&state.db, &key).await?.head.id;
    take(&state, &actor, query.into_inner(), Some(here)).await
}

async fn take(
    state: &AppState,
    actor: &Actor,
    query: SnapshotQuery,
    partnership: Option<Uuid>,
) -> Result<HttpResponse, Halt> {
    let kinds = kinds(query.kind.as_ref())?;
    let busy = |_| Problem::of(Kind::Unavailable);
    let permit = state.snapshots.clone().try_acquire_owned().map_err(busy)?;
    let reading = state.db.reading().await?;
    let seq = change::sequence(&reading).await?;
    let changes = match partnership {
        None => format!("/api/v1/changes?after={seq}"),
        Some(id) => format!("/api/v1/partnerships/{id}/changes?after={seq}"),
    };
    let first = SnapshotLineOut::Start(SnapshotStartOut {
        r#type: StartMark::Snapshot,
        seq,
        at: state.clock.now(),
        changes: changes.clone(),
    });
    let (to, mut from) = mpsc::channel(2);
    let snapshot = Snapshot {
        reading,
        clock: state.clock.clone(),
        actor: actor.clone(),
        kinds,
        to: to.clone(),
        records: 0,
    };
    rt::spawn(async move {
        let sent = timeout(WHOLE_TAKES, snapshot.send(first, seq, partnership)).await;
        if !matches!(sent, Ok(Ok(()))) {
            // Breaks the connection: a client must not take a part for the whole.
            #[expect(
                clippy::let_underscore_must_use,
                reason = "a client that is gone needs no answer"
            )]
            let _ = to.send(Err(Broken)).await;
        }
        drop(permit);
    });
    let lines = stream::poll_fn(move |context| from.poll_recv(context));
    Ok(HttpResponse::Ok()
        .insert_header((LINK, format!("<{changes}>; rel=\"monitor\"")))
        .content_type("application/x-ndjson")
        .streaming(lines))
}

/// A snapshot was not sent to its end.
#[derive(Debug, thiserror::Error)]
#[error("the snapshot broke off")]
struct Broken;

struct Snapshot {
    reading: Reading,
    clock: Clock,
    actor: Actor,
    /// All when empty.
    kinds: Vec<RecordKind>,
    to: Sender<Result<web::Bytes, Broken>>,
    records: u64,
}

impl Snapshot {
    async fn send(
        mut self,
        first: SnapshotLineOut,
        seq: i64,
        partnership: Option<Uuid>,
    ) -> Result<(), Halt> {
        self.lines([first]).await?;
        self.kind(RecordKind::Institution, None).await?;
        let partnerships = match partnership {
            Some(id) => record::of_ids(&self.reading, [id]).await?,
            None => record::every::<Partnership>(&self.reading, Condition::all()).await?,
        };
        for partnership in partnerships {
            let site = Site::in_partnership(partnership, &self.actor, &self.clock);
            self.kind(RecordKind::Partnership, Some(&site)).await?;
            for kind in kinds::KINDS {
                self.kind(kind, Some(&site)).await?;
            }
        }
        let records = self.records;
        let end = SnapshotEndOut {
            r#type: EndMark::End,
            seq,
            records,
        };
        self.lines([SnapshotLineOut::End(end)]).await
    }

    /// Sends the records of a kind, page by page.
    async fn kind(&mut self, kind: RecordKind, site: Option<&Site>) -> Result<(), Halt> {
        if !self.kinds.is_empty() && !self.kinds.contains(&kind) {
            return Ok(());
        }
        let mut last = None;
        loop {
            let (reading, pick) = (&self.reading, Pick::After(last, PAGE));
            let page = kinds::of_kind(reading, &self.clock, site, kind, &pick).await?;
            last = page.last().map(|record| record.id);
            let is_last = (page.len() as u64) < PAGE;
            let partnership = site
                .map(Site::id)
                .filter(|_| kind != RecordKind::Partnership);
            self.records += page.len() as u64;
            let line = |record: ShownRecord| {
                SnapshotLineOut::Record(SnapshotRecordOut {
                    r#type: RecordMark::Record,
                    kind: kind.name().to_owned(),
                    id: record.id,
                    version: record.version,
                    partnership,
                    record: record.json,
                })
            };
            self.lines(page.into_iter().map(line)).await?;
            if is_last {
                return Ok(());
            }
        }
    }

    /// Sends lines, unless the client has stopped to receive them.
    async fn lines(&self, lines: impl IntoIterator<Item = SnapshotLineOut>) -> Result<(), Halt> {
        let mut text = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut text, &line).map_err(|_| Problem::of(Kind::Internal))?;
            text.push(b'\n');
        }
        let gone = || Problem::of(Kind::RequestTimeout);
        let sent = timeout(PAGE_TAKES, self.to.send(Ok(text.into()))).await;
        sent.map_err(|_| gone())?.map_err(|_| gone())?;
        Ok(())
    }
}
