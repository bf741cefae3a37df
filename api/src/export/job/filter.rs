//! What a list of exports can be filtered and ordered by.

use domain::export::Export;
use persistence::export::{self as store, Column};
use persistence::list::Sort;
use persistence::{Condition, Conn};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Codes, Sorting, known, sort_by};

/// Filters of exports.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExportFilter {
    /// Codes of the vocabulary `export_statuses`, separated by commas.
    #[param(value_type = Option<String>, max_length = 200, example = "done,failed")]
    pub status: Option<Codes>,
    /// Id of a schedule.
    #[param(example = "0198c0de-0000-7000-8000-000000000082")]
    pub schedule: Option<Uuid>,
    /// Order; the newest first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: ExportSort,
}

/// Orders of exports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum ExportSort {
    /// The newest first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
    /// The oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
}

impl Sorting for ExportSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        (Column::CreatedAt, self == Self::CreatedAtDescending)
    }
}

impl Filter<Export> for ExportFilter {
    async fn condition(&self, _: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        let states = known(&self.status, "status", "export_statuses")?;
        Ok(Condition::all()
            .add_option(states.map(store::in_states))
            .add_option(self.schedule.map(store::of_schedule)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
