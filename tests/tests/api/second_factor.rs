//! The second factor: one-time codes by the clock and recovery codes.

use domain::access::{Grant, Role};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::support::{Answer, Client, PASSWORD, TestApp, on_both};

const EMAIL: &str = "osoba@test.example";
const URL: &str = "/api/v1/auth/second-factor";

/// What an authenticator shows at the server's time.
fn code(app: &TestApp, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new()
        .with_secret(secret)
        .with_account_name("x")
        .build()
        .unwrap();
    totp.generate(app.now().timestamp().unsigned_abs())
        .to_string()
}

/// Adds a second factor; answers the secret and the recovery codes.
pub async fn add(app: &TestApp, client: &Client) -> (String, Vec<String>) {
    let offered = client
        .post(URL, json!({ "password": PASSWORD }))
        .await
        .ok(200);
    let secret = offered["secret"].as_str().unwrap().to_owned();
    let uri = offered["uri"].as_str().unwrap();
    assert!(
        uri.starts_with("otpauth://totp/") && uri.contains(&secret),
        "{uri}"
    );
    let confirm = json!({ "one_time_code": code(app, &secret) });
    let codes = client
        .post(&format!("{URL}/confirm"), confirm)
        .await
        .ok(200);
    let codes = codes["recovery_codes"].as_array().unwrap().iter();
    (
        secret,
        codes
            .map(|code| code.as_str().unwrap().to_owned())
            .collect(),
    )
}

async fn sign_in(app: &TestApp, more: Value) -> Answer {
    let mut body = json!({ "email": EMAIL, "password": PASSWORD });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    app.anonymous().post("/api/v1/auth/login", body).await
}

on_both! {
    /// ASVS 5, 6.5.1: a one-time code opens once.
    async fn a_code_is_asked_for_and_opens_once(app: TestApp) {
        app.account(EMAIL, &[]).await;
        let client = app.sign_in(EMAIL).await;
        client.post(URL, json!({ "password": "a wrong password" })).await.problem(422, "invalid-values");
        client.post(&format!("{URL}/confirm"), json!({ "one_time_code": "123456" })).await.problem(409, "conflict");
        let (secret, _) = add(&app, &client).await;
        client.post(URL, json!({ "password": PASSWORD })).await.problem(409, "conflict");
        let challenge = sign_in(&app, json!({})).await;
        challenge.problem(401, "second-factor-required");
        sign_in(&app, json!({ "one_time_code": "000000" })).await.problem(401, "second-factor-required");
        // The code that has confirmed it was used.
        let used = code(&app, &secret);
        sign_in(&app, json!({ "one_time_code": used })).await.problem(401, "second-factor-required");
        app.pass(30);
        let fresh = json!({ "one_time_code": code(&app, &secret) });
        sign_in(&app, fresh.clone()).await.ok(200);
        sign_in(&app, fresh).await.problem(401, "second-factor-required");
        // Who does not know the password is not told that there is a second factor.
        app.login(EMAIL, "a wrong password").await.problem(401, "bad-credentials");
        let letters = app.letters().await;
        assert!(letters[0].body.contains("kod jednorazowy"), "{}", letters[0].body);
    }
}

on_both! {
    async fn a_recovery_code_takes_its_place_once(app: TestApp) {
        app.account(EMAIL, &[]).await;
        let (_, codes) = add(&app, &app.sign_in(EMAIL).await).await;
        assert_eq!((codes.len(), codes[0].len()), (10, 29));
        let typed = json!({ "recovery_code": codes[0].to_lowercase().replace('-', " ") });
        sign_in(&app, typed.clone()).await.ok(200);
        sign_in(&app, typed).await.problem(401, "second-factor-required");
        sign_in(&app, json!({ "recovery_code": codes[1] })).await.ok(200);
    }
}

on_both! {
    with |config| config.second_factor_roles = "admin,secretariat".to_owned();
    async fn roles_that_need_it_are_held_only_with_it(app: TestApp) {
        let admin = Grant { role: Role::Admin, partnership: None, institution: None };
        app.account(EMAIL, &[admin]).await;
        let client = app.sign_in(EMAIL).await;
        let me = client.get("/api/v1/auth/me").await.ok(200);
        assert_eq!((&me["roles"], &me["second_factor"]["needed"]), (&json!([]), &json!(true)));
        let body = json!({ "name": "Partnerstwo", "founded_on": "2008-06-18" });
        client.post("/api/v1/partnerships", body.clone()).await.problem(403, "second-factor-missing");
        let (secret, _) = add(&app, &client).await;
        // In the session in which it was added it counts as given.
        client.post("/api/v1/partnerships", body).await.ok(201);
        let me = client.get("/api/v1/auth/me").await.ok(200);
        assert_eq!(me["second_factor"], json!({ "present": true, "given": true, "needed": false }));
        app.pass(30);
        let token = sign_in(&app, json!({ "one_time_code": code(&app, &secret) })).await.ok(200);
        let again = app.with_token(&token);
        again.get("/api/v1/accounts").await.ok(200);
        app.pass(30);
        let removal = json!({ "password": PASSWORD, "one_time_code": code(&app, &secret) });
        again.post(&format!("{URL}/remove"), removal).await.ok(204);
        again.get("/api/v1/accounts").await.problem(403, "second-factor-missing");
        sign_in(&app, json!({})).await.ok(200);
    }
}

on_both! {
    async fn an_administrator_removes_it_for_who_has_lost_everything(app: TestApp) {
        let account = app.account(EMAIL, &[]).await;
        let admin = app.admin().await;
        let url = format!("/api/v1/accounts/{account}/second-factor");
        admin.send(admin.request("DELETE", &url)).await.problem(404, "not-found");
        add(&app, &app.sign_in(EMAIL).await).await;
        sign_in(&app, json!({})).await.problem(401, "second-factor-required");
        admin.send(admin.request("DELETE", &url)).await.ok(204);
        sign_in(&app, json!({})).await.ok(200);
    }
}

on_both! {
    /// ASVS 5, 6.3.1: who knows the password does not guess codes for nothing.
    async fn codes_are_slowed_down_and_the_password_alone_does_not_forgive(app: TestApp) {
        app.account(EMAIL, &[]).await;
        let (secret, _) = add(&app, &app.sign_in(EMAIL).await).await;
        for _ in 0..5 {
            sign_in(&app, json!({ "one_time_code": "000000" })).await.problem(401, "second-factor-required");
            sign_in(&app, json!({})).await.problem(401, "second-factor-required");
        }
        sign_in(&app, json!({ "one_time_code": "000000" })).await.problem(401, "second-factor-required");
        sign_in(&app, json!({ "one_time_code": "000000" })).await.problem(429, "too-many-requests");
        app.pass(30);
        sign_in(&app, json!({ "one_time_code": code(&app, &secret) })).await.ok(200);
        let admin = app.admin().await;
        let failed = admin.get("/api/v1/audit?event=sign_in_failed&limit=200").await.ok(200);
        assert_eq!(failed["items"].as_array().unwrap().len(), 6);
        assert_eq!(failed["items"][0]["detail"]["reason"], "second_factor");
    }
}
