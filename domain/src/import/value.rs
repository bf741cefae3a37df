//! Single values: each check takes a JSON value and gives its canonical form, or the broken rule.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};

use super::tree::Node;
use crate::check;
use crate::fault::Rule;
use crate::slug::Slug;
use crate::text::Line;
use crate::vocabulary;

/// The one placeholder that texts of the report may contain.
const PLACEHOLDER: &str = "{good_practice_presenters_genitive}";

/// The text as it stands; what it must be is checked elsewhere.
pub(super) fn text(node: &Node) -> Result<&str, Rule> {
    match node {
        Node::Text(text) => Ok(text),
        _ => Err(Rule::Type),
    }
}

/// The same, to be kept.
pub(super) fn raw(node: &Node) -> Result<String, Rule> {
    text(node).map(str::to_owned)
}

/// Yes or no.
pub(super) fn boolean(node: &Node) -> Result<bool, Rule> {
    match node {
        Node::Bool(value) => Ok(*value),
        _ => Err(Rule::Type),
    }
}

/// A whole number of the range.
pub(super) fn within(range: RangeInclusive<i32>) -> impl Fn(&Node) -> Result<i32, Rule> {
    move |node| match node {
        Node::Integer(value) => i32::try_from(*value)
            .ok()
            .filter(|value| range.contains(value))
            .ok_or(Rule::Range),
        _ => Err(Rule::Type),
    }
}

/// A date `YYYY-MM-DD`.
pub(super) fn date(node: &Node) -> Result<NaiveDate, Rule> {
    let text = text(node)?;
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shaped {
        return Err(Rule::Format);
    }
    let date: NaiveDate = text.parse().map_err(|_| Rule::Format)?;
    if date.year() < 1000 {
        return Err(Rule::Range);
    }
    Ok(date)
}

/// One line of at most `max` characters.
pub(super) fn line(max: usize) -> impl Fn(&Node) -> Result<String, Rule> {
    move |node| Line::parse(text(node)?, max).map(|line| line.to_string())
}

/// A slug.
pub(super) fn slug(node: &Node) -> Result<String, Rule> {
    Slug::parse(text(node)?).map(|slug| slug.to_string())
}

/// A phrase or sentence of the report, in which no other placeholder may stand.
pub(super) fn report_text(node: &Node) -> Result<String, Rule> {
    let line = Line::parse(text(node)?, 2000)?.to_string();
    if line.replace(PLACEHOLDER, "").contains(['{', '}']) {
        return Err(Rule::Format);
    }
    Ok(line)
}

/// A code of a vocabulary.
pub(super) fn code(vocabulary: &'static str) -> impl Fn(&Node) -> Result<String, Rule> {
    move |node| vocabulary::check(vocabulary, text(node)?)
}

/// A code of a vocabulary in which the file says some things in other words: pairs of the file's
/// code and the product's. The product's own word for these is no code of the file.
pub(super) fn renamed_code(
    vocabulary: &'static str,
    renamed: &'static [(&'static str, &'static str)],
) -> impl Fn(&Node) -> Result<String, Rule> {
    move |node| {
        let code = text(node)?;
        match renamed
            .iter()
            .find(|(theirs, ours)| code == *theirs || code == *ours)
        {
            Some((theirs, ours)) if code == *theirs => Ok((*ours).to_owned()),
            Some(_) => Err(Rule::UnknownCode),
            None => vocabulary::check(vocabulary, code),
        }
    }
}

/// A number within a year, `n/YYYY`, with the year it names.
pub(super) fn yearly_number(node: &Node) -> Result<(String, i32), Rule> {
    check::yearly_number(text(node)?)
}
