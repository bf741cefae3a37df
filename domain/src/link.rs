//! Links: how one record refers to another, in the database, in requests and in answers.
//!
//! A record holds the id of what it refers to and nothing else, so that it is always whole. What a link looks like as JSON
//! depends on who reads or writes it: the id in the database and in the audit trail, a slug or id in a request, and
//! `{id, slug, name}` in an answer. `serde` cannot hand such a context down to a field, so it stands beside the call, in this
//! module alone: [`shown`] and [`mentioned`] around writing, [`named`] and [`resolved`] around reading.

use std::cell::RefCell;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;
use std::thread::LocalKey;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::account::AccountRef;
use crate::record::{Kind, Record};

/// Another record, as answers show it. In requests it is named by its slug or id alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ref {
    /// Its id.
    #[schema(example = "0198c0de-0000-7000-8000-000000000004")]
    pub id: Uuid,
    /// Its slug.
    #[schema(example = "wup-zielona-gora")]
    pub slug: String,
    /// Its name.
    #[schema(example = "Wojewódzki Urząd Pracy w Zielonej Górze")]
    pub name: String,
}

/// A person, as answers show it. In requests it is named by its id alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonRef {
    /// Its id.
    #[schema(example = "0198c0de-0000-7000-8000-000000000071")]
    pub id: Uuid,
    /// First and last name.
    #[schema(example = "Zofia Żurawska")]
    pub name: String,
}

/// What a record that others link to is shown as.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// One that has a slug.
    Record(Ref),
    /// A person.
    Person(PersonRef),
    /// An account.
    Account(AccountRef),
}

/// What the records that some others link to are shown as, by id. Ids are unique across kinds.
pub type Names = HashMap<Uuid, Shown>;

/// A record as a request names it: its kind, and its slug or id as it was sent.
pub type Name = (Kind, String);

/// A link to a record of kind `T`.
pub struct Link<T> {
    /// The id of what it leads to.
    pub id: Uuid,
    to: PhantomData<fn() -> T>,
}

impl<T> Link<T> {
    /// A link to the record of an id.
    pub const fn to(id: Uuid) -> Self {
        let to = PhantomData;
        Self { id, to }
    }
}

impl<T> Clone for Link<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Link<T> {}

impl<T> Default for Link<T> {
    fn default() -> Self {
        Self::to(Uuid::nil())
    }
}

impl<T> std::fmt::Debug for Link<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.id.fmt(f)
    }
}

impl<T> PartialEq for Link<T> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<T> Eq for Link<T> {}

impl<T: Record> Serialize for Link<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WRITING.with_borrow(|writing| match writing {
            Writing::Stored => self.id.serialize(serializer),
            Writing::Mentioned(ids) => {
                ids.borrow_mut().push((T::KIND, self.id));
                serializer.serialize_none()
            }
            Writing::Shown(names) => names.get(&self.id).serialize(serializer),
        })
    }
}

impl<'de, T: Record> Deserialize<'de> for Link<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let id = READING.with_borrow(|reading| match reading {
            Reading::Stored => Uuid::parse_str(&text).ok(),
            Reading::Named(names) => {
                names.borrow_mut().push((T::KIND, text));
                Some(Uuid::nil())
            }
            Reading::Resolved(ids) => ids.get(&(T::KIND, text)).copied(),
        });
        let missing = || D::Error::custom("no such record");
        id.map(Self::to).ok_or_else(missing)
    }
}

/// Several links to records of kind `T`, in order. Those to what the reader does not see are not shown.
pub struct Links<T>(pub Vec<Link<T>>);

impl<T> Links<T> {
    /// Links to the records of some ids.
    pub fn to(ids: impl IntoIterator<Item = Uuid>) -> Self {
        Self(ids.into_iter().map(Link::to).collect())
    }

    /// The ids of what they lead to.
    pub fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.0.iter().map(|link| link.id)
    }
}

impl<T> Deref for Links<T> {
    type Target = Vec<Link<T>>;

    fn deref(&self) -> &Vec<Link<T>> {
        &self.0
    }
}

impl<T> DerefMut for Links<T> {
    fn deref_mut(&mut self) -> &mut Vec<Link<T>> {
        &mut self.0
    }
}

impl<T> Clone for Links<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Default for Links<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> std::fmt::Debug for Links<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> PartialEq for Links<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Links<T> {}

impl<T: Record> Serialize for Links<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = WRITING.with_borrow(|writing| match writing {
            Writing::Shown(names) => Some(Rc::clone(names)),
            Writing::Stored | Writing::Mentioned(_) => None,
        });
        let seen = |link: &&Link<T>| {
            let names = names.as_ref();
            names.is_none_or(|names| names.contains_key(&link.id))
        };
        serializer.collect_seq(self.0.iter().filter(seen))
    }
}

impl<'de, T: Record> Deserialize<'de> for Links<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self)
    }
}

/// What links are written as.
enum Writing {
    /// The id.
    Stored,
    /// Nothing: where each leads to is noted.
    Mentioned(Rc<RefCell<Vec<(Kind, Uuid)>>>),
    /// What is shown; null where there is no name, because the reader does not see it.
    Shown(Rc<Names>),
}

