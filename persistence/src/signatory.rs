//! Signatories.

use chrono::NaiveDate;
use domain::institution::Institution;
use domain::record::Kind;
use domain::signatory::{Signatory, Suspension, Withdrawal};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr};
use sea_orm::{Condition, QueryFilter, QueryOrder, QuerySelect};

use crate::agreement_version::binding_only_signers;
use crate::json::from_json;
use crate::record::{Beside, Reference, Stored, behind, joined, of_partnership};
use crate::table::{leads_here, part, parts, save_parts, table};
use crate::{Conn, RepoError, Tx, institution, list};

table! {
    Signatory in "signatory", no slug {
        external_ids: Json,
        partnership_id: Uuid,
        institution as "institution_id": Uuid,
        status: String,
        signed_on: ChronoDate,
        signing_form: String,
        agreement_version: Option<i32>,
        effective_from: ChronoDate,
        standing_since: ChronoDateTimeUtc,
    }
    derived {
        withdrawal_notified_on: Option<ChronoDate> = |s: &Signatory| s.withdrawal.as_ref()?.notified_on,
        withdrawn_on: Option<ChronoDate> = Signatory::withdrawn_on,
        withdrawal_reason: Option<String> = |s: &Signatory| s.withdrawal.as_ref()?.reason.clone(),
    }
    read {
        withdrawal = withdrawal,
        suspensions = |_: &row::Model| Vec::new(),
    }
}

part! {
    Suspension in "signatory_suspension" as suspension_row of signatory_id (SignatoryId) {
        starts_on: ChronoDate,
        ends_on: Option<ChronoDate>,
        reason: Option<String>,
    }
}

fn withdrawal(row: &row::Model) -> Option<Withdrawal> {
    Some(Withdrawal {
        effective_on: row.withdrawn_on?,
        notified_on: row.withdrawal_notified_on,
        reason: row.withdrawal_reason.clone(),
    })
}

impl Stored for Signatory {
    const REFERENCES: &'static [Reference] = &[(Kind::Institution, of_institution)];

    const BESIDE: Option<Beside<Self>> = Some((parts::<Self, Suspension>, |record, spans| {
        record.suspensions = from_json(spans)?;
        Ok(())
    }));

    async fn save(&self, tx: &Tx, id: Uuid) -> Result<(), RepoError> {
        save_parts(tx, id, &self.suspensions).await
    }

    /// The institution and the day of its signature.
    fn natural_key() -> Option<SimpleExpr> {
        let institution =
            behind::<Self, Institution>(Column::Institution, institution::Column::Slug);
        Some(joined(
            institution,
            "@",
            Expr::col(Column::SignedOn).cast_as("text"),
        ))
    }

    /// The order of `institution` is that of the institutions' names.
    fn joined_key(column: Column) -> Option<SimpleExpr> {
        matches!(column, Column::Institution)
            .then(|| behind::<Self, Institution>(column, institution::Column::SortKey))
    }
}

/// Those of an institution.
pub fn of_institution(id: Uuid) -> Condition {
    Condition::all().add(Column::Institution.eq(id))
}

/// Those that signed on a day.
pub fn signed_on(day: NaiveDate) -> Condition {
    Condition::all().add(Column::SignedOn.eq(day))
}

/// Those that are bound from a day of a span on; ends that are not given are open.
pub fn acceded_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    Condition::all()
        .add(Column::Status.ne("applied"))
        .add_option(from.map(|day| Column::EffectiveFrom.gte(day)))
        .add_option(to.map(|day| Column::EffectiveFrom.lte(day)))
}

/// Those that are bound no more from a day of a span on; ends that are not given are open.
pub fn withdrawn_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    Condition::all()
        .add(Column::Status.ne("applied"))
        .add(Column::WithdrawnOn.is_not_null())
        .add_option(from.map(|day| Column::WithdrawnOn.gte(day)))
        .add_option(to.map(|day| Column::WithdrawnOn.lte(day)))
}

/// Those that count as signatories on a day, as [`Signatory::active_on`] has it, and are bound by the agreement of that day.
pub fn active_on(day: NaiveDate) -> Condition {
    counting_on(Expr::val(day))
}

/// The same of a day that the statement has.
pub(crate) fn counting_on(day: Expr) -> Condition {
    let signed = Func::coalesce([own(Column::AgreementVersion), Expr::val(0)]);
    let partnership = own(Column::PartnershipId);
    let unbound = binding_only_signers(day.clone(), partnership, signed.into());
    signed_for(day.clone())
        .add(Expr::not_exists(suspended_on(day)))
        .add(Expr::not_exists(unbound))
}

/// Those whose signature stands on a day, as [`Signatory::stands_on`] has it.
pub fn standing_on(day: NaiveDate) -> Condition {
    signed_for(Expr::val(day))
}

fn own(column: Column) -> Expr {
    Expr::col((row::Entity, column))
}

fn signed_for(day: Expr) -> Condition {
    Condition::all()
        .add(own(Column::Status).ne("applied"))
        .add(own(Column::EffectiveFrom).lte(day.clone()))
        .add(not_withdrawn_on(day))
}

fn not_withdrawn_on(day: Expr) -> Condition {
    Condition::any()
        .add(own(Column::WithdrawnOn).is_null())
        .add(own(Column::WithdrawnOn).gt(day))
}

/// The suspensions of a signatory on a day.
fn suspended_on(day: Expr) -> SelectStatement {
    use suspension_row::{Column as S, Entity};
    let lasts = Condition::any()
        .add(Expr::col((Entity, S::EndsOn)).is_null())
        .add(Expr::col((Entity, S::EndsOn)).gt(day.clone()));
    let mut spans = Query::select();
    spans
        .expr(Expr::val(1))
        .from(Entity)
        .cond_where(leads_here::<Signatory, Entity>(S::SignatoryId))
        .and_where(Expr::col((Entity, S::StartsOn)).lte(day))
        .cond_where(lasts);
    spans
}

/// Those whose institution belongs to one of the sectors on a day.
pub fn in_sectors(sectors: &[String], day: NaiveDate) -> Condition {
    Condition::all().add(Column::Institution.in_subquery(institution::ids_in_sectors(sectors, day)))
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
    Condition::all().add(Column::Institution.in_subquery(ids))
}

/// Participations of the same institution that have a day in common with a span whose end is no longer part of it.
pub fn overlapping(
    partnership: Uuid,
    institution: Uuid,
    from: NaiveDate,
    until: Option<NaiveDate>,
) -> Condition {
    of_partnership::<Signatory>(partnership)
        .add(Column::Institution.eq(institution))
        .add_option(until.map(|until| Column::EffectiveFrom.lt(until)))
        .add(not_withdrawn_on(Expr::val(from)))
}

/// The partnerships that keep an institution on a day, whose secretariats and whose representatives of it change it: the one
/// whose signature has stood the longest; those by whom it was recorded while nobody has signed it.
pub async fn keepers_of(
    conn: &impl Conn,
    institution: Uuid,
    day: NaiveDate,
) -> Result<Vec<Uuid>, RepoError> {
    let first: Option<Uuid> = row::Entity::find()
        .select_only()
        .column(Column::PartnershipId)
        .filter(of_institution(institution))
        .filter(standing_on(day))
        .filter(Column::DeletedAt.is_null())
        .order_by_asc(Column::StandingSince)
        .order_by_asc(Column::Id)
        .into_tuple()
        .one(conn.raw())
        .await?;
    match first {
        Some(first) => Ok(vec![first]),
        None => institution::recorders(conn, institution).await,
    }
}
