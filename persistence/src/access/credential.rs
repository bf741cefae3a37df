//! What people sign in with: a password and, where they added one, a second factor. Only digests and sealed secrets.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue, QueryFilter, QuerySelect};

use crate::json::{from_json, to_json};
use crate::{Conn, RepoError, Tx};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "credential")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        pub password_hash: Option<String>,
        pub password_set_at: Option<ChronoDateTimeUtc>,
        pub totp_secret: Option<Vec<u8>>,
        pub totp_confirmed_at: Option<ChronoDateTimeUtc>,
        pub totp_step: i64,
        pub recovery_codes: Json,
    }

    crate::db::without_relations!();
}

/// What an account signs in with.
#[derive(Clone)]
pub struct Credential {
    /// PHC string of the password; none until an invitation was accepted.
    pub password_hash: Option<String>,
    /// The sealed secret of the second factor, confirmed or not.
    pub totp_secret: Option<Vec<u8>>,
    /// Since when the second factor is asked for.
    pub totp_confirmed_at: Option<DateTime<Utc>>,
    /// Digests of the recovery codes that were not used yet.
    pub recovery_codes: Vec<String>,
}

/// What an account signs in with.
pub async fn find(conn: &impl Conn, account: Uuid) -> Result<Option<Credential>, RepoError> {
    let row = row::Entity::find_by_id(account).one(conn.raw()).await?;
    row.map(|row| {
        Ok(Credential {
            password_hash: row.password_hash,
            totp_secret: row.totp_secret,
            totp_confirmed_at: row.totp_confirmed_at,
            recovery_codes: from_json(row.recovery_codes)?,
        })
    })
    .transpose()
}

pub(crate) async fn insert(
    tx: &Tx,
    account: Uuid,
    password_hash: Option<String>,
) -> Result<(), RepoError> {
    row::Entity::insert(row::ActiveModel {
        account_id: ActiveValue::Set(account),
        password_set_at: ActiveValue::Set(password_hash.as_ref().map(|_| tx.now())),
        password_hash: ActiveValue::Set(password_hash),
        totp_step: ActiveValue::Set(0),
        recovery_codes: ActiveValue::Set(Json::Array(Vec::new())),
        ..Default::default()
    })
    .exec_without_returning(tx.raw())
    .await?;
    Ok(())
}

/// Which of some accounts have a second factor.
pub async fn with_second_factor(
    conn: &impl Conn,
    accounts: &[Uuid],
) -> Result<HashSet<Uuid>, RepoError> {
    let found: Vec<Uuid> = row::Entity::find()
        .select_only()
        .column(row::Column::AccountId)
        .filter(row::Column::AccountId.is_in(accounts.iter().copied()))
        .filter(row::Column::TotpConfirmedAt.is_not_null())
        .into_tuple()
        .all(conn.raw())
        .await?;
    Ok(found.into_iter().collect())
}

async fn set(tx: &Tx, account: Uuid, values: row::ActiveModel) -> Result<(), RepoError> {
    row::Entity::update_many()
        .set(values)
        .filter(row::Column::AccountId.eq(account))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Sets a password.
pub async fn set_password(tx: &Tx, account: Uuid, hash: String) -> Result<(), RepoError> {
    let values = row::ActiveModel {
        password_hash: ActiveValue::Set(Some(hash)),
        password_set_at: ActiveValue::Set(Some(tx.now())),
        ..Default::default()
    };
    set(tx, account, values).await
}

/// Keeps the same password under another hash, unless it was changed meanwhile.
pub async fn rehash(tx: &Tx, account: Uuid, before: &str, hash: String) -> Result<(), RepoError> {
    row::Entity::update_many()
        .col_expr(row::Column::PasswordHash, Expr::val(hash))
        .filter(row::Column::AccountId.eq(account))
        .filter(row::Column::PasswordHash.eq(before))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Offers a second factor; it is not asked for until it is confirmed. `false` when there is a confirmed one.
pub async fn offer_totp(tx: &Tx, account: Uuid, sealed: Vec<u8>) -> Result<bool, RepoError> {
    let done = row::Entity::update_many()
        .set(row::ActiveModel {
            totp_secret: ActiveValue::Set(Some(sealed)),
            totp_step: ActiveValue::Set(0),
            ..Default::default()
        })
        .filter(row::Column::AccountId.eq(account))
        .filter(row::Column::TotpConfirmedAt.is_null())
        .exec(tx.raw())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Asks for the second factor that was offered from now on. `false` when another one was offered or confirmed meanwhile.
pub async fn confirm_totp(
    tx: &Tx,
    account: Uuid,
    offered: Vec<u8>,
    recovery_codes: &[String],
) -> Result<bool, RepoError> {
    let done = row::Entity::update_many()
        .set(row::ActiveModel {
            totp_confirmed_at: ActiveValue::Set(Some(tx.now())),
            recovery_codes: ActiveValue::Set(to_json(&recovery_codes)?),
            ..Default::default()
        })
        .filter(row::Column::AccountId.eq(account))
        .filter(row::Column::TotpConfirmedAt.is_null())
        .filter(row::Column::TotpSecret.eq(offered))
        .exec(tx.raw())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Forgets the second factor with its recovery codes.
pub async fn remove_totp(tx: &Tx, account: Uuid) -> Result<(), RepoError> {
    let values = row::ActiveModel {
        totp_secret: ActiveValue::Set(None),
        totp_confirmed_at: ActiveValue::Set(None),
        recovery_codes: ActiveValue::Set(Json::Array(Vec::new())),
        ..Default::default()
    };
    set(tx, account, values).await
}

/// Uses up the one-time code of a step of time; `false` when it, or a later one, was used already.
pub async fn use_totp(tx: &Tx, account: Uuid, step: i64) -> Result<bool, RepoError> {
    let done = row::Entity::update_many()
        .col_expr(row::Column::TotpStep, Expr::val(step))
        .filter(row::Column::AccountId.eq(account))
        .filter(row::Column::TotpStep.lt(step))
        .exec(tx.raw())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Uses up a recovery code; `false` when there is none of this digest.
pub async fn use_recovery_code(tx: &Tx, account: Uuid, digest: &str) -> Result<bool, RepoError> {
    tx.take_turn(account).await?;
    let Some(credential) = find(tx, account).await? else {
        return Ok(false);
    };
    let mut codes = credential.recovery_codes;
    let before = codes.len();
    codes.retain(|code| code != digest);
    if codes.len() == before {
        return Ok(false);
    }
    let values = row::ActiveModel {
        recovery_codes: ActiveValue::Set(to_json(&codes)?),
        ..Default::default()
    };
    set(tx, account, values).await?;
    Ok(true)
}
