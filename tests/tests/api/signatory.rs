//! Signatories: who was one, on any day.

use domain::access::Role;
use serde_json::json;

use crate::import::reference_year;
use crate::support::{TestApp, on_both};

const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/signatories";

on_both! {
    async fn the_reference_years_signatories_on_any_day(app: TestApp) {
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        let anonymous = app.anonymous();
        let total = async |query: &str| {
            anonymous.get(&format!("{URL}?total=true&limit=1&{query}")).await.ok(200)["total"].clone()
        };
        assert_eq!(total("").await, 71);
        for (query, expected) in [
            ("as_of=2012-12-31", 67), ("as_of=2015-12-31", 68), ("as_of=2016-12-31", 69), ("as_of=2017-12-31", 70),
            ("as_of=2014-06-29", 68), ("as_of=2014-06-30", 67), ("as_of=2000-01-01", 0),
            ("as_of=2016-12-31&sector=labour_market_institution", 14), ("as_of=2016-12-31&sector=ngo,academia", 12),
            ("as_of=2016-12-31&kind=pup&q=gorzow", 1),
        ] {
            assert_eq!(total(query).await, expected, "{query}");
        }
    }
}

on_both! {
    async fn recorded_left_and_rejoined(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        app.institution("PUP w Żarach").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let url = format!("/api/v1/partnerships/{partnership}/signatories");
        let body = |signed_on: &str| {
            json!({ "institution": "pup-w-zarach", "signed_on": signed_on, "signing_form": "agreement" })
        };
        let made = secretariat.post(&url, body("2010-01-01")).await;
        let record = made.ok(201);
        assert_eq!((&record["status"], &record["institution"]["name"]), (&json!("active"), &json!("PUP w Żarach")));
        assert_eq!(app.anonymous().get(made.header("location")).await.ok(200), record);
        let twice = secretariat.post(&url, body("2012-01-01")).await;
        twice.problem(409, "not-unique");
        assert_eq!(twice.errors(), [("/effective_from".to_owned(), "overlap".to_owned())]);

        let left = json!({ "withdrawal": { "effective_on": "2015-07-01", "reason": "Zmiana zadań" } });
        let left = secretariat.patch(made.header("location"), "\"1-public\"", left).await.ok(200);
        assert_eq!(left["status"], "withdrawn");
        secretariat.post(&url, body("2015-06-30")).await.problem(409, "not-unique");
        secretariat.post(&url, body("2015-07-01")).await.ok(201);
        let back = json!({ "withdrawal": null });
        secretariat.patch(made.header("location"), "*", back).await.problem(409, "not-unique");
        assert_eq!(secretariat.delete(made.header("location"), "*").await.status, 204);
        app.anonymous().get(made.header("location")).await.problem(404, "not-found");
    }
}

on_both! {
    async fn one_partnerships_signatories_are_not_anothers(app: TestApp) {
        let own = app.partnership("Partnerstwo Pierwsze").await;
        let other = app.partnership("Partnerstwo Drugie").await;
        app.institution("PUP w Żarach").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(own), None).await;
        let url = |partnership| format!("/api/v1/partnerships/{partnership}/signatories");
        let body = json!({ "institution": "pup-w-zarach", "signed_on": "2010-01-01", "signing_form": "agreement" });
        let made = secretariat.post(&url(own), body.clone()).await.ok(201);
        secretariat.post(&url(other), body).await.problem(403, "forbidden");
        // Under another partnership's path the record does not exist, for whoever asks.
        let elsewhere = format!("{}/{}", url(other), made["id"].as_str().unwrap());
        app.admin().await.get(&elsewhere).await.problem(404, "not-found");
        app.admin().await.patch(&elsewhere, "*", json!({})).await.problem(404, "not-found");
        // The secretariat of a partnership in which it is signed may change the institution.
        let institution = "/api/v1/institutions/pup-w-zarach";
        secretariat.patch(institution, "*", json!({ "short_name": "PUP" })).await.ok(200);
    }
}

