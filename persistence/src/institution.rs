//! Institutions, shared by all partnerships.

use chrono::NaiveDate;
use domain::institution::Institution;
use domain::record::{Head, Versioned};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{ActiveValue, Condition, QueryFilter, QueryOrder, QuerySelect};

use crate::record::{self, Columns, Deleted, MadeSlug, Row, Stored, from_json, to_json, value};
use crate::reference::Reference;
use crate::{Conn, RepoError, Tx, list, reference, signatory};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "institution")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub slug: String,
        pub name: String,
        pub short_name: Option<String>,
        pub name_genitive: Option<String>,
        pub other_names: Json,
        pub kind: String,
        pub sector_history: Json,
        pub public_body: bool,
        pub nip: Option<String>,
        pub regon: Option<String>,
        pub krs: Option<String>,
        pub seat_terc: Option<String>,
        pub serves_terc: Json,
        pub street_address: Option<String>,
        pub postal_code: Option<String>,
        pub town: Option<String>,
        pub website: Option<String>,
        pub email: Option<String>,
        pub phone: Option<String>,
        pub edelivery_address: Option<String>,
        pub operator_id: Option<Uuid>,
        pub status: String,
        pub successor_id: Option<Uuid>,
        pub sort_key: Vec<u8>,
        pub search_key: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
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

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
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

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use domain::link::Ref as Named;
pub use row::Column;

impl Row for Institution {
    type Entity = row::Entity;

    const COLUMNS: Columns<Column> = Columns {
        id: Column::Id,
        version: Column::Version,
        created_at: Column::CreatedAt,
        modified_at: Column::ModifiedAt,
        deleted_at: Column::DeletedAt,
        slug: Some(Column::Slug),
    };

    fn from_row(row: row::Model) -> Result<(Versioned<Self>, Deleted), RepoError> {
        let head = Head {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            modified_at: row.modified_at,
        };
        let value = Institution {
            slug: row.slug,
            name: row.name,
            short_name: row.short_name,
            name_genitive: row.name_genitive,
            other_names: from_json(row.other_names)?,
            kind: row.kind,
            sector_history: from_json(row.sector_history)?,
            public_body: row.public_body,
            nip: row.nip,
            regon: row.regon,
            krs: row.krs,
            seat_terc: row.seat_terc,
            serves_terc: from_json(row.serves_terc)?,
            street_address: row.street_address,
            postal_code: row.postal_code,
            town: row.town,
            website: row.website,
            email: row.email,
            phone: row.phone,
            edelivery_address: row.edelivery_address,
            operator_id: row.operator_id,
            status: row.status,
            successor_id: row.successor_id,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let i = self.clone();
        let names = i.other_names.iter().map(|other| other.name.as_str());
        let searched = [i.name.as_str()]
            .into_iter()
            .chain(i.short_name.as_deref())
            .chain(i.town.as_deref());
        let searched: Vec<&str> = searched.chain(names).collect();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&i.external_ids)?),
            sort_key: value(domain::search::sort_key(&i.name)),
            search_key: value(domain::search::search_key(&searched.join(" "))),
            other_names: value(to_json(&i.other_names)?),
            sector_history: value(to_json(&i.sector_history)?),
            serves_terc: value(to_json(&i.serves_terc)?),
            slug: value(i.slug),
            name: value(i.name),
            short_name: value(i.short_name),
            name_genitive: value(i.name_genitive),
            kind: value(i.kind),
            public_body: value(i.public_body),
            nip: value(i.nip),
            regon: value(i.regon),
            krs: value(i.krs),
            seat_terc: value(i.seat_terc),
            street_address: value(i.street_address),
            postal_code: value(i.postal_code),
            town: value(i.town),
            website: value(i.website),
            email: value(i.email),
            phone: value(i.phone),
            edelivery_address: value(i.edelivery_address),
            operator_id: value(i.operator_id),
            status: value(i.status),
            successor_id: value(i.successor_id),
            ..Default::default()
        })
    }
}

