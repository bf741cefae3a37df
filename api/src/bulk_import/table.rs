//! Tables as people keep them: CSV with commas or semicolons, or a sheet of a workbook. Every cell becomes a text.

use std::io::{self, Cursor, Read, Write};

use calamine::{
    DataRef, Dimensions, ExcelDateTime, ExcelDateTimeType, Reader, SheetType, SheetVisible, Xlsx,
};
use domain::bulk_import::{MOST_CELLS, MOST_COLUMNS, MOST_ROWS};
use domain::text::tidied;
use encoding_rs::{Encoding, UTF_8};
use zip::ZipArchive;

use crate::problem::{Kind, Problem};

/// The media type of tables of text.
pub const CSV: &str = "text/csv";
/// The media type of workbooks.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What may separate the cells of a table of text.
const SEPARATORS: [u8; 4] = *b",;\t|";
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

/// How many lines that are not empty may stand at the top of a table for its names to be found among them.
const TOP: usize = 30;

/// A table.
#[derive(Debug, Default, PartialEq)]
pub struct Table {
    /// The names of its columns; empty where a column has none.
    pub names: Vec<String>,
    /// The lines below them that are not empty.
    pub lines: Vec<Line>,
    /// Whether days are counted from 1904 on, as old spreadsheets of Apple's computers do.
    pub since_1904: bool,
    /// How many cells its lines had, with all above them and without what is empty at the end of a line.
    pub cells: usize,
}

/// A line of a table.
#[derive(Debug, Default, PartialEq)]
pub struct Line {
    /// Its number, as spreadsheets count.
    pub number: i32,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// What it holds.
    pub held: Held,
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Held {
    /// A text, or nothing.
    #[default]
    Text,
    /// A number, which has lost its leading zeros.
    Number(f64),
    /// An error of the spreadsheet.
    Error,
}

/// Whether a column may be called so.
pub type Known<'a> = &'a dyn Fn(&str) -> bool;

impl Cell {
    /// A cell that holds a text; an error that was saved as a text is one all the same.
    pub fn of(text: &str) -> Self {
        let text = tidied(text);
        let held = match is_error(&text) {
            true => Held::Error,
            false => Held::Text,
        };
        Self { text, held }
    }

    fn number(number: f64) -> Self {
        Self {
            text: number.to_string(),
            held: Held::Number(number),
        }
    }

