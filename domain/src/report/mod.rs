//! Reports of a period: facts are counted into figures, figures are worded into sentences, and what is handed in is kept.
//!
//! Every figure carries the records it counts, and every sentence the figures it states, so that nothing in a report has to
//! be believed.

pub mod comparison;
pub mod content;
mod count;
pub mod dates;
pub mod edit;
pub mod facts;
pub mod figures;
pub mod keys;
pub mod markdown;
mod rules;
pub mod sections;
pub mod typography;
mod warnings;
mod worded;
mod words;

pub use content::{Block, Content, Labels, Subject};
pub use count::{COUNTED_MEETINGS, COUNTED_OUTPUTS, COUNTED_TOPICS, NAMED_MEETINGS, count};
pub use facts::Facts;
pub use figures::{Figure, Figures, Selection, Value};
pub use keys::FigureKey;
pub use rules::kept;
pub use sections::{Item, ListStyle, Section, Sentence, compose};
pub use warnings::Warning;
pub use worded::Worded;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::fault::{Faults, Rule};
use crate::language::Language;
use crate::link::Link;
use crate::period::Period;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given, never};
use crate::state::Machine;
use content::Note;
use edit::{Edit, Paragraph};
use words::Words;

/// Which status may follow which.
pub const TRANSITIONS: Machine = Machine(&[
    ("draft", &["in_review"]),
    ("in_review", &["approved", "draft"]),
    ("approved", &["frozen", "draft"]),
    ("frozen", &["submitted"]),
    ("submitted", &["acknowledged", "returned"]),
    ("acknowledged", &[]),
    ("returned", &[]),
]);

/// The statuses of what is frozen, and can be read by everybody.
pub const FROZEN: [&str; 4] = ["frozen", "submitted", "acknowledged", "returned"];

/// What no report is called, because paths and comparisons mean something else by it.
const RESERVED: [&str; 2] = ["activity", "live"];

