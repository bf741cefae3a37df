//! The activity report: the reference year comes out exactly as it was.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::conventions::walk;
use crate::import::reference_year;
use crate::support::{Client, TestApp, on_both};

const P: &str = "/api/v1/partnerships/partnerstwo-lubuskie";
const MEETINGS: &str = "/api/v1/partnerships/partnerstwo-lubuskie/meetings";
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

/// The list of every figure shows exactly the records that it counts.
async fn every_figure_opens(client: &Client, report: &Value) {
    for (key, figure) in report["figures"].as_object().unwrap() {
        let records = figure["records"].as_array().unwrap();
        assert_eq!(figure["count"], json!(records.len()), "{key}");
        let href = figure["href"].as_str().unwrap();
        let items = walk(client, &format!("{href}&limit=200")).await;
        assert_eq!(figure["count"], json!(items.len()), "{key}: {href}");
        let ids: BTreeSet<&str> = items
            .iter()
            .map(|item| item["id"].as_str().unwrap())
            .collect();
        for record in records {
            let id = record["id"].as_str().unwrap();
            assert!(ids.contains(id), "{key}: {href} does not show {record}");
        }
    }
}

/// What a section tells, in the order of the page.
fn section(report: &Value, key: &str) -> Vec<String> {
    let sections = report["sections"].as_array().unwrap();
    let section = sections
        .iter()
        .find(|section| section["key"] == key)
        .unwrap_or_else(|| panic!("{key} is not told"));
    let parts = ["sentences", "items"].map(|part| section[part].as_array().unwrap().clone());
    let texts = parts.into_iter().flatten();
    texts
        .map(|entry| entry["text"].as_str().unwrap().to_owned())
        .collect()
}

/// A meeting of 2016 that took place.
async fn held(client: &Client, body: Value) -> Value {
    let mut body = body;
    body["title"] = json!("Spotkanie o finansach");
    body["held_on"] = json!("2016-09-08");
    let made = client.post(MEETINGS, body).await;
    let meeting = made.ok(201);
    for to in ["scheduled", "held"] {
        client
            .step(made.header("location"), json!({ "to": to }))
            .await
            .ok(200);
    }
    meeting
}

/// A recommendation of a kind, adopted on a day.
async fn adopted(client: &Client, kind: &str, on: &str) -> String {
    let vote = json!({ "for": 7, "against": 1, "abstain": 0, "present": 8, "seats": 11 });
    let body = json!({ "title": format!("Sprawa z {on}"), "kind": kind, "vote": vote });
    let made = client.post(&format!("{P}/recommendations"), body).await;
    made.ok(201);
    let url = made.header("location").to_owned();
    let adopted = json!({ "to": "adopted", "effective_on": on });
    for step in [
        json!({ "to": "under_consultation" }),
        adopted,
        json!({ "to": "in_implementation" }),
    ] {
        client.step(&url, step).await.ok(200);
    }
    url
}

