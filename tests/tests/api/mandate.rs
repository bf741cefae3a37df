//! Mandates: which institution holds a seat, on any day.

use domain::access::Role;
use serde_json::{Value, json};

use crate::import::reference_year;
use crate::support::{Client, TestApp, on_both};

const LUBUSKIE: &str = "/api/v1/partnerships/partnerstwo-lubuskie";

on_both! {
    async fn the_reference_years_mandates_on_any_day(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let url = format!("{LUBUSKIE}/mandates");
        let anonymous = app.anonymous();
        let total = async |query: &str| {
            anonymous.get(&format!("{url}?total=true&limit=1&{query}")).await.ok(200)["total"].clone()
        };
        for (query, expected) in [
            ("", 11), ("as_of=2014-11-20", 0), ("as_of=2014-11-21", 11), ("as_of=2016-12-31", 11),
            // A mandate without an end ends with its term.
            ("as_of=2017-11-20", 11), ("as_of=2017-11-21", 0),
            ("body=rada-programowa", 11), ("body=rkres-lubuskie", 0), ("term=rada-2014-2017", 11),
            ("role=chair,vice_chair", 2), ("institution=wup-zielona-gora", 1),
            ("institution=wup-zielona-gora&role=secretary&as_of=2016-12-31", 1),
        ] {
            assert_eq!(total(query).await, expected, "{query}");
        }
        for query in ["role=king", "body=nie-ma", "term=nie-ma", "institution=nikt"] {
            anonymous.get(&format!("{url}?{query}")).await.problem(400, "invalid-parameter");
        }
        let chair = anonymous.get(&format!("{url}?role=chair")).await.ok(200)["items"][0].clone();
        assert_eq!(
            (&chair["institution"]["slug"], &chair["body"]["slug"], &chair["term"]["slug"], &chair["active"]),
            (&json!("pup-strzelce-krajenskie"), &json!("rada-programowa"), &json!("rada-2014-2017"), &json!(false))
        );
        // What was imported keeps the rules: a change of it is taken.
        let at = format!("{url}/{}", chair["id"].as_str().unwrap());
        let ended = json!({ "ends_on": "2016-06-01", "end_reason": "rezygnacja" });
        admin.patch(&at, "*", ended).await.ok(200);
        for (query, expected) in [("as_of=2016-05-31", 11), ("as_of=2016-06-01", 10)] {
            assert_eq!(total(query).await, expected, "{query}");
        }
        // Until the day after it, the term cannot end before the mandate does.
        let term = format!("{LUBUSKIE}/bodies/rada-programowa/terms/rada-2014-2017");
        admin.patch(&term, "*", json!({ "ends_on": "2016-05-30" })).await.problem(422, "invalid-values");
        admin.patch(&term, "*", json!({ "ends_on": "2016-05-31" })).await.ok(200);
    }
}

/// A partnership with a council in office for years to come, and an institution that signed on the first of 2016.
async fn council(app: &TestApp) -> (Client, String) {
    let partnership = app.partnership("Partnerstwo").await;
    let client = app
        .signed_in_as(Role::Secretariat, Some(partnership), None)
        .await;
    let url = format!("/api/v1/partnerships/{partnership}");
    for (name, kind) in [("Rada", "council"), ("Komitet", "external")] {
        client
            .post(
                &format!("{url}/bodies"),
                json!({ "name": name, "kind": kind }),
            )
            .await
            .ok(201);
        let term = json!({ "starts_on": "2015-01-01", "ends_on": "2100-12-31", "slug": format!("kadencja-{kind}") });
        client
            .post(&format!("{url}/bodies/{}/terms", name.to_lowercase()), term)
            .await
            .ok(201);
    }
    app.institution("PUP w Żarach").await;
    app.institution("CIS").await;
    let signed = json!({ "institution": "pup-w-zarach", "signed_on": "2016-01-01", "signing_form": "agreement" });
    client
        .post(&format!("{url}/signatories"), signed)
        .await
        .ok(201);
    (client, format!("{url}/mandates"))
}

fn mandate(term: &str, institution: &str, from: &str, until: Option<&str>) -> Value {
    json!({ "term": term, "institution": institution, "starts_on": from, "ends_on": until })
}

