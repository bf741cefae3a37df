//! What a list of the rows of a bulk import can be filtered and ordered by.

use persistence::Condition;
use persistence::bulk_import::rows;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;
use crate::wire::{Codes, known};

/// Filters of the rows of a bulk import.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BulkImportRowFilter {
    /// Codes of the vocabulary `bulk_import_outcomes`, separated by commas.
    #[param(format = "bulk_import_outcomes", value_type = Option<String>, max_length = 200, example = "refused")]
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
    /// The condition of the filters; an unknown code is refused.
    pub fn condition(&self) -> Result<Condition, Problem> {
        let outcomes = known(&self.outcome, "outcome", "bulk_import_outcomes")?;
        Ok(Condition::all().add_option(outcomes.map(rows::of_outcomes)))
    }
}
