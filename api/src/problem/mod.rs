//! Problems as RFC 9457: one catalogue, one shape, in the caller's language.

mod document;
mod kind;
mod pages;

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use domain::fault::{Column, Fault, FaultList, Faults, Rule};
use domain::language::Language;
use domain::wording::{Arg, Catalogue};
use persistence::RepoError;
use persistence::idempotency::Answer;
use serde::Serialize;

pub use document::{
    BatchProblems, ChangeProblems, CreateProblems, DeleteProblems, FeedProblems, InternalProblems,
    LinkProblems, LoginProblems, OauthProblems, PdfProblems, ProblemBody, ReadProblems,
    RefreshProblems, RegisterProblems, RemoveProblems, ReplayProblems, ReportProblems,
    ResetProblems, SelfProblems, SnapshotProblems, TransitionProblems, WorkbookProblems,
    components,
};
pub use kind::Kind;
pub use pages::{Problems, list_problems, read_problem};

/// The message files of the catalogue.
pub static TEXTS: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::new(&[
        (Language::Pl, include_str!("../../locales/pl/problems.ftl")),
        (Language::En, include_str!("../../locales/en/problems.ftl")),
    ])
});

/// Why a request was not answered as asked.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Which kind.
    pub kind: Kind,
    args: Vec<(&'static str, String)>,
    /// What is wrong with the parameter that the argument `name` names.
    parameter: Option<Rule>,
    faults: Vec<Fault>,
    /// How many there are in all, where not all are listed.
    total: Option<usize>,
    allowed_transitions: Option<Vec<String>>,
    header: Option<Box<(header::HeaderName, String)>>,
}

impl Problem {
    /// A problem that needs no more words.
    pub fn of(kind: Kind) -> Self {
        let header = match kind {
            Kind::Unauthenticated
            | Kind::BadCredentials
            | Kind::SessionEnded
            | Kind::SecondFactorRequired => {
                Some(Box::new((header::WWW_AUTHENTICATE, "Bearer".to_owned())))
            }
            Kind::Unavailable | Kind::RequestInProgress | Kind::TooManyRequests => {
                Some(Box::new((header::RETRY_AFTER, "5".to_owned())))
            }
            Kind::RegisterUnavailable | Kind::StorageFull => {
                Some(Box::new((header::RETRY_AFTER, "60".to_owned())))
            }
            _ => None,
        };
        Self {
            kind,
            args: Vec::new(),
            parameter: None,
            faults: Vec::new(),
            total: None,
            allowed_transitions: None,
            header,
        }
    }

    /// Adds what the explanation mentions.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// Adds one place of the request that is wrong.
    pub fn at(mut self, pointer: impl Into<String>, rule: Rule) -> Self {
        self.faults.push(Fault::at(pointer, rule));
        self
    }

    /// Adds every place of the request that is wrong.
    pub fn faults(mut self, faults: Vec<Fault>) -> Self {
        self.faults = faults;
        self
    }

    /// Adds the first of many places of the request that are wrong, with their number.
    pub fn listing(mut self, faults: FaultList) -> Self {
        self.total = (faults.listed.len() < faults.total).then_some(faults.total);
        self.faults(faults.listed)
    }

    /// Puts the place of a part of the request in front of every pointer.
    pub fn within(mut self, place: &str) -> Self {
        for fault in &mut self.faults {
            fault.pointer.insert_str(0, place);
        }
        self
    }

