//! The JSON shapes of webhooks and of what is sent to them.

use chrono::{DateTime, Utc};
use domain::access::account::AccountRef;
use domain::record::{ExternalId, Versioned};
use domain::webhook::Webhook;
use persistence::webhook::message::{Attempt, Message};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::change::ChangeOut;
use crate::wire::{Ref, RefIn};

/// Where a service wants to be told what changed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookIn {
    /// Id of the account of the service; one's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 36, example = "0198c0de-0000-7000-8000-000000000031")]
    pub account: Option<String>,
    /// What tells it from others, for people.
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "ROPS, system sprawozdawczy"
    )]
    pub name: String,
    /// Where messages are sent: `https`, without credentials. `http` is for receivers in networks that the installation's
    /// settings name.
    #[schema(
        max_length = 2000,
        format = "uri",
        example = "https://rops.example/partnerstwo"
    )]
    pub url: String,
    /// Of what: `<kind>.<operation>` or `<kind>.*`, with the codes of the vocabularies `record_kinds` and
    /// `change_operations`; of everything when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100, example = json!(["meeting.published", "recommendation.*"]))]
    pub event_types: Vec<String>,
    /// The one partnership of which it is told, and of institutions: slug or id; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "partnerstwo-lubuskie")]
    pub partnership: Option<RefIn>,
    /// Who is written to when it is paused because its receiver fails; administrators when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 254, example = "dyzur@rops.example")]
    pub contact_email: Option<String>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

/// What one would send to make a stored webhook: the base of a patch.
impl From<&Webhook> for WebhookIn {
    fn from(webhook: &Webhook) -> Self {
        Self {
            account: Some(webhook.account_id.to_string()),
            name: webhook.name.clone(),
            url: webhook.url.clone(),
            event_types: webhook.event_types.clone(),
            partnership: webhook.partnership_id.map(|id| RefIn(id.to_string())),
            contact_email: webhook.contact_email.clone(),
            external_ids: webhook.external_ids.clone(),
        }
    }
}

/// A webhook, without its secrets.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000071")]
    pub id: Uuid,
    /// The service.
    #[schema(required)]
    pub account: Option<AccountRef>,
    /// What tells it from others, for people.
    #[schema(example = "ROPS, system sprawozdawczy")]
    pub name: String,
    /// Where messages are sent.
    #[schema(example = "https://rops.example/partnerstwo")]
    pub url: String,
    /// Of what it is told; of everything when empty.
    #[schema(max_items = 100, example = json!(["meeting.published", "recommendation.*"]))]
    pub event_types: Vec<String>,
    /// The one partnership of which it is told.
    #[schema(required)]
    pub partnership: Option<Ref>,
    /// Who is written to when it is paused.
    #[schema(required, example = "dyzur@rops.example")]
    pub contact_email: Option<String>,
    /// Code of the vocabulary `webhook_statuses`. `paused`: by somebody, or because the receiver failed for three days; what
    /// happens meanwhile is told once it is active again. `ended`: the receiver answered 410.
    #[schema(example = "active")]
    pub status: String,
    /// The states into which the caller may bring it.
    #[schema(max_items = 20, example = json!(["paused"]))]
    pub allowed_transitions: Vec<String>,
    /// The number of the last change that was looked at for it.
    #[schema(minimum = 0, example = 1201)]
    pub seq: i64,
    /// Since when the receiver has failed without a success.
    #[schema(required, example = json!(null))]
    pub failing_since: Option<DateTime<Utc>>,
    /// Identifiers in other systems.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was made.
    #[schema(example = "2026-01-04T07:30:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2026-01-04T07:30:00Z")]
    pub modified_at: DateTime<Utc>,
}

/// What is shown of a webhook besides its record.
pub struct WebhookSurroundings {
    /// The service.
    pub account: Option<AccountRef>,
    /// The partnership.
    pub partnership: Option<Ref>,
    /// The states into which the caller may bring it.
    pub allowed_transitions: Vec<String>,
    /// The number of the last change that was looked at.
    pub seq: i64,
    /// Since when the receiver has failed.
    pub failing_since: Option<DateTime<Utc>>,
}

impl WebhookOut {
    /// Shows a webhook.
    pub fn of(record: &Versioned<Webhook>, around: WebhookSurroundings) -> Self {
        let Versioned { head, value } = record;
        Self {
            id: head.id,
            account: around.account,
            name: value.name.clone(),
            url: value.url.clone(),
            event_types: value.event_types.clone(),
            partnership: around.partnership,
            contact_email: value.contact_email.clone(),
            status: value.status.clone(),
            allowed_transitions: around.allowed_transitions,
            seq: around.seq,
            failing_since: around.failing_since,
            external_ids: value.external_ids.clone(),
            version: head.version,
            created_at: head.created_at,
            modified_at: head.modified_at,
        }
    }
}

/// A new webhook, with its secret.
#[derive(Debug, Serialize, ToSchema)]
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
    #[schema(required, example = json!(null))]
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
    #[schema(example = "delivered")]
    pub status: String,
    /// When it is tried next.
    #[schema(required, example = json!(null))]
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
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum WebhookData {
    /// A change, as the feed shows it to the service.
    Change(Box<ChangeOut>),
    /// Nothing.
    Nothing {},
}

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
    #[schema(example = json!(null))]
    pub since: Option<DateTime<Utc>>,
}

/// Which changes are told again.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookReplayOut {
    /// The number of the change after which.
    #[schema(minimum = 0, example = 1200)]
    pub after: i64,
}
