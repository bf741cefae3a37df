//! Partnerships.

use domain::link::Link;
use domain::partnership::{Partnership, Secretariat};
use domain::record::Kind;
use domain::search;
use sea_orm::Condition;

use crate::list::{self, leads_to};
use crate::record::{Reference, Stored};
use crate::table::table;

table! {
    Partnership in "partnership" {
        external_ids: Json,
        slug: String,
        name: String,
        founded_on: ChronoDate,
        founded_on_precision: String,
        area_terc: Option<String>,
        goal: Option<String>,
        scope: Json,
        coordination: Option<String>,
        time_zone: String,
        licence: Option<String>,
    }
    derived {
        secretariat_institution_id: Option<Uuid> = |p: &Partnership| Some(p.secretariat.institution?.id),
        secretariat_unit: Option<String> = |p: &Partnership| p.secretariat.unit.clone(),
        secretariat_phone: Option<String> = |p: &Partnership| p.secretariat.phone.clone(),
        secretariat_email: Option<String> = |p: &Partnership| p.secretariat.email.clone(),
        sort_key: Vec<u8> = |p: &Partnership| search::sort_key(&p.name),
        search_key: String = |p: &Partnership| search::search_key(&p.name),
    }
    read {
        secretariat = |row: &row::Model| Secretariat {
            institution: row.secretariat_institution_id.map(Link::to),
            unit: row.secretariat_unit.clone(),
            phone: row.secretariat_phone.clone(),
            email: row.secretariat_email.clone(),
        },
    }
}

impl Stored for Partnership {
    const NAME: Option<Column> = Some(Column::Name);
    const OF_PARTNERSHIP: bool = false;
    const REFERENCES: &'static [Reference] = &[(Kind::Institution, |id| {
        leads_to(Column::SecretariatInstitutionId, id)
    })];
}

/// Those whose area has a territorial code, or one that begins with it.
pub fn in_area(code: &str) -> Condition {
    Condition::all().add(list::begins_with(Column::AreaTerc, code))
}
