//! Who one is, and what one may do where.

use actix_web::{HttpResponse, get, web};
use domain::access::account::{Account, AccountKind};
use domain::access::permission::ReadSelf;
use domain::access::{Grant, Permission, Reach, Role};
use domain::person::Person;
use domain::record::Versioned;
use domain::slug::Key;
use persistence::access::credential;
use persistence::{Condition, person, record};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Require;
use crate::problem::{Halt, InternalProblems, Kind, Problem};
use crate::state::AppState;

/// A role that is held, and what it lets one do.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldOut {
    /// Code of the vocabulary `roles`.
    #[schema(format = "roles", example = "secretariat")]
    pub role: String,
    /// Id of the partnership in which it is held.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000002")]
    pub partnership: Option<Uuid>,
    /// Id of the institution for which it is held.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000004")]
    pub institution: Option<Uuid>,
    /// Codes of the vocabulary `permissions`, as in `security` of this document: what it allows in the whole partnership, or
    /// everywhere where that is null.
    #[schema(format = "permissions", max_items = 100, example = json!(["internal:read", "records:write"]))]
    pub permissions: Vec<String>,
    /// What it allows besides on what belongs to the institution alone.
    #[schema(max_items = 100, example = json!([]))]
    pub institution_permissions: Vec<String>,
}

/// Who one is in a partnership.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnPersonOut {
    /// Id of the person's record.
    #[schema(example = "0198c0de-0000-7000-8000-000000000071")]
    pub id: Uuid,
    /// Id of the partnership.
    #[schema(example = "0198c0de-0000-7000-8000-000000000002")]
    pub partnership: Uuid,
    /// First and last name.
    #[schema(example = "Zofia Żurawska")]
    pub name: String,
}

/// How the second factor of an account stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnSecondFactorOut {
    /// Whether the account has one.
    #[schema(example = false)]
    pub present: bool,
    /// Whether it was given in this session.
    #[schema(example = false)]
    pub given: bool,
    /// Whether roles are left out because it was not given: add one if there is none, otherwise sign in again with a code.
    #[schema(example = false)]
    pub needed: bool,
}

/// The signed-in account.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeOut {
    /// Id of the account.
    #[schema(example = "0198c0de-0000-7000-8000-000000000003")]
    pub id: Uuid,
    /// `person` or `service`.
    #[schema(format = "account_kinds", example = "person")]
    pub kind: String,
    /// Who it is, for people.
    #[schema(example = "Sekretariat partnerstwa")]
    pub name: String,
    /// E-mail address of a person.
    #[schema(required, example = "secretariat@demo.example")]
    pub email: Option<String>,
    /// Language of its mail: `pl` or `en`.
    #[schema(format = "languages", example = "pl")]
    pub language: String,
    /// The session of the request; services have none.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000021")]
    pub session: Option<Uuid>,
    /// The second factor.
    pub second_factor: OwnSecondFactorOut,
    /// Codes of the vocabulary `permissions`: what is held on everything there is.
    #[schema(format = "permissions", max_items = 100, example = json!(["public:read", "self:read", "self:write"]))]
    pub permissions: Vec<String>,
    /// Who its owner is, in each partnership that has a record of it.
    #[schema(max_items = 1000)]
    pub people: Vec<OwnPersonOut>,
    /// What else it may do where.
    #[schema(max_items = 1000)]
    pub roles: Vec<HeldOut>,
}

fn codes(permissions: impl IntoIterator<Item = Permission>) -> Vec<String> {
    let code = |permission: Permission| permission.code().to_owned();
    permissions.into_iter().map(code).collect()
}

/// Read the signed-in account and what it may do where.
///
/// As it is at this moment, not as it was when the token was had.
#[utoipa::path(
    tag = "Sign-in",
    responses((status = 200, description = "The account", body = MeOut), InternalProblems),
    security(("bearer" = [ReadSelf]))
)]
#[get("/api/v1/auth/me")]
pub async fn read_me(
    actor: Require<ReadSelf>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Halt> {
    let nobody = || Problem::of(Kind::Unauthenticated);
    let id = actor.account.ok_or_else(nobody)?;
    let found = record::find(&state.db, &Key::Id(id), Condition::all()).await?;
    let account: Versioned<Account> = found.ok_or_else(nobody)?;
    let credential = credential::find(&state.db, id).await?;
    let present = credential.is_some_and(|known| known.totp_confirmed_at.is_some());
    let everywhere = |permission: &Permission| match Role::Anonymous.grants(*permission) {
        true => true,
        false => {
            actor.may_everywhere(*permission)
                || matches!(permission, Permission::ReadSelf | Permission::WriteSelf)
                    && actor.may_somewhere(*permission)
        }
    };
    let reaching = |grant: &Grant, least: Reach| {
        let role = grant.role;
        let mut permissions = actor.permissions_of(grant);
        permissions.retain(|permission| match least {
            Reach::Institution => role.reach(*permission) == least,
            _ => role.reach(*permission) >= least,
        });
        permissions
    };
    let held = |grant: &Grant| HeldOut {
        role: grant.role.code().to_owned(),
        partnership: grant.partnership,
        institution: grant.institution,
        permissions: codes(reaching(grant, Reach::Partnership)),
        institution_permissions: codes(reaching(grant, Reach::Institution)),
    };
    let own = |person: Versioned<Person>| OwnPersonOut {
        id: person.head.id,
        partnership: person.value.partnership_id,
        name: person.value.name,
    };
    let is_person = account.value.kind() == AccountKind::Person;
    Ok(HttpResponse::Ok().json(MeOut {
        id,
        kind: account.value.kind.clone(),
        name: account.value.name,
        email: account.value.email,
        language: account.value.language,
        session: actor.session,
        second_factor: OwnSecondFactorOut {
            present,
            given: is_person && actor.second_factor,
            needed: !actor.withheld.is_empty(),
        },
        permissions: codes(Permission::ALL.iter().copied().filter(|p| everywhere(p))),
        people: person::who(&state.db, id)
            .await?
            .into_iter()
            .map(own)
            .collect(),
        roles: actor.grants.iter().map(held).collect(),
    }))
}
