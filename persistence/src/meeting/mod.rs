//! Meetings.

use chrono::NaiveDate;
use domain::link::{Link, Links};
use domain::meeting::output::Output;
use domain::meeting::{Meeting, TOOK_PLACE};
use domain::record::Kind;
use domain::report::COUNTED_MEETINGS;
use domain::search;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use serde::Deserialize;

use crate::followup::implementation;
use crate::governance::{body, mandate, term};
use crate::json::from_json;
use crate::list::leads_to;
use crate::record::{Beside, Reference, Stored};
use crate::table::{part, parts, save_parts, table};
use crate::{RepoError, Tx, institution, list};

pub mod agenda_item;
pub mod attendance;
pub mod output;
pub mod quorum;

table! {
    Meeting in "meeting" {
        external_ids: Json,
        partnership_id: Uuid,
        slug: String,
        kind: String,
        status: String,
        title: String,
        held_on: ChronoDate,
        starts_at: Option<ChronoDateTimeUtc>,
        ends_at: Option<ChronoDateTimeUtc>,
        mode: String,
        town: Option<String>,
        location: Option<String>,
        host as "host_institution_id": Option<Uuid>,
        body as "body_id": Option<Uuid>,
        own_role: String,
        quorum_required: Option<i32>,
        target_sectors: Json,
        target_kinds: Json,
        funding_programmes: Json,
    }
    derived {
        sort_key: Vec<u8> = |m: &Meeting| search::sort_key(&m.title),
        search_key: String = searched,
    }
    read {
        outputs = |_: &row::Model| Links::default(),
    }
}

/// An output that a meeting worked on.
#[derive(Deserialize)]
struct WorkedOn {
    output: Link<Output>,
}

part! {
    WorkedOn in "meeting_output" as output_row of meeting_id (MeetingId) {
        output as "output_id": Uuid,
    }
}

fn searched(m: &Meeting) -> String {
    let town = m.town.as_deref().unwrap_or_default();
    search::search_key(format!("{} {town}", m.title).trim_end())
}

impl Stored for Meeting {
    const NAME: Option<Column> = Some(Column::Title);
    const REFERENCES: &'static [Reference] = &[
        (Kind::Institution, |id| leads_to(Column::Host, id)),
        (Kind::Body, of_body),
        (Kind::Output, working_on),
    ];

    const BESIDE: Option<Beside<Self>> = Some((parts::<Self, WorkedOn>, |record, outputs| {
        let worked_on: Vec<WorkedOn> = from_json(outputs)?;
        record.outputs = Links(worked_on.iter().map(|part| part.output).collect());
        Ok(())
    }));

    /// What took place or was announced.
    fn public() -> Condition {
        Condition::all().add(Column::Status.ne("draft"))
    }

    async fn save(&self, tx: &Tx, id: Uuid) -> Result<(), RepoError> {
        let worked_on = self
            .outputs
            .iter()
            .map(|output| WorkedOn { output: *output });
        save_parts(tx, id, &worked_on.collect::<Vec<_>>()).await
    }
}

/// What everybody sees.
pub fn public() -> Condition {
    Meeting::public()
}

/// Those that worked on an output.
fn working_on(output: Uuid) -> Condition {
    let mut ids = Query::select();
    ids.column(output_row::Column::MeetingId)
        .from(output_row::Entity)
        .and_where(output_row::Column::Output.eq(output));
    Condition::all().add(Column::Id.in_subquery(ids))
}

/// Those of any of the kinds.
pub fn of_kinds(codes: &[String]) -> Condition {
    Condition::all().add(Column::Kind.is_in(codes))
}

/// Those of a body.
pub fn of_body(id: Uuid) -> Condition {
    Condition::all().add(Column::Body.eq(id))
}

/// Those in which the partnership has any of the roles.
pub fn in_roles(codes: &[String]) -> Condition {
    Condition::all().add(Column::OwnRole.is_in(codes))
}

/// Those that concern an institution: it hosts them, is on their list of attendance, or the body that meets is its own or has a
/// seat of its on that day.
pub fn concerning(institution: Uuid) -> Condition {
    let day = || Expr::col(Column::HeldOn.as_column_ref());
    Condition::any()
        .add(Column::Host.eq(institution))
        .add(Column::Id.in_subquery(attendance::meetings_of(institution)))
        .add(Column::Body.in_subquery(body::ids_owned_by(institution)))
        .add(Column::Body.in_subquery(mandate::bodies_of(institution, day())))
}

/// Those of the days from one to another, both included.
pub fn held_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    Condition::all()
        .add_option(from.map(|day| Column::HeldOn.gte(day)))
        .add_option(to.map(|day| Column::HeldOn.lte(day)))
}

/// The terms elected in a span: by a meeting of these days that took place, or, where no meeting is named, beginning then.
pub fn terms_elected_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    use term::Column as T;
    let begun = Condition::all()
        .add(T::ElectedAt.is_null())
        .add_option(from.map(|day| T::StartsOn.gte(day)))
        .add_option(to.map(|day| T::StartsOn.lte(day)));
    let meetings = held_between(from, to).add(took_place());
    Condition::any()
        .add(T::ElectedAt.in_subquery(ids(meetings)))
        .add(begun)
}

/// Those of a title.
pub fn called(title: &str) -> Condition {
    // The key is indexed.
    let key = search::sort_key(title);
    Condition::all()
        .add(Column::SortKey.eq(key))
        .add(Column::Title.eq(title))
}

/// Those that took place.
pub fn took_place() -> Condition {
    Condition::all().add(Column::Status.is_in(TOOK_PLACE))
}

/// Those whose host belonged to one of the sectors on the day of the meeting.
pub fn hosted_in_sectors(sectors: &[String]) -> Condition {
    let day = Expr::col(Column::HeldOn.as_column_ref());
    Condition::all().add(Column::Host.in_subquery(institution::ids_in_sectors(sectors, day)))
}

/// Those that are for any of the kinds of institutions.
pub fn for_kinds(codes: &[String]) -> Condition {
    list::holds_any(Column::TargetKinds, codes)
}

/// Those about any of the funding programmes.
pub fn about_programmes(codes: &[String]) -> Condition {
    list::holds_any(Column::FundingProgrammes, codes)
}

/// The one of an id.
pub fn one(id: Uuid) -> Condition {
    Condition::all().add(Column::Id.eq(id))
}

/// Those that a report counts.
pub fn in_report() -> Condition {
    in_report_as(&COUNTED_MEETINGS, &[])
}

/// Those about any funding programme.
pub fn about_any_programme() -> Condition {
    list::holds_some(Column::FundingProgrammes)
}

/// Those of an implementation that is completed by a day.
pub fn carrying_out(day: NaiveDate) -> Condition {
    Condition::all().add(Column::Id.in_subquery(implementation::meetings_completed_by(day)))
}

/// Those of the kinds that took place, in one of the roles; in any when none is named.
fn in_report_as(kinds: &[&str], own_roles: &[&str]) -> Condition {
    let own_roles =
        (!own_roles.is_empty()).then(|| Column::OwnRole.is_in(own_roles.iter().copied()));
    took_place()
        .add(Column::Kind.is_in(kinds.iter().copied()))
        .add_option(own_roles)
}

/// The ids of those of a condition, for records that refer to them. Deleted ones are among them: live records refer to none,
/// and what was deleted before them is still to be told.
fn ids(condition: Condition) -> SelectStatement {
    let mut ids = Query::select();
    ids.column(Column::Id)
        .from(row::Entity)
        .cond_where(condition);
    ids
}
