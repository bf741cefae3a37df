//! Accounts: who can sign in, people and services alike.

use std::net::IpAddr;

use chrono::NaiveDate;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Permission;
use crate::check;
use crate::fault::{Faults, Rule};
use crate::identifier::Email;
use crate::institution::Institution;
use crate::language::Language;
use crate::link::Link;
use crate::partnership::Partnership;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, Versioned, given, never};
use crate::state::Machine;

/// Into which state others may bring an account. Only who was invited leaves `invited`, by setting a password; what nobody
/// has accepted is deleted, not disabled.
pub const TRANSITIONS: Machine = Machine(&[
    ("invited", &[]),
    ("active", &["disabled"]),
    ("disabled", &["active"]),
]);

/// The longest list of networks.
const MAX_NETWORKS: usize = 50;

/// What kind of caller an account is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// A person, who signs in with an address and a password.
    #[default]
    Person,
    /// Another system, which signs in with a client secret (RFC 6749, section 4.4).
    Service,
}

impl AccountKind {
    /// Both.
    pub const ALL: [AccountKind; 2] = [AccountKind::Person, AccountKind::Service];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            AccountKind::Person => "person",
            AccountKind::Service => "service",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A role that is given with a new account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstGrant {
    /// Code of the vocabulary `roles`.
    #[schema(format = "roles", example = "institution_rep")]
    pub role: String,
    /// The partnership, where the role needs one.
    #[schema(value_type = Option<String>, format = "link", example = "partnerstwo-lubuskie")]
    pub partnership: Option<Link<Partnership>>,
    /// The institution of a representative.
    #[schema(value_type = Option<String>, format = "link", example = "pup-zary")]
    pub institution: Option<Link<Institution>>,
}

/// An account of a person or a service. What it signs in with is no part of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Code of the vocabulary `account_kinds`: `person`, who is invited by mail, or `service`. It stays.
    #[serde(default = "person")]
    #[schema(format = "account_kinds", default = "person", example = "person")]
    pub kind: String,
    /// `invited`, `active` or `disabled`: everywhere, or by whoever asks.
    #[serde(default, deserialize_with = "never")]
    #[schema(format = "account_statuses", read_only, example = "invited")]
    pub status: String,
    /// Who it is, for people; a person's address when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 200, example = "Przedstawiciel PUP w Żarach")]
    pub name: String,
    /// E-mail address: required of a person, not of a service. Its owner alone changes it once the invitation is accepted.
    #[schema(max_length = 254, example = "przedstawiciel@pup-zary.example")]
    pub email: Option<String>,
    /// Language of mail: `pl` (when absent) or `en`.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = "languages", example = "pl")]
    pub language: String,
    /// What a service may ask for at the most: codes of the vocabulary `permissions`. Not of a person.
    #[serde(default)]
    #[schema(format = "permissions", max_items = 100, example = json!([]))]
    pub scopes: Vec<String>,
    /// Networks (CIDR) or addresses from which a service may call; anywhere when empty.
    #[serde(default)]
    #[schema(max_length = 43, max_items = 50, example = json!([]))]
    pub networks: Vec<String>,
    /// The first day on which a service may not call any more.
    #[schema(example = "2017-12-31")]
    pub expires_on: Option<NaiveDate>,
    /// Roles that are given at once, as `create_grant` gives them; not in a patch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(
        max_items = 20,
        extensions(("x-sent-only" = json!(true))),
        example = json!([{"role": "institution_rep", "partnership": "partnerstwo-lubuskie", "institution": "pup-zary"}])
    )]
    pub grants: Vec<FirstGrant>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

fn person() -> String {
    AccountKind::Person.code().to_owned()
}

/// An account, as others are shown it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountRef {
    /// Its id.
    #[schema(example = "0198c0de-0000-7000-8000-000000000003")]
    pub id: Uuid,
    /// `person` or `service`.
    #[schema(format = "account_kinds", example = "person")]
    pub kind: String,
    /// `invited`, `active` or `disabled`.
    #[schema(format = "account_statuses", example = "active")]
    pub status: String,
    /// Who it is, for people.
    #[schema(example = "Sekretariat partnerstwa")]
    pub name: String,
    /// E-mail address of a person.
    #[schema(required, example = "secretariat@demo.example")]
    pub email: Option<String>,
}

impl From<&Versioned<Account>> for AccountRef {
    fn from(account: &Versioned<Account>) -> Self {
        Self {
            id: account.head.id,
            kind: account.value.kind.clone(),
            status: account.value.status.clone(),
            name: account.value.name.clone(),
            email: account.value.email.clone(),
        }
    }
}

impl Record for Account {
    const KIND: Kind = Kind::Account;

    fn partnership_id(&self) -> Option<Uuid> {
        None
    }
}

impl Account {
    /// A person of an address, in a state.
    pub fn of_person(email: &str, status: &str) -> Self {
        Self {
            kind: person(),
            status: status.to_owned(),
            email: Some(email.to_owned()),
            ..Self::default()
        }
    }

    /// Person or service.
    pub fn kind(&self) -> AccountKind {
        AccountKind::from_code(&self.kind).unwrap_or_default()
    }

    /// The networks from which a service may call; anywhere when there are none.
    pub fn networks(&self) -> Vec<IpNet> {
        self.networks
            .iter()
            .filter_map(|text| network(text))
            .collect()
    }

    /// The language of its mail.
    pub fn language(&self) -> Language {
        Language::from_tag(&self.language).unwrap_or_default()
    }

