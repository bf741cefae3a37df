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

/// The account of a path, if the caller sees it.
async fn find_account(
    conn: &impl Conn,
    actor: &Actor,
    key: &str,
) -> Result<Versioned<Account>, Halt> {
    find::of_path(conn, seen(actor), key).await
}

/// The grants of accounts, those included that are over.
async fn grants_of(conn: &impl Conn, accounts: &[Uuid]) -> Result<Vec<Versioned<RoleGrant>>, Halt> {
    Ok(record::every(conn, grants::of_accounts(accounts)).await?)
}

/// Whether a caller may change an account: it takes an administrator, or somebody who may withdraw every role from it.
/// Services are for administrators alone.
fn may_change(
    actor: &Actor,
    account: &Versioned<Account>,
    grants: &[Versioned<RoleGrant>],
) -> Result<(), Problem> {
    let needed = match account.value.kind() {
        AccountKind::Person => Permission::ManageAccounts,
        AccountKind::Service => Permission::ManageServices,
    };
    if actor.may_everywhere(needed) {
        return Ok(());
    }
    let mut own = grants
        .iter()
        .filter(|grant| grant.value.account.id == account.head.id)
        .peekable();
    let some = own.peek().is_some();
    let person = account.value.kind() == AccountKind::Person;
    if person && some && own.all(|grant| actor.may_grant(&grant.value.grant())) {
        Ok(())
    } else {
        Err(forbidden(actor, needed))
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

/// The state of an account as a caller sees it: partnerships share accounts, and each disables people for itself.
fn status_for(
    actor: &Actor,
    account: &Versioned<Account>,
    grants: &[Versioned<RoleGrant>],
) -> String {
    let gifts = own_gifts(actor, account.head.id, grants);
    let suspended = !gifts.is_empty() && gifts.iter().all(|grant| grant.value.suspended);
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
    let (needed, shared) = match account.value.kind() {
        AccountKind::Person => (Permission::ManageAccounts, true),
        AccountKind::Service => (Permission::ManageServices, false),
    };
    let theirs = shared
        && account.value.status != "disabled"
        && !own_gifts(actor, account.head.id, grants).is_empty();
    match actor.may_everywhere(needed) || theirs {
        true => Ok(()),
        false => Err(forbidden(actor, needed)),
    }
}

/// Refuses who may not change an account.
async fn check_change(
    conn: &impl Conn,
    actor: &Actor,
    account: &Versioned<Account>,
) -> Result<(), Halt> {
    let grants = grants_of(conn, &[account.head.id]).await?;
    Ok(may_change(actor, account, &grants)?)
}

/// Refuses what would lock the caller out, or would get round what one's own account asks for.
fn check_not_own(actor: &Actor, account: Uuid) -> Result<(), Problem> {
    match actor.account == Some(account) {
        true => Err(Problem::conflict("own_account")),
        false => Ok(()),
    }
}
