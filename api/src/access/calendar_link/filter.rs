//! What a list of calendar links can be filtered and ordered by.

use persistence::Condition;
use persistence::access::calendar_link::{self as store, Column};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::wire::Sorting;

/// Filters of calendar links.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CalendarLinkFilter {
    /// Id of an account.
    #[param(example = "0198c0de-0000-7000-8000-000000000003")]
    pub account: Option<Uuid>,
    /// Order; the newest first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: CalendarLinkSort,
}

/// Orders of calendar links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum CalendarLinkSort {
    /// The newest first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
    /// The oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
}

impl Sorting for CalendarLinkSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        (Column::CreatedAt, self == Self::CreatedAtDescending)
    }
}

impl CalendarLinkFilter {
    /// The condition of the filters.
    pub fn condition(&self) -> Condition {
        Condition::all().add_option(self.account.map(store::of_account))
    }
}
