//! Where the figures of a report disagree, or a sentence had to be worded without what it needs.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::keys::FigureKey as Key;
use super::rules::{held, practices_of, required};
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
    /// The records where it can be put right.
    pub records: Vec<(Kind, Uuid)>,
}

pub(super) fn find(writer: &Writer<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    warnings.extend(communique_coverage(writer));
    warnings.extend(commitment_unmet(writer));
    warnings.extend(host_sector_unknown(writer));
    warnings.extend(genitive_missing(writer));
    warnings.extend(presenters_missing(writer));
    warnings.extend(phrase_in_another_case(writer));
    warnings.extend(implemented_on_unknown(writer));
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
    let everywhere = writer.figures.records(Key::CommuniqueInstitutions);
    let everywhere: HashSet<_> = everywhere.iter().collect();
    let signatories: HashSet<_> = writer.figures.records(Key::Signatories).iter().collect();
    let rows = writer.facts.signatories.iter();
    let missing = rows
        .filter(|row| signatories.contains(&row.id) && !everywhere.contains(&row.institution))
        .map(|row| (Kind::Institution, row.institution));
    let told = || warning(writer, "communique_coverage", &args).about(missing);
    (posted < signed).then(told)
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
            let args = writer.commitment_args(row, &row.report_text, minimum);
            warning(writer, "commitment_unmet", &args).about([(Kind::Commitment, row.id)])
        })
        .collect()
}

/// The hosts by sector do not add up to the information meetings.
fn host_sector_unknown(writer: &Writer<'_>) -> Option<Warning> {
    let meetings = held(writer.facts, writer.figures.period(), "information", &[]);
    let unknown = meetings.iter().filter(|row| row.host_sector.is_none());
    let unknown: Vec<_> = unknown.map(|row| (Kind::Meeting, row.id)).collect();
    counting(writer, "host_sector_unknown", unknown)
}

/// An institution that a sentence names has no recorded genitive.
fn genitive_missing(writer: &Writer<'_>) -> Vec<Warning> {
    let presented = practices_of(writer.facts, writer.figures.records(Key::CouncilMeetings));
    let mut names: Vec<_> = presented
        .into_iter()
        .filter(|practice| practice.presenter_genitive.is_none())
        .map(|practice| (&practice.presenter_name, practice.presenter))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|(name, id)| {
            warning(writer, "genitive_missing", &[("name", Arg::from(name))])
                .about([(Kind::Institution, id)])
        })
        .collect()
}

/// A topic is to name who presented good practices, and nobody is recorded.
fn presenters_missing(writer: &Writer<'_>) -> Option<Warning> {
    let meetings = writer.unnamed_presenters();
    let meetings = meetings.into_iter().map(|id| (Kind::Meeting, id)).collect();
    counting(writer, "presenters_missing", meetings)
}

/// Items of an agenda are worded in a case in which no sentence has them.
fn phrase_in_another_case(writer: &Writer<'_>) -> Option<Warning> {
    let counted = [Key::CouncilMeetings, Key::Assemblies].map(|key| writer.figures.records(key));
    let counted: HashSet<_> = counted.into_iter().flatten().collect();
    let topics = writer.facts.topics.iter();
    let mut meetings: Vec<_> = topics
        .filter(|topic| topic.in_the_other_case && counted.contains(&topic.meeting))
        .map(|topic| (Kind::Meeting, topic.meeting))
        .collect();
    meetings.dedup();
    counting(writer, "phrase_in_another_case", meetings)
}

/// Recommendations were carried out on a day that is not known, so that they count in no period.
fn implemented_on_unknown(writer: &Writer<'_>) -> Option<Warning> {
    let keys = [
        Key::RecommendationsAdopted,
        Key::ConclusionsAdopted,
        Key::InterventionsAdopted,
    ];
    let adopted = keys.map(|key| writer.figures.records(key));
    let adopted: HashSet<_> = adopted.into_iter().flatten().collect();
    let rows = writer.facts.recommendations.iter();
    let undated = rows
        .filter(|row| adopted.contains(&row.id))
        .filter(|row| row.outcome.is_some_and(|outcome| outcome.on.is_none()))
        .map(|row| (Kind::Recommendation, row.id));
    counting(writer, "implemented_on_unknown", undated.collect())
}

/// Meetings took place of which no figure is.
fn not_counted(writer: &Writer<'_>) -> Option<Warning> {
    let figures = writer.figures.iter();
    let of_meetings = figures.filter(|figure| figure.selection.kind() == Kind::Meeting);
    let counted: HashSet<_> = of_meetings.flat_map(|figure| &figure.records).collect();
    let period = writer.figures.period();
    let held = writer.facts.meetings.iter();
    let held = held.filter(|meeting| meeting.took_place && period.contains(meeting.held_on));
    let left = held.filter(|meeting| !counted.contains(&meeting.id));
    let left = left.map(|meeting| (Kind::Meeting, meeting.id)).collect();
    counting(writer, "not_counted", left)
}

/// A warning that says of how many records it is; none where there are none.
fn counting(
    writer: &Writer<'_>,
    code: &'static str,
    records: Vec<(Kind, Uuid)>,
) -> Option<Warning> {
    let args = [("count", Arg::Number(records.len() as u64))];
    (!records.is_empty()).then(|| warning(writer, code, &args).about(records))
}

fn warning(writer: &Writer<'_>, code: &'static str, args: &[(&str, Arg<'_>)]) -> Warning {
    Warning {
        code,
        detail: writer.words.say(&format!("warning-{code}"), args),
        records: Vec::new(),
    }
}

impl Warning {
    fn about(self, records: impl IntoIterator<Item = (Kind, Uuid)>) -> Self {
        let records = records.into_iter().collect();
        Self { records, ..self }
    }
}
