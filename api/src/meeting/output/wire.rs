//! The JSON shapes of outputs.

use chrono::{DateTime, Utc};
use domain::meeting::output::{Output, OutputDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::wire::Ref;

/// An output to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutputIn {
    /// A finished clause of the report.
    #[schema(
        min_length = 1,
        max_length = 2000,
        example = "opracowano harmonogram działań Komitetu w obszarze ekonomii społecznej"
    )]
    pub report_phrase: String,
    /// Stable readable identifier, unique in the partnership; made from the phrase when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "harmonogram"
    )]
    pub slug: Option<String>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl OutputIn {
    /// The draft that the domain checks.
    pub fn into_draft(self, partnership_id: Uuid) -> OutputDraft {
        OutputDraft {
            partnership_id,
            slug: self.slug,
            report_phrase: self.report_phrase,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored output: the base of a patch.
impl From<&Output> for OutputIn {
    fn from(o: &Output) -> Self {
        Self {
            report_phrase: o.report_phrase.clone(),
            slug: Some(o.slug.clone()),
            external_ids: o.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// What came out of one or more meetings.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutputOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000023")]
    pub id: Uuid,
    /// Stable readable identifier.
    #[schema(example = "harmonogram")]
    pub slug: String,
    /// A finished clause of the report.
    #[schema(example = "opracowano harmonogram działań Komitetu w obszarze ekonomii społecznej")]
    pub report_phrase: String,
    /// The meetings that worked on it, as far as the caller sees them, the earliest first.
    pub meetings: Vec<Ref>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalIdBody>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was recorded.
    #[schema(example = "2016-01-27T13:30:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-01-27T13:30:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl OutputOut {
    /// Shows an output with its meetings.
    pub fn of(record: &Versioned<Output>, meetings: Vec<Ref>) -> Self {
        let Versioned { head, value } = record;
        Self {
            id: head.id,
            slug: value.slug.clone(),
            report_phrase: value.report_phrase.clone(),
            meetings,
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
