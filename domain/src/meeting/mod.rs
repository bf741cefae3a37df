//! Meetings of every kind: when, where, with whom, and what came out.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::governance::body::Body;
use crate::institution::Institution;
use crate::link::{self, Link, Links};
use crate::meeting::output::Output;
use crate::record::{
    Calendar, ExternalId, Kind, Record, Shape, UNSAID, day_given, given, never, unsaid,
};
use crate::state::Machine;

pub mod agenda_item;
pub mod attendance;
pub mod output;
pub mod quorum;

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

fn is_unsaid(day: &NaiveDate) -> bool {
    *day == UNSAID
}

/// A meeting of any kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the partnership; made from the title when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "rada-2016-1"
    )]
    pub slug: String,
    /// Code of the vocabulary `meeting_kinds`.
    #[schema(format = "meeting_kinds", example = "council")]
    pub kind: String,
    /// Code of the vocabulary `meeting_statuses`.
    #[serde(default, deserialize_with = "never")]
    #[schema(format = "meeting_statuses", read_only, example = "held")]
    pub status: String,
    /// Title.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "I spotkanie Rady Programowej w 2016 r."
    )]
    pub title: String,
    /// The day, by the calendar of the partnership; that of `starts_at` when absent. One of the two must be there.
    #[serde(
        default = "unsaid",
        deserialize_with = "day_given",
        skip_serializing_if = "is_unsaid"
    )]
    #[schema(example = "2016-02-24")]
    pub held_on: NaiveDate,
    /// When it begins; on the day of `held_on`.
    #[schema(example = "2016-02-24T09:00:00Z")]
    pub starts_at: Option<DateTime<Utc>>,
    /// When it ends.
    #[schema(example = "2016-02-24T13:00:00Z")]
    pub ends_at: Option<DateTime<Utc>>,
    /// Code of the vocabulary `meeting_modes`; `onsite` when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = "meeting_modes", example = "onsite")]
    pub mode: String,
    /// Town.
    #[schema(max_length = 100, example = "Zielona Góra")]
    pub town: Option<String>,
    /// Address, room or link; in the internal view only.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(
        nullable = false,
        max_length = 500,
        example = "ul. Wyspiańskiego 15, sala 4",
        extensions(("x-view" = json!("internal")))
    )]
    pub location: Option<String>,
    /// The institution that hosts it.
    #[schema(value_type = Option<String>, format = "link", example = "wup-zielona-gora")]
    pub host: Option<Link<Institution>>,
    /// The body that meets.
    #[schema(value_type = Option<String>, format = "link", example = "rada-programowa")]
    pub body: Option<Link<Body>>,
    /// The part of the partnership itself: code of the vocabulary `own_roles`. When absent `organizer`, and `participant` of meetings of the
    /// regional committee and of OWES.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = "own_roles", example = "organizer")]
    pub own_role: String,
    /// How many must be present for a decision; in the internal view only.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(
        nullable = false,
        minimum = 1,
        maximum = 100_000,
        example = 6,
        extensions(("x-view" = json!("internal")))
    )]
    pub quorum_required: Option<i32>,
    /// Whom it is for: codes of the vocabulary `sectors`.
    #[serde(default)]
    #[schema(format = "sectors", max_items = 200, example = json!(["ngo"]))]
    pub target_sectors: Vec<String>,
    /// Whom it is for: codes of the vocabulary `institution_kinds`.
    #[serde(default)]
    #[schema(format = "institution_kinds", max_items = 200, example = json!(["pup", "ops", "pcpr"]))]
    pub target_kinds: Vec<String>,
    /// What it is about: codes of the vocabulary `funding_programmes`.
    #[serde(default)]
    #[schema(format = "funding_programmes", max_items = 200, example = json!(["rpo_l2020"]))]
    pub funding_programmes: Vec<String>,
    /// The outputs it worked on, in order; their names are their phrases.
    #[serde(default)]
    #[schema(value_type = Vec<String>, format = "link", max_items = 200, example = json!(["harmonogram"]))]
    pub outputs: Links<Output>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Meeting {
    const KIND: Kind = Kind::Meeting;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }

    fn listed(&self) -> Vec<(Kind, Uuid)> {
        let outputs = self.outputs.ids();
        outputs.map(|id| (Kind::Output, id)).collect()
    }
}

