//! What was promised and what came of it: recommendations, commitments, effects.

use std::collections::HashMap;

use super::{ListStyle, Section, Sentence, Writer, items};
use crate::report::facts::{CommitmentFact, RecommendationFact};
use crate::report::keys::FigureKey as Key;
use crate::report::rules::{fulfilments_in, implementations_by};
use crate::report::typography::end_sentence;
use crate::wording::Arg;

impl Writer<'_> {
    pub(super) fn recommendations(&self) -> Section {
        let by_id: HashMap<_, _> = self
            .facts
            .recommendations
            .iter()
            .map(|row| (row.id, row))
            .collect();
        let adopted = self
            .figures
            .records(Key::RecommendationsAdopted)
            .iter()
            .filter_map(|id| by_id.get(id));
        let items = items(
            "recommendations",
            adopted.map(|row| self.recommendation(row)),
        );
        let mut sentence = self.counting(
            "recommendations",
            "recommendations",
            Key::RecommendationsAdopted,
        );
        if !items.is_empty() {
            sentence = sentence.leading();
            sentence.figures.push(Key::RecommendationsImplemented);
        }
        self.section(
            "recommendations",
            vec![sentence],
            items,
            ListStyle::Sentences,
        )
    }

    /// How a recommendation was carried out by the end of the period.
    fn recommendation(&self, row: &RecommendationFact) -> String {
        let mut done = implementations_by(row, self.figures.period().to()).peekable();
        if done.peek().is_none() {
            return self
                .words
                .say("recommendations.open", &[("title", Arg::from(&row.title))]);
        }
        let texts = done
            .flat_map(|done| [&done.report_text, &done.goal_text])
            .flatten();
        let texts: Vec<_> = texts
            .map(|text| self.filled(text, None))
            .filter(|text| !text.is_empty())
            .map(|text| end_sentence(&text))
            .collect();
        if texts.is_empty() {
            return self
                .words
                .say("recommendations.done", &[("title", Arg::from(&row.title))]);
        }
        texts.join(" ")
    }

    pub(super) fn commitments(&self) -> Section {
        let by_id: HashMap<_, _> = self
            .facts
            .commitments
            .iter()
            .map(|row| (row.id, row))
            .collect();
        let in_force = self
            .figures
            .records(Key::Commitments)
            .iter()
            .filter_map(|id| by_id.get(id));
        let items = items("commitments", in_force.map(|row| self.commitment(row)));
        let mut sentence = self.counting("commitments", "commitments", Key::Commitments);
        if !items.is_empty() {
            // The whole text, each promise with its terms, for whoever reads the sentence without the list.
            let promises: Vec<_> = items.iter().map(|item| item.text.as_str()).collect();
            let whole = end_sentence(&format!("{} {}", sentence.text, promises.join("; ")));
            sentence = Sentence {
                text: whole,
                ..sentence.leading()
            };
            sentence.figures.push(Key::CommitmentFulfilments);
        }
        self.section("commitments", vec![sentence], items, ListStyle::Clauses)
    }

    /// The yearly minimum as promised, and what was done in the period.
    fn commitment(&self, row: &CommitmentFact) -> String {
        let text = self.filled(&row.report_text, None);
        self.words.say(
            "commitments.item",
            &self.commitment_args(row, &text, row.min_count),
        )
    }

    /// A promise, a minimum, and what was done in the period.
    pub(in crate::report) fn commitment_args<'a>(
        &self,
        row: &'a CommitmentFact,
        text: &'a String,
        minimum: u32,
    ) -> [(&'static str, Arg<'a>); 4] {
        let times = fulfilments_in(row, self.figures.period()).len() as u64;
        [
            ("text", Arg::from(text)),
            ("channel", Arg::from(&row.channel)),
            ("minimum", Arg::Number(u64::from(minimum))),
            ("times", Arg::Number(times)),
        ]
    }

    pub(super) fn effects(&self) -> Section {
        let by_id: HashMap<_, _> = self.facts.effects.iter().map(|row| (row.id, row)).collect();
        let effects = self
            .figures
            .records(Key::Effects)
            .iter()
            .filter_map(|id| by_id.get(id));
        let items = items(
            "effects",
            effects.map(|row| end_sentence(&self.filled(&row.report_text, None))),
        );
        let mut sentence = self.counting("effects", "effects", Key::Effects);
        if !items.is_empty() {
            sentence = sentence.leading();
        }
        self.section("effects", vec![sentence], items, ListStyle::Sentences)
    }
}
