//! What the database keeps: changes in one order, migrations there and back, versions that do not fit.

use persistence::Db;
use serde_json::json;

use crate::support::{Backend, TestApp, on_both};

on_both! {
    async fn many_writers_leave_changes_without_a_gap(app: TestApp) {
        let admin = app.admin().await;
        let before = persistence::change::sequence(&app.db).await.unwrap();
        let writers = (0..16).map(|writer| {
            let admin = admin.clone();
            tokio::spawn(async move {
                for number in 0..5 {
                    let body = json!({ "name": format!("Urząd {writer}/{number}"), "kind": "pup" });
                    admin.post("/api/v1/institutions", body).await.ok(201);
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let after = persistence::change::sequence(&app.db).await.unwrap();
        assert_eq!(after - before, 80);
    }
}

async fn migrated_by_two_at_once(backend: Backend) {
    let database = backend.create_empty();
    let (first, second) = (
        Db::open(&database.url).await.unwrap(),
        Db::open(&database.url).await.unwrap(),
    );
    let (one, two) = match backend {
        Backend::Sqlite => (first.migrate().await, second.migrate().await),
        Backend::Postgres(_) => tokio::join!(first.migrate(), second.migrate()),
    };
    one.unwrap();
    two.unwrap();
    first.check_version().await.unwrap();
}

#[tokio::test]
async fn an_empty_sqlite_database_is_migrated() {
    migrated_by_two_at_once(Backend::Sqlite).await;
}

#[tokio::test]
async fn two_replicas_may_migrate_one_postgres_at_once() {
    if let Some(backend) = Backend::postgres() {
        migrated_by_two_at_once(backend).await;
    }
}

#[tokio::test]
async fn an_unmigrated_database_is_refused_when_migrating_is_not_wanted() {
    let database = Backend::Sqlite.create_empty();
    let db = Db::open(&database.url).await.unwrap();
    assert!(db.check_version().await.is_err());
    db.migrate().await.unwrap();
    db.check_version().await.unwrap();
}

#[tokio::test]
async fn a_served_sqlite_database_is_copied_whole_and_nothing_is_overwritten() {
    let app = TestApp::start(Backend::Sqlite).await;
    app.institution("PUP w Żarach").await;
    let file =
        std::env::temp_dir().join(format!("partnerstwo-backup-{}.sqlite", std::process::id()));
    app.db.backup(&file).await.unwrap();
    let copy = Db::open(&api::config::sqlite_url(&file)).await.unwrap();
    let found = persistence::kinds::names(&copy, false, Vec::new()).await;
    assert!(found.is_ok());
    let key = domain::slug::Key::parse("pup-w-zarach").unwrap();
    let found = persistence::record::find::<domain::institution::Institution>(
        &copy,
        &key,
        persistence::Condition::all(),
    );
    assert!(found.await.unwrap().is_some());
    assert!(app.db.backup(&file).await.is_err());
    std::fs::remove_file(&file).unwrap();
}
