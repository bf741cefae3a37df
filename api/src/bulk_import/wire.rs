//! The JSON shapes of what is sent as a table, and of its rows.

use domain::language::Language;
use persistence::bulk_import::rows::Row;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::problem::FaultBody;

/// What a table holds.
#[derive(Clone, Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BulkImportIn {
    /// The kind of its records: `institution`, `signatory`, `person` or `meeting`.
    #[param(max_length = 100, example = "institution")]
    pub kind: String,
    /// What the table is called where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 200, example = "instytucje-2016.csv")]
    pub file_name: Option<String>,
    /// What an empty cell means: `keep` what stands there, or `clear` it. A column that is not there changes nothing anyway.
    #[serde(default)]
    #[param(inline, required = false, example = "keep")]
    pub empty_cells: EmptyCells,
}

/// What an empty cell means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmptyCells {
    /// It says nothing.
    #[default]
    Keep,
    /// It clears what stands there.
    Clear,
}

/// A table, for the document.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary, max_length = 2_097_152)]
pub struct TableFile(#[expect(dead_code, reason = "documents the body")] Vec<u8>);

/// A row of a table, and what becomes of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkImportRowOut {
    /// Its number in the table, as spreadsheets count.
    #[schema(minimum = 2, example = 14)]
    pub number: i32,
    /// What its record is called, as far as the row says.
    #[schema(example = "Powiatowy Urząd Pracy w Żarach")]
    pub name: String,
    /// Code of the vocabulary `bulk_import_outcomes`.
    #[schema(format = "bulk_import_outcomes", example = "updated")]
    pub outcome: String,
    /// Id of the record; that of a new one leads nowhere before the import is applied. Of a row that is refused, the record that it would
    /// change.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000005")]
    pub record: Option<Uuid>,
    /// The fields that the row changes, as they stood when it was tried.
    #[schema(required, value_type = Option<Object>, example = json!({"phone": "+48684565600"}))]
    pub before: Option<Map<String, Value>>,
    /// The same fields as the row has them; of a new record, all of them.
    #[schema(required, value_type = Option<Object>, example = json!({"phone": "+48684565610"}))]
    pub after: Option<Map<String, Value>>,
    /// Why it is refused: the code of a kind of problem.
    #[schema(required, example = "invalid-values")]
    pub problem: Option<String>,
    /// What is wrong with it; pointers name fields, or `/columns/C` where a column is none.
    pub errors: Vec<FaultBody>,
    /// The records that it may be about, where that is not clear (`ambiguous`): one of their ids in a column `id` tells.
    #[schema(max_items = 20)]
    pub candidates: Vec<Uuid>,
}

impl BulkImportRowOut {
    /// Shows a row.
    pub fn of(row: Row, language: Language) -> Self {
        let fields = |side: Option<Value>| match side {
            Some(Value::Object(fields)) => Some(fields),
            _ => None,
        };
        let (mut before, mut after) = (fields(row.before), fields(row.after));
        if let (Some(before), Some(after)) = (&mut before, &mut after) {
            let null = |fields: &Map<String, Value>, name: &String| {
                fields.get(name).cloned().unwrap_or_default()
            };
            let names: Vec<String> = before.keys().chain(after.keys()).cloned().collect();
            for name in names {
                let (old, new) = (null(before, &name), null(after, &name));
                if old == new {
                    before.remove(&name);
                    after.remove(&name);
                } else {
                    before.insert(name.clone(), old);
                    after.insert(name, new);
                }
            }
        }
        let errors = row.faults.iter();
        Self {
            number: row.number,
            name: row.name,
            outcome: row.outcome.code().to_owned(),
            record: row.record_id,
            before,
            after,
            problem: row.problem,
            errors: errors.map(|fault| FaultBody::of(fault, language)).collect(),
            candidates: row.candidates,
        }
    }
}
