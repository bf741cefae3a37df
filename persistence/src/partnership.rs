//! Partnerships.

use domain::link::Link;
use domain::partnership::{Partnership, Secretariat};
use domain::search;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::institution::Named;
use crate::record::Stored;
use crate::reference::Reference;
use crate::table::table;
use crate::{Conn, RepoError, list, reference};

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
}

/// Slug and name of partnerships that other records refer to.
pub async fn named(conn: &impl Conn, ids: &[Uuid]) -> Result<Vec<Named>, RepoError> {
    reference::named::<Partnership>(conn, Column::Name, ids).await
}

/// Those whose area has a territorial code, or one that begins with it.
pub fn in_area(code: &str) -> Condition {
    Condition::all().add(list::begins_with(Column::AreaTerc, code))
}

/// Records that keep a partnership from being deleted. What hangs on these hangs on it, too.
const RECORDS: [Reference; 11] = [
    Reference::record("signatory", "partnership_id"),
    Reference::record("funding_programme", "partnership_id"),
    Reference::record("body", "partnership_id"),
    Reference::record("meeting", "partnership_id"),
    Reference::record("output", "partnership_id"),
    Reference::record("recommendation", "partnership_id"),
    Reference::record("commitment", "partnership_id"),
    Reference::record("effect", "partnership_id"),
    Reference::record("good_practice", "partnership_id"),
    Reference::record("communique", "partnership_id"),
    Reference::record("person", "partnership_id"),
];

/// Whether a partnership has records that were not deleted.
pub async fn has_records(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
    reference::exists(conn, &RECORDS, id).await
}
