//! Fulfilments of commitments.

use chrono::NaiveDate;
use domain::followup::commitment::Commitment;
use domain::followup::fulfilment::Fulfilment;
use domain::meeting::Meeting;
use domain::record::Kind;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SimpleExpr};

use crate::followup::commitment;
use crate::list::{self, leads_to};
use crate::meeting;
use crate::record::{Reference, Stored, behind, joined};
use crate::table::table;

table! {
    Fulfilment in "fulfilment", no slug {
        external_ids: Json,
        partnership_id: Uuid,
        commitment as "commitment_id": Uuid,
        meeting as "meeting_id": Option<Uuid>,
        fulfilled_on: ChronoDate,
        note: Option<String>,
    }
}

impl Stored for Fulfilment {
    const PARENT: Option<Column> = Some(Column::Commitment);
    const REFERENCES: &'static [Reference] = &[
        (Kind::Commitment, |id| leads_to(Column::Commitment, id)),
        (Kind::Meeting, at_meeting),
    ];

    /// The commitment and the meeting, or the day where there was none.
    fn natural_key() -> Option<SimpleExpr> {
        let commitment = behind::<Self, Commitment>(Column::Commitment, commitment::Column::Slug);
        let meeting = behind::<Self, Meeting>(Column::Meeting, meeting::Column::Slug);
        let day = Expr::col(Column::FulfilledOn).cast_as("text");
        let occasion = Func::coalesce([meeting, day]);
        Some(joined(commitment, "|", occasion.into()))
    }
}

/// Those at a meeting.
pub fn at_meeting(id: Uuid) -> Condition {
    leads_to(Column::Meeting, id)
}

/// Those that the report of the days from one to another counts: for a commitment then in force, by the date of the
/// meeting, which took place, or by their own when there is none.
pub fn counted_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    let mut commitments = Query::select();
    commitments
        .column(commitment::Column::Id)
        .from(commitment::row::Entity)
        .and_where(commitment::Column::DeletedAt.is_null())
        .cond_where(commitment::in_force_within(from, to));
    let mut meetings = Query::select();
    meetings
        .column(meeting::Column::Id)
        .from(meeting::row::Entity)
        .cond_where(meeting::took_place())
        .cond_where(meeting::held_between(from, to));
    let own_date = list::within(Column::FulfilledOn, from, to).add(Column::Meeting.is_null());
    Condition::all()
        .add(Column::Commitment.in_subquery(commitments))
        .add(
            Condition::any()
                .add(own_date)
                .add(Column::Meeting.in_subquery(meetings)),
        )
}
