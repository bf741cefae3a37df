//! Signed links over HTTP: which were sent, and taking them back.

mod filter;
mod wire;

use actix_web::{HttpResponse, delete, get, web};
use domain::access::link::Link;
use domain::access::permission::ManageAccounts;
use domain::record::Versioned;
use persistence::access::link as store;
use persistence::{list, record};

use super::{check_change, find_account, seen};
use crate::auth::Require;
use crate::find;
use crate::problem::{DeleteProblems, Halt, InternalProblems};
use crate::state::AppState;
use crate::wire::{Fetched, IfMatch, List, Page, PageParams, Write, no_content, sort_by};

pub use filter::{LinkFilter, LinkSort};
pub use wire::LinkOut;

/// One page of links.
pub type LinkPage = Page<LinkOut>;

/// List links.
///
/// Those that were sent to accounts that the caller sees. What was mailed is not kept: nobody can use a link from here.
#[utoipa::path(
    tag = "Accounts",
    params(LinkFilter, PageParams),
    responses(
        (status = 200, description = "A page of links", body = LinkPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        InternalProblems
    ),
    security(("bearer" = [ManageAccounts]))
)]
#[get("/api/v1/links")]
pub async fn list_links(
    actor: Require<ManageAccounts>,
    state: web::Data<AppState>,
    list: List<LinkFilter>,
) -> Result<HttpResponse, Halt> {
    let visible = store::about_accounts(seen(&actor));
    let fetched = move |list: List<LinkFilter>| {
        let (state, visible) = (state.clone(), visible.clone());
        async move {
            let condition = list.filter.condition()?.add(visible);
            let ask = list.ask(condition, sort_by(list.filter.sort))?;
            let page = list::page::<Link>(&state.db, ask).await?;
            let now = state.clock.now();
            let shown = page.records().map(|link| LinkOut::of(link, now)).collect();
            Ok(Fetched::page(page, shown))
        }
    };
    list.answer(None, fetched).await
}

/// Take a link back.
///
/// It opens nothing any more.
#[utoipa::path(
    tag = "Accounts",
    params(
        ("link" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000061"),
        IfMatch
    ),
    responses((status = 204, description = "Taken back"), DeleteProblems),
    security(("bearer" = [ManageAccounts]))
)]
#[delete("/api/v1/links/{link}")]
pub async fn delete_link(
    actor: Require<ManageAccounts>,
    write: Write,
    key: web::Path<String>,
    if_match: IfMatch,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let visible = store::about_accounts(seen(&actor));
    let before: Versioned<Link> = find::of_path(&*tx, visible, &key).await?;
    let account = find_account(&*tx, &actor, &before.value.resource_id.to_string()).await?;
    check_change(&*tx, &actor, &account).await?;
    if_match.check(&before.head)?;
    record::delete(&tx, before).await?;
    tx.commit(no_content()).await
}
