//! Whole partnerships as files: asked for, made in the background by any replica, fetched from any, kept for a week.

use std::io::{Cursor, Read};

use api::export::run_due;
use domain::access::{Grant, Role};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zip::ZipArchive;

use crate::import::reference_year;
use crate::support::{Client, TestApp, id, on_both};

const P: &str = "/api/v1/partnerships/partnerstwo-lubuskie";
const WEEK: i64 = 7 * 24 * 3600;

/// The reference year with a person in it: who keeps its records, and the partnership.
async fn year(app: &TestApp) -> (Client, Uuid) {
    let admin = app.admin().await;
    admin
        .post("/api/v1/imports", reference_year())
        .await
        .ok(200);
    let partnership = id(&admin.get(P).await.ok(200));
    let person = json!({ "name": "Zofia Żurawska", "function": "=1+1" });
    admin.post(&format!("{P}/people"), person).await.ok(201);
    (keeper(app, partnership).await, partnership)
}

async fn keeper(app: &TestApp, partnership: Uuid) -> Client {
    app.signed_in_as(Role::Secretariat, Some(partnership), None)
        .await
}

/// Asks for an export: where it is followed.
async fn asked(client: &Client, body: Value) -> String {
    let answer = client.post(&format!("{P}/exports"), body).await;
    let export = answer.ok(202);
    assert_eq!(
        (&export["status"], &export["progress"]),
        (&json!("queued"), &json!(0))
    );
    assert_eq!(export["download"], Value::Null);
    answer.header("location").to_owned()
}

/// The file of an export that is done, whole by its own account.
async fn file(client: &Client, export: &str) -> ZipArchive<Cursor<Vec<u8>>> {
    let export = client.get(export).await.ok(200);
    assert_eq!(
        (&export["status"], &export["progress"]),
        (&json!("done"), &export["records"]),
        "{export}"
    );
    let request = client.request("GET", export["download"].as_str().unwrap());
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/zip");
    assert_eq!(
        answer.headers()["content-length"].to_str().unwrap(),
        export["bytes"].to_string()
    );
    let bytes = answer.bytes().await.unwrap().to_vec();
    assert_eq!(hex::encode(Sha256::digest(&bytes)), export["sha256"]);
    ZipArchive::new(Cursor::new(bytes)).unwrap()
}

