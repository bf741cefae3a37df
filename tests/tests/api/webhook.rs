//! Webhooks: told what changed, in order, signed; whatever the receiver does.

use std::collections::HashSet;
use std::time::Duration;

use api::webhook::deliver_due;
use domain::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, Reply, Sink, Taken, TestApp, id, on_both};

const WEBHOOKS: &str = "/api/v1/webhooks";

/// A service with a role in a partnership, signed in: its account, and itself.
async fn service(app: &TestApp, role: Role, partnership: Uuid) -> (Uuid, Client) {
    let scopes = ["public:read", "internal:read", "webhooks:manage"];
    app.service(role, partnership, &scopes).await
}

/// A webhook of a service: its path and its secret.
async fn webhook(service: &Client, sink: &Sink, more: Value) -> (String, String) {
    let mut body = json!({ "name": "Odbiorca", "url": sink.url() });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = service.post(WEBHOOKS, body).await;
    let url = made.header("location").to_owned();
    assert_eq!(made.header("cache-control"), "no-store");
    (url, made.ok(201)["secret"].as_str().unwrap().to_owned())
}

/// Somebody who keeps the records of a partnership, and a meeting that only those who work with it see.
async fn secretariat(app: &TestApp, partnership: Uuid) -> Client {
    app.signed_in_as(Role::Secretariat, Some(partnership), None)
        .await
}

async fn meeting(client: &Client, partnership: Uuid, title: &str) -> Uuid {
    let body = json!({ "title": title, "kind": "council", "held_on": "2018-01-10" });
    let url = format!("/api/v1/partnerships/{partnership}/meetings");
    id(&client.post(&url, body).await.ok(201))
}

/// Whether a message is genuine, as somebody else's library computes it.
#[track_caller]
fn genuine(message: &Taken, secret: &str) -> bool {
    let verifier = standardwebhooks::Webhook::new(secret).unwrap();
    let at = message.header("webhook-timestamp").parse().unwrap();
    let expected = verifier
        .sign(message.header("webhook-id"), at, message.body.as_bytes())
        .unwrap();
    message
        .header("webhook-signature")
        .split(' ')
        .any(|signature| signature == expected)
}

/// The same, as a receiver verifies it: with the time, which must be the present.
#[track_caller]
fn verified(message: &Taken, secret: &str) -> bool {
    let mut headers = reqwest::header::HeaderMap::new();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        headers.insert(name, message.header(name).parse().unwrap());
    }
    let verifier = standardwebhooks::Webhook::new(secret).unwrap();
    verifier.verify(message.body.as_bytes(), &headers).is_ok()
}

fn types(taken: &[Taken]) -> Vec<String> {
    let of = |taken: &Taken| taken.json()["type"].as_str().unwrap().to_owned();
    taken.iter().map(of).collect()
}

fn seqs(taken: &[Taken]) -> Vec<i64> {
    let of = |taken: &Taken| taken.json()["data"]["seq"].as_i64().unwrap();
    taken.iter().map(of).collect()
}

async fn log(client: &Client, webhook: &str, query: &str) -> Vec<Value> {
    let page = client
        .get(&format!("{webhook}/messages?{query}"))
        .await
        .ok(200);
    page["items"].as_array().unwrap().clone()
}

