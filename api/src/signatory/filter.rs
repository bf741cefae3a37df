//! What a list of signatories can be filtered and ordered by.

use chrono::NaiveDate;
use persistence::Condition;
use persistence::signatory::{self as store, Column};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::institution::known;
use crate::problem::Problem;
use crate::wire::{Codes, Sorting};

/// Filters of signatories.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SignatoryFilter {
    /// Only who was a signatory on this day.
    #[param(example = "2016-12-31")]
    pub as_of: Option<NaiveDate>,
    /// Any part of the institution's name or town.
    #[param(max_length = 200, example = "zary")]
    pub q: Option<String>,
    /// Codes of the vocabulary `institution_kinds`, separated by commas.
    #[param(value_type = Option<String>, max_length = 500, example = "pup")]
    pub kind: Option<Codes>,
    /// Codes of the vocabulary `sectors`, separated by commas: the sector on the day of `as_of`, or today.
    #[param(value_type = Option<String>, max_length = 500, example = "labour_market_institution")]
    pub sector: Option<Codes>,
    /// Id of an institution.
    #[param(example = "0198c0de-0000-7000-8000-000000000004")]
    pub institution: Option<Uuid>,
    /// Order; the oldest signatory first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: SignatorySort,
}

/// Orders of signatories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum SignatorySort {
    /// The oldest signatory first.
    #[default]
    #[serde(rename = "effective_from")]
    EffectiveFrom,
    /// The newest signatory first.
    #[serde(rename = "-effective_from")]
    EffectiveFromDescending,
}

impl Sorting for SignatorySort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::EffectiveFrom => (Column::EffectiveFrom, false),
            Self::EffectiveFromDescending => (Column::EffectiveFrom, true),
        }
    }
}

impl SignatoryFilter {
    /// The condition of the filters within a partnership.
    pub fn condition(&self, partnership: Uuid, today: NaiveDate) -> Result<Condition, Problem> {
        let day = self.as_of.unwrap_or(today);
        let kinds = known(&self.kind, "kind", "institution_kinds")?;
        let sectors = known(&self.sector, "sector", "sectors")?;
        Ok(store::of_partnership(partnership)
            .add_option(self.as_of.map(store::active_on))
            .add_option(self.q.as_deref().map(store::matching))
            .add_option(kinds.map(store::of_kinds))
            .add_option(sectors.map(|sectors| store::in_sectors(sectors, day)))
            .add_option(self.institution.map(store::of_institution)))
    }
}
