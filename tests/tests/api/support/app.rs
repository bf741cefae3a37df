//! A server of one test's own, on a free port.

use std::net::TcpListener;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, mpsc};

use api::config::Config;
use api::state::{AppState, Clock};
use api::{server, state};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Grant, Role};
use persistence::{Db, account};
use serde_json::{Value, json};
use uuid::Uuid;

use super::client::Client;
use super::database::{Backend, Database};

/// A running server.
pub struct TestApp {
    pub db: Db,
    pub state: AppState,
    base: String,
    http: reqwest::Client,
    offset: Arc<AtomicI64>,
    handle: actix_web::dev::ServerHandle,
    #[expect(dead_code, reason = "removed when dropped")]
    database: Database,
}

pub const PASSWORD: &str = "a long enough password";

impl TestApp {
    pub async fn start(backend: Backend) -> Self {
        let database = backend.create().await;
        Self::on(database).await
    }

    /// Starts on a migrated database.
    pub async fn on(database: Database) -> Self {
        let db = Db::open(&database.url).await.unwrap();
        let offset = Arc::new(AtomicI64::new(0));
        let turned = Arc::clone(&offset);
        let clock =
            Clock::from_fn(move || Utc::now() + TimeDelta::seconds(turned.load(Ordering::Relaxed)));
        let config = Config {
            data_dir: database.directory.clone(),
            // Cheap on purpose: what is tested is the sign-in, not the cost.
            argon2_memory_kib: 64,
            cors_origins: "https://frontend.example".to_owned(),
            ..Config::default()
        };
        let state = server::state(db.clone(), config, clock).await.unwrap();
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", socket.local_addr().unwrap());
        let (sender, receiver) = mpsc::channel();
        let served = state.clone();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = server::serve(served, socket, 2).unwrap();
                sender.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        let handle = receiver.recv().unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            db,
            state,
            base,
            http,
            offset,
            handle,
            database,
        }
    }

    /// Nobody.
    pub fn anonymous(&self) -> Client {
        Client {
            base: self.base.clone(),
            token: None,
            http: self.http.clone(),
        }
    }

    /// Lets time pass.
    pub fn pass(&self, seconds: i64) {
        self.offset.fetch_add(seconds, Ordering::Relaxed);
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
    }

    /// Creates an account.
    pub async fn account(&self, email: &str, grants: &[Grant]) -> Uuid {
        let hash = self.state.hasher.hash(PASSWORD.to_owned()).await.unwrap();
        let id = state::new_id();
        let tx = self.db.begin(None, self.now()).await.unwrap();
        account::insert(&tx, id, email, hash).await.unwrap();
        for grant in grants {
            account::grant(&tx, state::new_id(), id, *grant)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        id
    }

    /// Signs an account in over HTTP.
    pub async fn sign_in(&self, email: &str) -> Client {
        let anonymous = self.anonymous();
        let body = json!({ "email": email, "password": PASSWORD });
        let token = anonymous.post("/api/v1/auth/login", body).await.ok(200);
        Client {
            token: Some(token["access_token"].as_str().unwrap().to_owned()),
            ..anonymous
        }
    }

    /// A new account of a role, signed in.
    pub async fn signed_in_as(
        &self,
        role: Role,
        partnership: Option<Uuid>,
        institution: Option<Uuid>,
    ) -> Client {
        let email = format!("{}-{}@test.example", role.code(), state::new_id().simple());
        self.account(
            &email,
            &[Grant {
                role,
                partnership,
                institution,
            }],
        )
        .await;
        self.sign_in(&email).await
    }

    pub async fn admin(&self) -> Client {
        self.signed_in_as(Role::Admin, None, None).await
    }

    /// A partnership, made by an administrator over HTTP.
    pub async fn partnership(&self, name: &str) -> Uuid {
        let admin = self.admin().await;
        let body = json!({ "name": name, "founded_on": "2008-06-18" });
        id(&admin.post("/api/v1/partnerships", body).await.ok(201))
    }

    /// An institution, made by an administrator over HTTP.
    pub async fn institution(&self, name: &str) -> Uuid {
        let admin = self.admin().await;
        id(&admin
            .post(
                "/api/v1/institutions",
                json!({ "name": name, "kind": "pup" }),
            )
            .await
            .ok(201))
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

/// The id of a record.
pub fn id(record: &Value) -> Uuid {
    record["id"].as_str().unwrap().parse().unwrap()
}
