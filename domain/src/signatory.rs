//! Signatories: the institutions that signed the agreement of a partnership, and when.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::period;
use crate::record::{ExternalId, Kind, Record, check_external_ids};

/// How a signatory left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Withdrawal {
    /// The day it gave notice.
    pub notified_on: Option<NaiveDate>,
    /// The first day no longer a signatory.
    pub effective_on: NaiveDate,
    /// Why.
    pub reason: Option<String>,
}

/// An institution's participation in a partnership, every value valid. Leaving and rejoining makes a second one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Signatory {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// The institution.
    pub institution_id: Uuid,
    /// A code of the vocabulary `signatory_statuses`; see [`Signatory::status_on`].
    pub status: String,
    /// The day it signed.
    pub signed_on: NaiveDate,
    /// A code of the vocabulary `signing_forms`.
    pub signing_form: String,
    /// The first day as a signatory.
    pub effective_from: NaiveDate,
    /// How it left, once that is known.
    pub withdrawal: Option<Withdrawal>,
    /// Since when it has stood without a break, by the server's clock: see [`Signatory::standing_since`]. No part of what
    /// changes tell, because it follows from them.
    #[serde(skip)]
    pub standing_since: DateTime<Utc>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for Signatory {
    const KIND: Kind = Kind::Signatory;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl Signatory {
    /// The first day no longer a signatory.
    pub fn withdrawn_on(&self) -> Option<NaiveDate> {
        self.withdrawal
            .as_ref()
            .map(|withdrawal| withdrawal.effective_on)
    }

    /// Whether it counts on any day at all.
    pub fn counts(&self) -> bool {
        counts(&self.status)
    }

    /// Whether it is a signatory on a day. A withdrawn one was, until it left.
    pub fn active_on(&self, day: NaiveDate) -> bool {
        self.counts() && period::active_on(day, self.effective_from, self.withdrawn_on())
    }

    /// Whether the signature stands on a day: it was given, is in force and was not withdrawn. That of a suspended signatory
    /// does.
    pub fn stands_on(&self, day: NaiveDate) -> bool {
        self.status != "applied" && period::active_on(day, self.effective_from, self.withdrawn_on())
    }

    /// The same with since when it stands, which decides whose secretariat keeps the institution. Only the server's clock
    /// counts, never a day that somebody states: what did not stand until now, because it was only applied for or had been
    /// withdrawn, stands from now on, and what comes into force later from then on.
    pub fn standing_since(
        mut self,
        before: Option<&Signatory>,
        now: DateTime<Utc>,
        today: NaiveDate,
    ) -> Self {
        let decides = |value: &Signatory| {
            let applied = value.status == "applied";
            (applied, value.effective_from, value.withdrawn_on())
        };
        let goes_on = |before: &Signatory| {
            decides(before) == decides(&self) || (before.stands_on(today) && self.stands_on(today))
        };
        self.standing_since = match before.filter(|before| goes_on(before)) {
            Some(before) => before.standing_since,
            None => now.max(self.effective_from.and_time(NaiveTime::MIN).and_utc()),
        };
        self
    }

    /// The status on a day: what was stated, otherwise what follows from the dates.
    pub fn status_on(&self, day: NaiveDate) -> &str {
        match self.stated_status() {
            Some("dissolved") if self.withdrawn_on().is_some_and(|last| day < last) => "active",
            Some(stated) => stated,
            None if self.withdrawn_on().is_some_and(|last| last <= day) => "withdrawn",
            None => "active",
        }
    }

    /// The status where it does not follow from the dates.
    pub fn stated_status(&self) -> Option<&str> {
        Some(self.status.as_str())
            .filter(|status| matches!(*status, "applied" | "suspended" | "dissolved"))
    }

    /// Whether two participations of one institution have a day in common.
    pub fn overlaps(&self, other: &Signatory) -> bool {
        let begins_before_end_of = |one: &Signatory, two: &Signatory| {
            two.withdrawn_on()
                .is_none_or(|last| one.effective_from < last)
        };
        begins_before_end_of(self, other) && begins_before_end_of(other, self)
    }
}

/// The statuses that never count: who only applied, or is suspended.
pub const UNCOUNTED: [&str; 2] = ["applied", "suspended"];

/// Whether a status counts.
pub fn counts(status: &str) -> bool {
    !UNCOUNTED.contains(&status)
}

/// A participation as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct SignatoryDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// The institution.
    pub institution_id: Uuid,
    /// `applied`, `suspended` or `dissolved`; any other follows from the withdrawal.
    pub status: Option<String>,
    /// The day it signed.
    pub signed_on: NaiveDate,
    /// A code of the vocabulary `signing_forms`.
    pub signing_form: String,
    /// The first day as a signatory; that of signing when absent.
    pub effective_from: Option<NaiveDate>,
    /// How it left, once that is known.
    pub withdrawal: Option<Withdrawal>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl SignatoryDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, today: NaiveDate) -> Result<Signatory, Faults> {
        let mut f = Faults::new();
        let effective_from = self.effective_from.unwrap_or(self.signed_on);
        check::not_future(&mut f, "/signed_on", Some(self.signed_on), today);
        check::in_order(
            &mut f,
            "/effective_from",
            Some(self.signed_on),
            self.effective_from,
        );
        let withdrawal = self
            .withdrawal
            .map(|withdrawal| check_withdrawal(withdrawal, effective_from, today, &mut f));
        let stated = check::optional_code(
            &mut f,
            "/status",
            "signatory_statuses",
            self.status.as_deref(),
        );
        if matches!(stated.as_deref(), Some("withdrawn" | "dissolved")) && withdrawal.is_none() {
            f.add("/withdrawal", Rule::Required);
        }
        let left = withdrawal
            .as_ref()
            .is_some_and(|withdrawal| withdrawal.effective_on <= today);
        let status = stated
            .filter(|stated| matches!(stated.as_str(), "applied" | "suspended" | "dissolved"))
            .unwrap_or_else(|| if left { "withdrawn" } else { "active" }.to_owned());
        let value = Signatory {
            partnership_id: self.partnership_id,
            institution_id: self.institution_id,
            status,
            signed_on: self.signed_on,
            signing_form: check::code(&mut f, "/signing_form", "signing_forms", &self.signing_form),
            effective_from,
            withdrawal,
            standing_since: DateTime::default(),
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| value)
    }
}