/// What links are read from.
enum Reading {
    /// The id.
    Stored,
    /// A slug or id, which is noted; the link leads nowhere yet.
    Named(Rc<RefCell<Vec<Name>>>),
    /// A slug or id that was looked up; any other is refused.
    Resolved(HashMap<Name, Uuid>),
}

thread_local! {
    static WRITING: RefCell<Writing> = const { RefCell::new(Writing::Stored) };
    static READING: RefCell<Reading> = const { RefCell::new(Reading::Stored) };
}

/// Writes something with its links as they are shown.
pub fn shown<R>(names: &Rc<Names>, write: impl FnOnce() -> R) -> R {
    within(&WRITING, Writing::Shown(Rc::clone(names)), write)
}

/// Whether something is being written as it is shown: for fields that are left out then, but never in the database.
pub fn is_shown() -> bool {
    WRITING.with_borrow(|writing| matches!(writing, Writing::Shown(_)))
}

/// Whether a field that not every reader sees is left out: when it is shown and there is nothing in it.
pub fn is_hidden<T>(value: &Option<T>) -> bool {
    value.is_none() && is_shown()
}

/// Where all links lead that something holds, at any depth.
pub fn mentioned<T: Serialize>(value: &T) -> Vec<(Kind, Uuid)> {
    let ids = Rc::new(RefCell::new(Vec::new()));
    let write = || serde_json::to_writer(std::io::sink(), value);
    // A record that cannot be written mentions nothing, and fails where it is shown.
    drop(within(&WRITING, Writing::Mentioned(Rc::clone(&ids)), write));
    ids.take()
}

/// Reads something whose links are named, and tells all names in it. Its links lead nowhere yet.
pub fn named<R>(read: impl FnOnce() -> R) -> (R, Vec<Name>) {
    let names = Rc::new(RefCell::new(Vec::new()));
    let read = within(&READING, Reading::Named(Rc::clone(&names)), read);
    (read, names.take())
}

/// Reads something whose links are named, by what was found of each name. One that was not found is an error.
pub fn resolved<R>(found: HashMap<Name, Uuid>, read: impl FnOnce() -> R) -> R {
    within(&READING, Reading::Resolved(found), read)
}

/// Runs something in a mode; the mode before comes back, even after a panic.
fn within<M, R>(cell: &'static LocalKey<RefCell<M>>, mode: M, run: impl FnOnce() -> R) -> R {
    struct Before<M: 'static>(&'static LocalKey<RefCell<M>>, Option<M>);

    impl<M> Drop for Before<M> {
        fn drop(&mut self) {
            if let Some(mode) = self.1.take() {
                self.0.replace(mode);
            }
        }
    }

    let _before = Before(cell, Some(cell.replace(mode)));
    run()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::followup::effect::Effect;

    #[derive(Serialize, Deserialize)]
    struct Holder {
        one: Option<Link<Effect>>,
        more: Links<Effect>,
    }

    fn holder(one: Uuid, more: &[Uuid]) -> Holder {
        Holder {
            one: Some(Link::to(one)),
            more: Links::to(more.iter().copied()),
        }
    }

    #[test]
    fn a_link_is_stored_as_an_id_and_shown_by_name_where_it_is_seen() {
        let [seen, unseen] = [1, 2].map(Uuid::from_u128);
        let value = holder(unseen, &[unseen, seen]);
        let stored = serde_json::to_value(&value).unwrap();
        assert_eq!(stored["more"][1], seen.to_string());
        let read: Holder = serde_json::from_value(stored).unwrap();
        assert_eq!(read.one, value.one);

        let kind = |id| (Kind::Effect, id);
        assert_eq!(mentioned(&value), [kind(unseen), kind(unseen), kind(seen)]);

        let (slug, name) = ("efekt".to_owned(), "Efekt".to_owned());
        let names = Names::from([(
            seen,
            Shown::Record(Ref {
                id: seen,
                slug,
                name,
            }),
        )]);
        let shown = shown(&Rc::new(names), || serde_json::to_value(&value).unwrap());
        assert_eq!(shown["one"], serde_json::Value::Null);
        assert_eq!(shown["more"].as_array().unwrap().len(), 1);
        assert_eq!(shown["more"][0]["slug"], "efekt");
    }

    #[test]
    fn a_link_is_read_by_the_name_that_was_looked_up() {
        let sent = r#"{"one": "efekt", "more": ["efekt", "inny"]}"#;
        let (read, names) = named(|| serde_json::from_str::<Holder>(sent).unwrap());
        assert_eq!(read.one, Some(Link::default()));
        let name = |text: &str| (Kind::Effect, text.to_owned());
        assert_eq!(names, [name("efekt"), name("efekt"), name("inny")]);

        let id = Uuid::from_u128(1);
        let partly = HashMap::from([(name("efekt"), id)]);
        let read = resolved(partly.clone(), || serde_json::from_str::<Holder>(sent));
        assert!(read.is_err());
        let found = partly.into_iter().chain([(name("inny"), id)]).collect();
        let read = resolved(found, || serde_json::from_str::<Holder>(sent).unwrap());
        assert_eq!(read.more, Links::to([id, id]));
    }
}
