//! Bodies: the council, the assembly, working groups, forums and external committees.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::institution::Institution;
use crate::link::{self, Link};
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given};

/// How a body decides; what is not stated is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BodyRules {
    /// How many must be present for a decision: a code of the vocabulary `quorum_rules`.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(format = "quorum_rules", example = "more_than_half")]
    pub quorum: Option<String>,
    /// How many, where the quorum is a fixed number.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(minimum = 1, maximum = 100_000, example = 10)]
    pub quorum_count: Option<i32>,
    /// Code of the vocabulary `majority_rules`.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(format = "majority_rules", example = "simple")]
    pub majority: Option<String>,
    /// Whether the chair decides a tie.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(example = true)]
    pub casting_vote: Option<bool>,
    /// How many days before a meeting the invitation goes out.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(minimum = 0, maximum = 366, example = 7)]
    pub notice_days: Option<i32>,
    /// How many unexcused absences in a row put a mandate in question.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(minimum = 1, maximum = 100, example = 3)]
    pub absences_limit: Option<i32>,
    /// How many years a term lasts.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(minimum = 1, maximum = 20, example = 3)]
    pub term_years: Option<i32>,
}

/// A body: the council, the assembly, a working group, a forum or an external committee.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the partnership; made from the name when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "rada-programowa"
    )]
    pub slug: String,
    /// Name.
    #[schema(min_length = 1, max_length = 300, example = "Rada Programowa")]
    pub name: String,
    /// Code of the vocabulary `body_kinds`.
    #[schema(format = "body_kinds", example = "council")]
    pub kind: String,
    /// The body of the same partnership that it belongs to.
    #[schema(value_type = Option<String>, format = "link", example = "zgromadzenie-sygnatariuszy")]
    pub parent: Option<Link<Body>>,
    /// What it is for.
    #[schema(
        max_length = 5000,
        example = "Forum wymiany doświadczeń i proponowania nowych rozwiązań w obszarze ekonomii społecznej."
    )]
    pub purpose: Option<String>,
    /// How it decides; what is not stated is not known.
    #[serde(default, deserialize_with = "given")]
    pub rules: BodyRules,
    /// The institution whose body it is, where it is an external one.
    #[schema(value_type = Option<String>, format = "link", example = "rops-zielona-gora")]
    pub owner: Option<Link<Institution>>,
    /// What it is founded on.
    #[schema(max_length = 500, example = "Umowa partnerska z 18 czerwca 2008 r.")]
    pub legal_basis: Option<String>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Body {
    const KIND: Kind = Kind::Body;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl Shape for Body {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        f.line("/name", &mut self.name, 300);
        f.slug(&mut self.slug, &self.name);
        f.code("/kind", "body_kinds", &mut self.kind);
        f.optional_prose("/purpose", &mut self.purpose, 5000);
        check_rules(&mut self.rules, f);
        f.optional_line("/legal_basis", &mut self.legal_basis, 500);
        f.external_ids(&mut self.external_ids);
    }
}

fn check_rules(rules: &mut BodyRules, f: &mut Faults) {
    f.optional_code("/rules/quorum", "quorum_rules", &mut rules.quorum);
    f.optional_code("/rules/majority", "majority_rules", &mut rules.majority);
    match (rules.quorum.as_deref(), rules.quorum_count) {
        (Some("fixed"), None) => f.add("/rules/quorum_count", Rule::Required),
        (Some("fixed"), Some(_)) | (_, None) => {}
        (_, Some(_)) => f.add("/rules/quorum_count", Rule::Conflict),
    }
    check::within(f, "/rules/quorum_count", rules.quorum_count, 1..=100_000);
    check::within(f, "/rules/notice_days", rules.notice_days, 0..=366);
    check::within(f, "/rules/absences_limit", rules.absences_limit, 1..=100);
    check::within(f, "/rules/term_years", rules.term_years, 1..=20);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{expected, faults, on};

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = Body {
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
            faults(broken.checked(&on("2016-12-31"))),
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
        let broken = Body {
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
            faults(broken.checked(&on("2016-12-31"))),
            expected(&[("/rules/quorum_count", Rule::Conflict)])
        );
    }
}
