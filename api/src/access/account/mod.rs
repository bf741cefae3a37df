//! Accounts over HTTP: people are invited, services are opened with their scopes.

mod filter;
mod sessions;
mod wire;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use domain::access::account::{Account, AccountKind, TRANSITIONS};
use domain::access::grant::RoleGrant;
use domain::access::link::LinkAction;
use domain::access::permission::ManageAccounts;
use domain::access::{Actor, Permission, View};
use domain::fault::Rule;
use domain::record::Versioned;
use persistence::access::{client_secret, credential, link, session};
use persistence::{Conn, list, person, record};
use uuid::Uuid;

use super::{
    check_change, check_not_own, check_step, find_account, grant, grants_of, own_gifts, seen,
    status_for,
};
use crate::auth::{self, Require, forbidden};
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, InternalProblems, Kind, Problem,
    TransitionProblems,
};
use crate::records::{self, DryRun, TransitionIn};
use crate::site::Site;
use crate::state::AppState;
use crate::wire::{
    Body, Fetched, IfMatch, List, MergePatch, Page, PageParams, Query, Write, WriteParams, WriteTx,
    created, no_content, read, sort_by, updated,
};

pub use filter::{AccountFilter, AccountSort};
pub use sessions::{
    __path_delete_account_session, __path_delete_account_sessions, __path_delete_second_factor,
    __path_list_account_sessions, delete_account_session, delete_account_sessions,
    delete_second_factor, list_account_sessions,
};
pub use wire::{AccountGrantOut, AccountIn, AccountOut, AccountState, FirstGrantBody};

/// One page of accounts.
pub type AccountPage = Page<AccountOut>;
/// A change of an account.
pub type AccountPatch = MergePatch<AccountIn>;

/// Shows accounts to a caller; what belongs to them is asked once for all.
async fn shown(
    conn: &impl Conn,
    actor: &Actor,
    accounts: &[&Versioned<Account>],
) -> Result<Vec<AccountOut>, Halt> {
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.head.id).collect();
    let used = session::last_used(conn, &ids).await?;
    let guarded = credential::with_second_factor(conn, &ids).await?;
    let grants = grants_of(conn, &ids).await?;
    let shown = |account: &&Versioned<Account>| {
        let id = account.head.id;
        let may_step = check_step(actor, account, &grants).is_ok() && actor.account != Some(id);
        let status = status_for(actor, account, &grants);
        let next = TRANSITIONS.allowed(&status).iter();
        let next = next.filter(|_| may_step);
        let own = grants.iter().filter(|grant| grant.value.account.id == id);
        // What others gave is theirs to know.
        let own = own.filter(|grant| actor.sees_grant(&grant.value.grant()));
        AccountOut::of(
            account,
            AccountState {
                allowed_transitions: next.map(|to| (*to).to_owned()).collect(),
                status,
                last_used_at: used.get(&id).copied(),
                second_factor: guarded.contains(&id),
                grants: own.map(AccountGrantOut::from).collect(),
            },
        )
    };
    Ok(accounts.iter().map(shown).collect())
}

async fn shown_one(
    conn: &impl Conn,
    actor: &Actor,
    account: &Versioned<Account>,
) -> Result<AccountOut, Halt> {
    let shown = shown(conn, actor, &[account]).await?.pop();
    shown.ok_or_else(|| Problem::of(Kind::Internal).into())
}

/// List accounts.
///
/// Administrators see all of them, a secretariat those with a role in its partnership, a representative those of
/// colleagues.
#[utoipa::path(
    tag = "Accounts",
    params(AccountFilter, PageParams),
    responses(
        (status = 200, description = "A page of accounts", body = AccountPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        InternalProblems
    ),
    security(("bearer" = [ManageAccounts]))
)]
#[get("/api/v1/accounts")]
pub async fn list_accounts(
    actor: Require<ManageAccounts>,
    state: web::Data<AppState>,
    list: List<AccountFilter>,
) -> Result<HttpResponse, Halt> {
    let actor = actor.clone();
    let fetched = move |list: List<AccountFilter>| {
        let (state, actor) = (state.clone(), actor.clone());
        async move {
            let condition = list.filter.condition(&actor)?.add(seen(&actor));
            let ask = list.ask(condition, sort_by(list.filter.sort))?;
            let page = list::page::<Account>(&state.db, ask).await?;
            let shown = shown(&state.db, &actor, &page.records().collect::<Vec<_>>()).await?;
            Ok(Fetched::page(page, shown))
        }
    };
    list.answer(None, fetched).await
}

