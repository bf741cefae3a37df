//! Accounts, what they hold and what they sign in with, over HTTP.

pub mod account;
pub mod client_secret;
pub mod grant;
pub mod link;

use domain::access::account::{Account, AccountKind};
use domain::access::grant::RoleGrant;
use domain::access::permission::ManageAccounts;
use domain::access::{Actor, Permission};
use domain::record::Versioned;
use domain::slug::Key;
use persistence::access::account as accounts;
use persistence::access::grant as grants;
use persistence::{Condition, Conn, record};

use crate::auth::{Require, forbidden};
use crate::problem::{Halt, Kind, Problem};

/// The accounts that a caller sees: all of them, or those with a role within what is the caller's to give.
pub fn seen(actor: &Actor) -> Condition {
    if actor.may_everywhere(Permission::ManageAccounts) {
        return Condition::all();
    }
    accounts::within(
        &actor.partnerships(Permission::ManageAccounts),
        &actor.institutions(Permission::ManageAccounts),
    )
}

/// The account of a path, if the caller sees it.
async fn find(conn: &impl Conn, actor: &Actor, key: &str) -> Result<Versioned<Account>, Halt> {
    let missing = || Problem::of(Kind::NotFound);
    let key = Key::parse(key).map_err(|_| missing())?;
    let found = record::find(conn, &key, seen(actor)).await?;
    Ok(found.ok_or_else(missing)?)
}

/// Refuses who may not change an account: it takes an administrator, or somebody who may take all roles from it. Services
/// are for administrators alone.
async fn check_change(
    conn: &impl Conn,
    actor: &Require<ManageAccounts>,
    account: &Versioned<Account>,
) -> Result<(), Halt> {
    let needed = match account.value.kind {
        AccountKind::Person => Permission::ManageAccounts,
        AccountKind::Service => Permission::ManageServices,
    };
    if actor.may_everywhere(needed) {
        return Ok(());
    }
    let held: Vec<Versioned<RoleGrant>> =
        record::every(conn, grants::of_account(account.head.id)).await?;
    let may_take = |held: &Versioned<RoleGrant>| actor.may_grant(&held.value.grant);
    let person = account.value.kind == AccountKind::Person;
    if person && !held.is_empty() && held.iter().all(may_take) {
        Ok(())
    } else {
        Err(forbidden(actor, needed).into())
    }
}
