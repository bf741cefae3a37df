//! People, as far as the work of a partnership needs to know them: never a PESEL, a home address or a day of birth.

use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::Faults;
use crate::identifier::{Email, Phone};
use crate::record::{ExternalId, Kind, Record, check_external_ids};

/// A person, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Person {
    /// The partnership in which the person works.
    pub partnership_id: Uuid,
    /// First and last name.
    pub name: String,
    /// What the person does there, in words.
    pub function: Option<String>,
    /// The institution for which the person works.
    pub institution_id: Option<Uuid>,
    /// E-mail address at work.
    pub email: Option<String>,
    /// Telephone at work, E.164.
    pub phone: Option<String>,
    /// The account with which the person signs in.
    pub account_id: Option<Uuid>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for Person {
    const KIND: Kind = Kind::Person;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

/// What a person is called of whom nothing may be known any more.
const ERASED: &str = "Dane usunięte";

impl Person {
    /// What is left when the person's data are erased (GDPR, art. 17): that there was somebody.
    pub fn erased(&self) -> Self {
        Self {
            partnership_id: self.partnership_id,
            name: ERASED.to_owned(),
            function: None,
            institution_id: None,
            email: None,
            phone: None,
            account_id: None,
            external_ids: Vec::new(),
        }
    }
}

/// A person as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct PersonDraft {
    /// The partnership in which the person works.
    pub partnership_id: Uuid,
    /// First and last name.
    pub name: String,
    /// What the person does there.
    pub function: Option<String>,
    /// The institution for which the person works.
    pub institution_id: Option<Uuid>,
    /// E-mail address at work.
    pub email: Option<String>,
    /// Telephone at work.
    pub phone: Option<String>,
    /// The account with which the person signs in.
    pub account_id: Option<Uuid>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl PersonDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self) -> Result<Person, Faults> {
        let mut f = Faults::new();
        let person = Person {
            partnership_id: self.partnership_id,
            name: check::line(&mut f, "/name", &self.name, 200),
            function: check::optional_line(&mut f, "/function", self.function.as_deref(), 200),
            institution_id: self.institution_id,
            email: check::optional(&mut f, "/email", self.email.as_deref(), Email::parse),
            phone: check::optional(&mut f, "/phone", self.phone.as_deref(), Phone::parse),
            account_id: self.account_id,
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{expected, faults};
    use crate::fault::Rule;

    #[test]
    fn a_person_is_a_name_and_what_work_needs() {
        let person = PersonDraft {
            name: "  Zofia Żurawska ".into(),
            phone: Some("68 456 56 10".into()),
            ..Default::default()
        };
        let person = person.check().unwrap();
        assert_eq!(person.name, "Zofia Żurawska");
        assert_eq!(person.phone.as_deref(), Some("+48684565610"));
    }

    #[test]
    fn all_faults_are_reported_at_once_and_a_pesel_is_never_taken() {
        let person = PersonDraft {
            name: "".into(),
            function: Some("PESEL 44051401359".into()),
            email: Some("no address".into()),
            phone: Some("12".into()),
            ..Default::default()
        };
        let found = faults(person.check());
        let pointers: Vec<&str> = found.iter().map(|(at, _)| at.as_str()).collect();
        assert_eq!(pointers, ["/email", "/function", "/name", "/phone"]);
        assert!(found.contains(&expected(&[("/function", Rule::PersonalIdentifier)])[0]));
    }
}
