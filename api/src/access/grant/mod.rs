//! Grants over HTTP: who holds which role where, given by whom, from when to when.

pub mod review;

use std::collections::HashMap;

use actix_web::post;
use chrono::{DateTime, Utc};
use domain::access::account::{Account, AccountKind, FirstGrant};
use domain::access::grant::RoleGrant;
use domain::access::permission::ManageAccounts;
use domain::access::{Actor, Grant, Permission, Role, View};
use domain::fault::{Faults, Rule};
use domain::link::{Link, Name};
use domain::record::{Kind as RecordKind, Shape, Versioned};
use domain::slug::Key;
use persistence::access::grant::{self as store, Column};
use persistence::access::{account, session};
use persistence::{Condition, Conn, kinds, record};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{account_filter, are_suspended, check_not_own, grants_of, own_gifts, seen};
use crate::auth::{Require, forbidden, invitation};
use crate::institution;
use crate::problem::{CreateProblems, Halt, Kind, Problem};
use crate::records::{self, About, Answer, Filter, In, Orders, Resource, Shown, Takes};
use crate::site::Site;
use crate::wire::{Body, Write, WriteParams, WriteTx, created};

/// The body that gives a role.
pub type GrantIn = In<RoleGrant>;
/// A grant, as it is shown.
pub type GrantOut = Shown<RoleGrant>;

/// What a grant amounts to today.
#[derive(Default, Serialize, ToSchema)]
pub struct Held {
    /// Whether today lies between its first day and its end, and it is not suspended; the account may be disabled all the same.
    #[schema(example = true)]
    active: bool,
    /// What it allows: codes of the vocabulary `permissions`, for a service those within its scopes.
    #[schema(format = "permissions", max_items = 100, example = json!(["internal:read", "recommendations:propose"]))]
    permissions: Vec<String>,
    /// When the account last signed in or refreshed its tokens, whichever of its roles it used.
    #[schema(required, example = "2016-03-01T12:30:00Z")]
    last_used_at: Option<DateTime<Utc>>,
}

impl Resource for RoleGrant {
    type Read = ManageAccounts;
    type Create = ManageAccounts;
    type Update = ManageAccounts;
    type Delete = ManageAccounts;
    type Computed = Held;

    const WHO_SEES_MAY_CHANGE: bool = true;
    const IS_LIVE: bool = true;

