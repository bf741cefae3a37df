//! Whatever happens after a year is over, in whatever order: its report counts and says the same (property based).

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::import::reference_year;
use crate::support::{Answer, Client, TestApp, on_both};

const P: &str = "/api/v1/partnerships/partnerstwo-lubuskie";

/// How many sequences are tried on each database, and how long they are at the most.
const SEQUENCES: usize = 4;
const LONGEST: usize = 14;

/// What a report says of 2016: values and ids of the records of all figures, and the words of both languages.
async fn told(client: &Client) -> Value {
    let url = format!("{P}/reports/sprawozdanie-2016.json");
    let mut content = client.get(&url).await.ok(200);
    content["sequence"] = json!(null);
    // What records are called is that of today.
    content["partnership"]["name"] = json!(null);
    for figure in content["figures"].as_object_mut().unwrap().values_mut() {
        for record in figure["records"].as_array_mut().unwrap() {
            record["key"] = json!(null);
            record["name"] = json!(null);
        }
    }
    content
}

/// Records of a list, in the order of their ids: the same ones whatever they are called.
async fn addresses(client: &Client, list: &str) -> Vec<String> {
    let page = client.get(&format!("{list}limit=200")).await.ok(200);
    let path = list.split('?').next().unwrap();
    let items = page["items"].as_array().unwrap().iter();
    let mut found: Vec<String> = items
        .map(|item| format!("{path}/{}", item["id"].as_str().unwrap()))
        .collect();
    found.sort();
    found
}

/// One of the records of a list.
async fn one_of(client: &Client, list: &str, choice: u32) -> String {
    let found = addresses(client, list).await;
    found[choice as usize % found.len()].clone()
}

/// Something that happens on a day after 2016: some of what it takes may be refused, because of what happened before.
async fn happen(client: &Client, event: u8, choice: u32, on: NaiveDate) -> Vec<Answer> {
    let one = async |list: &str| one_of(client, &format!("{P}/{list}"), choice).await;
    let patch = async |record: &str, body: Value| client.patch(record, "*", body).await;
    let step = async |record: &str, body: Value| client.step(record, body).await;
    let institution = one_of(client, "/api/v1/institutions?", choice).await;
    match event {
        0 => {
            let before = client.get(&institution).await.ok(200);
            let mut names = before["other_names"].as_array().unwrap().clone();
            let mut former = json!({ "valid_until": on });
            for name in ["name", "short_name", "name_genitive"] {
                former[name] = before[name].clone();
            }
            names.push(former);
            let name = format!("Centrum {choice}");
            vec![patch(&institution, json!({ "name": name, "short_name": name, "name_genitive": name, "other_names": names })).await]
        }
        1 => vec![
            patch(
                &institution,
                json!({ "status": "merged", "successor": "wup-zielona-gora" }),
            )
            .await,
        ],
        2 => vec![patch(&institution, json!({ "status": "dissolved" })).await],
        3 => {
            let signatory = one("signatories?as_of=2016-12-31&").await;
            let spans = client.get(&signatory).await.ok(200)["suspensions"].clone();
            let mut spans = spans.as_array().unwrap().clone();
            spans.push(json!({ "starts_on": on, "reason": "Zaległa składka" }));
            vec![patch(&signatory, json!({ "suspensions": spans })).await]
        }
        4 => {
            let signatory = one("signatories?as_of=2016-12-31&").await;
            let left = json!({ "effective_on": on, "notified_on": "2016-11-30" });
            vec![patch(&signatory, json!({ "withdrawal": left })).await]
        }
        5 => {
            let id = institution.rsplit('/').next().unwrap();
            let signed = json!({ "institution": id, "signed_on": on, "signing_form": "accession_declaration" });
            vec![client.post(&format!("{P}/signatories"), signed).await]
        }
        6 => {
            let draft = json!({ "title": "Umowa", "goal": format!("Cel nr {choice}."), "scope": ["inne działania"],
                "binds_only_signers": choice.is_multiple_of(2) });
            let made = client.post(&format!("{P}/agreement-versions"), draft).await;
            let version = made.header("location").to_owned();
            let open = step(&version, json!({ "to": "open_for_signature" })).await;
            vec![
                made,
                open,
                step(&version, json!({ "to": "in_force", "effective_on": on })).await,
            ]
        }
        7 => {
            let partnership = client.get(P).await.ok(200);
            let mut former = partnership["former_secretariats"]
                .as_array()
                .unwrap()
                .clone();
            let mut today = partnership["secretariat"].clone();
            today["institution"] = match today["institution"]["name"].as_str() {
                Some("Wojewódzki Urząd Pracy w Zielonej Górze") => json!("WUP w Zielonej Górze"),
                name => json!(name),
            };
            today["valid_until"] = json!(on);
            former.push(today);
            vec![patch(P, json!({ "secretariat": { "unit": format!("Biuro {choice}") }, "former_secretariats": former })).await]
        }
        8 => vec![step(&one("good-practices?").await, json!({ "to": "archived" })).await],
        9 => {
            let withdrawn = json!({ "to": "withdrawn", "effective_on": on });
            vec![
                step(
                    &one("communiques?from=2016-01-01&to=2016-12-31&").await,
                    withdrawn,
                )
                .await,
            ]
        }
        10 => {
            let seat = one("mandates?").await;
            let ended = patch(&seat, json!({ "ends_on": on, "end_reason": "rezygnacja" })).await;
            let term = json!({ "starts_on": "2017-11-21", "ends_on": "2020-11-20" });
            vec![
                ended,
                client
                    .post(&format!("{P}/bodies/rada-programowa/terms"), term)
                    .await,
            ]
        }
        11 => {
            let kinds = [
                "council",
                "assembly",
                "training",
                "conference",
                "information",
                "owes",
            ];
            let kind = kinds[choice as usize % kinds.len()];
            let meeting = json!({ "title": format!("Spotkanie {choice}"), "kind": kind, "held_on": on, "funding_programmes": ["pfron"] });
            let made = client.post(&format!("{P}/meetings"), meeting).await;
            let url = made.header("location").to_owned();
            let mut answers = vec![made];
            for to in ["scheduled", "held"] {
                answers.push(step(&url, json!({ "to": to })).await);
            }
            answers
        }
        12 => {
            let effect = json!({ "report_text": "Efekt.", "period_from": "2017-01-01", "period_to": "2017-12-31", "position": 9 });
            let made = client.post(&format!("{P}/effects"), effect).await;
            let url = made.header("location").to_owned();
            vec![made, client.delete(&url, "*").await]
        }
        13 => {
            let vote = json!({ "for": 7, "against": 1, "abstain": 0, "present": 8, "seats": 11 });
            let kinds = ["recommendation", "conclusion", "intervention"];
            let body = json!({ "title": format!("Sprawa {choice}"), "kind": kinds[choice as usize % 3], "vote": vote });
            let made = client.post(&format!("{P}/recommendations"), body).await;
            let url = made.header("location").to_owned();
            let mut answers = vec![made];
            let adopted = json!({ "to": "adopted", "effective_on": on });
            for to in [
                json!({ "to": "under_consultation" }),
                adopted,
                json!({ "to": "in_implementation" }),
            ] {
                answers.push(step(&url, to).await);
            }
            answers
        }
        14 => {
            let done = json!({ "recommendation": "rek-2016-2", "position": 2 + choice % 1000, "completed_on": on, "report_text": "Kolejne." });
            vec![client.post(&format!("{P}/implementations"), done).await]
        }
        15 => {
            let before = client.get(&institution).await.ok(200);
            let mut sectors = before["sector_history"].as_array().unwrap().clone();
            sectors.push(json!({ "sector": "business", "valid_from": on }));
            vec![patch(&institution, json!({ "sector_history": sectors })).await]
        }
        16 => vec![
            step(
                &one("meetings?from=2016-01-01&to=2016-12-31&").await,
                json!({ "to": "minutes_approved" }),
            )
            .await,
        ],
        17 => {
            let list = client.get(&format!("{P}/postings?limit=200")).await.ok(200);
            let items = list["items"].as_array().unwrap();
            let item = &items[choice as usize % items.len()];
            let of = item["communique"]["id"].as_str().unwrap();
            let url = format!(
                "{P}/communiques/{of}/postings/{}",
                item["id"].as_str().unwrap()
            );
            vec![step(&url, json!({ "to": "broken" })).await]
        }
        18 => {
            let later = addresses(client, &format!("{P}/meetings?from=2017-01-01&")).await;
            match later.get(choice as usize % later.len().max(1)) {
                Some(meeting) => vec![client.delete(meeting, "*").await],
                None => Vec::new(),
            }
        }
        _ => vec![patch(P, json!({ "name": format!("Partnerstwo {choice}") })).await],
    }
}

