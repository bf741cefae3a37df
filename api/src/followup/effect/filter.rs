//! What a list of effects can be filtered and ordered by.

use chrono::NaiveDate;
use domain::followup::effect::Effect;
use persistence::followup::effect::{self as store, Column};
use persistence::list::Sort;
use persistence::{Condition, Conn};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Sorting, sort_by};

/// Filters of effects.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EffectFilter {
    /// Of a period that begins on this day or later.
    #[param(example = "2016-01-01")]
    pub from: Option<NaiveDate>,
    /// Of a period that ends on this day or earlier.
    #[param(example = "2016-12-31")]
    pub to: Option<NaiveDate>,
    /// Only what the activity report of the days from `from` to `to` states: the effects of periods that lie within
    /// them, as without it.
    #[serde(default)]
    #[param(default = false, required = false, example = true)]
    pub in_report: bool,
    /// Order; by place in the report when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: EffectSort,
}

/// Orders of effects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum EffectSort {
    /// By place in the report.
    #[default]
    #[serde(rename = "position")]
    Position,
    /// By place, from the end.
    #[serde(rename = "-position")]
    PositionDescending,
    /// The oldest record first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for EffectSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::Position => (Column::Position, false),
            Self::PositionDescending => (Column::Position, true),
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
        }
    }
}

impl Filter<Effect> for EffectFilter {
    async fn condition(&self, _: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        Ok(store::within(self.from, self.to))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
