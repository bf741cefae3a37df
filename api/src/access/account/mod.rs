//! Accounts over HTTP: people are invited, services are opened with their scopes.

pub mod sessions;

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::account::{Account, AccountKind, TRANSITIONS};
use domain::access::grant::RoleGrant;
use domain::access::link::LinkAction;
use domain::access::permission::ManageAccounts;
use domain::access::{Actor, Permission, View};
use domain::fault::{Faults, Rule};
use domain::record::Versioned;
use persistence::access::account::{self as store, Column};
use persistence::access::{client_secret, credential, link, membership, session};
use persistence::{Condition, Conn, person, record};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    check_change, check_not_own, check_step, find_to_change, grant, grants_of, own_gifts, seen,
    status_for,
};
use crate::auth::{Require, forbidden, invitation};
use crate::problem::{CreateProblems, Halt, Kind, Problem, TransitionProblems};
use crate::records::{
    self, About, Answer, Chosen, DryRun, Filter, In, Orders, Resource, Shown, StepOf, Takeable,
    Takes, TransitionIn,
};
use crate::site::Site;
use crate::wire::{Body, IfMatch, Query, Write, WriteParams, WriteTx, created, updated};

/// The body that opens an account.
pub type AccountIn = In<Account>;

/// A step of an account, for the document.
pub type AccountTransitionIn = StepOf<Account>;
/// An account, as it is shown.
pub type AccountOut = Shown<Account>;

/// A role of an account, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountGrantOut {
    /// Id of the grant.
    #[schema(example = "0198c0de-0000-7000-8000-000000000051")]
    id: Uuid,
    /// Code of the vocabulary `roles`.
    #[schema(format = "roles", example = "institution_rep")]
    role: String,
    /// Id of the partnership; everywhere when null.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000002")]
    partnership: Option<Uuid>,
    /// Id of the institution for which it is held.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000004")]
    institution: Option<Uuid>,
    /// The first day.
    #[schema(example = "2016-02-24")]
    starts_on: NaiveDate,
    /// The first day on which it is not held any more.
    #[schema(required, example = "2016-12-31")]
    ends_on: Option<NaiveDate>,
    /// Whether the account is disabled where the role was given, so that it is not held.
    #[schema(example = false)]
    suspended: bool,
}

impl From<&Versioned<RoleGrant>> for AccountGrantOut {
    fn from(Versioned { head, value }: &Versioned<RoleGrant>) -> Self {
        let grant = value.grant();
        Self {
            id: head.id,
            role: value.role.clone(),
            partnership: grant.partnership,
            institution: grant.institution,
            starts_on: value.starts_on,
            ends_on: value.ends_on,
            suspended: value.suspended,
        }
    }
}

/// What is shown of an account besides what it says.
#[derive(Default, Serialize, ToSchema)]
pub struct AccountState {
    /// Its state as the caller sees it.
    #[serde(skip)]
    status: String,
    /// The states into which the caller may bring it.
    #[schema(max_items = 3, example = json!(["disabled"]))]
    allowed_transitions: Vec<String>,
    /// When it last signed in or refreshed its tokens.
    #[schema(required, example = "2016-03-01T12:30:00Z")]
    last_used_at: Option<DateTime<Utc>>,
    /// Whether a second factor is asked for when it signs in.
    #[schema(example = false)]
    second_factor: bool,
    /// Its roles that the caller sees, as `list_grants` has them; past and future ones included.
    #[schema(max_items = 1000)]
    grants: Vec<AccountGrantOut>,
}

impl Resource for Account {
    type Read = ManageAccounts;
    type Create = ManageAccounts;
    type Update = ManageAccounts;
    type Delete = ManageAccounts;
    type Computed = AccountState;

    const WHO_SEES_MAY_CHANGE: bool = true;
    const IS_LIVE: bool = true;

