//! People, as far as the work of a partnership needs to know them: never a PESEL, a home address or a day of birth.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::account::Account;
use crate::fault::Faults;
use crate::identifier::{Email, Phone};
use crate::institution::Institution;
use crate::link::Link;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape};
use crate::search::search_key;

/// A person who works in a partnership.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The partnership in which the person works.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// First and last name.
    #[schema(min_length = 1, max_length = 200, example = "Zofia Żurawska")]
    pub name: String,
    /// What the person does there, in words.
    #[schema(max_length = 200, example = "Kierowniczka działu")]
    pub function: Option<String>,
    /// The institution for which the person works.
    #[schema(value_type = Option<String>, format = "link", example = "wup-zielona-gora")]
    pub institution: Option<Link<Institution>>,
    /// E-mail address at work.
    #[schema(max_length = 254, example = "z.zurawska@wup.example")]
    pub email: Option<String>,
    /// Telephone at work; shown as E.164.
    #[schema(max_length = 30, example = "+48684565610")]
    pub phone: Option<String>,
    /// The account with which the person signs in: one that the caller sees.
    #[schema(value_type = Option<String>, format = "account", example = "0198c0de-0000-7000-8000-000000000006")]
    pub account: Option<Link<Account>>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
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
            ..Self::default()
        }
    }
}

/// The names of people, to be found in texts, in whatever case they stand there: each order of first and last name by the letters with
/// which it begins.
#[derive(Debug, Default)]
pub struct Names(HashMap<String, Vec<(Declined, Declined)>>);

/// A name as it is declined: what all its cases begin with, and how long they are at the most.
#[derive(Clone, Debug)]
struct Declined {
    stem: String,
    longest: usize,
}

/// With how many letters a stem is found: no name has a shorter one.
const FOUND_BY: usize = 2;

impl Names {
    /// Those of some people; of who has only one name, and of who was erased, none.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        for name in names.into_iter().filter(|name| *name != ERASED) {
            let parts: Vec<_> = name.split_whitespace().collect();
            let [first, .., last] = parts.as_slice() else {
                continue;
            };
            let Some(first) = words(first).iter().find_map(|word| Declined::of(word)) else {
                continue;
            };
            // Whoever has a double name may be called by half of it.
            for last in words(last).iter().filter_map(|half| Declined::of(half)) {
                found.add(first.clone(), last.clone());
                found.add(last, first.clone());
            }
        }
        found
    }

    fn add(&mut self, one: Declined, other: Declined) {
        let found_by = one.stem.chars().take(FOUND_BY).collect();
        self.0.entry(found_by).or_default().push((one, other));
    }

    /// Whether a text names one of them: first and last name beside each other, with one word between them at the most.
    pub fn is_any_in(&self, text: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let words = words(text);
        words.iter().enumerate().any(|(place, word)| {
            let found_by: String = word.chars().take(FOUND_BY).collect();
            let near = &words[place + 1..words.len().min(place + 3)];
            let pairs = self.0.get(&found_by).into_iter().flatten();
            let named = |(one, other): &(Declined, Declined)| {
                one.is(word) && near.iter().any(|word| other.is(word))
            };
            pairs.into_iter().any(named)
        })
    }
}

