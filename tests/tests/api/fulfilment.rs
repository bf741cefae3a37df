//! Fulfilments: the times that commitments were kept.

use domain::access::Role;
use serde_json::{Value, json};

use crate::recommendation::{counted, listed, secretariat_of_the_reference_year};
use crate::support::{TestApp, on_both};

const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/fulfilments";

on_both! {
    async fn the_reference_years_fulfilments(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let alone = json!({ "commitment": "zob-informacje", "fulfilled_on": "2016-11-11" });
        secretariat.post(URL, alone).await.ok(201);
        let anonymous = app.anonymous();
        for (query, expected) in [
            ("", 7), ("commitment=zob-informacje", 4), ("meeting=forum-2016-1", 2), ("meeting=rada-2016-1", 0),
            ("commitment=zob-dobre-praktyki&meeting=forum-2016-3", 1), ("from=2016-07-13", 5), ("to=2016-07-13", 4),
            ("from=2016-04-21&to=2016-07-12", 0),
        ] {
            let page = anonymous.get(&format!("{URL}?total=true&limit=1&{query}")).await.ok(200);
            assert_eq!(page["total"], expected, "{query}");
        }
        for query in ["commitment=nikt", "meeting=nikt", "from=x", "in_report=perhaps"] {
            anonymous.get(&format!("{URL}?{query}")).await.problem(400, "invalid-parameter");
        }
        // Before the commitments came into force nothing counts, though something was done.
        for (days, number) in [
            ("from=2016-01-01&to=2016-12-31", 7), ("from=2016-01-01&to=2016-05-17", 0), ("from=2016-04-01&to=2016-07-13", 4),
            ("from=2016-11-01&to=2016-11-30", 1), ("from=2017-01-01&to=2017-12-31", 0),
        ] {
            let shown = listed(&anonymous, &format!("{URL}?in_report=true&{days}")).await;
            assert_eq!(shown, counted(&anonymous, days, "commitment_fulfilments").await, "{days}");
            assert_eq!(shown.len(), number, "{days}");
        }
        let page = anonymous.get(&format!("{URL}?sort=-fulfilled_on&limit=1")).await.ok(200);
        assert_eq!((&page["items"][0]["fulfilled_on"], &page["items"][0]["meeting"]), (&json!("2016-11-11"), &Value::Null));
    }
}

on_both! {
    async fn recorded_changed_and_deleted(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let other = app.partnership("Partnerstwo Drugie").await;
        let elsewhere = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        let body = json!({
            "commitment": "zob-informacje", "meeting": "rada-2016-3", "fulfilled_on": "2016-09-14", "note": "Oferta OPS"
        });
        let made = secretariat.post(URL, body.clone()).await;
        let record = made.ok(201);
        let url = made.header("location");
        assert_eq!((&record["commitment"]["slug"], &record["meeting"]["slug"]), (&json!("zob-informacje"), &json!("rada-2016-3")));
        assert_eq!(app.anonymous().get(url).await.ok(200), record);
        let twice = secretariat.post(URL, body.clone()).await;
        twice.problem(409, "not-unique");
        assert_eq!(twice.errors(), [("/meeting".to_owned(), "duplicate".to_owned())]);
        elsewhere.post(URL, body).await.problem(403, "forbidden");
        elsewhere.delete(url, "*").await.problem(403, "forbidden");
        let there = format!("/api/v1/partnerships/{other}/fulfilments/{}", record["id"].as_str().unwrap());
        elsewhere.get(&there).await.problem(404, "not-found");
        secretariat.patch(url, "\"2\"", json!({ "note": null })).await.problem(412, "stale");
        let change = json!({ "note": null, "meeting": null, "fulfilled_on": "2016-09-15" });
        let changed = secretariat.patch(url, made.header("etag"), change).await.ok(200);
        assert_eq!((&changed["note"], &changed["meeting"], &changed["fulfilled_on"]), (&Value::Null, &Value::Null, &json!("2016-09-15")));
        assert_eq!(secretariat.delete(url, "*").await.status, 204);
        secretariat.get(url).await.problem(404, "not-found");
        // What the data file brought keeps the rules.
        let imported = listed(&secretariat, &format!("{URL}?commitment=zob-informacje")).await;
        for id in imported {
            secretariat.patch(&format!("{URL}/{id}"), "*", json!({ "note": "Forum" })).await.ok(200);
        }
    }
}

on_both! {
    async fn rules_of_fulfilments(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let commitments = "/api/v1/partnerships/partnerstwo-lubuskie/commitments";
        let ended = json!({ "ends_on": "2016-10-13" });
        secretariat.patch(&format!("{commitments}/zob-informacje"), "*", ended).await.ok(200);
        for (meeting, day, faults) in [
            (None, "2999-01-01", vec![("/fulfilled_on", "future")]),
            (None, "2015-12-31", vec![("/fulfilled_on", "range")]),
            (None, "2016-10-13", vec![("/fulfilled_on", "range")]),
            (Some("rada-2016-3"), "2016-09-15", vec![("/fulfilled_on", "conflict")]),
            // One that was cancelled.
            (Some("rada-2016-x"), "2016-06-16", vec![("/meeting", "conflict")]),
            (Some("rada-2016-x"), "2015-06-16", vec![("/fulfilled_on", "conflict"), ("/fulfilled_on", "range"), ("/meeting", "conflict")]),
        ] {
            let answer = secretariat.post(URL, json!({ "commitment": "zob-informacje", "meeting": meeting, "fulfilled_on": day })).await;
            answer.problem(422, "invalid-values");
            let mut found = answer.errors();
            found.sort();
            let expected: Vec<_> = faults.iter().map(|(at, code)| ((*at).to_owned(), (*code).to_owned())).collect();
            assert_eq!(found, expected, "{meeting:?} {day}");
        }
        for (name, value) in [("commitment", "nikt"), ("meeting", "nikt")] {
            let mut body = json!({ "commitment": "zob-informacje", "fulfilled_on": "2016-09-14" });
            body[name] = json!(value);
            let answer = secretariat.post(URL, body).await;
            answer.problem(409, "dangling-reference");
            assert_eq!(answer.errors(), [(format!("/{name}"), "dangling_reference".to_owned())]);
        }
    }
}
