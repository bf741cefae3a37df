//! One's own address: changed once both the present and the new one have confirmed it.

use actix_web::{HttpResponse, post, web};
use domain::access::account::normalized;
use domain::access::link::{Link, LinkAction};
use domain::access::password::Password;
use domain::access::permission::{ReadPublic, WriteSelf};
use domain::audit::Event;
use domain::fault::Faults;
use domain::identifier::Email;
use persistence::access::{account, link as links, session};
use persistence::audit::Noted;
use persistence::{Tx, record};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::attempt::letter;
use super::invitation::LinkIn;
use super::own_password::confirmed_owner;
use super::{Require, link};
use crate::asked::Asked;
use crate::clock::new_id;
use crate::mail::{self, Letter};
use crate::problem::{Halt, Kind, LinkProblems, Problem, SelfProblems};
use crate::state::AppState;
use crate::wire::Body;

const BOTH: [LinkAction; 2] = [LinkAction::ConfirmNewEmail, LinkAction::ConfirmOldEmail];

/// A change of one's own address.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailChangeIn {
    /// The new address.
    #[schema(max_length = 254, example = "sekretariat@wup.example")]
    pub email: String,
    /// The password.
    #[schema(
        max_length = 1024,
        format = "password",
        example = "correct horse battery staple"
    )]
    pub password: String,
}

/// How a change of address stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmailConfirmationOut {
    /// Whether both addresses have confirmed it, so that it has taken effect.
    #[schema(example = false)]
    pub complete: bool,
}

/// Ask for another e-mail address.
///
/// Letters with links go to the new and to the present address; it is changed once both links were used, within a day. Asking
/// again takes the links back that were sent before. A wrong password is 422 at `/password` with `wrong`.
#[utoipa::path(
    tag = "Sign-in",
    request_body = EmailChangeIn,
    responses((status = 202, description = "Letters to both addresses are on their way"), SelfProblems),
    security(("bearer" = [WriteSelf]))
)]
#[post("/api/v1/auth/email")]
pub async fn change_email(
    actor: Require<WriteSelf>,
    state: web::Data<AppState>,
    asked: Asked,
    body: Body<EmailChangeIn>,
) -> Result<HttpResponse, Halt> {
    let (wanted, password) = body.checked(|body| {
        let mut f = Faults::new();
        f.take("/password", Password::given(&body.password));
        let wanted = f.take("/email", Email::parse(&normalized(&body.email)));
        f.finish()?;
        Ok((
            wanted.map(|email| email.to_string()).unwrap_or_default(),
            body.password,
        ))
    })?;
    let owner = confirmed_owner(&state, asked, &actor, &password).await?;
    let (account, present) = (&owner.account, owner.email().to_owned());
    let id = account.head.id;
    let tx = state.begin(asked, Some(&actor)).await?;
    if !letter(&tx, asked, wanted.as_str()).await? {
        return Err(Problem::too_many_requests(3600).into());
    }
    links::revoke(&tx, id, &BOTH).await?;
    let twins = [new_id(), new_id()];
    let steps = [
        (BOTH[0], Letter::ConfirmNewEmail, wanted.as_str()),
        (BOTH[1], Letter::ConfirmOldEmail, present.as_str()),
    ];
    for (index, (action, words, recipient)) in steps.into_iter().enumerate() {
        let link = Link {
            email: Some(wanted.to_string()),
            twin_id: Some(twins[1 - index]),
            ..Link::to_account(action, id, recipient, tx.now())
        };
        let link = record::insert(&tx, twins[index], link).await?;
        mail::write_down(&tx, words, &account.value, recipient, Some(link.head.id)).await?;
    }
    tx.note(Noted::of(Event::EmailChangeRequested, id));
    tx.commit().await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Confirm a change of e-mail address by a link.
///
/// With the second of the two links it takes effect: one signs in with the new address, and all sessions end. If another
/// account has the address by then, that is 409.
#[utoipa::path(
    tag = "Sign-in",
    request_body = LinkIn,
    responses((status = 200, description = "Confirmed", body = EmailConfirmationOut), LinkProblems),
    security(())
)]
#[post("/api/v1/auth/email/confirm")]
pub async fn confirm_email(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    asked: Asked,
    body: Body<LinkIn>,
) -> Result<HttpResponse, Halt> {
    let sent = body.whole()?.link;
    let mut tx = state.begin(asked, None).await?;
    let known = link::found(&tx, &state.keys.master, &sent, &BOTH).await?;
    let id = known.value.resource_id;
    tx.attribute_to(id);
    // The two links may be used at the same moment.
    tx.take_turn(id).await?;
    let link = link::use_up(&tx, &state.keys.master, &sent, &BOTH).await?;
    let gone = || Problem::of(Kind::LinkNotValid);
    let twin = links::twin(&tx, link.value.twin_id.unwrap_or_default()).await?;
    let complete = twin.ok_or_else(gone)?.value.used_at.is_some();
    if complete {
        let email = link.value.email.ok_or_else(gone)?;
        replace(&tx, id, email).await?;
    }
    tx.commit().await?;
    Ok(HttpResponse::Ok().json(EmailConfirmationOut { complete }))
}

async fn replace(tx: &Tx, id: Uuid, email: String) -> Result<(), Halt> {
    let found = account::in_state(tx, id, "active").await?;
    let before = found.ok_or_else(|| Problem::of(Kind::LinkNotValid))?;
    let former = before.value.email.clone().unwrap_or_default();
    let mut after = before.value.clone();
    after.email = Some(email);
    after.follow_address(&before.value);
    let after = record::update(tx, before, after).await?;
    session::end_all(tx, id, None).await?;
    // Nothing that was sent to the former address opens anything any more.
    links::revoke(tx, id, &LinkAction::ALL).await?;
    mail::write_down(tx, Letter::EmailChanged, &after.value, &former, None).await?;
    Ok(())
}
