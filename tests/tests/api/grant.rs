//! Grants: roles with dates, given by somebody, and the review of them.

use domain::access::{Grant, Role};
use serde_json::{Value, json};

use crate::support::{TestApp, id, on_both};

const URL: &str = "/api/v1/grants";
const EMAIL: &str = "osoba@test.example";

on_both! {
    async fn a_role_is_held_from_its_first_day_until_the_day_it_ends(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        app.account(EMAIL, &[]).await;
        let admin = app.admin().await;
        let client = app.sign_in(EMAIL).await;
        let roles = async || -> usize {
            let client = app.sign_in(EMAIL).await;
            client.get("/api/v1/auth/me").await.ok(200)["roles"].as_array().unwrap().len()
        };
        let today = app.state.clock.today();
        let day = |days: i64| (today + chrono::TimeDelta::days(days)).to_string();
        let body = |from: String, to: String| {
            json!({ "account": EMAIL, "role": "council_member", "partnership": partnership, "starts_on": from, "ends_on": to })
        };
        let given = admin.post(URL, body(day(1), day(3))).await.ok(201);
        assert_eq!(given["active"], false);
        assert_eq!(given["granted_by"]["id"], admin.get("/api/v1/auth/me").await.ok(200)["id"]);
        assert_eq!(roles().await, 0);
        app.pass(86_400);
        assert_eq!(roles().await, 1);
        client.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        app.pass(2 * 86_400);
        assert_eq!(roles().await, 0);
        let overlap = app.admin().await.post(URL, body(day(2), day(9))).await;
        overlap.problem(409, "not-unique");
        assert_eq!(overlap.errors(), [("/role".to_owned(), "overlap".to_owned())]);
        app.admin().await.post(URL, body(day(3), day(9))).await.ok(201);
        assert_eq!(roles().await, 1);
    }
}

on_both! {
    async fn every_fault_of_a_grant_has_its_place(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        app.account(EMAIL, &[]).await;
        let admin = app.admin().await;
        for (body, status, fault) in [
            (json!({ "account": EMAIL, "role": "king" }), 422, ("/role", "unknown_code")),
            (json!({ "account": EMAIL, "role": "secretariat" }), 422, ("/partnership", "required")),
            (json!({ "account": EMAIL, "role": "admin", "partnership": partnership }), 422, ("/partnership", "conflict")),
            (json!({ "account": "nikt@test.example", "role": "admin" }), 409, ("/account", "dangling_reference")),
            (json!({ "account": EMAIL, "role": "secretariat", "partnership": "nie-ma" }), 409, ("/partnership", "dangling_reference")),
            (json!({ "account": EMAIL, "role": "admin", "starts_on": "2016-01-02", "ends_on": "2016-01-02" }), 422, ("/ends_on", "order")),
        ] {
            let answer = admin.post(URL, body.clone()).await;
            assert_eq!(answer.status, status, "{body}: {}", answer.text);
            assert_eq!(answer.errors(), [(fault.0.to_owned(), fault.1.to_owned())], "{body}");
        }
    }
}

