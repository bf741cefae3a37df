//! Grants over HTTP: who holds which role where, given by whom, from when to when.

mod filter;
mod review;
mod wire;

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use chrono::NaiveDate;
use domain::access::account::{Account, AccountDraft};
use domain::access::grant::{RoleGrant, RoleGrantDraft};
use domain::access::permission::ManageAccounts;
use domain::access::{Actor, Grant, Permission, Role, View};
use domain::fault::Rule;
use domain::institution::Institution;
use domain::partnership::Partnership;
use domain::record::{Kind as RecordKind, Versioned};
use persistence::access::{account, grant as store, session};
use persistence::{Condition, Conn, list, record};
use uuid::Uuid;

use super::account::FirstGrantBody;
use super::{check_not_own, grants_of, own_gifts, seen};
use crate::auth::{self, Require, forbidden};
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, InternalProblems, Kind, Problem,
};
use crate::state::AppState;
use crate::wire::{
    Body, Fetched, IfMatch, List, MergePatch, Page, PageParams, RefIn, Write, WriteParams, WriteTx,
    created, no_content, read, sort_by, updated,
};

pub use filter::{AccessReviewFilter, GrantFilter, GrantSort};
pub use review::{__path_list_access_review, list_access_review};
pub use wire::{GrantIn, GrantOut, Surroundings};

/// One page of grants.
pub type GrantPage = Page<GrantOut>;
/// A change of a grant.
pub type GrantPatch = MergePatch<GrantIn>;

/// The grants that a caller sees: all of them, or those that reach where the caller gives roles.
fn visible(actor: &Actor) -> Condition {
    if actor.may_everywhere(Permission::ManageAccounts) {
        return Condition::all();
    }
    store::within(
        &actor.partnerships(Permission::ManageAccounts),
        &actor.institutions(Permission::ManageAccounts),
    )
}

async fn find_grant(
    conn: &impl Conn,
    actor: &Actor,
    key: &str,
) -> Result<Versioned<RoleGrant>, Halt> {
    find::of_path(conn, visible(actor), key).await
}

/// Refuses to give or withdraw what is not the caller's to give. Nobody gives or extends the own roles but an administrator.
fn check_gift(actor: &Actor, account: Option<Uuid>, grant: &Grant) -> Result<(), Problem> {
    let own = account.is_some() && account == actor.account;
    let everywhere = actor.may_everywhere(Permission::ManageAccounts);
    match actor.may_grant(grant) && (everywhere || !own) {
        true => Ok(()),
        false => Err(forbidden(actor, Permission::ManageAccounts)),
    }
}

/// Refuses an administrator who would stop being one, so that there is always one left.
fn check_not_own_admin(actor: &Actor, held: &RoleGrant) -> Result<(), Problem> {
    match held.grant.role {
        Role::Admin => check_not_own(actor, held.account_id),
        _ => Ok(()),
    }
}

/// Shows grants; what they refer to is looked up once for all.
async fn shown(
    conn: &impl Conn,
    grants: &[&Versioned<RoleGrant>],
    today: NaiveDate,
) -> Result<Vec<GrantOut>, Halt> {
    let holders: Vec<Uuid> = grants.iter().map(|grant| grant.value.account_id).collect();
    let givers = grants.iter().filter_map(|grant| grant.value.granted_by);
    let accounts = record::of_ids::<Account>(conn, holders.iter().copied().chain(givers)).await?;
    let accounts: HashMap<Uuid, Versioned<Account>> = accounts
        .into_iter()
        .map(|account| (account.head.id, account))
        .collect();
    let of = |place: fn(&RoleGrant) -> Option<Uuid>| grants.iter().map(move |g| place(&g.value));
    let mut names = find::institutions(conn, of(|grant| grant.grant.institution)).await?;
    let partnerships = of(|grant| grant.grant.partnership);
    names.extend(find::names(conn, RecordKind::Partnership, partnerships).await?);
    let around = Surroundings {
        accounts,
        names,
        used: session::last_used(conn, &holders).await?,
        today,
    };
    Ok(grants
        .iter()
        .map(|grant| GrantOut::of(grant, &around))
        .collect())
}

