//! Communiqués, from draft to release.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given, never};
use crate::state::Machine;

/// Which status may follow which. A review may return a draft.
pub const TRANSITIONS: Machine = Machine(&[
    ("draft", &["in_review"]),
    ("in_review", &["released", "draft"]),
    ("released", &["corrected", "withdrawn"]),
    ("corrected", &["withdrawn"]),
    ("withdrawn", &[]),
]);

/// The statuses that may follow.
pub fn allowed(from: &str) -> &'static [&'static str] {
    TRANSITIONS.allowed(from)
}

/// The statuses of what is released and not withdrawn.
pub const RELEASED: [&str; 2] = ["released", "corrected"];

/// Whether a communiqué of this status counts for the period of its release.
pub fn counts(status: &str) -> bool {
    RELEASED.contains(&status)
}

/// A communiqué. It begins as a draft; its number and the day of release come with the release.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Communique {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the partnership; made from the title when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "komunikat-2016-1"
    )]
    pub slug: String,
    /// Its number n/YYYY, once released.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "1/2016")]
    pub number: Option<String>,
    /// Title.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Komunikat nr 1/2016 z działań Rady Programowej"
    )]
    pub title: String,
    /// Text, in Markdown, kept and shown as such: whoever renders it takes care of what it may contain.
    #[schema(
        max_length = 100_000,
        example = "Rada Programowa spotkała się **24 lutego 2016 r.**"
    )]
    pub body: Option<String>,
    /// Code of the vocabulary `communique_statuses`.
    #[serde(default, deserialize_with = "never")]
    #[schema(format = "communique_statuses", read_only, example = "released")]
    pub status: String,
    /// The day of release.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "2016-03-21")]
    pub released_on: Option<NaiveDate>,
    /// The day it was withdrawn: for a period that was over by then, it counts.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "2017-02-01")]
    pub withdrawn_on: Option<NaiveDate>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Communique {
    const KIND: Kind = Kind::Communique;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl Communique {
    /// Whether it counts for the period of its release.
    pub fn counts(&self) -> bool {
        counts(&self.status)
    }
}

impl Shape for Communique {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    fn keep(&mut self, stored: &Self) {
        self.number.clone_from(&stored.number);
        self.status.clone_from(&stored.status);
        self.released_on = stored.released_on;
        self.withdrawn_on = stored.withdrawn_on;
    }

    fn check(&mut self, now: &Calendar, f: &mut Faults) {
        f.line("/title", &mut self.title, 300);
        f.slug(&mut self.slug, &self.title);
        f.code_or("/status", "communique_statuses", &mut self.status, "draft");
        if self.counts() && self.released_on.is_none() {
            f.add("/released_on", Rule::Required);
        }
        if matches!(self.status.as_str(), "draft" | "in_review") && self.released_on.is_some() {
            f.add("/released_on", Rule::Conflict);
        }
        check::not_future(f, "/released_on", self.released_on, now.today);
        let (released_on, withdrawn_on) = (self.released_on, self.withdrawn_on);
        check::in_order(f, "/withdrawn_on", released_on, withdrawn_on);
        check::not_future(f, "/withdrawn_on", withdrawn_on, now.today);
        f.number(&mut self.number);
        f.optional_prose("/body", &mut self.body, 100_000);
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};

    fn communique(status: &str, released_on: Option<&str>) -> Communique {
        Communique {
            number: Some("1/2016".into()),
            title: "Komunikat nr 1/2016".into(),
            status: status.into(),
            released_on: released_on.map(day),
            ..Default::default()
        }
    }

    #[test]
    fn a_release_has_a_day_and_a_draft_has_none() {
        for (status, released_on, fault) in [
            ("draft", None, None),
            ("released", Some("2016-12-31"), None),
            ("withdrawn", None, None),
            ("withdrawn", Some("2016-03-21"), None),
            ("released", None, Some(Rule::Required)),
            ("corrected", None, Some(Rule::Required)),
            ("in_review", Some("2016-03-21"), Some(Rule::Conflict)),
            ("released", Some("2017-01-01"), Some(Rule::Future)),
        ] {
            match communique(status, released_on).checked(&on("2016-12-31")) {
                Ok(_) => assert_eq!(fault, None, "{status}"),
                checked => assert_eq!(
                    faults(checked),
                    expected(&[("/released_on", fault.unwrap())]),
                    "{status}"
                ),
            }
        }
    }

    #[test]
    fn what_was_withdrawn_does_not_count() {
        assert!(counts("released") && counts("corrected"));
        assert!(!counts("withdrawn") && !counts("in_review"));
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = Communique {
            number: Some("pierwszy".into()),
            title: String::new(),
            body: Some("PESEL 44051401359".into()),
            ..communique("published", None)
        };
        assert_eq!(
            faults(broken.checked(&on("2016-12-31"))),
            expected(&[
                ("/body", Rule::PersonalIdentifier),
                ("/number", Rule::Format),
                ("/status", Rule::UnknownCode),
                ("/title", Rule::Length),
            ])
        );
    }
}
