//! What the audit trail can be filtered and ordered by.

use chrono::{DateTime, Utc};
use domain::partnership::Partnership;
use persistence::{Condition, Conn, audit};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::find::filtered;
use crate::problem::Halt;
use crate::wire::{Codes, RefIn, known};

/// Filters of the audit trail.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditFilter {
    /// Codes of the vocabulary `audit_events`, separated by commas.
    #[param(format = "audit_events", value_type = Option<String>, max_length = 500, example = "signed_in,sign_in_failed")]
    pub event: Option<Codes>,
    /// Id of the account that did it.
    #[param(example = "0198c0de-0000-7000-8000-000000000003")]
    pub actor: Option<Uuid>,
    /// Id of the record or account that it happened to.
    #[param(example = "0198c0de-0000-7000-8000-000000000006")]
    pub record: Option<Uuid>,
    /// Codes of the vocabulary `record_kinds`, separated by commas: what was written.
    #[param(format = "record_kinds", value_type = Option<String>, max_length = 500, example = "meeting,agenda_item")]
    pub kind: Option<Codes>,
    /// Id or slug of a partnership.
    #[param(value_type = Option<String>, max_length = 100, example = "partnerstwo-lubuskie")]
    pub partnership: Option<RefIn>,
    /// Id of a request, as in `X-Request-Id` and in the `instance` of problems.
    #[param(example = "0198c0de-0000-7000-8000-000000000001")]
    pub request: Option<Uuid>,
    /// Only what happened at this instant or later.
    #[param(example = "2016-01-01T00:00:00Z")]
    pub since: Option<DateTime<Utc>>,
    /// Only what happened before this instant.
    #[param(example = "2017-01-01T00:00:00Z")]
    pub until: Option<DateTime<Utc>>,
    /// Order; the newest first when absent. With `modified_since` always in the order in which it happened.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: AuditSort,
}

/// Orders of the audit trail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum AuditSort {
    /// The newest first.
    #[default]
    #[serde(rename = "-at")]
    AtDescending,
    /// The oldest first.
    #[serde(rename = "at")]
    At,
}

impl AuditFilter {
    /// The condition of the filters; what names nothing is refused.
    pub async fn condition(&self, conn: &impl Conn) -> Result<Condition, Halt> {
        let all = Condition::all();
        let partnership =
            filtered::<Partnership>(conn, "partnership", all, self.partnership.as_ref()).await?;
        let events = known(&self.event, "event", "audit_events")?;
        let kinds = known(&self.kind, "kind", "record_kinds")?;
        Ok(Condition::all()
            .add_option(events.map(audit::of_events))
            .add_option(kinds.map(audit::of_kinds))
            .add_option(self.actor.map(audit::by_actor))
            .add_option(self.record.map(audit::about))
            .add_option(partnership.map(audit::in_partnership))
            .add_option(self.request.map(audit::of_request))
            .add_option(self.since.map(audit::since))
            .add_option(self.until.map(audit::until)))
    }
}
