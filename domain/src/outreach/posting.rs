//! Postings: a communiqué on the site of an institution.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::record::{ExternalId, Kind, Record, check_external_ids};
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

/// A posting, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Posting {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// What is posted.
    pub communique_id: Uuid,
    /// By whom.
    pub institution_id: Uuid,
    /// A code of the vocabulary `posting_statuses`.
    pub status: String,
    /// The day it was posted.
    pub posted_on: Option<NaiveDate>,
    /// Where it was posted.
    pub url: Option<String>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for Posting {
    const KIND: Kind = Kind::Posting;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }

    fn parent_id(&self) -> Option<Uuid> {
        Some(self.communique_id)
    }
}

impl Posting {
    /// Whether it was made, so that it counts.
    pub fn counts(&self) -> bool {
        counts(&self.status)
    }
}

/// A posting as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct PostingDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// What is posted.
    pub communique_id: Uuid,
    /// The day that was released; none while it is not.
    pub released_on: Option<NaiveDate>,
    /// By whom.
    pub institution_id: Uuid,
    /// Status; reported when there is a day of posting, otherwise expected, when absent.
    pub status: Option<String>,
    /// The day it was posted.
    pub posted_on: Option<NaiveDate>,
    /// Where it was posted.
    pub url: Option<String>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl PostingDraft {
    /// The day on which the institution has to be a signatory: that of the posting, or of the release until there is one.
    pub fn signatory_on(&self) -> Option<NaiveDate> {
        self.posted_on.or(self.released_on)
    }

    /// Checks every value, also whether it is one by a signatory, and reports all that is wrong at once, by the names of the
    /// API.
    pub fn check(self, today: NaiveDate, by_signatory: bool) -> Result<Posting, Faults> {
        let mut f = Faults::new();
        if !by_signatory {
            f.add("/institution", Rule::Conflict);
        }
        let status = self
            .status
            .as_deref()
            .unwrap_or(if self.posted_on.is_some() {
                "reported"
            } else {
                "expected"
            });
        let status = check::code(&mut f, "/status", "posting_statuses", status);
        let given = [
            ("/posted_on", self.posted_on.is_some()),
            ("/url", self.url.is_some()),
        ];
        for (pointer, given) in given {
            if counts(&status) && !given {
                f.add(pointer, Rule::Required);
            }
        }
        // The address may be known before the day: it is told first, then the posting is reported.
        if matches!(status.as_str(), "expected" | "notified") && self.posted_on.is_some() {
            f.add("/posted_on", Rule::Conflict);
        }
        if self.released_on.is_none() {
            f.add("/communique", Rule::Conflict);
        }
        check::in_order(&mut f, "/posted_on", self.released_on, self.posted_on);
        check::not_future(&mut f, "/posted_on", self.posted_on, today);
        let value = Posting {
            partnership_id: self.partnership_id,
            communique_id: self.communique_id,
            institution_id: self.institution_id,
            status,
            posted_on: self.posted_on,
            url: check::optional(&mut f, "/url", self.url.as_deref(), Url::parse),
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults};

    fn posting(status: Option<&str>, posted_on: Option<&str>, url: Option<&str>) -> PostingDraft {
        PostingDraft {
            status: status.map(str::to_owned),
            posted_on: posted_on.map(day),
            url: url.map(str::to_owned),
            released_on: Some(day("2016-03-21")),
            ..Default::default()
        }
    }

    const URL: &str = "https://pup.example/komunikat-2016-1";

    #[test]
    fn what_was_posted_says_when_and_where() {
        let today = day("2016-12-31");
        let reported = posting(None, Some("2016-03-22"), Some(URL))
            .check(today, true)
            .unwrap();
        assert!(reported.counts() && reported.status == "reported");
        assert_eq!(
            posting(None, None, None).check(today, true).unwrap().status,
            "expected"
        );
        assert_eq!(
            faults(posting(Some("verified"), None, None).check(today, true)),
            expected(&[("/posted_on", Rule::Required), ("/url", Rule::Required)])
        );
        assert_eq!(
            faults(posting(Some("notified"), Some("2016-03-22"), Some(URL)).check(today, true)),
            expected(&[("/posted_on", Rule::Conflict)])
        );
        assert!(
            posting(Some("notified"), None, Some(URL))
                .check(today, true)
                .is_ok()
        );
    }

    #[test]
    fn nothing_is_posted_before_its_release() {
        let today = day("2016-12-31");
        let early = posting(None, Some("2016-03-20"), Some(URL));
        assert_eq!(
            faults(early.check(today, true)),
            expected(&[("/posted_on", Rule::Order)])
        );
        let unreleased = PostingDraft {
            released_on: None,
            ..posting(None, None, None)
        };
        assert_eq!(unreleased.signatory_on(), None);
        assert_eq!(
            faults(unreleased.check(today, true)),
            expected(&[("/communique", Rule::Conflict)])
        );
    }

    #[test]
    fn it_is_one_by_a_signatory_of_its_day() {
        let expected_one = posting(None, None, None);
        assert_eq!(expected_one.signatory_on(), Some(day("2016-03-21")));
        let made = posting(None, Some("2016-03-22"), Some(URL));
        assert_eq!(made.signatory_on(), Some(day("2016-03-22")));
        assert_eq!(
            faults(made.check(day("2016-12-31"), false)),
            expected(&[("/institution", Rule::Conflict)])
        );
    }

    #[test]
    fn the_day_is_not_in_the_future_and_the_address_is_one() {
        let broken = posting(None, Some("2017-01-01"), Some("javascript:alert(1)"));
        assert_eq!(
            faults(broken.check(day("2016-12-31"), true)),
            expected(&[("/posted_on", Rule::Future), ("/url", Rule::Format)])
        );
    }
}
