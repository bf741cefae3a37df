//! The rows of bulk imports: what each says, and what becomes of it.

use domain::bulk_import::Outcome;
use domain::fault::{self, Fault, Rule};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;
use sea_orm::{ActiveValue, Condition, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::Value as JsonValue;

use crate::json::{from_json, to_json};
use crate::list::{self, AskLines, Lines, Position, SortValue, holds_any};
use crate::{Conn, RepoError, Tx};

mod table {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bulk_import_row")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub bulk_import_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub name: String,
        pub outcome: String,
        pub record_id: Option<Uuid>,
        pub record_version: Option<i32>,
        pub before: Option<Json>,
        pub after: Option<Json>,
        pub problem: Option<String>,
        pub faults: Json,
        pub candidates: Json,
    }

    crate::db::without_relations!();
}

use table::{Column, Entity};

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number in the table, as spreadsheets count.
    pub number: i32,
    /// What its record is called, as far as the row says.
    pub name: String,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The record, also the one that it becomes or, of a row that is refused, would change.
    pub record_id: Option<Uuid>,
    /// The version that the record has before; none for a new one.
    pub record_version: Option<i32>,
    /// The record before, as one would send it.
    pub before: Option<JsonValue>,
    /// The record after, as one would send it.
    pub after: Option<JsonValue>,
    /// Why it is refused: the code of a problem.
    pub problem: Option<String>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// The records that it may be about, where that is not clear.
    pub candidates: Vec<Uuid>,
}

/// A fault as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    pointer: String,
    code: String,
    // Rows of earlier versions are lists of the two above.
    #[serde(default)]
    column: Option<(String, String)>,
}

impl Row {
    fn from_row(row: table::Model) -> Result<Self, RepoError> {
        let unknown = || RepoError::Other(DbErr::Type(format!("unknown outcome {}", row.outcome)));
        let outcome = Outcome::from_code(&row.outcome).ok_or_else(unknown)?;
        let faults: Vec<Kept> = from_json(row.faults)?;
        let fault = |kept: Kept| {
            let column = |(letter, heading)| fault::Column { letter, heading };
            Some(Fault {
                rule: Rule::from_code(&kept.code)?,
                pointer: kept.pointer,
                column: kept.column.map(column),
            })
        };
        Ok(Self {
            number: row.number,
            name: row.name,
            outcome,
            record_id: row.record_id,
            record_version: row.record_version,
            before: row.before,
            after: row.after,
            problem: row.problem,
            faults: faults.into_iter().filter_map(fault).collect(),
            candidates: from_json(row.candidates)?,
        })
    }

    fn into_row(self, import: Uuid) -> Result<table::ActiveModel, RepoError> {
        let faults = self.faults.into_iter();
        let kept = |fault: Fault| Kept {
            pointer: fault.pointer,
            code: fault.rule.code().to_owned(),
            column: fault.column.map(|column| (column.letter, column.heading)),
        };
        let faults: Vec<Kept> = faults.map(kept).collect();
        Ok(table::ActiveModel {
            bulk_import_id: ActiveValue::Set(import),
            number: ActiveValue::Set(self.number),
            name: ActiveValue::Set(self.name),
            outcome: ActiveValue::Set(self.outcome.code().to_owned()),
            record_id: ActiveValue::Set(self.record_id),
            record_version: ActiveValue::Set(self.record_version),
            before: ActiveValue::Set(self.before),
            after: ActiveValue::Set(self.after),
            problem: ActiveValue::Set(self.problem),
            faults: ActiveValue::Set(to_json(&faults)?),
            candidates: ActiveValue::Set(to_json(&self.candidates)?),
        })
    }
}

/// Stores the rows of an import.
pub async fn insert(tx: &Tx, import: Uuid, rows: Vec<Row>) -> Result<(), RepoError> {
    let mut rows = rows.into_iter().map(|row| row.into_row(import)).peekable();
    while rows.peek().is_some() {
        // Bounded by the number of bind variables a statement may have.
        let chunk: Result<Vec<_>, _> = rows.by_ref().take(500).collect();
        Entity::insert_many(chunk?)
            .exec_without_returning(tx.raw())
            .await?;
    }
    Ok(())
}

/// Those with one of some outcomes.
pub fn of_outcomes(codes: &[String]) -> Condition {
    Condition::all().add(Column::Outcome.is_in(codes))
}

/// Reads a page of the rows of an import, in the order of its table.
pub async fn list(conn: &impl Conn, import: Uuid, ask: &AskLines) -> Result<Lines<Row>, RepoError> {
    let all = Entity::find().filter(Column::BulkImportId.eq(import));
    let after = match ask.after {
        Some(Position::After(SortValue::Number(last), _)) => Some(last.into()),
        _ => None,
    };
    let place = |last: &Row| Position::After(SortValue::Number(last.number), import);
    list::lines(
        conn,
        all,
        ask,
        (Column::Number, after),
        Row::from_row,
        place,
    )
    .await
}

/// Forgets what rows said of a record, also those that may have been about it.
pub async fn forget_record(tx: &Tx, record: Uuid) -> Result<(), RepoError> {
    let nothing = table::ActiveModel {
        name: ActiveValue::Set(String::new()),
        before: ActiveValue::Set(None),
        after: ActiveValue::Set(None),
        ..Default::default()
    };
    Entity::update_many()
        .set(nothing)
        .filter(
            Condition::any()
                .add(Column::RecordId.eq(record))
                .add(holds_any(Column::Candidates, &[record.to_string()])),
        )
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Forgets the rows of imports that are deleted.
pub async fn purge(tx: &Tx) -> Result<(), RepoError> {
    let mut deleted = Query::select();
    deleted
        .column(super::Column::Id)
        .from(super::row::Entity)
        .and_where(super::Column::DeletedAt.is_not_null());
    Entity::delete_many()
        .filter(Column::BulkImportId.in_subquery(deleted))
        .exec(tx.raw())
        .await?;
    Ok(())
}
