//! Client secrets: what services sign in with.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::record::{Kind, Record};

/// How many secrets of one service are valid at a time: the old one and the one that replaces it.
pub const MOST_SECRETS: usize = 2;

/// A client secret. The secret itself is shown once and kept only as its digest, which is no part of the record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClientSecret {
    /// The service that signs in with it.
    pub account_id: Uuid,
    /// What tells it from others, for people.
    pub name: String,
    /// The first day on which it is not valid any more.
    pub expires_on: Option<NaiveDate>,
    /// Digest of the secret (SHA-256).
    #[serde(skip)]
    pub hash: Vec<u8>,
}

impl Record for ClientSecret {
    const KIND: Kind = Kind::ClientSecret;

    fn partnership_id(&self) -> Option<Uuid> {
        None
    }
}

impl ClientSecret {
    /// A secret by its digest, which begins to be valid today.
    pub fn new(
        account_id: Uuid,
        name: &str,
        expires_on: Option<NaiveDate>,
        hash: Vec<u8>,
        today: NaiveDate,
    ) -> Result<Self, Faults> {
        let mut f = Faults::new();
        let name = check::line(&mut f, "/name", name, 200);
        if expires_on.is_some_and(|end| end <= today) {
            f.add("/expires_on", Rule::Order);
        }
        let secret = Self {
            account_id,
            name,
            expires_on,
            hash,
        };
        f.finish().map(|()| secret)
    }

    /// Whether it is valid on a day.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.expires_on.is_none_or(|end| day < end)
    }
}
