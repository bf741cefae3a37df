//! What lists of agenda items can be filtered and ordered by.

use chrono::NaiveDate;
use domain::institution::Institution;
use domain::meeting::agenda_item::AgendaItem;
use persistence::list::Sort;
use persistence::meeting::agenda_item::{self as store, Column};
use persistence::{Condition, Conn, meeting};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::find;
use crate::institution::known;
use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Codes, RefIn, Sorting, sort_by};

/// Filters of one meeting's agenda.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AgendaItemFilter {
    /// Id or slug of the institution that presents it.
    #[param(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub presenter: Option<RefIn>,
    /// Order; that of the agenda when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: AgendaItemSort,
}

/// Orders of one meeting's agenda.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum AgendaItemSort {
    /// The order of the agenda.
    #[default]
    #[serde(rename = "position")]
    Position,
    /// The agenda from its end.
    #[serde(rename = "-position")]
    PositionDescending,
    /// The oldest record first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for AgendaItemSort {
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

impl Filter<AgendaItem> for AgendaItemFilter {
    async fn condition(&self, conn: &impl Conn, _site: &Site) -> Result<Condition, Halt> {
        presented_by(conn, self.presenter.as_ref()).await
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}

/// Filters of the agenda items of all meetings.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PartnershipAgendaItemFilter {
    /// Codes of the vocabulary `meeting_kinds`, separated by commas: that of the meeting.
    #[param(value_type = Option<String>, max_length = 500, example = "council")]
    pub meeting_kind: Option<Codes>,
    /// Id or slug of the institution that presents it.
    #[param(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub presenter: Option<RefIn>,
    /// Only of meetings from this day on.
    #[param(example = "2016-01-01")]
    pub from: Option<NaiveDate>,
    /// Only of meetings until this day, itself included.
    #[param(example = "2016-12-31")]
    pub to: Option<NaiveDate>,
    /// Only the topics that the activity report of the period from `from` to `to` tells: public, with a phrase, of meetings
    /// of the council and the assembly that took place.
    #[serde(default)]
    #[param(default = false, required = false, example = true)]
    pub in_report: bool,
    /// Order; the oldest record first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: PartnershipAgendaItemSort,
}

/// Orders of the agenda items of all meetings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum PartnershipAgendaItemSort {
    /// The oldest record first.
    #[default]
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for PartnershipAgendaItemSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        (Column::CreatedAt, self == Self::CreatedAtDescending)
    }
}

impl Filter<AgendaItem> for PartnershipAgendaItemFilter {
    async fn condition(&self, conn: &impl Conn, _site: &Site) -> Result<Condition, Halt> {
        let kinds = known(&self.meeting_kind, "meeting_kind", "meeting_kinds")?;
        let meetings =
            meeting::held_between(self.from, self.to).add_option(kinds.map(meeting::of_kinds));
        Ok(presented_by(conn, self.presenter.as_ref())
            .await?
            .add(store::of_meetings(meetings))
            .add_option(self.in_report.then(store::in_report)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}

async fn presented_by(conn: &impl Conn, named: Option<&RefIn>) -> Result<Condition, Halt> {
    let all = Condition::all();
    let presenter = find::filtered::<Institution>(conn, "presenter", all, named).await?;
    Ok(Condition::all().add_option(presenter.map(store::presented_by)))
}
