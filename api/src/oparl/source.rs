//! Which records become which objects.

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use domain::access::audience::Audience;
use domain::followup::recommendation::Recommendation;
use domain::governance::body::Body;
use domain::governance::mandate::Mandate;
use domain::governance::term::Term;
use domain::meeting::Meeting;
use domain::meeting::agenda_item::AgendaItem;
use domain::outreach::communique::Communique;
use domain::record::{Head, Versioned};
use domain::slug::Key;
use persistence::list::{self, Ask, Entry, Position, Sort, Vanished};
use persistence::record::{ColumnOf, Stored};
use persistence::{Condition, Conn, change, meeting, record};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::IntoParams;
use uuid::Uuid;

use super::object::{self, Links, OparlKind, OparlObject};
use crate::problem::Halt;
use crate::records::{self, Out, Resource};
use crate::site::Site;

/// How many objects a page has.
pub const AT_A_TIME: u64 = 100;

/// Filters of a list, as the standard has them, and where to go on.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OparlFilter {
    /// Only what was recorded since.
    #[param(example = "2016-01-01T00:00:00Z")]
    pub created_since: Option<DateTime<Utc>>,
    /// Only what was recorded until.
    #[param(example = "2099-12-31T23:59:59Z")]
    pub created_until: Option<DateTime<Utc>>,
    /// Only what changed since, with what is gone (`deleted`), in the order of the changes.
    #[param(example = "2016-01-01T00:00:00Z")]
    pub modified_since: Option<DateTime<Utc>>,
    /// Only what changed until.
    #[param(example = "2099-12-31T23:59:59Z")]
    pub modified_until: Option<DateTime<Utc>>,
    /// Only meetings of this organization.
    #[param(example = "0198c0de-0000-7000-8000-000000000003")]
    pub organization: Option<Uuid>,
    /// Where to go on; taken from `links.next`.
    #[param(max_length = 500)]
    pub place: Option<String>,
}

impl OparlFilter {
    /// What a place is bound to: the list, and what chooses its objects and their order.
    pub fn bound<'a>(&self, request: &'a HttpRequest) -> impl Serialize + use<'a> {
        let created = (self.created_since, self.created_until);
        let modified = (self.modified_since, self.modified_until);
        (request.path(), created, modified, self.organization)
    }
}

/// A table of records.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// Bodies.
    Bodies,
    /// Terms of office.
    Terms,
    /// Mandates.
    Mandates,
    /// Meetings.
    Meetings,
    /// Points of agendas.
    AgendaItems,
    /// Recommendations.
    Recommendations,
    /// Communiqués.
    Communiques,
}

impl Source {
    /// Where the objects of a kind come from, in the order of their list.
    pub const fn of(kind: OparlKind) -> &'static [Source] {
        match kind {
            OparlKind::Organization => &[Source::Bodies],
            OparlKind::LegislativeTerm => &[Source::Terms],
            OparlKind::Person | OparlKind::Membership => &[Source::Mandates],
            OparlKind::Meeting | OparlKind::Location => &[Source::Meetings],
            OparlKind::AgendaItem => &[Source::AgendaItems],
            OparlKind::Paper => &[Source::Recommendations, Source::Communiques],
        }
    }
}

/// What is asked of a list.
pub fn ask<T: Stored>(
    filter: &OparlFilter,
    scope: Condition,
    vanished: Option<Vanished>,
    after: Option<Position>,
) -> Ask<ColumnOf<T>> {
    let between = list::between::<T>(
        (filter.created_since, filter.created_until),
        filter.modified_until,
    );
    Ask {
        condition: scope.add(between),
        sort: Sort {
            column: T::COLUMNS.created_at,
            descending: false,
        },
        limit: AT_A_TIME,
        after,
        total: false,
        modified_since: filter.modified_since,
        vanished,
    }
}

/// A kind of record as objects.
trait Shown: Resource {
    /// The properties of the object of a kind.
    fn properties(
        site: &Site,
        links: &Links,
        kind: OparlKind,
        record: &Versioned<Self>,
        shown: &Out<Self, Self::Computed>,
    ) -> Value;
}

type Listed = (Vec<OparlObject>, Option<Position>);

