//! The service BIR1 of Statistics Poland: SOAP 1.2, with a session for which a key is needed.
//! <https://api.stat.gov.pl/Home/RegonApi>

use domain::identifier::Regon;
use quick_xml::de::from_str;
use quick_xml::escape::escape;
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;

use super::answer::{Silence, entity, street_address, text};
use super::wire::{Register, RegisterEntryOut};
use domain::institution::Address;

const NAMES: &str = "http://CIS/BIR/PUBL/2014/07";
/// What it answers for a number that it does not have.
const NOT_FOUND: &str = "4";

/// Where the service is, and the key to it.
#[derive(Clone)]
pub(super) struct Service {
    pub url: String,
    pub key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    body: Body,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Body {
    zaloguj_response: Option<ZalogujResponse>,
    dane_szukaj_podmioty_response: Option<DaneSzukajPodmiotyResponse>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ZalogujResponse {
    #[serde(default)]
    zaloguj_result: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DaneSzukajPodmiotyResponse {
    /// A document of its own, as text.
    #[serde(default)]
    dane_szukaj_podmioty_result: String,
}

#[derive(Deserialize)]
struct Root {
    dane: Vec<Dane>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Dane {
    error_code: Option<String>,
    regon: String,
    nip: String,
    nazwa: String,
    miejscowosc: String,
    kod_pocztowy: String,
    ulica: String,
    nr_nieruchomosci: String,
    nr_lokalu: String,
    data_zakonczenia_dzialalnosci: String,
}

impl Service {
    /// What the register says of a number.
    pub async fn ask(&self, client: &Client, number: &Regon) -> Result<RegisterEntryOut, Silence> {
        let key = escape(&self.key);
        let asked = format!("<ns:pKluczUzytkownika>{key}</ns:pKluczUzytkownika>");
        let answer = self.call(client, "Zaloguj", &asked, None).await?;
        let session = answer.zaloguj_response.map(|answer| answer.zaloguj_result);
        let session = session.filter(|session| !session.is_empty());
        let session = session.ok_or_else(|| Silence::failed("the key is refused"))?;
        let asked = format!(
            "<ns:pParametryWyszukiwania><dat:Regon xmlns:dat=\"{NAMES}/DataContract\">{number}</dat:Regon></ns:pParametryWyszukiwania>"
        );
        let found = self.call(client, "DaneSzukajPodmioty", &asked, Some(&session));
        let found = found.await;
        let over = escape(&session);
        let over = format!("<ns:pIdentyfikatorSesji>{over}</ns:pIdentyfikatorSesji>");
        #[expect(
            clippy::let_underscore_must_use,
            reason = "a session that is not ended ends by itself"
        )]
        let _ = self.call(client, "Wyloguj", &over, Some(&session)).await;
        let found = found?.dane_szukaj_podmioty_response;
        let found = found.ok_or_else(|| Silence::failed("nothing was answered"))?;
        read(&found.dane_szukaj_podmioty_result)
    }

    async fn call(
        &self,
        client: &Client,
        operation: &str,
        asked: &str,
        session: Option<&str>,
    ) -> Result<Body, Silence> {
        let action = format!("{NAMES}/IUslugaBIRzewnPubl/{operation}");
        let url = escape(&self.url);
        let envelope = format!(
            "<soap:Envelope xmlns:soap=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:ns=\"{NAMES}\">\
             <soap:Header xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">\
             <wsa:To>{url}</wsa:To><wsa:Action>{action}</wsa:Action></soap:Header>\
             <soap:Body><ns:{operation}>{asked}</ns:{operation}></soap:Body></soap:Envelope>"
        );
        let media_type = format!("application/soap+xml; charset=utf-8; action=\"{action}\"");
        let mut request = client.post(&self.url).header(CONTENT_TYPE, media_type);
        if let Some(session) = session {
            request = request.header("sid", session);
        }
        let (status, text) = text(request.body(envelope)).await?;
        if !status.is_success() {
            return Err(Silence::failed(status));
        }
        let envelope = envelope_of(&text).ok_or_else(|| Silence::failed("no envelope"))?;
        let envelope: Envelope = from_str(envelope).map_err(Silence::failed)?;
        Ok(envelope.body)
    }
}

/// The envelope of an answer, which comes as a message of one part (MTOM).
fn envelope_of(text: &str) -> Option<&str> {
    const NAME: &str = "Envelope";
    let begin = text[..text.find(NAME)?].rfind('<')?;
    let end = text.rfind(NAME)? + NAME.len();
    let end = end + text[end..].find('>')? + 1;
    text.get(begin..end)
}

fn read(result: &str) -> Result<RegisterEntryOut, Silence> {
    let root: Root = from_str(result).map_err(Silence::failed)?;
    let entry = root.dane.into_iter().next().unwrap_or_default();
    match entry.error_code.as_deref() {
        None => {}
        Some(NOT_FOUND) => return Err(Silence::Unknown),
        Some(code) => return Err(Silence::Failed(format!("error {code}"))),
    }
    if entry.nazwa.is_empty() {
        return Err(Silence::failed("an entry without a name"));
    }
    let said = |text: String| (!text.is_empty()).then_some(text);
    Ok(RegisterEntryOut {
        register: Register::Regon,
        name: entry.nazwa,
        nip: said(entry.nip),
        regon: said(entry.regon).map(entity),
        krs: None,
        address: Address {
            street_address: street_address(
                &entry.ulica,
                &entry.miejscowosc,
                &entry.nr_nieruchomosci,
                &entry.nr_lokalu,
            ),
            postal_code: said(entry.kod_pocztowy),
            town: said(entry.miejscowosc),
        },
        website: None,
        email: None,
        legal_form: None,
        ended_on: entry.data_zakonczenia_dzialalnosci.parse().ok(),
    })
}
