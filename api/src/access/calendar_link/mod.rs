//! Calendar links over HTTP: addresses that calendar programs read without signing in.

mod filter;
mod wire;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, delete, get, post, web};
use domain::access::account::Account;
use domain::access::calendar_link::{CalendarLink, MOST_LINKS};
use domain::access::permission::ManageCalendarLinks;
use domain::access::{Actor, Permission, Place};
use domain::fault::Rule;
use domain::institution::Institution;
use domain::partnership::Partnership;
use domain::record::Versioned;
use persistence::access::calendar_link as store;
use persistence::access::standing;
use persistence::{Condition, Conn, list, record};
use uuid::Uuid;

use crate::auth::{Require, forbidden, is_guarded, secret};
use crate::find;
use crate::problem::{CreateProblems, DeleteProblems, Halt, InternalProblems, Kind, Problem};
use crate::state::AppState;
use crate::wire::{
    Body, Fetched, IfMatch, List, Page, PageParams, Write, WriteTx, no_content, reference, sort_by,
};

pub use filter::{CalendarLinkFilter, CalendarLinkSort};
pub use wire::{CalendarLinkIn, CalendarLinkOut, NewCalendarLinkOut};

/// One page of calendar links.
pub type CalendarLinkPage = Page<CalendarLinkOut>;

const PERMISSION: Permission = Permission::ManageCalendarLinks;

/// The partnership of a path, where the caller must hold the permission.
async fn partnership(
    conn: &impl Conn,
    actor: &Actor,
    key: &str,
) -> Result<Versioned<Partnership>, Halt> {
    let partnership = find::partnership(conn, key).await?;
    match actor.may_in(PERMISSION, partnership.head.id) {
        true => Ok(partnership),
        false => Err(forbidden(actor, PERMISSION).into()),
    }
}

/// The links that a caller sees in a partnership: one's own, or all.
fn seen(actor: &Actor, partnership: Uuid) -> Condition {
    let here = store::in_partnership(partnership);
    match actor.may_everywhere(PERMISSION) {
        true => here,
        false => here.add(store::of_account(actor.account.unwrap_or_default())),
    }
}

async fn shown(
    conn: &impl Conn,
    links: &[&Versioned<CalendarLink>],
) -> Result<Vec<CalendarLinkOut>, Halt> {
    let accounts = find::accounts(conn, links.iter().map(|link| link.value.account_id)).await?;
    let institutions = links.iter().map(|link| link.value.institution_id);
    let names = find::institutions(conn, institutions).await?;
    let shown = |link: &&Versioned<CalendarLink>| {
        let account = accounts.get(&link.value.account_id).cloned();
        CalendarLinkOut::of(link, account, reference(&names, link.value.institution_id))
    };
    Ok(links.iter().map(shown).collect())
}

/// Who owns a link, with what its owner holds at this moment; nobody once the account is disabled, or does not hold what it
/// takes to make such a link any more.
pub async fn owner(state: &AppState, link: &CalendarLink) -> Result<Option<Actor>, Halt> {
    let today = state.clock.today();
    let standing = standing::of_person(&state.db, link.account_id, today).await?;
    let Some(standing) = standing else {
        return Ok(None);
    };
    let mut grants = standing.grants;
    grants.retain(|grant| link.second_factor || !is_guarded(state, grant));
    let owner = Actor {
        account: Some(standing.account_id),
        grants,
        second_factor: link.second_factor,
        ..Actor::default()
    };
    let place = Place {
        partnerships: &[link.partnership_id],
        institution: link.institution_id,
    };
    Ok(owner.may(PERMISSION, place).then_some(owner))
}

/// List calendar links.
///
/// One's own; administrators see all. Never with their addresses, which were shown when they were made.
#[utoipa::path(
    tag = "Feeds",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        CalendarLinkFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of calendar links", body = CalendarLinkPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        InternalProblems
    ),
    security(("bearer" = [ManageCalendarLinks]))
)]
#[get("/api/v1/partnerships/{partnership}/calendar-links")]
pub async fn list_calendar_links(
    actor: Require<ManageCalendarLinks>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    list: List<CalendarLinkFilter>,
) -> Result<HttpResponse, Halt> {
    let partnership = partnership(&state.db, &actor, &key).await?;
    let visible = seen(&actor, partnership.head.id);
    let fetched = move |list: List<CalendarLinkFilter>| {
        let (state, visible) = (state.clone(), visible.clone());
        async move {
            let condition = list.filter.condition().add(visible);
            let ask = list.ask(condition, sort_by(list.filter.sort))?;
            let page = list::page::<CalendarLink>(&state.db, ask).await?;
            let shown = shown(&state.db, &page.records().collect::<Vec<_>>()).await?;
            Ok(Fetched::page(page, shown))
        }
    };
    list.answer(None, fetched).await
}

