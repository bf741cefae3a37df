//! Every operation of the document, tried on the records of the reference year: a new endpoint is covered the day it
//! appears.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::Role;
use serde_json::{Map, Value, json};

use crate::conventions::walk;
use crate::import::reference_year;
use crate::support::{Client, TestApp, document, on_both};

const PARTNERSHIP: &str = "/api/v1/partnerships/{partnership}/";

/// An operation as its document describes it.
struct Operation {
    id: String,
    method: String,
    path: String,
    described: Value,
}

impl Operation {
    fn takes(&self, name: &str) -> bool {
        self.parameter(name).is_some()
    }

    fn parameter(&self, name: &str) -> Option<&Value> {
        let parameters = self.described["parameters"].as_array()?;
        parameters.iter().find(|known| known["name"] == name)
    }

    fn is_list(&self) -> bool {
        self.method == "GET" && self.takes("cursor")
    }

    /// Its path, with what is chosen from a few names chosen as in its example.
    fn template(&self) -> String {
        let chosen = self.described["parameters"]
            .as_array()
            .into_iter()
            .flatten();
        let chosen = chosen.filter(|parameter| !parameter["schema"]["enum"].is_null());
        let path = chosen.filter(|parameter| parameter["in"] == "path");
        path.fold(self.path.clone(), |path, parameter| {
            let name = format!("{{{}}}", parameter["name"].as_str().unwrap());
            path.replace(&name, parameter["example"].as_str().unwrap())
        })
    }

    fn is_record(&self) -> bool {
        self.method == "GET"
            && self.path.starts_with("/api/v1/")
            && self.path.ends_with('}')
            && !self.described["responses"]["304"].is_null()
            && !self.described["responses"]["200"]["content"]["application/json"].is_null()
    }
}

fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| {
        let path = path.clone();
        let methods = item.as_object().unwrap().clone();
        methods
            .into_iter()
            .map(move |(method, described)| Operation {
                id: described["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                described,
            })
    };
    paths.iter().flat_map(of_path).collect()
}

/// The paths below which something is recorded whose body has a field.
pub fn creations_with(field: &str) -> BTreeSet<String> {
    let document = document();
    let has_field = |operation: &Operation| {
        let content = &operation.described["requestBody"]["content"]["application/json"];
        let schema = content["schema"]["$ref"]
            .as_str()
            .and_then(|name| name.rsplit('/').next());
        let schema = schema.map(|name| &document["components"]["schemas"][name]);
        operation.method == "POST"
            && schema.is_some_and(|schema| !schema["properties"][field].is_null())
    };
    let found = operations(&document).into_iter().filter(has_field);
    found.map(|operation| operation.path).collect()
}

/// A path with each variable part filled in by a record of the list before it: the first that leads on.
async fn filled(client: &Client, template: &str) -> Option<String> {
    let mut places = vec![String::new()];
    for part in template.split('/').skip(1) {
        let mut further = Vec::new();
        for place in places {
            if !part.starts_with('{') {
                further.push(format!("{place}/{part}"));
                continue;
            }
            let page = client.get(&format!("{place}?limit=50")).await;
            let items = if page.status == 200 {
                page.json()["items"].as_array().cloned()
            } else {
                None
            };
            for item in items.into_iter().flatten() {
                further.push(format!("{place}/{}", item["id"].as_str()?));
            }
            if !further.is_empty() {
                break;
            }
        }
        places = further;
    }
    places.into_iter().next()
}

/// The path of a list, if possible of one that is not empty.
async fn filled_list(client: &Client, template: &str) -> Option<String> {
    match filled(client, &format!("{template}/{{record}}")).await {
        Some(record) => record.rsplit_once('/').map(|(list, _)| list.to_owned()),
        None => filled(client, template).await,
    }
}

/// A request with a body made of the examples of its schema, and with the parameters that it needs.
fn example(
    document: &Value,
    operation: &Operation,
    client: &Client,
    url: &str,
) -> reqwest::RequestBuilder {
    let parameters = operation.described["parameters"].as_array();
    let needed = |parameter: &&Value| parameter["in"] == "query" && parameter["required"] == true;
    let needed = parameters.into_iter().flatten().filter(needed);
    let needed: Vec<String> = needed
        .map(|needed| format!("{}={}", sent(&needed["name"]), sent(&needed["example"])))
        .collect();
    let request = client.request(&operation.method, &format!("{url}?{}", needed.join("&")));
    let Some(content) = operation.described["requestBody"]["content"].as_object() else {
        return request;
    };
    let shown = content
        .iter()
        .find(|(_, content)| !content["example"].is_null());
    match shown {
        Some((media_type, content)) if content["example"].is_string() => request
            .header("content-type", media_type)
            .body(content["example"].as_str().unwrap().to_owned()),
        Some((_, content)) => request.json(&content["example"]),
        None => {
            let content = content.values().next().unwrap();
            request.json(&of_schema(document, &content["schema"]).unwrap())
        }
    }
}