on_both! {
    with |config| config.webhook_networks = "127.0.0.0/8".to_owned();
    async fn a_service_is_told_what_it_may_see(app: TestApp) {
        let (own, other) = (app.partnership("Partnerstwo Lubuskie").await, app.partnership("Inne").await);
        let (_, rops) = service(&app, Role::Rops, own).await;
        let (_, reporting) = service(&app, Role::Reporting, own).await;
        let (inside, outside) = (Sink::start(), Sink::start());
        let (url, secret) = webhook(&rops, &inside, json!({ "event_types": ["meeting.*"] })).await;
        webhook(&reporting, &outside, json!({ "event_types": ["meeting.published"], "partnership": own })).await;
        let keeper = secretariat(&app, own).await;
        let held = meeting(&keeper, own, "Posiedzenie Rady").await;
        meeting(&secretariat(&app, other).await, other, "Cudze").await;
        app.institution("Powiatowy Urząd Pracy w Żarach").await;
        deliver_due(&app.state).await.unwrap();
        let told = inside.taken();
        assert_eq!(types(&told), ["meeting.created"]);
        assert!(outside.taken().is_empty());
        let message = told[0].json();
        assert!(genuine(&told[0], &secret) && verified(&told[0], &secret));
        assert!(!verified(&Taken { body: told[0].body.replace("meeting", "meetinq"), ..told[0].clone() }, &secret));
        assert_eq!(told[0].header("content-type"), "application/json");
        assert_eq!(message["data"]["id"], json!(held));
        assert_eq!(message["timestamp"], message["data"]["at"]);
        // Ids and the number, and nothing of what the record says.
        assert!(!told[0].body.contains("Rady"));
        assert_eq!(message["data"]["actor"], json!(null));
        // The same that the feed tells.
        let feed = rops.get(&format!("/api/v1/changes?kind=meeting&record={held}")).await.ok(200);
        assert_eq!(feed["items"], json!([message["data"]]));

        let path = format!("/api/v1/partnerships/{own}/meetings/{held}");
        keeper.patch(&path, "*", json!({ "town": "Żary" })).await.ok(200);
        keeper.step(&path, json!({ "to": "scheduled" })).await.ok(200);
        deliver_due(&app.state).await.unwrap();
        assert_eq!(types(&inside.taken()), ["meeting.updated", "meeting.updated"]);
        assert_eq!(types(&outside.taken()), ["meeting.published"]);
        deliver_due(&app.state).await.unwrap();
        assert!(inside.taken().is_empty() && outside.taken().is_empty());
        let logged = log(&rops, &url, "sort=created_at").await;
        assert_eq!(logged.len(), 3);
        assert_eq!(logged[0]["status"], "delivered");
        assert_eq!(logged[0]["message_id"], told[0].header("webhook-id"));
        assert_eq!(logged[0]["attempts"][0]["status"], 204);
        assert_eq!(logged[0]["payload"], message);
    }
}

on_both! {
    with |config| config.webhook_networks = "127.0.0.0/8".to_owned();
    async fn what_fails_is_tried_again(app: TestApp) {
        let own = app.partnership("Partnerstwo Lubuskie").await;
        let (_, rops) = service(&app, Role::Rops, own).await;
        let sink = Sink::start();
        let (url, secret) = webhook(&rops, &sink, json!({})).await;
        let keeper = secretariat(&app, own).await;
        let mut seen = HashSet::new();
        for (reply, error, wait) in [
            (Reply::Status(500, ""), "answered 500", 6),
            (Reply::Status(302, "location: /elsewhere\r\n"), "a redirect", 6),
            (Reply::Status(503, "retry-after: 120\r\n"), "answered 503", 121),
            (Reply::Garbage, "", 6),
            (Reply::Close, "", 6),
        ] {
            sink.reply(reply.clone());
            meeting(&keeper, own, &format!("Program {error} {wait}")).await;
            deliver_due(&app.state).await.unwrap();
            let first = sink.taken();
            assert_eq!(first.len(), 1, "{reply:?}");
            assert_eq!(first[0].path, "/hook");
            let waiting = log(&rops, &url, "status=pending").await;
            let attempt = &waiting[0]["attempts"][0];
            assert!(attempt["error"].as_str().unwrap().starts_with(error), "{attempt}");
            assert_ne!(rops.get(&url).await.ok(200)["failing_since"], json!(null));
            // Not before its time.
            sink.reply(Reply::Status(200, ""));
            app.pass(wait - 3);
            deliver_due(&app.state).await.unwrap();
            assert!(sink.taken().is_empty(), "{reply:?}");
            app.pass(3);
            deliver_due(&app.state).await.unwrap();
            let second = sink.taken();
            assert_eq!(second.len(), 1, "{reply:?}");
            assert_eq!(first[0].header("webhook-id"), second[0].header("webhook-id"));
            assert_eq!(first[0].body, second[0].body);
            assert_ne!(first[0].header("webhook-timestamp"), second[0].header("webhook-timestamp"));
            assert!(genuine(&second[0], &secret));
            assert!(seen.insert(first[0].header("webhook-id").to_owned()));
            assert_eq!(rops.get(&url).await.ok(200)["failing_since"], json!(null));
        }
        // A success is one by its status, whatever else the receiver sends.
        sink.reply(Reply::EndlessBody);
        meeting(&keeper, own, "Ostatni").await;
        deliver_due(&app.state).await.unwrap();
        assert_eq!(sink.taken().len(), 1);
        assert!(log(&rops, &url, "status=pending").await.is_empty());
    }
}