fn text(archive: &mut ZipArchive<Cursor<Vec<u8>>>, name: &str) -> String {
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

fn manifest(archive: &mut ZipArchive<Cursor<Vec<u8>>>) -> Value {
    serde_json::from_str(&text(archive, "manifest.json")).unwrap()
}

on_both! {
    async fn a_partnership_becomes_a_file(app: TestApp) {
        let (keeper, partnership) = year(&app).await;
        let export = asked(&keeper, json!({})).await;
        keeper.get(&format!("{export}/download")).await.problem(404, "not-found");
        run_due(&app.state).await.unwrap();
        let mut archive = file(&keeper, &export).await;
        let manifest = manifest(&mut archive);
        assert_eq!((&manifest["schema_version"], &manifest["view"], &manifest["format"]), (&json!(1), &json!("personal"), &json!("ndjson")));
        assert_eq!(manifest["partnership"]["id"], json!(partnership));
        let mut records = 0;
        for described in manifest["files"].as_array().unwrap() {
            let text = text(&mut archive, described["name"].as_str().unwrap());
            assert_eq!(text.lines().count() as u64, described["records"].as_u64().unwrap(), "{described}");
            assert_eq!((text.len() as u64, hex::encode(Sha256::digest(&text))), (described["bytes"].as_u64().unwrap(), described["sha256"].as_str().unwrap().to_owned()));
            records += described["records"].as_u64().unwrap();
        }
        assert_eq!((manifest["records"].as_u64(), archive.len()), (Some(records), 24));
        assert_eq!(keeper.get(&export).await.ok(200)["records"], json!(records));
        // What lists say, page by page.
        for (kind, list) in [("signatory", "signatories"), ("commitment", "commitments"), ("person", "people")] {
            let lines = text(&mut archive, &format!("{kind}.ndjson"));
            let mut lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let mut items = crate::conventions::walk(&keeper, &format!("{P}/{list}?limit=200")).await;
            for records in [&mut lines, &mut items] {
                records.sort_by_key(|record| record["id"].to_string());
            }
            assert_eq!(lines, items, "{kind}");
        }
        assert!(text(&mut archive, "person.ndjson").contains("Zofia Żurawska"));
        // And what is asked with the number of the manifest begins where the file ends.
        let changes = manifest["changes"].as_str().unwrap();
        assert_eq!(keeper.get(changes).await.ok(200)["items"], json!([]));
    }
}

on_both! {
    async fn a_file_is_served_like_any_other(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let export = asked(&keeper, json!({ "format": "csv", "kinds": ["person", "meeting"] })).await;
        run_due(&app.state).await.unwrap();
        let mut archive = file(&keeper, &export).await;
        assert_eq!(archive.file_names().map(Result::unwrap).collect::<Vec<_>>(), ["meeting.csv", "person.csv", "manifest.json"]);
        let people = text(&mut archive, "person.csv");
        let rows: Vec<csv::StringRecord> = csv::ReaderBuilder::new().has_headers(false)
            .from_reader(people.as_bytes()).records().map(Result::unwrap).collect();
        let cell = |name: &str| &rows[1][rows[0].iter().position(|known| known == name).unwrap()];
        assert_eq!((cell("name"), cell("function")), ("Zofia Żurawska", "'=1+1"));
        let url = format!("{export}/download");
        let head = keeper.send(keeper.request("HEAD", &url)).await;
        let shown = keeper.get(&export).await.ok(200);
        let tag = format!("\"{}\"", shown["sha256"].as_str().unwrap());
        assert_eq!((head.status, head.text.as_str(), head.header("etag")), (200, "", tag.as_str()));
        assert!(head.header("content-disposition").starts_with("attachment; filename=\"partnerstwo-lubuskie-20"));
        let again = keeper.send(keeper.request("GET", &url).header("if-none-match", &tag)).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""));
        // A second replica serves what the first one made.
        let other = app.replica().await;
        let elsewhere = Client { base: other.base.clone(), ..keeper.clone() };
        file(&elsewhere, &export).await;
        // After a week it is gone, its bytes, too.
        app.pass(WEEK + 1);
        run_due(&app.state).await.unwrap();
        let keeper = app.admin().await;
        keeper.get(&url).await.problem(404, "not-found");
        keeper.get(&export).await.problem(404, "not-found");
        assert!(persistence::export::chunk::read(&app.db, id(&shown), 0).await.unwrap().is_none());
    }
}

on_both! {
    async fn an_export_shows_what_its_owner_may_see(app: TestApp) {
        let (keeper, partnership) = year(&app).await;
        let rops = app.signed_in_as(Role::Rops, Some(partnership), None).await;
        let auditor = app.signed_in_as(Role::Auditor, Some(partnership), None).await;
        let (seen, personal) = (asked(&rops, json!({})).await, asked(&keeper, json!({})).await);
        run_due(&app.state).await.unwrap();
        let mut archive = file(&rops, &seen).await;
        assert_eq!(manifest(&mut archive)["view"], "internal");
        assert_eq!(text(&mut archive, "person.ndjson"), "");
        assert!(!text(&mut archive, "attendance.ndjson").is_empty());
        // Exports are one's own, and administrators'.
        auditor.get(&personal).await.problem(404, "not-found");
        auditor.get(&format!("{personal}/download")).await.problem(404, "not-found");
        assert_eq!(auditor.delete(&personal, "*").await.status, 404);
        assert_eq!(auditor.get(&format!("{P}/exports")).await.ok(200)["items"], json!([]));
        let admin = app.admin().await;
        assert_eq!(admin.get(&format!("{P}/exports")).await.ok(200)["items"].as_array().unwrap().len(), 2);
        file(&admin, &personal).await;
        app.anonymous().get(&personal).await.problem(401, "unauthenticated");
        for role in [Role::CouncilMember, Role::CouncilChair] {
            let member = app.signed_in_as(role, Some(partnership), None).await;
            member.post(&format!("{P}/exports"), json!({})).await.problem(403, "forbidden");
        }
        for wrong in [json!({ "format": "pdf" }), json!({ "kinds": ["account"] })] {
            keeper.post(&format!("{P}/exports"), wrong).await.problem(422, "invalid-values");
        }
    }
}

