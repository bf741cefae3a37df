//! The audit trail over HTTP.

mod filter;
mod wire;

use actix_web::{HttpResponse, get, web};
use domain::access::Permission;
use domain::access::permission::ReadAudit;
use persistence::audit;
use persistence::list::AskLines;

use crate::auth::Require;
use crate::find;
use crate::problem::{Halt, InternalProblems};
use crate::state::AppState;
use crate::wire::{Fetched, List, Page, PageParams};

pub use filter::{AuditFilter, AuditSort};
pub use wire::{AuditChangeOut, AuditEntryOut};

/// One page of the audit trail.
pub type AuditEntryPage = Page<AuditEntryOut>;

/// List the audit trail.
///
/// Everything that was written, with the values before and after, and every event of security: who, for which institution, from
/// where, by which request. Administrators see all of it; an auditor what happened in the partnership, and, of what happened
/// in none, the security events of people who held a role there at the time and what was written to their accounts.
///
/// A write has an item for each record; items of one entry share `entry` and `hash`. Entries are chained, each hash covering the
/// one before; `partnerstwo audit verify` computes them anew. What one account did is `actor=`, what happened to it `record=`;
/// failed sign-ins have no actor. Signing in happens in no partnership. Nothing is ever deleted here: `modified_since` tells
/// what happened since, in order, and there are no tombstones.
#[utoipa::path(
    tag = "Audit",
    params(AuditFilter, PageParams),
    responses(
        (status = 200, description = "A page of the trail", body = AuditEntryPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        InternalProblems
    ),
    security(("bearer" = [ReadAudit]))
)]
#[get("/api/v1/audit")]
pub async fn list_audit(
    actor: Require<ReadAudit>,
    state: web::Data<AppState>,
    list: List<AuditFilter>,
) -> Result<HttpResponse, Halt> {
    let own = (!actor.may_everywhere(Permission::ReadAudit))
        .then(|| audit::of_partnerships(&actor.partnerships(Permission::ReadAudit)));
    let fetched = move |list: List<AuditFilter>| {
        let (state, own) = (state.clone(), own.clone());
        async move {
            let condition = list.filter.condition(&state.db).await?.add_option(own);
            let since = list.page.modified_since;
            let ask = AskLines {
                condition: condition.add_option(since.map(audit::since)),
                // What changed since is read in the order in which it happened.
                last_first: list.filter.sort == AuditSort::AtDescending && since.is_none(),
                limit: list.page.limit,
                after: list.after()?,
                total: list.page.total,
            };
            let page = audit::list(&state.db, &ask).await?;
            let actors = page.lines.iter().filter_map(|line| line.actor_id);
            let accounts = find::accounts(&state.db, actors).await?;
            let institutions = page.lines.iter().map(|line| line.on_behalf_of);
            let names = find::institutions(&state.db, institutions).await?;
            let shown = |line| AuditEntryOut::of(line, &accounts, &names);
            let lines = page.lines.into_iter().map(shown).collect();
            Ok(Fetched::lines(lines, page.next, page.total))
        }
    };
    list.answer(None, fetched).await
}
