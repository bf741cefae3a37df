//! Signed links: sealing what is mailed, and opening what comes back. What is stored opens nothing: the seal needs the
//! master secret.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::account::Account;
use domain::access::link::{Link, LinkAction};
use domain::audit::Event;
use domain::fault::Rule;
use domain::record::Versioned;
use domain::slug::Key;
use persistence::audit::Noted;
use persistence::{Condition, Conn, RepoError, Tx, record};
use uuid::Uuid;

use super::MasterSecret;
use crate::clock::new_id;
use crate::mail::{self, Letter};
use crate::problem::{Halt, Kind, Problem};

/// The longest text that is looked at; ours have 64 letters.
const MAX_LENGTH: usize = 100;

/// What is mailed of a link: its id and the seal over what it says, 48 bytes in base64url.
pub fn sealed(master: &MasterSecret, link: &Versioned<Link>) -> String {
    let seal = master.seal(link.value.sealed_text(link.head.id).as_bytes());
    URL_SAFE_NO_PAD.encode([link.head.id.as_bytes().as_slice(), &seal].concat())
}

/// Whether what somebody sent as a link is not too long for one.
pub fn check_length(sent: &str) -> Result<(), Rule> {
    match sent.len() {
        0..=MAX_LENGTH => Ok(()),
        _ => Err(Rule::Length),
    }
}

/// The link that somebody sent back, if it is one of ours and for one of the actions, whether or not it was used.
pub async fn found(
    conn: &impl Conn,
    master: &MasterSecret,
    sent: &str,
    actions: &[LinkAction],
) -> Result<Versioned<Link>, Halt> {
    check_length(sent).map_err(|rule| Problem::of(Kind::InvalidValues).at("/link", rule))?;
    let gone = || Problem::of(Kind::LinkNotValid);
    let bytes = URL_SAFE_NO_PAD.decode(sent).map_err(|_| gone())?;
    let (id, seal) = bytes.split_at_checked(16).ok_or_else(gone)?;
    let id = Uuid::from_slice(id).map_err(|_| gone())?;
    let link: Option<Versioned<Link>> = record::find(conn, &Key::Id(id), Condition::all()).await?;
    let link = link.ok_or_else(gone)?;
    let ours = master.seal(link.value.sealed_text(id).as_bytes());
    verify_slices_are_equal(&ours, seal).map_err(|_| gone())?;
    if !actions.contains(&link.value.action) {
        return Err(gone().into());
    }
    Ok(link)
}

/// Uses a link up, which is noted. One that was used, taken back or is too old opens nothing.
pub async fn use_up(
    tx: &Tx,
    master: &MasterSecret,
    sent: &str,
    actions: &[LinkAction],
) -> Result<Versioned<Link>, Halt> {
    let link = found(tx, master, sent, actions).await?;
    let used = link.value.clone().used(tx.now());
    let used = used.ok_or_else(|| Problem::of(Kind::LinkNotValid))?;
    let action = used.action.code();
    let link = match record::update(tx, link, used).await {
        // Used or taken back at this moment.
        Err(RepoError::Stale) => return Err(Problem::of(Kind::LinkNotValid).into()),
        done => done?,
    };
    tx.note(Noted::of(Event::LinkUsed, link.value.resource_id).with("action", action));
    Ok(link)
}

/// Makes a link to an account's address and writes the letter that carries it; those for the same action are taken back.
pub async fn send(
    tx: &Tx,
    action: LinkAction,
    letter: Letter,
    account: &Versioned<Account>,
) -> Result<(), RepoError> {
    let Some(recipient) = account.value.email.as_deref() else {
        return Ok(());
    };
    let id = account.head.id;
    persistence::access::link::revoke(tx, id, &[action]).await?;
    let link = Link::to_account(action, id, recipient, tx.now());
    let link = record::insert(tx, new_id(), link).await?;
    mail::write_down(tx, letter, &account.value, recipient, Some(link.head.id)).await
}
