//! A year that is over: what happens later leaves its report as it is, and a correction of the year does not.

use serde_json::{Value, json};

use crate::import::reference_year;
use crate::support::{Client, TestApp, on_both};

const P: &str = "/api/v1/partnerships/partnerstwo-lubuskie";

/// What the report of 2016 says, whoever asks when.
async fn told(client: &Client) -> Value {
    let mut report = client
        .get(&format!("{P}/reports/activity?year=2016"))
        .await
        .ok(200);
    report.as_object_mut().unwrap().remove("sequence");
    report
}

/// The address of the first record of a list.
async fn first(client: &Client, list: &str) -> String {
    let page = client.get(list).await.ok(200);
    let id = page["items"][0]["id"].as_str();
    let id = id.unwrap_or_else(|| panic!("{list}: {page}"));
    format!("{}/{id}", list.split('?').next().unwrap())
}

async fn signature(client: &Client, institution: &str) -> String {
    first(
        client,
        &format!("{P}/signatories?institution={institution}"),
    )
    .await
}

/// A patch that gives an institution other names from a later day on.
async fn renamed(client: &Client, institution: &str) -> Value {
    let before = client
        .get(&format!("/api/v1/institutions/{institution}"))
        .await
        .ok(200);
    let mut former = json!({ "valid_until": "2017-05-01" });
    for name in ["name", "short_name", "name_genitive"] {
        former[name] = before[name].clone();
    }
    let name = "Centrum Zatrudnienia";
    json!({ "name": name, "short_name": "CZ", "name_genitive": "Centrum Zatrudnienia", "other_names": [former] })
}

/// Something that happened after the year: what it is called, and the request that records it.
type Event = (&'static str, &'static str, String, Value);

async fn later_events(client: &Client) -> Vec<Event> {
    let patch = |name, record: String, body| (name, "PATCH", record, body);
    let step = |name, record: &str, body| (name, "POST", format!("{record}/transitions"), body);
    let institution = |slug: &str| format!("/api/v1/institutions/{slug}");
    let suspended = signature(client, "pup-zary").await;
    let left = signature(client, "mops-zary").await;
    let draft = json!({ "title": "Umowa", "goal": "Cel jest inny." });
    let agreement = client.post(&format!("{P}/agreement-versions"), draft).await;
    agreement.ok(201);
    let agreement = agreement.header("location").to_owned();
    client
        .step(&agreement, json!({ "to": "open_for_signature" }))
        .await
        .ok(200);
    let partnership = client.get(P).await.ok(200);
    let mut former = partnership["secretariat"].clone();
    former["institution"] = json!("WUP w Zielonej Górze");
    former["valid_until"] = json!("2017-09-01");
    let moved = json!({
        "secretariat": { "institution": "rops-zielona-gora", "unit": "Biuro Partnerstwa", "phone": "68 323 18 84", "email": "biuro@rops.example" },
        "former_secretariats": [former]
    });
    let posting = first(
        client,
        &format!("{P}/communiques/komunikat-2016-1/postings?institution=pup-zary"),
    )
    .await;
    vec![
        patch(
            "a suspension",
            suspended,
            json!({ "suspensions": [{ "starts_on": "2017-02-01", "reason": "Zaległa składka" }] }),
        ),
        patch(
            "a withdrawal",
            left,
            json!({ "withdrawal": { "effective_on": "2017-06-30", "notified_on": "2017-03-31" } }),
        ),
        (
            "an accession",
            "POST",
            format!("{P}/signatories"),
            json!({ "institution": "fundacja-merkury-walbrzych", "signed_on": "2017-03-01", "signing_form": "accession_declaration" }),
        ),
        step(
            "the end of a good practice",
            &format!("{P}/good-practices/dobra-praktyka-1"),
            json!({ "to": "archived" }),
        ),
        step(
            "the withdrawal of a communiqué",
            &format!("{P}/communiques/komunikat-2016-2"),
            json!({ "to": "withdrawn", "effective_on": "2017-02-01" }),
        ),
        patch(
            "another name of who presented",
            institution("pup-strzelce-krajenskie"),
            renamed(client, "pup-strzelce-krajenskie").await,
        ),
        patch(
            "another name of the secretariat",
            institution("wup-zielona-gora"),
            renamed(client, "wup-zielona-gora").await,
        ),
        patch(
            "the end of an institution",
            institution("mops-zary"),
            json!({ "status": "merged", "successor": "mops-nowa-sol" }),
        ),
        patch(
            "another sector",
            institution("pup-nowa-sol"),
            json!({ "sector_history": [{ "sector": "labour_market_institution" }, { "sector": "business", "valid_from": "2017-01-01" }] }),
        ),
        step(
            "another agreement",
            &agreement,
            json!({ "to": "in_force", "effective_on": "2017-06-01" }),
        ),
        patch("another secretariat", P.to_owned(), moved),
        step(
            "approved minutes",
            &format!("{P}/meetings/rada-2016-1"),
            json!({ "to": "minutes_approved" }),
        ),
        step("a broken link", &posting, json!({ "to": "broken" })),
        (
            "what is carried out later",
            "POST",
            format!("{P}/implementations"),
            json!({
                "recommendation": "rek-2016-2", "kind": "forum", "owner": "wup-zielona-gora", "completed_on": "2017-04-05", "position": 2,
                "report_text": "Odbyło się kolejne forum."
            }),
        ),
        (
            "a later meeting",
            "POST",
            format!("{P}/meetings"),
            json!({ "title": "Spotkanie", "kind": "council", "held_on": "2017-03-01" }),
        ),
    ]
}

