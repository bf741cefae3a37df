//! Counting. Each function applies the rules of its concept to all facts it is given, whatever else they contain.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::facts::Facts;
use super::figures::{FigureKey as Key, Figures, Selection, Value, number};
use super::rules::{
    fulfilments_in, held, ids, implementations_by, places, practices_of, required, running_number, topics_of,
};
use crate::period::{Period, active_on};
use crate::vocabulary;

const ANY_ROLE: &[&str] = &[];
const ORGANIZING: &[&str] = &["organizer", "co_organizer"];
const ONLY_PARTICIPATING: &[&str] = &["participant"];
/// At somebody else's meeting, also one the partnership helped to organise.
const ATTENDING: &[&str] = &["participant", "co_organizer"];

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

fn count_signatories(facts: &Facts, figures: &mut Figures) {
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
    figures.add(Key::Signatories, number(active.len()), records.clone(), Selection::Signatories);
    figures.add(Key::SignatoriesBySector, by_sector, records, Selection::Signatories);
}

fn count_council(facts: &Facts, figures: &mut Figures) {
    let kind = "council";
    let meetings = ids(&held(facts, figures.period(), kind, ANY_ROLE));
    let topics = topics_of(facts, &meetings);
    let practices = practices_of(facts, &meetings);
    let presenters: HashSet<_> = practices.iter().map(|practice| practice.presenter).collect();
    figures.add_count(Key::CouncilMeetings, meetings, Selection::Meetings { kind, own_roles: ANY_ROLE });
    let topics = topics.iter().map(|topic| topic.id).collect();
    figures.add_count(Key::CouncilTopics, topics, Selection::AgendaItems { kind });
    let practices = practices.iter().map(|practice| practice.id).collect();
    figures.add(Key::GoodPracticePresenters, number(presenters.len()), practices, Selection::GoodPractices { kind });
}

fn count_assemblies(facts: &Facts, figures: &mut Figures) {
    let meetings = held(facts, figures.period(), "assembly", ANY_ROLE);
    let dates: Vec<NaiveDate> = meetings.iter().map(|meeting| meeting.held_on).collect();
    let selection = Selection::Meetings { kind: "assembly", own_roles: ANY_ROLE };
    let earliest = dates.first().map_or(Value::None, |date| Value::Date(*date));
    figures.add(Key::AssemblyDate, earliest, ids(&meetings), selection);
    figures.add(Key::AssemblyDates, Value::Dates(dates), ids(&meetings), selection);
    figures.add_count(Key::Assemblies, ids(&meetings), selection);
}

fn count_regional_committee(facts: &Facts, figures: &mut Figures) {
    let (kind, own_roles) = ("regional_committee", ATTENDING);
    let meetings = ids(&held(facts, figures.period(), kind, own_roles));
    let place = places(&meetings);
    let mut outputs: Vec<_> = facts
        .outputs
        .iter()
        .filter_map(|output| place.get(&output.meeting).map(|place| (*place, output.id)))
        .collect();
    outputs.sort_unstable();
    let mut seen = HashSet::new();
    let distinct = outputs.into_iter().map(|(_, id)| id).filter(|id| seen.insert(*id)).collect();
    figures.add_count(Key::RegionalCommitteeMeetings, meetings, Selection::Meetings { kind, own_roles });
    figures.add_count(Key::RegionalCommitteeOutputs, distinct, Selection::Outputs { kind, own_roles });
}

fn count_information(facts: &Facts, figures: &mut Figures) {
    let kind = "information";
    let meetings = held(facts, figures.period(), kind, ANY_ROLE);
    let sectors = by_sector(meetings.iter().filter_map(|meeting| meeting.host_sector.as_deref()));
    let distinct = match &sectors {
        Value::Breakdown(parts) => parts.len(),
        _ => 0,
    };
    let all = Selection::Meetings { kind, own_roles: ANY_ROLE };
    figures.add_count(Key::InformationMeetings, ids(&meetings), all);
    figures.add(Key::InformationMeetingsBySector, sectors, ids(&meetings), all);
    figures.add(Key::InformationMeetingHostSectors, number(distinct), ids(&meetings), all);
    for (key, own_roles) in
        [(Key::InformationMeetingsOrganized, ORGANIZING), (Key::InformationMeetingsParticipated, ONLY_PARTICIPATING)]
    {
        let meetings = held(facts, figures.period(), kind, own_roles);
        figures.add_count(key, ids(&meetings), Selection::Meetings { kind, own_roles });
    }
}

