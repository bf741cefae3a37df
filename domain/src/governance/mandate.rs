//! Mandates: seats held by institutions in a term of office.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::governance::term::Term;
use crate::institution::Institution;
use crate::link::{self, Link};
use crate::period;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given};

/// The kinds of body in which only signatories hold seats.
const KINDS_OF_SIGNATORIES: [&str; 3] = ["council", "assembly", "working_group"];

/// Whether the seats of a kind of body belong to signatories.
pub fn is_for_signatories(body_kind: &str) -> bool {
    KINDS_OF_SIGNATORIES.contains(&body_kind)
}

/// A mandate: a seat held by an institution in a term of office.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// The term of office, whose slug stands for a name.
    #[schema(value_type = String, format = "public-link", example = "rada-2014-2017")]
    pub term: Link<Term>,
    /// The institution that holds it.
    #[schema(value_type = String, format = "link", example = "wup-zielona-gora")]
    pub institution: Link<Institution>,
    /// Code of the vocabulary `mandate_roles`; `member` when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = "mandate_roles", example = "secretary")]
    pub role: String,
    /// The first day; it lies in the term.
    #[schema(example = "2014-11-21")]
    pub starts_on: NaiveDate,
    /// The first day it is held no more, where it ends before its term.
    #[schema(example = "2016-06-01")]
    pub ends_on: Option<NaiveDate>,
    /// Why it ended; not in the public view nor for `rops`, since it may speak of a person.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(
        max_length = 500,
        example = "rezygnacja",
        nullable = false,
        extensions(("x-view" = json!("personal")))
    )]
    pub end_reason: Option<String>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Mandate {
    const KIND: Kind = Kind::Mandate;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }

    fn parent_id(&self) -> Option<Uuid> {
        Some(self.term.id)
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

    /// Notes where it does not lie within its term, and whether its institution may not hold it.
    pub fn check_seat(&self, term: &Term, may_hold_it: bool, f: &mut Faults) {
        if !may_hold_it {
            f.add("/institution", Rule::Conflict);
        }
        if !term.contains(self.starts_on) {
            f.add("/starts_on", Rule::Range);
        }
        // The day after the last one of the term is still an end within it.
        let outlives = |until: NaiveDate| until.pred_opt().is_some_and(|last| last > term.ends_on);
        if self.ends_on.is_some_and(outlives) {
            f.add("/ends_on", Rule::Range);
        }
    }
}

impl Shape for Mandate {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        check::in_order(f, "/ends_on", Some(self.starts_on), self.ends_on);
        f.code_or("/role", "mandate_roles", &mut self.role, "member");
        f.optional_line("/end_reason", &mut self.end_reason, 500);
        if self.end_reason.is_some() && self.ends_on.is_none() {
            f.add("/ends_on", Rule::Required);
        }
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};

    fn term() -> Term {
        Term {
            starts_on: day("2014-11-21"),
            ends_on: day("2017-11-20"),
            ..Default::default()
        }
    }

    fn mandate() -> Mandate {
        Mandate {
            starts_on: day("2014-11-21"),
            ..Default::default()
        }
    }

    fn checked(mandate: Mandate, may_hold_it: bool) -> Result<Mandate, Faults> {
        let mut f = Faults::new();
        mandate.check_seat(&term(), may_hold_it, &mut f);
        let checked = mandate.checked_with(&on("2016-12-31"), f)?;
        Ok(checked.into_inner())
    }

    #[test]
    fn it_is_held_until_the_day_it_ends_or_with_its_term() {
        let held = |mandate: &Mandate, on: &str| mandate.active_on(day(on), &term());
        let ended = Mandate {
            ends_on: Some(day("2016-05-01")),
            ..mandate()
        };
        let ended = checked(ended, true).unwrap();
        assert!(held(&ended, "2016-04-30") && !held(&ended, "2016-05-01"));
        let whole = checked(mandate(), true).unwrap();
        assert!(held(&whole, "2017-11-20") && !held(&whole, "2017-11-21"));
    }

    #[test]
    fn dates_are_in_order_and_a_reason_needs_an_end() {
        let backwards = Mandate {
            role: "king".into(),
            ends_on: Some(day("2014-11-20")),
            ..mandate()
        };
        assert_eq!(
            faults(checked(backwards, true)),
            expected(&[("/ends_on", Rule::Order), ("/role", Rule::UnknownCode)])
        );
        let endless = Mandate {
            end_reason: Some("rezygnacja".into()),
            ..mandate()
        };
        assert_eq!(
            faults(checked(endless, true)),
            expected(&[("/ends_on", Rule::Required)])
        );
    }

    #[test]
    fn it_lies_within_its_term_and_belongs_to_one_who_may_hold_it() {
        let of = |from: &str, until: &str| Mandate {
            starts_on: day(from),
            ends_on: Some(day(until)),
            ..mandate()
        };
        assert!(checked(of("2014-11-21", "2017-11-21"), true).is_ok());
        assert_eq!(
            faults(checked(of("2014-11-20", "2017-11-22"), false)),
            expected(&[
                ("/ends_on", Rule::Range),
                ("/institution", Rule::Conflict),
                ("/starts_on", Rule::Range),
            ])
        );
        assert!(is_for_signatories("council") && !is_for_signatories("external"));
    }
}
