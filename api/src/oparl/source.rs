//! Which records become which objects.

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::access::audience::Audience;
use domain::followup::recommendation::Recommendation;
use domain::governance::body::Body;
use domain::governance::mandate::Mandate;
use domain::governance::term::Term;
use domain::language::Language;
use domain::meeting::Meeting;
use domain::meeting::agenda_item::AgendaItem;
use domain::outreach::communique::Communique;
use domain::partnership::Partnership;
use domain::record::{Head, Versioned};
use domain::report::Report;
use domain::slug::Key;
use persistence::list::{self, Ask, Entry, Position, Sort, Vanished};
use persistence::record::{ColumnOf, Stored};
use persistence::{Condition, change, meeting, record};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::IntoParams;
use uuid::Uuid;

use super::object::{self, Links, OparlKind, OparlObject};
use crate::problem::Halt;
use crate::records::{self, Resource, Shown};
use crate::site::Site;
use crate::state::AppState;

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
    /// Reports.
    Reports,
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
            OparlKind::Paper => &[
                Source::Recommendations,
                Source::Communiques,
                Source::Reports,
            ],
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
trait AsObject: Resource {
    /// The properties of its object of the kind that is asked for.
    fn properties(of: &Objects<'_>, shown: &Shown<Self>) -> Value;
}

type Listed = (Vec<OparlObject>, Option<Position>);

/// The objects of one kind in a partnership, as everybody sees them.
pub struct Objects<'a> {
    state: &'a AppState,
    site: Site,
    /// Where they are.
    pub links: Links,
    kind: OparlKind,
}

impl<'a> Objects<'a> {
    /// Those of a kind.
    pub fn of(
        state: &'a AppState,
        partnership: Versioned<Partnership>,
        kind: OparlKind,
    ) -> Objects<'a> {
        let site = Site::in_partnership(partnership, &Actor::default(), &state.clock);
        Self {
            state,
            links: Links::new(&state.config.public_url(), site.id()),
            site,
            kind,
        }
    }

    /// A page of a source.
    pub async fn page(
        &self,
        source: Source,
        filter: &OparlFilter,
        after: Option<Position>,
    ) -> Result<Listed, Halt> {
        let everywhere = Condition::all();
        match source {
            Source::Bodies => self.page_of::<Body>(filter, everywhere, after).await,
            Source::Terms => self.page_of::<Term>(filter, everywhere, after).await,
            Source::Mandates => self.page_of::<Mandate>(filter, everywhere, after).await,
            Source::Meetings => {
                let of_organization =
                    everywhere.add_option(filter.organization.map(meeting::of_body));
                self.page_of::<Meeting>(filter, of_organization, after)
                    .await
            }
            Source::AgendaItems => self.page_of::<AgendaItem>(filter, everywhere, after).await,
            Source::Recommendations => {
                self.page_of::<Recommendation>(filter, everywhere, after)
                    .await
            }
            Source::Communiques => self.page_of::<Communique>(filter, everywhere, after).await,
            Source::Reports => self.page_of::<Report>(filter, everywhere, after).await,
        }
    }

    async fn page_of<T: AsObject>(
        &self,
        filter: &OparlFilter,
        within: Condition,
        after: Option<Position>,
    ) -> Result<Listed, Halt> {
        let vanished = Vanished {
            narrowest: Audience::Public,
            partnership: self.site.id(),
            parent: None,
        };
        let scope = records::scope::<T>(&self.site).add(within);
        let ask = ask::<T>(filter, scope, Some(vanished), after);
        let page = list::page::<T>(&self.state.db, ask).await?;
        let records: Vec<&Versioned<T>> = page.records().collect();
        let shown = records::show(&self.state.db, &self.site, &records).await?;
        let mut shown = shown.into_iter();
        let objects = page.entries.iter().filter_map(|entry| match entry {
            Entry::Record(_) => Some(self.object(&shown.next()?)),
            Entry::Tombstone(id, at, _) => {
                Some(object::gone(&self.links, Some(self.kind), *id, *at))
            }
        });
        Ok((objects.collect(), page.next))
    }

    fn object<T: AsObject>(&self, shown: &Shown<T>) -> OparlObject {
        object::below(
            &self.links,
            self.kind,
            &shown.head,
            T::properties(self, shown),
        )
    }

    /// One object of a source, or what is left of it.
    pub async fn one(&self, source: Source, id: Uuid) -> Result<Option<OparlObject>, Halt> {
        match source {
            Source::Bodies => self.one_of::<Body>(id).await,
            Source::Terms => self.one_of::<Term>(id).await,
            Source::Mandates => self.one_of::<Mandate>(id).await,
            Source::Meetings => self.one_of::<Meeting>(id).await,
            Source::AgendaItems => self.one_of::<AgendaItem>(id).await,
            Source::Recommendations => self.one_of::<Recommendation>(id).await,
            Source::Communiques => self.one_of::<Communique>(id).await,
            Source::Reports => self.one_of::<Report>(id).await,
        }
    }

    async fn one_of<T: AsObject>(&self, id: Uuid) -> Result<Option<OparlObject>, Halt> {
        let (db, site) = (&self.state.db, &self.site);
        let found: Option<Versioned<T>> =
            record::find(db, &Key::Id(id), records::scope::<T>(site)).await?;
        let Some(record) = found else {
            let gone_at = change::gone_from(db, T::KIND, id, site.id(), Audience::Public).await?;
            return Ok(gone_at.map(|at| object::gone(&self.links, Some(self.kind), id, at)));
        };
        let shown = records::show_one(db, site, &record).await?;
        Ok(Some(self.object(&shown)))
    }
}

