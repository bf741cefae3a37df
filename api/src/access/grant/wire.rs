//! The JSON shapes of grants.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::Permission;
use domain::access::account::{Account, AccountKind, AccountRef};
use domain::access::grant::RoleGrant;
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::{Names, Ref, RefIn, reference};

/// A role to give.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantIn {
    /// Who is to hold it: an account's id or e-mail address. Callers who are not administrators invite whom they name by an address that
    /// they do not know yet.
    #[schema(max_length = 254, example = "institution-rep@demo.example")]
    pub account: String,
    /// Code of the vocabulary `roles`.
    #[schema(max_length = 100, example = "council_member")]
    pub role: String,
    /// The partnership, where the role needs one: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "partnerstwo-lubuskie")]
    pub partnership: Option<RefIn>,
    /// The institution of a representative: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = json!(null))]
    pub institution: Option<RefIn>,
    /// The first day; today when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2016-02-24")]
    pub starts_on: Option<NaiveDate>,
    /// The first day on which it is not held any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2020-02-24")]
    pub ends_on: Option<NaiveDate>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

/// What one would send to give a stored grant: the base of a patch.
impl From<&RoleGrant> for GrantIn {
    fn from(held: &RoleGrant) -> Self {
        let named = |id: Option<Uuid>| id.map(|id| RefIn(id.to_string()));
        Self {
            account: held.account_id.to_string(),
            role: held.grant.role.code().to_owned(),
            partnership: named(held.grant.partnership),
            institution: named(held.grant.institution),
            starts_on: Some(held.starts_on),
            ends_on: held.ends_on,
            external_ids: held.external_ids.clone(),
        }
    }
}

/// A role that an account holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000051")]
    pub id: Uuid,
    /// Who holds it.
    #[schema(required)]
    pub account: Option<AccountRef>,
    /// Code of the vocabulary `roles`.
    #[schema(example = "council_member")]
    pub role: String,
    /// In which partnership; everywhere when null.
    #[schema(required)]
    pub partnership: Option<Ref>,
    /// For which institution.
    #[schema(required)]
    pub institution: Option<Ref>,
    /// Whether today lies between its first day and its end, and it is not suspended; the account may be disabled all the same.
    #[schema(example = true)]
    pub active: bool,
    /// Whether its holder is disabled where it was given, so that it is not held.
    #[schema(example = false)]
    pub suspended: bool,
    /// The first day.
    #[schema(example = "2016-02-24")]
    pub starts_on: NaiveDate,
    /// The first day on which it is not held any more.
    #[schema(required, example = "2020-02-24")]
    pub ends_on: Option<NaiveDate>,
    /// Who gave it; null where it was given on the command line.
    #[schema(required)]
    pub granted_by: Option<AccountRef>,
    /// What it allows: codes of the vocabulary `permissions`, for a service those within its scopes.
    #[schema(max_items = 100, example = json!(["internal:read", "recommendations:propose"]))]
    pub permissions: Vec<String>,
    /// When the account last signed in or refreshed its tokens, whichever of its roles it used.
    #[schema(required, example = "2016-03-01T12:30:00Z")]
    pub last_used_at: Option<DateTime<Utc>>,
    /// Identifiers in other systems.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was given.
    #[schema(example = "2016-02-24T12:00:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-02-24T12:00:00Z")]
    pub modified_at: DateTime<Utc>,
}

/// What a page of grants refers to.
pub struct Surroundings {
    /// Accounts by their ids.
    pub accounts: HashMap<Uuid, Versioned<Account>>,
    /// Partnerships and institutions.
    pub names: Names,
    /// When accounts were last used.
    pub used: HashMap<Uuid, DateTime<Utc>>,
    /// The calendar day.
    pub today: NaiveDate,
}

impl GrantOut {
    /// Shows a grant.
    pub fn of(record: &Versioned<RoleGrant>, around: &Surroundings) -> Self {
        let Versioned { head, value } = record;
        let role = value.grant.role;
        let holder = around.accounts.get(&value.account_id);
        // A service may do no more than its scopes say.
        let scopes = holder
            .filter(|account| account.value.kind == AccountKind::Service)
            .map(|account| account.value.permissions());
        let within = |p: &&Permission| scopes.as_ref().is_none_or(|scopes| scopes.contains(p));
        let permissions = Permission::ALL
            .iter()
            .filter(|p| role.grants(**p))
            .filter(within);
        let account = |id: Option<Uuid>| around.accounts.get(&id?).map(AccountRef::from);
        Self {
            id: head.id,
            account: account(Some(value.account_id)),
            role: role.code().to_owned(),
            partnership: reference(&around.names, value.grant.partnership),
            institution: reference(&around.names, value.grant.institution),
            active: value.holds_on(around.today),
            suspended: value.suspended,
            starts_on: value.starts_on,
            ends_on: value.ends_on,
            granted_by: account(value.granted_by),
            permissions: permissions.map(|p| p.code().to_owned()).collect(),
            last_used_at: around.used.get(&value.account_id).copied(),
            external_ids: value.external_ids.clone(),
            version: head.version,
            created_at: head.created_at,
            modified_at: head.modified_at,
        }
    }
}
