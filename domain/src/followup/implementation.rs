//! How a recommendation was carried out.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::Faults;
use crate::followup::recommendation::Recommendation;
use crate::institution::Institution;
use crate::link::Link;
use crate::meeting::Meeting;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given};

/// How a recommendation is carried out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Implementation {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Stable readable identifier; made from what was done, or from kind and place, when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 100, example = "rek-2016-1-w1")]
    pub slug: String,
    /// The recommendation that is carried out.
    #[schema(value_type = String, format = "link", example = "rek-2016-1")]
    pub recommendation: Link<Recommendation>,
    /// Code of the vocabulary `implementation_kinds`; `task` when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = "implementation_kinds", example = "training")]
    pub kind: String,
    /// Its place among those of the recommendation, from one.
    #[schema(minimum = 1, maximum = 100_000, example = 1)]
    pub position: i32,
    /// The meeting by which it is carried out; null for others while it is not announced.
    #[schema(value_type = Option<String>, format = "link", example = "szkolenie-arteterapia-2016")]
    pub meeting: Option<Link<Meeting>>,
    /// The institution responsible.
    #[schema(value_type = Option<String>, format = "link", example = "wup-zielona-gora")]
    pub owner: Option<Link<Institution>>,
    /// The day it was completed, once it is.
    #[schema(example = "2016-06-08")]
    pub completed_on: Option<NaiveDate>,
    /// What was done: whole sentences of the report.
    #[schema(
        max_length = 2000,
        example = "Zorganizowano szkolenie pt. „Arteterapia sposobem na stres”."
    )]
    pub report_text: Option<String>,
    /// What for: whole sentences of the report.
    #[schema(
        max_length = 2000,
        example = "Celem szkolenia było umożliwienie zdobycia wiedzy z zakresu arteterapii."
    )]
    pub goal_text: Option<String>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Implementation {
    const KIND: Kind = Kind::Implementation;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }

    fn parent_id(&self) -> Option<Uuid> {
        Some(self.recommendation.id)
    }
}

impl Shape for Implementation {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    fn check(&mut self, now: &Calendar, f: &mut Faults) {
        check::position(f, self.position);
        check::not_future(f, "/completed_on", self.completed_on, now.today);
        f.code_or("/kind", "implementation_kinds", &mut self.kind, "task");
        f.optional_report_text("/report_text", &mut self.report_text);
        f.optional_report_text("/goal_text", &mut self.goal_text);
        let numbered = || format!("{} {}", self.kind, self.position);
        let title = self.report_text.clone().unwrap_or_else(numbered);
        f.slug(&mut self.slug, &title);
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
        let broken = Implementation {
            kind: "wish".into(),
            completed_on: Some(day("2017-01-01")),
            report_text: Some("Zorganizowano {what}.".into()),
            ..Default::default()
        };
        assert_eq!(
            faults(broken.checked(&on("2016-12-31"))),
            expected(&[
                ("/completed_on", Rule::Future),
                ("/kind", Rule::UnknownCode),
                ("/position", Rule::Range),
                ("/report_text", Rule::Format),
            ])
        );
    }
}
