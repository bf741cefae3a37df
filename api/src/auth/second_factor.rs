//! The second factor: one-time codes by the clock (RFC 6238), and recovery codes for who has lost the device.

use actix_web::{HttpResponse, post, web};
use domain::access::permission::WriteSelf;
use domain::audit::Event;
use persistence::Tx;
use persistence::access::credential::{self, Credential};
use persistence::access::session;
use persistence::audit::Noted;
use serde::{Deserialize, Serialize};
use totp_rs::{Builder, Secret, Totp};
use utoipa::ToSchema;
use uuid::Uuid;

use super::attempt::Attempt;
use super::own_password::confirmed_owner;
use super::{Require, secret};
use crate::asked::Asked;
use crate::mail::{self, Letter};
use crate::problem::{Halt, Kind, Problem, SelfProblems};
use crate::state::AppState;
use crate::wire::{Body, no_content};

/// How many recovery codes are given out.
const RECOVERY_CODES: usize = 10;
const ISSUER: &str = "Partnerstwo";

/// The password, to show that it is still the owner who asks.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnPasswordIn {
    /// The present password.
    #[schema(
        max_length = 1024,
        format = "password",
        example = "correct horse battery staple"
    )]
    pub password: String,
}

/// The secret of a second factor, for an authenticator. Shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorOut {
    /// In base32, to type in.
    #[schema(example = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    pub secret: String,
    /// The same as a URI, to be shown as a QR code.
    #[schema(
        example = "otpauth://totp/Partnerstwo:secretariat%40demo.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Partnerstwo"
    )]
    pub uri: String,
}

/// A one-time code.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OneTimeCodeIn {
    /// Six digits, as the authenticator shows them.
    #[schema(max_length = 20, example = "123456")]
    pub one_time_code: String,
}

/// Recovery codes. Shown once; each replaces a one-time code once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodesOut {
    /// To be kept where the authenticator is not.
    #[schema(max_items = 10, example = json!(["ABCD-EFGH-IJKL-MNOP-QRST-UVWX"]))]
    pub recovery_codes: Vec<String>,
}

/// What is needed to remove the second factor.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorRemovalIn {
    /// The present password.
    #[schema(
        max_length = 1024,
        format = "password",
        example = "correct horse battery staple"
    )]
    pub password: String,
    /// A one-time code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, example = "123456")]
    pub one_time_code: Option<String>,
    /// A recovery code in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50, example = "abcd-efgh-ijkl-mnop")]
    pub recovery_code: Option<String>,
}

/// What somebody gave as a second factor.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// A one-time code.
    pub one_time_code: Option<&'a str>,
    /// A recovery code.
    pub recovery_code: Option<&'a str>,
}

impl Given<'_> {
    /// Whether nothing was given.
    pub fn is_nothing(&self) -> bool {
        self.one_time_code.is_none() && self.recovery_code.is_none()
    }
}

/// Whether what was given is the second factor of an account. Each code opens once.
pub async fn check(
    state: &AppState,
    tx: &Tx,
    account: Uuid,
    credential: &Credential,
    given: Given<'_>,
) -> Result<bool, Halt> {
    if let Some(code) = given.one_time_code {
        return used_up(state, tx, account, credential, code).await;
    }
    let Some(code) = given.recovery_code else {
        return Ok(false);
    };
    let used = credential::use_recovery_code(tx, account, &kept(code)).await?;
    if used {
        tx.note(Noted::of(Event::RecoveryCodeUsed, account));
    }
    Ok(used)
}

async fn used_up(
    state: &AppState,
    tx: &Tx,
    account: Uuid,
    credential: &Credential,
    code: &str,
) -> Result<bool, Halt> {
    let Some(sealed) = &credential.totp_secret else {
        return Ok(false);
    };
    let now = u64::try_from(tx.now().timestamp()).unwrap_or_default();
    let totp = totp(&opened(state, sealed)?, "account")?;
    let Some(step) = totp.check(code.trim(), now) else {
        return Ok(false);
    };
    let step = i64::try_from(step).unwrap_or_default();
    Ok(credential::use_totp(tx, account, step).await?)
}

