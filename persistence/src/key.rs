//! Keys that sign access tokens, shared by all replicas. Private parts are stored encrypted.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue, QueryFilter, QueryOrder};

use crate::{Conn, RepoError, Tx};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "signing_key")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub created_at: ChronoDateTimeUtc,
        pub private_key: Vec<u8>,
        pub public_key: Vec<u8>,
        pub retired_at: Option<ChronoDateTimeUtc>,
    }

    crate::db::without_relations!();
}

/// A stored key pair.
#[derive(Clone)]
pub struct StoredKey {
    /// The `kid` of the tokens it signs.
    pub id: Uuid,
    /// The encrypted private key.
    pub private_key: Vec<u8>,
    /// The public key.
    pub public_key: Vec<u8>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Since when it does not sign any more.
    pub retired_at: Option<DateTime<Utc>>,
}

/// Every key, the one that signs first.
pub async fn list(conn: &impl Conn) -> Result<Vec<StoredKey>, RepoError> {
    let rows = row::Entity::find()
        .order_by_desc(row::Column::CreatedAt)
        .order_by_desc(row::Column::Id)
        .all(conn.raw())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| StoredKey {
            id: row.id,
            private_key: row.private_key,
            public_key: row.public_key,
            created_at: row.created_at,
            retired_at: row.retired_at,
        })
        .collect())
}

/// Stores a key.
pub async fn insert(tx: &Tx, key: StoredKey) -> Result<(), RepoError> {
    row::Entity::insert(row::ActiveModel {
        id: ActiveValue::Set(key.id),
        created_at: ActiveValue::Set(key.created_at),
        retired_at: ActiveValue::Set(key.retired_at),
        private_key: ActiveValue::Set(key.private_key),
        public_key: ActiveValue::Set(key.public_key),
    })
    .exec_without_returning(tx.raw())
    .await?;
    Ok(())
}

/// Retires every key but one: from now on that one signs.
pub async fn retire_others(tx: &Tx, signing: Uuid) -> Result<(), RepoError> {
    row::Entity::update_many()
        .col_expr(row::Column::RetiredAt, Expr::val(Some(tx.now())))
        .filter(row::Column::Id.ne(signing))
        .filter(row::Column::RetiredAt.is_null())
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Forgets keys that were retired before an instant: no token of theirs is valid any more.
pub async fn purge(tx: &Tx, before: DateTime<Utc>) -> Result<(), RepoError> {
    row::Entity::delete_many()
        .filter(row::Column::RetiredAt.lt(before))
        .exec(tx.raw())
        .await?;
    Ok(())
}
