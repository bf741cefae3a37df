//! Checks that many kinds of record share. Each notes what is wrong and goes on, so that all faults are found at once.

use std::fmt::Display;

use chrono::NaiveDate;

use crate::fault::{Faults, Rule};
use crate::link::Links;
#[cfg(test)]
use crate::record::Calendar;
use crate::record::{ExternalId, check_external_ids};
use crate::slug::Slug;
use crate::text::{Line, Prose};
use crate::vocabulary;

/// The one placeholder that may stand in a text for the report.
const PLACEHOLDER: &str = "{good_practice_presenters_genitive}";

/// The longest list of codes or references.
const MAX_ITEMS: usize = 200;

/// A value that must be there.
pub(crate) fn required<T: Display>(
    f: &mut Faults,
    pointer: &str,
    raw: &str,
    parse: impl FnOnce(&str) -> Result<T, Rule>,
) -> String {
    f.take(pointer, parse(raw))
        .map(|value| value.to_string())
        .unwrap_or_default()
}

/// A value that may be absent.
pub(crate) fn optional<T: Display>(
    f: &mut Faults,
    pointer: &str,
    raw: Option<&str>,
    parse: impl FnOnce(&str) -> Result<T, Rule>,
) -> Option<String> {
    let value = f.take_optional(pointer, raw.map(parse)).flatten()?;
    Some(value.to_string())
}

/// A single line.
pub(crate) fn line(f: &mut Faults, pointer: &str, raw: &str, max: usize) -> String {
    required(f, pointer, raw, |raw| Line::parse(raw, max))
}

/// A single line that may be absent.
pub(crate) fn optional_line(
    f: &mut Faults,
    pointer: &str,
    raw: Option<&str>,
    max: usize,
) -> Option<String> {
    optional(f, pointer, raw, |raw| Line::parse(raw, max))
}

/// Paragraphs that may be absent.
pub(crate) fn optional_prose(
    f: &mut Faults,
    pointer: &str,
    raw: Option<&str>,
    max: usize,
) -> Option<String> {
    optional(f, pointer, raw, |raw| Prose::parse(raw, max))
}

fn parse_report_text(raw: &str) -> Result<Line, Rule> {
    if raw.replace(PLACEHOLDER, "").contains(['{', '}']) {
        return Err(Rule::Format);
    }
    Line::parse(raw, 2000)
}

/// A code of a vocabulary.
pub(crate) fn code(f: &mut Faults, pointer: &str, name: &str, raw: &str) -> String {
    required(f, pointer, raw, |raw| vocabulary::check(name, raw))
}

/// Codes of a vocabulary, each once.
pub(crate) fn codes(f: &mut Faults, pointer: &str, name: &str, raw: Vec<String>) -> Vec<String> {
    for (index, code) in raw.iter().enumerate().take(MAX_ITEMS) {
        if let Err(rule) = vocabulary::check(name, code) {
            f.add(format!("{pointer}/{index}"), rule);
        }
    }
    each_once(f, pointer, raw)
}

fn each_once<T: PartialEq>(f: &mut Faults, pointer: &str, raw: Vec<T>) -> Vec<T> {
    if raw.len() > MAX_ITEMS {
        f.add(pointer, Rule::Length);
        return Vec::new();
    }
    for (index, item) in raw.iter().enumerate() {
        if raw[..index].contains(item) {
            f.add(format!("{pointer}/{index}"), Rule::Duplicate);
        }
    }
    raw
}

/// A running number within a year, `n/YYYY`, with the year that it names.
pub(crate) fn yearly_number(text: &str) -> Result<(String, i32), Rule> {
    let counts = |digits: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|digit| digit.is_ascii_digit())
    };
    let (n, year) = text.split_once('/').ok_or(Rule::Format)?;
    if !counts(n, 1..=6) || !counts(year, 4..=4) {
        return Err(Rule::Format);
    }
    let year = year.parse().map_err(|_| Rule::Format)?;
    Ok((text.to_owned(), year))
}

