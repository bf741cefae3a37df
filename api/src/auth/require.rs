//! The guard: a permission named in a handler's signature is checked before anything else is read.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev};
use domain::access::{Actor, Needs, Permission, Place};

use crate::problem::{Halt, Kind, Problem};
use crate::state::AppState;

/// Who the bearer token of a request stands for; nobody when there is none.
pub async fn authenticate(state: &AppState, headers: &HeaderMap) -> Result<Actor, Problem> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Ok(Actor::default());
    };
    let refused = || Problem::of(Kind::Unauthenticated);
    let value = value.to_str().map_err(|_| refused())?;
    let (scheme, token) = value.split_once(' ').ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(refused());
    }
    state.keys.verify(state, token.trim()).await
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
            Err(forbidden(P::PERMISSION))
        }
    }
}

fn forbidden(permission: Permission) -> Problem {
    Problem::of(Kind::Forbidden).with("permission", permission.code())
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
            Err(forbidden(P::PERMISSION).into())
        })
    }
}
