//! Accounts of people and services.

use domain::access::Grant;
use domain::access::account::{Account, AccountKind, normalized};
use domain::access::grant::RoleGrant;
use domain::access::link::LinkAction;
use domain::link::Link;
use domain::record::Versioned;
use domain::search;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryFilter, QueryOrder};
use sha2::{Digest, Sha256};

use super::{credential, grant, link, session};
use crate::record::{self, Row, Stored};
use crate::table::{cell, table};
use crate::{Conn, RepoError, Tx, list, person};

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
}

cell! {
    AccountKind => String,
    |kind: &Self| Ok(kind.code().to_owned()),
    |code: String| Ok(Self::from_code(&code).unwrap_or_default())
}

impl Stored for Account {
    const OF_PARTNERSHIP: bool = false;
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

/// Brings an account into another state: its sessions end and its links are taken back.
pub async fn enter(
    tx: &Tx,
    before: Versioned<Account>,
    status: String,
) -> Result<Versioned<Account>, RepoError> {
    let id = before.head.id;
    let value = Account {
        status,
        ..before.value.clone()
    };
    // The row before the turn, as who gives it a role takes them.
    let after = record::update(tx, before, value).await?;
    // A sign-in that is under way waits, or is over and ended here.
    tx.take_turn(id).await?;
    session::end_all(tx, id, None).await?;
    link::revoke(tx, id, &LinkAction::ALL).await?;
    Ok(after)
}

/// Gives all that was given with an invitation to the account that its owner has already. The invitation is over.
pub async fn join(tx: &Tx, invited: Versioned<Account>, own: Uuid) -> Result<(), RepoError> {
    let id = invited.head.id;
    tx.take_turn(own).await?;
    let held = record::every::<RoleGrant>(tx, grant::of_account(own)).await?;
    for given in record::every::<RoleGrant>(tx, grant::of_account(id)).await? {
        let moved = RoleGrant {
            account_id: own,
            ..given.value.clone()
        };
        match held.iter().any(|held| held.value.repeats(&moved)) {
            true => record::delete(tx, given).await?,
            false => drop(record::update(tx, given, moved).await?),
        }
    }
    let known = person::who(tx, own).await?;
    for person in person::who(tx, id).await? {
        let there = person.value.partnership_id;
        let is_known = known
            .iter()
            .any(|known| known.value.partnership_id == there);
        let mut bound = person.value.clone();
        bound.account = (!is_known).then(|| Link::to(own));
        record::update(tx, person, bound).await?;
    }
    link::revoke(tx, id, &LinkAction::ALL).await?;
    record::delete(tx, invited).await
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

/// Those who hold or held a role in one of the partnerships, or for one of the institutions there.
pub fn within(partnerships: &[Uuid], institutions: &[Grant]) -> Condition {
    let mut condition = Condition::any().add(Column::Id.in_subquery(grant::holders(partnerships)));
    for own in institutions {
        condition = condition.add(Column::Id.in_subquery(grant::colleagues(own)));
    }
    condition
}

/// People.
pub fn people() -> Condition {
    Condition::all().add(Column::Kind.eq(AccountKind::Person.code()))
}

/// Those whose name or address holds all words of a text.
pub fn matching(q: &str) -> Condition {
    Condition::all().add(list::contains(Column::SearchKey, q))
}

/// Those of some kinds.
pub fn of_kinds(codes: &[String]) -> Condition {
    Condition::all().add(Column::Kind.is_in(codes))
}

/// Those in some states as the secretariats of some partnerships and the representatives of some institutions there see them: who is
/// active, and yet holds nothing of them that is not suspended, is disabled there.
pub fn in_states_of(codes: &[String], partnerships: &[Uuid], institutions: &[Grant]) -> Condition {
    let holding = |suspended| grant::holders_by_gift(partnerships, institutions, suspended);
    let disabled = Condition::all()
        .add(Column::Status.eq("active"))
        .add(Column::Id.in_subquery(holding(true)))
        .add(Column::Id.not_in_subquery(holding(false)));
    let stored = in_states(codes).add(disabled.clone().not());
    match codes.iter().any(|code| code == "disabled") {
        true => Condition::any().add(stored).add(disabled),
        false => stored,
    }
}

/// Those in some states.
pub fn in_states(codes: &[String]) -> Condition {
    Condition::all().add(Column::Status.is_in(codes))
}
