//! Who was at which meeting.

use domain::access::audience::Audience;
use domain::meeting::Meeting;
use domain::meeting::attendance::{Attendance, TOOK_PART};
use domain::record::Kind;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement, SimpleExpr};

use crate::list::leads_to;
use crate::record::{Reference, Stored};
use crate::table::{leads_here, table};

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

    /// Nothing, but how many there were ([`institutions_present`]).
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

/// How many institutions took part in a meeting.
pub(super) fn institutions_present() -> SimpleExpr {
    let mut count = Query::select();
    count
        .expr(Column::Id.count())
        .from(row::Entity)
        .cond_where(leads_here::<Meeting, row::Entity>(Column::MeetingId))
        .and_where(Column::Status.is_in(TOOK_PART))
        .and_where(Column::DeletedAt.is_null());
    SimpleExpr::SubQuery(None, Box::new(count.into()))
}
