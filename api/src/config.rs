//! Settings: flags, then the environment (`PARTNERSTWO_*`), then a TOML file.

use std::path::{Path, PathBuf};

use domain::access::Role;
use domain::access::account::network;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use ipnet::IpNet;
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
    /// Where clients reach this API, without a path: issuer and audience of the tokens, the same on every replica;
    /// `http://` and the address to listen on when absent.
    pub public_url: Option<String>,
    /// Where links in mail lead, with `{action}` in it: a page of a frontend, which finds the link after the `#`;
    /// `/links/{action}` below `public_url` when absent.
    pub link_url: Option<String>,
    /// Networks (CIDR) of the proxies whose `X-Forwarded-For` is believed, separated by commas.
    pub trusted_proxies: String,
    /// Networks (CIDR) of one's own whose addresses webhooks may have, without encryption, too; others outside of the Internet
    /// are never called. Separated by commas.
    pub webhook_networks: String,
    /// `smtp://` or `smtps://` URL of the mail server; files in `mail` of the data directory when absent.
    pub smtp_url: Option<String>,
    /// Sender of mail.
    pub mail_from: String,
    /// URL of the licence under which the public data may be used, as catalogues of open data say it; nothing when absent.
    pub data_licence: Option<String>,
    /// URL of the open API of the court register (KRS), such as `https://api-krs.ms.gov.pl`; nothing is looked up there when absent.
    pub krs_url: Option<String>,
    /// URL of the service BIR1 of the REGON register; nothing is looked up there when absent.
    pub regon_url: Option<String>,
    /// The key to that service.
    pub regon_key: Option<String>,
    /// Hours after which a session that is not used is over.
    pub session_idle_hours: u32,
    /// Hours after which a session is over, however busy it is.
    pub session_hours: u32,
    /// Roles that are held only in a session with a second factor, separated by commas.
    pub second_factor_roles: String,
    /// Requests a minute that one account may make.
    pub requests_per_minute: u32,
    /// Requests a minute that may come from one network address without signing in.
    pub anonymous_requests_per_minute: u32,
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
            public_url: None,
            link_url: None,
            trusted_proxies: String::new(),
            webhook_networks: String::new(),
            smtp_url: None,
            mail_from: "Partnerstwo <partnerstwo@localhost.localdomain>".to_owned(),
            data_licence: None,
            krs_url: None,
            regon_url: None,
            regon_key: None,
            session_idle_hours: 24,
            session_hours: 720,
            second_factor_roles: String::new(),
            requests_per_minute: 6000,
            anonymous_requests_per_minute: 3000,
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

    /// Where clients reach this API, without a slash at its end.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }

    /// Where a link for an action leads; the link itself follows the `#`, which no browser sends to a server.
    pub fn link_url(&self, action: &str, link: &str) -> String {
        let default = || format!("{}/links/{{action}}", self.public_url());
        let page = self.link_url.clone().unwrap_or_else(default);
        format!("{}#{link}", page.replace("{action}", action))
    }

    /// The networks of proxies that are believed.
    pub fn proxies(&self) -> Result<Vec<IpNet>, SettingError> {
        networks("trusted_proxies", &self.trusted_proxies)
    }

    /// The networks outside of the Internet in which webhooks may lie.
    pub fn webhook_networks(&self) -> Result<Vec<IpNet>, SettingError> {
        networks("webhook_networks", &self.webhook_networks)
    }

    /// The roles that need a second factor.
    pub fn guarded_roles(&self) -> Result<Vec<Role>, SettingError> {
        let unknown = |code: &str| SettingError {
            name: "second_factor_roles",
            reason: format!("there is no role {code}"),
        };
        items(&self.second_factor_roles)
            .map(|code| Role::from_code(code).ok_or_else(|| unknown(code)))
            .collect()
    }

    /// The database to use.
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| sqlite_url(&self.data_dir.join("partnerstwo.sqlite")))
    }
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct SettingError {
    /// The setting.
    pub name: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

/// The URL of a SQLite file.
pub fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

/// The networks of a list in one setting.
fn networks(name: &'static str, list: &str) -> Result<Vec<IpNet>, SettingError> {
    let unknown = |text: &str| SettingError {
        name,
        reason: format!("{text} is neither an address nor a network"),
    };
    items(list)
        .map(|text| network(text).ok_or_else(|| unknown(text)))
        .collect()
}

/// The items of a list in one setting.
fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}
