//! Accounts of people and services.

use domain::access::account::{Account, AccountKind, normalized};
use domain::access::audience::Audience;
use domain::record::Versioned;
use domain::search;
use domain::slug::Key;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryFilter, QueryOrder};
use sha2::{Digest, Sha256};

use super::credential;
use crate::record::{self, Row, Stored};
use crate::table::table;
use crate::{Conn, RepoError, Tx};

table! {
    Account in "account", no slug {
        external_ids: Json,
        kind: String,
        status: String,
        name: String,
        email: Option<String>,
        language: String,
        scopes: Json,
        networks: Json,
        expires_on: Option<ChronoDate>,
    }
    derived {
        sort_key: Vec<u8> = |a: &Account| search::sort_key(&a.name),
        search_key: String = |a: &Account| {
            search::search_key(&format!("{} {}", a.name, a.email.as_deref().unwrap_or_default()))
        },
    }
    read {
        // They are records of their own.
        grants = |_: &row::Model| Vec::new(),
    }
}

impl Stored for Account {
    const NAME: Option<Column> = Some(Column::Name);
    const OF_PARTNERSHIP: bool = false;
    const AUDIENCE: Audience = Audience::Administrators;
}

/// Opens an account, with a password where it has one.
pub async fn open(
    tx: &Tx,
    id: Uuid,
    account: Account,
    password_hash: Option<String>,
) -> Result<Versioned<Account>, RepoError> {
    let account = record::insert(tx, id, account).await?;
    credential::insert(tx, id, password_hash).await?;
    Ok(account)
}

/// Finds an account by its address, in whatever case that was typed: one that was only invited where there is no other.
pub async fn find_by_email(
    conn: &impl Conn,
    email: &str,
) -> Result<Option<Versioned<Account>>, RepoError> {
    of_scope(conn, email, Condition::all()).await
}

/// The same among those of `scope`. Until the transaction ends nobody else opens one with this address.
pub async fn of_address(
    tx: &Tx,
    email: &str,
    scope: Condition,
) -> Result<Option<Versioned<Account>>, RepoError> {
    let digest = Uuid::from_slice(&Sha256::digest(normalized(email))[..16]);
    tx.take_turn(digest.unwrap_or_default()).await?;
    of_scope(tx, email, scope).await
}

async fn of_scope(
    conn: &impl Conn,
    email: &str,
    scope: Condition,
) -> Result<Option<Versioned<Account>>, RepoError> {
    let row = row::Entity::find()
        .filter(Column::Email.eq(normalized(email)))
        .filter(Column::DeletedAt.is_null())
        .filter(scope)
        .order_by_asc(Column::Status.eq("invited"))
        .order_by_asc(Column::Id)
        .one(conn.raw())
        .await?;
    Ok(row
        .map(Account::from_row)
        .transpose()?
        .map(|(account, _)| account))
}

/// Every account.
pub async fn all(conn: &impl Conn) -> Result<Vec<Versioned<Account>>, RepoError> {
    record::every(conn, Condition::all()).await
}

/// The account of an id, if it is in a state.
pub async fn in_state(
    conn: &impl Conn,
    id: Uuid,
    status: &str,
) -> Result<Option<Versioned<Account>>, RepoError> {
    record::find(conn, &Key::Id(id), in_states(&[status.to_owned()])).await
}

/// Those of a kind.
pub fn of_kind(kind: AccountKind) -> Condition {
    Condition::all().add(Column::Kind.eq(kind.code()))
}

/// Those in some states.
pub fn in_states(codes: &[String]) -> Condition {
    Condition::all().add(Column::Status.is_in(codes))
}
