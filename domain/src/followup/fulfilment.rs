//! Fulfilments: the times a commitment was kept.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::Faults;
use crate::followup::commitment::Commitment;
use crate::link::Link;
use crate::meeting::Meeting;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape};

/// One time that a commitment was fulfilled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fulfilment {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// The commitment.
    #[schema(value_type = String, format = "link", example = "zob-informacje")]
    pub commitment: Link<Commitment>,
    /// The meeting at which it was fulfilled. It took place, and each counts once for a commitment.
    #[schema(value_type = Option<String>, format = "link", example = "forum-2016-1")]
    pub meeting: Option<Link<Meeting>>,
    /// The day: that of the meeting, where there is one, and within the years and days the commitment is in force.
    #[schema(example = "2016-04-20")]
    pub fulfilled_on: NaiveDate,
    /// How it was done.
    #[schema(max_length = 5000, example = "Prezentacja oferty wsparcia OPS")]
    pub note: Option<String>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Fulfilment {
    const KIND: Kind = Kind::Fulfilment;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }

    fn parent_id(&self) -> Option<Uuid> {
        Some(self.commitment.id)
    }
}

impl Shape for Fulfilment {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn check(&mut self, now: &Calendar, f: &mut Faults) {
        check::not_future(f, "/fulfilled_on", Some(self.fulfilled_on), now.today);
        f.optional_prose("/note", &mut self.note, 5000);
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};

    use crate::fault::Rule;

    #[test]
    fn nothing_is_fulfilled_before_it_is_done() {
        let done = |fulfilled_on: &str| Fulfilment {
            fulfilled_on: day(fulfilled_on),
            ..Default::default()
        };
        let today = on("2016-12-31");
        assert!(done("2016-12-31").checked(&today).is_ok());
        assert_eq!(
            faults(done("2017-01-01").checked(&today)),
            expected(&[("/fulfilled_on", Rule::Future)])
        );
    }
}
