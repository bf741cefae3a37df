//! Accounts, what they hold and what they sign in with, over HTTP.

pub mod account;
pub mod calendar_link;
pub mod client_secret;
pub mod grant;
pub mod link;

use domain::access::account::{Account, AccountKind};
use domain::access::grant::RoleGrant;
use domain::access::{Actor, Permission};
use domain::record::Versioned;
use persistence::access::{grant as grants, membership};
use persistence::record::{self, ColumnOf, Stored};
use persistence::{Condition, Conn};
use uuid::Uuid;

use crate::auth::forbidden;
use crate::find;
use crate::problem::{Halt, Problem};
use crate::records::{Filter, Takes};

/// The filter by an account to which a column leads.
pub const fn account_filter<T: Stored>(column: ColumnOf<T>) -> Filter<T> {
    Filter {
        name: "account",
        about: "Id of an account.",
        example: "0198c0de-0000-7000-8000-000000000003",
        takes: Takes::Id(column),
    }
}

/// The accounts that a caller sees: all of them, or those with a role within what is the caller's to give.
pub fn seen(actor: &Actor) -> Condition {
    if actor.may_everywhere(Permission::ManageAccounts) {
        return Condition::all();
    }
    membership::within(
        &actor.partnerships(Permission::ManageAccounts),
        &actor.institutions(Permission::ManageAccounts),
    )
}

/// The account of a path, which the caller sees and may change.
async fn find_to_change(
    conn: &impl Conn,
    actor: &Actor,
    key: &str,
) -> Result<Versioned<Account>, Halt> {
    let account = find::of_path(conn, seen(actor), key).await?;
    check_change(conn, actor, &account).await?;
    Ok(account)
}

/// The grants of accounts, those included that are over.
async fn grants_of(conn: &impl Conn, accounts: &[Uuid]) -> Result<Vec<Versioned<RoleGrant>>, Halt> {
    Ok(record::every(conn, grants::of_accounts(accounts)).await?)
}

/// What lets somebody change any account like this one. Services are for administrators alone.
fn needed(account: &Account) -> Permission {
    match account.kind() {
        AccountKind::Person => Permission::ManageAccounts,
        AccountKind::Service => Permission::ManageServices,
    }
}

/// The roles of an account that a caller may take, and so suspend, where the caller is no administrator.
fn own_gifts<'a>(
    actor: &Actor,
    account: Uuid,
    grants: &'a [Versioned<RoleGrant>],
) -> Vec<&'a Versioned<RoleGrant>> {
    let held = grants
        .iter()
        .filter(|grant| grant.value.account.id == account);
    held.filter(|grant| actor.may_grant(&grant.value.grant()))
        .collect()
}

/// Whether there are some roles, and none that is not suspended.
fn are_suspended(grants: &[&Versioned<RoleGrant>]) -> bool {
    !grants.is_empty() && grants.iter().all(|grant| grant.value.suspended)
}

/// The state of an account as a caller sees it: partnerships share accounts, and each disables people for itself.
fn status_for(
    actor: &Actor,
    account: &Versioned<Account>,
    grants: &[Versioned<RoleGrant>],
) -> String {
    let gifts = own_gifts(actor, account.head.id, grants);
    let suspended = are_suspended(&gifts);
    let own = !actor.may_everywhere(Permission::ManageAccounts);
    match account.value.status.as_str() {
        "active" if own && suspended => "disabled".to_owned(),
        status => status.to_owned(),
    }
}

/// Refuses who may not bring an account into another state: an administrator may, and who may take some role from it. What an
/// administrator disabled is not theirs to enable.
fn check_step(
    actor: &Actor,
    account: &Versioned<Account>,
    grants: &[Versioned<RoleGrant>],
) -> Result<(), Problem> {
    let needed = needed(&account.value);
    let theirs = account.value.kind() == AccountKind::Person
        && account.value.status != "disabled"
        && !own_gifts(actor, account.head.id, grants).is_empty();
    match actor.may_everywhere(needed) || theirs {
        true => Ok(()),
        false => Err(forbidden(actor, needed)),
    }
}

/// Refuses who may not change an account: it takes an administrator, or somebody who may withdraw every role from a person.
async fn check_change(
    conn: &impl Conn,
    actor: &Actor,
    account: &Versioned<Account>,
) -> Result<(), Halt> {
    let needed = needed(&account.value);
    let grants = grants_of(conn, &[account.head.id]).await?;
    let gifts = own_gifts(actor, account.head.id, &grants);
    let theirs = account.value.kind() == AccountKind::Person
        && !gifts.is_empty()
        && gifts.len() == grants.len();
    match actor.may_everywhere(needed) || theirs {
        true => Ok(()),
        false => Err(forbidden(actor, needed).into()),
    }
}

/// Refuses what would lock the caller out, or would get round what one's own account asks for.
fn check_not_own(actor: &Actor, account: Uuid) -> Result<(), Problem> {
    match actor.account == Some(account) {
        true => Err(Problem::conflict("own_account")),
        false => Ok(()),
    }
}
