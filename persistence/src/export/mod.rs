//! Exports: what is to be made, what was, and by which schedules.

pub mod chunk;
pub mod schedule;
pub mod work;

use domain::access::View;
use domain::access::audience::Audience;
use domain::export::{Content, Export, Made};
use domain::record::{Kind, Versioned};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, PaginatorTrait, QueryFilter, QuerySelect};

use crate::json::{from_json, to_json};
use crate::record::{self, Stored};
use crate::table::{cell, table};
use crate::{Conn, RepoError};

table! {
    Export in "export", no slug {
        external_ids: Json,
        partnership_id: Uuid,
        account_id: Uuid,
        schedule_id: Option<Uuid>,
        view: String,
        status: String,
        reason: Option<String>,
        made: Option<Json>,
        finished_at: Option<ChronoDateTimeUtc>,
        expires_at: Option<ChronoDateTimeUtc>,
    }
    derived {
        format: String = |e: &Export| e.content.format.clone(),
        kinds: Json = |e: &Export| e.content.kinds.clone().into(),
    }
    parsed {
        content = |row: &row::Model| content(&row.format, &row.kinds),
    }
    besides {
        leased_until: Option<ChronoDateTimeUtc>,
        tries: i32,
        progress: i64,
    }
}

cell! {
    Option<Made> => Option<Json>,
    |made: &Self| made.as_ref().map(to_json).transpose(),
    |made: Option<Json>| made.map(from_json).transpose()
}

/// What an export holds, from the columns of its table.
fn content(format: &str, kinds: &Json) -> Result<Content, RepoError> {
    Ok(Content {
        format: format.to_owned(),
        kinds: from_json(kinds.clone())?,
    })
}

impl Stored for Export {
    const AUDIENCE: Audience = Audience::Administrators;
}

/// Those of a partnership.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of one account.
pub fn of_account(id: Uuid) -> Condition {
    Condition::all().add(Column::AccountId.eq(id))
}

/// Those that hold people of a partnership, or are to.
pub async fn with_people(
    conn: &impl Conn,
    partnership: Uuid,
) -> Result<Vec<Versioned<Export>>, RepoError> {
    let personal = of_partnership(partnership).add(Column::View.eq(View::Personal.tag()));
    let mut exports = record::every::<Export>(conn, personal).await?;
    exports.retain(|export| export.value.content.wants(Kind::Person));
    Ok(exports)
}

/// Those made by a schedule.
pub fn of_schedule(id: Uuid) -> Condition {
    Condition::all().add(Column::ScheduleId.eq(id))
}

/// Those in some states.
pub fn in_states(codes: &[String]) -> Condition {
    Condition::all().add(Column::Status.is_in(codes))
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
        .add(Column::ScheduleId.is_null())
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
