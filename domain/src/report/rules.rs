//! What belongs to a report, and in which order: shared by counting and wording, so that they cannot disagree.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::facts::{
    CommitmentFact, Facts, FulfilmentFact, GoodPracticeFact, ImplementationFact, MeetingFact,
    NamedFact, RecommendationFact, TopicFact,
};
use crate::commitment_status::{Promise, prorated_minimum};
use crate::period::Period;

/// The one placeholder that stored texts may contain.
pub(super) const PRESENTERS: &str = "{good_practice_presenters_genitive}";

/// Meetings of a kind that took place in a period, in order; in any role when none is named.
pub(super) fn held<'a>(
    facts: &'a Facts,
    period: Period,
    kind: &str,
    own_roles: &[&str],
) -> Vec<&'a MeetingFact> {
    let mut meetings: Vec<_> = facts
        .meetings
        .iter()
        .filter(|row| row.took_place && row.kind == kind && period.contains(row.held_on))
        .filter(|row| own_roles.is_empty() || own_roles.contains(&row.own_role.as_str()))
        .collect();
    meetings.sort_by_key(|row| (row.held_on, row.id));
    meetings
}

pub(super) fn ids(meetings: &[&MeetingFact]) -> Vec<Uuid> {
    meetings.iter().map(|meeting| meeting.id).collect()
}

/// Where each meeting stands in its list.
pub(super) fn places(meetings: &[Uuid]) -> HashMap<Uuid, usize> {
    meetings
        .iter()
        .enumerate()
        .map(|(place, meeting)| (*meeting, place))
        .collect()
}

/// The topics of meetings: their agenda items that have a report phrase.
pub(super) fn topics_of<'a>(facts: &'a Facts, meetings: &[Uuid]) -> Vec<&'a TopicFact> {
    let place = places(meetings);
    let reported = |topic: &&TopicFact| {
        topic
            .report_phrase
            .as_deref()
            .is_some_and(|phrase| !phrase.trim().is_empty())
    };
    let mut topics: Vec<_> = facts
        .topics
        .iter()
        .filter(reported)
        .filter_map(|topic| place.get(&topic.meeting).map(|place| (*place, topic)))
        .collect();
    topics.sort_by_key(|(place, topic)| (*place, topic.position, topic.id));
    topics.into_iter().map(|(_, topic)| topic).collect()
}

/// Each topic once, where it was on the agenda first: one that returns at other meetings says the same. What names presenters says others
/// at each meeting.
pub(super) fn said_once<'a>(topics: &[&'a TopicFact]) -> Vec<&'a TopicFact> {
    let mut said = HashSet::new();
    let mut topics = topics.to_vec();
    topics.retain(|topic| {
        let phrase = topic.report_phrase.as_deref().unwrap_or_default();
        let at = phrase.contains(PRESENTERS).then_some(topic.meeting);
        said.insert((phrase.trim().to_lowercase(), at))
    });
    topics
}

/// The good practices presented at meetings.
pub(super) fn practices_of<'a>(facts: &'a Facts, meetings: &[Uuid]) -> Vec<&'a GoodPracticeFact> {
    let place = places(meetings);
    let mut practices: Vec<_> = facts
        .good_practices
        .iter()
        .filter_map(|practice| place.get(&practice.meeting).map(|place| (*place, practice)))
        .collect();
    practices.sort_by_key(|(place, practice)| (*place, practice.position, practice.id));
    practices
        .into_iter()
        .map(|(_, practice)| practice)
        .collect()
}

/// The n of n/YYYY, so that 10/2016 follows 9/2016.
pub(super) fn running_number(row: &RecommendationFact) -> Option<u32> {
    row.number
        .as_deref()?
        .split('/')
        .next()?
        .trim()
        .parse()
        .ok()
}

/// What was completed by a day.
pub(super) fn implementations_by(
    row: &RecommendationFact,
    day: NaiveDate,
) -> impl Iterator<Item = &ImplementationFact> {
    row.implementations
        .iter()
        .filter(move |row| row.completed_on.is_some_and(|completed| completed <= day))
}

/// What happened in a period, in order.
pub(super) fn happened(rows: &[NamedFact], period: Period) -> Vec<&NamedFact> {
    let mut rows: Vec<_> = rows.iter().filter(|row| period.contains(row.on)).collect();
    rows.sort_by_key(|row| (row.on, row.id));
    rows
}

/// How often a commitment is to be fulfilled in a period.
pub(super) fn required(row: &CommitmentFact, period: Period) -> u32 {
    let promise = Promise {
        minimum: row.min_count,
        in_force_from: row.in_force_from,
        in_force_to: row.in_force_to,
    };
    prorated_minimum(promise, period)
}

/// What counts for a commitment in a period, also from before it came into force.
pub(super) fn fulfilments_in(row: &CommitmentFact, period: Period) -> Vec<&FulfilmentFact> {
    let counts = |row: &&FulfilmentFact| row.took_place && period.contains(row.held_on);
    let mut counted: Vec<_> = row.fulfilments.iter().filter(counts).collect();
    counted.sort_by_key(|row| (row.held_on, row.id));
    counted
}

/// Whether a commitment was fulfilled as often as it was to be in a period.
pub fn kept(row: &CommitmentFact, period: Period) -> bool {
    fulfilments_in(row, period).len() as u64 >= u64::from(required(row, period))
}
