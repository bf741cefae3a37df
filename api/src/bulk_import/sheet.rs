//! What the columns of a table mean for a kind of record, and what a line of it changes.
//!
//! A column is called like a field of the body that creates a record, or like a column of the list in CSV. A cell that says what the
//! record says already changes nothing; so that a list can be exported, worked on, and sent back.

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use domain::fault::{self, Fault, Faults, Rule};
use domain::text::tidied;
use serde_json::{Map, Value};

use super::subject::{Said, Subject};
use super::table::{Cell, Held, Table, moment_of};
use crate::export::{Column, Columns, Form, text};
use crate::problem::{Kind, Problem};
use crate::records::{In, Shown};

/// The longest list of a cell.
const MOST_TEXTS: usize = 200;
/// The longest heading that is repeated in an answer, in characters.
const HEADING: usize = 100;

/// What a cell sets.
enum Target {
    /// A field of the body.
    Field(Vec<String>, Form),
    /// A field that refers to an institution, by its REGON.
    Regon(String),
}

/// A column of a table.
struct Meaning {
    /// The name by which its field is known; empty where it has none.
    name: String,
    target: Option<Target>,
    /// What the record shows there.
    shown: Option<Column>,
    /// How who filled in the table knows it.
    column: fault::Column,
}

/// The columns of a table.
pub struct Sheet {
    meanings: Vec<Meaning>,
    /// Whether an empty cell clears what stands there.
    clears: bool,
    /// Whether days are counted from 1904 on.
    since_1904: bool,
    zone: Tz,
}

/// What a line changes.
#[derive(Default)]
pub struct Asked {
    /// The fields, as a merge patch.
    pub changes: Map<String, Value>,
    /// Cells that cannot set anything, which must say what is so: the place of the column and the text.
    claims: Vec<(usize, String)>,
}

/// The names that columns of a table of `T` may have.
pub fn names<T: Subject>() -> HashSet<String> {
    let sent = sent::<T>();
    let referring = sent.iter().flat_map(|column| {
        let name = &column.name;
        [name.clone(), format!("{name}.id"), format!("{name}.slug")]
    });
    let regons = T::INSTITUTIONS.iter().map(|name| format!("{name}.regon"));
    let shown = Columns::of::<Shown<T>>(false).0;
    let shown = shown.into_iter().map(|column| column.name);
    referring.chain(regons).chain(shown).collect()
}

/// The name that a heading means.
pub fn name_of(heading: &str) -> String {
    heading.to_lowercase()
}

/// The fields that a table can set.
fn sent<T: Subject>() -> Vec<Column> {
    let mut sent = Columns::of::<In<T>>(false).0;
    sent.retain(|column| column.form != Form::Other);
    sent
}

impl Sheet {
    /// The columns of a table of `T`; those that mean nothing are refused, all at once.
    pub fn of<T: Subject>(table: &Table, clears: bool, zone: Tz) -> Result<Self, Problem> {
        let sent = sent::<T>();
        let mut shown = Columns::of::<Shown<T>>(false).0;
        let mut faults = Faults::new();
        let mut known = HashSet::new();
        let mut meanings = Vec::with_capacity(table.names.len());
        for (place, heading) in table.names.iter().enumerate() {
            let name = name_of(heading);
            let shown = shown
                .iter()
                .position(|column| column.name == name)
                .map(|at| shown.swap_remove(at));
            let target = target(&name, &sent, T::INSTITUTIONS);
            let column = column(place, heading);
            let means_nothing = shown.is_none() && target.is_none();
            let rule = match name.is_empty() {
                true => None,
                false if !known.insert(name.clone()) => Some(Rule::Duplicate),
                false => means_nothing.then_some(Rule::UnknownField),
            };
            if let Some(rule) = rule {
                faults.note(of_column(&column, rule));
            }
            meanings.push(Meaning {
                name,
                target,
                shown,
                column,
            });
        }
        faults.finish().map_err(Problem::from)?;
        Ok(Self {
            meanings,
            clears,
            since_1904: table.since_1904,
            zone,
        })
    }

