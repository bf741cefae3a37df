//! A database that is full, broken, cut off, frozen, read-only or that speaks another language: what was acknowledged is
//! stored, what cannot be done now is said so, and everything recovers by itself.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use api::clock::new_id;
use serde_json::{Value, json};

use crate::support::{
    Answer, Backend, Client, Directory, PASSWORD, PROGRAM, Program, Relay, SmallDisk, TestApp,
    create_admin, id, on_both,
};

/// Asks again until it is so, for as long as a slow machine may need.
async fn eventually(what: &str, is_so: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A problem that says: not now, try again.
#[track_caller]
fn assert_not_now(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert!(answer.headers.contains_key("retry-after"));
    let kind = &answer.headers["content-type"];
    assert_eq!(kind, "application/problem+json");
}

async fn create(client: &Client, name: &str) -> Answer {
    let body = json!({ "name": name, "kind": "pup" });
    client.post("/api/v1/institutions", body).await
}

/// Writes from several sides until each was refused a few times; what was acknowledged is `stored`.
async fn write_until_refused(admin: &Client, round: u64, stored: &mut Vec<(String, String)>) {
    let writers = (0..4).map(|writer| {
        let admin = admin.clone();
        tokio::spawn(async move {
            let (mut acknowledged, mut refused) = (Vec::new(), 0);
            for number in 0..5_000 {
                let name = format!("Urząd {round}/{writer}/{number}");
                let answer = create(&admin, &name).await;
                match answer.status {
                    201 => acknowledged.push((id(&answer.json()).to_string(), name)),
                    _ => {
                        assert_not_now(&answer);
                        refused += 1;
                    }
                }
                if refused == 5 {
                    return acknowledged;
                }
            }
            panic!("nothing was ever refused");
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        stored.extend(writer.await.unwrap());
    }
}

/// Every acknowledged record is there.
async fn assert_stored(reader: &Client, stored: &[(String, String)]) {
    for (id, name) in stored {
        let found = reader.get(&format!("/api/v1/institutions/{id}")).await;
        assert_eq!(found.ok(200)["name"], Value::from(name.as_str()));
    }
}

/// Takes from a served SQLite database what it needs to write, again and again, and gives it back; `command` is the program
/// with its data. What is refused once is refused until then, if it is `lasting`: on a full disk something fits in again
/// now and then, where SQLite begins its log anew.
async fn starve(
    command: impl Fn() -> Command,
    take: impl Fn(u32, u64),
    give: impl Fn(u32),
    lasting: bool,
) {
    create_admin(command());
    let program = Program::serve(command());
    let process = program.child.id();
    let admin = program.admin().await;
    let anonymous = program.anonymous();
    let mut stored = Vec::new();
    for round in 0..12 {
        take(process, round);
        // Reading goes on throughout.
        let over = Arc::new(AtomicBool::new(false));
        let (reader, until) = (admin.clone(), Arc::clone(&over));
        let reading = tokio::spawn(async move {
            while !until.load(Ordering::Relaxed) {
                reader.get("/api/v1/institutions?limit=5").await.ok(200);
            }
        });
        write_until_refused(&admin, round, &mut stored).await;
        let ready = anonymous.get("/health/ready").await;
        if lasting || ready.status != 200 {
            assert_not_now(&ready);
        }
        anonymous.get("/health/live").await.ok(200);
        give(process);
        eventually("ready again", async || {
            anonymous.get("/health/ready").await.status == 200
        })
        .await;
        let name = format!("Urząd po rundzie {round}");
        let made = create(&admin, &name).await.ok(201);
        stored.push((id(&made).to_string(), name));
        over.store(true, Ordering::Relaxed);
        reading.await.unwrap();
    }
    assert_stored(&admin, &stored).await;
    program.kill();
    let again = Program::serve(command());
    assert_stored(&again.anonymous(), &stored).await;
    let verified = command().args(["audit", "verify"]).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success(), "{said}");
}

/// Every write beyond some size of a file fails, as on a broken disk; at another place in each round.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_a_disk_that_refuses_writes() {
    let directory = Directory::new("refusing-disk");
    let command = || {
        // Without the trap, the signal that tells of a file grown too large would end the server.
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", PROGRAM]);
        shell.arg("--data-dir").arg(&directory.0);
        shell
    };
    let limit = |process: u32, bytes: &str| {
        let mut prlimit = Command::new("prlimit");
        prlimit
            .arg(format!("--pid={process}"))
            .arg(format!("--fsize={bytes}:"));
        assert!(prlimit.status().unwrap().success(), "prlimit");
    };
    // A page of the log takes 4120 bytes; what an ordinary request writes takes about a dozen.
    let take = |process, round: u64| limit(process, &(round * 4_500).to_string());
    starve(command, take, |process| limit(process, "unlimited"), true).await;
}

/// A file system of some megabytes that something else fills up, but for a few pages more in each round.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_a_full_disk() {
    let directory = Directory::new("full-disk");
    let Some(disk) = SmallDisk::mount(&directory.0) else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "no small disk");
        return;
    };
    let command = || {
        let mut inside = disk.enter();
        inside.arg(PROGRAM).arg("--data-dir").arg(&directory.0);
        inside
    };
    let shell = |script: &str, argument: String| {
        let done = disk
            .enter()
            .args(["sh", "-c", script])
            .arg(directory.0.join("ballast"))
            .arg(argument)
            .status();
        assert!(done.unwrap().success(), "{script}");
    };
    let fill = "cat /dev/zero > \"$0\" 2>/dev/null; truncate -s -\"$1\" \"$0\"";
    let take = |_, round: u64| shell(fill, (4_096 * round).to_string());
    starve(command, take, |_| shell("rm \"$0\"", String::new()), false).await;
}

