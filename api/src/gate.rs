//! What every request passes before and after its handler: one place for what holds everywhere.

use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::{ConnectionType, Method, StatusCode, Uri, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, web};
use domain::access::Actor;
use domain::audit::Event;
use domain::language::Language;
use domain::partnership::Partnership;
use domain::slug::Key;
use persistence::audit::Noted;
use persistence::{Condition, record};

use crate::asked::Asked;
use crate::clock::new_id;
use crate::contract::Verdict;
use crate::limits::Standing;
use crate::list_format::ListFormat;
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::{address, auth};

/// Where the token of a calendar link stands in the path.
const CALENDARS: &str = "/api/v1/calendars/";

/// How long a request may take in all; longer than the wait for a lock or for the body to arrive.
const REQUEST_TIME: Duration = Duration::from_secs(60);
const IMPORTS: &str = "/api/v1/imports";
const IMPORT_TIME: Duration = Duration::from_secs(600);

/// Lets a request through, or answers with the problem that keeps it out; finishes every answer.
pub async fn gate<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = std::time::Instant::now();
    let state = request.app_data::<web::Data<AppState>>().cloned();
    let proxies = state.as_ref().map(|state| state.proxies.as_ref());
    let asked = Asked {
        language: language_of(&request),
        request_id: new_id(),
        address: address::of_request(&request, proxies.unwrap_or_default()),
    };
    request.extensions_mut().insert(asked);
    let method = request.method().clone();
    let path = request.path().to_owned();
    let logged = without_token(&path);
    // Java's client offers HTTP/2 so in each request. The offer is declined, and the server closes a connection after one.
    let offered = request.head().connection_type() == ConnectionType::Upgrade;
    let limit = if path == IMPORTS {
        IMPORT_TIME
    } else {
        REQUEST_TIME
    };
    let answered = async {
        let (standing, entered) = match &state {
            Some(state) => enter(state, &mut request, asked).await,
            None => (None, Err(Problem::of(Kind::Internal))),
        };
        let response = match entered {
            Err(problem) => request.into_response(problem.render(asked.language, asked.request_id)),
            Ok(()) => {
                if method == Method::HEAD {
                    request.head_mut().method = Method::GET;
                }
                finish(next.call(request).await?.map_into_boxed_body(), asked).await
            }
        };
        Ok::<_, Error>((standing, response))
    };
    let Ok(answered) = tokio::time::timeout(limit, answered).await else {
        tracing::error!(http.method = %method, http.path = logged, request.id = %asked.request_id, "Gave up a request");
        // The request is gone with its handler; what is left of it is the answer.
        let problem = Problem::of(Kind::Unavailable);
        let mut late = problem.render(asked.language, asked.request_id);
        add_headers(late.headers_mut(), false, asked);
        return Err(InternalError::from_response("gave up", late).into());
    };
    let (standing, mut response) = answered?;
    if let Some(standing) = standing {
        add_limits(response.headers_mut(), standing);
    }
    // Who is to come later keeps no connection from others meanwhile.
    if offered || matches!(response.status().as_u16(), 429 | 503) {
        let head = response.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
    let docs = is_docs(response.request().path());
    add_headers(response.headers_mut(), docs, asked);
    let account = response
        .request()
        .extensions()
        .get::<Actor>()
        .and_then(|actor| actor.account);
    let account = account.map(|id| id.to_string()).unwrap_or_default();
    let status = response.status().as_u16();
    let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(
        http.method = %method, http.path = logged, http.status = status, elapsed_ms, request.id = %asked.request_id,
        account.id = account,
        "Answered a request"
    );
    Ok(response)
}

