//! Points of agendas.

use std::collections::HashMap;

use domain::meeting::Meeting;
use domain::meeting::agenda_item::AgendaItem;
use domain::record::Kind;
use domain::report::COUNTED_TOPICS;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{Condition, ConnectionTrait, QueryFilter, QuerySelect};
use serde::de::DeserializeOwned;

use crate::json::from_json;
use crate::list::leads_to;
use crate::meeting;
use crate::meeting::attendance::{self, Present};
use crate::record::{Following, Reference, Stored, behind, joined};
use crate::table::{leads_here, list_of, table};
use crate::{Conn, RepoError};

table! {
    AgendaItem in "agenda_item" {
        external_ids: Json,
        partnership_id: Uuid,
        meeting as "meeting_id": Uuid,
        slug: String,
        position: i32,
        title: String,
        report_phrase_genitive: Option<String>,
        report_phrase_accusative: Option<String>,
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

/// The topics that a report tells: the public points, with a phrase in the case that their meeting's kind takes.
pub fn in_report() -> Condition {
    let phrases = [Column::ReportPhraseGenitive, Column::ReportPhraseAccusative];
    let of_kind = |(kind, phrase): (&str, Column)| {
        of_meetings(meeting::in_report_as(&[kind], &[])).add(phrase.is_not_null())
    };
    let worded = COUNTED_TOPICS.into_iter().zip(phrases).map(of_kind);
    Condition::all()
        .add(Column::Visibility.eq("public"))
        .add(worded.fold(Condition::any(), Condition::add))
}

/// What meetings are shown with: how many were there, and the agenda in its order, as far as `scope` lets its points
/// through.
pub async fn with_agendas<Point: DeserializeOwned>(
    conn: &impl Conn,
    meetings: &[Uuid],
    scope: Condition,
) -> Result<HashMap<Uuid, (Present, Vec<Point>)>, RepoError> {
    let fields = [
        ("id", Column::Id),
        ("slug", Column::Slug),
        ("position", Column::Position),
        ("title", Column::Title),
        ("report_phrase_genitive", Column::ReportPhraseGenitive),
        ("report_phrase_accusative", Column::ReportPhraseAccusative),
        ("presenter", Column::Presenter),
    ];
    let points = leads_here::<Meeting, row::Entity>(Column::Meeting)
        .add(Column::DeletedAt.is_null())
        .add(scope);
    let backend = conn.raw().get_database_backend();
    let order = [Column::Position, Column::Id];
    let agenda = list_of::<row::Entity>(backend, points, &order, fields);
    let rows: Vec<(Uuid, i64, i64, i64, Option<Json>)> = meeting::row::Entity::find()
        .select_only()
        .column(meeting::Column::Id)
        .expr_as(attendance::institutions_present(), "institutions_present")
        .expr_as(attendance::people_present(false), "people_present")
        .expr_as(attendance::people_present(true), "guests_present")
        .expr_as(agenda, "agenda")
        .filter(meeting::Column::Id.is_in(meetings.iter().copied()))
        .into_tuple()
        .all(conn.raw())
        .await?;
    let read = |(id, institutions, people, guests, agenda): (_, _, _, _, Option<Json>)| {
        let present = Present {
            institutions,
            people,
            guests,
        };
        let agenda = agenda.map(from_json).transpose()?;
        Ok((id, (present, agenda.unwrap_or_default())))
    };
    rows.into_iter().map(read).collect()
}