on_both! {
    with |config| config.webhook_networks = "127.0.0.0/8".to_owned();
    async fn one_that_hangs_delays_no_other(app: TestApp) {
        let own = app.partnership("Partnerstwo Lubuskie").await;
        let (_, rops) = service(&app, Role::Rops, own).await;
        let (dead, live) = (Sink::start(), Sink::start());
        dead.reply(Reply::Hang(Duration::from_secs(60)));
        let (dead_url, _) = webhook(&rops, &dead, json!({})).await;
        webhook(&rops, &live, json!({})).await;
        let keeper = secretariat(&app, own).await;
        for name in ["a", "b", "c"] {
            meeting(&keeper, own, name).await;
        }
        let worker = tokio::spawn({
            let state = app.state.clone();
            async move { deliver_due(&state).await.unwrap() }
        });
        dead.wait_for(1, Duration::from_secs(5)).await;
        live.wait_for(3, Duration::from_secs(5)).await;
        assert!(!worker.is_finished());
        worker.await.unwrap();
        let waiting = log(&rops, &dead_url, "status=pending").await;
        let tried: Vec<&Value> = waiting.iter().filter(|message| message["attempts"] != json!([])).collect();
        assert_eq!((waiting.len(), tried.len()), (3, 1));
        assert_eq!(tried[0]["attempts"][0]["error"], "no answer in time");
    }
}

on_both! {
    with |config| config.webhook_networks = "127.0.0.0/8".to_owned();
    async fn a_receiver_that_is_gone_is_told_no_more(app: TestApp) {
        let own = app.partnership("Partnerstwo Lubuskie").await;
        let (_, rops) = service(&app, Role::Rops, own).await;
        let sink = Sink::start();
        let (url, _) = webhook(&rops, &sink, json!({})).await;
        let keeper = secretariat(&app, own).await;
        meeting(&keeper, own, "a").await;
        meeting(&keeper, own, "b").await;
        sink.reply(Reply::Status(410, ""));
        deliver_due(&app.state).await.unwrap();
        assert_eq!(sink.taken().len(), 1);
        let ended = rops.get(&url).await.ok(200);
        assert_eq!((&ended["status"], &ended["allowed_transitions"]), (&json!("ended"), &json!([])));
        rops.step(&url, json!({ "to": "active" })).await.problem(409, "invalid-transition");
        rops.post(&format!("{url}/messages"), json!({})).await.problem(409, "conflict");
        meeting(&keeper, own, "c").await;
        app.pass(7 * 86_400);
        deliver_due(&app.state).await.unwrap();
        assert!(sink.taken().is_empty());
        // Its token is over, too.
        let rops = app.admin().await;
        let failed: Vec<Value> = log(&rops, &url, "").await;
        assert!(failed.iter().all(|message| message["status"] == "failed"), "{failed:?}");
        rops.delete(&url, "*").await.ok(204);
        rops.get(&url).await.problem(404, "not-found");
    }
}

