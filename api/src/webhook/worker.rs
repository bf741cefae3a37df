//! Telling receivers: every replica takes webhooks that have something to be told, one at a time, and tells it in order.

use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::{Actor, Permission, Role};
use domain::language::Language;
use domain::record::Versioned;
use domain::webhook::{Webhook, event_type, is_given_up, rest_after, wait_after};
use persistence::access::{grant, standing};
use persistence::change::feed::{FeedAsk, FeedEntry, FeedPage, feed};
use persistence::webhook::message::{self, Attempt, Message, MessageStatus, NewMessage};
use persistence::webhook::secret;
use persistence::webhook::work::{self, Work};
use persistence::{Origin, RepoError, Tx, change, record};
use tokio::task::JoinSet;

use super::messages::of_no_change;
use super::sender::Outcome;
use super::wire::{WebhookData, WebhookPayload, message_id};
use crate::auth::KeysError;
use crate::change::ChangeOut;
use crate::clock::new_id;
use crate::mail;
use crate::state::AppState;

/// How often messages that are due again are looked for, where nothing changes.
const PAUSE: Duration = Duration::from_secs(2);
/// How many messages are written down at a time, and wait at the most: the rest stays in the feed.
const WAITING: u64 = 100;
/// How long a service is left alone that stands for nothing at the moment.
const UNTIL_ASKED_AGAIN: TimeDelta = TimeDelta::minutes(5);

