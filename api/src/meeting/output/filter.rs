//! What a list of outputs can be filtered and ordered by.

use chrono::NaiveDate;
use domain::meeting::Meeting;
use domain::meeting::output::Output;
use persistence::list::Sort;
use persistence::meeting::output::{self as store, Column};
use persistence::{Condition, Conn, meeting};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::find;
use crate::institution::known;
use crate::problem::Halt;
use crate::resource::{Filter, Resource, Site};
use crate::wire::{Codes, RefIn, Sorting, sort_by};

/// Filters of outputs. Those that are about meetings hold of one and the same meeting.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OutputFilter {
    /// Id or slug of a meeting that worked on it.
    #[param(value_type = Option<String>, max_length = 100, example = "rkres-2016-1")]
    pub meeting: Option<RefIn>,
    /// Codes of the vocabulary `meeting_kinds`, separated by commas: that of the meeting.
    #[param(value_type = Option<String>, max_length = 500, example = "regional_committee")]
    pub meeting_kind: Option<Codes>,
    /// Codes of the vocabulary `own_roles`, separated by commas: the part of the partnership itself at the meeting.
    #[param(value_type = Option<String>, max_length = 200, example = "participant,co_organizer")]
    pub own_role: Option<Codes>,
    /// Only of meetings from this day on.
    #[param(example = "2016-01-01")]
    pub from: Option<NaiveDate>,
    /// Only of meetings until this day, itself included.
    #[param(example = "2016-12-31")]
    pub to: Option<NaiveDate>,
    /// Only what the activity report of the period from `from` to `to` counts: what came out of meetings of the regional
    /// committee that took place and that the partnership attended.
    #[serde(default)]
    #[param(default = false, required = false, example = true)]
    pub in_report: bool,
    /// Order; the oldest record first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: OutputSort,
}

/// Orders of outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum OutputSort {
    /// The oldest record first.
    #[default]
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for OutputSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        (Column::CreatedAt, self == Self::CreatedAtDescending)
    }
}

impl Filter<Output> for OutputFilter {
    async fn condition(&self, conn: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let visible = || Meeting::scope(site);
        let kinds = known(&self.meeting_kind, "meeting_kind", "meeting_kinds")?;
        let own_roles = known(&self.own_role, "own_role", "own_roles")?;
        let named = self.meeting.as_ref();
        let one = find::filtered::<Meeting>(conn, "meeting", visible(), named).await?;
        let of_meetings = [
            one.map(meeting::one),
            kinds.map(meeting::of_kinds),
            own_roles.map(meeting::in_roles),
            self.dated()
                .then(|| meeting::held_between(self.from, self.to)),
            self.in_report.then(store::meetings_in_report),
        ];
        // An output that no meeting names yet is listed unless something is asked of its meetings.
        let asked = of_meetings.into_iter().flatten().reduce(Condition::add);
        let of_meetings = asked.map(|asked| store::of_meetings(visible().add(asked)));
        Ok(Condition::all().add_option(of_meetings))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}

impl OutputFilter {
    fn dated(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }
}
