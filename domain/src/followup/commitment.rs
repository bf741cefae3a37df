//! Commitments: what is to be done so many times a year.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::commitment_status::Promise;
use crate::fault::Faults;
use crate::followup::recommendation::Recommendation;
use crate::link::Link;
use crate::period::active_on;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given};

/// What is to be done so many times a year.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Stable readable identifier; made from the text when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 100, example = "zob-informacje")]
    pub slug: String,
    /// The recommendation it comes from, adopted already.
    #[schema(value_type = Option<String>, format = "link", example = "rek-2016-2")]
    pub recommendation: Option<Link<Recommendation>>,
    /// How many times a year at least.
    #[schema(minimum = 1, maximum = 1000, example = 3)]
    pub min_count: i32,
    /// Code of the vocabulary `commitment_channels`: what can fulfil it; `any_meeting` when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = "commitment_channels", example = "cyclic_partner_meeting")]
    pub channel: String,
    /// Codes of the vocabulary `institution_kinds`: who made it.
    #[serde(default)]
    #[schema(format = "institution_kinds", max_items = 200, example = json!(["pup", "ops", "pcpr"]))]
    pub party_kinds: Vec<String>,
    /// What is promised: a phrase of the report in the nominative.
    #[schema(
        max_length = 2000,
        example = "przekazywanie informacji o możliwościach wsparcia na rzecz wspólnych klientów"
    )]
    pub report_text: String,
    /// The first day in force.
    #[schema(example = "2016-05-18")]
    pub starts_on: NaiveDate,
    /// The first day no longer in force.
    #[schema(example = "2018-01-01")]
    pub ends_on: Option<NaiveDate>,
    /// Its place in the list, from one.
    #[schema(minimum = 1, maximum = 100_000, example = 1)]
    pub position: i32,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
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

impl Shape for Commitment {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        check::within(f, "/min_count", Some(self.min_count), 1..=1000);
        check::in_order(f, "/ends_on", Some(self.starts_on), self.ends_on);
        check::position(f, self.position);
        f.report_text("/report_text", &mut self.report_text);
        f.slug(&mut self.slug, &self.report_text);
        f.code_or(
            "/channel",
            "commitment_channels",
            &mut self.channel,
            "any_meeting",
        );
        f.codes("/party_kinds", "institution_kinds", &mut self.party_kinds);
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};

    use crate::fault::Rule;

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = Commitment {
            min_count: 0,
            channel: "pigeon".into(),
            party_kinds: vec!["pup".into(), "shop".into()],
            starts_on: day("2016-05-18"),
            ends_on: Some(day("2016-05-17")),
            ..Default::default()
        };
        assert_eq!(
            faults(broken.checked(&on("2016-12-31"))),
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
        let ended = Commitment {
            ends_on: Some(day("2018-03-01")),
            ..commitment()
        };
        let ended = ended.checked(&on("2016-12-31")).unwrap();
        for (on, fine) in [
            ("2015-12-31", false),
            ("2016-01-01", true),
            ("2018-02-28", true),
            ("2018-03-01", false),
        ] {
            assert_eq!(ended.fulfillable_on(day(on)), fine, "{on}");
        }
    }

    fn commitment() -> Commitment {
        Commitment {
            min_count: 3,
            report_text: "przekazywanie informacji".into(),
            starts_on: day("2016-05-18"),
            position: 1,
            ..Default::default()
        }
    }

    #[test]
    fn it_promises_what_it_says() {
        let promise = commitment().checked(&on("2016-12-31")).unwrap().promise();
        assert_eq!((promise.minimum, promise.in_force_to), (3, None));
    }
}
