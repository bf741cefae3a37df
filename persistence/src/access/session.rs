//! Sessions of people, and the refresh tokens that keep them alive.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::session::{Presented, RefreshToken};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query, SimpleExpr};
use sea_orm::{ActiveValue, Condition, QueryFilter, QueryOrder, QuerySelect};

use super::client_secret;
use crate::{Conn, RepoError, Tx};

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub created_at: ChronoDateTimeUtc,
        pub last_used_at: ChronoDateTimeUtc,
        pub expires_at: ChronoDateTimeUtc,
        pub ended_at: Option<ChronoDateTimeUtc>,
        pub second_factor: bool,
        pub address: Option<String>,
        pub user_agent: Option<String>,
    }

    crate::db::without_relations!();
}

mod token_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_token")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: Vec<u8>,
        pub session_id: Uuid,
        pub parent: Option<Vec<u8>>,
        pub created_at: ChronoDateTimeUtc,
        pub used_at: Option<ChronoDateTimeUtc>,
        pub replayed_at: Option<ChronoDateTimeUtc>,
        pub superseded_at: Option<ChronoDateTimeUtc>,
    }

    crate::db::without_relations!();
}

pub(crate) use row::Column;

/// A session of a person.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id: the `sid` of its tokens.
    pub id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    /// When its owner signed in.
    pub created_at: DateTime<Utc>,
    /// When a token was last had from it.
    pub last_used_at: DateTime<Utc>,
    /// From when it cannot be used, however busy it is.
    pub expires_at: DateTime<Utc>,
    /// Whether a second factor was given.
    pub second_factor: bool,
    /// From where its owner signed in.
    pub address: Option<String>,
    /// What its owner's program calls itself.
    pub user_agent: Option<String>,
}

impl From<row::Model> for Session {
    fn from(row: row::Model) -> Self {
        Self {
            id: row.id,
            account_id: row.account_id,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            second_factor: row.second_factor,
            address: row.address,
            user_agent: row.user_agent,
        }
    }
}

/// How many sessions one account has at most; the oldest end when there are more.
const MOST_SESSIONS: u64 = 50;

/// Begins a session with its first refresh token, known by its digest.
pub async fn begin(tx: &Tx, session: &Session, token: Vec<u8>) -> Result<(), RepoError> {
    row::Entity::insert(row::ActiveModel {
        id: ActiveValue::Set(session.id),
        account_id: ActiveValue::Set(session.account_id),
        created_at: ActiveValue::Set(session.created_at),
        last_used_at: ActiveValue::Set(session.last_used_at),
        expires_at: ActiveValue::Set(session.expires_at),
        ended_at: ActiveValue::Set(None),
        second_factor: ActiveValue::Set(session.second_factor),
        address: ActiveValue::Set(session.address.clone()),
        user_agent: ActiveValue::Set(session.user_agent.clone()),
    })
    .exec_without_returning(tx.raw())
    .await?;
    insert_token(tx, session.id, token, None).await?;
    let superfluous: Vec<Uuid> = row::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(of_account(session.account_id))
        .filter(live(tx.now()))
        .order_by_desc(Column::LastUsedAt)
        .offset(MOST_SESSIONS)
        .limit(MOST_SESSIONS)
        .into_tuple()
        .all(tx.raw())
        .await?;
    if !superfluous.is_empty() {
        end_where(tx, Condition::all().add(Column::Id.is_in(superfluous))).await?;
    }
    Ok(())
}

async fn insert_token(
    tx: &Tx,
    session: Uuid,
    hash: Vec<u8>,
    parent: Option<Vec<u8>>,
) -> Result<(), RepoError> {
    token_row::Entity::insert(token_row::ActiveModel {
        hash: ActiveValue::Set(hash),
        session_id: ActiveValue::Set(session),
        parent: ActiveValue::Set(parent),
        created_at: ActiveValue::Set(tx.now()),
        ..Default::default()
    })
    .exec_without_returning(tx.raw())
    .await?;
    Ok(())
}

/// What became of a refresh token that was presented.
#[derive(Debug)]
pub enum Rotation {
    /// Another one took its place.
    Rotated(Session),
    /// It had been used: its session was ended.
    Reused(Session),
    /// There is none, or its session is over.
    Refused,
}

/// Lets a refresh token, known by its digest, be followed by another one.
pub async fn rotate(
    tx: &Tx,
    presented: &[u8],
    fresh: Vec<u8>,
    idle: TimeDelta,
) -> Result<Rotation, RepoError> {
    let Some(first_look) = find_token(tx, presented).await? else {
        return Ok(Rotation::Refused);
    };
    // Whoever presents a token of the same session meanwhile waits.
    tx.take_turn(first_look.session_id).await?;
    let (Some(token), Some(session)) = (
        find_token(tx, presented).await?,
        find(tx, first_look.session_id).await?,
    ) else {
        return Ok(Rotation::Refused);
    };
    let child = token_row::Entity::find()
        .filter(token_row::Column::Parent.eq(presented))
        .filter(token_row::Column::SupersededAt.is_null())
        .one(tx.raw())
        .await?;
    let known = child.as_ref().map(remembered);
    let now = tx.now();
    let verdict = remembered(&token).presented(known.as_ref(), idle, now);
    let used = match verdict {
        Presented::Idle => return Ok(Rotation::Refused),
        Presented::Reused => {
            end(tx, session.id).await?;
            return Ok(Rotation::Reused(session));
        }
        Presented::Rotate => token_row::ActiveModel {
            used_at: ActiveValue::Set(Some(now)),
            ..Default::default()
        },
        Presented::Replay => {
            let superseded = token_row::ActiveModel {
                superseded_at: ActiveValue::Set(Some(now)),
                ..Default::default()
            };
            if let Some(child) = child {
                set_token(tx, &child.hash, superseded).await?;
            }
            token_row::ActiveModel {
                replayed_at: ActiveValue::Set(Some(now)),
                ..Default::default()
            }
        }
    };
    set_token(tx, presented, used).await?;
    insert_token(tx, session.id, fresh, Some(presented.to_vec())).await?;
    row::Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::val(now))
        .filter(Column::Id.eq(session.id))
        .exec(tx.raw())
        .await?;
    Ok(Rotation::Rotated(session))
}

