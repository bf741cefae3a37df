//! Mandates: seats held by institutions in a term of office.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::governance::term::Term;
use crate::period;
use crate::record::{ExternalId, Kind, Record, check_external_ids};

/// The kinds of body in which only signatories hold seats.
const KINDS_OF_SIGNATORIES: [&str; 3] = ["council", "assembly", "working_group"];

/// Whether the seats of a kind of body belong to signatories.
pub fn is_for_signatories(body_kind: &str) -> bool {
    KINDS_OF_SIGNATORIES.contains(&body_kind)
}

/// A mandate, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mandate {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// The term of office.
    pub term_id: Uuid,
    /// The institution that holds it.
    pub institution_id: Uuid,
    /// A code of the vocabulary `mandate_roles`.
    pub role: String,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The first day it is held no more.
    pub ends_on: Option<NaiveDate>,
    /// Why it ended.
    pub end_reason: Option<String>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for Mandate {
    const KIND: Kind = Kind::Mandate;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }

    fn parent_id(&self) -> Option<Uuid> {
        Some(self.term_id)
    }
}

/// The post that one institution at a time holds in a body; there may be several of the others.
pub const CHAIR: &str = "chair";

impl Mandate {
    /// The last day on which it is held: that of its term, unless it ends before.
    pub fn last_day(&self, term: &Term) -> NaiveDate {
        let own = self.ends_on.and_then(|day| day.pred_opt());
        own.map_or(term.ends_on, |own| own.min(term.ends_on))
    }

    /// Whether it is held on a day. It ends with its term at the latest.
    pub fn active_on(&self, day: NaiveDate, term: &Term) -> bool {
        period::active_on(day, self.starts_on, self.ends_on) && term.contains(day)
    }
}

/// A mandate as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct MandateDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// The term of office.
    pub term_id: Uuid,
    /// The institution that holds it.
    pub institution_id: Uuid,
    /// Role; member when absent.
    pub role: Option<String>,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The first day it is held no more.
    pub ends_on: Option<NaiveDate>,
    /// Why it ended.
    pub end_reason: Option<String>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl MandateDraft {
    /// Checks every value, also against its term where it is known, and whether the institution may hold a seat of the
    /// body, and reports all that is wrong at once, by the names of the API.
    pub fn check(self, term: Option<&Term>, may_hold_a_seat: bool) -> Result<Mandate, Faults> {
        let mut f = Faults::new();
        if !may_hold_a_seat {
            f.add("/institution", Rule::Conflict);
        }
        if let Some(term) = term {
            if !term.contains(self.starts_on) {
                f.add("/starts_on", Rule::Range);
            }
            // The day after the last one of the term is still an end within it.
            let outlives =
                |until: NaiveDate| until.pred_opt().is_some_and(|last| last > term.ends_on);
            if self.ends_on.is_some_and(outlives) {
                f.add("/ends_on", Rule::Range);
            }
        }
        check::in_order(&mut f, "/ends_on", Some(self.starts_on), self.ends_on);
        if self.end_reason.is_some() && self.ends_on.is_none() {
            f.add("/ends_on", Rule::Required);
        }
        let role = self.role.as_deref().unwrap_or("member");
        let value = Mandate {
            partnership_id: self.partnership_id,
            term_id: self.term_id,
            institution_id: self.institution_id,
            role: check::code(&mut f, "/role", "mandate_roles", role),
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            end_reason: check::optional_line(
                &mut f,
                "/end_reason",
                self.end_reason.as_deref(),
                500,
            ),
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults};
    use crate::governance::term::TermDraft;

    fn term() -> Term {
        let draft = TermDraft {
            starts_on: day("2014-11-21"),
            ends_on: day("2017-11-20"),
            ..Default::default()
        };
        draft.check(day("2016-12-31")).unwrap()
    }

    fn mandate() -> MandateDraft {
        MandateDraft {
            starts_on: day("2014-11-21"),
            ..Default::default()
        }
    }

    #[test]
    fn it_is_held_until_the_day_it_ends_or_with_its_term() {
        let held = |mandate: &Mandate, on: &str| mandate.active_on(day(on), &term());
        let ended = MandateDraft {
            ends_on: Some(day("2016-05-01")),
            ..mandate()
        };
        let ended = ended.check(Some(&term()), true).unwrap();
        assert!(held(&ended, "2016-04-30") && !held(&ended, "2016-05-01"));
        let whole = mandate().check(Some(&term()), true).unwrap();
        assert!(held(&whole, "2017-11-20") && !held(&whole, "2017-11-21"));
    }

    #[test]
    fn dates_are_in_order_and_a_reason_needs_an_end() {
        let backwards = MandateDraft {
            role: Some("king".into()),
            ends_on: Some(day("2014-11-20")),
            ..mandate()
        };
        assert_eq!(
            faults(backwards.check(Some(&term()), true)),
            expected(&[("/ends_on", Rule::Order), ("/role", Rule::UnknownCode)])
        );
        let endless = MandateDraft {
            end_reason: Some("rezygnacja".into()),
            ..mandate()
        };
        assert_eq!(
            faults(endless.check(Some(&term()), true)),
            expected(&[("/ends_on", Rule::Required)])
        );
    }

    #[test]
    fn it_lies_within_its_term_and_belongs_to_one_who_may_hold_it() {
        let of = |from: &str, until: &str| MandateDraft {
            starts_on: day(from),
            ends_on: Some(day(until)),
            ..mandate()
        };
        assert!(
            of("2014-11-21", "2017-11-21")
                .check(Some(&term()), true)
                .is_ok()
        );
        assert_eq!(
            faults(of("2014-11-20", "2017-11-22").check(Some(&term()), false)),
            expected(&[
                ("/ends_on", Rule::Range),
                ("/institution", Rule::Conflict),
                ("/starts_on", Rule::Range),
            ])
        );
        assert!(is_for_signatories("council") && !is_for_signatories("external"));
    }
}
