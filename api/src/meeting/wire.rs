//! The JSON shapes of meetings.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::View;
use domain::meeting::agenda_item::AgendaItem;
use domain::meeting::{Meeting, MeetingDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::resource::{Site, allowed_transitions};
use crate::wire::{Names, Ref, RefIn, reference};

/// A meeting to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingIn {
    /// Code of the vocabulary `meeting_kinds`.
    #[schema(max_length = 100, example = "council")]
    pub kind: String,
    /// Title.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "I spotkanie Rady Programowej w 2016 r."
    )]
    pub title: String,
    /// Stable readable identifier, unique in the partnership; made from the title when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "rada-2016-1"
    )]
    pub slug: Option<String>,
    /// The day, by the calendar of the partnership; that of `starts_at` when absent. One of the two must be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2016-02-24")]
    pub held_on: Option<NaiveDate>,
    /// When it begins; on the day of `held_on`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2016-02-24T09:00:00Z")]
    pub starts_at: Option<DateTime<Utc>>,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2016-02-24T13:00:00Z")]
    pub ends_at: Option<DateTime<Utc>>,
    /// Code of the vocabulary `meeting_modes`; `onsite` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "onsite")]
    pub mode: Option<String>,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "Zielona Góra")]
    pub town: Option<String>,
    /// Address, room or link; not shown to the public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, example = "ul. Wyspiańskiego 15, sala 4")]
    pub location: Option<String>,
    /// The institution that hosts it: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub host: Option<RefIn>,
    /// The body that meets: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "rada-programowa")]
    pub body: Option<RefIn>,
    /// The part of the partnership itself: code of the vocabulary `own_roles`; `organizer` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "organizer")]
    pub own_role: Option<String>,
    /// How many must be present for a decision; not shown to the public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100_000, example = 6)]
    pub quorum_required: Option<i32>,
    /// Whom it is for: codes of the vocabulary `sectors`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200, example = json!(["ngo"]))]
    pub target_sectors: Vec<String>,
    /// Whom it is for: codes of the vocabulary `institution_kinds`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200, example = json!(["pup", "ops", "pcpr"]))]
    pub target_kinds: Vec<String>,
    /// What it is about: codes of the vocabulary `funding_programmes`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200, example = json!(["rpo_l2020"]))]
    pub funding_programmes: Vec<String>,
    /// The outputs it worked on, in order: slugs or ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>, max_items = 200, example = json!(["harmonogram"]))]
    pub outputs: Vec<RefIn>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

/// The records that a meeting refers to.
pub struct MeetingRefs {
    /// The body that meets.
    pub body_id: Option<Uuid>,
    /// The host.
    pub host_institution_id: Option<Uuid>,
    /// The outputs, in order.
    pub outputs: Vec<Uuid>,
}

impl From<&Meeting> for MeetingRefs {
    fn from(m: &Meeting) -> Self {
        Self {
            body_id: m.body_id,
            host_institution_id: m.host_institution_id,
            outputs: m.outputs.clone(),
        }
    }
}