/// Makes every insertion of an institution fail with a code, in words that tell nothing.
async fn fail_with(app: &TestApp, sqlstate: &str) {
    let trigger = format!(
        "CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN RAISE EXCEPTION 'nie udało się' USING ERRCODE = '{sqlstate}'; END $$;
         CREATE OR REPLACE TRIGGER fail BEFORE INSERT ON institution EXECUTE FUNCTION fail()"
    );
    app.execute(&trigger).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_understood_whatever_its_language() {
    let Some(backend) = Backend::postgres() else {
        return;
    };
    let app = TestApp::start(backend).await;
    let admin = app.admin().await;
    let partnership = app.partnership("Partnerstwo").await;
    let imports = format!("/api/v1/partnerships/{partnership}/bulk-imports?kind=institution");
    for (sqlstate, code) in [
        ("53100", "storage-full"),
        ("53200", "unavailable"),
        ("55P03", "unavailable"),
        ("57014", "unavailable"),
        ("57P01", "unavailable"),
        ("57P03", "unavailable"),
        ("40001", "unavailable"),
        ("40P01", "unavailable"),
        ("25006", "unavailable"),
        ("58030", "unavailable"),
        ("08006", "unavailable"),
    ] {
        fail_with(&app, sqlstate).await;
        let refused = create(&admin, "PUP w Żarach").await;
        assert_not_now(&refused);
        assert_eq!(refused.json()["code"], code, "{sqlstate}");
        // In a table, it is not the row that is wrong.
        let table = "name,kind\nPUP w Żarach,pup\n";
        let refused = admin.upload(&imports, "text/csv", table).await;
        assert_not_now(&refused);
        assert_eq!(refused.json()["code"], code, "{sqlstate}");
    }
    app.execute("DROP TRIGGER fail ON institution")
        .await
        .unwrap();
    create(&admin, "PUP w Żarach").await.ok(201);
    eventually("ready again", async || {
        admin.get("/health/ready").await.status == 200
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_of_postgres_is_told_by_readiness_until_writing_works_again() {
    let Some(backend) = Backend::postgres() else {
        return;
    };
    let app = TestApp::start(backend).await;
    let admin = app.admin().await;
    let full = "CREATE FUNCTION full() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN RAISE EXCEPTION 'pełny' USING ERRCODE = '53100'; END $$;
         CREATE TRIGGER fail BEFORE INSERT ON institution EXECUTE FUNCTION full();
         CREATE TRIGGER fail BEFORE UPDATE ON write_probe EXECUTE FUNCTION full()";
    app.execute(&full.replace("full()", "no_room()"))
        .await
        .unwrap();
    admin.get("/health/ready").await.ok(200);
    assert_not_now(&create(&admin, "PUP w Żarach").await);
    assert_not_now(&admin.get("/health/ready").await);
    app.execute("DROP TRIGGER fail ON write_probe")
        .await
        .unwrap();
    admin.get("/health/ready").await.ok(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_the_server_ends_are_made_again() {
    let Some(backend) = Backend::postgres() else {
        return;
    };
    let app = TestApp::start(backend).await;
    let admin = app.admin().await;
    let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for round in 0..5 {
        app.execute(ended).await.unwrap();
        for number in 0..10 {
            let answer = create(&admin, &format!("Urząd {round}/{number}")).await;
            if answer.status != 201 {
                assert_not_now(&answer);
            }
        }
        eventually("ready again", async || {
            admin.get("/health/ready").await.status == 200
        })
        .await;
    }
    create(&admin, "PUP w Żarach").await.ok(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_is_read_and_refuses_writes_until_it_is_promoted() {
    let Some(backend) = Backend::postgres() else {
        return;
    };
    let app = TestApp::start(backend).await;
    let admin = app.admin().await;
    // What a session of a standby is: read-only, for as long as it lasts.
    let stand_by = "DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$;
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    app.execute(stand_by).await.unwrap();
    eventually("reading works", async || {
        admin.get("/api/v1/institutions").await.status == 200
    })
    .await;
    for number in 0..3 {
        assert_not_now(&create(&admin, &format!("Urząd {number}")).await);
        assert_not_now(&admin.get("/health/ready").await);
        admin.get("/api/v1/institutions").await.ok(200);
    }
    let promote = "BEGIN READ WRITE; DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I RESET default_transaction_read_only', current_database()); END $$; COMMIT";
    app.execute(promote).await.unwrap();
    eventually("ready again", async || {
        admin.get("/health/ready").await.status == 200
    })
    .await;
    create(&admin, "PUP w Żarach").await.ok(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_database_keeps_nobody_waiting_for_long() {
    let Some(backend) = Backend::postgres() else {
        return;
    };
    let mut database = backend.create().await;
    let relay = Relay::before(&mut database);
    let app = TestApp::on(database).await;
    let admin = app.admin().await;
    relay.freeze();
    let (reading, writing, signing_in, ready) = tokio::join!(
        async { (admin.get("/api/v1/institutions").await, Instant::now()) },
        async { (create(&admin, "PUP w Żarach").await, Instant::now()) },
        async {
            (
                app.login("nobody@test.example", PASSWORD).await,
                Instant::now(),
            )
        },
        async {
            let begun = Instant::now();
            let answer = admin.get("/health/ready").await;
            (answer, begun.elapsed())
        },
    );
    for (answer, _) in [reading, writing, signing_in] {
        assert_not_now(&answer);
    }
    assert_not_now(&ready.0);
    // It has 2 seconds; a busy machine may need longer to see the answer.
    assert!(ready.1 < Duration::from_secs(5), "{:?}", ready.1);
    relay.thaw();
    eventually("ready again", async || {
        admin.get("/health/ready").await.status == 200
    })
    .await;
    create(&admin, "PUP w Słubicach").await.ok(201);
}

on_both! {
    /// An error that somebody drops does not become a commit, and part of a transaction is never stored.
    async fn a_transaction_in_which_something_failed_is_not_committed(app: TestApp) {
        use domain::institution::Institution;
        use persistence::{Condition, Origin, RepoError, record};
        let made = app.institution("PUP w Żarach").await;
        let all = || record::every::<Institution>(&app.db, Condition::all());
        let before = all().await.unwrap();
        let [known] = before.as_slice() else {
            panic!("one institution");
        };
        let value = || Institution { name: "PUP w Żaganiu".to_owned(), ..known.value.clone() };
        let tx = app.db.begin(Origin::default(), app.now()).await.unwrap();
        assert!(record::insert(&tx, made, value()).await.is_err());
        let other = Institution { slug: "inny".to_owned(), ..value() };
        assert!(record::insert(&tx, new_id(), other.clone()).await.is_err());
        assert!(matches!(tx.commit().await, Err(RepoError::NotUnique(_))));
        assert_eq!(all().await.unwrap(), before);

        // What was taken back to a savepoint failed for itself alone.
        let tx = app.db.begin(Origin::default(), app.now()).await.unwrap();
        let trial = tx.try_out().await.unwrap();
        assert!(record::insert(&tx, made, value()).await.is_err());
        tx.undo(trial).await.unwrap();
        record::insert(&tx, new_id(), other).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(all().await.unwrap().len(), 2);
    }
}
