//! The JSON shape of links.

use chrono::{DateTime, Utc};
use domain::access::link::Link;
use domain::record::Versioned;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A link that was sent to somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000061")]
    pub id: Uuid,
    /// `accept_invitation`, `reset_password`, `confirm_new_email` or `confirm_old_email`.
    #[schema(example = "accept_invitation")]
    pub action: String,
    /// The kind of record it is about.
    #[schema(example = "account")]
    pub resource_kind: String,
    /// The record it is about.
    #[schema(example = "0198c0de-0000-7000-8000-000000000003")]
    pub resource_id: Uuid,
    /// Where it was sent.
    #[schema(required, example = "przedstawiciel@pup-zary.example")]
    pub recipient: Option<String>,
    /// Whether it can be used.
    #[schema(example = true)]
    pub usable: bool,
    /// From when it cannot be used.
    #[schema(example = "2016-03-08T08:00:00Z")]
    pub expires_at: DateTime<Utc>,
    /// When it was used.
    #[schema(required, example = json!(null))]
    pub used_at: Option<DateTime<Utc>>,
    /// Grows by one with every change; for `If-Match`.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was made.
    #[schema(example = "2016-03-01T08:00:00Z")]
    pub created_at: DateTime<Utc>,
}

impl LinkOut {
    /// Shows a link, as it stands at an instant.
    pub fn of(record: &Versioned<Link>, now: DateTime<Utc>) -> Self {
        let Versioned { head, value } = record;
        Self {
            id: head.id,
            action: value.action.code().to_owned(),
            resource_kind: value.resource_kind.name().to_owned(),
            resource_id: value.resource_id,
            recipient: value.recipient.clone(),
            usable: value.clone().used(now).is_some(),
            expires_at: value.expires_at,
            used_at: value.used_at,
            version: head.version,
            created_at: head.created_at,
        }
    }
}
