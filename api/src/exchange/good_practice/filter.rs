//! What a list of good practices can be filtered and ordered by.

use chrono::NaiveDate;
use domain::exchange::good_practice::GoodPractice;
use domain::institution::Institution;
use domain::meeting::Meeting;
use persistence::exchange::good_practice::{self as store, Column};
use persistence::list::Sort;
use persistence::{Condition, Conn, meeting};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::find;
use crate::institution::known;
use crate::problem::{Halt, Problem};
use crate::resource::{Filter, Site};
use crate::wire::{Codes, RefIn, Sorting, sort_by};

/// Filters of good practices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct GoodPracticeFilter {
    /// Words of the title, or parts of them: all, in any order.
    #[param(max_length = 200, example = "merkury")]
    pub q: Option<String>,
    /// Codes of the vocabulary `good_practice_statuses`, separated by commas.
    #[param(value_type = Option<String>, max_length = 200, example = "published")]
    pub status: Option<Codes>,
    /// Id or slug of the institution whose practice it is.
    #[param(value_type = Option<String>, max_length = 100, example = "fundacja-merkury-walbrzych")]
    pub owner: Option<RefIn>,
    /// Id or slug of a meeting at which it was presented.
    #[param(value_type = Option<String>, max_length = 100, example = "rada-2016-4")]
    pub presented_at: Option<RefIn>,
    /// Codes of the vocabulary `meeting_kinds`, separated by commas: presented at a meeting of one of these kinds.
    #[param(value_type = Option<String>, max_length = 500, example = "council")]
    pub meeting_kind: Option<Codes>,
    /// Only those presented at a meeting, of `meeting_kind`, on this day or later.
    #[param(example = "2016-01-01")]
    pub from: Option<NaiveDate>,
    /// Only those presented at a meeting, of `meeting_kind`, on this day or earlier.
    #[param(example = "2016-12-31")]
    pub to: Option<NaiveDate>,
    /// Only those that the activity report of the period `from`..`to` counts: published, and presented at a meeting, of
    /// `meeting_kind`, that took place in it.
    #[serde(default)]
    #[param(default = false, required = false, example = true)]
    pub in_report: bool,
    /// Order; by title when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: GoodPracticeSort,
}

/// Orders of good practices. Titles in Polish alphabetical order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum GoodPracticeSort {
    /// By title.
    #[default]
    #[serde(rename = "title")]
    Title,
    /// By title, from the end.
    #[serde(rename = "-title")]
    TitleDescending,
    /// By the place among those presented at a meeting.
    #[serde(rename = "position")]
    Position,
    /// By that place, from the end.
    #[serde(rename = "-position")]
    PositionDescending,
    /// The oldest record first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for GoodPracticeSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::Title => (Column::SortKey, false),
            Self::TitleDescending => (Column::SortKey, true),
            Self::Position => (Column::Position, false),
            Self::PositionDescending => (Column::Position, true),
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
        }
    }
}

impl Filter<GoodPractice> for GoodPracticeFilter {
    async fn condition(&self, conn: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let statuses = known(&self.status, "status", "good_practice_statuses")?;
        let owner = self.owner.as_ref();
        let owner = find::filtered::<Institution>(conn, "owner", Condition::all(), owner).await?;
        let meetings = site.seen(meeting::of_partnership(site.id()), meeting::public());
        let named = self.presented_at.as_ref();
        let presented_at =
            find::filtered::<Meeting>(conn, "presented_at", meetings.clone(), named).await?;
        Ok(Condition::all()
            .add_option(self.q.as_deref().map(store::matching))
            .add_option(statuses.map(store::with_statuses))
            .add_option(owner.map(store::owned_by))
            .add_option(presented_at.map(store::presented_at))
            .add_option(self.presented_at_some(meetings)?)
            .add_option(self.in_report.then(store::public)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}

impl GoodPracticeFilter {
    /// The condition on one of the meetings, if there is any: the kind and the days are those of the same meeting.
    fn presented_at_some(&self, meetings: Condition) -> Result<Option<Condition>, Problem> {
        let kinds = known(&self.meeting_kind, "meeting_kind", "meeting_kinds")?;
        let days = self.from.is_some() || self.to.is_some();
        if kinds.is_none() && !days && !self.in_report {
            return Ok(None);
        }
        let meetings = meetings
            .add(meeting::held_between(self.from, self.to))
            .add_option(kinds.map(meeting::of_kinds))
            .add_option(self.in_report.then(meeting::took_place));
        Ok(Some(store::presented_at_some(meetings)))
    }
}
