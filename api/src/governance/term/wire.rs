//! The JSON shapes of terms of office.

use chrono::{DateTime, NaiveDate, Utc};
use domain::governance::term::{Term, TermDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::wire::{Names, Ref, RefIn, reference};

/// A term of office to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermIn {
    /// The first day.
    #[schema(example = "2014-11-21")]
    pub starts_on: NaiveDate,
    /// The last day.
    #[schema(example = "2017-11-20")]
    pub ends_on: NaiveDate,
    /// Stable readable identifier; made from the years when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "rada-2014-2017"
    )]
    pub slug: Option<String>,
    /// How many seats there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100_000, example = 11)]
    pub seats: Option<i32>,
    /// How many must be present for a decision: a code of the vocabulary `quorum_rules`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "more_than_half")]
    pub quorum_rule: Option<String>,
    /// Code of the vocabulary `majority_rules`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "simple")]
    pub majority_rule: Option<String>,
    /// The meeting that elected it, which took place or was announced: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "zgromadzenie-2014")]
    pub elected_at: Option<RefIn>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl TermIn {
    /// The draft that the domain checks; references are resolved by the caller.
    pub fn into_draft(
        self,
        partnership_id: Uuid,
        body_id: Uuid,
        elected_at_id: Option<Uuid>,
    ) -> TermDraft {
        TermDraft {
            partnership_id,
            body_id,
            slug: self.slug,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            seats: self.seats,
            quorum_rule: self.quorum_rule,
            majority_rule: self.majority_rule,
            elected_at_id,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored term: the base of a patch.
impl From<&Term> for TermIn {
    fn from(t: &Term) -> Self {
        Self {
            starts_on: t.starts_on,
            ends_on: t.ends_on,
            slug: Some(t.slug.clone()),
            seats: t.seats,
            quorum_rule: t.quorum_rule.clone(),
            majority_rule: t.majority_rule.clone(),
            elected_at: t.elected_at_id.map(|id| RefIn(id.to_string())),
            external_ids: t.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// A term of office of a body.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000008")]
    pub id: Uuid,
    /// Stable readable identifier, unique in the partnership.
    #[schema(example = "rada-2014-2017")]
    pub slug: String,
    /// The body.
    #[schema(required)]
    pub body: Option<Ref>,
    /// The first day.
    #[schema(example = "2014-11-21")]
    pub starts_on: NaiveDate,
    /// The last day.
    #[schema(example = "2017-11-20")]
    pub ends_on: NaiveDate,
    /// How many seats there are.
    #[schema(required, minimum = 1, maximum = 100_000, example = 11)]
    pub seats: Option<i32>,
    /// How many must be present for a decision: a code of the vocabulary `quorum_rules`.
    #[schema(required, example = "more_than_half")]
    pub quorum_rule: Option<String>,
    /// Code of the vocabulary `majority_rules`.
    #[schema(required, example = "simple")]
    pub majority_rule: Option<String>,
    /// The meeting that elected it.
    #[schema(required)]
    pub elected_at: Option<Ref>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalIdBody>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was recorded.
    #[schema(example = "2016-01-04T07:30:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-01-04T07:30:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl TermOut {
    /// Shows a term.
    pub fn of(record: &Versioned<Term>, named: &Names) -> Self {
        let Versioned { head, value } = record;
        Self {
            id: head.id,
            slug: value.slug.clone(),
            body: reference(named, Some(value.body_id)),
            starts_on: value.starts_on,
            ends_on: value.ends_on,
            seats: value.seats,
            quorum_rule: value.quorum_rule.clone(),
            majority_rule: value.majority_rule.clone(),
            elected_at: reference(named, value.elected_at_id),
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
