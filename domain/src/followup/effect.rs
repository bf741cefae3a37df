//! Effects: what a partnership achieved in a period.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::Faults;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given};

/// What a partnership achieved in a period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Stable readable identifier; made from the text when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 100, example = "efekt-2016-3")]
    pub slug: String,
    /// The first day of the period.
    #[schema(example = "2016-01-01")]
    pub period_from: NaiveDate,
    /// The last day of the period.
    #[schema(example = "2016-12-31")]
    pub period_to: NaiveDate,
    /// Its place in the report, from one.
    #[schema(minimum = 1, maximum = 100_000, example = 3)]
    pub position: i32,
    /// Whole sentences of the report.
    #[schema(
        max_length = 2000,
        example = "Działania partnerskie przyczyniły się do poprawy współdziałania wśród sygnatariuszy."
    )]
    pub report_text: String,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Effect {
    const KIND: Kind = Kind::Effect;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl Shape for Effect {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        let (from, to) = (self.period_from, self.period_to);
        check::in_order(f, "/period_to", Some(from), Some(to));
        check::position(f, self.position);
        f.report_text("/report_text", &mut self.report_text);
        f.slug(&mut self.slug, &self.report_text);
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
        let broken = Effect {
            period_from: day("2016-12-31"),
            period_to: day("2016-01-01"),
            report_text: "Efekt {what}.".into(),
            ..Default::default()
        };
        assert_eq!(
            faults(broken.checked(&on("2016-12-31"))),
            expected(&[
                ("/period_to", Rule::Order),
                ("/position", Rule::Range),
                ("/report_text", Rule::Format),
            ])
        );
    }
}
