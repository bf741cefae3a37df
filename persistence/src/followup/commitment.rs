//! Commitments.

use chrono::NaiveDate;
use domain::followup::commitment::Commitment;
use domain::record::{Head, Versioned};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;

use crate::institution::Named;
use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::reference::Reference;
use crate::{Conn, RepoError, reference};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "commitment")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub slug: String,
        pub recommendation_id: Option<Uuid>,
        pub min_count: i32,
        pub channel: String,
        pub party_kinds: Json,
        pub report_text: String,
        pub starts_on: ChronoDate,
        pub ends_on: Option<ChronoDate>,
        pub position: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Commitment {
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
        let value = Commitment {
            partnership_id: row.partnership_id,
            slug: row.slug,
            recommendation_id: row.recommendation_id,
            min_count: row.min_count,
            channel: row.channel,
            party_kinds: from_json(row.party_kinds)?,
            report_text: row.report_text,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            position: row.position,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let c = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&c.external_ids)?),
            party_kinds: value(to_json(&c.party_kinds)?),
            partnership_id: value(c.partnership_id),
            slug: value(c.slug),
            recommendation_id: value(c.recommendation_id),
            min_count: value(c.min_count),
            channel: value(c.channel),
            report_text: value(c.report_text),
            starts_on: value(c.starts_on),
            ends_on: value(c.ends_on),
            position: value(c.position),
            ..Default::default()
        })
    }
}

impl Stored for Commitment {
    const NAME: Option<Column> = Some(Column::ReportText);
}

/// What everybody sees: all of them.
pub fn public() -> Condition {
    Condition::all()
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those that come from a recommendation.
pub fn of_recommendation(id: Uuid) -> Condition {
    Condition::all().add(Column::RecommendationId.eq(id))
}

/// Those of any of the channels.
pub fn with_channels(codes: &[String]) -> Condition {
    Condition::all().add(Column::Channel.is_in(codes))
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

/// What is shown of those that other records refer to.
pub async fn named(conn: &impl Conn, ids: &[Uuid]) -> Result<Vec<Named>, RepoError> {
    reference::named::<Commitment>(conn, Column::ReportText, ids).await
}

/// Where others refer to one.
const REFERENCES: &[Reference] = &[Reference::record("fulfilment", "commitment_id")];

/// Whether some record that was not deleted refers to it.
pub async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
    reference::exists(conn, REFERENCES, id).await
}
