//! What several operations say alike is said once, as a component of the document.

use std::collections::BTreeMap;

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

/// Says once what several operations say alike: parameters and headers become components. Of several that have one name, only
/// the most frequent does, so that a component is called as what it is.
pub fn share(document: &mut Value) {
    let mut alike = Alike::default();
    for operation in operations(document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            alike.count(name, parameter);
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
            alike.count(name, header);
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

/// How often what has a name is described in which words.
#[derive(Default)]
struct Alike(BTreeMap<String, Vec<(Value, usize)>>);

impl Alike {
    fn count(&mut self, name: &str, described: &Value) {
        if !described["$ref"].is_null() {
            return;
        }
        let words = name.split(['-', '_']).map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_uppercase() + rest
        });
        let known = self.0.entry(words.collect()).or_default();
        match known.iter_mut().find(|(known, _)| known == described) {
            Some((_, count)) => *count += 1,
            None => known.push((described.clone(), 1)),
        }
    }

    /// Of each name what is described alike the most often, and more than once.
    fn shared(self, section: &'static str) -> Shared {
        let most = self.0.into_iter().filter_map(|(name, all)| {
            let most = all.into_iter().rev().max_by_key(|(_, count)| *count);
            let (described, _) = most.filter(|(_, count)| *count > 1)?;
            Some((name, described))
        });
        Shared {
            section,
            components: most.collect(),
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
