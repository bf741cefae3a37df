//! The JSON shapes of calendar links.

use chrono::{DateTime, Utc};
use domain::access::account::AccountRef;
use domain::access::calendar_link::CalendarLink;
use domain::record::Versioned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::{Ref, RefIn};

/// A calendar link to make.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarLinkIn {
    /// What the calendar is called.
    #[schema(min_length = 1, max_length = 200, example = "Spotkania partnerstwa")]
    pub name: String,
    /// Only the meetings that concern an institution: slug or id. When absent, all; for who represents one institution, those of
    /// that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "pup-zary")]
    pub institution: Option<RefIn>,
}

/// A calendar link, without its address.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarLinkOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000081")]
    pub id: Uuid,
    /// What the calendar is called.
    #[schema(example = "Spotkania partnerstwa")]
    pub name: String,
    /// Whose meetings it shows.
    #[schema(required)]
    pub account: Option<AccountRef>,
    /// The one institution whose meetings it shows; all when null.
    #[schema(required)]
    pub institution: Option<Ref>,
    /// For `If-Match`.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was made.
    #[schema(example = "2016-03-01T08:00:00Z")]
    pub created_at: DateTime<Utc>,
}

impl CalendarLinkOut {
    /// Shows a link.
    pub fn of(
        record: &Versioned<CalendarLink>,
        account: Option<AccountRef>,
        institution: Option<Ref>,
    ) -> Self {
        Self {
            id: record.head.id,
            name: record.value.name.clone(),
            account,
            institution,
            version: record.head.version,
            created_at: record.head.created_at,
        }
    }
}

/// A new calendar link, with its address.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewCalendarLinkOut {
    /// What to subscribe to in a calendar program, shown this once. Whoever knows it reads the calendar.
    #[schema(
        format = "uri",
        example = "https://partnerstwo.example/api/v1/calendars/Zk3nq0o1rJ7v0b2s5u8x4y6A9C1E3G5I7K9M1O3Q5S7"
    )]
    pub url: String,
    /// What is kept of it.
    pub calendar_link: CalendarLinkOut,
}