async fn shown_one(
    conn: &impl Conn,
    grant: &Versioned<RoleGrant>,
    today: NaiveDate,
) -> Result<GrantOut, Halt> {
    let shown = shown(conn, &[grant], today).await?.pop();
    shown.ok_or_else(|| Problem::of(Kind::Internal).into())
}

/// The account that a body names by its id or address. Administrators name any; others one that they see, or an address. Whether
/// others know an address is not told: who is not seen is invited, as somebody new is, and goes on with the own account where
/// there is one.
async fn holder(tx: &WriteTx, actor: &Actor, named: &str) -> Result<Uuid, Halt> {
    let dangling = || Problem::of(Kind::DanglingReference).at("/account", Rule::DanglingReference);
    let people = match actor.may_everywhere(Permission::ManageAccounts) {
        true => Condition::all(),
        false => account::people().add(seen(actor)),
    };
    if named.contains('\0') {
        return Err(dangling().into());
    }
    if !named.contains('@') {
        return find::reference::<Account>(tx, "/account", people, &RefIn(named.to_owned())).await;
    }
    let found = account::of_address(tx, named, people.clone()).await?;
    match found {
        Some(found) => {
            let named = RefIn(found.head.id.to_string());
            find::reference::<Account>(tx, "/account", people, &named).await
        }
        None if actor.may_everywhere(Permission::ManageAccounts) => Err(dangling().into()),
        None => invited(tx, named).await,
    }
}

/// Opens an account for an address, and invites its owner.
async fn invited(tx: &WriteTx, email: &str) -> Result<Uuid, Halt> {
    let draft = AccountDraft {
        email: Some(email.to_owned()),
        ..AccountDraft::default()
    };
    let account = draft
        .check("invited")
        .map_err(|_| Problem::of(Kind::InvalidValues).at("/account", Rule::Format))?;
    let account = account::open(tx, tx.new_id(), account, None).await?;
    auth::invite(tx, &account).await?;
    Ok(account.head.id)
}

async fn places(
    tx: &WriteTx,
    at: &str,
    partnership: Option<&RefIn>,
    institution: Option<&RefIn>,
) -> Result<(Option<Uuid>, Option<Uuid>), Halt> {
    let all = Condition::all;
    let pointer = |field: &str| format!("{at}/{field}");
    Ok((
        find::optional_reference::<Partnership>(tx, &pointer("partnership"), all(), partnership)
            .await?,
        find::optional_reference::<Institution>(tx, &pointer("institution"), all(), institution)
            .await?,
    ))
}

/// Checks a grant by its own rules, by what is the caller's to give and by what the account holds already.
async fn checked(
    tx: &WriteTx,
    actor: &Actor,
    before: Option<&Versioned<RoleGrant>>,
    draft: RoleGrantDraft,
    at: &str,
) -> Result<RoleGrant, Halt> {
    let mut grant = draft.check().map_err(|faults| {
        let mut faults = faults.into_vec();
        for fault in &mut faults {
            fault.pointer = format!("{at}{}", fault.pointer);
        }
        Problem::of(Kind::InvalidValues).faults(faults)
    })?;
    check_gift(actor, Some(grant.account_id), &grant.grant)?;
    let own = before.map(|before| before.head.id);
    if store::repeats(tx, own, &grant).await? {
        let taken = Problem::of(Kind::NotUnique);
        return Err(taken.at(format!("{at}/role"), Rule::Overlap).into());
    }
    grant.suspended = match before {
        Some(before) => before.value.suspended,
        None => is_disabled(tx, actor, grant.account_id).await?,
    };
    Ok(grant)
}

/// Whether an account is disabled for who gives it a role; then so it remains.
async fn is_disabled(tx: &WriteTx, actor: &Actor, account: Uuid) -> Result<bool, Halt> {
    if actor.may_everywhere(Permission::ManageAccounts) {
        return Ok(false);
    }
    let grants = grants_of(&**tx, &[account]).await?;
    let gifts = own_gifts(actor, account, &grants);
    Ok(!gifts.is_empty() && gifts.iter().all(|grant| grant.value.suspended))
}

