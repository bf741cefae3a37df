//! Good practices and where they were presented.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::Faults;
use crate::record::{ExternalId, Kind, Record, check_external_ids};
use crate::state::Machine;

/// Which status may follow which. A review may return a draft.
pub const TRANSITIONS: Machine = Machine(&[
    ("draft", &["in_review"]),
    ("in_review", &["published", "draft"]),
    ("published", &["archived"]),
    ("archived", &[]),
]);

/// The statuses that may follow.
pub fn allowed(from: &str) -> &'static [&'static str] {
    TRANSITIONS.allowed(from)
}

/// Whether a good practice of this status is public.
pub fn is_public(status: &str) -> bool {
    status == "published"
}

/// A good practice, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GoodPractice {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the partnership.
    pub slug: String,
    /// Title.
    pub title: String,
    /// The institution whose practice it is; it need not be a signatory.
    pub owner_id: Uuid,
    /// A code of the vocabulary `good_practice_statuses`.
    pub status: String,
    /// Its place among those presented at a meeting, from one.
    pub position: i32,
    /// The problem.
    pub problem: Option<String>,
    /// How it was solved.
    pub solution: Option<String>,
    /// How one knows that it worked.
    pub evidence: Option<String>,
    /// Where else it could work.
    pub transferability: Option<String>,
    /// What was learned.
    pub lessons: Option<String>,
    /// The meetings at which it was presented.
    pub presented_at: Vec<Uuid>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for GoodPractice {
    const KIND: Kind = Kind::GoodPractice;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

/// A good practice as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct GoodPracticeDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Made from the title when absent.
    pub slug: Option<String>,
    /// Title.
    pub title: String,
    /// The institution whose practice it is; it need not be a signatory.
    pub owner_id: Uuid,
    /// Status; a draft when absent.
    pub status: Option<String>,
    /// Its place among those presented at a meeting, from one.
    pub position: i32,
    /// The problem.
    pub problem: Option<String>,
    /// How it was solved.
    pub solution: Option<String>,
    /// How one knows that it worked.
    pub evidence: Option<String>,
    /// Where else it could work.
    pub transferability: Option<String>,
    /// What was learned.
    pub lessons: Option<String>,
    /// The meetings at which it was presented.
    pub presented_at: Vec<Uuid>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl GoodPracticeDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, _today: NaiveDate) -> Result<GoodPractice, Faults> {
        let mut f = Faults::new();
        let title = check::line(&mut f, "/title", &self.title, 300);
        let status = self.status.as_deref().unwrap_or("draft");
        check::position(&mut f, self.position);
        let mut prose = |pointer, raw: Option<String>| {
            check::optional_prose(&mut f, pointer, raw.as_deref(), 20_000)
        };
        let problem = prose("/problem", self.problem);
        let solution = prose("/solution", self.solution);
        let evidence = prose("/evidence", self.evidence);
        let transferability = prose("/transferability", self.transferability);
        let lessons = prose("/lessons", self.lessons);
        // In one order, so that the same meetings are the same value.
        let mut presented_at = check::references(&mut f, "/presented_at", self.presented_at);
        presented_at.sort_unstable();
        let value = GoodPractice {
            partnership_id: self.partnership_id,
            slug: check::slug(&mut f, self.slug.as_deref(), &title),
            title,
            owner_id: self.owner_id,
            status: check::code(&mut f, "/status", "good_practice_statuses", status),
            position: self.position,
            problem,
            solution,
            evidence,
            transferability,
            lessons,
            presented_at,
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
        let broken = GoodPracticeDraft {
            status: Some("famous".into()),
            lessons: Some("Klient 44051401359".into()),
            presented_at: vec![Uuid::nil(), Uuid::nil()],
            ..Default::default()
        };
        assert_eq!(
            faults(broken.check(day("2016-12-31"))),
            expected(&[
                ("/lessons", Rule::PersonalIdentifier),
                ("/position", Rule::Range),
                ("/presented_at/1", Rule::Duplicate),
                ("/status", Rule::UnknownCode),
                ("/title", Rule::Length),
            ])
        );
    }
}
