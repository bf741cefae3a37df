//! What the matrix of coverage can be filtered and ordered by.

use chrono::NaiveDate;
use domain::institution::Institution;
use persistence::institution::Column;
use persistence::outreach::coverage::{self as store, Matrix};
use persistence::{Condition, Conn};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::find;
use crate::problem::Halt;
use crate::wire::{RefIn, Sorting};

/// Filters of coverage.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CoverageFilter {
    /// First day of the period; only communiqués released in it, of which there may be a hundred.
    #[param(example = "2016-01-01")]
    pub from: Option<NaiveDate>,
    /// Last day of the period.
    #[param(example = "2016-12-31")]
    pub to: Option<NaiveDate>,
    /// Only institutions that posted every communiqué of the period, as its activity report counts; or, if `false`, only
    /// the others.
    #[param(example = true)]
    pub complete: Option<bool>,
    /// Id or slug of an institution.
    #[param(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub institution: Option<RefIn>,
    /// Words of the institution's name or town, or parts of them: all, in any order.
    #[param(max_length = 200, example = "zary")]
    pub q: Option<String>,
    /// Order; by the institution's name when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: CoverageSort,
}

/// Orders of coverage. Names in Polish alphabetical order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum CoverageSort {
    /// By the institution's name.
    #[default]
    #[serde(rename = "name")]
    Name,
    /// By the institution's name, from the end.
    #[serde(rename = "-name")]
    NameDescending,
}

impl Sorting for CoverageSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::Name => (Column::SortKey, false),
            Self::NameDescending => (Column::SortKey, true),
        }
    }
}

impl CoverageFilter {
    /// The condition on the institutions of a matrix.
    pub async fn condition(&self, conn: &impl Conn, matrix: &Matrix) -> Result<Condition, Halt> {
        let named = self.institution.as_ref();
        let institution =
            find::filtered::<Institution>(conn, "institution", Condition::all(), named).await?;
        Ok(Condition::all()
            .add(matrix.institutions())
            .add_option(self.complete.map(|complete| matrix.complete(complete)))
            .add_option(institution.map(store::of_institution))
            .add_option(self.q.as_deref().map(store::matching)))
    }
}
