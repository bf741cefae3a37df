//! Webhooks over HTTP: services are told what changed (Standard Webhooks 1.0).

mod filter;
mod messages;
mod network;
mod sender;
mod wire;
mod worker;

use std::collections::HashMap;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use chrono::TimeDelta;
use domain::access::account::{Account, AccountKind};
use domain::access::permission::ManageWebhooks;
use domain::access::{Actor, Permission, View};
use domain::fault::Rule;
use domain::partnership::Partnership;
use domain::record::{Kind as RecordKind, Versioned};
use domain::webhook::{TRANSITIONS, Webhook, WebhookDraft};
use persistence::access::account;
use persistence::webhook::{self as store, secret, work};
use persistence::{Condition, Conn, change, list, record};
use uuid::Uuid;

use crate::auth::{Require, forbidden};
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, InternalProblems, Kind, Problem,
    TransitionProblems,
};
use crate::resource::{DryRun, TransitionIn};
use crate::state::AppState;
use crate::wire::{
    Body, Fetched, IfMatch, List, MergePatch, Page, PageParams, Query, RefIn, Write, WriteParams,
    WriteTx, no_content, read, reference, sort_by, updated,
};

pub use filter::{WebhookFilter, WebhookMessageFilter, WebhookSort};
pub use messages::{
    __path_create_webhook_message, __path_create_webhook_replay, __path_list_webhook_messages,
    __path_read_webhook_message, create_webhook_message, create_webhook_replay,
    list_webhook_messages, read_webhook_message,
};
pub use sender::Sender;
pub use wire::{
    NewWebhookOut, NewWebhookSecretOut, WebhookAttemptOut, WebhookIn, WebhookMessageOut,
    WebhookOut, WebhookPayload, WebhookReplayIn, WebhookReplayOut, WebhookSurroundings,
};
pub use worker::{deliver, deliver_due};

/// One page of webhooks.
pub type WebhookPage = Page<WebhookOut>;
/// A change of a webhook.
pub type WebhookPatch = MergePatch<WebhookIn>;

/// How long messages are signed with a secret that was replaced, too.
const OVERLAP: TimeDelta = TimeDelta::hours(24);

/// The webhooks that a caller sees: one's own, or all.
fn seen(actor: &Actor) -> Condition {
    if actor.may_everywhere(Permission::ManageWebhooks) {
        return Condition::all();
    }
    store::of_account(actor.account.unwrap_or_default())
}

/// The webhook of a path, if the caller sees it.
async fn find_webhook(
    conn: &impl Conn,
    actor: &Actor,
    key: &str,
) -> Result<Versioned<Webhook>, Halt> {
    find::of_path(conn, seen(actor), key).await
}

/// Shows webhooks; what belongs to them is asked once for all.
async fn shown(
    conn: &impl Conn,
    webhooks: &[&Versioned<Webhook>],
) -> Result<Vec<WebhookOut>, Halt> {
    let ids: Vec<Uuid> = webhooks.iter().map(|webhook| webhook.head.id).collect();
    let accounts = webhooks.iter().map(|webhook| webhook.value.account_id);
    let accounts = find::accounts(conn, accounts).await?;
    let partnerships = webhooks.iter().map(|webhook| webhook.value.partnership_id);
    let names = find::names(conn, RecordKind::Partnership, partnerships).await?;
    let faring: HashMap<Uuid, work::Faring> = work::faring(conn, &ids)
        .await?
        .into_iter()
        .map(|faring| (faring.id, faring))
        .collect();
    let shown = |webhook: &&Versioned<Webhook>| {
        let Versioned { head, value } = *webhook;
        let next = TRANSITIONS.allowed(&value.status).iter();
        let faring = faring.get(&head.id);
        WebhookOut::of(
            webhook,
            WebhookSurroundings {
                account: accounts.get(&value.account_id).cloned(),
                partnership: reference(&names, value.partnership_id),
                allowed_transitions: next.map(|to| (*to).to_owned()).collect(),
                seq: faring.map_or(0, |faring| faring.cursor),
                failing_since: faring.and_then(|faring| faring.failing_since),
            },
        )
    };
    Ok(webhooks.iter().map(shown).collect())
}

async fn shown_one(conn: &impl Conn, webhook: &Versioned<Webhook>) -> Result<WebhookOut, Halt> {
    let shown = shown(conn, &[webhook]).await?.pop();
    shown.ok_or_else(|| Problem::of(Kind::Internal).into())
}

/// Checks a body: its own rules, and what it refers to.
async fn checked(
    tx: &WriteTx,
    state: &AppState,
    account: Uuid,
    body: WebhookIn,
    status: &str,
) -> Result<Webhook, Halt> {
    let named = body.partnership.as_ref();
    let partnership =
        find::optional_reference::<Partnership>(tx, "/partnership", Condition::all(), named)
            .await?;
    let draft = WebhookDraft {
        name: body.name,
        url: body.url,
        event_types: body.event_types,
        partnership_id: partnership,
        contact_email: body.contact_email,
        external_ids: body.external_ids,
    };
    let internal = state.webhooks.reaches_internal();
    let checked = draft.check(account, status, internal);
    Ok(checked.map_err(Problem::from)?)
}

