//! Institutions over HTTP: shared by all partnerships, read by anyone.

mod filter;
mod wire;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use chrono::NaiveDate;
use domain::access::permission::{ReadPublic, WriteInstitutions};
use domain::access::{Actor, Permission, Place, View};
use domain::institution::Institution;
use domain::record::Versioned;
use persistence::list;
use persistence::record::MadeSlug;
use persistence::{Condition, Conn, institution, record};
use uuid::Uuid;

use crate::auth::{Require, forbidden};
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, Kind, Problem, ReadProblems,
};
use crate::state::AppState;
use crate::wire::{
    Body, Fetched, IfMatch, List, MergePatch, Names, Page, PageParams, RefIn, Write, WriteParams,
    WriteTx, created, has_already, list_tag, no_content, not_modified, read, sort_by, updated,
};

pub use filter::{InstitutionFilter, InstitutionSort, identifier, known};
pub use wire::{
    AddressBody, ExternalIdBody, InstitutionIn, InstitutionOut, OtherNameBody, SectorSinceBody,
};

/// One page of institutions.
pub type InstitutionPage = Page<InstitutionOut>;
/// A change of an institution.
pub type InstitutionPatch = MergePatch<InstitutionIn>;

/// List institutions.
///
/// Of all partnerships. Filter by kind, by the sector of a day, by identifiers; search by any part of a name or town.
#[utoipa::path(
    tag = "Institutions",
    params(InstitutionFilter, PageParams),
    responses(
        (status = 200, description = "A page of institutions", body = InstitutionPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/institutions")]
pub async fn list_institutions(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    list: List<InstitutionFilter>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let today = state.clock.today();
    let tag = list_tag(&state.db, &request, today, list.format()).await?;
    if has_already(&request, &tag) {
        return Ok(not_modified(tag));
    }
    let fetched = move |list: List<InstitutionFilter>| {
        let state = state.clone();
        async move {
            let ask = list.ask(list.filter.condition(today)?, sort_by(list.filter.sort))?;
            let page = list::page::<Institution>(&state.db, ask).await?;
            let shown = show(&state.db, today, &page.records().collect::<Vec<_>>()).await?;
            Ok(Fetched::page(page, shown))
        }
    };
    list.answer(Some(tag), fetched).await
}

/// Read one institution.
///
/// By id or slug, with its sectors over time and its identifiers.
#[utoipa::path(
    tag = "Institutions",
    params(("institution" = String, Path, description = "Id or slug", max_length = 100, example = "wup-zielona-gora")),
    responses(
        (status = 200, description = "The institution", body = InstitutionOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/institutions/{institution}")]
pub async fn read_institution(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let record = find::institution(&state.db, &key).await?;
    let named = named(&state.db, [&record]).await?;
    let body = InstitutionOut::of(&record, &named, state.clock.today());
    Ok(read(&request, &record.head, View::Public, &body))
}

/// Record an institution.
///
/// The slug is made from the name, with a number where another institution has it, and the sector from the kind when they
/// are absent. Until somebody signs it, the secretariat that recorded it may change it; then see `update_institution`.
#[utoipa::path(
    tag = "Institutions",
    params(WriteParams),
    request_body = InstitutionIn,
    responses(
        (status = 201, description = "Recorded", body = InstitutionOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteInstitutions]))
)]
#[post("/api/v1/institutions")]
pub async fn create_institution(
    actor: Require<WriteInstitutions>,
    write: Write,
    body: Body<InstitutionIn>,
) -> Result<HttpResponse, Halt> {
    check_new(&actor)?;
    let tx = write.begin().await?;
    let by = actor.partnerships(Permission::WriteInstitutions);
    let record = insert(&tx, tx.new_id(), body, &by).await?;
    let body = InstitutionOut::of(&record, &named(&*tx, [&record]).await?, write.today());
    tx.commit(created(
        format!("/api/v1/institutions/{}", record.head.id),
        &record.head,
        View::Public,
        &body,
    ))
    .await
}

/// Change an institution.
///
/// Administrators may, and in the partnership that keeps it: its secretariat, and who represents the institution there. That is the
/// partnership whose signature of it was recorded first and still stands, whatever day of signing somebody states; until one has
/// signed it, the one whose secretariat recorded it. All others read it: 403.
#[utoipa::path(
    tag = "Institutions",
    params(
        ("institution" = String, Path, description = "Id or slug", max_length = 100, example = "wup-zielona-gora"),
        IfMatch
    ),
    request_body(content = InstitutionPatch, content_type = "application/merge-patch+json",
        example = json!({"phone": "+48680000001"})),
    responses(
        (status = 200, description = "Changed", body = InstitutionOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteInstitutions]))
)]
#[patch("/api/v1/institutions/{institution}")]
pub async fn update_institution(
    actor: Require<WriteInstitutions>,
    write: Write,
    key: web::Path<String>,
    if_match: IfMatch,
    patch: Body<InstitutionPatch>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let before = find::institution(&*tx, &key).await?;
    check_change(&actor, &*tx, before.head.id, write.today()).await?;
    if_match.check(&before.head)?;
    let merged = patch.whole()?.apply(&InstitutionIn::from(&before.value))?;
    let made = made_slug(&merged);
    let value = checked(&tx, merged).await?;
    let after = record::update_named(&tx, before, value, made).await?;
    let body = InstitutionOut::of(&after, &named(&*tx, [&after]).await?, write.today());
    tx.commit(updated(&after.head, View::Public, &body)).await
}

