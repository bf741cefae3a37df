//! Recommendations: from draft to what became of them.

use domain::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::import::reference_year;
use crate::support::{Answer, Client, TestApp, on_both};

const PARTNERSHIP: &str = "/api/v1/partnerships/partnerstwo-lubuskie";
const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/recommendations";

/// Imports the reference year and signs its secretariat in.
pub async fn secretariat_of_the_reference_year(app: &TestApp) -> Client {
    let admin = app.admin().await;
    admin
        .post("/api/v1/imports", reference_year())
        .await
        .ok(200);
    let partnership = partnership(&admin).await;
    app.signed_in_as(Role::Secretariat, Some(partnership), None)
        .await
}

async fn partnership(client: &Client) -> Uuid {
    let read = client.get(PARTNERSHIP).await.ok(200);
    read["id"].as_str().unwrap().parse().unwrap()
}

/// The ids of a list, in no order.
pub async fn listed(client: &Client, url: &str) -> Vec<String> {
    let page = client.get(&format!("{url}&limit=200")).await.ok(200);
    let mut ids: Vec<String> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

/// The ids of the records that a figure of the report of two days counts.
pub async fn counted(client: &Client, days: &str, figure: &str) -> Vec<String> {
    let url = format!("{PARTNERSHIP}/reports/activity?{days}&include=records");
    let report = client.get(&url).await.ok(200);
    let records = report["figures"][figure]["records"].as_array().unwrap();
    let mut ids: Vec<String> = records
        .iter()
        .map(|record| record["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

/// Takes a step into another state.
async fn step(client: &Client, url: &str, body: Value) -> Answer {
    let request = client
        .request("POST", &format!("{url}/transitions"))
        .header("If-Match", "*");
    client.send(request.json(&body)).await
}

/// A vote that adopts.
fn vote() -> Value {
    json!({ "for": 7, "against": 1, "abstain": 0, "present": 8, "seats": 11 })
}

/// A recommendation under consultation, with a vote that adopts it.
async fn consulted(client: &Client, title: &str) -> String {
    consulted_with(client, json!({ "title": title, "vote": vote() })).await
}

async fn consulted_with(client: &Client, body: Value) -> String {
    let made = client.post(URL, body).await;
    made.ok(201);
    let url = made.header("location").to_owned();
    step(client, &url, json!({ "to": "under_consultation" }))
        .await
        .ok(200);
    url
}

on_both! {
    async fn the_reference_years_recommendations(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let anonymous = app.anonymous();
        let total = async |client: &Client, query: &str| {
            client.get(&format!("{URL}?total=true&limit=1&{query}")).await.ok(200)["total"].clone()
        };
        assert_eq!((total(&anonymous, "").await, total(&secretariat, "").await), (json!(3), json!(4)));
        for (query, expected) in [
            ("q=arteterapia", 1), ("q=1/2016", 1), ("kind=recommendation,conclusion", 3), ("kind=intervention", 0),
            ("status=implemented", 3), ("status=draft", 0), ("number=2/2016", 1), ("adopted_at=rada-2016-1", 1),
            ("addressee=wup-zielona-gora", 0), ("from=2016-02-24&to=2016-02-24", 1), ("from=2016-05-19", 0),
            ("implemented_from=2016-06-08", 2), ("implemented_from=2016-06-09", 1), ("implemented_to=2016-06-30", 1),
        ] {
            assert_eq!(total(&anonymous, query).await, expected, "{query}");
        }
        for query in ["kind=wish", "status=done", "adopted_at=nikt", "addressee=nikt", "implemented_from=perhaps", "from=2016"] {
            anonymous.get(&format!("{URL}?{query}")).await.problem(400, "invalid-parameter");
        }
        for days in ["from=2016-01-01&to=2016-12-31", "from=2016-01-01&to=2016-07-31", "from=2015-01-01&to=2015-12-31"] {
            let carried_out = days.replace("from", "implemented_from").replace("to=", "implemented_to=");
            for (figure, query) in [("recommendations_adopted", days), ("recommendations_implemented", &carried_out)] {
                let shown = listed(&secretariat, &format!("{URL}?in_report=true&{query}")).await;
                assert_eq!(shown, counted(&anonymous, days, figure).await, "{days} {figure}");
            }
        }
        let undated = anonymous.get(&format!("{URL}/rek-2015-2")).await.ok(200);
        assert_eq!((&undated["status"], &undated["implemented_on"]), (&json!("implemented"), &Value::Null));
        let first = anonymous.get(&format!("{URL}/rek-2016-1")).await.ok(200);
        assert_eq!(first["implemented_on"], "2016-06-08");
        assert_eq!(first["vote"], json!({ "for": 9, "against": 0, "abstain": 0, "present": 9, "seats": 11 }));
        assert_eq!((&first["number"], &first["adopted_at"]["slug"]), (&json!("1/2016"), &json!("rada-2016-1")));
        assert_eq!(first["addressees"][0]["sector"], "labour_market_institution");
        assert_eq!(first["allowed_transitions"], json!([]));
        anonymous.get(&format!("{URL}/rek-2016-projekt")).await.problem(404, "not-found");
        secretariat.delete(&format!("{URL}/rek-2016-2"), "*").await.problem(409, "still-referred-to");
        let page = secretariat.get(&format!("{URL}?sort=-title&limit=1")).await.ok(200);
        assert_eq!(page["items"][0]["slug"], "rek-2016-1");
    }
}

on_both! {
    async fn drafted_changed_and_deleted(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let other = app.partnership("Partnerstwo Drugie").await;
        let elsewhere = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        let mut body = json!({
            "title": "Szkolenie z prawa", "kind": "conclusion", "rationale": "Zmiana ustawy", "target_groups": ["unemployed"],
            "addressees": [
                { "institution": "wup-zielona-gora", "due_on": "2017-01-31" }, { "body": "rada-programowa" }, { "sector": "ngo" }
            ],
            "vote": { "for": 5, "against": 1, "abstain": 0, "present": 6, "seats": 11 }
        });
        let made = secretariat.post(URL, body.clone()).await;
        let record = made.ok(201);
        let url = made.header("location");
        assert_eq!((&record["slug"], &record["status"], &record["number"]), (&json!("szkolenie-z-prawa"), &json!("draft"), &Value::Null));
        assert_eq!(record["allowed_transitions"], json!(["under_consultation", "rejected", "withdrawn"]));
        assert_eq!(record["addressees"][0]["institution"]["slug"], "wup-zielona-gora");
        assert_eq!(record["addressees"][1]["body"]["slug"], "rada-programowa");
        assert_eq!(listed(&secretariat, &format!("{URL}?addressee=wup-zielona-gora")).await, [record["id"].as_str().unwrap()]);
        assert_eq!(secretariat.get(url).await.ok(200), record);
        for client in [&app.anonymous(), &elsewhere] {
            client.get(url).await.problem(404, "not-found");
        }
        elsewhere.post(URL, body.clone()).await.problem(403, "forbidden");
        elsewhere.patch(url, "*", json!({ "text": "x" })).await.problem(403, "forbidden");
        elsewhere.delete(url, "*").await.problem(403, "forbidden");
        body["slug"] = json!("szkolenie-z-prawa");
        let twice = secretariat.post(URL, body).await;
        twice.problem(409, "not-unique");
        assert_eq!(twice.errors(), [("/slug".to_owned(), "duplicate".to_owned())]);

        let change = json!({ "vote": null, "rationale": null, "kind": null, "addressees": [{ "sector": "ngo" }] });
        secretariat.patch(url, "\"7-internal\"", change.clone()).await.problem(412, "stale");
        let changed = secretariat.patch(url, made.header("etag"), change).await.ok(200);
        assert_eq!((&changed["vote"], &changed["rationale"], &changed["kind"]), (&Value::Null, &Value::Null, &json!("recommendation")));
        assert_eq!((changed["addressees"].as_array().unwrap().len(), &changed["version"]), (1, &json!(2)));
        secretariat.patch(url, "*", json!({ "status": "adopted" })).await.problem(400, "malformed-request");
        assert_eq!(secretariat.delete(url, "*").await.status, 204);
        secretariat.get(url).await.problem(404, "not-found");
    }
}

on_both! {
    async fn every_fault_of_a_recommendation_at_once(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let answer = secretariat.post(URL, json!({
            "title": "", "kind": "wish", "target_groups": ["everybody"],
            "vote": { "for": 7, "against": 1, "abstain": 1, "present": 8, "seats": 6 },
            "addressees": [{}, { "sector": "ngo", "body": "rada-programowa" }, { "sector": "church" }]
        })).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        let expected = [
            ("/addressees/0", "required"), ("/addressees/1", "conflict"), ("/addressees/2/sector", "unknown_code"),
            ("/kind", "unknown_code"), ("/target_groups/0", "unknown_code"), ("/title", "length"),
            ("/vote/present", "conflict"), ("/vote/seats", "conflict"),
        ];
        assert_eq!(found, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
        for (name, value) in [
            ("adopted_at", json!("nikt")), ("addressees", json!([{ "institution": "nikt" }])), ("addressees", json!([{ "body": "nikt" }])),
        ] {
            let answer = secretariat.post(URL, json!({ "title": "Wniosek", name: value })).await;
            answer.problem(409, "dangling-reference");
        }
        // What was adopted on one day cannot be moved to a meeting of another.
        let moved = secretariat.patch(&format!("{URL}/rek-2016-1"), "*", json!({ "adopted_at": "rada-2016-2" })).await;
        moved.problem(422, "invalid-values");
        assert_eq!(moved.errors(), [("/adopted_at".to_owned(), "conflict".to_owned())]);
    }
}

on_both! {
    async fn adopted_by_the_chair_with_a_day_and_a_number(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let partnership = partnership(&secretariat).await;
        let chair = app.signed_in_as(Role::CouncilChair, Some(partnership), None).await;
        let member = app.signed_in_as(Role::CouncilMember, Some(partnership), None).await;
        let body = json!({ "title": "Spółdzielnie socjalne", "adopted_at": "rada-2016-2", "vote": vote() });
        let made = secretariat.post(URL, body).await;
        made.ok(201);
        let url = made.header("location");
        let early = step(&chair, url, json!({ "to": "adopted" })).await.problem(409, "invalid-transition");
        assert_eq!(early["allowed_transitions"], json!(["rejected", "withdrawn"]));
        step(&chair, url, json!({ "to": "under_consultation" })).await.problem(403, "forbidden");
        step(&member, url, json!({ "to": "rejected" })).await.problem(403, "forbidden");
        chair.patch(url, "*", json!({ "text": "x" })).await.problem(403, "forbidden");
        chair.post(&format!("{url}/transitions"), json!({ "to": "rejected" })).await.problem(428, "precondition-required");
        let dated = step(&secretariat, url, json!({ "to": "under_consultation", "effective_on": "2016-05-18" })).await;
        dated.problem(422, "invalid-values");
        assert_eq!(dated.errors(), [("/effective_on".to_owned(), "conflict".to_owned())]);
        let consulted = step(&secretariat, url, json!({ "to": "under_consultation" })).await;
        assert_eq!(consulted.ok(200)["version"], 2);
        assert!(consulted.header("etag").starts_with("\"2-personal."), "{}", consulted.header("etag"));
        assert_eq!(chair.get(url).await.ok(200)["allowed_transitions"], json!(["adopted", "rejected", "withdrawn"]));

        // The meeting was on 18 May 2016: it adopted nothing on another day, and nobody adopts ahead.
        for (day, code) in [(json!("2016-05-19"), "conflict"), (json!("2999-01-01"), "future"), (json!("0999-01-01"), "range")] {
            let answer = step(&chair, url, json!({ "to": "adopted", "effective_on": day })).await;
            answer.problem(422, "invalid-values");
            assert_eq!(answer.errors(), [("/effective_on".to_owned(), code.to_owned())], "{day}");
        }
        let adopt = json!({ "to": "adopted", "effective_on": "2016-05-18", "reason": "Głosowanie Rady" });
        let stale = chair.request("POST", &format!("{url}/transitions")).header("If-Match", "\"1-internal\"").json(&adopt);
        chair.send(stale).await.problem(412, "stale");
        let trial = chair.request("POST", &format!("{url}/transitions?dry_run=true")).header("If-Match", "*").json(&adopt);
        let trial = chair.send(trial).await;
        assert_eq!((&trial.ok(200)["number"], trial.header("etag")), (&json!("3/2016"), ""));
        app.anonymous().get(url).await.problem(404, "not-found");
        let adopted = step(&chair, url, adopt).await.ok(200);
        assert_eq!((&adopted["number"], &adopted["adopted_on"]), (&json!("3/2016"), &json!("2016-05-18")));
        assert_eq!(app.anonymous().get(url).await.ok(200)["status"], "adopted");

        // What the state carries stays; who adopts does not carry out.
        let kept = secretariat.patch(url, "*", json!({ "text": "Wspieranie spółdzielni" })).await.ok(200);
        assert_eq!((&kept["number"], &kept["adopted_on"], &kept["status"]), (&json!("3/2016"), &json!("2016-05-18"), &json!("adopted")));
        step(&chair, url, json!({ "to": "in_implementation" })).await.problem(403, "forbidden");
        step(&secretariat, url, json!({ "to": "in_implementation" })).await.ok(200);
        let back = step(&secretariat, url, json!({ "to": "withdrawn" })).await.problem(409, "invalid-transition");
        assert_eq!(back["allowed_transitions"], json!(["implemented", "partially_implemented", "abandoned"]));
        step(&secretariat, url, json!({ "to": "abandoned", "reason": "Brak środków" })).await.ok(200);
    }
}

on_both! {
    async fn no_number_is_given_twice(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let mut urls = Vec::new();
        for title in ["Jeden", "Dwa", "Trzy", "Cztery"] {
            urls.push(consulted(&secretariat, title).await);
        }
        let tries = urls.iter().map(|url| {
            let (secretariat, url) = (secretariat.clone(), url.clone());
            tokio::spawn(async move {
                // One that lost the number to another is tried again.
                for _ in 0..10 {
                    let answer = step(&secretariat, &url, json!({ "to": "adopted" })).await;
                    if answer.status == 200 {
                        return answer.json()["number"].as_str().unwrap().to_owned();
                    }
                    answer.problem(409, "not-unique");
                    assert_eq!(answer.errors(), [("/number".to_owned(), "duplicate".to_owned())]);
                }
                panic!("never adopted")
            })
        });
        let mut numbers = Vec::new();
        for one in tries.collect::<Vec<_>>() {
            numbers.push(one.await.unwrap());
        }
        numbers.sort();
        let year = chrono::Datelike::year(&app.state.clock.today());
        assert_eq!(numbers, [1, 2, 3, 4].map(|n| format!("{n}/{year}")));
        let last = secretariat.get(&format!("{URL}?number=4/{year}")).await.ok(200);
        let last = format!("{URL}/{}", last["items"][0]["slug"].as_str().unwrap());
        assert_eq!(secretariat.delete(&last, "*").await.status, 204);
        let next = consulted(&secretariat, "Pięć").await;
        let next = step(&secretariat, &next, json!({ "to": "adopted" })).await.ok(200);
        assert_eq!((next["number"].clone(), next["adopted_on"].clone()), (json!(format!("5/{year}")), json!(app.state.clock.today())));
    }
}

on_both! {
    async fn who_proposed_a_draft_corrects_it_and_puts_it_forward(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let elsewhere = app.partnership("Partnerstwo Drugie").await;
        let of = async |role, partnership| app.signed_in_as(role, Some(partnership), None).await;
        let chair = of(Role::CouncilChair, partnership).await;
        let member = of(Role::CouncilMember, partnership).await;
        let other = of(Role::CouncilMember, partnership).await;
        let stranger = of(Role::CouncilMember, elsewhere).await;
        for (proposer, allowed) in [(&member, json!(["under_consultation"])), (&chair, json!(["under_consultation", "rejected", "withdrawn"]))] {
            let made = proposer.post(URL, json!({ "title": "Szkolenia" })).await;
            assert_eq!(made.ok(201)["allowed_transitions"], allowed);
            let url = made.header("location");
            let change = json!({ "title": "Szkolenia dla sygnatariuszy", "text": "Co kwartał" });
            for client in [&other, &stranger] {
                client.patch(url, "*", change.clone()).await.problem(403, "forbidden");
                step(client, url, json!({ "to": "under_consultation" })).await.problem(403, "forbidden");
            }
            assert_eq!(other.get(url).await.ok(200)["allowed_transitions"], json!([]));
            let corrected = proposer.patch(url, "*", change).await.ok(200);
            assert_eq!((&corrected["text"], &corrected["status"]), (&json!("Co kwartał"), &json!("draft")));
            proposer.delete(url, "*").await.problem(403, "forbidden");
            step(proposer, url, json!({ "to": "under_consultation" })).await.ok(200);
            // It is out of their hands now.
            proposer.patch(url, "*", json!({ "text": "x" })).await.problem(403, "forbidden");
            step(&member, url, json!({ "to": "adopted" })).await.problem(403, "forbidden");
            app.admin().await.patch(url, "*", json!({ "vote": vote() })).await.ok(200);
            step(&chair, url, json!({ "to": "adopted" })).await.ok(200);
        }
        // Nobody's draft becomes one's own by being changed.
        let admin = app.admin().await;
        let made = member.post(URL, json!({ "title": "Inna" })).await;
        admin.patch(made.header("location"), "*", json!({ "text": "Poprawiona" })).await.ok(200);
        member.patch(made.header("location"), "*", json!({ "text": "Moja" })).await.ok(200);
    }
}

fn fault(at: &str, code: &str) -> (String, String) {
    (at.to_owned(), code.to_owned())
}

on_both! {
    async fn adoption_needs_more_votes_for_it_than_against_it(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let adopt = json!({ "to": "adopted", "effective_on": "2016-12-01" });
        let url = consulted_with(&secretariat, json!({ "title": "Wniosek" })).await;
        let unvoted = step(&secretariat, &url, adopt.clone()).await;
        unvoted.problem(422, "invalid-values");
        assert_eq!(unvoted.errors(), [fault("/vote", "required")]);
        for (r#for, against) in [(4, 4), (0, 0), (3, 4)] {
            let vote = json!({ "vote": { "for": r#for, "against": against, "abstain": 1, "present": 11, "seats": 11 } });
            secretariat.patch(&url, "*", vote).await.ok(200);
            let outvoted = step(&secretariat, &url, adopt.clone()).await;
            outvoted.problem(422, "invalid-values");
            assert_eq!(outvoted.errors(), [fault("/vote/for", "conflict")]);
        }
        let carried = json!({ "vote": { "for": 5, "against": 4, "abstain": 1, "present": 11, "seats": 11 } });
        secretariat.patch(&url, "*", carried).await.ok(200);
        step(&secretariat, &url, adopt).await.ok(200);
        // What was adopted keeps a vote that adopts it, and the series of its number.
        for (change, expected) in [
            (json!({ "vote": null }), fault("/vote", "required")), (json!({ "vote": { "for": 4 } }), fault("/vote/for", "conflict")),
            (json!({ "kind": "conclusion" }), fault("/kind", "conflict")),
        ] {
            let refused = secretariat.patch(&url, "*", change).await;
            refused.problem(422, "invalid-values");
            assert_eq!(refused.errors(), [expected]);
        }
        secretariat.patch(&url, "*", json!({ "vote": { "for": 6 } })).await.ok(200);
        // A year that is over was imported as it was: what stands is not asked again.
        let old = format!("{URL}/rek-2015-2");
        secretariat.patch(&old, "*", json!({ "rationale": "Zmiana ustawy" })).await.ok(200);
        secretariat.patch(&old, "*", json!({ "vote": vote() })).await.ok(200);
    }
}

on_both! {
    async fn adopted_at_a_meeting_that_may(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let meetings = format!("{PARTNERSHIP}/meetings");
        for (slug, kind, body) in [("grupa", "council", Some("rkres-lubuskie")), ("rada", "owes", Some("rada-programowa")), ("zapowiedziana", "council", None)] {
            let meeting = json!({ "title": slug, "slug": slug, "kind": kind, "body": body, "held_on": "2016-10-05" });
            secretariat.post(&meetings, meeting).await.ok(201);
            step(&secretariat, &format!("{meetings}/{slug}"), json!({ "to": "scheduled" })).await.ok(200);
            if slug != "zapowiedziana" {
                step(&secretariat, &format!("{meetings}/{slug}"), json!({ "to": "held" })).await.ok(200);
            }
        }
        let url = consulted(&secretariat, "Wniosek").await;
        for meeting in ["grupa", "zapowiedziana", "szkolenie-arteterapia-2016"] {
            secretariat.patch(&url, "*", json!({ "adopted_at": meeting })).await.ok(200);
            let refused = step(&secretariat, &url, json!({ "to": "adopted" })).await;
            refused.problem(422, "invalid-values");
            assert_eq!(refused.errors(), [fault("/adopted_at", "conflict")], "{meeting}");
        }
        // The day of a meeting that is over is that of the adoption.
        for (meeting, day) in [("rada", "2016-10-05"), ("zgromadzenie-2016", "2016-11-18")] {
            let url = consulted(&secretariat, meeting).await;
            secretariat.patch(&url, "*", json!({ "adopted_at": meeting })).await.ok(200);
            let adopted = step(&secretariat, &url, json!({ "to": "adopted" })).await.ok(200);
            assert_eq!((&adopted["adopted_on"], &adopted["recorded_later"]), (&json!(day), &json!(false)));
            // It is not moved to a meeting of the same day that may not adopt.
            if meeting == "rada" {
                let moved = secretariat.patch(&url, "*", json!({ "adopted_at": "grupa" })).await;
                moved.problem(422, "invalid-values");
                assert_eq!(moved.errors(), [fault("/adopted_at", "conflict")]);
                // Nor does the meeting become one that may not.
                for (change, at) in [(json!({ "kind": "information" }), "/kind"), (json!({ "body": null }), "/body")] {
                    let changed = secretariat.patch(&format!("{meetings}/rada"), "*", change).await;
                    changed.problem(409, "still-referred-to");
                    assert_eq!(changed.errors(), [fault(at, "conflict")]);
                }
            }
        }
    }
}

on_both! {
    async fn an_adoption_out_of_order_says_so(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let adopt = |day: &str, number: Option<&str>| json!({ "to": "adopted", "effective_on": day, "number": number });
        // The year has 1/2016 of 24 February and 2/2016 of 18 May.
        let url = consulted(&secretariat, "Zapomniana").await;
        for (day, other) in [("2016-02-23", "1/2016"), ("2016-02-24", "2/2016"), ("2016-05-17", "2/2016")] {
            let early = step(&secretariat, &url, adopt(day, None)).await;
            let detail = early.problem(409, "conflict")["detail"].clone();
            assert!(detail.as_str().unwrap().contains(other), "{detail}");
            assert_eq!(early.errors(), [fault("/effective_on", "order")]);
        }
        for (number, status, code) in [("3/2015", 422, "conflict"), ("trzy", 422, "format"), ("2/2016", 409, "duplicate")] {
            let refused = step(&secretariat, &url, adopt("2016-03-01", Some(number))).await;
            assert_eq!((refused.status, refused.errors()), (status, vec![fault("/number", code)]), "{number}");
        }
        let late = step(&secretariat, &url, adopt("2016-03-01", Some("7/2016"))).await.ok(200);
        assert_eq!((&late["number"], &late["adopted_on"], &late["recorded_later"]), (&json!("7/2016"), &json!("2016-03-01"), &json!(true)));
        let kept = secretariat.patch(&url, "*", json!({ "text": "Treść" })).await.ok(200);
        assert_eq!((&kept["recorded_later"], &app.anonymous().get(&url).await.ok(200)["recorded_later"]), (&json!(true), &json!(true)));
        secretariat.patch(&url, "*", json!({ "recorded_later": false })).await.problem(400, "malformed-request");
        // In order it gets the next number and no other; the same day is in order.
        let url = consulted(&secretariat, "Na czas").await;
        let gap = step(&secretariat, &url, adopt("2016-05-18", Some("10/2016"))).await;
        assert_eq!((gap.status, gap.errors()), (422, vec![fault("/number", "conflict")]));
        let next = step(&secretariat, &url, adopt("2016-05-18", None)).await.ok(200);
        assert_eq!((&next["number"], &next["recorded_later"]), (&json!("8/2016"), &json!(false)));
        // Each kind and each year is a series of its own.
        let url = consulted_with(&secretariat, json!({ "title": "Wniosek", "kind": "conclusion", "vote": vote() })).await;
        let other_kind = step(&secretariat, &url, adopt("2016-01-05", None)).await.ok(200);
        assert_eq!((&other_kind["number"], &other_kind["recorded_later"]), (&json!("1/2016"), &json!(false)));
        let url = consulted(&secretariat, "Z 2015 roku").await;
        let other_year = step(&secretariat, &url, adopt("2015-12-31", None)).await.ok(200);
        assert_eq!((&other_year["number"], &other_year["recorded_later"]), (&json!("3/2015"), &json!(false)));
        // A number that was given and deleted is not free.
        let gone = format!("{URL}/{}", next["slug"].as_str().unwrap());
        assert_eq!(secretariat.delete(&gone, "*").await.status, 204);
        let url = consulted(&secretariat, "Druga zapomniana").await;
        let taken = step(&secretariat, &url, adopt("2016-03-02", Some("8/2016"))).await;
        taken.problem(409, "not-unique");
        // No other state and no other kind of record takes a number.
        let step_back = step(&secretariat, &url, json!({ "to": "rejected", "number": "9/2016" })).await;
        assert_eq!((step_back.status, step_back.errors()), (422, vec![fault("/number", "conflict")]));
        let held = json!({ "to": "minutes_approved", "number": "9/2016" });
        let meeting = step(&secretariat, &format!("{PARTNERSHIP}/meetings/rada-2016-1"), held).await;
        assert_eq!((meeting.status, meeting.errors()), (422, vec![fault("/number", "conflict")]));
    }
}

on_both! {
    async fn what_is_implemented_has_an_implementation(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        for to in ["implemented", "partially_implemented"] {
            let url = consulted(&secretariat, to).await;
            step(&secretariat, &url, json!({ "to": "adopted" })).await.ok(200);
            step(&secretariat, &url, json!({ "to": "in_implementation" })).await.ok(200);
            let early = step(&secretariat, &url, json!({ "to": to })).await;
            early.problem(409, "conflict");
            assert_eq!(early.errors(), [fault("/to", "conflict")]);
            let slug = secretariat.get(&url).await.ok(200)["slug"].clone();
            let done = json!({ "recommendation": slug, "position": 1, "report_text": "Zorganizowano szkolenie." });
            let done = secretariat.post(&format!("{PARTNERSHIP}/implementations"), done).await;
            assert_eq!(secretariat.delete(done.header("location"), "*").await.status, 204);
            step(&secretariat, &url, json!({ "to": to })).await.problem(409, "conflict");
            let done = json!({ "recommendation": slug, "position": 1, "report_text": "Zorganizowano szkolenie." });
            secretariat.post(&format!("{PARTNERSHIP}/implementations"), done).await.ok(201);
            let tomorrow = app.state.clock.today().succ_opt().unwrap();
            for (day, code) in [(json!(tomorrow), "future"), (json!("2016-05-17"), "order")] {
                let refused = step(&secretariat, &url, json!({ "to": to, "effective_on": day })).await;
                refused.problem(422, "invalid-values");
                assert_eq!(refused.errors(), [fault("/effective_on", code)], "{day}");
            }
            // No implementation has a day, so that it is today's.
            let done = step(&secretariat, &url, json!({ "to": to })).await.ok(200);
            assert_eq!(done["implemented_on"], json!(app.state.clock.today()));
        }
    }
}

on_both! {
    async fn the_day_on_which_it_was_carried_out_is_corrected(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let url = format!("{URL}/rek-2016-1");
        let corrected = secretariat.patch(&url, "*", json!({ "implemented_on": "2017-03-01" })).await.ok(200);
        assert_eq!(corrected["implemented_on"], "2017-03-01");
        for (year, implemented) in [(2016, 1), (2017, 1)] {
            let days = format!("from={year}-01-01&to={year}-12-31");
            assert_eq!(counted(&secretariat, &days, "recommendations_implemented").await.len(), implemented, "{year}");
        }
        for (record, day, code) in [("rek-2016-1", "2016-02-23", "order"), ("rek-2016-1", "2999-01-01", "future"), ("rek-2016-projekt", "2016-02-23", "conflict")] {
            let refused = secretariat.patch(&format!("{URL}/{record}"), "*", json!({ "implemented_on": day })).await;
            refused.problem(422, "invalid-values");
            assert_eq!(refused.errors(), [fault("/implemented_on", code)], "{record} {day}");
        }
    }
}