    fn error(text: impl ToString) -> Self {
        Self {
            text: text.to_string(),
            held: Held::Error,
        }
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// Whether a text is an error as spreadsheets write it, in English or in Polish.
fn is_error(text: &str) -> bool {
    const ERRORS: [&str; 17] = [
        "#N/A",
        "#N/D",
        "#N/D!",
        "#DIV/0!",
        "#DZIEL/0!",
        "#NAME?",
        "#NAZWA?",
        "#NULL!",
        "#ZERO!",
        "#NUM!",
        "#LICZBA!",
        "#REF!",
        "#ADR!",
        "#VALUE!",
        "#ARG!",
        "#SPILL!",
        "#CALC!",
    ];
    text.starts_with('#') && ERRORS.contains(&text.to_uppercase().as_str())
}

/// A table that cannot be read, for a reason that the texts know.
fn unreadable(reason: &'static str) -> Problem {
    Problem::of(Kind::MalformedRequest).with("reason", reason)
}

impl Table {
    /// Reads a table of text, in UTF-8 or what `charset` names.
    pub fn of_csv(bytes: &[u8], charset: Option<&str>, known: Known<'_>) -> Result<Self, Problem> {
        let named = match charset {
            None => UTF_8,
            Some(label) => Encoding::for_label(label.as_bytes())
                .ok_or_else(|| Problem::of(Kind::UnsupportedMediaType).with("supported", CSV))?,
        };
        // Polish text of an old encoding is never UTF-8 by chance; a client may name the same one for every file.
        let encoding = match named.is_single_byte() && str::from_utf8(bytes).is_ok() {
            true => UTF_8,
            false => named,
        };
        let (text, _, broken) = encoding.decode(bytes);
        if broken {
            return Err(unreadable("encoding"));
        }
        // One kind of line end, by which lines are counted; behind the last line two, of which a whole table leaves one.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim_end_matches('\n').to_owned() + "\n\n";
        let (separator, text) = match said_separator(&text) {
            Some(said) => said,
            None => (separator(&text, known), text.as_str()),
        };
        check_columns(text.as_bytes(), separator)?;
        let mut table = Self::default();
        read_csv(text, separator, &mut |number, cells| {
            table.take(number, cells)
        })?;
        table.named(known)
    }

    /// Reads the first sheet of a workbook that can be seen and has names of columns.
    pub fn of_xlsx(bytes: &[u8], known: Known<'_>) -> Result<Self, Problem> {
        check_unpacked(bytes)?;
        let broken = || unreadable("table");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| broken())?;
        let sheets = book.sheets_metadata().iter();
        let seen = sheets.filter(|sheet| {
            sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
        });
        let names: Vec<String> = seen.map(|sheet| sheet.name.clone()).collect();
        let mut first = Self::default();
        for name in &names {
            let table = Self::of_sheet(&mut book, name)?;
            if table.place_of_names(known).is_some() {
                let merged = book.merge_cells_by_sheet_name(name);
                return table.named(known)?.spread(&merged.map_err(|_| broken())?);
            }
            if first.lines.is_empty() {
                first = table;
            }
        }
        first.named(known)
    }

    fn of_sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Self, Problem> {
        let broken = || unreadable("table");
        let mut table = Self {
            since_1904: book.has_1904_epoch(),
            ..Self::default()
        };
        let mut reader = book.worksheet_cells_reader(name).map_err(|_| broken())?;
        // Cell by cell: a sheet may say that it has millions, all of them empty.
        let mut line = (0, Vec::new());
        let mut length = 0;
        while let Some(cell) = reader
            .next_cell_with_formula_metadata()
            .map_err(|_| broken())?
        {
            let (row, column) = cell.pos;
            let cell = match (&cell.value, cell.formula) {
                // A program wrote the formula, and no spreadsheet has worked it out yet.
                (DataRef::Empty, Some(_)) => Cell::error("#N/A"),
                (value, _) => cell_of(value),
            };
            if cell.is_empty() {
                continue;
            }
            length += cell.text.len();
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
                line.1.resize(place + 1, Cell::default());
            }
            if let Some(known) = line.1.get_mut(place) {
                *known = cell;
            }
        }
        table.take(line.0 as i32 + 1, line.1)?;
        Ok(table)
    }

    /// Takes a line; what is empty is passed over.
    fn take(&mut self, number: i32, mut cells: Vec<Cell>) -> Result<(), Problem> {
        let filled = cells.iter().rposition(|cell| !cell.is_empty());
        cells.truncate(filled.map_or(0, |last| last + 1));
        if cells.is_empty() {
            return Ok(());
        }
        self.cells += cells.len();
        self.lines.push(Line { number, cells });
        match self.lines.len() > MOST_ROWS + TOP || self.cells > MOST_CELLS {
            true => Err(too_large()),
            false => Ok(()),
        }
    }

    /// Where the line of names is: of those at the top, the one with the most names that are known.
    fn place_of_names(&self, known: Known<'_>) -> Option<usize> {
        let count = |line: &Line| line.cells.iter().filter(|cell| known(&cell.text)).count();
        let top = self.lines.iter().take(TOP).map(count).enumerate();
        // Of those that have equally many, the first one.
        let best = top.rev().max_by_key(|(_, count)| *count);
        best.filter(|(_, count)| *count > 0).map(|(place, _)| place)
    }

