//! Fulfilments over HTTP: the times that commitments were kept.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::fault::{Faults, Rule};
use domain::followup::commitment::Commitment;
use domain::followup::fulfilment::Fulfilment;
use domain::meeting::Meeting;
use domain::record::Versioned;
use persistence::followup::{commitment, fulfilment};
use persistence::{Condition, Conn, meeting};

use crate::auth::Require;
use crate::find;
use crate::problem::{ChangeProblems, CreateProblems, DeleteProblems, Halt, Problem, ReadProblems};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::wire::{Body, IfMatch, List, MergePatch, Page, PageParams, Write, WriteParams, WriteTx};

pub use filter::{FulfilmentFilter, FulfilmentSort};
pub use wire::{FulfilmentIn, FulfilmentOut};

/// One page of fulfilments.
pub type FulfilmentPage = Page<FulfilmentOut>;
/// A change of a fulfilment.
pub type FulfilmentPatch = MergePatch<FulfilmentIn>;

/// List the fulfilments of commitments.
///
/// All, or those of some days, of a commitment, or at a meeting.
#[utoipa::path(
    tag = "Fulfilments",
    params(
        InPartnership,
        FulfilmentFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of fulfilments", body = FulfilmentPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/fulfilments")]
pub async fn list_fulfilments(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<FulfilmentFilter>,
) -> Answer {
    resource::list::<Fulfilment, _, _>(&actor, &at, list).await
}

/// Read one fulfilment.
///
/// With the commitment and the meeting at which it was fulfilled.
#[utoipa::path(
    tag = "Fulfilments",
    params(
        InPartnership,
        ("fulfilment" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000331")
    ),
    responses(
        (status = 200, description = "The fulfilment", body = FulfilmentOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/fulfilments/{fulfilment}")]
pub async fn read_fulfilment(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<Fulfilment, _>(&actor, &at).await
}

/// Record a fulfilment.
///
/// At a meeting that took place, on its day; or on a day of its own, without one.
#[utoipa::path(
    tag = "Fulfilments",
    params(
        InPartnership,
        WriteParams
    ),
    request_body = FulfilmentIn,
    responses(
        (status = 201, description = "Recorded", body = FulfilmentOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/fulfilments")]
pub async fn create_fulfilment(
    actor: Require<WriteRecords>,
    write: Write,
    body: Body<FulfilmentIn>,
) -> Answer {
    resource::create::<Fulfilment, _>(&actor, write, body).await
}

/// Change a fulfilment.
///
/// Its day, its meeting, or how it was done.
#[utoipa::path(
    tag = "Fulfilments",
    params(
        InPartnership,
        ("fulfilment" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000331"),
        IfMatch
    ),
    request_body(content = FulfilmentPatch, content_type = "application/merge-patch+json",
        example = json!({"note": "Prezentacja oferty wsparcia OPS"})),
    responses(
        (status = 200, description = "Changed", body = FulfilmentOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/fulfilments/{fulfilment}")]
pub async fn update_fulfilment(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    patch: Body<FulfilmentPatch>,
) -> Answer {
    resource::update::<Fulfilment, _>(&actor, write, &if_match, patch).await
}

/// Delete a fulfilment.
///
/// For what was recorded by mistake; the commitment counts one less.
#[utoipa::path(
    tag = "Fulfilments",
    params(
        InPartnership,
        ("fulfilment" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000331"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/fulfilments/{fulfilment}")]
pub async fn delete_fulfilment(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<Fulfilment, _>(&actor, write, &if_match).await
}

impl Resource for Fulfilment {
    type In = FulfilmentIn;
    type Out = FulfilmentOut;

    fn scope(site: &Site) -> Condition {
        site.seen(fulfilment::of_partnership(site.id()), fulfilment::public())
    }

    /// It lies within the time of its commitment, and on the day of its meeting, which took place. That a meeting counts
    /// once for a commitment is held by the database.
    async fn checked(
        tx: &WriteTx,
        site: &Site,
        _: Option<&Versioned<Self>>,
        body: FulfilmentIn,
    ) -> Result<Self, Halt> {
        let own = commitment::of_partnership(site.id());
        tx.take_turn(site.id()).await?;
        let named = Some(&body.commitment);
        let commitment = find::referred::<Commitment>(tx, "/commitment", own, named).await?;
        let commitment_id = commitment.as_ref().map(|commitment| commitment.head.id);
        let (own, named) = (meeting::of_partnership(site.id()), body.meeting.as_ref());
        let meeting = find::referred::<Meeting>(tx, "/meeting", own, named).await?;
        let meeting_id = meeting.as_ref().map(|meeting| meeting.head.id);
        let value = body
            .into_draft(site.id(), commitment_id.unwrap_or_default(), meeting_id)
            .check(site.today)
            .map_err(Problem::from)?;
        let mut faults = Faults::new();
        if commitment.is_some_and(|it| !it.value.fulfillable_on(value.fulfilled_on)) {
            faults.add("/fulfilled_on", Rule::Range);
        }
        if let Some(Versioned { value: meeting, .. }) = &meeting {
            if !meeting.took_place() {
                faults.add("/meeting", Rule::Conflict);
            }
            if meeting.held_on != value.fulfilled_on {
                faults.add("/fulfilled_on", Rule::Conflict);
            }
        }
        faults.finish().map_err(Problem::from)?;
        Ok(value)
    }

    async fn show(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<FulfilmentOut>, Halt> {
        let values = || records.iter().map(|record| &record.value);
        let commitments = values().map(|value| Some(value.commitment_id));
        let mut names = find::names(conn, commitments, commitment::named).await?;
        let meetings = values().map(|value| value.meeting_id);
        names.extend(find::meetings(conn, site.view, meetings).await?);
        let show = |record: &&Versioned<Self>| FulfilmentOut::of(record, &names);
        Ok(records.iter().map(show).collect())
    }
}