on_both! {
    async fn the_whole_year_is_told(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let output = json!({ "report_phrase": "opracowano zasady finansowania" });
        let output = admin.post(&format!("{P}/outputs"), output).await.ok(201)["id"].clone();
        held(&admin, json!({ "kind": "training", "own_role": "participant" })).await;
        held(&admin, json!({ "kind": "working_group", "outputs": [output] })).await;
        held(&admin, json!({ "kind": "conference", "funding_programmes": ["pfron", "rpo_l2020"] })).await;
        held(&admin, json!({ "kind": "study_visit" })).await;
        held(&admin, json!({ "kind": "owes", "own_role": "organizer" })).await;
        held(&admin, json!({ "kind": "regional_committee", "own_role": "organizer", "outputs": [output] })).await;
        let consultation = held(&admin, json!({ "kind": "consultation", "funding_programmes": ["efs"] })).await;
        adopted(&admin, "conclusion", "2016-09-01").await;
        let earlier = adopted(&admin, "recommendation", "2015-12-10").await;
        let done = json!({ "recommendation": earlier.rsplit('/').next().unwrap(), "position": 1, "completed_on": "2016-11-05",
            "report_text": "Wydano przewodnik" });
        admin.post(&format!("{P}/implementations"), done).await.ok(201);
        let carried_out = admin.step(&earlier, json!({ "to": "partially_implemented" })).await.ok(200);
        assert_eq!(carried_out["implemented_on"], "2016-11-05");
        let mandates = format!("{P}/mandates");
        let chair = admin.get(&format!("{mandates}?role=chair")).await.ok(200)["items"][0]["id"].clone();
        let vacated = json!({ "ends_on": "2016-06-01", "end_reason": "rezygnacja" });
        admin.patch(&format!("{mandates}/{}", chair.as_str().unwrap()), "*", vacated).await.ok(200);
        let seat = json!({ "term": "rada-2014-2017", "institution": "mops-zary", "role": "chair", "starts_on": "2016-06-01" });
        admin.post(&mandates, seat).await.ok(201);
        let left = admin.get(&format!("{P}/signatories?institution=pup-zary")).await.ok(200)["items"][0]["id"].clone();
        let withdrawal = json!({ "withdrawal": { "effective_on": "2016-12-31" } });
        admin.patch(&format!("{P}/signatories/{}", left.as_str().unwrap()), "*", withdrawal).await.ok(200);
        let term = json!({ "slug": "rada-2017-2020", "starts_on": "2017-11-21", "ends_on": "2020-11-20", "elected_at": "zgromadzenie-2016" });
        admin.post(&format!("{P}/bodies/rada-programowa/terms"), term).await.ok(201);

        let anonymous = app.anonymous();
        let report = anonymous.get(&format!("{URL}?year=2016&include=records")).await.ok(200);
        for (key, told) in [
            ("recommendations_earlier", vec!["Realizacja rekomendacji przyjętej przed okresem sprawozdawczym:", "Wydano przewodnik. Zrealizowano częściowo."]),
            ("conclusions", vec!["Opracowano jeden wniosek na rzecz ekonomii społecznej:", "Sprawa z 2016-09-01 – do końca okresu sprawozdawczego nie wykazano realizacji."]),
            ("trainings", vec!["Odbyło się jedno szkolenie, które nie wynikało z rekomendacji:", "Spotkanie o finansach (8 września 2016 r.)"]),
            ("working_groups", vec!["Odbyło się jedno spotkanie grupy roboczej, w trakcie którego:", "opracowano zasady finansowania"]),
            ("conferences", vec!["Odbyła się jedna konferencja:", "Spotkanie o finansach (8 września 2016 r.)"]),
            ("study_visits", vec!["Odbyła się jedna wizyta studyjna:", "Spotkanie o finansach (8 września 2016 r.)"]),
            ("funding_programmes", vec![
                "Na spotkaniach omawiano następujące programy i źródła finansowania:",
                "Regionalny Program Operacyjny – Lubuskie 2020 (2014–2020) – 2 spotkania", "PFRON – 1 spotkanie",
            ]),
            ("regional_committee_organized", vec!["Zorganizowano jedno spotkanie robocze z Regionalnym Komitetem Rozwoju Ekonomii Społecznej."]),
            ("owes_organized", vec!["Zorganizowano jedno spotkanie z kadrą OWES."]),
            ("council_elections", vec!["Wybrano Radę Programową na kadencję:", "od 21 listopada 2017 r. do 20 listopada 2020 r."]),
            ("council_changes", vec![
                "W trakcie kadencji objęto jeden mandat: Miejski Ośrodek Pomocy Społecznej w Żarach (przewodniczący/a).",
                "Przed końcem kadencji wygasł jeden mandat: Powiatowy Urząd Pracy w Strzelcach Krajeńskich (przewodniczący/a).",
            ]),
            ("accessions", vec!["Do partnerstwa przystąpiła jedna instytucja:", "Spółdzielnia Socjalna „Wzorcowa” w Nowej Soli"]),
            ("withdrawals", vec!["Z partnerstwa wystąpiła jedna instytucja:", "Powiatowy Urząd Pracy w Żarach"]),
        ] {
            assert_eq!(section(&report, key), told, "{key}");
        }
        for (key, value) in [
            ("recommendations_adopted", 2), ("recommendations_implemented", 2), ("recommendations_partially_implemented", 1),
            ("conclusions_adopted", 1), ("trainings", 2), ("trainings_without_recommendation", 1), ("working_group_outputs", 1),
            ("regional_committee_meetings", 6), ("owes_meetings", 3), ("council_elections", 1), ("withdrawals", 1),
        ] {
            assert_eq!(report["figures"][key]["value"], value, "{key}");
        }
        every_figure_opens(&anonymous, &report).await;
        let left_out = report["warnings"].as_array().unwrap().iter().find(|warning| warning["code"] == "not_counted").unwrap();
        let href = left_out["records"][0].as_str().unwrap();
        assert_eq!(anonymous.get(href).await.ok(200)["id"], consultation["id"]);
        // The English report tells the same.
        let english = get(&anonymous, "", "en").await.ok(200);
        assert_eq!(section(&english, "council_changes")[0], "One mandate began within a term: Miejski Ośrodek Pomocy Społecznej w Żarach (chair).");
    }
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
        every_figure_opens(&app.anonymous(), &report).await;
        let signatories = report["figures"]["signatories"]["records"].as_array().unwrap();
        assert!(signatories.iter().any(|record| record["key"] == "wup-zielona-gora@2008-06-18" && record["name"] == "Wojewódzki Urząd Pracy w Zielonej Górze"));
        let recommendations = &report["figures"]["recommendations_adopted"]["records"];
        assert_eq!((&recommendations[0]["kind"], &recommendations[0]["key"]), (&json!("recommendation"), &json!("rek-2016-1")));
        assert_eq!(&recommendations[0]["on"], "2016-02-24");
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
        anonymous.get(&format!("{URL}.xml")).await.problem(404, "not-found");
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
