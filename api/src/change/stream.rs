//! The feed as server-sent events: the same changes, as they happen.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, dev, get, web};
use domain::access::Actor;
use domain::access::permission::ReadPublic;
use futures_util::stream;
use persistence::change::feed::{FeedAsk, FeedPage};
use tokio::time::Instant;
use utoipa::IntoParams;
use uuid::Uuid;

use super::{ChangeOut, ChangesQuery, read};
use crate::asked::Asked;
use crate::auth::{self, Bearer, Require};
use crate::find;
use crate::limits::Seat;
use crate::problem::{FeedProblems, Halt, Problem};
use crate::state::AppState;
use crate::wire::Query;

/// How long a stream lasts. A client goes on where it was: one that was cut by a balancer does so anyway.
const LASTS: Duration = Duration::from_secs(600);
/// How often a silent stream shows that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Where a client that was cut off goes on.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct LastEventId {
    /// The `id` of the last event that arrived; wins over `after`.
    #[param(rename = "Last-Event-ID", max_length = 20, example = "1201")]
    last_event_id: Option<String>,
}

impl FromRequest for LastEventId {
    type Error = Halt;
    type Future = Ready<Result<Self, Halt>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let value = request.headers().get("last-event-id");
        let refused = |_| Problem::parameter("Last-Event-ID").into();
        let text = value.map(|value| value.to_str().map(str::to_owned));
        ready(
            text.transpose()
                .map_err(refused)
                .map(|last_event_id| Self { last_event_id }),
        )
    }
}

/// Follow changes as they happen.
///
/// The same as `/api/v1/changes`, as server-sent events: `id` is the number, `event` is `change`, `data` the JSON of the
/// change. Every 15 seconds something arrives. A stream ends after ten minutes, and when the caller's token is worth nothing
/// any more; `EventSource` goes on by itself with `Last-Event-ID`. One from which nothing is read for half a minute is cut.
/// Thirty streams of one account, or of one address without signing in, may be open at once (429).
#[utoipa::path(
    tag = "Changes",
    params(ChangesQuery, LastEventId),
    responses(
        (status = 200, description = "A stream of changes", content((String = "text/event-stream"))),
        FeedProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/changes/stream")]
pub async fn stream_changes(
    actor: Require<ReadPublic>,
    state: web::Data<AppState>,
    query: Query<ChangesQuery>,
    last: LastEventId,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    follow(&state, &actor, query.into_inner(), last, None, &request).await
}

/// Follow the changes of a partnership as they happen.
///
/// The same of one partnership, with its own record and institutions.
#[utoipa::path(
    tag = "Changes",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        ChangesQuery, LastEventId),
    responses(
        (status = 200, description = "A stream of changes", content((String = "text/event-stream"))),
        FeedProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/changes/stream")]
pub async fn stream_partnership_changes(
    actor: Require<ReadPublic>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    query: Query<ChangesQuery>,
    last: LastEventId,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let here = find::partnership(&state.db, &key).await?.head.id;
    let query = query.into_inner();
    follow(&state, &actor, query, last, Some(here), &request).await
}

/// What a stream goes on from.
struct Following {
    state: web::Data<AppState>,
    ask: FeedAsk,
    bearer: Option<Bearer>,
    asked: Asked,
    /// What was read and not sent yet.
    read: Option<FeedPage>,
    ends: Instant,
    /// Given up with the stream, also when it is cut.
    _seat: Seat,
}

async fn follow(
    state: &web::Data<AppState>,
    actor: &Actor,
    mut query: ChangesQuery,
    last: LastEventId,
    partnership: Option<Uuid>,
    request: &HttpRequest,
) -> Result<HttpResponse, Halt> {
    if query.include.is_some() {
        return Err(Problem::unknown_parameter("include".to_owned()).into());
    }
    if let Some(last) = last.last_event_id {
        let number = last.parse().ok().filter(|number| *number >= 0);
        query.after = number.ok_or_else(|| Problem::parameter("Last-Event-ID"))?;
    }
    let ask = query.ask(actor, partnership)?;
    let asked = Asked::of(request);
    let seat = state.limits.seat(actor.account, asked.address)?;
    // Read before answering, so that a problem is still one.
    let page = read(state, &ask).await?;
    let following = Following {
        state: state.clone(),
        ask,
        bearer: request.extensions().get::<Bearer>().cloned(),
        asked,
        read: Some(page),
        ends: Instant::now() + LASTS,
        _seat: seat,
    };
    let events = stream::unfold(following, |following| async {
        let (text, following) = following.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), following))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "no-store"))
        // Proxies that collect an answer before they pass it on would keep it.
        .insert_header((HeaderName::from_static("x-accel-buffering"), "no"))
        .streaming(events))
}

impl Following {
    /// What is sent next, unless the stream is over.
    async fn next(mut self) -> Option<(String, Self)> {
        let page = match self.read.take() {
            Some(page) => page,
            None => match self.wait().await {
                Ok(page) => page?,
                Err(refused) => {
                    tracing::info!(%refused, request.id = %self.asked.request_id, "Ended a stream of changes");
                    return None;
                }
            },
        };
        self.ask.after = page.next;
        Some((self.events(page), self))
    }

    async fn wait(&mut self) -> Result<Option<FeedPage>, Halt> {
        let state = &self.state;
        if Instant::now() >= self.ends || state.head.is_stopping() {
            return Ok(None);
        }
        let after = self.ask.after;
        state.head.beyond(&state.db, after, HEARTBEAT).await?;
        // Who may see less by now sees less, and whose token is worth nothing any more sees nothing.
        if let Some(bearer) = self.bearer.clone() {
            self.ask.sight = auth::stands_for(state, bearer, self.asked).await?.sight();
        }
        Ok(Some(read(state, &self.ask).await?))
    }

    /// Events, and at last the place up to which there are no more of them.
    fn events(&self, page: FeedPage) -> String {
        let mut text = String::new();
        for entry in page.entries {
            let narrowest = self.ask.sight.narrowest(entry.partnership_id);
            let change = ChangeOut::of(entry, narrowest, None);
            let data = serde_json::to_string(&change).unwrap_or_default();
            text.push_str(&format!(
                "id: {}\nevent: change\ndata: {data}\n\n",
                change.seq
            ));
        }
        text.push_str(&format!(": {}\nid: {}\n\n", page.next, page.next));
        text
    }
}