/// What keeps a request out, and how its caller stands with the general limit.
async fn enter(
    state: &AppState,
    request: &mut ServiceRequest,
    asked: Asked,
) -> (Option<Standing>, Result<(), Problem>) {
    let open = match described(state, request) {
        Ok(Verdict::Described(Some(format))) => {
            lead_to_list(request, format);
            false
        }
        Ok(verdict) => verdict == Verdict::Open,
        Err(problem) => return (None, Err(problem)),
    };
    let is_probe = request.path().starts_with("/health/");
    // A probe is answered whatever it sends.
    let bearer = match is_probe || open {
        true => Ok(None),
        false => auth::bearer(state, request.headers()).await,
    };
    // Counted before the database is asked what the token stands for.
    let known = bearer.as_ref().ok().and_then(Option::as_ref);
    let standing = match (known.map(|bearer| bearer.account), asked.address) {
        (Some(account), _) => Some(state.limits.account(account)),
        (None, Some(address)) if is_probe => Some(state.limits.probe(address)),
        (None, Some(address)) => Some(state.limits.address(address)),
        (None, None) => None,
    };
    if let Some(wait) = standing.and_then(|standing| standing.wait) {
        return (standing, Err(Problem::too_many_requests(wait)));
    }
    let entered = async {
        let actor = match bearer? {
            None => Actor::default(),
            Some(bearer) => {
                request.extensions_mut().insert(bearer.clone());
                auth::stands_for(state, bearer, asked).await?
            }
        };
        request.extensions_mut().insert(actor);
        Ok(())
    };
    (standing, entered.await)
}

/// What the document says of the request, if it describes it.
fn described(state: &AppState, request: &ServiceRequest) -> Result<Verdict, Problem> {
    let encoding = request.headers().get(header::CONTENT_ENCODING);
    let has_body = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::DELETE
    );
    if has_body && encoding.is_some_and(|encoding| encoding != "identity") {
        // Never inflated: a small compressed body could fill the memory.
        let problem =
            Problem::of(Kind::UnsupportedMediaType).with("supported", "Content-Encoding: identity");
        return Err(problem.header(header::ACCEPT_ENCODING, "identity"));
    }
    if is_docs(request.path()) {
        return Ok(Verdict::Described(None));
    }
    match state.contract.judge(
        request.method().as_str(),
        request.path(),
        request.query_string(),
    ) {
        verdict @ (Verdict::Described(_) | Verdict::Open) => Ok(verdict),
        Verdict::NoSuchPath => Err(Problem::of(Kind::NotFound)),
        Verdict::OtherMethods(allow) => {
            let problem = Problem::of(Kind::MethodNotAllowed).with("allowed", allow.clone());
            Err(problem.header(header::ALLOW, allow))
        }
        Verdict::UnknownParameter(name) => Err(Problem::unknown_parameter(shortened(&name))),
        Verdict::InvalidParameter(name) => Err(Problem::parameter(shortened(&name))),
    }
}

/// Sends a request for a list in another format to the list, which answers in that format.
fn lead_to_list(request: &mut ServiceRequest, format: ListFormat) {
    let uri = request.uri();
    let Some((list, _)) = ListFormat::split(uri.path()) else {
        return;
    };
    let target = match uri.query() {
        Some(query) => format!("{list}?{query}"),
        None => list.to_owned(),
    };
    if let Ok(target) = target.parse::<Uri>() {
        request.match_info_mut().get_mut().update(&target);
        request.head_mut().uri = target;
        request.extensions_mut().insert(format);
    }
}

/// Whether a path is one of the interactive documentation, which the document does not describe.
fn is_docs(path: &str) -> bool {
    path == "/docs" || path.starts_with("/docs/")
}

/// A path as the log shows it: who reads the log does not thereby read a calendar.
fn without_token(path: &str) -> &str {
    match path.starts_with(CALENDARS) {
        true => CALENDARS,
        false => path,
    }
}

fn shortened(name: &str) -> String {
    name.chars()
        .filter(|letter| !letter.is_control())
        .take(50)
        .collect()
}

/// Renders what a handler refused, and gives every bare error the one shape.
async fn finish(mut response: ServiceResponse<BoxBody>, asked: Asked) -> ServiceResponse<BoxBody> {
    let problem = response.response_mut().extensions_mut().remove::<Problem>();
    if let Some(problem) = problem {
        if let Some(permission) = problem.missing_permission() {
            note_refusal(response.request(), asked, permission).await;
        }
        let rendered = problem.render(asked.language, asked.request_id);
        return response.into_response(rendered);
    }
    let status = response.status();
    let shaped = response
        .headers()
        .get(header::CONTENT_TYPE)
        // The errors of OAuth have a shape of their own.
        .is_some_and(|kind| kind == "application/problem+json" || kind == "application/json");
    if status.as_u16() >= 400 && !shaped {
        return response.into_response(plain(status, asked));
    }
    response
}

