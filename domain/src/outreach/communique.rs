//! Communiqués, from draft to release.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::record::{ExternalId, Kind, Record, check_external_ids};
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

/// A communiqué, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Communique {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the partnership.
    pub slug: String,
    /// Its number n/YYYY.
    pub number: Option<String>,
    /// Title.
    pub title: String,
    /// Text, in Markdown.
    pub body: Option<String>,
    /// A code of the vocabulary `communique_statuses`.
    pub status: String,
    /// The day of release.
    pub released_on: Option<NaiveDate>,
    /// Identifiers in other systems.
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

/// A communiqué as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct CommuniqueDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Made from the title when absent.
    pub slug: Option<String>,
    /// Its number n/YYYY.
    pub number: Option<String>,
    /// Title.
    pub title: String,
    /// Text, in Markdown.
    pub body: Option<String>,
    /// Status; a draft when absent.
    pub status: Option<String>,
    /// The day of release.
    pub released_on: Option<NaiveDate>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl CommuniqueDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, today: NaiveDate) -> Result<Communique, Faults> {
        let mut f = Faults::new();
        let title = check::line(&mut f, "/title", &self.title, 300);
        let status = self.status.as_deref().unwrap_or("draft");
        let status = check::code(&mut f, "/status", "communique_statuses", status);
        if counts(&status) && self.released_on.is_none() {
            f.add("/released_on", Rule::Required);
        }
        if matches!(status.as_str(), "draft" | "in_review") && self.released_on.is_some() {
            f.add("/released_on", Rule::Conflict);
        }
        check::not_future(&mut f, "/released_on", self.released_on, today);
        let value = Communique {
            partnership_id: self.partnership_id,
            slug: check::slug(&mut f, self.slug.as_deref(), &title),
            number: check::number(&mut f, self.number.as_deref()),
            title,
            body: check::optional_prose(&mut f, "/body", self.body.as_deref(), 100_000),
            status,
            released_on: self.released_on,
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults};

    fn communique(status: &str, released_on: Option<&str>) -> CommuniqueDraft {
        CommuniqueDraft {
            number: Some("1/2016".into()),
            title: "Komunikat nr 1/2016".into(),
            status: Some(status.into()),
            released_on: released_on.map(day),
            ..Default::default()
        }
    }

    #[test]
    fn a_release_has_a_day_and_a_draft_has_none() {
        let today = day("2016-12-31");
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
            match communique(status, released_on).check(today) {
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
        let broken = CommuniqueDraft {
            number: Some("pierwszy".into()),
            title: String::new(),
            body: Some("PESEL 44051401359".into()),
            ..communique("published", None)
        };
        assert_eq!(
            faults(broken.check(day("2016-12-31"))),
            expected(&[
                ("/body", Rule::PersonalIdentifier),
                ("/number", Rule::Format),
                ("/status", Rule::UnknownCode),
                ("/title", Rule::Length),
            ])
        );
    }
}
