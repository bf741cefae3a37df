//! Mandates: seats held by institutions in a term of office.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::period;
use crate::record::{ExternalId, Kind, Record, check_external_ids};

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
}

impl Mandate {
    /// Whether it is held on a day.
    pub fn active_on(&self, day: NaiveDate) -> bool {
        period::active_on(day, self.starts_on, self.ends_on)
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
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, _today: NaiveDate) -> Result<Mandate, Faults> {
        let mut f = Faults::new();
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

    fn mandate() -> MandateDraft {
        MandateDraft {
            starts_on: day("2014-11-21"),
            ..Default::default()
        }
    }

    #[test]
    fn it_is_held_until_the_day_it_ends() {
        let ended = MandateDraft {
            ends_on: Some(day("2016-05-01")),
            ..mandate()
        };
        let ended = ended.check(day("2016-12-31")).unwrap();
        assert!(ended.active_on(day("2016-04-30")) && !ended.active_on(day("2016-05-01")));
    }

    #[test]
    fn dates_are_in_order_and_a_reason_needs_an_end() {
        let today = day("2016-12-31");
        let backwards = MandateDraft {
            role: Some("king".into()),
            ends_on: Some(day("2014-11-20")),
            ..mandate()
        };
        assert_eq!(
            faults(backwards.check(today)),
            expected(&[("/ends_on", Rule::Order), ("/role", Rule::UnknownCode)])
        );
        let endless = MandateDraft {
            end_reason: Some("rezygnacja".into()),
            ..mandate()
        };
        assert_eq!(
            faults(endless.check(today)),
            expected(&[("/ends_on", Rule::Required)])
        );
    }
}
