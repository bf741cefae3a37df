//! Invitations: the invited opens a link and sets a password that nobody else ever knows.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use domain::access::account::Account;
use domain::access::link::LinkAction;
use domain::access::permission::ReadPublic;
use domain::audit::Event;
use domain::record::Versioned;
use persistence::access::{account, credential, membership};
use persistence::audit::Noted;
use persistence::{Tx, record};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::attempt::forget;
use super::own_password::{NewPasswordIn, chosen, set};
use super::{Require, link};
use crate::asked::Asked;
use crate::mail::Letter;
use crate::problem::{Halt, Kind, LinkProblems, Problem};
use crate::state::AppState;
use crate::wire::{Body, no_content};

/// A link, as it stands after the `#` of the address that was mailed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkIn {
    /// The link.
    #[schema(
        max_length = 100,
        example = "AZjA3gAAcACAAAAAAAAAAi1uY4oWvUuTqMwWfO2yV6q7m4Yw1dQ0S3n8J5kLxTzB"
    )]
    pub link: String,
}

/// What a link opens.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenedLinkOut {
    /// Code of the vocabulary `link_actions`.
    #[schema(format = "link_actions", example = "accept_invitation")]
    pub action: String,
    /// The kind of record it is about.
    #[schema(format = "record_kinds", example = "account")]
    pub resource_kind: String,
    /// The record it is about.
    #[schema(example = "0198c0de-0000-7000-8000-000000000003")]
    pub resource_id: Uuid,
    /// Where it was sent.
    #[schema(required, example = "secretariat@demo.example")]
    pub recipient: Option<String>,
    /// From when it cannot be used.
    #[schema(example = "2016-03-08T08:00:00Z")]
    pub expires_at: DateTime<Utc>,
}

/// Say what a link opens.
///
/// For the page that it leads to. It is not used up by this.
#[utoipa::path(
    tag = "Sign-in",
    request_body = LinkIn,
    responses((status = 200, description = "What it opens", body = OpenedLinkOut), LinkProblems),
    security(())
)]
#[post("/api/v1/auth/links/read")]
pub async fn inspect_link(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    body: Body<LinkIn>,
) -> Result<HttpResponse, Halt> {
    let sent = body.whole()?.link;
    let link = link::found(&state.db, &state.keys.master, &sent, &LinkAction::ALL).await?;
    let usable = link.value.clone().used(state.clock.now());
    let link = usable.ok_or_else(|| Problem::of(Kind::LinkNotValid))?;
    Ok(super::session::answered(&OpenedLinkOut {
        action: link.action.code().to_owned(),
        resource_kind: link.resource_kind.name().to_owned(),
        resource_id: link.resource_id,
        recipient: link.recipient,
        expires_at: link.expires_at,
    }))
}

/// Invites the owner of an account that has no password yet; an invitation that was sent before is taken back.
pub async fn invite(tx: &Tx, account: &Versioned<Account>) -> Result<(), Halt> {
    let (action, letter) = (LinkAction::AcceptInvitation, Letter::Invitation);
    Ok(link::send(tx, action, letter, account).await?)
}

/// Accept an invitation.
///
/// Sets the first password of the account, which is active from now on; sign in next. Who has an account with this address already
/// goes on with that one: it gets the roles that came with the invitation, and the password in place of its former one, as if it had
/// been set anew. The link is good for 7 days. A password that is too short or easily guessed is 422 at `/password` with `length` or
/// `guessable` and does not use the link up.
#[utoipa::path(
    tag = "Sign-in",
    request_body = NewPasswordIn,
    responses((status = 204, description = "Accepted"), LinkProblems),
    security(())
)]
#[post("/api/v1/auth/invitation")]
pub async fn accept_invitation(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    asked: Asked,
    body: Body<NewPasswordIn>,
) -> Result<HttpResponse, Halt> {
    let body = NewPasswordIn::read(body)?;
    let action = LinkAction::AcceptInvitation;
    let (account, hash) = chosen(&state, action, "invited", &body.link, body.password).await?;
    let mut tx = state.begin(asked, None).await?;
    let id = account.head.id;
    tx.attribute_to(id);
    link::use_up(&tx, &state.keys.master, &body.link, &[action]).await?;
    // Asked again: it may have been changed while the password was hashed.
    let found = account::in_state(&tx, id, &account.value.status).await?;
    let invited = found.ok_or_else(|| Problem::of(Kind::LinkNotValid))?;
    let email = invited.value.email.clone().unwrap_or_default();
    let used = account::in_states(&["active".to_owned(), "disabled".to_owned()]);
    let id = match account::of_address(&tx, &email, used).await? {
        None => {
            let active = Account {
                status: "active".to_owned(),
                ..invited.value.clone()
            };
            record::update(&tx, invited, active).await?;
            credential::set_password(&tx, id, hash).await?;
            id
        }
        Some(own) if own.value.status == "active" => {
            membership::join(&tx, invited, own.head.id).await?;
            set(&tx, &own, hash, None).await?;
            forget(&tx, asked, &email).await?;
            own.head.id
        }
        // Whom administrators have disabled nobody else lets in.
        Some(_) => return Err(Problem::of(Kind::LinkNotValid).into()),
    };
    tx.attribute_to(id);
    tx.note(Noted::of(Event::InvitationAccepted, id));
    tx.commit().await?;
    Ok(no_content())
}
