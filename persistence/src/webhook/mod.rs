//! Webhooks: receivers of services, their secrets, and the messages that are sent to them.

pub mod message;
pub mod secret;
pub mod work;

use domain::access::audience::Audience;
use domain::webhook::Webhook;

use crate::record::Stored;
use crate::table::table;

table! {
    Webhook in "webhook", no slug {
        external_ids: Json,
        account as "account_id": Uuid,
        name: String,
        url: String,
        event_types: Json,
        partnership as "partnership_id": Option<Uuid>,
        contact_email: Option<String>,
        status: String,
    }
    besides {
        cursor: i64,
        rests_until: Option<ChronoDateTimeUtc>,
        leased_until: Option<ChronoDateTimeUtc>,
        failures: i32,
        failing_since: Option<ChronoDateTimeUtc>,
    }
}

impl Stored for Webhook {
    const AUDIENCE: Audience = Audience::Administrators;
    const OF_PARTNERSHIP: bool = false;
}