on_both! {
    with |config| config.webhook_networks = "127.0.0.0/8".to_owned();
    async fn after_three_days_of_failing_it_is_paused_and_nothing_is_lost(app: TestApp) {
        let own = app.partnership("Partnerstwo Lubuskie").await;
        let (_, rops) = service(&app, Role::Rops, own).await;
        let sink = Sink::start();
        let (url, _) = webhook(&rops, &sink, json!({ "contact_email": "dyzur@rops.example" })).await;
        let (by_admins, _) = webhook(&rops, &sink, json!({})).await;
        let keeper = secretariat(&app, own).await;
        sink.reply(Reply::Status(500, ""));
        for name in ["a", "b", "c"] {
            meeting(&keeper, own, name).await;
        }
        app.letters().await;
        for _ in 0..100 {
            deliver_due(&app.state).await.unwrap();
            app.pass(3600);
        }
        // The tokens are over by now.
        let (rops, keeper) = (app.admin().await, secretariat(&app, own).await);
        let paused = rops.get(&url).await.ok(200);
        assert_eq!((&paused["status"], &paused["allowed_transitions"]), (&json!("paused"), &json!(["active"])));
        assert_eq!(rops.get(&by_admins).await.ok(200)["status"], "paused");
        let letters = app.letters().await;
        let to_contact = letters.iter().filter(|letter| letter.to == "dyzur@rops.example");
        assert_eq!(to_contact.count(), 1);
        assert!(letters.iter().any(|letter| letter.to.starts_with("admin-") && letter.body.contains("Odbiorca")), "{letters:?}");
        // Somewhere between one attempt and one an hour.
        let tried = sink.taken().len();
        assert!((20..=200).contains(&tried), "{tried}");

        meeting(&keeper, own, "d").await;
        deliver_due(&app.state).await.unwrap();
        assert!(sink.taken().is_empty());
        sink.reply(Reply::Status(204, ""));
        rops.step(&url, json!({ "to": "active", "reason": "Naprawione" })).await.ok(200);
        deliver_due(&app.state).await.unwrap();
        let told = sink.taken();
        let mut sorted = seqs(&told);
        assert_eq!(sorted.len(), 4);
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 4);
        assert_eq!(rops.get(&url).await.ok(200)["failing_since"], json!(null));
    }
}

on_both! {
    with |config| config.webhook_networks = "127.0.0.0/8".to_owned();
    async fn secrets_overlap_and_what_was_told_is_told_again(app: TestApp) {
        let own = app.partnership("Partnerstwo Lubuskie").await;
        let (_, rops) = service(&app, Role::Rops, own).await;
        let sink = Sink::start();
        let (url, first) = webhook(&rops, &sink, json!({})).await;
        let keeper = secretariat(&app, own).await;
        meeting(&keeper, own, "a").await;
        app.pass(10);
        let between = app.now();
        meeting(&keeper, own, "b").await;
        deliver_due(&app.state).await.unwrap();
        let told = sink.taken();
        let numbers = seqs(&told);
        assert!(numbers.is_sorted() && told.len() >= 2, "{numbers:?}");

        let made = rops.post(&format!("{url}/secrets"), json!({})).await.ok(201);
        let second = made["secret"].as_str().unwrap();
        let after = numbers[numbers.len() - 2];
        let replay = format!("{url}/replays");
        rops.post(&replay, json!({ "after": after })).await.ok(202);
        deliver_due(&app.state).await.unwrap();
        let again = sink.taken();
        assert_eq!(seqs(&again), numbers[numbers.len() - 1..]);
        assert_eq!(again[0].header("webhook-id"), told.last().unwrap().header("webhook-id"));
        assert!(genuine(&again[0], &first) && genuine(&again[0], second));
        app.pass(86_400);
        let since = json!({ "since": between });
        let admin = app.admin().await;
        admin.post(&replay, since).await.ok(202);
        deliver_due(&app.state).await.unwrap();
        let again = sink.taken();
        assert!(seqs(&again).contains(numbers.last().unwrap()) && !seqs(&again).contains(&numbers[0]));
        assert!(!genuine(&again[0], &first) && genuine(&again[0], second));

        for wrong in [json!({}), json!({ "after": 1, "since": between }), json!({ "after": 1_000_000 })] {
            admin.post(&replay, wrong).await.problem(422, "invalid-values");
        }
        // What stands before the feed cannot be told.
        app.tamper(&format!("UPDATE change SET audience_before = NULL WHERE seq <= {}", numbers[0])).await;
        admin.post(&replay, json!({ "after": 0 })).await.problem(410, "snapshot-required");
    }
}

