//! Messages to webhooks: what is to be sent, what was, and every attempt.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue, Condition, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use crate::json::{from_json, to_json};
use crate::list::{self, AskLines, Lines, Position, SortValue};
use crate::{Conn, RepoError, Tx};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_message")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub webhook_id: Uuid,
        pub seq: Option<i64>,
        pub event_type: String,
        pub payload: String,
        pub status: String,
        pub created_at: ChronoDateTimeUtc,
        pub changed_at: ChronoDateTimeUtc,
        pub due_at: Option<ChronoDateTimeUtc>,
        pub tries: i32,
        pub attempts: Json,
    }

    crate::db::without_relations!();
}

pub(super) use row::{Column, Entity};

/// How many attempts of a message are remembered: those of one round, and of replays before it.
const REMEMBERED: usize = 20;

/// One attempt to send a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it began.
    pub at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// Why it failed; nothing when it did not.
    pub error: Option<String>,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageStatus {
    /// It is to be sent, or to be tried again.
    Pending,
    /// The receiver has taken it.
    Delivered,
    /// It is not tried any more.
    Failed,
}

impl MessageStatus {
    const ALL: [MessageStatus; 3] = [Self::Pending, Self::Delivered, Self::Failed];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its id.
    pub id: Uuid,
    /// The webhook.
    pub webhook_id: Uuid,
    /// The number of the change that it tells of.
    pub seq: Option<i64>,
    /// The type of the event.
    pub event_type: String,
    /// The body, the same on every attempt.
    pub payload: String,
    /// What became of it.
    pub status: MessageStatus,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// When it is tried next.
    pub due_at: Option<DateTime<Utc>>,
    /// How often it was tried in this round; a replay begins another one.
    pub tries: i32,
    /// The latest attempts, in order.
    pub attempts: Vec<Attempt>,
}

impl Message {
    fn from_row(row: row::Model) -> Result<Self, RepoError> {
        let status = MessageStatus::ALL
            .into_iter()
            .find(|status| status.code() == row.status);
        let unknown = || RepoError::Other(DbErr::Type(format!("unknown status {}", row.status)));
        Ok(Self {
            status: status.ok_or_else(unknown)?,
            id: row.id,
            webhook_id: row.webhook_id,
            seq: row.seq,
            event_type: row.event_type,
            payload: row.payload,
            created_at: row.created_at,
            due_at: row.due_at,
            tries: row.tries,
            attempts: from_json(row.attempts)?,
        })
    }
}

/// A message that is to be sent at once.
pub struct NewMessage {
    /// Its id.
    pub id: Uuid,
    /// The number of the change that it tells of.
    pub seq: Option<i64>,
    /// The type of the event.
    pub event_type: String,
    /// The body.
    pub payload: String,
}

/// Writes messages down. One that tells of a change of which the webhook was told before is sent again.
pub async fn insert(tx: &Tx, webhook: Uuid, messages: Vec<NewMessage>) -> Result<(), RepoError> {
    if messages.is_empty() {
        return Ok(());
    }
    let rows = messages.into_iter().map(|message| row::ActiveModel {
        id: ActiveValue::Set(message.id),
        webhook_id: ActiveValue::Set(webhook),
        seq: ActiveValue::Set(message.seq),
        event_type: ActiveValue::Set(message.event_type),
        payload: ActiveValue::Set(message.payload),
        status: ActiveValue::Set(MessageStatus::Pending.code().to_owned()),
        created_at: ActiveValue::Set(tx.now()),
        changed_at: ActiveValue::Set(tx.now()),
        due_at: ActiveValue::Set(Some(tx.now())),
        tries: ActiveValue::Set(0),
        attempts: ActiveValue::Set(Json::Array(Vec::new())),
    });
    let mut again = OnConflict::columns([Column::WebhookId, Column::Seq]);
    again.update_columns([
        Column::EventType,
        Column::Payload,
        Column::Status,
        Column::ChangedAt,
        Column::DueAt,
        Column::Tries,
    ]);
    row::Entity::insert_many(rows)
        .on_conflict(again)
        .exec_without_returning(tx.raw())
        .await?;
    Ok(())
}

/// The next message of a webhook that is due.
pub async fn next_due(
    conn: &impl Conn,
    webhook: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Message>, RepoError> {
    let row = row::Entity::find()
        .filter(Column::WebhookId.eq(webhook))
        .filter(Column::DueAt.lte(now))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Seq)
        .one(conn.raw())
        .await?;
    row.map(Message::from_row).transpose()
}

