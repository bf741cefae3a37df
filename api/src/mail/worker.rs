//! Sending what stands in the outbox.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::link::Link;
use domain::language::Language;
use domain::record::Versioned;
use domain::webhook::Webhook;
use domain::wording::Arg;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use persistence::mail::{self, Mail};
use persistence::{Condition, Origin, RepoError, record};

use super::letter::{RESET_REQUESTED, WORDS};
use super::post::SendError;
use crate::auth;
use crate::state::AppState;

/// How often the outbox is looked at.
const PAUSE: Duration = Duration::from_secs(2);
/// For how long a letter is tried to be sent.
const TRIED_FOR: TimeDelta = TimeDelta::days(3);
/// The longest wait between two attempts.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(6);

/// Sends what is due, now and then, for as long as the server runs.
pub async fn deliver(state: AppState) {
    let mut pause = actix_web::rt::time::interval(PAUSE);
    loop {
        pause.tick().await;
        if let Err(error) = deliver_due(&state).await {
            tracing::warn!(%error, "The outbox could not be read");
        }
    }
}

/// Sends every letter that is due; says how many were sent.
pub async fn deliver_due(state: &AppState) -> Result<usize, RepoError> {
    let mut sent = 0;
    while let Some(letter) = mail::take(&state.db, state.clock.now()).await? {
        if letter.template == RESET_REQUESTED {
            auth::own_password::send_reset(state, &letter.recipient).await?;
        }
        let outcome = match worded(state, &letter).await {
            Ok(Some(message)) => state.post.send(message).await,
            // It was only a request, or what its link was for is over.
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        let now = state.clock.now();
        let tx = state.db.begin(Origin::default(), now).await?;
        match outcome {
            Ok(()) => {
                mail::sent(&tx, letter.id).await?;
                sent += 1;
            }
            Err(error) => {
                let again_at = again_at(&letter, now);
                // What a mail server says may name the recipient: it stands in the outbox, and not in the log.
                tracing::warn!(mail.id = %letter.id, given_up = again_at.is_none(), "A letter was not sent");
                mail::failed(&tx, letter.id, error.to_string(), again_at).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(sent)
}

/// When a letter is tried again: after a minute, then twice as long each time; after three days, not any more.
fn again_at(letter: &Mail, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let doubled = letter
        .attempts
        .saturating_sub(1)
        .clamp(0, 10)
        .unsigned_abs();
    let wait = TimeDelta::minutes(1_i64 << doubled).min(LONGEST_WAIT);
    let again = now + wait;
    (again < letter.created_at + TRIED_FOR).then_some(again)
}

/// The message of a letter; none when its link cannot be used any more.
async fn worded(state: &AppState, letter: &Mail) -> Result<Option<Message>, SendError> {
    if letter.template == RESET_REQUESTED {
        return Ok(None);
    }
    let link = match letter.link_id {
        None => String::new(),
        Some(id) => {
            let key = domain::slug::Key::Id(id);
            let found: Option<Versioned<Link>> =
                record::find(&state.db, &key, Condition::all()).await?;
            let now = state.clock.now();
            let usable = found.filter(|link| link.value.clone().used(now).is_some());
            let Some(link) = usable else { return Ok(None) };
            let sealed = auth::link::sealed(&state.keys.master, &link);
            state.config.link_url(link.value.action.code(), &sealed)
        }
    };
    let language = Language::from_tag(&letter.language).unwrap_or_default();
    let webhook: Option<Versioned<Webhook>> = match letter.webhook_id {
        Some(id) => record::of_ids(&state.db, [id]).await?.pop(),
        None => None,
    };
    let webhook = webhook.map_or_else(String::new, |webhook| webhook.value.name);
    let words = |attribute| {
        let args: [(&str, Arg<'_>); 2] =
            [("link", Arg::from(&link)), ("webhook", Arg::from(&webhook))];
        WORDS.format(language, &letter.template, attribute, &args)
    };
    let message = Message::builder()
        .from(state.post.from.clone())
        .to(Mailbox::new(None, letter.recipient.parse()?))
        .subject(words(None))
        // The same on every attempt, so that a mail server can tell a repetition.
        .message_id(Some(format!("<{}@partnerstwo>", letter.id)))
        .raw_header(automatic("Auto-Submitted", "auto-generated"))
        .raw_header(automatic("Content-Language", language.tag()))
        .header(ContentType::TEXT_PLAIN)
        .body(words(Some("body")) + "\n")?;
    Ok(Some(message))
}

fn automatic(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(attempts: i32) -> Mail {
        Mail {
            id: uuid::Uuid::nil(),
            created_at: "2016-03-01T10:00:00Z".parse().unwrap(),
            template: "invitation".into(),
            language: "pl".into(),
            recipient: "a@b.example".into(),
            link_id: None,
            webhook_id: None,
            attempts,
        }
    }

    #[test]
    fn a_letter_is_tried_more_and_more_seldom_and_given_up_after_three_days() {
        let mut now = tried(0).created_at;
        let mut waits = Vec::new();
        for attempt in 1.. {
            let Some(again) = again_at(&tried(attempt), now) else {
                break;
            };
            waits.push((again - now).num_minutes());
            now = again;
        }
        assert_eq!(waits[..10], [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]);
        assert!(now < tried(0).created_at + TRIED_FOR);
        assert!((15..30).contains(&waits.len()), "{}", waits.len());
    }
}
