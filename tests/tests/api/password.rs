//! Passwords: how they are set, changed and set anew, and which are refused.

use serde_json::{Value, json};

use crate::support::{Letter, PASSWORD, TestApp, on_both};

const EMAIL: &str = "wieslawa.nowakowska@wup.example";
const NEW: &str = "mleko rower szafa tulipan";

/// The letters to somebody.
async fn letters_to(app: &TestApp, recipient: &str) -> Vec<Letter> {
    let mut letters = app.letters().await;
    letters.retain(|letter| letter.to == recipient);
    letters
}

on_both! {
    /// ASVS 5, 6.2.2, 6.2.3 and 7.4.3.
    async fn who_knows_the_password_changes_it_and_other_sessions_end(app: TestApp) {
        app.account(EMAIL, &[]).await;
        let (here, elsewhere) = (app.sign_in(EMAIL).await, app.sign_in(EMAIL).await);
        let url = "/api/v1/auth/password";
        let change = |current: &str, new: &str| json!({ "current_password": current, "password": new });
        let wrong = here.post(url, change("a wrong password", NEW)).await;
        wrong.problem(422, "invalid-values");
        assert_eq!(wrong.errors(), [("/current_password".to_owned(), "wrong".to_owned())]);
        here.post(url, change(PASSWORD, NEW)).await.ok(204);
        here.get("/api/v1/auth/me").await.ok(200);
        elsewhere.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        app.login(EMAIL, PASSWORD).await.problem(401, "bad-credentials");
        app.login(EMAIL, NEW).await.ok(200);
        let letters = app.letters().await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].body.contains("zmieniono hasło"), "{}", letters[0].body);
    }
}

on_both! {
    /// ASVS 5, 6.2: length, common passwords, own words; no composition, any characters.
    async fn a_new_password_is_long_and_not_easily_guessed(app: TestApp) {
        app.account(EMAIL, &[]).await;
        let client = app.sign_in(EMAIL).await;
        let change = |new: &str| json!({ "current_password": PASSWORD, "password": new });
        for (new, rule) in [
            ("krótkie", "length"),
            ("qwertyuiop12", "guessable"),
            ("wieslawa.nowakowska", "guessable"),
            ("partnerstwo2016", "guessable"),
        ] {
            let refused = client.post("/api/v1/auth/password", change(new)).await;
            refused.problem(422, "invalid-values");
            assert_eq!(refused.errors(), [("/password".to_owned(), rule.to_owned())], "{new}");
        }
        client.post("/api/v1/auth/password", change("zażółć gęślą jaźń")).await.ok(204);
        // Typed on another keyboard: the same letters, composed otherwise.
        app.login(EMAIL, "zaz\u{307}o\u{301}łc\u{301} ge\u{328}s\u{301}la\u{328} jaz\u{301}n\u{301}").await.ok(200);
    }
}

on_both! {
    /// ASVS 5, 6.4.
    async fn a_link_that_is_mailed_sets_a_new_password_once(app: TestApp) {
        app.account(EMAIL, &[]).await;
        let before = app.sign_in(EMAIL).await;
        let anonymous = app.anonymous();
        let ask = |email: &str| json!({ "email": email });
        let url = "/api/v1/auth/password-reset";
        for email in [EMAIL, "nobody@wup.example"] {
            let answer = anonymous.post(url, ask(email)).await;
            assert_eq!((answer.status, answer.text.as_str()), (202, ""));
        }
        let letters = letters_to(&app, EMAIL).await;
        let link = letters[0].link();
        assert!(letters[0].head.contains("Auto-Submitted: auto-generated"));
        assert!(letters_to(&app, "nobody@wup.example").await.is_empty());
        let opened = anonymous.post("/api/v1/auth/links/read", json!({ "link": link })).await.ok(200);
        assert_eq!((&opened["action"], &opened["recipient"]), (&json!("reset_password"), &json!(EMAIL)));
        let confirm = format!("{url}/confirm");
        let set = |link: &str, password: &str| json!({ "link": link, "password": password });
        // What is refused does not use the link up.
        anonymous.post(&confirm, set(&link, "krótkie")).await.problem(422, "invalid-values");
        anonymous.post(&confirm, set(&link, NEW)).await.ok(204);
        before.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        app.login(EMAIL, NEW).await.ok(200);
        // Whatever the password is: it is not judged for a link that opens nothing.
        for password in [PASSWORD, "aaaaaaaaaaaaaa"] {
            anonymous.post(&confirm, set(&link, password)).await.problem(410, "link-not-valid");
        }
        anonymous.post("/api/v1/auth/links/read", json!({ "link": link })).await.problem(410, "link-not-valid");
    }
}

