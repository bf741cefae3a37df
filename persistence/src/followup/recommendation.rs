//! Recommendations.

use chrono::{Datelike, NaiveDate};
use domain::followup::recommendation::{ADOPTED, Addressee, Recommendation, Vote};
use domain::record::{Head, Versioned};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;
use sea_orm::{ActiveValue, Condition, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

use crate::followup::implementation;
use crate::institution::Named;
use crate::record::{Columns, Deleted, Stored, from_json, to_json, value};
use crate::reference::Reference;
use crate::{Conn, RepoError, Tx, list, reference};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "recommendation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub slug: String,
        pub kind: String,
        pub number: Option<String>,
        pub title: String,
        pub text: Option<String>,
        pub rationale: Option<String>,
        pub status: String,
        pub adopted_on: Option<ChronoDate>,
        pub adopted_at_id: Option<Uuid>,
        pub recorded_later: bool,
        pub votes_for: Option<i32>,
        pub votes_against: Option<i32>,
        pub votes_abstain: Option<i32>,
        pub votes_present: Option<i32>,
        pub votes_seats: Option<i32>,
        pub target_groups: Json,
        pub proposed_by: Option<Uuid>,
        pub sort_key: Vec<u8>,
        pub search_key: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// To whom a recommendation is addressed, in order.
pub mod addressee_row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "recommendation_addressee")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub recommendation_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i32,
        pub sector: Option<String>,
        pub institution_id: Option<Uuid>,
        pub body_id: Option<Uuid>,
        pub due_on: Option<ChronoDate>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Stored for Recommendation {
    type Entity = row::Entity;

    const COLUMNS: Columns<Column> = Columns {
        id: Column::Id,
        version: Column::Version,
        created_at: Column::CreatedAt,
        modified_at: Column::ModifiedAt,
        deleted_at: Column::DeletedAt,
        slug: Some(Column::Slug),
    };

    fn from_row(row: row::Model) -> Result<(Versioned<Self>, Deleted), RepoError> {
        let head = Head {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            modified_at: row.modified_at,
        };
        let vote = row.votes_present.map(|present| Vote {
            r#for: row.votes_for.unwrap_or_default(),
            against: row.votes_against.unwrap_or_default(),
            abstain: row.votes_abstain.unwrap_or_default(),
            present,
            seats: row.votes_seats.unwrap_or(present),
        });
        let value = Recommendation {
            partnership_id: row.partnership_id,
            slug: row.slug,
            kind: row.kind,
            number: row.number,
            title: row.title,
            text: row.text,
            rationale: row.rationale,
            status: row.status,
            adopted_on: row.adopted_on,
            adopted_at_id: row.adopted_at_id,
            recorded_later: row.recorded_later,
            target_groups: from_json(row.target_groups)?,
            proposed_by: row.proposed_by,
            vote,
            addressees: Vec::new(),
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let r = self.clone();
        let vote = r.vote.as_ref();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&r.external_ids)?),
            sort_key: value(domain::search::sort_key(&r.title)),
            search_key: value(domain::search::search_key(
                &[Some(r.title.as_str()), r.number.as_deref()]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" "),
            )),
            target_groups: value(to_json(&r.target_groups)?),
            partnership_id: value(r.partnership_id),
            slug: value(r.slug),
            kind: value(r.kind),
            number: value(r.number),
            title: value(r.title),
            text: value(r.text),
            rationale: value(r.rationale),
            status: value(r.status),
            adopted_on: value(r.adopted_on),
            adopted_at_id: value(r.adopted_at_id),
            proposed_by: value(r.proposed_by),
            recorded_later: value(r.recorded_later),
            votes_for: value(vote.map(|vote| vote.r#for)),
            votes_against: value(vote.map(|vote| vote.against)),
            votes_abstain: value(vote.map(|vote| vote.abstain)),
            votes_present: value(vote.map(|vote| vote.present)),
            votes_seats: value(vote.map(|vote| vote.seats)),
            ..Default::default()
        })
    }

    async fn load(conn: &impl Conn, page: &mut [Versioned<Self>]) -> Result<(), RepoError> {
        let ids = page.iter().map(|record| record.head.id);
        let rows = addressee_row::Entity::find()
            .filter(addressee_row::Column::RecommendationId.is_in(ids))
            .order_by_asc(addressee_row::Column::Position)
            .all(conn.raw())
            .await?;
        let mut of: HashMap<Uuid, Vec<Addressee>> = HashMap::new();
        for row in rows {
            of.entry(row.recommendation_id)
                .or_default()
                .push(Addressee {
                    sector: row.sector,
                    institution_id: row.institution_id,
                    body_id: row.body_id,
                    due_on: row.due_on,
                });
        }
        for record in page {
            record.value.addressees = of.remove(&record.head.id).unwrap_or_default();
        }
        Ok(())
    }

    async fn save(&self, tx: &Tx, id: Uuid) -> Result<(), RepoError> {
        addressee_row::Entity::delete_many()
            .filter(addressee_row::Column::RecommendationId.eq(id))
            .exec(tx.raw())
            .await?;
        let row = |(position, addressee): (i32, &Addressee)| addressee_row::ActiveModel {
            recommendation_id: ActiveValue::Set(id),
            position: ActiveValue::Set(position),
            sector: ActiveValue::Set(addressee.sector.clone()),
            institution_id: ActiveValue::Set(addressee.institution_id),
            body_id: ActiveValue::Set(addressee.body_id),
            due_on: ActiveValue::Set(addressee.due_on),
        };
        let rows: Vec<_> = (1..).zip(&self.addressees).map(row).collect();
        if !rows.is_empty() {
            addressee_row::Entity::insert_many(rows)
                .exec_without_returning(tx.raw())
                .await?;
        }
        Ok(())
    }
}

