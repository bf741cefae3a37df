//! Slugs and numbers that the program makes: always free ones, however many are made at once.

use std::collections::BTreeSet;

use persistence::Origin;
use serde_json::{Value, json};

use crate::import::reference_year;
use crate::recommendation::secretariat_of_the_reference_year;
use crate::support::{Client, TestApp, on_both};
use crate::walker;

const AT_ONCE: usize = 20;
const P: &str = "/api/v1/partnerships/partnerstwo-lubuskie";

/// Every path below which something with a slug is recorded, and a body without one. A term has a body of its own.
fn bodies() -> Vec<(&'static str, Value)> {
    vec![
        (
            "/api/v1/institutions",
            json!({ "name": "Fundacja „Razem”", "kind": "foundation" }),
        ),
        (
            "/api/v1/partnerships",
            json!({ "name": "Partnerstwo „Razem”", "founded_on": "2016-01-01" }),
        ),
        (
            "/bodies",
            json!({ "name": "Grupa robocza", "kind": "working_group" }),
        ),
        (
            "/bodies/{body}/terms",
            json!({ "starts_on": "2031-01-01", "ends_on": "2033-12-31" }),
        ),
        (
            "/meetings",
            json!({ "title": "Warsztaty", "kind": "information", "held_on": "2016-03-01" }),
        ),
        (
            "/meetings/{meeting}/agenda-items",
            json!({ "title": "Sprawy różne", "position": 9 }),
        ),
        ("/outputs", json!({ "report_phrase": "opracowano plan" })),
        (
            "/good-practices",
            json!({ "title": "Mieszkania treningowe", "owner": "wup-zielona-gora" }),
        ),
        ("/recommendations", json!({ "title": "Szkolenia" })),
        (
            "/implementations",
            json!({ "recommendation": "rek-2016-1", "position": 9 }),
        ),
        (
            "/commitments",
            json!({ "report_text": "organizowanie spotkań", "starts_on": "2016-06-01", "min_count": 1, "position": 9 }),
        ),
        (
            "/effects",
            json!({ "report_text": "Powstały miejsca pracy.", "period_from": "2016-01-01", "period_to": "2016-12-31", "position": 9 }),
        ),
        ("/communiques", json!({ "title": "Komunikat" })),
        (
            "/reports",
            json!({ "from": "2016-01-01", "to": "2016-12-31" }),
        ),
    ]
}

/// Sends the same body to each of the paths at once; the slugs that were given.
async fn at_once(client: &Client, paths: &[String], body: &Value) -> Vec<String> {
    let sent = paths.iter().map(|path| {
        let (client, path, body) = (client.clone(), path.clone(), body.clone());
        tokio::spawn(async move { client.post(&path, body).await })
    });
    let mut slugs = Vec::new();
    for one in sent.collect::<Vec<_>>() {
        let answer = one.await.unwrap();
        assert_eq!(answer.status, 201, "{}: {}", paths[0], answer.text);
        slugs.push(answer.json()["slug"].as_str().unwrap().to_owned());
    }
    slugs
}

on_both! {
    async fn many_of_one_name_are_recorded_at_once(app: TestApp) {
        secretariat_of_the_reference_year(&app).await;
        let admin = app.admin().await;
        let mut groups = Vec::new();
        for (path, body) in bodies() {
            let path = match path.starts_with("/api/") {
                true => path.to_owned(),
                false => format!("{P}{path}").replace("{meeting}", "rada-2016-1"),
            };
            let paths: Vec<String> = match path.contains("{body}") {
                true => groups.iter().map(|group: &String| path.replace("{body}", group)).collect(),
                false => vec![path.clone(); AT_ONCE],
            };
            let slugs = at_once(&admin, &paths, &body).await;
            let first = slugs.iter().min_by_key(|slug| slug.len()).unwrap();
            let numbered = (2..=AT_ONCE).map(|number| format!("{first}-{number}"));
            let expected: BTreeSet<String> = numbered.chain([first.clone()]).collect();
            assert_eq!(slugs.iter().cloned().collect::<BTreeSet<_>>(), expected, "{path}");
            if path.ends_with("/bodies") {
                groups = slugs;
            }
        }
    }
}

#[test]
fn every_kind_with_a_slug_is_tried() {
    let tried: BTreeSet<String> = bodies()
        .iter()
        .map(|(path, _)| match path.starts_with("/api/") {
            true => (*path).to_owned(),
            false => format!("/api/v1/partnerships/{{partnership}}{path}"),
        })
        .collect();
    assert_eq!(tried, walker::creations_with("slug"));
}

