//! Schedules of exports.

use chrono::{DateTime, Utc};
use domain::export::Content;
use domain::export::schedule::ExportSchedule;
use domain::record::{Head, Versioned};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{Condition, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::{Conn, RepoError, Tx};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "export_schedule")]
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
        pub name: String,
        pub rule: String,
        pub starts_on: ChronoDate,
        pub format: String,
        pub kinds: Json,
        pub view: String,
        pub due_at: Option<ChronoDateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for ExportSchedule {
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
        let value = ExportSchedule {
            partnership_id: row.partnership_id,
            account_id: row.account_id,
            name: row.name,
            rule: row.rule,
            starts_on: row.starts_on,
            content: Content {
                format: row.format,
                kinds: from_json(row.kinds)?,
            },
            view: row.view,
            due_at: row.due_at,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let s = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&s.external_ids)?),
            partnership_id: value(s.partnership_id),
            account_id: value(s.account_id),
            name: value(s.name),
            rule: value(s.rule),
            starts_on: value(s.starts_on),
            format: value(s.content.format),
            kinds: value(to_json(&s.content.kinds)?),
            view: value(s.view),
            due_at: value(s.due_at),
            ..Default::default()
        })
    }
}

impl Stored for ExportSchedule {}

/// Those of a partnership.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of one account.
pub fn of_account(id: Uuid) -> Condition {
    Condition::all().add(Column::AccountId.eq(id))
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
    let row = row::Entity::find()
        .filter(is_due(tx.now()))
        .order_by_asc(Column::DueAt)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .limit(1)
        .one(tx.raw())
        .await?;
    let schedule = row.map(ExportSchedule::from_row).transpose()?;
    Ok(schedule.map(|(schedule, _)| schedule))
}

fn is_due(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::DueAt.lte(now))
        .add(Column::DeletedAt.is_null())
}
