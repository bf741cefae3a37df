//! The rows of a table: tried, applied, taken back; by the same steps as single requests take.

use std::collections::HashSet;

use domain::bulk_import::{BulkImport, Outcome};
use domain::fault::{FaultList, Rule};
use domain::institution::Institution;
use domain::meeting::Meeting;
use domain::person::Person;
use domain::record::{Kind as RecordKind, Versioned};
use domain::signatory::Signatory;
use domain::slug::Key;
use persistence::bulk_import::rows::{self, Row};
use persistence::list::AskLines;
use persistence::record::{self, Pick};
use persistence::{institution, kinds};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::sheet::{self, Sheet, of_row};
use super::subject::{About, Said, Subject};
use super::table::{Line, Table};
use crate::problem::{Halt, Kind, Problem};
use crate::records::{self, In};
use crate::site::Site;
use crate::wire::{Body, MergePatch, WriteTx};

/// How many rows are read at a time.
const PAGE: u64 = 200;
/// How many faults an answer lists.
const MOST_FAULTS: usize = 100;

macro_rules! for_kind {
    ($kind:expr, $run:ident($($argument:expr),*)) => {
        match $kind {
            Some(RecordKind::Institution) => $run::<Institution>($($argument),*).await,
            Some(RecordKind::Signatory) => $run::<Signatory>($($argument),*).await,
            Some(RecordKind::Person) => $run::<Person>($($argument),*).await,
            Some(RecordKind::Meeting) => $run::<Meeting>($($argument),*).await,
            _ => Err(Problem::of(Kind::Internal).into()),
        }
    };
}

/// The names that the columns of a table may have; none where its kind is not known.
pub fn names(kind: Option<RecordKind>) -> HashSet<String> {
    match kind {
        Some(RecordKind::Institution) => sheet::names::<Institution>(),
        Some(RecordKind::Signatory) => sheet::names::<Signatory>(),
        Some(RecordKind::Person) => sheet::names::<Person>(),
        Some(RecordKind::Meeting) => sheet::names::<Meeting>(),
        _ => HashSet::new(),
    }
}

/// Refuses who may not write the records of an import.
pub fn check_allowed(site: &Site, kind: Option<RecordKind>) -> Result<(), Problem> {
    let permission = match kind {
        Some(RecordKind::Institution) => Institution::PERMISSION,
        Some(RecordKind::Person) => Person::PERMISSION,
        _ => Meeting::PERMISSION,
    };
    site.check(permission, None)
}

/// Tries every row of a table, and undoes it all.
pub async fn try_out(
    tx: &WriteTx,
    site: &Site,
    kind: Option<RecordKind>,
    table: &Table,
    clears: bool,
) -> Result<Vec<Row>, Halt> {
    let whole = tx.try_out().await?;
    let rows = for_kind!(kind, try_lines(tx, site, table, clears))?;
    tx.undo(whole).await?;
    Ok(rows)
}

async fn try_lines<T: Subject>(
    tx: &WriteTx,
    site: &Site,
    table: &Table,
    clears: bool,
) -> Result<Vec<Row>, Halt> {
    let sheet = Sheet::of::<T>(table, clears, site.partnership.value.tz())?;
    let mut seen = HashSet::new();
    let mut rows = Vec::with_capacity(table.lines.len());
    for line in &table.lines {
        let trial = tx.try_out().await?;
        let mut meant = Meant::default();
        let row = match try_line::<T>(tx, site, &sheet, line, &seen, &mut meant).await {
            Ok(row) if row.record_id.is_some_and(|id| !seen.insert(id)) => {
                let twice = Problem::of(Kind::InvalidValues).at("", Rule::Duplicate);
                refusal(&sheet, line, twice, meant)
            }
            Ok(row) => row,
            Err(halt) => refusal(&sheet, line, about_the_row(halt)?, meant),
        };
        match row.outcome {
            Outcome::Refused => tx.undo(trial).await?,
            _ => tx.keep(trial).await?,
        }
        rows.push(row);
    }
    Ok(rows)
}

/// What is wrong with a row, unless something is wrong with the server.
fn about_the_row(halt: Halt) -> Result<Problem, Halt> {
    match halt {
        Halt::Problem(problem) if problem.kind.status() < 500 => Ok(problem),
        halt => Err(halt),
    }
}

/// The records that a row is about, as far as that was found out.
#[derive(Default)]
struct Meant {
    record: Option<Uuid>,
    candidates: Vec<Uuid>,
}