impl AsObject for Body {
    fn properties(of: &Objects<'_>, shown: &Shown<Self>) -> Value {
        let value = &shown.value;
        let meetings = of.links.list(OparlKind::Meeting);
        json!({
            "body": of.links.body(),
            "name": value.name,
            "classification": object::label("body_kinds", &value.kind),
            "subOrganizationOf": value.parent.map(|parent| of.links.to(OparlKind::Organization, parent.id)),
            "meeting": format!("{meetings}?organization={}", shown.head.id),
        })
    }
}

impl AsObject for Term {
    fn properties(of: &Objects<'_>, shown: &Shown<Self>) -> Value {
        let value = &shown.value;
        json!({
            "body": of.links.body(),
            "name": format!("{}–{}", value.starts_on.format("%Y"), value.ends_on.format("%Y")),
            "startDate": value.starts_on,
            "endDate": value.ends_on,
        })
    }
}

impl AsObject for Mandate {
    /// A seat is a person and its membership: who sits there for the institution is nobody's to know here.
    fn properties(of: &Objects<'_>, shown: &Shown<Self>) -> Value {
        let (head, value, links) = (&shown.head, &shown.value, &of.links);
        let mut membership = json!({
            "organization": links.to(OparlKind::Organization, shown.computed.body.id),
            "role": object::label("mandate_roles", &value.role),
            "votingRight": true,
            "startDate": value.starts_on,
            "endDate": value.ends_on,
        });
        if of.kind == OparlKind::Membership {
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

impl AsObject for Meeting {
    fn properties(of: &Objects<'_>, shown: &Shown<Self>) -> Value {
        let (head, value, links) = (&shown.head, &shown.value, &of.links);
        let zone = of.site.partnership.value.tz();
        let mut place = json!({ "description": value.town, "locality": value.town });
        if of.kind == OparlKind::Location {
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

impl AsObject for AgendaItem {
    fn properties(of: &Objects<'_>, shown: &Shown<Self>) -> Value {
        let value = &shown.value;
        json!({
            "meeting": of.links.to(OparlKind::Meeting, value.meeting.id),
            "order": value.position,
            "number": value.position.to_string(),
            "name": value.title,
            "public": true,
        })
    }
}

impl AsObject for Recommendation {
    fn properties(of: &Objects<'_>, shown: &Shown<Self>) -> Value {
        let value = &shown.value;
        json!({
            "body": of.links.body(),
            "name": value.title,
            "reference": value.number,
            "date": value.adopted_on,
            "paperType": "Rekomendacja",
        })
    }
}

impl AsObject for Communique {
    fn properties(of: &Objects<'_>, shown: &Shown<Self>) -> Value {
        let value = &shown.value;
        json!({
            "body": of.links.body(),
            "name": value.title,
            "reference": value.number,
            "date": value.released_on,
            "paperType": "Komunikat",
        })
    }
}

impl AsObject for Report {
    fn properties(of: &Objects<'_>, shown: &Shown<Self>) -> Value {
        let value = &shown.value;
        json!({
            "body": of.links.body(),
            "name": value.title_in(Language::Pl),
            "reference": value.slug,
            "date": value.frozen_on(of.site.partnership.value.tz()),
            "paperType": "Sprawozdanie",
            "web": of.links.page(&format!("reports/{}.html", shown.head.id)),
        })
    }
}
