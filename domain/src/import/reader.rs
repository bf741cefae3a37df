//! Walks the tree and notes every fault. An object knows which of its keys were asked for: the
//! others are unknown.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::index::Index;
use super::tree::Node;
use super::value;
use crate::fault::{FaultList, Faults, Rule};
use crate::identifier::pesel::contains_personal_identifier;
use crate::record::Calendar;

/// The longest key that is repeated in a pointer.
pub(super) const LONGEST_KEY: usize = 100;
/// Of how many places of one part of the file it is known whether they are at fault already.
const MOST_PLACES: usize = 10_000;

/// What is known of the file while it is read, and what is wrong with it so far.
pub(super) struct Reader {
    /// The day that divides past and future.
    pub(super) today: NaiveDate,
    /// What rows may refer to.
    pub(super) index: Index,
    noted: RefCell<Noted>,
    /// How many records the file may still hold.
    left: Cell<usize>,
    is_full: Cell<bool>,
}

#[derive(Default)]
struct Noted {
    faults: FaultList,
    warnings: FaultList,
    /// The rows of what was done before something that has an earlier number.
    late: HashSet<String>,
    /// The places in the part of the file that is being read.
    pointers: HashSet<String>,
}

impl Reader {
    /// The calendar by which what the file says is checked.
    pub(super) fn calendar(&self) -> Calendar {
        Calendar::in_poland(self.today)
    }

    pub(super) fn new(today: NaiveDate, most_records: usize) -> Self {
        Self {
            today,
            index: Index::default(),
            noted: RefCell::default(),
            left: Cell::new(most_records),
            is_full: Cell::default(),
        }
    }

    /// Notes a fault. The first one of a place is kept: what follows from it says nothing new.
    pub(super) fn note(&self, pointer: impl Into<String>, rule: Rule) {
        let pointer = pointer.into();
        let Noted {
            faults, pointers, ..
        } = &mut *self.noted.borrow_mut();
        if pointers.contains(&pointer) {
            return;
        }
        if pointers.len() < MOST_PLACES {
            pointers.insert(pointer.clone());
        }
        faults.add(pointer, rule);
    }

    /// Notes a rule that binds who takes a step here, which the file tells of as taken.
    pub(super) fn warn(&self, pointer: impl Into<String>, rule: Rule) {
        self.noted.borrow_mut().warnings.add(pointer.into(), rule);
    }

    /// Whether a place of the part that is being read is at fault.
    pub(super) fn is_noted(&self, pointer: &str) -> bool {
        self.noted.borrow().pointers.contains(pointer)
    }

    /// Goes on to another part of the file, in which no place is one of the part before.
    pub(super) fn next_part(&self) {
        self.noted.borrow_mut().pointers.clear();
    }

    /// Counts records that the file holds at a place, and says whether they are not too many. If they are, it is noted once.
    pub(super) fn count(&self, records: usize, pointer: impl FnOnce() -> String) -> bool {
        let left = self.left.get().checked_sub(records);
        self.left.set(left.unwrap_or_default());
        if left.is_none() && !self.is_full.replace(true) {
            self.note(pointer(), Rule::Length);
        }
        left.is_some()
    }

    /// Every fault.
    pub(super) fn faults(&self) -> FaultList {
        self.noted.borrow().faults.clone()
    }

    /// Notes a row of what was done before something that has an earlier number.
    pub(super) fn note_late(&self, row: String) {
        self.noted.borrow_mut().late.insert(row);
    }

    /// Whether a row is one that was noted so, once the file has been checked.
    pub(super) fn is_late(&self, row: &str) -> bool {
        self.noted.borrow().late.contains(row)
    }

    /// Every warning.
    pub(super) fn warnings(&self) -> FaultList {
        self.noted.borrow().warnings.clone()
    }

    /// Reads an object and refuses the keys that were not asked for.
    pub(super) fn object<'a, T>(
        &self,
        pointer: String,
        node: &'a Node,
        read: impl FnOnce(&Object<'_, 'a>) -> T,
    ) -> Option<T> {
        let Node::Object(members) = node else {
            self.note(pointer, Rule::Type);
            return None;
        };
        let object = Object::new(self, pointer, members);
        let value = read(&object);
        object.refuse_unused();
        Some(value)
    }
}

/// One JSON object of the file.
pub(super) struct Object<'r, 'a> {
    /// The reader it belongs to.
    pub(super) reader: &'r Reader,
    /// Where it stands.
    pub(super) pointer: String,
    members: &'a [(String, Node)],
    by_name: HashMap<&'a str, &'a Node>,
    used: RefCell<HashSet<&'a str>>,
}

