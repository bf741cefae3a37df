//! What was promised and what came of it: recommendations, commitments, effects.

use chrono::NaiveDate;

use crate::report::facts::{Facts, RecommendationFact};
use crate::report::figures::{Figures, Selection, Value, number};
use crate::report::keys::FigureKey as Key;
use crate::report::rules::{fulfilments_in, kept, running_number};

/// The figures of each kind of recommendation: adopted, carried out, carried out in part.
const OF_KINDS: [(&str, [Key; 3]); 3] = [
    (
        "recommendation",
        [
            Key::RecommendationsAdopted,
            Key::RecommendationsImplemented,
            Key::RecommendationsPartiallyImplemented,
        ],
    ),
    (
        "conclusion",
        [
            Key::ConclusionsAdopted,
            Key::ConclusionsImplemented,
            Key::ConclusionsPartiallyImplemented,
        ],
    ),
    (
        "intervention",
        [
            Key::InterventionsAdopted,
            Key::InterventionsImplemented,
            Key::InterventionsPartiallyImplemented,
        ],
    ),
];

pub(super) fn count_recommendations(facts: &Facts, figures: &mut Figures) {
    let period = figures.period();
    for (kind, [adopted, implemented, partially]) in OF_KINDS {
        let of_kind = || facts.recommendations.iter().filter(|row| row.kind == kind);
        let dated = |day_of: fn(&RecommendationFact) -> Option<NaiveDate>| {
            let on = |row| Some((day_of(row)?, running_number(row), row.id));
            let mut rows: Vec<_> = of_kind()
                .filter_map(on)
                .filter(|(day, ..)| period.contains(*day))
                .collect();
            rows.sort_unstable();
            rows.into_iter().map(|(.., id)| id).collect()
        };
        figures.add_count(
            adopted,
            dated(|row| row.adopted_on),
            Selection::Adopted { kind },
        );
        let carried_out = [
            (
                implemented,
                "implemented",
                dated(|row| implemented_on(row, false)),
            ),
            (
                partially,
                "partially_implemented",
                dated(|row| implemented_on(row, true)),
            ),
        ];
        for (key, status, records) in carried_out {
            figures.add_count(key, records, Selection::CarriedOut { kind, status });
        }
    }
}

/// When a recommendation that was adopted was carried out, as a whole or in part.
fn implemented_on(row: &RecommendationFact, in_part: bool) -> Option<NaiveDate> {
    row.adopted_on?;
    row.outcome.filter(|outcome| outcome.in_part == in_part)?.on
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
