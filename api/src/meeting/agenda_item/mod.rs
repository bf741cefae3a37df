//! Points of agendas over HTTP: those of one meeting, and the topics of a whole period.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::institution::Institution;
use domain::meeting::Meeting;
use domain::meeting::agenda_item::AgendaItem;
use domain::record::Versioned;
use persistence::meeting::{self as meetings, agenda_item as store};
use persistence::{Condition, Conn, RepoError, record};
use uuid::Uuid;

use crate::auth::Require;
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, Kind, Problem, ReadProblems,
};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::wire::{Body, IfMatch, List, MergePatch, Page, PageParams, Write, WriteParams, WriteTx};

pub use filter::{
    AgendaItemFilter, AgendaItemSort, PartnershipAgendaItemFilter, PartnershipAgendaItemSort,
};
pub use wire::{AgendaItemIn, AgendaItemOut};

/// One page of agenda items.
pub type AgendaItemPage = Page<AgendaItemOut>;
/// A change of an agenda item.
pub type AgendaItemPatch = MergePatch<AgendaItemIn>;

/// List the agenda of a meeting.
///
/// In its order; internal items for those who work in the partnership only.
#[utoipa::path(
    tag = "Agenda items",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug of the meeting", max_length = 100, example = "rada-2016-1"),
        AgendaItemFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of agenda items", body = AgendaItemPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/meetings/{meeting}/agenda-items")]
pub async fn list_agenda_items(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<AgendaItemFilter>,
) -> Answer {
    resource::list::<AgendaItem, _, _>(&actor, &at, list).await
}

/// List the agenda items of all meetings of a partnership.
///
/// With `in_report=true` the topics that the activity report of a period tells.
#[utoipa::path(
    tag = "Agenda items",
    params(
        InPartnership,
        PartnershipAgendaItemFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of agenda items", body = AgendaItemPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/agenda-items")]
pub async fn list_partnership_agenda_items(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<PartnershipAgendaItemFilter>,
) -> Answer {
    resource::list::<AgendaItem, _, _>(&actor, &at, list).await
}

/// Read one agenda item.
///
/// With its meeting and who presents it.
#[utoipa::path(
    tag = "Agenda items",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug of the meeting", max_length = 100, example = "rada-2016-1"),
        ("agenda_item" = String, Path, description = "Id or slug", max_length = 100, example = "wnioski-i-rekomendacje")
    ),
    responses(
        (status = 200, description = "The agenda item", body = AgendaItemOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/meetings/{meeting}/agenda-items/{agenda_item}")]
pub async fn read_agenda_item(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<AgendaItem, _>(&actor, &at).await
}

/// Record an agenda item.
///
/// A topic of the report when it has a phrase and is public. Its place is stated; two items may share one.
#[utoipa::path(
    tag = "Agenda items",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug of the meeting", max_length = 100, example = "rada-2016-1"),
        WriteParams
    ),
    request_body = AgendaItemIn,
    responses(
        (status = 201, description = "Recorded", body = AgendaItemOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/meetings/{meeting}/agenda-items")]
pub async fn create_agenda_item(
    actor: Require<WriteRecords>,
    write: Write,
    body: Body<AgendaItemIn>,
) -> Answer {
    resource::create::<AgendaItem, _>(&actor, write, body).await
}

/// Change an agenda item.
///
/// Also to move it to another place of the agenda.
#[utoipa::path(
    tag = "Agenda items",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug of the meeting", max_length = 100, example = "rada-2016-1"),
        ("agenda_item" = String, Path, description = "Id or slug", max_length = 100, example = "wnioski-i-rekomendacje"),
        IfMatch
    ),
    request_body(content = AgendaItemPatch, content_type = "application/merge-patch+json",
        example = json!({"position": 2, "presenter": "wup-zielona-gora"})),
    responses(
        (status = 200, description = "Changed", body = AgendaItemOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/meetings/{meeting}/agenda-items/{agenda_item}")]
pub async fn update_agenda_item(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    patch: Body<AgendaItemPatch>,
) -> Answer {
    resource::update::<AgendaItem, _>(&actor, write, &if_match, patch).await
}

/// Delete an agenda item.
///
/// From the agenda it leaves no gap to be closed: only the order of places counts.
#[utoipa::path(
    tag = "Agenda items",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug of the meeting", max_length = 100, example = "rada-2016-1"),
        ("agenda_item" = String, Path, description = "Id or slug", max_length = 100, example = "wnioski-i-rekomendacje"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/meetings/{meeting}/agenda-items/{agenda_item}")]
pub async fn delete_agenda_item(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<AgendaItem, _>(&actor, write, &if_match).await
}

impl Resource for AgendaItem {
    type In = AgendaItemIn;
    type Out = AgendaItemOut;

    /// Of the meeting of the path; of all meetings where it names none.
    fn scope(site: &Site) -> Condition {
        seen(site).add_option(site.parent.map(store::of_meeting))
    }

    async fn parent(conn: &impl Conn, site: &Site, key: &str) -> Result<Uuid, Halt> {
        find::parent::<Meeting>(conn, Meeting::scope(site), key).await
    }

    async fn hold_parent(tx: &WriteTx, id: Uuid) -> Result<bool, RepoError> {
        record::hold::<Meeting>(tx, id).await
    }

    async fn checked(
        tx: &WriteTx,
        site: &Site,
        _before: Option<&Versioned<Self>>,
        body: AgendaItemIn,
    ) -> Result<Self, Halt> {
        let meeting = site.parent.ok_or_else(|| Problem::of(Kind::NotFound))?;
        let (all, named) = (Condition::all(), body.presenter.as_ref());
        let presenter =
            find::optional_reference::<Institution>(tx, "/presenter", all, named).await?;
        let draft = body.into_draft(site.id(), meeting, presenter);
        Ok(draft.check(site.today).map_err(Problem::from)?)
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    async fn show(
        conn: &impl Conn,
        _site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<AgendaItemOut>, Halt> {
        let presenters = records.iter().map(|record| record.value.presenter_id);
        let mut names = find::institutions(conn, presenters).await?;
        let of = records.iter().map(|record| Some(record.value.meeting_id));
        names.extend(find::names(conn, of, meetings::named).await?);
        let show = |record: &&Versioned<Self>| AgendaItemOut::of(record, &names);
        Ok(records.iter().map(show).collect())
    }
}

/// The partnership's points that the caller sees.
pub(super) fn seen(site: &Site) -> Condition {
    site.seen(store::of_partnership(site.id()), store::public())
}
