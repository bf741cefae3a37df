//! The JSON shapes of registers.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use domain::institution::Address;

/// A public register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    /// The court register (Act of 20 August 1997), by its open API.
    Krs,
    /// The register of entities of the economy (Act of 29 June 1995, art. 42), by the service BIR1 of Statistics Poland.
    Regon,
}

/// What a register says of an institution; the fields as one would record it.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct RegisterEntryOut {
    /// The register.
    pub register: Register,
    /// Official name.
    #[schema(example = "FUNDACJA „WSPÓLNIE”")]
    pub name: String,
    /// Tax number (NIP).
    #[schema(required, example = "9990000014")]
    pub nip: Option<String>,
    /// REGON.
    #[schema(required, example = "990000016")]
    pub regon: Option<String>,
    /// KRS, where this is the register.
    #[schema(required, example = "0009900001")]
    pub krs: Option<String>,
    /// The seat.
    pub address: Address,
    /// Website.
    #[schema(required, example = "WWW.WSPOLNIE.EXAMPLE")]
    pub website: Option<String>,
    /// E-mail address.
    #[schema(required, example = "BIURO@WSPOLNIE.EXAMPLE")]
    pub email: Option<String>,
    /// Legal form, in words.
    #[schema(required, example = "FUNDACJA")]
    pub legal_form: Option<String>,
    /// The day on which it ended, if the register knows.
    #[schema(required, example = "2016-12-31")]
    pub ended_on: Option<NaiveDate>,
}
