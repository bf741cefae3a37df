//! Signing in with a password and, where there is one, a second factor.

use actix_web::{HttpRequest, HttpResponse, post, web};
use domain::access::account::{AccountKind, normalized};
use domain::access::password::Password;
use domain::access::permission::ReadPublic;
use domain::audit::Event;
use persistence::access::{account, credential};
use persistence::audit::Noted;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Require;
use super::attempt::Attempt;
use super::second_factor::{Given, check};
use super::session::{TokenOut, answered, begin, is_active};
use crate::asked::Asked;
use crate::problem::{Halt, Kind, LoginProblems, Problem};
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
    /// One-time code of the second factor, where the account has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, example = "123456")]
    pub one_time_code: Option<String>,
    /// A recovery code in its place; not looked at when there is a one-time code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50, example = "abcd-efgh-ijkl-mnop")]
    pub recovery_code: Option<String>,
}

/// Sign in with e-mail address and password.
///
/// Answers alike, and in the same time, for a wrong password, an unknown address and a disabled account. Who knows the
/// password of an account with a second factor is told that a code is needed (`second-factor-required`) and sends both; the
/// answer to a wrong code is the same. After several failures, further attempts have to wait (429). Do not send
/// `Authorization` here: it is not looked at.
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
    asked: Asked,
    request: HttpRequest,
    body: Body<LoginIn>,
) -> Result<HttpResponse, Halt> {
    let body = body.whole()?;
    let refused = || Problem::of(Kind::BadCredentials);
    let password = Password::given(&body.password).map_err(|_| refused())?;
    // PostgreSQL refuses U+0000 in a text; no address has one.
    if body.email.len() > 254 || body.email.contains('\0') {
        return Err(refused().into());
    }
    let email = normalized(&body.email);
    let known = account::find_by_email(&state.db, &email).await?;
    let id = known.as_ref().map(|account| account.head.id);
    let attempt = Attempt::password(&state, asked, &email, id).await?;
    // Asked of unknown accounts, too, so that they take as long.
    let credential = credential::find(&state.db, id.unwrap_or_default()).await?;
    let active = known.filter(|known| {
        known.value.status == "active" && known.value.kind() == AccountKind::Person
    });
    let hash = credential
        .as_ref()
        .and_then(|known| known.password_hash.clone());
    let matches = state.hasher.verify(password.clone(), hash.clone()).await?;
    let (Some(account), Some(hash), true) = (active, hash, matches) else {
        attempt.failed(Event::SignInFailed, "password").await?;
        return Err(refused().into());
    };
    let id: Uuid = account.head.id;
    // Outside of the transaction: it takes long, and a transaction would hold up others.
    let fresh = match state.hasher.is_outdated(&hash) {
        true => Some(state.hasher.hash(password).await?),
        false => None,
    };
    let given = Given {
        one_time_code: body.one_time_code.as_deref(),
        recovery_code: body.recovery_code.as_deref(),
    };
    let guarded = credential.is_some_and(|known| known.totp_confirmed_at.is_some());
    let code_attempt = match guarded && !given.is_nothing() {
        true => Some(Attempt::code(&state, asked, id).await?),
        false => None,
    };
    let signer = state.keys.signer(&state.db, state.clock.now()).await?;
    let mut tx = state.begin(asked, None).await?;
    tx.attribute_to(id);
    // What changes the password or disables the account meanwhile comes before, and is seen, or after, and ends this session.
    tx.take_turn(id).await?;
    let credential = credential::find(&tx, id).await?;
    let credential = credential.filter(|now| now.password_hash.as_ref() == Some(&hash));
    let (Some(credential), true) = (credential, is_active(&tx, id).await?) else {
        return Err(refused().into());
    };
    let second_factor = credential.totp_confirmed_at.is_some();
    if second_factor {
        let Some(code_attempt) = code_attempt else {
            // The password was right, and yet this is no sign-in.
            attempt.taken_back(&tx).await?;
            tx.commit().await?;
            return Err(Problem::of(Kind::SecondFactorRequired).into());
        };
        if !check(&state, &tx, id, &credential, given).await? {
            drop(tx);
            code_attempt
                .failed(Event::SignInFailed, "second_factor")
                .await?;
            return Err(Problem::of(Kind::SecondFactorRequired).into());
        }
        code_attempt.succeeded(&tx).await?;
    }
    attempt.succeeded(&tx).await?;
    if let Some(fresh) = fresh {
        credential::rehash(&tx, id, &hash, fresh).await?;
    }
    let token = begin(&state, &tx, &signer, id, second_factor, &request).await?;
    tx.note(Noted::of(Event::SignedIn, id));
    tx.commit().await?;
    Ok(answered(&token))
}
