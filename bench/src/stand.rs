//! What is measured on: a database filled by the product's own import, and one server at a time.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio_postgres::NoTls;

use crate::load::{Cost, Link, get, post};

const EMAIL: &str = "admin@bench.example";
/// Whose sessions are begun by the thousand, so that the others' are not ended for it.
pub const SIGNED_IN: &str = "login@bench.example";
pub const PASSWORD: &str = "mleko rower szafa tulipan";

/// Which of the two is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    Product,
    Limit,
}

/// A filled database and the programs that serve it.
pub struct Stand {
    pub database: &'static str,
    product: PathBuf,
    url: String,
    directory: PathBuf,
}

/// A server that runs; it ends with this value.
pub struct Running {
    pub address: String,
    pub token: Option<String>,
    pub cost: Cost,
    child: Child,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already; its database is thrown away in either case.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Stand {
    /// Imports `file` into an empty database at `url` and makes an account.
    pub fn set_up(
        database: &'static str,
        product: &Path,
        url: String,
        directory: PathBuf,
        file: &Path,
    ) -> Result<Self> {
        std::fs::create_dir_all(&directory)?;
        let stand = Self {
            database,
            product: product.to_owned(),
            url,
            directory,
        };
        let started = Instant::now();
        stand.finished(stand.product().arg("import").arg(file), "")?;
        eprintln!(
            "{database}: imported in {:.1} s",
            started.elapsed().as_secs_f64()
        );
        for email in [EMAIL, SIGNED_IN] {
            let account = [
                "account",
                "create",
                "--email",
                email,
                "--role",
                "admin",
                "--password-stdin",
            ];
            stand.finished(stand.product().args(account), PASSWORD)?;
        }
        Ok(stand)
    }

    /// The product with the settings of this stand, whatever the environment says.
    fn product(&self) -> Command {
        let mut command = Command::new(&self.product);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PARTNERSTWO_") {
                command.env_remove(name);
            }
        }
        // What is measured is not how many requests are let through.
        for limit in ["REQUESTS_PER_MINUTE", "ANONYMOUS_REQUESTS_PER_MINUTE"] {
            command.env(format!("PARTNERSTWO_{limit}"), "100000000");
        }
        command
            .arg("--database-url")
            .arg(&self.url)
            .arg("--data-dir")
            .arg(&self.directory);
        command
    }

    fn finished(&self, command: &mut Command, input: &str) -> Result<()> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("{} cannot be run", self.product.display()))?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        let status = child.wait()?;
        if !status.success() {
            bail!("{command:?} failed: {status}");
        }
        Ok(())
    }

    /// Starts a server and waits until it answers; the product with somebody signed in, for a token
    /// lives only ten minutes.
    pub async fn start(&self, server: Server) -> Result<Running> {
        // A port that was free a moment ago.
        let address = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .to_string();
        let mut command = match server {
            Server::Product => {
                let mut product = self.product();
                product.args(["serve", "--listen", &address]);
                product
            }
            Server::Limit => {
                let mut limit = Command::new(std::env::current_exe()?);
                limit.args(["limit", &self.url, &address]);
                limit
            }
        };
        let log = self.directory.join(format!("{server:?}.log"));
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()?;
        let cost = Cost {
            server: child.id(),
            postgres: self.database == "PostgreSQL",
        };
        let mut running = Running {
            address,
            token: None,
            cost,
            child,
        };
        let started = Instant::now();
        while !is_ready(&running.address).await {
            if started.elapsed() > Duration::from_secs(20) || running.child.try_wait()?.is_some() {
                let said = std::fs::read_to_string(&log).unwrap_or_default();
                bail!("the {server:?} server does not answer; it said:\n{said}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        if server == Server::Product {
            running.token = Some(sign_in(&running.address).await?);
        }
        Ok(running)
    }
}

impl Running {
    /// Reads JSON, with its entity tag.
    pub async fn read(&self, path: &str) -> Result<(Value, Option<String>)> {
        let mut link = Link::open(&self.address).await?;
        let answer = link.send(get(path, self.token.as_deref(), None)?).await?;
        if answer.status != 200 {
            bail!(
                "{path} answered {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        Ok((serde_json::from_slice(&answer.body)?, answer.etag))
    }
}

async fn is_ready(address: &str) -> bool {
    let answer = async {
        Link::open(address)
            .await?
            .send(get("/health/ready", None, None)?)
            .await
    };
    answer.await.is_ok_and(|answer| answer.status == 200)
}

async fn sign_in(address: &str) -> Result<String> {
    let body = json!({ "email": EMAIL, "password": PASSWORD }).to_string();
    let answer = Link::open(address)
        .await?
        .send(post("/api/v1/auth/login", None, body)?)
        .await?;
    let token: Value = serde_json::from_slice(&answer.body)?;
    let token = token["access_token"]
        .as_str()
        .context("signing in was refused")?;
    Ok(token.to_owned())
}

/// A PostgreSQL database of our own, made from an empty template.
pub struct OwnDatabase {
    server: String,
    name: String,
}

impl OwnDatabase {
    /// Fails when there is one of this name: what somebody else keeps there is not touched.
    pub async fn create(server: &str) -> Result<Self> {
        let name = format!("partnerstwo_bench_{}", std::process::id());
        run(
            server,
            &format!("CREATE DATABASE {name} TEMPLATE template0"),
        )
        .await?;
        Ok(Self {
            server: server.to_owned(),
            name,
        })
    }

    /// The URL given, with our database in place of its own.
    pub fn url(&self) -> Result<String> {
        let (base, options) = match self.server.split_once('?') {
            Some((base, options)) => (base, format!("?{options}")),
            None => (self.server.as_str(), String::new()),
        };
        let host_at = base.find("://").context("--postgres must be a URL")? + 3;
        let end = base[host_at..]
            .find('/')
            .map_or(base.len(), |slash| host_at + slash);
        Ok(format!("{}/{}{options}", &base[..end], self.name))
    }

    pub async fn drop(&self) -> Result<()> {
        run(
            &self.server,
            &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name),
        )
        .await
    }
}

/// Settles what the import left to be done later, so that it is not done while we measure.
pub async fn settle(url: &str) -> Result<()> {
    run(url, "VACUUM ANALYZE").await?;
    run(url, "CHECKPOINT").await
}

async fn run(url: &str, statement: &str) -> Result<()> {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .with_context(|| format!("cannot connect to {url}"))?;
    let driver = tokio::spawn(connection);
    client
        .simple_query(statement)
        .await
        .with_context(|| statement.to_owned())?;
    drop(client);
    driver.await??;
    Ok(())
}
