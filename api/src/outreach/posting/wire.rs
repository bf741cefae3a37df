//! The JSON shapes of postings.

use chrono::{DateTime, NaiveDate, Utc};
use domain::outreach::posting::{Posting, PostingDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::resource::{Site, allowed_transitions};
use crate::wire::{Names, Ref, RefIn, reference};

/// A posting to record: reported when it says the day, otherwise expected.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostingIn {
    /// The institution on whose site it is: slug or id.
    #[schema(value_type = String, max_length = 100, example = "wup-zielona-gora")]
    pub institution: RefIn,
    /// The day it was posted, not before the release. A posting that is expected gets it when it is reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2016-03-21")]
    pub posted_on: Option<NaiveDate>,
    /// Where it was posted; required of what was posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 2000,
        example = "https://wup-zielona-gora.example/komunikat-2016-1"
    )]
    pub url: Option<String>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl PostingIn {
    /// The draft that the domain checks; references are resolved by the caller, who adds the communiqué and the state.
    pub fn into_draft(self, partnership_id: Uuid, institution_id: Uuid) -> PostingDraft {
        PostingDraft {
            partnership_id,
            institution_id,
            posted_on: self.posted_on,
            url: self.url,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
            ..PostingDraft::default()
        }
    }
}

/// What one would send to create a stored posting: the base of a patch.
impl From<&Posting> for PostingIn {
    fn from(p: &Posting) -> Self {
        Self {
            institution: RefIn(p.institution_id.to_string()),
            posted_on: p.posted_on,
            url: p.url.clone(),
            external_ids: p.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// A posting: a communiqué on the site of an institution.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostingOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000031")]
    pub id: Uuid,
    /// What is posted.
    #[schema(required)]
    pub communique: Option<Ref>,
    /// By whom.
    #[schema(required)]
    pub institution: Option<Ref>,
    /// Code of the vocabulary `posting_statuses`.
    #[schema(example = "reported")]
    pub status: String,
    /// The states into which the caller may bring it.
    #[schema(max_items = 20, example = json!(["verified", "broken"]))]
    pub allowed_transitions: Vec<String>,
    /// The day it was posted.
    #[schema(required, example = "2016-03-21")]
    pub posted_on: Option<NaiveDate>,
    /// Where it was posted.
    #[schema(
        required,
        example = "https://wup-zielona-gora.example/komunikat-2016-1"
    )]
    pub url: Option<String>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalIdBody>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was recorded.
    #[schema(example = "2016-03-21T07:30:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-03-21T07:30:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl PostingOut {
    /// Shows a posting to the caller, with the names of what it refers to.
    pub fn of(record: &Versioned<Posting>, named: &Names, site: &Site) -> Self {
        let Versioned { head, value } = record;
        let p = value.clone();
        Self {
            id: head.id,
            communique: reference(named, Some(p.communique_id)),
            institution: reference(named, Some(p.institution_id)),
            allowed_transitions: allowed_transitions(site, value),
            status: p.status,
            posted_on: p.posted_on,
            url: p.url,
            external_ids: p.external_ids.iter().map(ExternalIdBody::from).collect(),
            version: head.version,
            created_at: head.created_at,
            modified_at: head.modified_at,
        }
    }
}
