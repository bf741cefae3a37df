//! Counting. Each function applies the rules of its concept to all facts it is given, whatever else they contain.

mod changes;
mod followup;
mod governance;
mod outreach;

use std::collections::HashMap;

use changes::{count_council_changes, count_membership};
use followup::{count_commitments, count_effects, count_recommendations};
use governance::{count_assemblies, count_council, count_outputs, count_signatories};
use outreach::{count_communiques, count_funding_programmes, count_information, count_trainings};

use super::facts::Facts;
use super::figures::{Figures, Selection, Value};
use super::keys::FigureKey as Key;
use super::rules::{held, ids};
use crate::period::Period;
use crate::vocabulary;

const ANY_ROLE: &[&str] = &[];
const ORGANIZING: &[&str] = &["organizer", "co_organizer"];
const ALONE: &[&str] = &["organizer"];
const ONLY_PARTICIPATING: &[&str] = &["participant"];
/// At somebody else's meeting, also one the partnership helped to organise.
const ATTENDING: &[&str] = &["participant", "co_organizer"];

/// The kinds of meetings that a report counts.
pub const COUNTED_MEETINGS: [&str; 10] = [
    "council",
    "assembly",
    "regional_committee",
    "information",
    "owes",
    "training",
    "partner_forum",
    "working_group",
    "conference",
    "study_visit",
];

/// The kinds of meetings that a report names by their titles.
pub const NAMED_MEETINGS: [&str; 4] = ["training", "partner_forum", "conference", "study_visit"];

/// The kinds of meetings whose topics a report tells: the council's in the genitive, the assembly's in the accusative.
pub const COUNTED_TOPICS: [&str; 2] = ["council", "assembly"];

/// The kinds of meetings whose outputs a report counts, with the roles.
pub const COUNTED_OUTPUTS: [(&str, &[&str]); 2] = [
    ("regional_committee", ATTENDING),
    ("working_group", ANY_ROLE),
];

/// Counts every figure of a period.
pub fn count(facts: &Facts, period: Period) -> Figures {
    let mut figures = Figures::new(period);
    count_signatories(facts, &mut figures);
    count_council(facts, &mut figures);
    count_assemblies(facts, &mut figures);
    let [regional_committee, working_group] = COUNTED_OUTPUTS;
    count_outputs(
        facts,
        &mut figures,
        regional_committee,
        (
            Key::RegionalCommitteeMeetings,
            Key::RegionalCommitteeOutputs,
        ),
    );
    count_outputs(
        facts,
        &mut figures,
        working_group,
        (Key::WorkingGroupMeetings, Key::WorkingGroupOutputs),
    );
    count_information(facts, &mut figures);
    count_trainings(facts, &mut figures);
    count_funding_programmes(facts, &mut figures);
    for (key, kind, own_roles) in [
        (Key::OwesMeetings, "owes", ATTENDING),
        (Key::OwesMeetingsOrganized, "owes", ALONE),
        (
            Key::RegionalCommitteeMeetingsOrganized,
            "regional_committee",
            ALONE,
        ),
        (Key::Trainings, "training", ANY_ROLE),
        (Key::PartnerForumMeetings, "partner_forum", ANY_ROLE),
        (Key::Conferences, "conference", ANY_ROLE),
        (Key::StudyVisits, "study_visit", ANY_ROLE),
    ] {
        let meetings = ids(&held(facts, period, kind, own_roles));
        figures.add_count(key, meetings, Selection::Meetings { kind, own_roles });
    }
    count_recommendations(facts, &mut figures);
    count_commitments(facts, &mut figures);
    count_communiques(facts, &mut figures);
    count_effects(facts, &mut figures);
    count_council_changes(facts, &mut figures);
    count_membership(facts, &mut figures);
    figures
}

/// Numbers by sector.
fn by_sector<'a>(sectors: impl Iterator<Item = &'a str>) -> Value {
    by_code("sectors", sectors)
}

/// Numbers by code in the order of the vocabulary; codes that occur nowhere are left out.
fn by_code<'a>(of: &str, codes: impl Iterator<Item = &'a str>) -> Value {
    let mut counted: HashMap<&str, u64> = HashMap::new();
    for code in codes {
        *counted.entry(code).or_default() += 1;
    }
    let terms = vocabulary::find(of).map_or(&[][..], |known| &known.terms);
    let place = |code: &str| {
        terms
            .iter()
            .position(|term| term.code == code)
            .unwrap_or(terms.len())
    };
    let mut parts: Vec<_> = counted
        .into_iter()
        .map(|(code, number)| (code.to_owned(), number))
        .collect();
    parts.sort_by_cached_key(|(code, _)| (place(code), code.clone()));
    Value::Breakdown(parts)
}
