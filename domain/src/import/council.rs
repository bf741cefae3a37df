//! Terms of the Programme Council and the seats held in them.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::reader::{Object, Reader};
use super::row::Row;
use super::span::Spans;
use super::value::{code, date, within};
use crate::fault::Rule;
use crate::governance::mandate::CHAIR;

/// A term of the Programme Council.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermRow {
    /// Its slug.
    pub slug: String,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The last day, always after the first.
    pub ends_on: NaiveDate,
    /// How many seats there are.
    pub seats: i32,
    /// A code of `quorum_rules`.
    pub quorum_rule: String,
    /// A code of `majority_rules`.
    pub majority_rule: String,
    /// The meeting that elected the council, by slug.
    pub elected_at: Option<String>,
}

/// A seat held by an institution in a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MandateRow {
    /// The term, by slug.
    pub term: String,
    /// The institution, by slug.
    pub institution: String,
    /// A code of `mandate_roles`.
    pub role: String,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The first day it is held no more, when it did not end with the term.
    pub ends_on: Option<NaiveDate>,
}

/// The terms before a row.
#[derive(Default)]
pub(super) struct TermsSeen {
    slugs: HashSet<String>,
    spans: Spans,
}

/// The terms, none of which overlaps another.
impl Row for TermRow {
    const COLLECTION: &'static str = "council_terms";
    type Seen = TermsSeen;

    fn read(row: &Object<'_, '_>, seen: &mut TermsSeen) -> Option<Self> {
        let slug = row.unique_slug(&mut seen.slugs);
        let starts_on = row.required("starts_on", date);
        let ends_on = row.required("ends_on", date);
        let seats = row.required("seats", within(1..=100_000));
        let quorum_rule = row.required("quorum_rule", code("quorum_rules"));
        let majority_rule = row.required("majority_rule", code("majority_rules"));
        let elected_at = row.optional("elected_at", |node| row.reader.index.meeting(node));
        let (starts_on, ends_on) = (starts_on?, ends_on?);
        if ends_on > starts_on {
            seen.spans
                .add("", starts_on, ends_on.succ_opt(), row, "starts_on");
        } else {
            row.note("ends_on", Rule::Order);
        }
        Some(Self {
            slug: slug?,
            starts_on,
            ends_on,
            seats: seats?,
            quorum_rule: quorum_rule?,
            majority_rule: majority_rule?,
            elected_at,
        })
    }

    fn finish(seen: Self::Seen, reader: &Reader) {
        seen.spans.refuse_overlaps(reader);
    }
}

/// The seats before a row.
#[derive(Default)]
pub(super) struct MandatesSeen {
    keys: HashSet<(String, String)>,
    begun: HashSet<(String, NaiveDate)>,
    spans: Spans,
    chairs: Spans,
}

/// The seats: each within its term, one institution's never at the same time, nor two chairs.
impl Row for MandateRow {
    const COLLECTION: &'static str = "council_seats";
    type Seen = MandatesSeen;

    fn read(row: &Object<'_, '_>, seen: &mut MandatesSeen) -> Option<Self> {
        let index = &row.reader.index;
        let term = row.required("term", |node| index.term(node));
        let institution = row.required("institution", |node| index.institution(node));
        let role = row.required("role", code("mandate_roles"));
        let starts_on = row.required("from_date", date);
        let ends_on = row.optional("to_date", date);
        let again = match (&term, &institution) {
            (Some(term), Some(institution)) => {
                !seen.keys.insert((term.clone(), institution.clone()))
            }
            _ => false,
        };
        if again {
            row.reader.note(&row.pointer, Rule::Duplicate);
        }
        let starts_on = starts_on?;
        let days = term.as_deref().and_then(|term| index.days_of_term(term));
        if days.is_some_and(|days| starts_on < days.from() || starts_on > days.to()) {
            row.note("from_date", Rule::Order);
        }
        let term_is_over = days.and_then(|days| days.to().succ_opt());
        let outlives_term = |day| term_is_over.is_some_and(|over| day > over);
        if ends_on.is_some_and(|day| day < starts_on || outlives_term(day)) {
            row.note("to_date", Rule::Order);
        }
        let institution = institution?;
        if seen.begun.insert((institution.clone(), starts_on)) {
            let until = ends_on.or(term_is_over);
            seen.spans
                .add(&institution, starts_on, until, row, "from_date");
            if role.as_deref() == Some(CHAIR) && !again {
                seen.chairs.add("", starts_on, until, row, "role");
            }
        }
        Some(Self {
            term: term?,
            institution,
            role: role?,
            starts_on,
            ends_on,
        })
    }

    fn finish(seen: Self::Seen, reader: &Reader) {
        seen.spans.refuse_overlaps(reader);
        seen.chairs.refuse_overlaps(reader);
    }
}
