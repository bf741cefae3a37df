//! Exports: what is to be made, what was, and by which schedules.

pub mod chunk;
pub mod schedule;
pub mod work;

use domain::access::View;
use domain::export::{Content, Export};
use domain::record::{Head, Kind, Versioned};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, PaginatorTrait, QueryFilter, QuerySelect};

use crate::record::{self, Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::{Conn, RepoError};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "export")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub account_id: Uuid,
        pub schedule_id: Option<Uuid>,
        pub format: String,
        pub kinds: Json,
        pub view: String,
        pub status: String,
        pub reason: Option<String>,
        pub made: Option<Json>,
        pub finished_at: Option<ChronoDateTimeUtc>,
        pub expires_at: Option<ChronoDateTimeUtc>,
        pub leased_until: Option<ChronoDateTimeUtc>,
        pub tries: i32,
        pub progress: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Export {
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
        let value = Export {
            partnership_id: row.partnership_id,
            account_id: row.account_id,
            schedule_id: row.schedule_id,
            content: Content {
                format: row.format,
                kinds: from_json(row.kinds)?,
            },
            view: row.view,
            status: row.status,
            reason: row.reason,
            made: row.made.map(from_json).transpose()?,
            finished_at: row.finished_at,
            expires_at: row.expires_at,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let e = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&e.external_ids)?),
            partnership_id: value(e.partnership_id),
            account_id: value(e.account_id),
            schedule_id: value(e.schedule_id),
            format: value(e.content.format),
            kinds: value(to_json(&e.content.kinds)?),
            view: value(e.view),
            status: value(e.status),
            reason: value(e.reason),
            made: value(e.made.as_ref().map(to_json).transpose()?),
            finished_at: value(e.finished_at),
            expires_at: value(e.expires_at),
            ..Default::default()
        })
    }
}

impl Stored for Export {}

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