/// Whether a number lies in an interval, when there is one.
pub(crate) fn within(
    f: &mut Faults,
    pointer: &str,
    number: Option<i32>,
    interval: std::ops::RangeInclusive<i32>,
) {
    if number.is_some_and(|number| !interval.contains(&number)) {
        f.add(pointer, Rule::Range);
    }
}

/// A place in a list, counted from one.
pub(crate) fn position(f: &mut Faults, position: i32) {
    within(f, "/position", Some(position), 1..=100_000);
}

/// The later of two days, named by the pointer, does not lie before the earlier.
pub(crate) fn in_order(
    f: &mut Faults,
    pointer: &str,
    earlier: Option<NaiveDate>,
    later: Option<NaiveDate>,
) {
    if let (Some(earlier), Some(later)) = (earlier, later)
        && later < earlier
    {
        f.add(pointer, Rule::Order);
    }
}

/// What happened does not lie in the future.
pub(crate) fn not_future(f: &mut Faults, pointer: &str, day: Option<NaiveDate>, today: NaiveDate) {
    if day.is_some_and(|day| day > today) {
        f.add(pointer, Rule::Future);
    }
}

/// Checks of fields where they stand: each puts the value into its one form, or notes what is wrong with it. An empty text is
/// wrong where there may be none, and asks for the default where there is one.
impl Faults {
    fn tidy(
        &mut self,
        pointer: &str,
        value: &mut String,
        parse: impl FnOnce(&str) -> Result<String, Rule>,
    ) {
        if let Some(tidy) = self.take(pointer, parse(value)) {
            *value = tidy;
        }
    }

    fn tidy_optional(
        &mut self,
        pointer: &str,
        value: &mut Option<String>,
        parse: impl FnOnce(&str) -> Result<String, Rule>,
    ) {
        if let Some(value) = value {
            self.tidy(pointer, value, parse);
        }
    }

    /// A single line.
    pub(crate) fn line(&mut self, pointer: &str, value: &mut String, max: usize) {
        self.tidy(pointer, value, |raw| written(Line::parse(raw, max)));
    }

    /// A single line, or none.
    pub(crate) fn optional_line(&mut self, pointer: &str, value: &mut Option<String>, max: usize) {
        self.tidy_optional(pointer, value, |raw| written(Line::parse(raw, max)));
    }

    /// Paragraphs, or none.
    pub(crate) fn optional_prose(&mut self, pointer: &str, value: &mut Option<String>, max: usize) {
        self.tidy_optional(pointer, value, |raw| written(Prose::parse(raw, max)));
    }

    /// A phrase or sentence of the report, on one line, in which only the known placeholder may stand.
    pub(crate) fn report_text(&mut self, pointer: &str, value: &mut String) {
        self.tidy(pointer, value, |raw| written(parse_report_text(raw)));
    }

    /// A phrase or sentence of the report, or none.
    pub(crate) fn optional_report_text(&mut self, pointer: &str, value: &mut Option<String>) {
        self.tidy_optional(pointer, value, |raw| written(parse_report_text(raw)));
    }

    /// A value that a parser makes of a text.
    pub(crate) fn required<T: Display>(
        &mut self,
        pointer: &str,
        value: &mut String,
        parse: impl FnOnce(&str) -> Result<T, Rule>,
    ) {
        self.tidy(pointer, value, |raw| written(parse(raw)));
    }

    /// A value that a parser makes of a text, or none.
    pub(crate) fn optional<T: Display>(
        &mut self,
        pointer: &str,
        value: &mut Option<String>,
        parse: impl FnOnce(&str) -> Result<T, Rule>,
    ) {
        self.tidy_optional(pointer, value, |raw| written(parse(raw)));
    }

    /// The slug; made from a title where there is none.
    pub(crate) fn slug(&mut self, value: &mut String, title: &str) {
        match value.is_empty() {
            true => *value = Slug::from_title(title).to_string(),
            false => self.tidy("/slug", value, |raw| written(Slug::parse(raw))),
        }
    }

    /// A code of a vocabulary.
    pub(crate) fn code(&mut self, pointer: &str, vocabulary: &str, value: &mut String) {
        self.tidy(pointer, value, |raw| {
            written(vocabulary::check(vocabulary, raw))
        });
    }

