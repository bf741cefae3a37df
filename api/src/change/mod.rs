//! The feed of changes over HTTP: everything that happened to records, in one order, as far as the caller sees them.

mod head;
mod query;
pub mod stream;
mod wire;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use actix_web::http::header::LINK;
use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::access::Actor;
use domain::access::permission::ReadPublic;
use domain::record::Kind as RecordKind;
use persistence::change::feed::{FeedAsk, FeedEntry, FeedPage, feed};
use persistence::record::{self, Pick};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::asked::Asked;
use crate::auth::Require;
use crate::find;
use crate::kinds::{self, ShownRecord};
use crate::problem::{FeedProblems, Halt, Kind, Problem};
use crate::site::Site;
use crate::state::AppState;
use crate::wire::Query;

pub use head::Head;
use query::IncludeQuery;
pub use query::{ChangesQuery, IncludeRecord, kinds};
pub use wire::{ChangeOut, ChangePage, ParentOut};

/// List changes.
///
/// Of all partnerships, in the one order in which they were committed: no gap, nothing twice, whichever replica answers. What
/// appears to the caller is `published`, what disappears `unpublished`; numbers that are left out belong to what the caller
/// does not see. A record is `updated`, too, when records below it change, such as the attendance of a meeting.
///
/// To keep a copy: take a snapshot (`POST /api/v1/snapshots`), then follow `next` for ever, and read each record that changed.
/// With `wait` an empty answer waits for the next change; thirty requests and streams of one account, or of one address without
/// signing in, may wait at once (429). Changes of accounts and roles are told by the audit trail.
#[utoipa::path(
    tag = "Changes",
    params(ChangesQuery, IncludeQuery),
    responses(
        (status = 200, description = "What changed", body = ChangePage,
            headers(("Link" = String, description = "What follows, `rel=next`"))),
        FeedProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/changes")]
pub async fn list_changes(
    actor: Require<ReadPublic>,
    state: web::Data<AppState>,
    query: Query<ChangesQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    answer(&state, &actor, &query.into_inner(), None, &request).await
}

/// List the changes of a partnership.
///
/// Of its own record, of its records, and of institutions, which all partnerships share.
#[utoipa::path(
    tag = "Changes",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        ChangesQuery, IncludeQuery),
    responses(
        (status = 200, description = "What changed", body = ChangePage,
            headers(("Link" = String, description = "What follows, `rel=next`"))),
        FeedProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/changes")]
pub async fn list_partnership_changes(
    actor: Require<ReadPublic>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    query: Query<ChangesQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let partnership = find::partnership(&state.db, &key).await?;
    let here = Some(partnership.head.id);
    answer(&state, &actor, &query.into_inner(), here, &request).await
}

async fn answer(
    state: &AppState,
    actor: &Actor,
    query: &ChangesQuery,
    partnership: Option<Uuid>,
    request: &HttpRequest,
) -> Result<HttpResponse, Halt> {
    let (path, address) = (request.path(), Asked::of(request).address);
    let mut ask = query.ask(actor, partnership)?;
    let mut page = read(state, &ask).await?;
    if page.entries.is_empty() && query.wait > 0 {
        let _seat = state.limits.seat(actor.account, address)?;
        let wait = Duration::from_secs(query.wait);
        page = next_seen(state, &mut ask, page, wait).await?;
    }
    let next = format!("{path}?{}", query.next(page.next));
    let records = match query.include {
        Some(IncludeRecord::Record) => Some(records(state, actor, &page.entries).await?),
        None => None,
    };
    let items = page.entries.into_iter().map(|entry| {
        let narrowest = ask.sight.narrowest(entry.partnership_id);
        ChangeOut::of(entry, narrowest, records.as_ref())
    });
    let items = items.collect();
    Ok(HttpResponse::Ok()
        .insert_header((LINK, format!("<{next}>; rel=\"next\"")))
        .json(ChangePage { items, next }))
}

/// A stretch of the feed. What the feed does not reach back to is gone; what lies ahead of it is of another database.
async fn read(state: &AppState, ask: &FeedAsk) -> Result<FeedPage, Halt> {
    let page = feed(&state.db, ask).await?;
    Ok(page.ok_or_else(|| Problem::of(Kind::SnapshotRequired))?)
}

/// The next stretch in which the caller sees something, or an empty one when the time is over.
async fn next_seen(
    state: &AppState,
    ask: &mut FeedAsk,
    mut page: FeedPage,
    wait: Duration,
) -> Result<FeedPage, Halt> {
    let until = tokio::time::Instant::now() + wait;
    while page.entries.is_empty() && !state.head.is_stopping() {
        let left = until.saturating_duration_since(tokio::time::Instant::now());
        if left.is_zero() {
            break;
        }
        ask.after = page.next;
        state.head.beyond(&state.db, ask.after, left).await?;
        page = read(state, ask).await?;
    }
    Ok(page)
}

/// The records of some changes, as they are now, as far as the caller sees them.
async fn records(
    state: &AppState,
    actor: &Actor,
    entries: &[FeedEntry],
) -> Result<HashMap<Uuid, Box<RawValue>>, Halt> {
    let mut wanted: BTreeMap<(Option<Uuid>, RecordKind), Vec<Uuid>> = BTreeMap::new();
    for entry in entries {
        let of_kind = wanted
            .entry((entry.partnership_id, entry.kind))
            .or_default();
        of_kind.push(entry.record_id);
    }
    let conn = &state.db;
    let ids = wanted.keys().filter_map(|(partnership, _)| *partnership);
    let sites = record::of_ids(conn, ids).await?.into_iter();
    let site = |partnership| Site::in_partnership(partnership, actor, &state.clock);
    let sites: HashMap<Uuid, Site> = sites.map(site).map(|site| (site.id(), site)).collect();
    let mut found: Vec<ShownRecord> = Vec::new();
    for ((partnership, kind), ids) in wanted {
        let pick = Pick::Ids(ids);
        let site = partnership.and_then(|id| sites.get(&id));
        found.extend(kinds::of_kind(conn, &state.clock, site, kind, &pick).await?);
    }
    Ok(found.into_iter().map(|one| (one.id, one.json)).collect())
}