    /// The columns with the cells of a line that are not empty.
    fn cells<'a>(
        &'a self,
        cells: &'a [Cell],
    ) -> impl Iterator<Item = (usize, &'a Meaning, &'a Cell)> {
        let filled = self.meanings.iter().zip(cells).enumerate();
        filled
            .map(|(place, (meaning, cell))| (place, meaning, cell))
            .filter(|(_, meaning, cell)| !cell.text.is_empty() && !meaning.name.is_empty())
    }

    /// The id that a line gives.
    pub fn id<'a>(&'a self, cells: &'a [Cell]) -> Option<&'a str> {
        let mut cells = self.cells(cells);
        cells.find_map(|(_, meaning, cell)| (meaning.name == "id").then_some(cell.text.as_str()))
    }

    /// The institutions that a line names by their REGON: field and number.
    pub fn regons<'a>(
        &'a self,
        cells: &'a [Cell],
    ) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
        self.cells(cells)
            .filter_map(|(_, meaning, cell)| match &meaning.target {
                Some(Target::Regon(field)) => Some((field.as_str(), meant("regon", cell))),
                _ => None,
            })
    }

    /// The column that a fault of a row is about.
    fn column_of(&self, pointer: &str) -> Option<&fault::Column> {
        let places = |meaning: &Meaning| {
            let own = (!meaning.name.is_empty()).then(|| meaning.name.replace('.', "/"));
            let set = match &meaning.target {
                Some(Target::Field(path, _)) => Some(path.join("/")),
                Some(Target::Regon(field)) => Some(field.clone()),
                None => None,
            };
            own.into_iter().chain(set)
        };
        let within = |place: &String| {
            let rest = pointer
                .strip_prefix('/')
                .and_then(|at| at.strip_prefix(place.as_str()));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let of = |meaning| {
            places(meaning)
                .filter(within)
                .map(|place| place.len())
                .max()
        };
        let closest = self
            .meanings
            .iter()
            .filter_map(|meaning| Some((of(meaning)?, meaning)));
        // Of those that are equally close, the first one.
        let closest = closest.rev().max_by_key(|(length, _)| *length);
        closest.map(|(_, meaning)| &meaning.column)
    }

    /// The problem of a row that cannot be taken as it is: shapes of cells are values, not requests.
    pub fn of_row(&self, problem: Problem) -> (Kind, Vec<Fault>) {
        let (kind, faults) = of_row(problem);
        let faults = faults.into_iter().map(|fault| Fault {
            column: fault
                .column
                .or_else(|| self.column_of(&fault.pointer).cloned()),
            ..fault
        });
        (kind, faults.collect())
    }

    /// What the record of a line is called, as far as the line says.
    pub fn name(&self, cells: &[Cell]) -> String {
        let names = [
            "name",
            "title",
            "institution.name",
            "institution",
            "slug",
            "id",
        ];
        let of = |name: &str| {
            self.cells(cells)
                .find(|(_, meaning, _)| meaning.name == name)
        };
        let named = names
            .into_iter()
            .find_map(of)
            .or_else(|| self.cells(cells).next());
        named
            .map(|(_, _, cell)| cell.text.chars().take(300).collect())
            .unwrap_or_default()
    }

    /// What a line says, for finding its record.
    pub fn said(&self, cells: &[Cell]) -> Said {
        let mut said = Said::default();
        for (_, meaning, cell) in self.cells(cells) {
            if let Some(Target::Field(path, form)) = &meaning.target
                && let Ok(Value::String(text)) = self.value(path, *form, cell)
            {
                said.0.entry(path.join(".")).or_insert(text);
            }
        }
        said
    }

    /// What a line changes of what a record shows; of a new one, all that it says.
    pub fn asked(&self, cells: &[Cell], before: Option<&Value>) -> Result<Asked, Faults> {
        let mut faults = Faults::new();
        let mut asked = Asked::default();
        for (place, cell) in cells.iter().enumerate() {
            let name = self
                .meanings
                .get(place)
                .map(|meaning| meaning.name.as_str());
            if name.unwrap_or_default().is_empty() && !cell.text.is_empty() {
                faults.note(of_column(&column(place, ""), Rule::UnknownField));
            }
        }
        if let Some(place) = self.sums_up(cells) {
            faults.note(of_column(&self.meanings[place].column, Rule::Format));
        }
        let nothing = Cell::default();
        for (place, meaning) in self.meanings.iter().enumerate() {
            let cell = cells.get(place).unwrap_or(&nothing);
            let field = match &meaning.target {
                Some(Target::Field(path, _)) => Some(path),
                _ => None,
            };
            let shown = before.zip(meaning.shown.as_ref());
            let same = |(before, column): (_, &Column)| said_by(column, before) == cell.text;
            if meaning.name.is_empty() || shown.is_some_and(same) {
                continue;
            }
            if cell.text.is_empty() {
                if let (true, true, Some(path)) = (self.clears, before.is_some(), field) {
                    put(&mut asked.changes, path, Value::Null);
                }
                continue;
            }
            if cell.held == Held::Error {
                let pointer = format!("/{}", meaning.name.replace('.', "/"));
                faults.add(pointer, Rule::CellError);
                continue;
            }
            match &meaning.target {
                Some(Target::Field(path, form)) if !holds(&asked.changes, path) => {
                    let pointer = format!("/{}", path.join("/"));
                    if let Some(value) = faults.take(pointer, self.value(path, *form, cell)) {
                        put(&mut asked.changes, path, value);
                    }
                }
                // Looked up before.
                Some(Target::Regon(_)) => {}
                _ => asked.claims.push((place, cell.text.clone())),
            }
        }
        faults.finish().map(|()| asked)
    }

    /// The column in which a line says that it sums up those above: a word for it first, and nothing but numbers besides.
    fn sums_up(&self, cells: &[Cell]) -> Option<usize> {
        const WORDS: [&str; 5] = ["razem", "suma", "ogółem", "łącznie", "total"];
        let mut filled = self.cells(cells);
        let (place, _, first) = filled.next()?;
        let said = first.text.to_lowercase();
        let letters = said.trim_end_matches(|c: char| !c.is_alphabetic());
        let figures = |cell: &Cell| cell.text.chars().all(|c| !c.is_alphabetic());
        (WORDS.contains(&letters) && filled.all(|(_, _, cell)| figures(cell))).then_some(place)
    }

    /// The value of a cell for a field.
    fn value(&self, path: &[String], form: Form, cell: &Cell) -> Result<Value, Rule> {
        if cell.held == Held::Error {
            return Err(Rule::CellError);
        }
        let moment = match cell.held {
            Held::Number(number) => moment_of(number, self.since_1904),
            _ => None,
        };
        let moment = moment.as_deref().unwrap_or(&cell.text);
        let field = path.last().map(String::as_str).unwrap_or_default();
        let cell = meant(field, cell);
        Ok(match form {
            Form::Text => Value::from(cell),
            Form::Day => Value::from(day(moment).ok_or(Rule::Format)?.to_string()),
            Form::Instant => {
                let instant = instant(moment, self.zone).ok_or(Rule::Format)?;
                Value::from(instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
            }
            Form::Integer => Value::from(cell.parse::<i64>().map_err(|_| Rule::Type)?),
            Form::Truth => Value::from(truth(&cell).ok_or(Rule::Type)?),
            Form::Texts => {
                let texts = cell
                    .split(';')
                    .map(str::trim)
                    .filter(|text| !text.is_empty());
                let texts: Vec<Value> = texts.map(Value::from).collect();
                if texts.len() > MOST_TEXTS {
                    return Err(Rule::Length);
                }
                Value::from(texts)
            }
            Form::Other => return Err(Rule::Format),
        })
    }

    /// Which cells of a line say what is not so, of those that cannot set anything.
    pub fn untrue(&self, asked: &Asked, after: &Value) -> Vec<Fault> {
        let untrue = asked.claims.iter().filter_map(|(place, cell)| {
            let meaning = &self.meanings[*place];
            let shown = meaning.shown.as_ref().map(|column| said_by(column, after));
            let pointer = format!("/{}", meaning.name.replace('.', "/"));
            (shown.as_ref() != Some(cell)).then(|| Fault::at(pointer, Rule::Conflict))
        });
        untrue.collect()
    }
}

impl Asked {
    /// Whether some cell has to be compared with what is so.
    pub fn has_claims(&self) -> bool {
        !self.claims.is_empty()
    }
}

/// What a column of a name sets: a field of the body, or one that refers to a record, as lists show it.
fn target(name: &str, sent: &[Column], institutions: &[&str]) -> Option<Target> {
    let field = |name: &str| {
        let column = sent.iter().find(|column| column.name == name)?;
        Some(Target::Field(column.path.clone(), column.form))
    };
    let referred = || match name.rsplit_once('.')? {
        (name, "id" | "slug") => field(name),
        (name, "regon") if institutions.contains(&name) => Some(Target::Regon(name.to_owned())),
        _ => None,
    };
    field(name).or_else(referred)
}

/// A column by the letter that spreadsheets give it, with what stands at its head.
fn column(place: usize, heading: &str) -> fault::Column {
    let mut letters = Vec::new();
    let mut left = place + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    fault::Column {
        letter: letters.into_iter().rev().collect(),
        heading: heading.chars().take(HEADING).collect(),
    }
}

/// What is wrong with a column itself.
fn of_column(column: &fault::Column, rule: Rule) -> Fault {
    Fault {
        column: Some(column.clone()),
        ..Fault::at(format!("/columns/{}", column.letter), rule)
    }
}

/// What a list says of a record, as a cell would.
fn said_by(column: &Column, record: &Value) -> String {
    tidied(&text(column.cell(record)))
}

/// What a cell means for a field, where spreadsheets and mail programs have changed what was typed: a number has lost the zeros that
/// it began with and a plus sign, an address has become a link.
fn meant<'a>(field: &str, cell: &'a Cell) -> Cow<'a, str> {
    let text = cell.text.as_str();
    let padded = |to: usize| Cow::from(format!("{text:0>to$}"));
    match (field, cell.held, text.len()) {
        ("email", ..) => {
            let address = match text.get(..7) {
                Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &text[7..],
                _ => text,
            };
            Cow::from(address.trim().trim_end_matches([';', ',']))
        }
        ("regon", Held::Number(_), ..=9) => padded(9),
        ("regon", Held::Number(_), _) => padded(14),
        ("krs", Held::Number(_), _) => padded(10),
        ("seat_terc" | "serves_terc", Held::Number(_), 1 | 3 | 6) => padded(text.len() + 1),
        ("postal_code", Held::Number(_), 4 | 5) => {
            let digits = format!("{text:0>5}");
            Cow::from(format!("{}-{}", &digits[..2], &digits[2..]))
        }
        ("phone", Held::Number(_), 11) => Cow::from(format!("+{text}")),
        _ => Cow::from(text),
    }
}

