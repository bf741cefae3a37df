//! What a list of meetings can be filtered and ordered by.

use chrono::NaiveDate;
use domain::governance::body::Body;
use domain::institution::Institution;
use domain::meeting::Meeting;
use persistence::list::Sort;
use persistence::meeting::{self as store, Column};
use persistence::{Condition, Conn, record};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::find;
use crate::institution::known;
use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Codes, RefIn, Sorting, sort_by};

/// Filters of meetings.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MeetingFilter {
    /// Words of the title or the town, or parts of them: all, in any order, without regard to case or Polish diacritics.
    #[param(max_length = 200, example = "zielona gora")]
    pub q: Option<String>,
    /// Codes of the vocabulary `meeting_kinds`, separated by commas.
    #[param(value_type = Option<String>, max_length = 500, example = "council,assembly")]
    pub kind: Option<Codes>,
    /// Codes of the vocabulary `meeting_statuses`, separated by commas.
    #[param(value_type = Option<String>, max_length = 500, example = "held,minutes_approved,closed")]
    pub status: Option<Codes>,
    /// Codes of the vocabulary `own_roles`, separated by commas: the part of the partnership itself.
    #[param(value_type = Option<String>, max_length = 200, example = "organizer")]
    pub own_role: Option<Codes>,
    /// Id or slug of the body that met.
    #[param(value_type = Option<String>, max_length = 100, example = "rada-programowa")]
    pub body: Option<RefIn>,
    /// Id or slug of the institution that hosts it.
    #[param(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub host: Option<RefIn>,
    /// Codes of the vocabulary `sectors`, separated by commas: that of the host on the day of the meeting.
    #[param(value_type = Option<String>, max_length = 500, example = "labour_market_institution")]
    pub host_sector: Option<Codes>,
    /// Codes of the vocabulary `institution_kinds`, separated by commas: whom it is for.
    #[param(value_type = Option<String>, max_length = 500, example = "pup,ops")]
    pub target_kind: Option<Codes>,
    /// Codes of the vocabulary `funding_programmes`, separated by commas: what it is about.
    #[param(value_type = Option<String>, max_length = 500, example = "rpo_l2020")]
    pub funding_programme: Option<Codes>,
    /// Only from this day on.
    #[param(example = "2016-01-01")]
    pub from: Option<NaiveDate>,
    /// Only until this day, itself included.
    #[param(example = "2016-12-31")]
    pub to: Option<NaiveDate>,
    /// Only what the activity report of the period from `from` to `to` counts.
    #[serde(default)]
    #[param(default = false, required = false, example = true)]
    pub in_report: bool,
    /// Order; the latest day first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: MeetingSort,
}

/// Orders of meetings. Titles in Polish alphabetical order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum MeetingSort {
    /// The earliest day first.
    #[serde(rename = "held_on")]
    HeldOn,
    /// The latest day first.
    #[default]
    #[serde(rename = "-held_on")]
    HeldOnDescending,
    /// By title.
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

impl Sorting for MeetingSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::HeldOn => (Column::HeldOn, false),
            Self::HeldOnDescending => (Column::HeldOn, true),
            Self::Title => (Column::SortKey, false),
            Self::TitleDescending => (Column::SortKey, true),
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
        }
    }
}

impl Filter<Meeting> for MeetingFilter {
    async fn condition(&self, conn: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let kinds = known(&self.kind, "kind", "meeting_kinds")?;
        let statuses = known(&self.status, "status", "meeting_statuses")?;
        let own_roles = known(&self.own_role, "own_role", "own_roles")?;
        let host_sectors = known(&self.host_sector, "host_sector", "sectors")?;
        let target_kinds = known(&self.target_kind, "target_kind", "institution_kinds")?;
        let programmes = known(
            &self.funding_programme,
            "funding_programme",
            "funding_programmes",
        )?;
        let bodies = record::of_partnership::<Body>(site.id());
        let body = find::filtered::<Body>(conn, "body", bodies, self.body.as_ref()).await?;
        let all = Condition::all();
        let host = find::filtered::<Institution>(conn, "host", all, self.host.as_ref()).await?;
        Ok(store::held_between(self.from, self.to)
            .add_option(self.q.as_deref().map(store::matching))
            .add_option(kinds.map(store::of_kinds))
            .add_option(statuses.map(store::with_statuses))
            .add_option(own_roles.map(store::in_roles))
            .add_option(body.map(store::of_body))
            .add_option(host.map(store::hosted_by))
            .add_option(host_sectors.map(store::hosted_in_sectors))
            .add_option(target_kinds.map(store::for_kinds))
            .add_option(programmes.map(store::about_programmes))
            .add_option(self.in_report.then(store::in_report)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
