//! The outbox: mail is written down in the transaction that is its reason, and sent afterwards, at least once.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, QueryFilter};

use crate::{Conn, Db, RepoError, Tx, lease};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "mail")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub created_at: ChronoDateTimeUtc,
        pub template: String,
        pub language: String,
        pub recipient: String,
        pub link_id: Option<Uuid>,
        pub webhook_id: Option<Uuid>,
        pub attempts: i32,
        pub due_at: Option<ChronoDateTimeUtc>,
        pub sent_at: Option<ChronoDateTimeUtc>,
        pub error: Option<String>,
    }

    crate::db::without_relations!();
}

use row::Column;

/// A letter to be sent. Its words are made when it is sent, so that nothing stored opens anything.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its id.
    pub id: Uuid,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// Which letter it is.
    pub template: String,
    /// Tag of its language.
    pub language: String,
    /// To whom.
    pub recipient: String,
    /// The link in it.
    pub link_id: Option<Uuid>,
    /// The webhook that it is about.
    pub webhook_id: Option<Uuid>,
    /// How often it was tried to be sent, this time included.
    pub attempts: i32,
}

/// How long whoever took a letter has to send it, before another replica takes it.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// Writes a letter down.
pub async fn insert(tx: &Tx, mail: Mail) -> Result<(), RepoError> {
    row::Entity::insert(row::ActiveModel {
        id: ActiveValue::Set(mail.id),
        created_at: ActiveValue::Set(mail.created_at),
        template: ActiveValue::Set(mail.template),
        language: ActiveValue::Set(mail.language),
        recipient: ActiveValue::Set(mail.recipient),
        link_id: ActiveValue::Set(mail.link_id),
        webhook_id: ActiveValue::Set(mail.webhook_id),
        attempts: ActiveValue::Set(mail.attempts),
        due_at: ActiveValue::Set(Some(mail.created_at)),
        sent_at: ActiveValue::Set(None),
        error: ActiveValue::Set(None),
    })
    .exec_without_returning(tx.raw())
    .await?;
    Ok(())
}

/// Takes the next letter that is due; no other replica takes it meanwhile.
pub async fn take(db: &Db, now: DateTime<Utc>) -> Result<Option<Mail>, RepoError> {
    let due = row::Entity::find().filter(Column::DueAt.lte(now));
    let Some((tx, row)) = lease::take(db, now, due, Column::DueAt).await? else {
        return Ok(None);
    };
    let attempts = row.attempts + 1;
    let taken = row::ActiveModel {
        attempts: ActiveValue::Set(attempts),
        due_at: ActiveValue::Set(Some(now + LEASE)),
        ..Default::default()
    };
    set(&tx, row.id, taken).await?;
    tx.commit().await?;
    Ok(Some(Mail {
        id: row.id,
        created_at: row.created_at,
        template: row.template,
        language: row.language,
        recipient: row.recipient,
        link_id: row.link_id,
        webhook_id: row.webhook_id,
        attempts,
    }))
}

/// Notes that a letter was sent.
pub async fn sent(tx: &Tx, id: Uuid) -> Result<(), RepoError> {
    let sent = row::ActiveModel {
        due_at: ActiveValue::Set(None),
        sent_at: ActiveValue::Set(Some(tx.now())),
        error: ActiveValue::Set(None),
        ..Default::default()
    };
    set(tx, id, sent).await
}

/// Notes that a letter could not be sent, and when it is tried again, if at all.
pub async fn failed(
    tx: &Tx,
    id: Uuid,
    error: String,
    again_at: Option<DateTime<Utc>>,
) -> Result<(), RepoError> {
    let failed = row::ActiveModel {
        due_at: ActiveValue::Set(again_at),
        error: ActiveValue::Set(Some(error)),
        ..Default::default()
    };
    set(tx, id, failed).await
}

/// Forgets letters that were sent or given up long ago: they name people.
pub async fn purge(tx: &Tx, before: DateTime<Utc>) -> Result<(), RepoError> {
    row::Entity::delete_many()
        .filter(Column::DueAt.is_null())
        .filter(Column::CreatedAt.lt(before))
        .exec(tx.raw())
        .await?;
    Ok(())
}

async fn set(tx: &Tx, id: Uuid, values: row::ActiveModel) -> Result<(), RepoError> {
    row::Entity::update_many()
        .set(values)
        .filter(Column::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}