    /// A code of a vocabulary; `or` where there is none.
    pub(crate) fn code_or(
        &mut self,
        pointer: &str,
        vocabulary: &str,
        value: &mut String,
        or: &str,
    ) {
        if value.is_empty() {
            or.clone_into(value);
        }
        self.code(pointer, vocabulary, value);
    }

    /// A code of a vocabulary, or none.
    pub(crate) fn optional_code(
        &mut self,
        pointer: &str,
        vocabulary: &str,
        value: &mut Option<String>,
    ) {
        self.tidy_optional(pointer, value, |raw| {
            written(vocabulary::check(vocabulary, raw))
        });
    }

    /// Codes of a vocabulary, each once.
    pub(crate) fn codes(&mut self, pointer: &str, vocabulary: &str, values: &mut Vec<String>) {
        *values = codes(self, pointer, vocabulary, std::mem::take(values));
    }

    /// Links, each once.
    pub(crate) fn links<T>(&mut self, pointer: &str, links: &mut Links<T>) {
        links.0 = each_once(self, pointer, std::mem::take(&mut links.0));
    }

    /// A running number within a year, `n/YYYY`, or none.
    pub(crate) fn number(&mut self, value: &mut Option<String>) {
        self.tidy_optional("/number", value, |raw| {
            yearly_number(raw.trim()).map(|(number, _)| number)
        });
    }

    /// Identifiers in other systems, of each system once.
    pub(crate) fn external_ids(&mut self, ids: &mut Vec<ExternalId>) {
        *ids = check_external_ids(std::mem::take(ids), self);
    }
}

fn written<T: Display>(parsed: Result<T, Rule>) -> Result<String, Rule> {
    parsed.map(|value| value.to_string())
}

/// Shared by the tests of all records: what is wrong, in the order of pointers.
#[cfg(test)]
pub(crate) fn faults<T: std::fmt::Debug>(checked: Result<T, Faults>) -> Vec<(String, Rule)> {
    let mut found: Vec<_> = checked
        .unwrap_err()
        .into_vec()
        .into_iter()
        .map(|fault| (fault.pointer, fault.rule))
        .collect();
    found.sort();
    found
}

/// The same as an expected list.
#[cfg(test)]
pub(crate) fn expected(faults: &[(&str, Rule)]) -> Vec<(String, Rule)> {
    let mut faults: Vec<_> = faults
        .iter()
        .map(|(pointer, rule)| ((*pointer).to_owned(), *rule))
        .collect();
    faults.sort();
    faults
}

/// The calendar that tests check by.
#[cfg(test)]
pub(crate) fn on(today: &str) -> Calendar {
    Calendar::in_poland(day(today))
}

/// A day as tests write it.
#[cfg(test)]
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_n_of_a_year() {
        for (raw, fine) in [
            ("1/2016", true),
            (" 12/2016 ", true),
            ("0/2016", false),
            ("01/2016", false),
            ("1/16", false),
            ("1-2016", false),
            ("/2016", false),
            ("1/2016/2", false),
            ("1/201a", false),
        ] {
            let mut f = Faults::new();
            f.number(&mut Some(raw.to_owned()));
            assert_eq!(f.is_empty(), fine, "{raw}");
        }
    }

    #[test]
    fn a_report_text_may_hold_one_placeholder_only() {
        for (raw, fine) in [
            ("przedstawienia dobrych praktyk", true),
            (
                "przedstawienia praktyk {good_practice_presenters_genitive} w regionie",
                true,
            ),
            ("przedstawienia {presenters}", false),
            ("przedstawienia {", false),
            ("{{good_practice_presenters_genitive}}", false),
        ] {
            assert_eq!(parse_report_text(raw).is_ok(), fine, "{raw}");
        }
    }

    #[test]
    fn every_code_is_known_and_stands_once() {
        let mut f = Faults::new();
        let raw = ["ngo", "church", "ngo"].map(str::to_owned).to_vec();
        codes(&mut f, "/target_sectors", "sectors", raw);
        assert_eq!(
            faults(f.finish()),
            expected(&[
                ("/target_sectors/1", Rule::UnknownCode),
                ("/target_sectors/2", Rule::Duplicate)
            ])
        );
    }
}
