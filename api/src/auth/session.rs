//! Sessions: how they begin, go on and end.

use actix_web::http::header::{CACHE_CONTROL, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::permission::{ReadPublic, ReadSelf, WriteSelf};
use domain::audit::Event;
use persistence::Tx;
use persistence::access::session::{self, Rotation, Session};
use persistence::access::{account, grant};
use persistence::audit::Noted;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::keys::TOKEN_SECONDS;
use super::require::is_guarded;
use super::{Require, Signer, secret};
use crate::asked::Asked;
use crate::clock::new_id;
use crate::problem::{Halt, InternalProblems, Kind, Problem, RefreshProblems, SelfProblems};
use crate::state::AppState;
use crate::wire::{Body, no_content};

/// An access token, and the token by which the next one is had (RFC 6749, section 5.1).
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
    /// For `POST /auth/refresh`, once.
    #[schema(example = "Zk3nq0o1rJ7v0b2s5u8x4y6A9C1E3G5I7K9M1O3Q5S7")]
    pub refresh_token: String,
    /// Seconds until the refresh token expires.
    #[schema(example = 86_400)]
    pub refresh_expires_in: i64,
}

/// The token by which the next one is had.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshIn {
    /// As it was last answered.
    #[schema(
        max_length = 100,
        example = "Zk3nq0o1rJ7v0b2s5u8x4y6A9C1E3G5I7K9M1O3Q5S7"
    )]
    pub refresh_token: String,
}

/// A session: somewhere one is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionOut {
    /// Its id.
    #[schema(example = "0198c0de-0000-7000-8000-000000000021")]
    pub id: Uuid,
    /// When it began.
    #[schema(example = "2016-03-01T08:00:00Z")]
    pub created_at: DateTime<Utc>,
    /// When its tokens were last refreshed.
    #[schema(example = "2016-03-01T12:30:00Z")]
    pub last_used_at: DateTime<Utc>,
    /// When it ends at the latest; earlier if it is not used (see `refresh_expires_in`).
    #[schema(example = "2016-03-31T08:00:00Z")]
    pub expires_at: DateTime<Utc>,
    /// Whether a second factor was given.
    #[schema(example = false)]
    pub second_factor: bool,
    /// From where it was begun.
    #[schema(required, example = "192.0.2.10")]
    pub address: Option<String>,
    /// What the program that began it calls itself.
    #[schema(required, example = "Mozilla/5.0")]
    pub user_agent: Option<String>,
    /// Whether the request was made in it.
    #[schema(example = true)]
    pub current: bool,
}

/// The sessions of an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionList {
    /// The newest first.
    #[schema(max_items = 50)]
    pub items: Vec<SessionOut>,
    /// Always null: there are 50 at most.
    #[schema(required)]
    pub next: Option<String>,
}

impl SessionList {
    /// The live sessions of an account, as the caller of `current` sees them.
    pub async fn of(
        state: &AppState,
        account: Uuid,
        current: Option<Uuid>,
    ) -> Result<Self, Problem> {
        let now = state.clock.now();
        let mut sessions = session::list(&state.db, account, now).await?;
        // Those that were idle for too long are over, too.
        sessions.retain(|session| now - session.last_used_at < idle(state));
        let shown = |session: Session| SessionOut {
            id: session.id,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
            second_factor: session.second_factor,
            address: session.address,
            user_agent: session.user_agent,
            current: Some(session.id) == current,
        };
        Ok(Self {
            items: sessions.into_iter().map(shown).collect(),
            next: None,
        })
    }
}

/// Begins a session of an account in a transaction.
pub async fn begin(
    state: &AppState,
    tx: &Tx,
    signer: &Signer,
    account: Uuid,
    second_factor: bool,
    request: &HttpRequest,
) -> Result<TokenOut, Halt> {
    let now = tx.now();
    let user_agent = request.headers().get(USER_AGENT);
    let user_agent = user_agent.and_then(|value| value.to_str().ok());
    let session = Session {
        id: new_id(),
        account_id: account,
        created_at: now,
        last_used_at: now,
        expires_at: now + TimeDelta::hours(state.config.session_hours.into()),
        second_factor,
        address: tx.origin().address.map(|address| address.to_string()),
        user_agent: user_agent.map(|text| text.chars().take(200).collect()),
    };
    let refresh_token = secret::fresh()?;
    let digest = secret::digest(&refresh_token).to_vec();
    session::begin(tx, &session, digest).await?;
    token(state, tx, signer, &session, refresh_token).await
}

async fn token(
    state: &AppState,
    tx: &Tx,
    signer: &Signer,
    session: &Session,
    refresh_token: String,
) -> Result<TokenOut, Halt> {
    let mut roles = grant::held(tx, session.account_id, state.clock.today()).await?;
    roles.retain(|grant| session.second_factor || !is_guarded(state, grant));
    let access_token = signer.sign(session.account_id, session.id, None, roles)?;
    Ok(TokenOut {
        access_token,
        token_type: "Bearer".to_owned(),
        expires_in: TOKEN_SECONDS,
        refresh_token,
        refresh_expires_in: idle(state).min(session.expires_at - tx.now()).num_seconds(),
    })
}

/// Answers a token, which nobody on the way may keep (RFC 6749, section 5.1).
pub fn answered(token: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(token)
}