on_both! {
    async fn a_link_is_for_one_action_and_one_time_and_cannot_be_made_up(app: TestApp) {
        app.account(EMAIL, &[]).await;
        let anonymous = app.anonymous();
        let ask = json!({ "email": EMAIL });
        anonymous.post("/api/v1/auth/password-reset", ask.clone()).await.ok(202);
        let first = letters_to(&app, EMAIL).await[0].link();
        anonymous.post("/api/v1/auth/password-reset", ask).await.ok(202);
        let second = letters_to(&app, EMAIL).await[0].link();
        let set = |link: &str| json!({ "link": link, "password": NEW });
        let confirm = "/api/v1/auth/password-reset/confirm";
        // A newer link takes the place of an older one.
        anonymous.post(confirm, set(&first)).await.problem(410, "link-not-valid");
        anonymous.post("/api/v1/auth/invitation", set(&second)).await.problem(410, "link-not-valid");
        let mut forged = second.clone().into_bytes();
        let last = forged.len() - 5;
        forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        for link in [forged.as_str(), "", "x", "AAAA", &"A".repeat(64)] {
            anonymous.post(confirm, set(link)).await.problem(410, "link-not-valid");
        }
        anonymous.post(confirm, set(&"A".repeat(101))).await.problem(422, "invalid-values");
        app.pass(3601);
        anonymous.post(confirm, set(&second)).await.problem(410, "link-not-valid");
        app.login(EMAIL, NEW).await.problem(401, "bad-credentials");
    }
}

on_both! {
    async fn an_address_is_changed_once_both_have_confirmed(app: TestApp) {
        app.account(EMAIL, &[]).await;
        let client = app.sign_in(EMAIL).await;
        let new = "nowa@wup.example";
        let ask = |email: &str, password: &str| json!({ "email": email, "password": password });
        client.post("/api/v1/auth/email", ask(new, "a wrong password")).await.problem(422, "invalid-values");
        client.post("/api/v1/auth/email", ask("no address", PASSWORD)).await.problem(422, "invalid-values");
        client.post("/api/v1/auth/email", ask(new, PASSWORD)).await.ok(202);
        let letters = app.letters().await;
        let to = |recipient: &str| letters.iter().find(|letter| letter.to == recipient).unwrap().link();
        let confirm = async |link: String| -> Value {
            app.anonymous().post("/api/v1/auth/email/confirm", json!({ "link": link })).await.ok(200)
        };
        assert_eq!(confirm(to(new)).await["complete"], false);
        app.login(EMAIL, PASSWORD).await.ok(200);
        assert_eq!(confirm(to(EMAIL)).await["complete"], true);
        app.login(EMAIL, PASSWORD).await.problem(401, "bad-credentials");
        app.login(new, PASSWORD).await.ok(200);
        client.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        let letters = app.letters().await;
        assert_eq!((letters.len(), letters[0].to.as_str()), (1, EMAIL));
    }
}

on_both! {
    async fn nobody_takes_the_address_of_another(app: TestApp) {
        app.account(EMAIL, &[]).await;
        app.account("zajety@wup.example", &[]).await;
        let client = app.sign_in(EMAIL).await;
        let ask = json!({ "email": "zajety@wup.example", "password": PASSWORD });
        // Not told to who asks, but to who holds that address.
        client.post("/api/v1/auth/email", ask).await.ok(202);
        let mut statuses = Vec::new();
        for letter in app.letters().await {
            let answer = app.anonymous().post("/api/v1/auth/email/confirm", json!({ "link": letter.link() })).await;
            statuses.push(answer.status);
        }
        assert_eq!(statuses, [200, 409]);
        app.login(EMAIL, PASSWORD).await.ok(200);
    }
}

on_both! {
    async fn the_page_of_a_link_runs_nothing_but_its_own_script(app: TestApp) {
        for action in ["accept_invitation", "reset_password", "confirm_new_email", "confirm_old_email"] {
            let page = app.anonymous().get(&format!("/links/{action}")).await;
            assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
            let policy = page.header("content-security-policy");
            assert!(policy.contains("script-src 'sha256-") && policy.contains("form-action 'none'"), "{policy}");
            assert!(!policy.contains("unsafe"), "{policy}");
            assert_eq!(page.text.contains("type=\"password\""), action.ends_with("on") || action.starts_with("reset"));
        }
        app.anonymous().get("/links/surprise").await.problem(404, "not-found");
    }
}

on_both! {
    async fn a_link_to_a_former_mailbox_opens_nothing(app: TestApp) {
        app.account(EMAIL, &[]).await;
        let client = app.sign_in(EMAIL).await;
        let new = "nowa@wup.example";
        client.post("/api/v1/auth/email", json!({ "email": new, "password": PASSWORD })).await.ok(202);
        let confirmations = app.letters().await;
        // The intruder, who reads the former mailbox, asks in time.
        app.anonymous().post("/api/v1/auth/password-reset", json!({ "email": EMAIL })).await.ok(202);
        let stolen = letters_to(&app, EMAIL).await[0].link();
        for letter in confirmations {
            app.anonymous().post("/api/v1/auth/email/confirm", json!({ "link": letter.link() })).await.ok(200);
        }
        let set = json!({ "link": stolen, "password": NEW });
        app.anonymous().post("/api/v1/auth/password-reset/confirm", set).await.problem(410, "link-not-valid");
        app.login(new, PASSWORD).await.ok(200);
    }
}

on_both! {
    async fn letters_are_not_sent_without_end(app: TestApp) {
        app.account(EMAIL, &[]).await;
        for _ in 0..8 {
            app.anonymous().post("/api/v1/auth/password-reset", json!({ "email": EMAIL })).await.ok(202);
        }
        // Four, after which one waits; nobody is told.
        assert!(letters_to(&app, EMAIL).await.len() <= 4);
    }
}
