//! Funding programmes.

use chrono::NaiveDate;
use domain::funding_programme::FundingProgramme;
use domain::record::{Head, Versioned};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::{RepoError, list};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "funding_programme")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub code: String,
        pub name: String,
        pub starts_on: ChronoDate,
        pub ends_on: Option<ChronoDate>,
        pub eligible_sectors: Json,
        pub calls: Json,
        pub sort_key: Vec<u8>,
        pub search_key: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for FundingProgramme {
    type Entity = row::Entity;

    const COLUMNS: Columns<Column> = Columns {
        id: Column::Id,
        version: Column::Version,
        created_at: Column::CreatedAt,
        modified_at: Column::ModifiedAt,
        deleted_at: Column::DeletedAt,
        slug: Some(Column::Code),
    };

    fn from_row(row: row::Model) -> Result<(Versioned<Self>, Deleted), RepoError> {
        let head = Head {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            modified_at: row.modified_at,
        };
        let value = FundingProgramme {
            partnership_id: row.partnership_id,
            code: row.code,
            name: row.name,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            eligible_sectors: from_json(row.eligible_sectors)?,
            calls: from_json(row.calls)?,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let f = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&f.external_ids)?),
            sort_key: value(domain::search::sort_key(&f.name)),
            search_key: value(domain::search::search_key(&format!(
                "{} {}",
                f.name, f.code
            ))),
            eligible_sectors: value(to_json(&f.eligible_sectors)?),
            calls: value(to_json(&f.calls)?),
            partnership_id: value(f.partnership_id),
            code: value(f.code),
            name: value(f.name),
            starts_on: value(f.starts_on),
            ends_on: value(f.ends_on),
            ..Default::default()
        })
    }
}

impl Stored for FundingProgramme {}

/// What everybody sees: all of them.
pub fn public() -> Condition {
    Condition::all()
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those in whose period a day lies, the last day included.
pub fn running_on(day: NaiveDate) -> Condition {
    Condition::all().add(Column::StartsOn.lte(day)).add(
        Condition::any()
            .add(Column::EndsOn.is_null())
            .add(Column::EndsOn.gte(day)),
    )
}

/// Those for which one of the sectors may apply.
pub fn for_sectors(codes: &[String]) -> Condition {
    list::holds_any(Column::EligibleSectors, codes)
}

/// Those whose name or code holds all words of a text.
pub fn matching(q: &str) -> Condition {
    Condition::all().add(list::contains(Column::SearchKey, q))
}
