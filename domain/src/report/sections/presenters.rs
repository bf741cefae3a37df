//! Who presented good practices where, worded once for all texts that name them.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::report::facts::{Facts, GoodPracticeFact};
use crate::report::figures::Figures;
use crate::report::keys::FigureKey as Key;
use crate::report::rules::practices_of;

/// Names in the genitive, each institution once.
pub(super) struct Presenters<'a> {
    /// At each meeting at which anybody presented.
    pub(super) at: HashMap<Uuid, Vec<&'a str>>,
    /// At the council meetings of the period.
    pub(super) at_the_council: Vec<&'a str>,
}

impl<'a> Presenters<'a> {
    pub(super) fn of(facts: &'a Facts, figures: &Figures) -> Self {
        let mut by_meeting: HashMap<Uuid, Vec<&GoodPracticeFact>> = HashMap::new();
        for practice in &facts.good_practices {
            by_meeting
                .entry(practice.meeting)
                .or_default()
                .push(practice);
        }
        let at = by_meeting.into_iter().map(|(meeting, mut practices)| {
            practices.sort_by_key(|practice| (practice.position, practice.id));
            (meeting, names(practices))
        });
        let council = practices_of(facts, figures.records(Key::CouncilMeetings));
        Self {
            at: at.collect(),
            at_the_council: names(council),
        }
    }
}

fn names(practices: Vec<&GoodPracticeFact>) -> Vec<&str> {
    let mut seen = HashSet::new();
    practices
        .into_iter()
        .filter(|practice| seen.insert(practice.presenter))
        .map(|practice| {
            let genitive = practice.presenter_genitive.as_deref();
            genitive.unwrap_or(&practice.presenter_name)
        })
        .collect()
}
