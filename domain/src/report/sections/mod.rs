//! The sections of the report: sentences made of figures, lists made of stored texts.

mod followup;
mod further;
mod governance;
mod outreach;
mod presenters;

use presenters::Presenters;
use uuid::Uuid;

use super::facts::Facts;
use super::figures::Figures;
use super::keys::FigureKey as Key;
use super::rules::{PRESENTERS, topics_of};
use super::warnings::{self, Warning};
use super::words::Words;
use crate::language::Language;
use crate::wording::Arg;

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The stable name, that of the section or below it.
    pub key: &'static str,
    /// The whole text.
    pub text: String,
    /// The figures it states.
    pub figures: Vec<Key>,
    /// What is printed instead of the text when the items of the section follow as a list.
    pub lead: Option<String>,
}

/// One item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The stable name with its number, from 1.
    pub key: String,
    /// The text without the punctuation of the list.
    pub text: String,
}

/// What the items of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListStyle {
    /// They continue a sentence: bulleted, separated by commas, a full stop after the last.
    Clauses,
    /// They are sentences: numbered, each with its own full stop.
    Sentences,
}

/// A section of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The stable name.
    pub key: &'static str,
    /// The heading.
    pub heading: String,
    /// Its statements.
    pub sentences: Vec<Sentence>,
    /// Its list, which follows the sentence that has a lead.
    pub items: Vec<Item>,
    /// How the list is set.
    pub list: ListStyle,
}

/// Words the report of what was counted, and notes where its figures disagree.
pub fn compose(
    facts: &Facts,
    figures: &Figures,
    language: Language,
) -> (Vec<Section>, Vec<Warning>) {
    let writer = Writer {
        facts,
        figures,
        words: Words(language),
        presenters: Presenters::of(facts, figures),
    };
    let mut sections = vec![
        writer.signatories(),
        writer.council(),
        writer.assembly(),
        writer.regional_committee(),
        writer.owes(),
        writer.recommendations(),
        writer.commitments(),
        writer.information(),
        writer.communiques(),
        writer.effects(),
        writer.secretariat(),
    ];
    sections.extend(writer.further());
    (sections, warnings::find(&writer))
}

/// Everything a sentence is made from.
pub(super) struct Writer<'a> {
    pub(super) facts: &'a Facts,
    pub(super) figures: &'a Figures,
    pub(super) words: Words,
    presenters: Presenters<'a>,
}

impl Writer<'_> {
    fn section(
        &self,
        key: &'static str,
        sentences: Vec<Sentence>,
        items: Vec<Item>,
        list: ListStyle,
    ) -> Section {
        let heading = self.words.say(&format!("{key}-heading"), &[]);
        Section {
            key,
            heading,
            sentences,
            items,
            list,
        }
    }

    /// A section of one sentence that states one number, without a list.
    fn plain_section(&self, key: &'static str, figure: Key) -> Section {
        let sentence = self.counting(key, key, figure);
        self.section(key, vec![sentence], Vec::new(), ListStyle::Clauses)
    }

    /// A section of one sentence that states one number and is continued by a list. Without items (also because there is
    /// nothing to count) the sentence stands alone.
    fn listing_section(&self, key: &'static str, figure: Key, items: Vec<Item>) -> Section {
        let sentence = if items.is_empty() {
            self.counting(key, &format!("{key}.alone"), figure)
        } else {
            self.counting(key, key, figure).leading()
        };
        self.section(key, vec![sentence], items, ListStyle::Clauses)
    }

    /// A sentence made of one number.
    fn counting(&self, key: &'static str, message: &str, figure: Key) -> Sentence {
        let count = Arg::Number(self.figures.integer(figure));
        // The message knows its number as `count`, and the agreement's by the name it has in every sentence.
        let text = self
            .words
            .say(message, &[("count", count), ("signatories", count)]);
        Sentence {
            key,
            text,
            figures: vec![figure],
            lead: None,
        }
    }

    /// A stored text with its placeholder filled: by the institutions that presented good practices at the meeting, else at
    /// any council meeting of the period.
    fn filled(&self, text: &str, meeting: Option<Uuid>) -> String {
        let text = text.trim();
        if !text.contains(PRESENTERS) {
            return text.to_owned();
        }
        let presenters = self.presenters_at(meeting);
        let presenters = match presenters.is_empty() {
            true => self.words.say("no-presenters", &[]),
            false => presenters.join(", "),
        };
        text.replace(PRESENTERS, &presenters)
    }

    fn presenters_at(&self, meeting: Option<Uuid>) -> &[&str] {
        let of_meeting = meeting.and_then(|meeting| self.presenters.at.get(&meeting));
        of_meeting.unwrap_or(&self.presenters.at_the_council)
    }

    /// The meetings of which a topic is to name presenters where there are none.
    pub(super) fn unnamed_presenters(&self) -> Vec<Uuid> {
        let meetings = [Key::CouncilMeetings, Key::Assemblies].map(|key| self.figures.records(key));
        let mut unnamed: Vec<_> = topics_of(self.facts, &meetings.concat())
            .into_iter()
            .filter(|topic| {
                let phrase = topic.report_phrase.as_deref();
                phrase.is_some_and(|phrase| phrase.contains(PRESENTERS))
                    && self.presenters_at(Some(topic.meeting)).is_empty()
            })
            .map(|topic| topic.meeting)
            .collect();
        unnamed.dedup();
        unnamed
    }
}

impl Sentence {
    /// A sentence without figures: a stored text.
    fn stored(key: &'static str, text: String) -> Self {
        Self {
            key,
            text,
            figures: Vec::new(),
            lead: None,
        }
    }

    /// The same sentence, continued by the list of the section.
    fn leading(self) -> Self {
        Self {
            lead: Some(self.text.clone()),
            ..self
        }
    }
}

/// Items numbered from 1 below a name.
fn items(below: &str, texts: impl IntoIterator<Item = String>) -> Vec<Item> {
    (1..)
        .zip(texts)
        .map(|(number, text)| Item {
            key: format!("{below}.{number}"),
            text,
        })
        .collect()
}
