//! The JSON shapes of agenda items.

use chrono::{DateTime, Utc};
use domain::meeting::agenda_item::{AgendaItem, AgendaItemDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::wire::{Names, Ref, RefIn, reference};

/// An agenda item to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgendaItemIn {
    /// Its place in the agenda, from one.
    #[schema(minimum = 1, maximum = 100_000, example = 1)]
    pub position: i32,
    /// Title.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Wypracowanie wniosków i rekomendacji na rzecz wsparcia ekonomii społecznej"
    )]
    pub title: String,
    /// Stable readable identifier, unique in the meeting; made from the title when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "wnioski-i-rekomendacje"
    )]
    pub slug: Option<String>,
    /// How a report words it, in the genitive; what has no phrase is no topic of the report. The one placeholder that may
    /// stand in it is `{good_practice_presenters_genitive}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 2000,
        example = "wypracowania wniosków i rekomendacji na rzecz wsparcia ekonomii społecznej"
    )]
    pub report_phrase: Option<String>,
    /// The institution that presents it: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub presenter: Option<RefIn>,
    /// `public` or `internal`; public when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "public")]
    pub visibility: Option<String>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl AgendaItemIn {
    /// The draft that the domain checks.
    pub fn into_draft(
        self,
        partnership_id: Uuid,
        meeting_id: Uuid,
        presenter_id: Option<Uuid>,
    ) -> AgendaItemDraft {
        AgendaItemDraft {
            partnership_id,
            meeting_id,
            slug: self.slug,
            position: self.position,
            title: self.title,
            report_phrase: self.report_phrase,
            presenter_id,
            visibility: self.visibility,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored agenda item: the base of a patch.
impl From<&AgendaItem> for AgendaItemIn {
    fn from(a: &AgendaItem) -> Self {
        Self {
            position: a.position,
            title: a.title.clone(),
            slug: Some(a.slug.clone()),
            report_phrase: a.report_phrase.clone(),
            presenter: a.presenter_id.map(|id| RefIn(id.to_string())),
            visibility: Some(a.visibility.clone()),
            external_ids: a.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// A point of a meeting's agenda.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgendaItemOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000021")]
    pub id: Uuid,
    /// Stable readable identifier, unique in the meeting.
    #[schema(example = "wnioski-i-rekomendacje")]
    pub slug: String,
    /// The meeting.
    #[schema(required)]
    pub meeting: Option<Ref>,
    /// Its place in the agenda, from one.
    #[schema(minimum = 1, maximum = 100_000, example = 1)]
    pub position: i32,
    /// Title.
    #[schema(
        example = "Wypracowanie wniosków i rekomendacji na rzecz wsparcia ekonomii społecznej"
    )]
    pub title: String,
    /// How a report words it, in the genitive.
    #[schema(
        required,
        example = "wypracowania wniosków i rekomendacji na rzecz wsparcia ekonomii społecznej"
    )]
    pub report_phrase: Option<String>,
    /// The institution that presents it.
    #[schema(required)]
    pub presenter: Option<Ref>,
    /// `public` or `internal`: who sees it.
    #[schema(example = "public")]
    pub visibility: String,
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

impl AgendaItemOut {
    /// Shows an agenda item.
    pub fn of(record: &Versioned<AgendaItem>, names: &Names) -> Self {
        let Versioned { head, value } = record;
        Self {
            id: head.id,
            slug: value.slug.clone(),
            meeting: reference(names, Some(value.meeting_id)),
            position: value.position,
            title: value.title.clone(),
            report_phrase: value.report_phrase.clone(),
            presenter: reference(names, value.presenter_id),
            visibility: value.visibility.clone(),
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
