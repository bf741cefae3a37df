//! The audit trail: what it tells, to whom, and that nobody changes it unnoticed.

use domain::access::{Grant, Role};
use persistence::audit::{TrailError, verify};
use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, TestApp, id, on_both};

const URL: &str = "/api/v1/audit";

async fn items(client: &Client, query: &str) -> Vec<Value> {
    let page = client
        .get(&format!("{URL}?limit=200&{query}"))
        .await
        .ok(200);
    page["items"].as_array().unwrap().clone()
}

on_both! {
    async fn every_write_is_told_with_who_from_where_and_what_was_before(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let institution = app.institution("PUP w Żarach").await;
        let rep = app.signed_in_as(Role::InstitutionRep, Some(partnership), Some(institution)).await;
        let signed = json!({ "institution": institution, "signed_on": "2008-06-18", "signing_form": "agreement" });
        let admin = app.admin().await;
        admin.post(&format!("/api/v1/partnerships/{partnership}/signatories"), signed).await.ok(201);
        let url = format!("/api/v1/institutions/{institution}");
        let changed = rep.patch(&url, "*", json!({ "phone": "+48680000001" })).await;
        changed.ok(200);
        let told = items(&admin, &format!("record={institution}")).await;
        assert_eq!(told.len(), 2);
        let (update, creation) = (&told[0], &told[1]);
        assert_eq!((&update["event"], &update["change"]["op"]), (&json!("written"), &json!("updated")));
        assert_eq!(update["change"]["fields"], json!(["phone"]));
        assert_eq!(update["change"]["before"], json!({ "phone": null }));
        assert_eq!(update["change"]["after"], json!({ "phone": "+48680000001" }));
        assert_eq!(update["actor"]["id"], rep.get("/api/v1/auth/me").await.ok(200)["id"]);
        assert_eq!(update["on_behalf_of"]["id"], json!(institution));
        assert_eq!(update["address"], "127.0.0.1");
        assert_eq!(update["request"], changed.header("x-request-id"));
        assert_eq!(creation["change"]["after"]["name"], "PUP w Żarach");
        assert_eq!(items(&admin, &format!("request={}", changed.header("x-request-id"))).await, std::slice::from_ref(update));
        assert_eq!(items(&admin, "kind=signatory").await.len(), 1);
    }
}

on_both! {
    async fn events_of_security_are_told_without_secrets(app: TestApp) {
        let email = "osoba@test.example";
        let account = app.account(email, &[]).await;
        app.login(email, "a wrong password").await.problem(401, "bad-credentials");
        app.login("nikt@test.example", "another wrong one").await.problem(401, "bad-credentials");
        let client = app.sign_in(email).await;
        for _ in 0..3 {
            client.get("/api/v1/accounts").await.problem(403, "forbidden");
        }
        let change = json!({ "current_password": PASSWORD, "password": "mleko rower szafa tulipan" });
        client.post("/api/v1/auth/password", change).await.ok(204);
        client.send(client.request("POST", "/api/v1/auth/logout")).await.ok(204);
        let admin = app.admin().await;
        let about: Vec<Value> = items(&admin, &format!("record={account}&sort=at")).await;
        let events: Vec<&str> = about.iter().map(|item| item["event"].as_str().unwrap()).collect();
        assert_eq!(events, ["written", "sign_in_failed", "signed_in", "password_changed", "session_ended"]);
        let refused = items(&admin, "event=refused").await;
        assert_eq!(refused.len(), 1, "who repeats what is refused does not fill the trail");
        assert_eq!(refused[0]["actor"]["id"], json!(account));
        assert_eq!(refused[0]["detail"], json!({ "operation": "GET /api/v1/accounts", "permission": "accounts:manage" }));
        let unknown = items(&admin, "event=sign_in_failed").await;
        assert_eq!((unknown.len(), &unknown[0]["subject"]), (2, &json!(null)));
        let everything = admin.get(&format!("{URL}?limit=200")).await.text;
        for secret in [PASSWORD, "wrong", "mleko", "nikt@test", "$argon2", client.token.as_deref().unwrap()] {
            assert!(!everything.contains(secret), "{secret}");
        }
    }
}

on_both! {
    async fn an_auditor_reads_what_concerns_the_partnership(app: TestApp) {
        let (here, there) = (app.partnership("Tutejsze").await, app.partnership("Tamtejsze").await);
        let auditor = app.signed_in_as(Role::Auditor, Some(here), None).await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(here), None).await;
        let other = app.signed_in_as(Role::Secretariat, Some(there), None).await;
        for (who, partnership) in [(&secretariat, here), (&other, there)] {
            let url = format!("/api/v1/partnerships/{partnership}/meetings");
            who.post(&url, json!({ "title": "Posiedzenie", "kind": "information", "held_on": "2016-03-01" })).await.ok(201);
        }
        let meetings = items(&auditor, "kind=meeting").await;
        assert_eq!(meetings.len(), 1);
        assert_eq!(meetings[0]["partnership"], json!(here));
        // Signing in belongs to no partnership: told of those who hold a role in this one.
        let signed_in = items(&auditor, "event=signed_in").await;
        let who = |client: Client| async move { client.get("/api/v1/auth/me").await.ok(200)["id"].clone() };
        let (own, foreign) = (who(secretariat).await, who(other).await);
        assert!(signed_in.iter().any(|item| item["actor"]["id"] == own));
        assert!(signed_in.iter().all(|item| item["actor"]["id"] != foreign));
        let total = auditor.get(&format!("{URL}?total=true&limit=1")).await.ok(200);
        assert_eq!(total["total"].as_u64().unwrap() as usize, items(&auditor, "").await.len());
    }
}