impl Stored for Institution {
    const NAME: Option<Column> = Some(Column::Name);
    const OF_PARTNERSHIP: bool = false;

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

/// Records a new institution, by the secretariats of some partnerships, or of none by an administrator; under a slug of the
/// program's where nobody sent one.
pub async fn insert(
    tx: &Tx,
    id: Uuid,
    institution: Institution,
    made: Option<MadeSlug<Institution>>,
    by: &[Uuid],
) -> Result<Versioned<Institution>, RepoError> {
    let institution = record::insert_named(tx, id, institution, made).await?;
    for partnership in by {
        recorder_row::Entity::insert(recorder_row::ActiveModel {
            institution_id: ActiveValue::Set(id),
            partnership_id: ActiveValue::Set(*partnership),
        })
        .exec_without_returning(tx.raw())
        .await?;
    }
    Ok(institution)
}

/// The partnerships that keep an institution on a day, whose secretariats and whose representatives of it change it: the one
/// whose signature has stood the longest; those by whom it was recorded while nobody has signed it.
pub async fn kept_by(
    conn: &impl Conn,
    institution: Uuid,
    day: NaiveDate,
) -> Result<Vec<Uuid>, RepoError> {
    use signatory::Column as S;
    let first: Option<Uuid> = signatory::row::Entity::find()
        .select_only()
        .column(S::PartnershipId)
        .filter(signatory::of_institution(institution))
        .filter(signatory::standing_on(day))
        .filter(S::DeletedAt.is_null())
        .order_by_asc(S::StandingSince)
        .order_by_asc(S::Id)
        .into_tuple()
        .one(conn.raw())
        .await?;
    if let Some(first) = first {
        return Ok(vec![first]);
    }
    let recorders = recorder_row::Entity::find()
        .filter(recorder_row::Column::InstitutionId.eq(institution))
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

/// Slug, name and short name of institutions that other records refer to.
pub async fn named(conn: &impl Conn, ids: &[Uuid]) -> Result<Vec<Named>, RepoError> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let rows: Vec<(Uuid, String, String)> = row::Entity::find()
            .select_only()
            .columns([Column::Id, Column::Slug, Column::Name])
            .filter(Column::Id.is_in(chunk.iter().copied()))
            .into_tuple()
            .all(conn.raw())
            .await?;
        found.extend(
            rows.into_iter()
                .map(|(id, slug, name)| Named { id, slug, name }),
        );
    }
    Ok(found)
}

/// The collation key of the institution that a column of another table refers to.
pub(crate) fn key_of<E: EntityTrait>(column: (E, E::Column)) -> SimpleExpr {
    let mut key = Query::select();
    key.column((row::Entity, Column::SortKey))
        .from(row::Entity)
        .and_where(Expr::col((row::Entity, Column::Id)).equals(column));
    SimpleExpr::SubQuery(None, Box::new(key.into()))
}

/// Filters of a list of institutions.
#[derive(Debug)]
pub struct Filter<'a> {
    /// Words of a name or town.
    pub q: Option<&'a str>,
    /// Kinds, any of them.
    pub kinds: Option<&'a [String]>,
    /// Sectors on `day`, any of them.
    pub sectors: Option<&'a [String]>,
    /// The day of the sector.
    pub day: NaiveDate,
    /// Statuses, any of them.
    pub statuses: Option<&'a [String]>,
    /// Tax number.
    pub nip: Option<&'a str>,
    /// REGON.
    pub regon: Option<&'a str>,
    /// KRS.
    pub krs: Option<&'a str>,
    /// The seat's territorial code, or its beginning.
    pub seat_terc: Option<&'a str>,
}

impl Filter<'_> {
    /// All of them together.
    pub fn condition(&self) -> Condition {
        Condition::all()
            .add_option(self.q.map(|q| list::contains(Column::SearchKey, q)))
            .add_option(self.kinds.map(|kinds| Column::Kind.is_in(kinds)))
            .add_option(self.sectors.map(|sectors| in_sectors(sectors, self.day)))
            .add_option(self.statuses.map(|statuses| Column::Status.is_in(statuses)))
            .add_option(self.nip.map(|nip| Column::Nip.eq(nip)))
            .add_option(self.regon.map(|regon| Column::Regon.eq(regon)))
            .add_option(self.krs.map(|krs| Column::Krs.eq(krs)))
            .add_option(
                self.seat_terc
                    .map(|code| list::begins_with(Column::SeatTerc, code)),
            )
    }
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

/// Where others refer to an institution.
const REFERENCES: [Reference; 15] = [
    Reference::record("institution", "operator_id"),
    Reference::record("institution", "successor_id"),
    Reference::record("partnership", "secretariat_institution_id"),
    Reference::record("signatory", "institution_id"),
    Reference::record("body", "owner_id"),
    Reference::record("mandate", "institution_id"),
    Reference::record("meeting", "host_institution_id"),
    Reference::record("agenda_item", "presenter_id"),
    Reference::record("attendance", "institution_id"),
    Reference::record("implementation", "owner_id"),
    Reference::record("good_practice", "owner_id"),
    Reference::record("posting", "institution_id"),
    Reference::record("role_grant", "institution_id"),
    Reference::record("person", "institution_id"),
    Reference::part(
        "recommendation_addressee",
        "institution_id",
        "recommendation",
        "recommendation_id",
    ),
];

/// Whether some record that was not deleted refers to the institution.
pub async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
    reference::exists(conn, &REFERENCES, id).await
}

/// The short name of an institution, or its name where it has none.
pub async fn short_name(conn: &impl Conn, id: Uuid) -> Result<Option<String>, RepoError> {
    let names: Option<(Option<String>, String)> = row::Entity::find_by_id(id)
        .select_only()
        .columns([Column::ShortName, Column::Name])
        .into_tuple()
        .one(conn.raw())
        .await?;
    Ok(names.map(|(short, name)| short.unwrap_or(name)))
}
