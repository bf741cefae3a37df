//! Attendance: who was at a meeting, for those who work in the partnership.

use domain::access::Role;
use serde_json::{Value, json};

use crate::meeting::{lubuskie, total};
use crate::support::{Client, TestApp, on_both};

const MEETING: &str = "/api/v1/partnerships/partnerstwo-lubuskie/meetings/rada-2016-4";
const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/meetings/rada-2016-4/attendance";

on_both! {
    async fn recorded_changed_and_deleted(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let present = async || app.anonymous().get(MEETING).await.ok(200)["institutions_present"].clone();
        assert_eq!(present().await, 7);
        app.institution("Nowa instytucja").await;
        let body = json!({ "institution": "nowa-instytucja", "external_ids": [{ "system": "rops", "id": "7" }] });
        let made = secretariat.post(URL, body.clone()).await;
        let record = made.ok(201);
        assert_eq!((&record["status"], &record["institution"]["name"]), (&json!("present"), &json!("Nowa instytucja")));
        assert_eq!(present().await, 8);
        let url = made.header("location");
        assert_eq!(secretariat.get(url).await.ok(200), record);

        // Each institution once, on whichever database.
        let twice = secretariat.post(URL, body).await;
        twice.problem(409, "not-unique");
        assert_eq!(twice.errors(), [("/institution".to_owned(), "duplicate".to_owned())]);
        let taken = secretariat.patch(url, "*", json!({ "institution": "wup-zielona-gora" })).await;
        taken.problem(409, "not-unique");
        let elsewhere = json!({ "institution": "nowa-instytucja", "status": "remote" });
        secretariat.post(&URL.replace("2016-4", "2016-3"), elsewhere).await.ok(201);

        let changed = secretariat.patch(url, made.header("etag"), json!({ "status": "excused", "external_ids": null })).await;
        assert_eq!((&changed.ok(200)["status"], &changed.ok(200)["external_ids"]), (&json!("excused"), &json!([])));
        assert_eq!(present().await, 7);
        assert_eq!(secretariat.delete(url, "*").await.status, 204);
        secretariat.get(url).await.problem(404, "not-found");
        // Once deleted, the institution may be recorded again.
        secretariat.post(URL, json!({ "institution": "nowa-instytucja" })).await.ok(201);
    }
}

on_both! {
    async fn rules_and_filters(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let answer = secretariat.post(URL, json!({ "institution": "ops-swiebodzin", "status": "asleep" })).await;
        answer.problem(422, "invalid-values");
        assert_eq!(answer.errors(), [("/status".to_owned(), "unknown_code".to_owned())]);
        let answer = secretariat.post(URL, json!({ "institution": "nikt" })).await;
        answer.problem(409, "dangling-reference");
        assert_eq!(answer.errors(), [("/institution".to_owned(), "dangling_reference".to_owned())]);
        secretariat.post(URL, json!({})).await.problem(422, "invalid-values");

        app.institution("Nowa instytucja").await;
        secretariat.post(URL, json!({ "institution": "nowa-instytucja", "status": "unexcused" })).await.ok(201);
        for (query, expected) in [
            ("", 8), ("status=present", 7), ("status=excused,unexcused", 1), ("institution=nowa-instytucja", 1),
            ("institution=nowa-instytucja&status=present", 0), ("sort=-created_at", 8),
        ] {
            assert_eq!(total(&secretariat, &format!("{URL}?total=true&{query}")).await, expected, "{query}");
        }
        for query in ["status=asleep", "institution=nikt"] {
            secretariat.get(&format!("{URL}?{query}")).await.problem(400, "invalid-parameter");
        }
    }
}

on_both! {
    async fn nobody_outside_sees_who_was_there(app: TestApp) {
        let (partnership, secretariat) = lubuskie(&app).await;
        let other = app.partnership("Partnerstwo Sąsiednie").await;
        let one = secretariat.get(&format!("{URL}?limit=1")).await.ok(200)["items"][0]["id"].as_str().unwrap().to_owned();
        let url = format!("{URL}/{one}");
        app.anonymous().get(URL).await.problem(401, "unauthenticated");
        let stranger = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        for url in [URL, &url] {
            stranger.get(url).await.problem(403, "forbidden");
        }
        stranger.patch(&url, "*", json!({})).await.problem(403, "forbidden");
        let auditor = app.signed_in_as(Role::Auditor, Some(partnership), None).await;
        auditor.get(&url).await.ok(200);
        auditor.delete(&url, "*").await.problem(403, "forbidden");
        // One meeting's attendance is not another's.
        secretariat.get(&url.replace("2016-4", "2016-3")).await.problem(404, "not-found");
    }
}