/// A day as ISO 8601 or as Poles write it, also with a time of midnight, which programs add. The order of `24/02/2016` is anybody's guess.
fn day(cell: &str) -> Option<NaiveDate> {
    let cell = cell.strip_suffix("r.").unwrap_or(cell).trim_end();
    let cell = match cell.split_once(['T', ' ']) {
        Some((day, time)) => (time_of(time)? == NaiveTime::MIN).then_some(day)?,
        None => cell,
    };
    let read = |format| NaiveDate::parse_from_str(cell, format).ok();
    // Years of two digits would be read as those of antiquity.
    let formats = ["%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%Y.%m.%d", "%Y/%m/%d"];
    let since = NaiveDate::from_ymd_opt(1000, 1, 1)?;
    formats
        .into_iter()
        .filter_map(read)
        .find(|day| *day >= since)
}

fn time_of(text: &str) -> Option<NaiveTime> {
    let read = |format| NaiveTime::parse_from_str(text.trim(), format).ok();
    ["%H:%M:%S", "%H:%M"].into_iter().find_map(read)
}

/// An instant by RFC 3339, or the time of a clock in the partnership, unless it strikes that time twice or not at all.
fn instant(cell: &str, zone: Tz) -> Option<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(cell) {
        return Some(instant.to_utc());
    }
    let (days, time) = cell.split_once(['T', ' '])?;
    let local = NaiveDateTime::new(day(days)?, time_of(time)?);
    Some(zone.from_local_datetime(&local).single()?.to_utc())
}