on_both! {
    async fn private_networks_are_not_called(app: TestApp) {
        let own = app.partnership("Partnerstwo Lubuskie").await;
        let (_, rops) = service(&app, Role::Rops, own).await;
        let sink = Sink::start();
        let plain = json!({ "name": "Odbiorca", "url": sink.url() });
        let refused = rops.post(WEBHOOKS, plain).await;
        refused.problem(422, "invalid-values");
        assert_eq!(refused.errors(), [("/url".to_owned(), "format".to_owned())]);
        for host in [
            "127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]",
            "[64:ff9b::127.0.0.1]", "[64:ff9b:1::127.0.0.1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[2606:4700::5efe:127.0.0.1]",
        ] {
            let url = format!("https://{host}:{}/hook", sink.port());
            let (webhook, _) = webhook(&rops, &sink, json!({ "url": url })).await;
            rops.post(&format!("{webhook}/messages"), json!({})).await.ok(202);
            deliver_due(&app.state).await.unwrap();
            let tried = log(&rops, &webhook, "").await;
            let error = &tried[0]["attempts"][0]["error"];
            assert_eq!(error, "the address lies in a network that may not be called", "{host}");
        }
        assert!(sink.taken().is_empty());
    }
}

on_both! {
    with |config| config.webhook_networks = "127.0.0.0/8".to_owned();
    async fn each_message_is_sent_by_one_replica(app: TestApp) {
        let own = app.partnership("Partnerstwo Lubuskie").await;
        let (_, rops) = service(&app, Role::Rops, own).await;
        let sink = Sink::start();
        webhook(&rops, &sink, json!({ "event_types": ["meeting.created"] })).await;
        let other = app.replica().await;
        let keeper = secretariat(&app, own).await;
        let workers: Vec<_> = [&app, &other]
            .map(|replica| {
                let state = replica.state.clone();
                tokio::spawn(async move {
                    for _ in 0..60 {
                        deliver_due(&state).await.unwrap();
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                })
            })
            .into();
        for number in 0..40 {
            meeting(&keeper, own, &format!("Program {number}")).await;
        }
        for worker in workers {
            worker.await.unwrap();
        }
        deliver_due(&app.state).await.unwrap();
        let numbers = seqs(&sink.taken());
        assert_eq!(numbers.len(), 40);
        assert!(numbers.is_sorted());

        // A replica that is killed while it works: another one goes on, once it is known to be silent.
        meeting(&keeper, own, "Ostatni").await;
        let head = persistence::change::sequence(&app.db).await.unwrap();
        let taken = persistence::webhook::work::take(&other.db, head, other.now()).await.unwrap();
        assert!(taken.is_some());
        drop(taken);
        deliver_due(&app.state).await.unwrap();
        assert!(sink.taken().is_empty());
        app.pass(61);
        deliver_due(&app.state).await.unwrap();
        assert_eq!(sink.taken().len(), 1);
    }
}

on_both! {
    with |config| config.webhook_networks = "127.0.0.0/8".to_owned();
    async fn a_webhook_is_its_services_own(app: TestApp) {
        let own = app.partnership("Partnerstwo Lubuskie").await;
        let (account, rops) = service(&app, Role::Rops, own).await;
        let (_, stranger) = service(&app, Role::Reporting, own).await;
        let sink = Sink::start();
        let (url, secret) = webhook(&rops, &sink, json!({})).await;
        assert_eq!(stranger.get(WEBHOOKS).await.ok(200)["items"], json!([]));
        for path in ["", "/messages"] {
            stranger.get(&format!("{url}{path}")).await.problem(404, "not-found");
        }
        stranger.post(&format!("{url}/secrets"), json!({})).await.problem(404, "not-found");
        let given = json!({ "name": "Cudzy", "url": sink.url(), "account": account });
        stranger.post(WEBHOOKS, given.clone()).await.problem(403, "forbidden");
        let of_nobody = json!({ "name": "Niczyj", "url": sink.url(), "account": Uuid::from_u128(7) });
        stranger.post(WEBHOOKS, of_nobody).await.problem(403, "forbidden");
        let (other, _) = service(&app, Role::Rops, own).await;
        for account in [other, Uuid::from_u128(7)] {
            let refused = rops.patch(&url, "*", json!({ "account": account })).await;
            assert_eq!(refused.errors(), [("/account".to_owned(), "conflict".to_owned())]);
        }
        let admin = app.admin().await;
        admin.post(WEBHOOKS, given).await.ok(201);
        assert_eq!(admin.get(&format!("{WEBHOOKS}?account={account}")).await.ok(200)["items"].as_array().unwrap().len(), 2);
        // People are told by other means.
        admin.post(WEBHOOKS, json!({ "name": "Mój", "url": sink.url() })).await.problem(409, "dangling-reference");
        let read = rops.get(&url).await.ok(200);
        assert!(!read.to_string().contains(&secret));
        rops.patch(&url, "*", json!({ "account": app.account("a@test.example", &[]).await })).await.problem(422, "invalid-values");
        let changed = rops.patch(&url, "\"1\"", json!({ "event_types": ["meeting.*"], "partnership": own })).await.ok(200);
        assert_eq!(changed["partnership"]["id"], json!(own));

        rops.post(&format!("{url}/messages"), json!({})).await.ok(202);
        deliver_due(&app.state).await.unwrap();
        let test = sink.taken();
        assert_eq!(types(&test), ["test"]);
        assert!(genuine(&test[0], &secret));
        assert_eq!(test[0].json()["data"], json!({}));

        // Who may do nothing any more is told nothing; and goes on later where it stopped.
        let keeper = secretariat(&app, own).await;
        admin.step(&format!("/api/v1/accounts/{account}"), json!({ "to": "disabled" })).await.ok(200);
        meeting(&keeper, own, "Posiedzenie").await;
        deliver_due(&app.state).await.unwrap();
        assert!(sink.taken().is_empty());
        admin.step(&format!("/api/v1/accounts/{account}"), json!({ "to": "active" })).await.ok(200);
        app.pass(301);
        deliver_due(&app.state).await.unwrap();
        assert!(types(&sink.taken()).contains(&"meeting.created".to_owned()));
    }
}

on_both! {
    with |config| config.webhook_networks = "127.0.0.0/8".to_owned();
    async fn what_happens_during_a_pause_is_told_after_it(app: TestApp) {
        let own = app.partnership("Partnerstwo Lubuskie").await;
        let (_, rops) = service(&app, Role::Rops, own).await;
        let sink = Sink::start();
        let (url, _) = webhook(&rops, &sink, json!({ "event_types": ["meeting.created"] })).await;
        let keeper = secretariat(&app, own).await;
        rops.step(&url, json!({ "to": "paused" })).await.ok(200);
        meeting(&keeper, own, "W przerwie").await;
        deliver_due(&app.state).await.unwrap();
        assert!(sink.taken().is_empty());
        rops.step(&url, json!({ "to": "active" })).await.ok(200);
        deliver_due(&app.state).await.unwrap();
        assert_eq!(sink.taken().len(), 1);
        // What waits goes to where it is to be sent now.
        sink.reply(Reply::Status(500, ""));
        meeting(&keeper, own, "Do nowego adresu").await;
        deliver_due(&app.state).await.unwrap();
        let other = Sink::start();
        rops.patch(&url, "*", json!({ "url": other.url() })).await.ok(200);
        app.pass(6);
        deliver_due(&app.state).await.unwrap();
        assert_eq!((sink.taken().len(), other.taken().len()), (1, 1));
    }
}
