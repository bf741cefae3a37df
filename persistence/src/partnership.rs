//! Partnerships.

use domain::link::Link;
use domain::partnership::{Partnership, Secretariat};
use domain::record::{Kind, Versioned};
use domain::search;
use domain::slug::Key;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{Condition, ConnectionTrait, JoinType, QueryFilter, QueryTrait};

use crate::list::{self, leads_to};
use crate::record::{self, Reference, Row, Stored, Whole, by_key, partnership_of};
use crate::table::table;
use crate::{Conn, RepoError};

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
        former_secretariats: Json,
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

/// The partnership of a key, and the record of another key that it holds, where `scope` lets one through: both in one statement.
pub async fn with_record<T: Stored>(
    conn: &impl Conn,
    key: &Key,
    record: &Key,
    scope: Condition,
) -> Result<Option<(Versioned<Partnership>, Option<Versioned<T>>)>, RepoError> {
    let (Some(by_key), Some(record)) = (by_key::<Partnership>(key), by_key::<T>(record)) else {
        let alone = record::find(conn, key, Condition::all()).await?;
        return Ok(alone.map(|partnership| (partnership, None)));
    };
    let held = Condition::all()
        .add(scope)
        .add(record)
        .add(T::COLUMNS.deleted_at.is_null())
        .add(partnership_of::<T>().equals((row::Entity, Column::Id)));
    let mut select = row::Entity::find()
        .filter(by_key)
        .filter(Column::DeletedAt.is_null())
        .select_also(T::Entity::default());
    let backend = conn.raw().get_database_backend();
    let query = QueryTrait::query(&mut select);
    query.join(JoinType::LeftJoin, T::Entity::default(), held);
    Whole::<T>::select(query, "B_", backend);
    let found = select
        .into_model::<row::Model, Whole<T>>()
        .one(conn.raw())
        .await?;
    let Some((partnership, record)) = found else {
        return Ok(None);
    };
    let record = record.map(Whole::read).transpose()?;
    let (partnership, _) = Partnership::from_row(partnership)?;
    Ok(Some((partnership, record.map(|(record, _)| record))))
}

/// Those whose area has a territorial code, or one that begins with it.
pub fn in_area(code: &str) -> Condition {
    Condition::all().add(list::begins_with(Column::AreaTerc, code))
}
