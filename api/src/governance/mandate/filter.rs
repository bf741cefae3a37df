//! What a list of mandates can be filtered and ordered by.

use chrono::NaiveDate;
use domain::governance::body::Body;
use domain::governance::mandate::Mandate;
use domain::governance::term::Term;
use domain::institution::Institution;
use persistence::governance::mandate::{self as store, Column};
use persistence::governance::term;
use persistence::list::Sort;
use persistence::{Condition, Conn, record};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::find;
use crate::institution::known;
use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Codes, RefIn, Sorting, sort_by};

/// Filters of mandates.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MandateFilter {
    /// Only what was held on this day.
    #[param(example = "2016-12-31")]
    pub as_of: Option<NaiveDate>,
    /// Id or slug of a body.
    #[param(value_type = Option<String>, max_length = 100, example = "rada-programowa")]
    pub body: Option<RefIn>,
    /// Id or slug of a term of office.
    #[param(value_type = Option<String>, max_length = 100, example = "rada-2014-2017")]
    pub term: Option<RefIn>,
    /// Id or slug of an institution.
    #[param(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub institution: Option<RefIn>,
    /// Codes of the vocabulary `mandate_roles`, separated by commas.
    #[param(value_type = Option<String>, max_length = 500, example = "chair,vice_chair")]
    pub role: Option<Codes>,
    /// Order; the oldest mandate first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: MandateSort,
}

/// Orders of mandates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum MandateSort {
    /// The oldest mandate first.
    #[default]
    #[serde(rename = "starts_on")]
    StartsOn,
    /// The newest mandate first.
    #[serde(rename = "-starts_on")]
    StartsOnDescending,
    /// The oldest record first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for MandateSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::StartsOn => (Column::StartsOn, false),
            Self::StartsOnDescending => (Column::StartsOn, true),
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
        }
    }
}

impl Filter<Mandate> for MandateFilter {
    async fn condition(&self, conn: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let roles = known(&self.role, "role", "mandate_roles")?;
        let own = record::of_partnership::<Body>(site.id());
        let body = find::filtered::<Body>(conn, "body", own, self.body.as_ref()).await?;
        let own = term::of_partnership(site.id());
        let term = find::filtered::<Term>(conn, "term", own, self.term.as_ref()).await?;
        let named = self.institution.as_ref();
        let institution =
            find::filtered::<Institution>(conn, "institution", Condition::all(), named).await?;
        Ok(Condition::all()
            .add_option(self.as_of.map(store::active_on))
            .add_option(body.map(store::of_body))
            .add_option(term.map(store::of_term))
            .add_option(institution.map(store::of_institution))
            .add_option(roles.map(store::in_roles)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
