//! The agreement and the meetings of its bodies.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::{ANY_ROLE, by_sector};
use crate::period::active_on;
use crate::report::facts::Facts;
use crate::report::figures::{Figures, Selection, Value, number};
use crate::report::keys::FigureKey as Key;
use crate::report::rules::{held, ids, places, practices_of, said_once, topics_of};

pub(super) fn count_signatories(facts: &Facts, figures: &mut Figures) {
    let day = figures.period().to();
    let mut active: Vec<_> = facts
        .signatories
        .iter()
        .filter(|row| row.counts && active_on(day, row.effective_from, row.withdrawn_on))
        .collect();
    active.sort_by_key(|row| (row.effective_from, row.id));
    let records: Vec<_> = active.iter().map(|row| row.id).collect();
    // Institutions are counted, not signatures: who signed twice is one signatory.
    let mut seen = HashSet::new();
    active.retain(|row| seen.insert(row.institution));
    let by_sector = by_sector(active.iter().map(|row| row.sector.as_str()));
    figures.add(
        Key::Signatories,
        number(active.len()),
        records.clone(),
        Selection::Signatories,
    );
    figures.add(
        Key::SignatoriesBySector,
        by_sector,
        records,
        Selection::Signatories,
    );
}

pub(super) fn count_council(facts: &Facts, figures: &mut Figures) {
    let kind = "council";
    let meetings = ids(&held(facts, figures.period(), kind, ANY_ROLE));
    let topics = topics_of(facts, &meetings);
    let practices = practices_of(facts, &meetings);
    let presenters: HashSet<_> = practices
        .iter()
        .map(|practice| practice.presenter)
        .collect();
    figures.add_count(
        Key::CouncilMeetings,
        meetings,
        Selection::Meetings {
            kind,
            own_roles: ANY_ROLE,
        },
    );
    figures.add(
        Key::CouncilTopics,
        number(said_once(&topics).len()),
        topics.iter().map(|topic| topic.id).collect(),
        Selection::AgendaItems { kind },
    );
    // One presented twice is one practice.
    let mut seen = HashSet::new();
    let practices = practices.iter().map(|practice| practice.id);
    let practices = practices.filter(|id| seen.insert(*id)).collect();
    figures.add(
        Key::GoodPracticePresenters,
        number(presenters.len()),
        practices,
        Selection::GoodPractices { kind },
    );
}

pub(super) fn count_assemblies(facts: &Facts, figures: &mut Figures) {
    let meetings = held(facts, figures.period(), "assembly", ANY_ROLE);
    let dates: Vec<NaiveDate> = meetings.iter().map(|meeting| meeting.held_on).collect();
    let selection = Selection::Meetings {
        kind: "assembly",
        own_roles: ANY_ROLE,
    };
    let earliest = dates.first().map_or(Value::None, |date| Value::Date(*date));
    figures.add(Key::AssemblyDate, earliest, ids(&meetings), selection);
    figures.add(
        Key::AssemblyDates,
        Value::Dates(dates),
        ids(&meetings),
        selection,
    );
    figures.add_count(Key::Assemblies, ids(&meetings), selection);
}

/// Counts meetings of a kind, and what they produced, each thing once.
pub(super) fn count_outputs(
    facts: &Facts,
    figures: &mut Figures,
    (kind, own_roles): (&'static str, &'static [&'static str]),
    (of_meetings, of_outputs): (Key, Key),
) {
    let meetings = ids(&held(facts, figures.period(), kind, own_roles));
    let place = places(&meetings);
    let mut outputs: Vec<_> = facts
        .outputs
        .iter()
        .filter_map(|output| place.get(&output.meeting).map(|place| (*place, output.id)))
        .collect();
    outputs.sort_unstable();
    let mut seen = HashSet::new();
    let distinct = outputs
        .into_iter()
        .map(|(_, id)| id)
        .filter(|id| seen.insert(*id))
        .collect();
    figures.add_count(
        of_meetings,
        meetings,
        Selection::Meetings { kind, own_roles },
    );
    figures.add_count(of_outputs, distinct, Selection::Outputs { kind, own_roles });
}
