//! Postings: a communiqué on the site of an institution.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::institution::Institution;
use crate::link::Link;
use crate::outreach::communique::Communique;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, never};
use crate::state::Machine;
use crate::url::Url;

/// Which status may follow which. A reminder may be skipped.
pub const TRANSITIONS: Machine = Machine(&[
    ("expected", &["notified", "reported", "waived"]),
    ("notified", &["reported", "waived"]),
    ("reported", &["verified", "broken"]),
    ("verified", &["broken"]),
    ("broken", &["reported", "verified"]),
    ("waived", &[]),
]);

/// The statuses that may follow.
pub fn allowed(from: &str) -> &'static [&'static str] {
    TRANSITIONS.allowed(from)
}

/// The statuses of what was posted, also where the link broke afterwards.
pub const POSTED: [&str; 3] = ["reported", "verified", "broken"];

/// Whether a posting of this status was made, so that it counts.
pub fn counts(status: &str) -> bool {
    POSTED.contains(&status)
}

/// A posting: a communiqué on the site of an institution. It is reported when it says the day, otherwise expected.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Posting {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// What is posted.
    #[serde(default, deserialize_with = "never")]
    #[schema(value_type = String, read_only, format = "link", example = "komunikat-2016-1")]
    pub communique: Link<Communique>,
    /// The institution on whose site it is.
    #[schema(value_type = String, format = "link", example = "wup-zielona-gora")]
    pub institution: Link<Institution>,
    /// Code of the vocabulary `posting_statuses`.
    #[serde(default, deserialize_with = "never")]
    #[schema(format = "posting_statuses", read_only, example = "reported")]
    pub status: String,
    /// The day it was posted, not before the release. A posting that is expected gets it when it is reported.
    #[schema(example = "2016-03-21")]
    pub posted_on: Option<NaiveDate>,
    /// Where it was posted; required of what was posted.
    #[schema(
        max_length = 2000,
        example = "https://wup-zielona-gora.example/komunikat-2016-1"
    )]
    pub url: Option<String>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Posting {
    const KIND: Kind = Kind::Posting;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }

    fn parent_id(&self) -> Option<Uuid> {
        Some(self.communique.id)
    }
}

impl Posting {
    /// Whether it was made, so that it counts.
    pub fn counts(&self) -> bool {
        counts(&self.status)
    }

    /// The day on which the institution has to be a signatory: that of the posting, or of the release until there is one.
    pub fn signatory_on(&self, released_on: Option<NaiveDate>) -> Option<NaiveDate> {
        self.posted_on.or(released_on)
    }

    /// Notes what is wrong with it as one of what was released on a day, or is not released, and as one by a signatory, or
    /// by somebody else.
    pub fn check_release(
        &self,
        released_on: Option<NaiveDate>,
        by_signatory: bool,
        f: &mut Faults,
    ) {
        if !by_signatory {
            f.add("/institution", Rule::Conflict);
        }
        if released_on.is_none() {
            f.add("/communique", Rule::Conflict);
        }
        check::in_order(f, "/posted_on", released_on, self.posted_on);
    }
}

impl Shape for Posting {
    fn place(&mut self, partnership: Uuid, parent: Option<Uuid>) {
        self.partnership_id = partnership;
        self.communique = Link::to(parent.unwrap_or_default());
    }

    fn keep(&mut self, stored: &Self) {
        self.status.clone_from(&stored.status);
    }

    fn check(&mut self, now: &Calendar, f: &mut Faults) {
        let begun = match self.posted_on {
            Some(_) => "reported",
            None => "expected",
        };
        f.code_or("/status", "posting_statuses", &mut self.status, begun);
        f.optional("/url", &mut self.url, Url::parse);
        let given = [
            ("/posted_on", self.posted_on.is_some()),
            ("/url", self.url.is_some()),
        ];
        for (pointer, given) in given {
            if self.counts() && !given {
                f.add(pointer, Rule::Required);
            }
        }
        // The address may be known before the day: it is told first, then the posting is reported.
        if matches!(self.status.as_str(), "expected" | "notified") && self.posted_on.is_some() {
            f.add("/posted_on", Rule::Conflict);
        }
        check::not_future(f, "/posted_on", self.posted_on, now.today);
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};
    use crate::record::Valid;

    fn posting(status: &str, posted_on: Option<&str>, url: Option<&str>) -> Posting {
        Posting {
            status: status.to_owned(),
            posted_on: posted_on.map(day),
            url: url.map(str::to_owned),
            ..Default::default()
        }
    }

    /// As one of what was released on a day, by a signatory or somebody else.
    fn checked(
        posting: Posting,
        released_on: Option<&str>,
        by_signatory: bool,
    ) -> Result<Valid<Posting>, Faults> {
        let mut f = Faults::new();
        posting.check_release(released_on.map(day), by_signatory, &mut f);
        posting.checked_with(&on("2016-12-31"), f)
    }

    const URL: &str = "https://pup.example/komunikat-2016-1";
    const RELEASED: Option<&str> = Some("2016-03-21");

    #[test]
    fn what_was_posted_says_when_and_where() {
        let reported = posting("", Some("2016-03-22"), Some(URL));
        let reported = checked(reported, RELEASED, true).unwrap();
        assert!(reported.counts() && reported.status == "reported");
        let expected_one = checked(posting("", None, None), RELEASED, true);
        assert_eq!(expected_one.unwrap().status, "expected");
        assert_eq!(
            faults(checked(posting("verified", None, None), RELEASED, true)),
            expected(&[("/posted_on", Rule::Required), ("/url", Rule::Required)])
        );
        let too_early = posting("notified", Some("2016-03-22"), Some(URL));
        assert_eq!(
            faults(checked(too_early, RELEASED, true)),
            expected(&[("/posted_on", Rule::Conflict)])
        );
        assert!(checked(posting("notified", None, Some(URL)), RELEASED, true).is_ok());
    }

    #[test]
    fn nothing_is_posted_before_its_release() {
        let early = posting("", Some("2016-03-20"), Some(URL));
        assert_eq!(
            faults(checked(early, RELEASED, true)),
            expected(&[("/posted_on", Rule::Order)])
        );
        let unreleased = posting("", None, None);
        assert_eq!(unreleased.signatory_on(None), None);
        assert_eq!(
            faults(checked(unreleased, None, true)),
            expected(&[("/communique", Rule::Conflict)])
        );
    }

    #[test]
    fn it_is_one_by_a_signatory_of_its_day() {
        let released_on = RELEASED.map(day);
        let expected_one = posting("", None, None);
        assert_eq!(expected_one.signatory_on(released_on), released_on);
        let made = posting("", Some("2016-03-22"), Some(URL));
        assert_eq!(made.signatory_on(released_on), Some(day("2016-03-22")));
        assert_eq!(
            faults(checked(made, RELEASED, false)),
            expected(&[("/institution", Rule::Conflict)])
        );
    }

    #[test]
    fn the_day_is_not_in_the_future_and_the_address_is_one() {
        let broken = posting("", Some("2017-01-01"), Some("javascript:alert(1)"));
        assert_eq!(
            faults(checked(broken, RELEASED, true)),
            expected(&[("/posted_on", Rule::Future), ("/url", Rule::Format)])
        );
    }
}
