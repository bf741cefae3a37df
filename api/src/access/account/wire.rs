//! The JSON shapes of accounts.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::account::{Account, AccountDraft, AccountKind};
use domain::access::grant::RoleGrant;
use domain::fault::Rule;
use domain::institution::Institution;
use domain::link::Link;
use domain::partnership::Partnership;
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::{Kind, Problem};

/// A role that is given with an account.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstGrantBody {
    /// Code of the vocabulary `roles`.
    #[schema(max_length = 100, example = "institution_rep")]
    pub role: String,
    /// The partnership, where the role needs one: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "partnerstwo-lubuskie")]
    pub partnership: Option<Link<Partnership>>,
    /// The institution of a representative: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "pup-zary")]
    pub institution: Option<Link<Institution>>,
}

/// An account to open.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountIn {
    /// Code of the vocabulary `account_kinds`: `person` (who is invited by mail; when absent) or `service`.
    #[serde(default = "person")]
    #[schema(max_length = 100, required = false, example = "person")]
    pub kind: String,
    /// Who it is, for people; a person's address when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "Przedstawiciel PUP w Żarach")]
    pub name: Option<String>,
    /// E-mail address: required of a person, not of a service. Its owner alone changes it once the invitation is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 254, example = "przedstawiciel@pup-zary.example")]
    pub email: Option<String>,
    /// Language of mail: `pl` (when absent) or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10, example = "pl")]
    pub language: Option<String>,
    /// What a service may ask for at the most: codes of the vocabulary `permissions`. Not of a person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100, example = json!([]))]
    pub scopes: Vec<String>,
    /// Networks (CIDR) or addresses from which a service may call; anywhere when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50, example = json!([]))]
    pub networks: Vec<String>,
    /// The first day on which a service may not call any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(null))]
    pub expires_on: Option<NaiveDate>,
    /// Roles that are given at once, as `create_grant` gives them; not in a patch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(
        max_items = 20,
        example = json!([{"role": "institution_rep", "partnership": "partnerstwo-lubuskie", "institution": "pup-zary"}])
    )]
    pub grants: Vec<FirstGrantBody>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

fn person() -> String {
    AccountKind::Person.code().to_owned()
}

impl AccountIn {
    /// The account in a state, every value checked.
    pub fn checked(self, status: &str) -> Result<Account, Problem> {
        let kind = AccountKind::from_code(&self.kind);
        let draft = AccountDraft {
            kind: kind.unwrap_or_default(),
            name: self.name,
            email: self.email,
            language: self.language,
            scopes: self.scopes,
            networks: self.networks,
            expires_on: self.expires_on,
            external_ids: self.external_ids,
        };
        match kind {
            Some(_) => Ok(draft.check(status)?),
            None => Err(Problem::of(Kind::InvalidValues).at("/kind", Rule::UnknownCode)),
        }
    }
}

/// What one would send to open a stored account: the base of a patch. Its roles are records of their own.
impl From<&Account> for AccountIn {
    fn from(account: &Account) -> Self {
        let a = account.clone();
        Self {
            kind: a.kind.code().to_owned(),
            name: Some(a.name),
            email: a.email,
            language: Some(a.language),
            scopes: a.scopes,
            networks: a.networks.iter().map(ToString::to_string).collect(),
            expires_on: a.expires_on,
            grants: Vec::new(),
            external_ids: a.external_ids.clone(),
        }
    }
}

/// A role of an account, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountGrantOut {
    /// Id of the grant.
    #[schema(example = "0198c0de-0000-7000-8000-000000000051")]
    pub id: Uuid,
    /// Code of the vocabulary `roles`.
    #[schema(example = "institution_rep")]
    pub role: String,
    /// Id of the partnership; everywhere when null.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000002")]
    pub partnership: Option<Uuid>,
    /// Id of the institution for which it is held.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000004")]
    pub institution: Option<Uuid>,
    /// The first day.
    #[schema(example = "2016-02-24")]
    pub starts_on: NaiveDate,
    /// The first day on which it is not held any more.
    #[schema(required, example = json!(null))]
    pub ends_on: Option<NaiveDate>,
    /// Whether the account is disabled where the role was given, so that it is not held.
    #[schema(example = false)]
    pub suspended: bool,
}

