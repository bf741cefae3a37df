//! What a list of links can be filtered and ordered by.

use persistence::Condition;
use persistence::access::link::{self as store, Column};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::problem::Problem;
use crate::wire::{Codes, Sorting, known};

/// Filters of links.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LinkFilter {
    /// Id of an account.
    #[param(example = "0198c0de-0000-7000-8000-000000000003")]
    pub account: Option<Uuid>,
    /// Codes of the vocabulary `link_actions`, separated by commas.
    #[param(value_type = Option<String>, max_length = 200, example = "accept_invitation")]
    pub action: Option<Codes>,
    /// Only those that were used, or only those that were not.
    #[param(example = false)]
    pub used: Option<bool>,
    /// Order; the newest first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: LinkSort,
}

/// Orders of links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum LinkSort {
    /// The newest first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
    /// The oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// Those that expire first.
    #[serde(rename = "expires_at")]
    ExpiresAt,
    /// Those that expire last.
    #[serde(rename = "-expires_at")]
    ExpiresAtDescending,
}

impl Sorting for LinkSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::CreatedAtDescending => (Column::CreatedAt, true),
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::ExpiresAt => (Column::ExpiresAt, false),
            Self::ExpiresAtDescending => (Column::ExpiresAt, true),
        }
    }
}

impl LinkFilter {
    /// The condition of the filters; an unknown code is refused.
    pub fn condition(&self) -> Result<Condition, Problem> {
        let actions = known(&self.action, "action", "link_actions")?;
        Ok(Condition::all()
            .add_option(self.account.map(store::about))
            .add_option(actions.map(store::for_actions))
            .add_option(self.used.map(store::used)))
    }
}
