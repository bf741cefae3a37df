//! What was sent to a webhook: the log, a test, and telling again.

use actix_web::{HttpResponse, get, post, web};
use domain::access::permission::ManageWebhooks;
use domain::fault::Rule;
use persistence::change;
use persistence::list::AskLines;
use persistence::webhook::message::{self, Message, NewMessage};
use persistence::webhook::work;
use uuid::Uuid;

use super::filter::{WebhookMessageFilter, WebhookSort};
use super::find_webhook;
use super::wire::{
    NoDataOut, WebhookData, WebhookMessageOut, WebhookPayload, WebhookReplayIn, WebhookReplayOut,
};
use crate::auth::Require;
use crate::problem::{CreateProblems, Halt, InternalProblems, Kind, Problem, ReplayProblems};
use crate::state::AppState;
use crate::wire::{Body, Fetched, List, Page, PageParams, Write, WriteParams};

/// One page of messages.
pub type WebhookMessagePage = Page<WebhookMessageOut>;

/// List the messages of a webhook.
///
/// With every attempt, for 30 days after the last one. `modified_since` tells of which something was heard since, in the order
/// in which they were written down, without tombstones.
#[utoipa::path(
    tag = "Webhooks",
    params(
        ("webhook" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000071"),
        WebhookMessageFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of messages", body = WebhookMessagePage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        InternalProblems
    ),
    security(("bearer" = [ManageWebhooks]))
)]
#[get("/api/v1/webhooks/{webhook}/messages")]
pub async fn list_webhook_messages(
    actor: Require<ManageWebhooks>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    list: List<WebhookMessageFilter>,
) -> Result<HttpResponse, Halt> {
    let webhook = find_webhook(&state.db, &actor, &state.clock, &key).await?;
    let fetched = move |list: List<WebhookMessageFilter>| {
        let state = state.clone();
        async move {
            let since = list.page.modified_since;
            let condition = list.filter.condition()?;
            let ask = AskLines {
                condition: condition.add_option(since.map(message::since)),
                last_first: list.filter.sort == WebhookSort::CreatedAtDescending && since.is_none(),
                limit: list.page.limit,
                after: list.after()?,
                total: list.page.total,
            };
            let page = message::list(&state.db, webhook.head.id, &ask).await?;
            let shown = page.lines.iter().map(WebhookMessageOut::of).collect();
            Ok(Fetched::lines(shown, page.next, page.total))
        }
    };
    list.answer(None, fetched).await
}

/// Read one message of a webhook.
///
/// With what became of each try to deliver it.
#[utoipa::path(
    tag = "Webhooks",
    params(
        ("webhook" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000071"),
        ("message" = Uuid, Path, description = "Id of the message", example = "0198c0de-0000-7000-8000-000000000072")
    ),
    responses((status = 200, description = "The message", body = WebhookMessageOut), InternalProblems),
    security(("bearer" = [ManageWebhooks]))
)]
#[get("/api/v1/webhooks/{webhook}/messages/{message}")]
pub async fn read_webhook_message(
    actor: Require<ManageWebhooks>,
    state: web::Data<AppState>,
    keys: web::Path<(String, Uuid)>,
) -> Result<HttpResponse, Halt> {
    let (webhook, id) = keys.into_inner();
    let webhook = find_webhook(&state.db, &actor, &state.clock, &webhook).await?;
    let found = message::find(&state.db, webhook.head.id, id).await?;
    let found: Message = found.ok_or_else(|| Problem::of(Kind::NotFound))?;
    Ok(HttpResponse::Ok().json(WebhookMessageOut::of(&found)))
}

/// Send a test message to a webhook.
///
/// Of type `test`, signed and tried like every other. What became of it stands in the log.
#[utoipa::path(
    tag = "Webhooks",
    params(
        ("webhook" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000071"),
        WriteParams
    ),
    responses(
        (status = 202, description = "It is on its way", body = WebhookMessageOut, headers(
            ("Location" = String, description = "Where it can be read"))),
        CreateProblems
    ),
    security(("bearer" = [ManageWebhooks]))
)]
#[post("/api/v1/webhooks/{webhook}/messages")]
pub async fn create_webhook_message(
    actor: Require<ManageWebhooks>,
    write: Write,
    key: web::Path<String>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let webhook = find_webhook(&*tx, &actor, write.clock(), &key).await?;
    if webhook.value.status != "active" {
        return Err(Problem::conflict("webhook_not_active").into());
    }
    let (id, webhook) = (tx.new_id(), webhook.head.id);
    let test = of_no_change(id, "test", tx.now());
    message::insert(&tx, webhook, vec![test]).await?;
    let found = message::find(&*tx, webhook, id).await?;
    let found = found.ok_or_else(|| Problem::of(Kind::Internal))?;
    let location = format!("/api/v1/webhooks/{webhook}/messages/{id}");
    let answer = HttpResponse::Accepted()
        .insert_header(("Location", location))
        .json(WebhookMessageOut::of(&found));
    tx.commit(answer).await
}

/// A message that tells of no change.
pub(super) fn of_no_change(
    id: Uuid,
    event_type: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> NewMessage {
    let payload = WebhookPayload {
        r#type: event_type.to_owned(),
        timestamp: now,
        data: WebhookData::Nothing(NoDataOut {}),
    };
    NewMessage {
        id,
        seq: None,
        event_type: event_type.to_owned(),
        payload: serde_json::to_string(&payload).unwrap_or_default(),
    }
}

/// Tell a webhook again what happened.
///
/// Everything after a number, or since an instant, that the service sees by now: each message with the `webhook-id` that it had,
/// so that a receiver knows it again. What was not told yet is told all the same. 410 when the feed of changes does not reach
/// back that far.
#[utoipa::path(
    tag = "Webhooks",
    params(
        ("webhook" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000071"),
        WriteParams
    ),
    request_body(content = WebhookReplayIn, example = json!({"after": 1200})),
    responses(
        (status = 202, description = "It will be told", body = WebhookReplayOut),
        ReplayProblems
    ),
    security(("bearer" = [ManageWebhooks]))
)]
#[post("/api/v1/webhooks/{webhook}/replays")]
pub async fn create_webhook_replay(
    actor: Require<ManageWebhooks>,
    write: Write,
    key: web::Path<String>,
    body: Body<WebhookReplayIn>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let webhook = find_webhook(&*tx, &actor, write.clock(), &key).await?;
    let head = change::sequence(&*tx).await?;
    let after = match body.whole()? {
        WebhookReplayIn {
            after: Some(after),
            since: None,
        } => after,
        WebhookReplayIn {
            after: None,
            since: Some(since),
        } => {
            let first = change::first_since(&*tx, since).await?;
            first.map_or(head, |first| first - 1)
        }
        _ => {
            let problem = Problem::of(Kind::InvalidValues);
            return Err(problem.at("/after", Rule::Required).into());
        }
    };
    if !(0..=head).contains(&after) {
        let problem = Problem::of(Kind::InvalidValues);
        return Err(problem.at("/after", Rule::Range).into());
    }
    if !change::feed::reaches_back_to(&*tx, after).await? {
        return Err(Problem::of(Kind::SnapshotRequired).into());
    }
    work::set_back(&tx, webhook.head.id, after).await?;
    let answer = HttpResponse::Accepted().json(WebhookReplayOut { after });
    tx.commit(answer).await
}
