//! Who was at a meeting: people, institutions, and groups of which only the number is known.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::fault::{Faults, Rule};
use crate::institution::Institution;
use crate::link::{self, Link, Links};
use crate::person::Person;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given};

/// The statuses of those who were there.
pub const WAS_THERE: [&str; 4] = ["present", "remote", "late", "left_early"];

/// The statuses of an institution that took part, itself or through another.
pub const TOOK_PART: [&str; 5] = ["present", "remote", "late", "left_early", "represented"];

/// The capacity of those who are counted separately.
pub const GUEST: &str = "guest";

/// The capacity of those who take part without a vote.
pub const OBSERVER: &str = "observer";

/// The attendance of a person, an institution or a group at a meeting.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// The meeting.
    #[serde(skip)]
    pub meeting_id: Uuid,
    /// The person who attended. Not shown to `rops`, which sees no people.
    #[serde(skip_serializing_if = "link::is_hidden")]
    #[schema(
        value_type = Option<String>,
        format = "person",
        example = "0198c0de-0000-7000-8000-000000000071",
        extensions(("x-view" = json!("personal")))
    )]
    pub person: Option<Link<Person>>,
    /// The institution that the person represents, or that attended without a named person.
    #[schema(value_type = Option<String>, format = "link", example = "wup-zielona-gora")]
    pub institution: Option<Link<Institution>>,
    /// Other institutions that the person or the institution also represents.
    #[serde(default)]
    #[schema(value_type = Vec<String>, format = "link", max_items = 100, example = json!([]))]
    pub on_behalf_of: Links<Institution>,
    /// The name of a group whose members are not listed one by one.
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "Uczniowie liceum ekonomicznego"
    )]
    pub group: Option<String>,
    /// How many people the group has.
    #[schema(minimum = 1, maximum = 100_000, example = 12)]
    pub head_count: Option<i32>,
    /// Code of the vocabulary `attendance_capacities`. Guests are counted separately.
    #[schema(format = "attendance_capacities", example = "member")]
    pub capacity: Option<String>,
    /// Whether the person or the institution chairs the meeting.
    #[serde(default, deserialize_with = "given")]
    #[schema(example = false)]
    pub presides: bool,
    /// Code of the vocabulary `attendance_statuses`; `present` when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = "attendance_statuses", example = "present")]
    pub status: String,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Attendance {
    const KIND: Kind = Kind::Attendance;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }

    fn parent_id(&self) -> Option<Uuid> {
        Some(self.meeting_id)
    }
}

impl Attendance {
    fn was_there(&self) -> bool {
        WAS_THERE.contains(&self.status.as_str())
    }

    /// The institutions that are represented by it, its own first.
    pub fn stands_for(&self) -> Vec<Uuid> {
        let own = self.institution.iter().map(|link| link.id);
        own.chain(self.on_behalf_of.ids()).collect()
    }

    /// Who or what attends is said in one way.
    fn check_who(&self, f: &mut Faults) {
        let is_named = self.person.is_some() || self.institution.is_some();
        match (&self.group, is_named) {
            (None, false) => f.add("/institution", Rule::Required),
            (Some(_), true) => f.add("/group", Rule::Conflict),
            _ => {}
        }
        match (&self.group, self.head_count) {
            (Some(_), None) => f.add("/head_count", Rule::Required),
            (None, Some(_)) => f.add("/group", Rule::Required),
            (Some(_), Some(count)) if !(1..=100_000).contains(&count) => {
                f.add("/head_count", Rule::Range);
            }
            _ => {}
        }
    }

    /// A group is there or is not recorded; it neither presides nor stands for anybody.
    fn check_group(&self, f: &mut Faults) {
        if self.group.is_none() {
            return;
        }
        if !self.was_there() {
            f.add("/status", Rule::Conflict);
        }
        if self.presides {
            f.add("/presides", Rule::Conflict);
        }
        if !self.on_behalf_of.is_empty() {
            f.add("/on_behalf_of", Rule::Conflict);
        }
    }
}

