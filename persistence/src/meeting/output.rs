//! Outputs of meetings.

use domain::meeting::output::Output;
use domain::record::{Head, Versioned};
use domain::report::COUNTED_OUTPUTS;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;
use sea_orm::{Condition, JoinType, QueryFilter, QueryOrder, QuerySelect};

use crate::institution::Named;
use crate::meeting::output_row as link;
use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::reference::Reference;
use crate::{Conn, RepoError, meeting, reference};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "output")]
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
        pub report_phrase: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Output {
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
        let value = Output {
            partnership_id: row.partnership_id,
            slug: row.slug,
            report_phrase: row.report_phrase,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let o = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&o.external_ids)?),
            partnership_id: value(o.partnership_id),
            slug: value(o.slug),
            report_phrase: value(o.report_phrase),
            ..Default::default()
        })
    }
}

impl Stored for Output {
    const NAME: Option<Column> = Some(Column::ReportPhrase);

    fn public() -> Condition {
        public()
    }
}

/// What everybody sees: the outputs of the meetings that everybody sees.
pub fn public() -> Condition {
    of_meetings(meeting::public())
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// What is shown of those that other records refer to.
pub async fn named(conn: &impl Conn, ids: &[Uuid]) -> Result<Vec<Named>, RepoError> {
    reference::named::<Output>(conn, Column::ReportPhrase, ids).await
}

/// Those on which a meeting of the condition worked.
pub fn of_meetings(meetings: Condition) -> Condition {
    let mut ids = Query::select();
    ids.column(link::Column::OutputId)
        .from(link::Entity)
        .and_where(link::Column::MeetingId.in_subquery(meeting::ids(meetings)));
    Condition::all().add(Column::Id.in_subquery(ids))
}

/// The meetings whose outputs a report counts.
pub fn meetings_in_report() -> Condition {
    let (kind, own_roles) = COUNTED_OUTPUTS;
    meeting::in_report_as(&[kind], own_roles)
}

/// The meetings, as far as `scope` lets them through, that worked on each of the outputs, the earliest first.
pub async fn worked_on_by(
    conn: &impl Conn,
    outputs: &[Uuid],
    scope: Condition,
) -> Result<Vec<(Uuid, Named)>, RepoError> {
    use meeting::Column as M;
    let rows: Vec<(Uuid, Uuid, String, String)> = meeting::row::Entity::find()
        .select_only()
        .column(link::Column::OutputId)
        .columns([M::Id, M::Slug, M::Title])
        .join(JoinType::InnerJoin, link_of_meeting())
        .filter(link::Column::OutputId.is_in(outputs.iter().copied()))
        .filter(M::DeletedAt.is_null())
        .filter(scope)
        .order_by_asc(M::HeldOn)
        .order_by_asc(M::Id)
        .into_tuple()
        .all(conn.raw())
        .await?;
    let named = |(output, id, slug, name)| (output, Named { id, slug, name });
    Ok(rows.into_iter().map(named).collect())
}

fn link_of_meeting() -> RelationDef {
    meeting::row::Entity::belongs_to(link::Entity)
        .from(meeting::Column::Id)
        .to(link::Column::MeetingId)
        .into()
}

/// Where others refer to one.
const REFERENCES: &[Reference] = &[Reference::part(
    "meeting_output",
    "output_id",
    "meeting",
    "meeting_id",
)];

/// Whether some record that was not deleted refers to it.
pub async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
    reference::exists(conn, REFERENCES, id).await
}
