//! What a list of attendance can be filtered and ordered by.

use domain::institution::Institution;
use domain::meeting::attendance::Attendance;
use persistence::list::Sort;
use persistence::meeting::attendance::{self as store, Column};
use persistence::{Condition, Conn};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::find;
use crate::institution::known;
use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Codes, RefIn, Sorting, sort_by};

/// Filters of attendance.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AttendanceFilter {
    /// Codes of the vocabulary `attendance_statuses`, separated by commas.
    #[param(value_type = Option<String>, max_length = 200, example = "excused,unexcused")]
    pub status: Option<Codes>,
    /// Id or slug of an institution.
    #[param(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub institution: Option<RefIn>,
    /// Order; the oldest record first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: AttendanceSort,
}

/// Orders of attendance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum AttendanceSort {
    /// The oldest record first.
    #[default]
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for AttendanceSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        (Column::CreatedAt, self == Self::CreatedAtDescending)
    }
}

impl Filter<Attendance> for AttendanceFilter {
    async fn condition(&self, conn: &impl Conn, _site: &Site) -> Result<Condition, Halt> {
        let statuses = known(&self.status, "status", "attendance_statuses")?;
        let (all, named) = (Condition::all(), self.institution.as_ref());
        let institution = find::filtered::<Institution>(conn, "institution", all, named).await?;
        Ok(Condition::all()
            .add_option(statuses.map(store::with_statuses))
            .add_option(institution.map(store::of_institution)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
