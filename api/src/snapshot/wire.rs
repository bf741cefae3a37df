//! The lines of a snapshot.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

/// A line of a snapshot.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SnapshotLineOut {
    /// The first line.
    Snapshot {
        /// The number of the last change that it contains.
        #[schema(minimum = 0, example = 1200)]
        seq: i64,
        /// When it was taken.
        #[schema(example = "2017-01-02T08:00:00Z")]
        at: DateTime<Utc>,
        /// Relative URL of the changes after it.
        #[schema(example = "/api/v1/changes?after=1200")]
        changes: String,
    },
    /// A record.
    Record {
        /// Code of the vocabulary `record_kinds`.
        #[schema(format = "record_kinds", example = "signatory")]
        kind: String,
        /// Its id.
        #[schema(example = "0198c0de-0000-7000-8000-000000000006")]
        id: Uuid,
        /// Its version.
        #[schema(minimum = 1, example = 1)]
        version: i32,
        /// Id of its partnership; null of institutions and partnerships.
        #[schema(required, example = "0198c0de-0000-7000-8000-000000000002")]
        partnership: Option<Uuid>,
        /// What its own endpoint answers.
        #[schema(value_type = Object, example = json!({"id": "0198c0de-0000-7000-8000-000000000006", "status": "active"}))]
        record: Box<RawValue>,
    },
    /// The last line.
    End {
        /// The number of the last change that the snapshot contains.
        #[schema(minimum = 0, example = 1200)]
        seq: i64,
        /// How many records there were.
        #[schema(minimum = 0, example = 812)]
        records: u64,
    },
}
