//! The files of exports, in chunks: rows like all others, so that any replica serves what another one made.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ActiveValue, QueryFilter, QuerySelect};

use crate::{Conn, RepoError, Tx};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "export_chunk")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub export_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub content: Vec<u8>,
    }

    crate::db::without_relations!();
}

/// How large a chunk is at the most, in bytes.
pub const SIZE: usize = 256 * 1024;

/// Stores a chunk, the first one as number 0.
pub async fn insert(tx: &Tx, export: Uuid, number: i32, content: Vec<u8>) -> Result<(), RepoError> {
    row::Entity::insert(row::ActiveModel {
        export_id: ActiveValue::Set(export),
        number: ActiveValue::Set(number),
        content: ActiveValue::Set(content),
    })
    .exec_without_returning(tx.raw())
    .await?;
    Ok(())
}

/// Reads a chunk; nothing after the last one.
pub async fn read(
    conn: &impl Conn,
    export: Uuid,
    number: i32,
) -> Result<Option<Vec<u8>>, RepoError> {
    let row = row::Entity::find_by_id((export, number));
    Ok(row.one(conn.raw()).await?.map(|row| row.content))
}

/// Forgets the files of exports that are deleted.
pub async fn purge(tx: &Tx) -> Result<(), RepoError> {
    row::Entity::delete_many()
        .filter(row::Column::ExportId.in_subquery(deleted()))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Whether some file is left of an export that is deleted.
pub async fn is_any_left(conn: &impl Conn) -> Result<bool, RepoError> {
    let left: Option<Uuid> = row::Entity::find()
        .select_only()
        .column(row::Column::ExportId)
        .filter(row::Column::ExportId.in_subquery(deleted()))
        .into_tuple()
        .one(conn.raw())
        .await?;
    Ok(left.is_some())
}

fn deleted() -> SelectStatement {
    let mut ids = Query::select();
    ids.column(super::Column::Id)
        .from(super::row::Entity)
        .and_where(super::Column::DeletedAt.is_not_null());
    ids
}
