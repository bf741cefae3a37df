//! A table as a workbook of Office Open XML: its rows wait in a file, not in memory.

use std::fs::File;
use std::io::{self, Read, Seek};

use actix_web::web::{self, Bytes};
use chrono::NaiveDate;
use futures_util::{Stream, stream};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use serde_json::Value;

use super::columns::{Columns, Form, text};
use crate::problem::{Halt, Kind, Problem};

/// The longest text of a cell that spreadsheets take, in units of UTF-16.
const LONGEST: usize = 32_767;
/// How much of the file is sent at a time.
const CHUNK: usize = 64 * 1024;

/// A workbook that is being written.
pub struct Book {
    columns: Columns,
    workbook: Workbook,
    day: Format,
    row: u32,
}

fn failed(error: XlsxError) -> Halt {
    let problem = match error {
        // More rows than a sheet can have.
        XlsxError::RowColumnLimitError => {
            Problem::of(Kind::NotAcceptable).with("offered", ".csv, .ndjson")
        }
        error => {
            tracing::error!(%error, "A workbook could not be written");
            Problem::of(Kind::Internal)
        }
    };
    problem.into()
}

impl Book {
    /// One with a line of names.
    pub fn new(columns: Columns) -> Result<Self, Halt> {
        let mut workbook = Workbook::new();
        // The time of its making would make each file another one, and its tag with it.
        let properties = DocProperties::new().set_creation_datetime(&NaiveDate::default());
        workbook.set_properties(&properties);
        let bold = Format::new().set_bold();
        let sheet = workbook
            .add_worksheet_with_constant_memory()
            .map_err(failed)?;
        sheet.set_freeze_panes(1, 0).map_err(failed)?;
        for (place, column) in (0..).zip(&columns.0) {
            sheet
                .write_string_with_format(0, place, &column.name, &bold)
                .map_err(failed)?;
        }
        Ok(Self {
            columns,
            workbook,
            day: Format::new().set_num_format("yyyy-mm-dd"),
            row: 0,
        })
    }

    /// Adds a line for each record. Texts stay texts, whatever they begin with.
    pub fn write(&mut self, items: &[Value]) -> Result<(), Halt> {
        let sheet = self.workbook.worksheet_from_index(0).map_err(failed)?;
        for item in items {
            self.row += 1;
            for (place, column) in (0..).zip(&self.columns.0) {
                let value = column.cell(item);
                let day = value.as_str().filter(|_| column.form == Form::Day);
                let day = day.and_then(|day| ExcelDateTime::parse_from_str(day).ok());
                let written = match (value, day) {
                    (Value::Null, _) => continue,
                    (_, Some(day)) => {
                        sheet.write_datetime_with_format(self.row, place, &day, &self.day)
                    }
                    (Value::Bool(truth), _) => sheet.write_boolean(self.row, place, *truth),
                    (Value::Number(number), _) => {
                        let number = number.as_f64().unwrap_or_default();
                        sheet.write_number(self.row, place, number)
                    }
                    (other, _) => sheet.write_string(self.row, place, shortened(&text(other))),
                };
                written.map_err(failed)?;
            }
        }
        Ok(())
    }

    /// The whole of it, in a file that is gone when it is closed.
    pub fn finish(mut self) -> Result<File, Halt> {
        let internal = |error: io::Error| {
            tracing::error!(%error, "A workbook could not be written");
            Halt::from(Problem::of(Kind::Internal))
        };
        let mut file = tempfile::tempfile().map_err(internal)?;
        self.workbook.save_to_writer(&mut file).map_err(failed)?;
        file.rewind().map_err(internal)?;
        Ok(file)
    }
}

/// As much of a text as a cell takes.
fn shortened(text: &str) -> String {
    let mut length = 0;
    let fits = |c: &char| {
        length += c.len_utf16();
        length <= LONGEST
    };
    text.chars().take_while(fits).collect()
}

/// The bytes of a file.
pub fn chunks(file: File) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(file, |mut file| async move {
        let read = web::block(move || {
            let mut chunk = vec![0; CHUNK];
            let length = file.read(&mut chunk)?;
            chunk.truncate(length);
            Ok::<_, io::Error>((chunk, file))
        });
        let (chunk, file) = read.await.map_err(io::Error::other)??;
        Ok((!chunk.is_empty()).then(|| (Bytes::from(chunk), file)))
    })
}

#[cfg(test)]
mod tests {
    use calamine::{DataType, Reader, Xlsx};
    use roxmltree::Document;
    use serde_json::json;
    use zip::ZipArchive;

    use super::*;
    use crate::export::Column;

    #[test]
    fn whatever_a_text_holds_a_workbook_can_be_read() {
        let column = Column {
            name: "text".to_owned(),
            form: Form::Text,
            path: vec!["text".to_owned()],
        };
        // Beginning and end, which a reader may trim, hold no spaces here.
        let texts = crate::xml::all_of_unicode().into_iter();
        let texts: Vec<String> = texts.map(|text| format!("a{text}z")).collect();
        let items: Vec<Value> = texts.iter().map(|text| json!({ "text": text })).collect();
        let mut book = Book::new(Columns(vec![column])).unwrap();
        book.write(&items).unwrap();
        // And one that is too long by far.
        book.write(&[json!({ "text": "🙂".repeat(100_000) })])
            .unwrap();
        let mut file = book.finish().unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let mut archive = ZipArchive::new(io::Cursor::new(&bytes)).unwrap();
        for index in 0..archive.len() {
            let mut part = String::new();
            let mut entry = archive.by_index(index).unwrap();
            entry.read_to_string(&mut part).unwrap();
            let read = Document::parse(&part);
            assert!(read.is_ok(), "{:?}: {read:?}", entry.name());
        }
        let mut read = Xlsx::new(io::Cursor::new(&bytes)).unwrap();
        let sheet = read.worksheet_range_at(0).unwrap().unwrap();
        let cells = sheet.rows().skip(1).map(|row| row[0].as_string());
        for (cell, text) in cells.zip(&texts) {
            assert!(cell.as_ref() == Some(text), "{:?}", text.chars().nth(1));
        }
        assert_eq!(sheet.height(), texts.len() + 2);
    }
}
