//! Lists within an object: of values, of values that may stand once, of objects.

use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::Hash;

use super::reader::Object;
use super::row::annotations;
use super::tree::Node;
use crate::fault::Rule;

impl<'a> Object<'_, 'a> {
    /// A list of values; empty when absent or null.
    pub(super) fn list<T>(
        &self,
        name: &'static str,
        check: impl Fn(&'a Node) -> Result<T, Rule>,
    ) -> Vec<T> {
        let mut checked = Vec::new();
        for (index, node) in self.items(name).iter().enumerate() {
            match check(node) {
                Ok(value) => checked.push(value),
                Err(rule) => self.note_item(name, index, rule),
            }
        }
        checked
    }

    /// A list in which each value may stand once; empty when absent or null.
    pub(super) fn set<T: Clone + Eq + Hash>(
        &self,
        name: &'static str,
        check: impl Fn(&'a Node) -> Result<T, Rule>,
    ) -> Vec<T> {
        let seen = RefCell::new(HashSet::new());
        self.list(name, |node| {
            let value = check(node)?;
            if seen.borrow_mut().insert(value.clone()) {
                Ok(value)
            } else {
                Err(Rule::Duplicate)
            }
        })
    }

    /// A list of objects; empty when absent or null.
    pub(super) fn objects<T>(
        &self,
        name: &'static str,
        mut read: impl FnMut(&Object<'_, 'a>) -> T,
    ) -> Vec<T> {
        let pointer = self.at(name);
        (0..)
            .zip(self.items(name))
            .filter_map(|(index, node): (usize, _)| {
                self.reader
                    .object(format!("{pointer}/{index}"), node, &mut read)
            })
            .collect()
    }

    /// A list of records within a row, with annotations like those of the row.
    pub(super) fn rows<T>(
        &self,
        name: &'static str,
        mut read: impl FnMut(&Object<'_, 'a>) -> T,
    ) -> Vec<T> {
        self.count(name);
        self.objects(name, |row| {
            annotations(row);
            read(row)
        })
    }

    /// Counts the elements of a list as records of the file.
    pub(super) fn count(&self, name: &'static str) {
        let records = match self.present(name) {
            Some(Node::List(items)) => items.len(),
            _ => 0,
        };
        self.reader.count(records, || self.at(name));
    }

    fn items(&self, name: &'static str) -> &'a [Node] {
        match self.present(name) {
            None => &[],
            Some(Node::List(items)) => items,
            Some(_) => {
                self.note(name, Rule::Type);
                &[]
            }
        }
    }

    fn note_item(&self, name: &str, index: usize, rule: Rule) {
        self.reader.note(format!("{}/{index}", self.at(name)), rule);
    }
}
