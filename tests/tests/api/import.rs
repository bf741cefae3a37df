//! Loading a data file over HTTP.

use domain::access::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

const URL: &str = "/api/v1/imports";

/// The reference year, as a document to break.
pub fn reference_year() -> Value {
    serde_json::from_str(include_str!("../../../domain/data/lubuskie-2016.json")).unwrap()
}

on_both! {
    async fn the_reference_year_goes_in_once(app: TestApp) {
        let admin = app.admin().await;
        let dry = admin.post(&format!("{URL}?dry_run=true"), reference_year()).await.ok(200);
        app.anonymous().get("/api/v1/partnerships/partnerstwo-lubuskie").await.problem(404, "not-found");
        let first = admin.post(URL, reference_year()).await.ok(200);
        assert_eq!(dry, first);
        for (collection, rows) in [
            ("institutions", 72), ("memberships", 71), ("council_terms", 1), ("council_seats", 11), ("meetings", 48),
            ("good_practices", 6), ("recommendations", 4), ("commitments", 2), ("commitment_fulfilments", 6),
            ("communiques", 6), ("communique_publications", 277), ("effects", 3), ("partnership", 1),
        ] {
            assert_eq!(first["counts"][collection], json!({ "created": rows, "updated": 0, "unchanged": 0 }), "{collection}");
        }
        let sequence = persistence::change::sequence(&app.db).await.unwrap();
        let second = admin.post(URL, reference_year()).await.ok(200);
        for (collection, counts) in second["counts"].as_object().unwrap() {
            assert_eq!((&counts["created"], &counts["updated"]), (&json!(0), &json!(0)), "{collection}");
        }
        assert_eq!(persistence::change::sequence(&app.db).await.unwrap(), sequence);
    }
}

on_both! {
    async fn a_year_that_is_over_keeps_what_it_says(app: TestApp) {
        let admin = app.admin().await;
        let warned = |answer: &Value| {
            let warnings = answer["warnings"].as_array().unwrap().iter();
            let told = warnings.map(|warning| [&warning["pointer"], &warning["code"]].map(|part| part.as_str().unwrap().to_owned()));
            told.collect::<Vec<_>>()
        };
        // The file has a recommendation with neither a vote nor an implementation.
        let expected = [["/recommendations/2/vote", "required"], ["/recommendations/2/implementations", "required"]];
        let dry = admin.post(&format!("{URL}?dry_run=true"), reference_year()).await.ok(200);
        assert_eq!((warned(&dry), dry["warnings"][0]["detail"].as_str()), (expected.map(|told| told.map(str::to_owned)).to_vec(), Some("Wartość jest wymagana.")));
        let mut file = reference_year();
        file["recommendations"][0]["vote"]["for"] = json!(0);
        file["recommendations"][1]["number"] = json!("1/2016");
        file["recommendations"][0]["number"] = json!("2/2016");
        let done = admin.post(URL, file.clone()).await.ok(200);
        let mut found = warned(&done);
        found.sort();
        let expected = [
            ["/recommendations/0/adopted_on", "order"], ["/recommendations/0/vote", "conflict"],
            ["/recommendations/2/implementations", "required"], ["/recommendations/2/vote", "required"],
        ];
        assert_eq!(found, expected.map(|told| told.map(str::to_owned)));
        let recommendations = "/api/v1/partnerships/partnerstwo-lubuskie/recommendations";
        for (slug, later) in [("rek-2016-1", true), ("rek-2016-2", false), ("rek-2015-2", true), ("rek-2016-projekt", false)] {
            let record = admin.get(&format!("{recommendations}/{slug}")).await.ok(200);
            assert_eq!((&record["recorded_later"], &record["version"]), (&json!(later), &json!(1)), "{slug}");
        }
        let again = admin.post(URL, file).await.ok(200);
        assert_eq!(again["counts"]["recommendations"], json!({ "created": 0, "updated": 0, "unchanged": 4 }));
    }
}

