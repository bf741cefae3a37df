//! Terms of office of a body.

use domain::access::Role;
use serde_json::{Value, json};

use crate::import::reference_year;
use crate::support::{TestApp, on_both};

const COUNCIL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/bodies/rada-programowa/terms";

on_both! {
    async fn the_reference_years_term(app: TestApp) {
        let admin = app.admin().await;
        let mut file = reference_year();
        let draft = file["meetings"].as_array_mut().unwrap().last_mut().unwrap();
        draft["status"] = json!("draft");
        let draft = draft["slug"].clone();
        admin.post("/api/v1/imports", file).await.ok(200);
        let anonymous = app.anonymous();
        let total = async |query: &str| {
            anonymous.get(&format!("{COUNCIL}?total=true&{query}")).await.ok(200)["total"].clone()
        };
        for (query, expected) in [
            ("", 1), ("as_of=2014-11-20", 0), ("as_of=2014-11-21", 1), ("as_of=2017-11-20", 1), ("as_of=2017-11-21", 0),
        ] {
            assert_eq!(total(query).await, expected, "{query}");
        }
        let url = format!("{COUNCIL}/rada-2014-2017");
        let term = anonymous.get(&url).await.ok(200);
        assert_eq!(
            (&term["body"]["slug"], &term["elected_at"]["slug"], &term["seats"]),
            (&json!("rada-programowa"), &json!("zgromadzenie-2014"), &json!(11))
        );
        // Not even its name is public of a draft of a meeting.
        admin.patch(&url, "*", json!({ "elected_at": draft })).await.problem(409, "dangling-reference");
        // It belongs to its body alone.
        let elsewhere = COUNCIL.replace("rada-programowa", "rkres-lubuskie");
        assert_eq!(anonymous.get(&elsewhere).await.ok(200)["items"], json!([]));
        anonymous.get(&format!("{elsewhere}/rada-2014-2017")).await.problem(404, "not-found");
        anonymous.get(&COUNCIL.replace("rada-programowa", "nie-ma")).await.problem(404, "not-found");
        // Eleven mandates begin on its first day.
        for (change, at) in [
            (json!({ "starts_on": "2014-11-22" }), "/starts_on"),
            (json!({ "starts_on": "2013-01-01", "ends_on": "2014-11-20" }), "/ends_on"),
        ] {
            let short = admin.patch(&url, "*", change).await;
            short.problem(422, "invalid-values");
            assert_eq!(short.errors(), [(at.to_owned(), "conflict".to_owned())]);
        }
        admin.delete(&url, "*").await.problem(409, "still-referred-to");
        let longer = admin.patch(&url, "*", json!({ "ends_on": "2017-12-31" })).await.ok(200);
        assert_eq!(longer["ends_on"], "2017-12-31");
    }
}

on_both! {
    async fn terms_of_a_body_follow_each_other(app: TestApp) {
        let partnership = app.partnership("Partnerstwo").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let bodies = format!("/api/v1/partnerships/{partnership}/bodies");
        for name in ["Rada", "Forum"] {
            secretariat.post(&bodies, json!({ "name": name, "kind": "council" })).await.ok(201);
        }
        let url = format!("{bodies}/rada/terms");
        let body = |from: &str, to: &str| json!({ "starts_on": from, "ends_on": to, "seats": 7 });
        let made = secretariat.post(&url, body("2014-01-01", "2016-12-31")).await;
        let record = made.ok(201);
        assert_eq!((&record["slug"], &record["quorum_rule"]), (&json!("kadencja-2014-2016"), &json!(null)));
        assert_eq!(app.anonymous().get(made.header("location")).await.ok(200), record);
        for (from, to) in [("2016-12-31", "2018-12-31"), ("2013-01-01", "2014-01-01"), ("2015-01-01", "2015-02-01")] {
            let overlap = secretariat.post(&url, body(from, to)).await;
            overlap.problem(409, "not-unique");
            assert_eq!(overlap.errors(), [("/starts_on".to_owned(), "overlap".to_owned())], "{from}");
        }
        secretariat.post(&url, body("2017-01-01", "2019-12-31")).await.ok(201);
        // A slug made from the years is free in the partnership, not in the body alone.
        let elsewhere = secretariat.post(&format!("{bodies}/forum/terms"), body("2014-01-01", "2016-12-31")).await;
        assert_eq!(elsewhere.ok(201)["slug"], "kadencja-2014-2016-2");
        let ordered = async |sort: &str| -> Vec<Value> {
            let list = secretariat.get(&format!("{url}?sort={sort}")).await.ok(200);
            list["items"].as_array().unwrap().iter().map(|item| item["starts_on"].clone()).collect()
        };
        assert_eq!(ordered("starts_on").await, ["2014-01-01", "2017-01-01"]);
        assert_eq!(ordered("-created_at").await, ["2017-01-01", "2014-01-01"]);

        let at = format!("{url}/kadencja-2014-2016");
        secretariat.patch(&at, "*", json!({ "ends_on": "2017-01-01" })).await.problem(409, "not-unique");
        secretariat.send(secretariat.request("PATCH", &at).json(&json!({}))).await.problem(428, "precondition-required");
        let changed = secretariat.patch(&at, "\"1-internal\"", json!({ "seats": null, "quorum_rule": "at_least_half" }));
        let changed = changed.await.ok(200);
        assert_eq!((&changed["seats"], &changed["quorum_rule"]), (&json!(null), &json!("at_least_half")));
        secretariat.delete(&at, "\"1-internal\"").await.problem(412, "stale");
        assert_eq!(secretariat.delete(&at, "*").await.status, 204);
        secretariat.get(&at).await.problem(404, "not-found");
    }
}

