//! Keys that sign access tokens, shared by all replicas. Private parts are stored encrypted.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{IntoActiveModel, QueryFilter, QueryOrder};

use crate::{Conn, RepoError, Tx};

mod row {
    use sea_orm::entity::prelude::*;

    /// A stored key pair.
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "signing_key")]
    pub struct Model {
        /// The `kid` of the tokens it signs.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        /// When it was made.
        pub created_at: ChronoDateTimeUtc,
        /// The encrypted private key.
        pub private_key: Vec<u8>,
        /// The public key.
        pub public_key: Vec<u8>,
        /// Since when it does not sign any more.
        pub retired_at: Option<ChronoDateTimeUtc>,
    }

    crate::db::without_relations!();
}

pub use row::Model as StoredKey;

/// Every key, the one that signs first.
pub async fn list(conn: &impl Conn) -> Result<Vec<StoredKey>, RepoError> {
    let keys = row::Entity::find()
        .order_by_desc(row::Column::CreatedAt)
        .order_by_desc(row::Column::Id)
        .all(conn.raw())
        .await?;
    Ok(keys)
}

/// Stores a key.
pub async fn insert(tx: &Tx, key: StoredKey) -> Result<(), RepoError> {
    row::Entity::insert(key.into_active_model())
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
