//! Signing in, and who one is.

use actix_web::{HttpResponse, get, post, web};
use domain::access::permission::{ReadPublic, ReadSelf};
use persistence::account;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Require;
use super::keys::TOKEN_SECONDS;
use crate::problem::{Halt, Kind, LoginProblems, Problem, ReadProblems};
use crate::state::AppState;
use crate::wire::Body;

/// What one signs in with.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginIn {
    /// E-mail address of the account.
    #[schema(max_length = 254, example = "secretariat@demo.example")]
    pub email: String,
    /// Password.
    #[schema(
        max_length = 1024,
        format = "password",
        example = "correct horse battery staple"
    )]
    pub password: String,
}

/// An access token (RFC 6749, section 5.1).
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenOut {
    /// JWT to send as `Authorization: Bearer`.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln")]
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: String,
    /// Seconds until it expires.
    #[schema(example = 600)]
    pub expires_in: i64,
}

/// A role held in a partnership and, for representatives, for an institution.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantOut {
    /// Code of the role.
    #[schema(example = "secretariat")]
    pub role: String,
    /// Id of the partnership.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000002")]
    pub partnership: Option<Uuid>,
    /// Id of the institution.
    #[schema(required, example = json!(null))]
    pub institution: Option<Uuid>,
}

/// The signed-in account.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeOut {
    /// Id of the account.
    #[schema(example = "0198c0de-0000-7000-8000-000000000003")]
    pub id: Uuid,
    /// E-mail address.
    #[schema(example = "secretariat@demo.example")]
    pub email: String,
    /// What it may do where, as the token says.
    pub roles: Vec<GrantOut>,
}

/// Sign in with e-mail address and password.
///
/// Answers alike, and in the same time, for a wrong password, an unknown address and a disabled account.
#[utoipa::path(
    tag = "Sign-in",
    request_body = LoginIn,
    responses((status = 200, description = "Signed in", body = TokenOut), LoginProblems),
    security(())
)]
#[post("/api/v1/auth/login")]
pub async fn login(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    body: Body<LoginIn>,
) -> Result<HttpResponse, Halt> {
    let LoginIn { email, password } = body.into_inner();
    let refused = || Problem::of(Kind::BadCredentials);
    if password.len() > 1024 || email.len() > 254 {
        return Err(refused().into());
    }
    // PostgreSQL refuses U+0000 in a text; no address has one.
    if email.contains('\0') {
        return Err(refused().into());
    }
    let account = account::find_by_email(&state.db, &email)
        .await?
        .filter(|account| account.disabled_at.is_none());
    let hash = account
        .as_ref()
        .map(|account| account.password_hash.clone());
    let matches = state.hasher.verify(password, hash).await?;
    let account = account.filter(|_| matches).ok_or_else(refused)?;
    let roles = account::grants(&state.db, account.id).await?;
    let access_token = state.keys.sign(account.id, roles, state.clock.now())?;
    let token = TokenOut {
        access_token,
        token_type: "Bearer".to_owned(),
        expires_in: TOKEN_SECONDS,
    };
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .json(token))
}

/// Read the signed-in account and its roles.
///
/// The roles are those of the token: what it may do where.
#[utoipa::path(
    tag = "Sign-in",
    responses((status = 200, description = "The account", body = MeOut), ReadProblems),
    security(("bearer" = [ReadSelf]))
)]
#[get("/api/v1/auth/me")]
pub async fn read_me(
    actor: Require<ReadSelf>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Halt> {
    let id = actor
        .account
        .ok_or_else(|| Problem::of(Kind::Unauthenticated))?;
    let account = account::find(&state.db, id)
        .await?
        .ok_or_else(|| Problem::of(Kind::Unauthenticated))?;
    let grant = |grant: &domain::access::Grant| GrantOut {
        role: grant.role.code().to_owned(),
        partnership: grant.partnership,
        institution: grant.institution,
    };
    Ok(HttpResponse::Ok().json(MeOut {
        id,
        email: account.email,
        roles: actor.grants.iter().map(grant).collect(),
    }))
}
