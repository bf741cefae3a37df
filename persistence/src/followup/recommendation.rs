//! Recommendations.

use chrono::{Datelike, NaiveDate};
use domain::followup::recommendation::{ADOPTED, Addressee, Recommendation, Vote};
use domain::record::Kind;
use domain::search;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;
use sea_orm::{Condition, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::json::from_json;
use crate::record::{self, Beside, Reference, Stored, of_partnership};
use crate::table::{part, parts, save_parts, table};
use crate::{Conn, RepoError, Tx};

table! {
    Recommendation in "recommendation" {
        external_ids: Json,
        partnership_id: Uuid,
        slug: String,
        kind: String,
        number: Option<String>,
        title: String,
        text: Option<String>,
        rationale: Option<String>,
        status: String,
        adopted_on: Option<ChronoDate>,
        implemented_on: Option<ChronoDate>,
        adopted_at as "adopted_at_id": Option<Uuid>,
        recorded_later: bool,
        target_groups: Json,
        proposed_by: Option<Uuid>,
    }
    derived {
        votes_for: Option<i32> = |r: &Recommendation| Some(r.vote.as_ref()?.r#for),
        votes_against: Option<i32> = |r: &Recommendation| Some(r.vote.as_ref()?.against),
        votes_abstain: Option<i32> = |r: &Recommendation| Some(r.vote.as_ref()?.abstain),
        votes_present: Option<i32> = |r: &Recommendation| Some(r.vote.as_ref()?.present),
        votes_seats: Option<i32> = |r: &Recommendation| Some(r.vote.as_ref()?.seats),
        sort_key: Vec<u8> = |r: &Recommendation| search::sort_key(&r.title),
        search_key: String = searched,
    }
    read {
        vote = vote,
        addressees = |_: &row::Model| Vec::new(),
    }
}

part! {
    Addressee in "recommendation_addressee" as addressee_row of recommendation_id (RecommendationId) {
        sector: Option<String>,
        institution as "institution_id": Option<Uuid>,
        body as "body_id": Option<Uuid>,
        due_on: Option<ChronoDate>,
    }
}

fn vote(row: &row::Model) -> Option<Vote> {
    let present = row.votes_present?;
    Some(Vote {
        r#for: row.votes_for.unwrap_or_default(),
        against: row.votes_against.unwrap_or_default(),
        abstain: row.votes_abstain.unwrap_or_default(),
        present,
        seats: row.votes_seats.unwrap_or(present),
    })
}

fn searched(r: &Recommendation) -> String {
    let number = r.number.as_deref().unwrap_or_default();
    search::search_key(format!("{} {number}", r.title).trim_end())
}

impl Stored for Recommendation {
    const NAME: Option<Column> = Some(Column::Title);
    const REFERENCES: &'static [Reference] = &[
        (Kind::Meeting, adopted_at),
        (Kind::Institution, addressed_to),
        (Kind::Body, |id| addressed(addressee_row::Column::Body, id)),
    ];

    const BESIDE: Option<Beside<Self>> = Some((parts::<Self, Addressee>, |record, addressees| {
        record.addressees = from_json(addressees)?;
        Ok(())
    }));

    /// What was adopted, whatever became of it.
    fn public() -> Condition {
        Condition::all().add(Column::Status.is_in(ADOPTED))
    }

    async fn save(&self, tx: &Tx, id: Uuid) -> Result<(), RepoError> {
        save_parts(tx, id, &self.addressees).await
    }
}

/// Those that a meeting adopted.
pub fn adopted_at(id: Uuid) -> Condition {
    Condition::all().add(Column::AdoptedAt.eq(id))
}

/// Those addressed to an institution.
pub fn addressed_to(institution: Uuid) -> Condition {
    addressed(addressee_row::Column::Institution, institution)
}

fn addressed(to: addressee_row::Column, id: Uuid) -> Condition {
    let mut ids = Query::select();
    ids.column(addressee_row::Column::RecommendationId)
        .from(addressee_row::Entity)
        .and_where(to.eq(id));
    Condition::all().add(Column::Id.in_subquery(ids))
}

/// Those with a day of adoption.
pub fn adopted() -> Condition {
    Condition::all().add(Column::AdoptedOn.is_not_null())
}

/// Those of a partnership that are numbered together, year by year: those of one kind.
pub fn of_series(partnership: Uuid, kind: &str) -> Condition {
    of_partnership::<Recommendation>(partnership).add(Column::Kind.eq(kind))
}

/// The next running number of a series in a year; a number once given is not given again.
pub async fn next_number(
    conn: &impl Conn,
    series: Condition,
    year: i32,
) -> Result<String, RepoError> {
    record::next_number::<Recommendation>(conn, Column::Number, series, year).await
}

/// Whether a number of a series was given, also to one that was deleted since.
pub async fn is_given(
    conn: &impl Conn,
    series: Condition,
    number: &str,
) -> Result<bool, RepoError> {
    let given = row::Entity::find()
        .filter(series)
        .filter(Column::Number.eq(number));
    Ok(given.count(conn.raw()).await? > 0)
}

/// The number of the first one of a series that was adopted after a day of a year, if there is any in that year.
pub async fn adopted_after(
    conn: &impl Conn,
    series: Condition,
    day: NaiveDate,
) -> Result<Option<String>, RepoError> {
    let numbered = row::Entity::find()
        .select_only()
        .column(Column::Number)
        .filter(series)
        .filter(Column::DeletedAt.is_null())
        .filter(Column::Number.ends_with(format!("/{}", day.year())))
        .filter(Column::AdoptedOn.gt(day))
        .order_by_asc(Column::AdoptedOn)
        .order_by_asc(Column::Id);
    Ok(numbered.into_tuple().one(conn.raw()).await?)
}
