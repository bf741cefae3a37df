//! The reference file, changed in places.

use std::io::Cursor;

use chrono::NaiveDate;
use domain::fault::{Fault, Rule};
use domain::import::{
    CommitmentRow, CommuniqueRow, EffectRow, FulfilmentRow, GoodPracticeRow, ImportError,
    MandateRow, MeetingRow, MembershipRow, PostingRow, RecommendationRow, TermRow,
};
use domain::institution::Institution;
use domain::partnership::Partnership;
use serde_json::Value;

/// The data file as text.
pub const TEXT: &str = include_str!("../../data/lubuskie-2016.json");

/// A day after everything in the file.
pub fn today() -> NaiveDate {
    "2026-10-01".parse().unwrap()
}

/// The data file as a value.
pub fn reference() -> Value {
    serde_json::from_str(TEXT).unwrap()
}

/// Everything that a file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    pub partnership: Partnership,
    pub secretariat: Option<String>,
    pub institutions: Vec<Institution>,
    pub memberships: Vec<MembershipRow>,
    pub terms: Vec<TermRow>,
    pub mandates: Vec<MandateRow>,
    pub meetings: Vec<MeetingRow>,
    pub good_practices: Vec<GoodPracticeRow>,
    pub recommendations: Vec<RecommendationRow>,
    pub commitments: Vec<CommitmentRow>,
    pub fulfilments: Vec<FulfilmentRow>,
    pub communiques: Vec<CommuniqueRow>,
    pub postings: Vec<PostingRow>,
    pub effects: Vec<EffectRow>,
    pub warnings: Vec<Fault>,
}

/// Reads a file, and all of it.
pub fn read(bytes: &[u8], today: NaiveDate) -> Result<Dataset, ImportError> {
    read_at_most(bytes, today, usize::MAX)
}

/// The same of so many records at the most.
pub fn read_at_most(bytes: &[u8], today: NaiveDate, most: usize) -> Result<Dataset, ImportError> {
    let mut file = domain::import::read(Cursor::new(bytes), today, most)?;
    Ok(Dataset {
        partnership: file.partnership.clone(),
        secretariat: file.secretariat.clone(),
        institutions: file.institutions().collect::<Result<_, _>>()?,
        memberships: file.memberships().collect::<Result<_, _>>()?,
        terms: file.terms().collect::<Result<_, _>>()?,
        mandates: file.mandates().collect::<Result<_, _>>()?,
        meetings: file.meetings().collect::<Result<_, _>>()?,
        good_practices: file.good_practices().collect::<Result<_, _>>()?,
        recommendations: file.recommendations().collect::<Result<_, _>>()?,
        commitments: file.commitments().collect::<Result<_, _>>()?,
        fulfilments: file.fulfilments().collect::<Result<_, _>>()?,
        communiques: file.communiques().collect::<Result<_, _>>()?,
        postings: file.postings().collect::<Result<_, _>>()?,
        effects: file.effects().collect::<Result<_, _>>()?,
        warnings: file.warnings.listed.clone(),
    })
}

/// Reads a value as a file.
pub fn read_value(file: &Value) -> Result<Dataset, ImportError> {
    read(&serde_json::to_vec(file).unwrap(), today())
}

/// Sets the value at a pointer, the last key of which need not exist. `-` appends to a list.
pub fn set(file: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match file.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.insert(key.to_owned(), value);
        }
        Value::Array(items) if key == "-" => items.push(value),
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        _ => unreachable!("{pointer}"),
    }
}

/// The faults of a file, as pointer and rule, in the order of their pointers.
pub fn faults(result: Result<Dataset, ImportError>) -> Vec<(String, Rule)> {
    let Err(ImportError::Faults(faults)) = result else {
        unreachable!("{:?}", result.map(|_| "no fault"))
    };
    assert_eq!(faults.listed.len(), faults.total);
    let mut faults: Vec<_> = faults
        .listed
        .into_iter()
        .map(|fault| (fault.pointer, fault.rule))
        .collect();
    faults.sort();
    faults
}

/// The reference file with these changes has exactly these faults.
pub fn assert_faults(changes: &[(&str, Value)], expected: &[(&str, Rule)]) {
    let mut file = reference();
    for (pointer, value) in changes {
        set(&mut file, pointer, value.clone());
    }
    let found = faults(read_value(&file));
    let found: Vec<_> = found
        .iter()
        .map(|(pointer, rule)| (pointer.as_str(), *rule))
        .collect();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(found, expected, "{changes:?}");
}

/// The reference file with one value changed has one fault, at that value.
pub fn assert_fault(pointer: &str, value: Value, rule: Rule) {
    assert_faults(&[(pointer, value)], &[(pointer, rule)]);
}

/// The reference file with these changes is read.
pub fn assert_read(changes: &[(&str, Value)]) -> Dataset {
    let mut file = reference();
    for (pointer, value) in changes {
        set(&mut file, pointer, value.clone());
    }
    match read_value(&file) {
        Ok(dataset) => dataset,
        Err(error) => unreachable!("{changes:?}: {error:?}"),
    }
}

/// The reference file without the member at a pointer has exactly these faults.
pub fn assert_faults_without(pointer: &str, expected: &[(&str, Rule)]) {
    let mut file = reference();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let removed = match file.pointer_mut(parent) {
        Some(Value::Object(members)) => members.remove(key),
        _ => None,
    };
    assert!(removed.is_some(), "{pointer}");
    let found = faults(read_value(&file));
    let found: Vec<_> = found
        .iter()
        .map(|(pointer, rule)| (pointer.as_str(), *rule))
        .collect();
    assert_eq!(found, expected, "{pointer}");
}

/// A copy of the row at a pointer with some of its values changed.
pub fn copy(pointer: &str, changes: &Value) -> Value {
    let mut row = reference().pointer(pointer).unwrap().clone();
    for (key, value) in changes.as_object().unwrap() {
        row[key] = value.clone();
    }
    row
}
