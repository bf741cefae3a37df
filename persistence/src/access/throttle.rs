//! Failures to sign in, remembered in the database so that all replicas know of them. Keys are digests: no address of a
//! person or a network is kept.

use chrono::{DateTime, Utc};
use domain::access::throttle::{FORGOTTEN_AFTER, Failures, Policy};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue, QueryFilter};

use crate::{Conn, RepoError, Tx};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "throttle")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: Vec<u8>,
        pub failures: i32,
        pub failed_at: ChronoDateTimeUtc,
        pub blocked_until: ChronoDateTimeUtc,
    }

    crate::db::without_relations!();
}

use row::Column;

/// Counts one attempt more, or says until when there is none. Attempts at once are counted one after another.
pub async fn attempt(
    tx: &Tx,
    key: &[u8; 32],
    policy: Policy,
) -> Result<Result<Failures, DateTime<Utc>>, RepoError> {
    let [turn @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = key;
    tx.take_turn(Uuid::from_bytes(*turn)).await?;
    let known = row::Entity::find_by_id(key.to_vec()).one(tx.raw()).await?;
    let known = known.map(|row| Failures {
        count: row.failures.unsigned_abs(),
        last_at: row.failed_at,
        blocked_until: row.blocked_until,
    });
    let after = match policy.attempt(known, tx.now()) {
        Ok(after) => after,
        Err(until) => return Ok(Err(until)),
    };
    row::Entity::insert(row::ActiveModel {
        key: ActiveValue::Set(key.to_vec()),
        failures: ActiveValue::Set(i32::try_from(after.count).unwrap_or(i32::MAX)),
        failed_at: ActiveValue::Set(after.last_at),
        blocked_until: ActiveValue::Set(after.blocked_until),
    })
    .on_conflict(
        OnConflict::column(Column::Key)
            .update_columns([Column::Failures, Column::FailedAt, Column::BlockedUntil])
            .to_owned(),
    )
    .exec_without_returning(tx.raw())
    .await?;
    Ok(Ok(after))
}

/// Forgets the failures under a key: somebody succeeded.
pub async fn reset(tx: &Tx, key: &[u8; 32]) -> Result<(), RepoError> {
    row::Entity::delete_by_id(key.to_vec())
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Takes one attempt back: it was no failure.
pub async fn take_back(tx: &Tx, key: &[u8; 32]) -> Result<(), RepoError> {
    row::Entity::update_many()
        .col_expr(Column::Failures, Expr::col(Column::Failures).sub(1))
        .col_expr(Column::BlockedUntil, Expr::val(tx.now()))
        .filter(Column::Key.eq(key.as_slice()))
        .filter(Column::Failures.gt(0))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Forgets what does not count any more.
pub async fn purge(tx: &Tx) -> Result<(), RepoError> {
    row::Entity::delete_many()
        .filter(Column::FailedAt.lt(tx.now() - FORGOTTEN_AFTER))
        .exec(tx.raw())
        .await?;
    Ok(())
}
