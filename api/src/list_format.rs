//! What a list is written as: a page of JSON, or all of it in the format that the path ends with.

use actix_web::{HttpMessage, HttpRequest};
use serde::Serialize;

/// How a list is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
    /// The formats that a path ends with.
    pub const SUFFIXED: [ListFormat; 3] = [Self::Csv, Self::Xlsx, Self::Ndjson];

    /// The path of a list, and the format that the path of its other format ends with.
    pub fn split(path: &str) -> Option<(&str, Self)> {
        let mut all = Self::SUFFIXED.into_iter();
        all.find_map(|format| {
            let list = path.strip_suffix(format.suffix())?.strip_suffix('.')?;
            Some((list, format))
        })
    }

    /// The format of a request: the gate noted that of its path.
    pub fn of(request: &HttpRequest) -> Self {
        let noted = request.extensions().get::<Self>().copied();
        noted.unwrap_or(Self::Json)
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

    /// What the path and a file of it end with.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Ndjson => "ndjson",
        }
    }
}