/// Refresh the tokens of a session.
///
/// The refresh token is used up; the answer holds the next one. If that answer is lost, the same token may be sent once
/// more, as long as its successor was not used; from then on only the newest token is good. Any other use of a token that
/// was used or replaced ends the session, because two hold what one should. Send refreshes one after another: programs that
/// share a session (tabs of a browser) must share its newest token, too.
#[utoipa::path(
    tag = "Sign-in",
    request_body = RefreshIn,
    responses((status = 200, description = "The next tokens", body = TokenOut), RefreshProblems),
    security(())
)]
#[post("/api/v1/auth/refresh")]
pub async fn refresh(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    asked: Asked,
    body: Body<RefreshIn>,
) -> Result<HttpResponse, Halt> {
    let presented = secret::digest(&body.whole()?.refresh_token);
    let fresh = secret::fresh()?;
    let signer = state.keys.signer(&state.db, state.clock.now()).await?;
    let mut tx = state.begin(asked, None).await?;
    let digest = secret::digest(&fresh).to_vec();
    match session::rotate(&tx, &presented, digest, idle(&state)).await? {
        Rotation::Rotated(session) if is_active(&tx, session.account_id).await? => {
            let token = token(&state, &tx, &signer, &session, fresh).await?;
            tx.commit().await?;
            Ok(answered(&token))
        }
        Rotation::Reused(session) => {
            tx.attribute_to(session.account_id);
            tx.note(Noted::of(Event::TokenReused, session.account_id));
            tx.commit().await?;
            Err(Problem::of(Kind::SessionEnded).into())
        }
        Rotation::Rotated(_) | Rotation::Refused => Err(Problem::of(Kind::SessionEnded).into()),
    }
}

/// How long a session may be unused.
fn idle(state: &AppState) -> TimeDelta {
    TimeDelta::hours(state.config.session_idle_hours.into())
}

/// Whether an account may be used.
pub async fn is_active(tx: &Tx, id: Uuid) -> Result<bool, Problem> {
    Ok(account::in_state(tx, id, "active").await?.is_some())
}

/// Sign out.
///
/// Ends the session: its tokens are refused from the next request on. With an expired access token, refresh first; a session
/// that nobody refreshes ends by itself.
#[utoipa::path(
    tag = "Sign-in",
    responses((status = 204, description = "Signed out"), SelfProblems),
    security(("bearer" = [WriteSelf]))
)]
#[post("/api/v1/auth/logout")]
pub async fn logout(
    actor: Require<WriteSelf>,
    state: web::Data<AppState>,
    asked: Asked,
) -> Result<HttpResponse, Halt> {
    let session = actor.session.ok_or_else(|| Problem::of(Kind::NotFound))?;
    let tx = state.begin(asked, Some(&actor)).await?;
    session::end(&tx, session).await?;
    tx.note(Noted::of(Event::SessionEnded, actor.account).with("by", "owner"));
    tx.commit().await?;
    Ok(no_content())
}

/// List one's own sessions.
///
/// Everywhere one is signed in, the newest first.
#[utoipa::path(
    tag = "Sign-in",
    responses((status = 200, description = "The sessions", body = SessionList), InternalProblems),
    security(("bearer" = [ReadSelf]))
)]
#[get("/api/v1/auth/sessions")]
pub async fn list_sessions(
    actor: Require<ReadSelf>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Halt> {
    let account = actor.account.unwrap_or_default();
    let sessions = SessionList::of(&state, account, actor.session).await?;
    Ok(HttpResponse::Ok().json(sessions))
}

/// End all other sessions of one's own.
///
/// Signs out everywhere but here. Their tokens are refused from the next request on.
#[utoipa::path(
    tag = "Sign-in",
    responses((status = 204, description = "Ended"), SelfProblems),
    security(("bearer" = [WriteSelf]))
)]
#[delete("/api/v1/auth/sessions")]
pub async fn delete_other_sessions(
    actor: Require<WriteSelf>,
    state: web::Data<AppState>,
    asked: Asked,
) -> Result<HttpResponse, Halt> {
    let account = actor.account.unwrap_or_default();
    let tx = state.begin(asked, Some(&actor)).await?;
    session::end_all(&tx, account, actor.session).await?;
    tx.note(Noted::of(Event::SessionEnded, account).with("by", "owner"));
    tx.commit().await?;
    Ok(no_content())
}

/// End one of one's own sessions.
///
/// Its tokens are refused from the next request on.
#[utoipa::path(
    tag = "Sign-in",
    params(("session" = Uuid, Path, description = "Id", example = "0198c0de-0000-7000-8000-000000000021")),
    responses((status = 204, description = "Ended"), SelfProblems),
    security(("bearer" = [WriteSelf]))
)]
#[delete("/api/v1/auth/sessions/{session}")]
pub async fn delete_session(
    actor: Require<WriteSelf>,
    state: web::Data<AppState>,
    asked: Asked,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Halt> {
    let account = actor.account.unwrap_or_default();
    let tx = state.begin(asked, Some(&actor)).await?;
    end(&tx, account, *id, "owner").await?;
    tx.commit().await?;
    Ok(no_content())
}

/// Ends a session that must be the account's, and notes by whom.
pub async fn end(tx: &Tx, account: Uuid, id: Uuid, by: &str) -> Result<(), Halt> {
    let session = session::find(tx, id).await?;
    if session.is_none_or(|session| session.account_id != account) {
        return Err(Problem::of(Kind::NotFound).into());
    }
    session::end(tx, id).await?;
    tx.note(Noted::of(Event::SessionEnded, account).with("by", by));
    Ok(())
}
