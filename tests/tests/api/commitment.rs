//! Commitments: what is to be done so many times a year, and how that stands.

use domain::access::Role;
use serde_json::{Value, json};

use crate::recommendation::{counted, listed, secretariat_of_the_reference_year};
use crate::support::{TestApp, on_both};

const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/commitments";
const FULFILMENTS: &str = "/api/v1/partnerships/partnerstwo-lubuskie/fulfilments";

fn promise(slug: &str) -> Value {
    json!({
        "slug": slug, "recommendation": "rek-2016-2", "min_count": 2, "channel": "written", "party_kinds": ["pup"],
        "report_text": "publikowanie ofert", "starts_on": "2016-07-01", "position": 3
    })
}

on_both! {
    async fn the_reference_years_commitments(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        // One that ends on the day it starts was never in force.
        let void = json!({ "starts_on": "2016-06-01", "ends_on": "2016-06-01" });
        let made = secretariat.post(URL, promise("zob-puste")).await;
        secretariat.patch(made.header("location"), "*", void).await.ok(200);
        let anonymous = app.anonymous();
        let total = async |query: &str| anonymous.get(&format!("{URL}?total=true&limit=1&{query}")).await.ok(200)["total"].clone();
        for (query, expected) in [
            ("", 3), ("recommendation=rek-2016-2", 3), ("recommendation=rek-2016-1", 0), ("channel=cyclic_partner_meeting", 2),
            ("channel=written,any_meeting", 1), ("as_of=2016-05-17", 0), ("as_of=2016-05-18", 2), ("as_of=2016-06-01", 2),
            ("from=2016-01-01&to=2016-05-17", 0), ("from=2016-01-01&to=2016-05-18", 2), ("from=2016-05-31", 2), ("to=2016-06-30", 2),
            ("from=2016-01-01&to=2016-12-31&fulfilled=true", 2), ("from=2016-01-01&to=2016-12-31&fulfilled=false", 0),
            ("from=2016-06-01&to=2016-06-30&fulfilled=true", 0), ("from=2016-06-01&to=2016-06-30&fulfilled=false", 2),
            ("from=2017-01-01&to=2017-12-31&fulfilled=false", 2),
        ] {
            assert_eq!(total(query).await, expected, "{query}");
        }
        for query in [
            "recommendation=rek-2016-projekt", "channel=pigeon", "fulfilled=true", "fulfilled=true&from=2016-01-01", "year=999",
            "fulfilled=true&from=2016-01-02&to=2016-01-01", "year=x",
        ] {
            anonymous.get(&format!("{URL}?{query}")).await.problem(400, "invalid-parameter");
        }
        for days in ["from=2016-01-01&to=2016-12-31", "from=2016-01-01&to=2016-05-31", "from=2016-07-01&to=2016-09-30", "from=2017-01-01&to=2017-12-31"] {
            for (figure, query) in [("commitments", ""), ("commitments_fulfilled", "&fulfilled=true")] {
                let shown = listed(&anonymous, &format!("{URL}?in_report=true&{days}{query}")).await;
                assert_eq!(shown, counted(&anonymous, days, figure).await, "{days} {figure}");
            }
        }
        let page = anonymous.get(&format!("{URL}?sort=-starts_on&limit=1")).await.ok(200);
        assert_eq!(page["items"][0]["slug"], "zob-puste");
    }
}

