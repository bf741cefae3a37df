//! What a list of commitments can be filtered and ordered by.

use chrono::NaiveDate;
use domain::followup::commitment::Commitment;
use domain::followup::recommendation::Recommendation;
use domain::period::Period;
use domain::report::kept;
use persistence::followup::commitment::{self as store, Column};
use persistence::list::Sort;
use persistence::record::{self, Stored};
use persistence::{Condition, Conn, report};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::find;
use crate::institution::known;
use crate::problem::{Halt, Problem};
use crate::resource::{Filter, Site};
use crate::wire::{Codes, RefIn, Sorting, sort_by};

/// Of which year is shown how a commitment stands.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CommitmentYear {
    /// The calendar year for which `period` says how it stands; the current one when absent.
    #[param(minimum = 1000, maximum = 9999, example = 2016)]
    pub year: Option<i32>,
}

/// Filters of commitments.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CommitmentFilter {
    /// The calendar year for which `period` says how each stands; the current one when absent.
    #[param(minimum = 1000, maximum = 9999, example = 2016)]
    pub year: Option<i32>,
    /// Id or slug of the recommendation they come from.
    #[param(value_type = Option<String>, max_length = 100, example = "rek-2016-2")]
    pub recommendation: Option<RefIn>,
    /// Codes of the vocabulary `commitment_channels`, separated by commas.
    #[param(value_type = Option<String>, max_length = 500, example = "cyclic_partner_meeting")]
    pub channel: Option<Codes>,
    /// In force on this day.
    #[param(example = "2016-12-31")]
    pub as_of: Option<NaiveDate>,
    /// In force on this day or later.
    #[param(example = "2016-01-01")]
    pub from: Option<NaiveDate>,
    /// In force on this day or earlier.
    #[param(example = "2016-12-31")]
    pub to: Option<NaiveDate>,
    /// Of those in force between `from` and `to`, which must both be given, the ones that were fulfilled then as often
    /// as that part of a year asks, or were not.
    #[param(example = true)]
    pub fulfilled: Option<bool>,
    /// Only what the activity report of the days from `from` to `to` counts: those in force at some time of them.
    #[serde(default)]
    #[param(default = false, required = false, example = true)]
    pub in_report: bool,
    /// Order; by place when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: CommitmentSort,
}

/// Orders of commitments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum CommitmentSort {
    /// By place in the list.
    #[default]
    #[serde(rename = "position")]
    Position,
    /// By place, from the end.
    #[serde(rename = "-position")]
    PositionDescending,
    /// The first in force first.
    #[serde(rename = "starts_on")]
    StartsOn,
    /// The last in force first.
    #[serde(rename = "-starts_on")]
    StartsOnDescending,
    /// The oldest record first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for CommitmentSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::Position => (Column::Position, false),
            Self::PositionDescending => (Column::Position, true),
            Self::StartsOn => (Column::StartsOn, false),
            Self::StartsOnDescending => (Column::StartsOn, true),
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
        }
    }
}

impl CommitmentFilter {
    /// Those that were kept in the period, or were not, by the counting of the report.
    async fn kept(&self, conn: &impl Conn, site: &Site, wanted: bool) -> Result<Condition, Halt> {
        let from = self.from.ok_or_else(|| Problem::parameter("from"))?;
        let to = self.to.ok_or_else(|| Problem::parameter("to"))?;
        let period = Period::new(from, to).map_err(|_| Problem::parameter("to"))?;
        let in_force = report::commitments(conn, site.id(), period).await?;
        let found = in_force
            .iter()
            .filter(|commitment| kept(commitment, period) == wanted);
        Ok(store::among(found.map(|commitment| commitment.id)))
    }
}

impl Filter<Commitment> for CommitmentFilter {
    async fn condition(&self, conn: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let channels = known(&self.channel, "channel", "commitment_channels")?;
        let scope = site.seen(
            record::of_partnership::<Recommendation>(site.id()),
            Recommendation::public(),
        );
        let named = self.recommendation.as_ref();
        let recommendation =
            find::filtered::<Recommendation>(conn, "recommendation", scope, named).await?;
        let ranged = self.in_report || self.from.is_some() || self.to.is_some();
        let kept = match self.fulfilled {
            Some(wanted) => Some(self.kept(conn, site, wanted).await?),
            None => None,
        };
        Ok(Condition::all()
            .add_option(recommendation.map(store::of_recommendation))
            .add_option(channels.map(store::with_channels))
            .add_option(self.as_of.map(store::in_force_on))
            .add_option(ranged.then(|| store::in_force_within(self.from, self.to)))
            .add_option(kept))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
