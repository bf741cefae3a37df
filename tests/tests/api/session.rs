//! Sessions: how they go on and how they end, on every replica.

use domain::access::{Grant, Role};
use serde_json::{Value, json};

use crate::support::{Answer, Client, PASSWORD, TestApp, on_both};

const EMAIL: &str = "osoba@test.example";

async fn begun(app: &TestApp) -> Value {
    app.account(EMAIL, &[]).await;
    app.login(EMAIL, PASSWORD).await.ok(200)
}

async fn refresh(app: &TestApp, token: &Value) -> Answer {
    let body = json!({ "refresh_token": token["refresh_token"] });
    app.anonymous().post("/api/v1/auth/refresh", body).await
}

async fn is_alive(app: &TestApp, token: &Value) -> bool {
    app.with_token(token).get("/api/v1/auth/me").await.status == 200
}

on_both! {
    /// RFC 9700, 4.14.2: refresh tokens are rotated.
    async fn a_session_goes_on_by_refresh_tokens_that_are_used_once(app: TestApp) {
        let first = begun(&app).await;
        app.pass(599);
        let second = refresh(&app, &first).await.ok(200);
        assert_ne!(first["refresh_token"], second["refresh_token"]);
        app.pass(2);
        assert!(!is_alive(&app, &first).await && is_alive(&app, &second).await);
        let third = refresh(&app, &second).await.ok(200);
        // The first comes back, though its successor was used: two hold what one should.
        refresh(&app, &first).await.problem(401, "session-ended");
        assert!(!is_alive(&app, &third).await, "the session ends with all its tokens");
        refresh(&app, &third).await.problem(401, "session-ended");
        refresh(&app, &json!({ "refresh_token": "made up" })).await.problem(401, "session-ended");
    }
}

on_both! {
    async fn a_lost_answer_is_survived_once(app: TestApp) {
        let first = begun(&app).await;
        let lost = refresh(&app, &first).await.ok(200);
        let second = refresh(&app, &first).await.ok(200);
        assert!(is_alive(&app, &second).await);
        let third = refresh(&app, &second).await.ok(200);
        assert!(is_alive(&app, &third).await);
        // The answer was not lost after all: somebody else holds it.
        refresh(&app, &lost).await.problem(401, "session-ended");
        assert!(!is_alive(&app, &third).await);
    }
}

on_both! {
    async fn of_ten_who_refresh_at_once_one_session_is_left_or_none(app: TestApp) {
        let replica = app.replica().await;
        let first = begun(&app).await;
        let mut tries = Vec::new();
        for number in 0..10 {
            let server = if number % 2 == 0 { &app } else { &replica };
            let client = server.anonymous();
            let body = json!({ "refresh_token": first["refresh_token"] });
            tries.push(tokio::spawn(async move { client.post("/api/v1/auth/refresh", body).await }));
        }
        let mut given = Vec::new();
        for one in tries {
            let answer = one.await.unwrap();
            if answer.status == 200 { given.push(answer.json()) } else { answer.problem(401, "session-ended"); }
        }
        assert!(given.len() <= 2, "{}", given.len());
        let mut alive = 0;
        for token in &given {
            alive += usize::from(refresh(&app, token).await.status == 200);
        }
        assert!(alive <= 1, "{alive} go on");
    }
}

on_both! {
    with |config| { config.session_idle_hours = 2; config.session_hours = 5; };
    async fn an_idle_session_is_over_and_a_busy_one_after_all_its_time(app: TestApp) {
        let first = begun(&app).await;
        let idle = app.login(EMAIL, PASSWORD).await.ok(200);
        app.pass(7000);
        let busy = refresh(&app, &first).await.ok(200);
        app.pass(300);
        refresh(&app, &idle).await.problem(401, "session-ended");
        app.pass(5400);
        let busy = refresh(&app, &busy).await.ok(200);
        app.pass(5400);
        refresh(&app, &busy).await.problem(401, "session-ended");
    }
}

on_both! {
    /// ASVS 5, 7.4.1: whoever signed out is refused from the next request on, on every replica.
    async fn signing_out_acts_on_every_replica_at_once(app: TestApp) {
        let replica = app.replica().await;
        let token = begun(&app).await;
        let client = app.with_token(&token);
        let there = Client { base: replica.base.clone(), ..client.clone() };
        there.get("/api/v1/auth/me").await.ok(200);
        client.send(client.request("POST", "/api/v1/auth/logout")).await.ok(204);
        there.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        there.get("/api/v1/institutions").await.problem(401, "unauthenticated");
        refresh(&replica, &token).await.problem(401, "session-ended");
    }
}