impl Shape for Attendance {
    fn place(&mut self, partnership: Uuid, parent: Option<Uuid>) {
        self.partnership_id = partnership;
        self.meeting_id = parent.unwrap_or_default();
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        f.optional_line("/group", &mut self.group, 200);
        f.optional_code("/capacity", "attendance_capacities", &mut self.capacity);
        f.code_or(
            "/status",
            "attendance_statuses",
            &mut self.status,
            "present",
        );
        f.links("/on_behalf_of", &mut self.on_behalf_of);
        self.check_who(f);
        self.check_group(f);
        let own = self.institution.map(|link| link.id);
        let again = self.on_behalf_of.ids().position(|id| Some(id) == own);
        if let Some(place) = again {
            f.add(format!("/on_behalf_of/{place}"), Rule::Duplicate);
        }
        if self.group.is_none() && self.presides && !self.was_there() {
            f.add("/presides", Rule::Conflict);
        }
        if self.capacity.as_deref() == Some(GUEST) && !self.on_behalf_of.is_empty() {
            f.add("/capacity", Rule::Conflict);
        }
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{expected, faults, on};

    fn of_institution() -> Attendance {
        Attendance {
            institution: Some(Link::to(Uuid::from_u128(1))),
            ..Default::default()
        }
    }

    fn group() -> Attendance {
        Attendance {
            group: Some("Uczniowie".into()),
            head_count: Some(12),
            ..Default::default()
        }
    }

    fn refused(attendance: Attendance, because: &[(&str, Rule)]) {
        assert_eq!(
            faults(attendance.checked(&on("2016-12-31"))),
            expected(because)
        );
    }

    #[test]
    fn somebody_attends_and_in_one_way_only() {
        assert!(of_institution().checked(&on("2016-12-31")).is_ok());
        assert!(group().checked(&on("2016-12-31")).is_ok());
        refused(Attendance::default(), &[("/institution", Rule::Required)]);
        let both = Attendance {
            institution: of_institution().institution,
            ..group()
        };
        refused(both, &[("/group", Rule::Conflict)]);
        let nameless = Attendance {
            head_count: Some(3),
            ..of_institution()
        };
        refused(nameless, &[("/group", Rule::Required)]);
        let uncounted = Attendance {
            head_count: None,
            ..group()
        };
        refused(uncounted, &[("/head_count", Rule::Required)]);
        let empty = Attendance {
            head_count: Some(0),
            ..group()
        };
        refused(empty, &[("/head_count", Rule::Range)]);
    }

    #[test]
    fn a_group_is_there_and_does_no_more() {
        let busy = Attendance {
            status: "excused".into(),
            presides: true,
            on_behalf_of: Links::to([Uuid::from_u128(2)]),
            ..group()
        };
        refused(
            busy,
            &[
                ("/on_behalf_of", Rule::Conflict),
                ("/presides", Rule::Conflict),
                ("/status", Rule::Conflict),
            ],
        );
    }

    #[test]
    fn it_counts_for_each_institution_once() {
        let several = Attendance {
            on_behalf_of: Links::to([2, 3].map(Uuid::from_u128)),
            ..of_institution()
        };
        let checked = several.clone().checked(&on("2016-12-31")).unwrap();
        assert_eq!(checked.stands_for(), [1, 2, 3].map(Uuid::from_u128));
        let twice = Attendance {
            on_behalf_of: Links::to([2, 1].map(Uuid::from_u128)),
            ..of_institution()
        };
        refused(twice, &[("/on_behalf_of/1", Rule::Duplicate)]);
        let guest = Attendance {
            capacity: Some(GUEST.into()),
            ..several
        };
        refused(guest, &[("/capacity", Rule::Conflict)]);
    }

    #[test]
    fn nobody_presides_who_is_not_there() {
        for (status, may) in [("present", true), ("remote", true), ("represented", false)] {
            let chair = Attendance {
                presides: true,
                status: status.into(),
                ..of_institution()
            };
            assert_eq!(chair.checked(&on("2016-12-31")).is_ok(), may, "{status}");
        }
    }

    #[test]
    fn codes_are_known() {
        let broken = Attendance {
            status: "asleep".into(),
            capacity: Some("king".into()),
            ..of_institution()
        };
        refused(
            broken,
            &[
                ("/capacity", Rule::UnknownCode),
                ("/status", Rule::UnknownCode),
            ],
        );
    }
}