on_both! {
    async fn nobody_gives_or_takes_what_is_not_theirs(app: TestApp) {
        let (here, there) = (app.partnership("Tutejsze").await, app.partnership("Tamtejsze").await);
        let elsewhere = Grant { role: Role::CouncilMember, partnership: Some(there), institution: None };
        app.account(EMAIL, &[elsewhere]).await;
        let admin = app.admin().await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(here), None).await;
        let body = |role: &str, partnership| json!({ "account": EMAIL, "role": role, "partnership": partnership });
        secretariat.post(URL, json!({ "account": EMAIL, "role": "admin" })).await.problem(403, "forbidden");
        secretariat.post(URL, body("secretariat", there)).await.problem(403, "forbidden");
        secretariat.post(URL, body("auditor", here)).await.problem(403, "forbidden");
        let given = format!("{URL}/{}", id(&secretariat.post(URL, body("council_member", here)).await.ok(201)));
        secretariat.patch(&given, "*", json!({ "role": "auditor" })).await.problem(403, "forbidden");
        secretariat.patch(&given, "*", json!({ "partnership": there })).await.problem(403, "forbidden");
        // Whether there is an account is not told by who may hold the role.
        let unseen = app.account("nieznajoma@test.example", &[]).await;
        for account in [unseen, uuid::Uuid::from_u128(7)] {
            let refused = secretariat.patch(&given, "*", json!({ "account": account })).await;
            assert_eq!(refused.errors(), [("/account".to_owned(), "conflict".to_owned())]);
        }
        let auditor = format!("{URL}/{}", id(&admin.post(URL, body("auditor", here)).await.ok(201)));
        secretariat.get(&auditor).await.ok(200);
        secretariat.delete(&auditor, "*").await.problem(403, "forbidden");
        let elsewhere = format!("{URL}/{}", id(&admin.post(URL, body("auditor", there)).await.ok(201)));
        secretariat.get(&elsewhere).await.problem(404, "not-found");
        secretariat.patch(&given, "*", json!({ "ends_on": "2099-01-01" })).await.ok(200);
        secretariat.delete(&given, "*").await.ok(204);
    }
}

on_both! {
    async fn an_auditor_reviews_who_may_do_what_and_when_they_last_did(app: TestApp) {
        let (here, there) = (app.partnership("Tutejsze").await, app.partnership("Tamtejsze").await);
        let auditor = app.signed_in_as(Role::Auditor, Some(here), None).await;
        app.signed_in_as(Role::Secretariat, Some(here), None).await;
        app.signed_in_as(Role::Secretariat, Some(there), None).await;
        let url = |partnership| format!("/api/v1/partnerships/{partnership}/access-review");
        let page = auditor.get(&url(here)).await.ok(200);
        let items = page["items"].as_array().unwrap();
        let of = |role: &str| -> Vec<&Value> { items.iter().filter(|item| item["role"] == role).collect() };
        assert_eq!((of("secretariat").len(), of("auditor").len()), (1, 1));
        // Administrators reach everywhere: here those that made the two partnerships.
        assert_eq!(of("admin").len(), 2);
        let secretariat = of("secretariat")[0];
        assert_eq!(secretariat["partnership"]["slug"], "tutejsze");
        assert!(secretariat["last_used_at"].is_string() && secretariat["account"]["email"].is_string());
        assert!(secretariat["permissions"].as_array().unwrap().contains(&json!("records:write")));
        auditor.get(&url(there)).await.problem(403, "forbidden");
        let rep = app.signed_in_as(Role::Rops, Some(here), None).await;
        rep.get(&url(here)).await.problem(403, "forbidden");
    }
}

on_both! {
    async fn nobody_extends_the_own_role(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let me = secretariat.get("/api/v1/auth/me").await.ok(200);
        let url = format!("{URL}?account={}", me["id"].as_str().unwrap());
        let own = secretariat.get(&url).await.ok(200);
        let own = format!("{URL}/{}", own["items"][0]["id"].as_str().unwrap());
        let tomorrow = app.state.clock.today() + chrono::TimeDelta::days(1);
        app.admin().await.patch(&own, "*", json!({ "ends_on": tomorrow })).await.ok(200);
        secretariat.patch(&own, "*", json!({ "ends_on": null })).await.problem(403, "forbidden");
        let more = json!({ "account": me["id"], "role": "secretariat", "partnership": partnership, "starts_on": tomorrow });
        secretariat.post(URL, more).await.problem(403, "forbidden");
        secretariat.patch(&own, "*", json!({ "starts_on": null })).await.problem(403, "forbidden");
        let cleared = app.admin().await.patch(&own, "*", json!({ "starts_on": null })).await;
        assert_eq!(cleared.errors(), [("/starts_on".to_owned(), "required".to_owned())]);
    }
}