on_both! {
    async fn recorded_ended_and_taken_up_again(app: TestApp) {
        let (client, url) = council(&app).await;
        let of = |from: &str, until| mandate("kadencja-council", "pup-w-zarach", from, until);
        let made = client.post(&url, of("2016-01-01", None)).await;
        let record = made.ok(201);
        assert_eq!((&record["role"], &record["active"]), (&json!("member"), &json!(true)));
        let at = made.header("location");
        assert_eq!(app.anonymous().get(at).await.ok(200), record);
        let twice = client.post(&url, of("2016-05-01", None)).await;
        twice.problem(409, "not-unique");
        assert_eq!(twice.errors(), [("/starts_on".to_owned(), "overlap".to_owned())]);
        // A seat in another body is another matter.
        client.post(&url, mandate("kadencja-external", "pup-w-zarach", "2016-05-01", None)).await.ok(201);

        let end = json!({ "ends_on": "2016-06-01", "end_reason": "rezygnacja", "role": "chair" });
        let ended = client.patch(at, "\"1-internal\"", end).await.ok(200);
        assert_eq!((&ended["active"], &ended["role"]), (&json!(false), &json!("chair")));
        client.post(&url, of("2016-05-31", Some("2016-07-01"))).await.problem(409, "not-unique");
        let again = client.post(&url, of("2016-06-01", Some("2016-07-01"))).await.ok(201);
        let back = json!({ "ends_on": null, "end_reason": null });
        client.patch(at, "*", back.clone()).await.problem(409, "not-unique");
        assert_eq!(client.delete(&format!("{url}/{}", again["id"].as_str().unwrap()), "*").await.status, 204);
        let back = client.patch(at, "*", back).await.ok(200);
        assert_eq!((&back["ends_on"], &back["end_reason"], &back["active"]), (&json!(null), &json!(null), &json!(true)));
        client.delete(at, "\"1-internal\"").await.problem(412, "stale");
        client.send(client.request("DELETE", at)).await.problem(428, "precondition-required");
        assert_eq!(client.delete(at, "*").await.status, 204);
        client.get(at).await.problem(404, "not-found");
    }
}

on_both! {
    async fn a_body_has_one_chair_at_a_time(app: TestApp) {
        let (client, url) = council(&app).await;
        let bodies = url.replace("mandates", "bodies");
        let next = json!({ "starts_on": "2101-01-01", "ends_on": "2104-12-31", "slug": "nastepna" });
        client.post(&format!("{bodies}/komitet/terms"), next).await.ok(201);
        let seat = |term: &str, institution: &str, role: &str, from: &str, until: Option<&str>| {
            let mut seat = mandate(term, institution, from, until);
            seat["role"] = json!(role);
            seat
        };
        let chair = |institution, from, until| seat("kadencja-external", institution, "chair", from, until);
        let refused = |answer: crate::support::Answer| {
            answer.problem(409, "not-unique");
            assert_eq!(answer.errors(), [("/role".to_owned(), "overlap".to_owned())]);
        };
        let first = client.post(&url, chair("cis", "2015-01-01", Some("2016-06-01"))).await.ok(201);
        let first = format!("{url}/{}", first["id"].as_str().unwrap());
        refused(client.post(&url, chair("pup-w-zarach", "2016-05-31", None)).await);
        // From the day the other is it no more; other posts may be held by several.
        let second = client.post(&url, chair("pup-w-zarach", "2016-06-01", None)).await.ok(201);
        let second = format!("{url}/{}", second["id"].as_str().unwrap());
        refused(client.patch(&first, "*", json!({ "ends_on": "2016-06-02" })).await);
        refused(client.patch(&first, "*", json!({ "ends_on": null })).await);
        for role in ["vice_chair", "secretary"] {
            for one in [&first, &second] {
                client.patch(one, "*", json!({ "role": role, "ends_on": null })).await.ok(200);
            }
        }
        // Another body, and another term of the same, have chairs of their own: one without an end ends with its term.
        client.patch(&second, "*", json!({ "role": "chair" })).await.ok(200);
        client.post(&url, seat("nastepna", "cis", "chair", "2101-01-01", None)).await.ok(201);
        client.post(&url, seat("kadencja-council", "pup-w-zarach", "chair", "2016-06-01", None)).await.ok(201);
        refused(client.patch(&first, "*", json!({ "role": "chair" })).await);
        assert_eq!(client.delete(&second, "*").await.status, 204);
        client.patch(&first, "*", json!({ "role": "chair" })).await.ok(200);
    }
}

on_both! {
    async fn of_many_chairs_at_once_one_is_recorded(app: TestApp) {
        let (client, url) = council(&app).await;
        let mut tries = Vec::new();
        for number in 0..6 {
            app.institution(&format!("Urząd {number}")).await;
            let mut chair = mandate("kadencja-external", &format!("urzad-{number}"), "2016-01-01", None);
            chair["role"] = json!("chair");
            tries.push((client.clone(), url.clone(), chair));
        }
        let tries = tries.into_iter().map(|(client, url, chair)| tokio::spawn(async move { client.post(&url, chair).await.status }));
        let mut statuses = Vec::new();
        for one in tries.collect::<Vec<_>>() {
            statuses.push(one.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![201], vec![409; 5]].concat());
    }
}