/// The report of a period: a draft shows what the records say now, a frozen one what they said then.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the partnership; made from the period when absent. `activity` and `live` are reserved.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "sprawozdanie-2016"
    )]
    pub slug: String,
    /// First day of the period.
    #[schema(example = "2016-01-01")]
    pub from: NaiveDate,
    /// Last day of the period.
    #[schema(example = "2016-12-31")]
    pub to: NaiveDate,
    /// What it is called, in both languages; made from the period when absent, and then in each language its own.
    #[schema(max_length = 300, example = "Sprawozdanie z działalności w 2016 r.")]
    pub title: Option<String>,
    /// Codes of the vocabulary `report_sections`: what it tells; everything when empty. It has every figure.
    #[serde(default)]
    #[schema(format = "report_sections", max_items = 200, example = json!([]))]
    pub sections: Vec<String>,
    /// Sentences and items in other words.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub edits: Vec<Edit>,
    /// Added paragraphs.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub paragraphs: Vec<Paragraph>,
    /// The report of the same period that was returned, whose place it takes, and no other report does. A new report takes over its edits and
    /// paragraphs where it has none.
    #[schema(value_type = Option<String>, format = "link", example = "sprawozdanie-2016")]
    pub supersedes: Option<Link<Report>>,
    /// Code of the vocabulary `report_statuses`.
    #[serde(default, deserialize_with = "never")]
    #[schema(format = "report_statuses", read_only, example = "frozen")]
    pub status: String,
    /// What was found to disagree when it was put in review, approved or frozen, the last time.
    #[serde(skip)]
    pub warnings: Vec<Note>,
    /// SHA-256 of what was approved, in hexadecimal digits: of the canonical form (RFC 8785) of the content with 0 as its `sequence`.
    #[serde(default, deserialize_with = "never")]
    #[schema(
        read_only,
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub approved_sha256: Option<String>,
    /// When it was frozen.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "2017-01-20T10:00:00Z")]
    pub frozen_at: Option<DateTime<Utc>>,
    /// Number of the latest change that was there when it was frozen.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, minimum = 0, example = 640)]
    pub sequence: Option<i64>,
    /// SHA-256 of the frozen content, in hexadecimal digits: of its canonical form (RFC 8785), as `/reports/{report}.json` answers it.
    #[serde(default, deserialize_with = "never")]
    #[schema(
        read_only,
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub sha256: Option<String>,
    /// The day it was submitted.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "2017-01-31")]
    pub submitted_on: Option<NaiveDate>,
    /// The day it was acknowledged or returned.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "2017-02-14")]
    pub answered_on: Option<NaiveDate>,
    /// Why it was returned, or what was said when it was acknowledged: the `reason` of that step. Everybody reads it.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "Brakuje sprawozdania z konferencji.")]
    pub note: Option<String>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Report {
    const KIND: Kind = Kind::Report;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl Report {
    /// Whether what it says is kept and does not change any more.
    pub fn is_frozen(&self) -> bool {
        FROZEN.contains(&self.status.as_str())
    }

    /// The day on which it was frozen, in a time zone.
    pub fn frozen_on(&self, zone: Tz) -> Option<NaiveDate> {
        let at = self.frozen_at?.with_timezone(&zone);
        Some(at.date_naive())
    }

    /// Its period.
    pub fn period(&self) -> Option<Period> {
        Period::new(self.from, self.to).ok()
    }

    /// What it is called in a language.
    pub fn title_in(&self, language: Language) -> String {
        let own = self
            .title
            .clone()
            .filter(|title| *title != self.made_title(Language::Pl));
        own.unwrap_or_else(|| self.made_title(language))
    }

    fn made_title(&self, language: Language) -> String {
        let made = self.period().map(|period| Words(language).title(period));
        made.unwrap_or_default()
    }

    /// What it says, of what the records say now.
    pub fn told(&self, content: Content) -> Content {
        let mut content = content.edited(&self.edits, &self.paragraphs);
        for language in Language::ALL {
            if let Some(wording) = content.wording.get_mut(language.tag()) {
                wording.title = self.title_in(language);
                let is_told =
                    |key: &String| self.sections.is_empty() || self.sections.contains(key);
                wording.sections.retain(|section| is_told(&section.key));
            }
        }
        content
    }
}

impl Shape for Report {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    /// A title that was made follows the period.
    fn as_sent(&mut self) {
        let made = self.made_title(Language::Pl);
        self.title = self.title.take().filter(|title| *title != made);
    }

    fn keep(&mut self, stored: &Self) {
        let sent = std::mem::replace(self, stored.clone());
        self.slug = sent.slug;
        self.from = sent.from;
        self.to = sent.to;
        self.title = sent.title;
        self.sections = sent.sections;
        self.edits = sent.edits;
        self.paragraphs = sent.paragraphs;
        self.supersedes = sent.supersedes;
        self.external_ids = sent.external_ids;
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        match Period::new(self.from, self.to) {
            Ok(_) if Period::year(self.from.year()).is_err() => f.add("/from", Rule::Range),
            Ok(_) => {}
            Err(rule) => f.add("/to", rule),
        }
        let year = self.period().and_then(Period::as_year);
        let named = match year {
            Some(year) => format!("sprawozdanie {year}"),
            None => format!("sprawozdanie {} {}", self.from, self.to),
        };
        f.slug(&mut self.slug, &named);
        if RESERVED.contains(&self.slug.as_str()) {
            f.add("/slug", Rule::Conflict);
        }
        f.optional_line("/title", &mut self.title, 300);
        if self.title.is_none() && self.period().is_some() {
            self.title = Some(self.made_title(Language::Pl));
        }
        f.codes("/sections", "report_sections", &mut self.sections);
        f.code_or("/status", "report_statuses", &mut self.status, "draft");
        for (pointer, length) in [
            ("/edits", self.edits.len()),
            ("/paragraphs", self.paragraphs.len()),
        ] {
            if length > edit::MOST {
                f.add(pointer, Rule::Length);
            }
        }
        for (index, edit) in self.edits.iter_mut().enumerate() {
            let at = |field: &str| format!("/edits/{index}/{field}");
            f.line(&at("key"), &mut edit.key, 100);
            f.line(&at("text"), &mut edit.text, 2000);
            check_language(f, at("language"), &edit.language);
        }
        for (index, paragraph) in self.paragraphs.iter_mut().enumerate() {
            let at = |field: &str| format!("/paragraphs/{index}/{field}");
            f.line(&at("after"), &mut paragraph.after, 100);
            f.line(&at("text"), &mut paragraph.text, 2000);
            check_language(f, at("language"), &paragraph.language);
        }
        f.external_ids(&mut self.external_ids);
    }
}

fn check_language(f: &mut Faults, pointer: String, tag: &str) {
    if !Language::ALL.iter().any(|language| language.tag() == tag) {
        f.add(pointer, Rule::UnknownCode);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};
    use crate::vocabulary;

    fn of(from: &str, to: &str) -> Report {
        Report {
            from: day(from),
            to: day(to),
            ..Default::default()
        }
    }

    #[test]
    fn it_is_called_by_its_period() {
        let checked = |report: Report| report.checked(&on("2017-01-05")).unwrap().into_inner();
        let year = checked(of("2016-01-01", "2016-12-31"));
        assert_eq!(
            (year.slug.as_str(), year.status.as_str()),
            ("sprawozdanie-2016", "draft")
        );
        assert_eq!(year.title_in(Language::En), "Activity report for 2016");
        let half = checked(of("2016-01-01", "2016-06-30"));
        assert_eq!(half.slug, "sprawozdanie-2016-01-01-2016-06-30");
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = Report {
            slug: "live".into(),
            sections: vec!["weather".into()],
            edits: vec![Edit {
                language: "de".into(),
                ..Edit::default()
            }],
            paragraphs: vec![Paragraph {
                after: "owes".into(),
                language: "pl".into(),
                ..Paragraph::default()
            }],
            ..of("2016-01-01", "2017-12-31")
        };
        assert_eq!(
            faults(broken.checked(&on("2017-01-05"))),
            expected(&[
                ("/edits/0/key", Rule::Length),
                ("/edits/0/language", Rule::UnknownCode),
                ("/edits/0/text", Rule::Length),
                ("/paragraphs/0/text", Rule::Length),
                ("/sections/0", Rule::UnknownCode),
                ("/slug", Rule::Conflict),
            ])
        );
        let backwards = of("2016-12-31", "2016-01-01").checked(&on("2017-01-05"));
        assert_eq!(faults(backwards), expected(&[("/to", Rule::Order)]));
    }

    #[test]
    fn every_section_is_a_code() {
        let sections = vocabulary::find("report_sections").unwrap();
        for term in &sections.terms {
            let heading = |language| Words(language).say(&format!("{}-heading", term.code), &[]);
            assert_eq!(
                (&term.pl, &term.en),
                (&heading(Language::Pl), &heading(Language::En))
            );
        }
    }
}
