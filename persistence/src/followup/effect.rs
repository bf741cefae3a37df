//! Effects.

use chrono::NaiveDate;
use domain::followup::effect::Effect;
use domain::record::{Head, Versioned};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::RepoError;
use crate::record::{Columns, Deleted, Stored, from_json, to_json, value};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "effect")]
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
        pub period_from: ChronoDate,
        pub period_to: ChronoDate,
        pub position: i32,
        pub report_text: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Stored for Effect {
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
        let value = Effect {
            partnership_id: row.partnership_id,
            slug: row.slug,
            period_from: row.period_from,
            period_to: row.period_to,
            position: row.position,
            report_text: row.report_text,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let e = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&e.external_ids)?),
            partnership_id: value(e.partnership_id),
            slug: value(e.slug),
            period_from: value(e.period_from),
            period_to: value(e.period_to),
            position: value(e.position),
            report_text: value(e.report_text),
            ..Default::default()
        })
    }
}

/// What everybody sees: all of them.
pub fn public() -> Condition {
    Condition::all()
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those whose period lies within the days from one to another.
pub fn within(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    Condition::all()
        .add_option(from.map(|day| Column::PeriodFrom.gte(day)))
        .add_option(to.map(|day| Column::PeriodTo.lte(day)))
}