on_both! {
    async fn an_import_is_one_entry_with_all_it_wrote(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", crate::import::reference_year()).await.ok(200);
        let meetings = admin.get(&format!("{URL}?kind=meeting&total=true&limit=2")).await.ok(200);
        assert_eq!(meetings["total"], 48);
        let entries: Vec<Value> = items(&admin, "kind=meeting,signatory").await.iter().map(|item| item["entry"].clone()).collect();
        assert!(entries.iter().all(|entry| *entry == entries[0]));
        let verified = verify(&app.db, None).await.unwrap();
        assert!(verified.changes > 500 && verified.older == 0, "{verified:?}");
    }
}

on_both! {
    async fn the_database_itself_refuses_to_rewrite_the_trail(app: TestApp) {
        app.admin().await;
        for statement in [
            "UPDATE audit_entry SET address = '192.0.2.1'",
            "DELETE FROM audit_entry",
            "UPDATE change SET actor_id = NULL",
            "DELETE FROM change",
        ] {
            let refused = app.execute(statement).await.unwrap_err();
            assert!(refused.contains("append-only"), "{statement}: {refused}");
        }
    }
}

on_both! {
    /// ASVS 5, 16.4.2.
    async fn what_is_changed_behind_its_back_is_found(app: TestApp) {
        let admin = app.admin().await;
        for name in ["Pierwsze", "Drugie", "Trzecie"] {
            admin.post("/api/v1/partnerships", json!({ "name": name, "founded_on": "2008-06-18" })).await.ok(201);
        }
        let whole = verify(&app.db, None).await.unwrap();
        assert!(whole.entries >= 5, "{whole:?}");
        verify(&app.db, Some((whole.entries, &whole.hash))).await.unwrap();
        let wrong = verify(&app.db, Some((whole.entries, &[0; 32]))).await;
        assert!(matches!(wrong, Err(TrailError::Unexpected(_))), "{wrong:?}");
        let cut = verify(&app.db, Some((whole.entries + 1, &whole.hash))).await;
        assert!(matches!(cut, Err(TrailError::Missing(_))), "{cut:?}");

        let last = whole.entries;
        let change: i64 = persistence::change::sequence(&app.db).await.unwrap();
        for (statement, undo, found) in [
            (
                format!("UPDATE audit_entry SET address = '192.0.2.1' WHERE seq = {last}"),
                format!("UPDATE audit_entry SET address = '127.0.0.1' WHERE seq = {last}"),
                format!("entry {last}"),
            ),
            (
                format!("UPDATE change SET op = 'deleted' WHERE seq = {change}"),
                format!("UPDATE change SET op = 'created' WHERE seq = {change}"),
                format!("entry {last}"),
            ),
            (
                format!("UPDATE change_value SET after = '{{\"name\":\"Czwarte\"}}' WHERE seq = {change}"),
                // Values that were erased, as those of a person, are no fault.
                format!("UPDATE change_value SET after = NULL WHERE seq = {change}"),
                format!("change {change}"),
            ),
        ] {
            app.tamper(&statement).await;
            let error = verify(&app.db, None).await.unwrap_err().to_string();
            assert!(error.contains(&found), "{statement}: {error}");
            app.tamper(&undo).await;
            assert_eq!(verify(&app.db, None).await.unwrap().hash, whole.hash, "{undo}");
        }
        app.tamper(&format!("UPDATE change SET entry = NULL WHERE seq = {change}")).await;
        verify(&app.db, None).await.unwrap_err();
        app.tamper(&format!("UPDATE change SET entry = {last} WHERE seq = {change}")).await;
        app.tamper("DELETE FROM audit_entry WHERE seq = 2").await;
        let error = verify(&app.db, None).await.unwrap_err();
        assert!(matches!(error, TrailError::Missing(2)), "{error}");
    }
}

on_both! {
    async fn writers_on_two_replicas_make_one_chain(app: TestApp) {
        let replica = app.replica().await;
        let grant = Grant { role: Role::Admin, partnership: None, institution: None };
        app.account("osoba@test.example", &[grant]).await;
        let client = app.sign_in("osoba@test.example").await;
        let mut writers = Vec::new();
        for number in 0..16 {
            let base = if number % 2 == 0 { app.base.clone() } else { replica.base.clone() };
            let client = Client { base, ..client.clone() };
            writers.push(tokio::spawn(async move {
                let body = json!({ "name": format!("Instytucja {number}"), "kind": "pup" });
                id(&client.post("/api/v1/institutions", body).await.ok(201))
            }));
        }
        for writer in writers {
            writer.await.unwrap();
        }
        let verified = verify(&app.db, None).await.unwrap();
        assert_eq!(verified.changes as i64, persistence::change::sequence(&app.db).await.unwrap());
    }
}
