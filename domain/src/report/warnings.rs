//! Where the figures of a report disagree, or a sentence had to be worded without what it needs.

use std::collections::{HashMap, HashSet};

use super::keys::FigureKey as Key;
use super::rules::{practices_of, required};
use super::sections::Writer;
use crate::record::Kind;
use crate::wording::Arg;

/// A note for whoever reads the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The stable code.
    pub code: &'static str,
    /// What is meant, in the language of the report.
    pub detail: String,
}

pub(super) fn find(writer: &Writer<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    warnings.extend(communique_coverage(writer));
    warnings.extend(commitment_unmet(writer));
    warnings.extend(host_sector_unknown(writer));
    warnings.extend(genitive_missing(writer));
    warnings.extend(not_counted(writer));
    warnings
}

/// Fewer institutions posted every communiqué than signed the agreement.
fn communique_coverage(writer: &Writer<'_>) -> Option<Warning> {
    let number = |key| writer.figures.integer(key);
    let (posted, signed) = (
        number(Key::CommuniqueInstitutions),
        number(Key::Signatories),
    );
    let args = [
        (
            "communiques",
            Arg::Number(number(Key::CommuniquesPublished)),
        ),
        ("institutions", Arg::Number(posted)),
        ("signatories", Arg::Number(signed)),
    ];
    (posted < signed).then(|| warning(writer, "communique_coverage", &args))
}

/// A commitment was fulfilled less often than it asks of the period.
fn commitment_unmet(writer: &Writer<'_>) -> Vec<Warning> {
    let figures = writer.figures;
    let by_id: HashMap<_, _> = writer
        .facts
        .commitments
        .iter()
        .map(|row| (row.id, row))
        .collect();
    let kept = figures.records(Key::CommitmentsFulfilled);
    let unmet = figures
        .records(Key::Commitments)
        .iter()
        .filter(|id| !kept.contains(id));
    unmet
        .filter_map(|id| by_id.get(id))
        .map(|row| {
            let minimum = required(row, figures.period());
            warning(
                writer,
                "commitment_unmet",
                &writer.commitment_args(row, &row.report_text, minimum),
            )
        })
        .collect()
}

/// The hosts by sector do not add up to the information meetings.
fn host_sector_unknown(writer: &Writer<'_>) -> Option<Warning> {
    let known: u64 = writer
        .figures
        .breakdown(Key::InformationMeetingsBySector)
        .iter()
        .map(|(_, number)| number)
        .sum();
    let unknown = writer
        .figures
        .integer(Key::InformationMeetings)
        .saturating_sub(known);
    (unknown > 0).then(|| {
        warning(
            writer,
            "host_sector_unknown",
            &[("count", Arg::Number(unknown))],
        )
    })
}

/// An institution that a sentence names has no recorded genitive.
fn genitive_missing(writer: &Writer<'_>) -> Vec<Warning> {
    let presented = practices_of(writer.facts, writer.figures.records(Key::CouncilMeetings));
    let mut names: Vec<_> = presented
        .into_iter()
        .filter(|practice| practice.presenter_genitive.is_none())
        .map(|practice| &practice.presenter_name)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| warning(writer, "genitive_missing", &[("name", Arg::from(name))]))
        .collect()
}

/// Meetings took place of which no figure is.
fn not_counted(writer: &Writer<'_>) -> Option<Warning> {
    let figures = writer.figures.iter();
    let of_meetings = figures.filter(|figure| figure.selection.kind() == Kind::Meeting);
    let counted: HashSet<_> = of_meetings.flat_map(|figure| &figure.records).collect();
    let period = writer.figures.period();
    let held = writer.facts.meetings.iter();
    let held = held.filter(|meeting| meeting.took_place && period.contains(meeting.held_on));
    let left = held
        .filter(|meeting| !counted.contains(&meeting.id))
        .count() as u64;
    (left > 0).then(|| warning(writer, "not_counted", &[("count", Arg::Number(left))]))
}

fn warning(writer: &Writer<'_>, code: &'static str, args: &[(&str, Arg<'_>)]) -> Warning {
    Warning {
        code,
        detail: writer.words.say(&format!("warning-{code}"), args),
    }
}
