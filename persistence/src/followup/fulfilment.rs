//! Fulfilments of commitments.

use chrono::NaiveDate;
use domain::followup::fulfilment::Fulfilment;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;

use crate::followup::commitment;
use crate::record::Stored;
use crate::table::table;
use crate::{list, meeting};

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

impl Stored for Fulfilment {}

/// Those at a meeting.
pub fn at_meeting(id: Uuid) -> Condition {
    list::leads_to(Column::Meeting, id)
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