on_both! {
    async fn ones_own_sessions_are_seen_and_ended(app: TestApp) {
        let here = app.with_token(&begun(&app).await);
        let elsewhere = app.with_token(&app.login(EMAIL, PASSWORD).await.ok(200));
        let stranger = app.admin().await;
        let url = "/api/v1/auth/sessions";
        let sessions = here.get(url).await.ok(200);
        let items = sessions["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        assert_eq!(items.iter().filter(|session| session["current"] == true).count(), 1);
        assert_eq!(items[0]["address"], "127.0.0.1");
        let other = items.iter().find(|session| session["current"] == false).unwrap();
        let other = format!("{url}/{}", other["id"].as_str().unwrap());
        stranger.send(stranger.request("DELETE", &other)).await.problem(404, "not-found");
        here.send(here.request("DELETE", &other)).await.ok(204);
        elsewhere.get(url).await.problem(401, "unauthenticated");
        assert_eq!(here.get(url).await.ok(200)["items"].as_array().unwrap().len(), 1);
        here.send(here.request("DELETE", &other)).await.problem(404, "not-found");
    }
}

on_both! {
    async fn an_administrator_ends_the_sessions_of_others(app: TestApp) {
        let replica = app.replica().await;
        let id = app.account(EMAIL, &[]).await;
        let client = app.sign_in(EMAIL).await;
        let admin = app.admin().await;
        let url = format!("/api/v1/accounts/{id}/sessions");
        let sessions = admin.get(&url).await.ok(200);
        let session = format!("{url}/{}", sessions["items"][0]["id"].as_str().unwrap());
        admin.send(admin.request("DELETE", &session)).await.ok(204);
        let there = Client { base: replica.base.clone(), ..client };
        there.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
    }
}

on_both! {
    async fn a_role_that_is_taken_or_given_acts_on_the_next_request(app: TestApp) {
        let replica = app.replica().await;
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let grant = Grant { role: Role::Secretariat, partnership: Some(partnership), institution: None };
        let id = app.account(EMAIL, &[grant]).await;
        let client = Client { base: replica.base.clone(), ..app.sign_in(EMAIL).await };
        let admin = app.admin().await;
        let body = json!({ "title": "Posiedzenie", "kind": "information", "held_on": "2016-03-01" });
        let meetings = format!("/api/v1/partnerships/{partnership}/meetings");
        client.post(&meetings, body.clone()).await.ok(201);
        let grants = admin.get(&format!("/api/v1/grants?account={id}")).await.ok(200);
        let url = format!("/api/v1/grants/{}", grants["items"][0]["id"].as_str().unwrap());
        admin.delete(&url, "*").await.ok(204);
        client.post(&meetings, body.clone()).await.problem(403, "forbidden");
        let again = json!({ "account": id, "role": "secretariat", "partnership": partnership });
        admin.post("/api/v1/grants", again).await.ok(201);
        client.post(&meetings, body).await.ok(201);
    }
}

on_both! {
    /// A client that sends its token with everything is not refused where it needs a new one.
    async fn an_old_token_does_not_stand_in_the_way_of_a_new_one(app: TestApp) {
        let first = begun(&app).await;
        app.pass(601);
        let old = app.with_token(&first);
        old.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        let body = json!({ "refresh_token": first["refresh_token"] });
        let second = old.post("/api/v1/auth/refresh", body).await.ok(200);
        assert_eq!(second["refresh_expires_in"], 86_400);
        old.post("/api/v1/auth/login", json!({ "email": EMAIL, "password": PASSWORD })).await.ok(200);
    }
}

on_both! {
    async fn one_signs_out_everywhere_else(app: TestApp) {
        let here = app.with_token(&begun(&app).await);
        let (one, other) = (app.sign_in(EMAIL).await, app.sign_in(EMAIL).await);
        here.send(here.request("DELETE", "/api/v1/auth/sessions")).await.ok(204);
        for client in [&one, &other] {
            client.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        }
        let me = here.get("/api/v1/auth/me").await.ok(200);
        let admin = app.admin().await;
        let url = format!("/api/v1/accounts/{}/sessions", me["id"].as_str().unwrap());
        admin.send(admin.request("DELETE", &url)).await.ok(204);
        here.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
    }
}
