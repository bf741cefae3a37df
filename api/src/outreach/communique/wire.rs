//! The JSON shapes of communiqués.

use chrono::{DateTime, NaiveDate, Utc};
use domain::outreach::communique::{Communique, CommuniqueDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::resource::{Site, allowed_transitions};

/// A communiqué to record. It begins as a draft; its number and the day of release come with the release.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommuniqueIn {
    /// Title.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Komunikat nr 1/2016 z działań Rady Programowej"
    )]
    pub title: String,
    /// Stable readable identifier, unique in the partnership; made from the title when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "komunikat-2016-1"
    )]
    pub slug: Option<String>,
    /// Text, in Markdown, kept and shown as such: whoever renders it takes care of what it may contain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 100_000,
        example = "Rada Programowa spotkała się **24 lutego 2016 r.**"
    )]
    pub body: Option<String>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl CommuniqueIn {
    /// The draft that the domain checks; what belongs to the state is kept from `before`.
    pub fn into_draft(self, partnership_id: Uuid, before: Option<&Communique>) -> CommuniqueDraft {
        CommuniqueDraft {
            partnership_id,
            slug: self.slug,
            number: before.and_then(|before| before.number.clone()),
            title: self.title,
            body: self.body,
            status: before.map(|before| before.status.clone()),
            released_on: before.and_then(|before| before.released_on),
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored communiqué: the base of a patch.
impl From<&Communique> for CommuniqueIn {
    fn from(c: &Communique) -> Self {
        Self {
            title: c.title.clone(),
            slug: Some(c.slug.clone()),
            body: c.body.clone(),
            external_ids: c.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// A communiqué.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommuniqueOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000030")]
    pub id: Uuid,
    /// Stable readable identifier.
    #[schema(example = "komunikat-2016-1")]
    pub slug: String,
    /// Its number n/YYYY, once released.
    #[schema(required, example = "1/2016")]
    pub number: Option<String>,
    /// Title.
    #[schema(example = "Komunikat nr 1/2016 z działań Rady Programowej")]
    pub title: String,
    /// Text, in Markdown, not rendered.
    #[schema(
        required,
        example = "Rada Programowa spotkała się **24 lutego 2016 r.**"
    )]
    pub body: Option<String>,
    /// Code of the vocabulary `communique_statuses`.
    #[schema(example = "released")]
    pub status: String,
    /// The states into which the caller may bring it.
    #[schema(max_items = 20, example = json!(["corrected", "withdrawn"]))]
    pub allowed_transitions: Vec<String>,
    /// The day of release.
    #[schema(required, example = "2016-03-21")]
    pub released_on: Option<NaiveDate>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalIdBody>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was recorded.
    #[schema(example = "2016-03-14T07:30:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-03-21T07:30:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl CommuniqueOut {
    /// Shows a communiqué to the caller.
    pub fn of(record: &Versioned<Communique>, site: &Site) -> Self {
        let Versioned { head, value } = record;
        let c = value.clone();
        Self {
            id: head.id,
            allowed_transitions: allowed_transitions(site, value),
            slug: c.slug,
            number: c.number,
            title: c.title,
            body: c.body,
            status: c.status,
            released_on: c.released_on,
            external_ids: c.external_ids.iter().map(ExternalIdBody::from).collect(),
            version: head.version,
            created_at: head.created_at,
            modified_at: head.modified_at,
        }
    }
}
