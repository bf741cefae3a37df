//! Funding programmes that a partnership follows, with their calls.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::link;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given};
use crate::slug::Code;
use crate::url::Url;
use crate::vocabulary;

/// A call for applications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Name or number.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "RPLB.07.04.02-IZ.00-08-K01/16"
    )]
    pub name: String,
    /// The first day on which one may apply.
    #[schema(example = "2016-03-01")]
    pub opens_on: NaiveDate,
    /// The last day on which one may apply.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(example = "2016-04-15")]
    pub closes_on: Option<NaiveDate>,
    /// Where it is announced.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(max_length = 2000, example = "https://rpo.example/nabory/k01-16")]
    pub url: Option<String>,
}

/// A funding programme that a partnership follows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundingProgramme {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Its code, unique in the partnership; that of the vocabulary `funding_programmes` where there is one.
    #[schema(
        min_length = 1,
        max_length = 60,
        pattern = "^[a-z][a-z0-9_]*$",
        example = "rpo_l2020"
    )]
    pub code: String,
    /// Name; the Polish label of the code when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        max_length = 300,
        example = "Regionalny Program Operacyjny – Lubuskie 2020"
    )]
    pub name: String,
    /// The first day.
    #[schema(example = "2014-01-01")]
    pub starts_on: NaiveDate,
    /// The last day.
    #[schema(example = "2023-12-31")]
    pub ends_on: Option<NaiveDate>,
    /// Codes of the vocabulary `sectors`: who may apply.
    #[serde(default)]
    #[schema(format = "sectors", max_items = 200, example = json!(["ngo", "social_economy_entity"]))]
    pub eligible_sectors: Vec<String>,
    /// Its calls, as they were announced.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub calls: Vec<Call>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for FundingProgramme {
    const KIND: Kind = Kind::FundingProgramme;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl FundingProgramme {
    /// Whether the day lies in the programme's period, of which both ends are part.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|last| day <= last)
    }
}

impl Shape for FundingProgramme {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        check::in_order(f, "/ends_on", Some(self.starts_on), self.ends_on);
        if self.name.is_empty()
            && let Some(vocabulary) = vocabulary::find("funding_programmes")
            && let Some(term) = vocabulary.term(&self.code)
        {
            self.name.clone_from(&term.pl);
        }
        // The code that is missing may have a label.
        if !self.name.is_empty() || !self.code.is_empty() {
            f.line("/name", &mut self.name, 300);
        }
        f.required("/code", &mut self.code, Code::parse);
        f.codes("/eligible_sectors", "sectors", &mut self.eligible_sectors);
        check_calls(&mut self.calls, f);
        f.external_ids(&mut self.external_ids);
    }
}

fn check_calls(calls: &mut [Call], f: &mut Faults) {
    if calls.len() > 200 {
        f.add("/calls", Rule::Length);
        return;
    }
    for (index, call) in calls.iter_mut().enumerate() {
        let pointer = |field: &str| format!("/calls/{index}/{field}");
        let (opens_on, closes_on) = (Some(call.opens_on), call.closes_on);
        check::in_order(f, &pointer("closes_on"), opens_on, closes_on);
        f.line(&pointer("name"), &mut call.name, 300);
        f.optional(&pointer("url"), &mut call.url, Url::parse);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};

    #[test]
    fn a_known_programme_needs_no_name() {
        let programme = FundingProgramme {
            code: "fers_2021_2027".into(),
            starts_on: day("2021-01-01"),
            ends_on: Some(day("2029-12-31")),
            ..Default::default()
        };
        let programme = programme.checked(&on("2026-01-01")).unwrap();
        assert!(!programme.name.is_empty());
        assert!(programme.contains(day("2029-12-31")) && !programme.contains(day("2030-01-01")));
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = FundingProgramme {
            code: "FERS 2021".into(),
            starts_on: day("2021-01-02"),
            ends_on: Some(day("2021-01-01")),
            eligible_sectors: vec!["church".into()],
            calls: vec![Call {
                name: "".into(),
                opens_on: day("2022-02-02"),
                closes_on: Some(day("2022-02-01")),
                url: Some("ftp://fers.example/".into()),
            }],
            ..Default::default()
        };
        assert_eq!(
            faults(broken.checked(&on("2026-01-01"))),
            expected(&[
                ("/calls/0/closes_on", Rule::Order),
                ("/calls/0/name", Rule::Length),
                ("/calls/0/url", Rule::Format),
                ("/code", Rule::Format),
                ("/eligible_sectors/0", Rule::UnknownCode),
                ("/ends_on", Rule::Order),
                ("/name", Rule::Length),
            ])
        );
    }
}
