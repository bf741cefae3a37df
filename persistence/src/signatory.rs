//! Signatories.

use chrono::NaiveDate;
use domain::record::{Head, Versioned};
use domain::signatory::{Signatory, UNCOUNTED, Withdrawal};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;
use sea_orm::sea_query::SimpleExpr;

use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::{RepoError, institution, list};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "signatory")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub institution_id: Uuid,
        pub status: String,
        pub signed_on: ChronoDate,
        pub signing_form: String,
        pub effective_from: ChronoDate,
        pub withdrawal_notified_on: Option<ChronoDate>,
        pub withdrawn_on: Option<ChronoDate>,
        pub withdrawal_reason: Option<String>,
        pub standing_since: ChronoDateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Signatory {
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
        let withdrawal = row.withdrawn_on.map(|effective_on| Withdrawal {
            notified_on: row.withdrawal_notified_on,
            effective_on,
            reason: row.withdrawal_reason,
        });
        let value = Signatory {
            partnership_id: row.partnership_id,
            institution_id: row.institution_id,
            status: row.status,
            signed_on: row.signed_on,
            signing_form: row.signing_form,
            effective_from: row.effective_from,
            withdrawal,
            standing_since: row.standing_since,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let s = self.clone();
        let (notified_on, withdrawn_on, reason) = match s.withdrawal {
            Some(left) => (left.notified_on, Some(left.effective_on), left.reason),
            None => (None, None, None),
        };
        Ok(row::ActiveModel {
            external_ids: value(to_json(&s.external_ids)?),
            partnership_id: value(s.partnership_id),
            institution_id: value(s.institution_id),
            status: value(s.status),
            signed_on: value(s.signed_on),
            signing_form: value(s.signing_form),
            effective_from: value(s.effective_from),
            withdrawal_notified_on: value(notified_on),
            withdrawn_on: value(withdrawn_on),
            withdrawal_reason: value(reason),
            standing_since: value(s.standing_since),
            ..Default::default()
        })
    }
}

impl Stored for Signatory {
    /// The order of `institution_id` is that of the institutions' names.
    fn joined_key(column: Column) -> Option<SimpleExpr> {
        matches!(column, Column::InstitutionId)
            .then(|| institution::key_of((row::Entity, Column::InstitutionId)))
    }
}

/// What everybody sees: all of them.
pub fn public() -> Condition {
    Condition::all()
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of an institution.
pub fn of_institution(id: Uuid) -> Condition {
    Condition::all().add(Column::InstitutionId.eq(id))
}

/// Those that signed on a day.
pub fn signed_on(day: NaiveDate) -> Condition {
    Condition::all().add(Column::SignedOn.eq(day))
}

/// Those of any of the statuses, as they were stored.
pub fn with_statuses(codes: &[String]) -> Condition {
    Condition::all().add(Column::Status.is_in(codes))
}

/// Those that are signatories on a day: not only applied or suspended, and within their validity.
pub fn active_on(day: NaiveDate) -> Condition {
    Condition::all()
        .add(Column::Status.is_not_in(UNCOUNTED))
        .add(Column::EffectiveFrom.lte(day))
        .add(not_withdrawn_on(day))
}

/// Those whose signature stands on a day, as [`Signatory::stands_on`] has it.
pub fn standing_on(day: NaiveDate) -> Condition {
    Condition::all()
        .add(Column::Status.ne("applied"))
        .add(Column::EffectiveFrom.lte(day))
        .add(not_withdrawn_on(day))
}

fn not_withdrawn_on(day: NaiveDate) -> Condition {
    Condition::any()
        .add(Column::WithdrawnOn.is_null())
        .add(Column::WithdrawnOn.gt(day))
}

/// Those whose institution belongs to one of the sectors on a day.
pub fn in_sectors(sectors: &[String], day: NaiveDate) -> Condition {
    Condition::all()
        .add(Column::InstitutionId.in_subquery(institution::ids_in_sectors(sectors, day)))
}

/// Those whose institution is of one of the kinds.
pub fn of_kinds(kinds: &[String]) -> Condition {
    of_institutions(institution::Column::Kind.is_in(kinds))
}

/// Those whose institution's name or town holds all words of a text.
pub fn matching(q: &str) -> Condition {
    of_institutions(list::contains(institution::Column::SearchKey, q))
}

fn of_institutions(condition: SimpleExpr) -> Condition {
    let mut ids = Query::select();
    ids.column(institution::Column::Id)
        .from(institution::row::Entity)
        .and_where(condition);
    Condition::all().add(Column::InstitutionId.in_subquery(ids))
}

/// Participations of the same institution that have a day in common with a span whose end is no longer part of it.
pub fn overlapping(
    partnership: Uuid,
    institution: Uuid,
    from: NaiveDate,
    until: Option<NaiveDate>,
) -> Condition {
    Condition::all()
        .add(Column::PartnershipId.eq(partnership))
        .add(Column::InstitutionId.eq(institution))
        .add_option(until.map(|until| Column::EffectiveFrom.lt(until)))
        .add(not_withdrawn_on(from))
}
