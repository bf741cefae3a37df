//! What a report is counted from: slim rows, as many or more than the report needs.
//!
//! Whoever fills these may select by period for speed. Counting applies every rule again, so rows that do not belong to the
//! report change nothing. Ids order what nothing else orders (UUIDv7: the order in which records were made).

use std::collections::HashMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::keys::FigureKey;

use crate::period::Period;

/// Everything a report of one partnership is made from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The partnership itself.
    pub partnership: PartnershipFacts,
    /// Who signed the agreement, and when.
    pub signatories: Vec<SignatoryFact>,
    /// Meetings of every kind.
    pub meetings: Vec<MeetingFact>,
    /// Agenda items of the meetings.
    pub topics: Vec<TopicFact>,
    /// Outputs of the meetings, one row for each meeting that worked on an output.
    pub outputs: Vec<OutputFact>,
    /// Good practices presented at the meetings.
    pub good_practices: Vec<GoodPracticeFact>,
    /// Recommendations with what was done about them.
    pub recommendations: Vec<RecommendationFact>,
    /// Commitments with what fulfils them.
    pub commitments: Vec<CommitmentFact>,
    /// Communiqués.
    pub communiques: Vec<CommuniqueFact>,
    /// Postings of the communiqués.
    pub postings: Vec<PostingFact>,
    /// Effects.
    pub effects: Vec<EffectFact>,
    /// Elections to the council.
    pub elections: Vec<ElectionFact>,
    /// Mandates in the council that began within a term.
    pub mandates_begun: Vec<NamedFact>,
    /// Mandates in the council that ended before their term.
    pub mandates_ended: Vec<NamedFact>,
    /// Signatories with the day from which they are bound.
    pub accessions: Vec<NamedFact>,
    /// Signatories with the first day on which they are bound no more.
    pub withdrawals: Vec<NamedFact>,
}

impl Facts {
    /// The day by which each record counts, where it counts by one.
    pub(super) fn deciding_days(&self) -> HashMap<Uuid, NaiveDate> {
        let held: HashMap<_, _> = self
            .meetings
            .iter()
            .map(|row| (row.id, row.held_on))
            .collect();
        let at = |id, meeting| Some((id, *held.get(meeting)?));
        let mut days: HashMap<_, _> = self
            .signatories
            .iter()
            .map(|row| (row.id, row.effective_from))
            .collect();
        // What several meetings worked on or heard counts by the first of them.
        let topics = self.topics.iter().rev();
        days.extend(topics.filter_map(|row| at(row.id, &row.meeting)));
        let outputs = self.outputs.iter().rev();
        days.extend(outputs.filter_map(|row| at(row.id, &row.meeting)));
        let practices = self.good_practices.iter().rev();
        days.extend(practices.filter_map(|row| at(row.id, &row.meeting)));
        let recommendations = self.recommendations.iter();
        days.extend(recommendations.filter_map(|row| Some((row.id, row.adopted_on?))));
        let commitments = self.commitments.iter();
        let fulfilments = commitments.clone().flat_map(|row| &row.fulfilments);
        days.extend(commitments.map(|row| (row.id, row.in_force_from)));
        days.extend(fulfilments.map(|row| (row.id, row.held_on)));
        let communiques = self.communiques.iter();
        days.extend(communiques.filter_map(|row| Some((row.id, row.released_on?))));
        let postings = self.postings.iter();
        days.extend(postings.filter_map(|row| Some((row.id, row.posted_on?))));
        days.extend(self.effects.iter().map(|row| (row.id, row.period.to())));
        days.extend(self.elections.iter().map(|row| (row.id, row.elected_on)));
        let mandates = self.mandates_begun.iter().chain(&self.mandates_ended);
        days.extend(mandates.map(|row| (row.id, row.on)));
        days.extend(held);
        days
    }
}

impl Facts {
    /// What the institution of a record is, where the record is called by it.
    pub fn institutions(&self) -> Vec<(Uuid, Uuid)> {
        let signatories = self.signatories.iter();
        let postings = self.postings.iter();
        signatories
            .map(|row| (row.id, row.institution))
            .chain(postings.map(|row| (row.id, row.institution)))
            .collect()
    }

