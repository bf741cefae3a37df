//! Tables as people keep them: CSV with commas or semicolons, or the first sheet of a workbook. Every cell becomes a text.

use std::io::{self, Cursor, Read, Write};

use calamine::{DataRef, Reader, SheetType, Xlsx};
use domain::bulk_import::{MOST_CELLS, MOST_COLUMNS, MOST_ROWS};
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
const UNPACKED: u64 = 32 * 1024 * 1024;
/// How many times as large as it looks.
const RATIO: u64 = 200;
/// How many parts it may have.
const PARTS: usize = 2_000;
/// How many elements a sheet may have, of which one is in memory at a time, and any other part.
const SHEET_TAGS: usize = 3_000_000;
const TAGS: usize = 100_000;
/// How many texts cells may share, and how many elements these may have together.
const SHARED: usize = 200_000;
const SHARED_TAGS: usize = 4 * SHARED;
/// How long a text or an element may be; a cell holds 32,767 characters.
const STRETCH: usize = 256 * 1024;
/// How long the texts of all its cells may be together: cells may share one.
const TEXTS: usize = 8 * 1024 * 1024;
/// How many rows a sheet can have.
const SHEET_ROWS: u32 = 1_048_576;

/// A table.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of its columns.
    pub names: Vec<String>,
    /// Its lines that are not empty.
    pub lines: Vec<Line>,
    /// How many cells it has, with the names and without what is empty at the end of a line.
    pub cells: usize,
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
        let separator = separator(&text);
        check_columns(text.as_bytes(), separator)?;
        let mut table = Self::default();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
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
    fn take(&mut self, number: i32, mut cells: Vec<String>) -> Result<(), Problem> {
        let filled = cells.iter().rposition(|cell| !cell.is_empty());
        cells.truncate(filled.map_or(0, |last| last + 1));
        if cells.is_empty() {
            return Ok(());
        }
        self.cells += cells.len();
        if self.names.is_empty() {
            self.names = cells;
        } else {
            self.lines.push(Line { number, cells });
        }
        let too_many = self.lines.len() > MOST_ROWS || self.cells > MOST_CELLS;
        match too_many || self.names.len() > MOST_COLUMNS {
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
        .with("cells", MOST_CELLS.to_string())
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

/// Refuses a text with lines of too many cells, before any of them is taken apart.
fn check_columns(text: &[u8], separator: u8) -> Result<(), Problem> {
    use csv_core::{ReadFieldResult, ReaderBuilder};
    let mut reader = ReaderBuilder::new().delimiter(separator).build();
    let (mut left, mut columns, mut scratch) = (text, 0, [0; 1024]);
    while columns < MOST_COLUMNS {
        let (read, taken, _) = reader.read_field(left, &mut scratch);
        left = left.get(taken..).unwrap_or_default();
        match read {
            ReadFieldResult::Field { record_end: true } => columns = 0,
            ReadFieldResult::Field { record_end: false } => columns += 1,
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
            ReadFieldResult::End => return Ok(()),
        }
    }
    Err(too_large())
}

/// Refuses a workbook that would take much memory. What it says of its own size is not believed.
fn check_unpacked(bytes: &[u8]) -> Result<(), Problem> {
    let broken = |_| unreadable("table");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > PARTS {
        return Err(too_large());
    }
    let mut left = UNPACKED.min(1024 * 1024 + RATIO * bytes.len() as u64);
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(broken)?;
        let name = file.name().map_err(broken)?.to_ascii_lowercase();
        let mut part = Part::default();
        let unpacked = io::copy(&mut file.take(left + 1), &mut part);
        let unpacked = unpacked.map_err(|_| unreadable("table"))?;
        left = left.checked_sub(unpacked).ok_or_else(too_large)?;
        let most = if name.ends_with("sharedstrings.xml") {
            check_shared(archive.by_index(index).map_err(broken)?)?;
            SHARED_TAGS
        } else if name.contains("/worksheets/") {
            SHEET_TAGS
        } else {
            TAGS
        };
        // Others are pictures and the like, which nobody reads.
        let is_read = name.ends_with(".xml") || name.ends_with(".rels");
        if is_read && (part.tags > most || part.longest > STRETCH) {
            return Err(too_large());
        }
    }
    Ok(())
}

/// Refuses a number of texts to be shared that no table can need: `calamine` makes room for as many as there are said to be.
fn check_shared(part: impl Read) -> Result<(), Problem> {
    const SAID: &[u8] = b"uniqueCount";
    let mut text = Vec::new();
    let read = part.take(UNPACKED).read_to_end(&mut text);
    read.map_err(|_| unreadable("table"))?;
    // In another encoding than UTF-8 it would be said with other bytes.
    if text.contains(&0) {
        return Err(unreadable("table"));
    }
    let places = text.windows(SAID.len()).enumerate();
    for (place, _) in places.filter(|(_, bytes)| *bytes == SAID) {
        let after = text.iter().skip(place + SAID.len());
        let number = after.skip_while(|byte| !byte.is_ascii_digit());
        let digits = number.take_while(|byte| byte.is_ascii_digit());
        let said = digits.fold(0_usize, |said, digit| {
            said.saturating_mul(10)
                .saturating_add(usize::from(digit - b'0'))
        });
        if said > SHARED {
            return Err(too_large());
        }
    }
    Ok(())
}

/// A part of a workbook that is unpacked into nothing.
#[derive(Default)]
struct Part {
    tags: usize,
    stretch: usize,
    longest: usize,
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for stretch in bytes.split_inclusive(|byte| *byte == b'<') {
            self.stretch += stretch.len();
            self.longest = self.longest.max(self.stretch);
            if stretch.ends_with(b"<") {
                self.tags += 1;
                self.stretch = 0;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
            cells: 6,
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

    fn is_too_large(read: Result<Table, Problem>) -> bool {
        read.is_err_and(|refused| format!("{refused:?}").contains("too_many_rows"))
    }

    #[test]
    fn cells_are_counted_before_they_are_taken_apart() {
        let commas = ",".repeat(2 * 1024 * 1024);
        assert!(is_too_large(Table::of_csv(commas.as_bytes(), None)));
        // Quotes are understood as the reader understands them.
        let quoted = format!("name\n\"{commas}\"\n");
        assert!(Table::of_csv(quoted.as_bytes(), None).is_ok());
        let inches = "name\n5\" pipe\n".to_owned() + &"x,y\n".repeat(400);
        assert!(Table::of_csv(inches.as_bytes(), None).is_ok());
        // What is empty at the end of a line is none.
        let wide = |filled: usize| {
            let row = format!("x{}y{}\n", ",".repeat(filled - 1), ",".repeat(199 - filled));
            row.repeat(MOST_ROWS)
        };
        assert!(Table::of_csv(wide(60).as_bytes(), None).is_ok());
        assert!(is_too_large(Table::of_csv(wide(61).as_bytes(), None)));
    }

    /// A workbook with one part more, or with another one in its place.
    fn workbook_with(name: &str, content: &str) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "name").unwrap();
        sheet.write_string(1, 0, "PUP").unwrap();
        let plain = book.save_to_buffer().unwrap();
        let mut plain = ZipArchive::new(Cursor::new(plain)).unwrap();
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for index in 0..plain.len() {
            let mut part = plain.by_index(index).unwrap();
            let own = part.name().unwrap().into_owned();
            if own == name {
                continue;
            }
            zip.start_file(own, options).unwrap();
            io::copy(&mut part, &mut zip).unwrap();
        }
        zip.start_file(name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn texts_that_cells_share_are_counted_before_they_are_read() {
        let texts = |attributes: &str, text: &str, most: usize| {
            let texts = format!("<sst {attributes}>{}</sst>", text.repeat(most));
            Table::of_xlsx(&workbook_with("xl/sharedStrings.xml", &texts))
        };
        let own = "<si><t>name</t></si><si><t>PUP</t></si>";
        assert!(texts("uniqueCount=\"2\"", own, 1).is_ok());
        assert!(texts("uniqueCount=\"2\"", own, 1000).is_ok());
        assert!(is_too_large(texts("", "<si><t/></si>", 300_000)));
        // Room for so many would be made, or the process be ended because there is none.
        for said in ["99999999", "999999999999999", "18446744073709551615"] {
            for equals in [
                format!("uniqueCount=\"{said}\""),
                format!("uniqueCount = '{said}'"),
            ] {
                assert!(is_too_large(texts(&equals, own, 1)), "{equals}");
            }
        }
    }

    #[test]
    fn parts_and_elements_of_a_workbook_are_bounded() {
        let styles = format!("<styleSheet>{}</styleSheet>", "<xf/>".repeat(200_000));
        assert!(is_too_large(Table::of_xlsx(&workbook_with(
            "xl/styles.xml",
            &styles
        ))));
        let long = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(300 * 1024));
        assert!(is_too_large(Table::of_xlsx(&workbook_with(
            "xl/sharedStrings.xml",
            &long
        ))));
        // A picture is not read.
        let picture = workbook_with("xl/media/image1.png", &"\u{1}".repeat(300 * 1024));
        assert!(Table::of_xlsx(&picture).is_ok());
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for number in 0..=PARTS {
            zip.start_file(format!("{number}.xml"), options).unwrap();
        }
        let parts = zip.finish().unwrap().into_inner();
        assert!(is_too_large(Table::of_xlsx(&parts)));
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
