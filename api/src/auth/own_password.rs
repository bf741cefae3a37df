//! One's own password: changed by who knows it, set anew by who has the account's mail.

use actix_web::{HttpResponse, post, web};
use domain::access::Actor;
use domain::access::account::{Account, normalized};
use domain::access::link::LinkAction;
use domain::access::password::Password;
use domain::access::permission::{ReadPublic, WriteSelf};
use domain::audit::Event;
use domain::fault::{Faults, Rule};
use domain::record::Versioned;
use domain::slug::Key;
use persistence::access::credential::{self, Credential};
use persistence::access::{account, link as links, session};
use persistence::audit::Noted;
use persistence::{Condition, Origin, RepoError, Tx, record};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::attempt::{Attempt, forget, letter};
use super::{Require, link};
use crate::asked::Asked;
use crate::mail::{self, Letter};
use crate::problem::{Halt, Kind, LinkProblems, Problem, ResetProblems, SelfProblems};
use crate::state::AppState;
use crate::wire::{Body, no_content};

/// A change of one's own password.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChangeIn {
    /// The present password.
    #[schema(
        max_length = 1024,
        format = "password",
        example = "correct horse battery staple"
    )]
    pub current_password: String,
    /// The new one: 12 characters or more, of any kind, not easily guessed.
    #[schema(
        min_length = 12,
        max_length = 1024,
        format = "password",
        example = "mleko rower szafa tulipan"
    )]
    pub password: String,
}

/// A link and the password that is set by it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPasswordIn {
    /// The link, as it stands after the `#` of the address that was mailed.
    #[schema(
        max_length = 100,
        example = "AZjA3gAAcACAAAAAAAAAAi1uY4oWvUuTqMwWfO2yV6q7m4Yw1dQ0S3n8J5kLxTzB"
    )]
    pub link: String,
    /// The new password: 12 characters or more, of any kind, not easily guessed.
    #[schema(
        min_length = 12,
        max_length = 1024,
        format = "password",
        example = "mleko rower szafa tulipan"
    )]
    pub password: String,
}

impl NewPasswordIn {
    /// What was sent, each part of a length that will do.
    pub fn read(sent: Body<Self>) -> Result<Self, Problem> {
        sent.checked(|body| {
            let mut f = Faults::new();
            f.take("/link", link::check_length(&body.link));
            f.take("/password", Password::has_length(&body.password));
            f.finish()?;
            Ok(body)
        })
    }
}

/// Who wants a new password.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordResetIn {
    /// E-mail address of the account.
    #[schema(max_length = 254, example = "nobody@demo.example")]
    pub email: String,
}

/// An account with what it signs in with.
pub struct Owner {
    /// The account.
    pub account: Versioned<Account>,
    /// What it signs in with.
    pub credential: Credential,
}

impl Owner {
    /// Its address.
    pub fn email(&self) -> &str {
        self.account.value.email.as_deref().unwrap_or_default()
    }
}

/// The person that makes a request.
pub async fn owner(state: &AppState, actor: &Actor) -> Result<Owner, Halt> {
    let nobody = || Problem::of(Kind::NotFound);
    // Services have neither password nor address.
    let id = actor.session.and(actor.account).ok_or_else(nobody)?;
    let found = record::find(&state.db, &Key::Id(id), Condition::all()).await?;
    let credential = credential::find(&state.db, id).await?;
    Ok(Owner {
        account: found.ok_or_else(nobody)?,
        credential: credential.ok_or_else(nobody)?,
    })
}

/// The person that makes a request, who has shown to know the password; wrong ones are slowed down as at sign-in.
pub async fn confirmed_owner(
    state: &AppState,
    asked: Asked,
    actor: &Actor,
    password: &str,
) -> Result<Owner, Halt> {
    confirmed_at(state, asked, actor, password, "/password").await
}

async fn confirmed_at(
    state: &AppState,
    asked: Asked,
    actor: &Actor,
    password: &str,
    pointer: &str,
) -> Result<Owner, Halt> {
    let owner = owner(state, actor).await?;
    let id = owner.account.head.id;
    let wrong = |rule| Problem::of(Kind::InvalidValues).at(pointer, rule);
    let password = Password::given(password).map_err(wrong)?;
    let attempt = Attempt::password(state, asked, owner.email(), Some(id)).await?;
    let hash = owner.credential.password_hash.clone();
    if !state.hasher.verify(password, hash).await? {
        attempt.failed(Event::SignInFailed, "password").await?;
        return Err(wrong(Rule::Wrong).into());
    }
    let tx = state.begin(asked, Some(actor)).await?;
    attempt.succeeded(&tx).await?;
    tx.commit().await?;
    Ok(owner)
}

/// What is known of whom, and must not be in the password.
pub fn about(account: &Account) -> Vec<String> {
    let email = account.email.iter().cloned();
    email.chain([account.name.clone()]).collect()
}

