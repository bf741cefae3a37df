//! Reports of periods, and the files of those that are frozen.

mod facts;
pub mod file;

pub use facts::{commitments, facts, fulfilments};

use chrono::NaiveDate;
use domain::record::Kind;
use domain::report::{FROZEN, Report};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryFilter, QueryOrder, QuerySelect};

use crate::list::leads_to;
use crate::record::{Reference, Stored, of_partnership};
use crate::table::table;
use crate::{Conn, RepoError};

table! {
    Report in "report" {
        external_ids: Json,
        partnership_id: Uuid,
        slug: String,
        from as "period_from": ChronoDate,
        to as "period_to": ChronoDate,
        title: Option<String>,
        sections: Json,
        edits: Json,
        paragraphs: Json,
        supersedes as "supersedes_id": Option<Uuid>,
        status: String,
        warnings: Json,
        approved_sha256: Option<String>,
        frozen_at: Option<ChronoDateTimeUtc>,
        sequence: Option<i64>,
        sha256: Option<String>,
        submitted_on: Option<ChronoDate>,
        answered_on: Option<ChronoDate>,
        note: Option<String>,
    }
}

impl Stored for Report {
    const NAME: Option<Column> = Some(Column::Slug);
    const REFERENCES: &'static [Reference] =
        &[(Kind::Report, |id| leads_to(Column::Supersedes, id))];

    /// What is frozen.
    fn public() -> Condition {
        Condition::all().add(Column::Status.is_in(FROZEN))
    }
}

/// Those of a period in which a day lies.
pub fn covering(day: NaiveDate) -> Condition {
    Condition::all()
        .add(Column::From.lte(day))
        .add(Column::To.gte(day))
}

/// The report of a calendar year that was frozen last, of those that were not returned.
pub async fn latest_frozen(
    conn: &impl Conn,
    partnership: Uuid,
    year: i32,
) -> Result<Option<Uuid>, RepoError> {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let (Some(first), Some(last)) = (day(1, 1), day(12, 31)) else {
        return Ok(None);
    };
    let found = row::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(of_partnership::<Report>(partnership))
        .filter(Report::public())
        .filter(Column::Status.ne("returned"))
        .filter(Column::DeletedAt.is_null())
        .filter(Column::From.eq(first))
        .filter(Column::To.eq(last))
        .order_by_desc(Column::FrozenAt);
    Ok(found.into_tuple().one(conn.raw()).await?)
}
