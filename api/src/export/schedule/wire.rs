//! The JSON shapes of schedules of exports.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::account::AccountRef;
use domain::export::schedule::{ExportSchedule, ExportScheduleDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::export::job::default_format;

/// A schedule to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportScheduleIn {
    /// What tells it from others, for people.
    #[schema(min_length = 1, max_length = 200, example = "Kopia tygodniowa")]
    pub name: String,
    /// When, as a recurrence rule (RFC 5545, section 3.3.10) by the clock of the partnership, at most once an hour: without
    /// `BYSECOND`, with one `BYMINUTE` at the most. Hours and minutes that it does not name are zero.
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=30"
    )]
    pub rule: String,
    /// The day with which the rule begins, from which intervals are counted; today when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2017-01-02")]
    pub starts_on: Option<NaiveDate>,
    /// Code of the vocabulary `export_formats`.
    #[serde(default = "default_format")]
    #[schema(max_length = 100, default = "ndjson", example = "csv")]
    pub format: String,
    /// Codes of the vocabulary `record_kinds`; everything when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200, example = json!(["meeting", "recommendation"]))]
    pub kinds: Vec<String>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl ExportScheduleIn {
    /// The draft that the domain checks.
    pub fn into_draft(
        self,
        partnership_id: Uuid,
        account_id: Uuid,
        today: NaiveDate,
    ) -> ExportScheduleDraft {
        ExportScheduleDraft {
            partnership_id,
            account_id,
            name: self.name,
            rule: self.rule,
            starts_on: self.starts_on.unwrap_or(today),
            format: self.format,
            kinds: self.kinds,
            external_ids: self.external_ids,
        }
    }
}

/// What one would send to record a stored schedule: the base of a patch.
impl From<&ExportSchedule> for ExportScheduleIn {
    fn from(schedule: &ExportSchedule) -> Self {
        let s = schedule.clone();
        Self {
            name: s.name,
            rule: s.rule,
            starts_on: Some(s.starts_on),
            format: s.content.format,
            kinds: s.content.kinds,
            external_ids: s.external_ids.clone(),
        }
    }
}

/// A schedule of exports.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportScheduleOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000082")]
    pub id: Uuid,
    /// Whose exports it makes.
    #[schema(required)]
    pub account: Option<AccountRef>,
    /// What tells it from others, for people.
    #[schema(example = "Kopia tygodniowa")]
    pub name: String,
    /// When, as a recurrence rule.
    #[schema(example = "FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=30")]
    pub rule: String,
    /// The day with which the rule begins.
    #[schema(example = "2017-01-02")]
    pub starts_on: NaiveDate,
    /// The time zone of the rule, of the IANA database.
    #[schema(example = "Europe/Warsaw")]
    pub time_zone: String,
    /// When it is due next; null when the rule has come to its end.
    #[schema(required, example = "2017-01-09T05:30:00Z")]
    pub due_at: Option<DateTime<Utc>>,
    /// Code of the vocabulary `export_formats`.
    #[schema(example = "csv")]
    pub format: String,
    /// Codes of the vocabulary `record_kinds`; everything when empty.
    #[schema(max_items = 200, example = json!(["meeting", "recommendation"]))]
    pub kinds: Vec<String>,
    /// The widest view that an export may show: that of who made the schedule, then.
    #[schema(example = "internal")]
    pub view: String,
    /// Identifiers in other systems.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was recorded.
    #[schema(example = "2017-01-02T08:00:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2017-01-02T08:00:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl ExportScheduleOut {
    /// Shows a schedule.
    pub fn of(
        record: &Versioned<ExportSchedule>,
        account: Option<AccountRef>,
        time_zone: &str,
    ) -> Self {
        let s = record.value.clone();
        Self {
            id: record.head.id,
            account,
            name: s.name,
            rule: s.rule,
            starts_on: s.starts_on,
            time_zone: time_zone.to_owned(),
            due_at: s.due_at,
            format: s.content.format,
            kinds: s.content.kinds,
            view: s.view,
            external_ids: s.external_ids.clone(),
            version: record.head.version,
            created_at: record.head.created_at,
            modified_at: record.head.modified_at,
        }
    }
}
