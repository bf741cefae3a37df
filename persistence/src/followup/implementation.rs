//! Implementations of recommendations.

use chrono::NaiveDate;
use domain::followup::implementation::Implementation;
use domain::followup::recommendation::Recommendation;
use domain::record::Kind;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};

use crate::followup::recommendation;
use crate::list::leads_to;
use crate::record::{Following, Reference, Stored};
use crate::table::table;

table! {
    Implementation in "implementation" {
        external_ids: Json,
        partnership_id: Uuid,
        recommendation as "recommendation_id": Uuid,
        slug: String,
        kind: String,
        position: i32,
        meeting as "meeting_id": Option<Uuid>,
        owner as "owner_id": Option<Uuid>,
        completed_on: Option<ChronoDate>,
        report_text: Option<String>,
        goal_text: Option<String>,
    }
}

impl Stored for Implementation {
    const PARENT: Option<Column> = Some(Column::Recommendation);
    const REFERENCES: &'static [Reference] = &[
        (Kind::Recommendation, |id| {
            leads_to(Column::Recommendation, id)
        }),
        (Kind::Meeting, |id| leads_to(Column::Meeting, id)),
        (Kind::Institution, |id| leads_to(Column::Owner, id)),
    ];
    const FOLLOWS: Option<Following> = Some((Kind::Recommendation, of_recommendations));

    /// Those of the recommendations that everybody sees.
    fn public() -> Condition {
        of_recommendations(Recommendation::public())
    }
}

/// Those of the recommendations of a condition.
fn of_recommendations(recommendations: Condition) -> Condition {
    let mut ids = Query::select();
    ids.column(recommendation::Column::Id)
        .from(recommendation::row::Entity)
        .cond_where(recommendations);
    Condition::all().add(Column::Recommendation.in_subquery(ids))
}

/// Those that are completed.
pub fn completed() -> Condition {
    Condition::all().add(Column::CompletedOn.is_not_null())
}

/// The meetings of those that are completed by a day.
pub(crate) fn meetings_completed_by(day: NaiveDate) -> SelectStatement {
    let mut ids = Query::select();
    ids.column(Column::Meeting)
        .from(row::Entity)
        .and_where(Column::Meeting.is_not_null())
        .and_where(Column::DeletedAt.is_null())
        .and_where(Column::CompletedOn.lte(day));
    ids
}
