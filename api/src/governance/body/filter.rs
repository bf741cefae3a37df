//! What a list of bodies can be filtered and ordered by.

use domain::governance::body::Body;
use domain::institution::Institution;
use persistence::governance::body::{self as store, Column};
use persistence::list::Sort;
use persistence::{Condition, Conn};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::find;
use crate::institution::known;
use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Codes, RefIn, Sorting, sort_by};

/// Filters of bodies.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BodyFilter {
    /// Words of the name, or parts of them: all, in any order.
    #[param(max_length = 200, example = "rada")]
    pub q: Option<String>,
    /// Codes of the vocabulary `body_kinds`, separated by commas.
    #[param(value_type = Option<String>, max_length = 500, example = "council,working_group")]
    pub kind: Option<Codes>,
    /// Id or slug of the body they belong to.
    #[param(value_type = Option<String>, max_length = 100, example = "rada-programowa")]
    pub parent: Option<RefIn>,
    /// Id or slug of the institution whose bodies they are.
    #[param(value_type = Option<String>, max_length = 100, example = "rops-zielona-gora")]
    pub owner: Option<RefIn>,
    /// Order; by name when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: BodySort,
}

/// Orders of bodies. Names in Polish alphabetical order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum BodySort {
    /// By name.
    #[default]
    #[serde(rename = "name")]
    Name,
    /// By name, from the end.
    #[serde(rename = "-name")]
    NameDescending,
    /// The oldest record first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for BodySort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::Name => (Column::SortKey, false),
            Self::NameDescending => (Column::SortKey, true),
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
        }
    }
}

impl Filter<Body> for BodyFilter {
    async fn condition(&self, conn: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let kinds = known(&self.kind, "kind", "body_kinds")?;
        let own = store::of_partnership(site.id());
        let parent = find::filtered::<Body>(conn, "parent", own, self.parent.as_ref()).await?;
        let named = self.owner.as_ref();
        let owner = find::filtered::<Institution>(conn, "owner", Condition::all(), named).await?;
        Ok(Condition::all()
            .add_option(self.q.as_deref().map(store::matching))
            .add_option(kinds.map(store::of_kinds))
            .add_option(parent.map(store::below))
            .add_option(owner.map(store::owned_by)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
