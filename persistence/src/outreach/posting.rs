//! Postings of communiqués.

use chrono::NaiveDate;
use domain::outreach::posting::{POSTED, Posting};
use domain::record::{Head, Versioned};
use domain::signatory::UNCOUNTED;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};

use crate::outreach::communique;
use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::{RepoError, signatory};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "posting")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub communique_id: Uuid,
        pub institution_id: Uuid,
        pub status: String,
        pub posted_on: Option<ChronoDate>,
        pub url: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Posting {
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
        let value = Posting {
            partnership_id: row.partnership_id,
            communique_id: row.communique_id,
            institution_id: row.institution_id,
            status: row.status,
            posted_on: row.posted_on,
            url: row.url,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let p = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&p.external_ids)?),
            partnership_id: value(p.partnership_id),
            communique_id: value(p.communique_id),
            institution_id: value(p.institution_id),
            status: value(p.status),
            posted_on: value(p.posted_on),
            url: value(p.url),
            ..Default::default()
        })
    }
}

impl Stored for Posting {}

/// What everybody sees: those of the communiqués that everybody sees.
pub fn public() -> Condition {
    of_communiques(communique::public())
}

/// Those of the communiqués of a condition; live postings belong to live communiqués.
fn of_communiques(condition: Condition) -> Condition {
    let mut ids = Query::select();
    ids.column(communique::Column::Id)
        .from(communique::row::Entity)
        .cond_where(condition);
    Condition::all().add(Column::CommuniqueId.in_subquery(ids))
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of a communiqué.
pub fn of_communique(id: Uuid) -> Condition {
    Condition::all().add(Column::CommuniqueId.eq(id))
}

/// Those by an institution.
pub fn of_institution(id: Uuid) -> Condition {
    Condition::all().add(Column::InstitutionId.eq(id))
}

/// Those of any of the statuses.
pub fn with_statuses(codes: &[String]) -> Condition {
    Condition::all().add(Column::Status.is_in(codes))
}

/// Those posted on the days from one to another, both included.
pub fn posted_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    Condition::all()
        .add_option(from.map(|day| Column::PostedOn.gte(day)))
        .add_option(to.map(|day| Column::PostedOn.lte(day)))
}

/// Those that were made, also where the link broke afterwards.
pub fn posted() -> Condition {
    Condition::all().add(Column::Status.is_in(POSTED))
}

/// Those that the activity report counts of the days from one to another, both included: made on one of these days, by
/// a signatory of that day, of a communiqué released on one of these days.
pub fn in_report(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    let released = communique::released().add(communique::released_between(from, to));
    posted()
        .add(posted_between(from, to))
        .add(of_communiques(released))
        .add(Expr::exists(signatories_of_the_day()))
}

/// The posting institution's participations on the day of the posting.
fn signatories_of_the_day() -> SelectStatement {
    use signatory::Column as S;
    let posting = |column: Column| Expr::col((row::Entity, column));
    let mut signed = Query::select();
    signed
        .expr(Expr::val(1))
        .from(signatory::row::Entity)
        .and_where(
            posting(Column::PartnershipId).equals((signatory::row::Entity, S::PartnershipId)),
        )
        .and_where(posting(Column::InstitutionId).equals((signatory::row::Entity, S::Institution)))
        .and_where(S::DeletedAt.is_null())
        .and_where(S::Status.is_not_in(UNCOUNTED))
        .and_where(
            posting(Column::PostedOn).gte(Expr::col((signatory::row::Entity, S::EffectiveFrom))),
        )
        .cond_where(Condition::any().add(S::WithdrawnOn.is_null()).add(
            posting(Column::PostedOn).lt(Expr::col((signatory::row::Entity, S::WithdrawnOn))),
        ));
    signed
}
