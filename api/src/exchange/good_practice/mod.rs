//! Good practices over HTTP: what an institution does well, and where it was presented.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use domain::access::permission::{ProposePractices, ReadPublic};
use domain::access::{Actor, Permission};
use domain::exchange::good_practice::{GoodPractice, TRANSITIONS};
use domain::institution::Institution;
use domain::meeting::Meeting;
use domain::record::Versioned;
use domain::state::Machine;
use persistence::exchange::good_practice;
use persistence::{Condition, Conn, meeting};
use uuid::Uuid;

use crate::auth::Require;
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, Problem, ReadProblems, TransitionProblems,
};
use crate::resource::{
    self, Answer, DryRun, InPartnership, Read, Resource, Site, Stateful, TransitionIn,
};
use crate::wire::{
    Body, IfMatch, List, MergePatch, Page, PageParams, Query, Write, WriteParams, WriteTx,
};

pub use filter::{GoodPracticeFilter, GoodPracticeSort};
pub use wire::{GoodPracticeIn, GoodPracticeOut};

/// One page of good practices.
pub type GoodPracticePage = Page<GoodPracticeOut>;
/// A change of a good practice.
pub type GoodPracticePatch = MergePatch<GoodPracticeIn>;

/// List the good practices of a partnership.
///
/// Everybody sees those that are published; who works in the partnership sees all.
#[utoipa::path(
    tag = "Good practices",
    params(
        InPartnership,
        GoodPracticeFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of good practices", body = GoodPracticePage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/good-practices")]
pub async fn list_good_practices(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<GoodPracticeFilter>,
) -> Answer {
    resource::list::<GoodPractice, _, _>(&actor, &at, list).await
}

/// Read one good practice.
///
/// The problem, its solution and what was learned, with the meetings at which it was presented.
#[utoipa::path(
    tag = "Good practices",
    params(
        InPartnership,
        ("good_practice" = String, Path, description = "Id or slug", max_length = 100, example = "dobra-praktyka-1")
    ),
    responses(
        (status = 200, description = "The good practice", body = GoodPracticeOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/good-practices/{good_practice}")]
pub async fn read_good_practice(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<GoodPractice, _>(&actor, &at).await
}

/// Record a good practice.
///
/// As a draft. The owner may be any institution, also one that is no signatory; a representative records those of the own one.
#[utoipa::path(
    tag = "Good practices",
    params(
        InPartnership,
        WriteParams
    ),
    request_body = GoodPracticeIn,
    responses(
        (status = 201, description = "Recorded", body = GoodPracticeOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [ProposePractices]))
)]
#[post("/api/v1/partnerships/{partnership}/good-practices")]
pub async fn create_good_practice(
    actor: Require<ProposePractices>,
    write: Write,
    body: Body<GoodPracticeIn>,
) -> Answer {
    resource::create::<GoodPractice, _>(&actor, write, body).await
}

/// Change a good practice.
///
/// Also to record where it was presented; the state changes by a transition. A representative changes drafts of the own institution,
/// the secretariat all.
#[utoipa::path(
    tag = "Good practices",
    params(
        InPartnership,
        ("good_practice" = String, Path, description = "Id or slug", max_length = 100, example = "dobra-praktyka-1"),
        IfMatch
    ),
    request_body(content = GoodPracticePatch, content_type = "application/merge-patch+json",
        example = json!({"presented_at": ["rada-2016-4"]})),
    responses(
        (status = 200, description = "Changed", body = GoodPracticeOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [ProposePractices]))
)]
#[patch("/api/v1/partnerships/{partnership}/good-practices/{good_practice}")]
pub async fn update_good_practice(
    actor: Require<ProposePractices>,
    write: Write,
    if_match: IfMatch,
    patch: Body<GoodPracticePatch>,
) -> Answer {
    resource::update::<GoodPractice, _>(&actor, write, &if_match, patch).await
}