fn truth(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "true" | "tak" | "t" | "prawda" | "1" => Some(true),
        "false" | "nie" | "n" | "fałsz" | "0" => Some(false),
        _ => None,
    }
}

fn holds(changes: &Map<String, Value>, path: &[String]) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return false;
    };
    match changes.get(first) {
        Some(Value::Object(below)) if !rest.is_empty() => holds(below, rest),
        Some(_) => true,
        None => false,
    }
}

fn put(changes: &mut Map<String, Value>, path: &[String], value: Value) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    if rest.is_empty() {
        changes.insert(first.clone(), value);
        return;
    }
    let below = changes
        .entry(first.clone())
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(below) = below {
        put(below, rest, value);
    }
}

/// The problem of a row that cannot be taken as it is: shapes of cells are values, not requests.
pub fn of_row(problem: Problem) -> (Kind, Vec<Fault>) {
    let kind = match problem.kind {
        Kind::MalformedRequest => Kind::InvalidValues,
        kind => kind,
    };
    (kind, problem.into_faults())
}

#[cfg(test)]
mod tests {
    use domain::institution::Institution;
    use domain::meeting::Meeting;
    use serde_json::json;

    use super::*;

    const ZONE: Tz = chrono_tz::Europe::Warsaw;

    fn table(names: &[&str]) -> Table {
        Table {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Table::default()
        }
    }

