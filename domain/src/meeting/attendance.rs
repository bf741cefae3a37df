//! Which institutions were at a meeting.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::fault::Faults;
use crate::institution::Institution;
use crate::link::Link;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given};

/// The statuses of an institution that took part, itself or through another.
pub const TOOK_PART: [&str; 5] = ["present", "remote", "late", "left_early", "represented"];

/// Whether an institution of this status took part, so that it counts.
pub fn counts(status: &str) -> bool {
    TOOK_PART.contains(&status)
}

/// An institution's attendance at a meeting.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// The meeting.
    #[serde(skip)]
    pub meeting_id: Uuid,
    /// The institution.
    #[schema(value_type = String, format = "link", example = "wup-zielona-gora")]
    pub institution: Link<Institution>,
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
    /// Whether the institution took part, so that it counts.
    pub fn counts(&self) -> bool {
        counts(&self.status)
    }
}

impl Shape for Attendance {
    fn place(&mut self, partnership: Uuid, parent: Option<Uuid>) {
        self.partnership_id = partnership;
        self.meeting_id = parent.unwrap_or_default();
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        f.code_or(
            "/status",
            "attendance_statuses",
            &mut self.status,
            "present",
        );
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{expected, faults, on};

    use crate::fault::Rule;

    #[test]
    fn who_was_excused_or_missing_did_not_take_part() {
        for (status, took_part) in [("present", true), ("represented", true), ("excused", false)] {
            let attendance = Attendance {
                status: status.into(),
                ..Default::default()
            };
            let attendance = attendance.checked(&on("2016-12-31")).unwrap();
            assert_eq!(attendance.counts(), took_part, "{status}");
        }
    }

    #[test]
    fn the_status_is_a_known_code() {
        let broken = Attendance {
            status: "asleep".into(),
            ..Default::default()
        };
        assert_eq!(
            faults(broken.checked(&on("2016-12-31"))),
            expected(&[("/status", Rule::UnknownCode)])
        );
    }
}