/// Why work on a webhook stopped. Another replica goes on with it when its time is over.
#[derive(Debug, thiserror::Error)]
enum WorkError {
    #[error(transparent)]
    Database(#[from] RepoError),
    #[error(transparent)]
    Keys(#[from] KeysError),
}

/// Tells receivers for as long as the server runs. None waits for another one.
pub async fn deliver(state: AppState) {
    let mut under_way = JoinSet::new();
    let mut seen = 0;
    while !state.head.is_stopping() {
        match begin(&state, &mut under_way).await {
            Ok(head) => seen = head,
            Err(error) => tracing::warn!(%error, "The webhooks could not be read"),
        }
        while under_way.try_join_next().is_some() {}
        if let Err(error) = state.head.beyond(&state.db, seen, PAUSE).await {
            tracing::warn!(%error, "The changes could not be read");
            actix_web::rt::time::sleep(PAUSE).await;
        }
    }
}

/// Tells every receiver what is due, and waits for that.
pub async fn deliver_due(state: &AppState) -> Result<(), RepoError> {
    let mut under_way = JoinSet::new();
    begin(state, &mut under_way).await?;
    while under_way.join_next().await.is_some() {}
    Ok(())
}

/// Takes every webhook that has something to be told; says up to which change that is known.
async fn begin(state: &AppState, under_way: &mut JoinSet<()>) -> Result<i64, RepoError> {
    let head = change::sequence(&state.db).await?;
    while let Some(work) = work::take(&state.db, head, state.clock.now()).await? {
        let state = state.clone();
        under_way.spawn(async move {
            let id = work.webhook.head.id;
            if let Err(error) = serve(&state, work).await {
                tracing::warn!(webhook.id = %id, %error, "Work on a webhook stopped");
            }
        });
    }
    Ok(head)
}

/// Tells one receiver, until there is nothing left or it fails.
async fn serve(state: &AppState, mut work: Work) -> Result<(), WorkError> {
    let id = work.webhook.head.id;
    loop {
        let now = state.clock.now();
        let due = match message::next_due(&state.db, id, now).await? {
            Some(due) => due,
            None => match write_down(state, &mut work).await? {
                Next::Due => continue,
                Next::Rest(until) => {
                    let tx = state.db.begin(Origin::default(), now).await?;
                    work::release(&tx, &work, until).await?;
                    return Ok(tx.commit().await?);
                }
                Next::Lost => return Ok(()),
            },
        };
        if !tell(state, &mut work, due).await? {
            return Ok(());
        }
    }
}

/// What follows once no message is due.
enum Next {
    /// Some messages were written down.
    Due,
    /// There is nothing to do, or not before an instant.
    Rest(Option<DateTime<Utc>>),
    /// The webhook is another replica's by now, or not to be served.
    Lost,
}

/// Writes down messages of what changed since the last time, in one transaction with how far that goes.
async fn write_down(state: &AppState, work: &mut Work) -> Result<Next, WorkError> {
    let (id, account) = (work.webhook.head.id, work.webhook.value.account.id);
    let standing = standing::of_service(&state.db, account, state.clock.today()).await?;
    let tx = state.db.begin(Origin::default(), state.clock.now()).await?;
    if !work::hold(&tx, work).await? {
        tx.commit().await?;
        return Ok(Next::Lost);
    }
    // Asked anew each time: who may see less by now is told less.
    let Some(standing) = standing else {
        tx.commit().await?;
        return Ok(Next::Rest(Some(state.clock.now() + UNTIL_ASKED_AGAIN)));
    };
    let room = WAITING.saturating_sub(message::pending(&tx, id).await?);
    if room == 0 {
        let until = message::first_due(&tx, id).await?;
        tx.commit().await?;
        return Ok(Next::Rest(until));
    }
    let scopes = standing.scopes.iter();
    let scopes = scopes.filter_map(|code| Permission::from_code(code));
    let actor = Actor {
        account: Some(account),
        scopes: Some(scopes.collect()),
        grants: standing.grants,
        ..Actor::default()
    };
    let ask = FeedAsk {
        sight: actor.sight(),
        partnership: work.webhook.value.partnership.map(|link| link.id),
        kinds: work.webhook.value.kinds(),
        record: None,
        after: work.cursor,
        limit: room,
    };
    let (messages, cursor, found) = match feed(&tx, &ask).await? {
        Some(FeedPage { entries, next }) => {
            let found = !entries.is_empty();
            let told = entries
                .into_iter()
                .filter(|entry| work.webhook.value.wants(entry.kind, entry.op));
            let messages: Vec<NewMessage> = told.map(|entry| of_change(entry, &ask)).collect();
            (messages, next, found)
        }
        None => {
            let broken = of_no_change(new_id(), "snapshot.required", tx.now());
            (vec![broken], change::sequence(&tx).await?, true)
        }
    };
    message::insert(&tx, id, messages).await?;
    work::advance(&tx, work, cursor).await?;
    tx.commit().await?;
    Ok(match found {
        true => Next::Due,
        false => Next::Rest(None),
    })
}

fn of_change(entry: FeedEntry, ask: &FeedAsk) -> NewMessage {
    let (seq, at) = (entry.seq, entry.at);
    let event_type = event_type(entry.kind, entry.op);
    let narrowest = ask.sight.narrowest(entry.partnership_id);
    let payload = WebhookPayload {
        r#type: event_type.clone(),
        timestamp: at,
        data: WebhookData::Change(Box::new(ChangeOut::of(entry, narrowest, None))),
    };
    NewMessage {
        id: new_id(),
        seq: Some(seq),
        event_type,
        payload: serde_json::to_string(&payload).unwrap_or_default(),
    }
}

/// Sends one message and notes what came of it. `false` when the webhook is let go.
async fn tell(state: &AppState, work: &mut Work, due: Message) -> Result<bool, WorkError> {
    let began_at = state.clock.now();
    let tx = state.db.begin(Origin::default(), began_at).await?;
    if !work::hold(&tx, work).await? {
        tx.commit().await?;
        return Ok(false);
    }
    let id = work.webhook.head.id;
    let sealed = secret::valid(&tx, id, began_at).await?;
    tx.commit().await?;
    let open = |sealed: &Vec<u8>| state.keys.master.decrypt(sealed);
    let secrets = sealed.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    let (began, payload) = (Instant::now(), due.payload.clone());
    let (url, message_id) = (&work.webhook.value.url, message_id(&due));
    let outcome = state
        .webhooks
        .send(url, &message_id, began_at, payload, &secrets);
    let outcome = outcome.await;
    let milliseconds = began.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
    let attempt = |status: Option<u16>, error: Option<String>| Attempt {
        at: began_at,
        milliseconds,
        status,
        error,
    };
    let tx = state.db.begin(Origin::default(), state.clock.now()).await?;
    let goes_on = match outcome {
        Outcome::Taken(status) => {
            let attempt = attempt(Some(status.as_u16()), None);
            message::tried(&tx, &due, attempt, MessageStatus::Delivered, None).await?;
            if work.failures > 0 {
                work::fared(&tx, id, 0, None).await?;
                (work.failures, work.failing_since) = (0, None);
            }
            true
        }
        Outcome::Gone => {
            let attempt = attempt(Some(410), Some("the receiver is gone".to_owned()));
            message::tried(&tx, &due, attempt, MessageStatus::Failed, None).await?;
            message::give_up(&tx, id).await?;
            stop(&tx, work, "ended", "receiver answered 410").await?;
            false
        }
        Outcome::Failed {
            status,
            error,
            wait,
        } => {
            let attempt = attempt(status.map(|status| status.as_u16()), Some(error));
            failed(&tx, work, &due, attempt, wait, state.clock.today()).await?;
            false
        }
    };
    tx.commit().await?;
    Ok(goes_on)
}

/// Notes a failure: the message is tried again, the receiver rests, and after long enough the webhook is paused.
async fn failed(
    tx: &Tx,
    work: &Work,
    due: &Message,
    attempt: Attempt,
    asked: Option<TimeDelta>,
    today: NaiveDate,
) -> Result<(), RepoError> {
    let now = tx.now();
    let failures = work.failures + 1;
    let failing_since = work.failing_since.unwrap_or(now);
    let pauses = is_given_up(failing_since, now);
    // Of a receiver that takes nothing at all, no message is given up: it waits until the webhook goes on.
    let kept = pauses.then_some(now);
    let again_at = wait_after(due.tries.unsigned_abs() + 1, asked).map(|wait| now + wait);
    let again_at = again_at.or(kept);
    let status = match again_at {
        Some(_) => MessageStatus::Pending,
        None => MessageStatus::Failed,
    };
    message::tried(tx, due, attempt, status, again_at).await?;
    work::fared(tx, work.webhook.head.id, failures, Some(failing_since)).await?;
    if pauses {
        stop(tx, work, "paused", "receiver failed for three days").await?;
        return notify(tx, work, today).await;
    }
    work::release(tx, work, Some(now + rest_after(failures, asked))).await
}

/// Brings the webhook into a state in which it is not served; the trail says why.
async fn stop(tx: &Tx, work: &Work, status: &str, reason: &str) -> Result<(), RepoError> {
    tx.because(reason.to_owned());
    let id = work.webhook.head.id;
    let found: Option<Versioned<Webhook>> = record::of_ids(tx, [id]).await?.pop();
    if let Some(webhook) = found {
        let value = webhook.value.clone().entered(status);
        record::update(tx, webhook, value).await?;
    }
    work::release(tx, work, None).await
}

/// Writes to who is to know that a webhook is paused.
async fn notify(tx: &Tx, work: &Work, today: NaiveDate) -> Result<(), RepoError> {
    let webhook = &work.webhook;
    match &webhook.value.contact_email {
        Some(contact) => mail::report_paused(tx, webhook.head.id, contact, Language::Pl).await,
        None => {
            for administrator in grant::people_holding(tx, Role::Admin, today).await? {
                if let Some(address) = &administrator.value.email {
                    let language = administrator.value.language();
                    mail::report_paused(tx, webhook.head.id, address, language).await?;
                }
            }
            Ok(())
        }
    }
}
