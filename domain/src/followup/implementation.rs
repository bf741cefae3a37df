//! How a recommendation was carried out.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::Faults;
use crate::record::{ExternalId, Kind, Record, check_external_ids};

/// An implementation, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Implementation {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// The recommendation.
    pub recommendation_id: Uuid,
    /// Stable readable identifier, unique in the partnership.
    pub slug: String,
    /// A code of the vocabulary `implementation_kinds`.
    pub kind: String,
    /// Its place among those of the recommendation, from one.
    pub position: i32,
    /// The meeting by which it was carried out.
    pub meeting_id: Option<Uuid>,
    /// The institution responsible.
    pub owner_id: Option<Uuid>,
    /// The day it was completed.
    pub completed_on: Option<NaiveDate>,
    /// What was done: whole sentences of the report.
    pub report_text: Option<String>,
    /// What for: whole sentences of the report.
    pub goal_text: Option<String>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for Implementation {
    const KIND: Kind = Kind::Implementation;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }

    fn parent_id(&self) -> Option<Uuid> {
        Some(self.recommendation_id)
    }
}

/// An implementation as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct ImplementationDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// The recommendation.
    pub recommendation_id: Uuid,
    /// Made from what was done, or from kind and place, when absent.
    pub slug: Option<String>,
    /// Kind; a task when absent.
    pub kind: Option<String>,
    /// Its place among those of the recommendation, from one.
    pub position: i32,
    /// The meeting by which it was carried out.
    pub meeting_id: Option<Uuid>,
    /// The institution responsible.
    pub owner_id: Option<Uuid>,
    /// The day it was completed.
    pub completed_on: Option<NaiveDate>,
    /// What was done: whole sentences of the report.
    pub report_text: Option<String>,
    /// What for: whole sentences of the report.
    pub goal_text: Option<String>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl ImplementationDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, today: NaiveDate) -> Result<Implementation, Faults> {
        let mut f = Faults::new();
        check::position(&mut f, self.position);
        check::not_future(&mut f, "/completed_on", self.completed_on, today);
        let kind = self.kind.as_deref().unwrap_or("task");
        let kind = check::code(&mut f, "/kind", "implementation_kinds", kind);
        let report_text =
            check::optional_report_text(&mut f, "/report_text", self.report_text.as_deref());
        let title = report_text
            .clone()
            .unwrap_or_else(|| format!("{kind} {}", self.position));
        let value = Implementation {
            partnership_id: self.partnership_id,
            recommendation_id: self.recommendation_id,
            slug: check::slug(&mut f, self.slug.as_deref(), &title),
            kind,
            position: self.position,
            meeting_id: self.meeting_id,
            owner_id: self.owner_id,
            completed_on: self.completed_on,
            report_text,
            goal_text: check::optional_report_text(&mut f, "/goal_text", self.goal_text.as_deref()),
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
        let broken = ImplementationDraft {
            kind: Some("wish".into()),
            completed_on: Some(day("2017-01-01")),
            report_text: Some("Zorganizowano {what}.".into()),
            ..Default::default()
        };
        assert_eq!(
            faults(broken.check(day("2016-12-31"))),
            expected(&[
                ("/completed_on", Rule::Future),
                ("/kind", Rule::UnknownCode),
                ("/position", Rule::Range),
                ("/report_text", Rule::Format),
            ])
        );
    }
}
