//! The coded lists of the product with their labels. A code is stable; it is retired by a date
//! and never deleted, because old records carry it.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::fault::Rule;
use crate::language::Language;

/// A list of codes: sectors, kinds of meeting, states of a recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// What the list is called, snake_case.
    pub name: String,
    /// Its terms in the order in which they are offered.
    pub terms: Vec<Term>,
}

/// One code and what it is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The stable code, snake_case.
    pub code: String,
    /// The Polish label.
    pub pl: String,
    /// The English label.
    pub en: String,
    /// The sector an institution of this kind belongs to by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector: Option<String>,
    /// The first day on which the code may be chosen, when not always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// The first day on which the code may no longer be chosen, when it was retired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
}

impl Vocabulary {
    /// The term of a code.
    pub fn term(&self, code: &str) -> Option<&Term> {
        self.terms.iter().find(|term| term.code == code)
    }

    /// Whether the code is known, retired codes among them.
    pub fn contains(&self, code: &str) -> bool {
        self.term(code).is_some()
    }
}

/// Every vocabulary.
pub fn all() -> &'static [Vocabulary] {
    &ALL
}

/// What a code is called; the code itself where it is not known.
pub fn label<'a>(name: &str, code: &'a str, language: Language) -> &'a str {
    let term = find(name).and_then(|vocabulary| vocabulary.term(code));
    term.map_or(code, |term| match language {
        Language::Pl => &term.pl,
        Language::En => &term.en,
    })
}

/// The vocabulary of a name.
pub fn find(name: &str) -> Option<&'static Vocabulary> {
    all().iter().find(|vocabulary| vocabulary.name == name)
}

/// The code when the vocabulary has it, [`Rule::UnknownCode`] otherwise.
pub fn check(name: &str, code: &str) -> Result<String, Rule> {
    let known = find(name).is_some_and(|vocabulary| vocabulary.contains(code));
    if known {
        Ok(code.to_owned())
    } else {
        Err(Rule::UnknownCode)
    }
}

/// The sector to which institutions of a kind belong by default.
pub fn sector_of_kind(kind: &str) -> Option<&'static str> {
    find("institution_kinds")?.term(kind)?.sector.as_deref()
}