on_both! {
    /// Who may less than when the file was made does not get it, and who may nothing any more has none made.
    async fn rights_are_looked_at_again(app: TestApp) {
        let (_, partnership) = year(&app).await;
        let admin = app.admin().await;
        let grant = |role| Grant { role, partnership: Some(partnership), institution: None };
        let account = app.account("zmienna@test.example", &[grant(Role::Secretariat), grant(Role::Rops)]).await;
        let somebody = app.sign_in("zmienna@test.example").await;
        let export = asked(&somebody, json!({})).await;
        run_due(&app.state).await.unwrap();
        file(&somebody, &export).await;
        let waiting = asked(&somebody, json!({})).await;
        let grants = admin.get(&format!("/api/v1/grants?account={account}")).await.ok(200);
        let of = |role: &str| grants["items"].as_array().unwrap().iter().find(|grant| grant["role"] == role).unwrap()["id"].as_str().unwrap().to_owned();
        assert_eq!(admin.delete(&format!("/api/v1/grants/{}", of("secretariat")), "*").await.status, 204);
        let refused = somebody.get(&format!("{export}/download")).await.problem(403, "forbidden");
        assert!(refused["detail"].as_str().unwrap().contains("personal:read"), "{refused}");
        // What is made now shows less than what was asked for.
        run_due(&app.state).await.unwrap();
        assert_eq!(manifest(&mut file(&somebody, &waiting).await)["view"], "internal");
        let late = asked(&somebody, json!({})).await;
        assert_eq!(admin.delete(&format!("/api/v1/grants/{}", of("rops")), "*").await.status, 204);
        run_due(&app.state).await.unwrap();
        let late = admin.get(&late).await.ok(200);
        assert_eq!((&late["status"], &late["reason"], &late["download"]), (&json!("refused"), &json!("permission"), &Value::Null));
    }
}

on_both! {
    /// A scope narrows what a service's export holds, as it narrows all else.
    async fn an_export_of_a_service_keeps_to_its_scopes(app: TestApp) {
        let (_, partnership) = year(&app).await;
        let admin = app.admin().await;
        let account = admin.post("/api/v1/accounts", json!({
            "kind": "service", "name": "Raporty", "scopes": ["public:read", "internal:read", "exports:run"],
            "grants": [{ "role": "rops", "partnership": partnership }],
        })).await;
        let account = id(&account.ok(201));
        let secret = admin.post(&format!("/api/v1/accounts/{account}/secrets"), json!({ "name": "pierwszy" })).await.ok(201);
        let anonymous = app.anonymous();
        let token = |scope: &'static str| {
            let request = anonymous.request("POST", "/oauth/token")
                .basic_auth(account.to_string(), secret["client_secret"].as_str())
                .header("content-type", "application/x-www-form-urlencoded")
                .body(format!("grant_type=client_credentials&scope={scope}"));
            let anonymous = anonymous.clone();
            async move { anonymous.send(request).await.ok(200) }
        };
        let narrow = app.with_token(&token("public:read+exports:run").await);
        let wide = app.with_token(&token("public:read+internal:read+exports:run").await);
        let exports = [(asked(&narrow, json!({})).await, "public"), (asked(&wide, json!({})).await, "internal")];
        run_due(&app.state).await.unwrap();
        for (export, view) in exports {
            assert_eq!(manifest(&mut file(&wide, &export).await)["view"], view);
        }
        let without = app.with_token(&token("public:read+internal:read").await);
        without.get(&format!("{P}/exports")).await.problem(403, "forbidden");
    }
}

