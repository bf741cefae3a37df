//! Who joined and left, the council and the partnership.

use crate::report::facts::{Facts, NamedFact};
use crate::report::figures::{Figures, Selection};
use crate::report::keys::FigureKey as Key;
use crate::report::rules::happened;

pub(super) fn count_council_changes(facts: &Facts, figures: &mut Figures) {
    let period = figures.period();
    let mut elected: Vec<_> = facts
        .elections
        .iter()
        .filter(|row| period.contains(row.elected_on))
        .collect();
    elected.sort_by_key(|row| (row.elected_on, row.starts_on, row.id));
    let terms = elected.iter().map(|row| row.id).collect();
    figures.add_count(Key::CouncilElections, terms, Selection::Elections);
    count_happened(
        figures,
        &facts.mandates_begun,
        Key::CouncilMandatesBegun,
        Selection::MandatesBegun,
    );
    count_happened(
        figures,
        &facts.mandates_ended,
        Key::CouncilMandatesEnded,
        Selection::MandatesEnded,
    );
}

pub(super) fn count_membership(facts: &Facts, figures: &mut Figures) {
    count_happened(
        figures,
        &facts.accessions,
        Key::Accessions,
        Selection::Accessions,
    );
    count_happened(
        figures,
        &facts.withdrawals,
        Key::Withdrawals,
        Selection::Withdrawals,
    );
}

fn count_happened(figures: &mut Figures, rows: &[NamedFact], key: Key, selection: Selection) {
    let records = happened(rows, figures.period());
    let records = records.iter().map(|row| row.id).collect();
    figures.add_count(key, records, selection);
}