/// Notes in the audit trail that a caller was refused what it may not do.
async fn note_refusal(request: &HttpRequest, asked: Asked, permission: &str) {
    let actor = request.extensions().get::<Actor>().cloned();
    let (Some(state), Some(actor)) = (request.app_data::<web::Data<AppState>>(), actor) else {
        return;
    };
    let pattern = request.match_pattern().unwrap_or_default();
    let operation = format!("{} {pattern}", request.method());
    let account = actor.account.unwrap_or_default();
    // The trail is for ever: who repeats what is refused does not fill it.
    if !state.limits.is_first_refusal(account, &operation) {
        return;
    }
    let stored = async {
        let key = request.match_info().get("partnership");
        let partnership = match key.and_then(|key| Key::parse(key).ok()) {
            Some(key) => record::find::<Partnership>(&state.db, &key, Condition::all()).await?,
            None => None,
        };
        let noted = Noted::of(Event::Refused, None)
            .in_partnership(partnership.map(|found| found.head.id))
            .with("permission", permission)
            .with("operation", operation);
        let origin = asked.origin(Some(&actor));
        let tx = state.db.begin(origin, state.clock.now()).await?;
        tx.note(noted);
        tx.commit().await
    };
    if let Err(error) = stored.await {
        tracing::error!(%error, request.id = %asked.request_id, "A refusal was not noted in the audit trail");
    }
}

fn add_limits(headers: &mut header::HeaderMap, standing: Standing) {
    let values = [
        ("ratelimit-policy", standing.policy()),
        ("ratelimit", standing.state()),
    ];
    for (name, value) in values {
        if let Ok(value) = header::HeaderValue::from_str(&value) {
            headers.insert(header::HeaderName::from_static(name), value);
        }
    }
}

/// The problem of a status that something below answered without a body of ours.
fn plain(status: StatusCode, asked: Asked) -> HttpResponse {
    let kind = match status.as_u16() {
        404 => Kind::NotFound,
        405 => Kind::MethodNotAllowed,
        408 => Kind::RequestTimeout,
        413 => Kind::TooLarge,
        415 => Kind::UnsupportedMediaType,
        400..=499 => Kind::MalformedRequest,
        _ => Kind::Internal,
    };
    let problem = Problem::of(kind)
        .with("reason", status.canonical_reason().unwrap_or_default())
        .with("allowed", "")
        .with("limit", "2097152")
        .with("supported", "application/json");
    problem.render(asked.language, asked.request_id)
}

fn add_headers(headers: &mut header::HeaderMap, docs: bool, asked: Asked) {
    let mut set = |name: header::HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, header::HeaderValue::from_static(value));
        }
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::CACHE_CONTROL, "private, no-cache");
    set(header::VARY, "Accept-Language, Authorization");
    // Swagger UI has styles in its page; everything else is data or a page without any.
    set(
        header::CONTENT_SECURITY_POLICY,
        if docs {
            "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
        } else {
            "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
        },
    );
    if let Ok(id) = header::HeaderValue::from_str(&asked.request_id.to_string()) {
        headers.insert(header::HeaderName::from_static("x-request-id"), id);
    }
}

/// The language of `Accept-Language` with the greatest weight that this server speaks.
fn language_of(request: &ServiceRequest) -> Language {
    let Some(accepted) = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
    else {
        return Language::default();
    };
    let mut best = (Language::default(), 0.0);
    for range in accepted.split(',') {
        let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let weight: f32 = weight
            .trim()
            .strip_prefix("q=")
            .and_then(|weight| weight.parse().ok())
            .unwrap_or(0.0);
        if let Some(language) = Language::from_tag(tag.trim())
            && weight > best.1
        {
            best = (language, weight);
        }
    }
    best.0
}
