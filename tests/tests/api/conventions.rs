//! The conventions of every list and of every write, walked over the document where that can be.

use std::collections::BTreeSet;

use api::contract::operations;
use serde_json::{Value, json};

use crate::import::reference_year;
use crate::support::{Client, TestApp, on_both};

const URL: &str = "/api/v1/institutions";

/// Follows `next` until null.
pub async fn walk(client: &Client, first: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next = Some(first.to_owned());
    while let Some(url) = next {
        let answer = client.get(&url).await;
        let page = answer.ok(200);
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        next = page["next"].as_str().map(str::to_owned);
        let link = next
            .as_ref()
            .map_or(String::new(), |next| format!("<{next}>; rel=\"next\""));
        assert_eq!(answer.header("link"), link);
    }
    items
}

async fn some_institutions(client: &Client, count: usize) {
    for number in 0..count {
        let body = json!({ "name": format!("Urząd {}", number % 3), "slug": format!("urzad-{number}"), "kind": "pup" });
        client.post(URL, body).await.ok(201);
    }
}

on_both! {
    async fn every_reading_refuses_an_unknown_parameter(app: TestApp) {
        let anonymous = app.anonymous();
        for (path, item) in &api::document().paths.paths {
            if operations(item).iter().any(|(method, _)| *method == "GET") {
                anonymous.get(&format!("{path}?surprise=1")).await.problem(400, "unknown-parameter");
            }
        }
        for long in ["cursor", "q"] {
            let url = format!("{URL}?{long}={}", "A".repeat(2001));
            anonymous.get(&url).await.problem(400, "invalid-parameter");
        }
    }
}

on_both! {
    async fn every_search_finds_what_has_all_words_in_any_order(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let person = json!({ "name": "Zofia Żurawska" });
        admin.post("/api/v1/partnerships/partnerstwo-lubuskie/people", person).await.ok(201);
        let programme = json!({ "code": "rpo_l2020", "starts_on": "2014-01-01" });
        admin.post("/api/v1/partnerships/partnerstwo-lubuskie/funding-programmes", programme).await.ok(201);
        let mut searched = Vec::new();
        for (path, item) in &api::document().paths.paths {
            let described = serde_json::to_value(&item.get).unwrap();
            let parameters = described["parameters"].as_array();
            let takes = |name: &str| parameters.into_iter().flatten().any(|parameter| parameter["name"] == name);
            if !takes("q") || !takes("cursor") {
                continue;
            }
            let url = path.replace("{partnership}", "partnerstwo-lubuskie");
            let list = walk(&admin, &url).await;
            let called = |item: &Value| {
                let names = [&item["name"], &item["title"], &item["institution"]["name"]];
                // An account may be called by its address.
                let name = names.into_iter().find_map(Value::as_str)?.replace('@', " ");
                (name.split(' ').count() > 1).then_some(name)
            };
            let (item, name) = list.iter().find_map(|item| Some((item, called(item)?))).unwrap_or_else(|| panic!("{path}: {list:?}"));
            let words: Vec<&str> = name.split(' ').rev().collect();
            let find = async |q: &str| {
                let q = q.replace(' ', "%20");
                walk(&admin, &format!("{url}?q={q}")).await
            };
            assert!(find(&words.join("  ")).await.contains(item), "{path}: {name}");
            assert!(find(&format!("{name} nieobecny")).await.is_empty(), "{path}");
            searched.push(path.clone());
        }
        assert_eq!(searched.len(), 12, "{searched:?}");
    }
}

on_both! {
    async fn pages_are_whole_under_ties_and_concurrent_writes(app: TestApp) {
        let admin = app.admin().await;
        some_institutions(&admin, 11).await;
        for sort in ["name", "-name", "created_at", "-created_at"] {
            let items = walk(&admin, &format!("{URL}?limit=2&sort={sort}")).await;
            let ids: BTreeSet<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
            assert_eq!((items.len(), ids.len()), (11, 11), "{sort}");
        }
        // A record inserted before the place reached, and one deleted behind it, move nothing.
        let first = admin.get(&format!("{URL}?limit=5&sort=name")).await.ok(200);
        admin.post(URL, json!({ "name": "Aaa", "kind": "pup" })).await.ok(201);
        let gone = first["items"][0]["id"].as_str().unwrap();
        assert_eq!(admin.delete(&format!("{URL}/{gone}"), "*").await.status, 204);
        let rest = walk(&admin, first["next"].as_str().unwrap()).await;
        assert_eq!(rest.len(), 6);
    }
}

