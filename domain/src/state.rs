//! State machines as data: which state may follow which.

use crate::check;
use crate::fault::Faults;

/// The states of a kind of record with those that may follow each.
#[derive(Clone, Copy, Debug)]
pub struct Machine(pub &'static [(&'static str, &'static [&'static str])]);

impl Machine {
    /// The states that may follow; none after a last one, or one that is unknown.
    pub fn allowed(self, from: &str) -> &'static [&'static str] {
        let row = self.0.iter().find(|(state, _)| *state == from);
        row.map_or(&[], |(_, next)| *next)
    }

    /// Whether one state may follow another.
    pub fn permits(self, from: &str, to: &str) -> bool {
        self.allowed(from).contains(&to)
    }
}

/// Checks why a state was entered: prose, without personal identifiers.
pub fn check_reason(raw: Option<&str>) -> Result<Option<String>, Faults> {
    let mut f = Faults::new();
    let reason = check::optional_prose(&mut f, "/reason", raw, 2000);
    f.finish().map(|()| reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_machine_has_the_states_of_its_vocabulary() {
        for (name, machine) in [
            ("account_statuses", crate::access::account::TRANSITIONS),
            ("meeting_statuses", crate::meeting::TRANSITIONS),
            (
                "recommendation_statuses",
                crate::followup::recommendation::TRANSITIONS,
            ),
            (
                "communique_statuses",
                crate::outreach::communique::TRANSITIONS,
            ),
            ("webhook_statuses", crate::webhook::TRANSITIONS),
            ("bulk_import_statuses", crate::bulk_import::TRANSITIONS),
            ("posting_statuses", crate::outreach::posting::TRANSITIONS),
            (
                "agreement_version_statuses",
                crate::agreement_version::TRANSITIONS,
            ),
            ("report_statuses", crate::report::TRANSITIONS),
            (
                "good_practice_statuses",
                crate::exchange::good_practice::TRANSITIONS,
            ),
        ] {
            let vocabulary = crate::vocabulary::find(name).unwrap();
            assert_eq!(machine.0.len(), vocabulary.terms.len(), "{name}");
            for (state, next) in machine.0 {
                assert!(vocabulary.contains(state), "{name}: {state}");
                for next in *next {
                    assert!(vocabulary.contains(next) && next != state, "{name}: {next}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_in_the_table_is_refused() {
        let machine = Machine(&[("draft", &["published"]), ("published", &[])]);
        assert!(machine.permits("draft", "published"));
        assert!(!machine.permits("published", "draft") && !machine.permits("unknown", "draft"));
    }
}
