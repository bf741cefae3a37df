//! Good practices.

use domain::exchange::good_practice::GoodPractice;
use domain::record::{Head, Versioned};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveValue, Condition, QueryFilter, QueryOrder};
use std::collections::HashMap;

use crate::institution::Named;
use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::{Conn, RepoError, Tx, list, meeting, reference};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "good_practice")]
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
        pub title: String,
        pub owner_id: Uuid,
        pub status: String,
        pub position: i32,
        pub problem: Option<String>,
        pub solution: Option<String>,
        pub evidence: Option<String>,
        pub transferability: Option<String>,
        pub lessons: Option<String>,
        pub sort_key: Vec<u8>,
        pub search_key: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The meetings at which a good practice was presented.
pub mod presentation_row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "good_practice_presentation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub good_practice_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub meeting_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for GoodPractice {
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
        let value = GoodPractice {
            partnership_id: row.partnership_id,
            slug: row.slug,
            title: row.title,
            owner_id: row.owner_id,
            status: row.status,
            position: row.position,
            problem: row.problem,
            solution: row.solution,
            evidence: row.evidence,
            transferability: row.transferability,
            lessons: row.lessons,
            presented_at: Vec::new(),
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let g = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&g.external_ids)?),
            sort_key: value(domain::search::sort_key(&g.title)),
            search_key: value(domain::search::search_key(&g.title)),
            partnership_id: value(g.partnership_id),
            slug: value(g.slug),
            title: value(g.title),
            owner_id: value(g.owner_id),
            status: value(g.status),
            position: value(g.position),
            problem: value(g.problem),
            solution: value(g.solution),
            evidence: value(g.evidence),
            transferability: value(g.transferability),
            lessons: value(g.lessons),
            ..Default::default()
        })
    }
}

impl Stored for GoodPractice {
    const NAME: Option<Column> = Some(Column::Title);

    fn public() -> Condition {
        public()
    }

    async fn load(conn: &impl Conn, page: &mut [Versioned<Self>]) -> Result<(), RepoError> {
        let ids = page.iter().map(|record| record.head.id);
        let rows = presentation_row::Entity::find()
            .filter(presentation_row::Column::GoodPracticeId.is_in(ids))
            .order_by_asc(presentation_row::Column::MeetingId)
            .all(conn.raw())
            .await?;
        let mut of: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for row in rows {
            of.entry(row.good_practice_id)
                .or_default()
                .push(row.meeting_id);
        }
        for record in page {
            record.value.presented_at = of.remove(&record.head.id).unwrap_or_default();
        }
        Ok(())
    }

    async fn save(&self, tx: &Tx, id: Uuid) -> Result<(), RepoError> {
        presentation_row::Entity::delete_many()
            .filter(presentation_row::Column::GoodPracticeId.eq(id))
            .exec(tx.raw())
            .await?;
        let rows: Vec<_> = self
            .presented_at
            .iter()
            .map(|child| presentation_row::ActiveModel {
                good_practice_id: ActiveValue::Set(id),
                meeting_id: ActiveValue::Set(*child),
            })
            .collect();
        if !rows.is_empty() {
            presentation_row::Entity::insert_many(rows)
                .exec_without_returning(tx.raw())
                .await?;
        }
        Ok(())
    }
}

/// What everybody sees: what is published.
pub fn public() -> Condition {
    Condition::all().add(Column::Status.eq("published"))
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of an institution.
pub fn owned_by(id: Uuid) -> Condition {
    Condition::all().add(Column::OwnerId.eq(id))
}

/// Those of any of the statuses.
pub fn with_statuses(codes: &[String]) -> Condition {
    Condition::all().add(Column::Status.is_in(codes))
}

/// Those whose title holds all words of a text.
pub fn matching(q: &str) -> Condition {
    Condition::all().add(list::contains(Column::SearchKey, q))
}

/// What is shown of those that other records refer to.
pub async fn named(conn: &impl Conn, ids: &[Uuid]) -> Result<Vec<Named>, RepoError> {
    reference::named::<GoodPractice>(conn, Column::Title, ids).await
}

/// Those presented at a meeting.
pub fn presented_at(meeting: Uuid) -> Condition {
    use presentation_row::Column as P;
    let mut ids = Query::select();
    ids.column(P::GoodPracticeId)
        .from(presentation_row::Entity)
        .and_where(P::MeetingId.eq(meeting));
    Condition::all().add(Column::Id.in_subquery(ids))
}

/// Those presented at some meeting of a condition.
pub fn presented_at_some(meetings: Condition) -> Condition {
    use presentation_row::Column as P;
    let mut ids = Query::select();
    ids.column((presentation_row::Entity, P::GoodPracticeId))
        .from(presentation_row::Entity)
        .inner_join(
            meeting::row::Entity,
            Expr::col((meeting::row::Entity, meeting::Column::Id))
                .equals((presentation_row::Entity, P::MeetingId)),
        )
        .and_where(meeting::Column::DeletedAt.is_null())
        .cond_where(meetings);
    Condition::all().add(Column::Id.in_subquery(ids))
}