static ALL: LazyLock<Vec<Vocabulary>> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is compiled in; every test of this module reads it"
    )]
    let all = serde_json::from_str(include_str!("../data/vocabularies.json"))
        .expect("domain/data/vocabularies.json");
    all
});

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    fn codes(name: &str) -> Vec<&'static str> {
        find(name)
            .into_iter()
            .flat_map(|v| &v.terms)
            .map(|term| term.code.as_str())
            .collect()
    }

    #[test]
    fn names_and_codes_are_unique_snake_case_and_labelled() {
        let is_snake = |s: &str| {
            s.starts_with(|c: char| c.is_ascii_lowercase())
                && s.chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        let mut names = HashSet::new();
        for vocabulary in all() {
            assert!(
                is_snake(&vocabulary.name) && names.insert(&vocabulary.name),
                "{}",
                vocabulary.name
            );
            assert!(!vocabulary.terms.is_empty(), "{}", vocabulary.name);
            let mut seen = HashSet::new();
            for term in &vocabulary.terms {
                // Permissions are scopes of OAuth, `what:verb`.
                let code = match vocabulary.name.as_str() {
                    "permissions" => term.code.replace([':', '-'], "_"),
                    _ => term.code.clone(),
                };
                assert!(
                    is_snake(&code) && seen.insert(&term.code),
                    "{}.{}",
                    vocabulary.name,
                    term.code
                );
                assert!(
                    !term.pl.trim().is_empty() && !term.en.trim().is_empty(),
                    "{}.{}",
                    vocabulary.name,
                    term.code
                );
            }
        }
        assert_eq!(all().len(), 49);
    }

    #[test]
    fn the_lists_of_the_product() {
        for (name, expected) in [
            ("institution_statuses", "active merged dissolved"),
            (
                "signatory_statuses",
                "applied active suspended withdrawn dissolved",
            ),
            ("signing_forms", "agreement accession_declaration"),
            (
                "body_kinds",
                "council assembly working_group forum external",
            ),
            ("quorum_rules", "at_least_half more_than_half fixed"),
            ("majority_rules", "simple absolute"),
            (
                "mandate_roles",
                "chair vice_chair secretary member delegate",
            ),
            (
                "meeting_statuses",
                "draft scheduled invited held minutes_approved closed cancelled postponed",
            ),
            ("meeting_modes", "onsite remote hybrid circular"),
            ("own_roles", "organizer co_organizer participant"),
            (
                "attendance_capacities",
                "member deputy proxy observer guest",
            ),
            ("representation_capacities", "member deputy proxy observer"),
            (
                "attendance_statuses",
                "present remote late left_early represented excused unexcused",
            ),
            (
                "recommendation_kinds",
                "recommendation conclusion intervention",
            ),
            ("implementation_kinds", "training forum series task"),
            (
                "commitment_channels",
                "cyclic_partner_meeting any_meeting written",
            ),
            (
                "commitment_period_statuses",
                "on_track at_risk met missed waived",
            ),
            (
                "good_practice_statuses",
                "draft in_review published archived",
            ),
            (
                "communique_statuses",
                "draft in_review released corrected withdrawn",
            ),
            (
                "posting_statuses",
                "expected notified reported verified broken waived",
            ),
        ] {
            assert_eq!(codes(name).join(" "), expected, "{name}");
        }
        for (name, count) in [
            ("sectors", 8),
            ("institution_kinds", 47),
            ("meeting_kinds", 12),
            ("recommendation_statuses", 9),
            ("target_groups", 16),
            ("funding_programmes", 10),
        ] {
            assert_eq!(codes(name).len(), count, "{name}");
        }
    }

    #[test]
    fn what_the_code_knows_has_labels() {
        use crate::access::account::{AccountKind, TRANSITIONS};
        use crate::access::link::LinkAction;
        use crate::access::{Permission, Role};
        let roles = Role::ALL.iter().filter(|role| **role != Role::Anonymous);
        for (name, known) in [
            (
                "account_kinds",
                AccountKind::ALL.map(AccountKind::code).to_vec(),
            ),
            (
                "account_statuses",
                TRANSITIONS.0.iter().map(|(state, _)| *state).collect(),
            ),
            ("roles", roles.map(|role| role.code()).collect()),
            (
                "permissions",
                Permission::ALL.iter().map(|p| p.code()).collect(),
            ),
            (
                "audit_events",
                crate::audit::Event::ALL.map(|event| event.code()).to_vec(),
            ),
            (
                "link_actions",
                LinkAction::ALL.map(LinkAction::code).to_vec(),
            ),
            (
                "change_operations",
                crate::access::audience::Seen::ALL
                    .map(|op| op.code())
                    .to_vec(),
            ),
            (
                "record_kinds",
                crate::record::Kind::ALL.map(|kind| kind.name()).to_vec(),
            ),
        ] {
            assert_eq!(codes(name), known, "{name}");
        }
    }

    #[test]
    fn every_kind_of_institution_has_a_sector_and_nothing_else_has() {
        for vocabulary in all() {
            for term in &vocabulary.terms {
                let sector = term.sector.as_deref();
                assert_eq!(
                    sector.is_some(),
                    vocabulary.name == "institution_kinds",
                    "{}",
                    term.code
                );
                assert!(
                    sector.is_none_or(|sector| check("sectors", sector).is_ok()),
                    "{}",
                    term.code
                );
            }
        }
        assert_eq!(sector_of_kind("pup"), Some("labour_market_institution"));
        assert_eq!(sector_of_kind("ngo"), None);
    }

    #[test]
    fn unknown_codes_are_refused() {
        assert_eq!(check("sectors", "ngo"), Ok("ngo".into()));
        for (name, code) in [
            ("sectors", "NGO"),
            ("sectors", ""),
            ("sector", "ngo"),
            ("meeting_statuses", "planned"),
        ] {
            assert_eq!(check(name, code), Err(Rule::UnknownCode), "{name}.{code}");
        }
        assert!(find("institution_types").is_none());
    }

    /// The reference year speaks these codes; a code lost here would refuse its import.
    #[test]
    fn the_reference_year_uses_known_codes_only() {
        let file: Value =
            serde_json::from_str(include_str!("../data/lubuskie-2016.json")).unwrap_or_default();
        let mut checked = 0;
        for (list, field, name) in [
            ("institutions", "type", "institution_kinds"),
            ("institutions", "sector", "sectors"),
            ("memberships", "signing_form", "signing_forms"),
            ("council_seats", "role", "mandate_roles"),
            ("meetings", "kind", "meeting_kinds"),
            ("meetings", "mode", "meeting_modes"),
            ("meetings", "partnership_role", "own_roles"),
            ("recommendations", "status", "recommendation_statuses"),
            ("recommendations", "kind", "recommendation_kinds"),
            ("commitments", "channel", "commitment_channels"),
        ] {
            for record in file[list].as_array().into_iter().flatten() {
                let Some(code) = record[field].as_str() else {
                    continue;
                };
                assert_eq!(check(name, code).as_deref(), Ok(code), "{list}.{field}");
                checked += 1;
            }
        }
        assert!(checked > 300, "{checked}");
    }
}
