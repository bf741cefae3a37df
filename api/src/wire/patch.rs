//! JSON Merge Patch (RFC 7396), by the letter: the patch is merged into the record as one would create it.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{OneOfBuilder, Schema, SchemaType};
use utoipa::openapi::{ObjectBuilder, RefOr, Type};
use utoipa::{PartialSchema, ToSchema};

use super::body::{self, Body};
use super::distinct::Distinct;
use crate::problem::Problem;

/// A patch of what `T` describes: absent keeps, null clears.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub struct MergePatch<T> {
    #[serde(deserialize_with = "unique")]
    changes: Map<String, Value>,
    #[serde(skip)]
    of: std::marker::PhantomData<T>,
}

impl<T: Serialize + DeserializeOwned + ToSchema> MergePatch<T> {
    /// One that was put together here.
    pub fn of(changes: Map<String, Value>) -> Self {
        Self {
            changes,
            of: std::marker::PhantomData,
        }
    }

    /// Takes something out of it that is no part of what it patches.
    pub fn take(&mut self, field: &str) -> Option<Value> {
        self.changes.remove(field)
    }

    /// What one would be created from that has no more than the patch says.
    pub fn alone(self) -> Result<Body<T>, Problem> {
        let mut merged = Value::Object(Map::new());
        merge(&mut merged, Value::Object(self.changes));
        body::parse(merged.to_string().as_bytes())
    }

    /// What the record would be created from after the patch.
    pub fn apply(self, current: &T) -> Result<Body<T>, Problem> {
        let mut merged = serde_json::to_value(current).unwrap_or_default();
        merge(&mut merged, Value::Object(self.changes));
        body::parse(merged.to_string().as_bytes())
    }
}

impl<T> Clone for MergePatch<T> {
    fn clone(&self) -> Self {
        Self {
            changes: self.changes.clone(),
            of: std::marker::PhantomData,
        }
    }
}

/// An object that names no field twice, at any depth.
fn unique<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    match Distinct::deserialize(deserializer)? {
        Distinct(Value::Object(fields)) => Ok(fields),
        _ => Err(D::Error::invalid_type(
            Unexpected::Other("another value"),
            &"an object",
        )),
    }
}

fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(target) = target {
        for (name, value) in patch {
            if value.is_null() {
                target.remove(&name);
            } else {
                merge(target.entry(name).or_insert(Value::Null), value);
            }
        }
    }
}

impl<T: ToSchema> ToSchema for MergePatch<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Patch", T::name().trim_end_matches("In")).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}

impl<T: PartialSchema> PartialSchema for MergePatch<T> {
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut object)) = T::schema() else {
            return T::schema();
        };
        for (name, property) in &mut object.properties {
            // What must be there cannot be cleared.
            if !object.required.contains(name) {
                allow_null(property);
            }
        }
        object.required.clear();
        object.description =
            Some("JSON Merge Patch (RFC 7396): absent keeps, null clears.".to_owned());
        RefOr::T(Schema::Object(object))
    }
}

fn allow_null(property: &mut RefOr<Schema>) {
    let kind = match property {
        RefOr::T(Schema::Object(object)) => &mut object.schema_type,
        RefOr::T(Schema::Array(array)) => &mut array.schema_type,
        RefOr::Ref(_) => {
            let null = ObjectBuilder::new().schema_type(Type::Null);
            let either = OneOfBuilder::new().item(null).item(property.clone());
            *property = RefOr::T(Schema::OneOf(either.build()));
            return;
        }
        _ => return,
    };
    if let SchemaType::Type(one) = kind {
        *kind = SchemaType::Array(vec![one.clone(), Type::Null]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn merged(target: Value, patch: Value) -> Value {
        let mut target = target;
        merge(&mut target, patch);
        target
    }

    #[test]
    fn rfc_7396_appendix_a() {
        let cases = [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (
                json!({"a":{"b":"c"}}),
                json!({"a":{"b":"d","c":null}}),
                json!({"a":{"b":"d"}}),
            ),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (
                json!({}),
                json!({"a":{"bb":{"ccc":null}}}),
                json!({"a":{"bb":{}}}),
            ),
        ];
        for (target, patch, expected) in cases {
            assert_eq!(merged(target, patch), expected);
        }
    }
}