/// The service that a body names, or the caller; others' are for who manages all.
async fn service(tx: &WriteTx, actor: &Actor, named: Option<String>) -> Result<Uuid, Halt> {
    let own = actor.account.unwrap_or_default();
    let named = RefIn(named.unwrap_or_else(|| own.to_string()));
    let services = account::of_kinds(&[AccountKind::Service.code().to_owned()]);
    let id = find::reference::<Account>(tx, "/account", services, &named).await?;
    if id != own && !actor.may_everywhere(Permission::ManageWebhooks) {
        return Err(forbidden(actor, Permission::ManageWebhooks).into());
    }
    Ok(id)
}

/// Makes a secret that signs from now on.
async fn renew_secret(tx: &WriteTx, state: &AppState, webhook: Uuid) -> Result<String, Halt> {
    let (sealed, shown) = sender::fresh_secret(&state.keys.master)?;
    secret::replace(tx, webhook, tx.new_id(), sealed, tx.now() + OVERLAP).await?;
    Ok(shown)
}

/// List webhooks.
///
/// A service sees its own, administrators all.
#[utoipa::path(
    tag = "Webhooks",
    params(WebhookFilter, PageParams),
    responses(
        (status = 200, description = "A page of webhooks", body = WebhookPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        InternalProblems
    ),
    security(("bearer" = [ManageWebhooks]))
)]
#[get("/api/v1/webhooks")]
pub async fn list_webhooks(
    actor: Require<ManageWebhooks>,
    state: web::Data<AppState>,
    list: List<WebhookFilter>,
) -> Result<HttpResponse, Halt> {
    let seen = seen(&actor);
    let fetched = move |list: List<WebhookFilter>| {
        let (state, seen) = (state.clone(), seen.clone());
        async move {
            let condition = list.filter.condition()?.add(seen);
            let ask = list.ask(condition, sort_by(list.filter.sort))?;
            let page = list::page::<Webhook>(&state.db, ask).await?;
            let shown = shown(&state.db, &page.records().collect::<Vec<_>>()).await?;
            Ok(Fetched::page(page, shown))
        }
    };
    list.answer(None, fetched).await
}

/// Read one webhook.
///
/// Never with its secrets.
#[utoipa::path(
    tag = "Webhooks",
    params(("webhook" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000071")),
    responses(
        (status = 200, description = "The webhook", body = WebhookOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        InternalProblems
    ),
    security(("bearer" = [ManageWebhooks]))
)]
#[get("/api/v1/webhooks/{webhook}")]
pub async fn read_webhook(
    actor: Require<ManageWebhooks>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let webhook = find_webhook(&state.db, &actor, &key).await?;
    let body = shown_one(&state.db, &webhook).await?;
    Ok(read(&request, &webhook.head, View::Personal, &body))
}

/// Make a webhook for a service.
///
/// From then on the service is told there of every change that it may see, by the rules of
/// [Standard Webhooks](https://www.standardwebhooks.com/): signed (`webhook-id`, `webhook-timestamp`, `webhook-signature`), at
/// least once, tried for about three days, in the order of the changes as long as the receiver answers with 2xx. 410 ends it,
/// `Retry-After` is respected, redirects are not followed, addresses in private networks are not called. The answer shows the
/// secret, once; an `Idempotency-Key` is not looked at, because the answer is not kept.
#[utoipa::path(
    tag = "Webhooks",
    request_body = WebhookIn,
    responses(
        (status = 201, description = "Made; the secret is shown once", body = NewWebhookOut, headers(
            ("Location" = String, description = "Where it can be read"))),
        CreateProblems
    ),
    security(("bearer" = [ManageWebhooks]))
)]
#[post("/api/v1/webhooks")]
pub async fn create_webhook(
    actor: Require<ManageWebhooks>,
    state: web::Data<AppState>,
    write: Write,
    body: Body<WebhookIn>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin_once().await?;
    let check = async |mut body: WebhookIn| {
        let account = service(&tx, &actor, body.account.take()).await?;
        checked(&tx, &state, account, body, "active").await
    };
    let value = tx.checked(body, check).await?;
    let webhook = record::insert(&tx, tx.new_id(), value).await?;
    work::begin_at(&tx, webhook.head.id, change::sequence(&*tx).await?).await?;
    let shown = NewWebhookOut {
        secret: renew_secret(&tx, &state, webhook.head.id).await?,
        webhook: shown_one(&*tx, &webhook).await?,
    };
    let answer = HttpResponse::Created()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("Location", format!("/api/v1/webhooks/{}", webhook.head.id)))
        .json(&shown);
    tx.commit(answer).await
}