/// Change one's own password.
///
/// Ends all other sessions of the account. A wrong present password is 422 at `/current_password` with `wrong`, a new one that
/// is too short or easily guessed 422 at `/password` with `length` or `guessable`; several wrong ones have to wait (429).
#[utoipa::path(
    tag = "Sign-in",
    request_body = PasswordChangeIn,
    responses((status = 204, description = "Changed"), SelfProblems),
    security(("bearer" = [WriteSelf]))
)]
#[post("/api/v1/auth/password")]
pub async fn change_password(
    actor: Require<WriteSelf>,
    state: web::Data<AppState>,
    asked: Asked,
    body: Body<PasswordChangeIn>,
) -> Result<HttpResponse, Halt> {
    let body = body.checked(|body| {
        let mut f = Faults::new();
        let current = Password::given(&body.current_password);
        f.take("/current_password", current);
        f.take("/password", Password::has_length(&body.password));
        f.finish()?;
        Ok(body)
    })?;
    let pointer = "/current_password";
    let owner = confirmed_at(&state, asked, &actor, &body.current_password, pointer).await?;
    let about = about(&owner.account.value);
    let hash = state.hasher.choose(body.password, about).await?;
    let tx = state.begin(asked, Some(&actor)).await?;
    set(&tx, &owner.account, hash, actor.session).await?;
    tx.commit().await?;
    Ok(no_content())
}

/// Sets a password, ends the other sessions and tells the owner.
pub async fn set(
    tx: &Tx,
    account: &Versioned<Account>,
    hash: String,
    session: Option<uuid::Uuid>,
) -> Result<(), Halt> {
    let id = account.head.id;
    // A sign-in with the former password that is under way waits, or is over and ended here.
    tx.take_turn(id).await?;
    credential::set_password(tx, id, hash).await?;
    session::end_all(tx, id, session).await?;
    // A link that was sent before would undo this.
    links::revoke(tx, id, &LinkAction::ALL).await?;
    if let Some(email) = account.value.email.as_deref() {
        mail::write_down(tx, Letter::PasswordChanged, &account.value, email, None).await?;
    }
    tx.note(Noted::of(Event::PasswordChanged, id));
    Ok(())
}

/// Ask for a new password.
///
/// Answers alike, and in the same time, whether or not there is such an account. Its owner is mailed a link that is good
/// once, for an hour; who has not accepted an invitation yet is invited again.
#[utoipa::path(
    tag = "Sign-in",
    request_body = PasswordResetIn,
    responses((status = 202, description = "If there is such an account, a letter is on its way"), ResetProblems),
    security(())
)]
#[post("/api/v1/auth/password-reset")]
pub async fn request_password_reset(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    asked: Asked,
    body: Body<PasswordResetIn>,
) -> Result<HttpResponse, Halt> {
    let email = normalized(&body.whole()?.email);
    if email.len() > 254 {
        let too_long = Problem::of(Kind::InvalidValues);
        return Err(too_long.at("/email", Rule::Length).into());
    }
    // PostgreSQL refuses U+0000 in a text; no address has one.
    if email.contains('\0') {
        return Ok(HttpResponse::Accepted().finish());
    }
    let known = account::find_by_email(&state.db, &email).await?;
    let known = known.map(|account| account.head.id);
    let tx = state.begin(asked, None).await?;
    if letter(&tx, asked, &email).await? {
        // Written down for every address: whether there is an account is looked up when it is sent.
        mail::request_reset(&tx, &email).await?;
        tx.note(Noted::of(Event::PasswordResetRequested, known));
    }
    tx.commit().await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Writes the letter that was asked for to an address, if there is an account.
pub async fn send_reset(state: &AppState, email: &str) -> Result<(), RepoError> {
    let now = state.clock.now();
    let tx = state.db.begin(Origin::default(), now).await?;
    let Some(account) = account::find_by_email(&tx, email).await? else {
        return Ok(());
    };
    let (action, letter) = match account.value.status.as_str() {
        "active" => (LinkAction::ResetPassword, Letter::PasswordReset),
        "invited" => (LinkAction::AcceptInvitation, Letter::Invitation),
        _ => return Ok(()),
    };
    link::send(&tx, action, letter, &account).await?;
    tx.commit().await
}

/// The account in a state that a link opens, and the hash of the password that was chosen with the link. Hashed outside of
/// a transaction, which it would hold up.
pub async fn chosen(
    state: &AppState,
    action: LinkAction,
    status: &str,
    sent: &str,
    password: String,
) -> Result<(Versioned<Account>, String), Halt> {
    let gone = || Problem::of(Kind::LinkNotValid);
    let link = link::found(&state.db, &state.keys.master, sent, &[action]).await?;
    let link = link.value.used(state.clock.now()).ok_or_else(gone)?;
    let found = account::in_state(&state.db, link.resource_id, status).await?;
    // A link to a mailbox that is not the account's any more opens nothing.
    let account = found.filter(|account| account.value.email == link.recipient);
    let account = account.ok_or_else(gone)?;
    let hash = state.hasher.choose(password, about(&account.value)).await?;
    Ok((account, hash))
}

/// Set a new password by a link.
///
/// The link that was mailed on request. Ends all sessions of the account.
#[utoipa::path(
    tag = "Sign-in",
    request_body = NewPasswordIn,
    responses((status = 204, description = "Set"), LinkProblems),
    security(())
)]
#[post("/api/v1/auth/password-reset/confirm")]
pub async fn reset_password(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    asked: Asked,
    body: Body<NewPasswordIn>,
) -> Result<HttpResponse, Halt> {
    let body = NewPasswordIn::read(body)?;
    let action = LinkAction::ResetPassword;
    let (account, hash) = chosen(&state, action, "active", &body.link, body.password).await?;
    let mut tx = state.begin(asked, None).await?;
    tx.attribute_to(account.head.id);
    link::use_up(&tx, &state.keys.master, &body.link, &[action]).await?;
    set(&tx, &account, hash, None).await?;
    let email = account.value.email.as_deref().unwrap_or_default();
    forget(&tx, asked, email).await?;
    tx.commit().await?;
    Ok(no_content())
}
