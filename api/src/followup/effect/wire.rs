//! The JSON shapes of effects.

use chrono::{DateTime, NaiveDate, Utc};
use domain::followup::effect::{Effect, EffectDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;

/// An effect to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EffectIn {
    /// Stable readable identifier; made from the text when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "efekt-2016-3")]
    pub slug: Option<String>,
    /// The first day of the period.
    #[schema(example = "2016-01-01")]
    pub period_from: NaiveDate,
    /// The last day of the period.
    #[schema(example = "2016-12-31")]
    pub period_to: NaiveDate,
    /// Its place in the report, from one.
    #[schema(minimum = 1, maximum = 100_000, example = 3)]
    pub position: i32,
    /// Whole sentences of the report.
    #[schema(
        max_length = 2000,
        example = "Działania partnerskie przyczyniły się do poprawy współdziałania wśród sygnatariuszy."
    )]
    pub report_text: String,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl EffectIn {
    /// The draft that the domain checks.
    pub fn into_draft(self, partnership_id: Uuid) -> EffectDraft {
        EffectDraft {
            partnership_id,
            slug: self.slug,
            period_from: self.period_from,
            period_to: self.period_to,
            position: self.position,
            report_text: self.report_text,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored effect: the base of a patch.
impl From<&Effect> for EffectIn {
    fn from(e: &Effect) -> Self {
        Self {
            slug: Some(e.slug.clone()),
            period_from: e.period_from,
            period_to: e.period_to,
            position: e.position,
            report_text: e.report_text.clone(),
            external_ids: e.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// What a partnership achieved in a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct EffectOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000341")]
    pub id: Uuid,
    /// Stable readable identifier.
    #[schema(example = "efekt-2016-3")]
    pub slug: String,
    /// The first day of the period.
    #[schema(example = "2016-01-01")]
    pub period_from: NaiveDate,
    /// The last day of the period.
    #[schema(example = "2016-12-31")]
    pub period_to: NaiveDate,
    /// Its place in the report, from one.
    #[schema(minimum = 1, maximum = 100_000, example = 3)]
    pub position: i32,
    /// Whole sentences of the report.
    #[schema(
        example = "Działania partnerskie przyczyniły się do poprawy współdziałania wśród sygnatariuszy."
    )]
    pub report_text: String,
    /// Identifiers in other systems.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was recorded.
    #[schema(example = "2017-01-09T08:00:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2017-01-09T08:00:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl From<&Versioned<Effect>> for EffectOut {
    fn from(record: &Versioned<Effect>) -> Self {
        let Versioned { head, value } = record;
        Self {
            id: head.id,
            slug: value.slug.clone(),
            period_from: value.period_from,
            period_to: value.period_to,
            position: value.position,
            report_text: value.report_text.clone(),
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
