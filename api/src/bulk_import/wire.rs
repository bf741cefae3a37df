//! The JSON shapes of bulk imports.

use chrono::{DateTime, Utc};
use domain::access::account::AccountRef;
use domain::bulk_import::{BulkImport, BulkImportDraft, Counts};
use domain::language::Language;
use domain::record::{ExternalId, Versioned};
use persistence::bulk_import::rows::Row;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::problem::FaultBody;
use crate::resource::{Site, allowed_transitions};

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

impl BulkImportIn {
    /// The draft that the domain checks.
    pub fn into_draft(self, site: &Site) -> BulkImportDraft {
        BulkImportDraft {
            partnership_id: site.id(),
            account_id: site.actor.account.unwrap_or_default(),
            kind: self.kind,
            file_name: self.file_name,
        }
    }
}

/// What one would say of the same table.
impl From<&BulkImport> for BulkImportIn {
    fn from(import: &BulkImport) -> Self {
        Self {
            kind: import.kind.clone(),
            file_name: import.file_name.clone(),
            empty_cells: EmptyCells::default(),
        }
    }
}

/// How many rows became what.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkImportCountsOut {
    /// New records.
    #[schema(minimum = 0, example = 12)]
    pub created: u32,
    /// Changed records.
    #[schema(minimum = 0, example = 3)]
    pub updated: u32,
    /// Records that stand as the row says.
    #[schema(minimum = 0, example = 54)]
    pub unchanged: u32,
    /// Rows that cannot be taken.
    #[schema(minimum = 0, example = 0)]
    pub refused: u32,
}

impl From<Counts> for BulkImportCountsOut {
    fn from(counts: Counts) -> Self {
        Self {
            created: counts.created,
            updated: counts.updated,
            unchanged: counts.unchanged,
            refused: counts.refused,
        }
    }
}

/// A bulk import.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkImportOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000091")]
    pub id: Uuid,
    /// Who sent the table.
    #[schema(required)]
    pub account: Option<AccountRef>,
    /// The kind of its records: a code of the vocabulary `record_kinds`.
    #[schema(example = "institution")]
    pub kind: String,
    /// What the table was called where it comes from.
    #[schema(required, example = "instytucje-2016.csv")]
    pub file_name: Option<String>,
    /// SHA-256 of the table as it was sent, in hexadecimal digits.
    #[schema(
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub sha256: String,
    /// Code of the vocabulary `bulk_import_statuses`.
    #[schema(example = "validated")]
    pub status: String,
    /// The statuses into which the caller may bring it.
    #[schema(max_items = 20, example = json!(["applied"]))]
    pub allowed_transitions: Vec<String>,
    /// What becomes of its rows.
    pub counts: BulkImportCountsOut,
    /// When it was applied.
    #[schema(required, example = "2016-01-04T08:10:00Z")]
    pub applied_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    #[schema(required, example = json!(null))]
    pub reverted_at: Option<DateTime<Utc>>,
    /// When it is deleted with its rows; what was applied stays.
    #[schema(example = "2016-02-03T08:10:00Z")]
    pub expires_at: DateTime<Utc>,
    /// Identifiers in other systems.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 2)]
    pub version: i32,
    /// When the table arrived.
    #[schema(example = "2016-01-04T08:00:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-01-04T08:10:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl BulkImportOut {
    /// Shows a bulk import.
    pub fn of(record: &Versioned<BulkImport>, account: Option<AccountRef>, site: &Site) -> Self {
        let Versioned { head, value } = record;
        let i = value.clone();
        Self {
            id: head.id,
            account,
            kind: i.kind,
            file_name: i.file_name,
            sha256: i.sha256,
            status: i.status,
            allowed_transitions: allowed_transitions(site, value),
            counts: i.counts.into(),
            applied_at: i.applied_at,
            reverted_at: i.reverted_at,
            expires_at: i.expires_at,
            external_ids: i.external_ids.clone(),
            version: head.version,
            created_at: head.created_at,
            modified_at: head.modified_at,
        }
    }
}

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
    #[schema(example = "updated")]
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
    #[schema(required, example = json!(null))]
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
