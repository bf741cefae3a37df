//! Attempts to sign in are slowed down, requests are limited; nobody is kept out for good.

use serde_json::json;

use crate::support::{Answer, PASSWORD, TestApp, on_both};

const EMAIL: &str = "osoba@test.example";

async fn from(app: &TestApp, address: &str, email: &str, password: &str) -> Answer {
    let anonymous = app.anonymous();
    let request = anonymous
        .request("POST", "/api/v1/auth/login")
        .header("x-forwarded-for", address);
    anonymous
        .send(request.json(&json!({ "email": email, "password": password })))
        .await
}

fn wait(answer: &Answer) -> i64 {
    answer.problem(429, "too-many-requests");
    answer.header("retry-after").parse().unwrap()
}

on_both! {
    with |config| config.trusted_proxies = "127.0.0.1".to_owned();
    /// ASVS 5, 6.3.1.
    async fn failures_of_an_account_are_slowed_down_wherever_they_come_from(app: TestApp) {
        let replica = app.replica().await;
        app.account(EMAIL, &[]).await;
        for number in 0..6 {
            let server = if number % 2 == 0 { &app } else { &replica };
            from(server, &format!("192.0.2.{number}"), EMAIL, "wrong").await.problem(401, "bad-credentials");
        }
        // Both replicas know of it, and the right password does not help.
        for server in [&app, &replica] {
            let seconds = wait(&from(server, "198.51.100.1", EMAIL, PASSWORD).await);
            assert_eq!(seconds, 1);
        }
        // An unknown account is slowed down alike.
        for number in 0..6 {
            from(&app, &format!("192.0.2.{number}"), "nikt@test.example", "wrong").await.problem(401, "bad-credentials");
        }
        wait(&from(&app, "198.51.100.1", "nikt@test.example", "wrong").await);
        app.pass(2);
        from(&app, "198.51.100.1", EMAIL, PASSWORD).await.ok(200);
        // Success forgets the failures.
        from(&app, "198.51.100.2", EMAIL, "wrong").await.problem(401, "bad-credentials");
        from(&app, "198.51.100.2", EMAIL, PASSWORD).await.ok(200);
    }
}

on_both! {
    with |config| config.trusted_proxies = "127.0.0.1".to_owned();
    async fn who_sets_a_new_password_where_the_former_was_forgotten_signs_in_at_once(app: TestApp) {
        app.account(EMAIL, &[]).await;
        let usual = "192.0.2.1";
        from(&app, usual, EMAIL, PASSWORD).await.ok(200);
        for _ in 0..6 { from(&app, usual, EMAIL, "wrong").await; }
        wait(&from(&app, usual, EMAIL, PASSWORD).await);
        let anonymous = app.anonymous();
        let asked = |url: &str| anonymous.request("POST", url).header("x-forwarded-for", usual);
        let url = "/api/v1/auth/password-reset";
        anonymous.send(asked(url).json(&json!({ "email": EMAIL }))).await.ok(202);
        let letters = app.letters().await;
        let link = letters.iter().find(|letter| letter.body.contains("#")).unwrap().link();
        let new = "mleko rower szafa tulipan";
        let body = json!({ "link": link, "password": new });
        anonymous.send(asked(&format!("{url}/confirm")).json(&body)).await.ok(204);
        from(&app, usual, EMAIL, new).await.ok(200);
    }
}

on_both! {
    with |config| config.trusted_proxies = "127.0.0.1".to_owned();
    async fn strangers_do_not_keep_the_owner_out(app: TestApp) {
        app.account(EMAIL, &[]).await;
        from(&app, "192.0.2.1", EMAIL, PASSWORD).await.ok(200);
        for _ in 0..40 {
            let answer = from(&app, "203.0.113.5", EMAIL, "wrong").await;
            if answer.status == 429 { app.pass(wait(&answer).min(60)); }
        }
        wait(&from(&app, "203.0.113.6", EMAIL, PASSWORD).await);
        // From where the account was used before, it goes on as if nothing had happened.
        from(&app, "192.0.2.1", EMAIL, PASSWORD).await.ok(200);
        // And everybody else waits a minute at the most.
        for _ in 0..12 {
            from(&app, "203.0.113.7", EMAIL, "wrong").await;
            app.pass(60);
        }
        from(&app, "203.0.113.8", EMAIL, PASSWORD).await.ok(200);
    }
}

