//! Mandates.

use chrono::NaiveDate;
use domain::governance::mandate::{CHAIR, Mandate};
use domain::governance::term::Term;
use domain::institution::Institution;
use domain::record::Kind;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr};

use crate::governance::term;
use crate::institution;
use crate::list::leads_to;
use crate::record::{ColumnOf, Reference, Stored, behind, joined};
use crate::table::table;

table! {
    Mandate in "mandate", no slug {
        external_ids: Json,
        partnership_id: Uuid,
        term as "term_id": Uuid,
        institution as "institution_id": Uuid,
        role: String,
        starts_on: ChronoDate,
        ends_on: Option<ChronoDate>,
        end_reason: Option<String>,
    }
}

impl Stored for Mandate {
    const PARENT: Option<ColumnOf<Self>> = Some(Column::Term);
    const REFERENCES: &'static [Reference] = &[
        (Kind::Term, of_term),
        (Kind::Institution, |id| leads_to(Column::Institution, id)),
    ];

    /// The term, the institution and the first day.
    fn natural_key() -> Option<SimpleExpr> {
        let term = behind::<Self, Term>(Column::Term, term::Column::Slug);
        let institution =
            behind::<Self, Institution>(Column::Institution, institution::Column::Slug);
        let day = own(Column::StartsOn).cast_as("text");
        Some(joined(term, "|", joined(institution, "@", day)))
    }
}

/// Those of a term.
pub fn of_term(id: Uuid) -> Condition {
    Condition::all().add(Column::Term.eq(id))
}

/// Those of the same institution in the same term that have a day in common with one.
pub fn alongside(one: &Mandate) -> Condition {
    overlapping(one.starts_on, one.ends_on)
        .add(Column::Term.eq(one.term.id))
        .add(Column::Institution.eq(one.institution.id))
}

/// Those held on a day. A mandate ends with its term at the latest.
pub fn active_on(day: NaiveDate) -> Condition {
    overlapping(day, day.succ_opt()).add(in_terms(term::holding_on(day)))
}

/// Those that have a day in common with a span whose end is no longer part of it.
fn overlapping(from: NaiveDate, until: Option<NaiveDate>) -> Condition {
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
        .column((term::row::Entity, term::Column::Body))
        .from(row::Entity)
        .inner_join(
            term::row::Entity,
            term(term::Column::Id).equals((row::Entity, Column::Term)),
        )
        .and_where(mandate(Column::Institution).eq(institution))
        .and_where(mandate(Column::DeletedAt).is_null())
        .and_where(mandate(Column::StartsOn).lte(day.clone()))
        .cond_where(lasts)
        .and_where(term(term::Column::EndsOn).gte(day));
    bodies
}

/// Those in bodies of any of the kinds.
pub fn in_bodies_of_kinds(kinds: &[String]) -> Condition {
    in_terms(term::of_body_kinds(kinds))
}

/// Those that begin in a span, and after their term did.
pub fn begun_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    let first = behind::<Mandate, Term>(Column::Term, term::Column::StartsOn);
    Condition::all()
        .add(own(Column::StartsOn).gt(first))
        .add_option(from.map(|day| Column::StartsOn.gte(day)))
        .add_option(to.map(|day| Column::StartsOn.lte(day)))
}

/// Those that are held no more from a day of a span on, while their term lasts.
pub fn ended_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    let last = behind::<Mandate, Term>(Column::Term, term::Column::EndsOn);
    Condition::all()
        .add(own(Column::EndsOn).lte(last))
        .add_option(from.map(|day| Column::EndsOn.gte(day)))
        .add_option(to.map(|day| Column::EndsOn.lte(day)))
}

fn own(column: Column) -> Expr {
    Expr::col((row::Entity, column))
}

fn in_terms(condition: Condition) -> Condition {
    let mut ids = Query::select();
    ids.column(term::Column::Id)
        .from(term::row::Entity)
        .cond_where(condition);
    Condition::all().add(Column::Term.in_subquery(ids))
}
