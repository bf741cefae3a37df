//! The report as a document of Office Open XML: real headings, lists and a table, for whoever has to edit it.

use std::io::Cursor;

use docx_rs::{
    AbstractNumbering, Docx, Footer, IndentLevel, Level, LevelJc, LevelOverride, LevelText,
    NumberFormat, Numbering, NumberingId, PageNum, Paragraph, Run, RunFonts, SpecialIndentType,
    Start, Style, StyleType, Table, TableCell, TableRow, WidthType,
};
use domain::language::Language;
use domain::report::content::Wording;
use domain::report::typography::non_breaking;
use domain::report::{Block, Content, ListStyle};

use super::figures;
use super::words::say;
use crate::problem::{Kind, Problem};

/// The kinds of lists that there are.
const BULLETS: usize = 2;
const NUMBERS: usize = 3;

/// A4, and the margins, in twentieths of a point.
const PAGE: (u32, u32) = (11_906, 16_838);

/// Renders the report of a partnership.
pub fn render(content: &Content, report: &Wording, language: Language) -> Result<Vec<u8>, Problem> {
    let mut document = Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .default_fonts(
            RunFonts::new()
                .ascii("Calibri")
                .hi_ansi("Calibri")
                .cs("Calibri"),
        )
        .default_size(22)
        .add_style(heading("Title", "Title", 40, None))
        .add_style(heading("Heading1", "heading 1", 28, Some(0)))
        .add_abstract_numbering(list(BULLETS, "bullet", "•"))
        .add_numbering(Numbering::new(BULLETS, BULLETS))
        .add_abstract_numbering(list(NUMBERS, "decimal", "%1."))
        .add_numbering(Numbering::new(NUMBERS, NUMBERS))
        .footer(Footer::new().add_paragraph(Paragraph::new().add_page_num(PageNum::new())))
        .add_paragraph(styled("Title", &report.title))
        .add_paragraph(plain(&content.partnership.name));
    // Each numbered list begins with one.
    let mut numbering = NUMBERS;
    for section in &report.sections {
        document = document.add_paragraph(styled("Heading1", &section.heading));
        for block in section.blocks() {
            match block {
                Block::Paragraph(text) => document = document.add_paragraph(plain(text)),
                Block::List(style, items) => {
                    let list = match style {
                        ListStyle::Clauses => BULLETS,
                        ListStyle::Sentences => {
                            numbering += 1;
                            let anew = LevelOverride::new(0).start(1);
                            let own = Numbering::new(numbering, NUMBERS).add_override(anew);
                            document = document.add_numbering(own);
                            numbering
                        }
                    };
                    for item in &items {
                        let numbered = (NumberingId::new(list), IndentLevel::new(0));
                        let item = plain(item).numbering(numbered.0, numbered.1);
                        document = document.add_paragraph(item);
                    }
                }
            }
        }
    }
    if !report.warnings.is_empty() {
        document = document.add_paragraph(styled("Heading1", &report.warnings_heading));
        for warning in &report.warnings {
            let item = plain(&warning.detail);
            let item = item.numbering(NumberingId::new(BULLETS), IndentLevel::new(0));
            document = document.add_paragraph(item);
        }
    }
    document = document
        .add_paragraph(styled("Heading1", say(language, "figures")))
        .add_table(table(content, language));
    let mut file = Cursor::new(Vec::new());
    let packed = document.build().pack(&mut file);
    packed.map_err(|error| {
        tracing::error!(%error, "A document could not be written");
        Problem::of(Kind::Internal)
    })?;
    Ok(file.into_inner())
}

fn heading(id: &str, name: &str, size: usize, outline: Option<usize>) -> Style {
    let style = Style::new(id, StyleType::Paragraph);
    let style = style.name(name).size(size).bold();
    match outline {
        Some(level) => style.outline_lvl(level),
        None => style,
    }
}

fn list(id: usize, format: &str, text: &str) -> AbstractNumbering {
    let level = Level::new(
        0,
        Start::new(1),
        NumberFormat::new(format),
        LevelText::new(text),
        LevelJc::new("left"),
    );
    let hanging = Some(SpecialIndentType::Hanging(360));
    AbstractNumbering::new(id).add_level(level.indent(Some(720), hanging, None, None))
}

fn plain(text: &str) -> Paragraph {
    Paragraph::new().add_run(Run::new().add_text(non_breaking(text)))
}

fn styled(style: &str, text: &str) -> Paragraph {
    plain(text).style(style).keep_next(true)
}

/// All figures, with what they say.
fn table(content: &Content, language: Language) -> Table {
    let cell = |paragraph: Paragraph| TableCell::new().add_paragraph(paragraph);
    let head = ["figure", "value"].map(|name| cell(plain(say(language, name)).bold()));
    let mut rows = vec![TableRow::new(head.into())];
    for (key, figure) in figures::in_order(content) {
        for shown in figures::values(content, key, figure, language) {
            let cells = [&shown.label, &shown.value].map(|text| cell(plain(text)));
            rows.push(TableRow::new(cells.into()).cant_split());
        }
    }
    Table::new(rows)
        .set_grid(vec![6500, 2500])
        .width(9000, WidthType::Dxa)
}
