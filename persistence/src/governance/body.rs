//! Bodies.

use domain::governance::body::Body;
use domain::record::{Head, Versioned};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{Condition, ConnectionTrait, Statement};

use crate::institution::Named;
use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::reference::Reference;
use crate::{Conn, RepoError, list, reference};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "body")]
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
        pub name: String,
        pub kind: String,
        pub parent_id: Option<Uuid>,
        pub purpose: Option<String>,
        pub rules: Json,
        pub owner_id: Option<Uuid>,
        pub legal_basis: Option<String>,
        pub sort_key: Vec<u8>,
        pub search_key: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Body {
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
        let value = Body {
            partnership_id: row.partnership_id,
            slug: row.slug,
            name: row.name,
            kind: row.kind,
            parent_id: row.parent_id,
            purpose: row.purpose,
            rules: from_json(row.rules)?,
            owner_id: row.owner_id,
            legal_basis: row.legal_basis,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let b = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&b.external_ids)?),
            sort_key: value(domain::search::sort_key(&b.name)),
            search_key: value(domain::search::search_key(&b.name)),
            rules: value(to_json(&b.rules)?),
            partnership_id: value(b.partnership_id),
            slug: value(b.slug),
            name: value(b.name),
            kind: value(b.kind),
            parent_id: value(b.parent_id),
            purpose: value(b.purpose),
            owner_id: value(b.owner_id),
            legal_basis: value(b.legal_basis),
            ..Default::default()
        })
    }
}

impl Stored for Body {
    const NAME: Option<Column> = Some(Column::Name);
}

/// What everybody sees: all of them.
pub fn public() -> Condition {
    Condition::all()
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of any of the kinds.
pub fn of_kinds(codes: &[String]) -> Condition {
    Condition::all().add(Column::Kind.is_in(codes))
}

/// Those that belong to a body.
pub fn below(id: Uuid) -> Condition {
    Condition::all().add(Column::ParentId.eq(id))
}

/// Those of an institution.
pub fn owned_by(id: Uuid) -> Condition {
    Condition::all().add(Column::OwnerId.eq(id))
}

/// The ids of those of an institution.
pub(crate) fn ids_owned_by(institution: Uuid) -> SelectStatement {
    let mut ids = Query::select();
    ids.column(Column::Id)
        .from(row::Entity)
        .cond_where(owned_by(institution));
    ids
}

/// Those whose name holds all words of a text.
pub fn matching(q: &str) -> Condition {
    Condition::all().add(list::contains(Column::SearchKey, q))
}

/// What is shown of those that other records refer to.
pub async fn named(conn: &impl Conn, ids: &[Uuid]) -> Result<Vec<Named>, RepoError> {
    reference::named::<Body>(conn, Column::Name, ids).await
}

/// Whether a body is another one, or stands below it.
pub async fn is_within(conn: &impl Conn, id: Uuid, other: Uuid) -> Result<bool, RepoError> {
    // `UNION` drops what was seen, so that it ends even if bodies stood in a circle.
    let sql = "WITH RECURSIVE above(id, parent_id) AS (
            SELECT id, parent_id FROM body WHERE id = $1
            UNION SELECT b.id, b.parent_id FROM body b JOIN above a ON b.id = a.parent_id)
        SELECT id FROM above WHERE id = $2";
    let connection = conn.raw();
    let backend = connection.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, [id.into(), other.into()]);
    Ok(connection.query_one_raw(statement).await?.is_some())
}

/// Where others refer to one.
const REFERENCES: &[Reference] = &[
    Reference::record("body", "parent_id"),
    Reference::record("term", "body_id"),
    Reference::record("meeting", "body_id"),
    Reference::part(
        "recommendation_addressee",
        "body_id",
        "recommendation",
        "recommendation_id",
    ),
];

/// Whether some record that was not deleted refers to it.
pub async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
    reference::exists(conn, REFERENCES, id).await
}
