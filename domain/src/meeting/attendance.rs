//! Which institutions were at a meeting.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::Faults;
use crate::record::{ExternalId, Kind, Record, check_external_ids};

/// The statuses of an institution that took part, itself or through another.
pub const TOOK_PART: [&str; 5] = ["present", "remote", "late", "left_early", "represented"];

/// Whether an institution of this status took part, so that it counts.
pub fn counts(status: &str) -> bool {
    TOOK_PART.contains(&status)
}

/// An institution's presence at a meeting, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attendance {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// The meeting.
    pub meeting_id: Uuid,
    /// The institution.
    pub institution_id: Uuid,
    /// A code of the vocabulary `attendance_statuses`.
    pub status: String,
    /// Identifiers in other systems.
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

/// A presence as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct AttendanceDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// The meeting.
    pub meeting_id: Uuid,
    /// The institution.
    pub institution_id: Uuid,
    /// Status; present when absent.
    pub status: Option<String>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl AttendanceDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, _today: NaiveDate) -> Result<Attendance, Faults> {
        let mut f = Faults::new();
        let status = self.status.as_deref().unwrap_or("present");
        let value = Attendance {
            partnership_id: self.partnership_id,
            meeting_id: self.meeting_id,
            institution_id: self.institution_id,
            status: check::code(&mut f, "/status", "attendance_statuses", status),
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults};

    use crate::fault::Rule;

    #[test]
    fn who_was_excused_or_missing_did_not_take_part() {
        for (status, took_part) in [("present", true), ("represented", true), ("excused", false)] {
            let attendance = AttendanceDraft {
                status: Some(status.into()),
                ..Default::default()
            };
            let attendance = attendance.check(day("2016-12-31")).unwrap();
            assert_eq!(attendance.counts(), took_part, "{status}");
        }
    }

    #[test]
    fn the_status_is_a_known_code() {
        let broken = AttendanceDraft {
            status: Some("asleep".into()),
            ..Default::default()
        };
        assert_eq!(
            faults(broken.check(day("2016-12-31"))),
            expected(&[("/status", Rule::UnknownCode)])
        );
    }
}
