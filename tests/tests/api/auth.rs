//! Signing in, and tokens that are not ours.

use api::state::new_id;
use domain::access::{Grant, Role};
use persistence::account;
use serde_json::json;

use crate::support::{Client, TestApp, on_both};

on_both! {
    async fn who_signs_in_knows_itself(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let client = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let me = client.get("/api/v1/auth/me").await.ok(200);
        assert_eq!(me["roles"], json!([{ "role": "secretariat", "partnership": partnership, "institution": null }]));
    }
}

on_both! {
    /// ASVS 5, 6.3.8: no answer tells whether an account exists.
    async fn unknown_disabled_and_known_accounts_are_refused_alike(app: TestApp) {
        app.account("known@test.example", &[]).await;
        let disabled = app.account("disabled@test.example", &[]).await;
        let tx = app.db.begin(None, app.now()).await.unwrap();
        account::disable(&tx, disabled).await.unwrap();
        tx.commit().await.unwrap();
        let anonymous = app.anonymous();
        let login = |email: &str, password: &str| json!({ "email": email, "password": password });
        let mut bodies = Vec::new();
        for (email, password) in [
            ("known@test.example", "a wrong password"),
            ("nobody@test.example", "a long enough password"),
            ("disabled@test.example", "a long enough password"),
        ] {
            let answer = anonymous.post("/api/v1/auth/login", login(email, password)).await;
            let mut body = answer.problem(401, "bad-credentials");
            body["instance"] = json!(null);
            bodies.push(body);
        }
        anonymous.post("/api/v1/auth/login", login("a\u{0}b@test.example", "x")).await.problem(401, "bad-credentials");
        assert_eq!(bodies[0], bodies[1]);
        assert_eq!(bodies[0], bodies[2]);
        assert_eq!(anonymous.post("/api/v1/auth/login", login("KNOWN@test.example", "a long enough password")).await.status, 200);
    }
}

on_both! {
    async fn a_token_expires(app: TestApp) {
        let client = app.admin().await;
        client.get("/api/v1/auth/me").await.ok(200);
        app.pass(599);
        client.get("/api/v1/auth/me").await.ok(200);
        app.pass(2);
        client.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        // A bad token is refused even where none is needed: the caller believes to be signed in.
        client.get("/api/v1/institutions").await.problem(401, "unauthenticated");
    }
}

on_both! {
    /// RFC 8725: forged, altered and foreign tokens.
    async fn tokens_that_are_not_ours_are_refused(app: TestApp) {
        let client = app.admin().await;
        let token = client.token.clone().unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let other = app.signed_in_as(Role::Admin, None, None).await.token.unwrap();
        let other: Vec<&str> = other.split('.').collect();
        let forged = [
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}.{}", parts[0], other[1], parts[2]),
            // {"typ":"at+jwt","alg":"none"}
            format!("eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJub25lIn0.{}.", parts[1]),
            // {"typ":"at+jwt","alg":"HS256","kid":"../../etc/passwd"}
            format!("eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uL2V0Yy9wYXNzd2QifQ.{}.{}", parts[1], parts[2]),
            "not a token".to_owned(),
            String::new(),
        ];
        for token in forged {
            let client = Client { token: Some(token.clone()), ..app.anonymous() };
            let answer = client.get("/api/v1/auth/me").await;
            answer.problem(401, "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{token}");
        }
    }
}

on_both! {
    async fn a_second_replica_verifies_the_first_ones_tokens(app: TestApp) {
        let email = "rep@test.example";
        app.account(email, &[Grant { role: Role::Admin, partnership: None, institution: None }]).await;
        let client = app.sign_in(email).await;
        let second = api::server::state(app.db.clone(), (*app.state.config).clone(), app.state.clock.clone()).await.unwrap();
        let actor = second.keys.verify(&second, client.token.as_deref().unwrap()).await.unwrap();
        assert!(actor.account.is_some());
        assert_ne!(actor.account, Some(new_id()));
    }
}