on_both! {
    async fn what_happens_later_leaves_the_report_of_a_year_as_it_is(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let anonymous = app.anonymous();
        let before = told(&anonymous).await;
        for (name, method, url, body) in later_events(&admin).await {
            let request = admin.request(method, &url).json(&body);
            let request = match method {
                "POST" if !url.ends_with("/transitions") => request,
                _ => request.header("If-Match", "*"),
            };
            let answer = admin.send(request).await;
            assert!([200, 201].contains(&answer.status), "{name}: {}", answer.text);
            let after = told(&anonymous).await;
            for (part, told) in after.as_object().unwrap() {
                assert!(told == &before[part], "{name}: {part} is {told}");
            }
        }
    }
}

on_both! {
    async fn a_correction_of_the_year_changes_its_report(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let figure = async |key: &str| told(&admin).await["figures"][key]["value"].clone();
        assert_eq!(figure("signatories").await, 69);
        let suspended = signature(&admin, "pup-zary").await;
        let spans = json!({ "suspensions": [
            { "starts_on": "2012-03-01", "ends_on": "2012-09-01" },
            { "starts_on": "2016-12-01", "reason": "Zaległa składka" }
        ] });
        let shown = admin.patch(&suspended, "*", spans).await.ok(200);
        assert_eq!((&shown["status"], &shown["suspensions"][1]["reason"]), (&json!("suspended"), &json!("Zaległa składka")));
        assert_eq!(figure("signatories").await, 68);
        // Why is not for everybody, and a day on which it was not suspended is not concerned.
        let public = app.anonymous().get(&suspended).await.ok(200);
        assert_eq!(public["suspensions"][1], json!({ "starts_on": "2016-12-01", "ends_on": null }));
        let total = async |day: &str| admin.get(&format!("{P}/signatories?total=true&limit=1&as_of={day}")).await.ok(200)["total"].clone();
        assert_eq!((total("2016-11-30").await, total("2016-12-01").await), (json!(69), json!(68)));
        // Posted while it was suspended, on the site of no signatory.
        let posted = |report: &Value| report["figures"]["communique_publications"]["value"].as_u64().unwrap();
        let until = posted(&told(&admin).await);
        admin.patch(&suspended, "*", json!({ "suspensions": [{ "starts_on": "2016-01-01" }] })).await.ok(200);
        assert_eq!(posted(&told(&admin).await), until - 3);
        let practice = format!("{P}/good-practices/dobra-praktyka-1");
        admin.patch(&practice, "*", json!({ "presented_at": [] })).await.ok(200);
        assert_eq!(figure("good_practice_presenters").await, 5);
    }
}

on_both! {
    async fn what_counts_and_is_no_longer_public_is_counted_and_not_named(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let withdrawn = json!({ "to": "withdrawn", "effective_on": "2017-02-01" });
        admin.step(&format!("{P}/communiques/komunikat-2016-2"), withdrawn).await.ok(200);
        admin.step(&format!("{P}/good-practices/dobra-praktyka-1"), json!({ "to": "archived" })).await.ok(200);
        let anonymous = app.anonymous();
        let report = anonymous.get(&format!("{P}/reports/activity?year=2016&include=records")).await;
        let figures = report.ok(200)["figures"].clone();
        for (figure, value, named) in [("communiques_published", 4, 3), ("communique_publications", 276, 207), ("good_practice_presenters", 6, 5)] {
            let figure = &figures[figure];
            let records = figure["records"].as_array().unwrap();
            let known = records.iter().filter(|record| !record["key"].is_null());
            assert_eq!((&figure["value"], known.count()), (&json!(value), named), "{figure}");
        }
        let coverage = anonymous.get(&format!("{P}/coverage?from=2016-01-01&to=2016-12-31&institution=pup-zary")).await;
        let row = coverage.ok(200)["items"][0].clone();
        assert_eq!((&row["posted"], &row["complete"], row["postings"].as_array().unwrap().len()), (&json!(4), &json!(true), 3));
        for hidden in ["komunikat-2016-2", "dobra-praktyka-1\""] {
            assert!(!report.text.contains(hidden) && !coverage.text.contains(hidden), "{hidden}");
        }
    }
}