/// A page of a source.
pub async fn page(
    conn: &impl Conn,
    site: &Site,
    links: &Links,
    kind: OparlKind,
    source: Source,
    filter: &OparlFilter,
    after: Option<Position>,
) -> Result<Listed, Halt> {
    let of_organization = match source {
        Source::Meetings => filter.organization.map(meeting::of_body),
        _ => None,
    };
    let within = Condition::all().add_option(of_organization);
    match source {
        Source::Bodies => page_of::<Body>(conn, site, links, kind, filter, within, after).await,
        Source::Terms => page_of::<Term>(conn, site, links, kind, filter, within, after).await,
        Source::Mandates => {
            page_of::<Mandate>(conn, site, links, kind, filter, within, after).await
        }
        Source::Meetings => {
            page_of::<Meeting>(conn, site, links, kind, filter, within, after).await
        }
        Source::AgendaItems => {
            page_of::<AgendaItem>(conn, site, links, kind, filter, within, after).await
        }
        Source::Recommendations => {
            page_of::<Recommendation>(conn, site, links, kind, filter, within, after).await
        }
        Source::Communiques => {
            page_of::<Communique>(conn, site, links, kind, filter, within, after).await
        }
    }
}

async fn page_of<T: Shown>(
    conn: &impl Conn,
    site: &Site,
    links: &Links,
    kind: OparlKind,
    filter: &OparlFilter,
    within: Condition,
    after: Option<Position>,
) -> Result<Listed, Halt> {
    let vanished = Vanished {
        narrowest: Audience::Public,
        partnership: site.id(),
        parent: None,
    };
    let ask = ask::<T>(
        filter,
        records::scope::<T>(site).add(within),
        Some(vanished),
        after,
    );
    let page = list::page::<T>(conn, ask).await?;
    let records: Vec<&Versioned<T>> = page.records().collect();
    let mut shown = records::show(conn, site, &records).await?.into_iter();
    let objects = page.entries.iter().filter_map(|entry| match entry {
        Entry::Record(record) => {
            let properties = T::properties(site, links, kind, record, &shown.next()?);
            Some(object::below(links, kind, &record.head, properties))
        }
        Entry::Tombstone(id, at, _) => Some(object::gone(links, Some(kind), *id, *at)),
    });
    Ok((objects.collect(), page.next))
}

/// One object of a source, or what is left of it.
pub async fn one(
    conn: &impl Conn,
    site: &Site,
    links: &Links,
    kind: OparlKind,
    source: Source,
    id: Uuid,
) -> Result<Option<OparlObject>, Halt> {
    match source {
        Source::Bodies => one_of::<Body>(conn, site, links, kind, id).await,
        Source::Terms => one_of::<Term>(conn, site, links, kind, id).await,
        Source::Mandates => one_of::<Mandate>(conn, site, links, kind, id).await,
        Source::Meetings => one_of::<Meeting>(conn, site, links, kind, id).await,
        Source::AgendaItems => one_of::<AgendaItem>(conn, site, links, kind, id).await,
        Source::Recommendations => one_of::<Recommendation>(conn, site, links, kind, id).await,
        Source::Communiques => one_of::<Communique>(conn, site, links, kind, id).await,
    }
}

async fn one_of<T: Shown>(
    conn: &impl Conn,
    site: &Site,
    links: &Links,
    kind: OparlKind,
    id: Uuid,
) -> Result<Option<OparlObject>, Halt> {
    let found: Option<Versioned<T>> =
        record::find(conn, &Key::Id(id), records::scope::<T>(site)).await?;
    let Some(record) = found else {
        let gone_at: Option<DateTime<Utc>> =
            change::gone_from(conn, T::KIND, id, site.id(), Audience::Public).await?;
        return Ok(gone_at.map(|at| object::gone(links, Some(kind), id, at)));
    };
    let shown = records::show(conn, site, &[&record]).await?.pop();
    Ok(shown.map(|shown| {
        let properties = T::properties(site, links, kind, &record, &shown);
        object::below(links, kind, &record.head, properties)
    }))
}

impl Shown for Body {
    fn properties(
        _: &Site,
        links: &Links,
        _: OparlKind,
        record: &Versioned<Self>,
        _: &Out<Self, Self::Computed>,
    ) -> Value {
        let Versioned { head, value } = record;
        let meetings = links.list(OparlKind::Meeting);
        json!({
            "body": links.body(),
            "name": value.name,
            "classification": object::label("body_kinds", &value.kind),
            "subOrganizationOf": value.parent.map(|parent| links.to(OparlKind::Organization, parent.id)),
            "meeting": format!("{meetings}?organization={}", head.id),
        })
    }
}

