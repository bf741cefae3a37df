//! Commitments.

use chrono::NaiveDate;
use domain::followup::commitment::Commitment;
use domain::record::Kind;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;

use crate::list::leads_to;
use crate::record::{Reference, Stored};
use crate::table::table;

table! {
    Commitment in "commitment" {
        external_ids: Json,
        partnership_id: Uuid,
        slug: String,
        recommendation as "recommendation_id": Option<Uuid>,
        min_count: i32,
        channel: String,
        party_kinds: Json,
        report_text: String,
        starts_on: ChronoDate,
        ends_on: Option<ChronoDate>,
        position: i32,
    }
}

impl Stored for Commitment {
    const NAME: Option<Column> = Some(Column::ReportText);
    const REFERENCES: &'static [Reference] = &[(Kind::Recommendation, |id| {
        leads_to(Column::Recommendation, id)
    })];
}

/// Those in force on a day.
pub fn in_force_on(day: NaiveDate) -> Condition {
    Condition::all().add(Column::StartsOn.lte(day)).add(
        Condition::any()
            .add(Column::EndsOn.is_null())
            .add(Column::EndsOn.gt(day)),
    )
}

/// Those in force at some time of the days from one to another, both included, as the report counts them.
pub fn in_force_within(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    let ends_after = |condition: Condition| {
        let open = Condition::any().add(Column::EndsOn.is_null());
        open.add(condition)
    };
    // One that ends on the day it starts is never in force.
    let some_day = Condition::all().add(
        Expr::col(Column::EndsOn.as_column_ref()).gt(Expr::col(Column::StartsOn.as_column_ref())),
    );
    Condition::all()
        .add_option(to.map(|day| Column::StartsOn.lte(day)))
        .add(ends_after(
            some_day.add_option(from.map(|day| Column::EndsOn.gt(day))),
        ))
}

/// Those of the ids.
pub fn among(ids: impl IntoIterator<Item = Uuid>) -> Condition {
    Condition::all().add(Column::Id.is_in(ids))
}
