//! Coverage over HTTP: the matrix of communiqués and institutions.

mod filter;
mod wire;

use std::rc::Rc;

use actix_web::{get, web};
use domain::access::permission::ReadPublic;
use domain::fault::Rule;
use domain::institution::Institution;
use persistence::list;
use persistence::outreach::coverage::Matrix;
use uuid::Uuid;

use crate::auth::Require;
use crate::find;
use crate::problem::{Problem, ReadProblems};
use crate::records::Answer;
use crate::state::AppState;
use crate::wire::{Fetched, List, Page, PageParams, sort_by};

pub use filter::{CoverageFilter, CoverageSort};
pub use wire::{Cells, CoverageCellOut, CoverageOut};

/// The most columns of a matrix.
const MAX_COMMUNIQUES: usize = 100;

/// One page of coverage.
pub type CoveragePage = Page<CoverageOut>;

/// List which institution posted which communiqué.
///
/// One item for each institution that was a signatory on the day some communiqué of the period was released, or posted
/// one; in it one entry for each of these communiqués. `modified_since` follows the institutions; what happened to
/// postings since is in the list of postings.
#[utoipa::path(
    tag = "Postings",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        CoverageFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of coverage", body = CoveragePage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/coverage")]
pub async fn list_coverage(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    list: List<CoverageFilter>,
) -> Answer {
    let (db, filter) = (&state.db, &list.filter);
    let partnership = find::partnership(db, &key).await?.head.id;
    let matrix = Matrix::of(db, partnership, filter.from, filter.to).await?;
    if matrix.communiques.len() > MAX_COMMUNIQUES {
        return Err(Problem::parameter_breaks("from", Rule::Range).into());
    }
    let matrix = Rc::new(matrix);
    let fetched = move |list: List<CoverageFilter>| {
        let (state, matrix) = (state.clone(), Rc::clone(&matrix));
        async move {
            let db = &state.db;
            let condition = list.filter.condition(db, &matrix).await?;
            let ask = list.ask(condition, sort_by(list.filter.sort))?;
            let page = list::page::<Institution>(db, ask).await?;
            let ids: Vec<Uuid> = page.records().map(|record| record.head.id).collect();
            let cells = Cells::from(matrix.cells(db, &ids).await?);
            let shown = |record| CoverageOut::of(record, &matrix, &cells);
            let shown = page.records().map(shown).collect();
            Ok(Fetched::page(page, shown))
        }
    };
    list.answer(None, fetched).await
}
