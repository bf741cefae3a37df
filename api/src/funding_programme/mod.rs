//! Funding programmes over HTTP, with their calls for applications.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::funding_programme::FundingProgramme;
use domain::record::Versioned;
use persistence::{Condition, Conn, funding_programme as store};

use crate::auth::Require;
use crate::problem::{ChangeProblems, CreateProblems, DeleteProblems, Halt, Problem, ReadProblems};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::wire::{Body, IfMatch, List, MergePatch, Page, PageParams, Write, WriteParams, WriteTx};

pub use filter::{FundingProgrammeFilter, FundingProgrammeSort};
pub use wire::{CallBody, FundingProgrammeIn, FundingProgrammeOut};

/// One page of funding programmes.
pub type FundingProgrammePage = Page<FundingProgrammeOut>;
/// A change of a funding programme.
pub type FundingProgrammePatch = MergePatch<FundingProgrammeIn>;

/// List the funding programmes that a partnership follows.
///
/// All that ever were, or those that ran on a day with `as_of`.
#[utoipa::path(
    tag = "Funding programmes",
    params(
        InPartnership,
        FundingProgrammeFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of funding programmes", body = FundingProgrammePage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/funding-programmes")]
pub async fn list_funding_programmes(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<FundingProgrammeFilter>,
) -> Answer {
    resource::list::<FundingProgramme, _, _>(&actor, &at, list).await
}

/// Read one funding programme.
///
/// With its calls, as they were announced.
#[utoipa::path(
    tag = "Funding programmes",
    params(
        InPartnership,
        ("funding_programme" = String, Path, description = "Id or code", max_length = 60, example = "rpo_l2020")
    ),
    responses(
        (status = 200, description = "The funding programme", body = FundingProgrammeOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/funding-programmes/{funding_programme}")]
pub async fn read_funding_programme(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<FundingProgramme, _>(&actor, &at).await
}

/// Record a funding programme.
///
/// One of the vocabulary `funding_programmes` takes its name from there when none is given.
#[utoipa::path(
    tag = "Funding programmes",
    params(
        InPartnership,
        WriteParams
    ),
    request_body = FundingProgrammeIn,
    responses(
        (status = 201, description = "Recorded", body = FundingProgrammeOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/funding-programmes")]
pub async fn create_funding_programme(
    actor: Require<WriteRecords>,
    write: Write,
    body: Body<FundingProgrammeIn>,
) -> Answer {
    resource::create::<FundingProgramme, _>(&actor, write, body).await
}

/// Change a funding programme.
///
/// Also to record its calls: `calls` is replaced as a whole.
#[utoipa::path(
    tag = "Funding programmes",
    params(
        InPartnership,
        ("funding_programme" = String, Path, description = "Id or code", max_length = 60, example = "rpo_l2020"),
        IfMatch
    ),
    request_body(content = FundingProgrammePatch, content_type = "application/merge-patch+json",
        example = json!({"ends_on": "2023-12-31"})),
    responses(
        (status = 200, description = "Changed", body = FundingProgrammeOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/funding-programmes/{funding_programme}")]
pub async fn update_funding_programme(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    patch: Body<FundingProgrammePatch>,
) -> Answer {
    resource::update::<FundingProgramme, _>(&actor, write, &if_match, patch).await
}

/// Delete a funding programme.
///
/// For what was recorded by mistake; one that is over stays.
#[utoipa::path(
    tag = "Funding programmes",
    params(
        InPartnership,
        ("funding_programme" = String, Path, description = "Id or code", max_length = 60, example = "rpo_l2020"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/funding-programmes/{funding_programme}")]
pub async fn delete_funding_programme(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<FundingProgramme, _>(&actor, write, &if_match).await
}

impl Resource for FundingProgramme {
    type In = FundingProgrammeIn;
    type Out = FundingProgrammeOut;

    fn scope(site: &Site) -> Condition {
        site.seen(store::of_partnership(site.id()), store::public())
    }

    async fn checked(
        _tx: &WriteTx,
        site: &Site,
        _before: Option<&Versioned<Self>>,
        body: FundingProgrammeIn,
    ) -> Result<Self, Halt> {
        let checked = body.into_draft(site.id()).check(site.today);
        Ok(checked.map_err(Problem::from)?)
    }

    async fn show(
        _conn: &impl Conn,
        _site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<FundingProgrammeOut>, Halt> {
        let show = |record: &&Versioned<Self>| FundingProgrammeOut::of(record);
        Ok(records.iter().map(show).collect())
    }
}
