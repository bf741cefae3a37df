//! Coverage: the matrix of communiqués and institutions.

use serde_json::{Value, json};

use crate::communique::{listed, reported, step};
use crate::import::reference_year;
use crate::posting::signed_at;
use crate::support::{TestApp, on_both};

const P: &str = "/api/v1/partnerships/partnerstwo-lubuskie";
const YEAR: &str = "from=2016-01-01&to=2016-12-31";

on_both! {
    async fn the_reference_years_matrix(app: TestApp) {
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        let anonymous = app.anonymous();
        let total = async |query: &str| {
            anonymous.get(&format!("{P}/coverage?total=true&limit=1&{query}")).await.ok(200)["total"].clone()
        };
        for (query, expected) in [
            (YEAR, 69), ("", 69), ("from=2016-01-01&to=2016-12-31&complete=true", 69),
            ("from=2016-01-01&to=2016-12-31&complete=false", 0), ("complete=true", 1), ("from=2017-01-01&complete=false", 68),
            ("to=2015-12-31", 0), ("to=2015-12-31&complete=true", 0), ("modified_since=2999-01-01T00:00:00Z", 0),
        ] {
            assert_eq!(total(query).await, expected, "{query}");
        }
        let complete = listed(&anonymous, &format!("{P}/coverage?{YEAR}&complete=true&limit=20")).await;
        assert_eq!(complete, reported(&anonymous, "communique_institutions", "2016-01-01", "2016-12-31").await);

        let page = anonymous.get(&format!("{P}/coverage?institution=pup-zary")).await.ok(200);
        let row = &page["items"][0];
        assert_eq!((&row["institution"]["slug"], &row["complete"], &row["posted"]), (&json!("pup-zary"), &json!(false), &json!(4)));
        let cells: Vec<Value> =
            row["postings"].as_array().unwrap().iter().map(|cell| json!([cell["number"], cell["status"]])).collect();
        let expected = [("1/2016", "reported"), ("2/2016", "reported"), ("3/2016", "reported"), ("4/2016", "reported"), ("1/2017", "missing")];
        assert_eq!(cells, expected.map(|(number, status)| json!([number, status])));
        let cell = &row["postings"][0];
        assert_eq!((&cell["communique"]["slug"], &cell["released_on"]), (&json!("komunikat-2016-1"), &json!("2016-03-21")));
        assert_eq!(cell["url"], "https://pup-zary.example/komunikat-2016-1");
        assert!(row["postings"][4]["posted_on"].is_null() && row["postings"][4]["url"].is_null());

        let found = anonymous.get(&format!("{P}/coverage?q=ZARY&sort=-name&limit=200")).await.ok(200);
        let names: Vec<&str> = found["items"].as_array().unwrap().iter().map(|row| row["institution"]["name"].as_str().unwrap()).collect();
        assert!(names.len() > 1 && names.iter().all(|name| name.contains("Żar")), "{names:?}");
        anonymous.get(&format!("{P}/coverage?institution=nikt")).await.problem(400, "invalid-parameter");
        anonymous.get("/api/v1/partnerships/nie-ma/coverage").await.problem(404, "not-found");
    }
}

on_both! {
    async fn complete_as_the_report_counts(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let at = |number: &str| format!("{P}/communiques/komunikat-{number}/postings");
        let of = async |number: &str, institution: &str| {
            let page = admin.get(&format!("{}?institution={institution}", at(number))).await.ok(200);
            format!("{}/{}", at(number), page["items"][0]["id"].as_str().unwrap())
        };
        let post = async |number: &str, institution: &str, day: &str| {
            let body = json!({ "institution": institution, "posted_on": day, "url": "https://i.example/k" });
            admin.post(&at(number), body).await.ok(201);
        };
        let row = async |institution: &str| {
            let url = format!("{P}/coverage?{YEAR}&institution={institution}");
            app.anonymous().get(&url).await.ok(200)["items"][0].clone()
        };
        // Posted too late, not at all, and by who was not yet a signatory; what broke still counts.
        let late = of("2016-4", "pup-zary").await;
        admin.patch(&late, "*", json!({ "posted_on": "2017-01-02" })).await.ok(200);
        assert_eq!(admin.delete(&of("2016-1", "wup-zielona-gora").await, "*").await.status, 204);
        step(&admin, &of("2016-1", "pup-nowa-sol").await, "broken").await;
        // That it signed later is found out after it posted.
        signed_at(&admin, "fundacja-pozniejsza-wschowa", json!({ "signed_on": "2016-12-20", "effective_from": null })).await;
        for number in ["2016-1", "2016-2", "2016-3", "2016-4"] {
            post(number, "fundacja-pozniejsza-wschowa", "2016-12-20").await;
        }
        signed_at(&admin, "fundacja-pozniejsza-wschowa", json!({ "signed_on": "2017-02-15", "effective_from": null })).await;
        assert_eq!((row("pup-zary").await["posted"].clone(), row("pup-zary").await["complete"].clone()), (json!(3), json!(false)));
        assert_eq!(row("pup-zary").await["postings"][3]["status"], "reported");
        assert_eq!(row("wup-zielona-gora").await["postings"][0]["status"], "missing");
        let later = row("fundacja-pozniejsza-wschowa").await;
        assert_eq!((&later["posted"], &later["complete"]), (&json!(0), &json!(false)));
        assert_eq!((&row("pup-nowa-sol").await["complete"], &row("pup-nowa-sol").await["postings"][0]["status"]), (&json!(true), &json!("broken")));
        assert_eq!(row("stow-zakonczone-drezdenko").await, Value::Null);

        let anonymous = app.anonymous();
        for (from, to, complete, rest) in [
            ("2016-01-01", "2016-12-31", 67, 3), ("2016-01-01", "2016-12-11", 68, 2), ("2016-12-12", "2017-01-02", 69, 1),
            ("2017-01-01", "2017-12-31", 1, 68), ("2015-01-01", "2015-12-31", 0, 0),
        ] {
            let url = format!("{P}/coverage?from={from}&to={to}");
            let list = listed(&anonymous, &format!("{url}&complete=true")).await;
            assert_eq!(list, reported(&anonymous, "communique_institutions", from, to).await, "{from}");
            assert_eq!((list.len(), listed(&anonymous, &format!("{url}&complete=false")).await.len()), (complete, rest), "{from} {to}");
        }
        // Withdrawn later, it was released all the same; withdrawn within the year, it counts for no one.
        let url = format!("{P}/communiques/komunikat-2016-1");
        admin.step(&url, json!({ "to": "withdrawn", "effective_on": "2016-12-30" })).await.ok(200);
        assert_eq!(row("wup-zielona-gora").await["complete"], true);
    }
}