/// Read one account.
///
/// Never with what it signs in with.
#[utoipa::path(
    tag = "Accounts",
    params(("account" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000003")),
    responses(
        (status = 200, description = "The account", body = AccountOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        InternalProblems
    ),
    security(("bearer" = [ManageAccounts]))
)]
#[get("/api/v1/accounts/{account}")]
pub async fn read_account(
    actor: Require<ManageAccounts>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let account = find_account(&state.db, &actor, &key).await?;
    let body = shown_one(&state.db, &actor, &account).await?;
    Ok(read(&request, &account.head, View::Personal, &body))
}

/// Open an account.
///
/// A person needs an `email`, is mailed an invitation (good for 7 days) and sets the password; nobody else ever knows it. Whether the
/// person has an account in other partnerships is told to nobody but its owner, who goes on with that one once the invitation is
/// accepted: what is shown here is over then, and the roles are with the account that there was. A
/// service needs a `name` and `services:manage`, may have `scopes`, `networks` and `expires_on`, and gets its secrets
/// afterwards (`/secrets`); without scopes its tokens allow nothing. Callers who are not administrators must give at least
/// one role in `grants`, and only roles that they may give (see `create_grant`).
#[utoipa::path(
    tag = "Accounts",
    params(WriteParams),
    request_body = AccountIn,
    responses(
        (status = 201, description = "Opened", body = AccountOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [ManageAccounts]))
)]
#[post("/api/v1/accounts")]
pub async fn create_account(
    actor: Require<ManageAccounts>,
    write: Write,
    body: Body<AccountIn>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let site = Site {
        view: View::Personal,
        ..Site::shared(&actor, write.clock())
    };
    let body = records::resolved(&tx, &site, body).await?;
    let (account, first) = body.checked(|mut body| {
        let first = std::mem::take(&mut body.grants);
        let person = body.kind == AccountKind::Person.code();
        let account = body.checked(if person { "invited" } else { "active" })?;
        Ok((account, first))
    })?;
    let person = account.kind == AccountKind::Person;
    if account.kind == AccountKind::Service && !actor.may_everywhere(Permission::ManageServices) {
        return Err(forbidden(&actor, Permission::ManageServices).into());
    }
    if first.is_empty() && !actor.may_everywhere(Permission::ManageAccounts) {
        return Err(Problem::of(Kind::InvalidValues)
            .at("/grants", Rule::Required)
            .into());
    }
    check_address(&tx, &actor, &account).await?;
    let account = persistence::access::account::open(&tx, tx.new_id(), account, None).await?;
    grant::give_first(&tx, &site, account.head.id, first).await?;
    if person {
        auth::invite(&tx, &account).await?;
    }
    let body = shown_one(&*tx, &actor, &account).await?;
    let location = format!("/api/v1/accounts/{}", account.head.id);
    tx.commit(created(location, &account.head, View::Personal, &body))
        .await
}

/// Refuses a second account with an address, among those that the caller sees.
async fn check_address(tx: &WriteTx, actor: &Actor, account: &Account) -> Result<(), Halt> {
    let Some(email) = &account.email else {
        return Ok(());
    };
    match persistence::access::account::of_address(tx, email, seen(actor)).await? {
        None => Ok(()),
        Some(_) => Err(Problem::of(Kind::NotUnique)
            .at("/email", Rule::Duplicate)
            .into()),
    }
}

/// Change an account.
///
/// Callers who are not administrators must be allowed to withdraw every role of the account. `kind` cannot be changed, and
/// `grants` are changed as `/grants`. An administrator changes a person's address until the invitation is accepted, which
/// sends a new invitation; afterwards only its owner does (`/auth/email`).
#[utoipa::path(
    tag = "Accounts",
    params(
        ("account" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000003"),
        IfMatch
    ),
    request_body(content = AccountPatch, content_type = "application/merge-patch+json", example = json!({"language": "en"})),
    responses(
        (status = 200, description = "Changed", body = AccountOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [ManageAccounts]))
)]
#[patch("/api/v1/accounts/{account}")]
pub async fn update_account(
    actor: Require<ManageAccounts>,
    write: Write,
    key: web::Path<String>,
    if_match: IfMatch,
    patch: Body<AccountPatch>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let before = find_account(&*tx, &actor, &key).await?;
    check_change(&*tx, &actor, &before).await?;
    if_match.check(&before.head)?;
    let merged = patch.whole()?.apply(&AccountIn::from(&before.value))?;
    let gives = !merged.lacks("grants");
    let mut after = merged.checked(|merged| merged.checked(&before.value.status))?;
    let moved = after.email != before.value.email;
    // Who moves an invitation could accept it: that is for whom could have sent it to anybody.
    if moved && !actor.may_everywhere(Permission::ManageAccounts) {
        return Err(forbidden(&actor, Permission::ManageAccounts).into());
    }
    if moved {
        check_address(&tx, &actor, &after).await?;
    }
    after.follow_address(&before.value);
    let mut fixed = Problem::of(Kind::InvalidValues);
    for (pointer, changed) in [
        ("/kind", after.kind != before.value.kind),
        ("/email", moved && before.value.status != "invited"),
        ("/grants", gives),
    ] {
        if changed {
            fixed = fixed.at(pointer, Rule::Conflict);
        }
    }
    if fixed.has_faults() {
        return Err(fixed.into());
    }
    let after = record::update(&tx, before, after).await?;
    if moved {
        auth::invite(&tx, &after).await?;
    }
    let body = shown_one(&*tx, &actor, &after).await?;
    tx.commit(updated(&after.head, View::Personal, &body)).await
}

