//! Implementations of recommendations.

use domain::followup::implementation::Implementation;
use domain::followup::recommendation::Recommendation;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;

use crate::followup::recommendation;
use crate::record::Stored;
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
    /// Those of the recommendations that everybody sees.
    fn public() -> Condition {
        let mut ids = Query::select();
        ids.column(recommendation::Column::Id)
            .from(recommendation::row::Entity)
            .cond_where(Recommendation::public());
        Condition::all().add(Column::Recommendation.in_subquery(ids))
    }
}

/// Those that are completed.
pub fn completed() -> Condition {
    Condition::all().add(Column::CompletedOn.is_not_null())
}
