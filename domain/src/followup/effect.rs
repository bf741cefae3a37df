//! Effects: what a partnership achieved in a period.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::Faults;
use crate::record::{ExternalId, Kind, Record, check_external_ids};

/// An effect, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the partnership.
    pub slug: String,
    /// The first day of the period.
    pub period_from: NaiveDate,
    /// The last day of the period.
    pub period_to: NaiveDate,
    /// Its place in the list, from one.
    pub position: i32,
    /// Whole sentences of the report.
    pub report_text: String,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for Effect {
    const KIND: Kind = Kind::Effect;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

/// An effect as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct EffectDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Made from the text when absent.
    pub slug: Option<String>,
    /// The first day of the period.
    pub period_from: NaiveDate,
    /// The last day of the period.
    pub period_to: NaiveDate,
    /// Its place in the list, from one.
    pub position: i32,
    /// Whole sentences of the report.
    pub report_text: String,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl EffectDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, _today: NaiveDate) -> Result<Effect, Faults> {
        let mut f = Faults::new();
        check::in_order(
            &mut f,
            "/period_to",
            Some(self.period_from),
            Some(self.period_to),
        );
        check::position(&mut f, self.position);
        let report_text = check::report_text(&mut f, "/report_text", &self.report_text);
        let value = Effect {
            partnership_id: self.partnership_id,
            slug: check::slug(&mut f, self.slug.as_deref(), &report_text),
            period_from: self.period_from,
            period_to: self.period_to,
            position: self.position,
            report_text,
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
        let broken = EffectDraft {
            period_from: day("2016-12-31"),
            period_to: day("2016-01-01"),
            report_text: "Efekt {what}.".into(),
            ..Default::default()
        };
        assert_eq!(
            faults(broken.check(day("2016-12-31"))),
            expected(&[
                ("/period_to", Rule::Order),
                ("/position", Rule::Range),
                ("/report_text", Rule::Format),
            ])
        );
    }
}
