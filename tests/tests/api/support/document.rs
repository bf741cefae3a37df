//! The document as tests read it.

use serde_json::Value;

/// The document, with what it says once put where it is referred to; shapes keep their names.
pub fn document() -> Value {
    let document: Value = serde_json::from_str(&api::document_json()).unwrap();
    let mut whole = document.clone();
    put_in_place(&mut whole["paths"], &document);
    whole
}

fn put_in_place(value: &mut Value, document: &Value) {
    while let Some(place) = value["$ref"]
        .as_str()
        .and_then(|place| place.strip_prefix('#'))
    {
        if place.starts_with("/components/schemas/") {
            break;
        }
        *value = document.pointer(place).unwrap().clone();
    }
    match value {
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| put_in_place(value, document)),
        Value::Object(object) => object
            .values_mut()
            .for_each(|value| put_in_place(value, document)),
        _ => {}
    }
}
