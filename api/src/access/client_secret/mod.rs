//! Client secrets over HTTP: shown once, two at a time, so that one can take the other's place.

mod wire;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, delete, get, post, web};
use domain::access::account::{Account, AccountKind};
use domain::access::client_secret::{ClientSecret, MOST_SECRETS};
use domain::access::permission::ManageServices;
use domain::record::Versioned;
use persistence::access::{account, client_secret as store};
use persistence::{Conn, record};

use crate::auth::{Require, secret};
use crate::find;
use crate::problem::{CreateProblems, Halt, InternalProblems, Kind, Problem, RemoveProblems};
use crate::state::AppState;
use crate::wire::{Body, Write, no_content};

pub use wire::{ClientSecretIn, ClientSecretList, ClientSecretOut, NewClientSecretOut};

/// The service of a path.
async fn service(conn: &impl Conn, key: &str) -> Result<Versioned<Account>, Halt> {
    let services = account::of_kinds(&[AccountKind::Service.code().to_owned()]);
    find::of_path(conn, services, key).await
}

/// List the secrets of a service.
///
/// Never with the secrets themselves, which were shown when they were made.
#[utoipa::path(
    tag = "Accounts",
    params(("account" = String, Path, description = "Id of a service", max_length = 36, example = "0198c0de-0000-7000-8000-000000000031")),
    responses((status = 200, description = "The secrets", body = ClientSecretList), InternalProblems),
    security(("bearer" = [ManageServices]))
)]
#[get("/api/v1/accounts/{account}/secrets")]
pub async fn list_client_secrets(
    _: Require<ManageServices>,
    state: web::Data<AppState>,
    key: web::Path<String>,
) -> Result<HttpResponse, Halt> {
    let account = service(&state.db, &key).await?;
    let of_account = store::of_account(account.head.id);
    let mut secrets = record::every::<ClientSecret>(&state.db, of_account).await?;
    secrets.sort_by_key(|secret| (secret.head.created_at, secret.head.id));
    let ids = secrets.iter().map(|secret| secret.head.id);
    let uses = store::uses(&state.db, ids).await?;
    let shown = |secret: &Versioned<ClientSecret>| {
        let used = uses.iter().find(|(id, _)| *id == secret.head.id);
        ClientSecretOut::of(secret, used.and_then(|(_, at)| *at))
    };
    Ok(HttpResponse::Ok().json(ClientSecretList {
        items: secrets.iter().map(shown).collect(),
        next: None,
    }))
}

/// Make a secret for a service.
///
/// The answer shows it, once. Two may be valid at a time (more are 409): make the new one, put it in place, delete the old one.
/// An `Idempotency-Key` is not looked at, because the answer is not kept.
#[utoipa::path(
    tag = "Accounts",
    params(("account" = String, Path, description = "Id of a service", max_length = 36, example = "0198c0de-0000-7000-8000-000000000031")),
    request_body = ClientSecretIn,
    responses(
        (status = 201, description = "The secret, shown once", body = NewClientSecretOut),
        CreateProblems
    ),
    security(("bearer" = [ManageServices]))
)]
#[post("/api/v1/accounts/{account}/secrets")]
pub async fn create_client_secret(
    _: Require<ManageServices>,
    write: Write,
    key: web::Path<String>,
    body: Body<ClientSecretIn>,
) -> Result<HttpResponse, Halt> {
    let tx = write.begin_once().await?;
    let account = service(&*tx, &key).await?;
    let id = account.head.id;
    if !record::hold::<Account>(&tx, id).await? {
        return Err(Problem::of(Kind::NotFound).into());
    }
    let today = write.today();
    let held = store::held(&tx, id).await?;
    let valid = held.iter().filter(|secret| secret.value.is_valid_on(today));
    if valid.count() >= MOST_SECRETS {
        return Err(Problem::conflict("too_many_secrets").into());
    }
    let secret = secret::fresh()?;
    let hash = secret::digest(&secret).to_vec();
    let value = body.checked(|body| {
        let made = ClientSecret::new(id, &body.name, body.expires_on, hash, today);
        Ok(made?)
    })?;
    let record = record::insert(&tx, tx.new_id(), value).await?;
    let body = NewClientSecretOut {
        client_id: id,
        client_secret: secret,
        secret: ClientSecretOut::of(&record, None),
    };
    let answer = HttpResponse::Created()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(&body);
    tx.commit(answer).await
}

/// Delete a secret of a service.
///
/// Tokens that were had with it are refused from the next request on.
#[utoipa::path(
    tag = "Accounts",
    params(
        ("account" = String, Path, description = "Id of a service", max_length = 36, example = "0198c0de-0000-7000-8000-000000000031"),
        ("secret" = String, Path, description = "Id of the secret", max_length = 36, example = "0198c0de-0000-7000-8000-000000000032")
    ),
    responses((status = 204, description = "Deleted"), RemoveProblems),
    security(("bearer" = [ManageServices]))
)]
#[delete("/api/v1/accounts/{account}/secrets/{secret}")]
pub async fn delete_client_secret(
    _: Require<ManageServices>,
    write: Write,
    keys: web::Path<(String, String)>,
) -> Result<HttpResponse, Halt> {
    let (account, key) = keys.into_inner();
    let tx = write.begin().await?;
    let account = service(&*tx, &account).await?;
    let of_account = store::of_account(account.head.id);
    let secret: Versioned<ClientSecret> = find::of_path(&*tx, of_account, &key).await?;
    record::delete(&tx, secret).await?;
    tx.commit(no_content()).await
}
