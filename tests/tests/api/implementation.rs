//! Implementations: how recommendations are carried out.

use domain::access::Role;
use serde_json::{Value, json};

use crate::import::reference_year;
use crate::recommendation::secretariat_of_the_reference_year;
use crate::support::{TestApp, on_both};

const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/implementations";

on_both! {
    async fn the_reference_years_implementations(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let anonymous = app.anonymous();
        for (query, expected) in [
            ("", 2), ("recommendation=rek-2016-1", 1), ("recommendation=rek-2015-2", 0), ("meeting=forum-2016-3", 1),
            ("owner=wup-zielona-gora", 0), ("kind=training", 1), ("kind=training,forum", 2), ("completed=true", 2),
            ("completed=false", 0), ("from=2016-06-09", 1), ("to=2016-06-08", 1), ("from=2016-06-09&to=2016-10-11", 0),
        ] {
            let page = anonymous.get(&format!("{URL}?total=true&{query}")).await.ok(200);
            assert_eq!(page["total"], expected, "{query}");
        }
        for query in ["recommendation=nikt", "recommendation=rek-2016-projekt", "meeting=nikt", "owner=nikt", "kind=wish", "completed=maybe"] {
            anonymous.get(&format!("{URL}?{query}")).await.problem(400, "invalid-parameter");
        }
        secretariat.get(&format!("{URL}?recommendation=rek-2016-projekt")).await.ok(200);
        let training = anonymous.get(&format!("{URL}/rek-2016-1-w1")).await.ok(200);
        assert_eq!((&training["recommendation"]["slug"], &training["kind"]), (&json!("rek-2016-1"), &json!("training")));
        assert_eq!(training["meeting"]["slug"], "szkolenie-arteterapia-2016");
        let page = anonymous.get(&format!("{URL}?sort=-created_at&limit=1")).await.ok(200);
        assert!(page["next"].is_string());
    }
}

on_both! {
    async fn planned_completed_and_deleted(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let other = app.partnership("Partnerstwo Drugie").await;
        let elsewhere = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        let body = json!({
            "recommendation": "rek-2016-projekt", "position": 1, "owner": "wup-zielona-gora", "meeting": "forum-2016-1"
        });
        let made = secretariat.post(URL, body.clone()).await;
        let record = made.ok(201);
        let url = made.header("location");
        assert_eq!((&record["slug"], &record["kind"], &record["owner"]["slug"]), (&json!("task-1"), &json!("task"), &json!("wup-zielona-gora")));
        // What carries out a draft is seen by those who see the draft.
        app.anonymous().get(url).await.problem(404, "not-found");
        elsewhere.get(url).await.problem(404, "not-found");
        elsewhere.post(URL, body).await.problem(403, "forbidden");
        elsewhere.patch(url, "*", json!({ "position": 2 })).await.problem(403, "forbidden");
        let change = json!({ "recommendation": "rek-2015-2", "owner": null, "meeting": null, "completed_on": "2016-03-01" });
        let changed = secretariat.patch(url, made.header("etag"), change).await.ok(200);
        assert_eq!((&changed["owner"], &changed["meeting"], &changed["completed_on"]), (&Value::Null, &Value::Null, &json!("2016-03-01")));
        assert_eq!(app.anonymous().get(url).await.ok(200), changed);
        assert_eq!(secretariat.delete(url, "*").await.status, 204);
        secretariat.get(url).await.problem(404, "not-found");
    }
}

on_both! {
    async fn a_meeting_that_is_not_announced_is_not_named_to_others(app: TestApp) {
        let mut file = reference_year();
        let meetings = file["meetings"].as_array_mut().unwrap();
        let training = meetings.iter_mut().find(|meeting| meeting["slug"] == "szkolenie-arteterapia-2016").unwrap();
        training["status"] = json!("draft");
        let admin = app.admin().await;
        admin.post("/api/v1/imports", file).await.ok(200);
        let (url, query) = (format!("{URL}/rek-2016-1-w1"), format!("{URL}?meeting=szkolenie-arteterapia-2016"));
        assert_eq!(admin.get(&url).await.ok(200)["meeting"]["slug"], "szkolenie-arteterapia-2016");
        assert_eq!(app.anonymous().get(&url).await.ok(200)["meeting"], Value::Null);
        admin.get(&query).await.ok(200);
        app.anonymous().get(&query).await.problem(400, "invalid-parameter");
    }
}

on_both! {
    async fn rules_of_implementations(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let broken = json!({
            "recommendation": "rek-2016-1", "position": 0, "kind": "wish", "completed_on": "2999-01-01", "report_text": "Zrobiono {co}.",
            "goal_text": ""
        });
        let answer = secretariat.post(URL, broken).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        let expected = [
            ("/completed_on", "future"), ("/goal_text", "length"), ("/kind", "unknown_code"), ("/position", "range"), ("/report_text", "format"),
        ];
        assert_eq!(found, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
        let fine = json!({ "recommendation": "rek-2016-1", "position": 2 });
        for name in ["recommendation", "meeting", "owner"] {
            let mut body = fine.clone();
            body[name] = json!("nikt");
            let answer = secretariat.post(URL, body).await;
            answer.problem(409, "dangling-reference");
            assert_eq!(answer.errors(), [(format!("/{name}"), "dangling_reference".to_owned())]);
        }
        secretariat.post(URL, json!({ "position": 2 })).await.problem(422, "invalid-values");
        let taken = json!({ "recommendation": "rek-2016-1", "position": 2, "slug": "rek-2016-1-w1" });
        secretariat.post(URL, taken).await.problem(409, "not-unique");
    }
}
