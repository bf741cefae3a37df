//! Secrets of webhooks, encrypted: the newest, and those before it until they expire.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue, Condition, QueryFilter, QueryOrder, QuerySelect};

use crate::{Conn, RepoError, Tx};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_secret")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub webhook_id: Uuid,
        pub created_at: ChronoDateTimeUtc,
        pub expires_at: Option<ChronoDateTimeUtc>,
        pub sealed: Vec<u8>,
    }

    crate::db::without_relations!();
}

use row::Column;

/// Stores a secret that signs from now on; those before it sign besides until `overlap_ends`.
pub async fn replace(
    tx: &Tx,
    webhook: Uuid,
    id: Uuid,
    sealed: Vec<u8>,
    overlap_ends: DateTime<Utc>,
) -> Result<(), RepoError> {
    row::Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::val(Some(overlap_ends)))
        .filter(Column::WebhookId.eq(webhook))
        .filter(Column::ExpiresAt.is_null())
        .exec(tx.raw())
        .await?;
    row::Entity::delete_many()
        .filter(Column::WebhookId.eq(webhook))
        .filter(Column::ExpiresAt.lte(tx.now()))
        .exec(tx.raw())
        .await?;
    row::Entity::insert(row::ActiveModel {
        id: ActiveValue::Set(id),
        webhook_id: ActiveValue::Set(webhook),
        created_at: ActiveValue::Set(tx.now()),
        expires_at: ActiveValue::Set(None),
        sealed: ActiveValue::Set(sealed),
    })
    .exec_without_returning(tx.raw())
    .await?;
    Ok(())
}

/// The secrets that sign at an instant, the newest first.
pub async fn valid(
    conn: &impl Conn,
    webhook: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Vec<u8>>, RepoError> {
    let not_over = Condition::any()
        .add(Column::ExpiresAt.is_null())
        .add(Column::ExpiresAt.gt(now));
    Ok(row::Entity::find()
        .select_only()
        .column(Column::Sealed)
        .filter(Column::WebhookId.eq(webhook))
        .filter(not_over)
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .into_tuple()
        .all(conn.raw())
        .await?)
}
