//! Coverage: which institution posted which communiqué.

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::outreach::communique::Communique;
use domain::outreach::posting::Posting;
use domain::record::Versioned;
use domain::signatory::Signatory;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{Condition, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

use crate::outreach::{communique, posting};
use crate::{Conn, RepoError, institution, list, record, signatory};

/// The communiqués of a matrix: released on the days from one to another, both included, and not withdrawn by the last.
#[derive(Debug)]
pub struct Matrix {
    partnership: Uuid,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    /// In the order of release.
    pub communiques: Vec<Released>,
}

/// What a matrix shows of a communiqué.
#[derive(Debug, FromQueryResult)]
pub struct Released {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its number n/YYYY.
    pub number: Option<String>,
    /// The day of release.
    pub released_on: NaiveDate,
    /// Its status of today: what has been withdrawn since counts, and is shown no more.
    pub status: String,
}

/// A posting of a matrix.
#[derive(Debug)]
pub struct Cell {
    /// The posting.
    pub posting: Posting,
    /// Whether the activity report of these days counts it.
    pub counts: bool,
}

impl Matrix {
    /// The matrix of a partnership and of days of release.
    pub async fn of(
        conn: &impl Conn,
        partnership: Uuid,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
    ) -> Result<Self, RepoError> {
        use communique::Column as C;
        let mut matrix = Self {
            partnership,
            from,
            to,
            communiques: Vec::new(),
        };
        matrix.communiques = communique::row::Entity::find()
            .select_only()
            .columns([
                C::Id,
                C::Slug,
                C::Title,
                C::Number,
                C::ReleasedOn,
                C::Status,
            ])
            .filter(matrix.released())
            .order_by_asc(C::ReleasedOn)
            .order_by_asc(C::Id)
            .into_model()
            .all(conn.raw())
            .await?;
        Ok(matrix)
    }

    /// The institutions that it has a row for: who was a signatory on some day of release, or posted a communiqué.
    pub fn institutions(&self) -> Condition {
        Condition::any()
            .add(institution::Column::Id.in_subquery(self.signatories()))
            .add(institution::Column::Id.in_subquery(self.posters(posting::posted())))
    }

    /// The institutions that posted every one of its communiqués, as the activity report counts; or all others.
    pub fn complete(&self, complete: bool) -> Condition {
        let number = i64::try_from(self.communiques.len()).unwrap_or(i64::MAX);
        let mut ids = self.posters(posting::in_report(self.from, self.to));
        ids.group_by_col((posting::row::Entity, posting::Column::Institution))
            .and_having(posting::Column::Communique.count().eq(number));
        Condition::all().add(match complete {
            true => institution::Column::Id.in_subquery(ids),
            false => institution::Column::Id.not_in_subquery(ids),
        })
    }

    /// The postings of some institutions, in two statements.
    pub async fn cells(
        &self,
        conn: &impl Conn,
        institutions: &[Uuid],
    ) -> Result<Vec<Cell>, RepoError> {
        let of = Condition::all()
            .add(self.postings())
            .add(posting::Column::Institution.is_in(institutions.iter().copied()));
        let counted: Vec<Uuid> = posting::row::Entity::find()
            .select_only()
            .column(posting::Column::Id)
            .filter(posting::Column::DeletedAt.is_null())
            .filter(of.clone())
            .filter(posting::in_report(self.from, self.to))
            .into_tuple()
            .all(conn.raw())
            .await?;
        let counted: HashSet<Uuid> = counted.into_iter().collect();
        let cell = |Versioned { head, value }: Versioned<Posting>| Cell {
            counts: counted.contains(&head.id),
            posting: value,
        };
        let postings = record::every::<Posting>(conn, of).await?;
        Ok(postings.into_iter().map(cell).collect())
    }

    fn released(&self) -> Condition {
        record::of_partnership::<Communique>(self.partnership)
            .add(communique::Column::DeletedAt.is_null())
            .add(communique::released_between(self.from, self.to))
    }

    fn postings(&self) -> Condition {
        let ids = self.communiques.iter().map(|communique| communique.id);
        record::of_partnership::<Posting>(self.partnership)
            .add(posting::Column::Communique.is_in(ids))
    }

    /// The institutions of its postings of a condition.
    fn posters(&self, condition: Condition) -> SelectStatement {
        let mut ids = Query::select();
        ids.column((posting::row::Entity, posting::Column::Institution))
            .from(posting::row::Entity)
            .and_where(posting::Column::DeletedAt.is_null())
            .cond_where(self.postings())
            .cond_where(condition);
        ids
    }

    /// The institutions that were signatories on some day of release.
    fn signatories(&self) -> SelectStatement {
        use communique::Column as C;
        use signatory::Column as S;
        let mut ids = Query::select();
        ids.column((signatory::row::Entity, S::Institution))
            .from(signatory::row::Entity)
            .inner_join(
                communique::row::Entity,
                signatory::counting_on(Expr::col((communique::row::Entity, C::ReleasedOn))),
            )
            .cond_where(self.released())
            .cond_where(record::of_partnership::<Signatory>(self.partnership))
            .and_where(S::DeletedAt.is_null());
        ids
    }
}

/// One institution alone.
pub fn of_institution(id: Uuid) -> Condition {
    Condition::all().add(institution::Column::Id.eq(id))
}

/// Institutions whose name or town holds a text.
pub fn matching(q: &str) -> Condition {
    Condition::all().add(list::contains(institution::Column::SearchKey, q))
}