on_both! {
    async fn an_import_brings_no_second_chair(app: TestApp) {
        let admin = app.admin().await;
        let mut file = reference_year();
        file["council_seats"][1]["role"] = json!("chair");
        let answer = admin.post("/api/v1/imports", file).await;
        answer.problem(422, "invalid-values");
        assert_eq!(answer.errors(), [("/council_seats/1/role".to_owned(), "overlap".to_owned())]);
        // Nor beside one that was recorded here.
        let mut file = reference_year();
        file["council_seats"][0]["role"] = json!("member");
        admin.post("/api/v1/imports", file).await.ok(200);
        let url = format!("{LUBUSKIE}/mandates");
        let page = admin.get(&format!("{url}?role=member&limit=1&sort=-created_at")).await.ok(200);
        let at = format!("{url}/{}", page["items"][0]["id"].as_str().unwrap());
        admin.patch(&at, "*", json!({ "role": "chair" })).await.ok(200);
        let mut file = reference_year();
        file["council_seats"].as_array_mut().unwrap().truncate(1);
        let answer = admin.post("/api/v1/imports", file).await;
        answer.problem(409, "not-unique");
        assert_eq!(answer.errors(), [("/council_seats/0/role".to_owned(), "overlap".to_owned())]);
    }
}

on_both! {
    async fn rules(app: TestApp) {
        let (client, url) = council(&app).await;
        let errors = async |body: Value| {
            let answer = client.post(&url, body).await;
            answer.problem(422, "invalid-values");
            let mut errors = answer.errors();
            errors.sort();
            errors
        };
        let fault = |at: &str, code: &str| (at.to_owned(), code.to_owned());
        let mut all = mandate("kadencja-council", "cis", "2014-12-31", Some("2101-01-02"));
        all["role"] = json!("king");
        assert_eq!(errors(all).await, [
            fault("/ends_on", "range"), fault("/institution", "conflict"), fault("/role", "unknown_code"),
            fault("/starts_on", "range"),
        ]);
        // Signed a day later; in an external committee anybody may sit.
        let early = mandate("kadencja-council", "pup-w-zarach", "2015-12-31", Some("2101-01-01"));
        assert_eq!(errors(early).await, [fault("/institution", "conflict")]);
        client.post(&url, mandate("kadencja-external", "cis", "2015-01-01", Some("2101-01-01"))).await.ok(201);
        let mut endless = mandate("kadencja-external", "pup-w-zarach", "2015-01-01", None);
        endless["end_reason"] = json!("rezygnacja");
        assert_eq!(errors(endless).await, [fault("/ends_on", "required")]);
        for (term, institution, at) in [("nie-ma", "cis", "/term"), ("kadencja-external", "nikt", "/institution")] {
            let answer = client.post(&url, mandate(term, institution, "2016-01-01", None)).await;
            answer.problem(409, "dangling-reference");
            assert_eq!(answer.errors(), [fault(at, "dangling_reference")]);
        }
    }
}

on_both! {
    async fn who_may(app: TestApp) {
        let (client, url) = council(&app).await;
        let other = app.partnership("Inne Partnerstwo").await;
        let stranger = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        let body = mandate("kadencja-external", "cis", "2016-01-01", None);
        app.anonymous().post(&url, body.clone()).await.problem(401, "unauthenticated");
        stranger.post(&url, body.clone()).await.problem(403, "forbidden");
        // A term of one partnership is none in another.
        let elsewhere = format!("/api/v1/partnerships/{other}/mandates");
        stranger.post(&elsewhere, body.clone()).await.problem(409, "dangling-reference");
        let made = client.post(&url, body).await.ok(201);
        let id = made["id"].as_str().unwrap();
        stranger.get(&format!("{url}/{id}")).await.ok(200);
        stranger.delete(&format!("{url}/{id}"), "*").await.problem(403, "forbidden");
        app.admin().await.get(&format!("{elsewhere}/{id}")).await.problem(404, "not-found");
    }
}

on_both! {
    async fn why_it_ended_is_internal(app: TestApp) {
        let (_, secretariat) = crate::meeting::lubuskie(&app).await;
        let url = "/api/v1/partnerships/partnerstwo-lubuskie/mandates";
        let first = secretariat.get(&format!("{url}?limit=1")).await.ok(200)["items"][0].clone();
        let at = format!("{url}/{}", first["id"].as_str().unwrap());
        let ended = json!({ "ends_on": "2016-06-01", "end_reason": "choroba" });
        assert_eq!(secretariat.patch(&at, "*", ended).await.ok(200)["end_reason"], "choroba");
        let shown = app.anonymous().get(&at).await.ok(200);
        assert_eq!((shown["ends_on"].as_str(), shown.get("end_reason")), (Some("2016-06-01"), None));
        // The regional centre's system sees what is internal, and nothing that may speak of a person.
        let lubuskie = secretariat.get("/api/v1/partnerships/partnerstwo-lubuskie").await.ok(200);
        let lubuskie = lubuskie["id"].as_str().unwrap().parse().unwrap();
        let rops = app.signed_in_as(Role::Rops, Some(lubuskie), None).await.get(&at).await;
        assert_eq!(rops.ok(200).get("end_reason"), None);
        assert!(rops.header("etag").contains("-internal."), "{}", rops.header("etag"));
    }
}
