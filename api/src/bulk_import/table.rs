//! Tables as people keep them: CSV with commas or semicolons, or the first sheet of a workbook. Every cell becomes a text.

use std::io::{Cursor, Read, sink};

use calamine::{DataRef, Reader, SheetType, Xlsx};
use domain::bulk_import::{MOST_COLUMNS, MOST_ROWS};
use encoding_rs::{Encoding, UTF_8};
use zip::ZipArchive;

use crate::problem::{Kind, Problem};

/// The media type of tables of text.
pub const CSV: &str = "text/csv";
/// The media type of workbooks.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What separates the cells of a table of text: the one that the line of names has the most of.
const SEPARATORS: [u8; 3] = *b",;\t";
/// How large a workbook may be once it is unpacked.
const UNPACKED: u64 = 64 * 1024 * 1024;
/// How long the texts of all its cells may be together: cells may share one.
const TEXTS: usize = 16 * 1024 * 1024;
/// How many rows a sheet can have.
const SHEET_ROWS: u32 = 1_048_576;

/// A table.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of its columns.
    pub names: Vec<String>,
    /// Its lines that are not empty.
    pub lines: Vec<Line>,
}

/// A line of a table.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number; the line of names is number 1.
    pub number: i32,
    /// Its cells.
    pub cells: Vec<String>,
}

/// A table that cannot be read, for a reason that the texts know.
fn unreadable(reason: &'static str) -> Problem {
    Problem::of(Kind::MalformedRequest).with("reason", reason)
}

impl Table {
    /// Reads a table of text, in UTF-8 or what `charset` names.
    pub fn of_csv(bytes: &[u8], charset: Option<&str>) -> Result<Self, Problem> {
        let encoding = match charset {
            None => UTF_8,
            Some(label) => Encoding::for_label(label.as_bytes())
                .ok_or_else(|| Problem::of(Kind::UnsupportedMediaType).with("supported", CSV))?,
        };
        let (text, _, broken) = encoding.decode(bytes);
        if broken {
            return Err(unreadable("encoding"));
        }
        let mut table = Self::default();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator(&text))
            .from_reader(text.as_bytes());
        for (number, line) in (1..).zip(reader.records()) {
            let line = line.map_err(|_| unreadable("table"))?;
            let cells = line.iter().map(|cell| plain(cell).to_owned());
            table.take(number, cells.collect())?;
        }
        table.checked()
    }

    /// Reads the first sheet of a workbook.
    pub fn of_xlsx(bytes: &[u8]) -> Result<Self, Problem> {
        check_unpacked(bytes)?;
        let broken = || unreadable("table");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| broken())?;
        let sheets = book.sheets_metadata().iter();
        let mut sheets = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let name = sheets.next().ok_or_else(broken)?.name.clone();
        let mut reader = book.worksheet_cells_reader(&name).map_err(|_| broken())?;
        let mut table = Self::default();
        // Cell by cell: a sheet may say that it has millions, all of them empty.
        let mut line = (0, Vec::new());
        let mut length = 0;
        while let Some(cell) = reader.next_cell().map_err(|_| broken())? {
            let (row, column) = cell.get_position();
            let text = text_of(cell.get_value()).ok_or_else(broken)?;
            if text.is_empty() {
                continue;
            }
            length += text.len();
            if column as usize >= MOST_COLUMNS || row >= SHEET_ROWS || length > TEXTS {
                return Err(too_large());
            }
            if row < line.0 {
                return Err(broken());
            }
            if row != line.0 {
                let (number, cells) = std::mem::replace(&mut line, (row, Vec::new()));
                table.take(number as i32 + 1, cells)?;
            }
            let place = column as usize;
            if line.1.len() <= place {
                line.1.resize(place + 1, String::new());
            }
            if let Some(cell) = line.1.get_mut(place) {
                *cell = text;
            }
        }
        table.take(line.0 as i32 + 1, line.1)?;
        table.checked()
    }

    /// Takes a line: the first one holds the names, what is empty is passed over.
    fn take(&mut self, number: i32, cells: Vec<String>) -> Result<(), Problem> {
        if cells.iter().all(String::is_empty) {
            return Ok(());
        }
        if self.names.is_empty() {
            self.names = cells;
        } else {
            self.lines.push(Line { number, cells });
        }
        match self.lines.len() > MOST_ROWS || self.names.len() > MOST_COLUMNS {
            true => Err(too_large()),
            false => Ok(()),
        }
    }

    fn checked(self) -> Result<Self, Problem> {
        match self.lines.is_empty() {
            true => Err(unreadable("no_rows")),
            false => Ok(self),
        }
    }
}

fn too_large() -> Problem {
    unreadable("too_many_rows")
        .with("rows", MOST_ROWS.to_string())
        .with("columns", MOST_COLUMNS.to_string())
}

fn separator(text: &str) -> u8 {
    let names = text.lines().next().unwrap_or_default();
    let often = |separator: &u8| names.bytes().filter(|byte| byte == separator).count();
    // Of those that are there equally often, the first one.
    let best = SEPARATORS.into_iter().rev().max_by_key(often);
    best.unwrap_or(b',')
}

