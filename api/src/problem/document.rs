//! Problems in the document: which statuses an operation can answer, and what each means.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::{ContentBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type};
use utoipa::{IntoResponses, ToSchema};

use super::{FaultBody, Kind, TEXTS};
use domain::language::Language;

/// Why a request was not answered as asked (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Page that explains this kind of problem.
    #[schema(format = "uri-reference", example = "/problems/invalid-values")]
    pub r#type: String,
    /// The kind of problem, in the caller's language.
    #[schema(example = "Niedozwolone wartości")]
    pub title: String,
    /// HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What happened, in the caller's language.
    #[schema(example = "Co najmniej jedna wartość łamie regułę.")]
    pub detail: String,
    /// `urn:uuid:` and the request id, by which the server's log can be searched.
    #[schema(
        format = "uri",
        example = "urn:uuid:0198c0de-0000-7000-8000-000000000001"
    )]
    pub instance: String,
    /// The kind of problem, stable.
    #[schema(example = "invalid-values")]
    pub code: String,
    /// The places of the request that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FaultBody>,
    /// How many places are wrong, where `errors` lists the first of them only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Int64, nullable = false, minimum = 1, example = 2800)]
    pub errors_total: Option<usize>,
    /// The states into which the caller may bring the record; with `invalid-transition` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 20, example = json!(["held", "cancelled"]))]
    pub allowed_transitions: Option<Vec<String>>,
}

/// Some problems, by status.
fn by_status(kinds: &[Kind]) -> BTreeMap<u16, Vec<Kind>> {
    let mut statuses: BTreeMap<u16, Vec<Kind>> = BTreeMap::new();
    for kind in kinds {
        statuses.entry(kind.status()).or_default().push(*kind);
    }
    statuses
}

/// The name under which the document has the problems of one status: the phrase of the status for those of the first family
/// that has any, and for others that of their own first family besides.
fn name_of(status: u16, kinds: &[Kind]) -> String {
    let phrase = StatusCode::from_u16(status).ok();
    let phrase = phrase.and_then(|status| status.canonical_reason());
    let phrase = phrase.unwrap_or_default().replace(' ', "");
    let with_status = FAMILIES.iter().filter_map(|(family, all)| {
        let kinds = by_status(all).remove(&status)?;
        Some((*family, kinds))
    });
    let mut families = with_status.clone().map(|(family, _)| family);
    let mut same = with_status.filter(|(_, known)| known == kinds);
    match (families.next(), same.next()) {
        (Some(first), Some((family, _))) if first != family => {
            phrase + family.trim_end_matches("Problems")
        }
        _ => phrase,
    }
}

/// What an operation of a family can end with: named here, described once in [`components`].
fn responses(kinds: &[Kind]) -> BTreeMap<String, RefOr<Response>> {
    let named = |(status, kinds): (u16, Vec<Kind>)| {
        let name = format!("#/components/responses/{}", name_of(status, &kinds));
        (status.to_string(), RefOr::Ref(Ref::new(name)))
    };
    by_status(kinds).into_iter().map(named).collect()
}

/// Every answer with a problem that operations refer to.
pub fn components() -> BTreeMap<String, RefOr<Response>> {
    let all = FAMILIES.iter().flat_map(|(_, kinds)| by_status(kinds));
    let named = |(status, kinds): (u16, Vec<Kind>)| {
        (name_of(status, &kinds), RefOr::T(response(status, &kinds)))
    };
    all.map(named).collect()
}

fn response(status: u16, kinds: &[Kind]) -> Response {
    let meaning = |kind: &Kind| {
        let title = TEXTS.format(Language::En, kind.slug(), None, &[]);
        format!("`{}`: {title}", kind.slug())
    };
    let description = kinds.iter().map(meaning).collect::<Vec<_>>().join("; ");
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("ProblemBody")))
        .build();
    let text = |name: &str| {
        HeaderBuilder::new()
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .description(Some(name))
            .build()
    };
    let mut built = ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content);
    if status == 401 {
        built = built.header("WWW-Authenticate", text("How to authenticate"));
    }
    if matches!(status, 429 | 503) {
        built = built.header("Retry-After", text("Seconds to wait"));
    }
    built.build()
}

macro_rules! families {
    ($($(#[doc = $doc:literal])+ $name:ident: $($kind:ident)+;)+) => { $(
        $(#[doc = $doc])+
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                responses(&[$(Kind::$kind,)+])
            }
        }
    )+

        /// Every family with its problems.
        const FAMILIES: &[(&str, &[Kind])] = &[$((stringify!($name), &[$(Kind::$kind,)+]),)+];
    };
}

