//! The activity report as the records say it now: one year, figure by figure and sentence by sentence, each format at a path of its own.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{Datelike, NaiveDate};
use domain::access::permission::ReadPublic;
use domain::fault::Rule;
use domain::language::Language;
use domain::partnership::Partnership;
use domain::period::Period;
use domain::record::Versioned;
use domain::report::content::Records;
use domain::report::{Worded, count};
use persistence::{Conn, RepoError, change, report};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::asked::Asked;
use crate::auth::Require;
use crate::find;
use crate::problem::{Halt, Kind, PdfProblems, Problem, ReportProblems};
use crate::state::AppState;
use crate::wire::{Query, has_already, not_modified};

use super::content;
use super::file::answered;
use super::format::{Format, ReportFile};
use super::wire::{ActivityReportOut, RECORDS};

/// The period of a report.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeriodQuery {
    /// A calendar year, instead of `from` and `to`. Without any of them, the last year that is over.
    #[param(minimum = 1000, maximum = 9999, example = 2016)]
    pub year: Option<i32>,
    /// First day of the period.
    #[param(example = "2016-01-01")]
    pub from: Option<NaiveDate>,
    /// Last day of the period.
    #[param(example = "2016-12-31")]
    pub to: Option<NaiveDate>,
}

/// How much of a report is shown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IncludeQuery {
    /// `records`: with every figure up to 1,000 of the records it counts.
    #[param(inline, example = "records")]
    pub include: Option<Include>,
}

/// What a report may show besides its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Include {
    /// The records of every figure.
    Records,
}

impl PeriodQuery {
    /// The period that is asked for: a year, two days, or the last year that is over.
    pub fn period(&self, today: NaiveDate) -> Result<Period, Problem> {
        let refused = |name, rule| Problem::of(Kind::InvalidValues).in_parameter(name, rule);
        match (self.year, self.from, self.to) {
            (None, Some(from), Some(to)) => {
                Period::new(from, to).map_err(|rule| refused("to", rule))
            }
            (None, Some(_), None) => Err(refused("to", Rule::Required)),
            (None, None, Some(_)) => Err(refused("from", Rule::Required)),
            (Some(year), None, None) => Period::year(year).map_err(|_| Problem::parameter("year")),
            (None, None, None) => {
                Period::year(today.year() - 1).map_err(|_| Problem::parameter("year"))
            }
            (Some(_), ..) => Err(refused("year", Rule::Conflict)),
        }
    }
}