/// Disable an account, or enable it again.
///
/// An administrator disables it everywhere: its sessions end and its links are taken back. Others disable a person for themselves: the
/// roles that they may withdraw are suspended, and held again once they enable it; what other partnerships gave is neither seen nor
/// touched. Both act from the next request on. Nobody disables the own account. Who was invited and has not accepted is deleted instead.
#[utoipa::path(
    tag = "Accounts",
    params(
        ("account" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000003"),
        IfMatch, WriteParams, DryRun
    ),
    request_body(content = TransitionIn, example = json!({"to": "disabled", "reason": "Koniec zatrudnienia"})),
    responses(
        (status = 200, description = "In the other state", body = AccountOut,
            headers(("ETag" = String, description = "Version and variant"))),
        TransitionProblems
    ),
    security(("bearer" = [ManageAccounts]))
)]
#[post("/api/v1/accounts/{account}/transitions")]
pub async fn transition_account(
    actor: Require<ManageAccounts>,
    write: Write,
    key: web::Path<String>,
    if_match: IfMatch,
    trial: Query<DryRun>,
    step: Body<TransitionIn>,
) -> Result<HttpResponse, Halt> {
    let (step, reason) = TransitionIn::read(step)?;
    step.undated()?;
    step.unnumbered()?;
    let tx = write.begin().await?;
    let before = find_account(&*tx, &actor, &key).await?;
    let id = before.head.id;
    // Nobody gives it a role meanwhile.
    record::hold::<Account>(&tx, id).await?;
    tx.take_turn(id).await?;
    let grants = grants_of(&*tx, &[id]).await?;
    check_step(&actor, &before, &grants)?;
    if_match.check(&before.head)?;
    check_not_own(&actor, id)?;
    let status = status_for(&actor, &before, &grants);
    if !TRANSITIONS.permits(&status, &step.to) {
        let allowed = TRANSITIONS.allowed(&status).iter();
        let allowed = allowed.map(|to| (*to).to_owned()).collect();
        return Err(Problem::invalid_transition(&status, allowed).into());
    }
    if let Some(reason) = reason {
        tx.because(reason);
    }
    let after = match actor.may_everywhere(Permission::ManageAccounts) {
        true => persistence::access::membership::enter(&tx, before, step.to).await?,
        false => {
            for held in own_gifts(&actor, id, &grants) {
                let suspended = step.to == "disabled";
                let value = RoleGrant {
                    suspended,
                    ..held.value.clone()
                };
                record::update(&tx, held.clone(), value).await?;
            }
            before
        }
    };
    let body = shown_one(&*tx, &actor, &after).await?;
    if trial.into_inner().dry_run {
        // Without a tag: the version it shows does not exist.
        return Ok(HttpResponse::Ok().json(&body));
    }
    tx.commit(updated(&after.head, View::Personal, &body)).await
}

/// Delete an account.
///
/// Only one that was never used: an invitation that was not accepted, or a service that never had a secret. Others are
/// disabled, so that the audit trail can name them. While a person (`P/people`) has the account, that is 409, too.
#[utoipa::path(
    tag = "Accounts",
    params(
        ("account" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000003"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [ManageAccounts]))
)]
#[delete("/api/v1/accounts/{account}")]
pub async fn delete_account(
    actor: Require<ManageAccounts>,
    write: Write,
    key: web::Path<String>,
    if_match: IfMatch,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let before = find_account(&*tx, &actor, &key).await?;
    check_change(&*tx, &actor, &before).await?;
    if_match.check(&before.head)?;
    let (id, kind, accepted) = (
        before.head.id,
        before.value.kind,
        before.value.status != "invited",
    );
    record::delete(&tx, before).await?;
    // Asked once its row is locked: nobody can refer to it any more meanwhile.
    let used = match kind {
        AccountKind::Person => accepted || !person::who(&*tx, id).await?.is_empty(),
        AccountKind::Service => client_secret::had_some(&*tx, id).await?,
    };
    if used {
        return Err(Problem::of(Kind::StillReferredTo).into());
    }
    link::revoke(&tx, id, &LinkAction::ALL).await?;
    grant::take_all(&tx, id).await?;
    tx.commit(no_content()).await
}

/// Invite a person again.
///
/// The invitation that was sent before is taken back. Callers who are not administrators must be allowed to withdraw every role
/// of the account.
#[utoipa::path(
    tag = "Accounts",
    params(
        ("account" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000003"),
        WriteParams
    ),
    responses((status = 202, description = "A letter is on its way"), CreateProblems),
    security(("bearer" = [ManageAccounts]))
)]
#[post("/api/v1/accounts/{account}/invitations")]
pub async fn create_invitation(
    actor: Require<ManageAccounts>,
    write: Write,
    key: web::Path<String>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let account = find_account(&*tx, &actor, &key).await?;
    check_change(&*tx, &actor, &account).await?;
    if account.value.status != "invited" {
        return Err(Problem::conflict("not_invited").into());
    }
    auth::invite(&tx, &account).await?;
    tx.commit(HttpResponse::Accepted().finish()).await
}
