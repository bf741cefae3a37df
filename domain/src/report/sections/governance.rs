//! The agreement and the meetings of its bodies.

use std::collections::HashMap;

use uuid::Uuid;

use super::{ListStyle, PRESENTERS, Section, Sentence, Writer, items};
use crate::report::facts::TopicFact;
use crate::report::figures::Value;
use crate::report::keys::FigureKey as Key;
use crate::report::rules::{said_once, topics_of};
use crate::wording::Arg;

impl Writer<'_> {
    pub(super) fn signatories(&self) -> Section {
        let partnership = &self.facts.partnership;
        let signed = self.figures.integer(Key::Signatories) > 0;
        let scope = partnership
            .scope
            .iter()
            .filter(|_| signed)
            .map(|text| self.filled(text, None));
        let mut section = self.listing_section(
            "signatories",
            Key::Signatories,
            items("signatories.scope", scope),
        );
        let stored = [
            ("signatories.goal", &partnership.goal),
            ("signatories.coordination", &partnership.coordination),
        ];
        for (key, text) in stored {
            let text = text
                .as_deref()
                .map(|text| self.filled(text, None))
                .filter(|text| !text.is_empty());
            section
                .sentences
                .extend(text.map(|text| Sentence::stored(key, text)));
        }
        section
    }

    pub(super) fn council(&self) -> Section {
        let meetings = self.figures.records(Key::CouncilMeetings);
        let names_presenters = topics_of(self.facts, meetings).into_iter().any(|topic| {
            topic
                .report_phrase
                .as_deref()
                .is_some_and(|phrase| phrase.contains(PRESENTERS))
        });
        let topics = items("council.topic", self.topics(meetings));
        let section = self
            .listing_section("council", Key::CouncilMeetings, topics)
            .stating(Key::CouncilTopics);
        if names_presenters {
            section.stating(Key::GoodPracticePresenters)
        } else {
            section
        }
    }

    pub(super) fn assembly(&self) -> Section {
        let count = Arg::Number(self.figures.integer(Key::Assemblies));
        let mut days = match self
            .figures
            .get(Key::AssemblyDates)
            .map(|figure| &figure.value)
        {
            Some(Value::Dates(days)) => days.clone(),
            _ => Vec::new(),
        };
        // Two on one day are two meetings but one date.
        days.dedup();
        let dates: Vec<_> = days.into_iter().map(|day| self.words.date(day)).collect();
        let text = self.words.say(
            "assembly",
            &[
                ("count", count),
                ("dates", Arg::from(&self.words.list(&dates))),
            ],
        );
        let mut sentence = Sentence {
            key: "assembly",
            text,
            figures: vec![Key::Assemblies],
            lead: None,
        };
        if !dates.is_empty() {
            sentence.figures.push(Key::AssemblyDates);
        }
        let mut sentences = vec![sentence];
        let topics = items(
            "assembly.topic",
            self.topics(self.figures.records(Key::Assemblies)),
        );
        if !topics.is_empty() {
            let course = self.words.say("assembly.course", &[("count", count)]);
            sentences.push(Sentence::stored("assembly.course", course).leading());
        }
        self.section("assembly", sentences, topics, ListStyle::Clauses)
    }

    pub(super) fn regional_committee(&self) -> Section {
        self.working_meetings(
            "regional_committee",
            Key::RegionalCommitteeMeetings,
            Key::RegionalCommitteeOutputs,
        )
    }

    /// Meetings and what they produced.
    pub(super) fn working_meetings(
        &self,
        key: &'static str,
        meetings: Key,
        outputs: Key,
    ) -> Section {
        let phrases: HashMap<Uuid, &str> = self
            .facts
            .outputs
            .iter()
            .map(|output| (output.id, output.report_phrase.as_str()))
            .collect();
        let phrases = self
            .figures
            .records(outputs)
            .iter()
            .filter_map(|id| phrases.get(id))
            .map(|phrase| self.filled(phrase, None));
        let items = items(&format!("{key}.output"), phrases);
        self.listing_section(key, meetings, items).stating(outputs)
    }

    pub(super) fn owes(&self) -> Section {
        self.plain_section("owes", Key::OwesMeetings)
    }

    /// How the topics of meetings are worded.
    fn topics(&self, meetings: &[Uuid]) -> Vec<String> {
        let phrase = |topic: &TopicFact| {
            Some(self.filled(topic.report_phrase.as_deref()?, Some(topic.meeting)))
        };
        let topics = said_once(&topics_of(self.facts, meetings));
        topics.into_iter().filter_map(phrase).collect()
    }
}

impl Section {
    /// The list of the section shows one more figure, when there is a list.
    fn stating(mut self, figure: Key) -> Self {
        let leads = self
            .sentences
            .iter_mut()
            .filter(|sentence| sentence.lead.is_some());
        leads.for_each(|sentence| sentence.figures.push(figure));
        self
    }
}
