//! What several operations say alike is said once, as a component of the document.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use domain::access::Needs;
use domain::access::permission::{ReadPublic, WriteSelf};
use serde_json::{Map, Value, json};

/// Every operation of the document.
pub fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut();
    let items = paths.into_iter().flat_map(Map::values_mut);
    let items = items.filter_map(Value::as_object_mut);
    items.flat_map(Map::values_mut)
}

/// Does something with every response that is written out, of operations and of those they share.
pub fn each_response(document: &mut Value, mut change: impl FnMut(&mut Value)) {
    let shared = document["components"]["responses"].as_object_mut();
    let shared = shared.into_iter().flat_map(Map::values_mut);
    shared.for_each(&mut change);
    let own = operations(document).filter_map(|operation| operation["responses"].as_object_mut());
    let own = own.flat_map(Map::values_mut);
    own.filter(|response| response["$ref"].is_null())
        .for_each(change);
}

/// The headers of the general limit (`limits.rs`) stand on every answer.
pub fn add_limits(document: &mut Value) {
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

/// Drops schemas to which nothing refers: the shown form of a part that is only sent.
pub fn drop_unused(document: &mut Value) {
    let mut used = BTreeSet::new();
    note_used(document, &mut used);
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.retain(|name, _| used.contains(&format!("#/components/schemas/{name}")));
    }
}

fn note_used(value: &Value, used: &mut BTreeSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| note_used(value, used)),
        Value::Object(object) => {
            used.extend(
                object
                    .get("$ref")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            object.values().for_each(|value| note_used(value, used));
        }
        _ => {}
    }
}

/// Whatever takes the token of a person takes that of a service, but what only people have: sessions, passwords and second factors.
pub fn admit_services(document: &mut Value) {
    for operation in operations(document) {
        let ways = operation.get_mut("security").and_then(Value::as_array_mut);
        for ways in ways.into_iter() {
            let scopes = ways.iter().find_map(|way| way.get("bearer").cloned());
            let scopes = scopes.filter(|scopes| scopes[0] != WriteSelf::PERMISSION.code());
            ways.extend(scopes.map(|scopes| json!({ "service": scopes })));
        }
    }
}

/// The example of a body stands with its schema: many generators of clients do not look beside a reference.
pub fn move_examples(document: &mut Value) {
    let mut examples = Vec::new();
    for operation in operations(document) {
        let Some(body) = operation.get_mut("requestBody") else {
            continue;
        };
        let contents = body["content"].as_object_mut().into_iter().flatten();
        for (_, content) in contents.filter(|(media_type, _)| media_type.ends_with("json")) {
            let name = content["schema"]["$ref"].as_str();
            let name = name.and_then(|name| name.strip_prefix("#/components/schemas/"));
            if let (Some(name), Some(content)) = (name.map(str::to_owned), content.as_object_mut())
            {
                examples.extend(content.remove("example").map(|example| (name, example)));
            }
        }
    }
    for (name, example) in examples {
        document["components"]["schemas"][name]["example"] = example;
    }
}

/// Leaves out what goes without saying: a parameter that is not required, and the security of what is public, which becomes that of
/// every operation that says no other.
pub fn leave_out_defaults(document: &mut Value) {
    let scopes = [ReadPublic::PERMISSION.code()];
    let public = json!([{}, {"bearer": scopes}, {"service": scopes}]);
    for operation in operations(document).filter_map(Value::as_object_mut) {
        if operation.get("security") == Some(&public) {
            operation.remove("security");
        }
        let parameters = operation.get_mut("parameters");
        let parameters = parameters
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten();
        for parameter in parameters.filter_map(Value::as_object_mut) {
            if parameter.get("required") == Some(&json!(false)) {
                parameter.remove("required");
            }
        }
    }
    document["security"] = public;
}

/// Says once what several operations say alike: parameters and headers become components. The most frequent of a name is called as
/// what it is, another one with the operation that has it first before its name.
pub fn share(document: &mut Value) {
    let mut alike = Alike::default();
    for operation in operations(document) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            alike.count(name, id, parameter);
        }
    }
    let shared = alike.shared("parameters");
    for operation in operations(document) {
        let all = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        all.into_iter().flatten().for_each(|one| shared.refer(one));
    }
    shared.add_to(document);

    let mut alike = Alike::default();
    each_response(document, |response| {
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            alike.count(name, "", header);
        }
    });
    let shared = alike.shared("headers");
    each_response(document, |response| {
        let all = response.get_mut("headers").and_then(Value::as_object_mut);
        let all = all.into_iter().flat_map(Map::values_mut);
        all.for_each(|one| shared.refer(one));
    });
    shared.add_to(document);
}

/// How often what has a name is described in which words, and by which operation first.
#[derive(Default)]
struct Alike(BTreeMap<String, Vec<Described>>);

struct Described {
    value: Value,
    count: usize,
    first: String,
}

/// A name as components have it: `list_meetings` is `ListMeetings`.
pub fn camel(name: &str) -> String {
    let words = name.split(['-', '_']).map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    });
    words.collect()
}

impl Alike {
    fn count(&mut self, name: &str, operation: &str, described: &Value) {
        if !described["$ref"].is_null() {
            return;
        }
        let known = self.0.entry(camel(name)).or_default();
        match known.iter_mut().find(|known| known.value == *described) {
            Some(known) => known.count += 1,
            None => known.push(Described {
                value: described.clone(),
                count: 1,
                first: camel(operation),
            }),
        }
    }

    /// What is described alike more than once.
    fn shared(self, section: &'static str) -> Shared {
        let named = self.0.into_iter().flat_map(|(name, mut all)| {
            all.retain(|described| described.count > 1);
            // Of equals, the first one that was found.
            all.sort_by_key(|described| Reverse(described.count));
            if section == "headers" {
                all.truncate(1);
            }
            let called = move |(place, described): (usize, Described)| match place {
                0 => (name.clone(), described.value),
                _ => (described.first + &name, described.value),
            };
            all.into_iter().enumerate().map(called)
        });
        Shared {
            section,
            components: named.collect(),
        }
    }
}

/// What becomes components of a section, by their names.
struct Shared {
    section: &'static str,
    components: Map<String, Value>,
}

impl Shared {
    /// Puts a reference in the place of what is a component.
    fn refer(&self, described: &mut Value) {
        let mut components = self.components.iter();
        if let Some((name, _)) = components.find(|(_, known)| *known == described) {
            *described = json!({"$ref": format!("#/components/{}/{name}", self.section)});
        }
    }

    fn add_to(self, document: &mut Value) {
        let section = &mut document["components"][self.section];
        match section.as_object_mut() {
            Some(section) => section.extend(self.components),
            None => *section = Value::Object(self.components),
        }
    }
}
