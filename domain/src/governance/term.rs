//! Terms of office of a body.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::record::{ExternalId, Kind, Record, check_external_ids};

/// A term of office, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Term {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// The body.
    pub body_id: Uuid,
    /// Stable readable identifier, unique in the partnership.
    pub slug: String,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
    /// How many seats there are.
    pub seats: Option<i32>,
    /// A code of the vocabulary `quorum_rules`.
    pub quorum_rule: Option<String>,
    /// A code of the vocabulary `majority_rules`.
    pub majority_rule: Option<String>,
    /// The meeting that elected it.
    pub elected_at_id: Option<Uuid>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for Term {
    const KIND: Kind = Kind::Term;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }

    fn parent_id(&self) -> Option<Uuid> {
        Some(self.body_id)
    }
}

impl Term {
    /// Whether the day lies in the term, of which both ends are part.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.starts_on <= day && day <= self.ends_on
    }

    /// Whether two terms of one body have a day in common, which they must not.
    pub fn overlaps(&self, other: &Term) -> bool {
        self.starts_on <= other.ends_on && other.starts_on <= self.ends_on
    }
}

/// A term of office as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct TermDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// The body.
    pub body_id: Uuid,
    /// Made from the years when absent.
    pub slug: Option<String>,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
    /// How many seats there are.
    pub seats: Option<i32>,
    /// A code of the vocabulary `quorum_rules`.
    pub quorum_rule: Option<String>,
    /// A code of the vocabulary `majority_rules`.
    pub majority_rule: Option<String>,
    /// The meeting that elected it.
    pub elected_at_id: Option<Uuid>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl TermDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, _today: NaiveDate) -> Result<Term, Faults> {
        let mut f = Faults::new();
        if self.ends_on <= self.starts_on {
            f.add("/ends_on", Rule::Order);
        }
        check::within(&mut f, "/seats", self.seats, 1..=100_000);
        let title = format!("kadencja {} {}", self.starts_on.year(), self.ends_on.year());
        let value = Term {
            partnership_id: self.partnership_id,
            body_id: self.body_id,
            slug: check::slug(&mut f, self.slug.as_deref(), &title),
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            seats: self.seats,
            quorum_rule: check::optional_code(
                &mut f,
                "/quorum_rule",
                "quorum_rules",
                self.quorum_rule.as_deref(),
            ),
            majority_rule: check::optional_code(
                &mut f,
                "/majority_rule",
                "majority_rules",
                self.majority_rule.as_deref(),
            ),
            elected_at_id: self.elected_at_id,
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults};

    fn term(from: &str, to: &str) -> TermDraft {
        TermDraft {
            starts_on: day(from),
            ends_on: day(to),
            ..Default::default()
        }
    }

    #[test]
    fn terms_of_a_body_follow_each_other() {
        let checked = |from, to| term(from, to).check(day("2016-12-31")).unwrap();
        let first = checked("2014-11-21", "2017-11-20");
        assert_eq!(first.slug, "kadencja-2014-2017");
        assert!(first.contains(day("2017-11-20")) && !first.contains(day("2017-11-21")));
        assert!(!first.overlaps(&checked("2017-11-21", "2020-11-20")));
        assert!(first.overlaps(&checked("2017-11-20", "2020-11-20")));
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = TermDraft {
            seats: Some(0),
            quorum_rule: Some("all".into()),
            majority_rule: Some("most".into()),
            ..term("2014-11-21", "2014-11-21")
        };
        assert_eq!(
            faults(broken.check(day("2016-12-31"))),
            expected(&[
                ("/ends_on", Rule::Order),
                ("/majority_rule", Rule::UnknownCode),
                ("/quorum_rule", Rule::UnknownCode),
                ("/seats", Rule::Range),
            ])
        );
    }
}
