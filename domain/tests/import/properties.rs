//! Whatever stands in the file, it is read or refused, and what is refused says where.

use std::sync::LazyLock;

use domain::import::ImportError;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::file::{TEXT, read, read_value, reference, set, today};

/// The reference file with a few rows of each long collection.
static SMALL: LazyLock<Value> = LazyLock::new(|| {
    let mut file = reference();
    for collection in ["communique_publications", "memberships"] {
        file[collection].as_array_mut().unwrap().truncate(3);
    }
    file
});

/// Where every value of the small file stands.
static POINTERS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut pointers = Vec::new();
    collect(&SMALL, "", &mut pointers);
    pointers
});

fn collect(value: &Value, pointer: &str, pointers: &mut Vec<String>) {
    if !pointer.is_empty() {
        pointers.push(pointer.to_owned());
    }
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(key, value)| collect(value, &format!("{pointer}/{key}"), pointers)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, value)| collect(value, &format!("{pointer}/{index}"), pointers)),
        _ => {}
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!([])),
        Just(json!({})),
        Just(json!([null, [{}], "ngo"])),
        Just(json!({"slug": {}, "kind": [1]})),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}".prop_map(Value::from),
        "[0-9]{1,9}/[0-9]{3,5}".prop_map(Value::from),
    ]
}

/// The value at the pointer, or the nearest one that holds it, must exist: only what is missing
/// is named without being there.
fn names_a_place(file: &Value, pointer: &str) -> bool {
    let holder = pointer.rsplit_once('/').map_or("", |(holder, _)| holder);
    file.pointer(holder).is_some()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_change_of_a_value_panics(place in any::<prop::sample::Index>(), value in any_value()) {
        let pointer = place.get(&POINTERS);
        let mut file = SMALL.clone();
        set(&mut file, pointer, value);
        match read_value(&file) {
            Ok(_) => {}
            Err(ImportError::Faults(faults)) => {
                prop_assert!(faults.total > 0);
                for fault in &faults.listed {
                    prop_assert!(names_a_place(&file, &fault.pointer), "{}", fault.pointer);
                }
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    #[test]
    fn no_cut_or_garbled_file_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = TEXT.as_bytes().to_vec();
        let at = at.index(bytes.len());
        let cut = read(&bytes[..at], today());
        let malformed = matches!(cut, Err(ImportError::Malformed { .. }));
        prop_assert!(malformed || TEXT[at..].trim().is_empty());
        bytes[at] = byte;
        let _ = read(&bytes, today());
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = read(text.as_bytes(), today());
    }
}