on_both! {
    async fn a_cursor_belongs_to_its_list(app: TestApp) {
        let admin = app.admin().await;
        some_institutions(&admin, 3).await;
        let page = admin.get(&format!("{URL}?limit=1&sort=name")).await.ok(200);
        let next = page["next"].as_str().unwrap();
        let cursor = next.split("cursor=").nth(1).unwrap();
        admin.get(&format!("{URL}?limit=2&sort=name&cursor={cursor}")).await.ok(200);
        admin.get(&format!("{URL}?limit=1&sort=-name&cursor={cursor}")).await.problem(400, "invalid-parameter");
        admin.get(&format!("{URL}?limit=1&sort=name&kind=pup&cursor={cursor}")).await.problem(400, "invalid-parameter");
    }
}

on_both! {
    async fn only_what_changed_since_and_what_was_deleted(app: TestApp) {
        let admin = app.admin().await;
        some_institutions(&admin, 4).await;
        app.pass(60);
        let since = app.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        assert_eq!(walk(&admin, &format!("{URL}?modified_since={since}")).await, Vec::<Value>::new());
        admin.patch(&format!("{URL}/urzad-2"), "*", json!({ "short_name": "U2" })).await.ok(200);
        assert_eq!(admin.delete(&format!("{URL}/urzad-1"), "*").await.status, 204);
        admin.patch(&format!("{URL}/urzad-0"), "*", json!({ "short_name": "U0" })).await.ok(200);
        let items = walk(&admin, &format!("{URL}?limit=1&modified_since={since}")).await;
        let slugs: Vec<&Value> = items.iter().map(|item| &item["slug"]).collect();
        assert_eq!(slugs, ["urzad-2", "urzad-0"]);
        // What is gone stands apart, where it happened, and counts.
        let all = admin.get(&format!("{URL}?total=true&modified_since={since}")).await.ok(200);
        assert_eq!((all["items"].as_array().unwrap().len(), &all["total"]), (2, &json!(3)));
        let [tombstone] = all["deleted"].as_array().unwrap().as_slice() else { panic!("{all}") };
        assert_eq!(tombstone.as_object().unwrap().keys().collect::<Vec<_>>(), ["deleted_at", "deletion", "id"]);
        assert_eq!(tombstone["deletion"], "deleted");
        let second = admin.get(&format!("{URL}?limit=1&modified_since={since}")).await.ok(200);
        let second = admin.get(second["next"].as_str().unwrap()).await.ok(200);
        assert_eq!((&second["items"], &second["deleted"]), (&json!([]), &all["deleted"]));
        assert!(admin.get(URL).await.ok(200)["deleted"].is_null());
    }
}

on_both! {
    async fn several_codes_are_sent_either_way(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let meetings = "/api/v1/partnerships/partnerstwo-lubuskie/meetings";
        let listed = admin.get(&format!("{meetings}?total=true&limit=3&kind=council,assembly")).await.ok(200);
        let repeated = admin.get(&format!("{meetings}?total=true&limit=3&kind=council&kind=assembly")).await.ok(200);
        assert_eq!((&listed["items"], &listed["total"]), (&repeated["items"], &repeated["total"]));
        let council = admin.get(&format!("{meetings}?total=true&limit=1&kind=council")).await.ok(200);
        assert!(listed["total"].as_u64() > council["total"].as_u64(), "{listed}");
        admin.get(repeated["next"].as_str().unwrap()).await.ok(200);
        let refused = [
            ("kind=council&kind=surprise", "unknown_code"),
            ("from=2016-01-01&from=2016-01-01", "format"),
            ("limit=0", "range"),
            ("body=nowhere", "dangling_reference"),
        ];
        for (wrong, code) in refused {
            let name = wrong.split('=').next().unwrap();
            let problem = admin.get(&format!("{meetings}?{wrong}")).await.problem(400, "invalid-parameter");
            let error = &problem["errors"][0];
            assert_eq!((&error["parameter"], &error["code"]), (&json!(name), &json!(code)), "{problem}");
        }
    }
}

on_both! {
    async fn conditional_reads(app: TestApp) {
        let admin = app.admin().await;
        some_institutions(&admin, 1).await;
        let url = format!("{URL}/urzad-0");
        let tag = admin.get(&url).await.header("etag").to_owned();
        let known = admin.send(admin.request("GET", &url).header("if-none-match", &tag)).await;
        assert_eq!((known.status, known.text.as_str(), known.header("etag")), (304, "", tag.as_str()));
        admin.patch(&url, &tag, json!({ "short_name": "U" })).await.ok(200);
        let changed = admin.send(admin.request("GET", &url).header("if-none-match", &tag)).await;
        assert_eq!(changed.status, 200);
    }
}

