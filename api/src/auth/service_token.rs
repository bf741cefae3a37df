//! Tokens for services: client credentials (RFC 6749, section 4.4), with the errors of that document, so that standard
//! clients understand them.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, post, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::access::account::{Account, AccountKind};
use domain::access::permission::ReadPublic;
use domain::audit::Event;
use domain::record::Versioned;
use domain::slug::Key;
use persistence::access::{client_secret, grant};
use persistence::audit::Noted;
use persistence::{Condition, record};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::attempt::Attempt;
use super::keys::TOKEN_SECONDS;
use super::require::from_network;
use super::{Require, secret};
use crate::asked::Asked;
use crate::problem::{Halt, Kind, OauthProblems, Problem};
use crate::state::AppState;

/// The greatest form.
const LIMIT: usize = 16 * 1024;
/// How long the form may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(20);
const FORM: &str = "application/x-www-form-urlencoded";

/// How a service asks for a token, for the document.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749, section 4.4.
    ClientCredentials,
}

/// What a service sends as a form.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceTokenIn {
    /// Always `client_credentials`.
    #[schema(value_type = GrantType)]
    pub grant_type: String,
    /// Permissions, separated by spaces; all that the service may have when absent.
    #[schema(
        max_length = 2000,
        nullable = false,
        example = "public:read internal:read"
    )]
    pub scope: Option<String>,
    /// Id of the service's account, where it is not sent by HTTP Basic.
    #[schema(
        max_length = 100,
        nullable = false,
        example = "0198c0de-0000-7000-8000-000000000031"
    )]
    pub client_id: Option<String>,
    /// The secret, where it is not sent by HTTP Basic.
    #[schema(max_length = 200, nullable = false, format = "password")]
    pub client_secret: Option<String>,
}

/// An access token of a service (RFC 6749, section 5.1).
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceTokenOut {
    /// JWT to send as `Authorization: Bearer`.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln")]
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: String,
    /// Seconds until it expires.
    #[schema(example = 600)]
    pub expires_in: i64,
    /// The permissions it was given for, separated by spaces.
    #[schema(example = "public:read internal:read")]
    pub scope: String,
}

/// Why no token was given (RFC 6749, section 5.2).
#[derive(Debug, Serialize, ToSchema)]
pub struct OauthErrorOut {
    /// `invalid_request`, `invalid_client`, `invalid_scope` or `unsupported_grant_type`.
    #[schema(example = "invalid_client")]
    pub error: String,
    /// For developers, in English.
    #[schema(example = "unknown client, or a wrong or expired secret")]
    pub error_description: String,
}

/// An error by its code and words.
struct Refusal(&'static str, &'static str);

const INVALID_CLIENT: Refusal = Refusal(
    "invalid_client",
    "unknown client, or a wrong or expired secret",
);

impl Refusal {
    fn answer(self) -> HttpResponse {
        let Refusal(error, description) = self;
        let mut answer = match error {
            "invalid_client" => {
                let mut answer = HttpResponse::build(StatusCode::UNAUTHORIZED);
                answer.insert_header((WWW_AUTHENTICATE, "Basic realm=\"partnerstwo\""));
                answer
            }
            _ => HttpResponse::build(StatusCode::BAD_REQUEST),
        };
        answer
            .insert_header((CACHE_CONTROL, "no-store"))
            .json(OauthErrorOut {
                error: error.to_owned(),
                error_description: description.to_owned(),
            })
    }
}

/// The form that was sent, read but not judged.
pub struct Form(Result<HashMap<String, String>, ()>);

