//! Where settings come from: flags, the environment, a file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use figment::error::{Error, Kind};
use figment::providers::{Format, Serialized, Toml};
use figment::{Figment, Provider};

use super::{Config, Flags, SettingError};

/// What the name of a setting begins with in the environment.
const PREFIX: &str = "PARTNERSTWO_";
/// What begins like a setting in the environment and is none.
const NO_SETTINGS: [&str; 2] = ["config", "test_postgres"];
/// Settings whose values are not shown.
const SECRETS: [&str; 4] = ["database_url", "master_secret", "smtp_url", "regon_key"];

impl Config {
    /// Reads the settings from all three places, and says of each that cannot be used why.
    pub fn read(flags: &Flags) -> Result<Self, Vec<SettingError>> {
        let config = read(flags).map_err(|error| vec![error])?;
        let errors = config.check();
        match errors.is_empty() {
            true => Ok(config),
            false => Err(errors),
        }
    }
}

/// Reads the settings as they are, without asking whether they can be used.
fn read(flags: &Flags) -> Result<Config, SettingError> {
    let named = std::env::var_os(format!("{PREFIX}CONFIG")).map(PathBuf::from);
    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    if let Some(file) = flags.config.clone().or(named) {
        let read = std::fs::read_to_string(&file);
        let wrong = |reason: String| SettingError {
            name: "config",
            reason: format!("{}: {reason}", file.display()),
        };
        let toml = Toml::string(&read.map_err(|error| wrong(error.to_string()))?);
        // What a broken file says may be a secret: the place alone is told.
        let broken = |error: Error| {
            wrong(
                error
                    .to_string()
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            )
        };
        toml.data().map_err(broken)?;
        figment = figment.merge(toml);
    }
    figment
        .merge(Serialized::defaults(environment()?))
        .merge(Serialized::globals(flags))
        .extract()
        .map_err(|error| unreadable(&error))
}

/// The settings of the environment. All of them are text, also a key that consists of digits.
fn environment() -> Result<BTreeMap<String, String>, SettingError> {
    let mut found = BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        let name = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        let Some(name) = name.map(str::to_ascii_lowercase) else {
            continue;
        };
        if NO_SETTINGS.contains(&name.as_str()) {
            continue;
        }
        let value = value.into_string().map_err(|_| SettingError {
            name: "settings",
            reason: format!("{name} is not UTF-8"),
        })?;
        found.insert(name, value);
    }
    Ok(found)
}

/// Why a setting is not even of the kind that it must be.
fn unreadable(error: &Error) -> SettingError {
    let name = error.path.last().map(String::as_str).unwrap_or_default();
    let reason = match &error.kind {
        Kind::UnknownField(name, _) => format!("there is no setting {name}"),
        _ if SECRETS.contains(&name) => format!("{name} must be text"),
        kind => format!("{name}: {kind}"),
    };
    SettingError {
        name: "settings",
        reason,
    }
}
