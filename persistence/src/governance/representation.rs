//! Representations.

use chrono::NaiveDate;
use domain::access::audience::Audience;
use domain::governance::representation::Representation;
use domain::record::Kind;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::list::leads_to;
use crate::record::{Reference, Stored};
use crate::table::table;

table! {
    Representation in "representation", no slug {
        external_ids: Json,
        partnership_id: Uuid,
        person as "person_id": Uuid,
        on_behalf_of as "institution_id": Uuid,
        capacity: String,
        body as "body_id": Option<Uuid>,
        meeting as "meeting_id": Option<Uuid>,
        starts_on: ChronoDate,
        ends_on: Option<ChronoDate>,
        document: Option<String>,
    }
}

impl Stored for Representation {
    const AUDIENCE: Audience = Audience::Personal;
    const REFERENCES: &'static [Reference] = &[
        (Kind::Person, |id| leads_to(Column::Person, id)),
        (Kind::Institution, |id| leads_to(Column::OnBehalfOf, id)),
        (Kind::Body, |id| leads_to(Column::Body, id)),
        (Kind::Meeting, |id| leads_to(Column::Meeting, id)),
    ];
}

/// Those of a person.
pub fn of_person(id: Uuid) -> Condition {
    Condition::all().add(Column::Person.eq(id))
}

/// Those that hold on a day.
pub fn active_on(day: NaiveDate) -> Condition {
    overlapping(day, day.succ_opt())
}

/// Those of the same person for the same institution in the same thing that have a day in common with one.
pub fn alongside(one: &Representation) -> Condition {
    let within = |column: Column, id: Option<Uuid>| match id {
        Some(id) => column.eq(id),
        None => column.is_null(),
    };
    overlapping(one.starts_on, one.ends_on)
        .add(Column::Person.eq(one.person.id))
        .add(Column::OnBehalfOf.eq(one.on_behalf_of.id))
        .add(within(Column::Body, one.body.map(|link| link.id)))
        .add(within(Column::Meeting, one.meeting.map(|link| link.id)))
}

fn overlapping(from: NaiveDate, until: Option<NaiveDate>) -> Condition {
    let lasts = Condition::any()
        .add(Column::EndsOn.is_null())
        .add(Column::EndsOn.gt(from));
    Condition::all()
        .add_option(until.map(|until| Column::StartsOn.lt(until)))
        .add(lasts)
}
