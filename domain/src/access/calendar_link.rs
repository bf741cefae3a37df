//! Calendar links: addresses at which calendar programs, which cannot sign in, read the meetings that their owner sees.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::account::Account;
use crate::check;
use crate::fault::Faults;
use crate::institution::Institution;
use crate::link::Link;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, never};

/// How many links one account has in one partnership at the most.
pub const MOST_LINKS: usize = 20;

/// A calendar link. Its token is shown once and kept only as its digest, which is no part of the record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarLink {
    /// The partnership whose meetings it shows.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// What the calendar is called.
    #[schema(min_length = 1, max_length = 200, example = "Spotkania partnerstwa")]
    pub name: String,
    /// The person whose meetings it shows.
    #[serde(default, deserialize_with = "never")]
    #[schema(value_type = Option<String>, format = "account", read_only)]
    pub account: Link<Account>,
    /// Only the meetings that concern an institution. When absent, all; for who represents one institution, those of that one.
    #[schema(value_type = Option<String>, format = "link", example = "pup-zary")]
    pub institution: Option<Link<Institution>>,
    /// Whether it was made in a session with a second factor: without one it stands for no role that needs it.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = false)]
    pub second_factor: bool,
    /// Digest of the token (SHA-256).
    #[serde(skip)]
    pub hash: Vec<u8>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for CalendarLink {
    const KIND: Kind = Kind::CalendarLink;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl Shape for CalendarLink {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        self.name = check::line(f, "/name", &self.name, 200);
        f.external_ids(&mut self.external_ids);
    }
}
