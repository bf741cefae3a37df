//! Who was at which meeting.

use domain::meeting::attendance::{Attendance, TOOK_PART};
use domain::record::{Head, Versioned};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{Condition, QueryFilter, QuerySelect};

use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::{Conn, RepoError};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "attendance")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub meeting_id: Uuid,
        pub institution_id: Uuid,
        pub status: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Attendance {
    type Entity = row::Entity;

    const COLUMNS: Columns<Column> = Columns {
        id: Column::Id,
        version: Column::Version,
        created_at: Column::CreatedAt,
        modified_at: Column::ModifiedAt,
        deleted_at: Column::DeletedAt,
        slug: None,
    };

    fn from_row(row: row::Model) -> Result<(Versioned<Self>, Deleted), RepoError> {
        let head = Head {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            modified_at: row.modified_at,
        };
        let value = Attendance {
            partnership_id: row.partnership_id,
            meeting_id: row.meeting_id,
            institution_id: row.institution_id,
            status: row.status,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let a = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&a.external_ids)?),
            partnership_id: value(a.partnership_id),
            meeting_id: value(a.meeting_id),
            institution_id: value(a.institution_id),
            status: value(a.status),
            ..Default::default()
        })
    }
}

impl Stored for Attendance {}

/// What everybody sees: nothing, but how many there were ([`institutions_at`]).
pub fn public() -> Condition {
    // An id is never null.
    Condition::all().add(Column::Id.is_null())
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// That of a meeting.
pub fn of_meeting(id: Uuid) -> Condition {
    Condition::all().add(Column::MeetingId.eq(id))
}

/// That of an institution.
pub fn of_institution(id: Uuid) -> Condition {
    Condition::all().add(Column::InstitutionId.eq(id))
}

/// The meetings on whose list of attendance an institution is.
pub(super) fn meetings_of(institution: Uuid) -> SelectStatement {
    let mut ids = Query::select();
    ids.column(Column::MeetingId)
        .from(row::Entity)
        .cond_where(of_institution(institution))
        .and_where(Column::DeletedAt.is_null());
    ids
}

/// That of any of the statuses.
pub fn with_statuses(codes: &[String]) -> Condition {
    Condition::all().add(Column::Status.is_in(codes))
}

/// How many institutions took part in each of the meetings; those without any are left out.
pub async fn institutions_at(
    conn: &impl Conn,
    meetings: &[Uuid],
) -> Result<Vec<(Uuid, i64)>, RepoError> {
    let mut counted = Vec::with_capacity(meetings.len());
    for chunk in meetings.chunks(500) {
        let rows: Vec<(Uuid, i64)> = row::Entity::find()
            .select_only()
            .column(Column::MeetingId)
            .column_as(Column::Id.count(), "institutions")
            .filter(Column::MeetingId.is_in(chunk.iter().copied()))
            .filter(Column::Status.is_in(TOOK_PART))
            .filter(Column::DeletedAt.is_null())
            .group_by(Column::MeetingId)
            .into_tuple()
            .all(conn.raw())
            .await?;
        counted.extend(rows);
    }
    Ok(counted)
}