on_both! {
    with |config| config.trusted_proxies = "127.0.0.1".to_owned();
    async fn who_tries_many_accounts_waits_longer_and_longer(app: TestApp) {
        let mut waits = Vec::new();
        for number in 0..40 {
            let answer = from(&app, "203.0.113.5", &format!("osoba{number}@test.example"), "wrong").await;
            if answer.status == 429 {
                waits.push(wait(&answer));
                app.pass(wait(&answer));
            }
        }
        assert_eq!(waits[..4], [1, 2, 4, 8], "{waits:?}");
        // Others from elsewhere are not concerned.
        app.account(EMAIL, &[]).await;
        from(&app, "192.0.2.1", EMAIL, PASSWORD).await.ok(200);
    }
}

on_both! {
    async fn guesses_at_once_are_counted_one_by_one(app: TestApp) {
        app.account(EMAIL, &[]).await;
        let mut tries = Vec::new();
        for _ in 0..20 {
            let client = app.anonymous();
            let body = json!({ "email": EMAIL, "password": "wrong" });
            tries.push(tokio::spawn(async move { client.post("/api/v1/auth/login", body).await.status }));
        }
        let mut tried = 0;
        for one in tries {
            tried += usize::from(one.await.unwrap() == 401);
        }
        assert_eq!(tried, 6, "five for nothing, and the one after which one waits");
    }
}

on_both! {
    with |config| { config.requests_per_minute = 20; config.anonymous_requests_per_minute = 30; };
    async fn every_answer_says_what_is_left_of_the_limit(app: TestApp) {
        let client = {
            app.account(EMAIL, &[]).await;
            app.sign_in(EMAIL).await
        };
        let first = client.get("/api/v1/auth/me").await;
        assert_eq!(first.header("ratelimit-policy"), "\"account\";q=20;w=60");
        assert!(first.header("ratelimit").starts_with("\"account\";r=19;t="), "{}", first.header("ratelimit"));
        let mut last = first;
        for _ in 0..20 {
            last = client.get("/api/v1/auth/me").await;
        }
        let seconds = wait(&last);
        assert!((1..=4).contains(&seconds), "{seconds}");
        assert!(last.header("ratelimit").starts_with("\"account\";r=0;"));
        // What is nobody's is counted by the address.
        let anonymous = app.anonymous();
        let answer = anonymous.get("/api/v1/institutions").await;
        assert_eq!((answer.status, answer.header("ratelimit-policy")), (200, "\"address\";q=30;w=60"));
        for _ in 0..30 {
            last = anonymous.get("/nowhere").await;
        }
        // What is nowhere costs nothing to refuse.
        last.problem(404, "not-found");
        for _ in 0..30 {
            last = anonymous.get("/api/v1/institutions").await;
        }
        wait(&last);
        // Probes are always answered.
        assert_eq!(anonymous.get("/health/live").await.status, 200);
    }
}

on_both! {
    with |config| config.trusted_proxies = "127.0.0.1".to_owned();
    /// ASVS 5, 6.3.1: from wherever they try, strangers do not keep the owner out at a new address either.
    async fn strangers_hold_up_a_new_address_for_a_quarter_of_an_hour_in_all(app: TestApp) {
        app.account(EMAIL, &[]).await;
        let begun = app.now();
        for number in 0..80 {
            let answer = from(&app, &format!("203.0.113.{number}"), EMAIL, "wrong").await;
            if answer.status == 429 { app.pass(wait(&answer)); }
        }
        let held = (app.now() - begun).num_minutes();
        assert!((10..=15).contains(&held), "{held}");
        // Each address waits on its own now.
        for _ in 0..6 {
            from(&app, "203.0.113.200", EMAIL, "wrong").await.problem(401, "bad-credentials");
        }
        wait(&from(&app, "203.0.113.200", EMAIL, "wrong").await);
        from(&app, "198.51.100.1", EMAIL, PASSWORD).await.ok(200);
    }
}
