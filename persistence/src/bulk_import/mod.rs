//! Bulk imports, and what becomes of the rows of each.

pub mod rows;

use chrono::{DateTime, Utc};
use domain::access::audience::Audience;
use domain::bulk_import::{BulkImport, Counts};
use domain::record::Versioned;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, PaginatorTrait, QueryFilter};

use crate::record::{self, Stored};
use crate::table::{cell, table};
use crate::{Conn, RepoError};

table! {
    BulkImport in "bulk_import", no slug {
        external_ids: Json,
        partnership_id: Uuid,
        account as "account_id": Uuid,
        kind: String,
        file_name: Option<String>,
        sha256: String,
        status: String,
        counts: Json,
        applied_at: Option<ChronoDateTimeUtc>,
        reverted_at: Option<ChronoDateTimeUtc>,
        expires_at: ChronoDateTimeUtc,
    }
}

cell! { Counts as JSON }

impl Stored for BulkImport {
    const AUDIENCE: Audience = Audience::Administrators;
}

/// Those of a partnership.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// How many a partnership has.
pub async fn kept(conn: &impl Conn, partnership: Uuid) -> Result<u64, RepoError> {
    let kept = of_partnership(partnership).add(Column::DeletedAt.is_null());
    let imports = row::Entity::find().filter(kept);
    Ok(imports.count(conn.raw()).await?)
}

/// Those that are kept no longer.
pub async fn expired(
    conn: &impl Conn,
    now: DateTime<Utc>,
) -> Result<Vec<Versioned<BulkImport>>, RepoError> {
    record::every(conn, Condition::all().add(Column::ExpiresAt.lte(now))).await
}
