//! Keys that sign access tokens, shared by all replicas. Private parts are stored encrypted.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, QueryOrder};

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
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
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
}

/// Every key, the newest first.
pub async fn list(conn: &impl Conn) -> Result<Vec<StoredKey>, RepoError> {
    let rows = row::Entity::find()
        .order_by_desc(row::Column::CreatedAt)
        .all(conn.raw())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| StoredKey {
            id: row.id,
            private_key: row.private_key,
            public_key: row.public_key,
        })
        .collect())
}

/// Stores a key.
pub async fn insert(tx: &Tx, key: StoredKey) -> Result<(), RepoError> {
    row::Entity::insert(row::ActiveModel {
        id: ActiveValue::Set(key.id),
        created_at: ActiveValue::Set(tx.now()),
        private_key: ActiveValue::Set(key.private_key),
        public_key: ActiveValue::Set(key.public_key),
    })
    .exec_without_returning(tx.raw())
    .await?;
    Ok(())
}
