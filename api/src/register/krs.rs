//! The open API of the court register: <https://prs.ms.gov.pl/krs/openApi>.

use domain::identifier::Krs;
use reqwest::{Client, StatusCode};
use serde::Deserialize;

use super::answer::{Silence, entity, street_address, text};
use super::wire::{Register, RegisterEntryOut};
use domain::institution::Address;

/// Its two parts: entrepreneurs, and associations with other organisations.
const PARTS: [&str; 2] = ["P", "S"];

#[derive(Deserialize)]
struct Answer {
    odpis: Odpis,
}

#[derive(Deserialize)]
struct Odpis {
    dane: Dane,
}

#[derive(Deserialize)]
struct Dane {
    dzial1: Dzial1,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dzial1 {
    dane_podmiotu: DanePodmiotu,
    #[serde(default, rename = "siedzibaIAdres")]
    siedziba_i_adres: SiedzibaIAdres,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DanePodmiotu {
    nazwa: String,
    forma_prawna: Option<String>,
    #[serde(default)]
    identyfikatory: Identyfikatory,
}

#[derive(Default, Deserialize)]
struct Identyfikatory {
    regon: Option<String>,
    nip: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SiedzibaIAdres {
    adres: Adres,
    adres_poczty_elektronicznej: Option<String>,
    adres_strony_internetowej: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Adres {
    ulica: String,
    nr_domu: String,
    nr_lokalu: String,
    miejscowosc: String,
    kod_pocztowy: String,
}

/// What the register says of a number, in whichever of its parts it stands.
pub(super) async fn ask(
    client: &Client,
    url: &str,
    number: &Krs,
) -> Result<RegisterEntryOut, Silence> {
    let url = url.trim_end_matches('/');
    for part in PARTS {
        let url = format!("{url}/api/krs/OdpisAktualny/{number}?rejestr={part}&format=json");
        let (status, text) = text(client.get(url)).await?;
        match status {
            StatusCode::OK => return read(number, &text),
            StatusCode::NOT_FOUND | StatusCode::NO_CONTENT => {}
            status => return Err(Silence::failed(status)),
        }
    }
    Err(Silence::Unknown)
}

fn read(number: &Krs, text: &str) -> Result<RegisterEntryOut, Silence> {
    let answer: Answer = serde_json::from_str(text).map_err(Silence::failed)?;
    let Dzial1 {
        dane_podmiotu: entry,
        siedziba_i_adres: seat,
    } = answer.odpis.dane.dzial1;
    let said = |text: String| (!text.is_empty()).then_some(text);
    let address = seat.adres;
    Ok(RegisterEntryOut {
        register: Register::Krs,
        name: entry.nazwa,
        nip: entry.identyfikatory.nip.and_then(said),
        regon: entry.identyfikatory.regon.and_then(said).map(entity),
        krs: Some(number.to_string()),
        address: Address {
            street_address: street_address(
                &address.ulica,
                &address.miejscowosc,
                &address.nr_domu,
                &address.nr_lokalu,
            ),
            postal_code: said(address.kod_pocztowy),
            town: said(address.miejscowosc),
        },
        website: seat.adres_strony_internetowej.and_then(said),
        email: seat.adres_poczty_elektronicznej.and_then(said),
        legal_form: entry.forma_prawna.and_then(said),
        ended_on: None,
    })
}