on_both! {
    async fn every_fault_is_reported_and_nothing_stored(app: TestApp) {
        let admin = app.admin().await;
        let mut file = reference_year();
        file["institutions"][3]["nip"] = json!("9990000015");
        file["meetings"][0]["kind"] = json!("party");
        file["meetings"][1]["host_institution"] = json!("nobody");
        file["recommendations"][0]["vote"]["for"] = json!(99);
        file["surprise"] = json!(1);
        let before = persistence::change::sequence(&app.db).await.unwrap();
        let answer = admin.post(URL, file).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        let found: Vec<(&str, &str)> = found.iter().map(|(at, code)| (at.as_str(), code.as_str())).collect();
        let expected = [
            ("/institutions/3/nip", "checksum"),
            ("/meetings/0/kind", "unknown_code"),
            ("/meetings/1/host_institution", "dangling_reference"),
            ("/surprise", "unknown_field"),
        ];
        for fault in expected {
            assert!(found.contains(&fault), "{fault:?} is not in {found:?}");
        }
        assert!(found.iter().any(|(at, _)| at.starts_with("/recommendations/0/vote")), "{found:?}");
        assert_eq!(persistence::change::sequence(&app.db).await.unwrap(), before);
        let broken = admin.request("POST", URL).header("content-type", "application/json").body("{\n  \"meta\": }");
        let problem = admin.send(broken).await.problem(400, "malformed-request");
        assert!(problem["detail"].as_str().unwrap().contains("wiersz 2"), "{problem}");
    }
}

on_both! {
    async fn an_institution_of_another_regon_is_not_overwritten(app: TestApp) {
        let admin = app.admin().await;
        let own = json!({ "name": "WUP", "slug": "wup-zielona-gora", "kind": "wup", "regon": "123456785" });
        admin.post("/api/v1/institutions", own).await.ok(201);
        let answer = admin.post(URL, reference_year()).await;
        answer.problem(409, "not-unique");
        assert_eq!(answer.errors(), [("/institutions/0/regon".to_owned(), "conflict".to_owned())]);
        app.anonymous().get("/api/v1/partnerships/partnerstwo-lubuskie").await.problem(404, "not-found");
    }
}

on_both! {
    async fn only_administrators_import(app: TestApp) {
        let partnership = app.partnership("Partnerstwo").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        secretariat.post(URL, json!({})).await.problem(403, "forbidden");
    }
}

on_both! {
    async fn of_very_many_faults_the_first_are_listed_and_all_counted(app: TestApp) {
        let admin = app.admin().await;
        let mut file = reference_year();
        file["memberships"] = vec![json!({ "institution": "nobody" }); 700].into();
        let refused = admin.post(URL, file).await;
        let problem = refused.problem(422, "invalid-values");
        assert_eq!((refused.errors().len(), &problem["errors_total"]), (1000, &json!(2800)));
        let mut file = reference_year();
        file["memberships"] = json!([{ "institution": "nobody" }]);
        // All of them are listed: nothing has to be counted.
        assert_eq!(admin.post(URL, file).await.problem(422, "invalid-values")["errors_total"], Value::Null);
    }
}

on_both! {
    async fn a_year_of_thousands_of_records_is_stored_like_a_small_one(app: TestApp) {
        let admin = app.admin().await;
        let mut file = reference_year();
        let meetings = file["meetings"].as_array_mut().unwrap();
        for number in 0..1_200 {
            let mut meeting = meetings[number % 40].clone();
            meeting["slug"] = json!(format!("kolejne-{number}"));
            meeting["external_body"] = json!(format!("Zespół {}", number % 130));
            meetings.push(meeting);
        }
        let first = admin.post(URL, file.clone()).await.ok(200);
        assert_eq!(first["counts"]["meetings"]["created"], 1_248);
        let bodies = admin.get("/api/v1/partnerships/partnerstwo-lubuskie/bodies?total=true&limit=1").await.ok(200);
        assert!(bodies["total"].as_u64().unwrap() > 130, "{bodies}");
        // What waited in a file until the commit is what the trail vouches for.
        assert!(persistence::audit::verify(&app.db, None).await.is_ok());
        let at = persistence::change::sequence(&app.db).await.unwrap();
        file["meetings"][1_247]["title"] = json!("Inny tytuł");
        let second = admin.post(URL, file).await.ok(200);
        assert_eq!(second["counts"]["meetings"], json!({ "created": 0, "updated": 1, "unchanged": 1_247 }));
        assert_eq!(persistence::change::sequence(&app.db).await.unwrap(), at + 1);
    }
}
