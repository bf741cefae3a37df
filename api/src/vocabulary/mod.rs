//! The coded lists, with labels in both languages.

use actix_web::{HttpResponse, get, web};
use chrono::NaiveDate;
use domain::access::permission::ReadPublic;
use domain::vocabulary::{self, Term, Vocabulary};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Require;
use crate::problem::{Halt, Kind, Problem, ReadProblems};

/// A code and its labels.
#[derive(Debug, Serialize, ToSchema)]
pub struct VocabularyTermOut {
    /// Stable code.
    #[schema(example = "pup")]
    pub code: String,
    /// Polish label.
    #[schema(example = "powiatowy urząd pracy")]
    pub pl: String,
    /// English label.
    #[schema(example = "county labour office")]
    pub en: String,
    /// The usual sector, for kinds of institutions.
    #[schema(required, format = "sectors", example = "labour_market_institution")]
    pub sector: Option<String>,
    /// First day it may be used; null for ever.
    #[schema(required, example = "2016-01-01")]
    pub valid_from: Option<NaiveDate>,
    /// First day it may be used no more; null while in use.
    #[schema(required, example = "2017-01-01")]
    pub valid_until: Option<NaiveDate>,
}

/// A coded list.
#[derive(Debug, Serialize, ToSchema)]
pub struct VocabularyOut {
    /// Stable name.
    #[schema(example = "institution_kinds")]
    pub name: String,
    /// Its codes, in the order to show them in.
    pub terms: Vec<VocabularyTermOut>,
}

/// Every coded list. There are few: they come in one page.
#[derive(Debug, Serialize, ToSchema)]
pub struct VocabularyPage {
    /// The lists.
    pub items: Vec<VocabularyOut>,
    /// Always null.
    #[schema(required)]
    pub next: Option<String>,
}

impl From<&Term> for VocabularyTermOut {
    fn from(term: &Term) -> Self {
        Self {
            code: term.code.clone(),
            pl: term.pl.clone(),
            en: term.en.clone(),
            sector: term.sector.clone(),
            valid_from: term.valid_from,
            valid_until: term.valid_until,
        }
    }
}

impl From<&Vocabulary> for VocabularyOut {
    fn from(vocabulary: &Vocabulary) -> Self {
        Self {
            name: vocabulary.name.clone(),
            terms: vocabulary
                .terms
                .iter()
                .map(VocabularyTermOut::from)
                .collect(),
        }
    }
}

/// List the vocabularies.
///
/// Codes are stable; a code is retired by date, never deleted.
#[utoipa::path(
    tag = "Vocabularies",
    responses((status = 200, description = "Every vocabulary", body = VocabularyPage), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/vocabularies")]
pub async fn list_vocabularies(_: Require<ReadPublic>) -> HttpResponse {
    let items = vocabulary::all().iter().map(VocabularyOut::from).collect();
    HttpResponse::Ok().json(VocabularyPage { items, next: None })
}

/// Read one vocabulary.
///
/// Its codes in the order to show them in, with labels in both languages.
#[utoipa::path(
    tag = "Vocabularies",
    params(("vocabulary" = String, Path, description = "Name", max_length = 100, example = "sectors")),
    responses((status = 200, description = "The vocabulary", body = VocabularyOut), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/vocabularies/{vocabulary}")]
pub async fn read_vocabulary(
    _: Require<ReadPublic>,
    name: web::Path<String>,
) -> Result<HttpResponse, Halt> {
    let found = vocabulary::find(&name).ok_or_else(|| Problem::of(Kind::NotFound))?;
    Ok(HttpResponse::Ok().json(VocabularyOut::from(found)))
}
