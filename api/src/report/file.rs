//! Reports in the formats that people hand in: made when they are asked for, and of a frozen report made once.

use std::sync::Arc;

use actix_web::http::header::{
    CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, ETAG,
};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::NaiveDate;
use domain::access::permission::ReadPublic;
use domain::language::Language;
use domain::record::Versioned;
use domain::report::{Content, Report};
use persistence::report::file::{self, File, Which};
use persistence::{Tx, change};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::format::{Format, ReportFile, without_notes};
use super::{content, html};
use crate::asked::Asked;
use crate::auth::Require;
use crate::problem::{Halt, Kind, PdfProblems, Problem, ReadProblems};
use crate::records::{self, InPartnership, Read};
use crate::site::Site;
use crate::state::AppState;
use crate::wire::{has_already, not_modified};

/// Keeps what a report says from now on, in every format and language, and answers its SHA-256.
pub async fn keep(tx: &Tx, site: &Site, report: Uuid, content: &Content) -> Result<String, Halt> {
    let earlier = content::earlier(tx, site.id(), content).await?.into();
    let content = Arc::new(content.clone());
    let formats = Format::ALL.into_iter();
    let mut of_content = String::new();
    for format in formats.filter(|format| format.is_built_in()) {
        for language in format.languages() {
            let file = make(&content, &earlier, (format, *language), site.today).await?;
            if format == Format::Json {
                of_content.clone_from(&file.sha256);
            }
            file::insert(tx, kept_at(report, format, *language), file).await?;
        }
    }
    Ok(of_content)
}

/// One file, made.
async fn make(
    content: &Arc<Content>,
    earlier: &Arc<[Content]>,
    (format, language): (Format, Language),
    on: NaiveDate,
) -> Result<File, Problem> {
    let shown = match format {
        Format::Json => Arc::clone(content),
        _ => Arc::new(without_notes(content)),
    };
    let written = format
        .written(shown, language, Arc::clone(earlier), on)
        .await?;
    Ok(File {
        sha256: hex::encode(Sha256::digest(&written)),
        content: written,
    })
}

/// Where a file of a report is kept.
fn kept_at(report: Uuid, format: Format, language: Language) -> Which {
    Which {
        report,
        format: format.suffix(),
        language: format.tag(language),
    }
}

/// The endpoint of a report in a format.
macro_rules! in_format {
    ($(#[$doc:meta])+ $name:ident, $path:tt, $body:ident in $media:tt, $format:ident $(, $problems:ident)?) => {
        $(#[$doc])+
        #[utoipa::path(
            tag = "Reports",
            params(
                InPartnership,
                ("report" = String, Path, description = "Id or slug", max_length = 100, example = "sprawozdanie-2016")
            ),
            responses(
                (status = 200, description = "The report", body = $body, content_type = $media,
                    headers(("ETag" = String, description = "Tells this answer from others; for `If-None-Match`"))),
                (status = 304, description = "It says the same"),
                ReadProblems
                $(, $problems)?
            ),
            security((), ("bearer" = [ReadPublic]))
        )]
        #[get($path)]
        pub async fn $name(
            actor: Require<ReadPublic>,
            state: web::Data<AppState>,
            read: Read,
            request: HttpRequest,
        ) -> Result<HttpResponse, Halt> {
            answer(&actor, &state, &read, Format::$format, &request).await
        }
    };
}

in_format! {
    /// Read what a report says.
    ///
    /// Its figures, each with all the records that it counts and what they showed, and its sentences in both languages. Until it is frozen, what
    /// the records say now; from then on the canonical form (RFC 8785) of what was frozen, whose SHA-256 is the report's `sha256`.
    read_report_json, "/api/v1/partnerships/{partnership}/reports/{report}.json",
    Content in "application/json", Json
}

in_format! {
    /// Read a report as Markdown.
    ///
    /// In Polish or English, by `Accept-Language`. Of a frozen report the same bytes whenever it is asked for.
    read_report_md, "/api/v1/partnerships/{partnership}/reports/{report}.md",
    String in "text/markdown", Markdown
}

in_format! {
    /// Read a report as a page.
    ///
    /// In Polish or English, by `Accept-Language`. Of a frozen report the same bytes whenever it is asked for.
    read_report_html, "/api/v1/partnerships/{partnership}/reports/{report}.html",
    String in "text/html", Html
}