    const ABOUT: About = About {
        tag: "Grants",
        collection: "grants",
        one: "grant",
        many: "grants",
        example: "0198c0de-0000-7000-8000-000000000051",
        below: None,
        list: (
            "List grants.",
            "Administrators see all of them, a secretariat those in its partnership, a representative those for the same \
             institution. Past and future ones are among them; `as_of` leaves those that are held on a day.",
        ),
        read: ("Read one grant.", "With what it allows and who gave it."),
        create: None,
        update: Some((
            (
                "Change a grant.",
                "To say when it ends, for instance: `ends_on` is the first day on which it is not held any more. Who holds it \
                 stays. An administrator does not change from when to when the own `admin` is held, nor into which role (409 \
                 `conflict`), so that there is always one left.",
            ),
            r#"{"ends_on": "2020-02-24"}"#,
        )),
        delete: (
            "Withdraw a role.",
            "It is not held any more from the next request on, nor was it, as lists tell the past: for what was given by mistake. \
             To end what was right, set `ends_on`.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        account_filter(Column::Account),
        Filter {
            name: "role",
            about: "Codes of the vocabulary `roles`, separated by commas.",
            example: "secretariat,admin",
            takes: Takes::Code(Column::Role, "roles"),
        },
        Filter {
            name: "partnership",
            about: "Id or slug of a partnership.",
            example: "partnerstwo-lubuskie",
            takes: Takes::LinkTo(Column::Partnership, RecordKind::Partnership),
        },
        institution::filter(Column::Institution),
        Filter {
            name: "as_of",
            about: "Only those held on this day.",
            example: "2016-12-31",
            takes: Takes::Day(store::holding_on),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[("name", Column::Account), ("starts_on", Column::StartsOn)],
        default: "name",
        about: "by the name of the holder",
    };

    /// All of them, or those that reach where the caller gives roles.
    fn seen(actor: &Actor, _: View) -> Condition {
        if actor.may_everywhere(Permission::ManageAccounts) {
            return Condition::all();
        }
        store::within(
            &actor.partnerships(Permission::ManageAccounts),
            &actor.institutions(Permission::ManageAccounts),
        )
    }

    async fn check_change(
        _: &impl Conn,
        site: &Site,
        Versioned { value, .. }: &Versioned<Self>,
    ) -> Result<(), Halt> {
        Ok(check_gift(
            &site.actor,
            Some(value.account.id),
            &value.grant(),
        )?)
    }

    async fn deleted(_: &WriteTx, site: &Site, before: &Versioned<Self>) -> Result<(), Halt> {
        Ok(check_not_own_admin(&site.actor, &before.value)?)
    }

    /// It is the caller's to give. Who holds it stays.
    async fn prepare(
        &mut self,
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        faults: &mut Faults,
    ) -> Result<(), Halt> {
        match before {
            None => {
                self.granted_by = site.actor.account.map(Link::to);
                self.suspended = is_disabled(tx, &site.actor, self.account.id).await?;
            }
            Some(Versioned { value, .. }) => {
                if self.is_undated() {
                    faults.add("/starts_on", Rule::Required);
                }
                if self.account != value.account {
                    faults.add("/account", Rule::Conflict);
                    return Ok(());
                }
            }
        }
        if Role::from_code(&self.role).is_some() {
            check_gift(&site.actor, Some(self.account.id), &self.grant())?;
        }
        Ok(())
    }

    /// The account does not hold it already, and an administrator stays one.
    async fn rules(
        &self,
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
    ) -> Result<(), Halt> {
        let own = before.map(|before| before.head.id);
        if !tx.lacks("/account") && store::repeats(tx, own, self).await? {
            let taken = Problem::of(Kind::NotUnique);
            return Err(taken.at("/role", Rule::Overlap).into());
        }
        let held = |grant: &Self| (grant.grant(), grant.starts_on, grant.ends_on);
        match before {
            Some(before) if held(self) != held(&before.value) => {
                Ok(check_not_own_admin(&site.actor, &before.value)?)
            }
            _ => Ok(()),
        }
    }

    async fn compute(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<Held>, Halt> {
        let holders: Vec<Uuid> = records.iter().map(|grant| grant.value.account.id).collect();
        let used = session::last_used(conn, &holders).await?;
        let accounts = record::of_ids::<Account>(conn, holders.iter().copied()).await?;
        // A service may do no more than its scopes say.
        let services = accounts.iter();
        let services = services.filter(|account| account.value.kind() == AccountKind::Service);
        let scopes: HashMap<Uuid, Vec<Permission>> = services
            .map(|account| (account.head.id, account.value.permissions()))
            .collect();
        let computed = |Versioned { value, .. }: &&Versioned<Self>| {
            let scopes = scopes.get(&value.account.id);
            let within = |p: &&Permission| scopes.is_none_or(|scopes| scopes.contains(p));
            let role = value.grant().role;
            let granted = Permission::ALL.iter().filter(|p| role.grants(**p));
            Held {
                active: value.holds_on(site.today),
                permissions: granted
                    .filter(within)
                    .map(|p| p.code().to_owned())
                    .collect(),
                last_used_at: used.get(&value.account.id).copied(),
            }
        };
        Ok(records.iter().map(computed).collect())
    }
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
    match held.grant().role {
        Role::Admin => check_not_own(actor, held.account.id),
        _ => Ok(()),
    }
}

/// The account that a body names by its id or address. Administrators name any; others one that they see, or an address. Whether
/// others know an address is not told: who is not seen is invited, as somebody new is, and goes on with the own account where
/// there is one.
async fn holder(tx: &WriteTx, site: &Site, named: &str) -> Result<Uuid, Halt> {
    let actor = &site.actor;
    let everywhere = actor.may_everywhere(Permission::ManageAccounts);
    let people = match everywhere {
        true => Condition::all(),
        false => account::of_kind(AccountKind::Person).add(seen(actor)),
    };
    let key = match named.contains('@') {
        true if named.contains('\0') => None,
        true => {
            let found = account::of_address(tx, named, people.clone()).await?;
            found.map(|account| Key::Id(account.head.id))
        }
        false => Key::parse(named).ok(),
    };
    let found = match key {
        Some(key) => record::refer::<Account>(tx, &key, people).await?,
        None if named.contains('@') && !named.contains('\0') && !everywhere => {
            return invited(tx, site, named).await;
        }
        None => None,
    };
    let dangling = || Problem::of(Kind::DanglingReference).at("/account", Rule::DanglingReference);
    Ok(found.ok_or_else(dangling)?)
}

/// Opens an account for an address, and invites its owner.
async fn invited(tx: &WriteTx, site: &Site, email: &str) -> Result<Uuid, Halt> {
    let account = Account::of_person(email, "invited").checked(&site.calendar());
    let account =
        account.map_err(|_| Problem::of(Kind::InvalidValues).at("/account", Rule::Format))?;
    let account = account::open(tx, tx.new_id(), account.into_inner(), None).await?;
    invitation::invite(tx, &account).await?;
    Ok(account.head.id)
}

/// Whether an account is disabled for who gives it a role; then so it remains.
async fn is_disabled(tx: &WriteTx, actor: &Actor, account: Uuid) -> Result<bool, Halt> {
    if actor.may_everywhere(Permission::ManageAccounts) {
        return Ok(false);
    }
    let grants = grants_of(&**tx, &[account]).await?;
    Ok(are_suspended(&own_gifts(actor, account, &grants)))
}

/// Gives the roles that come with a new account.
pub async fn give_first(
    tx: &WriteTx,
    site: &Site,
    account: Uuid,
    first: Vec<FirstGrant>,
) -> Result<(), Halt> {
    if first.len() > 20 {
        return Err(Problem::of(Kind::InvalidValues)
            .at("/grants", Rule::Length)
            .into());
    }
    for (index, first) in first.into_iter().enumerate() {
        let grant = RoleGrant {
            account: Link::to(account),
            role: first.role,
            partnership: first.partnership,
            institution: first.institution,
            starts_on: site.today,
            ..RoleGrant::default()
        };
        let checked = records::check(tx, site, None, grant).await;
        let grant = checked.map_err(|halt| match halt {
            Halt::Problem(problem) => problem.within(&format!("/grants/{index}")).into(),
            replay => replay,
        })?;
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
            ("ETag" = String, description = "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"))),
        CreateProblems
    ),
    security(("bearer" = [ManageAccounts]))
)]
#[post("/api/v1/grants")]
pub async fn create_grant(
    actor: Require<ManageAccounts>,
    write: Write,
    body: Body<GrantIn>,
) -> Answer {
    let tx = write.begin().await?;
    let site = records::site_of::<RoleGrant, _>(&*tx, &actor, &[], write.clock()).await?;
    // The account is looked for last: whether there is one is not told to who may not give the role.
    let (accounts, places): (Vec<Name>, Vec<Name>) =
        (body.names().iter().cloned()).partition(|(kind, _)| *kind == RecordKind::Account);
    let mut found = kinds::hold(&tx, site.id(), &places).await?;
    found.extend(accounts.iter().map(|name| (name.clone(), Uuid::nil())));
    let body = body.resolved(found)?;
    let check = async |In(mut grant): GrantIn| {
        if Role::from_code(&grant.role).is_some() {
            check_gift(&actor, None, &grant.grant())?;
        }
        if let Some((_, named)) = accounts.first().filter(|_| !tx.lacks("/account")) {
            grant.account = Link::to(holder(&tx, &site, named).await?);
        }
        records::check(&tx, &site, None, grant).await
    };
    let grant = tx.checked(body, check).await?;
    let grant = record::insert(&tx, tx.new_id(), grant).await?;
    let shown = records::show_one(&*tx, &site, &grant).await?;
    let location = format!("/api/v1/grants/{}", grant.head.id);
    tx.commit(created(location, &grant.head, site.view, &shown))
        .await
}
