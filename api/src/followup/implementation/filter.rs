//! What a list of implementations can be filtered and ordered by.

use chrono::NaiveDate;
use domain::followup::implementation::Implementation;
use domain::followup::recommendation::Recommendation;
use domain::institution::Institution;
use domain::meeting::Meeting;
use persistence::followup::implementation::{self as store, Column};
use persistence::list::Sort;
use persistence::record::{self, Stored};
use persistence::{Condition, Conn, meeting};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::find;
use crate::institution::known;
use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Codes, RefIn, Sorting, sort_by};

/// Filters of implementations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImplementationFilter {
    /// Id or slug of a recommendation.
    #[param(value_type = Option<String>, max_length = 100, example = "rek-2016-1")]
    pub recommendation: Option<RefIn>,
    /// Id or slug of the meeting by which it is carried out.
    #[param(value_type = Option<String>, max_length = 100, example = "szkolenie-arteterapia-2016")]
    pub meeting: Option<RefIn>,
    /// Id or slug of the institution responsible.
    #[param(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub owner: Option<RefIn>,
    /// Codes of the vocabulary `implementation_kinds`, separated by commas.
    #[param(value_type = Option<String>, max_length = 500, example = "training")]
    pub kind: Option<Codes>,
    /// Whether it is completed.
    #[param(example = true)]
    pub completed: Option<bool>,
    /// Completed on this day or later.
    #[param(example = "2016-01-01")]
    pub from: Option<NaiveDate>,
    /// Completed on this day or earlier.
    #[param(example = "2016-12-31")]
    pub to: Option<NaiveDate>,
    /// Order; by place when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: ImplementationSort,
}

/// Orders of implementations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum ImplementationSort {
    /// By place among those of a recommendation.
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

impl Sorting for ImplementationSort {
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

impl Filter<Implementation> for ImplementationFilter {
    async fn condition(&self, conn: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let kinds = known(&self.kind, "kind", "implementation_kinds")?;
        let scope = site.seen(
            record::of_partnership::<Recommendation>(site.id()),
            Recommendation::public(),
        );
        let named = self.recommendation.as_ref();
        let recommendation =
            find::filtered::<Recommendation>(conn, "recommendation", scope, named).await?;
        let scope = site.seen(meeting::of_partnership(site.id()), meeting::public());
        let named = self.meeting.as_ref();
        let meeting = find::filtered::<Meeting>(conn, "meeting", scope, named).await?;
        let (all, named) = (Condition::all(), self.owner.as_ref());
        let owner = find::filtered::<Institution>(conn, "owner", all, named).await?;
        let completed = self.completed.map(|wanted| match wanted {
            true => store::completed(),
            false => store::completed().not(),
        });
        Ok(store::completed_between(self.from, self.to)
            .add_option(recommendation.map(store::of_recommendation))
            .add_option(meeting.map(store::by_meeting))
            .add_option(owner.map(store::owned_by))
            .add_option(kinds.map(store::of_kinds))
            .add_option(completed))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