fn opened(state: &AppState, sealed: &[u8]) -> Result<Vec<u8>, Problem> {
    Ok(state.keys.master.decrypt(sealed)?)
}

/// One step before and after is taken, too: clocks differ.
fn totp(secret: &[u8], name: &str) -> Result<Totp, Problem> {
    Builder::new()
        .with_secret(Secret::from(secret))
        .with_account_name(name)
        .with_issuer(Some(ISSUER))
        .build()
        .map_err(|_| Problem::of(Kind::Internal))
}

/// What is kept of a recovery code, however it was typed.
fn kept(code: &str) -> String {
    let letters: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    hex::encode(secret::digest(&letters))
}

/// Twenty-four letters in groups of four: 120 bits.
fn recovery_code() -> Result<String, Problem> {
    let letters = Secret::from(secret::random::<15>()?.as_slice()).to_base32();
    let groups: Vec<&str> = (0..6)
        .filter_map(|group| letters.get(group * 4..group * 4 + 4))
        .collect();
    Ok(groups.join("-"))
}

/// Begin to set up a second factor.
///
/// Answers the secret for an authenticator. Codes are asked for at sign-in once a first one has confirmed it. A wrong password
/// is 422 at `/password` with `wrong`.
#[utoipa::path(
    tag = "Sign-in",
    request_body = OwnPasswordIn,
    responses((status = 200, description = "The secret, shown once", body = SecondFactorOut), SelfProblems),
    security(("bearer" = [WriteSelf]))
)]
#[post("/api/v1/auth/second-factor")]
pub async fn add_second_factor(
    actor: Require<WriteSelf>,
    state: web::Data<AppState>,
    asked: Asked,
    body: Body<OwnPasswordIn>,
) -> Result<HttpResponse, Halt> {
    let password = body.whole()?.password;
    let owner = confirmed_owner(&state, asked, &actor, &password).await?;
    if owner.credential.totp_confirmed_at.is_some() {
        return Err(Problem::conflict("second_factor_present").into());
    }
    let secret = secret::random::<20>()?;
    let sealed = state.keys.master.encrypt(&secret).map_err(Problem::from)?;
    let totp = totp(&secret, owner.email())?;
    let tx = state.begin(asked, Some(&actor)).await?;
    if !credential::offer_totp(&tx, owner.account.head.id, sealed).await? {
        return Err(Problem::conflict("second_factor_present").into());
    }
    tx.commit().await?;
    let uri = totp.to_url().map_err(|_| Problem::of(Kind::Internal))?;
    Ok(super::session::answered(&SecondFactorOut {
        secret: totp.secret().to_base32(),
        uri,
    }))
}

/// Confirm the second factor.
///
/// With a first code. From now on codes are asked for at sign-in; the answer holds the recovery codes. A wrong code is 422 at
/// `/one_time_code` with `wrong`; if the answer is lost, remove the second factor with a code and begin again.
#[utoipa::path(
    tag = "Sign-in",
    request_body = OneTimeCodeIn,
    responses((status = 200, description = "Recovery codes, shown once", body = RecoveryCodesOut), SelfProblems),
    security(("bearer" = [WriteSelf]))
)]
#[post("/api/v1/auth/second-factor/confirm")]
pub async fn confirm_second_factor(
    actor: Require<WriteSelf>,
    state: web::Data<AppState>,
    asked: Asked,
    body: Body<OneTimeCodeIn>,
) -> Result<HttpResponse, Halt> {
    let code = body.whole()?.one_time_code;
    let owner = super::own_password::owner(&state, &actor).await?;
    let id = owner.account.head.id;
    if owner.credential.totp_confirmed_at.is_some() {
        return Err(Problem::conflict("second_factor_present").into());
    }
    let Some(offered) = owner.credential.totp_secret.clone() else {
        return Err(Problem::conflict("second_factor_absent").into());
    };
    let attempt = Attempt::code(&state, asked, id).await?;
    let tx = state.begin(asked, Some(&actor)).await?;
    if !used_up(&state, &tx, id, &owner.credential, &code).await? {
        drop(tx);
        attempt.failed(Event::SignInFailed, "second_factor").await?;
        return Err(wrong_code("/one_time_code"));
    }
    let codes = (0..RECOVERY_CODES)
        .map(|_| recovery_code())
        .collect::<Result<Vec<_>, _>>()?;
    let digests: Vec<String> = codes.iter().map(|code| kept(code)).collect();
    // Another one may have been offered or confirmed meanwhile.
    if !credential::confirm_totp(&tx, id, offered, &digests).await? {
        return Err(Problem::conflict("second_factor_present").into());
    }
    if let Some(session) = actor.session {
        session::add_second_factor(&tx, session).await?;
    }
    attempt.succeeded(&tx).await?;
    let letter = Letter::SecondFactorAdded;
    mail::write_down(&tx, letter, &owner.account.value, owner.email(), None).await?;
    tx.note(Noted::of(Event::SecondFactorAdded, id));
    tx.commit().await?;
    Ok(super::session::answered(&RecoveryCodesOut {
        recovery_codes: codes,
    }))
}