fn count_recommendations(facts: &Facts, figures: &mut Figures) {
    let period = figures.period();
    let mut adopted: Vec<_> = facts
        .recommendations
        .iter()
        .filter_map(|row| row.adopted_on.filter(|day| period.contains(*day)).map(|day| (day, running_number(row), row)))
        .collect();
    adopted.sort_by_key(|(day, number, row)| (*day, *number, row.id));
    let implemented = adopted.iter().filter(|(_, _, row)| implementations_by(row, period.to()).next().is_some());
    let implemented = implemented.map(|(_, _, row)| row.id).collect();
    let adopted = adopted.iter().map(|(_, _, row)| row.id).collect();
    figures.add_count(Key::RecommendationsAdopted, adopted, Selection::Recommendations { implemented: false });
    figures.add_count(Key::RecommendationsImplemented, implemented, Selection::Recommendations { implemented: true });
}

fn count_commitments(facts: &Facts, figures: &mut Figures) {
    let period = figures.period();
    let mut in_force: Vec<_> = facts
        .commitments
        .iter()
        .filter(|row| period.active_part(row.in_force_from, row.in_force_to).is_some())
        .collect();
    in_force.sort_by_key(|row| (row.in_force_from, row.id));
    let counted: Vec<_> = in_force.iter().map(|row| (*row, fulfilments_in(row, period))).collect();
    let kept = counted.iter().filter(|(row, done)| done.len() as u64 >= u64::from(required(row, period)));
    let kept = kept.map(|(row, _)| row.id).collect();
    let each = counted.iter().map(|(_, done)| done.len()).min().unwrap_or(0);
    let by_commitment = counted.iter().map(|(row, done)| (row.slug.clone(), done.len() as u64)).collect();
    let fulfilments: Vec<_> = counted.iter().flat_map(|(_, done)| done.iter().map(|done| done.id)).collect();
    let records = in_force.iter().map(|row| row.id).collect();
    figures.add_count(Key::Commitments, records, Selection::Commitments { fulfilled: false });
    figures.add_count(Key::CommitmentsFulfilled, kept, Selection::Commitments { fulfilled: true });
    figures.add(Key::CommitmentFulfilmentsEach, number(each), fulfilments.clone(), Selection::Fulfilments);
    figures.add(Key::CommitmentFulfilments, Value::Breakdown(by_commitment), fulfilments, Selection::Fulfilments);
}

fn count_communiques(facts: &Facts, figures: &mut Figures) {
    let period = figures.period();
    let mut released: Vec<_> = facts
        .communiques
        .iter()
        .filter(|row| row.counts)
        .filter_map(|row| row.released_on.filter(|day| period.contains(*day)).map(|day| (day, row.id)))
        .collect();
    released.sort_unstable();
    let communiques: Vec<_> = released.into_iter().map(|(_, id)| id).collect();
    let among: HashSet<_> = communiques.iter().copied().collect();
    let mut postings: Vec<_> = facts
        .postings
        .iter()
        .filter(|row| row.signatory_on_the_day && among.contains(&row.communique))
        .filter_map(|row| row.posted_on.filter(|day| period.contains(*day)).map(|day| (day, row)))
        .collect();
    postings.sort_by_key(|(day, row)| (*day, row.id));
    let mut posted: BTreeMap<Uuid, HashSet<Uuid>> = BTreeMap::new();
    for (_, row) in &postings {
        posted.entry(row.institution).or_default().insert(row.communique);
    }
    let everywhere = posted.into_iter().filter(|(_, posted)| posted.len() == among.len());
    let institutions = everywhere.map(|(institution, _)| institution).collect();
    let postings = postings.into_iter().map(|(_, row)| row.id).collect();
    figures.add_count(Key::CommuniquesPublished, communiques, Selection::Communiques);
    figures.add_count(Key::CommuniqueInstitutions, institutions, Selection::Coverage);
    figures.add_count(Key::CommuniquePublications, postings, Selection::Postings);
}

fn count_effects(facts: &Facts, figures: &mut Figures) {
    let mut effects: Vec<_> = facts.effects.iter().filter(|row| row.period.within(figures.period())).collect();
    effects.sort_by_key(|row| (row.period.from(), row.position, row.id));
    figures.add_count(Key::Effects, effects.iter().map(|row| row.id).collect(), Selection::Effects);
}

/// Numbers by sector in the order of the vocabulary; sectors that occur nowhere are left out.
fn by_sector<'a>(sectors: impl Iterator<Item = &'a str>) -> Value {
    let mut counted: HashMap<&str, u64> = HashMap::new();
    for sector in sectors {
        *counted.entry(sector).or_default() += 1;
    }
    let terms = vocabulary::find("sectors").map_or(&[][..], |sectors| &sectors.terms);
    let place = |code: &str| terms.iter().position(|term| term.code == code).unwrap_or(terms.len());
    let mut parts: Vec<_> = counted.into_iter().map(|(code, number)| (code.to_owned(), number)).collect();
    parts.sort_by_cached_key(|(code, _)| (place(code), code.clone()));
    Value::Breakdown(parts)
}
