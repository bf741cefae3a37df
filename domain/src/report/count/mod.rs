//! Counting. Each function applies the rules of its concept to all facts it is given, whatever else they contain.

mod followup;
mod governance;
mod outreach;

use std::collections::HashMap;

use followup::{count_commitments, count_effects, count_recommendations};
use governance::{count_assemblies, count_council, count_regional_committee, count_signatories};
use outreach::{count_communiques, count_information};

use super::facts::Facts;
use super::figures::{Figures, Selection, Value};
use super::keys::FigureKey as Key;
use super::rules::{held, ids};
use crate::period::Period;
use crate::vocabulary;

const ANY_ROLE: &[&str] = &[];
const ORGANIZING: &[&str] = &["organizer", "co_organizer"];
const ONLY_PARTICIPATING: &[&str] = &["participant"];
/// At somebody else's meeting, also one the partnership helped to organise.
const ATTENDING: &[&str] = &["participant", "co_organizer"];

/// The kinds of meetings that a report counts, with the roles in which it counts them; in any where none is named.
pub const COUNTED_MEETINGS: [(&str, &[&str]); 7] = [
    ("council", ANY_ROLE),
    ("assembly", ANY_ROLE),
    ("regional_committee", ATTENDING),
    ("information", ANY_ROLE),
    ("owes", ATTENDING),
    ("training", ANY_ROLE),
    ("partner_forum", ANY_ROLE),
];

/// The kinds of meetings whose topics a report tells or counts.
pub const COUNTED_TOPICS: [&str; 2] = ["council", "assembly"];

/// The kind of meetings whose outputs a report counts, with the roles.
pub const COUNTED_OUTPUTS: (&str, &[&str]) = ("regional_committee", ATTENDING);

/// Counts every figure of a period.
pub fn count(facts: &Facts, period: Period) -> Figures {
    let mut figures = Figures::new(period);
    count_signatories(facts, &mut figures);
    count_council(facts, &mut figures);
    count_assemblies(facts, &mut figures);
    count_regional_committee(facts, &mut figures);
    count_information(facts, &mut figures);
    for (key, kind, own_roles) in [
        (Key::OwesMeetings, "owes", ATTENDING),
        (Key::Trainings, "training", ANY_ROLE),
        (Key::PartnerForumMeetings, "partner_forum", ANY_ROLE),
    ] {
        let meetings = ids(&held(facts, period, kind, own_roles));
        figures.add_count(key, meetings, Selection::Meetings { kind, own_roles });
    }
    count_recommendations(facts, &mut figures);
    count_commitments(facts, &mut figures);
    count_communiques(facts, &mut figures);
    count_effects(facts, &mut figures);
    figures
}

/// Numbers by sector in the order of the vocabulary; sectors that occur nowhere are left out.
fn by_sector<'a>(sectors: impl Iterator<Item = &'a str>) -> Value {
    let mut counted: HashMap<&str, u64> = HashMap::new();
    for sector in sectors {
        *counted.entry(sector).or_default() += 1;
    }
    let terms = vocabulary::find("sectors").map_or(&[][..], |sectors| &sectors.terms);
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
