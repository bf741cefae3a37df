//! What people write into a report: edited sentences and added paragraphs, which never change or hide a figure.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::content::{Content, Note, WordedSection, WordedSentence};
use super::words::Words;
use crate::fault::{Faults, Rule};
use crate::language::Language;
use crate::wording::Arg;

/// The most edits, or added paragraphs, of a report.
pub const MOST: usize = 200;

fn polish() -> String {
    Language::Pl.tag().to_owned()
}

/// A sentence, or an item of a list, in other words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportEdit)]
pub struct Edit {
    /// The key of the sentence or item.
    #[schema(max_length = 100, example = "owes")]
    pub key: String,
    /// What it is to say. It states every number that it stated.
    #[schema(
        min_length = 1,
        max_length = 2000,
        example = "Uczestniczono w trzech spotkaniach z kadrą OWES w Zielonej Górze."
    )]
    pub text: String,
    /// The language: `pl` or `en`.
    #[serde(default = "polish")]
    #[schema(max_length = 2, default = "pl", example = "pl")]
    pub language: String,
    /// What it said when it was edited; what is sent is ignored. Where it says something else now, the edit is left out, with a warning.
    #[serde(default)]
    #[schema(example = "Uczestniczono w trzech spotkaniach z kadrą OWES.")]
    pub generated: Option<String>,
}

/// A paragraph that is added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportParagraph)]
pub struct Paragraph {
    /// The key of the sentence that it follows, or of the section at whose end it stands.
    #[schema(max_length = 100, example = "owes")]
    pub after: String,
    /// What it says.
    #[schema(
        min_length = 1,
        max_length = 2000,
        example = "Kadra OWES wspierała także założycieli spółdzielni socjalnych."
    )]
    pub text: String,
    /// The language: `pl` or `en`.
    #[serde(default = "polish")]
    #[schema(max_length = 2, default = "pl", example = "pl")]
    pub language: String,
}

/// Notes which edits name nothing, or drop a number, and keeps what each of the others replaces. One that was made before stays
/// as it was, whatever the report says now.
pub fn check_edits(edits: &mut [Edit], before: &[Edit], content: &Content, f: &mut Faults) {
    let mut seen = BTreeSet::new();
    for (index, edit) in edits.iter_mut().enumerate() {
        let at = |field: &str| format!("/edits/{index}/{field}");
        if !seen.insert((edit.language.clone(), edit.key.clone())) {
            f.add(at("key"), Rule::Duplicate);
            continue;
        }
        let same = |known: &&Edit| {
            (&known.language, &known.key, &known.text) == (&edit.language, &edit.key, &edit.text)
        };
        if let Some(known) = before.iter().find(same) {
            edit.generated.clone_from(&known.generated);
            continue;
        }
        let Some((generated, _)) = content.generated(&edit.language, &edit.key) else {
            f.add(at("key"), Rule::DanglingReference);
            continue;
        };
        if !states_the_same(content, edit, generated) {
            f.add(at("text"), Rule::Conflict);
        }
        edit.generated = Some(generated.to_owned());
    }
}

/// Notes which paragraphs follow nothing.
pub fn check_paragraphs(paragraphs: &[Paragraph], content: &Content, f: &mut Faults) {
    for (index, paragraph) in paragraphs.iter().enumerate() {
        let wording = content.wording.get(&paragraph.language);
        let mut sections = wording.into_iter().flat_map(|wording| &wording.sections);
        if !sections.any(|section| place_of(section, &paragraph.after).is_some()) {
            f.add(
                format!("/paragraphs/{index}/after"),
                Rule::DanglingReference,
            );
        }
    }
}

/// Where in a section a paragraph is to stand.
fn place_of(section: &WordedSection, after: &str) -> Option<usize> {
    if section.key == after && section.sentences.iter().all(|known| known.key != after) {
        return Some(section.sentences.len());
    }
    let mut sentences = section.sentences.iter();
    let place = sentences.position(|known| known.key == after)?;
    // After those that were added there before.
    let rest = section.sentences[place + 1..].iter();
    Some(place + 1 + rest.take_while(|known| known.added).count())
}

impl Content {
    /// The same with what people wrote. An edit of what reads differently now is left out, and noted.
    #[must_use]
    pub fn edited(mut self, edits: &[Edit], paragraphs: &[Paragraph]) -> Self {
        for edit in edits {
            if !self.apply(edit) {
                self.note_outdated(edit);
            }
        }
        for (number, paragraph) in (1..).zip(paragraphs) {
            self.insert(number, paragraph);
        }
        self
    }