on_both! {
    async fn another_replica_takes_over_and_gives_up_in_the_end(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let export = asked(&keeper, json!({})).await;
        let taken = || async {
            persistence::export::work::take(&app.db, app.now()).await.unwrap()
        };
        // A replica takes it and falls silent.
        let mut silent = taken().await.unwrap();
        assert_eq!(keeper.get(&export).await.ok(200)["status"], "running");
        assert!(taken().await.is_none());
        run_due(&app.state).await.unwrap();
        assert_eq!(keeper.get(&export).await.ok(200)["status"], "running");
        app.pass(61);
        let other = app.replica().await;
        run_due(&other.state).await.unwrap();
        file(&keeper, &export).await;
        // Tries to hold and undoes it, and waits for that: a transaction that is dropped keeps its locks for a moment.
        let held = |mut work: persistence::export::work::Work| {
            let (db, now) = (app.db.clone(), app.now());
            async move {
                let tx = db.begin(persistence::Origin::default(), now).await.unwrap();
                let trial = tx.try_out().await.unwrap();
                let held = persistence::export::work::hold(&tx, &mut work, 50).await.unwrap();
                tx.undo(trial).await.unwrap();
                tx.commit().await.unwrap();
                held
            }
        };
        // Whoever comes back finds that it is not its own any more.
        assert!(!held(silent.clone()).await);
        let export = asked(&keeper, json!({})).await;
        for _ in 0..3 {
            let work = taken().await.unwrap();
            assert!(held(work.clone()).await);
            // Nor while the other one is still at work.
            assert!(!held(std::mem::replace(&mut silent, work)).await);
            app.pass(61);
        }
        run_due(&app.state).await.unwrap();
        let failed = keeper.get(&export).await.ok(200);
        assert_eq!((&failed["status"], &failed["reason"]), (&json!("failed"), &json!("interrupted")));
    }
}

on_both! {
    async fn an_export_is_deleted_with_its_file_and_few_wait(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let export = asked(&keeper, json!({ "kinds": ["partnership"] })).await;
        run_due(&app.state).await.unwrap();
        let made = keeper.get(&export).await.ok(200);
        keeper.delete(&export, "\"1-personal\"").await.problem(412, "stale");
        assert_eq!(keeper.delete(&export, "*").await.status, 204);
        run_due(&app.state).await.unwrap();
        assert!(persistence::export::chunk::read(&app.db, id(&made), 0).await.unwrap().is_none());
        // One that is deleted while it waits is not made.
        let waiting = asked(&keeper, json!({})).await;
        assert_eq!(keeper.delete(&waiting, "*").await.status, 204);
        run_due(&app.state).await.unwrap();
        keeper.get(&waiting).await.problem(404, "not-found");
        let mut last = String::new();
        for _ in 0..20 {
            last = asked(&keeper, json!({ "kinds": ["partnership"] })).await;
        }
        let many = || async { keeper.post(&format!("{P}/exports"), json!({})).await.problem(409, "conflict") };
        many().await;
        // Those that are kept count, too: their files are stored.
        run_due(&app.state).await.unwrap();
        many().await;
        assert_eq!(keeper.delete(&last, "*").await.status, 204);
        let replayed = json!({ "kinds": ["partnership"] });
        let first = keeper.post_with_key(&format!("{P}/exports"), "raz", &replayed).await;
        let second = keeper.post_with_key(&format!("{P}/exports"), "raz", &replayed).await;
        assert_eq!((second.status, second.header("location")), (202, first.header("location")));
    }
}