impl FromRequest for Form {
    type Error = Halt;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Halt>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        let is_form = essence.eq_ignore_ascii_case(FORM);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if !is_form {
                let problem = Problem::of(Kind::UnsupportedMediaType);
                return Err(problem.with("supported", FORM).into());
            }
            let unreadable = || Problem::of(Kind::MalformedRequest).with("reason", "unreadable");
            let payload = payload.await.map_err(|_| unreadable())?;
            let arrival = tokio::time::timeout(ARRIVAL, payload.to_bytes_limited(LIMIT)).await;
            let bytes = arrival
                .map_err(|_| Problem::of(Kind::RequestTimeout))?
                .map_err(|_| Problem::of(Kind::TooLarge).with("limit", LIMIT.to_string()))?
                .map_err(|_| unreadable())?;
            let mut fields = HashMap::new();
            for (name, value) in form_urlencoded::parse(&bytes) {
                if fields
                    .insert(name.into_owned(), value.into_owned())
                    .is_some()
                {
                    return Ok(Self(Err(())));
                }
            }
            // What is sent empty counts as not sent (RFC 6749, section 3.2).
            fields.retain(|_, value| !value.is_empty());
            Ok(Self(Ok(fields)))
        })
    }
}

/// The id and secret of the client: by HTTP Basic or in the form, not both.
fn client(
    request: &HttpRequest,
    form: &HashMap<String, String>,
) -> Result<(String, String), Refusal> {
    let header = request.headers().get(AUTHORIZATION);
    let in_form = (form.get("client_id"), form.get("client_secret"));
    match (header, in_form) {
        (Some(header), (id, None)) => {
            let (client, secret) =
                basic(header.to_str().unwrap_or_default()).ok_or(INVALID_CLIENT)?;
            match id {
                Some(id) if *id != client => Err(INVALID_CLIENT),
                _ => Ok((client, secret)),
            }
        }
        (Some(_), (_, Some(_))) => Err(Refusal(
            "invalid_request",
            "the client authenticates in two ways at once",
        )),
        (None, (Some(id), Some(secret))) => Ok((id.clone(), secret.clone())),
        (None, _) => Err(INVALID_CLIENT),
    }
}

/// Both parts are form-encoded before they are joined (RFC 6749, section 2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let plain = |part: &str| {
        let form = format!("v={part}");
        let (_, value) = form_urlencoded::parse(form.as_bytes()).next()?;
        Some(value.into_owned())
    };
    Some((plain(id)?, plain(secret)?))
}

/// The scope that is given: what was asked for, if the service may have it, or all of it.
fn scope(account: &Account, asked_for: Option<&String>) -> Result<String, Refusal> {
    let Some(asked_for) = asked_for else {
        return Ok(account.scopes.join(" "));
    };
    let allowed = |code: &str| account.scopes.iter().any(|known| known == code);
    let mut codes: Vec<&str> = asked_for.split_ascii_whitespace().collect();
    codes.dedup();
    match codes.iter().all(|code| allowed(code)) {
        true => Ok(codes.join(" ")),
        false => Err(Refusal(
            "invalid_scope",
            "the service may not have one of the scopes",
        )),
    }
}

