//! Communiqués over HTTP, from draft to release.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use chrono::Datelike;
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::outreach::communique::{Communique, TRANSITIONS};
use domain::record::Versioned;
use domain::state::Machine;
use persistence::outreach::communique;
use persistence::{Condition, Conn, RepoError};
use uuid::Uuid;

use crate::auth::Require;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, Problem, ReadProblems, TransitionProblems,
};
use crate::resource::{
    self, Answer, DryRun, InPartnership, Read, Resource, Site, Stateful, TransitionIn,
};
use crate::wire::{
    Body, IfMatch, List, MergePatch, Page, PageParams, Query, Write, WriteParams, WriteTx,
};

pub use filter::{CommuniqueFilter, CommuniqueSort};
pub use wire::{CommuniqueIn, CommuniqueOut};

/// One page of communiqués.
pub type CommuniquePage = Page<CommuniqueOut>;
/// A change of a communiqué.
pub type CommuniquePatch = MergePatch<CommuniqueIn>;

/// List the communiqués of a partnership.
///
/// Everybody sees those that are released and not withdrawn; who works in the partnership sees all.
#[utoipa::path(
    tag = "Communiqués",
    params(
        InPartnership,
        CommuniqueFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of communiqués", body = CommuniquePage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/communiques")]
pub async fn list_communiques(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<CommuniqueFilter>,
) -> Answer {
    resource::list::<Communique, _, _>(&actor, &at, list).await
}

/// Read one communiqué.
///
/// With its text in Markdown, not rendered.
#[utoipa::path(
    tag = "Communiqués",
    params(
        InPartnership,
        ("communique" = String, Path, description = "Id or slug", max_length = 100, example = "komunikat-2016-1")
    ),
    responses(
        (status = 200, description = "The communiqué", body = CommuniqueOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/communiques/{communique}")]
pub async fn read_communique(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<Communique, _>(&actor, &at).await
}

/// Record a communiqué.
///
/// As a draft, without a number.
#[utoipa::path(
    tag = "Communiqués",
    params(
        InPartnership,
        WriteParams
    ),
    request_body = CommuniqueIn,
    responses(
        (status = 201, description = "Recorded", body = CommuniqueOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/communiques")]
pub async fn create_communique(
    actor: Require<WriteRecords>,
    write: Write,
    body: Body<CommuniqueIn>,
) -> Answer {
    resource::create::<Communique, _>(&actor, write, body).await
}

/// Change a communiqué.
///
/// Its title or text; the state changes by a transition.
#[utoipa::path(
    tag = "Communiqués",
    params(
        InPartnership,
        ("communique" = String, Path, description = "Id or slug", max_length = 100, example = "komunikat-2016-1"),
        IfMatch
    ),
    request_body(content = CommuniquePatch, content_type = "application/merge-patch+json",
        example = json!({"title": "Komunikat nr 1/2016 z działań Rady Programowej"})),
    responses(
        (status = 200, description = "Changed", body = CommuniqueOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/communiques/{communique}")]
pub async fn update_communique(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    patch: Body<CommuniquePatch>,
) -> Answer {
    resource::update::<Communique, _>(&actor, write, &if_match, patch).await
}

/// Delete a communiqué.
///
/// Only while it has no postings; otherwise withdraw it.
#[utoipa::path(
    tag = "Communiqués",
    params(
        InPartnership,
        ("communique" = String, Path, description = "Id or slug", max_length = 100, example = "komunikat-2016-1"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/communiques/{communique}")]
pub async fn delete_communique(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<Communique, _>(&actor, write, &if_match).await
}

/// Bring a communiqué into another state.
///
/// `released` takes `effective_on`, or today, as the day of release and gives the next number of its year, unless the
/// communiqué has one. The other states carry no day.
#[utoipa::path(
    tag = "Communiqués",
    params(
        InPartnership,
        ("communique" = String, Path, description = "Id or slug", max_length = 100, example = "komunikat-2016-1"),
        IfMatch, WriteParams, DryRun
    ),
    request_body(content = TransitionIn, example = json!({"to": "released", "effective_on": "2016-03-21"})),
    responses(
        (status = 200, description = "In the other state, or with `dry_run` what it would be", body = CommuniqueOut,
            headers(("ETag" = String, description = "Version and variant"))),
        TransitionProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/communiques/{communique}/transitions")]
pub async fn transition_communique(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    trial: Query<DryRun>,
    step: Body<TransitionIn>,
) -> Answer {
    resource::transition::<Communique, _>(&actor, write, &if_match, trial, step).await
}

impl Resource for Communique {
    type In = CommuniqueIn;
    type Out = CommuniqueOut;

    fn scope(site: &Site) -> Condition {
        site.seen(communique::of_partnership(site.id()), communique::public())
    }

    async fn checked(
        _: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        body: CommuniqueIn,
    ) -> Result<Self, Halt> {
        let draft = body.into_draft(site.id(), before.map(|before| &before.value));
        Ok(draft.check(site.today).map_err(Problem::from)?)
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    async fn show(
        _: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<CommuniqueOut>, Halt> {
        let show = |record: &&Versioned<Self>| CommuniqueOut::of(record, site);
        Ok(records.iter().map(show).collect())
    }

    async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
        communique::is_referred_to(conn, id).await
    }
}

impl Stateful for Communique {
    const MACHINE: Machine = TRANSITIONS;

    fn status(&self) -> &str {
        &self.status
    }

    async fn enter(
        tx: &WriteTx,
        site: &Site,
        before: &Versioned<Self>,
        step: &TransitionIn,
    ) -> Result<Self, Halt> {
        let value = &before.value;
        let mut draft = CommuniqueIn::from(value).into_draft(site.id(), Some(value));
        draft.status = Some(step.to.clone());
        if step.to == "released" {
            let day = step.effective_on.unwrap_or(site.today);
            draft.released_on = Some(day);
            if draft.number.is_none() {
                tx.take_turn(site.id()).await?;
                draft.number = Some(communique::next_number(&**tx, site.id(), day.year()).await?);
            }
        } else {
            step.undated()?;
        }
        let checked = draft.check(site.today);
        Ok(checked.map_err(|faults| TransitionIn::refused("/released_on", faults))?)
    }
}
