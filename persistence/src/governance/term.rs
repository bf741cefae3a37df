//! Terms of office.

use chrono::NaiveDate;
use domain::governance::term::Term;
use domain::record::{Head, Versioned};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::institution::Named;
use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::reference::Reference;
use crate::{Conn, RepoError, reference};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "term")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub body_id: Uuid,
        pub slug: String,
        pub starts_on: ChronoDate,
        pub ends_on: ChronoDate,
        pub seats: Option<i32>,
        pub quorum_rule: Option<String>,
        pub majority_rule: Option<String>,
        pub elected_at_id: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Term {
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
        let value = Term {
            partnership_id: row.partnership_id,
            body_id: row.body_id,
            slug: row.slug,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            seats: row.seats,
            quorum_rule: row.quorum_rule,
            majority_rule: row.majority_rule,
            elected_at_id: row.elected_at_id,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let t = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&t.external_ids)?),
            partnership_id: value(t.partnership_id),
            body_id: value(t.body_id),
            slug: value(t.slug),
            starts_on: value(t.starts_on),
            ends_on: value(t.ends_on),
            seats: value(t.seats),
            quorum_rule: value(t.quorum_rule),
            majority_rule: value(t.majority_rule),
            elected_at_id: value(t.elected_at_id),
            ..Default::default()
        })
    }
}

impl Stored for Term {
    const NAME: Option<Column> = Some(Column::Slug);
}

/// What everybody sees: all of them.
pub fn public() -> Condition {
    Condition::all()
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of a body.
pub fn of_body(id: Uuid) -> Condition {
    Condition::all().add(Column::BodyId.eq(id))
}

/// Those in which a day lies, the last day included.
pub fn holding_on(day: NaiveDate) -> Condition {
    Condition::all().add(Column::StartsOn.lte(day)).add(
        Condition::any()
            .add(Column::EndsOn.is_null())
            .add(Column::EndsOn.gte(day)),
    )
}

/// What is shown of those that other records refer to.
pub async fn named(conn: &impl Conn, ids: &[Uuid]) -> Result<Vec<Named>, RepoError> {
    reference::named::<Term>(conn, Column::Slug, ids).await
}

/// Those of a body that have a day in common with a span, of which both ends are part.
pub fn overlapping(body: Uuid, from: NaiveDate, to: NaiveDate) -> Condition {
    Condition::all()
        .add(Column::BodyId.eq(body))
        .add(Column::StartsOn.lte(to))
        .add(Column::EndsOn.gte(from))
}

/// Where others refer to one.
const REFERENCES: &[Reference] = &[Reference::record("mandate", "term_id")];

/// Whether some record that was not deleted refers to it.
pub async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
    reference::exists(conn, REFERENCES, id).await
}
