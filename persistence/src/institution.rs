//! Institutions, shared by all partnerships.

use chrono::NaiveDate;
use domain::institution::{Address, Institution, OtherName, former_name_on};
use domain::record::Kind;
use domain::search;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ActiveValue, Condition, QueryFilter, QuerySelect};

use crate::json::from_json;
use crate::list::leads_to;
use crate::record::{Reference, Stored};
use crate::table::table;
use crate::{Conn, RepoError, Tx, list};

table! {
    Institution in "institution" {
        external_ids: Json,
        slug: String,
        name: String,
        short_name: Option<String>,
        name_genitive: Option<String>,
        other_names: Json,
        kind: String,
        sector_history: Json,
        public_body: bool,
        nip: Option<String>,
        regon: Option<String>,
        krs: Option<String>,
        seat_terc: Option<String>,
        serves_terc: Json,
        website: Option<String>,
        email: Option<String>,
        phone: Option<String>,
        edelivery_address: Option<String>,
        operator as "operator_id": Option<Uuid>,
        status: String,
        successor as "successor_id": Option<Uuid>,
    }
    derived {
        street_address: Option<String> = |i: &Institution| i.address.street_address.clone(),
        postal_code: Option<String> = |i: &Institution| i.address.postal_code.clone(),
        town: Option<String> = |i: &Institution| i.address.town.clone(),
        sort_key: Vec<u8> = |i: &Institution| search::sort_key(&i.name),
        search_key: String = searched,
    }
    read {
        address = |row: &row::Model| Address {
            street_address: row.street_address.clone(),
            postal_code: row.postal_code.clone(),
            town: row.town.clone(),
        },
    }
}

fn searched(i: &Institution) -> String {
    let own = [
        Some(i.name.as_str()),
        i.short_name.as_deref(),
        i.address.town.as_deref(),
    ];
    let others = i.other_names.iter().map(|other| other.name.as_str());
    let all: Vec<&str> = own.into_iter().flatten().chain(others).collect();
    search::search_key(&all.join(" "))
}

/// `sector_history` spread out, for counting and filtering by the sector of a day.
pub mod sector_row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "institution_sector")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub institution_id: Uuid,
        pub sector: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub valid_from: ChronoDate,
        pub valid_until: Option<ChronoDate>,
    }

    crate::db::without_relations!();
}

/// By whose secretariats an institution was recorded. Written once, by the program alone.
mod recorder_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "institution_recorder")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub institution_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub partnership_id: Uuid,
    }

    crate::db::without_relations!();
}

impl Stored for Institution {
    const NAME: Option<Column> = Some(Column::Name);
    const OF_PARTNERSHIP: bool = false;
    const REFERENCES: &'static [Reference] = &[
        (Kind::Institution, |id| leads_to(Column::Operator, id)),
        (Kind::Institution, |id| leads_to(Column::Successor, id)),
    ];

    async fn save(&self, tx: &Tx, id: Uuid) -> Result<(), RepoError> {
        sector_row::Entity::delete_many()
            .filter(sector_row::Column::InstitutionId.eq(id))
            .exec(tx.raw())
            .await?;
        let rows = self
            .sector_history
            .iter()
            .enumerate()
            .map(|(index, entry)| sector_row::ActiveModel {
                institution_id: ActiveValue::Set(id),
                sector: ActiveValue::Set(entry.sector.clone()),
                valid_from: ActiveValue::Set(entry.valid_from.unwrap_or(SINCE_EVER)),
                valid_until: ActiveValue::Set(
                    self.sector_history
                        .get(index + 1)
                        .and_then(|next| next.valid_from),
                ),
            });
        sector_row::Entity::insert_many(rows)
            .exec_without_returning(tx.raw())
            .await?;
        Ok(())
    }
}

/// Notes by whose secretariats a new institution was recorded; by an administrator it is by none.
pub async fn note_recorders(tx: &Tx, id: Uuid, by: &[Uuid]) -> Result<(), RepoError> {
    for partnership in by {
        recorder_row::Entity::insert(recorder_row::ActiveModel {
            institution_id: ActiveValue::Set(id),
            partnership_id: ActiveValue::Set(*partnership),
        })
        .exec_without_returning(tx.raw())
        .await?;
    }
    Ok(())
}

