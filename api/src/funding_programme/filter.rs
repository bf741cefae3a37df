//! What a list of funding programmes can be filtered and ordered by.

use chrono::NaiveDate;
use domain::funding_programme::FundingProgramme;
use persistence::funding_programme::{self as store, Column};
use persistence::list::Sort;
use persistence::{Condition, Conn};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::institution::known;
use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Codes, Sorting, sort_by};

/// Filters of funding programmes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FundingProgrammeFilter {
    /// Words of the name or code, or parts of them: all, in any order.
    #[param(max_length = 200, example = "lubuskie")]
    pub q: Option<String>,
    /// Only what ran on this day.
    #[param(example = "2016-12-31")]
    pub as_of: Option<NaiveDate>,
    /// Codes of the vocabulary `sectors`, separated by commas: who may apply.
    #[param(value_type = Option<String>, max_length = 500, example = "ngo")]
    pub sector: Option<Codes>,
    /// Order; by name when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: FundingProgrammeSort,
}

/// Orders of funding programmes. Names in Polish alphabetical order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum FundingProgrammeSort {
    /// By name.
    #[default]
    #[serde(rename = "name")]
    Name,
    /// By name, from the end.
    #[serde(rename = "-name")]
    NameDescending,
    /// The oldest programme first.
    #[serde(rename = "starts_on")]
    StartsOn,
    /// The newest programme first.
    #[serde(rename = "-starts_on")]
    StartsOnDescending,
    /// The oldest record first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for FundingProgrammeSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::Name => (Column::SortKey, false),
            Self::NameDescending => (Column::SortKey, true),
            Self::StartsOn => (Column::StartsOn, false),
            Self::StartsOnDescending => (Column::StartsOn, true),
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
        }
    }
}

impl Filter<FundingProgramme> for FundingProgrammeFilter {
    async fn condition(&self, _: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        let sectors = known(&self.sector, "sector", "sectors")?;
        Ok(Condition::all()
            .add_option(self.q.as_deref().map(store::matching))
            .add_option(self.as_of.map(store::running_on))
            .add_option(sectors.map(store::for_sectors)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