impl Shown for Term {
    fn properties(
        _: &Site,
        links: &Links,
        _: OparlKind,
        record: &Versioned<Self>,
        _: &Out<Self, Self::Computed>,
    ) -> Value {
        let value = &record.value;
        json!({
            "body": links.body(),
            "name": format!("{}–{}", value.starts_on.format("%Y"), value.ends_on.format("%Y")),
            "startDate": value.starts_on,
            "endDate": value.ends_on,
        })
    }
}

impl Shown for Mandate {
    /// A seat is a person and its membership: who sits there for the institution is nobody's to know here.
    fn properties(
        _: &Site,
        links: &Links,
        kind: OparlKind,
        record: &Versioned<Self>,
        shown: &Out<Self, Self::Computed>,
    ) -> Value {
        let Versioned { head, value } = record;
        let membership = json!({
            "organization": links.to(OparlKind::Organization, shown.computed.body.id),
            "role": object::label("mandate_roles", &value.role),
            "votingRight": true,
            "startDate": value.starts_on,
            "endDate": value.ends_on,
        });
        if kind == OparlKind::Membership {
            let mut membership = membership;
            membership["person"] = json!(links.to(OparlKind::Person, head.id));
            return membership;
        }
        let institution = shown.name_of(value.institution);
        let name = institution.map_or("instytucja", |institution| institution.name.as_str());
        json!({
            "body": links.body(),
            "name": format!("Przedstawiciel(ka): {name}"),
            "membership": [object::below(links, OparlKind::Membership, head, membership)],
        })
    }
}

impl Shown for Meeting {
    fn properties(
        site: &Site,
        links: &Links,
        kind: OparlKind,
        record: &Versioned<Self>,
        shown: &Out<Self, Self::Computed>,
    ) -> Value {
        let Versioned { head, value } = record;
        let zone = site.partnership.value.tz();
        let place = json!({ "description": value.town, "locality": value.town });
        if kind == OparlKind::Location {
            let mut place = place;
            place["meetings"] = json!([links.to(OparlKind::Meeting, head.id)]);
            return place;
        }
        let location = value
            .town
            .as_ref()
            .map(|_| object::below(links, OparlKind::Location, head, place));
        // Without a time of day, the day on which it is: it would not be known otherwise.
        let start = value
            .starts_at
            .or_else(|| object::midnight(value.held_on, zone));
        let points = shown.computed.agenda.iter().map(|point| {
            let item = json!({ "order": point.position, "number": point.position.to_string(), "name": point.title, "public": true });
            let head = Head { id: point.id, ..*head };
            // Its own times are its own to tell.
            object::below(links, OparlKind::AgendaItem, &head, item).undated()
        });
        json!({
            "name": value.title,
            "meetingState": object::label("meeting_statuses", &value.status),
            "cancelled": value.status == "cancelled",
            "start": start.map(|at| object::instant(at, zone)),
            "end": value.ends_at.map(|at| object::instant(at, zone)),
            "organization": value.body.map(|body| vec![links.to(OparlKind::Organization, body.id)]),
            "location": location,
            "agendaItem": points.collect::<Vec<_>>(),
        })
    }
}

impl Shown for AgendaItem {
    fn properties(
        _: &Site,
        links: &Links,
        _: OparlKind,
        record: &Versioned<Self>,
        _: &Out<Self, Self::Computed>,
    ) -> Value {
        let value = &record.value;
        json!({
            "meeting": links.to(OparlKind::Meeting, value.meeting.id),
            "order": value.position,
            "number": value.position.to_string(),
            "name": value.title,
            "public": true,
        })
    }
}

impl Shown for Recommendation {
    fn properties(
        _: &Site,
        links: &Links,
        _: OparlKind,
        record: &Versioned<Self>,
        _: &Out<Self, Self::Computed>,
    ) -> Value {
        let value = &record.value;
        json!({
            "body": links.body(),
            "name": value.title,
            "reference": value.number,
            "date": value.adopted_on,
            "paperType": "Rekomendacja",
        })
    }
}

impl Shown for Communique {
    fn properties(
        _: &Site,
        links: &Links,
        _: OparlKind,
        record: &Versioned<Self>,
        _: &Out<Self, Self::Computed>,
    ) -> Value {
        let value = &record.value;
        json!({
            "body": links.body(),
            "name": value.title,
            "reference": value.number,
            "date": value.released_on,
            "paperType": "Komunikat",
        })
    }
}