/// Get a token for a service.
///
/// Client credentials (RFC 6749, section 4.4) by HTTP Basic or in the form. Scopes are the permissions of this document; a
/// service may do what one of its roles allows *and* the token's scope names, so that it needs both (`self:read` for
/// `/auth/me`). The token is a JWT by RFC 9068 (`typ` `at+jwt`, EdDSA): `iss` and `aud` are the issuer of the metadata, `sub` and
/// `client_id` the account, `scope` what was given, `roles` what the service holds where; `sid` names the secret. Who verifies
/// it elsewhere, with the keys alone, learns of a withdrawal when it expires; here it acts at once.
///
/// Errors have the shape of RFC 6749, section 5.2; only what never reached the form (media type, size, too many requests)
/// is a problem of RFC 9457.
#[utoipa::path(
    tag = "OAuth",
    request_body(content = ServiceTokenIn, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token", body = ServiceTokenOut),
        (status = 400, description = "`invalid_request`, `invalid_scope` or `unsupported_grant_type`", body = OauthErrorOut),
        (status = 401, description = "`invalid_client`", body = OauthErrorOut,
            headers(("WWW-Authenticate" = String, description = "How to authenticate"))),
        OauthProblems
    ),
    security((), ("client" = []))
)]
#[post("/oauth/token")]
pub async fn create_token(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    asked: Asked,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Halt> {
    match given(&state, asked, &request, form).await? {
        Ok(token) => Ok(super::session::answered(&token)),
        Err(refusal) => Ok(refusal.answer()),
    }
}

async fn given(
    state: &AppState,
    asked: Asked,
    request: &HttpRequest,
    Form(form): Form,
) -> Result<Result<ServiceTokenOut, Refusal>, Halt> {
    let Ok(form) = form else {
        return Ok(Err(Refusal("invalid_request", "a field is sent twice")));
    };
    match form.get("grant_type").map(String::as_str) {
        Some("client_credentials") => {}
        Some(_) => {
            let words = "only client_credentials is offered";
            return Ok(Err(Refusal("unsupported_grant_type", words)));
        }
        None => return Ok(Err(Refusal("invalid_request", "grant_type is missing"))),
    }
    let (client, sent) = match client(request, &form) {
        Ok(client) => client,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let known = service(state, &client).await?;
    let id = known.as_ref().map(|account| account.head.id);
    let attempt = Attempt::secret(state, asked, id).await?;
    let today = state.clock.today();
    let secret = secret::digest(&sent);
    let held = client_secret::find(&state.db, id.unwrap_or_default(), &secret).await?;
    let held = held.filter(|held| held.value.is_valid_on(today));
    let active = known.filter(|account| {
        let value = &account.value;
        value.status == "active" && value.expires_on.is_none_or(|end| today < end)
    });
    let (Some(account), Some(held)) = (active, held) else {
        attempt.failed(Event::TokenRefused, "secret").await?;
        return Ok(Err(INVALID_CLIENT));
    };
    if !from_network(&account.value.networks(), asked.address) {
        attempt.failed(Event::TokenRefused, "network").await?;
        return Ok(Err(INVALID_CLIENT));
    }
    let mut tx = state.begin(asked, None).await?;
    let id = account.head.id;
    tx.attribute_to(id);
    attempt.succeeded(&tx).await?;
    let scope = match scope(&account.value, form.get("scope")) {
        Ok(scope) => scope,
        Err(refusal) => {
            tx.note(Noted::of(Event::TokenRefused, id).with("reason", "scope"));
            tx.commit().await?;
            return Ok(Err(refusal));
        }
    };
    client_secret::used(&tx, held.head.id).await?;
    let roles = grant::held(&tx, id, today).await?;
    tx.note(Noted::of(Event::TokenIssued, id).with("scope", scope.as_str()));
    tx.commit().await?;
    let signer = state.keys.signer(&state.db, state.clock.now()).await?;
    let access_token = signer.sign(id, held.head.id, Some(scope.clone()), roles)?;
    Ok(Ok(ServiceTokenOut {
        access_token,
        token_type: "Bearer".to_owned(),
        expires_in: TOKEN_SECONDS,
        scope,
    }))
}

async fn service(state: &AppState, client: &str) -> Result<Option<Versioned<Account>>, Halt> {
    let Ok(id) = client.parse::<Uuid>() else {
        return Ok(None);
    };
    let found: Option<Versioned<Account>> =
        record::find(&state.db, &Key::Id(id), Condition::all()).await?;
    Ok(found.filter(|account| account.value.kind() == AccountKind::Service))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_6749_2_3_1_both_parts_are_form_encoded() {
        let header = |text: &str| format!("Basic {}", STANDARD.encode(text));
        assert_eq!(
            basic(&header("a%3Ab:c%25+d")),
            Some(("a:b".into(), "c% d".into()))
        );
        assert_eq!(basic(&header("no colon")), None);
        assert_eq!(basic("Bearer x"), None);
        assert_eq!(basic("Basic ???"), None);
    }
}
