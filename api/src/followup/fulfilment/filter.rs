//! What a list of fulfilments can be filtered and ordered by.

use chrono::NaiveDate;
use domain::followup::commitment::Commitment;
use domain::followup::fulfilment::Fulfilment;
use domain::meeting::Meeting;
use persistence::followup::commitment;
use persistence::followup::fulfilment::{self as store, Column};
use persistence::list::Sort;
use persistence::{Condition, Conn, meeting};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::find;
use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{RefIn, Sorting, sort_by};

/// Filters of fulfilments.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FulfilmentFilter {
    /// Id or slug of a commitment.
    #[param(value_type = Option<String>, max_length = 100, example = "zob-informacje")]
    pub commitment: Option<RefIn>,
    /// Id or slug of a meeting.
    #[param(value_type = Option<String>, max_length = 100, example = "forum-2016-1")]
    pub meeting: Option<RefIn>,
    /// Fulfilled on this day or later.
    #[param(example = "2016-01-01")]
    pub from: Option<NaiveDate>,
    /// Fulfilled on this day or earlier.
    #[param(example = "2016-12-31")]
    pub to: Option<NaiveDate>,
    /// Only what the activity report of the days from `from` to `to` counts: at meetings that took place then, or
    /// without one, for commitments then in force.
    #[serde(default)]
    #[param(default = false, required = false, example = true)]
    pub in_report: bool,
    /// Order; the earliest day first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: FulfilmentSort,
}

/// Orders of fulfilments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum FulfilmentSort {
    /// The earliest day first.
    #[default]
    #[serde(rename = "fulfilled_on")]
    FulfilledOn,
    /// The latest day first.
    #[serde(rename = "-fulfilled_on")]
    FulfilledOnDescending,
    /// The oldest record first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for FulfilmentSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::FulfilledOn => (Column::FulfilledOn, false),
            Self::FulfilledOnDescending => (Column::FulfilledOn, true),
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
        }
    }
}

impl Filter<Fulfilment> for FulfilmentFilter {
    async fn condition(&self, conn: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let scope = commitment::of_partnership(site.id());
        let named = self.commitment.as_ref();
        let commitment = find::filtered::<Commitment>(conn, "commitment", scope, named).await?;
        let scope = site.seen(meeting::of_partnership(site.id()), meeting::public());
        let named = self.meeting.as_ref();
        let meeting = find::filtered::<Meeting>(conn, "meeting", scope, named).await?;
        let days = match self.in_report {
            true => store::counted_between(self.from, self.to),
            false => store::fulfilled_between(self.from, self.to),
        };
        Ok(days
            .add_option(commitment.map(store::of_commitment))
            .add_option(meeting.map(store::at_meeting)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
