//! Accounts: who can sign in, people and services alike.

use std::net::IpAddr;

use chrono::NaiveDate;
use ipnet::IpNet;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Permission;
use crate::check;
use crate::fault::{Faults, Rule};
use crate::identifier::Email;
use crate::language::Language;
use crate::record::{ExternalId, Kind, Record, Versioned, check_external_ids};
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

/// An account, every value valid. What it signs in with is no part of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Account {
    /// Person or service.
    pub kind: AccountKind,
    /// `invited`, `active` or `disabled`.
    pub status: String,
    /// Who it is, for people.
    pub name: String,
    /// What a person signs in with and is written to at, in lower case.
    pub email: Option<String>,
    /// The language of mail: `pl` or `en`.
    pub language: String,
    /// What a service may ask for at the most: codes of permissions.
    pub scopes: Vec<String>,
    /// Networks (CIDR) from which a service may call; anywhere when empty.
    pub networks: Vec<IpNet>,
    /// The first day on which a service may not call any more.
    pub expires_on: Option<NaiveDate>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

/// An account, as others are shown it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountRef {
    /// Its id.
    #[schema(example = "0198c0de-0000-7000-8000-000000000003")]
    pub id: Uuid,
    /// `person` or `service`.
    #[schema(example = "person")]
    pub kind: String,
    /// `invited`, `active` or `disabled`.
    #[schema(example = "active")]
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
            kind: account.value.kind.code().to_owned(),
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

/// An account as somebody describes it, nothing checked yet.
#[derive(Clone, Debug, Default)]
pub struct AccountDraft {
    /// Person or service.
    pub kind: AccountKind,
    /// Who it is, for people; the address when absent.
    pub name: Option<String>,
    /// A person's address.
    pub email: Option<String>,
    /// Tag of a language; Polish when absent.
    pub language: Option<String>,
    /// A service's scopes.
    pub scopes: Vec<String>,
    /// A service's networks.
    pub networks: Vec<String>,
    /// The first day on which a service may not call any more.
    pub expires_on: Option<NaiveDate>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl AccountDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, status: &str) -> Result<Account, Faults> {
        let mut f = Faults::new();
        let person = self.kind == AccountKind::Person;
        let email = check::optional(&mut f, "/email", self.email.as_deref(), |raw| {
            Email::parse(&normalized(raw))
        });
        match (person, &self.email) {
            (true, None) => f.add("/email", Rule::Required),
            (false, Some(_)) => f.add("/email", Rule::Conflict),
            _ => {}
        }
        if person {
            for (pointer, set) in [
                ("/scopes", !self.scopes.is_empty()),
                ("/networks", !self.networks.is_empty()),
                ("/expires_on", self.expires_on.is_some()),
            ] {
                if set {
                    f.add(pointer, Rule::Conflict);
                }
            }
        }
        let name = match (&self.name, &email) {
            (None, Some(email)) => email.clone(),
            (name, _) => check::line(&mut f, "/name", name.as_deref().unwrap_or_default(), 200),
        };
        let language = self.language.as_deref().unwrap_or(Language::Pl.tag());
        if !Language::ALL.iter().any(|known| known.tag() == language) {
            f.add("/language", Rule::UnknownCode);
        }
        let account = Account {
            kind: self.kind,
            status: status.to_owned(),
            name,
            email,
            language: language.to_owned(),
            scopes: check_scopes(&mut f, self.scopes),
            networks: check_networks(&mut f, &self.networks),
            expires_on: self.expires_on,
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| account)
    }
}

/// One form of an address, whatever case it was typed in.
pub fn normalized(email: &str) -> String {
    email.trim().to_lowercase()
}

fn check_scopes(f: &mut Faults, raw: Vec<String>) -> Vec<String> {
    for (index, scope) in raw.iter().enumerate() {
        if Permission::from_code(scope).is_none() {
            f.add(format!("/scopes/{index}"), Rule::UnknownCode);
        } else if raw[..index].contains(scope) {
            f.add(format!("/scopes/{index}"), Rule::Duplicate);
        }
    }
    raw
}

fn check_networks(f: &mut Faults, raw: &[String]) -> Vec<IpNet> {
    if raw.len() > MAX_NETWORKS {
        f.add("/networks", Rule::Length);
        return Vec::new();
    }
    let mut checked = Vec::with_capacity(raw.len());
    for (index, text) in raw.iter().enumerate() {
        match network(text) {
            Some(network) => checked.push(network),
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
    use crate::check::{expected, faults};

    #[test]
    fn a_person_has_an_address_and_a_service_has_none() {
        let person = AccountDraft {
            email: Some(" Jan.Kowalski@Example.org".into()),
            ..Default::default()
        };
        let person = person.check("invited").unwrap();
        assert_eq!(person.email.as_deref(), Some("jan.kowalski@example.org"));
        assert_eq!(person.name, "jan.kowalski@example.org");
        let service = AccountDraft {
            kind: AccountKind::Service,
            name: Some("System ROPS".into()),
            scopes: vec!["internal:read".into()],
            networks: vec!["192.0.2.77/24".into(), "2001:db8::1".into()],
            ..Default::default()
        };
        let service = service.check("active").unwrap();
        assert_eq!(
            service.networks,
            ["192.0.2.0/24", "2001:db8::1/128"].map(|net| net.parse().unwrap())
        );
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let person = AccountDraft {
            language: Some("de".into()),
            scopes: vec!["internal:read".into()],
            ..Default::default()
        };
        assert_eq!(
            faults(person.check("invited")),
            expected(&[
                ("/email", Rule::Required),
                ("/language", Rule::UnknownCode),
                ("/name", Rule::Length),
                ("/scopes", Rule::Conflict),
            ])
        );
        let service = AccountDraft {
            kind: AccountKind::Service,
            name: Some("ROPS".into()),
            email: Some("rops@example.org".into()),
            scopes: vec![
                "everything".into(),
                "public:read".into(),
                "public:read".into(),
            ],
            networks: vec!["10.0.0.0/33".into()],
            ..Default::default()
        };
        assert_eq!(
            faults(service.check("active")),
            expected(&[
                ("/email", Rule::Conflict),
                ("/networks/0", Rule::Format),
                ("/scopes/0", Rule::UnknownCode),
                ("/scopes/2", Rule::Duplicate),
            ])
        );
    }
}
