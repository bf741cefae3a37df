//! Outputs of meetings.

use domain::link::Ref;
use domain::meeting::Meeting;
use domain::meeting::output::Output;
use domain::record::Kind;
use domain::report::COUNTED_OUTPUTS;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;
use sea_orm::{Condition, JoinType, QueryFilter, QueryOrder, QuerySelect};

use crate::meeting::output_row as link;
use crate::record::{Following, Stored};
use crate::table::table;
use crate::{Conn, RepoError, meeting};

table! {
    Output in "output" {
        external_ids: Json,
        partnership_id: Uuid,
        slug: String,
        report_phrase: String,
    }
}

impl Stored for Output {
    const NAME: Option<Column> = Some(Column::ReportPhrase);
    const FOLLOWS: Option<Following> = Some((Kind::Meeting, of_meetings));

    /// The outputs of the meetings that everybody sees.
    fn public() -> Condition {
        of_meetings(Meeting::public())
    }
}

/// Those on which a meeting of the condition worked.
pub fn of_meetings(meetings: Condition) -> Condition {
    let mut ids = Query::select();
    ids.column(link::Column::Output)
        .from(link::Entity)
        .and_where(link::Column::MeetingId.in_subquery(meeting::ids(meetings)));
    Condition::all().add(Column::Id.in_subquery(ids))
}

/// The meetings whose outputs a report counts.
pub fn meetings_in_report() -> Condition {
    let of_kind = |(kind, own_roles)| meeting::in_report_as(&[kind], own_roles);
    let any = COUNTED_OUTPUTS.into_iter().map(of_kind);
    any.fold(Condition::any(), Condition::add)
}

/// The meetings, as far as `scope` lets them through, that worked on each of the outputs, the earliest first.
pub async fn worked_on_by(
    conn: &impl Conn,
    outputs: &[Uuid],
    scope: Condition,
) -> Result<Vec<(Uuid, Ref)>, RepoError> {
    use meeting::Column as M;
    let rows: Vec<(Uuid, Uuid, String, String)> = meeting::row::Entity::find()
        .select_only()
        .column(link::Column::Output)
        .columns([M::Id, M::Slug, M::Title])
        .join(JoinType::InnerJoin, link_of_meeting())
        .filter(link::Column::Output.is_in(outputs.iter().copied()))
        .filter(M::DeletedAt.is_null())
        .filter(scope)
        .order_by_asc(M::HeldOn)
        .order_by_asc(M::Id)
        .into_tuple()
        .all(conn.raw())
        .await?;
    let named = |(output, id, slug, name)| (output, Ref { id, slug, name });
    Ok(rows.into_iter().map(named).collect())
}

fn link_of_meeting() -> RelationDef {
    meeting::row::Entity::belongs_to(link::Entity)
        .from(meeting::Column::Id)
        .to(link::Column::MeetingId)
        .into()
}
