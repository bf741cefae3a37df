//! Communiqués.

use chrono::NaiveDate;
use domain::outreach::communique::{Communique, RELEASED};
use domain::record::{Head, Versioned};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::institution::Named;
use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::reference::Reference;
use crate::{Conn, RepoError, list, reference};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "communique")]
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
        pub number: Option<String>,
        pub title: String,
        pub body: Option<String>,
        pub status: String,
        pub released_on: Option<ChronoDate>,
        pub sort_key: Vec<u8>,
        pub search_key: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Communique {
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
        let value = Communique {
            partnership_id: row.partnership_id,
            slug: row.slug,
            number: row.number,
            title: row.title,
            body: row.body,
            status: row.status,
            released_on: row.released_on,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let c = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&c.external_ids)?),
            sort_key: value(domain::search::sort_key(&c.title)),
            search_key: value(domain::search::search_key(
                &[Some(c.title.as_str()), c.number.as_deref()]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" "),
            )),
            partnership_id: value(c.partnership_id),
            slug: value(c.slug),
            number: value(c.number),
            title: value(c.title),
            body: value(c.body),
            status: value(c.status),
            released_on: value(c.released_on),
            ..Default::default()
        })
    }
}

impl Stored for Communique {
    const NAME: Option<Column> = Some(Column::Title);

    fn public() -> Condition {
        public()
    }
}

/// What everybody sees: what is released and not withdrawn.
pub fn public() -> Condition {
    released()
}

/// Those that are released and not withdrawn: they count for the period of their release.
pub fn released() -> Condition {
    Condition::all().add(Column::Status.is_in(RELEASED))
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of any of the statuses.
pub fn with_statuses(codes: &[String]) -> Condition {
    Condition::all().add(Column::Status.is_in(codes))
}

/// Those released on the days from one to another, both included.
pub fn released_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    Condition::all()
        .add_option(from.map(|day| Column::ReleasedOn.gte(day)))
        .add_option(to.map(|day| Column::ReleasedOn.lte(day)))
}

/// The one of a number n/YYYY.
pub fn numbered(text: &str) -> Condition {
    Condition::all().add(Column::Number.eq(text))
}

/// Those whose title or number holds all words of a text.
pub fn matching(q: &str) -> Condition {
    Condition::all().add(list::contains(Column::SearchKey, q))
}

/// What is shown of those that other records refer to.
pub async fn named(conn: &impl Conn, ids: &[Uuid]) -> Result<Vec<Named>, RepoError> {
    reference::named::<Communique>(conn, Column::Title, ids).await
}

/// The next running number of a year; a number once given is not given again.
pub async fn next_number(
    conn: &impl Conn,
    partnership: Uuid,
    year: i32,
) -> Result<String, RepoError> {
    reference::next_number::<Communique>(conn, Column::Number, of_partnership(partnership), year)
        .await
}

/// Where others refer to one.
const REFERENCES: &[Reference] = &[Reference::record("posting", "communique_id")];

/// Whether some record that was not deleted refers to it.
pub async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
    reference::exists(conn, REFERENCES, id).await
}
