//! What a list of institutions can be filtered and ordered by.

use chrono::NaiveDate;
use domain::fault::Rule;
use domain::identifier::{Krs, Nip, Regon, Terc};
use domain::vocabulary;
use persistence::Condition;
use persistence::institution::{self as store, Column};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;
use crate::wire::{Codes, Sorting};

/// Filters of institutions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct InstitutionFilter {
    /// Words of a name or town, or parts of them: all, in any order, without regard to case or Polish diacritics: `lodz` finds Łódź.
    #[param(max_length = 200, example = "zielonej gorze")]
    pub q: Option<String>,
    /// Codes of the vocabulary `institution_kinds`, separated by commas.
    #[param(value_type = Option<String>, max_length = 500, example = "wup,pup")]
    pub kind: Option<Codes>,
    /// Codes of the vocabulary `sectors`, separated by commas: the sector on the day of `as_of`.
    #[param(value_type = Option<String>, max_length = 500, example = "labour_market_institution")]
    pub sector: Option<Codes>,
    /// The day the sector is asked for; today when absent.
    #[param(example = "2016-12-31")]
    pub as_of: Option<NaiveDate>,
    /// Codes of the vocabulary `institution_statuses`, separated by commas.
    #[param(value_type = Option<String>, max_length = 200, example = "active")]
    pub status: Option<Codes>,
    /// Tax number, as bodies may have it: `999-000-00-14` is the same.
    #[param(max_length = 20, example = "9990000014")]
    pub nip: Option<String>,
    /// REGON, 9 or 14 digits.
    #[param(max_length = 20, example = "990000016")]
    pub regon: Option<String>,
    /// KRS, 10 digits.
    #[param(max_length = 20, example = "0009900001")]
    pub krs: Option<String>,
    /// TERC of the seat, or its beginning: `08` for the whole voivodeship.
    #[param(max_length = 20, example = "08")]
    pub seat_terc: Option<String>,
    /// Order; by name when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: InstitutionSort,
}

/// Orders of institutions. Names in Polish alphabetical order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum InstitutionSort {
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

impl Sorting for InstitutionSort {
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

impl InstitutionFilter {
    /// The condition of the filters; a code that no vocabulary has is refused.
    pub fn condition(&self, today: NaiveDate) -> Result<Condition, Problem> {
        let day = self.as_of.unwrap_or(today);
        let nip = identifier(&self.nip, "nip", Nip::parse)?;
        let regon = identifier(&self.regon, "regon", Regon::parse)?;
        let krs = identifier(&self.krs, "krs", Krs::parse)?;
        let seat_terc = identifier(&self.seat_terc, "seat_terc", Terc::parse_beginning)?;
        Ok(store::Filter {
            q: self.q.as_deref(),
            kinds: known(&self.kind, "kind", "institution_kinds")?,
            sectors: known(&self.sector, "sector", "sectors")?,
            day,
            statuses: known(&self.status, "status", "institution_statuses")?,
            nip: nip.as_ref().map(Nip::as_str),
            regon: regon.as_ref().map(Regon::as_str),
            krs: krs.as_ref().map(Krs::as_str),
            seat_terc: seat_terc.as_deref(),
        }
        .condition())
    }
}

/// The identifier of a parameter, read as in bodies.
pub fn identifier<T>(
    value: &Option<String>,
    parameter: &str,
    parse: impl FnOnce(&str) -> Result<T, Rule>,
) -> Result<Option<T>, Problem> {
    let read = value.as_deref().map(parse).transpose();
    read.map_err(|_| Problem::parameter(parameter))
}

/// The codes of a parameter, each known to the vocabulary.
pub fn known<'a>(
    codes: &'a Option<Codes>,
    parameter: &str,
    name: &str,
) -> Result<Option<&'a [String]>, Problem> {
    let Some(Codes(codes)) = codes else {
        return Ok(None);
    };
    let all_known = codes
        .iter()
        .all(|code| vocabulary::check(name, code).is_ok());
    if all_known {
        Ok(Some(codes))
    } else {
        Err(Problem::parameter(parameter))
    }
}