on_both! {
    async fn a_lost_update_is_refused(app: TestApp) {
        let admin = app.admin().await;
        some_institutions(&admin, 1).await;
        let url = format!("{URL}/urzad-0");
        let without = admin.send(admin.request("PATCH", &url).json(&json!({ "short_name": "U" }))).await;
        without.problem(428, "precondition-required");
        admin.patch(&url, &"0".repeat(201), json!({})).await.problem(400, "invalid-parameter");
        admin.patch(&url, "\"bogus\"", json!({ "short_name": "U" })).await.problem(412, "stale");
        let tag = admin.get(&url).await.header("etag").to_owned();
        let tries = (0..10).map(|number| {
            let (admin, url, tag) = (admin.clone(), url.clone(), tag.clone());
            tokio::spawn(async move { admin.patch(&url, &tag, json!({ "short_name": format!("U{number}") })).await.status })
        });
        let mut statuses = Vec::new();
        for one in tries.collect::<Vec<_>>() {
            statuses.push(one.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![200], vec![412; 9]].concat());
    }
}

on_both! {
    async fn a_retry_under_one_key_writes_once(app: TestApp) {
        let admin = app.admin().await;
        let body = json!({ "name": "Urząd", "kind": "pup" });
        let tries = (0..8).map(|_| {
            let (admin, body) = (admin.clone(), body.clone());
            tokio::spawn(async move { admin.post_with_key(URL, "key-1", &body).await })
        });
        let mut answers = Vec::new();
        for one in tries.collect::<Vec<_>>() {
            let answer = one.await.unwrap();
            assert_eq!(answer.status, 201, "{}", answer.text);
            answers.push((answer.header("location").to_owned(), answer.header("etag").to_owned(), answer.text));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
        let other = json!({ "name": "Inny", "kind": "pup" });
        admin.post_with_key(URL, "key-1", &other).await.problem(422, "key-reused");
        admin.post_with_key(URL, "two words", &other).await.problem(400, "invalid-parameter");
        // Keys are the caller's own, and forgotten after a day.
        app.admin().await.post_with_key(URL, "key-1", &other).await.ok(201);
    }
}

on_both! {
    async fn one_of_many_identical_creations_wins(app: TestApp) {
        let admin = app.admin().await;
        let tries = (0..10).map(|_| {
            let admin = admin.clone();
            tokio::spawn(async move { admin.post(URL, json!({ "name": "Jedyny", "slug": "jedyny", "kind": "pup" })).await.status })
        });
        let mut statuses = Vec::new();
        for one in tries.collect::<Vec<_>>() {
            statuses.push(one.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![201], vec![409; 9]].concat());
    }
}

on_both! {
    /// OWASP API4:2023: what is small when it is sent and large when it is read.
    async fn a_body_of_very_many_values_is_not_read(app: TestApp) {
        let admin = app.admin().await;
        for item in ["{}", "{\"\":0}", "[]", "0"] {
            let items = vec![item; 20_000].join(",");
            let body = format!("{{\"name\":\"Urząd\",\"kind\":\"pup\",\"external_ids\":[{items}]}}");
            admin.upload(URL, "application/json", body).await.problem(400, "malformed-request");
        }
        // Texts may have as many commas as they like.
        let body = json!({ "name": format!("Urząd{}", ",".repeat(20_000)), "kind": "pup" });
        admin.post(URL, body).await.problem(422, "invalid-values");
        // Strangers have nothing long to say.
        let long = json!({ "email": "a".repeat(20_000), "password": "x" });
        app.anonymous().post("/api/v1/auth/login", long).await.problem(413, "too-large");
    }
}

#[test]
fn the_document_says_once_what_operations_share() {
    let text = api::document_json();
    let document: Value = serde_json::from_str(&text).unwrap();
    let items = document["paths"].as_object().unwrap().values();
    let operations: usize = items.map(|item| item.as_object().unwrap().len()).sum();
    // What grows with every operation is what is not shared.
    assert!(
        text.len() < 3_400 * operations,
        "{} bytes, {operations} operations",
        text.len()
    );
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let problem = response["content"]["application/problem+json"].is_object();
                assert!(!problem, "{}: {status}", operation["operationId"]);
            }
        }
    }
}

/// Every schema of a part of the document.
fn schemas<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| schemas(value, found)),
        Value::Object(object) => {
            found.push(value);
            let parts = object.iter().filter(|(name, _)| *name != "example");
            parts.for_each(|(_, part)| schemas(part, found));
        }
        _ => {}
    }
}

#[test]
fn an_operation_answers_one_type() {
    let document = crate::support::document();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let types = response["content"].as_object().map_or(0, |all| all.len());
                assert!(types <= 1, "{method} {path} {status}: {types} types");
            }
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let items = &schema["properties"]["items"]["items"];
        assert!(items["anyOf"].is_null(), "{name}: {items}");
    }
}

