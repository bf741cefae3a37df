//! The activity report: the reference year comes out exactly as it was.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::conventions::walk;
use crate::import::reference_year;
use crate::support::{Client, TestApp, on_both};

const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/reports/activity";

async fn get(client: &Client, suffix: &str, language: &str) -> crate::support::Answer {
    let request = client.request("GET", &format!("{URL}{suffix}?year=2016"));
    client
        .send(request.header("accept-language", language))
        .await
}

fn texts(report: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for section in report["sections"].as_array().unwrap() {
        for part in ["sentences", "items"] {
            for entry in section[part].as_array().unwrap() {
                let text = |name: &str| entry[name].as_str().unwrap().to_owned();
                found.push((text("key"), text("text")));
            }
        }
    }
    found
}

on_both! {
    async fn the_reference_year_comes_out_exactly(app: TestApp) {
        let file = reference_year();
        app.admin().await.post("/api/v1/imports", file.clone()).await.ok(200);
        let report = app.anonymous().get(&format!("{URL}?year=2016&include=records")).await.ok(200);
        let expected = &file["expected_report"];
        for (key, value) in expected["figures"].as_object().unwrap() {
            if key.starts_with("signatories_20") {
                continue;
            }
            assert_eq!(&report["figures"][key]["value"], value, "{key}");
        }
        let texts = texts(&report);
        for sentence in expected["sentences"].as_array().unwrap() {
            let (key, pl) = (sentence["key"].as_str().unwrap(), sentence["pl"].as_str().unwrap());
            let stated = texts.iter().any(|(known, text)| known == key && text.contains(pl));
            assert!(stated, "{key}: {pl} is not in {texts:#?}");
        }
        for (key, figure) in report["figures"].as_object().unwrap() {
            let records = figure["records"].as_array().unwrap().len();
            assert_eq!(figure["count"], json!(records), "{key}");
            let href = figure["href"].as_str().unwrap();
            let items = walk(&app.anonymous(), &format!("{href}&limit=200")).await;
            assert_eq!(figure["count"], json!(items.len()), "{key}: {href}");
            let ids: BTreeSet<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
            for record in figure["records"].as_array().unwrap() {
                assert!(ids.contains(record["id"].as_str().unwrap()), "{key}: {href} does not show {record}");
            }
        }
        let signatories = report["figures"]["signatories"]["records"].as_array().unwrap();
        assert!(signatories.iter().any(|record| record["key"] == "wup-zielona-gora@2008-06-18" && record["slug"].is_null()));
        let recommendations = &report["figures"]["recommendations_adopted"]["records"];
        assert_eq!((&recommendations[0]["kind"], &recommendations[0]["key"]), (&json!("recommendation"), &recommendations[0]["slug"]));
        assert_eq!(report["figures"]["communique_publications"]["count"], 276);
        assert_eq!(report["period"], json!({ "from": "2016-01-01", "to": "2016-12-31" }));
        assert_eq!(report["warnings"], json!([]));
    }
}

on_both! {
    async fn signatories_are_counted_as_of_the_last_day(app: TestApp) {
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        for (year, signatories) in [(2012, 67), (2015, 68), (2016, 69), (2017, 70)] {
            let report = app.anonymous().get(&format!("{URL}?year={year}")).await.ok(200);
            assert_eq!(report["figures"]["signatories"]["value"], signatories, "{year}");
        }
        let half = app.anonymous().get(&format!("{URL}?from=2016-01-01&to=2016-06-30")).await.ok(200);
        assert_eq!(half["figures"]["council_meetings"]["value"], 2);
    }
}

on_both! {
    async fn formats_and_languages(app: TestApp) {
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        let anonymous = app.anonymous();
        let markdown = get(&anonymous, ".md", "pl").await;
        assert_eq!((markdown.status, markdown.header("content-language")), (200, "pl"));
        assert_eq!(markdown.header("content-type"), "text/markdown; charset=utf-8");
        assert!(markdown.text.contains("podpisało 69 instytucji"), "{}", markdown.text);
        let html = get(&anonymous, ".html", "en").await;
        assert_eq!(html.header("content-type"), "text/html; charset=utf-8");
        assert!(html.text.contains("<html lang=\"en\">") && html.text.matches("<h1>").count() == 1, "{}", html.text);
        assert!(html.header("content-security-policy").starts_with("default-src 'none'"));
        let english = get(&anonymous, "", "en").await.ok(200);
        assert!(texts(&english).iter().any(|(key, text)| key == "signatories" && text.contains("69")), "{english}");
        get(&anonymous, ".xml", "pl").await.problem(404, "not-found");
        // Sentences have no records.
        anonymous.get(&format!("{URL}.md?year=2016&include=records")).await.problem(400, "unknown-parameter");
    }
}

on_both! {
    async fn an_unchanged_report_is_not_sent_again(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let tag = admin.get(&format!("{URL}?year=2016")).await.header("etag").to_owned();
        let again = admin.request("GET", &format!("{URL}?year=2016")).header("if-none-match", &tag);
        assert_eq!(admin.send(again).await.status, 304);
        // The tag is that of the period, which moves with the calendar when none is asked for.
        let another = admin.request("GET", &format!("{URL}?year=2015")).header("if-none-match", &tag);
        assert_eq!(admin.send(another).await.status, 200);
        let other = admin.request("GET", &format!("{URL}?year=2016")).header("if-none-match", &tag);
        assert_eq!(admin.send(other.header("accept-language", "en")).await.status, 200);
        let institution = "/api/v1/institutions/wup-zielona-gora";
        admin.patch(institution, "*", json!({ "short_name": "WUP Zielona Góra" })).await.ok(200);
        let changed = admin.request("GET", &format!("{URL}?year=2016")).header("if-none-match", &tag);
        assert!(admin.send(changed).await.ok(200).to_string().contains("WUP Zielona Góra"));
    }
}

on_both! {
    async fn an_empty_year_has_no_zeroes_in_its_words(app: TestApp) {
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        let report = app.anonymous().get(&format!("{URL}?year=1999")).await.ok(200);
        assert_eq!(report["figures"]["signatories"]["value"], 0);
        for (key, text) in texts(&report) {
            assert!(!text.contains(" 0 "), "{key}: {text}");
        }
    }
}

on_both! {
    async fn periods_that_are_none(app: TestApp) {
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        let anonymous = app.anonymous();
        for query in ["year=x", "year=99999", "from=2016-13-01&to=2016-12-31", "from=2016-02-01&to=2016-01-01"] {
            anonymous.get(&format!("{URL}?{query}")).await.problem(400, "invalid-parameter");
        }
        for (query, at, code) in [
            ("year=2016&from=2016-01-01", "year", "conflict"),
            ("from=2016-01-01", "to", "required"),
            ("to=2016-01-01", "from", "required"),
        ] {
            let answer = anonymous.get(&format!("{URL}?{query}")).await;
            answer.problem(422, "invalid-values");
            assert_eq!(answer.errors(), [(at.to_owned(), code.to_owned())], "{query}");
        }
        let last = (chrono::Datelike::year(&app.state.clock.today()) - 1).to_string();
        let report = anonymous.get(URL).await.ok(200);
        assert_eq!(report["period"]["from"], format!("{last}-01-01"));
        app.anonymous().get("/api/v1/partnerships/nie-ma/reports/activity?year=2016").await.problem(404, "not-found");
    }
}
