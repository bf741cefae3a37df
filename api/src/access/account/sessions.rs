//! What administrators do to the sessions and the second factor of an account.

use actix_web::{HttpResponse, delete, get, web};
use domain::access::permission::ManageAccounts;
use uuid::Uuid;

use crate::access::{check_change, find};
use crate::auth::{self, Require, SessionList};
use crate::problem::{DeleteProblems, Halt, InternalProblems, Kind, Problem};
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
    let account = find(&state.db, &actor, &key).await?;
    check_change(&state.db, &actor, &account).await?;
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
    responses((status = 204, description = "Ended"), DeleteProblems),
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
    let account = find(&*tx, &actor, &key).await?;
    check_change(&*tx, &actor, &account).await?;
    auth::end_session(&tx, account.head.id, session, "administrator").await?;
    tx.commit(no_content()).await
}

/// Remove the second factor of an account.
///
/// For who has lost the device and the recovery codes. Make sure of whom you are talking to first.
#[utoipa::path(
    tag = "Accounts",
    params(("account" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000003")),
    responses((status = 204, description = "Removed"), DeleteProblems),
    security(("bearer" = [ManageAccounts]))
)]
#[delete("/api/v1/accounts/{account}/second-factor")]
pub async fn delete_second_factor(
    actor: Require<ManageAccounts>,
    write: Write,
    key: web::Path<String>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin().await?;
    let account = find(&*tx, &actor, &key).await?;
    check_change(&*tx, &actor, &account).await?;
    if !auth::second_factor::is_present(&tx, account.head.id).await? {
        return Err(Problem::of(Kind::NotFound).into());
    }
    auth::second_factor::remove(&tx, &account).await?;
    tx.commit(no_content()).await
}