on_both! {
    async fn rules(app: TestApp) {
        let partnership = app.partnership("Partnerstwo").await;
        app.institution("PUP w Żarach").await;
        let admin = app.admin().await;
        let url = format!("/api/v1/partnerships/{partnership}/signatories");
        let body = json!({
            "institution": "pup-w-zarach", "signed_on": "2999-01-01", "signing_form": "handshake",
            "withdrawal": { "effective_on": "2000-01-01" }
        });
        let answer = admin.post(&url, body).await;
        answer.problem(422, "invalid-values");
        let found = answer.errors();
        for (at, code) in [("/signed_on", "future"), ("/signing_form", "unknown_code")] {
            assert!(found.contains(&(at.to_owned(), code.to_owned())), "{found:?}");
        }
        assert!(found.iter().any(|(at, code)| at == "/withdrawal/effective_on" && code == "order"), "{found:?}");
        let dangling = json!({ "institution": "nikt", "signed_on": "2010-01-01", "signing_form": "agreement" });
        admin.post(&url, dangling).await.problem(409, "dangling-reference");
    }
}

on_both! {
    async fn nobody_refers_to_what_is_deleted_at_the_same_moment(app: TestApp) {
        let partnership = app.partnership("Partnerstwo").await;
        let admin = app.admin().await;
        for round in 0..12 {
            let institution = app.institution(&format!("Stowarzyszenie {round}")).await;
            let (deleter, signer) = (admin.clone(), admin.clone());
            let deleted = tokio::spawn(async move {
                deleter.delete(&format!("/api/v1/institutions/{institution}"), "*").await.status
            });
            let signed = tokio::spawn(async move {
                let body = json!({ "institution": institution, "signed_on": "2010-01-01", "signing_form": "agreement" });
                signer.post(&format!("/api/v1/partnerships/{partnership}/signatories"), body).await.status
            });
            let outcome = (deleted.await.unwrap(), signed.await.unwrap());
            assert!(matches!(outcome, (204, 409) | (409, 201)), "{outcome:?}");
        }
    }
}

on_both! {
    async fn ordered_by_the_institutions_name_as_it_is_today(app: TestApp) {
        let partnership = app.partnership("Partnerstwo").await;
        let admin = app.admin().await;
        let url = format!("/api/v1/partnerships/{partnership}/signatories");
        for name in ["Łabędź", "Lubsko", "Zarząd", "Żak", "Ćma"] {
            app.institution(name).await;
        }
        for slug in ["zak", "lubsko", "zarzad", "labedz", "cma"] {
            let body = json!({ "institution": slug, "signed_on": "2010-01-01", "signing_form": "agreement" });
            admin.post(&url, body).await.ok(201);
        }
        // One a page, so that each of them is where a page ended.
        let ordered = async |sort: &str| {
            let mut names = Vec::new();
            let mut next = Some(format!("{url}?limit=1&sort={sort}"));
            while let Some(page) = next {
                let page = app.anonymous().get(&page).await.ok(200);
                names.push(page["items"][0]["institution"]["name"].as_str().unwrap().to_owned());
                next = page["next"].as_str().map(str::to_owned);
            }
            names
        };
        assert_eq!(ordered("name").await, ["Ćma", "Lubsko", "Łabędź", "Zarząd", "Żak"]);
        assert_eq!(ordered("-name").await, ["Żak", "Zarząd", "Łabędź", "Lubsko", "Ćma"]);
        assert_eq!(ordered("-created_at").await, ["Ćma", "Łabędź", "Zarząd", "Lubsko", "Żak"]);
        admin.patch("/api/v1/institutions/cma", "*", json!({ "name": "Źdźbło" })).await.ok(200);
        assert_eq!(ordered("name").await, ["Lubsko", "Łabędź", "Zarząd", "Źdźbło", "Żak"]);
    }
}
