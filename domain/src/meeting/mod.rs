//! Meetings of every kind: when, where, with whom, and what came out.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::record::{ExternalId, Kind, Record, check_external_ids};
use crate::state::Machine;

pub mod agenda_item;
pub mod attendance;
pub mod output;

/// Which status may follow which. An invitation may be skipped.
pub const TRANSITIONS: Machine = Machine(&[
    ("draft", &["scheduled"]),
    ("scheduled", &["invited", "held", "cancelled", "postponed"]),
    ("invited", &["held", "cancelled", "postponed"]),
    ("held", &["minutes_approved"]),
    ("minutes_approved", &["closed"]),
    ("closed", &[]),
    ("cancelled", &[]),
    ("postponed", &["scheduled", "cancelled"]),
]);

/// The statuses of a meeting that took place.
pub const TOOK_PLACE: [&str; 3] = ["held", "minutes_approved", "closed"];

/// The statuses that may follow.
pub fn allowed(from: &str) -> &'static [&'static str] {
    TRANSITIONS.allowed(from)
}

/// Whether a meeting of this status took place, so that it counts.
pub fn took_place(status: &str) -> bool {
    TOOK_PLACE.contains(&status)
}

/// A meeting, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Meeting {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the partnership.
    pub slug: String,
    /// A code of the vocabulary `meeting_kinds`.
    pub kind: String,
    /// A code of the vocabulary `meeting_statuses`.
    pub status: String,
    /// The body that met.
    pub body_id: Option<Uuid>,
    /// A code of the vocabulary `own_roles`: the part of the partnership itself.
    pub own_role: String,
    /// Title.
    pub title: String,
    /// The local date.
    pub held_on: NaiveDate,
    /// When it begins.
    pub starts_at: Option<DateTime<Utc>>,
    /// When it ends.
    pub ends_at: Option<DateTime<Utc>>,
    /// A code of the vocabulary `meeting_modes`.
    pub mode: String,
    /// Town.
    pub town: Option<String>,
    /// Address, room or link.
    pub location: Option<String>,
    /// The institution that hosts it.
    pub host_institution_id: Option<Uuid>,
    /// How many must be present for a decision.
    pub quorum_required: Option<i32>,
    /// Codes of the vocabulary `sectors`: whom it is for.
    pub target_sectors: Vec<String>,
    /// Codes of the vocabulary `institution_kinds`: whom it is for.
    pub target_kinds: Vec<String>,
    /// Codes of the vocabulary `funding_programmes`: what it is about.
    pub funding_programmes: Vec<String>,
    /// The outputs it worked on, in order.
    pub outputs: Vec<Uuid>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for Meeting {
    const KIND: Kind = Kind::Meeting;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl Meeting {
    /// Whether it took place, so that it counts.
    pub fn took_place(&self) -> bool {
        took_place(&self.status)
    }
}

/// A meeting as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug)]
pub struct MeetingDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Made from the title when absent.
    pub slug: Option<String>,
    /// A code of the vocabulary `meeting_kinds`.
    pub kind: String,
    /// Status; a draft when absent.
    pub status: Option<String>,
    /// The body that met.
    pub body_id: Option<Uuid>,
    /// The part of the partnership itself; organizer when absent.
    pub own_role: Option<String>,
    /// Title.
    pub title: String,
    /// The local date; that of the beginning when absent.
    pub held_on: Option<NaiveDate>,
    /// When it begins.
    pub starts_at: Option<DateTime<Utc>>,
    /// When it ends.
    pub ends_at: Option<DateTime<Utc>>,
    /// Where the partnership's calendar dates are local.
    pub time_zone: Tz,
    /// Mode; on site when absent.
    pub mode: Option<String>,
    /// Town.
    pub town: Option<String>,
    /// Address, room or link.
    pub location: Option<String>,
    /// The institution that hosts it.
    pub host_institution_id: Option<Uuid>,
    /// How many must be present for a decision.
    pub quorum_required: Option<i32>,
    /// Codes of the vocabulary `sectors`: whom it is for.
    pub target_sectors: Vec<String>,
    /// Codes of the vocabulary `institution_kinds`: whom it is for.
    pub target_kinds: Vec<String>,
    /// Codes of the vocabulary `funding_programmes`: what it is about.
    pub funding_programmes: Vec<String>,
    /// The outputs it worked on, in order.
    pub outputs: Vec<Uuid>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl MeetingDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, today: NaiveDate) -> Result<Meeting, Faults> {
        let mut f = Faults::new();
        let title = check::line(&mut f, "/title", &self.title, 300);
        let status = self.status.as_deref().unwrap_or("draft");
        let status = check::code(&mut f, "/status", "meeting_statuses", status);
        let own_role = self.own_role.as_deref().unwrap_or("organizer");
        let mode = self.mode.as_deref().unwrap_or("onsite");
        let begins_on = self
            .starts_at
            .map(|starts_at| starts_at.with_timezone(&self.time_zone).date_naive());
        match (self.held_on, begins_on) {
            (None, None) => f.add("/held_on", Rule::Required),
            (Some(held_on), Some(begins_on)) if held_on != begins_on => {
                f.add("/held_on", Rule::Conflict);
            }
            _ => {}
        }
        let held_on = self.held_on.or(begins_on).unwrap_or_default();
        if took_place(&status) {
            check::not_future(&mut f, "/held_on", Some(held_on), today);
        }
        match (self.starts_at, self.ends_at) {
            (None, Some(_)) => f.add("/starts_at", Rule::Required),
            (Some(starts_at), Some(ends_at)) if ends_at < starts_at => {
                f.add("/ends_at", Rule::Order)
            }
            _ => {}
        }
        check::within(
            &mut f,
            "/quorum_required",
            self.quorum_required,
            1..=100_000,
        );
        let value = Meeting {
            partnership_id: self.partnership_id,
            slug: check::slug(&mut f, self.slug.as_deref(), &title),
            kind: check::code(&mut f, "/kind", "meeting_kinds", &self.kind),
            status,
            body_id: self.body_id,
            own_role: check::code(&mut f, "/own_role", "own_roles", own_role),
            title,
            held_on,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            mode: check::code(&mut f, "/mode", "meeting_modes", mode),
            town: check::optional_line(&mut f, "/town", self.town.as_deref(), 100),
            location: check::optional_line(&mut f, "/location", self.location.as_deref(), 500),
            host_institution_id: self.host_institution_id,
            quorum_required: self.quorum_required,
            target_sectors: check::codes(&mut f, "/target_sectors", "sectors", self.target_sectors),
            target_kinds: check::codes(
                &mut f,
                "/target_kinds",
                "institution_kinds",
                self.target_kinds,
            ),
            funding_programmes: check::codes(
                &mut f,
                "/funding_programmes",
                "funding_programmes",
                self.funding_programmes,
            ),
            outputs: check::references(&mut f, "/outputs", self.outputs),
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults};

    fn draft() -> MeetingDraft {
        MeetingDraft {
            partnership_id: Uuid::nil(),
            slug: None,
            kind: "council".into(),
            status: Some("held".into()),
            body_id: None,
            own_role: None,
            title: "I spotkanie Rady Programowej".into(),
            held_on: Some(day("2016-02-24")),
            starts_at: None,
            ends_at: None,
            time_zone: Tz::Europe__Warsaw,
            mode: None,
            town: None,
            location: None,
            host_institution_id: None,
            quorum_required: None,
            target_sectors: Vec::new(),
            target_kinds: Vec::new(),
            funding_programmes: Vec::new(),
            outputs: Vec::new(),
            external_ids: Vec::new(),
        }
    }

    fn at(instant: &str) -> Option<DateTime<Utc>> {
        Some(instant.parse().unwrap())
    }

    fn today() -> NaiveDate {
        day("2016-12-31")
    }

    #[test]
    fn only_what_took_place_counts() {
        let counting: Vec<_> = TRANSITIONS
            .0
            .iter()
            .map(|(status, _)| *status)
            .filter(|status| took_place(status))
            .collect();
        assert_eq!(counting, TOOK_PLACE);
    }

    #[test]
    fn the_date_is_that_of_the_partnership() {
        let meeting = MeetingDraft {
            held_on: None,
            starts_at: at("2015-12-31T23:30:00Z"),
            ..draft()
        };
        assert_eq!(
            meeting.clone().check(today()).unwrap().held_on,
            day("2016-01-01")
        );
        let elsewhere = MeetingDraft {
            held_on: Some(day("2015-12-31")),
            ..meeting
        };
        assert_eq!(
            faults(elsewhere.check(today())),
            expected(&[("/held_on", Rule::Conflict)])
        );
    }

    #[test]
    fn what_took_place_is_not_in_the_future_but_a_plan_may_be() {
        for (status, fine) in [
            ("held", false),
            ("minutes_approved", false),
            ("closed", false),
            ("scheduled", true),
            ("cancelled", true),
        ] {
            let meeting = MeetingDraft {
                status: Some(status.into()),
                held_on: Some(day("2017-01-01")),
                ..draft()
            };
            match meeting.check(today()) {
                Ok(_) => assert!(fine, "{status}"),
                checked => assert_eq!(
                    faults(checked),
                    expected(&[("/held_on", Rule::Future)]),
                    "{status}"
                ),
            }
        }
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = MeetingDraft {
            kind: "party".into(),
            status: Some("planned".into()),
            own_role: Some("guest".into()),
            title: "Sprawa 44051401359".into(),
            held_on: None,
            ends_at: at("2016-02-24T10:00:00Z"),
            mode: Some("".into()),
            quorum_required: Some(0),
            target_kinds: vec!["pup".into(), "pup".into()],
            outputs: vec![Uuid::nil(), Uuid::nil()],
            ..draft()
        };
        assert_eq!(
            faults(broken.check(today())),
            expected(&[
                ("/held_on", Rule::Required),
                ("/kind", Rule::UnknownCode),
                ("/mode", Rule::UnknownCode),
                ("/outputs/1", Rule::Duplicate),
                ("/own_role", Rule::UnknownCode),
                ("/quorum_required", Rule::Range),
                ("/starts_at", Rule::Required),
                ("/status", Rule::UnknownCode),
                ("/target_kinds/1", Rule::Duplicate),
                ("/title", Rule::PersonalIdentifier),
            ])
        );
        let backwards = MeetingDraft {
            starts_at: at("2016-02-24T12:00:00Z"),
            ends_at: at("2016-02-24T11:59:00Z"),
            ..draft()
        };
        assert_eq!(
            faults(backwards.check(today())),
            expected(&[("/ends_at", Rule::Order)])
        );
    }
}
