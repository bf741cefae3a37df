//! Representations: who acts on behalf of which institution.

use domain::access::Role;
use serde_json::{Value, json};

use crate::meeting::{lubuskie, total};
use crate::support::{Client, TestApp, id, on_both};

const P: &str = "/api/v1/partnerships/partnerstwo-lubuskie";
const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/representations";

async fn person(client: &Client, name: &str) -> Value {
    client
        .post(&format!("{P}/people"), json!({ "name": name }))
        .await
        .ok(201)
}

on_both! {
    async fn recorded_ended_and_deleted(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let person = person(&secretariat, "Zofia Żurawska").await["id"].clone();
        let of = |institution: &str| json!({ "person": person, "on_behalf_of": institution, "capacity": "deputy",
            "body": "rada-programowa", "starts_on": "2016-01-01", "document": "Pełnomocnictwo nr 3/2016" });
        let made = secretariat.post(URL, of("wup-zielona-gora")).await;
        let record = made.ok(201);
        assert_eq!((&record["person"]["name"], &record["on_behalf_of"]["slug"]), (&json!("Zofia Żurawska"), &json!("wup-zielona-gora")));
        assert_eq!((&record["body"]["slug"], &record["meeting"], &record["ends_on"]), (&json!("rada-programowa"), &Value::Null, &Value::Null));
        // One person may act for several institutions, but for each once in the same thing at a time.
        secretariat.post(URL, of("pcpr-zagan")).await.ok(201);
        let again = secretariat.post(URL, of("wup-zielona-gora")).await;
        again.problem(409, "not-unique");
        assert_eq!(again.errors(), [("/starts_on".to_owned(), "overlap".to_owned())]);
        let mut in_everything = of("wup-zielona-gora");
        in_everything.as_object_mut().unwrap().remove("body");
        secretariat.post(URL, in_everything).await.ok(201);
        let url = made.header("location");
        let ended = secretariat.patch(url, made.header("etag"), json!({ "ends_on": "2016-07-01" })).await;
        assert_eq!(ended.ok(200)["ends_on"], "2016-07-01");
        let mut later = of("wup-zielona-gora");
        later["starts_on"] = json!("2016-07-01");
        secretariat.post(URL, later).await.ok(201);
        for (query, expected) in [
            ("", 4), ("as_of=2016-06-30", 3), ("as_of=2016-07-01", 3), ("as_of=2015-12-31", 0), ("on_behalf_of=pcpr-zagan", 1),
            ("body=rada-programowa", 3), ("capacity=deputy", 4), ("capacity=proxy,observer", 0), ("meeting=rada-2016-4", 0),
        ] {
            assert_eq!(total(&secretariat, &format!("{URL}?total=true&{query}")).await, expected, "{query}");
        }
        let by_person = format!("{URL}?total=true&person={}", person.as_str().unwrap());
        assert_eq!(total(&secretariat, &by_person).await, 4);
        // The person is needed as long as it acts for somebody.
        secretariat.delete(&format!("{P}/people/{}", person.as_str().unwrap()), "*").await.problem(409, "still-referred-to");
        assert_eq!(secretariat.delete(url, "*").await.status, 204);
        secretariat.get(url).await.problem(404, "not-found");
    }
}

on_both! {
    async fn whoever_is_erased_is_in_no_file_and_no_power_of_attorney(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let person = person(&secretariat, "Zofia Żurawska").await["id"].clone();
        let acts = json!({ "person": person, "on_behalf_of": "pup-zary", "capacity": "proxy", "starts_on": "2016-01-01",
            "document": "Pełnomocnictwo dla Zofii Żurawskiej" });
        let acts = secretariat.post(URL, acts).await;
        let there = json!({ "person": person, "institution": "pup-zary" });
        let there = secretariat.post(&format!("{P}/meetings/rada-2016-4/attendance"), there).await;
        let export = secretariat.post(&format!("{P}/exports"), json!({ "kinds": ["attendance"] })).await;
        export.ok(202);
        let erasure = format!("{P}/people/{}/erasure", person.as_str().unwrap());
        assert_eq!(secretariat.send(secretariat.request("POST", &erasure)).await.status, 204);
        secretariat.get(export.header("location")).await.problem(404, "not-found");
        let acts = secretariat.get(acts.header("location")).await.ok(200);
        assert_eq!((&acts["document"], &acts["person"]["name"]), (&Value::Null, &json!("Dane usunięte")));
        let there = secretariat.get(there.header("location")).await.ok(200);
        assert_eq!(there["person"]["name"], "Dane usunięte");
    }
}

on_both! {
    async fn values_are_checked(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let person = person(&secretariat, "Zofia Żurawska").await["id"].clone();
        let broken = json!({ "person": person, "on_behalf_of": "pup-zary", "capacity": "guest", "body": "rada-programowa",
            "meeting": "rada-2016-4", "starts_on": "2016-02-01", "ends_on": "2016-01-01" });
        let answer = secretariat.post(URL, broken).await;
        answer.problem(422, "invalid-values");
        let mut errors = answer.errors();
        errors.sort();
        let at = |place: &str, rule: &str| (place.to_owned(), rule.to_owned());
        assert_eq!(errors, [at("/capacity", "unknown_code"), at("/ends_on", "order"), at("/meeting", "conflict")]);
        let unknown = json!({ "person": "0198c0de-0000-7000-8000-000000000071", "on_behalf_of": "pup-zary", "capacity": "proxy",
            "starts_on": "2016-02-01" });
        let answer = secretariat.post(URL, unknown).await;
        answer.problem(409, "dangling-reference");
        assert_eq!(answer.errors(), [at("/person", "dangling_reference")]);
    }
}

on_both! {
    async fn an_institution_says_who_acts_for_it_and_nobody_outside_sees_it(app: TestApp) {
        let (partnership, secretariat) = lubuskie(&app).await;
        let pup = id(&secretariat.get("/api/v1/institutions/pup-zary").await.ok(200));
        let person = person(&secretariat, "Zofia Żurawska").await["id"].clone();
        let representative = app.signed_in_as(Role::InstitutionRep, Some(partnership), Some(pup)).await;
        let of = |institution: &str| json!({ "person": person, "on_behalf_of": institution, "capacity": "proxy", "starts_on": "2016-01-01" });
        let made = representative.post(URL, of("pup-zary")).await;
        made.ok(201);
        representative.post(URL, of("pcpr-zagan")).await.problem(403, "forbidden");
        // Nor is it given away to another one.
        let away = representative.patch(made.header("location"), "*", json!({ "on_behalf_of": "pcpr-zagan" })).await;
        away.problem(403, "forbidden");
        app.anonymous().get(URL).await.problem(401, "unauthenticated");
        let rops = app.signed_in_as(Role::Rops, Some(partnership), None).await;
        rops.get(URL).await.problem(403, "forbidden");
        // Systems do not find it among all changes either.
        let changes = rops.get(&format!("{P}/changes?kind=representation")).await.ok(200);
        assert_eq!(changes["items"], json!([]));
    }
}
