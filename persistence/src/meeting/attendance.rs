//! Who was at which meeting.

use domain::access::audience::Audience;
use domain::institution::Institution;
use domain::link::{Link, Links};
use domain::meeting::Meeting;
use domain::meeting::attendance::{Attendance, GUEST, OBSERVER, TOOK_PART, WAS_THERE};
use domain::record::Kind;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    CaseStatement, Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr,
};
use sea_orm::{ActiveValue, Condition, QueryFilter};
use serde::Deserialize;

use crate::json::from_json;
use crate::list::leads_to;
use crate::record::{Beside, Reference, Stored};
use crate::table::{leads_here, list_of, table};
use crate::{Conn, RepoError, Tx};

table! {
    Attendance in "attendance", no slug {
        external_ids: Json,
        partnership_id: Uuid,
        meeting_id: Uuid,
        person as "person_id": Option<Uuid>,
        institution as "institution_id": Option<Uuid>,
        group as "group_name": Option<String>,
        head_count: Option<i32>,
        capacity: Option<String>,
        presides: bool,
        status: String,
    }
    read {
        on_behalf_of = |_: &row::Model| Links::default(),
    }
}

/// An institution for which one attends besides one's own.
#[derive(Deserialize)]
struct StandsFor {
    institution: Link<Institution>,
}

/// The institutions for which an attendance counts: its own, at place 0, and those on whose behalf it is.
pub mod for_row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "attendance_for")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub attendance_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub institution_id: Uuid,
        pub position: i32,
    }

    crate::db::without_relations!();
}

impl Stored for Attendance {
    const PARENT: Option<Column> = Some(Column::MeetingId);
    const AUDIENCE: Audience = Audience::Internal;
    const REFERENCES: &'static [Reference] = &[
        (Kind::Meeting, |id| leads_to(Column::MeetingId, id)),
        (Kind::Person, |id| leads_to(Column::Person, id)),
        (Kind::Institution, standing_for),
    ];

    const BESIDE: Option<Beside<Self>> = Some((
        |backend| {
            use for_row::{Column as F, Entity};
            let others = leads_here::<Self, Entity>(F::AttendanceId).add(F::Position.gt(0));
            let fields = [("institution", F::InstitutionId)];
            list_of::<Entity>(backend, others, &[F::Position], fields)
        },
        |record, others| {
            let others: Vec<StandsFor> = from_json(others)?;
            record.on_behalf_of = Links(others.iter().map(|other| other.institution).collect());
            Ok(())
        },
    ));

    /// Nothing, but how many there were ([`Present`]).
    fn public() -> Condition {
        // An id is never null.
        Condition::all().add(Column::Id.is_null())
    }

    async fn save(&self, tx: &Tx, id: Uuid) -> Result<(), RepoError> {
        use for_row::Column as F;
        for_row::Entity::delete_many()
            .filter(F::AttendanceId.eq(id))
            .exec(tx.raw())
            .await?;
        let first = i32::from(self.institution.is_none());
        let rows = (first..).zip(self.stands_for());
        let rows: Vec<_> = rows
            .map(|(position, institution)| for_row::ActiveModel {
                attendance_id: ActiveValue::Set(id),
                institution_id: ActiveValue::Set(institution),
                position: ActiveValue::Set(position),
            })
            .collect();
        if !rows.is_empty() {
            for_row::Entity::insert_many(rows)
                .exec_without_returning(tx.raw())
                .await?;
        }
        Ok(())
    }
}

/// Those that count for an institution.
pub fn standing_for(institution: Uuid) -> Condition {
    use for_row::Column as F;
    let mut ids = Query::select();
    ids.column(F::AttendanceId)
        .from(for_row::Entity)
        .and_where(F::InstitutionId.eq(institution));
    Condition::all().add(Column::Id.in_subquery(ids))
}

