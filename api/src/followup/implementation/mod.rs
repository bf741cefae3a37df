//! Implementations over HTTP: how recommendations are carried out.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::followup::implementation::Implementation;
use domain::followup::recommendation::Recommendation;
use domain::institution::Institution;
use domain::meeting::Meeting;
use domain::record::Versioned;
use persistence::followup::implementation;
use persistence::{Condition, Conn, meeting, record};

use crate::auth::Require;
use crate::find;
use crate::problem::{ChangeProblems, CreateProblems, DeleteProblems, Halt, Problem, ReadProblems};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::wire::{Body, IfMatch, List, MergePatch, Page, PageParams, Write, WriteParams, WriteTx};

pub use filter::{ImplementationFilter, ImplementationSort};
pub use wire::{ImplementationIn, ImplementationOut};

/// One page of implementations.
pub type ImplementationPage = Page<ImplementationOut>;
/// A change of an implementation.
pub type ImplementationPatch = MergePatch<ImplementationIn>;

/// List the implementations of recommendations.
///
/// Those of adopted recommendations; who works in the partnership sees those of drafts too.
#[utoipa::path(
    tag = "Implementations",
    params(
        InPartnership,
        ImplementationFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of implementations", body = ImplementationPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/implementations")]
pub async fn list_implementations(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<ImplementationFilter>,
) -> Answer {
    resource::list::<Implementation, _, _>(&actor, &at, list).await
}

/// Read one implementation.
///
/// With the recommendation, the meeting by which it is carried out, and the institution responsible.
#[utoipa::path(
    tag = "Implementations",
    params(
        InPartnership,
        ("implementation" = String, Path, description = "Id or slug", max_length = 100, example = "rek-2016-1-w1")
    ),
    responses(
        (status = 200, description = "The implementation", body = ImplementationOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/implementations/{implementation}")]
pub async fn read_implementation(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<Implementation, _>(&actor, &at).await
}

/// Record an implementation.
///
/// Planned, or completed already with `completed_on`.
#[utoipa::path(
    tag = "Implementations",
    params(
        InPartnership,
        WriteParams
    ),
    request_body = ImplementationIn,
    responses(
        (status = 201, description = "Recorded", body = ImplementationOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/implementations")]
pub async fn create_implementation(
    actor: Require<WriteRecords>,
    write: Write,
    body: Body<ImplementationIn>,
) -> Answer {
    resource::create::<Implementation, _>(&actor, write, body).await
}

/// Change an implementation.
///
/// Also to record that it is completed, which brings its recommendation into no other state.
#[utoipa::path(
    tag = "Implementations",
    params(
        InPartnership,
        ("implementation" = String, Path, description = "Id or slug", max_length = 100, example = "rek-2016-1-w1"),
        IfMatch
    ),
    request_body(content = ImplementationPatch, content_type = "application/merge-patch+json",
        example = json!({"completed_on": "2016-06-08"})),
    responses(
        (status = 200, description = "Changed", body = ImplementationOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/implementations/{implementation}")]
pub async fn update_implementation(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    patch: Body<ImplementationPatch>,
) -> Answer {
    resource::update::<Implementation, _>(&actor, write, &if_match, patch).await
}

/// Delete an implementation.
///
/// For what was recorded by mistake.
#[utoipa::path(
    tag = "Implementations",
    params(
        InPartnership,
        ("implementation" = String, Path, description = "Id or slug", max_length = 100, example = "rek-2016-1-w1"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/implementations/{implementation}")]
pub async fn delete_implementation(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<Implementation, _>(&actor, write, &if_match).await
}

impl Resource for Implementation {
    type In = ImplementationIn;
    type Out = ImplementationOut;

    fn scope(site: &Site) -> Condition {
        site.seen(
            implementation::of_partnership(site.id()),
            implementation::public(),
        )
    }

    async fn checked(
        tx: &WriteTx,
        site: &Site,
        _: Option<&Versioned<Self>>,
        body: ImplementationIn,
    ) -> Result<Self, Halt> {
        let own = record::of_partnership::<Recommendation>(site.id());
        let named = &body.recommendation;
        let recommendation =
            find::reference::<Recommendation>(tx, "/recommendation", own, named).await?;
        let (own, named) = (meeting::of_partnership(site.id()), body.meeting.as_ref());
        let meeting = find::optional_reference::<Meeting>(tx, "/meeting", own, named).await?;
        let (all, named) = (Condition::all(), body.owner.as_ref());
        let owner = find::optional_reference::<Institution>(tx, "/owner", all, named).await?;
        let draft = body.into_draft(site.id(), recommendation, meeting, owner);
        Ok(draft.check(site.today).map_err(Problem::from)?)
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    async fn show(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<ImplementationOut>, Halt> {
        let values = || records.iter().map(|record| &record.value);
        let recommendations = values().map(|value| Some(value.recommendation_id));
        let mut names = find::names_of::<Recommendation>(conn, recommendations).await?;
        let meetings = values().map(|value| value.meeting_id);
        names.extend(find::meetings(conn, site.view, meetings).await?);
        names.extend(find::institutions(conn, values().map(|value| value.owner_id)).await?);
        let show = |record: &&Versioned<Self>| ImplementationOut::of(record, &names);
        Ok(records.iter().map(show).collect())
    }
}
