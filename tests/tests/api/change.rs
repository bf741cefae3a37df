//! The feed of changes and snapshots: each caller is told what appears, changes and disappears to it, once and in order, and
//! whoever follows has what there is.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::access::Role;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use uuid::Uuid;

use crate::import::reference_year;
use crate::support::{Client, Program, TestApp, id, on_both};

const LUBUSKIE: &str = "/api/v1/partnerships/partnerstwo-lubuskie";

/// Everything that a caller is told from a number on, and where to go on.
async fn told(client: &Client, first: &str) -> (Vec<Value>, String) {
    let (mut items, mut next) = (Vec::new(), first.to_owned());
    loop {
        let answer = client.get(&next).await;
        let page = answer.ok(200);
        next = page["next"].as_str().unwrap().to_owned();
        assert_eq!(answer.header("link"), format!("<{next}>; rel=\"next\""));
        let page = page["items"].as_array().unwrap().clone();
        if page.is_empty() {
            return (items, next);
        }
        items.extend(page);
    }
}

/// Operation and kind of each change.
fn told_as(items: &[Value]) -> Vec<(&str, &str)> {
    items
        .iter()
        .map(|item| (item["op"].as_str().unwrap(), item["kind"].as_str().unwrap()))
        .collect()
}

async fn seq(app: &TestApp) -> i64 {
    persistence::change::sequence(&app.db).await.unwrap()
}

struct Here {
    partnership: Uuid,
    url: String,
    admin: Client,
    rops: Client,
}

async fn here(app: &TestApp) -> Here {
    let partnership = app.partnership("Partnerstwo Lubuskie").await;
    Here {
        partnership,
        url: format!("/api/v1/partnerships/{partnership}"),
        admin: app.admin().await,
        rops: app.signed_in_as(Role::Rops, Some(partnership), None).await,
    }
}

fn draft(title: &str) -> Value {
    json!({ "title": title, "kind": "information", "held_on": "2016-03-01" })
}

on_both! {
    async fn what_appears_and_disappears_is_told_as_that(app: TestApp) {
        let here = here(&app).await;
        let from = format!("{}/changes?after={}", here.url, seq(&app).await);
        let meeting = here.admin.post(&format!("{}/meetings", here.url), draft("Spotkanie")).await.ok(201);
        let url = format!("{}/meetings/{}", here.url, id(&meeting));
        for visibility in ["public", "internal"] {
            let item = json!({ "title": format!("Punkt {visibility}"), "position": 1, "visibility": visibility });
            here.admin.post(&format!("{url}/agenda-items"), item).await.ok(201);
        }
        let (nothing, next) = told(&app.anonymous(), &from).await;
        assert!(nothing.is_empty(), "{nothing:?}");
        let (internal, _) = told(&here.rops, &from).await;
        assert_eq!(told_as(&internal), [
            ("created", "meeting"),
            ("created", "agenda_item"), ("updated", "meeting"),
            ("created", "agenda_item"), ("updated", "meeting"),
        ]);
        assert_eq!(internal[1]["parent"], json!({ "kind": "meeting", "id": id(&meeting) }));
        assert_eq!(internal[2]["fields"], json!(["agenda_item"]));
        here.admin.step(&url, json!({ "to": "scheduled" })).await.ok(200);
        let (public, next) = told(&app.anonymous(), &next).await;
        assert_eq!(told_as(&public), [("published", "meeting"), ("published", "agenda_item")]);
        for told in &public {
            // Where it is read is told.
            assert_eq!(app.anonymous().get(told["href"].as_str().unwrap()).await.ok(200)["id"], told["id"]);
        }
        // What belongs to a meeting and is not public changes what everybody sees of it.
        let institution = app.institution("PUP w Żarach").await;
        let (_, next) = told(&app.anonymous(), &next).await;
        here.admin.post(&format!("{url}/attendance"), json!({ "institution": institution, "status": "present" })).await.ok(201);
        let (public, next) = told(&app.anonymous(), &next).await;
        assert_eq!(told_as(&public), [("updated", "meeting")]);
        assert_eq!((&public[0]["fields"], &public[0]["id"]), (&json!(["attendance"]), &meeting["id"]));
        here.admin.patch(&url, "*", json!({ "town": "Żary" })).await.ok(200);
        let (public, _) = told(&app.anonymous(), &next).await;
        assert_eq!((told_as(&public), &public[0]["fields"]), (vec![("updated", "meeting")], &json!(["town"])));
    }
}