fn remembered(token: &token_row::Model) -> RefreshToken {
    RefreshToken {
        created_at: token.created_at,
        used_at: token.used_at,
        replayed_at: token.replayed_at,
        superseded_at: token.superseded_at,
    }
}

async fn find_token(conn: &impl Conn, hash: &[u8]) -> Result<Option<token_row::Model>, RepoError> {
    Ok(token_row::Entity::find_by_id(hash.to_vec())
        .one(conn.raw())
        .await?)
}

async fn set_token(tx: &Tx, hash: &[u8], values: token_row::ActiveModel) -> Result<(), RepoError> {
    token_row::Entity::update_many()
        .set(values)
        .filter(token_row::Column::Hash.eq(hash))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// A session that can still be used.
pub async fn find(tx: &Tx, id: Uuid) -> Result<Option<Session>, RepoError> {
    let row = row::Entity::find_by_id(id)
        .filter(live(tx.now()))
        .one(tx.raw())
        .await?;
    Ok(row.map(Session::from))
}

/// The sessions of an account that can still be used, the newest first.
pub async fn list(
    conn: &impl Conn,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Session>, RepoError> {
    let rows = row::Entity::find()
        .filter(of_account(account))
        .filter(live(now))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .all(conn.raw())
        .await?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// Whether somebody signed in to the account from an address not long ago.
pub async fn is_known_address(
    conn: &impl Conn,
    account: Uuid,
    address: &str,
    since: DateTime<Utc>,
) -> Result<bool, RepoError> {
    let found = row::Entity::find()
        .filter(of_account(account))
        .filter(Column::Address.eq(address))
        .filter(Column::LastUsedAt.gte(since))
        .one(conn.raw())
        .await?;
    Ok(found.is_some())
}

/// Ends one session.
pub async fn end(tx: &Tx, id: Uuid) -> Result<(), RepoError> {
    end_where(tx, Condition::all().add(Column::Id.eq(id))).await
}

/// Ends every session of an account, but for one.
pub async fn end_all(tx: &Tx, account: Uuid, but: Option<Uuid>) -> Result<(), RepoError> {
    let others = Condition::all()
        .add(Column::AccountId.eq(account))
        .add_option(but.map(|but| Column::Id.ne(but)));
    end_where(tx, others).await
}

async fn end_where(tx: &Tx, condition: Condition) -> Result<(), RepoError> {
    row::Entity::update_many()
        .col_expr(Column::EndedAt, Expr::val(Some(tx.now())))
        .filter(condition)
        .filter(Column::EndedAt.is_null())
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Notes that a second factor was given in a session.
pub async fn add_second_factor(tx: &Tx, id: Uuid) -> Result<(), RepoError> {
    row::Entity::update_many()
        .col_expr(Column::SecondFactor, Expr::val(true))
        .filter(Column::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Forgets that a second factor was given in the sessions of an account.
pub async fn forget_second_factor(tx: &Tx, account: Uuid) -> Result<(), RepoError> {
    row::Entity::update_many()
        .col_expr(Column::SecondFactor, Expr::val(false))
        .filter(of_account(account))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// When accounts were last used: the last token that was had for each.
pub async fn last_used(
    conn: &impl Conn,
    accounts: &[Uuid],
) -> Result<HashMap<Uuid, DateTime<Utc>>, RepoError> {
    let mut used: HashMap<Uuid, DateTime<Utc>> = HashMap::new();
    let of_people: Vec<(Uuid, Option<DateTime<Utc>>)> = row::Entity::find()
        .select_only()
        .column(Column::AccountId)
        .column_as(Column::LastUsedAt.max(), "last_used_at")
        .filter(Column::AccountId.is_in(accounts.iter().copied()))
        .group_by(Column::AccountId)
        .into_tuple()
        .all(conn.raw())
        .await?;
    let of_services = client_secret::last_used(conn, accounts).await?;
    for (account, at) in of_people.into_iter().chain(of_services) {
        if let Some(at) = at {
            let known = used.entry(account).or_insert(at);
            *known = Ord::max(at, *known);
        }
    }
    Ok(used)
}

/// Forgets sessions that ended long ago, and tokens of sessions that are over.
pub async fn purge(tx: &Tx, before: DateTime<Utc>) -> Result<(), RepoError> {
    let mut over = Query::select();
    over.column(Column::Id)
        .from(row::Entity)
        .cond_where(over_before(before));
    token_row::Entity::delete_many()
        .filter(token_row::Column::SessionId.in_subquery(over))
        .exec(tx.raw())
        .await?;
    row::Entity::delete_many()
        .filter(over_before(before))
        .exec(tx.raw())
        .await?;
    Ok(())
}

fn over_before(before: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(Column::EndedAt.lt(before))
        .add(Column::ExpiresAt.lt(before))
}

fn of_account(id: Uuid) -> SimpleExpr {
    Column::AccountId.eq(id)
}

fn live(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::EndedAt.is_null())
        .add(Column::ExpiresAt.gt(now))
}
