//! Mandates over HTTP: which institution holds a seat, on any day.

mod filter;
mod wire;

use std::collections::HashMap;

use actix_web::{delete, get, patch, post};
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::fault::Rule;
use domain::governance::body;
use domain::governance::mandate::{CHAIR, Mandate, is_for_signatories};
use domain::governance::term::Term;
use domain::institution::Institution;
use domain::record::Versioned;
use domain::signatory::Signatory;
use persistence::governance::{mandate as store, term};
use persistence::{Condition, Conn, record, signatory};
use uuid::Uuid;

use crate::auth::Require;
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, Kind, Problem, ReadProblems,
};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::wire::{Body, IfMatch, List, MergePatch, Page, PageParams, Write, WriteParams, WriteTx};

pub use filter::{MandateFilter, MandateSort};
pub use wire::{MandateIn, MandateOut};

/// One page of mandates.
pub type MandatePage = Page<MandateOut>;
/// A change of a mandate.
pub type MandatePatch = MergePatch<MandateIn>;

/// List the mandates of a partnership.
///
/// Those of all bodies and terms, or of one; all that ever were, or those of a day with `as_of`.
#[utoipa::path(
    tag = "Mandates",
    params(
        InPartnership,
        MandateFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of mandates", body = MandatePage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/mandates")]
pub async fn list_mandates(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<MandateFilter>,
) -> Answer {
    resource::list::<Mandate, _, _>(&actor, &at, list).await
}

/// Read one mandate.
///
/// With whether it is held today.
#[utoipa::path(
    tag = "Mandates",
    params(
        InPartnership,
        ("mandate" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000009")
    ),
    responses(
        (status = 200, description = "The mandate", body = MandateOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/mandates/{mandate}")]
pub async fn read_mandate(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<Mandate, _>(&actor, &at).await
}

/// Record a mandate.
///
/// An institution holds one mandate at a time in a term, and a body has one chair at a time: 409 `not-unique` with `overlap` at
/// `/starts_on` or `/role`. In a council, an assembly or a working group the institution must be a signatory on the first day.
#[utoipa::path(
    tag = "Mandates",
    params(
        InPartnership,
        WriteParams
    ),
    request_body = MandateIn,
    responses(
        (status = 201, description = "Recorded", body = MandateOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/mandates")]
pub async fn create_mandate(
    actor: Require<WriteRecords>,
    write: Write,
    body: Body<MandateIn>,
) -> Answer {
    resource::create::<Mandate, _>(&actor, write, body).await
}

/// Change a mandate.
///
/// Also to record that it ended before its term: `ends_on` with the first day it is held no more.
#[utoipa::path(
    tag = "Mandates",
    params(
        InPartnership,
        ("mandate" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000009"),
        IfMatch
    ),
    request_body(content = MandatePatch, content_type = "application/merge-patch+json",
        example = json!({"ends_on": "2016-06-01", "end_reason": "rezygnacja"})),
    responses(
        (status = 200, description = "Changed", body = MandateOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/mandates/{mandate}")]
pub async fn update_mandate(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    patch: Body<MandatePatch>,
) -> Answer {
    resource::update::<Mandate, _>(&actor, write, &if_match, patch).await
}

/// Delete a mandate.
///
/// For what was recorded by mistake; a mandate that ends is changed, not deleted.
#[utoipa::path(
    tag = "Mandates",
    params(
        InPartnership,
        ("mandate" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000009"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/mandates/{mandate}")]
pub async fn delete_mandate(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<Mandate, _>(&actor, write, &if_match).await
}

impl Resource for Mandate {
    type In = MandateIn;
    type Out = MandateOut;

    fn scope(site: &Site) -> Condition {
        site.seen(store::of_partnership(site.id()), store::public())
    }

    /// It lies within its term, is held by who may hold it, and has no day in common with another one of the
    /// institution in the term; nor has one chair with another of the body.
    async fn checked(
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        body: MandateIn,
    ) -> Result<Self, Halt> {
        let own = term::of_partnership(site.id());
        let term_id = find::reference::<Term>(tx, "/term", own, &body.term).await?;
        let all = Condition::all();
        let institution =
            find::reference::<Institution>(tx, "/institution", all, &body.institution).await?;
        tx.take_turn(site.id()).await?;
        let term = match tx.lacks("/term") {
            true => None,
            false => Some(term_and_kind(&**tx, term_id).await?),
        };
        let signed = record::of_partnership::<Signatory>(site.id())
            .add(signatory::of_institution(institution))
            .add(signatory::active_on(body.starts_on));
        let eligible = tx.lacks("/starts_on")
            || !matches!(&term, Some((_, kind)) if is_for_signatories(kind))
            || record::exists_besides::<Signatory>(&**tx, None, signed).await?;
        let term = term.map(|(term, _)| term);
        let value = body
            .into_draft(site.id(), term_id, institution)
            .check(term.as_ref(), eligible)
            .map_err(Problem::from)?;
        let Some(term) = term else { return Ok(value) };
        let others = store::of_term(term_id)
            .add(store::of_institution(institution))
            .add(store::overlapping(value.starts_on, value.ends_on));
        let mut taken = Problem::of(Kind::NotUnique);
        let own = before.map(|before| before.head.id);
        if record::exists_besides::<Self>(&**tx, own, others).await? {
            taken = taken.at("/starts_on", Rule::Overlap);
        }
        if value.role == CHAIR {
            let chairs = store::chairs(term.body_id, value.starts_on, value.last_day(&term));
            if record::exists_besides::<Self>(&**tx, own, chairs).await? {
                taken = taken.at("/role", Rule::Overlap);
            }
        }
        match taken.has_faults() {
            true => Err(taken.into()),
            false => Ok(value),
        }
    }

    async fn show(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<MandateOut>, Halt> {
        let terms = terms_of(conn, records).await?;
        let ids = records
            .iter()
            .map(|record| Some(record.value.institution_id));
        let mut names = find::institutions(conn, ids).await?;
        let ids = terms.values().map(|term| Some(term.value.body_id));
        names.extend(find::names_of::<body::Body>(conn, ids).await?);
        let mut shown = Vec::with_capacity(records.len());
        for record in records {
            let term = terms.get(&record.value.term_id);
            let term = term.ok_or_else(|| Problem::of(Kind::Internal))?;
            shown.push(MandateOut::of(record, term, &names, site));
        }
        Ok(shown)
    }
}

/// A term and the kind of its body.
async fn term_and_kind(conn: &impl Conn, id: Uuid) -> Result<(Term, String), Halt> {
    let missing = || Problem::of(Kind::Internal);
    let term = record::of_ids::<Term>(conn, [id]).await?.pop();
    let term = term.ok_or_else(missing)?.value;
    let body = record::of_ids::<body::Body>(conn, [term.body_id])
        .await?
        .pop();
    Ok((term, body.ok_or_else(missing)?.value.kind))
}

/// The terms of some mandates, by id.
async fn terms_of(
    conn: &impl Conn,
    mandates: &[&Versioned<Mandate>],
) -> Result<HashMap<Uuid, Versioned<Term>>, Halt> {
    let mut ids: Vec<Uuid> = mandates.iter().map(|record| record.value.term_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let terms = record::of_ids(conn, ids).await?.into_iter();
    Ok(terms.map(|term| (term.head.id, term)).collect())
}
