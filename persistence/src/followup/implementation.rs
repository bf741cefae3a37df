//! Implementations of recommendations.

use chrono::NaiveDate;
use domain::followup::implementation::Implementation;
use domain::followup::recommendation::Recommendation;
use domain::record::{Head, Versioned};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;

use crate::RepoError;
use crate::followup::recommendation;
use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "implementation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub recommendation_id: Uuid,
        pub slug: String,
        pub kind: String,
        pub position: i32,
        pub meeting_id: Option<Uuid>,
        pub owner_id: Option<Uuid>,
        pub completed_on: Option<ChronoDate>,
        pub report_text: Option<String>,
        pub goal_text: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Implementation {
    type Entity = row::Entity;

    const COLUMNS: Columns<Column> = Columns {
        id: Column::Id,
        version: Column::Version,
        created_at: Column::CreatedAt,
        modified_at: Column::ModifiedAt,
        deleted_at: Column::DeletedAt,
        slug: Some(Column::Slug),
    };

    fn from_row(row: row::Model) -> Result<(Versioned<Self>, Deleted), RepoError> {
        let head = Head {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            modified_at: row.modified_at,
        };
        let value = Implementation {
            partnership_id: row.partnership_id,
            recommendation_id: row.recommendation_id,
            slug: row.slug,
            kind: row.kind,
            position: row.position,
            meeting_id: row.meeting_id,
            owner_id: row.owner_id,
            completed_on: row.completed_on,
            report_text: row.report_text,
            goal_text: row.goal_text,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let i = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&i.external_ids)?),
            partnership_id: value(i.partnership_id),
            recommendation_id: value(i.recommendation_id),
            slug: value(i.slug),
            kind: value(i.kind),
            position: value(i.position),
            meeting_id: value(i.meeting_id),
            owner_id: value(i.owner_id),
            completed_on: value(i.completed_on),
            report_text: value(i.report_text),
            goal_text: value(i.goal_text),
            ..Default::default()
        })
    }
}

impl Stored for Implementation {}

/// What everybody sees: those of the recommendations that everybody sees.
pub fn public() -> Condition {
    let mut ids = Query::select();
    ids.column(recommendation::Column::Id)
        .from(recommendation::row::Entity)
        .cond_where(Recommendation::public());
    Condition::all().add(Column::RecommendationId.in_subquery(ids))
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of a recommendation.
pub fn of_recommendation(id: Uuid) -> Condition {
    Condition::all().add(Column::RecommendationId.eq(id))
}

/// Those of any of the kinds.
pub fn of_kinds(codes: &[String]) -> Condition {
    Condition::all().add(Column::Kind.is_in(codes))
}

/// Those carried out by a meeting.
pub fn by_meeting(id: Uuid) -> Condition {
    Condition::all().add(Column::MeetingId.eq(id))
}

/// Those that an institution is responsible for.
pub fn owned_by(id: Uuid) -> Condition {
    Condition::all().add(Column::OwnerId.eq(id))
}

/// Those completed on the days from one to another, both included.
pub fn completed_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    Condition::all()
        .add_option(from.map(|day| Column::CompletedOn.gte(day)))
        .add_option(to.map(|day| Column::CompletedOn.lte(day)))
}

/// Those that are completed.
pub fn completed() -> Condition {
    Condition::all().add(Column::CompletedOn.is_not_null())
}
