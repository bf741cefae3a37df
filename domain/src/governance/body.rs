//! Bodies: the council, the assembly, working groups, forums and external committees.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::record::{ExternalId, Kind, Record, check_external_ids};

/// How a body decides; what is not stated is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BodyRules {
    /// A code of the vocabulary `quorum_rules`.
    pub quorum: Option<String>,
    /// How many, where the quorum is a fixed number.
    pub quorum_count: Option<i32>,
    /// A code of the vocabulary `majority_rules`.
    pub majority: Option<String>,
    /// Whether the chair decides a tie.
    pub casting_vote: Option<bool>,
    /// How many days before a meeting the invitation goes out.
    pub notice_days: Option<i32>,
    /// How many unexcused absences in a row put a mandate in question.
    pub absences_limit: Option<i32>,
    /// How many years a term lasts.
    pub term_years: Option<i32>,
}

/// How many must be present for a decision: of a body with so many seats, or a fixed number.
pub fn quorum(rule: &str, seats: i32, fixed: Option<i32>) -> Option<i32> {
    match rule {
        "at_least_half" => Some(seats / 2 + seats % 2),
        "more_than_half" => Some(seats / 2 + 1),
        "fixed" => fixed,
        _ => None,
    }
}

/// A body, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Body {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the partnership.
    pub slug: String,
    /// Name.
    pub name: String,
    /// A code of the vocabulary `body_kinds`.
    pub kind: String,
    /// The body it belongs to.
    pub parent_id: Option<Uuid>,
    /// What it is for.
    pub purpose: Option<String>,
    /// How it decides.
    pub rules: BodyRules,
    /// The institution whose body it is, where it is an external one.
    pub owner_id: Option<Uuid>,
    /// What it is founded on.
    pub legal_basis: Option<String>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for Body {
    const KIND: Kind = Kind::Body;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

/// A body as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct BodyDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Made from the name when absent.
    pub slug: Option<String>,
    /// Name.
    pub name: String,
    /// A code of the vocabulary `body_kinds`.
    pub kind: String,
    /// The body it belongs to.
    pub parent_id: Option<Uuid>,
    /// What it is for.
    pub purpose: Option<String>,
    /// How it decides.
    pub rules: BodyRules,
    /// The institution whose body it is, where it is an external one.
    pub owner_id: Option<Uuid>,
    /// What it is founded on.
    pub legal_basis: Option<String>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl BodyDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, _today: NaiveDate) -> Result<Body, Faults> {
        let mut f = Faults::new();
        let name = check::line(&mut f, "/name", &self.name, 300);
        let value = Body {
            partnership_id: self.partnership_id,
            slug: check::slug(&mut f, self.slug.as_deref(), &name),
            name,
            kind: check::code(&mut f, "/kind", "body_kinds", &self.kind),
            parent_id: self.parent_id,
            purpose: check::optional_prose(&mut f, "/purpose", self.purpose.as_deref(), 5000),
            rules: check_rules(self.rules, &mut f),
            owner_id: self.owner_id,
            legal_basis: check::optional_line(
                &mut f,
                "/legal_basis",
                self.legal_basis.as_deref(),
                500,
            ),
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| value)
    }
}

fn check_rules(raw: BodyRules, f: &mut Faults) -> BodyRules {
    let quorum = raw.quorum.as_deref();
    match (quorum, raw.quorum_count) {
        (Some("fixed"), None) => f.add("/rules/quorum_count", Rule::Required),
        (Some("fixed"), Some(_)) | (_, None) => {}
        (_, Some(_)) => f.add("/rules/quorum_count", Rule::Conflict),
    }
    check::within(f, "/rules/quorum_count", raw.quorum_count, 1..=100_000);
    check::within(f, "/rules/notice_days", raw.notice_days, 0..=366);
    check::within(f, "/rules/absences_limit", raw.absences_limit, 1..=100);
    check::within(f, "/rules/term_years", raw.term_years, 1..=20);
    BodyRules {
        quorum: check::optional_code(f, "/rules/quorum", "quorum_rules", quorum),
        majority: check::optional_code(
            f,
            "/rules/majority",
            "majority_rules",
            raw.majority.as_deref(),
        ),
        ..raw
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults};

    #[test]
    fn a_quorum_of_eleven_is_six_either_way_and_of_ten_five_or_six() {
        for (rule, seats, expected) in [
            ("at_least_half", 11, Some(6)),
            ("more_than_half", 11, Some(6)),
            ("at_least_half", 10, Some(5)),
            ("more_than_half", 10, Some(6)),
            ("fixed", 10, Some(4)),
            ("all", 10, None),
        ] {
            assert_eq!(quorum(rule, seats, Some(4)), expected, "{rule} of {seats}");
        }
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = BodyDraft {
            kind: "board".into(),
            rules: BodyRules {
                quorum: Some("fixed".into()),
                majority: Some("most".into()),
                notice_days: Some(-1),
                ..Default::default()
            },
            ..Default::default()
        };
        assert_eq!(
            faults(broken.check(day("2016-12-31"))),
            expected(&[
                ("/kind", Rule::UnknownCode),
                ("/name", Rule::Length),
                ("/rules/majority", Rule::UnknownCode),
                ("/rules/notice_days", Rule::Range),
                ("/rules/quorum_count", Rule::Required),
            ])
        );
    }

    #[test]
    fn only_a_fixed_quorum_has_a_number() {
        let broken = BodyDraft {
            name: "Rada Programowa".into(),
            kind: "council".into(),
            rules: BodyRules {
                quorum: Some("more_than_half".into()),
                quorum_count: Some(6),
                ..Default::default()
            },
            ..Default::default()
        };
        assert_eq!(
            faults(broken.check(day("2016-12-31"))),
            expected(&[("/rules/quorum_count", Rule::Conflict)])
        );
    }
}
