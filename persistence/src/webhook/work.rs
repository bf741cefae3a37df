//! The work on webhooks: which of them has something to be sent, taken by one replica at a time.

use chrono::{DateTime, TimeDelta, Utc};
use domain::record::Versioned;
use domain::webhook::Webhook;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{Condition, QueryFilter, QuerySelect};

use super::{Column, message, row};
use crate::record::Row;
use crate::{Conn, Db, RepoError, Tx, lease};

/// How long whoever took a webhook may be silent, before another replica takes it. Longer than any attempt.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// A webhook that this replica works on, with what it knows of it.
#[derive(Clone, Debug)]
pub struct Work {
    /// The webhook.
    pub webhook: Versioned<Webhook>,
    /// The number of the last change of which messages were written down.
    pub cursor: i64,
    /// How often in a row it failed.
    pub failures: u32,
    /// Since when it has failed without a success.
    pub failing_since: Option<DateTime<Utc>>,
    leased_until: DateTime<Utc>,
}

impl Work {
    fn from_row(row: row::Model, leased_until: DateTime<Utc>) -> Result<Self, RepoError> {
        let (cursor, failures, failing_since) = (row.cursor, row.failures, row.failing_since);
        Ok(Self {
            webhook: Webhook::from_row(row)?.0,
            cursor,
            failures: failures.unsigned_abs(),
            failing_since,
            leased_until,
        })
    }

    fn id(&self) -> Uuid {
        self.webhook.head.id
    }
}

/// Those that have something to do: changes up to `head` that were not looked at, or messages that are due.
fn has_work(head: i64, now: DateTime<Utc>) -> Condition {
    let over = |column: Column| Condition::any().add(column.is_null()).add(column.lte(now));
    let mut due = Query::select();
    due.expr(Expr::val(1))
        .from(message::Entity)
        .and_where(
            Expr::col((message::Entity, message::Column::WebhookId))
                .equals((row::Entity, Column::Id)),
        )
        .and_where(message::Column::DueAt.lte(now));
    let something = Condition::any()
        .add(Column::Cursor.lt(head))
        .add(Expr::exists(due));
    is_served()
        .add(over(Column::LeasedUntil))
        .add(over(Column::RestsUntil))
        .add(something)
}

fn is_served() -> Condition {
    Condition::all()
        .add(Column::Status.eq("active"))
        .add(Column::DeletedAt.is_null())
}

/// Takes a webhook that has something to do; no other replica takes it meanwhile.
pub async fn take(db: &Db, head: i64, now: DateTime<Utc>) -> Result<Option<Work>, RepoError> {
    let waiting = row::Entity::find().filter(has_work(head, now));
    let Some((tx, row)) = lease::take(db, now, waiting, Column::LeasedUntil).await? else {
        return Ok(None);
    };
    let work = Work::from_row(row, now + LEASE)?;
    row::Entity::update_many()
        .col_expr(Column::LeasedUntil, Expr::val(Some(work.leased_until)))
        .filter(Column::Id.eq(work.id()))
        .exec(tx.raw())
        .await?;
    tx.commit().await?;
    Ok(Some(work))
}

/// Goes on to hold a webhook. `false` when it is not this replica's any more, was changed meanwhile, or is not to be served;
/// then it is let go.
pub async fn hold(tx: &Tx, work: &mut Work) -> Result<bool, RepoError> {
    let until = tx.now() + LEASE;
    let held = row::Entity::update_many()
        .col_expr(Column::LeasedUntil, Expr::val(Some(until)))
        .filter(Column::Id.eq(work.id()))
        .filter(Column::LeasedUntil.eq(work.leased_until))
        .filter(Column::Version.eq(work.webhook.head.version))
        .filter(is_served())
        .exec(tx.raw())
        .await?;
    let held = held.rows_affected == 1;
    match held {
        true => work.leased_until = until,
        false => release(tx, work, None).await?,
    }
    Ok(held)
}

/// Lets go of a webhook, which another replica may take at once, or after a rest.
pub async fn release(
    tx: &Tx,
    work: &Work,
    rests_until: Option<DateTime<Utc>>,
) -> Result<(), RepoError> {
    row::Entity::update_many()
        .col_expr(Column::LeasedUntil, Expr::val(None::<DateTime<Utc>>))
        .col_expr(Column::RestsUntil, Expr::val(rests_until))
        .filter(Column::Id.eq(work.id()))
        .filter(Column::LeasedUntil.eq(work.leased_until))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Notes up to which change messages were written down.
pub async fn advance(tx: &Tx, work: &mut Work, cursor: i64) -> Result<(), RepoError> {
    // Unless a replay has set it back meanwhile.
    set_cursor(tx, work.id(), cursor, Column::Cursor.eq(work.cursor)).await?;
    work.cursor = cursor;
    Ok(())
}

/// Where a webhook begins: what happened up to there is not told.
pub async fn begin_at(tx: &Tx, id: Uuid, cursor: i64) -> Result<(), RepoError> {
    set_cursor(tx, id, cursor, Column::Cursor.lte(cursor)).await
}

/// Sets a webhook back, so that what happened after a number is told again.
pub async fn set_back(tx: &Tx, id: Uuid, cursor: i64) -> Result<(), RepoError> {
    set_cursor(tx, id, cursor, Column::Cursor.gt(cursor)).await
}

async fn set_cursor(tx: &Tx, id: Uuid, cursor: i64, stands: SimpleExpr) -> Result<(), RepoError> {
    row::Entity::update_many()
        .col_expr(Column::Cursor, Expr::val(cursor))
        .filter(Column::Id.eq(id))
        .filter(stands)
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Notes whether the receiver took a message: how often it has failed in a row, and since when.
pub async fn fared(
    tx: &Tx,
    id: Uuid,
    failures: u32,
    failing_since: Option<DateTime<Utc>>,
) -> Result<(), RepoError> {
    let failures = i32::try_from(failures).unwrap_or(i32::MAX);
    row::Entity::update_many()
        .col_expr(Column::Failures, Expr::val(failures))
        .col_expr(Column::FailingSince, Expr::val(failing_since))
        .filter(Column::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Lets a webhook begin anew that was paused: nothing is known of it.
pub async fn resume(tx: &Tx, id: Uuid) -> Result<(), RepoError> {
    row::Entity::update_many()
        .col_expr(Column::Failures, Expr::val(0))
        .col_expr(Column::FailingSince, Expr::val(None::<DateTime<Utc>>))
        .col_expr(Column::RestsUntil, Expr::val(None::<DateTime<Utc>>))
        .filter(Column::Id.eq(id))
        .exec(tx.raw())
        .await?;
    message::hurry(tx, id).await
}

/// How a webhook fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Faring {
    /// The webhook.
    pub id: Uuid,
    /// The number of the last change of which messages were written down.
    pub cursor: i64,
    /// Since when it has failed without a success.
    pub failing_since: Option<DateTime<Utc>>,
}

/// How each of some webhooks fares.
pub async fn faring(conn: &impl Conn, ids: &[Uuid]) -> Result<Vec<Faring>, RepoError> {
    let rows: Vec<(Uuid, i64, Option<DateTime<Utc>>)> = row::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Cursor, Column::FailingSince])
        .filter(Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(conn.raw())
        .await?;
    let faring = |(id, cursor, failing_since)| Faring {
        id,
        cursor,
        failing_since,
    };
    Ok(rows.into_iter().map(faring).collect())
}