impl From<&Versioned<RoleGrant>> for AccountGrantOut {
    fn from(grant: &Versioned<RoleGrant>) -> Self {
        Self {
            id: grant.head.id,
            role: grant.value.role.clone(),
            partnership: grant.value.partnership.map(|link| link.id),
            institution: grant.value.institution.map(|link| link.id),
            starts_on: grant.value.starts_on,
            ends_on: grant.value.ends_on,
            suspended: grant.value.suspended,
        }
    }
}

/// What is shown of an account besides what it says.
#[derive(Debug)]
pub struct AccountState {
    /// Its state as the caller sees it.
    pub status: String,
    /// When a token was last had for it.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether it has a second factor.
    pub second_factor: bool,
    /// The states into which the caller may bring it.
    pub allowed_transitions: Vec<String>,
    /// Its roles that the caller sees.
    pub grants: Vec<AccountGrantOut>,
}

/// An account of a person or a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountOut {
    /// UUIDv7; the `sub` of its tokens and the `client_id` of a service.
    #[schema(example = "0198c0de-0000-7000-8000-000000000003")]
    pub id: Uuid,
    /// `person` or `service`.
    #[schema(example = "person")]
    pub kind: String,
    /// `invited`, `active` or `disabled`: everywhere, or by whoever asks.
    #[schema(example = "invited")]
    pub status: String,
    /// The states into which the caller may bring it.
    #[schema(max_items = 3, example = json!(["disabled"]))]
    pub allowed_transitions: Vec<String>,
    /// Who it is, for people.
    #[schema(example = "Przedstawiciel PUP w Żarach")]
    pub name: String,
    /// E-mail address of a person.
    #[schema(required, example = "przedstawiciel@pup-zary.example")]
    pub email: Option<String>,
    /// Language of its mail: `pl` or `en`.
    #[schema(example = "pl")]
    pub language: String,
    /// What a service may ask for at the most.
    #[schema(max_items = 100, example = json!([]))]
    pub scopes: Vec<String>,
    /// Networks from which a service may call; anywhere when empty.
    #[schema(max_items = 50, example = json!([]))]
    pub networks: Vec<String>,
    /// The first day on which a service may not call any more.
    #[schema(required, example = json!(null))]
    pub expires_on: Option<NaiveDate>,
    /// When it last signed in or refreshed its tokens.
    #[schema(required, example = "2016-03-01T12:30:00Z")]
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether a second factor is asked for when it signs in.
    #[schema(example = false)]
    pub second_factor: bool,
    /// Its roles that the caller sees, as `list_grants` has them; past and future ones included.
    #[schema(max_items = 1000)]
    pub grants: Vec<AccountGrantOut>,
    /// Identifiers in other systems.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was opened.
    #[schema(example = "2016-01-04T07:30:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-01-04T07:30:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl AccountOut {
    /// Shows an account.
    pub fn of(record: &Versioned<Account>, state: AccountState) -> Self {
        let a = record.value.clone();
        Self {
            id: record.head.id,
            kind: a.kind.code().to_owned(),
            status: state.status,
            allowed_transitions: state.allowed_transitions,
            name: a.name,
            email: a.email,
            language: a.language,
            scopes: a.scopes,
            networks: a.networks.iter().map(ToString::to_string).collect(),
            expires_on: a.expires_on,
            last_used_at: state.last_used_at,
            second_factor: state.second_factor,
            grants: state.grants,
            external_ids: a.external_ids.clone(),
            version: record.head.version,
            created_at: record.head.created_at,
            modified_at: record.head.modified_at,
        }
    }
}
