//! Client secrets over HTTP: shown once, two at a time, so that one can take the other's place.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post};
use chrono::{DateTime, Utc};
use domain::access::account::{Account, AccountKind};
use domain::access::client_secret::{ClientSecret, MOST_SECRETS};
use domain::access::permission::ManageServices;
use domain::record::Versioned;
use domain::slug::Key;
use persistence::access::client_secret::{self as store, Column};
use persistence::{Conn, access::account, record};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::{Require, secret};
use crate::problem::{CreateProblems, Halt, Kind, Problem};
use crate::records::{self, About, Above, Answer, In, Orders, Resource, Shown};
use crate::site::Site;
use crate::wire::{Body, Write};

/// The body that creates a client secret.
pub type ClientSecretIn = In<ClientSecret>;
/// A client secret, as it is shown: without the secret itself.
pub type ClientSecretOut = Shown<ClientSecret>;

/// What is shown of a client secret besides.
#[derive(Default, Serialize, ToSchema)]
pub struct LastUse {
    /// When a token was last had with it.
    #[schema(required, example = "2026-03-01T12:30:00Z")]
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A new client secret, with the secret itself.
#[derive(Serialize, ToSchema)]
pub struct NewClientSecretOut {
    /// The `client_id` to send with it: the id of the account.
    #[schema(example = "0198c0de-0000-7000-8000-000000000031")]
    pub client_id: Uuid,
    /// The `client_secret`, shown this once.
    #[schema(example = "Zk3nq0o1rJ7v0b2s5u8x4y6A9C1E3G5I7K9M1O3Q5S7")]
    pub client_secret: String,
    /// What is kept of it.
    pub secret: ClientSecretOut,
}

impl Resource for ClientSecret {
    type Read = ManageServices;
    type Create = ManageServices;
    type Update = ManageServices;
    type Delete = ManageServices;
    type Computed = LastUse;

    const IS_LIVE: bool = true;

    const ABOUT: About = About {
        tag: "Accounts",
        collection: "secrets",
        one: "client_secret",
        many: "client_secrets",
        example: "0198c0de-0000-7000-8000-000000000032",
        below: Some(Above {
            collection: "accounts",
            one: "account",
            words: "service",
            example: "0198c0de-0000-7000-8000-000000000031",
        }),
        list: (
            "List the secrets of a service.",
            "Never with the secrets themselves, which were shown when they were made.",
        ),
        read: (
            "Read one secret of a service.",
            "Never with the secret itself, which was shown when it was made.",
        ),
        create: None,
        update: None,
        delete: (
            "Delete a secret of a service.",
            "Tokens that were had with it are refused from the next request on.",
        ),
    };

    const ORDERS: Orders<Self> = Orders {
        by: &[("created_at", Column::CreatedAt)],
        default: "created_at",
        about: "the oldest first",
    };

    async fn compute(
        conn: &impl Conn,
        _: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<LastUse>, Halt> {
        let uses = store::uses(conn, records.iter().map(|secret| secret.head.id)).await?;
        let last = |secret: &&Versioned<Self>| {
            let used = uses.iter().find(|(id, _)| *id == secret.head.id);
            LastUse {
                last_used_at: used.and_then(|(_, at)| *at),
            }
        };
        Ok(records.iter().map(last).collect())
    }
}

/// Make a secret for a service.
///
/// The answer shows it, once. Two may be valid at a time (more are 409): make the new one, put it in place, delete the old one.
/// An `Idempotency-Key` is not looked at, because the answer is not kept.
#[utoipa::path(
    tag = "Accounts",
    params(("account" = String, Path, description = "The service: id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000031")),
    request_body = ClientSecretIn,
    responses(
        (status = 201, description = "The secret, shown once", body = NewClientSecretOut),
        CreateProblems
    ),
    security(("bearer" = [ManageServices]))
)]
#[post("/api/v1/accounts/{account}/secrets")]
pub async fn create_client_secret(
    actor: Require<ManageServices>,
    write: Write,
    body: Body<ClientSecretIn>,
) -> Answer {
    let tx = write.begin_once().await?;
    let keys = write.keys()?;
    let site = records::site_of::<ClientSecret, _>(&*tx, &actor, &keys, write.clock()).await?;
    let id = site.parent.unwrap_or_default();
    let services = account::of_kind(AccountKind::Service);
    let service: Option<Versioned<Account>> = record::find(&*tx, &Key::Id(id), services).await?;
    if service.is_none() || !record::hold::<Account>(&tx, id).await? {
        return Err(Problem::of(Kind::NotFound).into());
    }
    let held = store::held(&tx, id).await?;
    let valid = held
        .iter()
        .filter(|secret| secret.value.is_valid_on(site.today));
    if valid.count() >= MOST_SECRETS {
        return Err(Problem::conflict("too_many_secrets").into());
    }
    let fresh = secret::fresh()?;
    let check = async |In(secret): ClientSecretIn| {
        let hash = secret::digest(&fresh).to_vec();
        records::check(&tx, &site, None, ClientSecret { hash, ..secret }).await
    };
    let secret = tx.checked(body, check).await?;
    let secret = record::insert(&tx, tx.new_id(), secret).await?;
    let shown = records::show_one(&*tx, &site, &secret).await?;
    let body = NewClientSecretOut {
        client_id: id,
        client_secret: fresh,
        secret: shown,
    };
    let answer = HttpResponse::Created()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(&body);
    tx.commit(answer).await
}
