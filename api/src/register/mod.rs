//! What public registers say of an institution: asked for by who fills in a form, and never by what is written.

mod krs;
mod regon;
mod wire;

use std::time::Duration;

use actix_web::{HttpResponse, get, web};
use domain::access::permission::WriteInstitutions;
use domain::identifier::{Krs, Regon};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};

use crate::auth::Require;
use crate::config::{Config, SettingError};
use crate::problem::{Halt, Kind, Problem, RegisterProblems};
use crate::state::AppState;

pub use wire::{Register, RegisterEntryOut};

/// How long a connection may take to be made.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long one question may take in all.
const QUESTION: Duration = Duration::from_secs(10);
/// The longest answer that is read.
const LONGEST: usize = 2 * 1024 * 1024;

/// The registers that the settings name.
#[derive(Clone)]
pub struct Registers {
    client: Client,
    krs_url: Option<String>,
    regon: Option<regon::Service>,
}

/// Why a register said nothing.
#[derive(Debug, thiserror::Error)]
enum Silence {
    /// It has no such number.
    #[error("there is no such number")]
    Unknown,
    /// It cannot be reached, or answers what cannot be understood.
    #[error("{0}")]
    Failed(String),
}

impl Silence {
    fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }
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

    async fn ask(&self, register: Register, number: &str) -> Result<RegisterEntryOut, Problem> {
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

/// The text of an answer, of a length that is bounded.
async fn text(request: RequestBuilder) -> Result<(StatusCode, String), Silence> {
    let mut answer = request.send().await.map_err(Silence::failed)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(Silence::failed)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST {
            return Err(Silence::failed("the answer is too long"));
        }
    }
    let text = String::from_utf8(bytes).map_err(Silence::failed)?;
    Ok((answer.status(), text))
}

/// The number of an entity where a register writes that of its seat: fourteen digits, the last five of them zeros.
fn entity(regon: String) -> String {
    match regon.strip_suffix("00000") {
        Some(entity) if regon.len() == 14 => entity.to_owned(),
        _ => regon,
    }
}

/// A street or, where there are none, a village, with the number of a house and of a flat.
fn street_address(street: &str, town: &str, house: &str, flat: &str) -> Option<String> {
    let place = if street.is_empty() { town } else { street };
    let address = match flat {
        "" => format!("{place} {house}"),
        flat => format!("{place} {house}/{flat}"),
    };
    let address = address.trim();
    (!address.is_empty() && !house.is_empty()).then(|| address.to_owned())
}

/// Look an institution up in a public register.
///
/// To fill in a form: the fields are called like those of the body that records an institution, and hold what the register says, often
/// in capital letters. Nothing is stored. A register is asked only where the settings name it (409 otherwise), and no write waits for
/// one: without an answer (503) an institution is recorded all the same. What is no number, or none of the register, is 404.
#[utoipa::path(
    tag = "Registers",
    params(
        ("register" = Register, Path, description = "`krs`: the court register; `regon`: the register of entities of the economy", example = "krs"),
        ("number" = String, Path, description = "The number there: KRS of 10 digits, REGON of 9 or 14", max_length = 14, example = "0009900001")
    ),
    responses((status = 200, description = "What the register says", body = RegisterEntryOut), RegisterProblems),
    security(("bearer" = [WriteInstitutions]))
)]
#[get("/api/v1/registers/{register}/{number}")]
pub async fn read_register_entry(
    _: Require<WriteInstitutions>,
    state: web::Data<AppState>,
    asked: web::Path<(Register, String)>,
) -> Result<HttpResponse, Halt> {
    let (register, number) = asked.into_inner();
    let entry = state.registers.ask(register, &number).await?;
    Ok(HttpResponse::Ok().json(entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_put_as_institutions_have_them() {
        assert_eq!(entity("99000001600000".into()), "990000016");
        assert_eq!(entity("99000000000017".into()), "99000000000017");
        assert_eq!(entity("123400000".into()), "123400000");
        let address = |street, house, flat| street_address(street, "Tuplice", house, flat);
        assert_eq!(
            address("ul. Wyspiańskiego", "15", "4").as_deref(),
            Some("ul. Wyspiańskiego 15/4")
        );
        assert_eq!(address("", "7", "").as_deref(), Some("Tuplice 7"));
        assert_eq!(address("", "", ""), None);
    }
}