    const ABOUT: About = About {
        tag: "Accounts",
        collection: "accounts",
        one: "account",
        many: "accounts",
        example: "0198c0de-0000-7000-8000-000000000003",
        below: None,
        list: (
            "List accounts.",
            "Administrators see all of them, a secretariat those with a role in its partnership, a representative those of \
             colleagues.",
        ),
        read: ("Read one account.", "Never with what it signs in with."),
        create: None,
        update: Some((
            (
                "Change an account.",
                "Callers who are not administrators must be allowed to withdraw every role of the account. `kind` cannot be \
                 changed, and `grants` are changed as `/grants`. An administrator changes a person's address until the \
                 invitation is accepted, which sends a new invitation; afterwards only its owner does (`/auth/email`).",
            ),
            r#"{"language": "en"}"#,
        )),
        delete: (
            "Delete an account.",
            "Only one that was never used: an invitation that was not accepted, or a service that never had a secret. Others are \
             disabled, so that the audit trail can name them. While a person (`P/people`) has the account, that is 409, too.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "q",
            about: "Words of a name or address, or parts of them: all, in any order.",
            example: "sekretariat",
            takes: Takes::Words(Column::SearchKey),
        },
        Filter {
            name: "kind",
            about: "Codes of the vocabulary `account_kinds`, separated by commas.",
            example: "person",
            takes: Takes::Code(Column::Kind, "account_kinds"),
        },
        Filter {
            name: "status",
            about: "Codes of the vocabulary `account_statuses`, separated by commas.",
            example: "active",
            takes: Takes::Together(Takeable::Codes("account_statuses")),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[("name", Column::SortKey), ("created_at", Column::CreatedAt)],
        default: "name",
        about: "by name",
    };

    fn seen(actor: &Actor, _: View) -> Condition {
        seen(actor)
    }

    /// The states as the caller sees them.
    async fn together(chosen: &Chosen, _: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let (actor, permission) = (&site.actor, Permission::ManageAccounts);
        let in_states = |codes: &[String]| match actor.may_everywhere(permission) {
            true => store::in_states(codes),
            false => membership::in_states_of(
                codes,
                &actor.partnerships(permission),
                &actor.institutions(permission),
            ),
        };
        Ok(Condition::all().add_option(chosen.codes("status").map(in_states)))
    }

    async fn check_change(
        conn: &impl Conn,
        site: &Site,
        before: &Versioned<Self>,
    ) -> Result<(), Halt> {
        check_change(conn, &site.actor, before).await
    }

    /// Services are for who manages services. What an account is stays, and so does a person's address, but for its owner.
    async fn prepare(
        &mut self,
        _: &WriteTx,
        _site: &Site,
        before: Option<&Versioned<Self>>,
        faults: &mut Faults,
    ) -> Result<(), Halt> {
        let Some(Versioned { value: before, .. }) = before else {
            let person = self.kind() == AccountKind::Person;
            let status = if person { "invited" } else { "active" };
            status.clone_into(&mut self.status);
            return Ok(());
        };
        for (pointer, changed) in [
            ("/kind", self.kind != before.kind),
            ("/grants", !self.grants.is_empty()),
        ] {
            if changed {
                faults.add(pointer, Rule::Conflict);
            }
        }
        self.grants.clear();
        // Who was called by the former address is called by the new one.
        if Some(&self.name) == before.email.as_ref() {
            self.name.clear();
        }
        Ok(())
    }

    async fn rules(
        &self,
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
    ) -> Result<(), Halt> {
        let Some(Versioned { value: before, .. }) = before else {
            let service = self.kind() == AccountKind::Service;
            return match service && !site.actor.may_everywhere(Permission::ManageServices) {
                true => Err(forbidden(&site.actor, Permission::ManageServices).into()),
                false => Ok(()),
            };
        };
        if self.email == before.email {
            return Ok(());
        }
        // Who moves an invitation could accept it: that is for whom could have sent it to anybody.
        if !site.actor.may_everywhere(Permission::ManageAccounts) {
            return Err(forbidden(&site.actor, Permission::ManageAccounts).into());
        }
        check_address(tx, &site.actor, self).await?;
        match before.status == "invited" {
            true => Ok(()),
            false => Err(Problem::of(Kind::InvalidValues)
                .at("/email", Rule::Conflict)
                .into()),
        }
    }

    async fn updated(tx: &WriteTx, before: &Self, after: &Versioned<Self>) -> Result<(), Halt> {
        match before.email == after.value.email {
            true => Ok(()),
            false => invitation::invite(tx, after).await,
        }
    }

    async fn deleted(tx: &WriteTx, _: &Site, before: &Versioned<Self>) -> Result<(), Halt> {
        let Versioned { head, value } = before;
        let used = match value.kind() {
            AccountKind::Person => {
                value.status != "invited" || !person::who(&**tx, head.id).await?.is_empty()
            }
            AccountKind::Service => client_secret::had_some(&**tx, head.id).await?,
        };
        if used {
            return Err(Problem::of(Kind::StillReferredTo).into());
        }
        link::revoke(tx, head.id, &LinkAction::ALL).await?;
        grant::take_all(tx, head.id).await
    }

    fn hide(&mut self, _: &Site, computed: &AccountState) {
        self.status.clone_from(&computed.status);
    }

    async fn compute(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<AccountState>, Halt> {
        let actor = &site.actor;
        let ids: Vec<Uuid> = records.iter().map(|account| account.head.id).collect();
        let used = session::last_used(conn, &ids).await?;
        let guarded = credential::with_second_factor(conn, &ids).await?;
        let grants = grants_of(conn, &ids).await?;
        let state = |account: &&Versioned<Self>| {
            let id = account.head.id;
            let may_step = check_step(actor, account, &grants).is_ok() && actor.account != Some(id);
            let status = status_for(actor, account, &grants);
            let next = TRANSITIONS.allowed(&status).iter();
            let next = next.filter(|_| may_step);
            let own = grants.iter().filter(|grant| grant.value.account.id == id);
            // What others gave is theirs to know.
            let own = own.filter(|grant| actor.sees_grant(&grant.value.grant()));
            AccountState {
                allowed_transitions: next.map(|to| (*to).to_owned()).collect(),
                status,
                last_used_at: used.get(&id).copied(),
                second_factor: guarded.contains(&id),
                grants: own.map(AccountGrantOut::from).collect(),
            }
        };
        Ok(records.iter().map(state).collect())
    }
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
    request_body(content = AccountIn, example = json!({
        "kind": "person", "email": "przedstawiciel@pup-zary.example", "name": "Przedstawiciel PUP w Żarach", "language": "pl",
        "grants": [{"role": "institution_rep", "partnership": "partnerstwo-lubuskie", "institution": "pup-zary"}]
    })),
    responses(
        (status = 201, description = "Opened", body = AccountOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"))),
        CreateProblems
    ),
    security(("bearer" = [ManageAccounts]))
)]
#[post("/api/v1/accounts")]
pub async fn create_account(
    actor: Require<ManageAccounts>,
    write: Write,
    body: Body<AccountIn>,
) -> Answer {
    let tx = write.begin().await?;
    let site = records::site_of::<Account, _>(&*tx, &actor, &[], write.clock()).await?;
    let body = records::resolved(&tx, &site, body).await?;
    let check = async |In(mut account): AccountIn| {
        let first = std::mem::take(&mut account.grants);
        let account = records::check(&tx, &site, None, account).await?;
        if first.is_empty() && !actor.may_everywhere(Permission::ManageAccounts) {
            return Err(Problem::of(Kind::InvalidValues)
                .at("/grants", Rule::Required)
                .into());
        }
        Ok((account, first))
    };
    let (account, first) = tx.checked(body, check).await?;
    check_address(&tx, &actor, &account).await?;
    let account = store::open(&tx, tx.new_id(), account, None).await?;
    grant::give_first(&tx, &site, account.head.id, first).await?;
    if account.value.kind() == AccountKind::Person {
        invitation::invite(&tx, &account).await?;
    }
    let shown = records::show_one(&*tx, &site, &account).await?;
    let location = format!("/api/v1/accounts/{}", account.head.id);
    let answer = created(location, &account.head, site.view, &shown);
    tx.commit(answer).await
}

/// Refuses a second account with an address, among those that the caller sees.
async fn check_address(tx: &WriteTx, actor: &Actor, account: &Account) -> Result<(), Halt> {
    let Some(email) = &account.email else {
        return Ok(());
    };
    match store::of_address(tx, email, seen(actor)).await? {
        None => Ok(()),
        Some(_) => Err(Problem::of(Kind::NotUnique)
            .at("/email", Rule::Duplicate)
            .into()),
    }
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
    request_body(content = AccountTransitionIn, example = json!({"to": "disabled", "reason": "Koniec zatrudnienia"})),
    responses(
        (status = 200, description = "In the other state", body = AccountOut,
            headers(("ETag" = String, description = "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"))),
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
) -> Answer {
    let (step, reason) = TransitionIn::read(step)?;
    step.undated()?;
    step.unnumbered()?;
    let tx = write.begin().await?;
    let keys = [key.into_inner()];
    let (site, before) = records::find::<Account, _>(&*tx, &actor, &keys, write.clock()).await?;
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
        true => membership::enter(&tx, before, step.to).await?,
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
    let body = records::show_one(&*tx, &site, &after).await?;
    if trial.into_inner().dry_run {
        // Without a tag: the version it shows does not exist.
        return Ok(HttpResponse::Ok().json(&body));
    }
    tx.commit(updated(&after.head, site.view, &body)).await
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
    let account = find_to_change(&*tx, &actor, &key).await?;
    if account.value.status != "invited" {
        return Err(Problem::conflict("not_invited").into());
    }
    invitation::invite(&tx, &account).await?;
    tx.commit(HttpResponse::Accepted().finish()).await
}
