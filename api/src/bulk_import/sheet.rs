//! What the columns of a table mean for a kind of record, and what a line of it changes.
//!
//! A column is called like a field of the body that creates a record, or like a column of the list in CSV. A cell that says what the
//! record says already changes nothing; so that a list can be exported, worked on, and sent back.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use domain::fault::{Fault, Faults, Rule};
use serde_json::{Map, Value};

use super::subject::{Said, Subject};
use super::table::Table;
use crate::export::{Column, Columns, Form, text};
use crate::problem::{Kind, Problem};

/// The longest list of a cell.
const MOST_TEXTS: usize = 200;

/// What a cell sets.
enum Target {
    /// A field of the body.
    Field(Vec<String>, Form),
    /// A field that refers to an institution, by its REGON.
    Regon(String),
}

/// A column of a table.
struct Meaning {
    name: String,
    target: Option<Target>,
    /// What the record shows there.
    shown: Option<Column>,
}

/// The columns of a table.
pub struct Sheet {
    meanings: Vec<Meaning>,
    /// Whether an empty cell clears what stands there.
    clears: bool,
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

impl Sheet {
    /// The columns of a table of `T`; those that mean nothing are refused, all at once.
    pub fn of<T: Subject>(table: &Table, clears: bool, zone: Tz) -> Result<Self, Problem> {
        let mut sent = Columns::of::<T::In>(false).0;
        sent.retain(|column| column.form != Form::Other);
        let mut shown = Columns::of::<T::Out>(false).0;
        let mut faults = Faults::new();
        let mut known = HashSet::new();
        let mut meanings = Vec::with_capacity(table.names.len());
        for (place, name) in table.names.iter().enumerate() {
            let shown = shown
                .iter()
                .position(|column| column.name == *name)
                .map(|at| shown.swap_remove(at));
            let target = target(name, &sent, T::INSTITUTIONS);
            if !known.insert(name) {
                faults.add(format!("/columns/{place}"), Rule::Duplicate);
            } else if shown.is_none() && target.is_none() && !name.is_empty() {
                faults.add(format!("/columns/{place}"), Rule::UnknownField);
            }
            meanings.push(Meaning {
                name: name.clone(),
                target,
                shown,
            });
        }
        faults.finish().map_err(Problem::from)?;
        Ok(Self {
            meanings,
            clears,
            zone,
        })
    }

    /// The columns with the cells of a line that are not empty.
    fn cells<'a>(
        &'a self,
        cells: &'a [String],
    ) -> impl Iterator<Item = (usize, &'a Meaning, &'a str)> {
        let filled = self.meanings.iter().zip(cells).enumerate();
        filled
            .map(|(place, (meaning, cell))| (place, meaning, cell.as_str()))
            .filter(|(_, meaning, cell)| !cell.is_empty() && !meaning.name.is_empty())
    }

    /// The id that a line gives.
    pub fn id<'a>(&'a self, cells: &'a [String]) -> Option<&'a str> {
        let mut cells = self.cells(cells);
        cells.find_map(|(_, meaning, cell)| (meaning.name == "id").then_some(cell))
    }

