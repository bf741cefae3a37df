//! Fulfilments of commitments.

use chrono::NaiveDate;
use domain::followup::fulfilment::Fulfilment;
use domain::record::{Head, Versioned};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;

use crate::RepoError;
use crate::followup::commitment;
use crate::meeting;
use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "fulfilment")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub commitment_id: Uuid,
        pub meeting_id: Option<Uuid>,
        pub fulfilled_on: ChronoDate,
        pub note: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Fulfilment {
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
        let value = Fulfilment {
            partnership_id: row.partnership_id,
            commitment_id: row.commitment_id,
            meeting_id: row.meeting_id,
            fulfilled_on: row.fulfilled_on,
            note: row.note,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let f = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&f.external_ids)?),
            partnership_id: value(f.partnership_id),
            commitment_id: value(f.commitment_id),
            meeting_id: value(f.meeting_id),
            fulfilled_on: value(f.fulfilled_on),
            note: value(f.note),
            ..Default::default()
        })
    }
}

impl Stored for Fulfilment {}

/// What everybody sees: all of them.
pub fn public() -> Condition {
    Condition::all()
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of a commitment.
pub fn of_commitment(id: Uuid) -> Condition {
    Condition::all().add(Column::CommitmentId.eq(id))
}

/// Those at a meeting.
pub fn at_meeting(id: Uuid) -> Condition {
    Condition::all().add(Column::MeetingId.eq(id))
}

/// Those of the days from one to another, both included.
pub fn fulfilled_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    Condition::all()
        .add_option(from.map(|day| Column::FulfilledOn.gte(day)))
        .add_option(to.map(|day| Column::FulfilledOn.lte(day)))
}

/// Those that the report of the days from one to another counts: for a commitment then in force, by the date of the
/// meeting, which took place, or by their own when there is none.
pub fn counted_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    let mut commitments = Query::select();
    commitments
        .column(commitment::Column::Id)
        .from(commitment::row::Entity)
        .and_where(commitment::Column::DeletedAt.is_null())
        .cond_where(commitment::in_force_within(from, to));
    let mut meetings = Query::select();
    meetings
        .column(meeting::Column::Id)
        .from(meeting::row::Entity)
        .cond_where(meeting::took_place())
        .cond_where(meeting::held_between(from, to));
    let own_date = fulfilled_between(from, to).add(Column::MeetingId.is_null());
    Condition::all()
        .add(Column::CommitmentId.in_subquery(commitments))
        .add(
            Condition::any()
                .add(own_date)
                .add(Column::MeetingId.in_subquery(meetings)),
        )
}