on_both! {
    async fn what_is_withdrawn_is_unpublished_with_all_that_hangs_on_it(app: TestApp) {
        let here = here(&app).await;
        let institution = app.institution("PUP w Żarach").await;
        let signed = json!({ "institution": institution, "signed_on": "2008-06-18", "signing_form": "agreement" });
        here.admin.post(&format!("{}/signatories", here.url), signed).await.ok(201);
        let communique = json!({ "title": "Komunikat", "body": "Treść komunikatu." });
        let communique = id(&here.admin.post(&format!("{}/communiques", here.url), communique).await.ok(201));
        let url = format!("{}/communiques/{communique}", here.url);
        for to in ["in_review", "released"] {
            here.admin.step(&url, json!({ "to": to })).await.ok(200);
        }
        let posting = json!({ "institution": institution, "posted_on": app.state.clock.today(), "url": "https://pup-zary.example/komunikat" });
        here.admin.post(&format!("{url}/postings"), posting).await.ok(201);
        let since = app.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let from = format!("{}/changes?after={}", here.url, seq(&app).await);
        here.admin.step(&url, json!({ "to": "withdrawn", "reason": "Błąd w treści" })).await.ok(200);
        let (public, _) = told(&app.anonymous(), &from).await;
        assert_eq!(told_as(&public), [("unpublished", "communique"), ("unpublished", "posting")]);
        assert!(public.iter().all(|told| told["href"].is_null()), "{public:?}");
        let (internal, _) = told(&here.rops, &from).await;
        assert_eq!(told_as(&internal), [("updated", "communique")]);
        // Lists tell it, too, to who saw it before.
        for list in ["communiques", "postings"] {
            let gone = app.anonymous().get(&format!("{}/{list}?modified_since={since}&total=true", here.url)).await.ok(200);
            assert_eq!((&gone["total"], &gone["deleted"][0]["deletion"]), (&json!(1), &json!("unpublished")), "{list}: {gone}");
            let kept = here.rops.get(&format!("{}/{list}?modified_since={since}", here.url)).await.ok(200);
            assert_eq!((kept["items"].as_array().unwrap().len(), &kept["deleted"]), (1, &json!([])), "{kept}");
        }
        // A draft that was never public is told to nobody else, neither when it changes nor when it is deleted.
        let secret = id(&here.admin.post(&format!("{}/meetings", here.url), draft("Tajne")).await.ok(201));
        let meeting = format!("{}/meetings/{secret}", here.url);
        here.admin.patch(&meeting, "*", json!({ "town": "Żary" })).await.ok(200);
        here.admin.delete(&meeting, "*").await.ok(204);
        let (public, _) = told(&app.anonymous(), &from).await;
        assert!(!format!("{public:?}").contains(&secret.to_string()));
        let meetings = app.anonymous().get(&format!("{}/meetings?modified_since={since}", here.url)).await;
        assert!(!meetings.text.contains(&secret.to_string()), "{}", meetings.text);
    }
}

on_both! {
    async fn what_was_merged_is_told_with_what_took_its_place(app: TestApp) {
        let (old, new) = (app.institution("PUP w Żarach").await, app.institution("Urząd Pracy Żary").await);
        let from = format!("/api/v1/changes?after={}", seq(&app).await);
        let merged = json!({ "status": "merged", "successor": new });
        app.admin().await.patch(&format!("/api/v1/institutions/{old}"), "*", merged).await.ok(200);
        let (public, _) = told(&app.anonymous(), &from).await;
        assert_eq!(told_as(&public), [("merged", "institution")]);
        assert_eq!((&public[0]["merged_into"], &public[0]["id"]), (&json!(new), &json!(old)));
    }
}

on_both! {
    async fn who_did_it_is_told_to_those_who_work_here(app: TestApp) {
        let here = here(&app).await;
        let from = format!("{}/changes?kind=meeting&after={}", here.url, seq(&app).await);
        let url = format!("{}/meetings", here.url);
        let meeting = here.admin.post(&url, draft("Spotkanie")).await.ok(201);
        let account = here.admin.get("/api/v1/auth/me").await.ok(200)["id"].clone();
        assert_eq!(told(&here.admin, &from).await.0[0]["actor"], account);
        assert_eq!(told(&here.rops, &from).await.0[0]["actor"], json!(null));
        // Filters: of one record, and with the record itself.
        let other = here.admin.post(&url, draft("Inne")).await.ok(201);
        let (one, next) = told(&here.admin, &format!("{from}&record={}&include=record&limit=1", id(&other))).await;
        assert_eq!((one.len(), &one[0]["record"]["title"]), (1, &json!("Inne")));
        assert!(next.contains("include=record") && next.contains("limit=1"), "{next}");
        here.admin.delete(&format!("{url}/{}", id(&meeting)), "*").await.ok(204);
        let (gone, _) = told(&here.admin, &format!("{from}&record={}&include=record", id(&meeting))).await;
        assert_eq!(told_as(&gone), [("created", "meeting"), ("deleted", "meeting")]);
        assert!(gone.iter().all(|told| told["record"].is_null()), "{gone:?}");
        for wrong in ["kind=surprise", "after=-1", "limit=0", "limit=501", "wait=31", "record=zary", "include=all"] {
            here.admin.get(&format!("/api/v1/changes?{wrong}")).await.problem(400, "invalid-parameter");
        }
    }
}

