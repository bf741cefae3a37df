//! The JSON shapes of bodies.

use chrono::{DateTime, Utc};
use domain::governance::body::{Body, BodyDraft, BodyRules};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::wire::{Names, Ref, RefIn, reference};

/// How a body decides; what is not stated is not known.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BodyRulesBody {
    /// How many must be present for a decision: a code of the vocabulary `quorum_rules`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "more_than_half")]
    pub quorum: Option<String>,
    /// How many, where the quorum is a fixed number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100_000, example = json!(null))]
    pub quorum_count: Option<i32>,
    /// Code of the vocabulary `majority_rules`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "simple")]
    pub majority: Option<String>,
    /// Whether the chair decides a tie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = true)]
    pub casting_vote: Option<bool>,
    /// How many days before a meeting the invitation goes out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 366, example = 7)]
    pub notice_days: Option<i32>,
    /// How many unexcused absences in a row put a mandate in question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100, example = 3)]
    pub absences_limit: Option<i32>,
    /// How many years a term lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 20, example = 3)]
    pub term_years: Option<i32>,
}

impl From<BodyRulesBody> for BodyRules {
    fn from(rules: BodyRulesBody) -> Self {
        Self {
            quorum: rules.quorum,
            quorum_count: rules.quorum_count,
            majority: rules.majority,
            casting_vote: rules.casting_vote,
            notice_days: rules.notice_days,
            absences_limit: rules.absences_limit,
            term_years: rules.term_years,
        }
    }
}

impl From<&BodyRules> for BodyRulesBody {
    fn from(rules: &BodyRules) -> Self {
        Self {
            quorum: rules.quorum.clone(),
            quorum_count: rules.quorum_count,
            majority: rules.majority.clone(),
            casting_vote: rules.casting_vote,
            notice_days: rules.notice_days,
            absences_limit: rules.absences_limit,
            term_years: rules.term_years,
        }
    }
}

/// A body to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BodyIn {
    /// Name.
    #[schema(min_length = 1, max_length = 300, example = "Rada Programowa")]
    pub name: String,
    /// Code of the vocabulary `body_kinds`.
    #[schema(max_length = 100, example = "council")]
    pub kind: String,
    /// Stable readable identifier; made from the name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "rada-programowa"
    )]
    pub slug: Option<String>,
    /// The body of the same partnership that it belongs to: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "zgromadzenie-sygnatariuszy")]
    pub parent: Option<RefIn>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 5000,
        example = "Forum wymiany doświadczeń i proponowania nowych rozwiązań w obszarze ekonomii społecznej."
    )]
    pub purpose: Option<String>,
    /// How it decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub rules: Option<BodyRulesBody>,
    /// The institution whose body it is, where it is an external one: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "rops-zielona-gora")]
    pub owner: Option<RefIn>,
    /// What it is founded on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, example = "Umowa partnerska z 18 czerwca 2008 r.")]
    pub legal_basis: Option<String>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl BodyIn {
    /// The draft that the domain checks; references are resolved by the caller.
    pub fn into_draft(
        self,
        partnership_id: Uuid,
        parent_id: Option<Uuid>,
        owner_id: Option<Uuid>,
    ) -> BodyDraft {
        BodyDraft {
            partnership_id,
            slug: self.slug,
            name: self.name,
            kind: self.kind,
            parent_id,
            purpose: self.purpose,
            rules: self.rules.unwrap_or_default().into(),
            owner_id,
            legal_basis: self.legal_basis,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored body: the base of a patch.
impl From<&Body> for BodyIn {
    fn from(b: &Body) -> Self {
        let named = |id: Option<Uuid>| id.map(|id| RefIn(id.to_string()));
        Self {
            name: b.name.clone(),
            kind: b.kind.clone(),
            slug: Some(b.slug.clone()),
            parent: named(b.parent_id),
            purpose: b.purpose.clone(),
            rules: Some(BodyRulesBody::from(&b.rules)),
            owner: named(b.owner_id),
            legal_basis: b.legal_basis.clone(),
            external_ids: b.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// A body: the council, the assembly, a working group, a forum or an external committee.
#[derive(Debug, Serialize, ToSchema)]
pub struct BodyOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000007")]
    pub id: Uuid,
    /// Stable readable identifier, unique in the partnership.
    #[schema(example = "rada-programowa")]
    pub slug: String,
    /// Name.
    #[schema(example = "Rada Programowa")]
    pub name: String,
    /// Code of the vocabulary `body_kinds`.
    #[schema(example = "council")]
    pub kind: String,
    /// The body it belongs to.
    #[schema(required)]
    pub parent: Option<Ref>,
    /// What it is for.
    #[schema(
        required,
        example = "Forum wymiany doświadczeń i proponowania nowych rozwiązań w obszarze ekonomii społecznej."
    )]
    pub purpose: Option<String>,
    /// How it decides; what is not stated is not known.
    pub rules: BodyRulesBody,
    /// The institution whose body it is, where it is an external one.
    #[schema(required)]
    pub owner: Option<Ref>,
    /// What it is founded on.
    #[schema(required, example = "Umowa partnerska z 18 czerwca 2008 r.")]
    pub legal_basis: Option<String>,
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

impl BodyOut {
    /// Shows a body.
    pub fn of(record: &Versioned<Body>, named: &Names) -> Self {
        let Versioned { head, value } = record;
        Self {
            id: head.id,
            slug: value.slug.clone(),
            name: value.name.clone(),
            kind: value.kind.clone(),
            parent: reference(named, value.parent_id),
            purpose: value.purpose.clone(),
            rules: BodyRulesBody::from(&value.rules),
            owner: reference(named, value.owner_id),
            legal_basis: value.legal_basis.clone(),
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
