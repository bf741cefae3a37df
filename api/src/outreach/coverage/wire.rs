//! The JSON shapes of coverage.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::institution::Institution;
use domain::outreach::communique::counts;
use domain::record::Versioned;
use persistence::outreach::coverage::{Cell, Matrix, Released};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::Ref;

/// One row of the matrix: which communiqués an institution posted.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageOut {
    /// The institution's id.
    #[schema(example = "0198c0de-0000-7000-8000-000000000004")]
    pub id: Uuid,
    /// The institution.
    pub institution: Ref,
    /// Whether it posted every communiqué, as the activity report of the period counts.
    #[schema(example = true)]
    pub complete: bool,
    /// How many of the communiqués it posted, as the activity report of the period counts.
    #[schema(minimum = 0, example = 4)]
    pub posted: u32,
    /// One entry for each communiqué of the period that was not withdrawn since, in the order of release.
    pub postings: Vec<CoverageCellOut>,
}

/// One cell of the matrix: a communiqué and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageCellOut {
    /// The communiqué.
    pub communique: Ref,
    /// Its number n/YYYY.
    #[schema(required, example = "1/2016")]
    pub number: Option<String>,
    /// The day of release.
    #[schema(example = "2016-03-21")]
    pub released_on: NaiveDate,
    /// Code of the vocabulary `posting_statuses`; `missing` when there is no posting.
    #[schema(example = "reported")]
    pub status: String,
    /// The day it was posted.
    #[schema(required, example = "2016-03-21")]
    pub posted_on: Option<NaiveDate>,
    /// Where it was posted.
    #[schema(
        required,
        example = "https://wup-zielona-gora.example/komunikat-2016-1"
    )]
    pub url: Option<String>,
}

/// The cells of a page by institution and communiqué.
pub struct Cells(HashMap<(Uuid, Uuid), Cell>);

impl From<Vec<Cell>> for Cells {
    fn from(cells: Vec<Cell>) -> Self {
        let key = |cell: &Cell| (cell.posting.institution.id, cell.posting.communique.id);
        Self(cells.into_iter().map(|cell| (key(&cell), cell)).collect())
    }
}

impl CoverageOut {
    /// Shows the row of an institution.
    pub fn of(record: &Versioned<Institution>, matrix: &Matrix, cells: &Cells) -> Self {
        let Versioned { head, value } = record;
        let cell = |communique: &Released| cells.0.get(&(head.id, communique.id));
        let counted = matrix.communiques.iter().filter_map(cell);
        let posted = counted.filter(|cell| cell.counts).count();
        Self {
            id: head.id,
            institution: Ref {
                id: head.id,
                slug: value.slug.clone(),
                name: value.name.clone(),
            },
            complete: posted > 0 && posted == matrix.communiques.len(),
            posted: u32::try_from(posted).unwrap_or(u32::MAX),
            postings: matrix
                .communiques
                .iter()
                .filter(|communique| counts(&communique.status))
                .map(|communique| CoverageCellOut::of(communique, cell(communique)))
                .collect(),
        }
    }
}

impl CoverageCellOut {
    fn of(communique: &Released, cell: Option<&Cell>) -> Self {
        let posting = cell.map(|cell| &cell.posting);
        Self {
            communique: Ref {
                id: communique.id,
                slug: communique.slug.clone(),
                name: communique.title.clone(),
            },
            number: communique.number.clone(),
            released_on: communique.released_on,
            status: posting.map_or_else(|| "missing".to_owned(), |posting| posting.status.clone()),
            posted_on: posting.and_then(|posting| posting.posted_on),
            url: posting.and_then(|posting| posting.url.clone()),
        }
    }
}
