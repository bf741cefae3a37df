//! The JSON shapes of attendance.

use chrono::{DateTime, Utc};
use domain::meeting::attendance::{Attendance, AttendanceDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::wire::{Names, Ref, RefIn, reference};

/// An institution's attendance to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttendanceIn {
    /// The institution: slug or id.
    #[schema(value_type = String, max_length = 100, example = "wup-zielona-gora")]
    pub institution: RefIn,
    /// Code of the vocabulary `attendance_statuses`; `present` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "present")]
    pub status: Option<String>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl AttendanceIn {
    /// The draft that the domain checks.
    pub fn into_draft(
        self,
        partnership_id: Uuid,
        meeting_id: Uuid,
        institution_id: Uuid,
    ) -> AttendanceDraft {
        AttendanceDraft {
            partnership_id,
            meeting_id,
            institution_id,
            status: self.status,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored attendance: the base of a patch.
impl From<&Attendance> for AttendanceIn {
    fn from(a: &Attendance) -> Self {
        Self {
            institution: RefIn(a.institution_id.to_string()),
            status: Some(a.status.clone()),
            external_ids: a.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// An institution's attendance at a meeting.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttendanceOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000022")]
    pub id: Uuid,
    /// The institution.
    #[schema(required)]
    pub institution: Option<Ref>,
    /// Code of the vocabulary `attendance_statuses`.
    #[schema(example = "present")]
    pub status: String,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalIdBody>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was recorded.
    #[schema(example = "2016-02-24T13:30:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-02-24T13:30:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl AttendanceOut {
    /// Shows an attendance.
    pub fn of(record: &Versioned<Attendance>, names: &Names) -> Self {
        let Versioned { head, value } = record;
        Self {
            id: head.id,
            institution: reference(names, Some(value.institution_id)),
            status: value.status.clone(),
            external_ids: value
                .external_ids
                .iter()
                .map(ExternalIdBody::from)
                .collect(),
            version: head.version,
            created_at: head.created_at,
            modified_at: head.modified_at,
        }
    }
}
