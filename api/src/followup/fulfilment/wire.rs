//! The JSON shapes of fulfilments.

use chrono::{DateTime, NaiveDate, Utc};
use domain::followup::fulfilment::{Fulfilment, FulfilmentDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::wire::{Names, Ref, RefIn, reference};

/// A time that a commitment was fulfilled, to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FulfilmentIn {
    /// The commitment: slug or id.
    #[schema(value_type = String, max_length = 100, example = "zob-informacje")]
    pub commitment: RefIn,
    /// The meeting at which it was fulfilled: slug or id. It took place, and each counts once for a commitment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "forum-2016-1")]
    pub meeting: Option<RefIn>,
    /// The day: that of the meeting, where there is one, and within the years and days the commitment is in force.
    #[schema(example = "2016-04-20")]
    pub fulfilled_on: NaiveDate,
    /// How it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 5000, example = "Prezentacja oferty wsparcia OPS")]
    pub note: Option<String>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl FulfilmentIn {
    /// The draft that the domain checks.
    pub fn into_draft(
        self,
        partnership_id: Uuid,
        commitment_id: Uuid,
        meeting_id: Option<Uuid>,
    ) -> FulfilmentDraft {
        FulfilmentDraft {
            partnership_id,
            commitment_id,
            meeting_id,
            fulfilled_on: self.fulfilled_on,
            note: self.note,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored fulfilment: the base of a patch.
impl From<&Fulfilment> for FulfilmentIn {
    fn from(f: &Fulfilment) -> Self {
        Self {
            commitment: RefIn(f.commitment_id.to_string()),
            meeting: f.meeting_id.map(|id| RefIn(id.to_string())),
            fulfilled_on: f.fulfilled_on,
            note: f.note.clone(),
            external_ids: f.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// One time that a commitment was fulfilled.
#[derive(Debug, Serialize, ToSchema)]
pub struct FulfilmentOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000331")]
    pub id: Uuid,
    /// The commitment.
    #[schema(required)]
    pub commitment: Option<Ref>,
    /// The meeting at which it was fulfilled.
    #[schema(required)]
    pub meeting: Option<Ref>,
    /// The day.
    #[schema(example = "2016-04-20")]
    pub fulfilled_on: NaiveDate,
    /// How it was done.
    #[schema(required, example = json!(null))]
    pub note: Option<String>,
    /// Identifiers in other systems.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was recorded.
    #[schema(example = "2016-04-21T08:00:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-04-21T08:00:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl FulfilmentOut {
    /// Shows a fulfilment.
    pub fn of(record: &Versioned<Fulfilment>, named: &Names) -> Self {
        let Versioned { head, value } = record;
        Self {
            id: head.id,
            commitment: reference(named, Some(value.commitment_id)),
            meeting: reference(named, value.meeting_id),
            fulfilled_on: value.fulfilled_on,
            note: value.note.clone(),
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
