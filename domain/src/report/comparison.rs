//! What differs between two reports, figure by figure, and by which records.

use std::collections::HashSet;

use serde_json::Value;
use uuid::Uuid;

use super::content::{Content, Counted, CountedRecord};

/// A figure that is not the same in both.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference<'a> {
    /// Its key.
    pub key: &'a str,
    /// What the first report says.
    pub value: &'a Value,
    /// What the other one says.
    pub other: &'a Value,
    /// Records that the other one counts, and the first does not.
    pub added: Vec<&'a CountedRecord>,
    /// Records that the first one counts, and the other does not.
    pub removed: Vec<&'a CountedRecord>,
    /// Records that both count.
    pub stayed: Vec<&'a CountedRecord>,
}

/// The figures in which two reports differ: by what they say, or by what they count.
pub fn differences<'a>(one: &'a Content, other: &'a Content) -> Vec<Difference<'a>> {
    static NOTHING: Counted = Counted {
        value: Value::Null,
        href: String::new(),
        records: Vec::new(),
    };
    let of = |content: &'a Content, key: &str| content.figures.get(key).unwrap_or(&NOTHING);
    let mut keys: Vec<&str> = one.figures.keys().map(String::as_str).collect();
    let new = other.figures.keys().map(String::as_str);
    keys.extend(new.filter(|key| !one.figures.contains_key(*key)));
    let difference = |key| {
        let (first, second) = (of(one, key), of(other, key));
        let (before, after) = (ids(first), ids(second));
        let difference = Difference {
            key,
            value: &first.value,
            other: &second.value,
            added: pick(second, |id| !before.contains(id)),
            removed: pick(first, |id| !after.contains(id)),
            stayed: pick(second, |id| before.contains(id)),
        };
        let is_same = difference.value == difference.other
            && difference.added.is_empty()
            && difference.removed.is_empty();
        (!is_same).then_some(difference)
    };
    keys.into_iter().filter_map(difference).collect()
}

fn ids(figure: &Counted) -> HashSet<Uuid> {
    figure.records.iter().map(|record| record.id).collect()
}

fn pick(figure: &Counted, is_picked: impl Fn(&Uuid) -> bool) -> Vec<&CountedRecord> {
    let records = figure.records.iter();
    records.filter(|record| is_picked(&record.id)).collect()
}

/// A sentence or item that is not the same in both; none where it is not told.
pub type Reworded<'a> = (&'a str, Option<&'a str>, Option<&'a str>);

/// The texts in which two reports differ, in one language.
pub fn reworded<'a>(one: &'a Content, other: &'a Content, language: &str) -> Vec<Reworded<'a>> {
    let (first, second) = (texts(one, language), texts(other, language));
    let find = |texts: &[(&'a str, &'a str)], key: &str| {
        let found = texts.iter().find(|(known, _)| *known == key);
        found.map(|(_, text)| *text)
    };
    let mut keys: Vec<&str> = first.iter().map(|(key, _)| *key).collect();
    let new = second.iter().map(|(key, _)| *key);
    let known: HashSet<&str> = keys.iter().copied().collect();
    keys.extend(new.filter(|key| !known.contains(key)));
    let pair = |key| (key, find(&first, key), find(&second, key));
    let pairs = keys.into_iter().map(pair);
    pairs.filter(|(_, before, after)| before != after).collect()
}

fn texts<'a>(content: &'a Content, language: &str) -> Vec<(&'a str, &'a str)> {
    let wording = content.wording.get(language);
    let title = wording.map(|wording| ("title", wording.title.as_str()));
    let sections = wording.into_iter().flat_map(|wording| &wording.sections);
    let texts = sections.flat_map(|section| {
        let sentences = section.sentences.iter();
        let sentences = sentences.map(|row| (row.key.as_str(), row.text.as_str()));
        let items = section.items.iter();
        sentences.chain(items.map(|row| (row.key.as_str(), row.text.as_str())))
    });
    title.into_iter().chain(texts).collect()
}
