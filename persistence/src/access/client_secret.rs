//! Secrets that services sign in with, by their digests.

use chrono::{DateTime, Utc};
use domain::access::audience::Audience;
use domain::access::client_secret::ClientSecret;
use domain::record::Versioned;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, QueryFilter, QuerySelect};

use crate::record::{self, Stored};
use crate::table::table;
use crate::{Conn, RepoError, Tx};

table! {
    ClientSecret in "client_secret", no slug {
        external_ids: Json,
        account as "account_id": Uuid,
        name: String,
        hash: Vec<u8>,
        expires_on: Option<ChronoDate>,
    }
    besides {
        last_used_at: Option<ChronoDateTimeUtc>,
    }
}

impl Stored for ClientSecret {
    const PARENT: Option<Column> = Some(Column::Account);
    const OF_PARTNERSHIP: bool = false;
    const AUDIENCE: Audience = Audience::Administrators;
}

/// Those of one service.
pub fn of_account(id: Uuid) -> Condition {
    Condition::all().add(Column::Account.eq(id))
}

/// The secret of a service with this digest.
pub async fn find(
    conn: &impl Conn,
    account: Uuid,
    hash: &[u8],
) -> Result<Option<Versioned<ClientSecret>>, RepoError> {
    let wanted = of_account(account).add(Column::Hash.eq(hash));
    Ok(record::every(conn, wanted).await?.pop())
}

/// The secrets of a service. Whoever makes another one meanwhile waits.
pub async fn held(tx: &Tx, account: Uuid) -> Result<Vec<Versioned<ClientSecret>>, RepoError> {
    tx.take_turn(account).await?;
    record::every(tx, of_account(account)).await
}

/// Whether a service has or had some secret.
pub async fn had_some(conn: &impl Conn, account: Uuid) -> Result<bool, RepoError> {
    let some = row::Entity::find()
        .filter(of_account(account))
        .one(conn.raw())
        .await?;
    Ok(some.is_some())
}

/// Notes that a token was had with a secret.
pub async fn used(tx: &Tx, id: Uuid) -> Result<(), RepoError> {
    row::Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::val(Some(tx.now())))
        .filter(Column::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// When each of some secrets was last used.
pub async fn uses(
    conn: &impl Conn,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<(Uuid, Option<DateTime<Utc>>)>, RepoError> {
    Ok(row::Entity::find()
        .select_only()
        .columns([Column::Id, Column::LastUsedAt])
        .filter(Column::Id.is_in(ids))
        .into_tuple()
        .all(conn.raw())
        .await?)
}

/// When each of some services last had a token.
pub(crate) async fn last_used(
    conn: &impl Conn,
    accounts: &[Uuid],
) -> Result<Vec<(Uuid, Option<DateTime<Utc>>)>, RepoError> {
    Ok(row::Entity::find()
        .select_only()
        .column(Column::Account)
        .column_as(Column::LastUsedAt.max(), "last_used_at")
        .filter(Column::Account.is_in(accounts.iter().copied()))
        .group_by(Column::Account)
        .into_tuple()
        .all(conn.raw())
        .await?)
}
