//! What a list of terms of office can be filtered and ordered by.

use chrono::NaiveDate;
use domain::governance::term::Term;
use persistence::governance::term::{self as store, Column};
use persistence::list::Sort;
use persistence::{Condition, Conn};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Sorting, sort_by};

/// Filters of terms.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TermFilter {
    /// Only the term in which this day lies.
    #[param(example = "2016-12-31")]
    pub as_of: Option<NaiveDate>,
    /// Order; the oldest term first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: TermSort,
}

/// Orders of terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum TermSort {
    /// The oldest term first.
    #[default]
    #[serde(rename = "starts_on")]
    StartsOn,
    /// The newest term first.
    #[serde(rename = "-starts_on")]
    StartsOnDescending,
    /// The oldest record first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for TermSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::StartsOn => (Column::StartsOn, false),
            Self::StartsOnDescending => (Column::StartsOn, true),
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
        }
    }
}

impl Filter<Term> for TermFilter {
    async fn condition(&self, _: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        Ok(Condition::all().add_option(self.as_of.map(store::holding_on)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