families! {
    /// What reading what is public can end with.
    ReadProblems: MalformedRequest UnknownParameter InvalidParameter Unauthenticated NotFound
        TooManyRequests Internal Unavailable StorageFull;
    /// What reading what is internal can end with.
    InternalProblems: MalformedRequest UnknownParameter InvalidParameter Unauthenticated Forbidden SecondFactorMissing NotFound
        TooManyRequests Internal Unavailable StorageFull;
    /// What looking something up in a public register can end with.
    RegisterProblems: MalformedRequest UnknownParameter InvalidParameter Unauthenticated Forbidden SecondFactorMissing NotFound
        Conflict TooManyRequests Internal Unavailable StorageFull RegisterUnavailable;
    /// What reading the feed of changes can end with.
    FeedProblems: MalformedRequest UnknownParameter InvalidParameter Unauthenticated NotFound SnapshotRequired
        TooManyRequests Internal Unavailable StorageFull;
    /// What taking a snapshot can end with.
    SnapshotProblems: MalformedRequest UnknownParameter InvalidParameter Unauthenticated Forbidden SecondFactorMissing NotFound
        UnsupportedMediaType TooManyRequests Internal Unavailable StorageFull;
    /// What reading a report can end with.
    ReportProblems: MalformedRequest UnknownParameter InvalidParameter Unauthenticated NotFound
        InvalidValues TooManyRequests Internal Unavailable StorageFull;
    /// What writing a workbook can end with besides.
    WorkbookProblems: NotAcceptable;
    /// What setting a report as PDF can end with besides.
    PdfProblems: NotImplemented;
    /// What recording something can end with.
    CreateProblems: MalformedRequest UnknownParameter InvalidParameter Unauthenticated Forbidden SecondFactorMissing NotFound
        RequestTimeout NotUnique DanglingReference Conflict RequestInProgress TooLarge UnsupportedMediaType InvalidValues KeyReused
        TooManyRequests Internal Unavailable StorageFull;
    /// What recording many can end with.
    BatchProblems: MalformedRequest UnknownParameter InvalidParameter Unauthenticated Forbidden SecondFactorMissing NotFound
        RequestTimeout NotUnique DanglingReference Conflict RequestInProgress Stale TooLarge UnsupportedMediaType InvalidValues
        KeyReused TooManyRequests Internal Unavailable StorageFull;
    /// What telling again can end with.
    ReplayProblems: MalformedRequest UnknownParameter InvalidParameter Unauthenticated Forbidden SecondFactorMissing NotFound
        RequestTimeout Conflict RequestInProgress SnapshotRequired TooLarge UnsupportedMediaType InvalidValues KeyReused
        TooManyRequests Internal Unavailable StorageFull;
    /// What a change can end with.
    ChangeProblems: MalformedRequest UnknownParameter InvalidParameter Unauthenticated Forbidden SecondFactorMissing NotFound
        RequestTimeout NotUnique DanglingReference Conflict StillReferredTo RequestInProgress Stale TooLarge UnsupportedMediaType
        InvalidValues PreconditionRequired TooManyRequests Internal Unavailable StorageFull;
    /// What a deletion can end with.
    DeleteProblems: MalformedRequest UnknownParameter InvalidParameter Unauthenticated Forbidden SecondFactorMissing NotFound
        StillReferredTo RequestInProgress Stale KeyReused PreconditionRequired TooManyRequests Internal Unavailable StorageFull;
    /// What a step into another state can end with.
    TransitionProblems: MalformedRequest UnknownParameter InvalidParameter Unauthenticated Forbidden SecondFactorMissing NotFound
        RequestTimeout NotUnique DanglingReference Conflict InvalidTransition RequestInProgress Stale TooLarge UnsupportedMediaType
        InvalidValues KeyReused PreconditionRequired TooManyRequests Internal Unavailable StorageFull;
    /// What signing in can end with.
    LoginProblems: MalformedRequest UnknownParameter InvalidParameter BadCredentials SecondFactorRequired
        RequestTimeout TooLarge UnsupportedMediaType InvalidValues TooManyRequests Internal Unavailable StorageFull;
    /// What going on with a session can end with.
    RefreshProblems: MalformedRequest UnknownParameter InvalidParameter SessionEnded RequestTimeout
        TooLarge UnsupportedMediaType InvalidValues TooManyRequests Internal Unavailable StorageFull;
    /// What an end without a version, of what has none, can end with.
    RemoveProblems: MalformedRequest UnknownParameter InvalidParameter Unauthenticated Forbidden SecondFactorMissing NotFound
        Conflict RequestInProgress Stale KeyReused TooManyRequests Internal Unavailable StorageFull;
    /// What a change of one's own account can end with.
    SelfProblems: MalformedRequest UnknownParameter InvalidParameter Unauthenticated Forbidden NotFound
        RequestTimeout Conflict TooLarge UnsupportedMediaType InvalidValues TooManyRequests Internal Unavailable StorageFull;
    /// What asking for a letter can end with.
    ResetProblems: MalformedRequest UnknownParameter InvalidParameter RequestTimeout TooLarge
        UnsupportedMediaType InvalidValues TooManyRequests Internal Unavailable StorageFull;
    /// What using a link can end with.
    LinkProblems: MalformedRequest UnknownParameter InvalidParameter RequestTimeout NotUnique LinkNotValid
        TooLarge UnsupportedMediaType InvalidValues TooManyRequests Internal Unavailable StorageFull;
    /// What asking for a service's token can end with besides the errors of OAuth.
    OauthProblems: RequestTimeout TooLarge UnsupportedMediaType TooManyRequests Internal Unavailable StorageFull;
}
