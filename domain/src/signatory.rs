//! Signatories: the institutions that signed the agreement of a partnership, and when.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::institution::Institution;
use crate::link::{self, Link};
use crate::period;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, UNSAID, day_given, given, unsaid};

/// How often a signatory may be suspended.
const MAX_SUSPENSIONS: usize = 50;

/// How a signatory left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// The first day no longer a signatory.
    #[schema(example = "2014-06-30")]
    pub effective_on: NaiveDate,
    /// The day it gave notice.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(example = "2014-03-31")]
    pub notified_on: Option<NaiveDate>,
    /// Why; not in the public view nor for `rops`, since it may speak of a person.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(max_length = 500, example = "Likwidacja stowarzyszenia")]
    pub reason: Option<String>,
}

/// A time in which a signatory was suspended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// The first day suspended.
    #[schema(example = "2012-03-01")]
    pub starts_on: NaiveDate,
    /// The first day no longer suspended, once that is known.
    #[schema(example = "2012-09-01")]
    pub ends_on: Option<NaiveDate>,
    /// Why; not in the public view nor for `rops`, since it may speak of a person.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(max_length = 500, example = "Nieopłacona składka")]
    pub reason: Option<String>,
}

/// A signatory: an institution's participation in a partnership. Leaving and rejoining makes a second one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// The institution.
    #[schema(value_type = String, format = "link", example = "wup-zielona-gora")]
    pub institution: Link<Institution>,
    /// Code of the vocabulary `signatory_statuses`: today's. `applied` and `dissolved` are stated; any other follows from the
    /// dates.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = "signatory_statuses", example = "active")]
    pub status: String,
    /// The day it signed.
    #[schema(example = "2008-06-18")]
    pub signed_on: NaiveDate,
    /// Code of the vocabulary `signing_forms`.
    #[schema(format = "signing_forms", example = "agreement")]
    pub signing_form: String,
    /// Number of the version of the agreement that it signed; the one in force on the day of signing when absent. Each later version binds
    /// it, too, unless that one binds only those who sign it: who signs that one withdraws and signs anew, as another signatory.
    #[schema(minimum = 1, maximum = 100_000, example = 1)]
    pub agreement_version: Option<i32>,
    /// First day as a signatory; that of signing when absent.
    #[serde(default = "unsaid", deserialize_with = "day_given")]
    #[schema(example = "2008-06-18")]
    pub effective_from: NaiveDate,
    /// When it was suspended, the first time first. On such a day it does not count, and its signature stands.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub suspensions: Vec<Suspension>,
    /// How it left, once that is known.
    pub withdrawal: Option<Withdrawal>,
    /// Since when it has stood without a break, by the server's clock: see [`Signatory::standing_since`]. No part of what
    /// changes tell, because it follows from them.
    #[serde(skip)]
    pub standing_since: DateTime<Utc>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Signatory {
    const KIND: Kind = Kind::Signatory;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl Signatory {
    /// Says what follows from the rest where it is not said.
    fn settle(&mut self) {
        if self.effective_from == UNSAID {
            self.effective_from = self.signed_on;
        }
    }

    /// The first day no longer a signatory.
    pub fn withdrawn_on(&self) -> Option<NaiveDate> {
        self.withdrawal
            .as_ref()
            .map(|withdrawal| withdrawal.effective_on)
    }

    /// Whether it is suspended on a day.
    pub fn suspended_on(&self, day: NaiveDate) -> bool {
        let mut all = self.suspensions.iter();
        all.any(|span| period::active_on(day, span.starts_on, span.ends_on))
    }

    /// Whether it counts as a signatory on a day, unless a version of the agreement does not bind it. A withdrawn one did, until it left.
    pub fn active_on(&self, day: NaiveDate) -> bool {
        self.stands_on(day) && !self.suspended_on(day)
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
        self.settle();
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
            Some("dissolved") if self.withdrawn_on().is_some_and(|last| day < last) => {
                self.status_while_it_lasts(day)
            }
            Some(stated) => stated,
            None if self.withdrawn_on().is_some_and(|last| last <= day) => "withdrawn",
            None => self.status_while_it_lasts(day),
        }
    }

    fn status_while_it_lasts(&self, day: NaiveDate) -> &str {
        match self.suspended_on(day) {
            true => "suspended",
            false => "active",
        }
    }

    /// The same with the status of a day.
    pub fn with_status_of(mut self, day: NaiveDate) -> Self {
        self.status = self.status_on(day).to_owned();
        self
    }

    /// The status where it does not follow from the dates.
    pub fn stated_status(&self) -> Option<&str> {
        Some(self.status.as_str()).filter(|status| matches!(*status, "applied" | "dissolved"))
    }

    /// One suspension ends before the next begins, and all of them lie within the participation.
    fn check_suspensions(&mut self, f: &mut Faults) {
        if self.suspensions.len() > MAX_SUSPENSIONS {
            f.add("/suspensions", Rule::Length);
            return;
        }
        let last = self.withdrawn_on();
        let mut free_from = Some(self.effective_from);
        for (index, span) in self.suspensions.iter_mut().enumerate() {
            let at = |field: &str| format!("/suspensions/{index}/{field}");
            let lies_within = last.is_none_or(|last| span.starts_on < last);
            if !lies_within || free_from.is_none_or(|free_from| span.starts_on < free_from) {
                f.add(at("starts_on"), Rule::Order);
            }
            if span
                .ends_on
                .is_some_and(|ends_on| ends_on <= span.starts_on)
            {
                f.add(at("ends_on"), Rule::Order);
            }
            f.optional_line(&at("reason"), &mut span.reason, 500);
            free_from = span.ends_on;
        }
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

impl Shape for Signatory {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn as_sent(&mut self) {
        if self.stated_status().is_none() {
            self.status.clear();
        }
    }

    fn check(&mut self, now: &Calendar, f: &mut Faults) {
        self.settle();
        let (signed_on, effective_from) = (Some(self.signed_on), Some(self.effective_from));
        check::not_future(f, "/signed_on", signed_on, now.today);
        check::in_order(f, "/effective_from", signed_on, effective_from);
        if let Some(withdrawal) = &mut self.withdrawal {
            let effective_on = "/withdrawal/effective_on";
            let (notified_on, last) = (withdrawal.notified_on, Some(withdrawal.effective_on));
            check::not_future(f, "/withdrawal/notified_on", notified_on, now.today);
            check::in_order(f, effective_on, effective_from, last);
            check::in_order(f, effective_on, notified_on, last);
            f.optional_line("/withdrawal/reason", &mut withdrawal.reason, 500);
        }
        self.check_suspensions(f);
        f.code("/signing_form", "signing_forms", &mut self.signing_form);
        f.code_or("/status", "signatory_statuses", &mut self.status, "active");
        if matches!(self.status.as_str(), "withdrawn" | "dissolved") && self.withdrawal.is_none() {
            f.add("/withdrawal", Rule::Required);
        }
        if self.status == "suspended" && self.suspensions.is_empty() {
            f.add("/suspensions", Rule::Required);
        }
        if self.stated_status().is_none() {
            self.status = self.status_on(now.today).to_owned();
        }
        check::within(f, "/agreement_version", self.agreement_version, 1..=100_000);
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};

    fn draft() -> Signatory {
        Signatory {
            signed_on: day("2008-06-18"),
            signing_form: "agreement".into(),
            effective_from: UNSAID,
            ..Default::default()
        }
    }

    fn left_on(last: &str) -> Signatory {
        Signatory {
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

    fn checked(draft: Signatory) -> Signatory {
        draft.checked(&on("2016-12-31")).unwrap().into_inner()
    }

    #[test]
    fn it_is_active_from_its_first_day_until_the_day_it_left() {
        let signatory = checked(left_on("2014-06-30"));
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
        let signatory = checked(left_on("2014-06-30"));
        assert_eq!(signatory.status, "withdrawn");
        assert_eq!(signatory.status_on(day("2014-06-29")), "active");
        let leaving = checked(left_on("2017-06-30"));
        assert_eq!(leaving.status, "active");
        assert_eq!(leaving.status_on(day("2017-06-30")), "withdrawn");
    }

    #[test]
    fn who_applied_never_counts() {
        let status = "applied".to_owned();
        let signatory = checked(Signatory { status, ..draft() });
        assert!(!signatory.active_on(today()));
    }

    fn suspended(spans: &[(&str, Option<&str>)]) -> Signatory {
        let spans = spans.iter().map(|(from, until)| Suspension {
            starts_on: day(from),
            ends_on: until.map(day),
            reason: None,
        });
        Signatory {
            suspensions: spans.collect(),
            ..draft()
        }
    }

    #[test]
    fn a_suspension_counts_on_its_own_days_alone() {
        let signatory = checked(suspended(&[
            ("2012-03-01", Some("2012-09-01")),
            ("2016-12-31", None),
        ]));
        assert_eq!(signatory.status, "suspended");
        for (on, status) in [
            ("2012-02-29", "active"),
            ("2012-03-01", "suspended"),
            ("2012-08-31", "suspended"),
            ("2012-09-01", "active"),
            ("2016-12-30", "active"),
            ("2017-06-01", "suspended"),
        ] {
            assert_eq!(signatory.status_on(day(on)), status, "{on}");
            assert_eq!(signatory.active_on(day(on)), status == "active", "{on}");
            assert!(signatory.stands_on(day(on)), "{on}");
        }
    }

    #[test]
    fn suspensions_follow_each_other_within_the_participation() {
        let refused = |draft: Signatory| faults(draft.checked(&on("2016-12-31")));
        let first = ("/suspensions/0/starts_on", Rule::Order);
        let second = ("/suspensions/1/starts_on", Rule::Order);
        for (spans, fault) in [
            (vec![("2008-06-17", None)], first),
            (vec![("2012-03-01", None), ("2013-01-01", None)], second),
            (
                vec![("2012-03-01", Some("2012-09-01")), ("2012-08-31", None)],
                second,
            ),
            (
                vec![("2012-03-01", Some("2012-03-01"))],
                ("/suspensions/0/ends_on", Rule::Order),
            ),
        ] {
            assert_eq!(refused(suspended(&spans)), expected(&[fault]), "{spans:?}");
        }
        let after_it_left = Signatory {
            suspensions: suspended(&[("2014-06-30", None)]).suspensions,
            ..left_on("2014-06-30")
        };
        assert_eq!(refused(after_it_left), expected(&[first]));
        let undated = Signatory {
            status: "suspended".into(),
            ..draft()
        };
        let fault = ("/suspensions", Rule::Required);
        assert_eq!(refused(undated), expected(&[fault]));
        let to_be_dissolved = Signatory {
            status: "dissolved".into(),
            suspensions: suspended(&[("2016-12-01", None)]).suspensions,
            ..left_on("2017-06-30")
        };
        assert_eq!(checked(to_be_dissolved).status_on(today()), "suspended");
    }

    #[test]
    fn how_long_a_signature_has_stood_is_told_by_the_servers_clock() {
        let instant = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (then, now) = (
            instant("2016-03-01T10:00:00Z"),
            instant("2016-12-31T10:00:00Z"),
        );
        let stated = |status: &str| Signatory {
            status: status.into(),
            ..draft()
        };
        let later = Signatory {
            effective_from: day("2017-03-01"),
            ..draft()
        };
        let first = |draft: Signatory| checked(draft).standing_since(None, then, today());
        assert_eq!(first(draft()).standing_since, then);
        let in_force = instant("2017-03-01T00:00:00Z");
        assert_eq!(first(later.clone()).standing_since, in_force);
        for (before, after, since) in [
            (draft(), draft(), then),
            (draft(), suspended(&[("2016-01-01", None)]), then),
            (draft(), left_on("2017-06-30"), then),
            (left_on("2017-06-30"), draft(), then),
            (stated("applied"), draft(), now),
            (left_on("2016-06-30"), draft(), now),
            (left_on("2016-06-30"), left_on("2016-06-30"), then),
            (later.clone(), draft(), now),
            (draft(), later.clone(), in_force),
        ] {
            let (before, after) = (first(before), checked(after));
            let after = after.standing_since(Some(&before), now, today());
            assert_eq!(after.standing_since, since, "{before:?} {after:?}");
        }
    }

    #[test]
    fn participations_of_one_institution_may_touch_but_not_overlap() {
        let first = checked(left_on("2014-06-30"));
        let again = |from: &str| {
            checked(Signatory {
                signed_on: day(from),
                ..draft()
            })
        };
        assert!(!first.overlaps(&again("2014-06-30")));
        assert!(first.overlaps(&again("2014-06-29")) && again("2014-06-29").overlaps(&first));
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = Signatory {
            signed_on: day("2017-01-01"),
            effective_from: day("2016-12-31"),
            signing_form: "handshake".into(),
            status: "gone".into(),
            withdrawal: Some(Withdrawal {
                notified_on: Some(day("2017-01-02")),
                effective_on: day("2016-01-01"),
                reason: Some(" ".into()),
            }),
            ..Default::default()
        };
        assert_eq!(
            faults(broken.checked(&on("2016-12-31"))),
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
        let status = "withdrawn".into();
        let broken = Signatory { status, ..draft() };
        let broken = broken.checked(&on("2016-12-31"));
        assert_eq!(faults(broken), expected(&[("/withdrawal", Rule::Required)]));
    }
}
