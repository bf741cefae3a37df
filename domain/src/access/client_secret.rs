//! Client secrets: what services sign in with.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::account::Account;
use crate::check;
use crate::fault::{Faults, Rule};
use crate::link::Link;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, never};

/// How many secrets of one service are valid at a time: the old one and the one that replaces it.
pub const MOST_SECRETS: usize = 2;

/// A client secret. The secret itself is shown once and kept only as its digest, which is no part of the record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientSecret {
    /// The service that signs in with it.
    #[serde(default, deserialize_with = "never")]
    #[schema(value_type = Option<String>, format = "account", read_only)]
    pub account: Link<Account>,
    /// What tells it from others, for people.
    #[schema(min_length = 1, max_length = 200, example = "System raportowy, 2026")]
    pub name: String,
    /// The first day on which it is not valid any more.
    #[schema(example = "2099-01-01")]
    pub expires_on: Option<NaiveDate>,
    /// Digest of the secret (SHA-256).
    #[serde(skip)]
    pub hash: Vec<u8>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for ClientSecret {
    const KIND: Kind = Kind::ClientSecret;

    fn partnership_id(&self) -> Option<Uuid> {
        None
    }

    fn parent_id(&self) -> Option<Uuid> {
        Some(self.account.id)
    }
}

impl Shape for ClientSecret {
    fn place(&mut self, _partnership: Uuid, parent: Option<Uuid>) {
        self.account = Link::to(parent.unwrap_or_default());
    }

    fn check(&mut self, now: &Calendar, f: &mut Faults) {
        self.name = check::line(f, "/name", &self.name, 200);
        if self.expires_on.is_some_and(|end| end <= now.today) {
            f.add("/expires_on", Rule::Order);
        }
        f.external_ids(&mut self.external_ids);
    }
}

impl ClientSecret {
    /// Whether it is valid on a day.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.expires_on.is_none_or(|end| day < end)
    }
}
