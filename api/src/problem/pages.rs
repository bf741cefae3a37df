//! The pages that explain each kind of problem; `type` leads here.

use actix_web::{HttpResponse, get, web};
use domain::access::permission::ReadPublic;
use domain::language::Language;
use maud::{DOCTYPE, html};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Halt, Kind, Problem, ReadProblems, TEXTS};
use crate::asked::Asked;
use crate::auth::Require;

/// A kind of problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemKindOut {
    /// Stable name.
    #[schema(example = "stale")]
    pub code: String,
    /// HTTP status.
    #[schema(example = 412)]
    pub status: u16,
    /// Title in the caller's language.
    #[schema(example = "Ktoś inny zmienił rekord")]
    pub title: String,
}

/// Every kind of problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problems {
    /// By status.
    pub items: Vec<ProblemKindOut>,
}

/// List the kinds of problems this API answers with.
///
/// Titles come in the language of `Accept-Language`.
#[utoipa::path(
    tag = "System",
    responses((status = 200, description = "Every kind", body = Problems), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/problems")]
pub async fn list_problems(_: Require<ReadPublic>, asked: Asked) -> HttpResponse {
    let kind = |kind: &Kind| ProblemKindOut {
        code: kind.slug().to_owned(),
        status: kind.status(),
        title: TEXTS.format(asked.language, kind.slug(), None, &[]),
    };
    HttpResponse::Ok().json(Problems {
        items: Kind::ALL.iter().map(kind).collect(),
    })
}

/// Explain one kind of problem, as a page for people.
///
/// Where the `type` of a problem leads.
#[utoipa::path(
    tag = "System",
    params(("code" = String, Path, description = "Code of the problem", max_length = 100, example = "stale")),
    responses((status = 200, description = "The page", body = String, content_type = "text/html"), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/problems/{code}")]
pub async fn read_problem(
    _: Require<ReadPublic>,
    asked: Asked,
    code: web::Path<String>,
) -> Result<HttpResponse, Halt> {
    let kind = Kind::ALL.iter().find(|kind| kind.slug() == code.as_str());
    let kind = kind.ok_or_else(|| Problem::of(Kind::NotFound))?;
    let title = TEXTS.format(asked.language, kind.slug(), None, &[]);
    let explained = match asked.language {
        Language::Pl => "Odpowiedź o statusie",
        Language::En => "An answer of status",
    };
    let page = html! {
        (DOCTYPE)
        html lang=(asked.language.tag()) {
            head { meta charset="utf-8"; title { (title) } }
            body { main { h1 { (title) } p { (explained) " " (kind.status()) ", code " code { (kind.slug()) } "." } } }
        }
    };
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(page.into_string()))
}