/// Change a webhook.
///
/// Not the service that it belongs to. What waits to be sent goes to the new address.
#[utoipa::path(
    tag = "Webhooks",
    params(
        ("webhook" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000071"),
        IfMatch
    ),
    request_body(content = WebhookPatch, content_type = "application/merge-patch+json", example = json!({"event_types": ["meeting.*"]})),
    responses(
        (status = 200, description = "Changed", body = WebhookOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [ManageWebhooks]))
)]
#[patch("/api/v1/webhooks/{webhook}")]
pub async fn update_webhook(
    actor: Require<ManageWebhooks>,
    state: web::Data<AppState>,
    write: Write,
    key: web::Path<String>,
    if_match: IfMatch,
    patch: Body<WebhookPatch>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let before = find_webhook(&*tx, &actor, &key).await?;
    if_match.check(&before.head)?;
    let merged = patch.whole()?.apply(&WebhookIn::from(&before.value))?;
    let account = before.value.account_id;
    let check = async |merged: WebhookIn| {
        let named = merged.account.as_deref();
        if named.is_some_and(|named| named != account.to_string()) {
            return Err(Problem::of(Kind::InvalidValues)
                .at("/account", Rule::Conflict)
                .into());
        }
        checked(&tx, &state, account, merged, &before.value.status).await
    };
    let after = tx.checked(merged, check).await?;
    let after = record::update(&tx, before, after).await?;
    let body = shown_one(&*tx, &after).await?;
    tx.commit(updated(&after.head, View::Personal, &body)).await
}

/// Pause a webhook, or go on with it.
///
/// What happens while it is paused is told when it goes on. One that has ended stays so.
#[utoipa::path(
    tag = "Webhooks",
    params(
        ("webhook" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000071"),
        IfMatch, WriteParams, DryRun
    ),
    request_body(content = TransitionIn, example = json!({"to": "paused", "reason": "Przerwa techniczna odbiorcy"})),
    responses(
        (status = 200, description = "In the other state", body = WebhookOut,
            headers(("ETag" = String, description = "Version and variant"))),
        TransitionProblems
    ),
    security(("bearer" = [ManageWebhooks]))
)]
#[post("/api/v1/webhooks/{webhook}/transitions")]
pub async fn transition_webhook(
    actor: Require<ManageWebhooks>,
    write: Write,
    key: web::Path<String>,
    if_match: IfMatch,
    trial: Query<DryRun>,
    step: Body<TransitionIn>,
) -> Result<HttpResponse, Halt> {
    let (step, reason) = TransitionIn::read(step)?;
    step.undated()?;
    step.unnumbered()?;
    let tx = write.begin().await?;
    let before = find_webhook(&*tx, &actor, &key).await?;
    if_match.check(&before.head)?;
    let status = &before.value.status;
    if !TRANSITIONS.permits(status, &step.to) {
        let allowed = TRANSITIONS.allowed(status).iter();
        let allowed = allowed.map(|to| (*to).to_owned()).collect();
        return Err(Problem::invalid_transition(status, allowed).into());
    }
    if let Some(reason) = reason {
        tx.because(reason);
    }
    let value = before.value.clone().entered(&step.to);
    let after = record::update(&tx, before, value).await?;
    if after.value.status == "active" {
        work::resume(&tx, after.head.id).await?;
    }
    let body = shown_one(&*tx, &after).await?;
    if trial.into_inner().dry_run {
        // Without a tag: the version it shows does not exist.
        return Ok(HttpResponse::Ok().json(&body));
    }
    tx.commit(updated(&after.head, View::Personal, &body)).await
}

/// Delete a webhook.
///
/// Nothing is sent any more, not even what waits.
#[utoipa::path(
    tag = "Webhooks",
    params(
        ("webhook" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000071"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [ManageWebhooks]))
)]
#[delete("/api/v1/webhooks/{webhook}")]
pub async fn delete_webhook(
    actor: Require<ManageWebhooks>,
    write: Write,
    key: web::Path<String>,
    if_match: IfMatch,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let before = find_webhook(&*tx, &actor, &key).await?;
    if_match.check(&before.head)?;
    let id = before.head.id;
    record::delete(&tx, before).await?;
    store::message::give_up(&tx, id).await?;
    tx.commit(no_content()).await
}

/// Replace the secret of a webhook.
///
/// For 24 hours messages carry the signatures of both, so that the receiver can change over without losing any. The answer
/// shows the new one, once; an `Idempotency-Key` is not looked at, because the answer is not kept.
#[utoipa::path(
    tag = "Webhooks",
    params(("webhook" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000071")),
    responses(
        (status = 201, description = "The secret, shown once", body = NewWebhookSecretOut),
        CreateProblems
    ),
    security(("bearer" = [ManageWebhooks]))
)]
#[post("/api/v1/webhooks/{webhook}/secrets")]
pub async fn create_webhook_secret(
    actor: Require<ManageWebhooks>,
    state: web::Data<AppState>,
    write: Write,
    key: web::Path<String>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin_once().await?;
    let webhook = find_webhook(&*tx, &actor, &key).await?;
    let shown = NewWebhookSecretOut {
        secret: renew_secret(&tx, &state, webhook.head.id).await?,
        former_valid_until: tx.now() + OVERLAP,
    };
    let answer = HttpResponse::Created()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(&shown);
    tx.commit(answer).await
}
