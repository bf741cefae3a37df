//! What a list of postings can be filtered and ordered by.

use chrono::NaiveDate;
use domain::institution::Institution;
use domain::outreach::posting::Posting;
use persistence::list::Sort;
use persistence::outreach::posting::{self as store, Column};
use persistence::{Condition, Conn};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::find;
use crate::institution::known;
use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Codes, RefIn, Sorting, sort_by};

/// Filters of postings.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PostingFilter {
    /// Codes of the vocabulary `posting_statuses`, separated by commas.
    #[param(value_type = Option<String>, max_length = 200, example = "reported,verified")]
    pub status: Option<Codes>,
    /// Id or slug of an institution.
    #[param(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub institution: Option<RefIn>,
    /// Only those posted on this day or later.
    #[param(example = "2016-01-01")]
    pub from: Option<NaiveDate>,
    /// Only those posted on this day or earlier.
    #[param(example = "2016-12-31")]
    pub to: Option<NaiveDate>,
    /// Only those that the activity report of the period `from`..`to` counts: posted in it, by who was a signatory on
    /// that day, of communiqués released in it and not withdrawn.
    #[serde(default)]
    #[param(default = false, required = false, example = true)]
    pub in_report: bool,
    /// Order; the oldest record first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: PostingSort,
}

/// Orders of postings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum PostingSort {
    /// The oldest record first.
    #[default]
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for PostingSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
        }
    }
}

impl Filter<Posting> for PostingFilter {
    async fn condition(&self, conn: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        let statuses = known(&self.status, "status", "posting_statuses")?;
        let named = self.institution.as_ref();
        let institution =
            find::filtered::<Institution>(conn, "institution", Condition::all(), named).await?;
        let counted = || store::in_report(self.from, self.to);
        Ok(store::posted_between(self.from, self.to)
            .add_option(statuses.map(store::with_statuses))
            .add_option(institution.map(store::of_institution))
            .add_option(self.in_report.then(counted)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
