//! What a list of schedules of exports can be ordered by.

use domain::export::schedule::ExportSchedule;
use persistence::export::schedule::Column;
use persistence::list::Sort;
use persistence::{Condition, Conn};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Sorting, sort_by};

/// The order of schedules.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExportScheduleFilter {
    /// Order; the newest first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: ExportScheduleSort,
}

/// Orders of schedules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum ExportScheduleSort {
    /// The newest first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
    /// The oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
}

impl Sorting for ExportScheduleSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        (Column::CreatedAt, self == Self::CreatedAtDescending)
    }
}

impl Filter<ExportSchedule> for ExportScheduleFilter {
    async fn condition(&self, _: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        Ok(Condition::all())
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
