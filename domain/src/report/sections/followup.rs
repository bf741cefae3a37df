//! What was promised and what came of it: recommendations, commitments, effects.

use std::collections::HashMap;

use uuid::Uuid;

use super::{ListStyle, Section, Sentence, Writer, items};
use crate::report::facts::{CommitmentFact, Outcome, RecommendationFact};
use crate::report::keys::FigureKey as Key;
use crate::report::rules::{fulfilments_in, implementations_by};
use crate::report::typography::end_sentence;
use crate::wording::Arg;

impl Writer<'_> {
    pub(super) fn recommendations(&self) -> Section {
        let mut section = self.adopted("recommendations", Key::RecommendationsAdopted);
        if !section.items.is_empty() {
            section.sentences[0]
                .figures
                .push(Key::RecommendationsImplemented);
        }
        section
    }

    /// What was adopted of a kind in the period, and how it was carried out by its end.
    pub(super) fn adopted(&self, key: &'static str, adopted: Key) -> Section {
        let rows = self.recommendations_of(self.figures.records(adopted));
        let items = items(key, rows.iter().map(|row| self.recommendation(row)));
        let mut sentence = self.counting(key, key, adopted);
        if !items.is_empty() {
            sentence = sentence.leading();
        }
        self.section(key, vec![sentence], items, ListStyle::Sentences)
    }

    /// What of a kind was carried out in the period, as a whole or in part, and adopted before; nothing where there is nothing.
    pub(super) fn adopted_earlier(
        &self,
        key: &'static str,
        carried_out: [Key; 2],
    ) -> Option<Section> {
        let first = self.figures.period().from();
        let ids = carried_out.map(|key| self.figures.records(key)).concat();
        let mut rows = self.recommendations_of(&ids);
        rows.retain(|row| row.adopted_on.is_some_and(|day| day < first));
        let count = Arg::Number(rows.len() as u64);
        let sentence = Sentence {
            key,
            text: self.words.say(key, &[("count", count)]),
            figures: carried_out.into(),
            lead: None,
        };
        let items = items(key, rows.iter().map(|row| self.recommendation(row)));
        let section = || self.section(key, vec![sentence.leading()], items, ListStyle::Sentences);
        (!rows.is_empty()).then(section)
    }

    fn recommendations_of(&self, ids: &[Uuid]) -> Vec<&RecommendationFact> {
        let rows = self.facts.recommendations.iter();
        let by_id: HashMap<_, _> = rows.map(|row| (row.id, row)).collect();
        ids.iter().filter_map(|id| by_id.get(id).copied()).collect()
    }

    /// How a recommendation was carried out by the end of the period. One whose day is not known was.
    fn recommendation(&self, row: &RecommendationFact) -> String {
        let last = self.figures.period().to();
        let outcome = row
            .outcome
            .filter(|outcome| outcome.on.is_none_or(|day| day <= last));
        let texts =
            implementations_by(row, last).flat_map(|done| [&done.report_text, &done.goal_text]);
        let texts = texts
            .flatten()
            .map(|text| self.filled(text, None))
            .filter(|text| !text.is_empty());
        let mut told: Vec<_> = texts.map(|text| end_sentence(&text)).collect();
        let title = row.title.trim_end_matches('.');
        let title = [("title", Arg::from(title))];
        let says = |name: &str| self.words.say(&format!("recommendation.{name}"), &title);
        match outcome {
            None if implementations_by(row, last).next().is_none() => return says("open"),
            None if told.is_empty() => return says("begun"),
            Some(outcome) if told.is_empty() => {
                return says(if outcome.in_part { "in-part" } else { "done" });
            }
            Some(Outcome { in_part: true, .. }) => told.push(says("told-in-part")),
            _ => {}
        }
        told.join(" ")
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