/// The words of a text without case and marks.
fn words(text: &str) -> Vec<String> {
    let key = search_key(text);
    let words = key.split(|letter: char| !letter.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

impl Declined {
    /// How a Polish name is declined; none of one that is too short to be told from other words.
    fn of(word: &str) -> Option<Self> {
        /// No case adds more to a name.
        const ENDING: usize = 3;
        let letters: Vec<char> = word.chars().collect();
        let is_vowel = |letter: &char| "aeiouy".contains(*letter);
        let dropped = match letters.as_slice() {
            // Kowalski, Kowalska: Kowalskiej.
            [.., 's', 'k', last] if is_vowel(last) => 1,
            // Marta: Marcie; Olga: Oldze; Gruszka: Gruszce.
            [.., 't' | 'd' | 'g' | 'k' | 'r' | 'l' | 'c', last] if is_vowel(last) => 2,
            [.., last] if is_vowel(last) => 1,
            // Stępień: Stępnia; Kwiecień: Kwietnia.
            [.., 'c', 'i', 'e', _] => 4,
            [.., 'i', 'e', _] => 3,
            // Marek: Marka; Paweł: Pawła; Gołąb: Gołębia.
            [.., 'e', _] | [.., 'a', 'b'] => 2,
            _ => 0,
        };
        let kept = letters.len().saturating_sub(dropped).max(FOUND_BY);
        (letters.len() > FOUND_BY).then(|| Self {
            stem: letters.iter().take(kept).collect(),
            longest: letters.len() + ENDING,
        })
    }

    fn is(&self, word: &str) -> bool {
        word.starts_with(&self.stem) && word.chars().count() <= self.longest
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
        let institution = alike(self.institution.map(|link| link.id), mention.institution_id);
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
            && self.institution.is_none()
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

impl Shape for Person {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        f.line("/name", &mut self.name, 200);
        f.optional_line("/function", &mut self.function, 200);
        f.optional("/email", &mut self.email, Email::parse);
        f.optional("/phone", &mut self.phone, Phone::parse);
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{expected, faults, on};
    use crate::fault::Rule;

    #[test]
    fn a_name_is_found_in_any_case_and_order() {
        let names = Names::of([
            "Zofia Żurawska",
            "Marek Dudek",
            "Jan Maria Nowak-Kowalski",
            "Ewa Kowalska",
            "Marta Nowak",
            "Beata Lis",
            "Olga Duda",
            "Jan Stępień",
            "Jan Kwiecień",
            "Piotr Gołąb",
            "Adam Nowak",
            "Dane usunięte",
            "Zofia",
        ]);
        for (text, named) in [
            ("Za zgodą Zofii Żurawskiej", true),
            ("ŻURAWSKA ZOFIA", true),
            ("Markowi Dudkowi", true),
            ("Jana M. Nowaka-Kowalskiego", true),
            ("Ewy Kowalskiej", true),
            ("Ewą Kowalską", true),
            ("Marcie Nowak", true),
            ("Beacie Lis", true),
            ("Oldze Dudzie", true),
            ("Jana Stępnia", true),
            ("Janowi Kwietniowi", true),
            ("Piotra Gołębia", true),
            ("o Piotrze Gołębiu", true),
            ("Zofia i Marek", false),
            ("im. Marka, a także w szkole Dudka", false),
            ("Jankowa Żagańska – nowa spółdzielnia socjalna", false),
            ("Janów: nowatorski projekt", false),
            ("nowa adaptacja lokalu", false),
            ("dane usunięte", false),
            ("", false),
        ] {
            assert_eq!(names.is_any_in(text), named, "{text}");
        }
    }

    #[test]
    fn a_person_is_a_name_and_what_work_needs() {
        let person = Person {
            name: "  Zofia Żurawska ".into(),
            phone: Some("68 456 56 10".into()),
            ..Default::default()
        };
        let person = person.checked(&on("2016-12-31")).unwrap();
        assert_eq!(person.name, "Zofia Żurawska");
        assert_eq!(person.phone.as_deref(), Some("+48684565610"));
    }

    #[test]
    fn a_person_is_known_by_address_and_name_within_an_institution() {
        use Likeness::{Other, Same, Unclear};
        let (here, there) = (Some(Uuid::from_u128(1)), Some(Uuid::from_u128(2)));
        let zofia = |email: Option<&str>, institution: Option<Uuid>| Person {
            name: "Zofia Żurawska".into(),
            institution: institution.map(Link::to),
            email: email.map(str::to_owned),
            ..Default::default()
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
        let person = Person {
            name: "".into(),
            function: Some("PESEL 44051401359".into()),
            email: Some("no address".into()),
            phone: Some("12".into()),
            ..Default::default()
        };
        let found = faults(person.checked(&on("2016-12-31")));
        let pointers: Vec<&str> = found.iter().map(|(at, _)| at.as_str()).collect();
        assert_eq!(pointers, ["/email", "/function", "/name", "/phone"]);
        assert!(found.contains(&expected(&[("/function", Rule::PersonalIdentifier)])[0]));
    }
}
