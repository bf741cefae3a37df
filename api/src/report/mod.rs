//! The activity report over HTTP: one year, figure by figure and sentence by sentence, in three formats.

mod html;
mod wire;

use actix_web::http::header::{ACCEPT, CONTENT_LANGUAGE, ETAG};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{Datelike, NaiveDate};
use domain::access::permission::ReadPublic;
use domain::fault::Rule;
use domain::period::Period;
use domain::report::{Report, count, markdown};
use persistence::{change, report};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::Require;
use crate::find;
use crate::gate::Asked;
use crate::problem::{Halt, Kind, Problem, ReportProblems};
use crate::state::AppState;
use crate::wire::{Query, has_already};

pub use wire::{
    ActivityReportOut, FigureOut, PeriodBody, ReportItemOut, ReportPartnershipOut, SectionOut,
    SentenceOut, WarningOut,
};

/// Which period, and how much of it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ActivityReportQuery {
    /// A calendar year, instead of `from` and `to`. Without any of them, the last year that is over.
    #[param(minimum = 1000, maximum = 9999, example = 2016)]
    pub year: Option<i32>,
    /// First day of the period.
    pub from: Option<NaiveDate>,
    /// Last day of the period.
    pub to: Option<NaiveDate>,
    /// `records`: with every figure the ids of up to 1,000 records it counts.
    #[param(inline)]
    pub include: Option<Include>,
}

/// What a report may show besides its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Include {
    /// The ids of the records.
    Records,
}

impl ActivityReportQuery {
    /// The period that is asked for: a year, two days, or the last year that is over.
    fn period(&self, today: NaiveDate) -> Result<Period, Problem> {
        let refused = |pointer, rule| Problem::of(Kind::InvalidValues).at(pointer, rule);
        match (self.year, self.from, self.to) {
            (None, Some(from), Some(to)) => {
                Period::new(from, to).map_err(|rule| refused("/to", rule))
            }
            (None, Some(_), None) => Err(refused("/to", Rule::Required)),
            (None, None, Some(_)) => Err(refused("/from", Rule::Required)),
            (Some(year), None, None) => Period::year(year).map_err(|_| Problem::parameter("year")),
            (None, None, None) => {
                Period::year(today.year() - 1).map_err(|_| Problem::parameter("year"))
            }
            (Some(_), ..) => Err(refused("/year", Rule::Conflict)),
        }
    }
}

#[derive(Clone, Copy)]
enum Format {
    Json,
    Markdown,
    Html,
}

impl Format {
    /// The first format of `Accept` that is offered; JSON when anything will do.
    fn accepted(request: &HttpRequest) -> Option<Self> {
        let Some(accept) = request
            .headers()
            .get(ACCEPT)
            .and_then(|accept| accept.to_str().ok())
        else {
            return Some(Self::Json);
        };
        accept.split(',').find_map(|range| {
            match range.split(';').next().unwrap_or_default().trim() {
                "application/json" | "application/*" | "*/*" => Some(Self::Json),
                "text/markdown" => Some(Self::Markdown),
                "text/html" | "text/*" => Some(Self::Html),
                _ => None,
            }
        })
    }

    fn tag(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

/// Read the activity report of a period.
///
/// Counted from the records as they are now, by the calendar of the partnership: signatories as of the last day, meetings
/// that took place, recommendations adopted, communiqués released and posted. `Accept` chooses JSON, Markdown or HTML,
/// `Accept-Language` Polish or English.
#[utoipa::path(
    tag = "Reports",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        ActivityReportQuery
    ),
    responses(
        (status = 200, description = "The report", content(
            (ActivityReportOut = "application/json"), (String = "text/markdown"), (String = "text/html")),
            headers(("ETag" = String, description = "Sequence of the latest change, and variant"))),
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
    query: Query<ActivityReportQuery>,
    asked: Asked,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let query = query.into_inner();
    let period = query.period(state.clock.today())?;
    let offered = "application/json, text/markdown, text/html";
    let format = Format::accepted(&request)
        .ok_or_else(|| Problem::of(Kind::NotAcceptable).with("offered", offered))?;
    let partnership = find::partnership(&state.db, &key).await?;
    // Read before the facts: they are at least as new as the sequence that the tag promises.
    let sequence = change::sequence(&state.db).await?;
    let expanded = if query.include.is_some() {
        ".records"
    } else {
        ""
    };
    let tag = format!(
        "\"{sequence}-{}.{}{expanded}\"",
        asked.language.tag(),
        format.tag()
    );
    if has_already(&request, &tag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((ETAG, tag))
            .finish());
    }
    let facts = report::facts(&state.db, &partnership, period).await?;
    let figures = count(&facts, period);
    let worded = Report::of(&facts, &figures, asked.language);
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((ETAG, tag))
        .insert_header((CONTENT_LANGUAGE, asked.language.tag()));
    Ok(match format {
        Format::Markdown => answer
            .content_type("text/markdown; charset=utf-8")
            .body(markdown::render(&worded)),
        Format::Html => answer
            .content_type("text/html; charset=utf-8")
            .body(html::render(&worded, asked.language).into_string()),
        Format::Json => answer.json(ActivityReportOut::of(
            &partnership,
            &figures,
            worded,
            query.include.is_some(),
            sequence,
        )),
    })
}
