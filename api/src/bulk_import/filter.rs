//! What lists of bulk imports and of their rows can be filtered and ordered by.

use domain::bulk_import::BulkImport;
use persistence::bulk_import::{self as store, Column};
use persistence::list::Sort;
use persistence::{Condition, Conn};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::problem::{Halt, Problem};
use crate::resource::{Filter, Site};
use crate::wire::{Codes, Sorting, known, sort_by};

/// Filters of bulk imports.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BulkImportFilter {
    /// Codes of the vocabulary `record_kinds`, separated by commas.
    #[param(value_type = Option<String>, max_length = 200, example = "institution,person")]
    pub kind: Option<Codes>,
    /// Codes of the vocabulary `bulk_import_statuses`, separated by commas.
    #[param(value_type = Option<String>, max_length = 200, example = "applied")]
    pub status: Option<Codes>,
    /// Order; the newest first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: BulkImportSort,
}

/// Orders of bulk imports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum BulkImportSort {
    /// The newest first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
    /// The oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
}

impl Sorting for BulkImportSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        (Column::CreatedAt, self == Self::CreatedAtDescending)
    }
}

impl Filter<BulkImport> for BulkImportFilter {
    async fn condition(&self, _: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        let kinds = known(&self.kind, "kind", "record_kinds")?;
        let statuses = known(&self.status, "status", "bulk_import_statuses")?;
        Ok(Condition::all()
            .add_option(kinds.map(store::of_kinds))
            .add_option(statuses.map(store::in_statuses)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}

/// Filters of the rows of a bulk import.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BulkImportRowFilter {
    /// Codes of the vocabulary `bulk_import_outcomes`, separated by commas.
    #[param(value_type = Option<String>, max_length = 200, example = "refused")]
    pub outcome: Option<Codes>,
    /// Order; as in the table when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: BulkImportRowSort,
}

/// Orders of the rows of a bulk import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum BulkImportRowSort {
    /// As in the table.
    #[default]
    #[serde(rename = "number")]
    Number,
    /// The last one first.
    #[serde(rename = "-number")]
    NumberDescending,
}

impl BulkImportRowFilter {
    /// The outcomes asked for.
    pub fn outcomes(&self) -> Result<Option<Vec<String>>, Problem> {
        let outcomes = known(&self.outcome, "outcome", "bulk_import_outcomes")?;
        Ok(outcomes.map(<[String]>::to_vec))
    }
}
