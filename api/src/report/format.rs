//! The formats in which a report is handed in, each made of its content.

use std::sync::Arc;

use actix_web::web;
use chrono::NaiveDate;
use clap::ValueEnum;
use domain::language::Language;
use domain::report::content::Wording;
use domain::report::{Content, markdown};
use tokio::sync::OwnedSemaphorePermit;
use utoipa::ToSchema;

use super::{docx, html, pdf, xlsx};
use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The content, in both languages.
    Json,
    /// Sentences.
    Markdown,
    /// Sentences, charts and figures, as a page.
    Html,
    /// The same as a document that can be edited.
    Docx,
    /// The same for paper.
    Pdf,
    /// Figures, and the records that each of them counts.
    Xlsx,
}

/// A file of bytes, for the document.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct ReportFile(#[expect(dead_code, reason = "documents the answer")] Vec<u8>);

/// The language of what holds all of them (ISO 639-2).
pub const ALL_LANGUAGES: &str = "mul";

impl Format {
    /// Every format.
    pub const ALL: [Format; 6] = [
        Format::Json,
        Format::Markdown,
        Format::Html,
        Format::Docx,
        Format::Pdf,
        Format::Xlsx,
    ];

    /// The suffix of its paths and files.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Pdf => "application/pdf",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The tag of the language of a file in the format.
    pub const fn tag(self, language: Language) -> &'static str {
        match self {
            Self::Json => ALL_LANGUAGES,
            _ => language.tag(),
        }
    }

    /// Whether it names the records of figures.
    pub const fn names_records(self) -> bool {
        matches!(self, Self::Json | Self::Xlsx)
    }

    /// The languages in which there is a file of it.
    pub const fn languages(self) -> &'static [Language] {
        match self {
            // It holds all of them.
            Self::Json => &[Language::Pl],
            _ => &Language::ALL,
        }
    }

    /// What tells files of different days apart: a PDF says on which day it was made.
    pub fn day_tag(self, today: NaiveDate) -> String {
        match self {
            Self::Pdf => format!(".{today}"),
            _ => String::new(),
        }
    }

    /// The turn to make one, where making it takes much memory: one is made at a time. It lasts as long as it is held.
    pub async fn turn(self, state: &AppState) -> Result<Option<OwnedSemaphorePermit>, Problem> {
        match self {
            Self::Docx | Self::Pdf | Self::Xlsx => Ok(Some(state.report_turn().await?)),
            Self::Json | Self::Markdown | Self::Html => Ok(None),
        }
    }

    /// Whether this program can make it.
    pub const fn is_built_in(self) -> bool {
        cfg!(feature = "pdf") || !matches!(self, Self::Pdf)
    }

    /// Refuses a format that this program cannot make.
    pub fn check_built_in(self) -> Result<(), Problem> {
        match self.is_built_in() {
            true => Ok(()),
            false => Err(Problem::of(Kind::NotImplemented)),
        }
    }

    /// The same as [`Format::write`], beside the threads that answer requests.
    pub async fn written(
        self,
        content: Arc<Content>,
        language: Language,
        earlier: Arc<[Content]>,
        on: NaiveDate,
    ) -> Result<Vec<u8>, Problem> {
        let written = web::block(move || self.write(&content, language, &earlier, on));
        written.await.map_err(|_| Problem::of(Kind::Internal))?
    }

    /// Writes down what a report says; `earlier` are reports of earlier years that it is shown beside, and `on` is the day on which it is made.
    fn write(
        self,
        content: &Content,
        language: Language,
        earlier: &[Content],
        on: NaiveDate,
    ) -> Result<Vec<u8>, Problem> {
        let failed = || Problem::of(Kind::Internal);
        let wording = content.wording.get(language.tag()).ok_or_else(failed)?;
        Ok(match self {
            Self::Json => content.canonical().map_err(|_| failed())?.into_bytes(),
            Self::Markdown => markdown::render(&content.partnership.name, wording).into_bytes(),
            Self::Html => html::render(content, wording, language, earlier)
                .into_string()
                .into_bytes(),
            Self::Docx => docx::render(content, wording, language)?,
            Self::Pdf => pdf::render(content, wording, language, earlier, on)?,
            Self::Xlsx => xlsx::render(content, wording, language)?,
        })
    }
}

/// What people are given: notes are for those who make a report.
pub fn without_notes(content: &Content) -> Content {
    let mut content = content.clone();
    for wording in content.wording.values_mut() {
        *wording = Wording {
            warnings: Vec::new(),
            ..wording.clone()
        };
    }
    content
}
