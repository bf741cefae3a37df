//! Partnerships.

use domain::partnership::{Partnership, Secretariat};
use domain::record::{Head, Versioned};

use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::institution::Named;
use crate::reference::Reference;
use crate::{Conn, RepoError, list, reference};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "partnership")]
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
        pub founded_on: ChronoDate,
        pub founded_on_precision: String,
        pub area_terc: Option<String>,
        pub goal: Option<String>,
        pub scope: Json,
        pub coordination: Option<String>,
        pub time_zone: String,
        pub licence: Option<String>,
        pub secretariat_institution_id: Option<Uuid>,
        pub secretariat_unit: Option<String>,
        pub secretariat_phone: Option<String>,
        pub secretariat_email: Option<String>,
        pub sort_key: Vec<u8>,
        pub search_key: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Partnership {
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
        let value = Partnership {
            slug: row.slug,
            name: row.name,
            founded_on: row.founded_on,
            founded_on_precision: row.founded_on_precision,
            area_terc: row.area_terc,
            goal: row.goal,
            scope: from_json(row.scope)?,
            coordination: row.coordination,
            time_zone: row.time_zone,
            licence: row.licence,
            secretariat: Secretariat {
                institution_id: row.secretariat_institution_id,
                unit: row.secretariat_unit,
                phone: row.secretariat_phone,
                email: row.secretariat_email,
            },
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let p = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&p.external_ids)?),
            sort_key: value(domain::search::sort_key(&p.name)),
            search_key: value(domain::search::search_key(&p.name)),
            scope: value(to_json(&p.scope)?),
            slug: value(p.slug),
            name: value(p.name),
            founded_on: value(p.founded_on),
            founded_on_precision: value(p.founded_on_precision),
            area_terc: value(p.area_terc),
            goal: value(p.goal),
            coordination: value(p.coordination),
            time_zone: value(p.time_zone),
            licence: value(p.licence),
            secretariat_institution_id: value(p.secretariat.institution_id),
            secretariat_unit: value(p.secretariat.unit),
            secretariat_phone: value(p.secretariat.phone),
            secretariat_email: value(p.secretariat.email),
            ..Default::default()
        })
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

/// Partnerships of a name and an area.
pub fn matching(q: Option<&str>, area_terc: Option<&str>) -> Condition {
    Condition::all()
        .add_option(q.map(|q| list::contains(Column::SearchKey, q)))
        .add_option(area_terc.map(|code| list::begins_with(Column::AreaTerc, code)))
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
