//! The registers that can be asked.

use std::time::Duration;

use domain::identifier::{Krs, Regon};
use reqwest::Client;
use reqwest::redirect::Policy;

use super::answer::Silence;
use super::wire::{Register, RegisterEntryOut};
use super::{krs, regon};
use crate::config::{Config, SettingError};
use crate::problem::{Kind, Problem};

/// How long a connection may take to be made.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long one question may take in all.
const QUESTION: Duration = Duration::from_secs(10);
/// The registers that the settings name.
#[derive(Clone)]
pub struct Registers {
    client: Client,
    krs_url: Option<String>,
    regon: Option<regon::Service>,
}

impl Registers {
    /// As the settings say.
    pub fn new(config: &Config) -> Result<Self, SettingError> {
        let client = Client::builder()
            .user_agent(concat!("Partnerstwo/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(CONNECTING)
            .timeout(QUESTION)
            .build()
            .map_err(|error| SettingError {
                name: "krs_url",
                reason: error.to_string(),
            })?;
        let key = || SettingError {
            name: "regon_key",
            reason: "is needed with regon_url".to_owned(),
        };
        let regon = match &config.regon_url {
            Some(url) => Some(regon::Service {
                url: url.clone(),
                key: config.regon_key.clone().ok_or_else(key)?,
            }),
            None => None,
        };
        Ok(Self {
            client,
            krs_url: config.krs_url.clone(),
            regon,
        })
    }

    /// Asks a register about a number.
    pub async fn ask(&self, register: Register, number: &str) -> Result<RegisterEntryOut, Problem> {
        let missing = |_| Problem::of(Kind::NotFound);
        let off = || Problem::conflict("register_off");
        let told = match register {
            Register::Krs => {
                let number = Krs::parse(number).map_err(missing)?;
                let url = self.krs_url.as_deref().ok_or_else(off)?;
                krs::ask(&self.client, url, &number).await
            }
            Register::Regon => {
                let number = Regon::parse(number).map_err(missing)?;
                let service = self.regon.as_ref().ok_or_else(off)?;
                service.ask(&self.client, &number).await
            }
        };
        told.map_err(|silence| match silence {
            Silence::Unknown => Problem::of(Kind::NotFound),
            Silence::Failed(error) => {
                tracing::warn!(?register, error, "A register did not answer");
                Problem::of(Kind::RegisterUnavailable)
            }
        })
    }
}