impl Meeting {
    /// Whether it took place, so that it counts.
    pub fn took_place(&self) -> bool {
        took_place(&self.status)
    }

    /// The day is that of the beginning, where the partnership is, and what took place is not to come.
    fn check_times(&mut self, now: &Calendar, f: &mut Faults) {
        let begins_on = self
            .starts_at
            .map(|starts_at| starts_at.with_timezone(&now.zone).date_naive());
        match begins_on {
            None if is_unsaid(&self.held_on) => f.add("/held_on", Rule::Required),
            Some(day) if is_unsaid(&self.held_on) => self.held_on = day,
            Some(day) if self.held_on != day => f.add("/held_on", Rule::Conflict),
            _ => {}
        }
        if self.took_place() {
            check::not_future(f, "/held_on", Some(self.held_on), now.today);
        }
        match (self.starts_at, self.ends_at) {
            (None, Some(_)) => f.add("/starts_at", Rule::Required),
            (Some(starts_at), Some(ends_at)) if ends_at < starts_at => {
                f.add("/ends_at", Rule::Order);
            }
            _ => {}
        }
    }
}

impl Shape for Meeting {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    fn keep(&mut self, stored: &Self) {
        self.status.clone_from(&stored.status);
    }

    fn check(&mut self, now: &Calendar, f: &mut Faults) {
        f.line("/title", &mut self.title, 300);
        f.slug(&mut self.slug, &self.title);
        f.code("/kind", "meeting_kinds", &mut self.kind);
        f.code_or("/status", "meeting_statuses", &mut self.status, "draft");
        let usual = match self.kind.as_str() {
            "regional_committee" | "owes" => "participant",
            _ => "organizer",
        };
        f.code_or("/own_role", "own_roles", &mut self.own_role, usual);
        f.code_or("/mode", "meeting_modes", &mut self.mode, "onsite");
        self.check_times(now, f);
        f.optional_line("/town", &mut self.town, 100);
        f.optional_line("/location", &mut self.location, 500);
        check::within(f, "/quorum_required", self.quorum_required, 1..=100_000);
        f.codes("/target_sectors", "sectors", &mut self.target_sectors);
        f.codes("/target_kinds", "institution_kinds", &mut self.target_kinds);
        f.codes(
            "/funding_programmes",
            "funding_programmes",
            &mut self.funding_programmes,
        );
        f.links("/outputs", &mut self.outputs);
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};

    fn draft() -> Meeting {
        Meeting {
            kind: "council".into(),
            status: "held".into(),
            title: "I spotkanie Rady Programowej".into(),
            held_on: day("2016-02-24"),
            ..Default::default()
        }
    }

    fn at(instant: &str) -> Option<DateTime<Utc>> {
        Some(instant.parse().unwrap())
    }

    fn today() -> Calendar {
        on("2016-12-31")
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
        let meeting = Meeting {
            held_on: UNSAID,
            starts_at: at("2015-12-31T23:30:00Z"),
            ..draft()
        };
        assert_eq!(
            meeting.clone().checked(&today()).unwrap().held_on,
            day("2016-01-01")
        );
        let elsewhere = Meeting {
            held_on: day("2015-12-31"),
            ..meeting
        };
        assert_eq!(
            faults(elsewhere.checked(&today())),
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
            let meeting = Meeting {
                status: status.into(),
                held_on: day("2017-01-01"),
                ..draft()
            };
            match meeting.checked(&today()) {
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
        let broken = Meeting {
            kind: "party".into(),
            status: "planned".into(),
            own_role: "guest".into(),
            title: "Sprawa 44051401359".into(),
            held_on: UNSAID,
            ends_at: at("2016-02-24T10:00:00Z"),
            mode: "dreamt".into(),
            quorum_required: Some(0),
            target_kinds: vec!["pup".into(), "pup".into()],
            outputs: Links::to([Uuid::nil(), Uuid::nil()]),
            ..draft()
        };
        assert_eq!(
            faults(broken.checked(&today())),
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
        let backwards = Meeting {
            starts_at: at("2016-02-24T12:00:00Z"),
            ends_at: at("2016-02-24T11:59:00Z"),
            ..draft()
        };
        assert_eq!(
            faults(backwards.checked(&today())),
            expected(&[("/ends_at", Rule::Order)])
        );
    }
}
