//! Who was at which meeting.

use domain::access::audience::Audience;
use domain::meeting::attendance::{Attendance, TOOK_PART};
use domain::record::Kind;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{Condition, QueryFilter, QuerySelect};

use crate::list::leads_to;
use crate::record::{Reference, Stored};
use crate::table::table;
use crate::{Conn, RepoError};

table! {
    Attendance in "attendance", no slug {
        external_ids: Json,
        partnership_id: Uuid,
        meeting_id: Uuid,
        institution as "institution_id": Uuid,
        status: String,
    }
}

impl Stored for Attendance {
    const PARENT: Option<Column> = Some(Column::MeetingId);
    const AUDIENCE: Audience = Audience::Internal;
    const REFERENCES: &'static [Reference] = &[
        (Kind::Meeting, |id| leads_to(Column::MeetingId, id)),
        (Kind::Institution, |id| leads_to(Column::Institution, id)),
    ];

    /// Nothing, but how many there were ([`institutions_at`]).
    fn public() -> Condition {
        // An id is never null.
        Condition::all().add(Column::Id.is_null())
    }
}

/// The meetings on whose list of attendance an institution is.
pub(super) fn meetings_of(institution: Uuid) -> SelectStatement {
    let mut ids = Query::select();
    ids.column(Column::MeetingId)
        .from(row::Entity)
        .and_where(Column::Institution.eq(institution))
        .and_where(Column::DeletedAt.is_null());
    ids
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