fn check_withdrawal(
    raw: Withdrawal,
    effective_from: NaiveDate,
    today: NaiveDate,
    f: &mut Faults,
) -> Withdrawal {
    let effective_on = "/withdrawal/effective_on";
    check::not_future(f, "/withdrawal/notified_on", raw.notified_on, today);
    check::in_order(
        f,
        effective_on,
        Some(effective_from),
        Some(raw.effective_on),
    );
    check::in_order(f, effective_on, raw.notified_on, Some(raw.effective_on));
    Withdrawal {
        reason: check::optional_line(f, "/withdrawal/reason", raw.reason.as_deref(), 500),
        ..raw
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults};

    fn draft() -> SignatoryDraft {
        SignatoryDraft {
            signed_on: day("2008-06-18"),
            signing_form: "agreement".into(),
            ..Default::default()
        }
    }

    fn left_on(last: &str) -> SignatoryDraft {
        SignatoryDraft {
            withdrawal: Some(Withdrawal {
                effective_on: day(last),
                ..Default::default()
            }),
            ..draft()
        }
    }

    fn today() -> NaiveDate {
        day("2016-12-31")
    }

    #[test]
    fn it_is_active_from_its_first_day_until_the_day_it_left() {
        let signatory = left_on("2014-06-30").check(today()).unwrap();
        for (on, active) in [
            ("2008-06-17", false),
            ("2008-06-18", true),
            ("2014-06-29", true),
            ("2014-06-30", false),
        ] {
            assert_eq!(signatory.active_on(day(on)), active, "{on}");
        }
    }

    #[test]
    fn the_status_follows_from_the_dates() {
        let signatory = left_on("2014-06-30").check(today()).unwrap();
        assert_eq!(signatory.status, "withdrawn");
        assert_eq!(signatory.status_on(day("2014-06-29")), "active");
        let leaving = left_on("2017-06-30").check(today()).unwrap();
        assert_eq!(leaving.status, "active");
        assert_eq!(leaving.status_on(day("2017-06-30")), "withdrawn");
    }

    #[test]
    fn who_applied_or_is_suspended_never_counts() {
        for status in ["applied", "suspended"] {
            let status = Some(status.to_owned());
            let signatory = SignatoryDraft { status, ..draft() }.check(today()).unwrap();
            assert!(!signatory.active_on(today()));
        }
    }

    #[test]
    fn how_long_a_signature_has_stood_is_told_by_the_servers_clock() {
        let instant = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (then, now) = (
            instant("2016-03-01T10:00:00Z"),
            instant("2016-12-31T10:00:00Z"),
        );
        let stated = |status: &str| SignatoryDraft {
            status: Some(status.into()),
            ..draft()
        };
        let later = SignatoryDraft {
            effective_from: Some(day("2017-03-01")),
            ..draft()
        };
        let first = |draft: SignatoryDraft| {
            let value = draft.check(today()).unwrap();
            value.standing_since(None, then, today())
        };
        assert_eq!(first(draft()).standing_since, then);
        let in_force = instant("2017-03-01T00:00:00Z");
        assert_eq!(first(later.clone()).standing_since, in_force);
        for (before, after, since) in [
            (draft(), draft(), then),
            (draft(), stated("suspended"), then),
            (draft(), left_on("2017-06-30"), then),
            (left_on("2017-06-30"), draft(), then),
            (stated("applied"), draft(), now),
            (left_on("2016-06-30"), draft(), now),
            (left_on("2016-06-30"), left_on("2016-06-30"), then),
            (later.clone(), draft(), now),
            (draft(), later.clone(), in_force),
        ] {
            let (before, after) = (first(before), after.check(today()).unwrap());
            let after = after.standing_since(Some(&before), now, today());
            assert_eq!(after.standing_since, since, "{before:?} {after:?}");
        }
    }

    #[test]
    fn participations_of_one_institution_may_touch_but_not_overlap() {
        let first = left_on("2014-06-30").check(today()).unwrap();
        let again = |from: &str| {
            let again = SignatoryDraft {
                signed_on: day(from),
                ..draft()
            };
            again.check(today()).unwrap()
        };
        assert!(!first.overlaps(&again("2014-06-30")));
        assert!(first.overlaps(&again("2014-06-29")) && again("2014-06-29").overlaps(&first));
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = SignatoryDraft {
            signed_on: day("2017-01-01"),
            effective_from: Some(day("2016-12-31")),
            signing_form: "handshake".into(),
            status: Some("gone".into()),
            withdrawal: Some(Withdrawal {
                notified_on: Some(day("2017-01-02")),
                effective_on: day("2016-01-01"),
                reason: Some(" ".into()),
            }),
            ..Default::default()
        };
        assert_eq!(
            faults(broken.check(today())),
            expected(&[
                ("/effective_from", Rule::Order),
                ("/signed_on", Rule::Future),
                ("/signing_form", Rule::UnknownCode),
                ("/status", Rule::UnknownCode),
                ("/withdrawal/effective_on", Rule::Order),
                ("/withdrawal/effective_on", Rule::Order),
                ("/withdrawal/notified_on", Rule::Future),
                ("/withdrawal/reason", Rule::Length),
            ])
        );
    }

    #[test]
    fn who_withdrew_did_so_on_a_day() {
        let status = Some("withdrawn".into());
        let broken = SignatoryDraft { status, ..draft() }.check(today());
        assert_eq!(faults(broken), expected(&[("/withdrawal", Rule::Required)]));
    }
}
