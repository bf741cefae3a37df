//! Mandates.

use chrono::NaiveDate;
use domain::governance::mandate::{CHAIR, Mandate};
use domain::record::{Head, Versioned};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

use crate::RepoError;
use crate::governance::term;
use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "mandate")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub term_id: Uuid,
        pub institution_id: Uuid,
        pub role: String,
        pub starts_on: ChronoDate,
        pub ends_on: Option<ChronoDate>,
        pub end_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Mandate {
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
        let value = Mandate {
            partnership_id: row.partnership_id,
            term_id: row.term_id,
            institution_id: row.institution_id,
            role: row.role,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            end_reason: row.end_reason,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let m = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&m.external_ids)?),
            partnership_id: value(m.partnership_id),
            term_id: value(m.term_id),
            institution_id: value(m.institution_id),
            role: value(m.role),
            starts_on: value(m.starts_on),
            ends_on: value(m.ends_on),
            end_reason: value(m.end_reason),
            ..Default::default()
        })
    }
}

impl Stored for Mandate {}

/// What everybody sees: all of them, since they name institutions and no persons.
pub fn public() -> Condition {
    Condition::all()
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of a term.
pub fn of_term(id: Uuid) -> Condition {
    Condition::all().add(Column::TermId.eq(id))
}

/// Those of an institution.
pub fn of_institution(id: Uuid) -> Condition {
    Condition::all().add(Column::InstitutionId.eq(id))
}

/// Those of any of the roles.
pub fn in_roles(codes: &[String]) -> Condition {
    Condition::all().add(Column::Role.is_in(codes))
}

/// Those held on a day. A mandate ends with its term at the latest.
pub fn active_on(day: NaiveDate) -> Condition {
    overlapping(day, day.succ_opt()).add(in_terms(term::holding_on(day)))
}

/// Those that have a day in common with a span whose end is no longer part of it.
pub fn overlapping(from: NaiveDate, until: Option<NaiveDate>) -> Condition {
    Condition::all()
        .add_option(until.map(|until| Column::StartsOn.lt(until)))
        .add(
            Condition::any()
                .add(Column::EndsOn.is_null())
                .add(Column::EndsOn.gt(from)),
        )
}

/// The chairs of a body on the days from one to another, both included. A mandate ends with its term at the latest.
pub fn chairs(body: Uuid, from: NaiveDate, to: NaiveDate) -> Condition {
    overlapping(from, to.succ_opt())
        .add(Column::Role.eq(CHAIR))
        .add(in_terms(term::overlapping(body, from, to)))
}

/// Those that begin before a day.
pub fn beginning_before(day: NaiveDate) -> Condition {
    Condition::all().add(Column::StartsOn.lt(day))
}

/// Those that are said to last beyond a day.
pub fn outlasting(day: NaiveDate) -> Condition {
    let ends_later = day.succ_opt().map(|next| Column::EndsOn.gt(next));
    Condition::any()
        .add(Column::StartsOn.gt(day))
        .add_option(ends_later)
}

/// Those in the terms of a body.
pub fn of_body(id: Uuid) -> Condition {
    in_terms(term::of_body(id))
}

/// The bodies in which an institution holds a seat on a day. A mandate ends with its term at the latest.
pub(crate) fn bodies_of(institution: Uuid, day: Expr) -> SelectStatement {
    let mandate = |column: Column| Expr::col((row::Entity, column));
    let term = |column: term::Column| Expr::col((term::row::Entity, column));
    let lasts = Condition::any()
        .add(mandate(Column::EndsOn).is_null())
        .add(mandate(Column::EndsOn).gt(day.clone()));
    let mut bodies = Query::select();
    bodies
        .column((term::row::Entity, term::Column::BodyId))
        .from(row::Entity)
        .inner_join(
            term::row::Entity,
            term(term::Column::Id).equals((row::Entity, Column::TermId)),
        )
        .cond_where(of_institution(institution))
        .and_where(mandate(Column::DeletedAt).is_null())
        .and_where(mandate(Column::StartsOn).lte(day.clone()))
        .cond_where(lasts)
        .and_where(term(term::Column::EndsOn).gte(day));
    bodies
}

fn in_terms(condition: Condition) -> Condition {
    let mut ids = Query::select();
    ids.column(term::Column::Id)
        .from(term::row::Entity)
        .cond_where(condition);
    Condition::all().add(Column::TermId.in_subquery(ids))
}