    fn apply(&mut self, edit: &Edit) -> bool {
        let Some(wording) = self.wording.get_mut(&edit.language) else {
            return false;
        };
        for section in &mut wording.sections {
            let is_same = |text: &String| Some(text) == edit.generated.as_ref();
            for sentence in &mut section.sentences {
                if sentence.key == edit.key && is_same(&sentence.text) {
                    sentence.generated = edit.generated.clone();
                    sentence.text.clone_from(&edit.text);
                    sentence.lead = sentence.lead.as_ref().map(|_| edit.text.clone());
                    return true;
                }
            }
            for item in &mut section.items {
                if item.key == edit.key && is_same(&item.text) {
                    item.generated = edit.generated.clone();
                    item.text.clone_from(&edit.text);
                    return true;
                }
            }
        }
        false
    }

    fn note_outdated(&mut self, edit: &Edit) {
        for language in Language::ALL {
            if let Some(wording) = self.wording.get_mut(language.tag()) {
                let args = [("key", Arg::from(&edit.key))];
                wording.warnings.push(Note {
                    code: "edit_outdated".to_owned(),
                    detail: Words(language).say("warning-edit_outdated", &args),
                    records: Vec::new(),
                });
            }
        }
    }

    fn insert(&mut self, number: usize, paragraph: &Paragraph) {
        let Some(wording) = self.wording.get_mut(&paragraph.language) else {
            return;
        };
        let added = WordedSentence {
            key: format!("added.{number}"),
            text: paragraph.text.clone(),
            added: true,
            ..WordedSentence::default()
        };
        for section in &mut wording.sections {
            if let Some(place) = place_of(section, &paragraph.after) {
                section.sentences.insert(place, added);
                return;
            }
        }
        // What it followed is not told any more: it closes the report.
        if let Some(last) = wording.sections.last_mut() {
            last.sentences.push(added);
        }
    }
}

/// Sections whose items state figures.
const COUNTING_ITEMS: [&str; 2] = ["commitments.", "funding_programmes."];

/// Whether an edited text still states every figure that the text states which it replaces.
fn states_the_same(content: &Content, edit: &Edit, generated: &str) -> bool {
    let language = Language::from_tag(&edit.language).unwrap_or_default();
    let (stated, edited) = (numbers(generated), numbers(&edit.text));
    let figures = content.generated(&edit.language, &edit.key);
    let figures = figures.map_or(Vec::new(), |(_, figures)| figures);
    let counts_items = COUNTING_ITEMS
        .iter()
        .any(|below| edit.key.starts_with(below));
    let kept = |number: &u64| !stated.contains(number) || edited.contains(number);
    let numbers = figures.iter().flat_map(|figure| integers(&figure.value));
    let dates = figures.iter().flat_map(|figure| days(&figure.value));
    let dates = dates.map(|day| Words(language).date(day));
    let says = |day: String| !generated.contains(&day) || edit.text.contains(&day);
    let mut numbers = numbers.collect::<BTreeSet<_>>();
    if counts_items {
        numbers.extend(&stated);
    }
    numbers.iter().all(kept) && dates.into_iter().all(says)
}

fn integers(value: &serde_json::Value) -> Vec<u64> {
    match value {
        serde_json::Value::Object(parts) => parts
            .values()
            .filter_map(serde_json::Value::as_u64)
            .collect(),
        value => value.as_u64().into_iter().collect(),
    }
}

fn days(value: &serde_json::Value) -> Vec<chrono::NaiveDate> {
    let day = |value: &serde_json::Value| value.as_str()?.parse().ok();
    match value {
        serde_json::Value::Array(days) => days.iter().filter_map(day).collect(),
        value => day(value).into_iter().collect(),
    }
}

/// The forms of numbers that are written in words, in both languages.
const WORDS: [(u64, &str); 10] = [
    (1, "jeden jedna jedno jedną jednym jednej jednego one once"),
    (2, "dwa dwie dwóch dwoma two twice"),
    (3, "trzy trzech trzema three"),
    (4, "cztery czterech czterema four"),
    (5, "pięć pięciu pięcioma five"),
    (6, "sześć sześciu sześcioma six"),
    (7, "siedem siedmiu siedmioma seven"),
    (8, "osiem ośmiu ośmioma eight"),
    (9, "dziewięć dziewięciu dziewięcioma nine"),
    (10, "dziesięć dziesięciu dziesięcioma ten"),
];

/// The numbers that a text states, in digits or in words, and where in it.
pub fn number_spans(text: &str) -> Vec<(Range<usize>, u64)> {
    static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\w+").ok());
    let number = |word: &str| {
        let word = word.to_lowercase();
        let in_words = |(_, forms): &&(u64, &str)| forms.split(' ').any(|form| form == word);
        let worded = || WORDS.iter().find(in_words).map(|(number, _)| *number);
        word.parse().ok().or_else(worded)
    };
    let words = WORD.iter().flat_map(|word| word.find_iter(text));
    words
        .filter_map(|word| Some((word.range(), number(word.as_str())?)))
        .collect()
}