on_both! {
    async fn how_a_commitment_stands_in_a_year(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let anonymous = app.anonymous();
        let url = format!("{URL}/zob-informacje");
        for (year, due, expected, done, status) in [
            (2015, 0, 0, 0, "met"), (2016, 2, 2, 3, "met"), (2017, 3, 3, 0, "missed"), (2999, 3, 0, 0, "on_track"),
        ] {
            let period = anonymous.get(&format!("{url}?year={year}")).await.ok(200)["period"].clone();
            let stands = (&period["due"], &period["expected"], &period["done"], &period["status"]);
            assert_eq!(stands, (&json!(due), &json!(expected), &json!(done), &json!(status)), "{year}");
            assert_eq!((&period["year"], &period["last_day"]), (&json!(year), &json!(format!("{year}-12-31"))));
            let page = anonymous.get(&format!("{URL}?year={year}&limit=1")).await.ok(200);
            assert_eq!(page["items"][0]["period"], period, "{year}");
        }
        let this_year = chrono::Datelike::year(&app.state.clock.today());
        assert_eq!(anonymous.get(&url).await.ok(200)["period"]["year"], this_year);
        anonymous.get(&format!("{url}?year=999")).await.problem(400, "invalid-parameter");
        anonymous.get(&format!("{url}?from=2016-01-01")).await.problem(400, "unknown-parameter");

        // What is counted are the fulfilments, and a new one makes another representation of the same version.
        let year = format!("{url}?year=2016");
        let before = anonymous.get(&year).await;
        let mut ids: Vec<String> = serde_json::from_value(before.ok(200)["period"]["counted"].clone()).unwrap();
        ids.sort();
        assert_eq!(ids, listed(&anonymous, &format!("{FULFILMENTS}?commitment=zob-informacje")).await);
        let again = || anonymous.request("GET", &year).header("If-None-Match", before.header("etag"));
        assert_eq!(anonymous.send(again()).await.status, 304);
        secretariat.post(FULFILMENTS, json!({ "commitment": "zob-informacje", "fulfilled_on": "2016-11-11" })).await.ok(201);
        let after = anonymous.send(again()).await;
        assert_eq!((&after.ok(200)["period"]["done"], &after.ok(200)["version"]), (&json!(4), &json!(1)));
        secretariat.patch(&url, after.header("etag"), json!({ "position": 5 })).await.ok(200);
    }
}

on_both! {
    async fn recorded_ended_and_deleted(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let other = app.partnership("Partnerstwo Drugie").await;
        let elsewhere = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        let made = secretariat.post(URL, promise("zob-oferty")).await;
        let record = made.ok(201);
        let url = made.header("location");
        assert_eq!((&record["recommendation"]["slug"], &record["ends_on"]), (&json!("rek-2016-2"), &Value::Null));
        assert_eq!(app.anonymous().get(url).await.ok(200), record);
        secretariat.post(URL, promise("zob-oferty")).await.problem(409, "not-unique");
        elsewhere.post(URL, promise("zob-inne")).await.problem(403, "forbidden");
        elsewhere.patch(url, "*", json!({ "min_count": 1 })).await.problem(403, "forbidden");
        secretariat.patch(url, "\"2\"", json!({ "min_count": 1 })).await.problem(412, "stale");
        let fulfilled = json!({ "commitment": "zob-oferty", "fulfilled_on": "2017-06-01" });
        let fulfilled = secretariat.post(FULFILMENTS, fulfilled).await.header("location").to_owned();
        // What fulfilled it stays within its time.
        for (change, at) in [(json!({ "starts_on": "2018-01-01" }), "/starts_on"), (json!({ "ends_on": "2017-06-01" }), "/ends_on")] {
            let answer = secretariat.patch(url, "*", change).await;
            answer.problem(422, "invalid-values");
            assert_eq!(answer.errors(), [(at.to_owned(), "conflict".to_owned())]);
        }
        let change = json!({ "ends_on": "2017-06-02", "recommendation": null, "channel": null, "party_kinds": null });
        let changed = secretariat.patch(url, made.header("etag"), change).await.ok(200);
        assert_eq!((&changed["recommendation"], &changed["channel"], &changed["party_kinds"]), (&Value::Null, &json!("any_meeting"), &json!([])));
        secretariat.delete(url, "*").await.problem(409, "still-referred-to");
        assert_eq!(secretariat.delete(&fulfilled, "*").await.status, 204);
        assert_eq!(secretariat.delete(url, "*").await.status, 204);
        app.anonymous().get(url).await.problem(404, "not-found");
    }
}

on_both! {
    async fn rules_of_commitments(app: TestApp) {
        let secretariat = secretariat_of_the_reference_year(&app).await;
        let broken = json!({
            "min_count": 0, "channel": "pigeon", "party_kinds": ["shop", "pup"], "report_text": "", "starts_on": "2016-05-18",
            "ends_on": "2016-05-17", "position": 0
        });
        let answer = secretariat.post(URL, broken).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        let expected = [
            ("/channel", "unknown_code"), ("/ends_on", "order"), ("/min_count", "range"), ("/party_kinds/0", "unknown_code"),
            ("/position", "range"), ("/report_text", "length"),
        ];
        assert_eq!(found, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
        let mut body = promise("zob-nowe");
        body["recommendation"] = json!("rek-2016-projekt");
        let undecided = secretariat.post(URL, body.clone()).await;
        undecided.problem(422, "invalid-values");
        assert_eq!(undecided.errors(), [("/recommendation".to_owned(), "conflict".to_owned())]);
        body["recommendation"] = json!("nikt");
        secretariat.post(URL, body).await.problem(409, "dangling-reference");
    }
}
