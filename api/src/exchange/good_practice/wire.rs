//! The JSON shapes of good practices.

use chrono::{DateTime, Utc};
use domain::exchange::good_practice::{GoodPractice, GoodPracticeDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::resource::{Site, allowed_transitions};
use crate::wire::{Names, Ref, RefIn, reference};

/// A good practice to record. It begins as a draft.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoodPracticeIn {
    /// Title.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Dobra praktyka z ekonomii społecznej – PUP w Strzelcach Krajeńskich"
    )]
    pub title: String,
    /// The institution whose practice it is, also one that is no signatory: slug or id.
    #[schema(value_type = String, max_length = 100, example = "pup-strzelce-krajenskie")]
    pub owner: RefIn,
    /// Stable readable identifier, unique in the partnership; made from the title when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "dobra-praktyka-1"
    )]
    pub slug: Option<String>,
    /// Its place among those presented at a meeting, from one.
    #[serde(default = "first")]
    #[schema(minimum = 1, maximum = 100_000, default = 1, example = 1)]
    pub position: i32,
    /// The problem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 20_000,
        example = "Osoby po kryzysie bezdomności nie mają dokąd pójść po pracy."
    )]
    pub problem: Option<String>,
    /// How it was solved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 20_000,
        example = "Spółdzielnia socjalna prowadzi mieszkania treningowe."
    )]
    pub solution: Option<String>,
    /// How one knows that it worked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20_000, example = "Po roku 8 z 10 osób pracuje.")]
    pub evidence: Option<String>,
    /// Where else it could work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 20_000,
        example = "W każdej gminie, która ma wolne lokale."
    )]
    pub transferability: Option<String>,
    /// What was learned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 20_000,
        example = "Umowa najmu musi być gotowa przed naborem."
    )]
    pub lessons: Option<String>,
    /// The meetings at which it was presented: slugs or ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, max_items = 200, example = json!(["rada-2016-4"]))]
    pub presented_at: Vec<RefIn>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

fn first() -> i32 {
    1
}

impl GoodPracticeIn {
    /// The draft that the domain checks; references are resolved by the caller.
    pub fn into_draft(
        self,
        partnership_id: Uuid,
        owner_id: Uuid,
        presented_at: Vec<Uuid>,
    ) -> GoodPracticeDraft {
        GoodPracticeDraft {
            partnership_id,
            slug: self.slug,
            title: self.title,
            owner_id,
            status: None,
            position: self.position,
            problem: self.problem,
            solution: self.solution,
            evidence: self.evidence,
            transferability: self.transferability,
            lessons: self.lessons,
            presented_at,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored good practice: the base of a patch.
impl From<&GoodPractice> for GoodPracticeIn {
    fn from(g: &GoodPractice) -> Self {
        let g = g.clone();
        let named = |id: Uuid| RefIn(id.to_string());
        Self {
            title: g.title,
            owner: named(g.owner_id),
            slug: Some(g.slug),
            position: g.position,
            problem: g.problem,
            solution: g.solution,
            evidence: g.evidence,
            transferability: g.transferability,
            lessons: g.lessons,
            presented_at: g.presented_at.into_iter().map(named).collect(),
            external_ids: g.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// A good practice.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodPracticeOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000032")]
    pub id: Uuid,
    /// Stable readable identifier.
    #[schema(example = "dobra-praktyka-1")]
    pub slug: String,
    /// Title.
    #[schema(example = "Dobra praktyka z ekonomii społecznej – PUP w Strzelcach Krajeńskich")]
    pub title: String,
    /// The institution whose practice it is.
    #[schema(required)]
    pub owner: Option<Ref>,
    /// Code of the vocabulary `good_practice_statuses`.
    #[schema(example = "published")]
    pub status: String,
    /// The states into which the caller may bring it.
    #[schema(max_items = 20, example = json!(["archived"]))]
    pub allowed_transitions: Vec<String>,
    /// Its place among those presented at a meeting, from one.
    #[schema(example = 1)]
    pub position: i32,
    /// The problem.
    #[schema(
        required,
        example = "Osoby po kryzysie bezdomności nie mają dokąd pójść po pracy."
    )]
    pub problem: Option<String>,
    /// How it was solved.
    #[schema(
        required,
        example = "Spółdzielnia socjalna prowadzi mieszkania treningowe."
    )]
    pub solution: Option<String>,
    /// How one knows that it worked.
    #[schema(required, example = "Po roku 8 z 10 osób pracuje.")]
    pub evidence: Option<String>,
    /// Where else it could work.
    #[schema(required, example = "W każdej gminie, która ma wolne lokale.")]
    pub transferability: Option<String>,
    /// What was learned.
    #[schema(required, example = "Umowa najmu musi być gotowa przed naborem.")]
    pub lessons: Option<String>,
    /// The meetings at which it was presented, as far as the caller sees them.
    #[schema(max_items = 200)]
    pub presented_at: Vec<Ref>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalIdBody>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was recorded.
    #[schema(example = "2016-11-21T07:30:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-12-05T07:30:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl GoodPracticeOut {
    /// Shows a good practice to the caller, with the names of what it refers to.
    pub fn of(record: &Versioned<GoodPractice>, named: &Names, site: &Site) -> Self {
        let Versioned { head, value } = record;
        let g = value.clone();
        let shown = |id: Uuid| reference(named, Some(id));
        Self {
            id: head.id,
            allowed_transitions: allowed_transitions(site, value),
            slug: g.slug,
            title: g.title,
            owner: shown(g.owner_id),
            status: g.status,
            position: g.position,
            problem: g.problem,
            solution: g.solution,
            evidence: g.evidence,
            transferability: g.transferability,
            lessons: g.lessons,
            presented_at: g.presented_at.into_iter().filter_map(shown).collect(),
            external_ids: g.external_ids.iter().map(ExternalIdBody::from).collect(),
            version: head.version,
            created_at: head.created_at,
            modified_at: head.modified_at,
        }
    }
}