    /// What records are called that have no names of their own.
    pub fn own_names(&self) -> HashMap<Uuid, String> {
        let topics = self.topics.iter();
        let topics = topics.filter_map(|row| Some((row.id, row.report_phrase.clone()?)));
        let effects = self.effects.iter();
        let mandates = self.mandates_begun.iter().chain(&self.mandates_ended);
        let changes = mandates.chain(&self.accessions).chain(&self.withdrawals);
        topics
            .chain(effects.map(|row| (row.id, row.report_text.clone())))
            .chain(changes.map(|row| (row.id, row.name.clone())))
            .collect()
    }

    /// The day by which a record counts in a figure where that is not the one by which it counts elsewhere.
    pub(super) fn deciding_days_of(&self, key: FigureKey) -> HashMap<Uuid, NaiveDate> {
        let carried_out = |row: &RecommendationFact| Some((row.id, row.outcome?.on?));
        match key {
            FigureKey::Withdrawals => self
                .withdrawals
                .iter()
                .map(|row| (row.id, row.on))
                .collect(),
            FigureKey::RecommendationsImplemented
            | FigureKey::RecommendationsPartiallyImplemented
            | FigureKey::ConclusionsImplemented
            | FigureKey::ConclusionsPartiallyImplemented
            | FigureKey::InterventionsImplemented
            | FigureKey::InterventionsPartiallyImplemented => self
                .recommendations
                .iter()
                .filter_map(carried_out)
                .collect(),
            _ => HashMap::new(),
        }
    }
}

/// What the report says of the partnership, as it stood at the end of the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartnershipFacts {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it is for: whole sentences.
    pub goal: Option<String>,
    /// How it is coordinated: whole sentences.
    pub coordination: Option<String>,
    /// What the cooperation covers: phrases in the accusative.
    pub scope: Vec<String>,
    /// Who keeps its records.
    pub secretariat: SecretariatFacts,
}

/// The secretariat as a function, never a person.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SecretariatFacts {
    /// The short name of the institution that keeps it.
    pub institution: Option<String>,
    /// What the unit is called.
    pub unit: Option<String>,
    /// The telephone as it is printed.
    pub phone: Option<String>,
    /// The functional e-mail address.
    pub email: Option<String>,
}

/// One signature under the agreement.
#[derive(Clone, Debug, PartialEq)]
pub struct SignatoryFact {
    /// The signatory record.
    pub id: Uuid,
    /// The institution.
    pub institution: Uuid,
    /// The sector of the institution on the last day of the period.
    pub sector: String,
    /// The first day as a signatory.
    pub effective_from: NaiveDate,
    /// The first day no longer a signatory.
    pub withdrawn_on: Option<NaiveDate>,
    /// False for those who only applied, or are suspended on the last day of the period.
    pub counts: bool,
}

/// A meeting of any kind.
#[derive(Clone, Debug, PartialEq)]
pub struct MeetingFact {
    /// The meeting.
    pub id: Uuid,
    /// The code of its kind.
    pub kind: String,
    /// Its local date.
    pub held_on: NaiveDate,
    /// Whether it took place: not a draft, not announced, cancelled or postponed.
    pub took_place: bool,
    /// The code of the partnership's own role.
    pub own_role: String,
    /// The sector of the host on the day of the meeting.
    pub host_sector: Option<String>,
    /// Its title, where a report names meetings of its kind.
    pub title: Option<String>,
    /// Whether it is that of an implementation completed by the last day of the period.
    pub carries_out: bool,
    /// Codes of the funding programmes that it was about.
    pub funding_programmes: Vec<String>,
}

/// An agenda item.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicFact {
    /// The agenda item.
    pub id: Uuid,
    /// Its meeting.
    pub meeting: Uuid,
    /// Its place in the agenda.
    pub position: i32,
    /// How a report words it: in the genitive for the council, in the accusative for the assembly. An item without one
    /// (opening, any other business) is not a topic of the report.
    pub report_phrase: Option<String>,
    /// Whether it has a phrase in the other case only, in which its meeting's kind cannot be worded.
    pub in_the_other_case: bool,
}

/// What a meeting produced. One output of several meetings has one id and a row for each.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputFact {
    /// The output.
    pub id: Uuid,
    /// A meeting that worked on it.
    pub meeting: Uuid,
    /// A finished clause: "opracowano harmonogram".
    pub report_phrase: String,
}

