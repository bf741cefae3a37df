//! What a year may have besides, each told only when there is something to say.

use std::collections::HashMap;

use super::{ListStyle, Section, Sentence, Writer, items};
use crate::report::facts::NamedFact;
use crate::report::keys::FigureKey as Key;
use crate::report::rules::happened;
use crate::report::typography::end_sentence;
use crate::vocabulary;
use crate::wording::Arg;

/// How many items a list has at most. A longer one is left to the records of its figure.
const LISTED: usize = 100;

impl Writer<'_> {
    /// The sections that there are.
    pub(super) fn further(&self) -> Vec<Section> {
        let told = |key, figure: Key, section: fn(&Self, &'static str, Key) -> Section| {
            let is_something = !self.figures.records(figure).is_empty();
            is_something.then(|| section(self, key, figure))
        };
        let sections = [
            self.adopted_earlier(
                "recommendations_earlier",
                [
                    Key::RecommendationsImplemented,
                    Key::RecommendationsPartiallyImplemented,
                ],
            ),
            told("conclusions", Key::ConclusionsAdopted, Self::adopted),
            self.adopted_earlier(
                "conclusions_earlier",
                [
                    Key::ConclusionsImplemented,
                    Key::ConclusionsPartiallyImplemented,
                ],
            ),
            told("interventions", Key::InterventionsAdopted, Self::adopted),
            self.adopted_earlier(
                "interventions_earlier",
                [
                    Key::InterventionsImplemented,
                    Key::InterventionsPartiallyImplemented,
                ],
            ),
            told(
                "trainings",
                Key::TrainingsWithoutRecommendation,
                Self::named_meetings,
            ),
            told(
                "partner_forum",
                Key::PartnerForumMeetings,
                Self::named_meetings,
            ),
            told(
                "working_groups",
                Key::WorkingGroupMeetings,
                |writer, key, meetings| {
                    writer.working_meetings(key, meetings, Key::WorkingGroupOutputs)
                },
            ),
            told("conferences", Key::Conferences, Self::named_meetings),
            told("study_visits", Key::StudyVisits, Self::named_meetings),
            told(
                "funding_programmes",
                Key::FundingProgrammeMeetings,
                Self::funding_programmes,
            ),
            told(
                "regional_committee_organized",
                Key::RegionalCommitteeMeetingsOrganized,
                Self::plain_section,
            ),
            told(
                "owes_organized",
                Key::OwesMeetingsOrganized,
                Self::plain_section,
            ),
            told("council_elections", Key::CouncilElections, Self::elections),
            self.council_changes(),
            told("accessions", Key::Accessions, |writer, key, figure| {
                writer.membership(key, figure, &writer.facts.accessions)
            }),
            told("withdrawals", Key::Withdrawals, |writer, key, figure| {
                writer.membership(key, figure, &writer.facts.withdrawals)
            }),
        ];
        sections.into_iter().flatten().collect()
    }

    /// Meetings by their titles and days.
    fn named_meetings(&self, key: &'static str, figure: Key) -> Section {
        let meetings = self.facts.meetings.iter();
        let by_id: HashMap<_, _> = meetings.map(|row| (row.id, row)).collect();
        let named = |id| {
            let row = by_id.get(id)?;
            let title = row.title.as_ref()?;
            Some(format!("{title} ({})", self.words.date(row.held_on)))
        };
        let named = self.figures.records(figure).iter().filter_map(named);
        self.listed(key, figure, named.collect())
    }

    /// Institutions that joined or left.
    fn membership(&self, key: &'static str, figure: Key, rows: &[NamedFact]) -> Section {
        let rows = happened(rows, self.figures.period());
        let names = rows.into_iter().map(|row| row.name.clone());
        self.listed(key, figure, names.collect())
    }

    /// A sentence that states one number, continued by a list unless that is too long.
    fn listed(&self, key: &'static str, figure: Key, texts: Vec<String>) -> Section {
        let texts = if texts.len() > LISTED {
            Vec::new()
        } else {
            texts
        };
        let items = items(&format!("{key}.item"), texts);
        self.listing_section(key, figure, items)
    }

    /// The programmes that meetings discussed, with the number of meetings.
    fn funding_programmes(&self, key: &'static str, figure: Key) -> Section {
        let programmes = self.figures.breakdown(figure);
        let told = programmes.iter().map(|(code, meetings)| {
            let label = vocabulary::label("funding_programmes", code, self.words.0);
            let args = [
                ("programme", Arg::from(label)),
                ("count", Arg::Number(*meetings)),
            ];
            self.words.say("funding_programmes.item", &args)
        });
        let items = items("funding_programmes.item", told);
        let sentence = Sentence {
            figures: vec![figure],
            ..Sentence::stored(key, self.words.say(key, &[])).leading()
        };
        self.section(key, vec![sentence], items, ListStyle::Clauses)
    }

    /// The terms for which the council was elected.
    fn elections(&self, key: &'static str, figure: Key) -> Section {
        let by_id: HashMap<_, _> = self
            .facts
            .elections
            .iter()
            .map(|row| (row.id, row))
            .collect();
        let elected = self.figures.records(figure).iter();
        let terms = elected.filter_map(|id| by_id.get(id)).map(|row| {
            let (from, to) = (self.words.date(row.starts_on), self.words.date(row.ends_on));
            let args = [("from", Arg::from(&from)), ("to", Arg::from(&to))];
            self.words.say("council_elections.item", &args)
        });
        self.listed(key, figure, terms.collect())
    }

    /// Mandates that began within a term, and that ended before it.
    fn council_changes(&self) -> Option<Section> {
        let changes = [
            (
                "council_changes.begun",
                Key::CouncilMandatesBegun,
                &self.facts.mandates_begun,
            ),
            (
                "council_changes.ended",
                Key::CouncilMandatesEnded,
                &self.facts.mandates_ended,
            ),
        ];
        let changes = changes.into_iter().filter_map(|(key, figure, rows)| {
            let rows = happened(rows, self.figures.period());
            let named = rows.len() <= LISTED;
            let message = if named {
                key.to_owned()
            } else {
                format!("{key}-alone")
            };
            let shown = rows.iter().map(|row| self.seat(row));
            let shown = shown.collect::<Vec<_>>().join(", ");
            let args = [
                ("count", Arg::Number(rows.len() as u64)),
                ("names", Arg::from(&shown)),
            ];
            let sentence = Sentence {
                figures: vec![figure],
                ..Sentence::stored(key, end_sentence(&self.words.say(&message, &args)))
            };
            (!rows.is_empty()).then_some(sentence)
        });
        let sentences: Vec<_> = changes.collect();
        let section =
            |sentences| self.section("council_changes", sentences, Vec::new(), ListStyle::Clauses);
        (!sentences.is_empty()).then(|| section(sentences))
    }

    /// Who holds a seat, with a role other than that of a member.
    fn seat(&self, row: &NamedFact) -> String {
        match row.role.as_deref() {
            Some(role) if role != "member" => {
                let role = vocabulary::label("mandate_roles", role, self.words.0);
                format!("{} ({role})", row.name)
            }
            _ => row.name.clone(),
        }
    }
}