    /// Who was called by the former address is called by the new one.
    pub fn follow_address(&mut self, before: &Self) {
        if self.email != before.email && Some(&self.name) == before.email.as_ref() {
            self.name = self.email.clone().unwrap_or_default();
        }
    }

    /// The permissions of its scopes.
    pub fn permissions(&self) -> Vec<Permission> {
        self.scopes
            .iter()
            .filter_map(|scope| Permission::from_code(scope))
            .collect()
    }
}

impl Shape for Account {
    fn keep(&mut self, stored: &Self) {
        self.status.clone_from(&stored.status);
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        let kind = AccountKind::from_code(&self.kind);
        match (kind, &self.email) {
            (None, _) => f.add("/kind", Rule::UnknownCode),
            (Some(AccountKind::Person), None) => f.add("/email", Rule::Required),
            (Some(AccountKind::Service), Some(_)) => f.add("/email", Rule::Conflict),
            _ => {}
        }
        self.email = check::optional(f, "/email", self.email.as_deref(), |raw| {
            Email::parse(&normalized(raw))
        });
        for (pointer, set) in [
            ("/scopes", !self.scopes.is_empty()),
            ("/networks", !self.networks.is_empty()),
            ("/expires_on", self.expires_on.is_some()),
        ] {
            if set && kind == Some(AccountKind::Person) {
                f.add(pointer, Rule::Conflict);
            }
        }
        self.name = match &self.email {
            Some(email) if self.name.is_empty() => email.clone(),
            _ => check::line(f, "/name", &self.name, 200),
        };
        if self.language.is_empty() {
            Language::Pl.tag().clone_into(&mut self.language);
        }
        if !Language::ALL
            .iter()
            .any(|known| known.tag() == self.language)
        {
            f.add("/language", Rule::UnknownCode);
        }
        check_scopes(f, &self.scopes);
        self.networks = check_networks(f, &self.networks);
        f.external_ids(&mut self.external_ids);
    }
}

/// One form of an address, whatever case it was typed in.
pub fn normalized(email: &str) -> String {
    email.trim().to_lowercase()
}

fn check_scopes(f: &mut Faults, raw: &[String]) {
    for (index, scope) in raw.iter().enumerate() {
        if Permission::from_code(scope).is_none() {
            f.add(format!("/scopes/{index}"), Rule::UnknownCode);
        } else if raw[..index].contains(scope) {
            f.add(format!("/scopes/{index}"), Rule::Duplicate);
        }
    }
}

fn check_networks(f: &mut Faults, raw: &[String]) -> Vec<String> {
    if raw.len() > MAX_NETWORKS {
        f.add("/networks", Rule::Length);
        return Vec::new();
    }
    let mut checked = Vec::with_capacity(raw.len());
    for (index, text) in raw.iter().enumerate() {
        match network(text) {
            Some(network) => checked.push(network.to_string()),
            None => f.add(format!("/networks/{index}"), Rule::Format),
        }
    }
    checked
}

/// A network (CIDR), or one address alone.
pub fn network(text: &str) -> Option<IpNet> {
    let network: Option<IpNet> = text.parse().ok();
    let host = || text.parse::<IpAddr>().ok().map(IpNet::from);
    network.or_else(host).map(|network| network.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{expected, faults, on};

    #[test]
    fn a_person_has_an_address_and_a_service_has_none() {
        let person = Account::of_person(" Jan.Kowalski@Example.org", "invited");
        let person = person.checked(&on("2016-01-04")).unwrap();
        assert_eq!(person.email.as_deref(), Some("jan.kowalski@example.org"));
        assert_eq!(person.name, "jan.kowalski@example.org");
        let service = Account {
            kind: "service".into(),
            name: "System ROPS".into(),
            email: None,
            scopes: vec!["internal:read".into()],
            networks: vec!["192.0.2.77/24".into(), "2001:db8::1".into()],
            ..Account::of_person("", "active")
        };
        let service = service.checked(&on("2016-01-04")).unwrap();
        assert_eq!(service.networks, ["192.0.2.0/24", "2001:db8::1/128"]);
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let person = Account {
            email: None,
            language: "de".into(),
            scopes: vec!["internal:read".into()],
            ..Account::of_person("", "active")
        };
        assert_eq!(
            faults(person.checked(&on("2016-01-04"))),
            expected(&[
                ("/email", Rule::Required),
                ("/language", Rule::UnknownCode),
                ("/name", Rule::Length),
                ("/scopes", Rule::Conflict),
            ])
        );
        let service = Account {
            kind: "service".into(),
            name: "ROPS".into(),
            email: Some("rops@example.org".into()),
            scopes: vec![
                "everything".into(),
                "public:read".into(),
                "public:read".into(),
            ],
            networks: vec!["10.0.0.0/33".into()],
            ..Account::of_person("", "active")
        };
        assert_eq!(
            faults(service.checked(&on("2016-01-04"))),
            expected(&[
                ("/email", Rule::Conflict),
                ("/networks/0", Rule::Format),
                ("/scopes/0", Rule::UnknownCode),
                ("/scopes/2", Rule::Duplicate),
            ])
        );
        // What it may have is not known of one of no kind.
        let unknown = Account {
            kind: "robot".into(),
            name: "ROPS".into(),
            scopes: vec!["public:read".into()],
            ..Account::default()
        };
        assert_eq!(
            faults(unknown.checked(&on("2016-01-04"))),
            expected(&[("/kind", Rule::UnknownCode)])
        );
    }
}
