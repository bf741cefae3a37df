//! Lists within an object: of values, of values that may stand once, of objects.

use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::Hash;

use super::reader::Object;
use super::tree::Node;
use super::value;
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

    /// A collection of the file, each of its rows with the annotations that any row may carry.
    pub(super) fn rows<T>(
        &self,
        name: &'static str,
        mut read: impl FnMut(&Object<'_, 'a>) -> T,
    ) -> Vec<T> {
        self.objects(name, |row| {
            row.optional("test_role", value::line(200));
            row.optional("name_origin", value::line(200));
            read(row)
        })
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
