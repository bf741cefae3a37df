//! What people write into a report: edited sentences and added paragraphs, which never change or hide a figure.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use chrono::Datelike;
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
    /// What it is to say. Where it states figures it states the same numbers in the same order, in digits, or in words up to ten, and dates
    /// as they stood; a year of the period may be added. Items of `commitments` and `funding_programmes` cannot be edited.
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
    #[schema(
        max_length = 20_000,
        example = "Uczestniczono w trzech spotkaniach z kadrą OWES."
    )]
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
        if !content.wording.contains_key(&edit.language) {
            continue;
        }
        let Some((generated, _)) = content.generated(&edit.language, &edit.key) else {
            f.add(at("key"), Rule::DanglingReference);
            continue;
        };
        if !states_the_same(content, edit, generated) {
            f.add(at("text"), Rule::OtherFigures);
        }
        edit.generated = Some(generated.to_owned());
    }
}

/// Notes which paragraphs follow nothing, of those that were not there before.
pub fn check_paragraphs(
    paragraphs: &[Paragraph],
    before: &[Paragraph],
    content: &Content,
    f: &mut Faults,
) {
    let new = |(_, paragraph): &(usize, &Paragraph)| !before.contains(paragraph);
    for (index, paragraph) in paragraphs.iter().enumerate().filter(new) {
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
                self.note("edit_outdated", &edit.key);
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

    /// Notes what became of something that people wrote.
    fn note(&mut self, code: &str, key: &str) {
        for language in Language::ALL {
            if let Some(wording) = self.wording.get_mut(language.tag()) {
                let args = [("key", Arg::from(key))];
                wording.warnings.push(Note {
                    code: code.to_owned(),
                    detail: Words(language).say(&format!("warning-{code}"), &args),
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
        self.note("paragraph_moved", &paragraph.after);
    }
}

/// Sections whose items state figures: these say what their records say.
const COUNTING_ITEMS: [&str; 2] = ["commitments.", "funding_programmes."];

/// Whether an edited text states every number and date that the text states which it replaces, in the same order, and no other; a year of
/// the period may be added. A text that states that there was nothing cannot be told otherwise.
fn states_the_same(content: &Content, edit: &Edit, generated: &str) -> bool {
    if COUNTING_ITEMS
        .iter()
        .any(|below| edit.key.starts_with(below))
    {
        return false;
    }
    let figures = content.generated(&edit.language, &edit.key);
    let figures = figures.map_or(Vec::new(), |(_, figures)| figures);
    if figures.is_empty() {
        return true;
    }
    let stated = numbers(generated);
    if stated.is_empty()
        && figures
            .iter()
            .any(|figure| figure.value.as_u64() == Some(0))
    {
        return false;
    }
    let years = [content.from.year(), content.to.year()].map(|year| u64::from(year.unsigned_abs()));
    let mut rest = stated.iter().peekable();
    let is_known = |number: u64| rest.next_if(|next| **next == number).is_some();
    let mut is_known = is_known;
    let edited = numbers(&edit.text).into_iter();
    let others: Vec<u64> = edited.filter(|number| !is_known(*number)).collect();
    let all_stated = rest.peek().is_none();
    let language = Language::from_tag(&edit.language).unwrap_or_default();
    let dates = figures.iter().flat_map(|figure| days(&figure.value));
    let mut dates = dates.map(|day| Words(language).date(day));
    let says = |day: String| !generated.contains(&day) || edit.text.contains(&day);
    all_stated && others.iter().all(|number| years.contains(number)) && dates.all(says)
}

fn days(value: &serde_json::Value) -> Vec<chrono::NaiveDate> {
    let day = |value: &serde_json::Value| value.as_str()?.parse().ok();
    match value {
        serde_json::Value::Array(days) => days.iter().filter_map(day).collect(),
        value => day(value).into_iter().collect(),
    }
}

/// The forms of numbers that are written in words, in both languages. One of several words is read as several, so that it never passes for
/// one of its parts.
const WORDS: [(u64, &str); 29] = [
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
    (11, "jedenaście jedenastu eleven"),
    (12, "dwanaście dwunastu twelve"),
    (13, "trzynaście trzynastu thirteen"),
    (14, "czternaście czternastu fourteen"),
    (15, "piętnaście piętnastu fifteen"),
    (16, "szesnaście szesnastu sixteen"),
    (17, "siedemnaście siedemnastu seventeen"),
    (18, "osiemnaście osiemnastu eighteen"),
    (19, "dziewiętnaście dziewiętnastu nineteen"),
    (20, "dwadzieścia dwudziestu twenty"),
    (30, "trzydzieści trzydziestu thirty"),
    (40, "czterdzieści czterdziestu forty"),
    (50, "pięćdziesiąt pięćdziesięciu fifty"),
    (60, "sześćdziesiąt sześćdziesięciu sixty"),
    (70, "siedemdziesiąt siedemdziesięciu seventy"),
    (80, "osiemdziesiąt osiemdziesięciu eighty"),
    (90, "dziewięćdziesiąt dziewięćdziesięciu ninety"),
    (100, "sto stu hundred"),
    (1000, "tysiąc tysiąca tysięcy thousand"),
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

fn numbers(text: &str) -> Vec<u64> {
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
        let mut content = Content::of(
            subject,
            &facts,
            &figures,
            &Labels::default(),
            &|_, _| None,
            1,
        );
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
        assert_eq!(numbers("W 2016 r. trzech, Cztery i 69."), [2016, 3, 4, 69]);
    }

    #[test]
    fn an_edit_keeps_every_figure() {
        for (text, kept) in [
            ("Były 3 spotkania, w 2016 r.", true),
            (
                "Spotkano się trzy razy w 2016 r., a dokładnie w roku 2016.",
                true,
            ),
            ("Były 3 spotkania.", false),
            ("Było wiele spotkań.", false),
            ("Były cztery spotkania.", false),
            ("W trzydziestu trzech spotkaniach w 2016 r.", false),
            ("W 2016 r. trzy.", false),
            ("Były 3 spotkania w 2016 r. w 2 miastach.", false),
        ] {
            let mut f = Faults::new();
            check_edits(&mut [edit("owes", text)], &[], &content(), &mut f);
            assert_eq!(f.is_empty(), kept, "{text}");
        }
        let mut f = Faults::new();
        let text = "3 spotkania w 2016 r.";
        let mut edits = [
            edit("owes", text),
            edit("owes", text),
            edit("nothing", text),
        ];
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
        let mut edits = vec![edit("owes", "Były 3 spotkania w 2016 r.")];
        check_edits(&mut edits, &[], &content(), &mut Faults::new());
        let edited = content().edited(&edits, &[]);
        let sentence = &section(&edited, "owes").sentences[0];
        assert_eq!(sentence.text, "Były 3 spotkania w 2016 r.");
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
        check_paragraphs(&paragraphs, &[], &content(), &mut f);
        assert!(f.is_empty());
        let edited = content().edited(&[], &paragraphs);
        let texts: Vec<_> = section(&edited, "owes").sentences[1..]
            .iter()
            .map(|sentence| (sentence.text.as_str(), sentence.added))
            .collect();
        assert_eq!(texts, [("Pierwszy.", true), ("Drugi.", true)]);
        assert_eq!(section(&edited, "assembly").sentences.len(), 2);
        let nowhere = [paragraph("nowhere", "x")];
        check_paragraphs(&nowhere, &nowhere, &content(), &mut f);
        assert!(f.is_empty());
        check_paragraphs(&nowhere, &[], &content(), &mut f);
        assert_eq!(
            faults(f.finish()),
            expected(&[("/paragraphs/0/after", Rule::DanglingReference)])
        );
    }
}
