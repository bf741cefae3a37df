//! Work that replicas share: each takes what waits, and no two take the same.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{EntityTrait, QueryOrder, QuerySelect, Select};

use crate::{Conn, Db, Origin, RepoError, Tx};

/// The first of the rows that wait, which no other replica takes until the transaction ends.
pub(crate) async fn first<E: EntityTrait>(
    tx: &Tx,
    waiting: Select<E>,
    order: E::Column,
) -> Result<Option<E::Model>, RepoError> {
    let row = waiting
        .order_by_asc(order)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .limit(1)
        .one(tx.raw())
        .await?;
    Ok(row)
}

/// The same in a transaction of its own, which begins only where some row waits.
pub(crate) async fn take<E: EntityTrait>(
    db: &Db,
    now: DateTime<Utc>,
    waiting: Select<E>,
    order: E::Column,
) -> Result<Option<(Tx, E::Model)>, RepoError> {
    // Most of the time there is none: asked without the one writer of SQLite.
    if waiting.clone().one(db.raw()).await?.is_none() {
        return Ok(None);
    }
    let tx = db.begin(Origin::default(), now).await?;
    let row = first(&tx, waiting, order).await?;
    Ok(row.map(|row| (tx, row)))
}