in_format! {
    /// Read a report as a document that can be edited.
    ///
    /// In Polish or English, by `Accept-Language`. Of a frozen report the same bytes whenever it is asked for.
    read_report_docx, "/api/v1/partnerships/{partnership}/reports/{report}.docx",
    ReportFile in "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Docx
}

in_format! {
    /// Read a report as PDF.
    ///
    /// For printing and archiving: tagged (PDF/UA-1, PDF/A-2a), with a title page, a table of contents, charts and all figures. A server that was
    /// built without PDF answers 501. In Polish or English, by `Accept-Language`. Of a frozen report the same bytes whenever it is asked for.
    read_report_pdf, "/api/v1/partnerships/{partnership}/reports/{report}.pdf",
    ReportFile in "application/pdf", Pdf, PdfProblems
}

in_format! {
    /// Read a report as a workbook, with the records that each figure counts.
    ///
    /// In Polish or English, by `Accept-Language`. Of a frozen report the same bytes whenever it is asked for.
    read_report_xlsx, "/api/v1/partnerships/{partnership}/reports/{report}.xlsx",
    ReportFile in "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Xlsx
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
            let file = frozen(state, &site, &report, format, request).await?;
            (format!("\"{}\"", file.sha256), file.content)
        }
        false => {
            format.check_built_in()?;
            // Read before all that is counted: that is at least as new as the tag promises.
            let sequence = change::feed::sequence_of(&state.db, Some(site.id())).await?;
            let day = format.day_tag(site.today);
            let (id, format_tag) = (report.head.id, format.suffix());
            let tag = format!("\"{sequence}-{id}.{}.{format_tag}{day}\"", language.tag());
            if has_already(request, &tag) {
                return Ok(not_modified(tag));
            }
            let _turn = format.turn(state).await?;
            let content = content::of(&state.db, &site.partnership, &report).await?;
            let earlier = content::earlier(&state.db, site.id(), &content).await?;
            let content = Arc::new(content);
            let written = format.written(content, language, earlier.into(), site.today);
            (tag, written.await?)
        }
    };
    if has_already(request, &tag) {
        return Ok(not_modified(tag));
    }
    Ok(answered(&report.value.slug, format, language, tag, written))
}

/// The answer with a file of a name.
pub fn answered(
    name: &str,
    format: Format,
    language: Language,
    tag: String,
    written: Vec<u8>,
) -> HttpResponse {
    let suffix = format.suffix();
    let place = match format {
        Format::Docx | Format::Xlsx => "attachment",
        _ => "inline",
    };
    let mut answer = HttpResponse::Ok();
    if format != Format::Json {
        answer.insert_header((CONTENT_LANGUAGE, language.tag()));
    }
    if format == Format::Html {
        answer.insert_header((CONTENT_SECURITY_POLICY, html::POLICY.as_str()));
    }
    answer
        .insert_header((ETAG, tag))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("{place}; filename=\"{name}.{suffix}\""),
        ))
        .content_type(format.media_type())
        .body(written)
}

/// A file of a frozen report. One in a format that a later version of the program has is made of what was frozen, once.
async fn frozen(
    state: &AppState,
    site: &Site,
    report: &Versioned<Report>,
    format: Format,
    request: &HttpRequest,
) -> Result<File, Halt> {
    let language = Asked::of(request).language;
    let which = kept_at(report.head.id, format, language);
    if let Some(file) = file::read(&state.db, which).await? {
        return Ok(file);
    }
    format.check_built_in()?;
    let _turn = format.turn(state).await?;
    let content = content::frozen(&state.db, report.head.id).await?;
    // Reports that were frozen since are no part of it.
    let (content, earlier) = (Arc::new(content), Arc::from([]));
    let on = report.value.frozen_on(site.partnership.value.tz());
    let on = on.unwrap_or(site.today);
    // Nobody waits to write while it is made.
    let made = make(&content, &earlier, (format, language), on).await?;
    let tx = state.begin(Asked::of(request), None).await?;
    file::insert(&tx, which, made).await?;
    let file = file::read(&tx, which).await?;
    tx.commit().await?;
    Ok(file.ok_or_else(|| Problem::of(Kind::Internal))?)
}
