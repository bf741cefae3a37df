//! Signed links: one action on one record, for somebody without an account or a password, until a day.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::fault::Faults;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, never};

/// What a link lets its holder do, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkAction {
    /// Set the first password of an account.
    AcceptInvitation,
    /// Set a new password of an account.
    ResetPassword,
    /// Say, at the new address, that it is one's own.
    ConfirmNewEmail,
    /// Say, at the present address, that it may be replaced.
    ConfirmOldEmail,
}

impl LinkAction {
    /// Every action.
    pub const ALL: [LinkAction; 4] = [
        LinkAction::AcceptInvitation,
        LinkAction::ResetPassword,
        LinkAction::ConfirmNewEmail,
        LinkAction::ConfirmOldEmail,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            LinkAction::AcceptInvitation => "accept_invitation",
            LinkAction::ResetPassword => "reset_password",
            LinkAction::ConfirmNewEmail => "confirm_new_email",
            LinkAction::ConfirmOldEmail => "confirm_old_email",
        }
    }

    /// The action of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }

    /// How long such a link can be used.
    pub const fn lifetime(self) -> TimeDelta {
        match self {
            LinkAction::AcceptInvitation => TimeDelta::days(7),
            LinkAction::ResetPassword => TimeDelta::hours(1),
            LinkAction::ConfirmNewEmail | LinkAction::ConfirmOldEmail => TimeDelta::days(1),
        }
    }
}

/// A link. What is mailed is its id and a seal over what it says, so that nothing stored opens anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Link {
    /// `accept_invitation`, `reset_password`, `confirm_new_email` or `confirm_old_email`.
    #[serde(deserialize_with = "never")]
    #[schema(value_type = String, format = "link_actions", read_only, example = "accept_invitation")]
    pub action: LinkAction,
    /// The kind of record it is about.
    #[serde(deserialize_with = "never")]
    #[schema(value_type = String, format = "record_kinds", read_only, example = "account")]
    pub resource_kind: Kind,
    /// The record it is about.
    #[serde(deserialize_with = "never")]
    #[schema(read_only, example = "0198c0de-0000-7000-8000-000000000003")]
    pub resource_id: Uuid,
    /// Where it was sent.
    #[serde(deserialize_with = "never")]
    #[schema(read_only, example = "przedstawiciel@pup-zary.example")]
    pub recipient: Option<String>,
    /// The new address, for a change of address.
    #[serde(skip)]
    pub email: Option<String>,
    /// The other of two links that have to be used both.
    #[serde(skip)]
    pub twin_id: Option<Uuid>,
    /// From when it cannot be used.
    #[serde(deserialize_with = "never")]
    #[schema(read_only, example = "2016-03-08T08:00:00Z")]
    pub expires_at: DateTime<Utc>,
    /// When it was used.
    #[serde(deserialize_with = "never")]
    #[schema(read_only, example = "2017-01-09T08:00:00Z")]
    pub used_at: Option<DateTime<Utc>>,
    /// Identifiers in other systems.
    #[serde(deserialize_with = "never")]
    #[schema(max_items = 20, read_only)]
    pub external_ids: Vec<ExternalId>,
}

impl Default for Link {
    /// A link that opens nothing.
    fn default() -> Self {
        Self::to_account(
            LinkAction::ResetPassword,
            Uuid::nil(),
            "",
            DateTime::UNIX_EPOCH,
        )
    }
}

impl Record for Link {
    const KIND: Kind = Kind::Link;

    fn partnership_id(&self) -> Option<Uuid> {
        None
    }
}

/// The program alone makes links: there is nothing to check.
impl Shape for Link {
    fn check(&mut self, _now: &Calendar, _faults: &mut Faults) {}
}

impl Link {
    /// A link to an account's address.
    pub fn to_account(
        action: LinkAction,
        account: Uuid,
        recipient: &str,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            action,
            resource_kind: Kind::Account,
            resource_id: account,
            recipient: Some(recipient.to_owned()),
            email: None,
            twin_id: None,
            expires_at: now + action.lifetime(),
            used_at: None,
            external_ids: Vec::new(),
        }
    }

    /// What the seal is made over: whatever is changed behind the program's back breaks it.
    pub fn sealed_text(&self, id: Uuid) -> String {
        format!(
            "link\n{id}\n{}\n{}\n{}\n{}\n{}",
            self.action.code(),
            self.resource_kind.name(),
            self.resource_id,
            self.email.as_deref().unwrap_or_default(),
            self.expires_at.timestamp(),
        )
    }

    /// Whether it can be used: it was not used yet, and is not too old.
    pub fn is_usable(&self, now: DateTime<Utc>) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }

    /// Uses it up, if it can be used.
    pub fn used(self, now: DateTime<Utc>) -> Option<Self> {
        self.is_usable(now).then_some(Self {
            used_at: Some(now),
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_link_is_used_once_and_in_time() {
        let now = at("2016-03-01T10:00:00Z");
        let link = Link::to_account(
            LinkAction::ResetPassword,
            Uuid::from_u128(1),
            "a@b.example",
            now,
        );
        assert!(link.clone().used(at("2016-03-01T11:00:00Z")).is_none());
        let used = link.used(at("2016-03-01T10:59:59Z")).unwrap();
        assert!(used.used(at("2016-03-01T10:59:59Z")).is_none());
    }

    #[test]
    fn the_seal_covers_what_a_link_opens() {
        let now = at("2016-03-01T10:00:00Z");
        let (id, account) = (Uuid::from_u128(7), Uuid::from_u128(1));
        let link = Link::to_account(LinkAction::ConfirmNewEmail, account, "a@b.example", now);
        let other = [
            Link {
                action: LinkAction::ResetPassword,
                ..link.clone()
            },
            Link {
                resource_id: id,
                ..link.clone()
            },
            Link {
                email: Some("c@d.example".into()),
                ..link.clone()
            },
            Link {
                expires_at: at("2036-03-01T10:00:00Z"),
                ..link.clone()
            },
        ];
        for other in other {
            assert_ne!(other.sealed_text(id), link.sealed_text(id));
        }
        assert_ne!(link.sealed_text(account), link.sealed_text(id));
    }
}
