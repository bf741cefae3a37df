//! Services: client credentials, secrets and scopes, and tokens that others verify.

use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp, id, on_both};

const ACCOUNTS: &str = "/api/v1/accounts";
const TOKEN: &str = "/oauth/token";

/// A service with a role in a partnership: its id and a secret.
async fn service(app: &TestApp, admin: &Client, more: Value) -> (String, String, String) {
    let partnership = app.partnership("Partnerstwo Lubuskie").await;
    let mut body = json!({
        "kind": "service", "name": "System ROPS", "scopes": ["public:read", "internal:read", "self:read"],
        "grants": [{ "role": "rops", "partnership": partnership }],
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let account = id(&admin.post(ACCOUNTS, body).await.ok(201)).to_string();
    let url = format!("{ACCOUNTS}/{account}/secrets");
    let made = admin.post(&url, json!({ "name": "pierwszy" })).await;
    assert_eq!(made.header("cache-control"), "no-store");
    let made = made.ok(201);
    assert_eq!(made["client_id"], account);
    let secret = made["client_secret"].as_str().unwrap().to_owned();
    (account, secret, partnership.to_string())
}

async fn ask(app: &TestApp, client: Option<(&str, &str)>, form: &str) -> Answer {
    let anonymous = app.anonymous();
    let request = anonymous
        .request("POST", TOKEN)
        .header("content-type", "application/x-www-form-urlencoded");
    let request = match client {
        Some((id, secret)) => request.basic_auth(id, Some(secret)),
        None => request,
    };
    anonymous.send(request.body(form.to_owned())).await
}

#[track_caller]
fn refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (status, "application/json"),
        "{}",
        answer.text
    );
    assert_eq!(answer.json()["error"], error, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
}

const GRANT: &str = "grant_type=client_credentials";

on_both! {
    /// RFC 6749, 4.4 and 5.2.
    async fn a_service_gets_tokens_for_its_secret(app: TestApp) {
        let admin = app.admin().await;
        let (account, secret, partnership) = service(&app, &admin, json!({})).await;
        let by_basic = ask(&app, Some((&account, &secret)), GRANT).await;
        let token = by_basic.ok(200);
        assert_eq!(by_basic.header("cache-control"), "no-store");
        assert_eq!((&token["token_type"], &token["expires_in"]), (&json!("Bearer"), &json!(600)));
        assert_eq!(token["scope"], "public:read internal:read self:read");
        let in_form = format!("{GRANT}&client_id={account}&client_secret={secret}&scope=public%3Aread");
        assert_eq!(ask(&app, None, &in_form).await.ok(200)["scope"], "public:read");
        let client = app.with_token(&token);
        let me = client.get("/api/v1/auth/me").await.ok(200);
        assert_eq!((&me["kind"], &me["roles"][0]["role"], &me["session"]), (&json!("service"), &json!("rops"), &json!(null)));
        // Never more than what its roles hold, whatever its scopes are.
        let attendance = format!("/api/v1/partnerships/{partnership}/meetings");
        client.get(&attendance).await.ok(200);
        client.post(&attendance, json!({ "title": "Nie", "kind": "council" })).await.problem(403, "forbidden");
        client.get("/api/v1/audit").await.problem(403, "forbidden");
        let page = admin.get(&format!("{ACCOUNTS}/{account}/secrets")).await.ok(200);
        assert!(page["items"][0]["last_used_at"].is_string());
        assert!(!page.to_string().contains(&secret));

        refused(&ask(&app, Some((&account, "wrong")), GRANT).await, 401, "invalid_client");
        refused(&ask(&app, Some(("nobody", &secret)), GRANT).await, 401, "invalid_client");
        let none = ask(&app, None, GRANT).await;
        refused(&none, 401, "invalid_client");
        assert!(none.header("www-authenticate").starts_with("Basic"));
        refused(&ask(&app, None, &format!("{GRANT}&client_id={account}")).await, 401, "invalid_client");
        let known = Some((account.as_str(), secret.as_str()));
        refused(&ask(&app, known, "").await, 400, "invalid_request");
        refused(&ask(&app, known, &format!("{GRANT}&{GRANT}")).await, 400, "invalid_request");
        refused(&ask(&app, known, &in_form).await, 400, "invalid_request");
        refused(&ask(&app, known, "grant_type=password").await, 400, "unsupported_grant_type");
        refused(&ask(&app, known, &format!("{GRANT}&scope=imports:run")).await, 400, "invalid_scope");
        let json_body = app.anonymous().post(TOKEN, json!({})).await;
        json_body.problem(415, "unsupported-media-type");
    }
}

on_both! {
    async fn a_token_for_less_is_for_less(app: TestApp) {
        let admin = app.admin().await;
        let (account, secret, partnership) = service(&app, &admin, json!({})).await;
        let narrow = ask(&app, Some((&account, &secret)), &format!("{GRANT}&scope=public%3Aread")).await.ok(200);
        let narrow = app.with_token(&narrow);
        let wide = app.with_token(&ask(&app, Some((&account, &secret)), GRANT).await.ok(200));
        let meetings = format!("/api/v1/partnerships/{partnership}/meetings");
        let draft = json!({ "title": "Szkic", "kind": "information", "held_on": "2016-03-01" });
        admin.post(&meetings, draft).await.ok(201);
        assert_eq!(wide.get(&meetings).await.ok(200)["items"].as_array().unwrap().len(), 1);
        assert_eq!(narrow.get(&meetings).await.ok(200)["items"], json!([]));
        narrow.get("/api/v1/auth/me").await.problem(403, "forbidden");
        // What is taken from the service is taken from the tokens it has.
        let url = format!("{ACCOUNTS}/{account}");
        admin.patch(&url, "*", json!({ "scopes": ["public:read", "self:read"] })).await.ok(200);
        assert_eq!(wide.get(&meetings).await.ok(200)["items"], json!([]));
    }
}

on_both! {
    async fn of_two_secrets_one_takes_the_others_place(app: TestApp) {
        let admin = app.admin().await;
        let (account, first, _) = service(&app, &admin, json!({})).await;
        let url = format!("{ACCOUNTS}/{account}/secrets");
        let today = app.state.clock.today();
        let second = admin.post(&url, json!({ "name": "drugi", "expires_on": today + chrono::TimeDelta::days(2) })).await.ok(201);
        admin.post(&url, json!({ "name": "trzeci" })).await.problem(409, "conflict");
        let second = second["client_secret"].as_str().unwrap().to_owned();
        let by_first = app.with_token(&ask(&app, Some((&account, &first)), GRANT).await.ok(200));
        let by_second = app.with_token(&ask(&app, Some((&account, &second)), GRANT).await.ok(200));
        let items = admin.get(&url).await.ok(200);
        assert_eq!(items["items"][0]["account"]["id"], account);
        let old = format!("{url}/{}", items["items"][0]["id"].as_str().unwrap());
        admin.delete(&old, "*").await.ok(204);
        // Its tokens go with it, on every replica.
        let replica = app.replica().await;
        Client { base: replica.base.clone(), ..by_first }.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        by_second.get("/api/v1/auth/me").await.ok(200);
        refused(&ask(&app, Some((&account, &first)), GRANT).await, 401, "invalid_client");
        app.pass(2 * 86_400);
        refused(&ask(&app, Some((&account, &second)), GRANT).await, 401, "invalid_client");
    }
}

on_both! {
    with |config| config.trusted_proxies = "127.0.0.0/8".to_owned();
    async fn a_service_calls_from_its_networks_only(app: TestApp) {
        let admin = app.admin().await;
        let (account, secret, _) = service(&app, &admin, json!({ "networks": ["192.0.2.0/24", "2001:db8::/32"] })).await;
        let anonymous = app.anonymous();
        let from = async |address: &str| -> Answer {
            let request = anonymous.request("POST", TOKEN).basic_auth(&account, Some(&secret)).header("x-forwarded-for", address);
            anonymous.send(request.header("content-type", "application/x-www-form-urlencoded").body(GRANT)).await
        };
        refused(&from("198.51.100.7").await, 401, "invalid_client");
        refused(&from("192.0.2.9, 198.51.100.7").await, 401, "invalid_client");
        let client = app.with_token(&from("192.0.2.9").await.ok(200));
        from("2001:db8::9").await.ok(200);
        let call = async |address: &str| {
            client.send(client.request("GET", "/api/v1/auth/me").header("x-forwarded-for", address)).await
        };
        call("192.0.2.10").await.ok(200);
        call("198.51.100.7").await.problem(401, "unauthenticated");
    }
}

on_both! {
    async fn a_service_that_is_over_or_disabled_gets_nothing(app: TestApp) {
        let admin = app.admin().await;
        let tomorrow = app.state.clock.today() + chrono::TimeDelta::days(1);
        let (account, secret, _) = service(&app, &admin, json!({ "expires_on": tomorrow })).await;
        let client = app.with_token(&ask(&app, Some((&account, &secret)), GRANT).await.ok(200));
        let url = format!("{ACCOUNTS}/{account}");
        admin.step(&url, json!({ "to": "disabled" })).await.ok(200);
        client.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        refused(&ask(&app, Some((&account, &secret)), GRANT).await, 401, "invalid_client");
        admin.step(&url, json!({ "to": "active" })).await.ok(200);
        client.get("/api/v1/auth/me").await.ok(200);
        app.pass(86_400);
        refused(&ask(&app, Some((&account, &secret)), GRANT).await, 401, "invalid_client");
        // A service has no password to be asked for.
        app.login(&account, &secret).await.problem(401, "bad-credentials");
    }
}

on_both! {
    /// RFC 8414 and RFC 7517.
    async fn others_find_out_where_tokens_are_had_and_how_they_are_verified(app: TestApp) {
        let anonymous = app.anonymous();
        let metadata = anonymous.get("/.well-known/oauth-authorization-server").await.ok(200);
        assert_eq!(metadata["issuer"], app.base);
        assert_eq!(metadata["token_endpoint"], format!("{}/oauth/token", app.base));
        assert_eq!(metadata["response_types_supported"], json!([]));
        let jwks = anonymous.get("/.well-known/jwks.json").await;
        assert_eq!(jwks.header("cache-control"), "public, max-age=300");
        let keys = jwks.ok(200)["keys"].as_array().unwrap().clone();
        assert_eq!(keys.len(), 1);
        let names: Vec<&String> = keys[0].as_object().unwrap().keys().collect();
        assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"], "nothing private");
    }
}

on_both! {
    async fn a_new_key_signs_at_once_and_the_old_one_verifies_to_its_end(app: TestApp) {
        let replica = app.replica().await;
        app.account("osoba@test.example", &[]).await;
        let old = app.login("osoba@test.example", crate::support::PASSWORD).await.ok(200);
        app.state.keys.rotate(&app.db, true, app.now()).await.unwrap();
        // The other replica has just read its keys, and looks for one that it does not know all the same.
        let newest = app.login("osoba@test.example", crate::support::PASSWORD).await.ok(200);
        replica.with_token(&newest).get("/api/v1/auth/me").await.ok(200);
        // The other replica signs with the new key, though nobody told it, and both verify both.
        let fresh = replica.login("osoba@test.example", crate::support::PASSWORD).await.ok(200);
        let kid = |token: &Value| token["access_token"].as_str().unwrap().split('.').next().unwrap().to_owned();
        assert_ne!(kid(&old), kid(&fresh));
        for server in [&app, &replica] {
            for token in [&old, &fresh] {
                server.with_token(token).get("/api/v1/auth/me").await.ok(200);
            }
            let keys = server.anonymous().get("/.well-known/jwks.json").await.ok(200);
            assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
        }
        app.pass(661);
        let keys = replica.anonymous().get("/.well-known/jwks.json").await.ok(200);
        assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
        // A key that has become known is refused at once where it was replaced, and elsewhere within a minute.
        let now = app.login("osoba@test.example", crate::support::PASSWORD).await.ok(200);
        app.state.keys.rotate(&app.db, false, app.now()).await.unwrap();
        app.with_token(&now).get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        app.pass(61);
        replica.with_token(&now).get("/api/v1/auth/me").await.problem(401, "unauthenticated");
    }
}