#[test]
fn generators_of_clients_find_nothing_odd() {
    let document = crate::support::document();
    let mut all = Vec::new();
    schemas(&document, &mut all);
    for schema in all {
        assert!(schema.get("example") != Some(&Value::Null), "{schema}");
        // A code is one of an enumeration that has a name.
        let vocabulary = schema["format"].as_str().and_then(domain::vocabulary::find);
        assert!(vocabulary.is_none(), "{schema}");
        let required = schema["required"].as_array().into_iter().flatten();
        let names: BTreeSet<&str> = required.clone().filter_map(Value::as_str).collect();
        assert_eq!(names.len(), required.count(), "{schema}");
    }
    let shapes = &document["components"]["schemas"];
    let status = &shapes["MeetingOut"]["properties"]["status"];
    assert_eq!(status["$ref"], "#/components/schemas/MeetingStatus");
    assert_eq!(
        shapes["MeetingStatus"]["enum"].as_array().map(Vec::len),
        Some(8)
    );
    let meetings = &document["paths"]["/api/v1/partnerships/{partnership}/meetings"]["get"];
    let mut parameters = meetings["parameters"].as_array().unwrap().iter();
    let kind = parameters.find(|one| one["name"] == "kind").unwrap();
    assert_eq!(
        kind["schema"]["items"]["$ref"],
        "#/components/schemas/MeetingKind"
    );
    assert_eq!(kind["explode"], false);
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let names = [&operation["operationId"], &operation["tags"][0]];
            assert!(
                names.iter().all(|name| name.as_str().unwrap().is_ascii()),
                "{names:?}"
            );
        }
    }
}

#[test]
fn services_are_told_where_their_tokens_come_from() {
    let document = crate::support::document();
    let flow = &document["components"]["securitySchemes"]["service"]["flows"]["clientCredentials"];
    assert_eq!(flow["tokenUrl"], "/oauth/token");
    let known = flow["scopes"].as_object().unwrap();
    let items = document["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    let own = operations.map(|operation| &operation["security"]);
    for ways in own.chain([&document["security"]]) {
        let scopes = |scheme: &str| {
            let mut ways = ways.as_array().into_iter().flatten();
            ways.find_map(|way| way.get(scheme).cloned())
        };
        // Sessions, passwords and second factors are for people.
        let of_people = scopes("bearer") == Some(json!(["self:write"]));
        assert_eq!(
            scopes("bearer").filter(|_| !of_people),
            scopes("service"),
            "{ways}"
        );
        for scope in scopes("service").unwrap_or(json!([])).as_array().unwrap() {
            assert!(known.contains_key(scope.as_str().unwrap()), "{scope}");
        }
    }
}

#[test]
fn what_one_sends_is_bounded() {
    let document = crate::support::document();
    let mut all = Vec::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            schemas(&operation["parameters"], &mut all);
        }
    }
    let sent = document["components"]["schemas"]
        .as_object()
        .unwrap()
        .iter();
    let sent = sent.filter(|(name, _)| name.ends_with("In") || name.ends_with("Patch"));
    sent.for_each(|(_, schema)| schemas(schema, &mut all));
    let is = |schema: &Value, name: &str| match &schema["type"] {
        Value::Array(types) => types.contains(&json!(name)),
        one => one == name,
    };
    for schema in all {
        let says = |names: &[&str]| names.iter().any(|name| !schema[*name].is_null());
        if is(schema, "string") {
            assert!(
                says(&["maxLength", "enum", "format", "pattern"]),
                "{schema}"
            );
        }
        if is(schema, "array") {
            assert!(says(&["maxItems"]), "{schema}");
        }
    }
}

#[test]
fn the_document_is_well_formed() {
    let document: Value = crate::support::document();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{name}: {id} twice");
            let single = ["login", "refresh", "logout"].contains(&id);
            assert!(id.contains('_') || single, "{id} is not verb_noun");
            assert!(
                operation["summary"]
                    .as_str()
                    .is_some_and(|text| text.ends_with('.') || !text.is_empty()),
                "{name}"
            );
            assert_eq!(
                operation["tags"].as_array().map(Vec::len),
                Some(1),
                "{name}"
            );
            assert!(
                operation["security"].is_array() || document["security"].is_array(),
                "{name} says nothing of security"
            );
            for (status, response) in operation["responses"].as_object().unwrap() {
                assert!(
                    response["description"]
                        .as_str()
                        .is_some_and(|text| !text.is_empty()),
                    "{name} {status}"
                );
            }
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let described = parameter["description"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty());
                assert!(described, "{name}: {}", parameter["name"]);
            }
        }
    }
    let text = document.to_string();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "dangling reference to {name}");
    }
}
