//! What hangs on an account: its roles, sessions and links, and the people whose account it is.

use domain::access::Grant;
use domain::access::account::Account;
use domain::access::grant::RoleGrant;
use domain::access::link::LinkAction;
use domain::link::Link;
use domain::record::Versioned;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use super::account::{self, Column};
use super::{grant, link, session};
use crate::{RepoError, Tx, person, record};

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
            account: Link::to(own),
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

/// Those who hold or held a role in one of the partnerships, or for one of the institutions there.
pub fn within(partnerships: &[Uuid], institutions: &[Grant]) -> Condition {
    let mut condition = Condition::any().add(Column::Id.in_subquery(grant::holders(partnerships)));
    for own in institutions {
        condition = condition.add(Column::Id.in_subquery(grant::colleagues(own)));
    }
    condition
}

/// Those in some states as the secretariats of some partnerships and the representatives of some institutions there see them: who is
/// active, and yet holds nothing of them that is not suspended, is disabled there.
pub fn in_states_of(codes: &[String], partnerships: &[Uuid], institutions: &[Grant]) -> Condition {
    let holding = |suspended| grant::holders_by_gift(partnerships, institutions, suspended);
    let disabled = Condition::all()
        .add(Column::Status.eq("active"))
        .add(Column::Id.in_subquery(holding(true)))
        .add(Column::Id.not_in_subquery(holding(false)));
    let stored = account::in_states(codes).add(disabled.clone().not());
    match codes.iter().any(|code| code == "disabled") {
        true => Condition::any().add(stored).add(disabled),
        false => stored,
    }
}