/// The institution of a new link: the one that is named, or for who represents one, that one.
async fn institution(
    tx: &WriteTx,
    actor: &Require<ManageCalendarLinks>,
    partnership: Uuid,
    body: &CalendarLinkIn,
) -> Result<Option<Uuid>, Halt> {
    let named = body.institution.as_ref();
    let named =
        find::optional_reference::<Institution>(tx, "/institution", Condition::all(), named)
            .await?;
    let here = [partnership];
    let place = |institution| Place {
        partnerships: &here,
        institution,
    };
    if named.is_some() || actor.may(PERMISSION, place(None)) {
        actor.on(place(named))?;
        return Ok(named);
    }
    let mut own = actor.institutions(PERMISSION);
    own.retain(|grant| grant.partnership == Some(partnership));
    match own.as_slice() {
        [grant] => Ok(grant.institution),
        _ => Err(Problem::of(Kind::InvalidValues)
            .at("/institution", Rule::Required)
            .into()),
    }
}

/// Make a calendar link for oneself.
///
/// The answer shows its address, once: a calendar program subscribes to it without signing in. It shows the meetings of the
/// partnership that its owner sees at the moment of reading, or of these the ones that concern an institution: it hosts them, is
/// on their list of attendance, or the body that meets is its own or has a seat of its. It shows nothing once its owner's role
/// has ended. Services sign in instead. An `Idempotency-Key` is not looked at, because the answer is not kept.
#[utoipa::path(
    tag = "Feeds",
    params(("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie")),
    request_body = CalendarLinkIn,
    responses(
        (status = 201, description = "The link; its address is shown once", body = NewCalendarLinkOut),
        CreateProblems
    ),
    security(("bearer" = [ManageCalendarLinks]))
)]
#[post("/api/v1/partnerships/{partnership}/calendar-links")]
pub async fn create_calendar_link(
    actor: Require<ManageCalendarLinks>,
    state: web::Data<AppState>,
    write: Write,
    key: web::Path<String>,
    body: Body<CalendarLinkIn>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin_once().await?;
    let partnership = partnership(&*tx, &actor, &key).await?.head.id;
    let person = actor.session.and(actor.account);
    let account_id = person.ok_or_else(|| forbidden(&actor, PERMISSION))?;
    let token = secret::fresh()?;
    let check = async |body: CalendarLinkIn| {
        let link = CalendarLink {
            account_id,
            partnership_id: partnership,
            institution_id: institution(&tx, &actor, partnership, &body).await?,
            name: body.name,
            second_factor: actor.second_factor,
            hash: secret::digest(&token).to_vec(),
        };
        Ok(link.check().map_err(Problem::from)?)
    };
    let link = tx.checked(body, check).await?;
    let held = record::hold::<Partnership>(&tx, partnership).await?
        && record::hold::<Account>(&tx, account_id).await?;
    if !held {
        return Err(Problem::of(Kind::NotFound).into());
    }
    if store::held(&tx, account_id, partnership).await?.len() >= MOST_LINKS {
        return Err(Problem::conflict("too_many_calendar_links").into());
    }
    let link = record::insert(&tx, tx.new_id(), link).await?;
    let shown = shown(&*tx, &[&link]).await?.pop();
    let body = NewCalendarLinkOut {
        url: format!("{}/api/v1/calendars/{token}", state.config.public_url()),
        calendar_link: shown.ok_or_else(|| Problem::of(Kind::Internal))?,
    };
    let answer = HttpResponse::Created()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(&body);
    tx.commit(answer).await
}

/// Delete a calendar link.
///
/// Its address shows nothing any more.
#[utoipa::path(
    tag = "Feeds",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        ("calendar_link" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000081"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [ManageCalendarLinks]))
)]
#[delete("/api/v1/partnerships/{partnership}/calendar-links/{calendar_link}")]
pub async fn delete_calendar_link(
    actor: Require<ManageCalendarLinks>,
    write: Write,
    keys: web::Path<(String, String)>,
    if_match: IfMatch,
) -> Result<HttpResponse, Halt> {
    let (partnership_key, key) = keys.into_inner();
    let tx = write.begin().await?;
    let partnership = partnership(&*tx, &actor, &partnership_key).await?;
    let visible = seen(&actor, partnership.head.id);
    let link: Versioned<CalendarLink> = find::of_path(&*tx, visible, &key).await?;
    if_match.check(&link.head)?;
    record::delete(&tx, link).await?;
    tx.commit(no_content()).await
}