fn refusal(sheet: &Sheet, line: &Line, problem: Problem, meant: Meant) -> Row {
    let (kind, faults) = sheet.of_row(problem);
    Row {
        number: line.number,
        name: sheet.name(&line.cells),
        outcome: Outcome::Refused,
        record_id: meant.record,
        record_version: None,
        before: None,
        after: None,
        problem: Some(kind.slug().to_owned()),
        faults,
        candidates: meant.candidates,
    }
}

async fn try_line<T: Subject>(
    tx: &WriteTx,
    site: &Site,
    sheet: &Sheet,
    line: &Line,
    claimed: &HashSet<Uuid>,
    meant: &mut Meant,
) -> Result<Row, Halt> {
    let mut said = sheet.said(&line.cells);
    let mut named = Vec::new();
    for (field, regon) in sheet.regons(&line.cells) {
        let id = of_regon(tx, field, &regon).await?;
        said.0.entry(field.to_owned()).or_insert(id.clone());
        named.push((field, id));
    }
    let about = match sheet.id(&line.cells) {
        Some(id) => About::Known(by_id::<T>(tx, site, id).await?),
        None => T::about(tx, &records::scope::<T>(site), &said, claimed).await?,
    };
    let found = match about {
        About::New => None,
        About::Known(found) => Some(found),
        About::Unclear(candidates) => {
            meant.candidates = candidates;
            return Err(Problem::of(Kind::NotUnique)
                .at("/id", Rule::Ambiguous)
                .into());
        }
    };
    meant.record = found.as_ref().map(|found| found.head.id);
    let shown = match &found {
        Some(found) => Some(shown(tx, site, found).await?),
        None => None,
    };
    let asked = sheet.asked(&line.cells, shown.as_ref());
    let mut asked = asked.map_err(Problem::from)?;
    for (field, id) in named {
        let stands = shown.as_ref().map(|shown| &shown[field]["id"]);
        if stands != Some(&Value::from(id.as_str())) {
            asked.changes.entry(field).or_insert(Value::from(id));
        }
    }
    let changes = std::mem::take(&mut asked.changes);
    let changes = MergePatch::<In<T>>::of(changes);
    let version = found.as_ref().map(|found| found.head.version);
    let mut before = None;
    let after = match found {
        Some(found) => {
            let standing = In::from(&found.value);
            let body = records::resolved(tx, site, changes.apply(&standing)?).await?;
            let said = json(&standing);
            let after = match body.as_whole().is_some_and(|body| json(body) == said) {
                // Who may not change a record may say what it says.
                true => found,
                false => replace(tx, site, found, body).await?,
            };
            before = Some(said);
            after
        }
        None => records::insert(tx, site, T::PERMISSION, tx.new_id(), changes.alone()?).await?,
    };
    if asked.has_claims() {
        let faults = sheet.untrue(&asked, &self::shown(tx, site, &after).await?);
        if !faults.is_empty() {
            return Err(Problem::of(Kind::InvalidValues).faults(faults).into());
        }
    }
    let outcome = match version {
        None => Outcome::Created,
        Some(version) if version == after.head.version => Outcome::Unchanged,
        Some(_) => Outcome::Updated,
    };
    let changed = outcome != Outcome::Unchanged;
    Ok(Row {
        number: line.number,
        name: sheet.name(&line.cells),
        outcome,
        record_id: Some(after.head.id),
        record_version: version,
        before: before.filter(|_| changed),
        after: changed.then(|| json(&In::from(&after.value))),
        problem: None,
        faults: Vec::new(),
        candidates: Vec::new(),
    })
}

/// Changes a record by the rules of its endpoint, unless it says so already.
async fn replace<T: Subject>(
    tx: &WriteTx,
    site: &Site,
    before: Versioned<T>,
    body: Body<In<T>>,
) -> Result<Versioned<T>, Halt> {
    let (value, made) = records::checked(tx, site, Some(&before), body).await?;
    if value == before.value {
        return Ok(before);
    }
    records::check_change(&**tx, site, T::PERMISSION, &before).await?;
    records::store_change(tx, site, T::PERMISSION, before, value, made).await
}

/// The record that a row names.
async fn by_id<T: Subject>(tx: &WriteTx, site: &Site, id: &str) -> Result<Versioned<T>, Halt> {
    let missing = || Problem::of(Kind::DanglingReference).at("/id", Rule::DanglingReference);
    let id: Uuid = id.parse().map_err(|_| missing())?;
    let found = record::find(&**tx, &Key::Id(id), records::scope::<T>(site)).await?;
    Ok(found.ok_or_else(missing)?)
}

