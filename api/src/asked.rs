//! What a request asks for besides its resource.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, dev};
use domain::access::Actor;
use domain::language::Language;
use persistence::Origin;
use uuid::Uuid;

/// What a request asks for besides its resource.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Language of texts.
    pub language: Language,
    /// Names the request in the log, in problems and in the audit trail.
    pub request_id: Uuid,
    /// From where it comes.
    pub address: Option<IpAddr>,
}

impl Asked {
    /// What a request asks for besides its resource.
    pub fn of(request: &HttpRequest) -> Self {
        let known = request.extensions().get::<Asked>().copied();
        known.unwrap_or(Asked {
            language: Language::default(),
            request_id: Uuid::nil(),
            address: None,
        })
    }

    /// Whom to attribute to what this request writes.
    pub fn origin(&self, actor: Option<&Actor>) -> Origin {
        Origin {
            actor: actor.and_then(|actor| actor.account),
            on_behalf_of: actor.and_then(Actor::on_behalf_of),
            address: self.address,
            request_id: Some(self.request_id),
        }
    }
}

impl FromRequest for Asked {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Ok(Asked::of(request)))
    }
}