/// Those at the same meeting of the same person, else of the same institution without one, else of the same group.
pub fn of_the_same(one: &Attendance) -> Condition {
    let here = Condition::all().add(Column::MeetingId.eq(one.meeting_id));
    match (one.person, one.institution, &one.group) {
        (Some(person), ..) => here.add(Column::Person.eq(person.id)),
        (None, Some(institution), _) => here
            .add(Column::Person.is_null())
            .add(Column::Institution.eq(institution.id)),
        (None, None, Some(group)) => here.add(Column::Group.eq(group)),
        // Nobody is the same as nobody: an id is never null.
        (None, None, None) => here.add(Column::Id.is_null()),
    }
}

/// The meetings on whose list of attendance an institution is.
pub(super) fn meetings_of(institution: Uuid) -> SelectStatement {
    let mut ids = Query::select();
    ids.column(Column::MeetingId)
        .from(row::Entity)
        .cond_where(standing_for(institution))
        .and_where(Column::DeletedAt.is_null());
    ids
}

/// The institutions that have a say in a meeting, themselves or through another: neither those of guests nor those of observers.
pub(super) fn institutions_at(meeting: Uuid) -> SelectStatement {
    use for_row::Column as F;
    let own = Expr::col((for_row::Entity, F::AttendanceId)).equals((row::Entity, Column::Id));
    let mut ids = Query::select();
    ids.column((for_row::Entity, F::InstitutionId))
        .from(row::Entity)
        .inner_join(for_row::Entity, own)
        .and_where(Column::MeetingId.eq(meeting))
        .and_where(Column::Status.is_in(TOOK_PART))
        .and_where(Column::DeletedAt.is_null())
        .cond_where(is_any_of(&[GUEST, OBSERVER]).not());
    ids
}

/// How many were at a meeting: three numbers that do not add up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Present {
    /// Institutions that took part, themselves or through another.
    pub institutions: i64,
    /// People who were there, by name or in groups, without guests.
    pub people: i64,
    /// Guests who were there, by name or in groups.
    pub guests: i64,
}

/// How many institutions took part in a meeting.
pub(super) fn institutions_present() -> SimpleExpr {
    use for_row::Column as F;
    let institution = Expr::col((for_row::Entity, F::InstitutionId));
    let own = Expr::col((for_row::Entity, F::AttendanceId)).equals((row::Entity, Column::Id));
    let mut count = at_the_meeting(&TOOK_PART);
    count
        .expr(institution.count_distinct())
        .inner_join(for_row::Entity, own)
        .cond_where(is_guest().not());
    SimpleExpr::SubQuery(None, Box::new(count.into()))
}

/// How many people were at a meeting who were guests, or were not.
pub(super) fn people_present(guests: bool) -> SimpleExpr {
    let column = |column: Column| Expr::col((row::Entity, column));
    let one = CaseStatement::new()
        .case(column(Column::Person).is_null(), 0)
        .finally(1);
    let heads = Func::coalesce([column(Column::HeadCount), one.into()]);
    let heads = Func::coalesce([Func::sum(heads).into(), Expr::val(0)]);
    let counted = match guests {
        true => is_guest(),
        false => is_guest().not(),
    };
    let mut sum = at_the_meeting(&WAS_THERE);
    sum.expr(heads).cond_where(counted);
    SimpleExpr::SubQuery(None, Box::new(sum.into()))
}

/// Selects from the attendance of the meeting at hand.
fn at_the_meeting(statuses: &[&str]) -> SelectStatement {
    let column = |column: Column| Expr::col((row::Entity, column));
    let mut select = Query::select();
    select
        .from(row::Entity)
        .cond_where(leads_here::<Meeting, row::Entity>(Column::MeetingId))
        .and_where(column(Column::Status).is_in(statuses.iter().copied()))
        .and_where(column(Column::DeletedAt).is_null());
    select
}

fn is_guest() -> Condition {
    is_any_of(&[GUEST])
}

fn is_any_of(capacities: &[&str]) -> Condition {
    let capacity = Expr::col((row::Entity, Column::Capacity));
    let capacity = Func::coalesce([capacity, Expr::val("")]);
    Condition::all().add(Expr::expr(capacity).is_in(capacities.iter().copied()))
}
