//! Codes in the document: a text whose format is the name of a vocabulary is one of the codes of that vocabulary.

use domain::record::Kind;
use domain::vocabulary::{self, Vocabulary};
use serde_json::{Map, Value, json};

use crate::components::{camel, operations};

/// How many codes a filter takes.
pub const MOST: usize = 50;

/// Makes every vocabulary that the document names an enumeration among its components.
pub fn enumerate(document: &mut Value) {
    for operation in operations(document) {
        let parameters = operation.get_mut("parameters");
        let parameters = parameters.and_then(Value::as_array_mut);
        parameters.into_iter().flatten().for_each(list_codes);
    }
    let mut named = Map::new();
    refer(document, &mut named);
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.extend(named);
    }
}

/// The vocabulary whose codes a schema takes.
fn vocabulary_of(schema: &Map<String, Value>) -> Option<&'static Vocabulary> {
    vocabulary::find(schema.get("format")?.as_str()?)
}

/// What a vocabulary is called among the schemas: one of its codes, as `MeetingKind` is.
fn name_of(vocabulary: &Vocabulary) -> String {
    let name = vocabulary.name.as_str();
    let one = match (name.strip_suffix("statuses"), name.strip_suffix("ies")) {
        (Some(of), _) => format!("{of}status"),
        (_, Some(of)) => format!("{of}y"),
        _ => name.trim_end_matches('s').to_owned(),
    };
    match Kind::from_name(&one) {
        // The record has this name.
        Some(_) => camel(&one) + "Code",
        None => camel(&one),
    }
}

/// Codes in a query are a list, separated by commas (`form`, the style of queries, not exploded).
fn list_codes(parameter: &mut Value) {
    let schema = parameter["schema"].as_object();
    if parameter["in"] != "query" || schema.and_then(vocabulary_of).is_none() {
        return;
    }
    let code = json!({"type": "string", "format": parameter["schema"]["format"]});
    parameter["schema"] = json!({"type": "array", "items": code, "maxItems": MOST});
    parameter["explode"] = json!(false);
    if let Some(example) = parameter["example"].as_str() {
        let codes: Vec<&str> = example.split(',').collect();
        parameter["example"] = json!(codes);
    }
}

/// Puts a reference in the place of every text that is a code, and notes what it leads to.
fn refer(value: &mut Value, named: &mut Map<String, Value>) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| refer(value, named)),
        Value::Object(object) => {
            if let Some(vocabulary) = vocabulary_of(object) {
                let name = name_of(vocabulary);
                refer_one(object, &name);
                named.insert(name, enumeration(vocabulary));
            }
            // Examples are data, not schemas.
            let schemas = object.iter_mut().filter(|(name, _)| *name != "example");
            schemas.for_each(|(_, value)| refer(value, named));
        }
        _ => {}
    }
}

fn refer_one(schema: &mut Map<String, Value>, name: &str) {
    let code = json!(format!("#/components/schemas/{name}"));
    let kind = schema.remove("type");
    schema.remove("format");
    if kind.is_some_and(|kind| kind.is_array()) {
        schema.insert(
            "oneOf".to_owned(),
            json!([{"$ref": code}, {"type": "null"}]),
        );
    } else {
        schema.insert("$ref".to_owned(), code);
    }
}

fn enumeration(vocabulary: &Vocabulary) -> Value {
    let name = &vocabulary.name;
    let codes = vocabulary.terms.iter().map(|term| term.code.as_str());
    json!({
        "type": "string",
        "enum": codes.collect::<Vec<_>>(),
        "description": format!("A code of `/api/v1/vocabularies/{name}`, where its labels are."),
    })
}
