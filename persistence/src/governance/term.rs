//! Terms of office.

use chrono::NaiveDate;
use domain::governance::term::Term;
use domain::record::Kind;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query, SimpleExpr};

use crate::governance::body;
use crate::list::leads_to;
use crate::record::{ColumnOf, Reference, Stored};
use crate::table::table;

table! {
    Term in "term" {
        external_ids: Json,
        partnership_id: Uuid,
        body as "body_id": Uuid,
        slug: String,
        starts_on: ChronoDate,
        ends_on: ChronoDate,
        seats: Option<i32>,
        quorum_rule: Option<String>,
        majority_rule: Option<String>,
        elected_at as "elected_at_id": Option<Uuid>,
    }
}

impl Stored for Term {
    const NAME: Option<Column> = Some(Column::Slug);
    const PARENT: Option<ColumnOf<Self>> = Some(Column::Body);
    const REFERENCES: &'static [Reference] = &[
        (Kind::Body, of_body),
        (Kind::Meeting, |id| leads_to(Column::ElectedAt, id)),
    ];

    /// The slug, which is unique in the partnership.
    fn natural_key() -> Option<SimpleExpr> {
        Some(Expr::col(Column::Slug))
    }
}

/// Those of a body.
pub fn of_body(id: Uuid) -> Condition {
    Condition::all().add(Column::Body.eq(id))
}

/// Those of bodies of any of the kinds.
pub fn of_body_kinds(kinds: &[String]) -> Condition {
    let mut ids = Query::select();
    ids.column(body::Column::Id)
        .from(body::row::Entity)
        .and_where(body::Column::Kind.is_in(kinds));
    Condition::all().add(Column::Body.in_subquery(ids))
}

/// Those in which a day lies, the last day included.
pub fn holding_on(day: NaiveDate) -> Condition {
    Condition::all().add(Column::StartsOn.lte(day)).add(
        Condition::any()
            .add(Column::EndsOn.is_null())
            .add(Column::EndsOn.gte(day)),
    )
}

/// Those of a body that have a day in common with a span, of which both ends are part.
pub fn overlapping(body: Uuid, from: NaiveDate, to: NaiveDate) -> Condition {
    Condition::all()
        .add(Column::Body.eq(body))
        .add(Column::StartsOn.lte(to))
        .add(Column::EndsOn.gte(from))
}
