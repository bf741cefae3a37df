//! Versions of agreements.

use chrono::NaiveDate;
use domain::agreement_version::{AgreementVersion, BINDING};
use domain::record::Versioned;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
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
