//! What no handler states: bounds (OWASP API4:2023), so that every string, number and array says how large it can be; what is
//! left of the caller's requests, on every answer; and that every list is read conditionally.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use crate::components::{each_response, share};
use crate::wire::ListFormat;

/// The document as JSON, with the bounds that no handler states: those of formats, and the widest this server answers with.
pub fn bounded(document: &OpenApi) -> Value {
    let mut value = serde_json::to_value(document).unwrap_or_default();
    add_conditions(&mut value);
    add_limits(&mut value);
    walk(&mut value);
    share(&mut value);
    value
}

/// Lists have entity tags, answer 304 to who has them already, and come in other formats.
fn add_conditions(document: &mut Value) {
    let paths = document["paths"].as_object_mut();
    let items = paths.into_iter().flat_map(Map::values_mut);
    for operation in items.filter_map(|item| item.get_mut("get")) {
        let parameters = operation["parameters"].as_array();
        if parameters.is_none_or(|all| all.iter().all(|parameter| parameter["name"] != "cursor")) {
            continue;
        }
        let responses = &mut operation["responses"];
        for format in ListFormat::ALL.into_iter().skip(1) {
            let media_type = format.media_type().split(';').next().unwrap_or_default();
            let schema = match format {
                ListFormat::Xlsx => json!({"type": "string", "format": "binary"}),
                _ => json!({"type": "string"}),
            };
            responses["200"]["content"][media_type] = json!({"schema": schema});
        }
        responses["200"]["headers"]["ETag"] = json!({
            "description": "Tells this answer from others; send it back in `If-None-Match`",
            "schema": {"type": "string"},
        });
        responses["304"] =
            json!({"description": "Nothing changed since the answer of If-None-Match"});
    }
}

/// The headers of the general limit (`limits.rs`) stand on every answer.
fn add_limits(document: &mut Value) {
    let text = |description: &str, example: &str| json!({"description": description, "schema": {"type": "string", "example": example}});
    document["components"]["headers"] = json!({
        "RateLimit": text(
            "What is left of the quota (`r`), and in how many seconds all of it will be there again (`t`): draft-ietf-httpapi-ratelimit-headers.",
            "\"account\";r=5999;t=1",
        ),
        "RateLimitPolicy": text(
            "The quota (`q`) in a window of seconds (`w`), for the account or, for who is nobody, the network address.",
            "\"account\";q=6000;w=60",
        ),
    });
    let limit = |name: &str| json!({"$ref": format!("#/components/headers/{name}")});
    each_response(document, |response| {
        response["headers"]["RateLimit"] = limit("RateLimit");
        response["headers"]["RateLimit-Policy"] = limit("RateLimitPolicy");
    });
}

fn walk(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(walk),
        Value::Object(object) => {
            bound(object);
            // Examples are data, not schemas.
            let schemas = object.iter_mut().filter(|(name, _)| *name != "example");
            schemas.for_each(|(_, value)| walk(value));
        }
        _ => {}
    }
}

fn bound(schema: &mut Map<String, Value>) {
    let is = |name: &str| match schema.get("type") {
        Some(Value::String(kind)) => kind == name,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == name),
        _ => false,
    };
    if is("string") && !schema.contains_key("enum") {
        let length = match schema.get("format").and_then(Value::as_str) {
            Some("date") => 10,
            Some("date-time") => 40,
            Some("uuid") => 36,
            _ => 100_000,
        };
        schema.entry("maxLength").or_insert(json!(length));
    } else if is("integer") {
        schema.entry("format").or_insert(json!("int64"));
        let long = schema.get("format") == Some(&json!("int64"));
        // The integers that every JSON reader keeps exactly (RFC 8259, section 6).
        let most = if long {
            9_007_199_254_740_991_i64
        } else {
            i64::from(i32::MAX)
        };
        schema.entry("minimum").or_insert(json!(0));
        schema.entry("maximum").or_insert(json!(most));
    } else if is("array") {
        schema.entry("maxItems").or_insert(json!(10_000));
    }
}
