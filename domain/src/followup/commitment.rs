//! Commitments: what is to be done so many times a year.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::commitment_status::Promise;
use crate::fault::Faults;
use crate::period::active_on;
use crate::record::{ExternalId, Kind, Record, check_external_ids};

/// A commitment, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Commitment {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the partnership.
    pub slug: String,
    /// The recommendation it comes from.
    pub recommendation_id: Option<Uuid>,
    /// How many times a year at least.
    pub min_count: i32,
    /// A code of the vocabulary `commitment_channels`: what can fulfil it.
    pub channel: String,
    /// Codes of the vocabulary `institution_kinds`: who made it.
    pub party_kinds: Vec<String>,
    /// What is promised: a phrase of the report in the nominative.
    pub report_text: String,
    /// The first day in force.
    pub starts_on: NaiveDate,
    /// The first day no longer in force.
    pub ends_on: Option<NaiveDate>,
    /// Its place in the list, from one.
    pub position: i32,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for Commitment {
    const KIND: Kind = Kind::Commitment;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl Commitment {
    /// What it promises, as its status is computed from it.
    pub fn promise(&self) -> Promise {
        Promise {
            minimum: self.min_count.unsigned_abs(),
            in_force_from: self.starts_on,
            in_force_to: self.ends_on,
        }
    }

    /// The first day on which it can be fulfilled: what was done earlier in the year it came into force counts too.
    pub fn fulfillable_from(&self) -> NaiveDate {
        let year = self.starts_on.year();
        NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(self.starts_on)
    }

    /// Whether what is done on a day can fulfil it.
    pub fn fulfillable_on(&self, day: NaiveDate) -> bool {
        active_on(day, self.fulfillable_from(), self.ends_on)
    }
}

/// A commitment as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct CommitmentDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Made from the text when absent.
    pub slug: Option<String>,
    /// The recommendation it comes from.
    pub recommendation_id: Option<Uuid>,
    /// How many times a year at least.
    pub min_count: i32,
    /// Channel; any meeting when absent.
    pub channel: Option<String>,
    /// Codes of the vocabulary `institution_kinds`: who made it.
    pub party_kinds: Vec<String>,
    /// What is promised: a phrase of the report in the nominative.
    pub report_text: String,
    /// The first day in force.
    pub starts_on: NaiveDate,
    /// The first day no longer in force.
    pub ends_on: Option<NaiveDate>,
    /// Its place in the list, from one.
    pub position: i32,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl CommitmentDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, _today: NaiveDate) -> Result<Commitment, Faults> {
        let mut f = Faults::new();
        check::within(&mut f, "/min_count", Some(self.min_count), 1..=1000);
        check::in_order(&mut f, "/ends_on", Some(self.starts_on), self.ends_on);
        check::position(&mut f, self.position);
        let report_text = check::report_text(&mut f, "/report_text", &self.report_text);
        let channel = self.channel.as_deref().unwrap_or("any_meeting");
        let value = Commitment {
            partnership_id: self.partnership_id,
            slug: check::slug(&mut f, self.slug.as_deref(), &report_text),
            recommendation_id: self.recommendation_id,
            min_count: self.min_count,
            channel: check::code(&mut f, "/channel", "commitment_channels", channel),
            party_kinds: check::codes(
                &mut f,
                "/party_kinds",
                "institution_kinds",
                self.party_kinds,
            ),
            report_text,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            position: self.position,
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults};

    use crate::fault::Rule;

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = CommitmentDraft {
            min_count: 0,
            channel: Some("pigeon".into()),
            party_kinds: vec!["pup".into(), "shop".into()],
            starts_on: day("2016-05-18"),
            ends_on: Some(day("2016-05-17")),
            ..Default::default()
        };
        assert_eq!(
            faults(broken.check(day("2016-12-31"))),
            expected(&[
                ("/channel", Rule::UnknownCode),
                ("/ends_on", Rule::Order),
                ("/min_count", Rule::Range),
                ("/party_kinds/1", Rule::UnknownCode),
                ("/position", Rule::Range),
                ("/report_text", Rule::Length),
            ])
        );
    }

    #[test]
    fn it_is_fulfilled_from_its_first_year_to_its_end() {
        let commitment = Commitment {
            ends_on: Some(day("2018-03-01")),
            ..draft().check(day("2016-12-31")).unwrap()
        };
        for (on, fine) in [
            ("2015-12-31", false),
            ("2016-01-01", true),
            ("2018-02-28", true),
            ("2018-03-01", false),
        ] {
            assert_eq!(commitment.fulfillable_on(day(on)), fine, "{on}");
        }
    }

    fn draft() -> CommitmentDraft {
        CommitmentDraft {
            min_count: 3,
            report_text: "przekazywanie informacji".into(),
            starts_on: day("2016-05-18"),
            position: 1,
            ..Default::default()
        }
    }

    #[test]
    fn it_promises_what_it_says() {
        let promise = draft().check(day("2016-12-31")).unwrap().promise();
        assert_eq!((promise.minimum, promise.in_force_to), (3, None));
    }
}
