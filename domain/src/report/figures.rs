//! A figure: its value, the records it counts, and the list that shows them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::ser::{Serialize, SerializeMap, Serializer};
use uuid::Uuid;

use super::keys::FigureKey;
use crate::period::Period;
use crate::record::Kind;

/// What a figure says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Integer(u64),
    /// A date.
    Date(NaiveDate),
    /// Several dates.
    Dates(Vec<NaiveDate>),
    /// Numbers by code, in the order to show them.
    Breakdown(Vec<(String, u64)>),
    /// Nothing to say: the date of what did not happen.
    None,
}

/// Numbers, ISO dates, arrays of dates, objects in their order, null.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Integer(number) => serializer.serialize_u64(*number),
            Value::Date(date) => date.serialize(serializer),
            Value::Dates(dates) => dates.serialize(serializer),
            Value::Breakdown(parts) => {
                let mut map = serializer.serialize_map(Some(parts.len()))?;
                for (code, number) in parts {
                    map.serialize_entry(code, number)?;
                }
                map.end()
            }
            Value::None => serializer.serialize_none(),
        }
    }
}

/// Which list shows exactly the records of a figure, of the period of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Signatories on the last day of the period.
    Signatories,
    /// Meetings that took place.
    Meetings {
        /// Of this kind.
        kind: &'static str,
        /// In one of these roles; in any when empty.
        own_roles: &'static [&'static str],
    },
    /// Trainings that took place and are no part of an implementation completed by the last day.
    TrainingsWithoutRecommendation,
    /// Meetings about funding programmes that took place.
    FundingProgrammeMeetings,
    /// Agenda items with a report phrase, of meetings that took place.
    AgendaItems {
        /// Meetings of this kind.
        kind: &'static str,
    },
    /// Outputs of meetings that took place.
    Outputs {
        /// Meetings of this kind.
        kind: &'static str,
        /// In one of these roles.
        own_roles: &'static [&'static str],
    },
    /// Good practices presented at meetings that took place.
    GoodPractices {
        /// Meetings of this kind.
        kind: &'static str,
    },
    /// Recommendations adopted in the period.
    Adopted {
        /// Of this kind.
        kind: &'static str,
    },
    /// Recommendations that reached a status in the period.
    CarriedOut {
        /// Of this kind.
        kind: &'static str,
        /// The status.
        status: &'static str,
    },
    /// Commitments in force at some time of the period.
    Commitments {
        /// Only those that were kept.
        fulfilled: bool,
    },
    /// What fulfilled the commitments in the period.
    Fulfilments,
    /// Communiqués released in the period.
    Communiques,
    /// Institutions that posted every communiqué of the period.
    Coverage,
    /// Postings, in the period and by signatories, of the communiqués of the period.
    Postings,
    /// Effects of the period.
    Effects,
    /// Terms of the council elected in the period.
    Elections,
    /// Mandates in the council that began in the period, within a term.
    MandatesBegun,
    /// Mandates in the council that ended in the period, before their term.
    MandatesEnded,
    /// Signatories bound from a day of the period on.
    Accessions,
    /// Signatories bound no more from a day of the period on.
    Withdrawals,
}

impl Selection {
    /// Of which kind the records are.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Signatories | Self::Accessions | Self::Withdrawals => Kind::Signatory,
            Self::Meetings { .. }
            | Self::TrainingsWithoutRecommendation
            | Self::FundingProgrammeMeetings => Kind::Meeting,
            Self::AgendaItems { .. } => Kind::AgendaItem,
            Self::Outputs { .. } => Kind::Output,
            Self::GoodPractices { .. } => Kind::GoodPractice,
            Self::Adopted { .. } | Self::CarriedOut { .. } => Kind::Recommendation,
            Self::Commitments { .. } => Kind::Commitment,
            Self::Fulfilments => Kind::Fulfilment,
            Self::Communiques => Kind::Communique,
            Self::Coverage => Kind::Institution,
            Self::Postings => Kind::Posting,
            Self::Effects => Kind::Effect,
            Self::Elections => Kind::Term,
            Self::MandatesBegun | Self::MandatesEnded => Kind::Mandate,
        }
    }
}

/// One figure of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Which.
    pub key: FigureKey,
    /// What it says. Not always the number of its records: six institutions may have presented seven practices.
    pub value: Value,
    /// The records it counts.
    pub records: Vec<Uuid>,
    /// The list that shows them.
    pub selection: Selection,
}

/// The figures of a period, in the order of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    period: Period,
    figures: BTreeMap<FigureKey, Figure>,
}

impl Figures {
    pub(super) fn new(period: Period) -> Self {
        Self {
            period,
            figures: BTreeMap::new(),
        }
    }

    pub(super) fn add(
        &mut self,
        key: FigureKey,
        value: Value,
        records: Vec<Uuid>,
        selection: Selection,
    ) {
        self.figures.insert(
            key,
            Figure {
                key,
                value,
                records,
                selection,
            },
        );
    }

    /// A figure that is the number of its records.
    pub(super) fn add_count(&mut self, key: FigureKey, records: Vec<Uuid>, selection: Selection) {
        self.add(key, number(records.len()), records, selection);
    }

    /// The period counted.
    pub const fn period(&self) -> Period {
        self.period
    }

    /// One figure.
    pub fn get(&self, key: FigureKey) -> Option<&Figure> {
        self.figures.get(&key)
    }

    /// Every figure.
    pub fn iter(&self) -> impl Iterator<Item = &Figure> {
        self.figures.values()
    }

    /// The number a figure says; zero when it says something else.
    pub fn integer(&self, key: FigureKey) -> u64 {
        match self.get(key).map(|figure| &figure.value) {
            Some(Value::Integer(number)) => *number,
            _ => 0,
        }
    }

    /// The parts of a breakdown; none when it says something else.
    pub fn breakdown(&self, key: FigureKey) -> &[(String, u64)] {
        match self.get(key).map(|figure| &figure.value) {
            Some(Value::Breakdown(parts)) => parts,
            _ => &[],
        }
    }

    /// The records a figure counts.
    pub fn records(&self, key: FigureKey) -> &[Uuid] {
        self.get(key).map_or(&[], |figure| &figure.records)
    }
}

pub(super) fn number(count: usize) -> Value {
    Value::Integer(count as u64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_json_as_the_report_shows_them() {
        let day: NaiveDate = "2016-11-18".parse().unwrap();
        let breakdown = Value::Breakdown(vec![("ngo".to_owned(), 4), ("business".to_owned(), 2)]);
        assert_eq!(serde_json::to_value(Value::Integer(69)).unwrap(), json!(69));
        assert_eq!(
            serde_json::to_value(Value::Date(day)).unwrap(),
            json!("2016-11-18")
        );
        assert_eq!(
            serde_json::to_value(Value::Dates(vec![day])).unwrap(),
            json!(["2016-11-18"])
        );
        assert_eq!(serde_json::to_value(Value::None).unwrap(), json!(null));
        assert_eq!(
            serde_json::to_string(&breakdown).unwrap(),
            r#"{"ngo":4,"business":2}"#
        );
    }
}
