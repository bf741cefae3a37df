//! What a list of communiqués can be filtered and ordered by.

use chrono::NaiveDate;
use domain::outreach::communique::Communique;
use persistence::list::Sort;
use persistence::outreach::communique::{self as store, Column};
use persistence::{Condition, Conn};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::institution::known;
use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Codes, Sorting, sort_by};

/// Filters of communiqués.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CommuniqueFilter {
    /// Words of the title or number, or parts of them: all, in any order.
    #[param(max_length = 200, example = "komunikat")]
    pub q: Option<String>,
    /// Codes of the vocabulary `communique_statuses`, separated by commas.
    #[param(value_type = Option<String>, max_length = 200, example = "released,corrected")]
    pub status: Option<Codes>,
    /// The number, n/YYYY.
    #[param(max_length = 20, example = "1/2016")]
    pub number: Option<String>,
    /// Only those released on this day or later.
    #[param(example = "2016-01-01")]
    pub from: Option<NaiveDate>,
    /// Only those released on this day or earlier.
    #[param(example = "2016-12-31")]
    pub to: Option<NaiveDate>,
    /// Only those that the activity report of the period `from`..`to` counts: released in it and not withdrawn.
    #[serde(default)]
    #[param(default = false, required = false, example = true)]
    pub in_report: bool,
    /// Order; the newest record first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: CommuniqueSort,
}

/// Orders of communiqués. Titles in Polish alphabetical order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum CommuniqueSort {
    /// The newest record first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
    /// The oldest record first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// By title.
    #[serde(rename = "title")]
    Title,
    /// By title, from the end.
    #[serde(rename = "-title")]
    TitleDescending,
}

impl Sorting for CommuniqueSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
            Self::Title => (Column::SortKey, false),
            Self::TitleDescending => (Column::SortKey, true),
        }
    }
}

impl Filter<Communique> for CommuniqueFilter {
    async fn condition(&self, _: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        let statuses = known(&self.status, "status", "communique_statuses")?;
        Ok(store::released_between(self.from, self.to)
            .add_option(self.q.as_deref().map(store::matching))
            .add_option(statuses.map(store::with_statuses))
            .add_option(self.number.as_deref().map(store::numbered))
            .add_option(self.in_report.then(store::released)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
