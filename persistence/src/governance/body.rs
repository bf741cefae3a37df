//! Bodies.

use domain::governance::body::{Body, BodyRules};
use domain::record::Kind;
use domain::search;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ConnectionTrait, Statement};

use crate::list::leads_to;
use crate::record::{Reference, Stored};
use crate::table::{cell, table};
use crate::{Conn, RepoError};

table! {
    Body in "body" {
        external_ids: Json,
        partnership_id: Uuid,
        slug: String,
        name: String,
        kind: String,
        parent as "parent_id": Option<Uuid>,
        purpose: Option<String>,
        rules: Json,
        owner as "owner_id": Option<Uuid>,
        legal_basis: Option<String>,
    }
    derived {
        sort_key: Vec<u8> = |b: &Body| search::sort_key(&b.name),
        search_key: String = |b: &Body| search::search_key(&b.name),
    }
}

cell! { BodyRules as JSON }

impl Stored for Body {
    const NAME: Option<Column> = Some(Column::Name);
    const REFERENCES: &'static [Reference] = &[
        (Kind::Body, |id| leads_to(Column::Parent, id)),
        (Kind::Institution, |id| leads_to(Column::Owner, id)),
    ];
}

/// The ids of those of an institution.
pub(crate) fn ids_owned_by(institution: Uuid) -> SelectStatement {
    let mut ids = Query::select();
    ids.column(Column::Id)
        .from(row::Entity)
        .and_where(Column::Owner.eq(institution));
    ids
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
