//! Versions of agreements.

use chrono::NaiveDate;
use domain::agreement_version::{AgreementVersion, BINDING};
use domain::record::Versioned;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::record::{self, Stored, of_partnership};
use crate::table::table;
use crate::{Conn, RepoError};

table! {
    AgreementVersion in "agreement_version", no slug {
        external_ids: Json,
        partnership_id: Uuid,
        number: i32,
        title: String,
        text: Option<String>,
        goal: Option<String>,
        scope: Json,
        coordination: Option<String>,
        signed_on: Option<ChronoDate>,
        binds_only_signers: bool,
        in_force_from: Option<ChronoDate>,
        in_force_to: Option<ChronoDate>,
        status: String,
    }
}

impl Stored for AgreementVersion {
    /// What is or was in force.
    fn public() -> Condition {
        Condition::all().add(Column::Status.is_in(BINDING))
    }

    /// Its number.
    fn natural_key() -> Option<SimpleExpr> {
        Some(Expr::col(Column::Number).cast_as("text"))
    }
}

/// Those in force on a day.
pub fn in_force_on(day: NaiveDate) -> Condition {
    let lasts = Condition::any()
        .add(Column::InForceTo.is_null())
        .add(Column::InForceTo.gt(day));
    Condition::all()
        .add(Column::Status.is_in(BINDING))
        .add(Column::InForceFrom.lte(day))
        .add(lasts)
}

/// Those in force on a day that the statement has and that bind only who signs them, after those of a number.
pub(crate) fn binding_only_signers(day: Expr, partnership: Expr, signed: Expr) -> SelectStatement {
    let column = |column: Column| Expr::col((row::Entity, column));
    let lasts = Condition::any()
        .add(column(Column::InForceTo).is_null())
        .add(column(Column::InForceTo).gt(day.clone()));
    let mut versions = Query::select();
    versions
        .expr(Expr::val(1))
        .from(row::Entity)
        .and_where(column(Column::PartnershipId).eq(partnership))
        .and_where(column(Column::DeletedAt).is_null())
        .and_where(column(Column::BindsOnlySigners).eq(true))
        .and_where(column(Column::Status).is_in(BINDING))
        .and_where(column(Column::InForceFrom).lte(day))
        .cond_where(lasts)
        .and_where(column(Column::Number).gt(signed));
    versions
}

/// The versions of a partnership that are or were in force.
pub async fn binding(
    conn: &impl Conn,
    partnership: Uuid,
) -> Result<Vec<AgreementVersion>, RepoError> {
    let binding = Column::Status.is_in(BINDING);
    let all = of_partnership::<AgreementVersion>(partnership).add(binding);
    let all = record::every::<AgreementVersion>(conn, all).await?;
    Ok(all.into_iter().map(|version| version.value).collect())
}

/// Whether a partnership has a version of a number.
pub fn numbered(partnership: Uuid, number: i32) -> Condition {
    of_partnership::<AgreementVersion>(partnership).add(Column::Number.eq(number))
}

/// The version of a partnership that is in force.
pub async fn in_force(
    conn: &impl Conn,
    partnership: Uuid,
) -> Result<Option<Versioned<AgreementVersion>>, RepoError> {
    let current = Column::Status.eq("in_force");
    let own = of_partnership::<AgreementVersion>(partnership).add(current);
    Ok(record::every(conn, own).await?.pop())
}

/// The next number of a partnership; one that was given is not given again.
pub async fn next_number(conn: &impl Conn, partnership: Uuid) -> Result<i32, RepoError> {
    let last: Option<Option<i32>> = row::Entity::find()
        .select_only()
        .column_as(Column::Number.max(), "last")
        .filter(of_partnership::<AgreementVersion>(partnership))
        .into_tuple()
        .one(conn.raw())
        .await?;
    Ok(last.flatten().unwrap_or(0).saturating_add(1))
}
