//! What a report says, as it is kept: figures with the records that they count, and sentences in both languages.
//!
//! Everything is text here, so that what was frozen can be read by every later version of the program, and every format can
//! be made of it.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::typography::{end_sentence, list_item};
use super::{Facts, Figure, FigureKey, Figures, ListStyle, Value, Warning, Worded};
use crate::language::Language;
use crate::record::Kind;

/// What a report says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportContent)]
pub struct Content {
    /// Whose report it is.
    pub partnership: Subject,
    /// First day of the period.
    #[schema(example = "2016-01-01")]
    pub from: NaiveDate,
    /// Last day of the period.
    #[schema(example = "2016-12-31")]
    pub to: NaiveDate,
    /// Number of the latest change that was there when it was counted.
    #[schema(minimum = 0, example = 640)]
    pub sequence: i64,
    /// The figures by key: codes of the vocabulary `report_figures`.
    pub figures: BTreeMap<String, Counted>,
    /// The report in words, by language: `pl` and `en`.
    pub wording: BTreeMap<String, Wording>,
}

/// Whose report it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportSubject)]
pub struct Subject {
    /// Id of the partnership.
    #[schema(example = "0198c0de-0000-7000-8000-000000000002")]
    pub id: Uuid,
    /// Its slug.
    #[schema(example = "partnerstwo-lubuskie")]
    pub slug: String,
    /// Its name.
    #[schema(example = "Partnerstwo Lokalne na rzecz Ekonomii Społecznej")]
    pub name: String,
}

/// A figure and the records behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportFigure)]
pub struct Counted {
    /// The figure: an integer, a date, a list of dates, an object of integers by code, or null.
    #[schema(value_type = serde_json::Value, required, example = 69)]
    pub value: serde_json::Value,
    /// The list that shows these records, as far as the caller sees them today.
    #[schema(
        example = "/api/v1/partnerships/0198c0de-0000-7000-8000-000000000002/signatories?as_of=2016-12-31"
    )]
    pub href: String,
    /// The records it counts, all of them, in their order.
    pub records: Vec<CountedRecord>,
}

/// A record that a figure counts, with what it showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportRecord)]
pub struct CountedRecord {
    /// Its kind.
    #[schema(format = "record_kinds", example = "meeting")]
    pub kind: String,
    /// Its id.
    #[schema(example = "0198c0de-0000-7000-8000-000000000007")]
    pub id: Uuid,
    /// Its slug, or the natural key of a record without one; null of what the public does not see.
    #[schema(required, example = "rada-2016-1")]
    pub key: Option<String>,
    /// What it is called; null of what the public does not see, and of what has no name.
    #[schema(required, example = "I spotkanie Rady Programowej w 2016 r.")]
    pub name: Option<String>,
    /// The day by which it counts, where it counts by one.
    #[schema(required, example = "2016-02-24")]
    pub on: Option<NaiveDate>,
}

/// A report in the words of one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportWording)]
pub struct Wording {
    /// What it is called.
    #[schema(example = "Sprawozdanie z działalności w 2016 r.")]
    pub title: String,
    /// Its sections in order.
    pub sections: Vec<WordedSection>,
    /// What the warnings are called.
    #[schema(example = "Uwagi")]
    pub warnings_heading: String,
    /// Where figures disagree, or a sentence lacks what it needs.
    pub warnings: Vec<Note>,
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportWordingSection)]
pub struct WordedSection {
    /// Stable key: a code of the vocabulary `report_sections`.
    #[schema(format = "report_sections", example = "council")]
    pub key: String,
    /// Heading.
    #[schema(example = "Rada Programowa")]
    pub heading: String,
    /// Sentences and added paragraphs, in order.
    pub sentences: Vec<WordedSentence>,
    /// Items of the list that follows the sentence that leads to it.
    pub items: Vec<WordedItem>,
    /// Whether the items are sentences, and numbered, or continue the one that leads to them.
    #[schema(example = false)]
    pub numbered: bool,
}

