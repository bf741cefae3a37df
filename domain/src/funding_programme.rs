//! Funding programmes that a partnership follows, with their calls.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::record::{ExternalId, Kind, Record, check_external_ids};
use crate::slug::Code;
use crate::url::Url;
use crate::vocabulary;

/// A call for applications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Name or number.
    pub name: String,
    /// The first day on which one may apply.
    pub opens_on: NaiveDate,
    /// The last day on which one may apply.
    pub closes_on: Option<NaiveDate>,
    /// Where it is announced.
    pub url: Option<String>,
}

/// A funding programme, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FundingProgramme {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Its code, snake_case, unique in the partnership; one of the vocabulary `funding_programmes` where that has it.
    pub code: String,
    /// Name.
    pub name: String,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: Option<NaiveDate>,
    /// Codes of the vocabulary `sectors`: who may apply.
    pub eligible_sectors: Vec<String>,
    /// Its calls, as they were announced.
    pub calls: Vec<Call>,
    /// Identifiers in other systems.
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

/// A funding programme as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct FundingProgrammeDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Its code, snake_case, unique in the partnership; one of the vocabulary `funding_programmes` where that has it.
    pub code: String,
    /// Name; the label of the code when absent.
    pub name: Option<String>,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: Option<NaiveDate>,
    /// Codes of the vocabulary `sectors`: who may apply.
    pub eligible_sectors: Vec<String>,
    /// Its calls, as they were announced.
    pub calls: Vec<Call>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl FundingProgrammeDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, _today: NaiveDate) -> Result<FundingProgramme, Faults> {
        let mut f = Faults::new();
        check::in_order(&mut f, "/ends_on", Some(self.starts_on), self.ends_on);
        let label = vocabulary::find("funding_programmes")
            .and_then(|vocabulary| vocabulary.term(&self.code))
            .map(|term| term.pl.as_str());
        let name = self.name.as_deref().or(label);
        let value = FundingProgramme {
            partnership_id: self.partnership_id,
            code: check::required(&mut f, "/code", &self.code, Code::parse),
            name: match name {
                // The code that is missing may have a label.
                None if self.code.is_empty() => String::new(),
                name => check::line(&mut f, "/name", name.unwrap_or_default(), 300),
            },
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            eligible_sectors: check::codes(
                &mut f,
                "/eligible_sectors",
                "sectors",
                self.eligible_sectors,
            ),
            calls: check_calls(self.calls, &mut f),
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| value)
    }
}

fn check_calls(raw: Vec<Call>, f: &mut Faults) -> Vec<Call> {
    if raw.len() > 200 {
        f.add("/calls", Rule::Length);
        return Vec::new();
    }
    let check_call = |(index, call): (usize, Call)| {
        let pointer = |field: &str| format!("/calls/{index}/{field}");
        check::in_order(
            f,
            &pointer("closes_on"),
            Some(call.opens_on),
            call.closes_on,
        );
        Call {
            name: check::line(f, &pointer("name"), &call.name, 300),
            url: check::optional(f, &pointer("url"), call.url.as_deref(), Url::parse),
            ..call
        }
    };
    raw.into_iter().enumerate().map(check_call).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults};

    #[test]
    fn a_known_programme_needs_no_name() {
        let programme = FundingProgrammeDraft {
            code: "fers_2021_2027".into(),
            starts_on: day("2021-01-01"),
            ends_on: Some(day("2029-12-31")),
            ..Default::default()
        };
        let programme = programme.check(day("2026-01-01")).unwrap();
        assert!(!programme.name.is_empty());
        assert!(programme.contains(day("2029-12-31")) && !programme.contains(day("2030-01-01")));
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = FundingProgrammeDraft {
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
            faults(broken.check(day("2026-01-01"))),
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
