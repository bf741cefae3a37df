//! How many of those entitled to vote are at a meeting.

use chrono::NaiveDate;
use domain::governance::mandate::Mandate;
use domain::signatory::Signatory;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::attendance;
use crate::governance::mandate;
use crate::record::{Row, of_partnership};
use crate::{Conn, RepoError, signatory};

/// Who is entitled to vote at a meeting.
#[derive(Clone, Copy, Debug)]
pub enum Entitled {
    /// The institutions with a seat in a body.
    Seats(Uuid),
    /// All signatories.
    Signatories,
}

/// How many institutions are entitled to vote on a day, and how many of them are present or represented at a meeting.
pub async fn counted(
    conn: &impl Conn,
    partnership: Uuid,
    meeting: Uuid,
    entitled: Entitled,
    day: NaiveDate,
) -> Result<(i64, i64), RepoError> {
    match entitled {
        Entitled::Seats(body) => {
            let seats = of_partnership::<Mandate>(partnership)
                .add(mandate::active_on(day))
                .add(mandate::of_body(body));
            count::<Mandate>(conn, mandate::Column::Institution, seats, meeting).await
        }
        Entitled::Signatories => {
            let signed = of_partnership::<Signatory>(partnership).add(signatory::active_on(day));
            count::<Signatory>(conn, signatory::Column::Institution, signed, meeting).await
        }
    }
}

async fn count<T: Row>(
    conn: &impl Conn,
    institution: <T::Entity as EntityTrait>::Column,
    entitled: Condition,
    meeting: Uuid,
) -> Result<(i64, i64), RepoError> {
    let entitled = entitled.add(T::COLUMNS.deleted_at.is_null());
    let here = institution.in_subquery(attendance::institutions_at(meeting));
    let count = async |condition: Condition| -> Result<i64, RepoError> {
        let column = Expr::col((T::Entity::default(), institution));
        let counted = T::Entity::find()
            .select_only()
            .expr(column.count_distinct())
            .filter(condition)
            .into_tuple()
            .one(conn.raw())
            .await?;
        Ok(counted.unwrap_or_default())
    };
    Ok((
        count(entitled.clone()).await?,
        count(entitled.add(here)).await?,
    ))
}