/// Delete a good practice.
///
/// For what was recorded by mistake; what is no longer followed is archived. A representative deletes drafts of the own institution.
#[utoipa::path(
    tag = "Good practices",
    params(
        InPartnership,
        ("good_practice" = String, Path, description = "Id or slug", max_length = 100, example = "dobra-praktyka-1"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [ProposePractices]))
)]
#[delete("/api/v1/partnerships/{partnership}/good-practices/{good_practice}")]
pub async fn delete_good_practice(
    actor: Require<ProposePractices>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<GoodPractice, _>(&actor, write, &if_match).await
}

/// Bring a good practice into another state.
///
/// It is published after a review, which may also return it. A representative hands drafts of the own institution in for review
/// (`in_review`); the other steps need `records:write`. No state carries a day.
#[utoipa::path(
    tag = "Good practices",
    params(
        InPartnership,
        ("good_practice" = String, Path, description = "Id or slug", max_length = 100, example = "dobra-praktyka-1"),
        IfMatch, WriteParams, DryRun
    ),
    request_body(content = TransitionIn, example = json!({"to": "published", "reason": "Po ocenie Rady Programowej"})),
    responses(
        (status = 200, description = "In the other state, or with `dry_run` what it would be", body = GoodPracticeOut,
            headers(("ETag" = String, description = "Version and variant"))),
        TransitionProblems
    ),
    security(("bearer" = [ProposePractices]))
)]
#[post("/api/v1/partnerships/{partnership}/good-practices/{good_practice}/transitions")]
pub async fn transition_good_practice(
    actor: Require<ProposePractices>,
    write: Write,
    if_match: IfMatch,
    trial: Query<DryRun>,
    step: Body<TransitionIn>,
) -> Answer {
    resource::transition::<GoodPractice, _>(&actor, write, &if_match, trial, step).await
}

impl Resource for GoodPractice {
    type In = GoodPracticeIn;
    type Out = GoodPracticeOut;

    fn scope(site: &Site) -> Condition {
        site.seen(
            good_practice::of_partnership(site.id()),
            good_practice::public(),
        )
    }

    async fn checked(
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        body: GoodPracticeIn,
    ) -> Result<Self, Halt> {
        let all = Condition::all();
        let owner = find::reference::<Institution>(tx, "/owner", all, &body.owner).await?;
        let meetings = meeting::of_partnership(site.id());
        let presented_at =
            find::references::<Meeting>(tx, "/presented_at", meetings, &body.presented_at).await?;
        let mut draft = body.into_draft(site.id(), owner, presented_at);
        draft.status = before.map(|before| before.value.status.clone());
        Ok(draft.check(site.today).map_err(Problem::from)?)
    }

    /// What was handed in for review is no longer its institution's to change.
    fn protected_from(&self, _: &Actor) -> Option<Permission> {
        (self.status != "draft").then_some(Permission::WriteRecords)
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    fn institution(&self) -> Option<Uuid> {
        Some(self.owner_id)
    }

    async fn show(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<GoodPracticeOut>, Halt> {
        let owners = records.iter().map(|record| Some(record.value.owner_id));
        let presented = |record: &&Versioned<Self>| record.value.presented_at.clone();
        let meetings = records.iter().flat_map(presented).map(Some);
        let mut names = find::institutions(conn, owners).await?;
        names.extend(find::meetings(conn, site.view, meetings).await?);
        let show = |record: &&Versioned<Self>| GoodPracticeOut::of(record, &names, site);
        Ok(records.iter().map(show).collect())
    }
}

impl Stateful for GoodPractice {
    const MACHINE: Machine = TRANSITIONS;

    fn status(&self) -> &str {
        &self.status
    }

    fn permission(&self, to: &str, _: &Actor) -> Permission {
        match to {
            "in_review" => Permission::ProposePractices,
            _ => Permission::WriteRecords,
        }
    }

    async fn enter(
        _: &WriteTx,
        site: &Site,
        before: &Versioned<Self>,
        step: &TransitionIn,
    ) -> Result<Self, Halt> {
        step.undated()?;
        let value = &before.value;
        let presented_at = value.presented_at.clone();
        let mut draft =
            GoodPracticeIn::from(value).into_draft(site.id(), value.owner_id, presented_at);
        draft.status = Some(step.to.clone());
        Ok(draft.check(site.today).map_err(Problem::from)?)
    }
}