on_both! {
    async fn who_waits_is_answered_when_another_replica_writes(app: TestApp) {
        let replica = app.replica().await;
        let admin = app.admin().await;
        let from = format!("/api/v1/changes?after={}", seq(&app).await);
        let began = Instant::now();
        let waiting = replica.anonymous();
        let url = format!("{from}&wait=20");
        let waited = tokio::spawn(async move { waiting.get(&url).await.ok(200) });
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert!(!waited.is_finished());
        admin.post("/api/v1/institutions", json!({ "name": "PUP w Żarach", "kind": "pup" })).await.ok(201);
        let page = waited.await.unwrap();
        assert_eq!(page["items"][0]["op"], "created");
        assert!(began.elapsed() < Duration::from_secs(10));
        // Nothing comes: the answer is empty, and says where to go on.
        let next = page["next"].as_str().unwrap().replace("wait=20", "wait=1");
        let empty = replica.anonymous().get(&next).await.ok(200);
        assert_eq!(empty["items"], json!([]));
    }
}

on_both! {
    async fn a_stream_goes_on_where_it_was_cut(app: TestApp) {
        let here = here(&app).await;
        let from = seq(&app).await;
        let url = format!("{}/meetings", here.url);
        for title in ["Pierwsze", "Drugie"] {
            here.admin.post(&url, draft(title)).await.ok(201);
        }
        let stream = format!("{}/changes/stream", here.url);
        let request = here.admin.request("GET", &format!("{stream}?limit=1&after={from}"));
        let mut answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let mut text = String::new();
        while text.matches("event: change").count() < 2 {
            text.push_str(std::str::from_utf8(&answer.chunk().await.unwrap().unwrap()).unwrap());
        }
        drop(answer);
        let ids: Vec<i64> = text.lines().filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).collect();
        assert_eq!(ids, [from + 1, from + 1, from + 2, from + 2]);
        let data: Vec<Value> = text.lines().filter_map(|line| Some(serde_json::from_str(line.strip_prefix("data: ")?).unwrap())).collect();
        assert_eq!(told_as(&data), [("created", "meeting"), ("created", "meeting")]);
        let request = here.admin.request("GET", &stream).header("Last-Event-ID", (from + 1).to_string());
        let mut answer = request.send().await.unwrap();
        let first = answer.chunk().await.unwrap().unwrap();
        let first = std::str::from_utf8(&first).unwrap();
        assert!(first.starts_with(&format!("id: {}\nevent: change\ndata: {{", from + 2)), "{first}");
        // Whose session ends is told nothing more.
        here.admin.send(here.admin.request("POST", "/api/v1/auth/logout")).await.ok(204);
        app.admin().await.post(&url, draft("Trzecie")).await.ok(201);
        let rest = tokio::time::timeout(Duration::from_secs(20), answer.chunk()).await.unwrap().unwrap();
        assert_eq!(rest, None);
        here.rops.get(&format!("{stream}?include=record")).await.problem(400, "unknown-parameter");
    }
}

/// How many of one account, or address, may wait at once.
const SEATS: usize = 30;

