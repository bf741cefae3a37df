//! Reports of periods, and the files of those that are frozen.

mod facts;
pub mod file;

pub use facts::{commitments, facts, fulfilments};

use chrono::NaiveDate;
use domain::record::Kind;
use domain::report::{FROZEN, Report};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::list::leads_to;
use crate::record::{Reference, Stored};
use crate::table::table;

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