/// The partnerships by whose secretariats an institution was recorded.
pub(crate) async fn recorders(conn: &impl Conn, id: Uuid) -> Result<Vec<Uuid>, RepoError> {
    let recorders = recorder_row::Entity::find()
        .filter(recorder_row::Column::InstitutionId.eq(id))
        .all(conn.raw())
        .await?;
    let partnership = |row: recorder_row::Model| row.partnership_id;
    Ok(recorders.into_iter().map(partnership).collect())
}

/// What `valid_from: null` is stored as: before any record.
const SINCE_EVER: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// Institutions that belong to one of the sectors on a day.
pub fn in_sectors(sectors: &[String], day: NaiveDate) -> Condition {
    Condition::all().add(Column::Id.in_subquery(ids_in_sectors(sectors, day)))
}

/// The ids of those institutions, for records that refer to them; the day may be a column of theirs.
pub(crate) fn ids_in_sectors(sectors: &[String], day: impl Into<Expr>) -> SelectStatement {
    let day = day.into();
    let col = |column: sector_row::Column| Expr::col(column.as_column_ref());
    use sector_row::Column as S;
    let mut ids = Query::select();
    ids.column(S::InstitutionId)
        .from(sector_row::Entity)
        .and_where(S::Sector.is_in(sectors))
        .and_where(col(S::ValidFrom).lte(day.clone()))
        .cond_where(
            Condition::any()
                .add(S::ValidUntil.is_null())
                .add(col(S::ValidUntil).gt(day)),
        );
    ids
}

/// Those whose seat has a territorial code, or one that begins with it.
pub fn seated_in(code: &str) -> Condition {
    Condition::all().add(list::begins_with(Column::SeatTerc, code))
}

/// Those of a REGON: one that is active at the most.
pub fn of_regon(regon: &str) -> Condition {
    Condition::all().add(Column::Regon.eq(regon))
}

/// Those that are active.
pub fn active() -> Condition {
    Condition::all().add(Column::Status.eq("active"))
}

/// Those without a REGON.
pub fn without_regon() -> Condition {
    Condition::all().add(Column::Regon.is_null())
}

/// Those of a name.
pub fn called(name: &str) -> Condition {
    // The key is indexed.
    let key = domain::search::sort_key(name);
    Condition::all()
        .add(Column::SortKey.eq(key))
        .add(Column::Name.eq(name))
}

/// Those that are in a town, as far as it is known.
pub fn in_town(town: &str) -> Condition {
    Condition::any()
        .add(Column::Town.is_null())
        .add(Column::Town.eq(town))
}

/// What those of some institutions were called on a day that had another name then.
pub async fn former_names(
    conn: &impl Conn,
    ids: &[Uuid],
    day: NaiveDate,
) -> Result<Vec<(Uuid, String)>, RepoError> {
    const ASKED: usize = 10_000;
    let mut former = Vec::new();
    for ids in ids.chunks(ASKED) {
        let rows: Vec<(Uuid, Json)> = row::Entity::find()
            .select_only()
            .columns([Column::Id, Column::OtherNames])
            .filter(Column::Id.is_in(ids.iter().copied()))
            .into_tuple()
            .all(conn.raw())
            .await?;
        for (id, others) in rows {
            let others: Vec<OtherName> = from_json(others)?;
            former.extend(former_name_on(&others, day).map(|name| (id, name.name.clone())));
        }
    }
    Ok(former)
}

/// The short name that an institution had on a day, or its name where it had none.
pub async fn short_name_on(
    conn: &impl Conn,
    id: Uuid,
    day: NaiveDate,
) -> Result<Option<String>, RepoError> {
    let names: Option<(Option<String>, String, Json)> = row::Entity::find_by_id(id)
        .select_only()
        .columns([Column::ShortName, Column::Name, Column::OtherNames])
        .into_tuple()
        .one(conn.raw())
        .await?;
    let Some((short_name, name, others)) = names else {
        return Ok(None);
    };
    let others: Vec<OtherName> = from_json(others)?;
    Ok(Some(match former_name_on(&others, day) {
        Some(former) => former.short_name.clone().unwrap_or(former.name.clone()),
        None => short_name.unwrap_or(name),
    }))
}
