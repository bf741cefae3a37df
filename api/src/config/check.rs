//! What settings may be.

use std::ops::RangeInclusive;

use persistence::Db;
use url::{Host, Url};

use super::{Config, SettingError};

/// The longest time of a session: a year.
const SESSION_HOURS: RangeInclusive<u32> = 1..=8760;
const REQUESTS: RangeInclusive<u32> = 1..=100_000_000;
/// From OWASP's minimum to a gibibyte.
const ARGON2_KIB: RangeInclusive<u32> = 19_456..=1_048_576;
/// The shortest secret, in characters.
const SECRET: usize = 32;
/// The longest address, in characters.
const MAX_URL: usize = 2000;

type Checked = Result<(), SettingError>;

impl Config {
    /// Every setting that cannot be used.
    pub fn check(&self) -> Vec<SettingError> {
        let checks = [
            self.check_listen(),
            self.check_data_dir(),
            self.check_database_url(),
            self.check_master_secret(),
            self.check_origins(),
            self.check_public_url(),
            self.check_link_url(),
            self.proxies().map(drop),
            self.webhook_networks().map(drop),
            self.smtp().map(drop),
            self.sender().map(drop),
            web("data_licence", self.data_licence.as_deref(), |_| true),
            service("krs_url", self.krs_url.as_deref()),
            service("regon_url", self.regon_url.as_deref()),
            self.check_regon_key(),
            number("session_idle_hours", self.session_idle_hours, SESSION_HOURS),
            number("session_hours", self.session_hours, SESSION_HOURS),
            self.guarded_roles().map(drop),
            number("requests_per_minute", self.requests_per_minute, REQUESTS),
            number(
                "anonymous_requests_per_minute",
                self.anonymous_requests_per_minute,
                REQUESTS,
            ),
            number("argon2_memory_kib", self.argon2_memory_kib, ARGON2_KIB),
            self.log_filter().map(drop),
        ];
        checks.into_iter().filter_map(Result::err).collect()
    }

    fn check_listen(&self) -> Checked {
        let allowed = "an address with a port, such as 127.0.0.1:8080 or [::]:8080";
        let parts = self.listen.rsplit_once(':');
        let fine = parts
            .is_some_and(|(host, port)| port.parse::<u16>().is_ok() && Host::parse(host).is_ok());
        allow(fine, || {
            SettingError::refused("listen", &self.listen, allowed)
        })
    }

    /// A directory, or what is not there yet.
    fn check_data_dir(&self) -> Checked {
        let dir = &self.data_dir;
        let fine = !dir.as_os_str().is_empty() && (dir.is_dir() || !dir.exists());
        let shown = dir.to_string_lossy();
        allow(fine, || {
            SettingError::refused("data_dir", &shown, "a directory")
        })
    }

    fn check_database_url(&self) -> Checked {
        let allowed = "sqlite://file or postgres://user:password@host/database";
        let fine = self.database_url.as_deref().is_none_or(Db::knows_url);
        allow(fine, || SettingError::secret("database_url", allowed))
    }

    fn check_master_secret(&self) -> Checked {
        let secret = self.master_secret.as_deref();
        let fine = secret.is_none_or(|secret| secret.trim().chars().count() >= SECRET);
        let allowed = format!("at least {SECRET} characters");
        allow(fine, || SettingError::secret("master_secret", &allowed))
    }

    /// Browsers say an origin in one form, so that another one would match none.
    fn check_origins(&self) -> Checked {
        let allowed =
            "origins as browsers send them, such as https://frontend.example, separated by commas";
        let wrong = self
            .origins()
            .find(|text| origin(text).as_deref() != Some(text));
        allow(wrong.is_none(), || {
            SettingError::refused("cors_origins", wrong.unwrap_or_default(), allowed)
        })
    }

    /// In one form, because tokens say it, and every replica compares it.
    fn check_public_url(&self) -> Checked {
        let allowed = "http:// or https:// with a host in small letters, and a port unless it is the usual one, without a path";
        let Some(text) = &self.public_url else {
            return Ok(());
        };
        let whole = text.strip_suffix('/').unwrap_or(text);
        let fine = origin(whole).as_deref() == Some(whole);
        allow(fine, || refused_url("public_url", text, allowed))
    }

    fn check_link_url(&self) -> Checked {
        let allowed =
            "http:// or https:// and a page, with {action} where the action stands, and without #";
        let Some(text) = &self.link_url else {
            return Ok(());
        };
        let filled = text.replace("{action}", "action");
        let url = page(&filled).filter(|url| url.fragment().is_none());
        let fine = url.is_some() && !filled.contains(['{', '}']);
        allow(fine, || refused_url("link_url", text, allowed))
    }

