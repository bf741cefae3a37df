//! What a body lacks of what its schema requires, so that it is told together with all else that is wrong.

use std::collections::HashMap;

use domain::fault::{Fault, Rule};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// How many missing fields are told; a long list of empty objects lacks more than anybody reads.
const MOST_TOLD: usize = 100;

/// Puts stand-ins where required fields are absent or null, so that the rest can be read and checked, and tells where.
///
/// A stand-in is the least value of its type: no rule between fields finds anything wrong with another field for its sake,
/// and what is wrong with the stand-in itself is not told.
pub fn stand_in<T: ToSchema>(sent: &mut Value) -> Vec<Fault> {
    let mut named = Vec::new();
    T::schemas(&mut named);
    let named = named
        .into_iter()
        .map(|(name, schema)| (name, json!(schema)));
    let mut missing = Vec::new();
    Schemas(named.collect()).fill(&json!(T::schema()), "", sent, &mut missing);
    missing
}

/// The schemas that others refer to, by name.
struct Schemas(HashMap<String, Value>);

impl Schemas {
    fn fill(&self, schema: &Value, at: &str, sent: &mut Value, missing: &mut Vec<Fault>) {
        let schema = self.resolved(schema);
        match sent {
            Value::Object(fields) => {
                for (name, value) in &mut *fields {
                    let schema = &schema["properties"][name];
                    self.fill(schema, &format!("{at}/{}", escaped(name)), value, missing);
                }
                for name in required(schema) {
                    if !fields.get(name).is_none_or(Value::is_null) {
                        continue;
                    }
                    let least = self.least(&schema["properties"][name]);
                    fields.insert(name.to_owned(), least);
                    if missing.len() < MOST_TOLD {
                        missing.push(Fault::at(format!("{at}/{}", escaped(name)), Rule::Required));
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.fill(&schema["items"], &format!("{at}/{index}"), item, missing);
                }
            }
            _ => {}
        }
    }

    /// The least value of a schema.
    fn least(&self, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        if let Some(code) = schema["enum"].get(0) {
            return code.clone();
        }
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("string"), Some("date")) => json!("1000-01-01"),
            (Some("string"), Some("date-time")) => json!("1000-01-01T00:00:00Z"),
            (Some("string"), Some("uuid")) => json!(uuid::Uuid::nil()),
            (Some("string"), _) => json!(""),
            (Some("integer" | "number"), _) => json!(0),
            (Some("boolean"), _) => json!(false),
            (Some("array"), _) => json!([]),
            _ => {
                let least = |name: &str| {
                    let least = self.least(&schema["properties"][name]);
                    (name.to_owned(), least)
                };
                Value::Object(required(schema).map(least).collect::<Map<_, _>>())
            }
        }
    }

    /// A schema itself, where another one refers to it, or to it or null.
    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let choices = schema["oneOf"].as_array().into_iter().flatten();
        let choice = choices.into_iter().find(|choice| choice["type"] != "null");
        let reference = schema["$ref"].as_str();
        let name = reference.and_then(|reference| reference.rsplit('/').next());
        match (name.and_then(|name| self.0.get(name)), choice) {
            (Some(named), _) => self.resolved(named),
            (None, Some(choice)) => self.resolved(choice),
            (None, None) => schema,
        }
    }
}

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    let names = schema["required"].as_array().into_iter().flatten();
    names.filter_map(Value::as_str)
}

/// A name as a JSON pointer has it, shortened.
pub(super) fn escaped(key: &str) -> String {
    key.chars()
        .take(100)
        .collect::<String>()
        .replace('~', "~0")
        .replace('/', "~1")
}
