//! Secrets that services sign in with, by their digests.

use chrono::{DateTime, Utc};
use domain::access::client_secret::ClientSecret;
use domain::record::{Head, Versioned};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, QueryFilter, QuerySelect};

use crate::record::{self, Columns, Deleted, Row, Stored, value};
use crate::{Conn, RepoError, Tx};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "client_secret")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub account_id: Uuid,
        pub name: String,
        pub hash: Vec<u8>,
        pub expires_on: Option<ChronoDate>,
        pub last_used_at: Option<ChronoDateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for ClientSecret {
    type Entity = row::Entity;

    const COLUMNS: Columns<Column> = Columns {
        id: Column::Id,
        version: Column::Version,
        created_at: Column::CreatedAt,
        modified_at: Column::ModifiedAt,
        deleted_at: Column::DeletedAt,
        slug: None,
    };

    fn from_row(row: row::Model) -> Result<(Versioned<Self>, Deleted), RepoError> {
        let head = Head {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            modified_at: row.modified_at,
        };
        let value = ClientSecret {
            account_id: row.account_id,
            name: row.name,
            expires_on: row.expires_on,
            hash: row.hash,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        Ok(row::ActiveModel {
            external_ids: value(Json::Array(Vec::new())),
            account_id: value(self.account_id),
            name: value(self.name.clone()),
            hash: value(self.hash.clone()),
            expires_on: value(self.expires_on),
            ..Default::default()
        })
    }
}

impl Stored for ClientSecret {}

/// Those of one service.
pub fn of_account(id: Uuid) -> Condition {
    Condition::all().add(Column::AccountId.eq(id))
}

/// The secret of a service with this digest.
pub async fn find(
    conn: &impl Conn,
    account: Uuid,
    hash: &[u8],
) -> Result<Option<Versioned<ClientSecret>>, RepoError> {
    let wanted = of_account(account).add(Column::Hash.eq(hash));
    Ok(record::every(conn, wanted).await?.pop())
}

/// The secrets of a service. Whoever makes another one meanwhile waits.
pub async fn held(tx: &Tx, account: Uuid) -> Result<Vec<Versioned<ClientSecret>>, RepoError> {
    tx.take_turn(account).await?;
    record::every(tx, of_account(account)).await
}

/// Whether a service has or had some secret.
pub async fn had_some(conn: &impl Conn, account: Uuid) -> Result<bool, RepoError> {
    let some = row::Entity::find()
        .filter(of_account(account))
        .one(conn.raw())
        .await?;
    Ok(some.is_some())
}

/// Notes that a token was had with a secret.
pub async fn used(tx: &Tx, id: Uuid) -> Result<(), RepoError> {
    row::Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::val(Some(tx.now())))
        .filter(Column::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// When each of some secrets was last used.
pub async fn uses(
    conn: &impl Conn,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<(Uuid, Option<DateTime<Utc>>)>, RepoError> {
    Ok(row::Entity::find()
        .select_only()
        .columns([Column::Id, Column::LastUsedAt])
        .filter(Column::Id.is_in(ids))
        .into_tuple()
        .all(conn.raw())
        .await?)
}

/// When each of some services last had a token.
pub(crate) async fn last_used(
    conn: &impl Conn,
    accounts: &[Uuid],
) -> Result<Vec<(Uuid, Option<DateTime<Utc>>)>, RepoError> {
    Ok(row::Entity::find()
        .select_only()
        .column(Column::AccountId)
        .column_as(Column::LastUsedAt.max(), "last_used_at")
        .filter(Column::AccountId.is_in(accounts.iter().copied()))
        .group_by(Column::AccountId)
        .into_tuple()
        .all(conn.raw())
        .await?)
}