async fn of_regon(tx: &WriteTx, field: &str, regon: &str) -> Result<String, Halt> {
    let pointer = format!("/{field}/regon");
    let regon = domain::identifier::Regon::parse(regon)
        .map_err(|rule| Problem::of(Kind::InvalidValues).at(pointer.as_str(), rule))?;
    let scope = institution::of_regon(regon.as_str()).add(institution::active());
    let found = record::picked::<Institution>(&**tx, scope, &Pick::After(None, 1)).await?;
    let missing = || Problem::of(Kind::DanglingReference).at(pointer, Rule::DanglingReference);
    Ok(found.first().ok_or_else(missing)?.head.id.to_string())
}

async fn shown<T: Subject>(
    tx: &WriteTx,
    site: &Site,
    record: &Versioned<T>,
) -> Result<Value, Halt> {
    Ok(json(&records::show_one(&**tx, site, record).await?))
}

fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Applies the rows of an import, all of them; none when one of them would not become what it became when it was tried.
pub async fn apply(tx: &WriteTx, site: &Site, import: &Versioned<BulkImport>) -> Result<(), Halt> {
    let mut stale = Faulty::default();
    let mut seen = HashSet::new();
    let mut rows = Effective::of(import, false);
    while let Some(page) = rows.next(tx).await? {
        for row in page {
            let trial = tx.try_out().await?;
            match for_kind!(import.value.kind(), apply_row(tx, site, &row, &seen)) {
                Ok(()) => {
                    tx.keep(trial).await?;
                    seen.extend(row.record_id);
                }
                Err(halt) => {
                    let problem = about_the_row(halt)?;
                    tx.undo(trial).await?;
                    stale.add(&row, problem);
                }
            }
        }
    }
    stale.finish("bulk_import_outdated")
}

async fn apply_row<T: Subject>(
    tx: &WriteTx,
    site: &Site,
    row: &Row,
    claimed: &HashSet<Uuid>,
) -> Result<(), Halt> {
    let (Some(id), Some(after)) = (row.record_id, row.after.clone()) else {
        return Err(Problem::of(Kind::Internal).into());
    };
    let body = body::<T>(after.clone())?;
    match row.record_version {
        Some(version) => {
            let before = standing::<T>(tx, site, id, version).await?;
            replace(tx, site, before, body).await?;
        }
        None => {
            // It was about nothing known when it was tried; somebody may have recorded the same, or one alike, meanwhile.
            let (scope, said) = (records::scope::<T>(site), said(&after));
            match T::about(tx, &scope, &said, claimed).await? {
                About::New => {}
                About::Known(_) | About::Unclear(_) => {
                    return Err(Problem::of(Kind::NotUnique).into());
                }
            }
            records::insert(tx, site, T::PERMISSION, id, body).await?;
        }
    }
    Ok(())
}

/// Takes back what an import did, all of it; nothing when something was built on it.
pub async fn revert(tx: &WriteTx, site: &Site, import: &Versioned<BulkImport>) -> Result<(), Halt> {
    for_kind!(import.value.kind(), revert_rows(tx, site, import))
}

async fn revert_rows<T: Subject>(
    tx: &WriteTx,
    site: &Site,
    import: &Versioned<BulkImport>,
) -> Result<(), Halt> {
    let mut built_on = Faulty::default();
    let mut removed = Vec::new();
    // The last one first: it may refer to those before it.
    let mut rows = Effective::of(import, true);
    while let Some(page) = rows.next(tx).await? {
        for row in page {
            let trial = tx.try_out().await?;
            match revert_row::<T>(tx, site, &row).await {
                Ok(()) => tx.keep(trial).await?,
                Err(halt) => {
                    let problem = about_the_row(halt)?;
                    tx.undo(trial).await?;
                    built_on.add(&row, problem);
                    continue;
                }
            }
            if row.outcome == Outcome::Created {
                // Nothing else is asked of it, and there may be thousands.
                removed.push(Row { after: None, ..row });
            }
        }
    }
    // Once the rows are locked: nobody can refer to them any more meanwhile.
    for row in &removed {
        let id = row.record_id.unwrap_or_default();
        if kinds::is_referred_to(&**tx, T::KIND, id).await? {
            built_on.add(row, Problem::of(Kind::StillReferredTo));
        }
    }
    built_on.finish("bulk_import_built_on")
}

async fn revert_row<T: Subject>(tx: &WriteTx, site: &Site, row: &Row) -> Result<(), Halt> {
    let id = row.record_id.unwrap_or_default();
    let given = row.record_version.unwrap_or_default() + 1;
    let standing = standing::<T>(tx, site, id, given).await?;
    match row.before.clone() {
        Some(before) => {
            replace(tx, site, standing, body::<T>(before)?).await?;
        }
        None => {
            records::check_change(&**tx, site, T::PERMISSION, &standing).await?;
            record::delete(tx, standing).await?;
        }
    }
    Ok(())
}

