//! What went out to others: information meetings, trainings, funding programmes and communiqués.

use std::collections::{BTreeMap, HashSet};

use uuid::Uuid;

use super::{ANY_ROLE, COUNTED_MEETINGS, ONLY_PARTICIPATING, ORGANIZING, by_code, by_sector};
use crate::report::facts::Facts;
use crate::report::figures::{Figures, Selection, Value, number};
use crate::report::keys::FigureKey as Key;
use crate::report::rules::{held, ids};

pub(super) fn count_information(facts: &Facts, figures: &mut Figures) {
    let kind = "information";
    let meetings = held(facts, figures.period(), kind, ANY_ROLE);
    let sectors = by_sector(
        meetings
            .iter()
            .filter_map(|meeting| meeting.host_sector.as_deref()),
    );
    let distinct = match &sectors {
        Value::Breakdown(parts) => parts.len(),
        _ => 0,
    };
    let all = Selection::Meetings {
        kind,
        own_roles: ANY_ROLE,
    };
    figures.add_count(Key::InformationMeetings, ids(&meetings), all);
    figures.add(
        Key::InformationMeetingsBySector,
        sectors,
        ids(&meetings),
        all,
    );
    figures.add(
        Key::InformationMeetingHostSectors,
        number(distinct),
        ids(&meetings),
        all,
    );
    for (key, own_roles) in [
        (Key::InformationMeetingsOrganized, ORGANIZING),
        (Key::InformationMeetingsParticipated, ONLY_PARTICIPATING),
    ] {
        let meetings = held(facts, figures.period(), kind, own_roles);
        figures.add_count(key, ids(&meetings), Selection::Meetings { kind, own_roles });
    }
}

/// Trainings that carry out no recommendation: the others are told with theirs.
pub(super) fn count_trainings(facts: &Facts, figures: &mut Figures) {
    let mut trainings = held(facts, figures.period(), "training", ANY_ROLE);
    trainings.retain(|meeting| !meeting.carries_out);
    figures.add_count(
        Key::TrainingsWithoutRecommendation,
        ids(&trainings),
        Selection::TrainingsWithoutRecommendation,
    );
}

/// Meetings of the kinds that a report counts, by what they were about.
pub(super) fn count_funding_programmes(facts: &Facts, figures: &mut Figures) {
    let period = figures.period();
    let mut meetings: Vec<_> = facts
        .meetings
        .iter()
        .filter(|row| row.took_place && period.contains(row.held_on))
        .filter(|row| !row.funding_programmes.is_empty())
        .filter(|row| COUNTED_MEETINGS.contains(&row.kind.as_str()))
        .collect();
    meetings.sort_by_key(|row| (row.held_on, row.id));
    let codes = meetings.iter().flat_map(|row| &row.funding_programmes);
    let programmes = by_code("funding_programmes", codes.map(String::as_str));
    figures.add(
        Key::FundingProgrammeMeetings,
        programmes,
        ids(&meetings),
        Selection::FundingProgrammeMeetings,
    );
}

pub(super) fn count_communiques(facts: &Facts, figures: &mut Figures) {
    let period = figures.period();
    let mut released: Vec<_> = facts
        .communiques
        .iter()
        .filter(|row| row.withdrawn_on.is_none_or(|day| day > period.to()))
        .filter_map(|row| {
            row.released_on
                .filter(|day| period.contains(*day))
                .map(|day| (day, row.id))
        })
        .collect();
    released.sort_unstable();
    let communiques: Vec<_> = released.into_iter().map(|(_, id)| id).collect();
    let among: HashSet<_> = communiques.iter().copied().collect();
    let mut postings: Vec<_> = facts
        .postings
        .iter()
        .filter(|row| row.signatory_on_the_day && among.contains(&row.communique))
        .filter_map(|row| {
            row.posted_on
                .filter(|day| period.contains(*day))
                .map(|day| (day, row))
        })
        .collect();
    postings.sort_by_key(|(day, row)| (*day, row.id));
    let mut posted: BTreeMap<Uuid, HashSet<Uuid>> = BTreeMap::new();
    for (_, row) in &postings {
        posted
            .entry(row.institution)
            .or_default()
            .insert(row.communique);
    }
    let everywhere = posted
        .into_iter()
        .filter(|(_, posted)| posted.len() == among.len());
    let institutions = everywhere.map(|(institution, _)| institution).collect();
    let postings = postings.into_iter().map(|(_, row)| row.id).collect();
    figures.add_count(
        Key::CommuniquesPublished,
        communiques,
        Selection::Communiques,
    );
    figures.add_count(
        Key::CommuniqueInstitutions,
        institutions,
        Selection::Coverage,
    );
    figures.add_count(Key::CommuniquePublications, postings, Selection::Postings);
}
