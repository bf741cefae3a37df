//! What was promised and what came of it: recommendations, commitments, effects.

use crate::report::facts::Facts;
use crate::report::figures::{Figures, Selection, Value, number};
use crate::report::keys::FigureKey as Key;
use crate::report::rules::{fulfilments_in, implementations_by, kept, running_number};

pub(super) fn count_recommendations(facts: &Facts, figures: &mut Figures) {
    let period = figures.period();
    let mut adopted: Vec<_> = facts
        .recommendations
        .iter()
        .filter_map(|row| {
            row.adopted_on
                .filter(|day| period.contains(*day))
                .map(|day| (day, running_number(row), row))
        })
        .collect();
    adopted.sort_by_key(|(day, number, row)| (*day, *number, row.id));
    let implemented = adopted
        .iter()
        .filter(|(_, _, row)| implementations_by(row, period.to()).next().is_some());
    let implemented = implemented.map(|(_, _, row)| row.id).collect();
    let adopted = adopted.iter().map(|(_, _, row)| row.id).collect();
    figures.add_count(
        Key::RecommendationsAdopted,
        adopted,
        Selection::Recommendations { implemented: false },
    );
    figures.add_count(
        Key::RecommendationsImplemented,
        implemented,
        Selection::Recommendations { implemented: true },
    );
}

pub(super) fn count_commitments(facts: &Facts, figures: &mut Figures) {
    let period = figures.period();
    let mut in_force: Vec<_> = facts
        .commitments
        .iter()
        .filter(|row| {
            period
                .active_part(row.in_force_from, row.in_force_to)
                .is_some()
        })
        .collect();
    in_force.sort_by_key(|row| (row.in_force_from, row.id));
    let counted: Vec<_> = in_force
        .iter()
        .map(|row| (*row, fulfilments_in(row, period)))
        .collect();
    let kept = in_force.iter().filter(|row| kept(row, period));
    let kept = kept.map(|row| row.id).collect();
    let each = counted
        .iter()
        .map(|(_, done)| done.len())
        .min()
        .unwrap_or(0);
    let by_commitment = counted
        .iter()
        .map(|(row, done)| (row.slug.clone(), done.len() as u64))
        .collect();
    let fulfilments: Vec<_> = counted
        .iter()
        .flat_map(|(_, done)| done.iter().map(|done| done.id))
        .collect();
    let records = in_force.iter().map(|row| row.id).collect();
    figures.add_count(
        Key::Commitments,
        records,
        Selection::Commitments { fulfilled: false },
    );
    figures.add_count(
        Key::CommitmentsFulfilled,
        kept,
        Selection::Commitments { fulfilled: true },
    );
    figures.add(
        Key::CommitmentFulfilmentsEach,
        number(each),
        fulfilments.clone(),
        Selection::Fulfilments,
    );
    figures.add(
        Key::CommitmentFulfilments,
        Value::Breakdown(by_commitment),
        fulfilments,
        Selection::Fulfilments,
    );
}

pub(super) fn count_effects(facts: &Facts, figures: &mut Figures) {
    let mut effects: Vec<_> = facts
        .effects
        .iter()
        .filter(|row| figures.period().contains(row.period.to()))
        .collect();
    effects.sort_by_key(|row| (row.period.from(), row.position, row.id));
    figures.add_count(
        Key::Effects,
        effects.iter().map(|row| row.id).collect(),
        Selection::Effects,
    );
}
