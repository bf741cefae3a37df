//! Partnerships over HTTP: read by anyone, founded by administrators, kept by their secretariats.

mod filter;
mod wire;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use domain::access::permission::{ManagePartnerships, ReadPublic, WritePartnership};
use domain::access::{Place, View};
use domain::institution::Institution;
use domain::partnership::Partnership;
use domain::record::Versioned;
use persistence::list;
use persistence::record::MadeSlug;
use persistence::{Condition, Conn, partnership, record};

use crate::auth::Require;
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, Kind, Problem, ReadProblems,
};
use crate::state::AppState;
use crate::wire::{
    Body, Fetched, IfMatch, List, MergePatch, Names, Page, PageParams, Write, WriteParams, WriteTx,
    created, has_already, list_tag, no_content, not_modified, read, sort_by, updated,
};

pub use filter::{PartnershipFilter, PartnershipSort};
pub use wire::{PartnershipIn, PartnershipOut, SecretariatIn, SecretariatOut};

/// One page of partnerships.
pub type PartnershipPage = Page<PartnershipOut>;
/// A change of a partnership.
pub type PartnershipPatch = MergePatch<PartnershipIn>;

/// List partnerships.
///
/// Every partnership of the installation; search by any part of a name.
#[utoipa::path(
    tag = "Partnerships",
    params(PartnershipFilter, PageParams),
    responses(
        (status = 200, description = "A page of partnerships", body = PartnershipPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships")]
pub async fn list_partnerships(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    list: List<PartnershipFilter>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let today = state.clock.today();
    let tag = list_tag(&state.db, &request, today, list.format()).await?;
    if has_already(&request, &tag) {
        return Ok(not_modified(tag));
    }
    let fetched = move |list: List<PartnershipFilter>| {
        let state = state.clone();
        async move {
            let ask = list.ask(list.filter.condition()?, sort_by(list.filter.sort))?;
            let page = list::page::<Partnership>(&state.db, ask).await?;
            let shown = show(&state.db, &page.records().collect::<Vec<_>>()).await?;
            Ok(Fetched::page(page, shown))
        }
    };
    list.answer(Some(tag), fetched).await
}

/// Read one partnership.
///
/// By id or slug, with its secretariat as a function, never a person.
#[utoipa::path(
    tag = "Partnerships",
    params(("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie")),
    responses(
        (status = 200, description = "The partnership", body = PartnershipOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}")]
pub async fn read_partnership(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let record = find::partnership(&state.db, &key).await?;
    let body = PartnershipOut::of(&record, &named(&state.db, [&record]).await?);
    Ok(read(&request, &record.head, View::Public, &body))
}

/// Record a partnership.
///
/// Only administrators found one; its secretariat keeps it afterwards.
#[utoipa::path(
    tag = "Partnerships",
    params(WriteParams),
    request_body = PartnershipIn,
    responses(
        (status = 201, description = "Recorded", body = PartnershipOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [ManagePartnerships]))
)]
#[post("/api/v1/partnerships")]
pub async fn create_partnership(
    _: Require<ManagePartnerships>,
    write: Write,
    body: Body<PartnershipIn>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let made = made_slug(&body);
    let value = checked(&write, &tx, body).await?;
    let record = record::insert_named(&tx, tx.new_id(), value, made).await?;
    let body = PartnershipOut::of(&record, &named(&*tx, [&record]).await?);
    tx.commit(created(
        format!("/api/v1/partnerships/{}", record.head.id),
        &record.head,
        View::Public,
        &body,
    ))
    .await
}

/// Change a partnership.
///
/// Its secretariat and administrators may.
#[utoipa::path(
    tag = "Partnerships",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        IfMatch
    ),
    request_body(content = PartnershipPatch, content_type = "application/merge-patch+json",
        example = json!({"licence": "CC0-1.0"})),
    responses(
        (status = 200, description = "Changed", body = PartnershipOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WritePartnership]))
)]
#[patch("/api/v1/partnerships/{partnership}")]
pub async fn update_partnership(
    actor: Require<WritePartnership>,
    write: Write,
    key: web::Path<String>,
    if_match: IfMatch,
    patch: Body<PartnershipPatch>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let before = find::partnership(&*tx, &key).await?;
    actor.on(Place {
        partnerships: &[before.head.id],
        institution: None,
    })?;
    if_match.check(&before.head)?;
    let merged = patch.whole()?.apply(&PartnershipIn::from(&before.value))?;
    let made = made_slug(&merged);
    let value = checked(&write, &tx, merged).await?;
    let after = record::update_named(&tx, before, value, made).await?;
    let body = PartnershipOut::of(&after, &named(&*tx, [&after]).await?);
    tx.commit(updated(&after.head, View::Public, &body)).await
}

/// Delete a partnership.
///
/// Only one without records; what a partnership did is not deleted with it.
#[utoipa::path(
    tag = "Partnerships",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [ManagePartnerships]))
)]
#[delete("/api/v1/partnerships/{partnership}")]
pub async fn delete_partnership(
    _: Require<ManagePartnerships>,
    write: Write,
    key: web::Path<String>,
    if_match: IfMatch,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let before = find::partnership(&*tx, &key).await?;
    if_match.check(&before.head)?;
    let id = before.head.id;
    record::delete(&tx, before).await?;
    if partnership::has_records(&*tx, id).await? {
        return Err(Problem::of(Kind::StillReferredTo).into());
    }
    tx.commit(no_content()).await
}

/// Where the slug is to be made, because the body has none.
fn made_slug(body: &Body<PartnershipIn>) -> Option<MadeSlug<Partnership>> {
    body.lacks("slug").then(|| MadeSlug {
        among: Condition::all(),
        of: |value: &mut Partnership| Some(&mut value.slug),
    })
}

async fn checked(
    write: &Write,
    tx: &WriteTx,
    body: Body<PartnershipIn>,
) -> Result<Partnership, Halt> {
    tx.checked(body, async |body| check_values(write, tx, body).await)
        .await
}

async fn check_values(
    write: &Write,
    tx: &WriteTx,
    body: PartnershipIn,
) -> Result<Partnership, Halt> {
    let named = body
        .secretariat
        .as_ref()
        .and_then(|secretariat| secretariat.institution.as_ref());
    let institution = find::optional_reference::<Institution>(
        tx,
        "/secretariat/institution",
        Condition::all(),
        named,
    )
    .await?;
    Ok(body
        .into_draft(institution)
        .check(write.today())
        .map_err(Problem::from)?)
}

/// Shows partnerships, in their order.
pub async fn show(
    conn: &impl Conn,
    records: &[&Versioned<Partnership>],
) -> Result<Vec<PartnershipOut>, Halt> {
    let named = named(conn, records.iter().copied()).await?;
    let show = |record: &&Versioned<Partnership>| PartnershipOut::of(record, &named);
    Ok(records.iter().map(show).collect())
}

async fn named<'a>(
    conn: &impl Conn,
    records: impl IntoIterator<Item = &'a Versioned<Partnership>>,
) -> Result<Names, Halt> {
    let secretariats = records
        .into_iter()
        .map(|record| record.value.secretariat.institution_id);
    find::institutions(conn, secretariats).await
}
