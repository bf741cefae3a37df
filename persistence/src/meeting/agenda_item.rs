//! Points of agendas.

use domain::meeting::agenda_item::AgendaItem;
use domain::record::{Head, Versioned};
use domain::report::COUNTED_TOPICS;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use std::collections::HashMap;

use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::{Conn, RepoError, meeting, record};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "agenda_item")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub meeting_id: Uuid,
        pub slug: String,
        pub position: i32,
        pub title: String,
        pub report_phrase: Option<String>,
        pub presenter_id: Option<Uuid>,
        pub visibility: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for AgendaItem {
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
        let value = AgendaItem {
            partnership_id: row.partnership_id,
            meeting_id: row.meeting_id,
            slug: row.slug,
            position: row.position,
            title: row.title,
            report_phrase: row.report_phrase,
            presenter_id: row.presenter_id,
            visibility: row.visibility,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let a = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&a.external_ids)?),
            partnership_id: value(a.partnership_id),
            meeting_id: value(a.meeting_id),
            slug: value(a.slug),
            position: value(a.position),
            title: value(a.title),
            report_phrase: value(a.report_phrase),
            presenter_id: value(a.presenter_id),
            visibility: value(a.visibility),
            ..Default::default()
        })
    }
}

impl Stored for AgendaItem {}

/// What everybody sees: the public points of the meetings that everybody sees.
pub fn public() -> Condition {
    of_meetings(meeting::public()).add(Column::Visibility.eq("public"))
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of a meeting.
pub fn of_meeting(id: Uuid) -> Condition {
    Condition::all().add(Column::MeetingId.eq(id))
}

/// Those of the meetings of a condition.
pub fn of_meetings(meetings: Condition) -> Condition {
    Condition::all().add(Column::MeetingId.in_subquery(meeting::ids(meetings)))
}

/// The topics that a report tells: the public points, with a phrase, of meetings of a kind that has topics there.
pub fn in_report() -> Condition {
    of_meetings(meeting::in_report_as(&COUNTED_TOPICS, &[]))
        .add(Column::Visibility.eq("public"))
        .add(Column::ReportPhrase.is_not_null())
}

/// The agendas of meetings, as far as `scope` lets them through, each in its order.
pub async fn agendas(
    conn: &impl Conn,
    meetings: &[Uuid],
    scope: Condition,
) -> Result<HashMap<Uuid, Vec<Versioned<AgendaItem>>>, RepoError> {
    let of_these = Column::MeetingId.is_in(meetings.iter().copied());
    let mut items = record::every::<AgendaItem>(conn, scope.add(of_these)).await?;
    items.sort_by_key(|item| (item.value.position, item.head.id));
    let mut agendas: HashMap<Uuid, Vec<_>> = HashMap::new();
    for item in items {
        agendas.entry(item.value.meeting_id).or_default().push(item);
    }
    Ok(agendas)
}

/// Those that an institution presents.
pub fn presented_by(id: Uuid) -> Condition {
    Condition::all().add(Column::PresenterId.eq(id))
}
