//! Terms of office of a body.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::governance::body::Body;
use crate::link::Link;
use crate::meeting::Meeting;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given, never};

/// A term of office of a body.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// The body.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, value_type = String, format = "link")]
    pub body: Link<Body>,
    /// Stable readable identifier, unique in the partnership; made from the years when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "rada-2014-2017"
    )]
    pub slug: String,
    /// The first day.
    #[schema(example = "2014-11-21")]
    pub starts_on: NaiveDate,
    /// The last day.
    #[schema(example = "2017-11-20")]
    pub ends_on: NaiveDate,
    /// How many seats there are.
    #[schema(minimum = 1, maximum = 100_000, example = 11)]
    pub seats: Option<i32>,
    /// How many must be present for a decision: a code of the vocabulary `quorum_rules`.
    #[schema(format = "quorum_rules", example = "more_than_half")]
    pub quorum_rule: Option<String>,
    /// Code of the vocabulary `majority_rules`.
    #[schema(format = "majority_rules", example = "simple")]
    pub majority_rule: Option<String>,
    /// The meeting that elected it, which took place or was announced.
    #[schema(value_type = Option<String>, format = "link", example = "zgromadzenie-2014")]
    pub elected_at: Option<Link<Meeting>>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Term {
    const KIND: Kind = Kind::Term;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }

    fn parent_id(&self) -> Option<Uuid> {
        Some(self.body.id)
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

impl Shape for Term {
    fn place(&mut self, partnership: Uuid, parent: Option<Uuid>) {
        self.partnership_id = partnership;
        self.body = parent.map(Link::to).unwrap_or_default();
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        if self.ends_on <= self.starts_on {
            f.add("/ends_on", Rule::Order);
        }
        check::within(f, "/seats", self.seats, 1..=100_000);
        let title = format!("kadencja {} {}", self.starts_on.year(), self.ends_on.year());
        f.slug(&mut self.slug, &title);
        f.optional_code("/quorum_rule", "quorum_rules", &mut self.quorum_rule);
        f.optional_code("/majority_rule", "majority_rules", &mut self.majority_rule);
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};

    fn term(from: &str, to: &str) -> Term {
        Term {
            starts_on: day(from),
            ends_on: day(to),
            ..Default::default()
        }
    }

    #[test]
    fn terms_of_a_body_follow_each_other() {
        let checked = |from, to| term(from, to).checked(&on("2016-12-31")).unwrap();
        let first = checked("2014-11-21", "2017-11-20");
        assert_eq!(first.slug, "kadencja-2014-2017");
        assert!(first.contains(day("2017-11-20")) && !first.contains(day("2017-11-21")));
        assert!(!first.overlaps(&checked("2017-11-21", "2020-11-20")));
        assert!(first.overlaps(&checked("2017-11-20", "2020-11-20")));
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = Term {
            seats: Some(0),
            quorum_rule: Some("all".into()),
            majority_rule: Some("most".into()),
            ..term("2014-11-21", "2014-11-21")
        };
        assert_eq!(
            faults(broken.checked(&on("2016-12-31"))),
            expected(&[
                ("/ends_on", Rule::Order),
                ("/majority_rule", Rule::UnknownCode),
                ("/quorum_rule", Rule::UnknownCode),
                ("/seats", Rule::Range),
            ])
        );
    }
}
