//! What a list of signatories can be filtered and ordered by.

use chrono::NaiveDate;
use domain::institution::Institution;
use domain::signatory::Signatory;
use persistence::list::Sort;
use persistence::signatory::{self as store, Column};
use persistence::{Condition, Conn};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::find;
use crate::institution::known;
use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{Codes, RefIn, Sorting, sort_by};

/// Filters of signatories.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SignatoryFilter {
    /// Only who was a signatory on this day.
    #[param(example = "2016-12-31")]
    pub as_of: Option<NaiveDate>,
    /// Words of the institution's name or town, or parts of them: all, in any order.
    #[param(max_length = 200, example = "zary")]
    pub q: Option<String>,
    /// Codes of the vocabulary `institution_kinds`, separated by commas.
    #[param(value_type = Option<String>, max_length = 500, example = "pup")]
    pub kind: Option<Codes>,
    /// Codes of the vocabulary `sectors`, separated by commas: the sector on the day of `as_of`, or today.
    #[param(value_type = Option<String>, max_length = 500, example = "labour_market_institution")]
    pub sector: Option<Codes>,
    /// Id or slug of an institution.
    #[param(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub institution: Option<RefIn>,
    /// Order; the oldest signatory first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: SignatorySort,
}

/// Orders of signatories. Names in Polish alphabetical order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum SignatorySort {
    /// The oldest signatory first.
    #[default]
    #[serde(rename = "effective_from")]
    EffectiveFrom,
    /// The newest signatory first.
    #[serde(rename = "-effective_from")]
    EffectiveFromDescending,
    /// By the institution's name.
    #[serde(rename = "name")]
    Name,
    /// By the institution's name, from the end.
    #[serde(rename = "-name")]
    NameDescending,
    /// The oldest record first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for SignatorySort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::EffectiveFrom => (Column::EffectiveFrom, false),
            Self::EffectiveFromDescending => (Column::EffectiveFrom, true),
            Self::Name => (Column::InstitutionId, false),
            Self::NameDescending => (Column::InstitutionId, true),
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
        }
    }
}

impl Filter<Signatory> for SignatoryFilter {
    async fn condition(&self, conn: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let day = self.as_of.unwrap_or(site.today);
        let kinds = known(&self.kind, "kind", "institution_kinds")?;
        let sectors = known(&self.sector, "sector", "sectors")?;
        let named = self.institution.as_ref();
        let institution =
            find::filtered::<Institution>(conn, "institution", Condition::all(), named).await?;
        Ok(Condition::all()
            .add_option(self.as_of.map(store::active_on))
            .add_option(self.q.as_deref().map(store::matching))
            .add_option(kinds.map(store::of_kinds))
            .add_option(sectors.map(|sectors| store::in_sectors(sectors, day)))
            .add_option(institution.map(store::of_institution)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