/// What everybody sees: what was adopted, whatever became of it.
pub fn public() -> Condition {
    Condition::all().add(Column::Status.is_in(ADOPTED))
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of any of the kinds.
pub fn of_kinds(codes: &[String]) -> Condition {
    Condition::all().add(Column::Kind.is_in(codes))
}

/// Those of any of the statuses.
pub fn with_statuses(codes: &[String]) -> Condition {
    Condition::all().add(Column::Status.is_in(codes))
}

/// Those adopted on the days from one to another, both included.
pub fn adopted_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    Condition::all()
        .add_option(from.map(|day| Column::AdoptedOn.gte(day)))
        .add_option(to.map(|day| Column::AdoptedOn.lte(day)))
}

/// Those that a meeting adopted.
pub fn adopted_at(id: Uuid) -> Condition {
    Condition::all().add(Column::AdoptedAtId.eq(id))
}

/// The one of a number n/YYYY.
pub fn numbered(text: &str) -> Condition {
    Condition::all().add(Column::Number.eq(text))
}

/// Those whose title or number holds all words of a text.
pub fn matching(q: &str) -> Condition {
    Condition::all().add(list::contains(Column::SearchKey, q))
}

/// What is shown of those that other records refer to.
pub async fn named(conn: &impl Conn, ids: &[Uuid]) -> Result<Vec<Named>, RepoError> {
    reference::named::<Recommendation>(conn, Column::Title, ids).await
}

/// Those addressed to an institution.
pub fn addressed_to(institution: Uuid) -> Condition {
    use addressee_row::Column as A;
    let mut ids = Query::select();
    ids.column(A::RecommendationId)
        .from(addressee_row::Entity)
        .and_where(A::InstitutionId.eq(institution));
    Condition::all().add(Column::Id.in_subquery(ids))
}

/// Those with a day of adoption.
pub fn adopted() -> Condition {
    Condition::all().add(Column::AdoptedOn.is_not_null())
}

/// Those with an implementation completed by a day.
pub fn implemented_by(day: NaiveDate) -> Condition {
    use implementation::Column as I;
    let mut ids = Query::select();
    ids.column(I::RecommendationId)
        .from(implementation::row::Entity)
        .and_where(I::DeletedAt.is_null())
        .and_where(I::CompletedOn.lte(day));
    Condition::all().add(Column::Id.in_subquery(ids))
}

/// Those of a partnership that are numbered together, year by year: those of one kind.
pub fn of_series(partnership: Uuid, kind: &str) -> Condition {
    of_partnership(partnership).add(Column::Kind.eq(kind))
}

/// The next running number of a series in a year; a number once given is not given again.
pub async fn next_number(
    conn: &impl Conn,
    series: Condition,
    year: i32,
) -> Result<String, RepoError> {
    reference::next_number::<Recommendation>(conn, Column::Number, series, year).await
}

/// Whether a number of a series was given, also to one that was deleted since.
pub async fn is_given(
    conn: &impl Conn,
    series: Condition,
    number: &str,
) -> Result<bool, RepoError> {
    let given = row::Entity::find().filter(series).filter(numbered(number));
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

/// Where others refer to one.
const REFERENCES: &[Reference] = &[
    Reference::record("implementation", "recommendation_id"),
    Reference::record("commitment", "recommendation_id"),
];

/// Whether some record that was not deleted refers to it.
pub async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
    reference::exists(conn, REFERENCES, id).await
}
