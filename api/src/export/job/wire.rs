//! The JSON shapes of exports.

use chrono::{DateTime, Utc};
use domain::access::account::AccountRef;
use domain::export::{Export, ExportDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// An export to be made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportIn {
    /// Code of the vocabulary `export_formats`: `ndjson` has every field as lists show it, `csv` is flat.
    #[serde(default = "default_format")]
    #[schema(max_length = 100, default = "ndjson", example = "ndjson")]
    pub format: String,
    /// Codes of the vocabulary `record_kinds`; everything when empty. Accounts and what belongs to them are in no export.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200, example = json!(["meeting", "recommendation"]))]
    pub kinds: Vec<String>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

/// Every field, as it is shown.
pub fn default_format() -> String {
    "ndjson".to_owned()
}

impl ExportIn {
    /// The draft that the domain checks.
    pub fn into_draft(self, partnership_id: Uuid, account_id: Uuid) -> ExportDraft {
        ExportDraft {
            partnership_id,
            account_id,
            format: self.format,
            kinds: self.kinds,
            external_ids: self.external_ids,
        }
    }
}

/// What one would send to have the same made again.
impl From<&Export> for ExportIn {
    fn from(export: &Export) -> Self {
        Self {
            format: export.content.format.clone(),
            kinds: export.content.kinds.clone(),
            external_ids: export.external_ids.clone(),
        }
    }
}

/// An export.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000081")]
    pub id: Uuid,
    /// Whose it is.
    #[schema(required)]
    pub account: Option<AccountRef>,
    /// Id of the schedule by which it is made.
    #[schema(required, example = json!(null))]
    pub schedule: Option<Uuid>,
    /// Code of the vocabulary `export_formats`.
    #[schema(example = "ndjson")]
    pub format: String,
    /// Codes of the vocabulary `record_kinds`; everything when empty.
    #[schema(max_items = 200, example = json!(["meeting", "recommendation"]))]
    pub kinds: Vec<String>,
    /// Whose view the file shows: `public`, `internal` or `personal`; before it is made, the widest that it may show.
    #[schema(example = "internal")]
    pub view: String,
    /// Code of the vocabulary `export_statuses`.
    #[schema(example = "done")]
    pub status: String,
    /// How many records are written so far.
    #[schema(minimum = 0, example = 812)]
    pub progress: i64,
    /// Why there is no file: code of the vocabulary `export_reasons`.
    #[schema(required, example = json!(null))]
    pub reason: Option<String>,
    /// Relative URL of the file, once there is one.
    #[schema(
        required,
        example = "/api/v1/partnerships/0198c0de-0000-7000-8000-000000000002/exports/0198c0de-0000-7000-8000-000000000081/download"
    )]
    pub download: Option<String>,
    /// The number of the last change that the file contains.
    #[schema(required, minimum = 0, example = 1200)]
    pub seq: Option<i64>,
    /// How many records the file holds.
    #[schema(required, minimum = 0, example = 812)]
    pub records: Option<u64>,
    /// The size of the file.
    #[schema(required, minimum = 0, example = 48_213)]
    pub bytes: Option<u64>,
    /// SHA-256 of the file, in hexadecimal digits.
    #[schema(
        required,
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub sha256: Option<String>,
    /// When it was done, failed or refused.
    #[schema(required, example = "2017-01-02T08:00:05Z")]
    pub finished_at: Option<DateTime<Utc>>,
    /// When it is deleted with its file.
    #[schema(required, example = "2017-01-09T08:00:05Z")]
    pub expires_at: Option<DateTime<Utc>>,
    /// Identifiers in other systems.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 3)]
    pub version: i32,
    /// When it was asked for.
    #[schema(example = "2017-01-02T08:00:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2017-01-02T08:00:05Z")]
    pub modified_at: DateTime<Utc>,
}

impl ExportOut {
    /// Shows an export.
    pub fn of(record: &Versioned<Export>, account: Option<AccountRef>, progress: i64) -> Self {
        let e = record.value.clone();
        let (id, made) = (record.head.id, e.made);
        let place = format!("/api/v1/partnerships/{}/exports/{id}", e.partnership_id);
        Self {
            id,
            account,
            schedule: e.schedule_id,
            format: e.content.format,
            kinds: e.content.kinds,
            view: e.view,
            status: e.status,
            progress,
            reason: e.reason,
            download: made.as_ref().map(|_| format!("{place}/download")),
            seq: made.as_ref().map(|made| made.seq),
            records: made.as_ref().map(|made| made.records),
            bytes: made.as_ref().map(|made| made.bytes),
            sha256: made.map(|made| made.sha256),
            finished_at: e.finished_at,
            expires_at: e.expires_at,
            external_ids: e.external_ids.clone(),
            version: record.head.version,
            created_at: record.head.created_at,
            modified_at: record.head.modified_at,
        }
    }
}