    fn cells(cells: &[&str]) -> Vec<Cell> {
        cells.iter().map(|cell| Cell::of(cell)).collect()
    }

    #[test]
    fn columns_that_mean_nothing_are_refused_at_once() {
        let names = ["name", "nazwa", "address.town", "town", "name", "version"];
        let refused = Sheet::of::<Institution>(&table(&names), false, ZONE)
            .err()
            .unwrap();
        let faults = refused.into_faults();
        let faults: Vec<_> = faults
            .iter()
            .map(|fault| (fault.pointer.as_str(), fault.rule))
            .collect();
        let expected = [
            ("/columns/B", Rule::UnknownField),
            ("/columns/D", Rule::UnknownField),
            ("/columns/E", Rule::Duplicate),
        ];
        assert_eq!(faults, expected);
    }

    #[test]
    fn what_a_record_says_already_is_not_asked_for() {
        let names = [
            "id",
            "name",
            "address.town",
            "operator.slug",
            "operator.name",
            "other_names",
            "serves_terc",
            "public_body",
            "sector",
        ];
        let sheet = Sheet::of::<Institution>(&table(&names), false, ZONE).unwrap();
        let before = json!({
            "id": "x", "name": "PUP", "address": {"town": "Żary"}, "operator": {"slug": "gmina", "name": "Gmina"},
            "other_names": [{"name": "RUP"}], "serves_terc": ["0811"], "public_body": true, "sector": "ngo"
        });
        let same = cells(&[
            "x", "PUP", "Żary", "gmina", "Gmina", "RUP", "0811", "true", "ngo",
        ]);
        let asked = sheet.asked(&same, Some(&before)).unwrap();
        assert!(asked.changes.is_empty() && !asked.has_claims());
        let other = cells(&[
            "x",
            "PUP",
            "",
            "miasto",
            "Miasto",
            "RUP",
            "0811; 0812",
            "Nie",
            "business",
        ]);
        let asked = sheet.asked(&other, Some(&before)).unwrap();
        let changes =
            json!({ "operator": "miasto", "serves_terc": ["0811", "0812"], "public_body": false });
        assert_eq!(Value::Object(asked.changes.clone()), changes);
        let after = json!({ "operator": {"name": "Miasto"}, "sector": "ngo" });
        let untrue = sheet.untrue(&asked, &after);
        assert_eq!(untrue, [Fault::at("/sector", Rule::Conflict)]);
        let clearing = Sheet {
            clears: true,
            ..sheet
        };
        let asked = clearing.asked(&other, Some(&before)).unwrap();
        assert_eq!(asked.changes["address"], json!({ "town": null }));
    }

    #[test]
    fn cells_are_read_as_people_write_them() {
        let names = [
            "title",
            "held_on",
            "starts_at",
            "quorum_required",
            "host.regon",
        ];
        let sheet = Sheet::of::<Meeting>(&table(&names), false, ZONE).unwrap();
        let written = cells(&["Rada", "24.02.2016", "24.02.2016 10:00", "6", "990000016"]);
        let asked = sheet.asked(&written, None).unwrap();
        let expected = json!({ "title": "Rada", "held_on": "2016-02-24", "starts_at": "2016-02-24T09:00:00Z", "quorum_required": 6 });
        assert_eq!(Value::Object(asked.changes), expected);
        assert_eq!(
            sheet.regons(&written).collect::<Vec<_>>(),
            [("host", "990000016".into())]
        );
        // The hour that is left out in spring, a year of two digits, half a person, a cell too many.
        let wrong = cells(&["Rada", "24.02.16", "2016-03-27 02:30", "6.5", "", "x"]);
        let faults = sheet.asked(&wrong, None).err().unwrap().into_vec();
        let faults: Vec<_> = faults
            .iter()
            .map(|fault| (fault.pointer.as_str(), fault.rule))
            .collect();
        let expected = [
            ("/columns/F", Rule::UnknownField),
            ("/held_on", Rule::Format),
            ("/starts_at", Rule::Format),
            ("/quorum_required", Rule::Type),
        ];
        assert_eq!(faults, expected);
        assert_eq!(sheet.said(&written).0["held_on"], "2016-02-24");
        assert_eq!(sheet.name(&written), "Rada");
    }
}
