//! Schedules of exports.

use chrono::{DateTime, Utc};
use domain::access::audience::Audience;
use domain::export::schedule::ExportSchedule;
use domain::record::Versioned;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, PaginatorTrait, QueryFilter};

use crate::record::{Row, Stored};
use crate::table::table;
use crate::{Conn, RepoError, Tx, lease};

table! {
    ExportSchedule in "export_schedule", no slug {
        external_ids: Json,
        partnership_id: Uuid,
        account as "account_id": Uuid,
        name: String,
        rule: String,
        starts_on: ChronoDate,
        due_at: Option<ChronoDateTimeUtc>,
        format: String,
        kinds: Json,
        view: String,
    }
}

impl Stored for ExportSchedule {
    const AUDIENCE: Audience = Audience::Administrators;
}

/// Those of one account.
fn of_account(id: Uuid) -> Condition {
    Condition::all().add(Column::Account.eq(id))
}

/// How many there are of an account.
pub async fn held(conn: &impl Conn, account: Uuid) -> Result<u64, RepoError> {
    let held = of_account(account).add(Column::DeletedAt.is_null());
    let schedules = row::Entity::find().filter(held);
    Ok(schedules.count(conn.raw()).await?)
}

/// Notes when a schedule is due next, which is no change of it.
pub async fn set_due(tx: &Tx, id: Uuid, due_at: Option<DateTime<Utc>>) -> Result<(), RepoError> {
    row::Entity::update_many()
        .col_expr(Column::DueAt, Expr::val(due_at))
        .filter(Column::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Whether some schedule is due.
pub async fn is_any_due(conn: &impl Conn, now: DateTime<Utc>) -> Result<bool, RepoError> {
    let due = row::Entity::find().filter(is_due(now));
    Ok(due.one(conn.raw()).await?.is_some())
}

/// A schedule that is due; until the transaction ends no other replica takes it.
pub async fn take_due(tx: &Tx) -> Result<Option<Versioned<ExportSchedule>>, RepoError> {
    let due = row::Entity::find().filter(is_due(tx.now()));
    let row = lease::first(tx, due, Column::DueAt).await?;
    let schedule = row.map(ExportSchedule::from_row).transpose()?;
    Ok(schedule.map(|(schedule, _)| schedule))
}

fn is_due(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::DueAt.lte(now))
        .add(Column::DeletedAt.is_null())
}