/// A sentence, or a paragraph that was added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportWordingSentence)]
pub struct WordedSentence {
    /// Stable key.
    #[schema(example = "council")]
    pub key: String,
    /// The sentence.
    #[schema(
        example = "Zorganizowano cztery spotkania Rady Programowej, w trakcie których poruszano tematykę dotyczącą:"
    )]
    pub text: String,
    /// Keys of the figures it states.
    #[schema(example = json!(["council_meetings"]))]
    pub figures: Vec<String>,
    /// What is printed in its place where the items follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub lead: Option<String>,
    /// What it was before somebody edited it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub generated: Option<String>,
    /// Whether it is a paragraph that somebody added.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schema(example = true)]
    pub added: bool,
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportWordingItem)]
pub struct WordedItem {
    /// Stable key.
    #[schema(example = "council.topic.1")]
    pub key: String,
    /// The item, without the punctuation of a list.
    #[schema(
        example = "wypracowania wniosków i rekomendacji na rzecz wsparcia ekonomii społecznej"
    )]
    pub text: String,
    /// What it was before somebody edited it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub generated: Option<String>,
}

/// A note for whoever makes the report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportNote)]
pub struct Note {
    /// Stable code.
    #[schema(example = "communique_coverage")]
    pub code: String,
    /// What is meant.
    #[schema(example = "Komunikaty zamieściło mniej instytucji, niż podpisało umowę.")]
    pub detail: String,
    /// The records where it can be put right, up to 100.
    #[schema(max_items = 100, example = json!(["/api/v1/institutions/0198c0de-0000-7000-8000-000000000001"]))]
    pub records: Vec<String>,
}

/// How many records a note names at most.
const NAMED: usize = 100;

/// Where a record of a kind is read, if a note leads to such.
pub type Address<'a> = &'a dyn Fn(Kind, Uuid) -> Option<String>;

/// A section as it is set on a page, whatever the format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block<'a> {
    /// A paragraph.
    Paragraph(&'a str),
    /// Items with the punctuation of their list.
    List(ListStyle, Vec<String>),
}

/// What records are called, as far as everybody sees them, and where they are listed.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// Slugs and natural keys.
    pub keys: HashMap<Uuid, String>,
    /// Names.
    pub names: HashMap<Uuid, String>,
    /// The lists that show the records of figures.
    pub hrefs: HashMap<FigureKey, String>,
}

/// The records of figures, with what they showed.
pub struct Records<'a> {
    facts: &'a Facts,
    labels: &'a Labels,
    days: HashMap<Uuid, NaiveDate>,
}

impl<'a> Records<'a> {
    /// Those of what was counted.
    pub fn of(facts: &'a Facts, labels: &'a Labels) -> Self {
        Self {
            facts,
            labels,
            days: facts.deciding_days(),
        }
    }

    /// The first records of a figure, in their order.
    pub fn first(&self, figure: &Figure, number: usize) -> Vec<CountedRecord> {
        let of_the_figure = self.facts.deciding_days_of(figure.key);
        let record = |id: &Uuid| CountedRecord {
            kind: figure.selection.kind().name().to_owned(),
            id: *id,
            key: self.labels.keys.get(id).cloned(),
            name: self.labels.names.get(id).cloned(),
            on: of_the_figure.get(id).or_else(|| self.days.get(id)).copied(),
        };
        figure.records.iter().take(number).map(record).collect()
    }
}

impl Content {
    /// Puts together what was counted and worded.
    pub fn of(
        partnership: Subject,
        facts: &Facts,
        figures: &Figures,
        labels: &Labels,
        address: Address<'_>,
        sequence: i64,
    ) -> Self {
        let records = Records::of(facts, labels);
        let figure = |figure: &Figure| Counted {
            value: match &figure.value {
                Value::None => serde_json::Value::Null,
                value => serde_json::to_value(value).unwrap_or_default(),
            },
            href: labels.hrefs.get(&figure.key).cloned().unwrap_or_default(),
            records: records.first(figure, usize::MAX),
        };
        let period = figures.period();
        Self {
            partnership,
            from: period.from(),
            to: period.to(),
            sequence,
            figures: figures
                .iter()
                .map(|known| (known.key.as_str().to_owned(), figure(known)))
                .collect(),
            wording: Language::ALL
                .into_iter()
                .map(|language| {
                    let worded = Worded::of(facts, figures, language);
                    (language.tag().to_owned(), Wording::of(worded, address))
                })
                .collect(),
        }
    }