/// A cell as it was before an apostrophe kept a spreadsheet from running it, as our own tables have it.
fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    match cell.strip_prefix('\'') {
        Some(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => text,
        _ => cell,
    }
}

/// A cell of a workbook; nothing for one that holds an error.
fn text_of(value: &DataRef) -> Option<String> {
    Some(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let day = format!("{year:04}-{month:02}-{day:02}");
            match (hour, minute, second) {
                (0, 0, 0) => day,
                _ => format!("{day} {hour:02}:{minute:02}:{second:02}"),
            }
        }
        DataRef::Error(_) => return None,
    })
}

/// Refuses a workbook that is much larger than it looks. What it says of its own size is not believed.
fn check_unpacked(bytes: &[u8]) -> Result<(), Problem> {
    let broken = |_| unreadable("table");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut left = UNPACKED;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(broken)?;
        let unpacked = std::io::copy(&mut file.take(left + 1), &mut sink());
        let unpacked = unpacked.map_err(|_| unreadable("table"))?;
        left = left.checked_sub(unpacked).ok_or_else(too_large)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

    use super::*;

    fn line(number: i32, cells: &[&str]) -> Line {
        let cells = cells.iter().map(|cell| (*cell).to_owned()).collect();
        Line { number, cells }
    }

    #[test]
    fn text_is_read_as_offices_write_it() {
        let expected = Table {
            names: vec!["name".into(), "town".into()],
            lines: vec![
                line(2, &["PUP w Żarach", "Żary; Kunice"]),
                line(4, &["+48 68", "-"]),
            ],
        };
        let commas = "\u{feff}name,town\r\nPUP w Żarach,Żary; Kunice\r\n,\r\n'+48 68,-\r\n";
        assert_eq!(Table::of_csv(commas.as_bytes(), None).unwrap(), expected);
        let semicolons = "name;town\nPUP w Żarach;\"Żary; Kunice\"\n;\n'+48 68; - \n";
        let (old, ..) = encoding_rs::WINDOWS_1250.encode(semicolons);
        assert_eq!(Table::of_csv(&old, Some("windows-1250")).unwrap(), expected);
        assert!(Table::of_csv(&old, None).is_err());
        assert!(Table::of_csv(b"name\nx", Some("klingon")).is_err());
        assert!(Table::of_csv(b"name,town\n", None).is_err());
    }

    #[test]
    fn a_workbook_is_read_by_its_first_sheet() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let day = ExcelDateTime::parse_from_str("2016-02-24").unwrap();
        let moment = ExcelDateTime::parse_from_str("2016-02-24 10:30:00").unwrap();
        let format = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        for (column, name) in (0..).zip(["title", "held_on", "starts_at", "quorum", "open"]) {
            sheet.write_string(0, column, name).unwrap();
        }
        sheet.write_string(2, 0, "=Rada").unwrap();
        sheet
            .write_datetime_with_format(2, 1, day, &format)
            .unwrap();
        sheet
            .write_datetime_with_format(2, 2, moment, &format)
            .unwrap();
        sheet.write_number(2, 3, 6).unwrap();
        sheet.write_boolean(2, 4, true).unwrap();
        let read = Table::of_xlsx(&book.save_to_buffer().unwrap()).unwrap();
        let cells = ["=Rada", "2016-02-24", "2016-02-24 10:30:00", "6", "true"];
        assert_eq!(read.lines, [line(3, &cells)]);
    }

    #[test]
    fn cells_that_share_a_long_text_are_refused() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let long = "x".repeat(32_767);
        for row in 0..600 {
            sheet.write_string(row, 0, &long).unwrap();
        }
        let packed = book.save_to_buffer().unwrap();
        assert!(packed.len() < 20_000);
        assert!(Table::of_xlsx(&packed).is_err());
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let rows = "name\n".to_owned() + &"x\n".repeat(MOST_ROWS);
        assert!(Table::of_csv(rows.as_bytes(), None).is_ok());
        assert!(Table::of_csv((rows + "x\n").as_bytes(), None).is_err());
        let mut wide = Workbook::new();
        let sheet = wide.add_worksheet();
        sheet.write_string(0, 0, "name").unwrap();
        sheet.write_string(1_048_575, 16_383, "x").unwrap();
        assert!(Table::of_xlsx(&wide.save_to_buffer().unwrap()).is_err());
        let mut bomb = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        bomb.start_file("xl/workbook.xml", options).unwrap();
        let zeros = vec![0; 1024 * 1024];
        for _ in 0..65 {
            std::io::Write::write_all(&mut bomb, &zeros).unwrap();
        }
        let packed = bomb.finish().unwrap().into_inner();
        assert!(packed.len() < 1024 * 1024);
        let refused = Table::of_xlsx(&packed).unwrap_err();
        assert_eq!(refused.kind, Kind::MalformedRequest);
        assert!(Table::of_xlsx(b"no workbook").is_err());
    }
}
