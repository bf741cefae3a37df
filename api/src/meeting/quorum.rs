//! The quorum of a meeting over HTTP.

use actix_web::{HttpResponse, get, web};
use domain::access::permission::ReadInternal;
use domain::governance::body::Body;
use domain::governance::term::Term;
use domain::meeting::Meeting;
use domain::meeting::quorum::Quorum;
use persistence::governance::term;
use persistence::meeting::quorum::{Entitled, counted};
use persistence::record;

use crate::auth::Require;
use crate::problem::{Halt, InternalProblems};
use crate::records::{self, InPartnership, Read};
use crate::state::AppState;

/// Read the quorum of a meeting.
///
/// Computed from the current attendance list: how many institutions are entitled to vote on the day of the meeting, how many of them are present,
/// and how many must be present for a decision. `quorum_required` of the meeting takes precedence over the rule of the term, and that over the
/// rule of the body.
#[utoipa::path(
    tag = "Meetings",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug", max_length = 100, example = "rada-2016-1")
    ),
    responses((status = 200, description = "The quorum", body = Quorum), InternalProblems),
    security(("bearer" = [ReadInternal]))
)]
#[get("/api/v1/partnerships/{partnership}/meetings/{meeting}/quorum")]
pub async fn read_quorum(
    actor: Require<ReadInternal>,
    state: web::Data<AppState>,
    read: Read,
) -> Result<HttpResponse, Halt> {
    let (site, meeting) = records::found::<Meeting, _>(&actor, &read).await?;
    let db = &state.db;
    let day = meeting.value.held_on;
    let (mut body, mut held) = (None, None);
    if let Some(link) = meeting.value.body {
        body = record::of_ids::<Body>(db, [link.id]).await?.pop();
        let terms = term::of_body(link.id).add(term::holding_on(day));
        held = record::every::<Term>(db, terms).await?.pop();
    }
    let kind = body
        .as_ref()
        .map_or(&meeting.value.kind, |body| &body.value.kind);
    let entitled = match (kind.as_str(), &body) {
        ("assembly", _) => Some(Entitled::Signatories),
        (_, Some(body)) => Some(Entitled::Seats(body.head.id)),
        (_, None) => None,
    };
    let counts = match entitled {
        Some(entitled) => Some(counted(db, site.id(), meeting.head.id, entitled, day).await?),
        None => None,
    };
    let (body, term) = (body.map(|body| body.value), held.map(|term| term.value));
    let quorum = Quorum::of(counts, &meeting.value, term.as_ref(), body.as_ref());
    Ok(HttpResponse::Ok().json(quorum))
}
