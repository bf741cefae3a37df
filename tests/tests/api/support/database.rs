//! A database for each test, cloned from one that was migrated once.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use persistence::Db;
use tokio::sync::OnceCell;

static NEXT: AtomicU32 = AtomicU32::new(1);
static SQLITE_TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
static POSTGRES_TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// A database server.
#[derive(Clone, Debug)]
pub enum Backend {
    /// A file.
    Sqlite,
    /// The server whose URL is given, without the database's name.
    Postgres(String),
}

/// One test's database, removed when the test is over: all of them together fill a small disk.
pub struct Database {
    pub url: String,
    pub directory: PathBuf,
    /// The PostgreSQL server and the database's name there.
    on_server: Option<(String, String)>,
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
        if let Some((server, name)) = &self.on_server {
            let dropped = run_psql(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
            // A second panic would hide why the test failed.
            if !std::thread::panicking() {
                dropped.unwrap();
            }
        }
    }
}

impl Backend {
    /// The server of `PARTNERSTWO_TEST_POSTGRES`. `tests/run` starts one; only `skip` does without.
    pub fn postgres() -> Option<Self> {
        let url = std::env::var("PARTNERSTWO_TEST_POSTGRES").unwrap_or_else(|_| {
            panic!(
                "PARTNERSTWO_TEST_POSTGRES is not set: run `tests/run`, which starts a PostgreSQL"
            )
        });
        if url == "skip" {
            return None;
        }
        Some(Self::Postgres(
            url.rsplit_once('/')
                .map_or(url.clone(), |(server, _)| server.to_owned()),
        ))
    }

    /// A migrated database that nobody else uses.
    pub async fn create(&self) -> Database {
        let name = format!(
            "t{}_{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let directory = std::env::temp_dir().join(format!("partnerstwo-{name}"));
        std::fs::create_dir_all(&directory).unwrap();
        let (url, on_server) = match self {
            Self::Sqlite => {
                let template = SQLITE_TEMPLATE.get_or_init(sqlite_template).await;
                let file = directory.join("test.sqlite");
                std::fs::copy(template, &file).unwrap();
                (format!("sqlite://{}", file.display()), None)
            }
            Self::Postgres(server) => {
                let template = POSTGRES_TEMPLATE
                    .get_or_init(|| postgres_template(server))
                    .await;
                psql(
                    server,
                    &format!("CREATE DATABASE {name} TEMPLATE {template}"),
                );
                (format!("{server}/{name}"), Some((server.clone(), name)))
            }
        };
        Database {
            url,
            directory,
            on_server,
        }
    }

    /// A database without any table.
    pub fn create_empty(&self) -> Database {
        let name = format!(
            "e{}_{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let directory = std::env::temp_dir().join(format!("partnerstwo-{name}"));
        std::fs::create_dir_all(&directory).unwrap();
        let (url, on_server) = match self {
            Self::Sqlite => {
                let file = directory.join("test.sqlite");
                (format!("sqlite://{}", file.display()), None)
            }
            Self::Postgres(server) => {
                psql(server, &format!("CREATE DATABASE {name}"));
                (format!("{server}/{name}"), Some((server.clone(), name)))
            }
        };
        Database {
            url,
            directory,
            on_server,
        }
    }
}

async fn sqlite_template() -> PathBuf {
    let file = std::env::temp_dir().join(format!(
        "partnerstwo-template-{}.sqlite",
        std::process::id()
    ));
    let _ = std::fs::remove_file(&file);
    migrate(&format!("sqlite://{}", file.display())).await;
    file
}

async fn postgres_template(server: &str) -> String {
    let name = format!("template_{}", std::process::id());
    psql(server, &format!("CREATE DATABASE {name}"));
    migrate(&format!("{server}/{name}")).await;
    name
}

async fn migrate(url: &str) {
    let db = Db::open(url).await.unwrap();
    db.migrate().await.unwrap();
    db.close().await.unwrap();
}

/// Runs a statement as the server's administrator.
fn psql(server: &str, statement: &str) {
    run_psql(server, statement).unwrap();
}

fn run_psql(server: &str, statement: &str) -> Result<(), String> {
    let done = Command::new("psql")
        .args([
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            &format!("{server}/postgres"),
            "-c",
            statement,
        ])
        .output()
        .unwrap_or_else(|error| {
            panic!("psql cannot be run ({error}): install the PostgreSQL client")
        });
    match done.status.success() {
        true => Ok(()),
        false => Err(format!(
            "{statement}: {}",
            String::from_utf8_lossy(&done.stderr)
        )),
    }
}

/// Runs statements on a database, past the program.
pub async fn run(url: &str, statements: &str) -> Result<(), String> {
    use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
    let text = sqlx::AssertSqlSafe(statements.to_owned());
    let done = if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        connection.execute(sqlx::raw_sql(text)).await.map(|_| ())
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        connection.execute(sqlx::raw_sql(text)).await.map(|_| ())
    };
    done.map_err(|error| error.to_string())
}

/// The same by who has power over the database: what keeps others from rewriting the audit trail is put aside first.
pub async fn tamper(url: &str, statement: &str) -> Result<(), String> {
    let aside = match url.starts_with("sqlite:") {
        true => {
            let names = ["audit_entry", "change", "report_file"].map(|table| {
                format!("DROP TRIGGER IF EXISTS {table}_not_updated; DROP TRIGGER IF EXISTS {table}_not_deleted;")
            });
            format!("PRAGMA foreign_keys = OFF; {}", names.concat())
        }
        false => "SET session_replication_role = replica;".to_owned(),
    };
    run(url, &format!("{aside} {statement}")).await
}
