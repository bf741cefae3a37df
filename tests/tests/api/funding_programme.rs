//! Funding programmes, named by their codes.

use domain::access::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

on_both! {
    async fn recorded_changed_and_deleted(app: TestApp) {
        let partnership = app.partnership("Partnerstwo").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let url = format!("/api/v1/partnerships/{partnership}/funding-programmes");
        let body = json!({
            "code": "rpo_l2020", "starts_on": "2014-01-01", "ends_on": "2023-12-31", "eligible_sectors": ["ngo"],
            "calls": [{ "name": "K01/16", "opens_on": "2016-03-01", "url": "https://rpo.example/k01" }]
        });
        let made = secretariat.post(&url, body.clone()).await;
        let record = made.ok(201);
        assert_eq!(record["name"], "Regionalny Program Operacyjny – Lubuskie 2020 (2014–2020)");
        assert_eq!(record["calls"], body["calls"]);
        let at = format!("{url}/rpo_l2020");
        for place in [at.as_str(), made.header("location")] {
            assert_eq!(app.anonymous().get(place).await.ok(200), record, "{place}");
        }
        let twice = secretariat.post(&url, body).await;
        twice.problem(409, "not-unique");
        assert_eq!(twice.errors(), [("/code".to_owned(), "duplicate".to_owned())]);

        let change = json!({ "ends_on": null, "eligible_sectors": null, "calls": null, "code": "rpo" });
        let changed = secretariat.patch(&at, "\"1-internal\"", change).await.ok(200);
        assert_eq!((&changed["ends_on"], &changed["eligible_sectors"], &changed["calls"]), (&json!(null), &json!([]), &json!([])));
        app.anonymous().get(&at).await.problem(404, "not-found");
        // A code of one word.
        let at = format!("{url}/rpo");
        assert_eq!(app.anonymous().get(&at).await.ok(200), changed);
        secretariat.patch(&at, "\"1-internal\"", json!({})).await.problem(412, "stale");
        secretariat.send(secretariat.request("DELETE", &at)).await.problem(428, "precondition-required");
        assert_eq!(secretariat.delete(&at, "*").await.status, 204);
        secretariat.get(&at).await.problem(404, "not-found");
    }
}

on_both! {
    async fn found_by_name_day_and_sector(app: TestApp) {
        let partnership = app.partnership("Partnerstwo").await;
        let admin = app.admin().await;
        let url = format!("/api/v1/partnerships/{partnership}/funding-programmes");
        for (code, name, from, to, sectors) in [
            ("efs", json!("Źródło Łódzkie"), "2010-01-01", json!("2013-12-31"), json!(["ngo"])),
            ("pfron", json!("Zasoby"), "2012-01-01", json!(null), json!(["ngo", "social_economy_entity"])),
            ("fers_2021_2027", json!(null), "2021-01-01", json!("2027-12-31"), json!([])),
        ] {
            let body = json!({ "code": code, "name": name, "starts_on": from, "ends_on": to, "eligible_sectors": sectors });
            admin.post(&url, body).await.ok(201);
        }
        let codes = async |query: &str| -> Vec<Value> {
            let list = app.anonymous().get(&format!("{url}?{query}")).await.ok(200);
            list["items"].as_array().unwrap().iter().map(|item| item["code"].clone()).collect()
        };
        for (query, expected) in [
            ("", vec!["fers_2021_2027", "pfron", "efs"]),
            ("sort=-name", vec!["efs", "pfron", "fers_2021_2027"]),
            ("sort=starts_on", vec!["efs", "pfron", "fers_2021_2027"]),
            ("sort=-created_at", vec!["fers_2021_2027", "pfron", "efs"]),
            ("q=zrodlo+lodz", vec!["efs"]),
            ("q=fers_2021", vec!["fers_2021_2027"]),
            ("as_of=2013-12-31", vec!["pfron", "efs"]),
            ("as_of=2014-01-01", vec!["pfron"]),
            ("sector=ngo", vec!["pfron", "efs"]),
            ("sector=social_economy_entity,business", vec!["pfron"]),
            ("sector=business", vec![]),
        ] {
            assert_eq!(codes(query).await, expected, "{query}");
        }
        app.anonymous().get(&format!("{url}?sector=church")).await.problem(400, "invalid-parameter");
    }
}

on_both! {
    async fn rules_and_who_may(app: TestApp) {
        let own = app.partnership("Partnerstwo Pierwsze").await;
        let other = app.partnership("Partnerstwo Drugie").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(own), None).await;
        let url = |partnership| format!("/api/v1/partnerships/{partnership}/funding-programmes");
        let broken = json!({
            "code": "FERS 2021", "starts_on": "2021-01-02", "ends_on": "2021-01-01", "eligible_sectors": ["ngo", "church"],
            "calls": [{ "name": "", "opens_on": "2022-02-02", "closes_on": "2022-02-01", "url": "ftp://fers.example/" }]
        });
        let answer = secretariat.post(&url(own), broken).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        let found: Vec<(&str, &str)> = found.iter().map(|(at, code)| (at.as_str(), code.as_str())).collect();
        assert_eq!(found, [
            ("/calls/0/closes_on", "order"), ("/calls/0/name", "length"), ("/calls/0/url", "format"), ("/code", "format"),
            ("/eligible_sectors/1", "unknown_code"), ("/ends_on", "order"), ("/name", "length"),
        ]);
        let body = json!({ "code": "efs", "starts_on": "2010-01-01" });
        secretariat.post(&url(other), body.clone()).await.problem(403, "forbidden");
        app.anonymous().post(&url(own), body.clone()).await.problem(401, "unauthenticated");
        let made = secretariat.post(&url(own), body).await.ok(201);
        for key in ["efs", made["id"].as_str().unwrap()] {
            app.admin().await.get(&format!("{}/{key}", url(other))).await.problem(404, "not-found");
        }
    }
}