on_both! {
    async fn nobody_holds_the_connections_of_everybody(app: TestApp) {
        let admin = app.admin().await;
        app.institution("OPS w Żarach").await;
        let head = seq(&app).await;
        let stream = format!("/api/v1/changes/stream?after={head}");
        let wait = format!("/api/v1/changes?wait=30&after={head}");
        // The first seat is that of somebody who waits without a stream.
        let (waiting, url) = (app.anonymous(), wait.clone());
        let waiting = tokio::spawn(async move { waiting.get(&url).await });
        let mut streams = Vec::new();
        for _ in 1..SEATS {
            let answer = app.anonymous().request("GET", &stream).send().await.unwrap();
            assert_eq!(answer.status(), 200);
            streams.push(answer);
        }
        loop {
            let answer = app.anonymous().request("GET", &stream).send().await.unwrap();
            if answer.status() == 429 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        for refused in [&stream, &wait] {
            let refused = app.anonymous().get(refused).await;
            refused.problem(429, "too-many-requests");
            assert_eq!((refused.header("retry-after"), refused.header("connection")), ("15", "close"));
        }
        // Nothing is kept from who does not wait, nor from anybody else.
        app.anonymous().get(&format!("/api/v1/changes?after={head}")).await.ok(200);
        app.anonymous().get(&wait.replace(&format!("after={head}"), "after=0")).await.ok(200);
        app.anonymous().get("/health/ready").await.ok(200);
        let own = admin.request("GET", &stream).send().await.unwrap();
        assert_eq!(own.status(), 200);
        // Something happens: who waited is answered, and who goes leaves a seat.
        app.institution("PUP w Żarach").await;
        waiting.await.unwrap().ok(200);
        let answer = app.anonymous().request("GET", &stream).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        drop(answer);
        drop(streams);
        let began = Instant::now();
        while app.anonymous().request("GET", &stream).send().await.unwrap().status() != 200 {
            assert!(began.elapsed() < Duration::from_secs(60));
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

/// A stream from which nothing is read.
async fn unread(app: &TestApp) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2048).unwrap();
    let address = app.base.strip_prefix("http://").unwrap().parse();
    let mut stream = socket.connect(address.unwrap()).await.unwrap();
    let request = b"GET /api/v1/changes/stream?after=0&limit=500 HTTP/1.1\r\nHost: x\r\n\r\n";
    stream.write_all(request).await.unwrap();
    stream
}

on_both! {
    async fn a_stream_that_is_never_read_is_cut(app: TestApp) {
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        let mut streams = Vec::new();
        for _ in 0..SEATS {
            streams.push(unread(&app).await);
        }
        let another = || app.anonymous().request("GET", "/api/v1/changes/stream").send();
        while another().await.unwrap().status() == 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // All seats are taken; by itself a stream would hold its own for ten minutes.
        let began = Instant::now();
        while another().await.unwrap().status() != 200 {
            assert!(began.elapsed() < Duration::from_secs(180), "not cut");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

on_both! {
    async fn where_the_feed_does_not_reach_a_snapshot_is_needed(app: TestApp) {
        let admin = app.admin().await;
        app.institution("PUP w Żarach").await;
        let head = seq(&app).await;
        app.tamper(&format!("UPDATE change SET audience_before = NULL WHERE seq <= {head}")).await;
        admin.get("/api/v1/changes?after=0").await.problem(410, "snapshot-required");
        admin.get("/api/v1/changes/stream?after=0").await.problem(410, "snapshot-required");
        admin.get(&format!("/api/v1/changes?after={}", head + 1)).await.problem(410, "snapshot-required");
        app.institution("OPS w Żarach").await;
        let (after, _) = told(&admin, &format!("/api/v1/changes?after={head}")).await;
        assert_eq!(told_as(&after), [("created", "institution")]);
    }
}

/// A snapshot's number, and its records by their ids.
async fn snapshot(client: &Client, url: &str) -> (i64, Copies) {
    let answer = client.send(client.request("POST", url)).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/x-ndjson"),
        "{}",
        answer.text
    );
    let lines: Vec<Value> = answer
        .text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (first, last) = (lines.first().unwrap(), lines.last().unwrap());
    assert_eq!(
        (&first["type"], &last["type"]),
        (&json!("snapshot"), &json!("end"))
    );
    assert_eq!(last["records"], lines.len() - 2);
    let seq = first["seq"].as_i64().unwrap();
    assert!(
        first["changes"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/changes?after={seq}"))
    );
    let mut copies = Copies::default();
    for line in &lines[1..lines.len() - 1] {
        let before = copies.0.insert(
            line["id"].as_str().unwrap().to_owned(),
            own(&line["record"]),
        );
        assert!(before.is_none(), "{line} twice");
    }
    (seq, copies)
}

/// What a client keeps.
#[derive(Clone, Debug, Default, PartialEq)]
struct Copies(BTreeMap<String, Value>);

impl Copies {
    fn take(&mut self, told: &Value) {
        let id = told["id"].as_str().unwrap();
        let gone = ["deleted", "unpublished"].contains(&told["op"].as_str().unwrap());
        if gone || told["record"].is_null() {
            self.0.remove(id);
        } else {
            self.0.insert(id.to_owned(), own(&told["record"]));
        }
    }

    fn assert_same(&self, present: &Self, who: &str) {
        for (id, record) in &present.0 {
            assert_eq!(self.0.get(id), Some(record), "{who}: {id}");
        }
        let surplus: Vec<_> = self
            .0
            .iter()
            .filter(|(id, _)| !present.0.contains_key(*id))
            .collect();
        assert!(surplus.is_empty(), "{who}: {surplus:?}");
    }
}

/// A record without what it repeats of others: of a reference its id is kept.
fn own(record: &Value) -> Value {
    match record {
        Value::Object(fields)
            if fields.len() == 3
                && ["id", "slug", "name"]
                    .iter()
                    .all(|name| fields.contains_key(*name)) =>
        {
            fields["id"].clone()
        }
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), own(value)))
            .collect(),
        Value::Array(values) => values.iter().map(own).collect(),
        other => other.clone(),
    }
}

on_both! {
    async fn a_snapshot_holds_what_its_caller_may_read(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let url = format!("{LUBUSKIE}/snapshots");
        app.anonymous().send(app.anonymous().request("POST", &url)).await.problem(401, "unauthenticated");
        let (at, all) = snapshot(&admin, &url).await;
        assert_eq!(at, seq(&app).await);
        for (list, kind) in [("signatories", "signatory"), ("meetings", "meeting"), ("postings", "posting"), ("agenda-items", "agenda_item")] {
            let (_, some) = snapshot(&admin, &format!("{url}?kind={kind}")).await;
            let total = admin.get(&format!("{LUBUSKIE}/{list}?total=true&limit=1")).await.ok(200)["total"].clone();
            assert_eq!(json!(some.0.len()), total, "{list}");
            for (id, record) in some.0 {
                assert_eq!(all.0[&id], record);
            }
        }
        // Everything together is what the feed tells from the beginning.
        let mut copies = Copies::default();
        for told in told(&admin, "/api/v1/changes?after=0&include=record&limit=500").await.0 {
            copies.take(&told);
        }
        copies.assert_same(&snapshot(&admin, "/api/v1/snapshots").await.1, "from the beginning");
        let reporting = app.signed_in_as(Role::Reporting, None, None).await;
        let (_, public) = snapshot(&reporting, "/api/v1/snapshots").await;
        assert!(public.0.len() < all.0.len());
        let attendance = admin.get(&format!("{LUBUSKIE}/meetings/rada-2016-1/attendance?limit=1")).await.ok(200);
        let attendance = attendance["items"][0]["id"].as_str().unwrap();
        assert!(all.0.contains_key(attendance) && !public.0.contains_key(attendance));
        admin.send(admin.request("POST", &format!("{url}?kind=surprise"))).await.problem(400, "invalid-parameter");
    }
}

/// How many writes all writers do together, at the least.
const ENOUGH: usize = 240;

/// What one writer does: everything that a partnership's records go through, on both replicas.
async fn write(writer: usize, clients: [Client; 2], url: String, all: Arc<AtomicUsize>) {
    let mut done = 0;
    let mut random = writer * 7919 + 17;
    let mut own: Vec<String> = Vec::new();
    while all.load(Ordering::SeqCst) < ENOUGH {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let pick = random >> 33;
        let client = &clients[pick % 2];
        tokio::time::sleep(Duration::from_millis((pick % 7) as u64)).await;
        let last = own.last().cloned();
        let request = match (pick / 2 % 9, last) {
            (0, _) | (_, None) => client
                .request("POST", &format!("{url}/meetings"))
                .json(&draft(&format!("Spotkanie {writer}/{done}"))),
            (1 | 2, Some(meeting)) => client
                .request("POST", &format!("{meeting}/transitions"))
                .json(&json!({ "to": (["scheduled", "held", "cancelled"][pick % 3]) })),
            (3, Some(meeting)) => client
                .request("PATCH", &meeting)
                .json(&json!({ "town": format!("Żary {done}") })),
            (4 | 5, Some(meeting)) => {
                let visibility = ["public", "internal"][pick % 2];
                client.request("POST", &format!("{meeting}/agenda-items")).json(&json!({ "title": format!("Punkt {done}"), "position": 1 + done, "visibility": visibility }))
            }
            (6, Some(meeting)) => client
                .request("POST", &format!("{meeting}/attendance"))
                .json(
                    &json!({ "institution": format!("urzad-{}", pick % 4), "status": "present" }),
                ),
            (7, Some(_)) => client
                .request("PATCH", &format!("/api/v1/institutions/urzad-{}", pick % 4))
                .json(&json!({ "short_name": format!("U{writer}-{done}") })),
            (_, Some(meeting)) => {
                own.pop();
                client.request("DELETE", &meeting)
            }
        };
        // A replica that is stopped answers nothing, or that it cannot: whatever came of it is told by the feed.
        let Ok(response) = request.header("If-Match", "*").send().await else {
            continue;
        };
        let status = response.status().as_u16();
        assert!(
            matches!(status, 200 | 201 | 204 | 404 | 409 | 412 | 422 | 503),
            "{status}: {}",
            response.text().await.unwrap()
        );
        if status < 300 {
            done += 1;
            all.fetch_add(1, Ordering::SeqCst);
        }
        if status == 201
            && let Ok(made) = response.json::<Value>().await
            && made["kind"] == "information"
        {
            own.push(format!("{url}/meetings/{}", made["id"].as_str().unwrap()));
        }
    }
}

on_both! {
    async fn whoever_follows_has_what_there_is(app: TestApp) {
        let replica = Program::serve(app.program());
        let here = here(&app).await;
        for number in 0..4 {
            let body = json!({ "name": format!("Urząd {number}"), "slug": format!("urzad-{number}"), "kind": "pup" });
            here.admin.post("/api/v1/institutions", body).await.ok(201);
        }
        let done = Arc::new(AtomicUsize::new(0));
        let there = Client { base: replica.base.clone(), ..here.admin.clone() };
        let writers: Vec<_> = (0..16)
            .map(|writer| tokio::spawn(write(writer, [here.admin.clone(), there.clone()], here.url.clone(), Arc::clone(&done))))
            .collect();
        // Three who see differently much follow from nothing, and one from a snapshot taken meanwhile.
        let readers = [("admin", here.admin.clone()), ("rops", here.rops.clone()), ("anyone", app.anonymous())];
        let mut follows = Vec::new();
        for (who, client) in readers.iter().cloned() {
            follows.push((who, client, String::from("/api/v1/changes?after=0&include=record&limit=37"), Copies::default(), 0));
        }
        let mut replica = Some(replica);
        let mut late = false;
        let mut seen: HashMap<(&str, String), (i64, String)> = HashMap::new();
        loop {
            let finished = writers.iter().all(tokio::task::JoinHandle::is_finished);
            let written = done.load(Ordering::SeqCst);
            if written > ENOUGH / 4 && !late {
                let (at, copies) = snapshot(&here.admin, "/api/v1/snapshots").await;
                follows.push(("late", here.admin.clone(), format!("/api/v1/changes?after={at}&include=record"), copies, at));
                late = true;
            }
            if written > ENOUGH / 2 && let Some(replica) = replica.take() {
                // In the middle of what is under way.
                replica.kill();
            }
            let mut idle = true;
            for (who, client, next, copies, last) in &mut follows {
                let page = client.get(next).await.ok(200);
                *next = page["next"].as_str().unwrap().to_owned();
                for told in page["items"].as_array().unwrap() {
                    idle = false;
                    let seq = told["seq"].as_i64().unwrap();
                    assert!(seq > *last, "{who}: {seq} after {last}");
                    *last = seq;
                    // Nothing appears twice, and nothing changes that has not appeared.
                    let (key, op) = ((*who, told["id"].to_string()), told["op"].as_str().unwrap().to_owned());
                    let before = seen.insert(key, (seq, op.clone()));
                    let gone = before.as_ref().is_none_or(|(_, op)| ["deleted", "unpublished"].contains(&op.as_str()));
                    let appears = ["created", "published"].contains(&op.as_str());
                    assert!(*who == "late" || gone == appears, "{who}: {told} after {before:?}");
                    copies.take(told);
                }
            }
            if finished && idle {
                break;
            }
        }
        for writer in writers {
            writer.await.unwrap();
        }
        assert!(late && replica.is_none());
        for (who, client, _, copies, _) in &follows {
            if *who == "anyone" {
                let signed_in = app.signed_in_as(Role::Reporting, Some(here.partnership), None).await;
                copies.assert_same(&snapshot(&signed_in, "/api/v1/snapshots").await.1, who);
            } else {
                copies.assert_same(&snapshot(client, "/api/v1/snapshots").await.1, who);
            }
        }
        assert!(persistence::audit::verify(&app.db, None).await.is_ok());
    }
}
