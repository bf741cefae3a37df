//! Fulfilments: the times a commitment was kept.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::Faults;
use crate::record::{ExternalId, Kind, Record, check_external_ids};

/// One time a commitment was fulfilled, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fulfilment {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// The commitment.
    pub commitment_id: Uuid,
    /// The meeting at which it was fulfilled.
    pub meeting_id: Option<Uuid>,
    /// The day.
    pub fulfilled_on: NaiveDate,
    /// How it was done.
    pub note: Option<String>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for Fulfilment {
    const KIND: Kind = Kind::Fulfilment;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }

    fn parent_id(&self) -> Option<Uuid> {
        Some(self.commitment_id)
    }
}

/// A fulfilment as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct FulfilmentDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// The commitment.
    pub commitment_id: Uuid,
    /// The meeting at which it was fulfilled.
    pub meeting_id: Option<Uuid>,
    /// The day.
    pub fulfilled_on: NaiveDate,
    /// How it was done.
    pub note: Option<String>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl FulfilmentDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, today: NaiveDate) -> Result<Fulfilment, Faults> {
        let mut f = Faults::new();
        check::not_future(&mut f, "/fulfilled_on", Some(self.fulfilled_on), today);
        let value = Fulfilment {
            partnership_id: self.partnership_id,
            commitment_id: self.commitment_id,
            meeting_id: self.meeting_id,
            fulfilled_on: self.fulfilled_on,
            note: check::optional_prose(&mut f, "/note", self.note.as_deref(), 5000),
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
    fn nothing_is_fulfilled_before_it_is_done() {
        let today = day("2016-12-31");
        let on = |fulfilled_on: &str| FulfilmentDraft {
            fulfilled_on: day(fulfilled_on),
            ..Default::default()
        };
        assert!(on("2016-12-31").check(today).is_ok());
        assert_eq!(
            faults(on("2017-01-01").check(today)),
            expected(&[("/fulfilled_on", Rule::Future)])
        );
    }
}
