//! OParl 1.1: every object that can be reached from the system is what the standard says.

use std::collections::{BTreeMap, HashSet, VecDeque};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::Role;
use serde_json::{Value, json};

use crate::import::reference_year;
use crate::support::{Client, TestApp, id, on_both};

const SCHEMA: &str = "https://schema.oparl.org/1.1/";

/// Of each type: what must be there, and its properties as `name:kind`. A kind in capitals is a reference to that type, in brackets
/// a list, with `>` the object itself, `list` an external list. Taken from the schema of the standard.
const TYPES: [(&str, &str, &str); 9] = [
    (
        "System",
        "oparlVersion body",
        "oparlVersion:text license:url body:list name:text website:url product:url",
    ),
    (
        "Body",
        "name organization person meeting paper legislativeTerm",
        "system:System name:text license:url contactEmail:text organization:list person:list meeting:list paper:list \
         legislativeTerm:[>LegislativeTerm] agendaItem:list membership:list locationList:list legislativeTermList:list classification:text",
    ),
    (
        "LegislativeTerm",
        "",
        "body:Body name:text startDate:date endDate:date",
    ),
    (
        "Organization",
        "",
        "body:Body name:text meeting:list classification:text subOrganizationOf:Organization",
    ),
    ("Person", "", "body:Body name:text membership:[>Membership]"),
    (
        "Membership",
        "",
        "person:Person organization:Organization role:text votingRight:truth startDate:date endDate:date",
    ),
    (
        "Meeting",
        "",
        "name:text meetingState:text cancelled:truth start:instant end:instant location:>Location organization:[Organization] agendaItem:[>AgendaItem]",
    ),
    (
        "AgendaItem",
        "order",
        "meeting:Meeting number:text order:number name:text public:truth",
    ),
    (
        "Paper",
        "",
        "body:Body name:text reference:text date:date paperType:text",
    ),
];

fn rules(name: &str) -> (Vec<&'static str>, BTreeMap<&'static str, &'static str>) {
    if name == "Location" {
        return (
            Vec::new(),
            BTreeMap::from([
                ("description", "text"),
                ("locality", "text"),
                ("meetings", "[Meeting]"),
            ]),
        );
    }
    let (_, required, properties) = TYPES
        .iter()
        .find(|(known, ..)| *known == name)
        .unwrap_or_else(|| panic!("no type {name}"));
    let pairs = properties
        .split_whitespace()
        .map(|pair| pair.split_once(':').unwrap());
    (required.split_whitespace().collect(), pairs.collect())
}

/// What is still to be read: references to objects of a type, and lists.
#[derive(Default)]
struct Walk {
    open: VecDeque<(String, Option<&'static str>)>,
    seen: HashSet<String>,
    read: BTreeMap<String, usize>,
}

impl Walk {
    fn note(&mut self, url: &Value, of: Option<&'static str>) {
        let url = url.as_str().unwrap().to_owned();
        if self.seen.insert(url.clone()) {
            self.open.push_back((url, of));
        }
    }

    fn check(&mut self, object: &Value) -> String {
        let name = object["type"]
            .as_str()
            .unwrap()
            .strip_prefix(SCHEMA)
            .unwrap()
            .to_owned();
        assert!(
            object["id"].as_str().unwrap().starts_with("http"),
            "{object}"
        );
        let (required, properties) = rules(&name);
        if object["deleted"] == json!(true) {
            return name;
        }
        for property in required {
            assert!(
                object.get(property).is_some(),
                "{property} is missing of {object}"
            );
        }
        for (property, value) in object.as_object().unwrap() {
            assert!(!value.is_null(), "{property} is null in {object}");
            match property.as_str() {
                "id" | "type" => {}
                "created" | "modified" => instant(value),
                other => self.check_value(
                    properties
                        .get(other)
                        .unwrap_or_else(|| panic!("{name} has no {other}")),
                    value,
                ),
            }
        }
        *self.read.entry(name.clone()).or_default() += 1;
        name
    }