    /// The places of the request that are wrong.
    pub fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// Whether a place of the request is wrong.
    pub fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    /// Adds a header to the answer.
    pub fn header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.header = Some(Box::new((name, value.into())));
        self
    }

    /// A state that stands against what is asked for, by the code of its words.
    pub fn conflict(reason: &'static str) -> Self {
        Self::of(Kind::Conflict).with("reason", reason)
    }

    /// A caller that has to wait, in seconds.
    pub fn too_many_requests(wait: u64) -> Self {
        Self::of(Kind::TooManyRequests).header(header::RETRY_AFTER, wait.to_string())
    }

    /// The permission that the caller would need, where that is the problem.
    pub fn missing_permission(&self) -> Option<&str> {
        let refused = matches!(self.kind, Kind::Forbidden | Kind::SecondFactorMissing);
        let (_, code) = self.args.iter().find(|(name, _)| *name == "permission")?;
        refused.then_some(code)
    }

    /// Adds the parameter of the query or the path that is wrong.
    pub fn in_parameter(mut self, name: impl Into<String>, rule: Rule) -> Self {
        self.parameter = Some(rule);
        self.with("name", name)
    }

    /// A value of the query, the path or a header that cannot be read.
    pub fn parameter(name: impl Into<String>) -> Self {
        Self::parameter_breaks(name, Rule::Format)
    }

    /// A value of the query or the path that can be read and cannot be.
    pub fn parameter_breaks(name: impl Into<String>, rule: Rule) -> Self {
        Self::of(Kind::InvalidParameter).in_parameter(name, rule)
    }

    /// A parameter that the operation does not have.
    pub fn unknown_parameter(name: String) -> Self {
        Self::of(Kind::UnknownParameter).in_parameter(name, Rule::UnknownField)
    }

    /// A body that is no JSON from some place on.
    pub fn not_json(line: usize, column: usize) -> Self {
        Self::of(Kind::MalformedRequest)
            .with("reason", "json")
            .with("line", line.to_string())
            .with("column", column.to_string())
    }

    /// A state that cannot follow another one.
    pub fn invalid_transition(from: &str, allowed: Vec<String>) -> Self {
        Self {
            allowed_transitions: Some(allowed),
            ..Self::of(Kind::InvalidTransition).with("from", from)
        }
    }

    /// The answer, in a language, for the request of an id.
    pub fn render(&self, language: Language, request_id: uuid::Uuid) -> HttpResponse {
        let slug = self.kind.slug();
        let args: Vec<(&str, Arg<'_>)> = self
            .args
            .iter()
            .map(|(name, value)| (*name, Arg::from(value)))
            .collect();
        let name = self.args.iter().find(|(name, _)| *name == "name");
        let parameter = self.parameter.zip(name);
        let parameter =
            parameter.map(|(rule, (_, name))| FaultBody::of_parameter(name, rule, language));
        let faults = self.faults.iter();
        let faults = faults.map(|fault| FaultBody::of(fault, language));
        let body = ProblemBody {
            r#type: format!("/problems/{slug}"),
            title: TEXTS.format(language, slug, None, &[]),
            status: self.kind.status(),
            detail: TEXTS.format(language, slug, Some("detail"), &args),
            instance: format!("urn:uuid:{request_id}"),
            code: slug.to_owned(),
            errors: parameter.into_iter().chain(faults).collect(),
            errors_total: self.total,
            allowed_transitions: self.allowed_transitions.clone(),
        };
        let status =
            StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = HttpResponse::build(status);
        if let Some((name, value)) = self.header.as_deref() {
            answer.insert_header((name.clone(), value.as_str()));
        }
        answer
            .insert_header((header::CONTENT_LANGUAGE, language.tag()))
            .content_type("application/problem+json")
            .body(serde_json::to_vec(&body).unwrap_or_default())
    }
}

/// One place of the request that is wrong.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FaultBody {
    /// JSON pointer (RFC 6901) into the request body, where that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/nip")]
    pub pointer: Option<String>,
    /// The parameter of the query or the path, where that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "limit")]
    pub parameter: Option<String>,
    /// Code of the broken rule.
    #[schema(example = "checksum")]
    pub code: String,
    /// Explanation for people.
    #[schema(example = "Błędna suma kontrolna.")]
    pub detail: String,
    /// The column, by the letter that spreadsheets give it; of tables only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 3, example = "C")]
    pub column: Option<String>,
    /// What stands at the head of the column; of tables only, and empty where nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100, example = "nip")]
    pub heading: Option<String>,
}

