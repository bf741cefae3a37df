//! The work on exports: which of them is to be made, taken by one replica at a time.

use chrono::{DateTime, TimeDelta, Utc};
use domain::export::Export;
use domain::record::Versioned;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, QueryFilter};

use super::{Column, is_unfinished, row};
use crate::record::{self, Row};
use crate::{Conn, Db, RepoError, Tx, lease};

/// How long whoever took an export may be silent, before another replica begins it anew.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// An export that this replica makes.
#[derive(Clone, Debug)]
pub struct Work {
    /// The export, under way.
    pub export: Versioned<Export>,
    /// How often it was begun, this time included.
    pub tries: i32,
    leased_until: DateTime<Utc>,
}

impl Work {
    fn is_held(&self) -> Condition {
        is_unfinished()
            .add(Column::Id.eq(self.export.head.id))
            .add(Column::LeasedUntil.eq(self.leased_until))
    }
}

/// Takes the export that has waited longest, or one whose replica is silent; no other replica takes it meanwhile.
pub async fn take(db: &Db, now: DateTime<Utc>) -> Result<Option<Work>, RepoError> {
    let free = Condition::any()
        .add(Column::LeasedUntil.is_null())
        .add(Column::LeasedUntil.lte(now));
    let waiting = row::Entity::find().filter(is_unfinished()).filter(free);
    let Some((tx, row)) = lease::take(db, now, waiting, Column::CreatedAt).await? else {
        return Ok(None);
    };
    let (tries, leased_until) = (row.tries + 1, now + LEASE);
    row::Entity::update_many()
        .col_expr(Column::LeasedUntil, Expr::val(Some(leased_until)))
        .col_expr(Column::Tries, Expr::val(tries))
        .col_expr(Column::Progress, Expr::val(0_i64))
        .filter(Column::Id.eq(row.id))
        .exec(tx.raw())
        .await?;
    let export = Export::from_row(row)?.0;
    let begun = export.value.clone().begun();
    let export = record::update(&tx, export, begun).await?;
    tx.commit().await?;
    Ok(Some(Work {
        export,
        tries,
        leased_until,
    }))
}

/// Goes on to hold an export, and notes how many records are written. `false` when it is another replica's by now, or deleted.
pub async fn hold(tx: &Tx, work: &mut Work, progress: u64) -> Result<bool, RepoError> {
    let until = tx.now() + LEASE;
    let progress = i64::try_from(progress).unwrap_or(i64::MAX);
    let held = row::Entity::update_many()
        .col_expr(Column::LeasedUntil, Expr::val(Some(until)))
        .col_expr(Column::Progress, Expr::val(progress))
        .filter(work.is_held())
        .exec(tx.raw())
        .await?;
    work.leased_until = until;
    Ok(held.rows_affected == 1)
}

/// Those that are to be forgotten.
pub async fn expired(
    conn: &impl Conn,
    now: DateTime<Utc>,
) -> Result<Vec<Versioned<Export>>, RepoError> {
    record::every(conn, Condition::all().add(Column::ExpiresAt.lte(now))).await
}
