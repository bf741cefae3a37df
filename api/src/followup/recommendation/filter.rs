//! What a list of recommendations can be filtered and ordered by.

use chrono::NaiveDate;
use domain::followup::recommendation::Recommendation;
use domain::institution::Institution;
use domain::meeting::Meeting;
use persistence::followup::recommendation::{self as store, Column};
use persistence::list::Sort;
use persistence::{Condition, Conn, meeting};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::find;
use crate::institution::known;
use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Codes, RefIn, Sorting, sort_by};

/// Filters of recommendations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RecommendationFilter {
    /// Words of the title or number, or parts of them: all, in any order.
    #[param(max_length = 200, example = "arteterapia")]
    pub q: Option<String>,
    /// Codes of the vocabulary `recommendation_kinds`, separated by commas.
    #[param(value_type = Option<String>, max_length = 500, example = "recommendation")]
    pub kind: Option<Codes>,
    /// Codes of the vocabulary `recommendation_statuses`, separated by commas.
    #[param(value_type = Option<String>, max_length = 500, example = "adopted,implemented")]
    pub status: Option<Codes>,
    /// The number, n/YYYY.
    #[param(max_length = 20, example = "1/2016")]
    pub number: Option<String>,
    /// Id or slug of the meeting that adopted it.
    #[param(value_type = Option<String>, max_length = 100, example = "rada-2016-1")]
    pub adopted_at: Option<RefIn>,
    /// Id or slug of an institution to which it is addressed by name.
    #[param(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub addressee: Option<RefIn>,
    /// Adopted on this day or later.
    #[param(example = "2016-01-01")]
    pub from: Option<NaiveDate>,
    /// Adopted on this day or earlier.
    #[param(example = "2016-12-31")]
    pub to: Option<NaiveDate>,
    /// Whether an implementation was completed by the day of `to`, or by today.
    #[param(example = true)]
    pub implemented: Option<bool>,
    /// Only what the activity report of the days from `from` to `to` counts.
    #[serde(default)]
    #[param(default = false, required = false, example = true)]
    pub in_report: bool,
    /// Order; by title when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: RecommendationSort,
}

/// Orders of recommendations. Titles in Polish alphabetical order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum RecommendationSort {
    /// By title.
    #[default]
    #[serde(rename = "title")]
    Title,
    /// By title, from the end.
    #[serde(rename = "-title")]
    TitleDescending,
    /// The oldest record first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for RecommendationSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::Title => (Column::SortKey, false),
            Self::TitleDescending => (Column::SortKey, true),
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
        }
    }
}

impl Filter<Recommendation> for RecommendationFilter {
    async fn condition(&self, conn: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let kinds = known(&self.kind, "kind", "recommendation_kinds")?;
        let statuses = known(&self.status, "status", "recommendation_statuses")?;
        let meetings = site.seen(meeting::of_partnership(site.id()), meeting::public());
        let named = self.adopted_at.as_ref();
        let adopted_at = find::filtered::<Meeting>(conn, "adopted_at", meetings, named).await?;
        let named = self.addressee.as_ref();
        let addressee =
            find::filtered::<Institution>(conn, "addressee", Condition::all(), named).await?;
        let day = self.to.unwrap_or(site.today);
        let implemented = self.implemented.map(|wanted| match wanted {
            true => store::implemented_by(day),
            false => store::implemented_by(day).not(),
        });
        Ok(store::adopted_between(self.from, self.to)
            .add_option(self.q.as_deref().map(store::matching))
            .add_option(kinds.map(store::of_kinds))
            .add_option(statuses.map(store::with_statuses))
            .add_option(self.number.as_deref().map(store::numbered))
            .add_option(adopted_at.map(store::adopted_at))
            .add_option(addressee.map(store::addressed_to))
            .add_option(implemented)
            .add_option(self.in_report.then(store::public)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