on_both! {
    async fn a_slug_is_made_anew_where_it_is_taken_away(app: TestApp) {
        let admin = app.admin().await;
        for path in ["/api/v1/institutions", "/api/v1/partnerships"] {
            let body = |slug: Option<&str>| json!({ "name": "Razem", "kind": "foundation", "founded_on": "2016-01-01", "slug": slug });
            let body = |slug| {
                let mut body = body(slug);
                let other = if path.ends_with("institutions") { "founded_on" } else { "kind" };
                body.as_object_mut().unwrap().remove(other);
                body
            };
            admin.post(path, body(None)).await.ok(201);
            let named = admin.post(path, body(Some("inna"))).await;
            let url = named.header("location").to_owned();
            // What was sent is not exchanged for something else.
            let taken = admin.post(path, body(Some("inna"))).await;
            taken.problem(409, "not-unique");
            assert_eq!(taken.errors(), [("/slug".to_owned(), "duplicate".to_owned())]);
            admin.patch(&url, "*", json!({ "slug": "razem" })).await.problem(409, "not-unique");
            for _ in 0..2 {
                let made = admin.patch(&url, "*", json!({ "slug": null })).await.ok(200);
                assert_eq!((&made["slug"], &made["version"]), (&json!("razem-2"), &json!(2)), "{path}");
            }
        }
        let partnership = app.partnership("Partnerstwo").await;
        let meetings = format!("/api/v1/partnerships/{partnership}/meetings");
        let body = json!({ "title": "Warsztaty", "kind": "information", "held_on": "2016-03-01" });
        admin.post(&meetings, body.clone()).await.ok(201);
        let second = admin.post(&meetings, body).await;
        assert_eq!(second.ok(201)["slug"], "warsztaty-2");
        let renamed = json!({ "title": "Szkolenie", "slug": null });
        let renamed = admin.patch(second.header("location"), "*", renamed).await.ok(200);
        assert_eq!(renamed["slug"], "szkolenie");
    }
}

/// A communiqué that may be released.
async fn reviewed(client: &Client) -> String {
    let body = json!({ "title": "Komunikat", "body": "Rada spotkała się." });
    let url = client.post(&format!("{P}/communiques"), body).await;
    let url = url.header("location").to_owned();
    client
        .step(&url, json!({ "to": "in_review" }))
        .await
        .ok(200);
    url
}

on_both! {
    async fn many_numbers_are_given_at_once(app: TestApp) {
        secretariat_of_the_reference_year(&app).await;
        let admin = app.admin().await;
        let mut released = Vec::new();
        for _ in 0..AT_ONCE {
            let (admin, url) = (admin.clone(), reviewed(&admin).await);
            released.push(async move {
                let release = json!({ "to": "released", "effective_on": "2016-12-30" });
                admin.step(&url, release).await.ok(200)["number"].as_str().unwrap().to_owned()
            });
        }
        let mut numbers = BTreeSet::new();
        for one in released.into_iter().map(tokio::spawn).collect::<Vec<_>>() {
            numbers.insert(one.await.unwrap());
        }
        // The file has four.
        let expected = (5..).take(AT_ONCE).map(|number| format!("{number}/2016"));
        assert_eq!(numbers, expected.collect());
    }
}

on_both! {
    async fn a_number_that_a_file_brings_meanwhile_is_not_given(app: TestApp) {
        secretariat_of_the_reference_year(&app).await;
        let admin = app.admin().await;
        let url = reviewed(&admin).await;
        let mut file = reference_year();
        let mut fifth = file["communiques"][0].clone();
        fifth["slug"] = json!("komunikat-2016-5");
        fifth["number"] = json!("5/2016");
        file["communiques"].as_array_mut().unwrap().push(fifth);
        let file = std::io::Cursor::new(file.to_string());
        let mut dataset = domain::import::read(file, app.state.clock.today(), usize::MAX).unwrap();
        let tx = app.db.begin(Origin::default(), app.now()).await.unwrap();
        api::import::apply(&tx, &mut dataset, domain::language::Language::Pl).await.unwrap();
        let release = tokio::spawn(async move {
            admin.step(&url, json!({ "to": "released", "effective_on": "2016-12-30" })).await
        });
        // It arrives while the file is being stored.
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        tx.commit().await.unwrap();
        assert_eq!(release.await.unwrap().ok(200)["number"], "6/2016");
    }
}
