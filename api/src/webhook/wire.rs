//! The JSON shapes of webhooks and of what is sent to them.

use chrono::{DateTime, Utc};
use persistence::webhook::message::{Attempt, Message};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{AnyOf, AnyOfBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::WebhookOut;
use crate::change::ChangeOut;

/// How deliveries to a webhook stand.
#[derive(Default, Serialize, ToSchema)]
pub struct Faring {
    /// The states into which the caller may bring it.
    #[schema(max_items = 20, example = json!(["paused"]))]
    pub allowed_transitions: Vec<String>,
    /// The number of the last change that was looked at for it.
    #[schema(minimum = 0, example = 1201)]
    pub seq: i64,
    /// Since when the receiver has failed without a success.
    #[schema(required, example = "2017-01-09T08:00:00Z")]
    pub failing_since: Option<DateTime<Utc>>,
}

/// A new webhook, with its secret.
#[derive(Serialize, ToSchema)]
pub struct NewWebhookOut {
    /// What verifies its messages (Standard Webhooks, `whsec_` and base64), shown this once.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    pub secret: String,
    /// What is kept of it.
    pub webhook: WebhookOut,
}

/// A new secret of a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewWebhookSecretOut {
    /// What verifies messages from now on, shown this once.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    pub secret: String,
    /// Until when messages are signed with the one before it, too.
    #[schema(example = "2026-03-02T12:30:00Z")]
    pub former_valid_until: DateTime<Utc>,
}

/// One attempt to send a message.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookAttemptOut {
    /// When it began.
    #[schema(example = "2026-03-01T12:30:00Z")]
    pub at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    #[schema(minimum = 0, example = 84)]
    pub milliseconds: u64,
    /// The status of the receiver's answer, if there was one.
    #[schema(required, example = 204)]
    pub status: Option<u16>,
    /// Why it failed, in English; null when it did not.
    #[schema(required, example = "the receiver answered 503")]
    pub error: Option<String>,
}

impl From<&Attempt> for WebhookAttemptOut {
    fn from(attempt: &Attempt) -> Self {
        Self {
            at: attempt.at,
            milliseconds: attempt.milliseconds,
            status: attempt.status,
            error: attempt.error.clone(),
        }
    }
}

/// A message to a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookMessageOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000072")]
    pub id: Uuid,
    /// What it is sent with as `webhook-id`: the same on every attempt and in every replay.
    #[schema(example = "msg_0198c0de000070008000000000000071_1201")]
    pub message_id: String,
    /// The number of the change that it tells of; null of a test.
    #[schema(required, minimum = 1, example = 1201)]
    pub seq: Option<i64>,
    /// The type of the event.
    #[schema(example = "meeting.published")]
    pub event_type: String,
    /// Code of the vocabulary `webhook_message_statuses`.
    #[schema(format = "webhook_message_statuses", example = "delivered")]
    pub status: String,
    /// When it is tried next.
    #[schema(required, example = "2017-01-09T08:05:00Z")]
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// The latest attempts, in order.
    #[schema(max_items = 20)]
    pub attempts: Vec<WebhookAttemptOut>,
    /// What is sent.
    #[schema(value_type = WebhookPayload)]
    pub payload: serde_json::Value,
    /// When it was written down.
    #[schema(example = "2026-03-01T12:30:00Z")]
    pub created_at: DateTime<Utc>,
}

impl WebhookMessageOut {
    /// Shows a message.
    pub fn of(message: &Message) -> Self {
        Self {
            id: message.id,
            message_id: message_id(message),
            seq: message.seq,
            event_type: message.event_type.clone(),
            status: message.status.code().to_owned(),
            next_attempt_at: message.due_at,
            attempts: message
                .attempts
                .iter()
                .map(WebhookAttemptOut::from)
                .collect(),
            payload: serde_json::from_str(&message.payload).unwrap_or_default(),
            created_at: message.created_at,
        }
    }
}

/// The `webhook-id` of a message: made of the change that it tells of, so that a replay has it again.
pub fn message_id(message: &Message) -> String {
    match message.seq {
        Some(seq) => format!("msg_{}_{seq}", message.webhook_id.simple()),
        None => format!("msg_{}", message.id.simple()),
    }
}

/// The body of a message, as Standard Webhooks proposes it. It says what changed, and not how: the record is read where `href`
/// says, by whoever may.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookPayload {
    /// `<kind>.<operation>`; `test`; or `snapshot.required` when changes can be told no more without a gap.
    #[schema(example = "meeting.published")]
    pub r#type: String,
    /// When it happened.
    #[schema(example = "2026-03-01T12:30:00Z")]
    pub timestamp: DateTime<Utc>,
    /// The change; an empty object of what is none.
    pub data: WebhookData,
}

/// What a message tells.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum WebhookData {
    /// A change, as the feed shows it to the service.
    Change(Box<ChangeOut>),
    /// Nothing.
    Nothing(NoDataOut),
}

impl ToSchema for WebhookData {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((NoDataOut::name().into_owned(), NoDataOut::schema()));
    }
}

impl PartialSchema for WebhookData {
    /// Whatever is an object passes for an empty one, so that no message is of exactly one of these shapes.
    fn schema() -> RefOr<Schema> {
        let shapes = [ChangeOut::name(), NoDataOut::name()].map(Ref::from_schema_name);
        let either = shapes
            .into_iter()
            .fold(AnyOf::builder(), AnyOfBuilder::item);
        either.description(Some("What a message tells.")).into()
    }
}

/// An empty object.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoDataOut {}

/// From where on changes are told again: exactly one of both.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookReplayIn {
    /// The number of the change after which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 1200)]
    pub after: Option<i64>,
    /// The instant since which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2017-01-09T08:00:00Z")]
    pub since: Option<DateTime<Utc>>,
}

/// Which changes are told again.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookReplayOut {
    /// The number of the change after which.
    #[schema(minimum = 0, example = 1200)]
    pub after: i64,
}