fn wrong_code(pointer: &str) -> Halt {
    Problem::of(Kind::InvalidValues)
        .at(pointer, domain::fault::Rule::Wrong)
        .into()
}

/// Remove the second factor.
///
/// Needs the password and a code; what is wrong is 422 with `wrong` at its place. Roles that need a second factor are not held any more in this account's sessions.
#[utoipa::path(
    tag = "Sign-in",
    request_body = SecondFactorRemovalIn,
    responses((status = 204, description = "Removed"), SelfProblems),
    security(("bearer" = [WriteSelf]))
)]
#[post("/api/v1/auth/second-factor/remove")]
pub async fn remove_own_second_factor(
    actor: Require<WriteSelf>,
    state: web::Data<AppState>,
    asked: Asked,
    body: Body<SecondFactorRemovalIn>,
) -> Result<HttpResponse, Halt> {
    let body = body.whole()?;
    let owner = confirmed_owner(&state, asked, &actor, &body.password).await?;
    let id = owner.account.head.id;
    if owner.credential.totp_confirmed_at.is_none() {
        return Err(Problem::conflict("second_factor_absent").into());
    }
    let attempt = Attempt::code(&state, asked, id).await?;
    let tx = state.begin(asked, Some(&actor)).await?;
    let given = Given {
        one_time_code: body.one_time_code.as_deref(),
        recovery_code: body.recovery_code.as_deref(),
    };
    if !check(&state, &tx, id, &owner.credential, given).await? {
        drop(tx);
        attempt.failed(Event::SignInFailed, "second_factor").await?;
        let by_recovery = given.one_time_code.is_none() && given.recovery_code.is_some();
        return Err(wrong_code(if by_recovery {
            "/recovery_code"
        } else {
            "/one_time_code"
        }));
    }
    attempt.succeeded(&tx).await?;
    remove(&tx, &owner.account).await?;
    tx.commit().await?;
    Ok(no_content())
}

/// Whether an account has a second factor, confirmed or not.
pub async fn is_present(tx: &Tx, account: Uuid) -> Result<bool, Halt> {
    let credential = credential::find(tx, account).await?;
    Ok(credential.is_some_and(|known| known.totp_secret.is_some()))
}

/// Removes the second factor of an account, whose sessions go on as if none had been given.
pub async fn remove(
    tx: &Tx,
    account: &domain::record::Versioned<domain::access::account::Account>,
) -> Result<(), Halt> {
    let id = account.head.id;
    credential::remove_totp(tx, id).await?;
    session::forget_second_factor(tx, id).await?;
    if let Some(email) = account.value.email.as_deref() {
        let letter = Letter::SecondFactorRemoved;
        mail::write_down(tx, letter, &account.value, email, None).await?;
    }
    tx.note(Noted::of(Event::SecondFactorRemoved, id));
    Ok(())
}
