//! Funding programmes.

use chrono::NaiveDate;
use domain::funding_programme::FundingProgramme;
use domain::search;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::list;
use crate::record::Stored;
use crate::table::table;

table! {
    FundingProgramme in "funding_programme", named by Code {
        external_ids: Json,
        partnership_id: Uuid,
        code: String,
        name: String,
        starts_on: ChronoDate,
        ends_on: Option<ChronoDate>,
        eligible_sectors: Json,
        calls: Json,
    }
    derived {
        sort_key: Vec<u8> = |f: &FundingProgramme| search::sort_key(&f.name),
        search_key: String = |f: &FundingProgramme| search::search_key(&format!("{} {}", f.name, f.code)),
    }
}

impl Stored for FundingProgramme {}

/// Those in whose period a day lies, the last day included.
pub fn running_on(day: NaiveDate) -> Condition {
    Condition::all().add(Column::StartsOn.lte(day)).add(
        Condition::any()
            .add(Column::EndsOn.is_null())
            .add(Column::EndsOn.gte(day)),
    )
}

/// Those for which one of the sectors may apply.
pub fn for_sectors(codes: &[String]) -> Condition {
    list::holds_any(Column::EligibleSectors, codes)
}