    /// The institutions that a line names by their REGON: field and number.
    pub fn regons<'a>(&'a self, cells: &'a [String]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.cells(cells)
            .filter_map(|(_, meaning, cell)| match &meaning.target {
                Some(Target::Regon(field)) => Some((field.as_str(), cell)),
                _ => None,
            })
    }

    /// What the record of a line is called, as far as the line says.
    pub fn name(&self, cells: &[String]) -> String {
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
            .map(|(_, _, cell)| cell.chars().take(300).collect())
            .unwrap_or_default()
    }

    /// What a line says, for finding its record.
    pub fn said(&self, cells: &[String]) -> Said {
        let mut said = Said::default();
        for (_, meaning, cell) in self.cells(cells) {
            if let Some(Target::Field(path, form)) = &meaning.target
                && let Ok(Value::String(text)) = value(*form, cell, self.zone)
            {
                said.0.entry(path.join(".")).or_insert(text);
            }
        }
        said
    }

    /// What a line changes of what a record shows; of a new one, all that it says.
    pub fn asked(&self, cells: &[String], before: Option<&Value>) -> Result<Asked, Faults> {
        let mut faults = Faults::new();
        let mut asked = Asked::default();
        if cells
            .iter()
            .skip(self.meanings.len())
            .any(|cell| !cell.is_empty())
        {
            faults.add("", Rule::Length);
        }
        for (place, meaning) in self.meanings.iter().enumerate() {
            let cell = cells.get(place).map(String::as_str).unwrap_or_default();
            let field = match &meaning.target {
                Some(Target::Field(path, _)) => Some(path),
                _ => None,
            };
            let shown = before.zip(meaning.shown.as_ref());
            let same = |(before, column): (_, &Column)| text(column.cell(before)).trim() == cell;
            if meaning.name.is_empty() || shown.is_some_and(same) {
                continue;
            }
            if cell.is_empty() {
                if let (true, true, Some(path)) = (self.clears, before.is_some(), field) {
                    put(&mut asked.changes, path, Value::Null);
                }
                continue;
            }
            match &meaning.target {
                Some(Target::Field(path, form)) if !holds(&asked.changes, path) => {
                    let pointer = format!("/{}", path.join("/"));
                    if let Some(value) = faults.take(pointer, value(*form, cell, self.zone)) {
                        put(&mut asked.changes, path, value);
                    }
                }
                // Looked up before.
                Some(Target::Regon(_)) => {}
                _ => asked.claims.push((place, cell.to_owned())),
            }
        }
        faults.finish().map(|()| asked)
    }

    /// Which cells of a line say what is not so, of those that cannot set anything.
    pub fn untrue(&self, asked: &Asked, after: &Value) -> Vec<Fault> {
        let untrue = asked.claims.iter().filter_map(|(place, cell)| {
            let meaning = &self.meanings[*place];
            let shown = meaning
                .shown
                .as_ref()
                .map(|column| text(column.cell(after)));
            let fault = || Fault {
                pointer: format!("/{}", meaning.name.replace('.', "/")),
                rule: Rule::Conflict,
            };
            (shown.as_deref().map(str::trim) != Some(cell)).then(fault)
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

/// The value of a cell.
fn value(form: Form, cell: &str, zone: Tz) -> Result<Value, Rule> {
    Ok(match form {
        Form::Text => Value::from(cell),
        Form::Day => Value::from(day(cell).ok_or(Rule::Format)?.to_string()),
        Form::Instant => {
            let instant = instant(cell, zone).ok_or(Rule::Format)?;
            Value::from(instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
        }
        Form::Integer => Value::from(cell.parse::<i64>().map_err(|_| Rule::Type)?),
        Form::Truth => Value::from(truth(cell).ok_or(Rule::Type)?),
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

/// A day as ISO 8601 or as Poles write it.
fn day(cell: &str) -> Option<NaiveDate> {
    let read = |format| NaiveDate::parse_from_str(cell, format).ok();
    // Years of two digits would be read as those of antiquity.
    let day = ["%Y-%m-%d", "%d.%m.%Y"].into_iter().find_map(read)?;
    (day >= NaiveDate::from_ymd_opt(1000, 1, 1)?).then_some(day)
}

/// An instant by RFC 3339, or the time of a clock in the partnership, unless it strikes that time twice or not at all.
fn instant(cell: &str, zone: Tz) -> Option<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(cell) {
        return Some(instant.to_utc());
    }
    let (days, time) = cell.split_once(['T', ' '])?;
    let read = |format| chrono::NaiveTime::parse_from_str(time.trim(), format).ok();
    let time = ["%H:%M:%S", "%H:%M"].into_iter().find_map(read)?;
    let local = NaiveDateTime::new(day(days)?, time);
    Some(zone.from_local_datetime(&local).single()?.to_utc())
}

fn truth(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "true" | "tak" | "prawda" | "1" => Some(true),
        "false" | "nie" | "fałsz" | "0" => Some(false),
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

    fn cells(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
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
            ("/columns/1", Rule::UnknownField),
            ("/columns/3", Rule::UnknownField),
            ("/columns/4", Rule::Duplicate),
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
        assert_eq!(
            untrue,
            [Fault {
                pointer: "/sector".into(),
                rule: Rule::Conflict
            }]
        );
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
            [("host", "990000016")]
        );
        // The hour that is left out in spring, a year of two digits, half a person, a cell too many.
        let wrong = cells(&["Rada", "24.02.16", "2016-03-27 02:30", "6.5", "", "x"]);
        let faults = sheet.asked(&wrong, None).err().unwrap().into_vec();
        let faults: Vec<_> = faults
            .iter()
            .map(|fault| (fault.pointer.as_str(), fault.rule))
            .collect();
        let expected = [
            ("", Rule::Length),
            ("/held_on", Rule::Format),
            ("/starts_at", Rule::Format),
            ("/quorum_required", Rule::Type),
        ];
        assert_eq!(faults, expected);
        assert_eq!(sheet.said(&written).0["held_on"], "2016-02-24");
        assert_eq!(sheet.name(&written), "Rada");
    }
}
