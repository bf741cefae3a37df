//! Terms of office over HTTP: those of one body follow each other.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::fault::{Faults, Rule};
use domain::governance::body;
use domain::governance::mandate::Mandate;
use domain::governance::term::Term;
use domain::meeting::Meeting;
use domain::record::Versioned;
use persistence::governance::{mandate, term as store};
use persistence::{Condition, Conn, RepoError, meeting, record};
use uuid::Uuid;

use crate::auth::Require;
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, Kind, Problem, ReadProblems,
};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::wire::{Body, IfMatch, List, MergePatch, Page, PageParams, Write, WriteParams, WriteTx};

pub use filter::{TermFilter, TermSort};
pub use wire::{TermIn, TermOut};

/// One page of terms.
pub type TermPage = Page<TermOut>;
/// A change of a term.
pub type TermPatch = MergePatch<TermIn>;

/// List the terms of office of a body.
///
/// All that ever were, or that of a day with `as_of`.
#[utoipa::path(
    tag = "Terms",
    params(
        InPartnership,
        ("body" = String, Path, description = "Id or slug of the body", max_length = 100, example = "rada-programowa"),
        TermFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of terms", body = TermPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/bodies/{body}/terms")]
pub async fn list_terms(actor: Require<ReadPublic>, at: Read, list: List<TermFilter>) -> Answer {
    resource::list::<Term, _, _>(&actor, &at, list).await
}

/// Read one term of office.
///
/// With the rules of its quorum and majority and the meeting that elected it.
#[utoipa::path(
    tag = "Terms",
    params(
        InPartnership,
        ("body" = String, Path, description = "Id or slug of the body", max_length = 100, example = "rada-programowa"),
        ("term" = String, Path, description = "Id or slug", max_length = 100, example = "rada-2014-2017")
    ),
    responses(
        (status = 200, description = "The term", body = TermOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/bodies/{body}/terms/{term}")]
pub async fn read_term(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<Term, _>(&actor, &at).await
}

/// Record a term of office.
///
/// Two terms of one body have no day in common.
#[utoipa::path(
    tag = "Terms",
    params(
        InPartnership,
        ("body" = String, Path, description = "Id or slug of the body", max_length = 100, example = "rada-programowa"),
        WriteParams
    ),
    request_body = TermIn,
    responses(
        (status = 201, description = "Recorded", body = TermOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/bodies/{body}/terms")]
pub async fn create_term(actor: Require<WriteRecords>, write: Write, body: Body<TermIn>) -> Answer {
    resource::create::<Term, _>(&actor, write, body).await
}

/// Change a term of office.
///
/// It cannot be made so short that a mandate lies outside it.
#[utoipa::path(
    tag = "Terms",
    params(
        InPartnership,
        ("body" = String, Path, description = "Id or slug of the body", max_length = 100, example = "rada-programowa"),
        ("term" = String, Path, description = "Id or slug", max_length = 100, example = "rada-2014-2017"),
        IfMatch
    ),
    request_body(content = TermPatch, content_type = "application/merge-patch+json",
        example = json!({"ends_on": "2017-12-31"})),
    responses(
        (status = 200, description = "Changed", body = TermOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/bodies/{body}/terms/{term}")]
pub async fn update_term(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    patch: Body<TermPatch>,
) -> Answer {
    resource::update::<Term, _>(&actor, write, &if_match, patch).await
}

/// Delete a term of office.
///
/// Only while it has no mandates.
#[utoipa::path(
    tag = "Terms",
    params(
        InPartnership,
        ("body" = String, Path, description = "Id or slug of the body", max_length = 100, example = "rada-programowa"),
        ("term" = String, Path, description = "Id or slug", max_length = 100, example = "rada-2014-2017"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/bodies/{body}/terms/{term}")]
pub async fn delete_term(actor: Require<WriteRecords>, write: Write, if_match: IfMatch) -> Answer {
    resource::delete::<Term, _>(&actor, write, &if_match).await
}

impl Resource for Term {
    type In = TermIn;
    type Out = TermOut;

    fn scope(site: &Site) -> Condition {
        let own = store::of_partnership(site.id()).add_option(site.parent.map(store::of_body));
        site.seen(own, store::public())
    }

    async fn parent(conn: &impl Conn, site: &Site, key: &str) -> Result<Uuid, Halt> {
        find::parent::<body::Body>(conn, body::Body::scope(site), key).await
    }

    async fn hold_parent(tx: &WriteTx, id: Uuid) -> Result<bool, RepoError> {
        record::hold::<body::Body>(tx, id).await
    }

    fn namesakes(site: &Site) -> Condition {
        store::of_partnership(site.id())
    }

    /// It has no day in common with another term of the body, and holds all of its mandates.
    async fn checked(
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        body: TermIn,
    ) -> Result<Self, Halt> {
        let body_id = site.parent.ok_or_else(|| Problem::of(Kind::NotFound))?;
        // A draft of a meeting is not public, but who elected a body is.
        let announced = meeting::of_partnership(site.id()).add(meeting::public());
        let named = body.elected_at.as_ref();
        let elected_at =
            find::optional_reference::<Meeting>(tx, "/elected_at", announced, named).await?;
        let value = body
            .into_draft(site.id(), body_id, elected_at)
            .check(site.today)
            .map_err(Problem::from)?;
        tx.take_turn(site.id()).await?;
        let own = before.map(|before| before.head.id);
        if let Some(own) = own {
            check_mandates(&**tx, own, &value).await?;
        }
        let others = store::overlapping(body_id, value.starts_on, value.ends_on);
        if record::exists_besides::<Term>(&**tx, own, others).await? {
            return Err(Problem::of(Kind::NotUnique)
                .at("/starts_on", Rule::Overlap)
                .into());
        }
        Ok(value)
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    async fn show(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<TermOut>, Halt> {
        let ids = records.iter().map(|record| Some(record.value.body_id));
        let mut names = find::names_of::<body::Body>(conn, ids).await?;
        let elections = records.iter().map(|record| record.value.elected_at_id);
        names.extend(find::meetings(conn, site.view, elections).await?);
        let show = |record: &&Versioned<Self>| TermOut::of(record, &names);
        Ok(records.iter().map(show).collect())
    }

    async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
        store::is_referred_to(conn, id).await
    }
}

/// No mandate of the stored term may lie outside it as it will be.
async fn check_mandates(conn: &impl Conn, id: Uuid, term: &Term) -> Result<(), Halt> {
    let mut faults = Faults::new();
    for (pointer, outside) in [
        ("/starts_on", mandate::beginning_before(term.starts_on)),
        ("/ends_on", mandate::outlasting(term.ends_on)),
    ] {
        let outside = mandate::of_term(id).add(outside);
        if record::exists_besides::<Mandate>(conn, None, outside).await? {
            faults.add(pointer, Rule::Conflict);
        }
    }
    Ok(faults.finish().map_err(Problem::from)?)
}