/// A good practice presented at a meeting.
#[derive(Clone, Debug, PartialEq)]
pub struct GoodPracticeFact {
    /// The good practice.
    pub id: Uuid,
    /// Where it was presented.
    pub meeting: Uuid,
    /// Its place among those presented there.
    pub position: i32,
    /// The institution that presented it.
    pub presenter: Uuid,
    /// The name of that institution.
    pub presenter_name: String,
    /// The same name in the genitive, as recorded.
    pub presenter_genitive: Option<String>,
}

/// A recommendation of the partnership.
#[derive(Clone, Debug, PartialEq)]
pub struct RecommendationFact {
    /// The recommendation.
    pub id: Uuid,
    /// The code of its kind: recommendation, conclusion or intervention.
    pub kind: String,
    /// Its number n/YYYY, given on adoption.
    pub number: Option<String>,
    /// The day of adoption; none for drafts and for what was rejected or withdrawn.
    pub adopted_on: Option<NaiveDate>,
    /// Its title.
    pub title: String,
    /// What became of it in the end.
    pub outcome: Option<Outcome>,
    /// How it was carried out.
    pub implementations: Vec<ImplementationFact>,
}

/// That a recommendation was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether only in part.
    pub in_part: bool,
    /// When; none where that is not known.
    pub on: Option<NaiveDate>,
}

/// How a recommendation was carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct ImplementationFact {
    /// The implementation.
    pub id: Uuid,
    /// When it was completed.
    pub completed_on: Option<NaiveDate>,
    /// What was done: whole sentences.
    pub report_text: Option<String>,
    /// What for: whole sentences.
    pub goal_text: Option<String>,
}

/// A promise to do something several times a year.
#[derive(Clone, Debug, PartialEq)]
pub struct CommitmentFact {
    /// The commitment.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// How many times a year at least; one or more.
    pub min_count: u32,
    /// The code of the channel.
    pub channel: String,
    /// What is promised, a phrase in the nominative.
    pub report_text: String,
    /// The first day in force; for an imported one the adoption of its recommendation.
    pub in_force_from: NaiveDate,
    /// The first day no longer in force.
    pub in_force_to: Option<NaiveDate>,
    /// What fulfils it.
    pub fulfilments: Vec<FulfilmentFact>,
}

/// One fulfilment of a commitment.
#[derive(Clone, Debug, PartialEq)]
pub struct FulfilmentFact {
    /// The fulfilment.
    pub id: Uuid,
    /// The local date of its meeting, or its own when there is none.
    pub held_on: NaiveDate,
    /// Whether that meeting took place.
    pub took_place: bool,
}

/// A communiqué.
#[derive(Clone, Debug, PartialEq)]
pub struct CommuniqueFact {
    /// The communiqué.
    pub id: Uuid,
    /// The local date of its release.
    pub released_on: Option<NaiveDate>,
    /// The day it was withdrawn.
    pub withdrawn_on: Option<NaiveDate>,
}

/// A communiqué on the site of an institution.
#[derive(Clone, Debug, PartialEq)]
pub struct PostingFact {
    /// The posting.
    pub id: Uuid,
    /// What was posted.
    pub communique: Uuid,
    /// By whom.
    pub institution: Uuid,
    /// When; none while it is only expected.
    pub posted_on: Option<NaiveDate>,
    /// Whether the institution was a signatory on that day.
    pub signatory_on_the_day: bool,
}

/// A term of the council.
#[derive(Clone, Debug, PartialEq)]
pub struct ElectionFact {
    /// The term.
    pub id: Uuid,
    /// The day of the meeting that elected it; its first day where none is named.
    pub elected_on: NaiveDate,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: NaiveDate,
}

/// Something that happened to an institution on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedFact {
    /// The record.
    pub id: Uuid,
    /// The day.
    pub on: NaiveDate,
    /// The name that the institution had on that day.
    pub name: String,
    /// The code of its role, where it has one.
    pub role: Option<String>,
}

/// What the partnership achieved.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectFact {
    /// The effect.
    pub id: Uuid,
    /// The period it is an effect of; a report states the effects of periods that lie within its own.
    pub period: Period,
    /// Its place in the list.
    pub position: i32,
    /// Whole sentences.
    pub report_text: String,
}
