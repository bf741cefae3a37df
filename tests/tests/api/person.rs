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
        assert_eq!(rep.patch(&at, "*", json!({ "account": me["id"] })).await.ok(200)["account"]["id"], me["id"]);
    }
}
