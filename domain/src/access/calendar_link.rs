//! Calendar links: addresses at which calendar programs, which cannot sign in, read the meetings that their owner sees.

use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::Faults;
use crate::record::{Kind, Record};

/// How many links one account has in one partnership at the most.
pub const MOST_LINKS: usize = 20;

/// A calendar link. Its token is shown once and kept only as its digest, which is no part of the record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CalendarLink {
    /// The person whose meetings it shows.
    pub account_id: Uuid,
    /// The partnership whose meetings it shows.
    pub partnership_id: Uuid,
    /// The one institution whose meetings it shows; all when absent.
    pub institution_id: Option<Uuid>,
    /// What the calendar is called, for people.
    pub name: String,
    /// Whether it was made in a session with a second factor: without one it stands for no role that needs it.
    pub second_factor: bool,
    /// Digest of the token (SHA-256).
    #[serde(skip)]
    pub hash: Vec<u8>,
}

impl Record for CalendarLink {
    const KIND: Kind = Kind::CalendarLink;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl CalendarLink {
    /// The same with its name checked.
    pub fn check(self) -> Result<Self, Faults> {
        let mut f = Faults::new();
        let name = check::line(&mut f, "/name", &self.name, 200);
        f.finish().map(|()| Self { name, ..self })
    }
}
