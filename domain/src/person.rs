//! People, as far as the work of a partnership needs to know them: never a PESEL, a home address or a day of birth.

use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::Faults;
use crate::identifier::{Email, Phone};
use crate::record::{ExternalId, Kind, Record, check_external_ids};
use crate::search::search_key;

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

/// What is said of a person who may be known already.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mention<'a> {
    /// First and last name.
    pub name: Option<&'a str>,
    /// E-mail address.
    pub email: Option<&'a Email>,
    /// The institution.
    pub institution_id: Option<Uuid>,
}

/// Whether a person is the one who is mentioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// The one.
    Same,
    /// Perhaps: only somebody who knows them can tell.
    Unclear,
    /// Somebody else.
    Other,
}

impl Person {
    /// Whether this is who is mentioned. A person is known by address and name within an institution: colleagues share a mailbox,
    /// and strangers a name.
    pub fn likeness(&self, mention: &Mention<'_>) -> Likeness {
        let own = self.email.as_deref().map(str::to_ascii_lowercase);
        let address = alike(own, mention.email.map(Email::folded));
        let institution = alike(self.institution_id, mention.institution_id);
        let Some(name) = mention.name else {
            // The address alone, which nothing contradicts.
            return match address {
                Some(true) => Likeness::Same,
                _ => Likeness::Other,
            };
        };
        let (own, name) = (search_key(&self.name), search_key(name));
        if own != name {
            // Married, or misspelt, or a colleague of the same first name.
            return match address {
                Some(true) if share_a_word(&own, &name) => Likeness::Unclear,
                _ => Likeness::Other,
            };
        }
        let nothing_else = self.email.is_none()
            && mention.email.is_none()
            && self.institution_id.is_none()
            && mention.institution_id.is_none();
        match (address, institution) {
            (Some(true), Some(true) | None) | (None, Some(true)) => Likeness::Same,
            (None, None) if nothing_else => Likeness::Same,
            // Went to another institution, or two of them share a mailbox.
            (Some(true), Some(false)) => Likeness::Unclear,
            // Has another address now, or a namesake.
            (Some(false), Some(true)) | (_, None) => Likeness::Unclear,
            (_, Some(false)) => Likeness::Other,
        }
    }
}

/// Whether two values are one, where both are known.
fn alike<T: PartialEq>(one: Option<T>, other: Option<T>) -> Option<bool> {
    Some(one? == other?)
}

fn share_a_word(one: &str, other: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let words = name.split([' ', '-']).filter(|word| word.len() > 1);
        words.map(str::to_owned).collect()
    };
    let others = words(other);
    words(one).iter().any(|word| others.contains(word))
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
    fn a_person_is_known_by_address_and_name_within_an_institution() {
        use Likeness::{Other, Same, Unclear};
        let (here, there) = (Some(Uuid::from_u128(1)), Some(Uuid::from_u128(2)));
        let zofia = |email: Option<&str>, institution_id| Person {
            partnership_id: Uuid::nil(),
            name: "Zofia Żurawska".into(),
            function: None,
            institution_id,
            email: email.map(str::to_owned),
            phone: None,
            account_id: None,
            external_ids: Vec::new(),
        };
        let shared = Some("Biuro@wup.example");
        let known = zofia(shared, here);
        for (name, email, institution_id, likeness) in [
            // Whatever case they are written in.
            (
                Some("ZOFIA  ŻURAWSKA"),
                Some("biuro@WUP.example"),
                here,
                Same,
            ),
            (Some("Zofia Żurawska"), shared, None, Same),
            (Some("Zofia Żurawska"), None, here, Same),
            (None, shared, None, Same),
            // A mailbox is shared.
            (Some("Adam Łaski"), shared, here, Other),
            (Some("Adam Łaski"), shared, there, Other),
            (Some("Zofia Żurawska-Łaska"), shared, here, Unclear),
            (Some("Żurawska Zofia"), shared, None, Unclear),
            (Some("Zofia Żurawska"), shared, there, Unclear),
            // A name is.
            (Some("Zofia Żurawska"), Some("z@wup.example"), here, Unclear),
            (Some("Zofia Żurawska"), Some("z@wup.example"), None, Unclear),
            (Some("Zofia Żurawska"), None, None, Unclear),
            (Some("Zofia Żurawska"), Some("z@pup.example"), there, Other),
            (Some("Zofia Żurawska"), None, there, Other),
            (Some("Zofia Łaska"), None, here, Other),
            (None, None, here, Other),
        ] {
            let email = email.map(|email| Email::parse(email).unwrap());
            let mention = Mention {
                name,
                email: email.as_ref(),
                institution_id,
            };
            assert_eq!(known.likeness(&mention), likeness, "{mention:?}");
        }
        let mention = Mention {
            name: Some("Zofia Żurawska"),
            ..Default::default()
        };
        assert_eq!(zofia(None, None).likeness(&mention), Same);
        let email = Email::parse("z@wup.example").unwrap();
        let mention = Mention {
            email: Some(&email),
            ..mention
        };
        assert_eq!(zofia(None, None).likeness(&mention), Unclear);
        let mention = Mention {
            institution_id: here,
            ..mention
        };
        assert_eq!(zofia(None, here).likeness(&mention), Same);
        assert_eq!(zofia(shared, None).likeness(&mention), Unclear);
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
