//! Bodies over HTTP: the council, the assembly, working groups, forums and external committees.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::fault::Rule;
use domain::governance::body;
use domain::governance::mandate::{Mandate, is_for_signatories};
use domain::institution::Institution;
use domain::record::Versioned;
use persistence::governance::{body as store, mandate};
use persistence::{Condition, Conn, RepoError, institution, record};
use uuid::Uuid;

use crate::auth::Require;
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, Kind, Problem, ReadProblems,
};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::wire::{Body, IfMatch, List, MergePatch, Page, PageParams, Write, WriteParams, WriteTx};

pub use filter::{BodyFilter, BodySort};
pub use wire::{BodyIn, BodyOut, BodyRulesBody};

/// One page of bodies.
pub type BodyPage = Page<BodyOut>;
/// A change of a body.
pub type BodyPatch = MergePatch<BodyIn>;

/// List the bodies of a partnership.
///
/// Its own, such as the programme council and its working groups, and external ones in which it takes part.
#[utoipa::path(
    tag = "Bodies",
    params(
        InPartnership,
        BodyFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of bodies", body = BodyPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/bodies")]
pub async fn list_bodies(actor: Require<ReadPublic>, at: Read, list: List<BodyFilter>) -> Answer {
    resource::list::<body::Body, _, _>(&actor, &at, list).await
}

/// Read one body.
///
/// What it is for and how it decides, as far as that is known.
#[utoipa::path(
    tag = "Bodies",
    params(
        InPartnership,
        ("body" = String, Path, description = "Id or slug", max_length = 100, example = "rada-programowa")
    ),
    responses(
        (status = 200, description = "The body", body = BodyOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/bodies/{body}")]
pub async fn read_body(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<body::Body, _>(&actor, &at).await
}

/// Record a body.
///
/// It may belong to another body of the same partnership, as a working group does to the council.
#[utoipa::path(
    tag = "Bodies",
    params(
        InPartnership,
        WriteParams
    ),
    request_body = BodyIn,
    responses(
        (status = 201, description = "Recorded", body = BodyOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/bodies")]
pub async fn create_body(actor: Require<WriteRecords>, write: Write, body: Body<BodyIn>) -> Answer {
    resource::create::<body::Body, _>(&actor, write, body).await
}

/// Change a body.
///
/// The body it belongs to may be neither itself nor one below it.
#[utoipa::path(
    tag = "Bodies",
    params(
        InPartnership,
        ("body" = String, Path, description = "Id or slug", max_length = 100, example = "rada-programowa"),
        IfMatch
    ),
    request_body(content = BodyPatch, content_type = "application/merge-patch+json",
        example = json!({"rules": {"notice_days": 7}})),
    responses(
        (status = 200, description = "Changed", body = BodyOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/bodies/{body}")]
pub async fn update_body(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    patch: Body<BodyPatch>,
) -> Answer {
    resource::update::<body::Body, _>(&actor, write, &if_match, patch).await
}

/// Delete a body.
///
/// Only while no term, meeting, recommendation or other body refers to it.
#[utoipa::path(
    tag = "Bodies",
    params(
        InPartnership,
        ("body" = String, Path, description = "Id or slug", max_length = 100, example = "rada-programowa"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/bodies/{body}")]
pub async fn delete_body(actor: Require<WriteRecords>, write: Write, if_match: IfMatch) -> Answer {
    resource::delete::<body::Body, _>(&actor, write, &if_match).await
}

impl Resource for body::Body {
    type In = BodyIn;
    type Out = BodyOut;

    fn scope(site: &Site) -> Condition {
        site.seen(store::of_partnership(site.id()), store::public())
    }

    /// No body may stand above itself.
    async fn checked(
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        body: BodyIn,
    ) -> Result<Self, Halt> {
        let own = store::of_partnership(site.id());
        let parent =
            find::optional_reference::<Self>(tx, "/parent", own, body.parent.as_ref()).await?;
        let all = Condition::all();
        let owner =
            find::optional_reference::<Institution>(tx, "/owner", all, body.owner.as_ref()).await?;
        let value = body
            .into_draft(site.id(), parent, owner)
            .check(site.today)
            .map_err(Problem::from)?;
        tx.take_turn(site.id()).await?;
        if let Some(before) = before
            && is_for_signatories(&value.kind)
            && !is_for_signatories(&before.value.kind)
        {
            // Who holds its seats was not asked to be a signatory.
            let held = mandate::of_body(before.head.id);
            if record::exists_besides::<Mandate>(&**tx, None, held).await? {
                return Err(Problem::of(Kind::StillReferredTo)
                    .at("/kind", Rule::Conflict)
                    .into());
            }
        }
        if let (Some(before), Some(parent)) = (before, parent)
            && store::is_within(&**tx, parent, before.head.id).await?
        {
            return Err(Problem::of(Kind::InvalidValues)
                .at("/parent", Rule::Conflict)
                .into());
        }
        Ok(value)
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    async fn show(
        conn: &impl Conn,
        _site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<BodyOut>, Halt> {
        let parents = records.iter().map(|record| record.value.parent_id);
        let mut names = find::names(conn, parents, store::named).await?;
        let owners = records.iter().map(|record| record.value.owner_id);
        names.extend(find::names(conn, owners, institution::named).await?);
        let show = |record: &&Versioned<Self>| BodyOut::of(record, &names);
        Ok(records.iter().map(show).collect())
    }

    async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
        store::is_referred_to(conn, id).await
    }
}
