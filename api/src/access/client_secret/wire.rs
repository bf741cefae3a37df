//! The JSON shapes of client secrets.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::client_secret::ClientSecret;
use domain::record::Versioned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A secret to make.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientSecretIn {
    /// What tells it from others, for people.
    #[schema(min_length = 1, max_length = 200, example = "System raportowy, 2026")]
    pub name: String,
    /// The first day on which it is not valid any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2099-01-01")]
    pub expires_on: Option<NaiveDate>,
}

/// A secret, without the secret itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientSecretOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000032")]
    pub id: Uuid,
    /// What tells it from others, for people.
    #[schema(example = "System raportowy, 2026")]
    pub name: String,
    /// The first day on which it is not valid any more.
    #[schema(required, example = "2099-01-01")]
    pub expires_on: Option<NaiveDate>,
    /// When a token was last had with it.
    #[schema(required, example = "2026-03-01T12:30:00Z")]
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was made.
    #[schema(example = "2026-01-04T07:30:00Z")]
    pub created_at: DateTime<Utc>,
}

impl ClientSecretOut {
    /// Shows a secret.
    pub fn of(record: &Versioned<ClientSecret>, last_used_at: Option<DateTime<Utc>>) -> Self {
        Self {
            id: record.head.id,
            name: record.value.name.clone(),
            expires_on: record.value.expires_on,
            last_used_at,
            created_at: record.head.created_at,
        }
    }
}

/// A new secret, with the secret itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewClientSecretOut {
    /// The `client_id` to send with it: the id of the account.
    #[schema(example = "0198c0de-0000-7000-8000-000000000031")]
    pub client_id: Uuid,
    /// The `client_secret`, shown this once.
    #[schema(example = "Zk3nq0o1rJ7v0b2s5u8x4y6A9C1E3G5I7K9M1O3Q5S7")]
    pub client_secret: String,
    /// What is kept of it.
    pub secret: ClientSecretOut,
}

/// The secrets of a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientSecretList {
    /// The oldest first.
    #[schema(max_items = 2)]
    pub items: Vec<ClientSecretOut>,
    /// Always null: there are two at most.
    #[schema(required)]
    pub next: Option<String>,
}