/// Gives the roles that come with a new account.
pub async fn give_first(
    tx: &WriteTx,
    actor: &Actor,
    account: Uuid,
    first: Vec<FirstGrantBody>,
    today: NaiveDate,
) -> Result<(), Halt> {
    if first.len() > 20 {
        return Err(Problem::of(Kind::InvalidValues)
            .at("/grants", Rule::Length)
            .into());
    }
    for (index, body) in first.into_iter().enumerate() {
        let at = format!("/grants/{index}");
        let (partnership, institution) = places(
            tx,
            &at,
            body.partnership.as_ref(),
            body.institution.as_ref(),
        )
        .await?;
        let draft = RoleGrantDraft {
            account_id: account,
            role: body.role,
            partnership,
            institution,
            starts_on: today,
            ends_on: None,
            granted_by: actor.account,
            external_ids: Vec::new(),
        };
        let grant = checked(tx, actor, None, draft, &at).await?;
        record::insert(tx, tx.new_id(), grant).await?;
    }
    Ok(())
}

/// Takes every role from an account that is deleted.
pub async fn take_all(tx: &WriteTx, account: Uuid) -> Result<(), Halt> {
    for grant in record::every::<RoleGrant>(&**tx, store::of_account(account)).await? {
        record::delete(tx, grant).await?;
    }
    Ok(())
}

/// Reads grants of a list.
async fn fetch<F>(
    state: &AppState,
    list: &List<F>,
    condition: Condition,
    sort: GrantSort,
) -> Result<Fetched<GrantOut>, Halt> {
    let ask = list.ask(condition, sort_by(sort))?;
    let page = list::page::<RoleGrant>(&state.db, ask).await?;
    let records: Vec<_> = page.records().collect();
    let shown = shown(&state.db, &records, state.clock.today()).await?;
    Ok(Fetched::page(page, shown))
}

/// List grants.
///
/// Administrators see all of them, a secretariat those in its partnership, a representative those for the same institution. Past
/// and future ones are among them; `as_of` leaves those that are held on a day.
#[utoipa::path(
    tag = "Grants",
    params(GrantFilter, PageParams),
    responses(
        (status = 200, description = "A page of grants", body = GrantPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        InternalProblems
    ),
    security(("bearer" = [ManageAccounts]))
)]
#[get("/api/v1/grants")]
pub async fn list_grants(
    actor: Require<ManageAccounts>,
    state: web::Data<AppState>,
    list: List<GrantFilter>,
) -> Result<HttpResponse, Halt> {
    let visible = visible(&actor);
    let fetched = move |list: List<GrantFilter>| {
        let (state, visible) = (state.clone(), visible.clone());
        async move {
            let condition = list.filter.condition(&state.db).await?.add(visible);
            fetch(&state, &list, condition, list.filter.sort).await
        }
    };
    list.answer(None, fetched).await
}

/// Read one grant.
///
/// With what it allows and who gave it.
#[utoipa::path(
    tag = "Grants",
    params(("grant" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000051")),
    responses(
        (status = 200, description = "The grant", body = GrantOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        InternalProblems
    ),
    security(("bearer" = [ManageAccounts]))
)]
#[get("/api/v1/grants/{grant}")]
pub async fn read_grant(
    actor: Require<ManageAccounts>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let grant = find_grant(&state.db, &actor, &key).await?;
    let body = shown_one(&state.db, &grant, state.clock.today()).await?;
    Ok(read(&request, &grant.head, View::Personal, &body))
}

/// Give a role.
///
/// It holds from the next request on. `admin` is given without a partnership, `institution_rep` with a partnership and an
/// institution, every other role with a partnership; the vocabularies `roles` and `permissions` have their names.
/// Administrators give every role; a secretariat gives `secretariat`, `council_chair`, `council_member` and `institution_rep` in
/// its own partnership; a representative gives `institution_rep` of the same institution there. Only administrators give
/// roles to themselves, to services and to accounts that never had one.
#[utoipa::path(
    tag = "Grants",
    params(WriteParams),
    request_body = GrantIn,
    responses(
        (status = 201, description = "Given", body = GrantOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [ManageAccounts]))
)]
#[post("/api/v1/grants")]
pub async fn create_grant(
    actor: Require<ManageAccounts>,
    write: Write,
    body: Body<GrantIn>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let check = async |body| {
        let draft = drafted(&tx, &actor, &write, body, actor.account).await?;
        checked(&tx, &actor, None, draft, "").await
    };
    let grant = tx.checked(body, check).await?;
    let grant = record::insert(&tx, tx.new_id(), grant).await?;
    let body = shown_one(&*tx, &grant, write.today()).await?;
    let location = format!("/api/v1/grants/{}", grant.head.id);
    tx.commit(created(location, &grant.head, View::Personal, &body))
        .await
}