/// Read the activity report of a period.
///
/// Counted by what held in the period, by the calendar of the partnership: signatories as of the last day, meetings
/// that took place, recommendations adopted, communiqués released and posted. The
/// vocabulary `report_figures` says what the figures are called. In Polish or English, by `Accept-Language`.
#[utoipa::path(
    tag = "Reports",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        PeriodQuery, IncludeQuery
    ),
    responses(
        (status = 200, description = "The report", body = ActivityReportOut,
            headers(("ETag" = String, description = "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"))),
        (status = 304, description = "Nothing was recorded since"),
        ReportProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/reports/activity")]
pub async fn read_activity_report(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    period: Query<PeriodQuery>,
    shown: Query<IncludeQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let with_records = shown.into_inner().include.is_some();
    let period = period.into_inner();
    answer(&state, &key, period, Format::Json, with_records, &request).await
}

/// The endpoint of the live report in a format.
macro_rules! in_format {
    ($(#[$doc:meta])+ $name:ident, $path:tt, $body:ident in $media:tt, $format:ident $(, $problems:ident)?) => {
        $(#[$doc])+
        #[utoipa::path(
            tag = "Reports",
            params(
                ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
                PeriodQuery
            ),
            responses(
                (status = 200, description = "The report", body = $body, content_type = $media,
                    headers(("ETag" = String, description = "Tells this answer from others; for `If-None-Match`"))),
                (status = 304, description = "Nothing was recorded since"),
                ReportProblems
                $(, $problems)?
            ),
            security((), ("bearer" = [ReadPublic]))
        )]
        #[get($path)]
        pub async fn $name(
            _: Require<ReadPublic>,
            state: web::Data<AppState>,
            key: web::Path<String>,
            period: Query<PeriodQuery>,
            request: HttpRequest,
        ) -> Result<HttpResponse, Halt> {
            let period = period.into_inner();
            answer(&state, &key, period, Format::$format, false, &request).await
        }
    };
}

in_format! {
    /// Read the activity report of a period as Markdown.
    ///
    /// The sentences of the report, with headings and lists. In Polish or English, by `Accept-Language`.
    read_activity_report_md, "/api/v1/partnerships/{partnership}/reports/activity.md",
    String in "text/markdown", Markdown
}

in_format! {
    /// Read the activity report of a period as a page.
    ///
    /// The sentences of the report with charts and all figures, each with a link to its records. In Polish or English, by `Accept-Language`.
    read_activity_report_html, "/api/v1/partnerships/{partnership}/reports/activity.html",
    String in "text/html", Html
}

in_format! {
    /// Read the activity report of a period as a document that can be edited.
    ///
    /// In Polish or English, by `Accept-Language`.
    read_activity_report_docx, "/api/v1/partnerships/{partnership}/reports/activity.docx",
    ReportFile in "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Docx
}

in_format! {
    /// Read the activity report of a period as PDF.
    ///
    /// For printing and archiving: tagged (PDF/UA-1, PDF/A-2a), with a title page, a table of contents, charts and all figures. A server that was
    /// built without PDF answers 501. In Polish or English, by `Accept-Language`.
    read_activity_report_pdf, "/api/v1/partnerships/{partnership}/reports/activity.pdf",
    ReportFile in "application/pdf", Pdf, PdfProblems
}

in_format! {
    /// Read the activity report of a period as a workbook, with the records that each figure counts.
    ///
    /// In Polish or English, by `Accept-Language`.
    read_activity_report_xlsx, "/api/v1/partnerships/{partnership}/reports/activity.xlsx",
    ReportFile in "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Xlsx
}

/// The report of a partnership in a format, unless the caller has it already.
async fn answer(
    state: &AppState,
    key: &str,
    period: PeriodQuery,
    format: Format,
    with_records: bool,
    request: &HttpRequest,
) -> Result<HttpResponse, Halt> {
    let partnership = find::partnership(&state.db, key).await?;
    format.check_built_in()?;
    // Read before all that is counted: that is at least as new as the sequence that the tag promises.
    let sequence = change::feed::sequence_of(&state.db, Some(partnership.head.id)).await?;
    let today = state.clock.today_in(partnership.value.tz());
    let period = period.period(today)?;
    let language = Asked::of(request).language;
    let expanded = if with_records { ".records" } else { "" };
    let day = format.day_tag(today);
    let tag = format!(
        "\"{sequence}-{}..{}.{}.{}{expanded}{day}\"",
        period.from(),
        period.to(),
        language.tag(),
        format.suffix()
    );
    if has_already(request, &tag) {
        return Ok(not_modified(tag));
    }
    // Read again: the name may have changed since, of which the tag knows.
    let id = partnership.head.id.to_string();
    let partnership = find::partnership(&state.db, &id).await?;
    let _turn = format.turn(state).await?;
    let wanted = Wanted {
        period,
        language,
        format,
        with_records,
        sequence,
        today,
    };
    let written = render(&state.db, &partnership, wanted).await?;
    Ok(answered(&file_name(period), format, language, tag, written))
}

/// What the file of a report is called.
fn file_name(period: Period) -> String {
    match period.as_year() {
        Some(year) => format!("sprawozdanie-{year}"),
        None => format!("sprawozdanie-{}-{}", period.from(), period.to()),
    }
}

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    /// The database could not be read.
    #[error(transparent)]
    Unread(#[from] RepoError),
    /// What was counted could not be written down.
    #[error("the report could not be written down")]
    Written(Problem),
}

impl From<NotMade> for Problem {
    fn from(error: NotMade) -> Self {
        match error {
            NotMade::Unread(error) => error.into(),
            NotMade::Written(problem) => problem,
        }
    }
}

/// Which report, and how it is written down.
pub struct Wanted {
    /// What it tells of.
    pub period: Period,
    /// Its language.
    pub language: Language,
    /// Its format.
    pub format: Format,
    /// Whether JSON names the records of figures.
    pub with_records: bool,
    /// Number of the latest change that is there.
    pub sequence: i64,
    /// The day on which it is made.
    pub today: NaiveDate,
}

/// Counts a period, words it, and writes it down; JSON in the words of one language.
pub async fn render(
    conn: &impl Conn,
    partnership: &Versioned<Partnership>,
    wanted: Wanted,
) -> Result<Vec<u8>, NotMade> {
    let Wanted {
        period,
        language,
        format,
        with_records,
        sequence,
        today,
    } = wanted;
    if format != Format::Json {
        let with_names = format.names_records();
        let content = content::live(conn, partnership, period, with_names).await?;
        let earlier = match format {
            Format::Html | Format::Pdf => {
                content::earlier(conn, partnership.head.id, &content).await?
            }
            _ => Vec::new(),
        };
        let written = format.written(Arc::new(content), language, earlier.into(), today);
        return written.await.map_err(NotMade::Written);
    }
    let facts = report::facts(conn, partnership, period).await?;
    let figures = count(&facts, period);
    let worded = Worded::of(&facts, &figures, language);
    let labels = match with_records {
        true => Some(content::labels(conn, &facts, &figures, RECORDS, |_| true).await?),
        false => None,
    };
    let records = labels.as_ref().map(|labels| Records::of(&facts, labels));
    let shown = ActivityReportOut::of(partnership, &figures, worded, records.as_ref(), sequence);
    let json = serde_json::to_vec(&shown);
    json.map_err(|_| NotMade::Written(Problem::of(Kind::Internal)))
}
