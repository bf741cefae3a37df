//! Effects: what a partnership achieved in a period.

use domain::access::Role;
use serde_json::json;

use crate::recommendation::{counted, listed, secretariat_of_the_reference_year};
use crate::support::{TestApp, on_both};

const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/effects";

on_both! {
    async fn the_reference_years_effects(app: TestApp) {
        secretariat_of_the_reference_year(&app).await;
        let anonymous = app.anonymous();
        for (query, expected) in [
            ("", 3), ("from=2016-01-01&to=2016-12-31", 3), ("from=2017-01-01", 0), ("to=2016-12-30", 0), ("from=2016-12-31&to=2017-12-31", 3),
        ] {
            let page = anonymous.get(&format!("{URL}?total=true&{query}")).await.ok(200);
            assert_eq!(page["total"], expected, "{query}");
        }
        for days in ["from=2016-01-01&to=2016-12-31", "from=2016-01-01&to=2016-06-30", "from=2016-12-31&to=2017-12-31"] {
            let shown = listed(&anonymous, &format!("{URL}?in_report=true&{days}")).await;
            assert_eq!(shown, counted(&anonymous, days, "effects").await, "{days}");
        }
        let slugs = async |sort: &str| {
            let page = anonymous.get(&format!("{URL}?sort={sort}")).await.ok(200);
            page["items"].as_array().unwrap().iter().map(|item| item["slug"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(slugs("-position").await, ["efekt-2016-3", "efekt-2016-2", "efekt-2016-1"]);
        assert_eq!(slugs("created_at").await.len(), 3);
    }
}

on_both! {
    async fn recorded_changed_and_deleted(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let other = app.partnership("Partnerstwo Drugie").await;
        let elsewhere = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        let body = json!({
            "slug": "efekt-2017-1", "period_from": "2017-01-01", "period_to": "2017-12-31", "position": 1,
            "report_text": "Powstały dwie spółdzielnie.", "external_ids": [{ "system": "rops-register", "id": "E/1" }]
        });
        let made = secretariat.post(URL, body.clone()).await;
        let record = made.ok(201);
        let url = format!("{URL}/efekt-2017-1");
        assert_eq!(app.anonymous().get(&url).await.ok(200), record);
        elsewhere.post(URL, body.clone()).await.problem(403, "forbidden");
        elsewhere.delete(&url, "*").await.problem(403, "forbidden");
        secretariat.post(URL, body).await.problem(409, "not-unique");
        secretariat.patch(&url, "\"2-internal\"", json!({ "position": 2 })).await.problem(412, "stale");
        let changed = secretariat.patch(&url, made.header("etag"), json!({ "position": 2, "external_ids": null })).await.ok(200);
        assert_eq!((&changed["position"], &changed["external_ids"]), (&json!(2), &json!([])));
        assert_eq!(secretariat.delete(&url, "*").await.status, 204);
        app.anonymous().get(&url).await.problem(404, "not-found");
        let broken = json!({ "period_from": "2016-12-31", "period_to": "2016-01-01", "position": 0, "report_text": "Efekt {x}." });
        let answer = secretariat.post(URL, broken).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        let expected = [("/period_to", "order"), ("/position", "range"), ("/report_text", "format")];
        assert_eq!(found, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
    }
}