impl<'r, 'a> Object<'r, 'a> {
    fn new(reader: &'r Reader, pointer: String, members: &'a [(String, Node)]) -> Self {
        let mut object = Self {
            reader,
            pointer,
            members,
            by_name: HashMap::with_capacity(members.len()),
            used: RefCell::default(),
        };
        for (name, node) in members {
            if object.by_name.contains_key(name.as_str()) {
                reader.note(object.at(name), Rule::Duplicate);
            } else {
                object.by_name.insert(name, node);
            }
        }
        object
    }

    /// The pointer of a member. A key that may not be repeated (too long, or the number of a
    /// person) is left out: then it is the object itself.
    pub(super) fn at(&self, name: &str) -> String {
        pointer(&self.pointer, name)
    }

    /// Notes a fault of a member.
    pub(super) fn note(&self, name: &str, rule: Rule) {
        self.reader.note(self.at(name), rule);
    }

    /// The member of a name; none when it is absent or null.
    pub(super) fn present(&self, name: &'static str) -> Option<&'a Node> {
        self.used.borrow_mut().insert(name);
        let node = self.by_name.get(name).copied()?;
        (!matches!(node, Node::Null)).then_some(node)
    }

    /// Notes that a member is absent or null.
    pub(super) fn require(&self, name: &'static str) {
        if !self.has(name) {
            self.note(name, Rule::Required);
        }
    }

    /// Whether a member is there and not null.
    pub(super) fn has(&self, name: &'static str) -> bool {
        self.present(name).is_some()
    }

    /// A value that may be absent or null.
    pub(super) fn optional<T>(
        &self,
        name: &'static str,
        check: impl FnOnce(&'a Node) -> Result<T, Rule>,
    ) -> Option<T> {
        check(self.present(name)?)
            .map_err(|rule| self.note(name, rule))
            .ok()
    }

    /// A value that must be there.
    pub(super) fn required<T>(
        &self,
        name: &'static str,
        check: impl FnOnce(&'a Node) -> Result<T, Rule>,
    ) -> Option<T> {
        self.require(name);
        self.optional(name, check)
    }

    /// The text of a member that must be there, checked by the caller.
    pub(super) fn required_text(&self, name: &'static str) -> String {
        self.required(name, value::raw).unwrap_or_default()
    }

    /// An object that may be absent or null.
    pub(super) fn nested<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(&Object<'_, 'a>) -> T,
    ) -> Option<T> {
        let node = self.present(name)?;
        self.reader.object(self.at(name), node, read)
    }

    /// Every member of an object whose keys are free.
    pub(super) fn each(&self, mut read: impl FnMut(&'a str, &'a Node) -> Result<(), Rule>) {
        for (name, node) in self.members {
            self.used.borrow_mut().insert(name);
            if contains_personal_identifier(name) {
                self.note(name, Rule::PersonalIdentifier);
            } else if let Err(rule) = read(name, node) {
                self.note(name, rule);
            }
        }
    }

    /// Takes over what a draft found, under the names of the file.
    pub(super) fn take<T>(
        &self,
        checked: Result<T, Faults>,
        renamed: impl Fn(&str) -> &str,
    ) -> Option<T> {
        let faults = match checked {
            Ok(value) => return Some(value),
            Err(faults) => faults,
        };
        for fault in faults.into_vec() {
            let pointer = format!("{}{}", self.pointer, renamed(&fault.pointer));
            self.reader.note(pointer, fault.rule);
        }
        None
    }

    fn refuse_unused(&self) {
        let used = self.used.borrow();
        for (name, _) in self.members {
            if used.contains(name.as_str()) {
                continue;
            }
            self.note(name, unasked(name));
        }
    }
}

/// The pointer of a member of what stands at a pointer; that itself when the name may not be repeated.
pub(super) fn pointer(holder: &str, name: &str) -> String {
    if name.chars().count() > LONGEST_KEY || contains_personal_identifier(name) {
        return holder.to_owned();
    }
    let name = name.replace('~', "~0").replace('/', "~1");
    format!("{holder}/{name}")
}

/// What a key is at fault for that nobody asked for.
pub(super) fn unasked(name: &str) -> Rule {
    match contains_personal_identifier(name) {
        true => Rule::PersonalIdentifier,
        false => Rule::UnknownField,
    }
}