/// When the first of the messages of a webhook that wait is due.
pub async fn first_due(
    conn: &impl Conn,
    webhook: Uuid,
) -> Result<Option<DateTime<Utc>>, RepoError> {
    let first: Option<Option<DateTime<Utc>>> = row::Entity::find()
        .select_only()
        .column_as(Column::DueAt.min(), "due_at")
        .filter(Column::WebhookId.eq(webhook))
        .into_tuple()
        .one(conn.raw())
        .await?;
    Ok(first.flatten())
}

/// How many messages of a webhook are to be sent or tried again.
pub async fn pending(conn: &impl Conn, webhook: Uuid) -> Result<u64, RepoError> {
    let pending = row::Entity::find()
        .filter(Column::WebhookId.eq(webhook))
        .filter(Column::DueAt.is_not_null());
    Ok(pending.count(conn.raw()).await?)
}

/// Notes an attempt, with what became of the message by it and when it is tried again.
pub async fn tried(
    tx: &Tx,
    message: &Message,
    attempt: Attempt,
    status: MessageStatus,
    due_at: Option<DateTime<Utc>>,
) -> Result<(), RepoError> {
    let mut attempts = message.attempts.clone();
    attempts.push(attempt);
    let forgotten = attempts.len().saturating_sub(REMEMBERED);
    attempts.drain(..forgotten);
    let values = row::ActiveModel {
        status: ActiveValue::Set(status.code().to_owned()),
        changed_at: ActiveValue::Set(tx.now()),
        due_at: ActiveValue::Set(due_at),
        tries: ActiveValue::Set(message.tries + 1),
        attempts: ActiveValue::Set(to_json(&attempts)?),
        ..Default::default()
    };
    row::Entity::update_many()
        .set(values)
        .filter(Column::Id.eq(message.id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Begins anew with every message of a webhook that waits to be tried again.
pub async fn hurry(tx: &Tx, webhook: Uuid) -> Result<(), RepoError> {
    row::Entity::update_many()
        .col_expr(Column::DueAt, Expr::val(Some(tx.now())))
        .col_expr(Column::Tries, Expr::val(0))
        .filter(Column::WebhookId.eq(webhook))
        .filter(Column::DueAt.is_not_null())
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Gives up every message of a webhook that is still to be sent.
pub async fn give_up(tx: &Tx, webhook: Uuid) -> Result<(), RepoError> {
    let failed = row::ActiveModel {
        status: ActiveValue::Set(MessageStatus::Failed.code().to_owned()),
        changed_at: ActiveValue::Set(tx.now()),
        due_at: ActiveValue::Set(None),
        ..Default::default()
    };
    row::Entity::update_many()
        .set(failed)
        .filter(Column::WebhookId.eq(webhook))
        .filter(Column::DueAt.is_not_null())
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Forgets messages that are not to be sent any more, of which nothing was heard since.
pub async fn purge(tx: &Tx, before: DateTime<Utc>) -> Result<(), RepoError> {
    row::Entity::delete_many()
        .filter(Column::DueAt.is_null())
        .filter(Column::ChangedAt.lt(before))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Reads a page of the log of a webhook: in the order of ids, which is that of time.
pub async fn list(
    conn: &impl Conn,
    webhook: Uuid,
    ask: &AskLines,
) -> Result<Lines<Message>, RepoError> {
    let all = row::Entity::find().filter(Column::WebhookId.eq(webhook));
    let after = match ask.after {
        Some(Position::After(_, last)) => Some(last.into()),
        _ => None,
    };
    let place = |last: &Message| Position::After(SortValue::At(last.created_at), last.id);
    list::lines(
        conn,
        all,
        ask,
        (Column::Id, after),
        Message::from_row,
        place,
    )
    .await
}

/// One message of a webhook.
pub async fn find(conn: &impl Conn, webhook: Uuid, id: Uuid) -> Result<Option<Message>, RepoError> {
    let row = row::Entity::find_by_id(id)
        .filter(Column::WebhookId.eq(webhook))
        .one(conn.raw())
        .await?;
    row.map(Message::from_row).transpose()
}

/// Those in some states.
pub fn in_states(codes: &[String]) -> Condition {
    Condition::all().add(Column::Status.is_in(codes))
}

/// The one that tells of a change.
pub fn of_change(seq: i64) -> Condition {
    Condition::all().add(Column::Seq.eq(seq))
}

/// Those of which something was heard at or after an instant.
pub fn since(instant: DateTime<Utc>) -> Condition {
    Condition::all().add(Column::ChangedAt.gte(instant))
}
