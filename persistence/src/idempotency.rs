//! Answers remembered under a key, so that a retry after a lost answer does not write twice.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::json::{from_json, to_json};
use crate::{Conn, RepoError, Tx};

/// How long an answer is remembered.
const KEPT: TimeDelta = TimeDelta::hours(24);

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub caller_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub fingerprint: Vec<u8>,
        pub created_at: ChronoDateTimeUtc,
        pub status: Option<i32>,
        pub headers: Option<Json>,
        pub body: Option<Vec<u8>>,
    }

    crate::db::without_relations!();
}

/// An answer as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers worth repeating.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What is known of a key.
#[derive(Debug)]
pub enum Claim {
    /// Nothing: the request goes on, and its answer is stored with [`remember`].
    New,
    /// The same request was answered already.
    Answered(Answer),
    /// The key was used for another request.
    Mismatch,
}

/// Claims a key in this transaction. A request that runs under the same key at the moment is waited for:
/// on PostgreSQL by the primary key, on SQLite by the one writer.
pub async fn claim(
    tx: &Tx,
    caller: Uuid,
    key: &str,
    fingerprint: &[u8],
) -> Result<Claim, RepoError> {
    let fresh = || row::ActiveModel {
        caller_id: ActiveValue::Set(caller),
        key: ActiveValue::Set(key.to_owned()),
        fingerprint: ActiveValue::Set(fingerprint.to_vec()),
        created_at: ActiveValue::Set(tx.now()),
        ..Default::default()
    };
    let inserted = row::Entity::insert(fresh())
        .try_insert()
        .on_conflict(
            OnConflict::columns([row::Column::CallerId, row::Column::Key])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx.raw())
        .await?;
    if inserted > 0 {
        return Ok(Claim::New);
    }
    let Some(known) = row::Entity::find_by_id((caller, key.to_owned()))
        .one(tx.raw())
        .await?
    else {
        return Err(RepoError::Busy);
    };
    if known.created_at + KEPT <= tx.now() {
        row::Entity::delete_by_id((caller, key.to_owned()))
            .exec(tx.raw())
            .await?;
        row::Entity::insert(fresh())
            .exec_without_returning(tx.raw())
            .await?;
        return Ok(Claim::New);
    }
    if known.fingerprint != fingerprint {
        return Ok(Claim::Mismatch);
    }
    match (known.status, known.headers, known.body) {
        (Some(status), Some(headers), Some(body)) => Ok(Claim::Answered(Answer {
            status: u16::try_from(status).unwrap_or(500),
            headers: from_json(headers)?,
            body,
        })),
        _ => Err(RepoError::Busy),
    }
}

/// Stores the answer under the key that was claimed in this transaction.
pub async fn remember(tx: &Tx, caller: Uuid, key: &str, answer: &Answer) -> Result<(), RepoError> {
    row::Entity::update_many()
        .set(row::ActiveModel {
            status: ActiveValue::Set(Some(i32::from(answer.status))),
            headers: ActiveValue::Set(Some(to_json(&answer.headers)?)),
            body: ActiveValue::Set(Some(answer.body.clone())),
            ..Default::default()
        })
        .filter(row::Column::CallerId.eq(caller))
        .filter(row::Column::Key.eq(key))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Forgets answers that are too old to be asked for again.
pub async fn purge(tx: &Tx, now: DateTime<Utc>) -> Result<u64, RepoError> {
    let done = row::Entity::delete_many()
        .filter(row::Column::CreatedAt.lte(now - KEPT))
        .exec(tx.raw())
        .await?;
    Ok(done.rows_affected)
}
