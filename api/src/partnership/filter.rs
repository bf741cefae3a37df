//! What a list of partnerships can be filtered and ordered by.

use domain::identifier::Terc;
use persistence::Condition;
use persistence::partnership::{self as store, Column};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::institution::identifier;
use crate::problem::Problem;
use crate::wire::Sorting;

/// Filters of partnerships.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PartnershipFilter {
    /// Words of the name, or parts of them: all, in any order, without regard to case or Polish diacritics.
    #[param(max_length = 200, example = "ekonomii spolecznej")]
    pub q: Option<String>,
    /// TERC of the area, or its beginning.
    #[param(max_length = 20, example = "08")]
    pub area_terc: Option<String>,
    /// Order; by name when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: PartnershipSort,
}

/// Orders of partnerships. Names in Polish alphabetical order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum PartnershipSort {
    /// By name.
    #[default]
    #[serde(rename = "name")]
    Name,
    /// By name, from the end.
    #[serde(rename = "-name")]
    NameDescending,
    /// The oldest first.
    #[serde(rename = "founded_on")]
    FoundedOn,
    /// The youngest first.
    #[serde(rename = "-founded_on")]
    FoundedOnDescending,
}

impl Sorting for PartnershipSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::Name => (Column::SortKey, false),
            Self::NameDescending => (Column::SortKey, true),
            Self::FoundedOn => (Column::FoundedOn, false),
            Self::FoundedOnDescending => (Column::FoundedOn, true),
        }
    }
}

impl PartnershipFilter {
    /// The condition of the filters.
    pub fn condition(&self) -> Result<Condition, Problem> {
        let area = identifier(&self.area_terc, "area_terc", Terc::parse_beginning)?;
        Ok(store::matching(self.q.as_deref(), area.as_deref()))
    }
}