impl MeetingIn {
    /// The draft that the domain checks.
    pub fn into_draft(
        self,
        site: &Site,
        status: Option<String>,
        refs: MeetingRefs,
    ) -> MeetingDraft {
        MeetingDraft {
            partnership_id: site.id(),
            slug: self.slug,
            kind: self.kind,
            status,
            body_id: refs.body_id,
            own_role: self.own_role,
            title: self.title,
            held_on: self.held_on,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            time_zone: site.partnership.value.tz(),
            mode: self.mode,
            town: self.town,
            location: self.location,
            host_institution_id: refs.host_institution_id,
            quorum_required: self.quorum_required,
            target_sectors: self.target_sectors,
            target_kinds: self.target_kinds,
            funding_programmes: self.funding_programmes,
            outputs: refs.outputs,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored meeting: the base of a patch.
impl From<&Meeting> for MeetingIn {
    fn from(m: &Meeting) -> Self {
        let named = |id: Uuid| RefIn(id.to_string());
        Self {
            kind: m.kind.clone(),
            title: m.title.clone(),
            slug: Some(m.slug.clone()),
            held_on: Some(m.held_on),
            starts_at: m.starts_at,
            ends_at: m.ends_at,
            mode: Some(m.mode.clone()),
            town: m.town.clone(),
            location: m.location.clone(),
            host: m.host_institution_id.map(named),
            body: m.body_id.map(named),
            own_role: Some(m.own_role.clone()),
            quorum_required: m.quorum_required,
            target_sectors: m.target_sectors.clone(),
            target_kinds: m.target_kinds.clone(),
            funding_programmes: m.funding_programmes.clone(),
            outputs: m.outputs.iter().copied().map(named).collect(),
            external_ids: m.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// A point of the agenda, as its meeting shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgendaPointOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000021")]
    pub id: Uuid,
    /// Its slug, unique in the meeting.
    #[schema(example = "wnioski-i-rekomendacje")]
    pub slug: String,
    /// Its place, from one.
    #[schema(minimum = 1, maximum = 100_000, example = 1)]
    pub position: i32,
    /// Title.
    #[schema(
        example = "Wypracowanie wniosków i rekomendacji na rzecz wsparcia ekonomii społecznej"
    )]
    pub title: String,
    /// How a report words it.
    #[schema(
        required,
        example = "wypracowania wniosków i rekomendacji na rzecz wsparcia ekonomii społecznej"
    )]
    pub report_phrase: Option<String>,
    /// The institution that presents it.
    #[schema(required)]
    pub presenter: Option<Ref>,
}

impl AgendaPointOut {
    fn of(record: &Versioned<AgendaItem>, names: &Names) -> Self {
        let Versioned { head, value } = record;
        Self {
            id: head.id,
            slug: value.slug.clone(),
            position: value.position,
            title: value.title.clone(),
            report_phrase: value.report_phrase.clone(),
            presenter: reference(names, value.presenter_id),
        }
    }
}

/// A meeting of any kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeetingOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000020")]
    pub id: Uuid,
    /// Stable readable identifier.
    #[schema(example = "rada-2016-1")]
    pub slug: String,
    /// Code of the vocabulary `meeting_kinds`.
    #[schema(example = "council")]
    pub kind: String,
    /// Code of the vocabulary `meeting_statuses`.
    #[schema(example = "held")]
    pub status: String,
    /// The statuses into which the caller may bring it.
    #[schema(max_items = 20, example = json!(["minutes_approved"]))]
    pub allowed_transitions: Vec<String>,
    /// Title.
    #[schema(example = "I spotkanie Rady Programowej w 2016 r.")]
    pub title: String,
    /// The day, by the calendar of the partnership.
    #[schema(example = "2016-02-24")]
    pub held_on: NaiveDate,
    /// When it begins.
    #[schema(required, example = "2016-02-24T09:00:00Z")]
    pub starts_at: Option<DateTime<Utc>>,
    /// When it ends.
    #[schema(required, example = "2016-02-24T13:00:00Z")]
    pub ends_at: Option<DateTime<Utc>>,
    /// Code of the vocabulary `meeting_modes`.
    #[schema(example = "onsite")]
    pub mode: String,
    /// Town.
    #[schema(required, example = "Zielona Góra")]
    pub town: Option<String>,
    /// Address, room or link; in the internal view only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "ul. Wyspiańskiego 15, sala 4")]
    pub location: Option<String>,
    /// The institution that hosts it.
    #[schema(required)]
    pub host: Option<Ref>,
    /// The body that meets.
    #[schema(required)]
    pub body: Option<Ref>,
    /// The part of the partnership itself: code of the vocabulary `own_roles`.
    #[schema(example = "organizer")]
    pub own_role: String,
    /// How many must be present for a decision; in the internal view only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 100_000, example = 6)]
    pub quorum_required: Option<i32>,
    /// Whom it is for: codes of the vocabulary `sectors`.
    #[schema(max_items = 200, example = json!(["ngo"]))]
    pub target_sectors: Vec<String>,
    /// Whom it is for: codes of the vocabulary `institution_kinds`.
    #[schema(max_items = 200, example = json!(["pup", "ops", "pcpr"]))]
    pub target_kinds: Vec<String>,
    /// What it is about: codes of the vocabulary `funding_programmes`.
    #[schema(max_items = 200, example = json!(["rpo_l2020"]))]
    pub funding_programmes: Vec<String>,
    /// The outputs it worked on, in order; their names are their phrases.
    #[schema(max_items = 200)]
    pub outputs: Vec<Ref>,
    /// The agenda in its order; internal points in the internal view only.
    pub agenda: Vec<AgendaPointOut>,
    /// How many institutions took part, themselves or through another.
    #[schema(minimum = 0, example = 9)]
    pub institutions_present: i64,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalIdBody>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was recorded.
    #[schema(example = "2016-01-04T07:30:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-02-25T07:30:00Z")]
    pub modified_at: DateTime<Utc>,
}

/// What stands around the meetings of a page, looked up once for all.
pub struct Surroundings {
    /// What they refer to.
    pub names: Names,
    /// Their agendas.
    pub agendas: HashMap<Uuid, Vec<Versioned<AgendaItem>>>,
    /// How many institutions took part in each.
    pub present: HashMap<Uuid, i64>,
}

impl MeetingOut {
    /// Shows a meeting to whoever asks.
    pub fn of(record: &Versioned<Meeting>, site: &Site, around: &Surroundings) -> Self {
        let Versioned { head, value } = record;
        let m = value.clone();
        let internal = site.view != View::Public;
        let names = &around.names;
        let agenda = around.agendas.get(&head.id).into_iter().flatten();
        Self {
            id: head.id,
            slug: m.slug,
            kind: m.kind,
            status: m.status,
            allowed_transitions: allowed_transitions(site, value),
            title: m.title,
            held_on: m.held_on,
            starts_at: m.starts_at,
            ends_at: m.ends_at,
            mode: m.mode,
            town: m.town,
            location: m.location.filter(|_| internal),
            host: reference(names, m.host_institution_id),
            body: reference(names, m.body_id),
            own_role: m.own_role,
            quorum_required: m.quorum_required.filter(|_| internal),
            target_sectors: m.target_sectors,
            target_kinds: m.target_kinds,
            funding_programmes: m.funding_programmes,
            outputs: m
                .outputs
                .iter()
                .filter_map(|id| reference(names, Some(*id)))
                .collect(),
            agenda: agenda.map(|item| AgendaPointOut::of(item, names)).collect(),
            institutions_present: around.present.get(&head.id).copied().unwrap_or(0),
            external_ids: m.external_ids.iter().map(ExternalIdBody::from).collect(),
            version: head.version,
            created_at: head.created_at,
            modified_at: head.modified_at,
        }
    }
}
