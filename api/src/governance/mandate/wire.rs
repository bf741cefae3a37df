//! The JSON shapes of mandates.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::View;
use domain::governance::mandate::{Mandate, MandateDraft};
use domain::governance::term::Term;
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::resource::Site;
use crate::wire::{Names, Ref, RefIn, reference};

/// A mandate to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MandateIn {
    /// The term of office: slug or id.
    #[schema(value_type = String, max_length = 100, example = "rada-2014-2017")]
    pub term: RefIn,
    /// The institution that holds it: slug or id.
    #[schema(value_type = String, max_length = 100, example = "wup-zielona-gora")]
    pub institution: RefIn,
    /// Code of the vocabulary `mandate_roles`; `member` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "secretary")]
    pub role: Option<String>,
    /// The first day; it lies in the term.
    #[schema(example = "2014-11-21")]
    pub starts_on: NaiveDate,
    /// The first day it is held no more, where it ends before its term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2016-06-01")]
    pub ends_on: Option<NaiveDate>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, example = "rezygnacja")]
    pub end_reason: Option<String>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl MandateIn {
    /// The draft that the domain checks; references are resolved by the caller.
    pub fn into_draft(
        self,
        partnership_id: Uuid,
        term_id: Uuid,
        institution_id: Uuid,
    ) -> MandateDraft {
        MandateDraft {
            partnership_id,
            term_id,
            institution_id,
            role: self.role,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            end_reason: self.end_reason,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored mandate: the base of a patch.
impl From<&Mandate> for MandateIn {
    fn from(m: &Mandate) -> Self {
        Self {
            term: RefIn(m.term_id.to_string()),
            institution: RefIn(m.institution_id.to_string()),
            role: Some(m.role.clone()),
            starts_on: m.starts_on,
            ends_on: m.ends_on,
            end_reason: m.end_reason.clone(),
            external_ids: m.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// A mandate: a seat held by an institution in a term of office.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandateOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000009")]
    pub id: Uuid,
    /// The body.
    #[schema(required)]
    pub body: Option<Ref>,
    /// The term of office; its slug stands for a name.
    pub term: Ref,
    /// The institution that holds it.
    #[schema(required)]
    pub institution: Option<Ref>,
    /// Code of the vocabulary `mandate_roles`.
    #[schema(example = "secretary")]
    pub role: String,
    /// Whether it is held today.
    #[schema(example = false)]
    pub active: bool,
    /// The first day.
    #[schema(example = "2014-11-21")]
    pub starts_on: NaiveDate,
    /// The first day it is held no more; null where it lasts as long as its term.
    #[schema(required, example = json!(null))]
    pub ends_on: Option<NaiveDate>,
    /// Why it ended; not in the public view nor for `rops`, since it may speak of a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "rezygnacja")]
    pub end_reason: Option<String>,
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

impl MandateOut {
    /// Shows a mandate of a term as it is today.
    pub fn of(
        record: &Versioned<Mandate>,
        term: &Versioned<Term>,
        named: &Names,
        site: &Site,
    ) -> Self {
        let Versioned { head, value } = record;
        Self {
            id: head.id,
            body: reference(named, Some(term.value.body_id)),
            term: Ref {
                id: term.head.id,
                slug: term.value.slug.clone(),
                name: term.value.slug.clone(),
            },
            institution: reference(named, Some(value.institution_id)),
            role: value.role.clone(),
            active: value.active_on(site.today, &term.value),
            starts_on: value.starts_on,
            ends_on: value.ends_on,
            end_reason: value
                .end_reason
                .clone()
                .filter(|_| site.view == View::Personal),
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