impl FaultBody {
    /// Explains what is wrong with a parameter.
    fn of_parameter(name: &str, rule: Rule, language: Language) -> Self {
        let code = rule.code();
        Self {
            pointer: None,
            parameter: Some(name.to_owned()),
            code: code.to_owned(),
            detail: TEXTS.format(language, &format!("rule-{code}"), None, &[]),
            column: None,
            heading: None,
        }
    }

    /// Explains a fault.
    pub fn of(fault: &Fault, language: Language) -> Self {
        let code = fault.rule.code();
        let rule = TEXTS.format(language, &format!("rule-{code}"), None, &[]);
        let detail = match &fault.column {
            None => rule,
            Some(Column { letter, heading }) => {
                let id = match heading.is_empty() {
                    true => "in-nameless-column",
                    false => "in-column",
                };
                let args = [("letter", letter), ("heading", heading), ("rule", &rule)];
                let args = args.map(|(name, value)| (name, Arg::from(value)));
                TEXTS.format(language, id, None, &args)
            }
        };
        let column = fault.column.clone();
        let (column, heading) = column.map(|column| (column.letter, column.heading)).unzip();
        Self {
            pointer: Some(fault.pointer.clone()),
            parameter: None,
            code: code.to_owned(),
            detail,
            column,
            heading,
        }
    }
}

impl From<Faults> for Problem {
    fn from(faults: Faults) -> Self {
        Self::of(Kind::InvalidValues).faults(faults.into_vec())
    }
}

impl From<RepoError> for Problem {
    fn from(error: RepoError) -> Self {
        match error {
            RepoError::Stale => Self::of(Kind::Stale),
            RepoError::NotUnique(place) => {
                Self::of(Kind::NotUnique).at(unique_field(&place), Rule::Duplicate)
            }
            RepoError::Reference => Self::of(Kind::DanglingReference),
            RepoError::Unavailable(reason) => {
                tracing::error!(reason, "The database is not available");
                Self::of(Kind::Unavailable)
            }
            RepoError::Full(reason) => {
                tracing::error!(reason, "There is no room left to write");
                Self::of(Kind::StorageFull)
            }
            RepoError::BadPosition => Self::parameter("cursor"),
            RepoError::Busy => {
                tracing::warn!("Waited too long for another transaction");
                Self::of(Kind::Unavailable)
            }
            RepoError::Other(error) => {
                tracing::error!(%error, "The database refused a statement");
                Self::of(Kind::Internal)
            }
        }
    }
}

/// Which field a unique index is about: of PostgreSQL the name of the index is known, of SQLite the columns.
fn unique_field(place: &str) -> String {
    let field = [
        "regon",
        "number",
        "code",
        "slug",
        "person",
        "group",
        "institution",
        "meeting",
        "email",
        "account",
    ];
    let known = field
        .into_iter()
        .find(|name| place.ends_with(&format!("_{name}")) || place.contains(&format!(".{name}")));
    known.map_or_else(|| "/slug".to_owned(), |name| format!("/{name}"))
}

/// What ends a handler early: a problem, or an answer that was given before.
#[derive(Debug)]
pub enum Halt {
    /// Something is wrong.
    Problem(Problem),
    /// The same request was answered already (`Idempotency-Key`).
    Replay(Answer),
}

impl<P: Into<Problem>> From<P> for Halt {
    fn from(problem: P) -> Self {
        Halt::Problem(problem.into())
    }
}

impl std::fmt::Display for Halt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Halt::Problem(problem) => f.write_str(problem.kind.slug()),
            Halt::Replay(_) => f.write_str("replay"),
        }
    }
}

impl actix_web::ResponseError for Halt {
    fn status_code(&self) -> StatusCode {
        let status = match self {
            Halt::Problem(problem) => problem.kind.status(),
            Halt::Replay(answer) => answer.status,
        };
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// A problem travels as an extension; the gate renders it, since only it knows language and request id.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Halt::Problem(problem) => {
                let mut response = response.finish();
                response.extensions_mut().insert(problem.clone());
                response
            }
            Halt::Replay(answer) => {
                for (name, value) in &answer.headers {
                    response.insert_header((name.as_str(), value.as_str()));
                }
                response.body(answer.body.clone())
            }
        }
    }
}
