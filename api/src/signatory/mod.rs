//! Signatories over HTTP: who signed the agreement, on any day.

mod filter;
mod wire;

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::access::{Place, View};
use domain::fault::Rule;
use domain::record::Versioned;
use domain::signatory::Signatory;
use domain::slug::Key;
use persistence::institution::Named;
use persistence::list::{self, Ask};
use persistence::{Conn, record, signatory};
use uuid::Uuid;

use crate::auth::Require;
use crate::find;
use crate::problem::{Halt, Kind, ListProblems, Problem, ReadProblems, WriteProblems};
use crate::state::AppState;
use crate::wire::{
    Body, IfMatch, List, MergePatch, Page, PageParams, Write, WriteParams, WriteTx, created,
    no_content, read, sort_by, updated,
};

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
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        SignatoryFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of signatories", body = SignatoryPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ListProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/signatories")]
pub async fn list_signatories(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    list: List<SignatoryFilter>,
) -> Result<HttpResponse, Halt> {
    let today = state.clock.today();
    let partnership = find::partnership(&state.db, &key).await?;
    let ask = Ask {
        condition: list.filter.condition(partnership.head.id, today)?,
        sort: sort_by(list.filter.sort),
        limit: list.page.limit,
        after: list.after()?,
        total: list.page.total,
        modified_since: list.page.modified_since,
    };
    let page = list::page::<Signatory>(&state.db, ask).await?;
    let named = named(&state.db, page.records()).await?;
    Ok(list.answer(page, |record| SignatoryOut::of(record, &named, today)))
}

/// Read one signatory.
///
/// With today's status and how it left, if it did.
#[utoipa::path(
    tag = "Signatories",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
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
pub async fn read_signatory(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    keys: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let (_, record) = find(&state.db, &keys).await?;
    let body = SignatoryOut::of(
        &record,
        &named(&state.db, [&record]).await?,
        state.clock.today(),
    );
    Ok(read(&request, &record.head, View::Public.tag(), &body))
}

/// Record a signatory.
///
/// An institution may be a signatory once at a time; leaving and rejoining makes a second record.
#[utoipa::path(
    tag = "Signatories",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        WriteParams
    ),
    request_body = SignatoryIn,
    responses(
        (status = 201, description = "Recorded", body = SignatoryOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        WriteProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/signatories")]
pub async fn create_signatory(
    actor: Require<WriteRecords>,
    write: Write,
    key: web::Path<String>,
    body: Body<SignatoryIn>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let partnership = find::partnership(&*tx, &key).await?.head.id;
    actor.on(Place {
        partnerships: &[partnership],
        institution: None,
    })?;
    let value = checked(&write, &tx, partnership, None, body.into_inner()).await?;
    let record = record::insert(&tx, tx.new_id(), value).await?;
    let body = SignatoryOut::of(&record, &named(&*tx, [&record]).await?, write.today());
    let location = format!(
        "/api/v1/partnerships/{partnership}/signatories/{}",
        record.head.id
    );
    tx.commit(created(location, &record.head, View::Public.tag(), &body))
        .await
}

/// Change a signatory.
///
/// Also to record that it leaves: `withdrawal` with the first day it is a signatory no more.
#[utoipa::path(
    tag = "Signatories",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        ("signatory" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000006"),
        IfMatch
    ),
    request_body(content = SignatoryPatch, content_type = "application/merge-patch+json",
        example = json!({"withdrawal": {"effective_on": "2016-06-30"}})),
    responses(
        (status = 200, description = "Changed", body = SignatoryOut,
            headers(("ETag" = String, description = "Version and variant"))),
        WriteProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/signatories/{signatory}")]
pub async fn update_signatory(
    actor: Require<WriteRecords>,
    write: Write,
    keys: web::Path<(String, String)>,
    if_match: IfMatch,
    patch: Body<SignatoryPatch>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let (partnership, before) = find(&*tx, &keys).await?;
    actor.on(Place {
        partnerships: &[partnership],
        institution: None,
    })?;
    if_match.check(&before.head)?;
    let merged = patch
        .into_inner()
        .apply(&SignatoryIn::from(&before.value))?;
    let value = checked(&write, &tx, partnership, Some(before.head.id), merged).await?;
    let after = record::update(&tx, before, value).await?;
    let body = SignatoryOut::of(&after, &named(&*tx, [&after]).await?, write.today());
    tx.commit(updated(&after.head, View::Public.tag(), &body))
        .await
}

/// Delete a signatory.
///
/// For what was recorded by mistake; an institution that leaves is changed, not deleted.
#[utoipa::path(
    tag = "Signatories",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        ("signatory" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000006"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), WriteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/signatories/{signatory}")]
pub async fn delete_signatory(
    actor: Require<WriteRecords>,
    write: Write,
    keys: web::Path<(String, String)>,
    if_match: IfMatch,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let (partnership, before) = find(&*tx, &keys).await?;
    actor.on(Place {
        partnerships: &[partnership],
        institution: None,
    })?;
    if_match.check(&before.head)?;
    record::delete(&tx, before).await?;
    tx.commit(no_content()).await
}

/// The signatory of a path, in the partnership of the path.
async fn find(
    conn: &impl Conn,
    keys: &(String, String),
) -> Result<(Uuid, Versioned<Signatory>), Halt> {
    let partnership = find::partnership(conn, &keys.0).await?.head.id;
    let key = Key::parse(&keys.1).map_err(|_| Problem::of(Kind::NotFound))?;
    let found = record::find(conn, &key, signatory::of_partnership(partnership)).await?;
    Ok((
        partnership,
        found.ok_or_else(|| Problem::of(Kind::NotFound))?,
    ))
}

/// Checks a body; no other participation of the institution may have a day in common with it.
async fn checked(
    write: &Write,
    tx: &WriteTx,
    partnership: Uuid,
    own: Option<Uuid>,
    body: SignatoryIn,
) -> Result<Signatory, Halt> {
    let institution = find::reference(&**tx, "/institution", Some(&body.institution))
        .await?
        .unwrap_or_default();
    let value = body
        .into_draft(partnership, institution)
        .check(write.today())
        .map_err(Problem::from)?;
    let others = signatory::overlapping(
        partnership,
        institution,
        value.effective_from,
        value.withdrawn_on(),
    );
    if record::exists_besides::<Signatory>(&**tx, own, others).await? {
        return Err(Problem::of(Kind::NotUnique)
            .at("/effective_from", Rule::Overlap)
            .into());
    }
    Ok(value)
}

async fn named<'a>(
    conn: &impl Conn,
    records: impl IntoIterator<Item = &'a Versioned<Signatory>>,
) -> Result<HashMap<Uuid, Named>, Halt> {
    find::named(
        conn,
        records
            .into_iter()
            .map(|record| record.value.institution_id)
            .collect(),
    )
    .await
}
