//! What a list is written as, and what of several formats a caller accepts.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a list is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListFormat {
    /// One page.
    Json,
    /// Everything, a table (RFC 4180).
    Csv,
    /// Everything, a table of Office Open XML.
    Xlsx,
    /// Everything, an object of JSON a line.
    Ndjson,
}

impl ListFormat {
    /// Every format.
    pub const ALL: [ListFormat; 4] = [Self::Json, Self::Csv, Self::Xlsx, Self::Ndjson];

    /// The format of `Accept` that is offered and wanted most; JSON when there is none.
    pub fn accepted(request: &HttpRequest) -> Self {
        let offered = |range: &str| match range {
            "application/json" | "application/*" | "*/*" => Some(Self::Json),
            "text/csv" => Some(Self::Csv),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Some(Self::Xlsx),
            "application/x-ndjson" => Some(Self::Ndjson),
            _ => None,
        };
        accepted(request, offered).unwrap_or(Self::Json)
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    /// What a file of it ends with.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Ndjson => "ndjson",
        }
    }
}

/// What is offered of what `Accept` wants most; of equal weights the first, and nothing without `Accept`.
pub fn accepted<T>(request: &HttpRequest, offered: impl Fn(&str) -> Option<T>) -> Option<T> {
    let accept = request.headers().get(ACCEPT)?.to_str().ok()?;
    let mut best: Option<(T, f32)> = None;
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let Some(format) = offered(parts.next().unwrap_or_default()) else {
            continue;
        };
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        let weight: f32 = weight.map_or(Ok(1.0), str::parse).unwrap_or(0.0);
        if weight > best.as_ref().map_or(0.0, |(_, greatest)| *greatest) {
            best = Some((format, weight));
        }
    }
    best.map(|(format, _)| format)
}