fn of_schema(document: &Value, schema: &Value) -> Option<Value> {
    if !schema["example"].is_null() {
        return Some(schema["example"].clone());
    }
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return of_schema(document, &document["components"]["schemas"][name]);
    }
    if let Some(codes) = schema["enum"].as_array() {
        return codes.first().cloned();
    }
    of_properties(document, schema)
}

/// An object of the examples of its properties.
fn of_properties(document: &Value, schema: &Value) -> Option<Value> {
    let properties = schema["properties"].as_object()?;
    let shown = properties
        .iter()
        .filter_map(|(name, schema)| Some((name.clone(), of_schema(document, schema)?)));
    Some(Value::Object(shown.collect::<Map<_, _>>()))
}

/// An example of a parameter, as it is sent.
fn sent(example: &Value) -> String {
    match example {
        Value::String(text) => text.clone(),
        Value::Array(codes) => codes.iter().map(sent).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

async fn year(app: &TestApp) -> Client {
    let admin = app.admin().await;
    let file = reference_year();
    admin.post("/api/v1/imports", file).await.ok(200);
    // The year's file has no programmes, accounts and people.
    let programme =
        json!({ "code": "rpo_l2020", "starts_on": "2014-01-01", "ends_on": "2020-12-31" });
    let url = PARTNERSHIP.replace("{partnership}", "partnerstwo-lubuskie") + "funding-programmes";
    admin.post(&url, programme).await.ok(201);
    let people = PARTNERSHIP.replace("{partnership}", "partnerstwo-lubuskie") + "people";
    let person = json!({ "name": "Zofia Żurawska" });
    let person = admin.post(&people, person).await.ok(201)["id"].clone();
    for institution in ["pup-zary", "wup-zielona-gora", "pcpr-zagan"] {
        let acts = json!({ "person": person, "on_behalf_of": institution, "capacity": "proxy", "starts_on": "2016-01-01" });
        let representations = people.replace("people", "representations");
        admin.post(&representations, acts).await.ok(201);
    }
    // Of accounts there is more than one signs in with: a service, first by its name, and somebody who was invited.
    let service =
        json!({ "kind": "service", "name": "1 System ROPS", "scopes": ["internal:read"] });
    let service = admin.post("/api/v1/accounts", service).await.ok(201)["id"].clone();
    let secrets = format!("/api/v1/accounts/{}/secrets", service.as_str().unwrap());
    for name in ["pierwszy", "drugi"] {
        admin.post(&secrets, json!({ "name": name })).await.ok(201);
    }
    let webhook =
        json!({ "account": service, "name": "ROPS", "url": "https://rops.example/partnerstwo" });
    let webhook = admin.post("/api/v1/webhooks", webhook).await;
    for _ in 0..3 {
        let messages = format!("{}/messages", webhook.header("location"));
        admin.post(&messages, json!({})).await.ok(202);
    }
    let lubuskie = PARTNERSHIP.replace("{partnership}", "partnerstwo-lubuskie");
    let calendar = json!({ "name": "Kalendarz" });
    let calendars = format!("{lubuskie}calendar-links");
    admin.post(&calendars, calendar).await.ok(201);
    for _ in 0..3 {
        let export = json!({ "kinds": ["meeting"] });
        let exports = format!("{lubuskie}exports");
        admin.post(&exports, export).await.ok(202);
        let schedule = json!({ "name": "Kopia", "rule": "FREQ=DAILY" });
        let schedules = format!("{lubuskie}export-schedules");
        admin.post(&schedules, schedule).await.ok(201);
    }
    for year in [2014, 2015, 2016] {
        let report = json!({ "from": format!("{year}-01-01"), "to": format!("{year}-12-31") });
        admin
            .post(&format!("{lubuskie}reports"), report)
            .await
            .ok(201);
    }
    for to in ["in_review", "approved", "frozen"] {
        let report = format!("{lubuskie}reports/sprawozdanie-2015");
        admin.step(&report, json!({ "to": to })).await.ok(200);
    }
    let table = "name,kind\nStowarzyszenie A,association\nStowarzyszenie B,association\nStowarzyszenie C,association\n";
    let imports = format!("{lubuskie}bulk-imports?kind=institution");
    admin.upload(&imports, "text/csv", table).await.ok(201);
    let invited = json!({ "email": "zaproszona@pup-zary.example" });
    admin.post("/api/v1/accounts", invited).await.ok(201);
    admin
}

fn ids(items: &[Value]) -> BTreeSet<String> {
    let id = |item: &Value| {
        let ids = [&item["id"], &item["institution"]["id"], &item["number"]];
        let id = ids.into_iter().find(|id| !id.is_null());
        id.unwrap().to_string()
    };
    items.iter().map(id).collect()
}

on_both! {
    async fn every_list_pages_sorts_and_tells_what_changed(app: TestApp) {
        let since = app.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let admin = year(&app).await;
        let document = document();
        let mut walked = 0;
        for list in operations(&document).iter().filter(|operation| operation.is_list()) {
            let url = filled_list(&admin, &list.path).await.unwrap_or_else(|| panic!("{}: no parent", list.id));
            for common in ["limit", "total", "modified_since", "sort"] {
                assert!(list.takes(common), "{} takes no {common}", list.id);
            }
            for query in ["limit=0", "limit=201", "limit=x", "limit=1&limit=2", "sort=surprise", "cursor=AAAA",
                "cursor=%00", "total=perhaps", "modified_since=yesterday", "modified_since=2016-01-01"]
            {
                admin.get(&format!("{url}?{query}")).await.problem(400, "invalid-parameter");
            }
            let total = admin.get(&format!("{url}?total=true&limit=1")).await.ok(200)["total"].as_u64().unwrap();
            let sorts = list.parameter("sort").unwrap()["schema"]["enum"].as_array().unwrap();
            assert!(sorts.len() >= 2, "{}", list.id);
            for sort in sorts {
                let sort = sort.as_str().unwrap();
                let limit = (total / 3).clamp(1, 200);
                let items = walk(&admin, &format!("{url}?limit={limit}&sort={sort}")).await;
                assert_eq!((items.len() as u64, ids(&items).len() as u64), (total, total), "{} by {sort}", list.id);
            }
            let changed = walk(&admin, &format!("{url}?limit=200&modified_since={since}")).await;
            assert_eq!(ids(&changed).len() as u64, total, "{} by changes", list.id);
            walked += 1;
        }
        assert!(walked >= 18, "{walked}");
    }
}

on_both! {
    async fn every_filter_refuses_what_it_cannot_know(app: TestApp) {
        let admin = year(&app).await;
        let document = document();
        let people = PARTNERSHIP.replace("{partnership}", "partnerstwo-lubuskie") + "people";
        let person = admin.get(&people).await.ok(200)["items"][0]["id"].clone();
        for list in operations(&document).iter().filter(|operation| operation.is_list()) {
            let url = filled_list(&admin, &list.path).await.unwrap();
            for parameter in list.described["parameters"].as_array().unwrap() {
                let name = parameter["name"].as_str().unwrap();
                if parameter["in"] != "query" || ["cursor", "limit", "total", "modified_since", "sort"].contains(&name) {
                    continue;
                }
                // Whether a commitment was fulfilled depends on when.
                let besides = if name == "fulfilled" { "&from=2016-01-01&to=2016-12-31" } else { "" };
                let example = parameter.get("example").filter(|example| !example.is_null());
                let example = example.unwrap_or_else(|| panic!("{}: {name} has no example", list.id));
                // People have no slugs, and another id in every year.
                let value = if name == "person" { sent(&person) } else { sent(example) };
                let answer = admin.get(&format!("{url}?{name}={value}{besides}")).await;
                assert_eq!(answer.status, 200, "{}?{name}={value}: {}", list.id, answer.text);
                // Texts that are searched for may be anything; the rest is a code, a reference, a day or a flag.
                let text = ["q", "number", "code", "nip", "regon", "krs", "seat_terc", "area_terc"].contains(&name);
                if parameter["schema"]["format"] == "date" {
                    for far in ["-9999-01-01", "%2B262142-12-31"] {
                        let answer = admin.get(&format!("{url}?{name}={far}{besides}")).await;
                        assert_eq!(answer.status, 400, "{}?{name}={far}: {}", list.id, answer.text);
                    }
                }
                if !text {
                    let answer = admin.get(&format!("{url}?{name}=%C5%BCadne{besides}")).await;
                    assert_eq!(answer.status, 400, "{}?{name}: {}", list.id, answer.text);
                }
            }
        }
    }
}

/// Places that nobody handed out: what is none, what is too large, and what says by itself where it leads.
fn made_up() -> Vec<String> {
    let far = "+262142-12-31T23:59:59Z";
    let id = "0198c0de-0000-7000-8000-000000000007";
    let after = |value: Value| json!({ "After": [value, id] });
    let places = [
        after(json!({ "At": far })),
        after(json!({ "At": "2016-01-01T00:00:00Z" })),
        after(json!({ "Day": "-262143-01-01" })),
        after(json!({ "Key": "%" })),
        after(json!({ "Number": i32::MAX })),
        json!({ "AfterChange": i64::MAX }),
        json!({ "AfterEntry": [i64::MIN, -1] }),
        Value::Null,
    ];
    let within = places.into_iter().flat_map(|place| {
        let oparl = json!({ "source": 0, "position": place }).to_string();
        let unsealed = json!({ "position": place, "seal": "" }).to_string();
        let sealed = |place: String| format!("0123456789abcdef{place}");
        [
            oparl.clone(),
            unsealed,
            sealed(oparl),
            sealed(place.to_string()),
        ]
    });
    let encoded = within.map(|place| URL_SAFE_NO_PAD.encode(place));
    let garbage = [
        "",
        "AAAA",
        "!",
        "null",
        "%00",
        "%FF",
        "0",
        "9223372036854775807",
        "/changes?after=1",
    ];
    let garbage = garbage.into_iter().map(str::to_owned);
    encoded.chain(garbage).chain(["A".repeat(2001)]).collect()
}

/// The same place with one letter of it exchanged for another, here and there.
fn altered(place: &str) -> Vec<String> {
    let exchange = |at: usize| {
        let other = if &place[at..=at] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &place[..at], &place[at + 1..])
    };
    let here_and_there = (0..place.len()).step_by(7).chain([place.len() - 1]);
    here_and_there.map(exchange).collect()
}

/// A query is refused for one parameter, which is named.
async fn refuses(client: &Client, operation: &Operation, query: &str, name: &str) {
    let answer = client.get(query).await;
    assert_eq!(
        answer.status, 400,
        "{} {query}: {}",
        operation.id, answer.text
    );
    let problem = answer.problem(400, "invalid-parameter");
    assert_eq!(problem["errors"][0]["parameter"], name, "{problem}");
}

/// The place in the address of what follows.
fn place_of(next: &str, name: &str) -> String {
    let (_, query) = next.split_once('?').unwrap();
    let found = query
        .split('&')
        .find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    found.unwrap().to_owned()
}

on_both! {
    async fn every_place_is_one_that_was_handed_out(app: TestApp) {
        let admin = year(&app).await;
        let document = document();
        let papers = "/oparl/1.1/body/partnerstwo-lubuskie/paper";
        let page = admin.get(papers).await.ok(200);
        let in_papers = place_of(page["links"]["next"].as_str().unwrap(), "place");
        admin.get(&format!("{papers}?place={in_papers}")).await.ok(200);
        for altered in altered(&in_papers) {
            let answer = admin.get(&format!("{papers}?place={altered}")).await;
            answer.problem(400, "invalid-parameter");
        }
        let mut elsewhere = in_papers.clone();
        let mut walked = [0; 4];
        for operation in operations(&document) {
            let path = operation.template().replace("{body}", "partnerstwo-lubuskie");
            if operation.takes("cursor") {
                let url = filled_list(&admin, &operation.path).await.unwrap();
                for made_up in made_up() {
                    refuses(&admin, &operation, &format!("{url}?cursor={made_up}"), "cursor").await;
                }
                refuses(&admin, &operation, &format!("{url}?cursor={elsewhere}"), "cursor").await;
                let page = admin.get(&format!("{url}?limit=1")).await.ok(200);
                if let Some(next) = page["next"].as_str() {
                    let own = place_of(next, "cursor");
                    admin.get(next).await.ok(200);
                    for altered in altered(&own) {
                        refuses(&admin, &operation, &format!("{url}?limit=1&cursor={altered}"), "cursor").await;
                    }
                    let changed = format!("{url}?modified_since=2016-01-01T00:00:00Z&cursor={own}");
                    refuses(&admin, &operation, &changed, "cursor").await;
                    elsewhere = own;
                }
                walked[0] += 1;
            }
            if operation.takes("place") {
                for made_up in made_up().into_iter().chain(altered(&in_papers)).chain([elsewhere.clone(), in_papers.clone()]) {
                    refuses(&admin, &operation, &format!("{path}?place={made_up}"), "place").await;
                    refuses(&admin, &operation, &format!("{papers}?created_since=2016-01-01T00:00:00Z&place={made_up}"), "place").await;
                }
                walked[1] += 1;
            }
            let numbers = ["", "-1", "x", "1e3", "9223372036854775808", "99999999999999999999"];
            if operation.takes("after") {
                let url = filled(&admin, &path).await.unwrap();
                for number in numbers {
                    refuses(&admin, &operation, &format!("{url}?after={number}"), "after").await;
                }
                let beyond = admin.get(&format!("{url}?after={}", i64::MAX)).await;
                beyond.problem(410, "snapshot-required");
                walked[2] += 1;
            }
            if operation.takes("Last-Event-ID") {
                let url = filled(&admin, &path).await.unwrap();
                let sent = |id: &[u8]| admin.send(admin.request("GET", &url).header("Last-Event-ID", id));
                for id in numbers.map(str::as_bytes).into_iter().chain([b"\xff\xfe".as_slice()]) {
                    let problem = sent(id).await.problem(400, "invalid-parameter");
                    assert!(problem["detail"].as_str().unwrap().contains("Last-Event-ID"), "{problem}");
                }
                sent(i64::MAX.to_string().as_bytes()).await.problem(410, "snapshot-required");
                walked[3] += 1;
            }
        }
        assert!(walked[0] >= 35 && walked[1..] == [2, 4, 2], "{walked:?}");
    }
}

on_both! {
    async fn no_span_ends_before_it_begins(app: TestApp) {
        let admin = year(&app).await;
        let document = document();
        let mut walked = 0;
        for operation in operations(&document) {
            let parameters = operation.described["parameters"].as_array().into_iter().flatten();
            let names = parameters.filter(|parameter| parameter["in"] == "query").map(|parameter| parameter["name"].as_str().unwrap());
            for begin in names {
                let Some(end) = begin.strip_suffix("from").map(|words| format!("{words}to"))
                    .or_else(|| begin.strip_suffix("since").map(|words| format!("{words}until")))
                    .filter(|end| operation.takes(end))
                else { continue };
                let dated = operation.parameter(begin).unwrap()["schema"]["format"] == "date";
                let [early, late] = match dated {
                    true => ["2016-01-01", "2016-01-02"],
                    // Later by the clock on the wall, earlier in time.
                    false => ["2016-01-01T12:30:00%2B02:00", "2016-01-01T11:00:00Z"],
                };
                let path = operation.template().replace("/oparl/1.1/body/{body}", "/oparl/1.1/body/partnerstwo-lubuskie");
                let url = filled(&admin, &path).await.unwrap_or_else(|| panic!("{}: no record", operation.id));
                let refused = admin.get(&format!("{url}?{begin}={late}&{end}={early}")).await.problem(400, "invalid-parameter");
                assert!(refused["detail"].as_str().unwrap().contains(&format!("„{end}”")), "{}: {refused}", operation.id);
                for (begin_at, end_at) in [(early, late), (early, early)] {
                    let answer = admin.get(&format!("{url}?{begin}={begin_at}&{end}={end_at}")).await;
                    // PDF is not part of every program.
                    let is_built_in = cfg!(feature = "pdf") || !url.ends_with(".pdf");
                    let expected = if is_built_in { 200 } else { 501 };
                    assert_eq!(answer.status, expected, "{}: {}", operation.id, answer.text);
                }
                walked += 1;
            }
        }
        assert!(walked >= 19, "{walked}");
    }
}

on_both! {
    async fn every_record_is_read_conditionally(app: TestApp) {
        let admin = year(&app).await;
        let document = document();
        let mut walked = 0;
        for read in operations(&document).iter().filter(|operation| operation.is_record()) {
            let url = filled(&admin, &read.path).await.unwrap_or_else(|| panic!("{}: no record", read.id));
            let answer = admin.get(&url).await;
            let record = answer.ok(200);
            for name in ["id", "version", "created_at", "modified_at", "external_ids"] {
                assert!(!record[name].is_null(), "{} has no {name}: {record}", read.id);
            }
            // It has the fields that the document says, and no others: two schemas of one name would show here.
            let schema = read.described["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].as_str();
            let schema = &document["components"]["schemas"][schema.unwrap().rsplit('/').next().unwrap()];
            let properties = schema["properties"].as_object().unwrap();
            for name in record.as_object().unwrap().keys() {
                assert!(properties.contains_key(name), "{}: {name} is not described", read.id);
            }
            for name in schema["required"].as_array().unwrap() {
                assert!(record.get(name.as_str().unwrap()).is_some(), "{} lacks {name}", read.id);
            }
            let tag = answer.header("etag");
            assert!(tag.starts_with(&format!("\"{}-", record["version"])), "{}: {tag}", read.id);
            let known = admin.send(admin.request("GET", &url).header("if-none-match", tag)).await;
            assert_eq!((known.status, known.text.as_str()), (304, ""), "{}", read.id);
            let head = admin.send(admin.request("HEAD", &url)).await;
            assert_eq!((head.status, head.text.as_str(), head.header("etag")), (200, "", tag), "{}", read.id);
            if let Some(slug) = record["slug"].as_str() {
                let (parent, _) = url.rsplit_once('/').unwrap();
                assert_eq!(admin.get(&format!("{parent}/{slug}")).await.ok(200)["id"], record["id"], "{}", read.id);
            }
            let (parent, _) = url.rsplit_once('/').unwrap();
            for missing in ["nie-ma", "00000000-0000-7000-8000-000000000000", "%00", "a%2Fb"] {
                admin.get(&format!("{parent}/{missing}")).await.problem(404, "not-found");
            }
            walked += 1;
        }
        assert!(walked >= 17, "{walked}");
    }
}

on_both! {
    async fn every_write_names_the_version_it_read(app: TestApp) {
        let admin = year(&app).await;
        let document = document();
        for write in operations(&document).iter().filter(|operation| operation.takes("If-Match")) {
            let Some(url) = filled(&admin, &write.path).await else { panic!("{}: no record", write.id) };
            let body = if write.path.ends_with("/transitions") { json!({ "to": "surprise" }) } else { json!({}) };
            let request = |tag: Option<&str>| {
                let request = admin.request(&write.method, &url).json(&body);
                match tag { Some(tag) => request.header("If-Match", tag), None => request }
            };
            admin.send(request(None)).await.problem(428, "precondition-required");
            admin.send(request(Some("\"9999-internal\""))).await.problem(412, "stale");
            match write.method.as_str() {
                "PATCH" => {
                    let before = admin.get(&url).await.ok(200);
                    // What changes nothing is not written.
                    assert_eq!(admin.send(request(Some("*"))).await.ok(200)["version"], before["version"], "{}", write.id);
                    let surprise = admin.patch(&url, "*", json!({ "surprise": 1 })).await;
                    surprise.problem(400, "malformed-request");
                    assert_eq!(surprise.errors(), [("/surprise".to_owned(), "unknown_field".to_owned())], "{}", write.id);
                }
                "POST" => {
                    let refused = admin.send(request(Some("*"))).await.problem(409, "invalid-transition");
                    assert!(refused["allowed_transitions"].is_array(), "{}: {refused}", write.id);
                }
                _ => {}
            }
        }
    }
}

on_both! {
    async fn the_example_of_every_body_has_its_shape(app: TestApp) {
        let admin = year(&app).await;
        let document = document();
        for write in operations(&document) {
            let without = write.described["requestBody"].is_null();
            if write.method != "POST" || write.takes("If-Match") || !write.path.starts_with("/api/v1/") || write.id == "create_import" || without {
                continue;
            }
            let url = filled(&admin, &write.path).await.unwrap();
            let answer = admin.send(example(&document, &write, &admin, &url)).await;
            assert!(
                [200, 201, 202, 401, 409, 410, 422].contains(&answer.status),
                "{}: {} {}", write.id, answer.status, answer.text
            );
        }
    }
}

on_both! {
    /// Whoever tries a creation out as the document shows it, on the reference year, records something.
    async fn the_example_of_every_creation_is_taken(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let document = document();
        let mut tried = 0;
        for create in operations(&document) {
            let shown = body_schema(&document, &create).is_some_and(|(_, schema)| !schema["example"].is_null());
            let parameters = create.described["parameters"].as_array().into_iter().flatten();
            let in_path = parameters.filter(|parameter| parameter["in"] == "path");
            let url = in_path.fold(create.path.clone(), |url, parameter| {
                url.replace(&format!("{{{}}}", sent(&parameter["name"])), &sent(&parameter["example"]))
            });
            // What belongs to a service or a person needs one first, and the reference year has none.
            let needs_another = url.contains("/webhooks") || url.contains("/representations");
            if !create.id.starts_with("create_") || !shown || needs_another {
                continue;
            }
            let answer = admin.send(example(&document, &create, &admin, &url)).await;
            assert!([201, 202].contains(&answer.status), "{}: {} {}", create.id, answer.status, answer.text);
            tried += 1;
        }
        assert!(tried >= 23, "{tried}");
    }
}

/// The schema of the JSON that an operation takes, where it has a name.
fn body_schema<'a>(document: &'a Value, operation: &Operation) -> Option<(String, &'a Value)> {
    let content = &operation.described["requestBody"]["content"];
    let schema = content.as_object()?.values().next()?["schema"]["$ref"].as_str()?;
    let name = schema.rsplit('/').next()?.to_owned();
    let json = !content["application/json"].is_null()
        || !content["application/merge-patch+json"].is_null();
    let schema = &document["components"]["schemas"][&name];
    json.then_some((name, schema))
}

fn required(schema: &Value) -> Vec<&str> {
    let names = schema["required"].as_array().into_iter().flatten();
    names.map(|name| name.as_str().unwrap()).collect()
}

on_both! {
    /// A body that lacks something is told that and all that it is told when it lacks nothing. What contradicts the missing
    /// value cannot be known, and a password that is right is not asked for yet.
    async fn what_a_body_lacks_is_told_with_all_else_that_is_wrong(app: TestApp) {
        let admin = year(&app).await;
        let document = document();
        let (mut walked, mut broken_besides, mut wrong) = (0, 0, Vec::new());
        for write in operations(&document).iter().filter(|operation| operation.method == "POST" && operation.path.starts_with("/api/v1/")) {
            let Some((_, schema)) = body_schema(&document, write) else { continue };
            let names = required(schema);
            if names.is_empty() {
                continue;
            }
            let url = filled(&admin, &write.template()).await.unwrap_or_else(|| panic!("{}: no record", write.id));
            let send = async |body: &Value| admin.send(admin.request("POST", &url).header("If-Match", "*").json(body)).await;
            // A body that holds everything breaks more rules than the one that is shown.
            let everything = write.id.starts_with("create_") || schema["example"].is_null();
            let whole = if everything { of_properties(&document, schema).unwrap() } else { schema["example"].clone() };
            let mut least = whole.clone();
            least.as_object_mut().unwrap().retain(|name, _| names.contains(&name.as_str()));
            assert_eq!(least.as_object().unwrap().len(), names.len(), "{}: no example of {names:?}", write.id);
            // What is sent, of that what is left out, and whether something else is broken.
            let mut tries = vec![(least.clone(), names.clone(), false)];
            if !schema["properties"]["external_ids"].is_null() {
                let mut nested = least;
                nested["external_ids"] = json!([{}]);
                tries.push((nested, names.clone(), true));
            }
            for name in &names {
                tries.push((whole.clone(), vec![*name], false));
                for (other, property) in schema["properties"].as_object().unwrap() {
                    let Some(longest) = property["maxLength"].as_u64().filter(|_| other != name) else { continue };
                    let mut broken = whole.clone();
                    broken[other] = json!("x".repeat(usize::try_from(longest).unwrap() + 1));
                    tries.push((broken, vec![*name], true));
                }
            }
            for (whole, names, broken) in tries {
                let alone = send(&whole).await;
                let mut known = if alone.status == 422 { alone.errors() } else { Vec::new() };
                known.retain(|(pointer, _)| !names.iter().any(|name| *pointer == format!("/{name}")));
                broken_besides += usize::from(broken && !known.is_empty());
                let lacking = names.iter().map(|name| (format!("/{name}"), "required".to_owned()));
                known.extend(lacking);
                let (mut absent, mut null) = (whole.clone(), whole.clone());
                for name in names {
                    absent.as_object_mut().unwrap().remove(name);
                    null[name] = Value::Null;
                }
                for body in [absent, null] {
                    let answer = send(&body).await;
                    let told = if answer.status == 422 { answer.errors() } else { Vec::new() };
                    let mut needed = known.iter().filter(|(_, code)| !["conflict", "wrong"].contains(&code.as_str()));
                    let all_needed = needed.all(|one| told.contains(one));
                    let expected = match alone.status {
                        // One that was made meanwhile stands in the way of another.
                        _ if answer.status == 409 => send(&whole).await.status == 409,
                        200..=299 | 422 => all_needed && told.iter().all(|one| known.contains(one)),
                        // What cannot be read is told before what is missing.
                        400 => answer.status == 400,
                        // A state that stands in the way may be told first.
                        other => all_needed || answer.status == other,
                    };
                    if !expected {
                        wrong.push(format!("{} {body}: {} instead of {known:?}", write.id, answer.text));
                    }
                }
            }
            walked += 1;
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(walked >= 30 && broken_besides >= 50, "{walked} {broken_besides}");
    }
}

on_both! {
    async fn what_must_be_there_cannot_be_cleared(app: TestApp) {
        let admin = year(&app).await;
        let document = document();
        let mut walked = 0;
        for write in operations(&document).iter().filter(|operation| operation.method == "PATCH") {
            let (name, _) = body_schema(&document, write).unwrap();
            let schema = &document["components"]["schemas"][name.replace("Patch", "In")];
            let names = required(schema);
            let url = filled(&admin, &write.path).await.unwrap_or_else(|| panic!("{}: no record", write.id));
            let before = admin.get(&url).await.ok(200);
            for name in &names {
                let answer = admin.patch(&url, "*", json!({ *name: null })).await;
                answer.problem(422, "invalid-values");
                assert_eq!(answer.errors(), [(format!("/{name}"), "required".to_owned())], "{}", write.id);
                walked += 1;
            }
            assert_eq!(admin.get(&url).await.ok(200)["version"], before["version"], "{}", write.id);
        }
        assert!(walked >= 25, "{walked}");
    }
}

/// What an operation below a partnership answers to somebody, on the records of the reference year.
async fn tried(
    document: &Value,
    operation: &Operation,
    url: &str,
    client: &Client,
) -> crate::support::Answer {
    let request = client
        .request(&operation.method, url)
        .header("If-Match", "*");
    match operation.method.as_str() {
        "GET" => client.get(url).await,
        "DELETE" => client.send(request).await,
        "PATCH" => client.send(request.json(&json!({}))).await,
        _ if operation.path.ends_with("/transitions") => {
            client
                .send(request.json(&json!({ "to": "released" })))
                .await
        }
        _ => {
            client
                .send(example(document, operation, client, url).header("If-Match", "*"))
                .await
        }
    }
}

on_both! {
    /// OWASP API1:2023 and API5:2023: every operation below a partnership, by every role that is held in another one.
    async fn who_works_elsewhere_changes_nothing_and_sees_no_more_than_anyone(app: TestApp) {
        let admin = year(&app).await;
        let other = app.partnership("Partnerstwo Sąsiednie").await;
        let institution = app.institution("PUP w Sąsiedztwie").await;
        let anonymous = app.anonymous();
        let document = document();
        let mut strangers = Vec::new();
        for role in Role::ALL.into_iter().filter(|role| role.needs_partnership()) {
            let own = role.needs_institution().then_some(institution);
            strangers.push((role, app.signed_in_as(role, Some(other), own).await));
        }
        let mut refused = 0;
        for operation in operations(&document) {
            // A stream does not end, and who takes a snapshot says so in it.
            let apart = ["/stream", "/snapshots"].iter().any(|end| operation.path.ends_with(end));
            if !operation.path.starts_with(PARTNERSHIP) || apart {
                continue;
            }
            let lubuskie = operation.template().replace("{partnership}", "partnerstwo-lubuskie");
            let url = filled(&admin, &lubuskie).await.unwrap_or_else(|| panic!("{}: no record", operation.id));
            let public = match operation.method.as_str() {
                "GET" => Some(anonymous.get(&url).await),
                _ => None,
            };
            for (role, stranger) in &strangers {
                let answer = tried(&document, &operation, &url, stranger).await;
                let seen = answer.status;
                match &public {
                    Some(public) => {
                        // What is internal is refused to strangers as it is to the public, which might yet sign in.
                        let expected = if public.status == 401 { 403 } else { public.status };
                        assert_eq!(seen, expected, "{} as {role:?}: {}", operation.id, answer.text);
                        if seen == 200 {
                            assert_eq!(answer.text, public.text, "{} as {role:?}", operation.id);
                        }
                    }
                    None => {
                        assert!([403, 404].contains(&seen), "{} as {role:?}: {seen} {}", operation.id, answer.text);
                        refused += usize::from(seen == 403);
                    }
                }
            }
        }
        assert!(refused >= 200, "{refused}");
    }
}

on_both! {
    /// The same partnership, another institution: a representative changes nothing that is not the own institution's.
    async fn a_representative_changes_nothing_of_other_institutions(app: TestApp) {
        let admin = year(&app).await;
        let lubuskie = admin.get("/api/v1/partnerships/partnerstwo-lubuskie").await.ok(200);
        let partnership: uuid::Uuid = lubuskie["id"].as_str().unwrap().parse().unwrap();
        let institution = app.institution("PUP bez umowy").await;
        let rep = app.signed_in_as(Role::InstitutionRep, Some(partnership), Some(institution)).await;
        let document = document();
        let mut refused = 0;
        for operation in operations(&document) {
            let writes = operation.method != "GET" && operation.path.starts_with("/api/v1/");
            if !writes || operation.path.ends_with("/snapshots") || ["auth", "imports"].iter().any(|part| operation.path.starts_with(&format!("/api/v1/{part}"))) {
                continue;
            }
            let path = operation.path.replace("{partnership}", "partnerstwo-lubuskie");
            let url = match filled(&admin, &path).await {
                Some(url) => url,
                // What hangs on somebody's session has no list to take it from.
                None if operation.path.contains("{session}") || operation.path.contains("{client_secret}") => continue,
                None => panic!("{}: no record", operation.id),
            };
            if operation.described["requestBody"].is_null() && operation.method == "POST" {
                let answer = rep.send(rep.request("POST", &url)).await;
                assert!([403, 404].contains(&answer.status), "{}: {}", operation.id, answer.text);
                continue;
            }
            let answer = tried(&document, &operation, &url, &rep).await;
            let status = answer.status;
            // Some say first what is wrong with the body, which is made for another time.
            assert!([403, 404, 409, 422].contains(&status), "{}: {status} {}", operation.id, answer.text);
            refused += usize::from([403, 404].contains(&status));
        }
        assert!(refused >= 70, "{refused}");
    }
}
