//! Commitments over HTTP: what is to be done so many times a year, and how that stands.

mod filter;
mod wire;

use std::collections::HashMap;

use actix_web::{delete, get, patch, post};
use chrono::Datelike;
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::fault::{Faults, Rule};
use domain::followup::commitment::Commitment;
use domain::followup::fulfilment::Fulfilment;
use domain::followup::recommendation::Recommendation;
use domain::period::Period;
use domain::record::Versioned;
use domain::report::facts::FulfilmentFact;
use persistence::followup::{commitment, fulfilment};
use persistence::list::{leads_to, within};
use persistence::{Condition, Conn, RepoError, record, report};
use uuid::Uuid;

use crate::auth::Require;
use crate::find;
use crate::problem::{ChangeProblems, CreateProblems, DeleteProblems, Halt, Problem, ReadProblems};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::wire::{
    Body, IfMatch, List, MergePatch, Page, PageParams, Query, Write, WriteParams, WriteTx,
};

pub use filter::{CommitmentFilter, CommitmentSort, CommitmentYear};
pub use wire::{CommitmentIn, CommitmentOut, CommitmentPeriodOut};

/// One page of commitments.
pub type CommitmentPage = Page<CommitmentOut>;
/// A change of a commitment.
pub type CommitmentPatch = MergePatch<CommitmentIn>;

/// List the commitments of a partnership.
///
/// Each with how it stands in the calendar year of `year`. A fulfilment changes how it stands, not when it was modified.
#[utoipa::path(
    tag = "Commitments",
    params(
        InPartnership,
        CommitmentFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of commitments", body = CommitmentPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/commitments")]
pub async fn list_commitments(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<CommitmentFilter>,
) -> Answer {
    resource::list::<Commitment, _, _>(&actor, &at.in_year(list.filter.year), list).await
}

/// Read one commitment.
///
/// With how it stands in the calendar year of `year`, or the current one, and what was counted.
#[utoipa::path(
    tag = "Commitments",
    params(
        InPartnership,
        ("commitment" = String, Path, description = "Id or slug", max_length = 100, example = "zob-informacje"),
        CommitmentYear
    ),
    responses(
        (status = 200, description = "The commitment", body = CommitmentOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/commitments/{commitment}")]
pub async fn read_commitment(
    actor: Require<ReadPublic>,
    at: Read,
    shown: Query<CommitmentYear>,
) -> Answer {
    resource::read::<Commitment, _>(&actor, &at.in_year(shown.into_inner().year)).await
}

/// Record a commitment.
///
/// It may come from a recommendation that was adopted.
#[utoipa::path(
    tag = "Commitments",
    params(
        InPartnership,
        WriteParams
    ),
    request_body = CommitmentIn,
    responses(
        (status = 201, description = "Recorded", body = CommitmentOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/commitments")]
pub async fn create_commitment(
    actor: Require<WriteRecords>,
    write: Write,
    body: Body<CommitmentIn>,
) -> Answer {
    resource::create::<Commitment, _>(&actor, write, body).await
}

/// Change a commitment.
///
/// Also to record that it ends: `ends_on` is the first day no longer in force. What fulfilled it must stay within its time.
#[utoipa::path(
    tag = "Commitments",
    params(
        InPartnership,
        ("commitment" = String, Path, description = "Id or slug", max_length = 100, example = "zob-informacje"),
        IfMatch
    ),
    request_body(content = CommitmentPatch, content_type = "application/merge-patch+json",
        example = json!({"ends_on": "2018-01-01"})),
    responses(
        (status = 200, description = "Changed", body = CommitmentOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/commitments/{commitment}")]
pub async fn update_commitment(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    patch: Body<CommitmentPatch>,
) -> Answer {
    resource::update::<Commitment, _>(&actor, write, &if_match, patch).await
}

/// Delete a commitment.
///
/// Unless a fulfilment refers to it; one that is over is ended, not deleted.
#[utoipa::path(
    tag = "Commitments",
    params(
        InPartnership,
        ("commitment" = String, Path, description = "Id or slug", max_length = 100, example = "zob-informacje"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/commitments/{commitment}")]
pub async fn delete_commitment(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<Commitment, _>(&actor, write, &if_match).await
}

impl Resource for Commitment {
    type In = CommitmentIn;
    type Out = CommitmentOut;

    fn scope(site: &Site) -> Condition {
        site.seen(commitment::of_partnership(site.id()), commitment::public())
    }

    /// It comes from a recommendation that was adopted, and what fulfilled it stays within its time.
    async fn checked(
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        body: CommitmentIn,
    ) -> Result<Self, Halt> {
        let own = record::of_partnership::<Recommendation>(site.id());
        let named = body.recommendation.as_ref();
        let source = find::referred::<Recommendation>(tx, "/recommendation", own, named).await?;
        let value = body
            .into_draft(site.id(), source.as_ref().map(|source| source.head.id))
            .check(site.today)
            .map_err(Problem::from)?;
        tx.take_turn(site.id()).await?;
        let mut faults = Faults::new();
        if source.is_some_and(|source| !source.value.counts()) {
            faults.add("/recommendation", Rule::Conflict);
        }
        if let Some(before) = before {
            let fulfilled = async |days: Condition| {
                let own = leads_to(fulfilment::Column::Commitment, before.head.id).add(days);
                record::exists_besides::<Fulfilment>(&**tx, None, own).await
            };
            let too_early = value.fulfillable_from().pred_opt();
            if before.value.starts_on != value.starts_on
                && fulfilled(within(fulfilment::Column::FulfilledOn, None, too_early)).await?
            {
                faults.add("/starts_on", Rule::Conflict);
            }
            if before.value.ends_on != value.ends_on
                && value.ends_on.is_some()
                && fulfilled(within(fulfilment::Column::FulfilledOn, value.ends_on, None)).await?
            {
                faults.add("/ends_on", Rule::Conflict);
            }
        }
        faults.finish().map_err(Problem::from)?;
        Ok(value)
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    /// One statement for the names and one for all that was done in the year, whatever the number of records.
    async fn show(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<CommitmentOut>, Halt> {
        let year = site.year.unwrap_or_else(|| site.today.year());
        let period = Period::year(year).map_err(|_| Problem::parameter("year"))?;
        let sources = records.iter().map(|record| record.value.recommendation_id);
        let names = find::names_of::<Recommendation>(conn, sources).await?;
        let mut done: HashMap<Uuid, Vec<FulfilmentFact>> = HashMap::new();
        for (commitment, fact) in report::fulfilments(conn, site.id(), period).await? {
            done.entry(commitment).or_default().push(fact);
        }
        let show = |record: &&Versioned<Self>| {
            let done = done.remove(&record.head.id).unwrap_or_default();
            let stands = CommitmentPeriodOut::of(&record.value, year, period, site.today, &done);
            CommitmentOut::of(record, &names, stands)
        };
        Ok(records.iter().map(show).collect())
    }

    async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
        commitment::is_referred_to(conn, id).await
    }
}
