//! The guard: a permission named in a handler's signature is checked before anything else is read.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::net::IpAddr;
use std::ops::Deref;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev};
use domain::access::{Actor, Grant, Needs, Permission, Place};
use domain::audit::Event;
use ipnet::IpNet;
use persistence::access::standing;
use persistence::audit::Noted;
use uuid::Uuid;

use super::keys::Bearer;
use crate::asked::Asked;
use crate::problem::{Halt, Kind, Problem};
use crate::state::AppState;

/// The bearer token of a request, verified; none when there is none.
pub async fn bearer(state: &AppState, headers: &HeaderMap) -> Result<Option<Bearer>, Problem> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let refused = || Problem::of(Kind::Unauthenticated);
    let value = value.to_str().map_err(|_| refused())?;
    let (scheme, token) = value.split_once(' ').ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(refused());
    }
    let now = state.clock.now();
    let bearer = state.keys.verify(&state.db, now, token.trim()).await?;
    Ok(Some(bearer))
}

/// Who a token stands for at this moment.
///
/// Asked of the database each time: who was disabled, signed out or given another role is so from the next request on,
/// on every replica.
pub async fn stands_for(state: &AppState, bearer: Bearer, asked: Asked) -> Result<Actor, Problem> {
    let refused = || Problem::of(Kind::Unauthenticated);
    let (now, today) = (state.clock.now(), state.clock.today());
    let standing = match bearer.scopes {
        None => standing::of_session(&state.db, bearer.hangs_on, now, today).await?,
        Some(_) => standing::of_secret(&state.db, bearer.hangs_on, today).await?,
    };
    let standing = standing
        .filter(|standing| standing.account_id == bearer.account)
        .ok_or_else(refused)?;
    if !from_network(&standing.networks, asked.address) {
        note_stray(state, asked, bearer.account).await?;
        return Err(refused());
    }
    let scopes = bearer.scopes.map(|asked_for| {
        let still_allowed =
            |scope: &Permission| standing.scopes.iter().any(|code| code == scope.code());
        asked_for.into_iter().filter(still_allowed).collect()
    });
    let session = scopes.is_none().then_some(bearer.hangs_on);
    let guarded = session.is_some() && !standing.second_factor;
    let (withheld, grants) = standing
        .grants
        .into_iter()
        .partition(|grant| guarded && is_guarded(state, grant));
    Ok(Actor {
        account: Some(standing.account_id),
        grants,
        withheld,
        scopes,
        session,
        second_factor: standing.second_factor,
    })
}

/// Notes that a service's token came from where it may not come from: it may be stolen.
async fn note_stray(state: &AppState, asked: Asked, account: Uuid) -> Result<(), Problem> {
    if state.limits.is_first_refusal(account, "network") {
        let tx = state.begin(asked, None).await?;
        tx.note(Noted::of(Event::TokenRefused, account).with("reason", "network"));
        tx.commit().await?;
    }
    Ok(())
}

/// Whether an address lies in one of the networks, or there are none to lie in.
pub fn from_network(networks: &[IpNet], address: Option<IpAddr>) -> bool {
    networks.is_empty()
        || address.is_some_and(|address| {
            let plain = address.to_canonical();
            networks.iter().any(|network| network.contains(&plain))
        })
}

/// Whether a grant is held only in a session with a second factor.
pub fn is_guarded(state: &AppState, grant: &Grant) -> bool {
    state.guarded_roles.contains(&grant.role)
}

/// An actor who holds permission `P` somewhere. Must be a handler's first parameter: extractors are polled
/// in order, and the caller's rights come before the path and the body.
pub struct Require<P> {
    actor: Actor,
    permission: PhantomData<P>,
}

impl<P> Deref for Require<P> {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.actor
    }
}

impl<P: Needs> Require<P> {
    /// Refuses an actor who holds the permission, but not on what stands at `place`.
    pub fn on(&self, place: Place<'_>) -> Result<(), Problem> {
        if self.actor.may(P::PERMISSION, place) {
            Ok(())
        } else {
            Err(forbidden(&self.actor, P::PERMISSION))
        }
    }
}

/// Why a permission is missing: it is not held, or not without a second factor.
pub fn forbidden(actor: &Actor, permission: Permission) -> Problem {
    let withheld = actor
        .withheld
        .iter()
        .any(|grant| grant.role.grants(permission));
    let kind = match withheld {
        true => Kind::SecondFactorMissing,
        false => Kind::Forbidden,
    };
    Problem::of(kind).with("permission", permission.code())
}

impl<P: Needs> FromRequest for Require<P> {
    type Error = Halt;
    type Future = Ready<Result<Self, Halt>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let actor = request
            .extensions()
            .get::<Actor>()
            .cloned()
            .unwrap_or_default();
        ready(if actor.may_somewhere(P::PERMISSION) {
            Ok(Self {
                actor,
                permission: PhantomData,
            })
        } else if actor.account.is_none() {
            Err(Problem::of(Kind::Unauthenticated).into())
        } else {
            Err(forbidden(&actor, P::PERMISSION).into())
        })
    }
}
