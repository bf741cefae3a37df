//! Signatories over HTTP: who signed the agreement, on any day.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::fault::Rule;
use domain::institution::Institution;
use domain::record::Versioned;
use domain::signatory::Signatory;
use persistence::{Condition, Conn, record, signatory};

use crate::auth::Require;
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, Kind, Problem, ReadProblems,
};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::wire::{Body, IfMatch, List, MergePatch, Page, PageParams, Write, WriteParams, WriteTx};

pub use filter::{SignatoryFilter, SignatorySort};
pub use wire::{SignatoryIn, SignatoryOut, WithdrawalBody};

/// One page of signatories.
pub type SignatoryPage = Page<SignatoryOut>;
/// A change of a signatory.
pub type SignatoryPatch = MergePatch<SignatoryIn>;

/// List the signatories of a partnership.
///
/// All that ever were, or those of a day with `as_of`.
#[utoipa::path(
    tag = "Signatories",
    params(
        InPartnership,
        SignatoryFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of signatories", body = SignatoryPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/signatories")]
pub async fn list_signatories(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<SignatoryFilter>,
) -> Answer {
    resource::list::<Signatory, _, _>(&actor, &at, list).await
}

/// Read one signatory.
///
/// With today's status and how it left, if it did.
#[utoipa::path(
    tag = "Signatories",
    params(
        InPartnership,
        ("signatory" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000006")
    ),
    responses(
        (status = 200, description = "The signatory", body = SignatoryOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/signatories/{signatory}")]
pub async fn read_signatory(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<Signatory, _>(&actor, &at).await
}

/// Record a signatory.
///
/// An institution may be a signatory once at a time; leaving and rejoining makes a second record.
#[utoipa::path(
    tag = "Signatories",
    params(
        InPartnership,
        WriteParams
    ),
    request_body = SignatoryIn,
    responses(
        (status = 201, description = "Recorded", body = SignatoryOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/signatories")]
pub async fn create_signatory(
    actor: Require<WriteRecords>,
    write: Write,
    body: Body<SignatoryIn>,
) -> Answer {
    resource::create::<Signatory, _>(&actor, write, body).await
}

/// Change a signatory.
///
/// Also to record that it leaves: `withdrawal` with the first day it is a signatory no more. Whose signature it is stays: another
/// institution's is another record.
#[utoipa::path(
    tag = "Signatories",
    params(
        InPartnership,
        ("signatory" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000006"),
        IfMatch
    ),
    request_body(content = SignatoryPatch, content_type = "application/merge-patch+json",
        example = json!({"withdrawal": {"effective_on": "2016-06-30"}})),
    responses(
        (status = 200, description = "Changed", body = SignatoryOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/signatories/{signatory}")]
pub async fn update_signatory(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    patch: Body<SignatoryPatch>,
) -> Answer {
    resource::update::<Signatory, _>(&actor, write, &if_match, patch).await
}

/// Delete a signatory.
///
/// For what was recorded by mistake; an institution that leaves is changed, not deleted.
#[utoipa::path(
    tag = "Signatories",
    params(
        InPartnership,
        ("signatory" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000006"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/signatories/{signatory}")]
pub async fn delete_signatory(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<Signatory, _>(&actor, write, &if_match).await
}

impl Resource for Signatory {
    type In = SignatoryIn;
    type Out = SignatoryOut;

    fn scope(site: &Site) -> Condition {
        signatory::of_partnership(site.id())
    }

    /// No other participation of the institution may have a day in common with it.
    async fn checked(
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        body: SignatoryIn,
    ) -> Result<Self, Halt> {
        let all = Condition::all();
        let institution =
            find::reference::<Institution>(tx, "/institution", all, &body.institution).await?;
        let value = body
            .into_draft(site.id(), institution)
            .check(site.today)
            .map_err(Problem::from)?
            .standing_since(before.map(|before| &before.value), tx.now(), site.today);
        // How long a signature has stood is that of the institution that gave it.
        if before.is_some_and(|before| before.value.institution_id != institution) {
            return Err(Problem::of(Kind::InvalidValues)
                .at("/institution", Rule::Conflict)
                .into());
        }
        let others = signatory::overlapping(
            site.id(),
            institution,
            value.effective_from,
            value.withdrawn_on(),
        );
        let own = before.map(|before| before.head.id);
        tx.take_turn(site.id()).await?;
        if record::exists_besides::<Signatory>(&**tx, own, others).await? {
            return Err(Problem::of(Kind::NotUnique)
                .at("/effective_from", Rule::Overlap)
                .into());
        }
        Ok(value)
    }

    async fn show(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<SignatoryOut>, Halt> {
        let ids = records
            .iter()
            .map(|record| Some(record.value.institution_id));
        let names = find::institutions(conn, ids).await?;
        let show = |record: &&Versioned<Self>| SignatoryOut::of(record, &names, site);
        Ok(records.iter().map(show).collect())
    }
}
