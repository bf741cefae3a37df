//! Settings: flags, then the environment (`PARTNERSTWO_*`), then a TOML file.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

/// Settings of the server. An unknown one is refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address to listen on.
    pub listen: String,
    /// Directory of the embedded database and the master secret.
    pub data_dir: PathBuf,
    /// `sqlite://...` or `postgres://...`; a SQLite file in the data directory when absent.
    pub database_url: Option<String>,
    /// Master secret that encrypts the signing keys; a file in the data directory when absent.
    pub master_secret: Option<String>,
    /// Origins whose browsers may call this API, separated by commas.
    pub cors_origins: String,
    /// Issuer and audience of the tokens.
    pub issuer: String,
    /// Memory of the password hash in KiB; at least 19456 outside of tests.
    pub argon2_memory_kib: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            data_dir: PathBuf::from("./data"),
            database_url: None,
            master_secret: None,
            cors_origins: String::new(),
            issuer: "partnerstwo".to_owned(),
            argon2_memory_kib: 19_456,
        }
    }
}

/// Settings given as flags.
#[derive(Debug, Default, Serialize, clap::Args)]
pub struct Flags {
    /// TOML file of settings [env: PARTNERSTWO_CONFIG]
    #[arg(long, global = true)]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Address to listen on [env: PARTNERSTWO_LISTEN] [default: 127.0.0.1:8080]
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
    /// Directory of the embedded database [env: PARTNERSTWO_DATA_DIR] [default: ./data]
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// sqlite://... or postgres://... [env: PARTNERSTWO_DATABASE_URL] [default: SQLite in the data directory]
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,
}

impl Config {
    /// Reads the settings from all three places.
    pub fn read(flags: &Flags) -> Result<Self, Box<figment::Error>> {
        let file = flags
            .config
            .clone()
            .or_else(|| std::env::var_os("PARTNERSTWO_CONFIG").map(PathBuf::from));
        let mut figment = Figment::from(Serialized::defaults(Config::default()));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        let environment = Env::prefixed("PARTNERSTWO_").ignore(&["config", "log", "test_postgres"]);
        figment
            .merge(environment)
            .merge(Serialized::globals(flags))
            .extract()
            .map_err(Box::new)
    }

    /// The database to use.
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| sqlite_url(&self.data_dir.join("partnerstwo.sqlite")))
    }
}

/// The URL of a SQLite file.
pub fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}
