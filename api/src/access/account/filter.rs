//! What a list of accounts can be filtered and ordered by.

use domain::access::{Actor, Permission};
use persistence::Condition;
use persistence::access::account::{self as store, Column};
use persistence::access::membership;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;
use crate::wire::{Codes, Sorting, known};

/// Filters of accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AccountFilter {
    /// Words of a name or address, or parts of them: all, in any order.
    #[param(max_length = 200, example = "sekretariat")]
    pub q: Option<String>,
    /// Codes of the vocabulary `account_kinds`, separated by commas.
    #[param(value_type = Option<String>, max_length = 100, example = "person")]
    pub kind: Option<Codes>,
    /// Codes of the vocabulary `account_statuses`, separated by commas.
    #[param(value_type = Option<String>, max_length = 100, example = "active")]
    pub status: Option<Codes>,
    /// Order; by name when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: AccountSort,
}

/// Orders of accounts. Names in Polish alphabetical order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum AccountSort {
    /// By name.
    #[default]
    #[serde(rename = "name")]
    Name,
    /// By name, from the end.
    #[serde(rename = "-name")]
    NameDescending,
    /// The oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for AccountSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::Name => (Column::SortKey, false),
            Self::NameDescending => (Column::SortKey, true),
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
        }
    }
}

impl AccountFilter {
    /// The condition of the filters; an unknown code is refused.
    pub fn condition(&self, actor: &Actor) -> Result<Condition, Problem> {
        let mut condition = Condition::all();
        if let Some(q) = &self.q {
            condition = condition.add(store::matching(q));
        }
        if let Some(codes) = known(&self.kind, "kind", "account_kinds")? {
            condition = condition.add(store::of_kinds(codes));
        }
        if let Some(codes) = known(&self.status, "status", "account_statuses")? {
            condition = condition.add(match actor.may_everywhere(Permission::ManageAccounts) {
                true => store::in_states(codes),
                false => membership::in_states_of(
                    codes,
                    &actor.partnerships(Permission::ManageAccounts),
                    &actor.institutions(Permission::ManageAccounts),
                ),
            });
        }
        Ok(condition)
    }
}