    fn check_regon_key(&self) -> Checked {
        let key = self.regon_key.as_deref();
        let given = key.is_some_and(|key| !key.trim().is_empty());
        let fine = given || (key.is_none() && self.regon_url.is_none());
        allow(fine, || {
            SettingError::secret("regon_key", "the key to regon_url, with which it is needed")
        })
    }
}

fn allow(fine: bool, refused: impl FnOnce() -> SettingError) -> Checked {
    match fine {
        true => Ok(()),
        false => Err(refused()),
    }
}

fn number(name: &'static str, number: u32, allowed: RangeInclusive<u32>) -> Checked {
    let said = format!(
        "a whole number from {} to {}",
        allowed.start(),
        allowed.end()
    );
    allow(allowed.contains(&number), || {
        SettingError::refused(name, &number.to_string(), &said)
    })
}

/// The address of a service to whose paths something is added.
fn service(name: &'static str, text: Option<&str>) -> Checked {
    web(name, text, |url| {
        url.query().is_none() && url.fragment().is_none()
    })
}

fn web(name: &'static str, text: Option<&str>, further: impl Fn(&Url) -> bool) -> Checked {
    let Some(text) = text else { return Ok(()) };
    let allowed = "an address with http:// or https:// and a host";
    let fine = page(text).is_some_and(|url| further(&url));
    allow(fine, || refused_url(name, text, allowed))
}

/// A refused address; what stands before an `@` may be a password.
fn refused_url(name: &'static str, text: &str, allowed: &str) -> SettingError {
    match text.contains('@') {
        true => SettingError::secret(name, &format!("{allowed}, without user and password")),
        false => SettingError::refused(name, text, allowed),
    }
}

/// An address of the web as it stands, with nothing in it that has to be repaired first.
fn page(text: &str) -> Option<Url> {
    let unclean = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
    let web = text.starts_with("http://") || text.starts_with("https://");
    if !web || text.chars().count() > MAX_URL || text.chars().any(unclean) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    (url.has_host() && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// The origin of an address, in the form in which browsers send it.
fn origin(text: &str) -> Option<String> {
    Some(page(text)?.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is refused is tried on the command line (`tests/cli.rs`).
    #[test]
    fn what_deployments_have_is_allowed() {
        let some = |text: &str| Some(text.to_owned());
        let many = [
            Config::default(),
            Config {
                listen: "[::]:443".to_owned(),
                data_dir: "/nowhere/yet".into(),
                database_url: some("postgresql://p:secret@db.example:5432/p?sslmode=require"),
                master_secret: some(&"ż".repeat(32)),
                cors_origins: "https://frontend.example, http://localhost:5173,".to_owned(),
                public_url: some("https://partnerstwo.example"),
                link_url: some("https://frontend.example/otworz?co={action}"),
                trusted_proxies: "10.0.0.0/8, 192.0.2.1, ::1".to_owned(),
                webhook_networks: "127.0.0.0/8".to_owned(),
                smtp_url: some("smtps://p:secret@mail.example"),
                mail_from: "partnerstwo@example.org".to_owned(),
                data_licence: some("https://creativecommons.org/licenses/by/4.0/#deed"),
                krs_url: some("https://api-krs.ms.gov.pl"),
                regon_url: some(
                    "https://wyszukiwarkaregon.stat.gov.pl/wsBIR/UslugaBIRzewnPubl.svc",
                ),
                regon_key: some("abcde12345abcde12345"),
                session_idle_hours: 1,
                session_hours: 8760,
                second_factor_roles: "admin, secretariat".to_owned(),
                requests_per_minute: 1,
                anonymous_requests_per_minute: 100_000_000,
                argon2_memory_kib: 1_048_576,
                log: "warn,api::webhook=debug,sqlx=off".to_owned(),
            },
            Config {
                listen: "partnerstwo.internal:0".to_owned(),
                database_url: some("sqlite:///var/lib/partnerstwo/p.sqlite"),
                public_url: some("http://127.0.0.1:8080/"),
                link_url: some("http://127.0.0.1:8080/links/{action}"),
                smtp_url: some("smtp://mail.example:587?tls=required"),
                log: "info,[request{id=1}]=debug".to_owned(),
                ..Config::default()
            },
        ];
        for config in many {
            let errors: Vec<String> = config.check().iter().map(ToString::to_string).collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
    }
}
