//! Good practices and where they were presented.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::Faults;
use crate::institution::Institution;
use crate::link::{Link, Links};
use crate::meeting::Meeting;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given, never};
use crate::state::Machine;

/// Which status may follow which. A review may return a draft.
pub const TRANSITIONS: Machine = Machine(&[
    ("draft", &["in_review"]),
    ("in_review", &["published", "draft"]),
    ("published", &["archived"]),
    ("archived", &[]),
]);

/// The statuses of what was published, archived since or not: what was presented stays so.
pub const PUBLISHED: [&str; 2] = ["published", "archived"];

/// The statuses that may follow.
pub fn allowed(from: &str) -> &'static [&'static str] {
    TRANSITIONS.allowed(from)
}

/// A good practice. It begins as a draft.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoodPractice {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the partnership; made from the title when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "dobra-praktyka-1"
    )]
    pub slug: String,
    /// Title.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Dobra praktyka z ekonomii społecznej – PUP w Strzelcach Krajeńskich"
    )]
    pub title: String,
    /// The institution whose practice it is, also one that is no signatory.
    #[schema(value_type = String, format = "link", example = "pup-strzelce-krajenskie")]
    pub owner: Link<Institution>,
    /// Code of the vocabulary `good_practice_statuses`.
    #[serde(default, deserialize_with = "never")]
    #[schema(format = "good_practice_statuses", read_only, example = "published")]
    pub status: String,
    /// Its place among those presented at a meeting, from one.
    #[serde(default = "first")]
    #[schema(minimum = 1, maximum = 100_000, default = 1, example = 1)]
    pub position: i32,
    /// The problem.
    #[schema(
        max_length = 20_000,
        example = "Osoby po kryzysie bezdomności nie mają dokąd pójść po pracy."
    )]
    pub problem: Option<String>,
    /// How it was solved.
    #[schema(
        max_length = 20_000,
        example = "Spółdzielnia socjalna prowadzi mieszkania treningowe."
    )]
    pub solution: Option<String>,
    /// How one knows that it worked.
    #[schema(max_length = 20_000, example = "Po roku 8 z 10 osób pracuje.")]
    pub evidence: Option<String>,
    /// Where else it could work.
    #[schema(
        max_length = 20_000,
        example = "W każdej gminie, która ma wolne lokale."
    )]
    pub transferability: Option<String>,
    /// What was learned.
    #[schema(
        max_length = 20_000,
        example = "Umowa najmu musi być gotowa przed naborem."
    )]
    pub lessons: Option<String>,
    /// The meetings at which it was presented.
    #[serde(default)]
    #[schema(value_type = Vec<String>, format = "link", max_items = 200, example = json!(["rada-2016-4"]))]
    pub presented_at: Links<Meeting>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

fn first() -> i32 {
    1
}

impl Record for GoodPractice {
    const KIND: Kind = Kind::GoodPractice;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl Shape for GoodPractice {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    fn keep(&mut self, stored: &Self) {
        self.status.clone_from(&stored.status);
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        f.line("/title", &mut self.title, 300);
        f.slug(&mut self.slug, &self.title);
        f.code_or(
            "/status",
            "good_practice_statuses",
            &mut self.status,
            "draft",
        );
        check::position(f, self.position);
        f.optional_prose("/problem", &mut self.problem, 20_000);
        f.optional_prose("/solution", &mut self.solution, 20_000);
        f.optional_prose("/evidence", &mut self.evidence, 20_000);
        f.optional_prose("/transferability", &mut self.transferability, 20_000);
        f.optional_prose("/lessons", &mut self.lessons, 20_000);
        f.links("/presented_at", &mut self.presented_at);
        // In one order, so that the same meetings are the same value.
        self.presented_at.sort_unstable_by_key(|meeting| meeting.id);
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{expected, faults, on};

    use crate::fault::Rule;

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = GoodPractice {
            status: "famous".into(),
            lessons: Some("Klient 44051401359".into()),
            presented_at: Links::to([Uuid::nil(), Uuid::nil()]),
            ..Default::default()
        };
        assert_eq!(
            faults(broken.checked(&on("2016-12-31"))),
            expected(&[
                ("/lessons", Rule::PersonalIdentifier),
                ("/position", Rule::Range),
                ("/presented_at/1", Rule::Duplicate),
                ("/status", Rule::UnknownCode),
                ("/title", Rule::Length),
            ])
        );
    }
}
