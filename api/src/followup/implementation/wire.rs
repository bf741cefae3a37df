//! The JSON shapes of implementations.

use chrono::{DateTime, NaiveDate, Utc};
use domain::followup::implementation::{Implementation, ImplementationDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::wire::{Names, Ref, RefIn, reference};

/// An implementation to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImplementationIn {
    /// The recommendation that is carried out: slug or id.
    #[schema(value_type = String, max_length = 100, example = "rek-2016-1")]
    pub recommendation: RefIn,
    /// Stable readable identifier; made from what was done, or from kind and place, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "rek-2016-1-w1")]
    pub slug: Option<String>,
    /// Code of the vocabulary `implementation_kinds`; `task` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "training")]
    pub kind: Option<String>,
    /// Its place among those of the recommendation, from one.
    #[schema(minimum = 1, maximum = 100_000, example = 1)]
    pub position: i32,
    /// The meeting by which it is carried out: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "szkolenie-arteterapia-2016")]
    pub meeting: Option<RefIn>,
    /// The institution responsible: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub owner: Option<RefIn>,
    /// The day it was completed, once it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2016-06-08")]
    pub completed_on: Option<NaiveDate>,
    /// What was done: whole sentences of the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 2000,
        example = "Zorganizowano szkolenie pt. „Arteterapia sposobem na stres”."
    )]
    pub report_text: Option<String>,
    /// What for: whole sentences of the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 2000,
        example = "Celem szkolenia było umożliwienie zdobycia wiedzy z zakresu arteterapii."
    )]
    pub goal_text: Option<String>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl ImplementationIn {
    /// The draft that the domain checks.
    pub fn into_draft(
        self,
        partnership_id: Uuid,
        recommendation_id: Uuid,
        meeting_id: Option<Uuid>,
        owner_id: Option<Uuid>,
    ) -> ImplementationDraft {
        ImplementationDraft {
            partnership_id,
            recommendation_id,
            slug: self.slug,
            kind: self.kind,
            position: self.position,
            meeting_id,
            owner_id,
            completed_on: self.completed_on,
            report_text: self.report_text,
            goal_text: self.goal_text,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored implementation: the base of a patch.
impl From<&Implementation> for ImplementationIn {
    fn from(i: &Implementation) -> Self {
        let named = |id: Uuid| RefIn(id.to_string());
        Self {
            recommendation: named(i.recommendation_id),
            slug: Some(i.slug.clone()),
            kind: Some(i.kind.clone()),
            position: i.position,
            meeting: i.meeting_id.map(named),
            owner: i.owner_id.map(named),
            completed_on: i.completed_on,
            report_text: i.report_text.clone(),
            goal_text: i.goal_text.clone(),
            external_ids: i.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// How a recommendation is carried out.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImplementationOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000311")]
    pub id: Uuid,
    /// Stable readable identifier.
    #[schema(example = "rek-2016-1-w1")]
    pub slug: String,
    /// The recommendation that is carried out.
    #[schema(required)]
    pub recommendation: Option<Ref>,
    /// Code of the vocabulary `implementation_kinds`.
    #[schema(example = "training")]
    pub kind: String,
    /// Its place among those of the recommendation, from one.
    #[schema(minimum = 1, maximum = 100_000, example = 1)]
    pub position: i32,
    /// The meeting by which it is carried out; null for others while it is not announced.
    #[schema(required)]
    pub meeting: Option<Ref>,
    /// The institution responsible.
    #[schema(required)]
    pub owner: Option<Ref>,
    /// The day it was completed.
    #[schema(required, example = "2016-06-08")]
    pub completed_on: Option<NaiveDate>,
    /// What was done: whole sentences of the report.
    #[schema(
        required,
        example = "Zorganizowano szkolenie pt. „Arteterapia sposobem na stres”."
    )]
    pub report_text: Option<String>,
    /// What for: whole sentences of the report.
    #[schema(
        required,
        example = "Celem szkolenia było umożliwienie zdobycia wiedzy z zakresu arteterapii."
    )]
    pub goal_text: Option<String>,
    /// Identifiers in other systems.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was recorded.
    #[schema(example = "2016-06-08T14:00:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-06-08T14:00:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl ImplementationOut {
    /// Shows an implementation.
    pub fn of(record: &Versioned<Implementation>, named: &Names) -> Self {
        let Versioned { head, value } = record;
        Self {
            id: head.id,
            slug: value.slug.clone(),
            recommendation: reference(named, Some(value.recommendation_id)),
            kind: value.kind.clone(),
            position: value.position,
            meeting: reference(named, value.meeting_id),
            owner: reference(named, value.owner_id),
            completed_on: value.completed_on,
            report_text: value.report_text.clone(),
            goal_text: value.goal_text.clone(),
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