fn numbers(text: &str) -> BTreeSet<u64> {
    let spans = number_spans(text).into_iter();
    spans.map(|(_, number)| number).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::check::{expected, faults};
    use crate::report::{Facts, Labels, Subject, count};

    fn content() -> Content {
        let facts = Facts::default();
        let period = crate::period::Period::year(2016).unwrap();
        let subject = Subject {
            id: uuid::Uuid::nil(),
            slug: "p".into(),
            name: "P".into(),
        };
        let figures = count(&facts, period);
        let mut content = Content::of(subject, &facts, &figures, &Labels::default(), 1);
        let meetings = content.figures.get_mut("owes_meetings").unwrap();
        meetings.value = json!(3);
        let wording = content.wording.get_mut("pl").unwrap();
        let sections = wording.sections.iter_mut();
        let section = sections.into_iter().find(|section| section.key == "owes");
        section.unwrap().sentences[0].text = "Uczestniczono w trzech spotkaniach w 2016 r.".into();
        content
    }

    fn edit(key: &str, text: &str) -> Edit {
        Edit {
            key: key.into(),
            text: text.into(),
            language: "pl".into(),
            generated: None,
        }
    }

    fn section<'a>(content: &'a Content, key: &str) -> &'a WordedSection {
        let sections = &content.wording["pl"].sections;
        sections.iter().find(|section| section.key == key).unwrap()
    }

    #[test]
    fn numbers_are_read_in_digits_and_in_words() {
        assert_eq!(
            numbers("W 2016 r. trzech, Cztery i 69."),
            BTreeSet::from([3, 4, 69, 2016])
        );
    }

    #[test]
    fn an_edit_keeps_every_figure() {
        for (text, kept) in [
            ("Były 3 spotkania.", true),
            ("Spotkano się trzy razy.", true),
            ("Było wiele spotkań.", false),
            ("Były cztery spotkania.", false),
        ] {
            let mut f = Faults::new();
            check_edits(&mut [edit("owes", text)], &[], &content(), &mut f);
            assert_eq!(f.is_empty(), kept, "{text}");
        }
        let mut f = Faults::new();
        let mut edits = [edit("owes", "3"), edit("owes", "3"), edit("nothing", "3")];
        check_edits(&mut edits, &[], &content(), &mut f);
        assert_eq!(
            faults(f.finish()),
            expected(&[
                ("/edits/1/key", Rule::Duplicate),
                ("/edits/2/key", Rule::DanglingReference),
            ])
        );
    }

    #[test]
    fn an_edit_of_what_reads_differently_now_is_left_out() {
        let mut edits = vec![edit("owes", "Były 3 spotkania.")];
        check_edits(&mut edits, &[], &content(), &mut Faults::new());
        let edited = content().edited(&edits, &[]);
        let sentence = &section(&edited, "owes").sentences[0];
        assert_eq!(sentence.text, "Były 3 spotkania.");
        assert_eq!(sentence.generated, edits[0].generated);
        edits[0].generated = Some("Uczestniczono w dwóch spotkaniach.".into());
        let outdated = content().edited(&edits, &[]);
        assert_eq!(section(&outdated, "owes"), section(&content(), "owes"));
        let codes = |content: &Content, language: &str| {
            let warnings = content.wording[language].warnings.iter();
            warnings.filter(|note| note.code == "edit_outdated").count()
        };
        assert_eq!((codes(&outdated, "pl"), codes(&outdated, "en")), (1, 1));
        assert_eq!(codes(&edited, "pl"), 0);
    }

    #[test]
    fn paragraphs_stand_in_their_order_after_what_they_follow() {
        let paragraph = |after: &str, text: &str| Paragraph {
            after: after.into(),
            text: text.into(),
            language: "pl".into(),
        };
        let paragraphs = [
            paragraph("owes", "Pierwszy."),
            paragraph("owes", "Drugi."),
            paragraph("assembly", "Trzeci."),
        ];
        let mut f = Faults::new();
        check_paragraphs(&paragraphs, &content(), &mut f);
        assert!(f.is_empty());
        let edited = content().edited(&[], &paragraphs);
        let texts: Vec<_> = section(&edited, "owes").sentences[1..]
            .iter()
            .map(|sentence| (sentence.text.as_str(), sentence.added))
            .collect();
        assert_eq!(texts, [("Pierwszy.", true), ("Drugi.", true)]);
        assert_eq!(section(&edited, "assembly").sentences.len(), 2);
        check_paragraphs(&[paragraph("nowhere", "x")], &content(), &mut f);
        assert_eq!(
            faults(f.finish()),
            expected(&[("/paragraphs/0/after", Rule::DanglingReference)])
        );
    }
}
