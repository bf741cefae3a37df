//! Settings: flags, then the environment (`PARTNERSTWO_*`), then a TOML file. All of them are checked before anything is
//! done with one.

mod check;
mod number;
mod source;

use std::path::{Path, PathBuf};

use domain::access::Role;
use domain::access::account::network;
use ipnet::IpNet;
use lettre::message::Mailbox;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

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
    #[serde(deserialize_with = "number::number")]
    pub session_idle_hours: u32,
    /// Hours after which a session is over, however busy it is.
    #[serde(deserialize_with = "number::number")]
    pub session_hours: u32,
    /// Roles that are held only in a session with a second factor, separated by commas.
    pub second_factor_roles: String,
    /// Requests a minute that one account may make.
    #[serde(deserialize_with = "number::number")]
    pub requests_per_minute: u32,
    /// Requests a minute that may come from one network address without signing in.
    #[serde(deserialize_with = "number::number")]
    pub anonymous_requests_per_minute: u32,
    /// Memory of the password hash in KiB; at least 19456 outside of tests.
    #[serde(deserialize_with = "number::number")]
    pub argon2_memory_kib: u32,
    /// What is logged: a level, or levels of parts of the program, separated by commas.
    pub log: String,
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
            log: "info,sqlx=warn,sea_orm_migration=warn".to_owned(),
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

    /// The origins whose browsers may call.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        items(&self.cors_origins)
    }

    /// The roles that need a second factor.
    pub fn guarded_roles(&self) -> Result<Vec<Role>, SettingError> {
        let unknown = |code: &str| {
            let roles = Role::ALL
                .into_iter()
                .filter(|role| *role != Role::Anonymous);
            let codes: Vec<&str> = roles.map(Role::code).collect();
            SettingError::refused("second_factor_roles", code, &codes.join(", "))
        };
        items(&self.second_factor_roles)
            .map(|code| Role::from_code(code).ok_or_else(|| unknown(code)))
            .collect()
    }

    /// The sender of mail.
    pub fn sender(&self) -> Result<Mailbox, SettingError> {
        let allowed = "an address of e-mail, such as Partnerstwo <partnerstwo@example.org>";
        let refused = |_| SettingError::refused("mail_from", &self.mail_from, allowed);
        self.mail_from.parse().map_err(refused)
    }

    /// The way to the mail server, where there is one.
    pub fn smtp(&self) -> Result<Option<AsyncSmtpTransportBuilder>, SettingError> {
        let allowed = "smtps://user:password@host or smtp://host:587?tls=required";
        let Some(url) = &self.smtp_url else {
            return Ok(None);
        };
        let has_host = url::Url::parse(url).is_ok_and(|url| url.has_host());
        let way = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).ok();
        let way = way.filter(|_| has_host);
        Ok(Some(way.ok_or_else(|| {
            SettingError::secret("smtp_url", allowed)
        })?))
    }

    /// What is logged.
    pub fn log_filter(&self) -> Result<EnvFilter, SettingError> {
        let allowed = "a level (error, warn, info, debug, trace, off), or levels of parts, such as info,sqlx=debug";
        let refused = || SettingError::refused("log", &self.log, allowed);
        // A word alone that is no level, were it for a space, is taken for a part of the program, and all else is silenced.
        let is_level = |item: &str| {
            item.contains(['=', '[']) || item.parse::<tracing::Level>().is_ok() || item == "off"
        };
        if !self.log.contains('[') && !self.log.split(',').all(is_level) {
            return Err(refused());
        }
        EnvFilter::try_new(&self.log).map_err(|_| refused())
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

impl SettingError {
    /// A value that is not among the allowed ones.
    pub fn refused(name: &'static str, value: &str, allowed: &str) -> Self {
        let shown: String = value.chars().take(200).collect();
        let reason = format!("{shown:?} is not allowed; allowed: {allowed}");
        Self { name, reason }
    }

    /// The same of what must not be shown.
    pub fn secret(name: &'static str, allowed: &str) -> Self {
        let reason = format!("the value is not allowed; allowed: {allowed}");
        Self { name, reason }
    }
}

/// The URL of a SQLite file.
pub fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

/// Makes a directory for the owner alone, unless it is there.
pub fn make_private(directory: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(directory)
}

/// The networks of a list in one setting.
fn networks(name: &'static str, list: &str) -> Result<Vec<IpNet>, SettingError> {
    let allowed = "addresses and networks (CIDR), such as 10.0.0.0/8, separated by commas";
    items(list)
        .map(|text| network(text).ok_or_else(|| SettingError::refused(name, text, allowed)))
        .collect()
}

/// The items of a list in one setting.
fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}
