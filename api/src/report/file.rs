//! Reports in the formats that people hand in: made when they are asked for, and of a frozen report made once.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_LANGUAGE, ETAG};
use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::access::permission::ReadPublic;
use domain::language::Language;
use domain::record::Versioned;
use domain::report::content::Wording;
use domain::report::{Content, Report, markdown};
use persistence::report::file::{self, File, Which};
use persistence::{Tx, change};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::content::{self, ALL_LANGUAGES, JSON};
use super::html;
use crate::asked::Asked;
use crate::auth::Require;
use crate::problem::{Halt, Kind, Problem, ReadProblems};
use crate::records::{self, InPartnership, Read};
use crate::state::AppState;
use crate::wire::{has_already, not_modified};

/// A format in which a report is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// The content, in both languages.
    Json,
    /// Sentences.
    Markdown,
    /// Sentences, as a page.
    Html,
}

impl Format {
    const ALL: [Format; 3] = [Format::Json, Format::Markdown, Format::Html];

    const fn suffix(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::Markdown => "md",
            Self::Html => "html",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }

    /// The tag of the language of a file in the format.
    const fn tag(self, language: Language) -> &'static str {
        match self {
            Self::Json => ALL_LANGUAGES,
            _ => language.tag(),
        }
    }

    /// Writes down what a report says.
    fn write(self, content: &Content, language: Language) -> Result<Vec<u8>, Problem> {
        let failed = || Problem::of(Kind::Internal);
        let wording = content.wording.get(language.tag()).ok_or_else(failed)?;
        // Notes are for those who make a report, not for those who are given it.
        let wording = Wording {
            warnings: Vec::new(),
            ..wording.clone()
        };
        let name = &content.partnership.name;
        Ok(match self {
            Self::Json => content.canonical().map_err(|_| failed())?,
            Self::Markdown => markdown::render(name, &wording),
            Self::Html => html::render(name, &wording, language).into_string(),
        }
        .into_bytes())
    }
}

/// Keeps what a report says from now on, in every format and language, and answers its SHA-256.
pub async fn keep(tx: &Tx, report: Uuid, content: &Content) -> Result<String, Halt> {
    for format in Format::ALL {
        for language in Language::ALL {
            make(tx, report, content, format, language).await?;
        }
    }
    let canonical = Format::Json.write(content, Language::Pl)?;
    Ok(hex::encode(Sha256::digest(canonical)))
}

/// Makes one file, unless it is there already.
async fn make(
    tx: &Tx,
    report: Uuid,
    content: &Content,
    format: Format,
    language: Language,
) -> Result<(), Halt> {
    let written = format.write(content, language)?;
    let which = Which {
        report,
        format: format.suffix(),
        language: format.tag(language),
    };
    let file = File {
        sha256: hex::encode(Sha256::digest(&written)),
        content: written,
    };
    Ok(file::insert(tx, which, file).await?)
}

/// Read what a report says.
///
/// Its figures, each with all the records that it counts and what they showed, and its sentences in both languages. Until it is frozen, what
/// the records say now; from then on the canonical form (RFC 8785) of what was frozen, whose SHA-256 is the report's `sha256`.
#[utoipa::path(
    tag = "Reports",
    params(InPartnership, ("report" = String, Path, description = "Id or slug", max_length = 100, example = "sprawozdanie-2016")),
    responses(
        (status = 200, description = "What it says", body = Content,
            headers(("ETag" = String, description = "Tells this answer from others"))),
        (status = 304, description = "It says the same"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/reports/{report}.json")]
pub async fn read_report_json(
    actor: Require<ReadPublic>,
    state: web::Data<AppState>,
    read: Read,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    answer(&actor, &state, &read, Format::Json, &request).await
}

/// Read a report as Markdown.
///
/// In Polish or English, by `Accept-Language`. Of a frozen report the same bytes whenever it is asked for.
#[utoipa::path(
    tag = "Reports",
    params(InPartnership, ("report" = String, Path, description = "Id or slug", max_length = 100, example = "sprawozdanie-2016")),
    responses(
        (status = 200, description = "The report", body = String, content_type = "text/markdown",
            headers(("ETag" = String, description = "Tells this answer from others"))),
        (status = 304, description = "It says the same"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/reports/{report}.md")]
pub async fn read_report_md(
    actor: Require<ReadPublic>,
    state: web::Data<AppState>,
    read: Read,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    answer(&actor, &state, &read, Format::Markdown, &request).await
}

/// Read a report as a page.
///
/// In Polish or English, by `Accept-Language`. Of a frozen report the same bytes whenever it is asked for.
#[utoipa::path(
    tag = "Reports",
    params(InPartnership, ("report" = String, Path, description = "Id or slug", max_length = 100, example = "sprawozdanie-2016")),
    responses(
        (status = 200, description = "The report", body = String, content_type = "text/html",
            headers(("ETag" = String, description = "Tells this answer from others"))),
        (status = 304, description = "It says the same"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/reports/{report}.html")]
pub async fn read_report_html(
    actor: Require<ReadPublic>,
    state: web::Data<AppState>,
    read: Read,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    answer(&actor, &state, &read, Format::Html, &request).await
}

async fn answer(
    actor: &Require<ReadPublic>,
    state: &AppState,
    read: &Read,
    format: Format,
    request: &HttpRequest,
) -> Result<HttpResponse, Halt> {
    let (site, report) = records::found::<Report, ReadPublic>(actor, read).await?;
    let language = Asked::of(request).language;
    let (tag, written) = match report.value.is_frozen() {
        true => {
            let file = frozen(state, &report, format, request).await?;
            (format!("\"{}\"", file.sha256), file.content)
        }
        false => {
            // Read before all that is counted: that is at least as new as the tag promises.
            let sequence = change::feed::sequence_of(&state.db, Some(site.id())).await?;
            let (id, format_tag) = (report.head.id, format.suffix());
            let tag = format!("\"{sequence}-{id}.{}.{format_tag}\"", language.tag());
            if has_already(request, &tag) {
                return Ok(not_modified(tag));
            }
            let content = content::of(&state.db, &site.partnership, &report).await?;
            (tag, format.write(&content, language)?)
        }
    };
    if has_already(request, &tag) {
        return Ok(not_modified(tag));
    }
    let (slug, suffix) = (&report.value.slug, format.suffix());
    let disposition = format!("inline; filename=\"{slug}.{suffix}\"");
    let mut answer = HttpResponse::Ok();
    if format != Format::Json {
        answer.insert_header((CONTENT_LANGUAGE, language.tag()));
    }
    Ok(answer
        .insert_header((ETAG, tag))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .content_type(format.media_type())
        .body(written))
}

/// A file of a frozen report. One in a format that a later version of the program has is made of what was frozen, once.
async fn frozen(
    state: &AppState,
    report: &Versioned<Report>,
    format: Format,
    request: &HttpRequest,
) -> Result<File, Halt> {
    let language = Asked::of(request).language;
    let which = Which {
        report: report.head.id,
        format: format.suffix(),
        language: format.tag(language),
    };
    if let Some(file) = file::read(&state.db, which).await? {
        return Ok(file);
    }
    let content = content::frozen(&state.db, report.head.id).await?;
    let tx = state.begin(Asked::of(request), None).await?;
    make(&tx, report.head.id, &content, format, language).await?;
    let file = file::read(&tx, which).await?;
    tx.commit().await?;
    Ok(file.ok_or_else(|| Problem::of(Kind::Internal))?)
}