    fn check_value(&mut self, kind: &'static str, value: &Value) {
        match kind {
            "text" => assert!(value.is_string(), "{value}"),
            "truth" => assert!(value.is_boolean(), "{value}"),
            "number" => assert!(value.is_i64(), "{value}"),
            "date" => drop(
                value
                    .as_str()
                    .unwrap()
                    .parse::<chrono::NaiveDate>()
                    .unwrap(),
            ),
            "instant" => instant(value),
            "url" => assert!(value.as_str().unwrap().starts_with("http"), "{value}"),
            "list" => self.note(value, None),
            list if list.starts_with('[') => {
                let one = &list[1..list.len() - 1];
                value
                    .as_array()
                    .unwrap()
                    .iter()
                    .for_each(|value| self.check_value(one, value));
            }
            inner if inner.starts_with('>') => {
                assert_eq!(self.check(value), inner[1..]);
                // What stands within another object is read by itself, too.
                self.note(&value["id"], Some(&inner[1..]));
            }
            of => self.note(value, Some(of)),
        }
    }
}

fn instant(value: &Value) {
    chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap();
}

async fn pages(client: &Client, app: &TestApp, url: &str) -> Vec<Value> {
    let mut next = Some(url.to_owned());
    let mut objects = Vec::new();
    while let Some(url) = next {
        let page = client.get(url.strip_prefix(&app.base).unwrap()).await;
        assert_eq!(page.header("access-control-allow-origin"), "*");
        let page = page.ok(200);
        assert!(
            page["pagination"]["elementsPerPage"].is_u64() && page["links"]["first"].is_string()
        );
        objects.extend(page["data"].as_array().unwrap().iter().cloned());
        next = page["links"]["next"].as_str().map(str::to_owned);
    }
    objects
}

on_both! {
    async fn everything_that_is_reached_is_what_the_standard_says(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let anonymous = app.anonymous();
        let mut walk = Walk::default();
        walk.note(&json!(format!("{}/oparl/1.1/system", app.base)), Some("System"));
        while let Some((url, of)) = walk.open.pop_front() {
            match of {
                Some(of) => {
                    let object = anonymous.get(url.strip_prefix(&app.base).unwrap()).await.ok(200);
                    assert_eq!(object["id"], url);
                    assert_eq!(walk.check(&object), of);
                }
                None => {
                    for object in pages(&anonymous, &app, &url).await {
                        walk.check(&object);
                        walk.seen.insert(object["id"].as_str().unwrap().to_owned());
                    }
                }
            }
        }
        let p = "/api/v1/partnerships/partnerstwo-lubuskie";
        for (name, list, at_least) in [("Meeting", "meetings", 48), ("Paper", "communiques", 5), ("Person", "mandates", 5), ("Organization", "bodies", 4)] {
            let total = anonymous.get(&format!("{p}/{list}?total=true&limit=1")).await.ok(200)["total"].as_u64().unwrap() as usize;
            assert!(total >= at_least && walk.read[name] >= total, "{name} {:?}", walk.read);
        }
    }
}

on_both! {
    async fn what_is_gone_is_told_and_nothing_internal_is(app: TestApp) {
        let own = app.partnership("Partnerstwo Lubuskie").await;
        let keeper = app.signed_in_as(Role::Secretariat, Some(own), None).await;
        let p = format!("/api/v1/partnerships/{own}");
        let list = format!("/oparl/1.1/body/{own}/meeting");
        let meeting = json!({ "title": "Posiedzenie", "kind": "council", "held_on": "2016-07-01", "location": "sala 4" });
        let meeting = id(&keeper.post(&format!("{p}/meetings"), meeting).await.ok(201));
        let anonymous = app.anonymous();
        let since = app.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        // Who is signed in sees no more here than anybody.
        for client in [&anonymous, &keeper] {
            assert_eq!(client.get(&list).await.ok(200)["data"], json!([]));
            client.get(&format!("{list}/{meeting}")).await.problem(404, "not-found");
        }
        keeper.step(&format!("{p}/meetings/{meeting}"), json!({ "to": "scheduled" })).await.ok(200);
        let shown = anonymous.get(&format!("{list}/{meeting}")).await.ok(200);
        assert_eq!(shown["start"], "2016-07-01T00:00:00+02:00");
        assert!(!shown.to_string().contains("sala 4"));
        keeper.delete(&format!("{p}/meetings/{meeting}"), "*").await.ok(204);
        assert_eq!(anonymous.get(&list).await.ok(200)["data"], json!([]));
        let gone = anonymous.get(&format!("{list}/{meeting}")).await.ok(200);
        assert_eq!((&gone["deleted"], gone.get("name")), (&json!(true), None));
        let changed = anonymous.get(&format!("{list}?modified_since={since}")).await.ok(200);
        assert_eq!(changed["data"], json!([gone]));
        anonymous.get(&format!("{list}?modified_since=yesterday")).await.problem(400, "invalid-parameter");
        let key = r#"{"source":0,"position":{"After":[{"Key":"AAAA"},"0198c0de-0000-7000-8000-000000000007"]}}"#;
        let far = r#"{"source":7,"position":null}"#;
        for place in [key, far, "{}", "null"] {
            let place = URL_SAFE_NO_PAD.encode(place);
            anonymous.get(&format!("{list}?place={place}")).await.problem(400, "invalid-parameter");
        }
        anonymous.get(&format!("/oparl/1.1/body/{own}/account")).await.problem(404, "not-found");
    }
}

on_both! {
    async fn lists_are_cut_by_time_and_by_pages(app: TestApp) {
        let own = app.partnership("Partnerstwo Lubuskie").await;
        let keeper = app.signed_in_as(Role::Secretariat, Some(own), None).await;
        let p = format!("/api/v1/partnerships/{own}");
        let body = id(&keeper.post(&format!("{p}/bodies"), json!({ "name": "Rada", "kind": "council" })).await.ok(201));
        let mut made = Vec::new();
        for number in 0..105 {
            let meeting = json!({ "title": format!("Spotkanie {number}"), "kind": "council", "held_on": "2016-07-01", "body": (number < 2).then_some(body) });
            let meeting = id(&keeper.post(&format!("{p}/meetings"), meeting).await.ok(201));
            keeper.step(&format!("{p}/meetings/{meeting}"), json!({ "to": "scheduled" })).await.ok(200);
            made.push(meeting.to_string());
        }
        let anonymous = app.anonymous();
        let list = format!("{}/oparl/1.1/body/{own}/meeting", app.base);
        let ids = |objects: Vec<Value>| -> Vec<String> {
            let last = |object: &Value| object["id"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
            objects.iter().map(last).collect()
        };
        assert_eq!(ids(pages(&anonymous, &app, &list).await), made);
        assert_eq!(ids(pages(&anonymous, &app, &format!("{list}?organization={body}")).await), made[..2]);
        assert_eq!(ids(pages(&anonymous, &app, &format!("{list}?created_since=2099-01-01T00:00:00Z")).await), [] as [String; 0]);
        assert_eq!(ids(pages(&anonymous, &app, &format!("{list}?created_until=2099-01-01T00:00:00Z")).await).len(), 105);
        assert_eq!(ids(pages(&anonymous, &app, &format!("{list}?modified_since=2016-01-01T00:00:00Z")).await), made);
    }
}