/// Delete an institution.
///
/// By who may change it, and only while no other record refers to it; otherwise give it a status instead.
#[utoipa::path(
    tag = "Institutions",
    params(
        ("institution" = String, Path, description = "Id or slug", max_length = 100, example = "wup-zielona-gora"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteInstitutions]))
)]
#[delete("/api/v1/institutions/{institution}")]
pub async fn delete_institution(
    actor: Require<WriteInstitutions>,
    write: Write,
    key: web::Path<String>,
    if_match: IfMatch,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let before = find::institution(&*tx, &key).await?;
    check_change(&actor, &*tx, before.head.id, write.today()).await?;
    if_match.check(&before.head)?;
    let id = before.head.id;
    record::delete(&tx, before).await?;
    // Asked once its row is locked: nobody can refer to it any more meanwhile.
    if institution::is_referred_to(&*tx, id).await? {
        return Err(Problem::of(Kind::StillReferredTo).into());
    }
    tx.commit(no_content()).await
}

/// Refuses to record an institution to who may not: a new one is nobody's yet, so that a secretariat may record one, but a
/// representative, who has its own already, may not.
pub fn check_new(actor: &Actor) -> Result<(), Problem> {
    let partnerships = actor.grants.iter().filter_map(|grant| grant.partnership);
    let partnerships: Vec<Uuid> = partnerships.collect();
    check(actor, &partnerships, None)
}

/// Refuses to change an institution to who may not.
pub async fn check_change(
    actor: &Actor,
    conn: &impl Conn,
    id: Uuid,
    today: NaiveDate,
) -> Result<(), Halt> {
    let keepers = institution::kept_by(conn, id, today).await?;
    Ok(check(actor, &keepers, Some(id))?)
}

fn check(actor: &Actor, partnerships: &[Uuid], institution: Option<Uuid>) -> Result<(), Problem> {
    let place = Place {
        partnerships,
        institution,
    };
    match actor.may(Permission::WriteInstitutions, place) {
        true => Ok(()),
        false => Err(forbidden(actor, Permission::WriteInstitutions)),
    }
}

/// Checks and stores a new one, recorded by the secretariats of some partnerships, or of none by an administrator.
pub async fn insert(
    tx: &WriteTx,
    id: Uuid,
    body: Body<InstitutionIn>,
    by: &[Uuid],
) -> Result<Versioned<Institution>, Halt> {
    let made = made_slug(&body);
    let value = checked(tx, body).await?;
    Ok(institution::insert(tx, id, value, made, by).await?)
}

/// Where the slug is to be made, because the body has none.
pub fn made_slug(body: &Body<InstitutionIn>) -> Option<MadeSlug<Institution>> {
    body.lacks("slug").then(|| MadeSlug {
        among: Condition::all(),
        of: |value: &mut Institution| Some(&mut value.slug),
    })
}

/// Checks a body against its own rules and against the institutions that it names.
pub async fn checked(tx: &WriteTx, body: Body<InstitutionIn>) -> Result<Institution, Halt> {
    tx.checked(body, async |body| check_values(tx, body).await)
        .await
}

async fn check_values(tx: &WriteTx, body: InstitutionIn) -> Result<Institution, Halt> {
    let refer = async |pointer, named: &Option<RefIn>| {
        let all = Condition::all();
        find::optional_reference::<Institution>(tx, pointer, all, named.as_ref()).await
    };
    let operator = refer("/operator", &body.operator).await?;
    let successor = refer("/successor", &body.successor).await?;
    Ok(body
        .into_draft(operator, successor)
        .check()
        .map_err(Problem::from)?)
}

/// Shows institutions, in their order.
pub async fn show(
    conn: &impl Conn,
    today: NaiveDate,
    records: &[&Versioned<Institution>],
) -> Result<Vec<InstitutionOut>, Halt> {
    let named = named(conn, records.iter().copied()).await?;
    let show = |record: &&Versioned<Institution>| InstitutionOut::of(record, &named, today);
    Ok(records.iter().map(show).collect())
}

async fn named<'a>(
    conn: &impl Conn,
    records: impl IntoIterator<Item = &'a Versioned<Institution>>,
) -> Result<Names, Halt> {
    let refers =
        |record: &Versioned<Institution>| [record.value.operator_id, record.value.successor_id];
    find::institutions(conn, records.into_iter().flat_map(refers)).await
}
