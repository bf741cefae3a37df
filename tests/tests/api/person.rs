//! People: who sees and who records them, and the accounts they sign in with.

use domain::access::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, id, on_both};

on_both! {
    async fn recorded_found_changed_and_bound_to_an_account(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let institution = app.institution("WUP w Zielonej Górze").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let me = secretariat.get("/api/v1/auth/me").await.ok(200);
        let url = format!("/api/v1/partnerships/{partnership}/people");
        let body = json!({
            "name": "Zofia Żurawska", "function": "Kierowniczka działu", "institution": institution,
            "phone": "68 456 56 10", "account": me["id"],
        });
        let person = secretariat.post(&url, body.clone()).await.ok(201);
        assert_eq!((&person["phone"], &person["account"]["id"]), (&json!("+48684565610"), &me["id"]));
        let at = format!("{url}/{}", id(&person));
        secretariat.post(&url, json!({ "name": "Adam Łaski" })).await.ok(201);
        let names = async |query: &str| -> Vec<Value> {
            let page = secretariat.get(&format!("{url}?{query}")).await.ok(200);
            page["items"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect()
        };
        assert_eq!(names("").await, ["Adam Łaski", "Zofia Żurawska"]);
        assert_eq!(names("q=zurawska").await, ["Zofia Żurawska"]);
        assert_eq!(names(&format!("institution={institution}")).await, ["Zofia Żurawska"]);
        let told = secretariat.get("/api/v1/auth/me").await.ok(200);
        assert_eq!(told["people"], json!([{ "id": id(&person), "partnership": partnership, "name": "Zofia Żurawska" }]));
        // One person an account, in each partnership.
        let twice = secretariat.post(&url, json!({ "name": "Ktoś inny", "account": me["id"] })).await;
        twice.problem(409, "not-unique");
        assert_eq!(twice.errors(), [("/account".to_owned(), "duplicate".to_owned())]);
        let changed = secretariat.patch(&at, "*", json!({ "function": null, "email": "z@wup.example" })).await.ok(200);
        assert_eq!((&changed["function"], &changed["account"]["id"]), (&json!(null), &me["id"]));
        assert_eq!(secretariat.patch(&at, "*", json!({ "account": null })).await.ok(200)["account"], json!(null));
        let faults = secretariat.patch(&at, "*", json!({ "function": "PESEL 44051401359" })).await;
        faults.problem(422, "invalid-values");
        assert!(!faults.text.contains("44051401359"));
        secretariat.delete(&at, "*").await.ok(204);
        assert_eq!(names("").await, ["Adam Łaski"]);
    }
}

on_both! {
    async fn systems_and_strangers_do_not_see_people(app: TestApp) {
        let (here, there) = (app.partnership("Tutejsze").await, app.partnership("Tamtejsze").await);
        let url = format!("/api/v1/partnerships/{here}/people");
        let admin = app.admin().await;
        let at = format!("{url}/{}", id(&admin.post(&url, json!({ "name": "Zofia Żurawska" })).await.ok(201)));
        for role in [Role::CouncilMember, Role::Auditor, Role::Secretariat] {
            app.signed_in_as(role, Some(here), None).await.get(&at).await.ok(200);
            app.signed_in_as(role, Some(there), None).await.get(&at).await.problem(403, "forbidden");
        }
        for role in [Role::Rops, Role::Reporting] {
            app.signed_in_as(role, Some(here), None).await.get(&url).await.problem(403, "forbidden");
        }
        app.anonymous().get(&at).await.problem(401, "unauthenticated");
    }
}

on_both! {
    async fn a_representative_records_colleagues_only(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let (own, other) = (app.institution("PUP w Żarach").await, app.institution("PUP w Żaganiu").await);
        let rep = app.signed_in_as(Role::InstitutionRep, Some(partnership), Some(own)).await;
        let url = format!("/api/v1/partnerships/{partnership}/people");
        let person = |institution| json!({ "name": "Adam Łaski", "institution": institution });
        let at = format!("{url}/{}", id(&rep.post(&url, person(own)).await.ok(201)));
        rep.post(&url, person(other)).await.problem(403, "forbidden");
        rep.post(&url, json!({ "name": "Bez instytucji" })).await.problem(403, "forbidden");
        rep.patch(&at, "*", json!({ "institution": other })).await.problem(403, "forbidden");
        // An account that the representative does not manage cannot be bound.
        let stranger = app.account("obca@test.example", &[]).await;
        let bound = rep.patch(&at, "*", json!({ "account": stranger })).await;
        bound.problem(409, "dangling-reference");
        let me = rep.get("/api/v1/auth/me").await.ok(200);
        // Nor can it be told from one that does not exist, whatever else is wrong.
        for account in [stranger.to_string(), "0198c0de-0000-7000-8000-0000000000ff".to_owned()] {
            let bound = rep.patch(&at, "*", json!({ "account": account, "phone": "1" })).await;
            bound.problem(409, "dangling-reference");
            assert_eq!(bound.errors(), [("/account".to_owned(), "dangling_reference".to_owned())]);
        }
        assert_eq!(rep.patch(&at, "*", json!({ "account": me["id"] })).await.ok(200)["account"]["id"], me["id"]);
    }
}

on_both! {
    async fn who_asks_to_be_forgotten_is(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let p = format!("/api/v1/partnerships/{partnership}");
        let table = "name,email\nZofia Żurawska,z@wup.example\nAdam Łaski,a@wup.example\n";
        let import = secretariat.upload(&format!("{p}/bulk-imports?kind=person"), "text/csv", table).await;
        import.ok(201);
        let import = import.header("location");
        secretariat.step(import, json!({ "to": "applied" })).await.ok(200);
        let found = secretariat.get(&format!("{p}/people?q=zurawska")).await.ok(200)["items"][0].clone();
        let (person, at) = (id(&found), format!("{p}/people/{}", id(&found)));
        secretariat.patch(&at, "*", json!({ "phone": "68 456 56 10" })).await.ok(200);
        let exports = format!("{p}/exports");
        let (with, without) = (json!({ "kinds": ["person"] }), json!({ "kinds": ["meeting"] }));
        let with = secretariat.post(&exports, with).await.header("location").to_owned();
        let without = secretariat.post(&exports, without).await.header("location").to_owned();
        api::export::run_due(&app.state).await.unwrap();
        secretariat.get(&format!("{with}/download")).await;
        let seen = persistence::change::sequence(&app.db).await.unwrap();
        let erasure = format!("{at}/erasure");
        let member = app.signed_in_as(Role::CouncilMember, Some(partnership), None).await;
        member.send(member.request("POST", &erasure)).await.problem(403, "forbidden");
        secretariat.send(secretariat.request("POST", &erasure)).await.ok(204);
        let left = secretariat.get(&at).await.ok(200);
        assert_eq!((&left["name"], &left["email"], &left["phone"], &left["version"]), (&json!("Dane usunięte"), &Value::Null, &Value::Null, &json!(3)));
        assert_eq!(secretariat.get(&format!("{p}/people?q=zurawska&total=true")).await.ok(200)["total"], 0);
        // Those who followed are told to forget, and who never saw people is told nothing.
        let told = secretariat.get(&format!("{p}/changes?after={seen}&kind=person&include=record")).await.ok(200);
        assert_eq!((&told["items"][0]["op"], &told["items"][0]["record"]["name"]), (&json!("redacted"), &json!("Dane usunięte")));
        assert_eq!(told["items"].as_array().unwrap().len(), 1);
        assert_eq!(app.anonymous().get(&format!("{p}/changes?after={seen}&kind=person")).await.ok(200)["items"], json!([]));
        // Nothing that was kept besides names the person any more, but for others; the trail still holds.
        let admin = app.admin().await;
        let trail = admin.get(&format!("/api/v1/audit?record={person}&limit=200")).await;
        assert_eq!(trail.ok(200)["items"].as_array().unwrap().len(), 3);
        for kept in [trail, admin.get("/api/v1/audit?limit=200").await, secretariat.get(&format!("{import}/rows")).await] {
            for word in ["Żurawska", "z@wup", "+48684565610"] {
                assert!(!kept.text.contains(word), "{}", kept.text);
            }
        }
        assert!(secretariat.get(&format!("{import}/rows")).await.text.contains("Łaski"));
        persistence::audit::verify(&app.db, None).await.unwrap();
        secretariat.get(&with).await.problem(404, "not-found");
        secretariat.get(&without).await.ok(200);
        // What is erased cannot be brought back with its table.
        let back = secretariat.step(import, json!({ "to": "reverted" })).await;
        assert_eq!((back.status, back.errors()), (409, vec![("/rows/2".to_owned(), "conflict".to_owned())]));
        // The same of a record that was deleted already: of that nobody is told.
        let other = secretariat.get(&format!("{p}/people?q=laski")).await.ok(200)["items"][0].clone();
        let at = format!("{p}/people/{}", id(&other));
        secretariat.delete(&at, "*").await.ok(204);
        let seen = persistence::change::sequence(&app.db).await.unwrap();
        secretariat.send(secretariat.request("POST", &format!("{at}/erasure"))).await.ok(204);
        assert_eq!(secretariat.get(&format!("{p}/changes?after={seen}")).await.ok(200)["items"], json!([]));
        assert!(!admin.get("/api/v1/audit?limit=200").await.text.contains("Łaski"));
        persistence::audit::verify(&app.db, None).await.unwrap();
        secretariat.get(&at).await.problem(404, "not-found");
        let nobody = format!("{p}/people/00000000-0000-7000-8000-000000000000/erasure");
        secretariat.send(secretariat.request("POST", &nobody)).await.problem(404, "not-found");
    }
}