on_both! {
    async fn rules_and_who_may(app: TestApp) {
        let own = app.partnership("Partnerstwo Pierwsze").await;
        let other = app.partnership("Partnerstwo Drugie").await;
        let admin = app.admin().await;
        for partnership in [own, other] {
            let bodies = format!("/api/v1/partnerships/{partnership}/bodies");
            admin.post(&bodies, json!({ "name": "Rada", "kind": "council" })).await.ok(201);
        }
        let url = |partnership| format!("/api/v1/partnerships/{partnership}/bodies/rada/terms");
        let secretariat = app.signed_in_as(Role::Secretariat, Some(own), None).await;
        let broken = json!({
            "starts_on": "2016-01-01", "ends_on": "2016-01-01", "seats": 0, "quorum_rule": "all", "majority_rule": "most"
        });
        let answer = secretariat.post(&url(own), broken).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        let found: Vec<(&str, &str)> = found.iter().map(|(at, code)| (at.as_str(), code.as_str())).collect();
        assert_eq!(found, [
            ("/ends_on", "order"), ("/majority_rule", "unknown_code"), ("/quorum_rule", "unknown_code"), ("/seats", "range"),
        ]);
        let term = json!({ "starts_on": "2016-01-01", "ends_on": "2016-12-31" });
        let mut dangling = term.clone();
        dangling["elected_at"] = json!("nie-ma");
        let answer = secretariat.post(&url(own), dangling).await;
        answer.problem(409, "dangling-reference");
        assert_eq!(answer.errors(), [("/elected_at".to_owned(), "dangling_reference".to_owned())]);
        secretariat.post(&url(other), term.clone()).await.problem(403, "forbidden");
        app.anonymous().post(&url(own), term).await.problem(401, "unauthenticated");
        let unknown = json!({ "starts_on": "2016-01-01", "ends_on": "2016-12-31", "body": "rada" });
        secretariat.post(&url(own), unknown).await.problem(400, "malformed-request");
    }
}

on_both! {
    async fn no_term_stands_on_a_body_that_is_deleted_at_the_same_moment(app: TestApp) {
        let partnership = app.partnership("Partnerstwo").await;
        let admin = app.admin().await;
        let bodies = format!("/api/v1/partnerships/{partnership}/bodies");
        for round in 0..10 {
            let made = admin.post(&bodies, json!({ "name": format!("Grupa {round}"), "kind": "working_group" })).await;
            let at = made.header("location").to_owned();
            let (deleter, writer, url) = (admin.clone(), admin.clone(), at.clone());
            let deleted = tokio::spawn(async move { deleter.delete(&url, "*").await.status });
            let term = json!({ "starts_on": "2014-01-01", "ends_on": "2016-12-31" });
            let written = tokio::spawn(async move { writer.post(&format!("{at}/terms"), term).await.status });
            let outcome = (deleted.await.unwrap(), written.await.unwrap());
            assert!(matches!(outcome, (204, 404) | (409, 201)), "{outcome:?}");
        }
    }
}

on_both! {
    async fn a_body_does_not_become_one_of_signatories_while_others_hold_its_seats(app: TestApp) {
        let partnership = app.partnership("Partnerstwo").await;
        app.institution("Stowarzyszenie Obce").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let p = format!("/api/v1/partnerships/{partnership}");
        secretariat.post(&format!("{p}/bodies"), json!({ "name": "Forum", "kind": "forum" })).await.ok(201);
        let term = json!({ "starts_on": "2014-01-01", "ends_on": "2016-12-31", "slug": "forum-2014" });
        secretariat.post(&format!("{p}/bodies/forum/terms"), term).await.ok(201);
        let seat = json!({ "term": "forum-2014", "institution": "stowarzyszenie-obce", "starts_on": "2014-01-01" });
        secretariat.post(&format!("{p}/mandates"), seat).await.ok(201);
        let council = secretariat.patch(&format!("{p}/bodies/forum"), "*", json!({ "kind": "council" })).await;
        council.problem(409, "still-referred-to");
        assert_eq!(council.errors(), [("/kind".to_owned(), "conflict".to_owned())]);
        secretariat.patch(&format!("{p}/bodies/forum"), "*", json!({ "kind": "external" })).await.ok(200);
    }
}
