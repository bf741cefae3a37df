//! Outputs over HTTP: what came out of one or more meetings.

mod filter;
mod wire;

use std::collections::HashMap;

use actix_web::{delete, get, patch, post};
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::meeting::Meeting;
use domain::meeting::output::Output;
use domain::record::Versioned;
use persistence::meeting::output as store;
use persistence::{Condition, Conn, RepoError};
use uuid::Uuid;

use crate::auth::Require;
use crate::problem::{ChangeProblems, CreateProblems, DeleteProblems, Halt, Problem, ReadProblems};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::wire::{
    Body, IfMatch, List, MergePatch, Page, PageParams, Ref, Write, WriteParams, WriteTx,
};

pub use filter::{OutputFilter, OutputSort};
pub use wire::{OutputIn, OutputOut};

/// One page of outputs.
pub type OutputPage = Page<OutputOut>;
/// A change of an output.
pub type OutputPatch = MergePatch<OutputIn>;

/// List the outputs of meetings.
///
/// One output may be that of several meetings. Outsiders see those of meetings that they see.
#[utoipa::path(
    tag = "Outputs",
    params(
        InPartnership,
        OutputFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of outputs", body = OutputPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/outputs")]
pub async fn list_outputs(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<OutputFilter>,
) -> Answer {
    resource::list::<Output, _, _>(&actor, &at, list).await
}

/// Read one output.
///
/// With the meetings that worked on it.
#[utoipa::path(
    tag = "Outputs",
    params(
        InPartnership,
        ("output" = String, Path, description = "Id or slug", max_length = 100, example = "harmonogram")
    ),
    responses(
        (status = 200, description = "The output", body = OutputOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/outputs/{output}")]
pub async fn read_output(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<Output, _>(&actor, &at).await
}

/// Record an output.
///
/// Its meetings name it in their `outputs`.
#[utoipa::path(
    tag = "Outputs",
    params(
        InPartnership,
        WriteParams
    ),
    request_body = OutputIn,
    responses(
        (status = 201, description = "Recorded", body = OutputOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/outputs")]
pub async fn create_output(
    actor: Require<WriteRecords>,
    write: Write,
    body: Body<OutputIn>,
) -> Answer {
    resource::create::<Output, _>(&actor, write, body).await
}

/// Change an output.
///
/// Every meeting that worked on it shows the new phrase.
#[utoipa::path(
    tag = "Outputs",
    params(
        InPartnership,
        ("output" = String, Path, description = "Id or slug", max_length = 100, example = "harmonogram"),
        IfMatch
    ),
    request_body(content = OutputPatch, content_type = "application/merge-patch+json",
        example = json!({"report_phrase": "opracowano harmonogram działań Komitetu"})),
    responses(
        (status = 200, description = "Changed", body = OutputOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/outputs/{output}")]
pub async fn update_output(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    patch: Body<OutputPatch>,
) -> Answer {
    resource::update::<Output, _>(&actor, write, &if_match, patch).await
}

/// Delete an output.
///
/// Only once no meeting names it.
#[utoipa::path(
    tag = "Outputs",
    params(
        InPartnership,
        ("output" = String, Path, description = "Id or slug", max_length = 100, example = "harmonogram"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/outputs/{output}")]
pub async fn delete_output(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<Output, _>(&actor, write, &if_match).await
}

impl Resource for Output {
    type In = OutputIn;
    type Out = OutputOut;

    fn scope(site: &Site) -> Condition {
        site.seen(store::of_partnership(site.id()), store::public())
    }

    async fn checked(
        _tx: &WriteTx,
        site: &Site,
        _before: Option<&Versioned<Self>>,
        body: OutputIn,
    ) -> Result<Self, Halt> {
        let draft = body.into_draft(site.id());
        Ok(draft.check(site.today).map_err(Problem::from)?)
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    async fn show(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<OutputOut>, Halt> {
        let ids: Vec<Uuid> = records.iter().map(|record| record.head.id).collect();
        let mut meetings: HashMap<Uuid, Vec<Ref>> = HashMap::new();
        for (output, meeting) in store::worked_on_by(conn, &ids, Meeting::scope(site)).await? {
            meetings.entry(output).or_default().push(meeting.into());
        }
        let show = |record: &&Versioned<Self>| {
            OutputOut::of(record, meetings.remove(&record.head.id).unwrap_or_default())
        };
        Ok(records.iter().map(show).collect())
    }

    async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
        store::is_referred_to(conn, id).await
    }
}
