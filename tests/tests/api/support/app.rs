//! A server of one test's own, on a free port.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, mpsc};

use api::clock::{self, Clock};
use api::config::Config;
use api::server;
use api::state::AppState;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::account::Account;
use domain::access::grant::RoleGrant;
use domain::access::password::Password;
use domain::access::{Grant, Role};
use domain::record::{Calendar, Shape};
use persistence::access::account;
use persistence::{Db, Origin, record};
use serde_json::{Value, json};
use uuid::Uuid;

use super::client::{Answer, Client};
use super::database::{Backend, Database};
use super::letter::Letter;
use super::{PROGRAM, logs};

/// A running server.
pub struct TestApp {
    pub db: Db,
    pub state: AppState,
    pub base: String,
    pub directory: PathBuf,
    url: String,
    http: reqwest::Client,
    offset: Arc<AtomicI64>,
    handle: actix_web::dev::ServerHandle,
    /// Removed when dropped; a second replica stands on the first one's.
    _database: Option<Database>,
}

pub const PASSWORD: &str = "a long enough password";

impl TestApp {
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, |_| ()).await
    }

    /// The same with other settings.
    pub async fn start_with(backend: Backend, settings: impl FnOnce(&mut Config)) -> Self {
        let database = backend.create().await;
        Self::on_with(database, settings).await
    }

    /// Starts on a migrated database.
    pub async fn on(database: Database) -> Self {
        Self::on_with(database, |_| ()).await
    }

    async fn on_with(database: Database, settings: impl FnOnce(&mut Config)) -> Self {
        let (url, directory) = (database.url.clone(), database.directory.clone());
        let offset = Arc::new(AtomicI64::new(0));
        Self::serve(url, directory, offset, settings, Some(database)).await
    }

    /// A second server on the same database, with the same clock.
    pub async fn replica(&self) -> Self {
        let config = self.state.config.clone();
        let (url, directory) = (self.url.clone(), self.directory.clone());
        let settings = |own: &mut Config| *own = (*config).clone();
        let offset = Arc::clone(&self.offset);
        Self::serve(url, directory, offset, settings, None).await
    }

    async fn serve(
        url: String,
        directory: PathBuf,
        offset: Arc<AtomicI64>,
        settings: impl FnOnce(&mut Config),
        database: Option<Database>,
    ) -> Self {
        logs::watch();
        let db = Db::open(&url).await.unwrap();
        let turned = Arc::clone(&offset);
        let clock =
            Clock::from_fn(move || Utc::now() + TimeDelta::seconds(turned.load(Ordering::Relaxed)));
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", socket.local_addr().unwrap());
        let mut config = Config {
            data_dir: directory.clone(),
            public_url: Some(base.clone()),
            // Cheap on purpose: what is tested is the sign-in, not the cost.
            argon2_memory_kib: 64,
            cors_origins: "https://frontend.example".to_owned(),
            requests_per_minute: 1_000_000,
            anonymous_requests_per_minute: 1_000_000,
            ..Config::default()
        };
        settings(&mut config);
        let state = server::state(db.clone(), config, clock).await.unwrap();
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
            directory,
            url,
            http,
            offset,
            handle,
            _database: database,
        }
    }

    /// The program on the same database, as a process of its own that can be killed.
    pub fn program(&self) -> Command {
        let mut program = Command::new(PROGRAM);
        program
            .env("PARTNERSTWO_DATABASE_URL", &self.url)
            .env("PARTNERSTWO_DATA_DIR", &self.directory)
            .env("PARTNERSTWO_PUBLIC_URL", &self.base);
        program
    }

    /// Runs a statement on the database past the program, as an operator could.
    pub async fn execute(&self, statement: &str) -> Result<(), String> {
        super::database::run(&self.url, statement).await
    }

    /// The same by who has power over the database: rules that stand in the way are put aside meanwhile.
    pub async fn tamper(&self, statement: &str) {
        super::database::tamper(&self.url, statement).await.unwrap();
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
        let password = Password::new(PASSWORD, &[]).unwrap();
        let hash = self.state.hasher.hash(password).await.unwrap();
        let id = clock::new_id();
        let now = self.now();
        let tx = self.db.begin(Origin::default(), now).await.unwrap();
        let calendar = Calendar::in_poland(self.state.clock.today());
        let account = Account::of_person(email, "active").checked(&calendar);
        account::open(&tx, id, account.unwrap().into_inner(), Some(hash))
            .await
            .unwrap();
        for grant in grants {
            let given = RoleGrant::of(id, *grant, self.state.clock.today());
            record::insert(&tx, clock::new_id(), given).await.unwrap();
        }
        tx.commit().await.unwrap();
        id
    }

    /// Signs an account in over HTTP.
    pub async fn sign_in(&self, email: &str) -> Client {
        self.with_token(&self.login(email, PASSWORD).await.ok(200))
    }

    /// Tries to sign in.
    pub async fn login(&self, email: &str, password: &str) -> Answer {
        let body = json!({ "email": email, "password": password });
        self.anonymous().post("/api/v1/auth/login", body).await
    }

    /// Somebody with an access token that was answered.
    pub fn with_token(&self, answer: &Value) -> Client {
        Client {
            token: Some(answer["access_token"].as_str().unwrap().to_owned()),
            ..self.anonymous()
        }
    }

    /// The letters that were written since this was last asked, the oldest first.
    pub async fn letters(&self) -> Vec<Letter> {
        api::mail::deliver_due(&self.state).await.unwrap();
        Letter::take_all(&self.directory.join("mail"))
    }

    /// A new service with a role in a partnership, signed in: its account, and itself.
    pub async fn service(&self, role: Role, partnership: Uuid, scopes: &[&str]) -> (Uuid, Client) {
        let admin = self.admin().await;
        let account = json!({
            "kind": "service", "name": "System ROPS", "scopes": scopes,
            "grants": [{ "role": role.code(), "partnership": partnership }],
        });
        let account = admin.post("/api/v1/accounts", account).await.ok(201);
        let account = super::id(&account);
        let secrets = format!("/api/v1/accounts/{account}/secrets");
        let secret = admin.post(&secrets, json!({ "name": "pierwszy" })).await;
        let anonymous = self.anonymous();
        let request = anonymous
            .request("POST", "/oauth/token")
            .basic_auth(account, secret.ok(201)["client_secret"].as_str())
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials");
        let token = anonymous.send(request).await.ok(200);
        (account, self.with_token(&token))
    }

    /// A new account of a role, signed in.
    pub async fn signed_in_as(
        &self,
        role: Role,
        partnership: Option<Uuid>,
        institution: Option<Uuid>,
    ) -> Client {
        let email = format!("{}-{}@test.example", role.code(), clock::new_id().simple());
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
        if !std::thread::panicking() {
            logs::assert_clean();
        }
    }
}

/// The id of a record.
pub fn id(record: &Value) -> Uuid {
    record["id"].as_str().unwrap().parse().unwrap()
}