    /// Tells the names from the lines below. What stands above them is a title.
    fn named(mut self, known: Known<'_>) -> Result<Self, Problem> {
        let place = self.place_of_names(known).unwrap_or_default();
        if self.lines.is_empty() {
            return Err(unreadable("no_rows"));
        }
        let names = self.lines.drain(..=place).next_back().unwrap_or_default();
        self.names = names.cells.into_iter().map(|cell| cell.text).collect();
        if self.lines.is_empty() {
            return Err(unreadable("no_rows"));
        }
        match self.lines.len() > MOST_ROWS || self.names.len() > MOST_COLUMNS {
            true => Err(too_large()),
            false => Ok(self),
        }
    }
}

impl Table {
    /// Gives each line what it is seen to have: a cell that was merged with those below it is one of them all.
    fn spread(mut self, merged: &[Dimensions]) -> Result<Self, Problem> {
        let (mut steps, mut length) = (0, 0);
        for region in merged {
            let (first, last) = (region.start.0 as i32 + 1, region.end.0 as i32 + 1);
            let place = region.start.1 as usize;
            let of = |line: &Line| line.number;
            let Ok(top) = self.lines.binary_search_by_key(&first, of) else {
                continue;
            };
            let (above, below) = self.lines.split_at_mut(top + 1);
            let cell = above.last().and_then(|line| line.cells.get(place));
            let Some(cell) = cell.filter(|cell| !cell.is_empty()) else {
                continue;
            };
            for line in below.iter_mut().take_while(|line| line.number <= last) {
                steps += 1;
                length += cell.text.len();
                if steps > MOST_ROWS * MOST_COLUMNS || length > TEXTS {
                    return Err(too_large());
                }
                if line.cells.len() <= place {
                    line.cells.resize(place + 1, Cell::default());
                }
                line.cells[place] = cell.clone();
            }
        }
        Ok(self)
    }
}

fn too_large() -> Problem {
    unreadable("too_many_rows")
        .with("rows", MOST_ROWS.to_string())
        .with("columns", MOST_COLUMNS.to_string())
        .with("cells", MOST_CELLS.to_string())
}

/// Reads the lines of a table of text, each with its number.
fn read_csv(
    text: &str,
    separator: u8,
    take: &mut dyn FnMut(i32, Vec<Cell>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    // A line of a spreadsheet has several of the file where its cells have, and the reader passes over empty ones.
    let mut within_cells = 0;
    while reader
        .read_record(&mut record)
        .map_err(|_| unreadable("table"))?
    {
        let within: usize = record.iter().map(|cell| cell.matches('\n').count()).sum();
        within_cells += within;
        let lines = reader.position().line() as usize - 1;
        let number = lines.saturating_sub(within_cells);
        // A quotation mark was opened, and the rest of the file stands in one cell.
        if reader.position().byte() == text.len() as u64 {
            return Err(unreadable("quote").with("row", (number + 1).to_string()));
        }
        let cells = record.iter().map(|cell| Cell::of(plain(cell))).collect();
        take(i32::try_from(number).map_err(|_| too_large())?, cells)?;
    }
    Ok(())
}

/// The separator that the first line names for spreadsheets (`sep=;`), and what follows that line.
fn said_separator(text: &str) -> Option<(u8, &str)> {
    let (first, rest) = text.split_once('\n')?;
    let said = first.trim_matches('"').strip_prefix("sep=")?;
    match said.as_bytes() {
        [separator] => Some((*separator, rest)),
        _ => None,
    }
}

/// What separates the cells: what tells the most names apart that are known, else what the first line has the most of.
fn separator(text: &str, known: Known<'_>) -> u8 {
    let top = text.lines().find(|line| !line.trim().is_empty());
    let top = top.unwrap_or_default();
    let lines = text.lines().take(10 * TOP);
    let names = |line: &str, separator: u8| {
        let cells = line.split(char::from(separator));
        let cells = cells.map(|cell| tidied(cell.trim().trim_matches('"')));
        cells.filter(|cell| known(cell)).count()
    };
    let rank = |separator: &u8| {
        let most = lines.clone().map(|line| names(line, *separator)).max();
        let often = top.bytes().filter(|byte| byte == separator).count();
        (most, often)
    };
    // Of those that are there equally often, the first one.
    let best = SEPARATORS.into_iter().rev().max_by_key(rank);
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

/// A cell of a workbook.
fn cell_of(value: &DataRef) -> Cell {
    match value {
        DataRef::Empty => Cell::default(),
        DataRef::String(text) => Cell::of(text),
        DataRef::SharedString(text) => Cell::of(text),
        DataRef::Int(number) => Cell::number(*number as f64),
        DataRef::Float(number) => Cell::number(*number),
        DataRef::Bool(truth) => Cell::of(&truth.to_string()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::of(text),
        DataRef::DateTime(moment) => Cell::of(&written(moment)),
        DataRef::Error(error) => Cell::error(error),
    }
}

/// A moment as it is written in tables of text.
fn written(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    // A time of day alone belongs to no day.
    if moment.as_f64() < 1.0 {
        return time;
    }
    let day = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        (0, 0, 0) => day,
        _ => format!("{day} {time}"),
    }
}

/// The moment that a number stands for where a cell was not formatted as one: of the days that a partnership knows of, since the
/// number of a year is no day.
pub fn moment_of(number: f64, since_1904: bool) -> Option<String> {
    const FROM_1955_TO_2119: std::ops::Range<f64> = 20_090.0..80_000.0;
    let kind = ExcelDateTimeType::DateTime;
    let moment = ExcelDateTime::new(number, kind, since_1904);
    FROM_1955_TO_2119
        .contains(&number)
        .then(|| written(&moment))
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
    use rust_xlsxwriter::{Format, Workbook};

    use super::*;

    fn line(number: i32, cells: &[&str]) -> Line {
        let cells = cells.iter().map(|cell| Cell::of(cell)).collect();
        Line { number, cells }
    }

    fn known(heading: &str) -> bool {
        ["name", "town", "kind", "phone"].contains(&heading)
    }

    fn of_csv(bytes: &[u8], charset: Option<&str>) -> Result<Table, Problem> {
        Table::of_csv(bytes, charset, &known)
    }

    fn of_xlsx(bytes: &[u8]) -> Result<Table, Problem> {
        Table::of_xlsx(bytes, &known)
    }

    #[test]
    fn text_is_read_as_offices_write_it() {
        let expected = Table {
            names: vec!["name".into(), "town".into()],
            lines: vec![
                line(2, &["PUP w Żarach", "Żary; Kunice"]),
                line(4, &["+48 68", "-"]),
            ],
            since_1904: false,
            cells: 6,
        };
        let commas = "\u{feff}name,town\r\nPUP w Żarach,Żary; Kunice\r\n,\r\n'+48 68,-\r\n";
        assert_eq!(of_csv(commas.as_bytes(), None).unwrap(), expected);
        let semicolons = "name;town\nPUP w Żarach;\"Żary; Kunice\"\n;\n'+48 68; - \n";
        let (old, ..) = encoding_rs::WINDOWS_1250.encode(semicolons);
        assert_eq!(of_csv(&old, Some("windows-1250")).unwrap(), expected);
        // A client that says so of every file.
        let new = semicolons.as_bytes();
        assert_eq!(of_csv(new, Some("windows-1250")).unwrap(), expected);
        let utf_16: Vec<u8> = commas.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(of_csv(&utf_16, None).unwrap(), expected);
        assert!(of_csv(&old, None).is_err());
        assert!(of_csv(b"name\nx", Some("klingon")).is_err());
        assert!(of_csv(b"name,town\n", None).is_err());
    }

    #[test]
    fn rows_are_counted_as_spreadsheets_count_them() {
        // Empty lines above, a title with separators of its own, lines within cells, other ends of lines.
        let table = "\n\nWykaz, stan na dzień 1.1.2016, Żary\n\nname;town\n\n\"PUP\nw Żarach\";Żary\n\nWUP;\"Zielona\nGóra\"\nx;y";
        for text in [
            table.to_owned(),
            table.replace('\n', "\r\n"),
            table.replace('\n', "\r"),
            format!("sep=;\r\n{table}\n\n\n"),
            format!("\"sep=;\"\n{table}"),
            table.replace(';', "|"),
        ] {
            let read = of_csv(text.as_bytes(), None).unwrap();
            assert_eq!(read.names, ["name", "town"], "{text}");
            let numbers: Vec<i32> = read.lines.iter().map(|line| line.number).collect();
            assert_eq!(numbers, [7, 9, 10], "{text}");
            assert_eq!(read.lines[0].cells[0].text, "PUP\nw Żarach");
        }
        // Names of which none is known stand in the first line.
        let read = of_csv(b"nazwa;miasto\nx;y\n", None).unwrap();
        assert_eq!(read.names, ["nazwa", "miasto"]);
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_swallows_nothing() {
        let refused = of_csv("name;town\nA;B\n\"C;D\nE;F\n".as_bytes(), None).unwrap_err();
        let said = format!("{refused:?}");
        assert!(
            said.contains("\"quote\"") && said.contains("(\"row\", \"3\")"),
            "{said}"
        );
        let closed = of_csv("name;town\nA;\"B\n\"\n".as_bytes(), None).unwrap();
        assert_eq!(closed.lines, [line(2, &["A", "B"])]);
    }

    #[test]
    fn an_error_is_one_in_any_language() {
        for text in ["#N/A", "#N/D!", " #ADR! ", "#div/0!"] {
            assert_eq!(Cell::of(text).held, Held::Error, "{text}");
        }
        for text in ["# 5", "#1", "N/A", "#spotkanie"] {
            assert_eq!(Cell::of(text).held, Held::Text, "{text}");
        }
    }

    #[test]
    fn a_workbook_is_read_by_its_first_sheet() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let day = rust_xlsxwriter::ExcelDateTime::parse_from_str("2016-02-24").unwrap();
        let moment = rust_xlsxwriter::ExcelDateTime::parse_from_str("2016-02-24 10:30:00").unwrap();
        let format = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        for (column, name) in (0..).zip(["name", "held_on", "starts_at", "quorum", "open"]) {
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
        let read = of_xlsx(&book.save_to_buffer().unwrap()).unwrap();
        let cells = ["=Rada", "2016-02-24", "2016-02-24 10:30:00", "6", "true"];
        let mut expected = line(3, &cells);
        expected.cells[3].held = Held::Number(6.0);
        assert_eq!(read.lines, [expected]);
    }

    #[test]
    fn the_sheet_that_is_seen_and_has_names_is_read() {
        let mut book = Workbook::new();
        let hidden = book.add_worksheet();
        hidden.set_hidden(true);
        hidden.write_string(0, 0, "name").unwrap();
        hidden.write_string(1, 0, "Ukryte").unwrap();
        let cover = book.add_worksheet();
        cover.write_string(0, 0, "Instrukcja").unwrap();
        cover.write_string(1, 0, "Proszę wypełnić").unwrap();
        let sheet = book.add_worksheet();
        sheet.set_active(true);
        let bold = Format::new().set_bold();
        sheet
            .merge_range(1, 0, 1, 3, "Wykaz instytucji", &bold)
            .unwrap();
        // A column without a name before them.
        sheet.write_string(3, 1, "name").unwrap();
        sheet.write_string(3, 2, "town").unwrap();
        sheet.write_string(5, 1, "PUP").unwrap();
        let error = rust_xlsxwriter::Formula::new("=NA()").set_result("#N/A");
        sheet.write_formula(5, 2, error).unwrap();
        let read = of_xlsx(&book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(read.names, ["", "name", "town"]);
        assert_eq!(read.lines, [line(6, &["", "PUP", "#N/A"])]);
        assert_eq!(read.lines[0].cells[2].held, Held::Error);
    }

    /// A workbook as another program would have written it.
    fn rewritten(packed: &[u8], from: &str, to: &str) -> Vec<u8> {
        let mut archive = ZipArchive::new(Cursor::new(packed)).unwrap();
        let mut copy = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let mut part = String::new();
            file.read_to_string(&mut part).unwrap();
            copy.start_file(file.name().unwrap(), options).unwrap();
            std::io::Write::write_all(&mut copy, part.replace(from, to).as_bytes()).unwrap();
        }
        copy.finish().unwrap().into_inner()
    }

    #[test]
    fn a_formula_that_nobody_worked_out_is_an_error_and_one_that_says_nothing_is_empty() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["name", "town", "kind"]).unwrap();
        sheet.write_string(1, 0, "PUP").unwrap();
        sheet.write_formula(1, 1, "=A2&A2").unwrap();
        let empty = rust_xlsxwriter::Formula::new("=IF(A2=\"\",1,\"\")").set_result("NIC");
        sheet.write_formula(1, 2, empty).unwrap();
        let packed = book.save_to_buffer().unwrap();
        let packed = rewritten(&packed, "</f><v>0</v>", "</f>");
        let packed = rewritten(&packed, "<v>NIC</v>", "<v></v>");
        let read = of_xlsx(&packed).unwrap();
        assert_eq!(read.lines, [line(2, &["PUP", "#N/A"])]);
    }

    #[test]
    fn a_cell_that_was_merged_with_those_below_is_one_of_them_all() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let format = Format::new();
        sheet.merge_range(0, 0, 1, 0, "name", &format).unwrap();
        sheet.write_row(0, 1, ["town", "kind"]).unwrap();
        sheet.merge_range(2, 1, 4, 1, "Żary", &format).unwrap();
        sheet.write_column(2, 0, ["A", "B", "C", "D"]).unwrap();
        sheet.write_string(3, 2, "pup").unwrap();
        let read = of_xlsx(&book.save_to_buffer().unwrap()).unwrap();
        let expected = [
            line(3, &["A", "Żary"]),
            line(4, &["B", "Żary", "pup"]),
            line(5, &["C", "Żary"]),
            line(6, &["D"]),
        ];
        assert_eq!(read.lines, expected);
    }

    #[test]
    fn numbers_are_days_where_they_can_be() {
        assert_eq!(moment_of(42_424.0, false).as_deref(), Some("2016-02-24"));
        assert_eq!(moment_of(40_962.0, true).as_deref(), Some("2016-02-24"));
        let moment = moment_of(42_424.5, false);
        assert_eq!(moment.as_deref(), Some("2016-02-24 12:00:00"));
        assert_eq!(moment_of(2016.0, false), None);
        assert_eq!(moment_of(f64::NAN, false), None);
        let kind = ExcelDateTimeType::DateTime;
        let time = ExcelDateTime::new(0.4375, kind, false);
        assert_eq!(written(&time), "10:30:00");
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
        assert!(of_xlsx(&packed).is_err());
    }

    fn is_too_large(read: Result<Table, Problem>) -> bool {
        read.is_err_and(|refused| format!("{refused:?}").contains("too_many_rows"))
    }

    #[test]
    fn cells_are_counted_before_they_are_taken_apart() {
        let commas = ",".repeat(2 * 1024 * 1024);
        assert!(is_too_large(of_csv(commas.as_bytes(), None)));
        // Quotes are understood as the reader understands them.
        let quoted = format!("name\n\"{commas}\"\n");
        assert!(of_csv(quoted.as_bytes(), None).is_ok());
        let inches = "name\n5\" pipe\n".to_owned() + &"x,y\n".repeat(400);
        assert!(of_csv(inches.as_bytes(), None).is_ok());
        // What is empty at the end of a line is none.
        let wide = |filled: usize| {
            let row = format!("x{}y{}\n", ",".repeat(filled - 1), ",".repeat(199 - filled));
            row.repeat(MOST_ROWS)
        };
        assert!(of_csv(wide(60).as_bytes(), None).is_ok());
        assert!(is_too_large(of_csv(wide(61).as_bytes(), None)));
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
            of_xlsx(&workbook_with("xl/sharedStrings.xml", &texts))
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
        assert!(is_too_large(of_xlsx(&workbook_with(
            "xl/styles.xml",
            &styles
        ))));
        let long = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(300 * 1024));
        assert!(is_too_large(of_xlsx(&workbook_with(
            "xl/sharedStrings.xml",
            &long
        ))));
        // A picture is not read.
        let picture = workbook_with("xl/media/image1.png", &"\u{1}".repeat(300 * 1024));
        assert!(of_xlsx(&picture).is_ok());
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for number in 0..=PARTS {
            zip.start_file(format!("{number}.xml"), options).unwrap();
        }
        let parts = zip.finish().unwrap().into_inner();
        assert!(is_too_large(of_xlsx(&parts)));
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let rows = "name\n".to_owned() + &"x\n".repeat(MOST_ROWS);
        assert!(of_csv(rows.as_bytes(), None).is_ok());
        assert!(of_csv((rows + "x\n").as_bytes(), None).is_err());
        let mut wide = Workbook::new();
        let sheet = wide.add_worksheet();
        sheet.write_string(0, 0, "name").unwrap();
        sheet.write_string(1_048_575, 16_383, "x").unwrap();
        assert!(of_xlsx(&wide.save_to_buffer().unwrap()).is_err());
        let mut bomb = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        bomb.start_file("xl/workbook.xml", options).unwrap();
        let zeros = vec![0; 1024 * 1024];
        for _ in 0..65 {
            std::io::Write::write_all(&mut bomb, &zeros).unwrap();
        }
        let packed = bomb.finish().unwrap().into_inner();
        assert!(packed.len() < 1024 * 1024);
        let refused = of_xlsx(&packed).unwrap_err();
        assert_eq!(refused.kind, Kind::MalformedRequest);
        assert!(of_xlsx(b"no workbook").is_err());
    }
}
