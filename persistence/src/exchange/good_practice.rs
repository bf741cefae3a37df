//! Good practices.

use domain::exchange::good_practice::{GoodPractice, PUBLISHED};
use domain::link::{Link, Links};
use domain::meeting::Meeting;
use domain::record::Kind;
use domain::search;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveValue, Condition, QueryFilter};
use serde::Deserialize;

use crate::json::from_json;
use crate::list::leads_to;
use crate::record::{Beside, Reference, Stored};
use crate::table::{leads_here, list_of, table};
use crate::{Conn, RepoError, Tx, meeting};

table! {
    GoodPractice in "good_practice" {
        external_ids: Json,
        partnership_id: Uuid,
        slug: String,
        title: String,
        owner as "owner_id": Uuid,
        status: String,
        position: i32,
        problem: Option<String>,
        solution: Option<String>,
        evidence: Option<String>,
        transferability: Option<String>,
        lessons: Option<String>,
    }
    derived {
        sort_key: Vec<u8> = |g: &GoodPractice| search::sort_key(&g.title),
        search_key: String = |g: &GoodPractice| search::search_key(&g.title),
    }
    read {
        presented_at = |_: &row::Model| Links::default(),
    }
}

/// A meeting at which a good practice was presented.
#[derive(Deserialize)]
struct Presentation {
    meeting: Link<Meeting>,
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

    crate::db::without_relations!();
}

impl Stored for GoodPractice {
    const NAME: Option<Column> = Some(Column::Title);
    const REFERENCES: &'static [Reference] = &[
        (Kind::Institution, |id| leads_to(Column::Owner, id)),
        (Kind::Meeting, presented_at),
    ];

    const BESIDE: Option<Beside<Self>> = Some((
        |backend| {
            use presentation_row::{Column as P, Entity};
            let own = leads_here::<Self, Entity>(P::GoodPracticeId);
            list_of::<Entity>(backend, own, &[P::MeetingId], [("meeting", P::MeetingId)])
        },
        |record, presentations| {
            let presentations: Vec<Presentation> = from_json(presentations)?;
            record.presented_at = Links(presentations.iter().map(|at| at.meeting).collect());
            Ok(())
        },
    ));

    /// What is published.
    fn public() -> Condition {
        Condition::all().add(Column::Status.eq("published"))
    }

    async fn save(&self, tx: &Tx, id: Uuid) -> Result<(), RepoError> {
        presentation_row::Entity::delete_many()
            .filter(presentation_row::Column::GoodPracticeId.eq(id))
            .exec(tx.raw())
            .await?;
        let rows: Vec<_> = self
            .presented_at
            .ids()
            .map(|meeting| presentation_row::ActiveModel {
                good_practice_id: ActiveValue::Set(id),
                meeting_id: ActiveValue::Set(meeting),
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

/// Those that were published, archived since or not.
pub fn was_published() -> Condition {
    Condition::all().add(Column::Status.is_in(PUBLISHED))
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