/// A record that still stands in a version.
async fn standing<T: Subject>(
    tx: &WriteTx,
    site: &Site,
    id: Uuid,
    version: i32,
) -> Result<Versioned<T>, Halt> {
    let found = record::find::<T>(&**tx, &Key::Id(id), records::scope::<T>(site)).await?;
    let found = found.filter(|found| found.head.version == version);
    Ok(found.ok_or_else(|| Problem::of(Kind::Stale))?)
}

fn body<T: Subject>(stored: Value) -> Result<Body<In<T>>, Halt> {
    let Value::Object(fields) = stored else {
        return Err(Problem::of(Kind::Internal).into());
    };
    Ok(MergePatch::of(fields).alone()?)
}

/// What a body says, for finding its record.
fn said(body: &Value) -> Said {
    fn gather(fields: &Map<String, Value>, path: &str, said: &mut Said) {
        for (name, value) in fields {
            match value {
                Value::String(text) => {
                    said.0.insert(format!("{path}{name}"), text.clone());
                }
                Value::Object(fields) => gather(fields, &format!("{path}{name}."), said),
                _ => {}
            }
        }
    }
    let mut said = Said::default();
    if let Value::Object(fields) = body {
        gather(fields, "", &mut said);
    }
    said
}

/// The rows of an import that change something, page by page.
struct Effective {
    import: Uuid,
    ask: Option<AskLines>,
}

impl Effective {
    fn of(import: &Versioned<BulkImport>, last_first: bool) -> Self {
        let outcomes = [Outcome::Created, Outcome::Updated];
        let outcomes = outcomes.map(|outcome| outcome.code().to_owned());
        Self {
            import: import.head.id,
            ask: Some(AskLines {
                condition: rows::of_outcomes(&outcomes),
                last_first,
                limit: PAGE,
                after: None,
                total: false,
            }),
        }
    }

    async fn next(&mut self, tx: &WriteTx) -> Result<Option<Vec<Row>>, Halt> {
        let Some(ask) = self.ask.take() else {
            return Ok(None);
        };
        let page = rows::list(&**tx, self.import, &ask).await?;
        let after = page.next;
        self.ask = after.is_some().then_some(AskLines { after, ..ask });
        Ok(Some(page.lines))
    }
}

/// The rows that stand in the way, with what is wrong.
#[derive(Default)]
struct Faulty(FaultList);

impl Faulty {
    fn add(&mut self, row: &Row, problem: Problem) {
        let (_, faults) = of_row(problem);
        let number = row.number;
        if faults.is_empty() {
            self.0.add(format!("/rows/{number}"), Rule::Conflict);
        }
        for fault in faults {
            let pointer = format!("/rows/{number}{}", fault.pointer);
            self.0.add(pointer, fault.rule);
        }
    }

    fn finish(mut self, reason: &'static str) -> Result<(), Halt> {
        if self.0.total == 0 {
            return Ok(());
        }
        self.0.listed.truncate(MOST_FAULTS);
        Err(Problem::conflict(reason).listing(self.0).into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_says_what_its_row_said() {
        let said =
            said(&json!({ "name": "PUP", "address": { "town": "Żary" }, "public_body": true }));
        let said: Vec<_> = said.0.into_iter().collect();
        assert_eq!(
            said,
            [
                ("address.town".into(), "Żary".into()),
                ("name".into(), "PUP".into())
            ] as [(String, String); 2]
        );
    }

    #[test]
    fn an_answer_lists_so_many_faults_and_no_more() {
        let mut faulty = Faulty::default();
        assert!(Faulty::default().finish("bulk_import_outdated").is_ok());
        let row = |number| Row {
            number,
            name: String::new(),
            outcome: Outcome::Created,
            record_id: None,
            record_version: None,
            before: None,
            after: None,
            problem: None,
            faults: Vec::new(),
            candidates: Vec::new(),
        };
        for number in 2..200 {
            let problem = Problem::of(Kind::NotUnique).at("/slug", Rule::Duplicate);
            faulty.add(&row(number), problem);
        }
        faulty.add(&row(200), Problem::of(Kind::Stale));
        let Err(Halt::Problem(problem)) = faulty.finish("bulk_import_outdated") else {
            panic!("refused")
        };
        let faults = problem.into_faults();
        assert_eq!(
            (faults.len(), faults[0].pointer.as_str()),
            (MOST_FAULTS, "/rows/2/slug")
        );
    }
}