    /// Its canonical form (RFC 8785), of which its SHA-256 is.
    pub fn canonical(&self) -> Result<String, serde_json::Error> {
        serde_json_canonicalizer::to_string(self)
    }

    /// The sentence or item of a key.
    fn text(&self, language: &str, key: &str) -> Option<&str> {
        let sections = &self.wording.get(language)?.sections;
        let sentences = sections.iter().flat_map(|section| &section.sentences);
        let items = sections.iter().flat_map(|section| &section.items);
        let sentences = sentences.map(|sentence| (&sentence.key, &sentence.text));
        let items = items.map(|item| (&item.key, &item.text));
        let mut texts = sentences.chain(items);
        texts
            .find(|(known, _)| *known == key)
            .map(|(_, text)| text.as_str())
    }

    /// What the program says under a key, and the figures that are stated there.
    pub fn generated(&self, language: &str, key: &str) -> Option<(&str, Vec<&Counted>)> {
        let text = self.text(language, key)?;
        let sections = &self.wording.get(language)?.sections;
        let sentences = sections.iter().flat_map(|section| &section.sentences);
        let stated = sentences
            .filter(|sentence| sentence.key == key)
            .flat_map(|sentence| &sentence.figures)
            .filter_map(|figure| self.figures.get(figure));
        Some((text, stated.collect()))
    }
}

impl Wording {
    /// A report as it was worded.
    pub fn of(worded: Worded, address: Address<'_>) -> Self {
        let note = |warning: Warning| Note::of(warning, address);
        Self {
            title: worded.title,
            sections: worded
                .sections
                .into_iter()
                .map(WordedSection::from)
                .collect(),
            warnings_heading: worded.warnings_heading,
            warnings: worded.warnings.into_iter().map(note).collect(),
        }
    }
}

impl Note {
    /// A warning, with the addresses of its records.
    pub fn of(warning: Warning, address: Address<'_>) -> Self {
        let records = warning.records.iter();
        let records = records.filter_map(|(kind, id)| address(*kind, *id));
        Self {
            code: warning.code.to_owned(),
            detail: warning.detail,
            records: records.take(NAMED).collect(),
        }
    }
}

impl From<super::Section> for WordedSection {
    fn from(section: super::Section) -> Self {
        let sentence = |sentence: super::Sentence| WordedSentence {
            key: sentence.key.to_owned(),
            text: sentence.text,
            figures: sentence
                .figures
                .iter()
                .map(|key| key.as_str().to_owned())
                .collect(),
            lead: sentence.lead,
            ..WordedSentence::default()
        };
        let item = |item: super::Item| WordedItem {
            key: item.key,
            text: item.text,
            generated: None,
        };
        Self {
            key: section.key.to_owned(),
            heading: section.heading,
            sentences: section.sentences.into_iter().map(sentence).collect(),
            items: section.items.into_iter().map(item).collect(),
            numbered: section.list == ListStyle::Sentences,
        }
    }
}

impl WordedSection {
    /// The paragraphs and the list in the order to read them.
    pub fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks = Vec::new();
        for sentence in &self.sentences {
            match &sentence.lead {
                Some(lead) if !self.items.is_empty() => {
                    blocks.push(Block::Paragraph(lead));
                    blocks.push(Block::List(self.style(), self.punctuated_items()));
                }
                _ => blocks.push(Block::Paragraph(&sentence.text)),
            }
        }
        blocks
    }

    fn style(&self) -> ListStyle {
        match self.numbered {
            true => ListStyle::Sentences,
            false => ListStyle::Clauses,
        }
    }

    fn punctuated_items(&self) -> Vec<String> {
        let last = self.items.len().saturating_sub(1);
        let punctuated = |(place, item): (usize, &WordedItem)| match self.style() {
            ListStyle::Clauses => list_item(&item.text, place == last),
            ListStyle::Sentences => end_sentence(&item.text),
        };
        self.items.iter().enumerate().map(punctuated).collect()
    }
}
