//! What came out of one or more meetings.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::Faults;
use crate::record::{ExternalId, Kind, Record, check_external_ids};

/// An output, every value valid. Several meetings may have worked on one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Output {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the partnership.
    pub slug: String,
    /// A finished clause of the report: "opracowano harmonogram".
    pub report_phrase: String,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for Output {
    const KIND: Kind = Kind::Output;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

/// An output as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct OutputDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Made from the phrase when absent.
    pub slug: Option<String>,
    /// A finished clause of the report: "opracowano harmonogram".
    pub report_phrase: String,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl OutputDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, _today: NaiveDate) -> Result<Output, Faults> {
        let mut f = Faults::new();
        let report_phrase = check::report_text(&mut f, "/report_phrase", &self.report_phrase);
        let value = Output {
            partnership_id: self.partnership_id,
            slug: check::slug(&mut f, self.slug.as_deref(), &report_phrase),
            report_phrase,
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
    fn an_output_is_a_phrase() {
        let today = day("2016-12-31");
        let output = |phrase: &str| OutputDraft {
            report_phrase: phrase.into(),
            ..Default::default()
        };
        let checked = output("opracowano harmonogram").check(today).unwrap();
        assert_eq!(checked.slug, "opracowano-harmonogram");
        assert_eq!(
            faults(output(" ").check(today)),
            expected(&[("/report_phrase", Rule::Length)])
        );
    }
}
