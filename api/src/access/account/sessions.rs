//! What administrators do to the sessions and the second factor of an account.

use actix_web::{HttpResponse, delete, get, web};
use domain::access::permission::ManageAccounts;
use domain::audit::Event;
use persistence::access::session as sessions;
use persistence::audit::Noted;
use uuid::Uuid;

use crate::access::{check_not_own, find_to_change};
use crate::auth::session::{self, SessionList};
use crate::auth::{Require, second_factor};
use crate::problem::{Halt, InternalProblems, Kind, Problem, RemoveProblems};
use crate::state::AppState;
use crate::wire::{Write, no_content};

/// List the sessions of an account.
///
/// Everywhere it is signed in, the newest first.
#[utoipa::path(
    tag = "Accounts",
    params(("account" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000003")),
    responses((status = 200, description = "The sessions", body = SessionList), InternalProblems),
    security(("bearer" = [ManageAccounts]))
)]
#[get("/api/v1/accounts/{account}/sessions")]
pub async fn list_account_sessions(
    actor: Require<ManageAccounts>,
    state: web::Data<AppState>,
    key: web::Path<String>,
) -> Result<HttpResponse, Halt> {
    let account = find_to_change(&state.db, &actor, &key).await?;
    let sessions = SessionList::of(&state, account.head.id, actor.session).await?;
    Ok(HttpResponse::Ok().json(sessions))
}

/// End a session of an account.
///
/// Its tokens are refused from the next request on.
#[utoipa::path(
    tag = "Accounts",
    params(
        ("account" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000003"),
        ("session" = Uuid, Path, description = "Id", example = "0198c0de-0000-7000-8000-000000000021")
    ),
    responses((status = 204, description = "Ended"), RemoveProblems),
    security(("bearer" = [ManageAccounts]))
)]
#[delete("/api/v1/accounts/{account}/sessions/{session}")]
pub async fn delete_account_session(
    actor: Require<ManageAccounts>,
    write: Write,
    keys: web::Path<(String, Uuid)>,
) -> Result<HttpResponse, Halt> {
    let (key, session) = keys.into_inner();
    let tx = write.begin().await?;
    let account = find_to_change(&*tx, &actor, &key).await?;
    session::end(&tx, account.head.id, session, "administrator").await?;
    tx.commit(no_content()).await
}

/// End all sessions of an account.
///
/// Its tokens are refused from the next request on.
#[utoipa::path(
    tag = "Accounts",
    params(("account" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000003")),
    responses((status = 204, description = "Ended"), RemoveProblems),
    security(("bearer" = [ManageAccounts]))
)]
#[delete("/api/v1/accounts/{account}/sessions")]
pub async fn delete_account_sessions(
    actor: Require<ManageAccounts>,
    write: Write,
    key: web::Path<String>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let account = find_to_change(&*tx, &actor, &key).await?;
    let id = account.head.id;
    tx.take_turn(id).await?;
    sessions::end_all(&tx, id, None).await?;
    tx.note(Noted::of(Event::SessionEnded, id).with("by", "administrator"));
    tx.commit(no_content()).await
}

/// Remove the second factor of an account.
///
/// For people who have lost the device and the recovery codes; not of one's own account. Make sure of whom you are talking to.
#[utoipa::path(
    tag = "Accounts",
    params(("account" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000003")),
    responses((status = 204, description = "Removed"), RemoveProblems),
    security(("bearer" = [ManageAccounts]))
)]
#[delete("/api/v1/accounts/{account}/second-factor")]
pub async fn delete_second_factor(
    actor: Require<ManageAccounts>,
    write: Write,
    key: web::Path<String>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let account = find_to_change(&*tx, &actor, &key).await?;
    check_not_own(&actor, account.head.id)?;
    if !second_factor::is_present(&tx, account.head.id).await? {
        return Err(Problem::of(Kind::NotFound).into());
    }
    second_factor::remove(&tx, &account).await?;
    tx.commit(no_content()).await
}
