//! A report in the words of one language.

use super::words::Words;
use super::{Facts, Figures, Section, Warning, compose};
use crate::language::Language;

/// A report in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worded {
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

impl Worded {
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
