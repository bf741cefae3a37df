//! Rules that rows of several collections share.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};

use super::reader::Object;
use super::value::{slug, yearly_number};
use crate::fault::Rule;

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
