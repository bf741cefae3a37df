//! Communiqués: from draft to release, and which the report counts.

use std::collections::BTreeSet;

use domain::access::Role;
use serde_json::{Value, json};

use crate::import::reference_year;
use crate::support::{Client, TestApp, on_both};

const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/communiques";

/// The ids of a whole list.
pub async fn listed(client: &Client, url: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut next = Some(url.to_owned());
    while let Some(url) = next {
        let page = client.get(&url).await.ok(200);
        for item in page["items"].as_array().unwrap() {
            assert!(
                ids.insert(item["id"].as_str().unwrap().to_owned()),
                "twice: {item}"
            );
        }
        next = page["next"].as_str().map(str::to_owned);
    }
    ids
}

/// The ids of the records that a figure of the report of a period counts, of those that everybody sees today.
pub async fn reported(client: &Client, figure: &str, from: &str, to: &str) -> BTreeSet<String> {
    let url = "/api/v1/partnerships/partnerstwo-lubuskie/reports/activity";
    let report = client
        .get(&format!("{url}?from={from}&to={to}&include=records"))
        .await
        .ok(200);
    let records = report["figures"][figure]["records"].as_array().unwrap();
    let seen = records.iter().filter(|record| !record["key"].is_null());
    seen.map(|record| record["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Brings a record into another state.
pub async fn step(client: &Client, url: &str, to: &str) -> Value {
    client.step(url, json!({ "to": to })).await.ok(200)
}

on_both! {
    async fn from_draft_to_withdrawal(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let anonymous = app.anonymous();
        let body = json!({ "title": "Komunikat z działań Rady", "body": "Rada **obradowała**." });
        let made = secretariat.post(URL, body).await;
        let draft = made.ok(201);
        let url = made.header("location").to_owned();
        assert_eq!((&draft["status"], &draft["number"], &draft["released_on"]), (&json!("draft"), &Value::Null, &Value::Null));
        assert_eq!((&draft["slug"], &draft["body"]), (&json!("komunikat-z-dzialan-rady"), &json!("Rada **obradowała**.")));
        assert_eq!(draft["allowed_transitions"], json!(["in_review"]));
        assert_eq!(secretariat.get(&format!("{URL}/komunikat-z-dzialan-rady")).await.ok(200), draft);
        anonymous.get(&url).await.problem(404, "not-found");
        let cleared = secretariat.patch(&url, "\"1-internal\"", json!({ "body": null })).await.ok(200);
        assert_eq!((&cleared["body"], &cleared["title"]), (&Value::Null, &draft["title"]));

        let refused = secretariat.step(&url, json!({ "to": "released" })).await.problem(409, "invalid-transition");
        assert_eq!(refused["allowed_transitions"], json!(["in_review"]));
        let blind = secretariat.request("POST", &format!("{url}/transitions")).json(&json!({ "to": "in_review" }));
        secretariat.send(blind).await.problem(428, "precondition-required");
        secretariat.step_at(&url, "\"1-internal\"", json!({ "to": "in_review" })).await.problem(412, "stale");
        let dated = secretariat.step(&url, json!({ "to": "in_review", "effective_on": "2016-03-14" })).await;
        dated.problem(422, "invalid-values");
        assert_eq!(dated.errors(), [("/effective_on".to_owned(), "conflict".to_owned())]);
        step(&secretariat, &url, "in_review").await;
        step(&secretariat, &url, "draft").await;
        assert_eq!(step(&secretariat, &url, "in_review").await["version"], 5);

        let future = secretariat.step(&url, json!({ "to": "released", "effective_on": "2999-01-01" })).await;
        future.problem(422, "invalid-values");
        assert_eq!(future.errors(), [("/effective_on".to_owned(), "future".to_owned())]);
        let release = json!({ "to": "released", "effective_on": "2016-03-21", "reason": "Po uzgodnieniach" });
        let trial = secretariat.request("POST", &format!("{url}/transitions?dry_run=true")).header("If-Match", "*");
        let trial = secretariat.send(trial.json(&release)).await;
        assert_eq!((trial.ok(200)["status"].clone(), trial.header("etag")), (json!("released"), ""));
        anonymous.get(&url).await.problem(404, "not-found");
        let released = secretariat.step(&url, release).await;
        assert!(released.header("etag").starts_with("\"6-personal."), "{}", released.header("etag"));
        let released = released.ok(200);
        assert_eq!((&released["number"], &released["released_on"]), (&json!("1/2016"), &json!("2016-03-21")));
        let shown = anonymous.get(&url).await.ok(200);
        assert_eq!((&shown["number"], &shown["allowed_transitions"]), (&json!("1/2016"), &json!([])));

        // Numbers run on within a year, and a number once given is not given again.
        let second = secretariat.post(URL, json!({ "title": "Drugi" })).await.header("location").to_owned();
        step(&secretariat, &second, "in_review").await;
        let today = step(&secretariat, &second, "released").await;
        assert_eq!(today["released_on"], app.state.clock.today().to_string());
        assert_eq!(secretariat.delete(&second, "*").await.status, 204);
        secretariat.get(&second).await.problem(404, "not-found");
        let third = secretariat.post(URL, json!({ "title": "Drugi" })).await.header("location").to_owned();
        step(&secretariat, &third, "in_review").await;
        let year = &today["released_on"].as_str().unwrap()[..4];
        assert_eq!(step(&secretariat, &third, "released").await["number"], format!("2/{year}"));

        assert_eq!(step(&secretariat, &url, "corrected").await["released_on"], "2016-03-21");
        anonymous.get(&url).await.ok(200);
        assert_eq!(step(&secretariat, &url, "withdrawn").await["number"], "1/2016");
        anonymous.get(&url).await.problem(404, "not-found");
    }
}

on_both! {
    async fn rules_and_rights(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let other = app.partnership("Partnerstwo Drugie").await;
        let institution = app.institution("PUP w Żarach").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let broken = json!({ "title": " ", "slug": "Ż", "body": "Beneficjent 44051401359" });
        let answer = secretariat.post(URL, broken).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        let found: Vec<(&str, &str)> = found.iter().map(|(at, code)| (at.as_str(), code.as_str())).collect();
        assert_eq!(found, [("/body", "personal_identifier"), ("/slug", "format"), ("/title", "length")]);
        for field in ["status", "number", "released_on"] {
            let answer = secretariat.post(URL, json!({ "title": "Komunikat", field: "1/2016" })).await;
            answer.problem(400, "malformed-request");
            assert_eq!(answer.errors(), [(format!("/{field}"), "unknown_field".to_owned())]);
        }
        let url = secretariat.post(URL, json!({ "title": "Komunikat" })).await.header("location").to_owned();
        let twice = secretariat.post(URL, json!({ "title": "Komunikat", "slug": "komunikat" })).await;
        twice.problem(409, "not-unique");
        assert_eq!(twice.errors(), [("/slug".to_owned(), "duplicate".to_owned())]);

        let representative = app.signed_in_as(Role::InstitutionRep, Some(partnership), Some(institution)).await;
        assert_eq!(representative.get(&url).await.ok(200)["allowed_transitions"], json!([]));
        representative.patch(&url, "*", json!({})).await.problem(403, "forbidden");
        let outsider = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        outsider.get(&url).await.problem(404, "not-found");
        for answer in [outsider.patch(&url, "*", json!({})).await, outsider.step(&url, json!({ "to": "in_review" })).await] {
            answer.problem(403, "forbidden");
        }
        let elsewhere = url.replace("partnerstwo-lubuskie", "partnerstwo-drugie");
        app.admin().await.get(&elsewhere).await.problem(404, "not-found");
    }
}

on_both! {
    async fn the_reference_years_communiques(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let total = async |client: &Client, query: &str| {
            client.get(&format!("{URL}?total=true&limit=1&{query}")).await.ok(200)["total"].clone()
        };
        let anonymous = app.anonymous();
        for (query, seen, all) in [
            ("", 5, 6), ("status=draft", 0, 1), ("status=released,corrected", 5, 5), ("number=3/2016", 1, 1), ("number=3", 0, 0),
            ("from=2016-01-01&to=2016-12-31", 4, 4), ("from=2016-06-20&to=2016-09-26", 2, 2), ("to=2016-06-19", 1, 1),
            ("in_report=true", 5, 5), ("q=PROJEKT", 0, 1), ("q=2/2016", 1, 1),
        ] {
            assert_eq!((total(&anonymous, query).await, total(&admin, query).await), (json!(seen), json!(all)), "{query}");
        }
        let titles = admin.get(&format!("{URL}?sort=-title")).await.ok(200);
        assert_eq!((&titles["items"][0]["slug"], &titles["items"][1]["number"]), (&json!("komunikat-2016-5-projekt"), &json!("4/2016")));
        anonymous.get(&format!("{URL}?status=lost")).await.problem(400, "invalid-parameter");

        admin.step(&format!("{URL}/komunikat-2016-2"), json!({ "to": "withdrawn", "effective_on": "2016-12-30" })).await.ok(200);
        step(&admin, &format!("{URL}/komunikat-2016-3"), "corrected").await;
        for (from, to, count) in [("2016-01-01", "2016-12-31", 3), ("2016-03-21", "2016-03-21", 1), ("2016-01-01", "2017-12-31", 4)] {
            let list = listed(&anonymous, &format!("{URL}?in_report=true&limit=2&from={from}&to={to}")).await;
            assert_eq!(list, reported(&anonymous, "communiques_published", from, to).await);
            assert_eq!(list.len(), count);
        }
        let posted = format!("{URL}/komunikat-2016-1");
        admin.delete(&posted, "*").await.problem(409, "still-referred-to");
    }
}
