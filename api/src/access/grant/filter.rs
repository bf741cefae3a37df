//! What a list of grants can be filtered and ordered by.

use chrono::NaiveDate;
use domain::institution::Institution;
use domain::partnership::Partnership;
use persistence::access::grant::{self as store, Column};
use persistence::{Condition, Conn};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::find::filtered;
use crate::problem::Halt;
use crate::wire::{Codes, RefIn, Sorting, known};

/// Filters of grants.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct GrantFilter {
    /// Id of an account.
    #[param(example = "0198c0de-0000-7000-8000-000000000003")]
    pub account: Option<Uuid>,
    /// Codes of the vocabulary `roles`, separated by commas.
    #[param(value_type = Option<String>, max_length = 200, example = "secretariat,admin")]
    pub role: Option<Codes>,
    /// Id or slug of a partnership.
    #[param(value_type = Option<String>, max_length = 100, example = "partnerstwo-lubuskie")]
    pub partnership: Option<RefIn>,
    /// Id or slug of an institution.
    #[param(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub institution: Option<RefIn>,
    /// Only those held on this day.
    #[param(example = "2016-12-31")]
    pub as_of: Option<NaiveDate>,
    /// Order; by the name of the holder when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: GrantSort,
}

/// Filters of a review of access.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AccessReviewFilter {
    /// Codes of the vocabulary `roles`, separated by commas.
    #[param(value_type = Option<String>, max_length = 200, example = "secretariat,admin")]
    pub role: Option<Codes>,
    /// Only those held on this day.
    #[param(example = "2016-12-31")]
    pub as_of: Option<NaiveDate>,
    /// Order; by the name of the holder when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: GrantSort,
}

/// Orders of grants. Names in Polish alphabetical order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum GrantSort {
    /// By the name of the holder.
    #[default]
    #[serde(rename = "name")]
    Name,
    /// By the name of the holder, from the end.
    #[serde(rename = "-name")]
    NameDescending,
    /// The oldest first.
    #[serde(rename = "starts_on")]
    StartsOn,
    /// The newest first.
    #[serde(rename = "-starts_on")]
    StartsOnDescending,
}

impl Sorting for GrantSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::Name => (Column::AccountId, false),
            Self::NameDescending => (Column::AccountId, true),
            Self::StartsOn => (Column::StartsOn, false),
            Self::StartsOnDescending => (Column::StartsOn, true),
        }
    }
}

impl GrantFilter {
    /// The condition of the filters; what names nothing is refused.
    pub async fn condition(&self, conn: &impl Conn) -> Result<Condition, Halt> {
        let all = Condition::all;
        let partnership =
            filtered::<Partnership>(conn, "partnership", all(), self.partnership.as_ref()).await?;
        let institution =
            filtered::<Institution>(conn, "institution", all(), self.institution.as_ref()).await?;
        Ok(roles_on(&self.role, self.as_of)?
            .add_option(self.account.map(store::of_account))
            .add_option(partnership.map(store::in_partnership))
            .add_option(institution.map(store::of_institution)))
    }
}

impl AccessReviewFilter {
    /// The condition of the filters.
    pub fn condition(&self) -> Result<Condition, Halt> {
        roles_on(&self.role, self.as_of)
    }
}

fn roles_on(roles: &Option<Codes>, day: Option<NaiveDate>) -> Result<Condition, Halt> {
    let roles = known(roles, "role", "roles")?;
    Ok(Condition::all()
        .add_option(roles.map(store::of_roles))
        .add_option(day.map(store::holding_on)))
}