const BATCH: &str =
    "/api/v1/partnerships/partnerstwo-lubuskie/meetings/rada-2016-4/attendance/batch";
const PEOPLE: &str = "/api/v1/partnerships/partnerstwo-lubuskie/people";

/// How many institutions, people and guests were at the meeting, as everybody sees it.
async fn present(app: &TestApp) -> [i64; 3] {
    let meeting = app.anonymous().get(MEETING).await.ok(200);
    ["institutions_present", "people_present", "guests_present"]
        .map(|name| meeting[name].as_i64().unwrap())
}

async fn person(client: &Client, name: &str) -> String {
    let made = client.post(PEOPLE, json!({ "name": name })).await.ok(201);
    made["id"].as_str().unwrap().to_owned()
}

fn outcomes(answer: &Value) -> Vec<&str> {
    let items = answer["items"].as_array().unwrap().iter();
    items
        .map(|item| item["outcome"].as_str().unwrap())
        .collect()
}

on_both! {
    async fn people_institutions_and_guests_are_counted_apart(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        assert_eq!(present(&app).await, [7, 0, 0]);
        for name in ["Nowa instytucja", "Druga instytucja", "Trzecia instytucja"] {
            app.institution(name).await;
        }
        let (chair, deputy) = (person(&secretariat, "Zofia Żurawska").await, person(&secretariat, "Łucja Ćwik").await);
        let items = json!({ "items": [
            { "person": chair, "institution": "nowa-instytucja", "presides": true, "capacity": "member" },
            // Two people of one institution, one of them for another one as well.
            { "person": deputy, "institution": "nowa-instytucja", "on_behalf_of": ["druga-instytucja"], "capacity": "deputy", "status": "late" },
            { "institution": "trzecia-instytucja", "status": "represented" },
            { "group": "Uczniowie liceum ekonomicznego", "head_count": 12, "capacity": "guest" },
            { "group": "Pracownicy sekretariatu", "head_count": 2 },
            { "institution": "pup-zary", "capacity": "guest" },
        ] });
        let answer = secretariat.post(BATCH, items.clone()).await.ok(200);
        assert_eq!(outcomes(&answer), ["created"; 6]);
        assert_eq!(present(&app).await, [10, 4, 12]);
        // The same again changes nothing, and what is added to it does.
        let answer = secretariat.post(BATCH, items).await.ok(200);
        assert_eq!(outcomes(&answer), ["unchanged"; 6]);
        let of_deputy = answer["items"][1].clone();
        let left = json!({ "items": [{ "person": deputy, "status": "excused", "version": of_deputy["version"] }] });
        let answer = secretariat.post(BATCH, left.clone()).await.ok(200);
        assert_eq!((outcomes(&answer), &answer["items"][0]["id"]), (vec!["updated"], &of_deputy["id"]));
        assert_eq!(present(&app).await, [9, 3, 12]);
        secretariat.post(BATCH, left).await.problem(412, "stale");
        let record = secretariat.get(&format!("{URL}/{}", of_deputy["id"].as_str().unwrap())).await.ok(200);
        assert_eq!((&record["person"]["name"], &record["on_behalf_of"][0]["slug"]), (&json!("Łucja Ćwik"), &json!("druga-instytucja")));
        // It is found by every institution for which it counts, and by what they were.
        for (query, expected) in [
            ("institution=nowa-instytucja", 2), ("institution=druga-instytucja", 1), ("capacity=guest", 2), ("capacity=deputy,member", 2),
        ] {
            assert_eq!(total(&secretariat, &format!("{URL}?total=true&{query}")).await, expected, "{query}");
        }
        // Whoever was at a meeting is not deleted.
        secretariat.delete(&format!("{PEOPLE}/{chair}"), "*").await.problem(409, "still-referred-to");
    }
}