async fn drafted(
    tx: &WriteTx,
    actor: &Actor,
    write: &Write,
    body: GrantIn,
    granted_by: Option<Uuid>,
) -> Result<RoleGrantDraft, Halt> {
    let (partnership, institution) =
        places(tx, "", body.partnership.as_ref(), body.institution.as_ref()).await?;
    // Before the account is looked for: whether there is one is not told to who may not give the role.
    if let Some(role) = Role::from_code(&body.role) {
        let grant = Grant {
            role,
            partnership,
            institution,
        };
        check_gift(actor, None, &grant)?;
    }
    Ok(RoleGrantDraft {
        account_id: holder(tx, actor, &body.account).await?,
        role: body.role,
        partnership,
        institution,
        starts_on: body.starts_on.unwrap_or_else(|| write.today()),
        ends_on: body.ends_on,
        granted_by,
        external_ids: body.external_ids,
    })
}

/// Change a grant.
///
/// To say when it ends, for instance: `ends_on` is the first day on which it is not held any more. Who holds it stays. An
/// administrator does not change from when to when the own `admin` is held, nor into which role (409 `conflict`), so that
/// there is always one left.
#[utoipa::path(
    tag = "Grants",
    params(
        ("grant" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000051"),
        IfMatch
    ),
    request_body(content = GrantPatch, content_type = "application/merge-patch+json", example = json!({"ends_on": "2020-02-24"})),
    responses(
        (status = 200, description = "Changed", body = GrantOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [ManageAccounts]))
)]
#[patch("/api/v1/grants/{grant}")]
pub async fn update_grant(
    actor: Require<ManageAccounts>,
    write: Write,
    key: web::Path<String>,
    if_match: IfMatch,
    patch: Body<GrantPatch>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let before = find_grant(&*tx, &actor, &key).await?;
    check_gift(&actor, Some(before.value.account_id), &before.value.grant)?;
    if_match.check(&before.head)?;
    let merged = patch.whole()?.apply(&GrantIn::from(&before.value))?;
    let check = async |merged: GrantIn| {
        if merged.starts_on.is_none() {
            let missing = Problem::of(Kind::InvalidValues);
            return Err(missing.at("/starts_on", Rule::Required).into());
        }
        // Named as it is stored: who holds it stays.
        if merged.account != before.value.account_id.to_string() {
            return Err(Problem::of(Kind::InvalidValues)
                .at("/account", Rule::Conflict)
                .into());
        }
        let draft = drafted(&tx, &actor, &write, merged, before.value.granted_by).await?;
        checked(&tx, &actor, Some(&before), draft, "").await
    };
    let after = tx.checked(merged, check).await?;
    let held = |grant: &RoleGrant| (grant.grant, grant.starts_on, grant.ends_on);
    if held(&after) != held(&before.value) {
        check_not_own_admin(&actor, &before.value)?;
    }
    let after = record::update(&tx, before, after).await?;
    let body = shown_one(&*tx, &after, write.today()).await?;
    tx.commit(updated(&after.head, View::Personal, &body)).await
}

/// Withdraw a role.
///
/// It is not held any more from the next request on, nor was it, as lists tell the past: for what was given by mistake. To end
/// what was right, set `ends_on`.
#[utoipa::path(
    tag = "Grants",
    params(
        ("grant" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000051"),
        IfMatch
    ),
    responses((status = 204, description = "Withdrawn"), DeleteProblems),
    security(("bearer" = [ManageAccounts]))
)]
#[delete("/api/v1/grants/{grant}")]
pub async fn delete_grant(
    actor: Require<ManageAccounts>,
    write: Write,
    key: web::Path<String>,
    if_match: IfMatch,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let before = find_grant(&*tx, &actor, &key).await?;
    check_gift(&actor, Some(before.value.account_id), &before.value.grant)?;
    if_match.check(&before.head)?;
    check_not_own_admin(&actor, &before.value)?;
    record::delete(&tx, before).await?;
    tx.commit(no_content()).await
}