fn sequences() -> Vec<Vec<(u8, u32)>> {
    let mut runner = TestRunner::deterministic();
    let events = prop::collection::vec((0..20_u8, any::<u32>()), LONGEST / 2..=LONGEST);
    let sequence = |_| events.new_tree(&mut runner).unwrap().current();
    (0..SEQUENCES).map(sequence).collect()
}

on_both! {
    async fn any_later_events_leave_the_report_of_a_year_as_it_is(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let draft = json!({ "from": "2016-01-01", "to": "2016-12-31" });
        admin.post(&format!("{P}/reports"), draft).await.ok(201);
        let before = told(&admin).await;
        let mut happened = Vec::new();
        let mut taken = 0;
        let mut on: NaiveDate = "2017-01-01".parse().unwrap();
        // One sequence goes on where another one ended.
        for (event, choice) in sequences().into_iter().flatten().chain((0..20).map(|event| (event, 7))) {
            on = on + Days::new(1 + u64::from(choice % 5));
            let answers = happen(&admin, event, choice, on).await;
            for answer in &answers {
                let known = [200, 201, 204, 409, 422].contains(&answer.status);
                assert!(known, "event {event} ({choice}): {}", answer.text);
            }
            taken += answers.iter().filter(|answer| answer.status < 300).count();
            happened.push((event, choice));
            let after = told(&admin).await;
            for part in ["figures", "wording", "partnership"] {
                for (name, value) in after[part].as_object().unwrap() {
                    assert!(value == &before[part][name], "{name} after {happened:?}:\n{value}\nwas\n{}", before[part][name]);
                }
            }
        }
        // Most of it did happen.
        assert!(taken > happened.len() / 2, "{taken} of {}", happened.len());
    }
}
