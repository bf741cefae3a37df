//! Points of agendas.

use std::collections::HashMap;

use domain::meeting::Meeting;
use domain::meeting::agenda_item::AgendaItem;
use domain::record::{Kind, Versioned};
use domain::report::COUNTED_TOPICS;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, SimpleExpr};

use crate::list::leads_to;
use crate::record::{Following, Reference, Stored, behind, joined};
use crate::table::table;
use crate::{Conn, RepoError, meeting, record};

table! {
    AgendaItem in "agenda_item" {
        external_ids: Json,
        partnership_id: Uuid,
        meeting as "meeting_id": Uuid,
        slug: String,
        position: i32,
        title: String,
        report_phrase: Option<String>,
        presenter as "presenter_id": Option<Uuid>,
        visibility: String,
    }
}

impl Stored for AgendaItem {
    const PARENT: Option<Column> = Some(Column::Meeting);
    const REFERENCES: &'static [Reference] = &[
        (Kind::Meeting, |id| leads_to(Column::Meeting, id)),
        (Kind::Institution, |id| leads_to(Column::Presenter, id)),
    ];
    const FOLLOWS: Option<Following> = Some((Kind::Meeting, of_meetings));

    /// The public points of the meetings that everybody sees.
    fn public() -> Condition {
        of_meetings(Meeting::public()).add(Column::Visibility.eq("public"))
    }

    /// The meeting and the slug there.
    fn natural_key() -> Option<SimpleExpr> {
        let meeting = behind::<Self, Meeting>(Column::Meeting, meeting::Column::Slug);
        Some(joined(meeting, "|", Expr::col(Column::Slug)))
    }
}

/// Those of the meetings of a condition.
pub fn of_meetings(meetings: Condition) -> Condition {
    Condition::all().add(Column::Meeting.in_subquery(meeting::ids(meetings)))
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
    let of_these = Column::Meeting.is_in(meetings.iter().copied());
    let mut items = record::every::<AgendaItem>(conn, scope.add(of_these)).await?;
    items.sort_by_key(|item| (item.value.position, item.head.id));
    let mut agendas: HashMap<Uuid, Vec<_>> = HashMap::new();
    for item in items {
        agendas.entry(item.value.meeting.id).or_default().push(item);
    }
    Ok(agendas)
}
