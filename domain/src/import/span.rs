//! Periods of one subject that must not overlap: terms of the council, an institution's
//! memberships, its seats.

use chrono::NaiveDate;

use super::reader::{Object, Reader};
use crate::fault::Rule;

/// Validity is half-open: what ends on the day on which the next begins does not overlap it.
struct Span {
    subject: Box<str>,
    from: NaiveDate,
    until: Option<NaiveDate>,
    /// The place to be named, unless it is at fault already.
    pointer: Option<Box<str>>,
}

/// The periods of each subject.
#[derive(Default)]
pub(super) struct Spans(Vec<Span>);

impl Spans {
    /// Adds the period of a row, which a field of it begins.
    pub(super) fn add(
        &mut self,
        subject: &str,
        from: NaiveDate,
        until: Option<NaiveDate>,
        row: &Object<'_, '_>,
        field: &str,
    ) {
        let pointer = row.at(field);
        let is_noted = row.reader.is_noted(&pointer);
        self.0.push(Span {
            subject: subject.into(),
            from,
            until,
            pointer: (!is_noted).then(|| pointer.into()),
        });
    }

    /// Notes every period that begins before an earlier one of its subject has ended.
    pub(super) fn refuse_overlaps(mut self, reader: &Reader) {
        // Stable: of two that begin together, the later in the file is the one at fault.
        self.0
            .sort_by(|one, other| (&one.subject, one.from).cmp(&(&other.subject, other.from)));
        for spans in self.0.chunk_by(|one, other| one.subject == other.subject) {
            let mut taken_until = NaiveDate::MIN;
            for span in spans {
                if span.from < taken_until
                    && let Some(pointer) = &span.pointer
                {
                    reader.note(pointer.as_ref(), Rule::Overlap);
                }
                taken_until = taken_until.max(span.until.unwrap_or(NaiveDate::MAX));
            }
        }
    }
}
