//! The report as PDF: tagged (PDF/UA-1) and archivable (PDF/A-2a), with a title page, a table of contents and page numbers.
//!
//! Typst typesets it from the template `report.typ`, which reads the data that this file prepares.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use domain::language::Language;
use domain::report::content::Wording;
use domain::report::typography::non_breaking;
use domain::report::{Block, Content, ListStyle};
use serde::Serialize;
use typst::diag::{FileError, FileResult, SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, comemo};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, pdf};

use super::charts::{self, colour};
use super::figures;
use super::words::say;
use crate::problem::{Kind, Problem};

const TEMPLATE: &str = include_str!("report.typ");

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// The fonts that come with Typst. With those of the system a report would look different on every server.
static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let fonts = typst_assets::fonts().map(Bytes::new);
    fonts.flat_map(Font::iter).collect()
});

static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

/// What the template reads.
#[derive(Serialize)]
struct Paper<'a> {
    language: &'static str,
    /// Year, month and day on which it was made.
    date: [u32; 3],
    title: String,
    partnership: &'a str,
    contents: &'static str,
    sections: Vec<Section<'a>>,
    charts_heading: &'static str,
    charts: Vec<Chart>,
    figures_heading: &'static str,
    figures_head: [&'static str; 3],
    figures: Vec<[String; 3]>,
}

#[derive(Serialize)]
struct Section<'a> {
    heading: &'a str,
    blocks: Vec<Part>,
}

/// A paragraph, or the items of a list.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Paragraph(String),
    Bullets(Vec<String>),
    Numbers(Vec<String>),
}

#[derive(Serialize)]
struct Chart {
    title: String,
    picture: String,
    of: String,
    series: Vec<Series>,
    rows: Vec<Vec<String>>,
}

#[derive(Serialize)]
struct Series {
    name: String,
    colour: String,
}

/// Renders the report of a partnership; `earlier` are reports of earlier years that it is shown beside, and `on` is the day on which it is made.
pub fn render(
    content: &Content,
    report: &Wording,
    language: Language,
    earlier: &[Content],
    on: NaiveDate,
) -> Result<Vec<u8>, Problem> {
    let charts = charts::of(content, language, earlier);
    let pictures = charts
        .iter()
        .map(|chart| Bytes::from_string(drawable(&chart.svg())));
    let pictures: Vec<_> = pictures.collect();
    let warnings = Section {
        heading: &report.warnings_heading,
        blocks: vec![Part::Bullets(
            report
                .warnings
                .iter()
                .map(|warning| non_breaking(&warning.detail))
                .collect(),
        )],
    };
    let sections = report.sections.iter().map(|section| Section {
        heading: &section.heading,
        blocks: section.blocks().iter().map(Part::of).collect(),
    });
    let warnings = Some(warnings).filter(|_| !report.warnings.is_empty());
    let figures = figures::in_order(content)
        .into_iter()
        .flat_map(|(key, figure)| {
            let shown = figures::values(content, key, figure, language).into_iter();
            shown.map(|shown| [shown.label, shown.value, figure.records.len().to_string()])
        });
    let paper = Paper {
        language: language.tag(),
        date: [on.year().cast_unsigned(), on.month(), on.day()],
        title: non_breaking(&report.title),
        partnership: &content.partnership.name,
        contents: say(language, "contents"),
        sections: sections.chain(warnings).collect(),
        charts_heading: say(language, "charts"),
        charts: charts.into_iter().enumerate().map(Chart::of).collect(),
        figures_heading: say(language, "figures"),
        figures_head: ["figure", "value", "records"].map(|name| say(language, name)),
        figures: figures.collect(),
    };
    let json = serde_json::to_string(&paper).map_err(|_| Problem::of(Kind::Internal))?;
    let files = Files {
        template: Source::detached(TEMPLATE),
        paper: Bytes::from_string(drawable(&json)),
        pictures,
    };
    let set = files.set();
    // The cache would take more memory than it saves time.
    comemo::evict(0);
    set.map_err(|errors| {
        for error in errors {
            tracing::error!(message = %error.message, hints = ?error.hints, "A report could not be typeset as PDF");
        }
        Problem::of(Kind::Internal)
    })
}

/// Stands for a character that no font contains, such as an emoji: the standards require a glyph for every character.
const NO_GLYPH: char = '□';

/// A text in which every character has a glyph. It stays valid JSON or SVG, whose syntax is ASCII.
fn drawable(text: &str) -> String {
    let has_glyph = |letter: char| {
        let mut fonts = FONTS.iter();
        fonts.any(|font| font.info().coverage.contains(letter.into()))
    };
    let shown = |letter: char| match letter {
        _ if letter.is_ascii() || has_glyph(letter) => Some(letter),
        // Invisible by design: joiners, direction marks, variation selectors.
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' => None,
        _ => Some(NO_GLYPH),
    };
    text.chars().filter_map(shown).collect()
}

impl Part {
    fn of(block: &Block<'_>) -> Self {
        match block {
            Block::Paragraph(text) => Self::Paragraph(non_breaking(text)),
            Block::List(ListStyle::Sentences, items) => {
                Self::Numbers(items.iter().map(|item| non_breaking(item)).collect())
            }
            Block::List(_, items) => {
                Self::Bullets(items.iter().map(|item| non_breaking(item)).collect())
            }
        }
    }
}

impl Chart {
    fn of((place, chart): (usize, charts::Chart)) -> Self {
        let series = chart.series.into_iter().enumerate();
        let row = |(name, counts): (String, Vec<u64>)| {
            let counts = counts.iter().map(u64::to_string);
            std::iter::once(name).chain(counts).collect()
        };
        Self {
            title: chart.title,
            picture: format!("{place}.svg"),
            of: chart.of,
            series: series
                .map(|(place, name)| Series {
                    name,
                    colour: colour(place),
                })
                .collect(),
            rows: chart.rows.into_iter().map(row).collect(),
        }
    }
}

/// The files that Typst may read: the template, what it shows, and the charts.
struct Files {
    template: Source,
    paper: Bytes,
    pictures: Vec<Bytes>,
}

impl Files {
    fn set(&self) -> Result<Vec<u8>, Vec<SourceDiagnostic>> {
        let Warned { output, warnings } = typst::compile::<PagedDocument>(self);
        for warning in warnings {
            tracing::warn!(message = %warning.message, "A report was typeset as PDF with a warning");
        }
        let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]);
        let standards = standards.unwrap_or_default();
        let options = PdfOptions {
            standards,
            ..PdfOptions::default()
        };
        let document = output.map_err(|errors| errors.to_vec())?;
        pdf(&document, &options).map_err(|errors| errors.to_vec())
    }
}

impl World for Files {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        match id == self.main() {
            true => Ok(self.template.clone()),
            false => Err(FileError::AccessDenied),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = id.vpath().get_without_slash();
        if name == "report.json" {
            return Ok(self.paper.clone());
        }
        let place = name
            .strip_suffix(".svg")
            .and_then(|place| place.parse::<usize>().ok());
        let picture = place.and_then(|place| self.pictures.get(place));
        picture.cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
