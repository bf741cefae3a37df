//! The activity report: facts are counted into figures, figures are worded into sentences.
//!
//! Every figure carries the records it counts, and every sentence the figures it states, so that nothing in a report has to
//! be believed.

mod count;
pub mod dates;
pub mod facts;
pub mod figures;
pub mod keys;
pub mod markdown;
mod rules;
pub mod sections;
pub mod typography;
mod warnings;
mod words;

pub use count::{COUNTED_MEETINGS, COUNTED_OUTPUTS, COUNTED_TOPICS, NAMED_MEETINGS, count};
pub use facts::Facts;
pub use figures::{Figure, Figures, Selection, Value};
pub use keys::FigureKey;
pub use rules::kept;
pub use sections::{Block, Item, ListStyle, Section, Sentence, compose};
pub use warnings::Warning;

use crate::language::Language;
use words::Words;

/// A report in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The name of the partnership.
    pub partnership: String,
    /// What the report is called, with its period.
    pub title: String,
    /// Its sections in order.
    pub sections: Vec<Section>,
    /// What the notes are called.
    pub warnings_heading: String,
    /// Where its figures disagree.
    pub warnings: Vec<Warning>,
}

impl Report {
    /// Words a report of what was counted.
    pub fn of(facts: &Facts, figures: &Figures, language: Language) -> Self {
        let words = Words(language);
        let (sections, warnings) = compose(facts, figures, language);
        Self {
            partnership: facts.partnership.name.clone(),
            title: words.title(figures.period()),
            sections,
            warnings_heading: words.say("warnings-heading", &[]),
            warnings,
        }
    }
}
