//! The rows of collections, and rules that rows of several collections share.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};

use super::reader::{Object, Reader};
use super::value::{line, slug, yearly_number};
use crate::fault::Rule;

/// A row of a collection.
pub(super) trait Row: Sized {
    /// The name of the collection.
    const COLLECTION: &'static str;
    /// What is remembered of a row for those after it, while the file is checked.
    type Seen: Default;

    /// Reads a row and notes its faults. `None` only beside a fault, or where nothing is stored.
    fn read(row: &Object<'_, '_>, seen: &mut Self::Seen) -> Option<Self>;

    /// Notes what can be said when all rows have been read.
    fn finish(_: Self::Seen, _: &Reader) {}
}

/// Notes the faults of the annotations that any row may carry.
pub(super) fn annotations(row: &Object<'_, '_>) {
    row.optional("test_role", line(200));
    row.optional("name_origin", line(200));
}

impl Object<'_, '_> {
    /// The slug of a row, not used by an earlier row.
    pub(super) fn unique_slug(&self, slugs: &mut HashSet<String>) -> Option<String> {
        let slug = self.required("slug", slug)?;
        if !slugs.insert(slug.clone()) {
            self.note("slug", Rule::Duplicate);
        }
        Some(slug)
    }

    /// The number of a row: not used by an earlier row, and of the year of its day.
    pub(super) fn unique_number(
        &self,
        numbers: &mut HashSet<String>,
        day: Option<NaiveDate>,
    ) -> Option<String> {
        let (number, year) = self.optional("number", yearly_number)?;
        if !numbers.insert(number.clone()) {
            self.note("number", Rule::Duplicate);
        }
        if day.is_some_and(|day| day.year() != year) {
            self.note("number", Rule::Conflict);
        }
        Some(number)
    }

    /// Notes a day that is still to come.
    pub(super) fn refuse_future(&self, name: &str, day: Option<NaiveDate>) {
        if day.is_some_and(|day| day > self.reader.today) {
            self.note(name, Rule::Future);
        }
    }
}
