//! What stands for PDF in a program that was built without it.

use chrono::NaiveDate;
use domain::language::Language;
use domain::report::Content;
use domain::report::content::Wording;

use crate::problem::{Kind, Problem};

/// Says that this program does not make PDF.
pub fn render(
    _: &Content,
    _: &Wording,
    _: Language,
    _: &[Content],
    _: NaiveDate,
) -> Result<Vec<u8>, Problem> {
    Err(Problem::of(Kind::NotImplemented))
}
