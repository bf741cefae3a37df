//! The lines of a snapshot.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

/// A line of a snapshot.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(discriminator(property_name = "type", mapping(
    ("snapshot" = "#/components/schemas/SnapshotStartOut"),
    ("record" = "#/components/schemas/SnapshotRecordOut"),
    ("end" = "#/components/schemas/SnapshotEndOut")
)))]
pub enum SnapshotLineOut {
    Start(SnapshotStartOut),
    Record(SnapshotRecordOut),
    End(SnapshotEndOut),
}

/// Always `snapshot`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StartMark {
    Snapshot,
}

/// Always `record`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordMark {
    Record,
}

/// Always `end`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndMark {
    End,
}

/// The first line of a snapshot.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotStartOut {
    #[schema(inline)]
    pub r#type: StartMark,
    /// The number of the last change that it contains.
    #[schema(minimum = 0, example = 1200)]
    pub seq: i64,
    /// When it was taken.
    #[schema(example = "2017-01-02T08:00:00Z")]
    pub at: DateTime<Utc>,
    /// Relative URL of the changes after it.
    #[schema(example = "/api/v1/changes?after=1200")]
    pub changes: String,
}

/// A record in a snapshot.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotRecordOut {
    #[schema(inline)]
    pub r#type: RecordMark,
    /// Code of the vocabulary `record_kinds`.
    #[schema(format = "record_kinds", example = "signatory")]
    pub kind: String,
    /// Its id.
    #[schema(example = "0198c0de-0000-7000-8000-000000000006")]
    pub id: Uuid,
    /// Its version.
    #[schema(minimum = 1, example = 1)]
    pub version: i32,
    /// Id of its partnership; null of institutions and partnerships.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000002")]
    pub partnership: Option<Uuid>,
    /// What its own endpoint answers.
    #[schema(value_type = Object, example = json!({"id": "0198c0de-0000-7000-8000-000000000006", "status": "active"}))]
    pub record: Box<RawValue>,
}

/// The last line of a snapshot: it is whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotEndOut {
    #[schema(inline)]
    pub r#type: EndMark,
    /// The number of the last change that the snapshot contains.
    #[schema(minimum = 0, example = 1200)]
    pub seq: i64,
    /// How many records there were.
    #[schema(minimum = 0, example = 812)]
    pub records: u64,
}
