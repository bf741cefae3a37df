//! The guard: a permission named in a handler's signature is checked before anything else is read.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::net::IpAddr;
use std::ops::Deref;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev};
use domain::access::{Actor, Grant, Needs, Permission, Place};
use ipnet::IpNet;
use persistence::access::session;

use crate::problem::{Halt, Kind, Problem};
use crate::state::AppState;

/// Who the bearer token of a request stands for at this moment; nobody when there is none.
///
/// Asked of the database each time: who was disabled, signed out or given another role is so from the next request on,
/// on every replica.
pub async fn authenticate(
    state: &AppState,
    headers: &HeaderMap,
    address: Option<IpAddr>,
) -> Result<Actor, Problem> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Ok(Actor::default());
    };
    let refused = || Problem::of(Kind::Unauthenticated);
    let value = value.to_str().map_err(|_| refused())?;
    let (scheme, token) = value.split_once(' ').ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(refused());
    }
    let bearer = state.keys.verify(state, token.trim()).await?;
    let (now, today) = (state.clock.now(), state.clock.today());
    let standing = match bearer.scopes {
        None => session::standing(&state.db, bearer.hangs_on, now, today).await?,
        Some(_) => session::service_standing(&state.db, bearer.hangs_on, today).await?,
    };
    let standing = standing
        .filter(|standing| standing.account_id == bearer.account)
        .ok_or_else(refused)?;
    if !from_network(&standing.networks, address) {
        return Err(refused());
    }
    let scopes = bearer.scopes.map(|asked_for| {
        let still_allowed =
            |scope: &Permission| standing.scopes.iter().any(|code| code == scope.code());
        asked_for.into_iter().filter(still_allowed).collect()
    });
    let session = scopes.is_none().then_some(bearer.hangs_on);
    let all = standing.grants.len();
    let grants = match session.is_some() && !standing.second_factor {
        true => unguarded(state, standing.grants),
        false => standing.grants,
    };
    Ok(Actor {
        account: Some(standing.account_id),
        needs_second_factor: grants.len() < all,
        grants,
        scopes,
        session,
        second_factor: standing.second_factor,
    })
}

/// Whether an address lies in one of the networks, or there are none to lie in.
pub fn from_network(networks: &[IpNet], address: Option<IpAddr>) -> bool {
    networks.is_empty()
        || address.is_some_and(|address| {
            let plain = address.to_canonical();
            networks.iter().any(|network| network.contains(&plain))
        })
}

/// The grants that are held without a second factor.
pub fn unguarded(state: &AppState, grants: Vec<Grant>) -> Vec<Grant> {
    let free = |grant: &Grant| !state.guarded_roles.contains(&grant.role);
    grants.into_iter().filter(free).collect()
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
    let kind = match actor.needs_second_factor {
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
