//! Representations: who acts on behalf of an institution, where, and on which days.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::governance::body::Body;
use crate::institution::Institution;
use crate::link::Link;
use crate::meeting::Meeting;
use crate::person::Person;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape};

/// A representation: a person who acts on behalf of an institution. A person may represent several institutions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Representation {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// The person.
    #[schema(value_type = String, format = "person", example = "0198c0de-0000-7000-8000-000000000071")]
    pub person: Link<Person>,
    /// The institution that the person represents.
    #[schema(value_type = String, format = "link", example = "wup-zielona-gora")]
    pub on_behalf_of: Link<Institution>,
    /// Code of the vocabulary `representation_capacities`.
    #[schema(format = "representation_capacities", example = "deputy")]
    pub capacity: String,
    /// The only body in which it applies. Without a body and a meeting it applies to everything.
    #[schema(value_type = Option<String>, format = "public-link", example = "rada-programowa")]
    pub body: Option<Link<Body>>,
    /// The only meeting at which it applies.
    #[schema(value_type = Option<String>, format = "link", example = "zgromadzenie-2016")]
    pub meeting: Option<Link<Meeting>>,
    /// The first day.
    #[schema(example = "2016-01-01")]
    pub starts_on: NaiveDate,
    /// The first day on which it no longer applies.
    #[schema(example = "2017-01-01")]
    pub ends_on: Option<NaiveDate>,
    /// The document that it is based on, such as a power of attorney with its number.
    #[schema(max_length = 300, example = "Pełnomocnictwo nr 3/2016")]
    pub document: Option<String>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Representation {
    const KIND: Kind = Kind::Representation;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl Shape for Representation {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        f.code("/capacity", "representation_capacities", &mut self.capacity);
        if self.body.is_some() && self.meeting.is_some() {
            f.add("/meeting", Rule::Conflict);
        }
        check::in_order(f, "/ends_on", Some(self.starts_on), self.ends_on);
        f.optional_line("/document", &mut self.document, 300);
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};

    #[test]
    fn it_holds_in_one_thing_on_days_in_order() {
        let representation = Representation {
            capacity: "deputy".into(),
            starts_on: day("2016-01-01"),
            ..Default::default()
        };
        assert!(representation.clone().checked(&on("2016-12-31")).is_ok());
        let broken = Representation {
            capacity: "king".into(),
            body: Some(Link::to(Uuid::from_u128(1))),
            meeting: Some(Link::to(Uuid::from_u128(2))),
            ends_on: Some(day("2015-12-31")),
            ..representation
        };
        assert_eq!(
            faults(broken.checked(&on("2016-12-31"))),
            expected(&[
                ("/capacity", Rule::UnknownCode),
                ("/ends_on", Rule::Order),
                ("/meeting", Rule::Conflict),
            ])
        );
    }
}
