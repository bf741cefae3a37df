//! How figures are shown to people: their labels, and their values as rows.

use chrono::NaiveDate;
use domain::language::Language;
use domain::report::content::Counted;
use domain::report::{Content, FigureKey};
use domain::vocabulary;
use serde_json::Value;

/// A value that a figure has: alone, or as one part of a breakdown.
pub struct Shown {
    /// What it is called.
    pub label: String,
    /// The value; nothing of the date of what did not happen.
    pub value: String,
    /// The value, where it is a number.
    pub number: Option<u64>,
}

/// The label of a figure.
pub fn label(key: &str, language: Language) -> &str {
    vocabulary::label("report_figures", key, language)
}

/// The values of a figure.
pub fn values(content: &Content, key: &str, figure: &Counted, language: Language) -> Vec<Shown> {
    let own = label(key, language);
    let one = |label: String, value: &Value| Shown {
        label,
        value: written(value),
        number: value.as_u64(),
    };
    match &figure.value {
        Value::Object(_) => {
            let part = |(code, number)| {
                let named = part_label(content, key, code, language);
                one(format!("{own}: {named}"), number)
            };
            parts(key, figure).into_iter().map(part).collect()
        }
        value => vec![one(own.to_owned(), value)],
    }
}

/// The parts of a breakdown, in the order of their vocabulary.
pub fn parts<'a>(key: &str, figure: &'a Counted) -> Vec<(&'a str, &'a Value)> {
    let codes = vocabulary::find(vocabulary_of(key));
    let terms = codes.map_or(&[][..], |codes| &codes.terms);
    let place = |code: &str| {
        let known = terms.iter().position(|term| term.code == code);
        known.unwrap_or(terms.len())
    };
    let parts = figure.value.as_object().into_iter().flatten();
    let mut parts: Vec<_> = parts
        .map(|(code, number)| (code.as_str(), number))
        .collect();
    parts.sort_by_key(|(code, _)| place(code));
    parts
}

fn vocabulary_of(key: &str) -> &'static str {
    match key {
        "funding_programme_meetings" => "funding_programmes",
        _ => "sectors",
    }
}

/// What the part of a breakdown is called.
pub fn part_label(content: &Content, key: &str, code: &str, language: Language) -> String {
    if key == "commitment_fulfilments" {
        let commitments = content.figures.get("commitments");
        let records = commitments.into_iter().flat_map(|figure| &figure.records);
        let mut records = records.filter(|record| record.key.as_deref() == Some(code));
        let name = records.next().and_then(|record| record.name.clone());
        return name.unwrap_or_else(|| code.to_owned());
    }
    vocabulary::label(vocabulary_of(key), code, language).to_owned()
}

fn written(value: &Value) -> String {
    let day = |text: &str| {
        let day: Option<NaiveDate> = text.parse().ok();
        day.map_or(text.to_owned(), |day| day.format("%d.%m.%Y").to_string())
    };
    match value {
        Value::Null => String::new(),
        Value::String(text) => day(text),
        Value::Array(items) => items.iter().map(written).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// The figures in the order of the report; those that a later version of the program does not know come last.
pub fn in_order(content: &Content) -> Vec<(&str, &Counted)> {
    let place = |key: &str| {
        let known = FigureKey::ALL
            .iter()
            .position(|known| known.as_str() == key);
        known.unwrap_or(FigureKey::ALL.len())
    };
    let figures = content.figures.iter();
    let mut figures: Vec<_> = figures
        .map(|(key, figure)| (key.as_str(), figure))
        .collect();
    figures.sort_by_key(|(key, _)| place(key));
    figures
}