on_both! {
    async fn a_schedule_makes_exports(app: TestApp) {
        let (keeper, partnership) = year(&app).await;
        let url = format!("{P}/export-schedules");
        let hourly = json!({ "name": "Co godzinę", "rule": "FREQ=HOURLY", "format": "csv", "kinds": ["meeting"] });
        let made = keeper.post(&url, hourly).await;
        let schedule = made.header("location").to_owned();
        let shown = made.ok(201);
        assert_eq!((&shown["time_zone"], &shown["view"]), (&json!("Europe/Warsaw"), &json!("personal")));
        let list = format!("{P}/exports?schedule={}", shown["id"].as_str().unwrap());
        // Tokens end meanwhile; administrators see everybody's.
        let exports = || async { app.admin().await.get(&list).await.ok(200)["items"].as_array().unwrap().clone() };
        run_due(&app.state).await.unwrap();
        assert!(exports().await.is_empty());
        // Two replicas look at the same time; there is one export.
        app.pass(3600);
        let other = app.replica().await;
        let (one, two) = tokio::join!(run_due(&app.state), run_due(&other.state));
        one.and(two).unwrap();
        let first = exports().await;
        assert_eq!(first.len(), 1);
        assert_eq!((&first[0]["status"], &first[0]["format"]), (&json!("done"), &json!("csv")));
        // What was missed is not made up for.
        app.pass(5 * 3600);
        run_due(&app.state).await.unwrap();
        run_due(&app.state).await.unwrap();
        assert_eq!(exports().await.len(), 2);
        let admin = app.admin().await;
        let changed = admin.patch(&schedule, "*", json!({ "rule": "FREQ=MONTHLY;BYMONTHDAY=1" })).await.ok(200);
        assert!(changed["due_at"].as_str() > shown["due_at"].as_str());
        for (rule, code) in [("FREQ=MINUTELY", "range"), ("FREQ=HOURLY;BYMINUTE=0,30", "range"), ("co tydzień", "charset"), ("FREQ=DAILY;COUNT=0", "range")] {
            let wrong = admin.post(&url, json!({ "name": "x", "rule": rule, "starts_on": "2016-01-01" })).await;
            wrong.problem(422, "invalid-values");
            assert_eq!(wrong.errors(), [("/rule".to_owned(), code.to_owned())], "{rule}");
        }
        for _ in 0..10 {
            admin.post(&url, json!({ "name": "Co miesiąc", "rule": "FREQ=MONTHLY" })).await.ok(201);
        }
        admin.post(&url, json!({ "name": "Co miesiąc", "rule": "FREQ=MONTHLY" })).await.problem(409, "conflict");
        let stranger = app.signed_in_as(Role::Auditor, Some(partnership), None).await;
        stranger.get(&schedule).await.problem(404, "not-found");
        assert_eq!(stranger.get(&url).await.ok(200)["items"], json!([]));
        assert_eq!(admin.delete(&schedule, "*").await.status, 204);
        app.pass(40 * 24 * 3600);
        run_due(&app.state).await.unwrap();
        assert!(exports().await.is_empty());
    }
}

on_both! {
    async fn a_run_that_nobody_may_do_any_more_is_refused(app: TestApp) {
        let (_, partnership) = year(&app).await;
        let admin = app.admin().await;
        let grant = Grant { role: Role::Secretariat, partnership: Some(partnership), institution: None };
        let account = app.account("odchodzi@test.example", &[grant]).await;
        let leaving = app.sign_in("odchodzi@test.example").await;
        leaving.post(&format!("{P}/export-schedules"), json!({ "name": "Co godzinę", "rule": "FREQ=HOURLY" })).await.ok(201);
        admin.step(&format!("/api/v1/accounts/{account}"), json!({ "to": "disabled" })).await.ok(200);
        app.pass(3600);
        run_due(&app.state).await.unwrap();
        let admin = app.admin().await;
        let exports = admin.get(&format!("{P}/exports?status=refused")).await.ok(200);
        let exports = exports["items"].as_array().unwrap();
        assert_eq!(exports.len(), 1);
        assert_eq!((&exports[0]["reason"], &exports[0]["account"]["id"]), (&json!("permission"), &json!(account)));
        assert_eq!((&exports[0]["download"], &exports[0]["sha256"]), (&Value::Null, &Value::Null));
    }
}
