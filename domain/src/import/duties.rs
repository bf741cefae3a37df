//! What was promised, how it was kept, and what came of it.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::reader::Object;
use super::row::Row;
use super::value::{code, date, report_text, within};
use crate::fault::Rule;
use crate::period::Period;

/// A duty to be fulfilled so many times a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitmentRow {
    /// Its slug.
    pub slug: String,
    /// The recommendation it follows from, by slug.
    pub recommendation: String,
    /// How many times a year.
    pub min_count: i32,
    /// A code of `commitment_channels`.
    pub channel: String,
    /// Codes of `institution_kinds`.
    pub party_kinds: Vec<String>,
    /// The phrase of the report.
    pub report_text: String,
    /// In force from the adoption of its recommendation.
    pub starts_on: NaiveDate,
}

/// One time a commitment was fulfilled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FulfilmentRow {
    /// The commitment, by slug.
    pub commitment: String,
    /// The meeting, by slug.
    pub meeting: String,
    /// Its day.
    pub fulfilled_on: NaiveDate,
}

/// An effect of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectRow {
    /// Its slug.
    pub slug: String,
    /// The period.
    pub period: Period,
    /// Its place among the effects of the period.
    pub position: i32,
    /// Sentences of the report.
    pub report_text: String,
}

/// Every commitment.
impl Row for CommitmentRow {
    const COLLECTION: &'static str = "commitments";
    type Seen = HashSet<String>;

    fn read(row: &Object<'_, '_>, slugs: &mut HashSet<String>) -> Option<Self> {
        let slug = row.unique_slug(slugs);
        let recommendation = row.required("recommendation", |node| {
            row.reader.index.adopted_recommendation(node)
        });
        let min_count = row.required("min_per_year", within(1..=1000));
        let channel = row.required("channel", code("commitment_channels"));
        let party_kinds = row.set("party_types", code("institution_kinds"));
        let report_text = row.required("report_text", report_text);
        let (recommendation, adopted_on) = recommendation?;
        Some(Self {
            slug: slug?,
            recommendation,
            min_count: min_count?,
            channel: channel?,
            party_kinds,
            report_text: report_text?,
            starts_on: adopted_on?,
        })
    }
}

/// Every fulfilment, on the day of its meeting.
impl Row for FulfilmentRow {
    const COLLECTION: &'static str = "commitment_fulfilments";
    type Seen = HashSet<(String, String)>;

    fn read(row: &Object<'_, '_>, keys: &mut Self::Seen) -> Option<Self> {
        let index = &row.reader.index;
        let commitment = row.required("commitment", |node| index.commitment(node));
        let meeting = row.required("meeting", |node| index.meeting(node));
        let fulfilled_on = row.required("fulfilled_on", date);
        let held_on = meeting.as_deref().and_then(|slug| index.held_on(slug));
        if let (Some(fulfilled_on), Some(held_on)) = (fulfilled_on, held_on)
            && fulfilled_on != held_on
        {
            row.note("fulfilled_on", Rule::Conflict);
        }
        let (commitment, meeting) = (commitment?, meeting?);
        if !keys.insert((commitment.clone(), meeting.clone())) {
            row.reader.note(&row.pointer, Rule::Duplicate);
        }
        Some(Self {
            commitment,
            meeting,
            fulfilled_on: fulfilled_on?,
        })
    }
}

/// Every effect, with the days of its period.
impl Row for EffectRow {
    const COLLECTION: &'static str = "effects";
    type Seen = HashSet<String>;

    fn read(row: &Object<'_, '_>, slugs: &mut HashSet<String>) -> Option<Self> {
        let index = &row.reader.index;
        let slug = row.unique_slug(slugs);
        let period = row.required("period", |node| index.reporting_period(node));
        let position = row.required("position", within(1..=100_000));
        let report_text = row.required("report_text", report_text);
        Some(Self {
            slug: slug?,
            period: index.days_of_period(&period?)?,
            position: position?,
            report_text: report_text?,
        })
    }
}
