//! The report as a workbook of Office Open XML: its figures on one sheet, and for each of them a sheet with the records it counts.

use std::io::Cursor;

use chrono::NaiveDate;
use domain::language::Language;
use domain::report::Content;
use domain::report::content::{CountedRecord, Wording};
use domain::vocabulary;
use rust_xlsxwriter::{DocProperties, Format, Workbook, Worksheet, XlsxError};

use super::figures;
use super::words::say;
use crate::problem::{Kind, Problem};

/// How many characters the name of a sheet has at most.
const SHEET_NAME: usize = 31;

/// Renders the report of a partnership.
pub fn render(content: &Content, report: &Wording, language: Language) -> Result<Vec<u8>, Problem> {
    let mut file = Cursor::new(Vec::new());
    let written = book(content, report, language);
    let written = written.and_then(|mut book| book.save_to_writer(&mut file));
    written.map_err(|error| {
        tracing::error!(%error, "A workbook could not be written");
        Problem::of(Kind::Internal)
    })?;
    Ok(file.into_inner())
}

fn book(content: &Content, report: &Wording, language: Language) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    // The time of its making would make each file another one, and its tag with it.
    let properties = DocProperties::new()
        .set_title(&report.title)
        .set_creation_datetime(&NaiveDate::default());
    book.set_properties(&properties);
    let counted: Vec<_> = figures::in_order(content)
        .into_iter()
        .filter(|(_, figure)| !figure.records.is_empty())
        .collect();
    let sheet_of = |key: &str| {
        let place = counted.iter().position(|(known, _)| *known == key)?;
        Some(sheet_name(place + 1, figures::label(key, language)))
    };
    figures_sheet(&mut book, content, language, &sheet_of)?;
    for (key, figure) in &counted {
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(sheet_of(key).unwrap_or_default())?;
        head(sheet, language, &["kind", "key", "name", "day", "id"])?;
        for (row, record) in (1..).zip(&figure.records) {
            line(sheet, row, record, language)?;
        }
    }
    Ok(book)
}

fn figures_sheet(
    book: &mut Workbook,
    content: &Content,
    language: Language,
    sheet_of: &impl Fn(&str) -> Option<String>,
) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(say(language, "figures"))?;
    sheet.set_column_width(0, 60)?;
    head(sheet, language, &["figure", "value", "records", "sheet"])?;
    let mut row = 0;
    for (key, figure) in figures::in_order(content) {
        for shown in figures::values(content, key, figure, language) {
            row += 1;
            sheet.write_string(row, 0, &shown.label)?;
            match shown.number {
                Some(number) => sheet.write_number(row, 1, number as f64)?,
                None => sheet.write_string(row, 1, &shown.value)?,
            };
            sheet.write_number(row, 2, figure.records.len() as f64)?;
            if let Some(name) = sheet_of(key) {
                sheet.write_string(row, 3, name)?;
            }
        }
    }
    Ok(())
}

fn head(sheet: &mut Worksheet, language: Language, names: &[&str]) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (place, name) in (0..).zip(names) {
        let name = match *name {
            "id" => "id",
            name => say(language, name),
        };
        sheet.write_string_with_format(0, place, name, &bold)?;
    }
    Ok(())
}

fn line(
    sheet: &mut Worksheet,
    row: u32,
    record: &CountedRecord,
    language: Language,
) -> Result<(), XlsxError> {
    let kind = vocabulary::label("record_kinds", &record.kind, language);
    sheet.write_string(row, 0, kind)?;
    sheet.write_string(row, 1, record.key.as_deref().unwrap_or_default())?;
    sheet.write_string(row, 2, record.name.as_deref().unwrap_or_default())?;
    if let Some(day) = record.on {
        let day_format = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_datetime_with_format(row, 3, day, &day_format)?;
    }
    sheet.write_string(row, 4, record.id.to_string())?;
    Ok(())
}

/// What a sheet is called: its number, and as much of the label as fits.
fn sheet_name(number: usize, label: &str) -> String {
    let name = format!("{number} {label}");
    let allowed = name.chars().filter(|letter| !"[]:*?/\\'".contains(*letter));
    allowed
        .take(SHEET_NAME)
        .collect::<String>()
        .trim_end()
        .to_owned()
}
