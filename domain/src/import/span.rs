//! Periods of one subject that must not overlap: terms of the council, an institution's
//! memberships, its seats.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::reader::Reader;
use crate::fault::Rule;

/// Validity is half-open: what ends on the day on which the next begins does not overlap it.
struct Span {
    from: NaiveDate,
    until: Option<NaiveDate>,
    pointer: String,
}

/// The periods of each subject.
#[derive(Default)]
pub(super) struct Spans(HashMap<String, Vec<Span>>);

impl Spans {
    /// Adds a period, with the place to be named should it overlap an earlier one.
    pub(super) fn add(
        &mut self,
        subject: &str,
        from: NaiveDate,
        until: Option<NaiveDate>,
        pointer: String,
    ) {
        self.0.entry(subject.to_owned()).or_default().push(Span {
            from,
            until,
            pointer,
        });
    }

    /// Notes every period that begins before an earlier one of its subject has ended.
    pub(super) fn refuse_overlaps(self, reader: &Reader<'_>) {
        let mut subjects: Vec<_> = self.0.into_iter().collect();
        subjects.sort_by(|one, other| one.0.cmp(&other.0));
        for (_, mut spans) in subjects {
            // Stable: of two that begin together, the later in the file is the one at fault.
            spans.sort_by_key(|span| span.from);
            let mut taken_until = NaiveDate::MIN;
            for span in spans {
                if span.from < taken_until {
                    reader.note(span.pointer, Rule::Overlap);
                }
                taken_until = taken_until.max(span.until.unwrap_or(NaiveDate::MAX));
            }
        }
    }
}
