//! Bulk imports, and what becomes of the rows of each.

pub mod row;

use chrono::{DateTime, Utc};
use domain::bulk_import::BulkImport;
use domain::record::{Head, Versioned};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, PaginatorTrait, QueryFilter};

use crate::record::{self, Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::{Conn, RepoError};

/// The table.
pub mod table {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bulk_import")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub account_id: Uuid,
        pub kind: String,
        pub file_name: Option<String>,
        pub sha256: String,
        pub status: String,
        pub counts: Json,
        pub applied_at: Option<ChronoDateTimeUtc>,
        pub reverted_at: Option<ChronoDateTimeUtc>,
        pub expires_at: ChronoDateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use table::Column;

impl Row for BulkImport {
    type Entity = table::Entity;

    const COLUMNS: Columns<Column> = Columns {
        id: Column::Id,
        version: Column::Version,
        created_at: Column::CreatedAt,
        modified_at: Column::ModifiedAt,
        deleted_at: Column::DeletedAt,
        slug: None,
    };

    fn from_row(row: table::Model) -> Result<(Versioned<Self>, Deleted), RepoError> {
        let head = Head {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            modified_at: row.modified_at,
        };
        let value = BulkImport {
            partnership_id: row.partnership_id,
            account_id: row.account_id,
            kind: row.kind,
            file_name: row.file_name,
            sha256: row.sha256,
            status: row.status,
            counts: from_json(row.counts)?,
            applied_at: row.applied_at,
            reverted_at: row.reverted_at,
            expires_at: row.expires_at,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<table::ActiveModel, RepoError> {
        let i = self.clone();
        Ok(table::ActiveModel {
            external_ids: value(to_json(&i.external_ids)?),
            partnership_id: value(i.partnership_id),
            account_id: value(i.account_id),
            kind: value(i.kind),
            file_name: value(i.file_name),
            sha256: value(i.sha256),
            status: value(i.status),
            counts: value(to_json(&i.counts)?),
            applied_at: value(i.applied_at),
            reverted_at: value(i.reverted_at),
            expires_at: value(i.expires_at),
            ..Default::default()
        })
    }
}

impl Stored for BulkImport {}

/// Those of a partnership.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of records of some kinds.
pub fn of_kinds(names: &[String]) -> Condition {
    Condition::all().add(Column::Kind.is_in(names))
}

/// Those in some statuses.
pub fn in_statuses(codes: &[String]) -> Condition {
    Condition::all().add(Column::Status.is_in(codes))
}

/// How many a partnership has.
pub async fn kept(conn: &impl Conn, partnership: Uuid) -> Result<u64, RepoError> {
    let kept = of_partnership(partnership).add(Column::DeletedAt.is_null());
    let imports = table::Entity::find().filter(kept);
    Ok(imports.count(conn.raw()).await?)
}

/// Those that are kept no longer.
pub async fn expired(
    conn: &impl Conn,
    now: DateTime<Utc>,
) -> Result<Vec<Versioned<BulkImport>>, RepoError> {
    record::every(conn, Condition::all().add(Column::ExpiresAt.lte(now))).await
}
