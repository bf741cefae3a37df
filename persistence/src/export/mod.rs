//! Exports: what is to be made, what was, and by which schedules.

pub mod chunk;
pub mod schedule;
pub mod work;

use domain::access::View;
use domain::access::audience::Audience;
use domain::export::Export;
use domain::record::{Kind, Versioned};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, PaginatorTrait, QueryFilter, QuerySelect};

use crate::record::{self, Stored};
use crate::table::table;
use crate::{Conn, RepoError};

table! {
    Export in "export", no slug {
        external_ids: Json,
        partnership_id: Uuid,
        account as "account_id": Uuid,
        schedule as "schedule_id": Option<Uuid>,
        format: String,
        kinds: Json,
        view: String,
        status: String,
        reason: Option<String>,
        seq: Option<i64>,
        records: Option<i64>,
        bytes: Option<i64>,
        sha256: Option<String>,
        finished_at: Option<ChronoDateTimeUtc>,
        expires_at: Option<ChronoDateTimeUtc>,
    }
    besides {
        leased_until: Option<ChronoDateTimeUtc>,
        tries: i32,
        progress: i64,
    }
}

impl Stored for Export {
    const AUDIENCE: Audience = Audience::Administrators;
}

/// Those of a partnership.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of one account.
fn of_account(id: Uuid) -> Condition {
    Condition::all().add(Column::Account.eq(id))
}

/// Those that hold records of some kinds of a partnership for those who see people, or are to.
pub async fn with_people(
    conn: &impl Conn,
    partnership: Uuid,
    naming_people: &[Kind],
) -> Result<Vec<Versioned<Export>>, RepoError> {
    let personal = of_partnership(partnership).add(Column::View.eq(View::Personal.tag()));
    let mut exports = record::every::<Export>(conn, personal).await?;
    exports.retain(|export| naming_people.iter().any(|kind| export.value.wants(*kind)));
    Ok(exports)
}

/// Those made by a schedule.
fn of_schedule(id: Uuid) -> Condition {
    Condition::all().add(Column::Schedule.eq(id))
}

/// Those that wait or are under way.
fn is_unfinished() -> Condition {
    Condition::all()
        .add(Column::Status.is_in(["queued", "running"]))
        .add(Column::DeletedAt.is_null())
}

/// Whether one made by a schedule waits or is under way.
pub async fn is_any_unfinished(conn: &impl Conn, schedule: Uuid) -> Result<bool, RepoError> {
    let unfinished = row::Entity::find().filter(is_unfinished());
    let found = unfinished.filter(of_schedule(schedule)).one(conn.raw());
    Ok(found.await?.is_some())
}

/// How many there are that an account asked for itself.
pub async fn asked_for(conn: &impl Conn, account: Uuid) -> Result<u64, RepoError> {
    let asked_for = of_account(account)
        .add(Column::Schedule.is_null())
        .add(Column::DeletedAt.is_null());
    let exports = row::Entity::find().filter(asked_for);
    Ok(exports.count(conn.raw()).await?)
}

/// How many records are written of each of some exports.
pub async fn progress(conn: &impl Conn, ids: &[Uuid]) -> Result<Vec<(Uuid, i64)>, RepoError> {
    let rows = row::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Progress])
        .filter(Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(conn.raw())
        .await?;
    Ok(rows)
}