on_both! {
    async fn a_list_is_recorded_as_a_whole_or_not_at_all(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        app.institution("Nowa instytucja").await;
        let broken = json!({ "items": [
            { "institution": "nowa-instytucja" },
            { "institution": "nowa-instytucja", "status": "asleep", "head_count": 3 },
            { "group": "Goście" },
            { "institution": "nikt" },
            {},
        ] });
        let answer = secretariat.post(BATCH, broken).await;
        answer.problem(422, "invalid-values");
        let at = |place: &str, rule: &str| (place.to_owned(), rule.to_owned());
        let mut errors = answer.errors();
        errors.sort();
        assert_eq!(errors, [
            at("/items/1/group", "required"),
            at("/items/1/status", "unknown_code"),
            at("/items/2/head_count", "required"),
            at("/items/3/institution", "dangling_reference"),
            at("/items/4/institution", "required"),
        ]);
        assert_eq!(present(&app).await, [7, 0, 0]);
        for (body, status, code) in [
            (json!({ "items": [] }), 422, "invalid-values"),
            (json!({ "items": [{ "institution": "nowa-instytucja", "version": 1 }] }), 412, "stale"),
            (json!({ "items": [{ "institution": "wup-zielona-gora", "version": "x" }] }), 422, "invalid-values"),
            (json!({ "items": [{ "institution": "nowa-instytucja", "sector": "ngo" }] }), 400, "malformed-request"),
            (json!({ "items": vec![json!({ "institution": "nowa-instytucja" }); 501] }), 422, "invalid-values"),
        ] {
            secretariat.post(BATCH, body).await.problem(status, code);
        }
        // Each person and each group once, on whichever database, however it is written.
        let group = |name: &str| json!({ "group": name, "head_count": 12 });
        secretariat.post(URL, group("Uczniowie")).await.ok(201);
        let answer = secretariat.post(BATCH, json!({ "items": [group(" Uczniowie ")] })).await.ok(200);
        assert_eq!(outcomes(&answer), ["unchanged"]);
        let person = json!({ "person": person(&secretariat, "Zofia Żurawska").await });
        secretariat.post(URL, person.clone()).await.ok(201);
        for (body, place) in [(group("Uczniowie"), "/group"), (person, "/person")] {
            let twice = secretariat.post(URL, body).await;
            twice.problem(409, "not-unique");
            assert_eq!(twice.errors(), [(place.to_owned(), "duplicate".to_owned())]);
        }
        // One that names the same twice has changed it twice.
        let twice = json!({ "items": [{ "institution": "nowa-instytucja" }, { "institution": "nowa-instytucja", "status": "remote" }] });
        assert_eq!(outcomes(&secretariat.post(BATCH, twice).await.ok(200)), ["created", "updated"]);
        secretariat.post(&BATCH.replace("rada-2016-4", "nie-ma"), json!({ "items": [{ "institution": "nowa-instytucja" }] })).await.problem(404, "not-found");
    }
}

on_both! {
    async fn systems_see_no_people(app: TestApp) {
        let (partnership, secretariat) = lubuskie(&app).await;
        let person = person(&secretariat, "Zofia Żurawska").await;
        let made = secretariat.post(URL, json!({ "person": person, "institution": "pup-zary" })).await;
        assert_eq!(made.ok(201)["person"]["name"], "Zofia Żurawska");
        let rops = app.signed_in_as(Role::Rops, Some(partnership), None).await;
        let seen = rops.get(made.header("location")).await;
        assert!(seen.ok(200)["person"].is_null() && !seen.text.contains("Zofia"), "{}", seen.text);
        assert_eq!(seen.ok(200)["institution"]["slug"], "pup-zary");
        let table = rops.get(&format!("{URL}.csv")).await;
        assert!(!table.text.contains("Zofia"), "{}", table.text);
        let auditor = app.signed_in_as(Role::Auditor, Some(partnership), None).await;
        assert_eq!(auditor.get(made.header("location")).await.ok(200)["person"]["name"], "Zofia Żurawska");
    }
}
