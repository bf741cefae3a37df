//! What public registers say of an institution: asked for only where the settings say so, and nothing waits for it.

use std::time::Duration;

use domain::access::Role;
use serde_json::{Value, json};

use crate::support::{Backend, Reply, Sink, Taken, TestApp};

const KRS: &str = "/api/v1/registers/krs/0009900001";
const REGON: &str = "/api/v1/registers/regon/990000016";

/// The register of associations: one that has no entry for the number in its first part.
fn court(asked: &Taken) -> (u16, String) {
    if asked.path.contains("rejestr=P") {
        return (404, String::new());
    }
    assert_eq!(
        asked.path,
        "/krs/api/krs/OdpisAktualny/0009900001?rejestr=S&format=json"
    );
    let answer = json!({ "odpis": { "rodzaj": "Aktualny", "dane": { "dzial1": {
        "danePodmiotu": {
            "formaPrawna": "FUNDACJA", "nazwa": "FUNDACJA „WSPÓLNIE”",
            "identyfikatory": { "regon": "99000001600000", "nip": "9990000014" }
        },
        "siedzibaIAdres": {
            "siedziba": { "kraj": "POLSKA", "miejscowosc": "ŻARY" },
            "adres": { "ulica": "UL. PODWALE", "nrDomu": "5", "nrLokalu": "2", "miejscowosc": "ŻARY", "kodPocztowy": "68-200" },
            "adresStronyInternetowej": "WWW.WSPOLNIE.EXAMPLE"
        },
        "wspolnicySpzoo": [{ "nazwisko": { "nazwiskoICzlon": "K*****" } }]
    } } } });
    (200, answer.to_string())
}

/// The service of Statistics Poland, as its documentation shows it: a message of one part, a document within the document.
fn statistics(asked: &Taken) -> (u16, String) {
    let answer = |name: &str, result: &str| {
        let result = result
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        format!(
            "\r\n--uuid:1+id=2\r\nContent-ID: <http://tempuri.org/0>\r\nContent-Type: application/xop+xml;charset=utf-8;type=\"application/soap+xml\"\r\n\r\n\
             <s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:a=\"http://www.w3.org/2005/08/addressing\"><s:Header>\
             <a:Action s:mustUnderstand=\"1\">http://CIS/BIR/PUBL/2014/07/IUslugaBIRzewnPubl/{name}Response</a:Action></s:Header><s:Body>\
             <{name}Response xmlns=\"http://CIS/BIR/PUBL/2014/07\"><{name}Result>{result}</{name}Result></{name}Response></s:Body></s:Envelope>\r\n--uuid:1+id=2--\r\n"
        )
    };
    let operation = asked
        .header("content-type")
        .rsplit('/')
        .next()
        .unwrap()
        .trim_matches('"')
        .to_owned();
    let answer = match operation.as_str() {
        "Zaloguj"
            if asked
                .body
                .contains("<ns:pKluczUzytkownika>klucz &amp; zamek</ns:pKluczUzytkownika>") =>
        {
            answer("Zaloguj", "sesja")
        }
        "Zaloguj" => answer("Zaloguj", ""),
        "Wyloguj" => answer("Wyloguj", "true"),
        _ if asked.headers.get("sid").map(String::as_str) != Some("sesja") => {
            answer(&operation, "")
        }
        _ if asked.body.contains(">990000016</dat:Regon>") => answer(
            &operation,
            "<root>\r\n  <dane>\r\n    <Regon>990000016</Regon>\r\n    <Nip>9990000014</Nip>\r\n    \
            <StatusNip />\r\n    <Nazwa>OŚRODEK &amp; DOM</Nazwa>\r\n    <Wojewodztwo>LUBUSKIE</Wojewodztwo>\r\n    <Miejscowosc>Tuplice</Miejscowosc>\r\n    \
            <KodPocztowy>68-219</KodPocztowy>\r\n    <Ulica />\r\n    <NrNieruchomosci>7</NrNieruchomosci>\r\n    <NrLokalu />\r\n    <Typ>P</Typ>\r\n    \
            <DataZakonczeniaDzialalnosci>2016-12-31</DataZakonczeniaDzialalnosci>\r\n  </dane>\r\n</root>",
        ),
        _ => answer(
            &operation,
            "<root><dane><ErrorCode>4</ErrorCode><ErrorMessagePl>Nie znaleziono podmiotu</ErrorMessagePl></dane></root>",
        ),
    };
    (200, answer)
}

async fn with(sink: &Sink, key: &str) -> TestApp {
    let base = sink.url().replace("/hook", "");
    let key = key.to_owned();
    TestApp::start_with(Backend::Sqlite, |config| {
        config.krs_url = Some(format!("{base}/krs/"));
        config.regon_url = Some(format!("{base}/regon"));
        config.regon_key = Some(key);
    })
    .await
}

#[tokio::test]
async fn a_form_is_filled_in_from_a_register() {
    let sink = Sink::start();
    let app = with(&sink, "klucz & zamek").await;
    let admin = app.admin().await;
    sink.reply(Reply::Answer(court));
    let entry = admin.get(KRS).await.ok(200);
    let expected = json!({
        "register": "krs", "name": "FUNDACJA „WSPÓLNIE”", "nip": "9990000014", "regon": "990000016", "krs": "0009900001",
        "address": { "street_address": "UL. PODWALE 5/2", "postal_code": "68-200", "town": "ŻARY" },
        "website": "WWW.WSPOLNIE.EXAMPLE", "email": null, "legal_form": "FUNDACJA", "ended_on": null
    });
    assert_eq!(entry, expected);
    // What the register says can be recorded as it is, but for what an institution does not have.
    let mut body = entry.clone();
    for field in ["register", "legal_form", "ended_on"] {
        body.as_object_mut().unwrap().remove(field);
    }
    body["kind"] = json!("foundation");
    let recorded = admin.post("/api/v1/institutions", body).await.ok(201);
    assert_eq!(recorded["website"], "https://www.wspolnie.example/");
    sink.reply(Reply::Answer(statistics));
    sink.taken();
    let entry = admin.get(REGON).await.ok(200);
    assert_eq!(
        (&entry["name"], &entry["address"]["street_address"]),
        (&json!("OŚRODEK & DOM"), &json!("Tuplice 7"))
    );
    assert_eq!(
        (&entry["ended_on"], &entry["krs"]),
        (&json!("2016-12-31"), &Value::Null)
    );
    // The session is ended, too.
    assert_eq!(sink.taken().len(), 3);
    admin
        .get("/api/v1/registers/regon/123456785")
        .await
        .problem(404, "not-found");
    sink.reply(Reply::Status(404, ""));
    admin.get(KRS).await.problem(404, "not-found");
    // What is no number, or no register, is asked of nobody.
    sink.taken();
    admin
        .get("/api/v1/registers/regon/990000017")
        .await
        .problem(404, "not-found");
    admin
        .get("/api/v1/registers/krs/12")
        .await
        .problem(404, "not-found");
    admin
        .get("/api/v1/registers/ceidg/990000016")
        .await
        .problem(404, "not-found");
    assert!(sink.taken().is_empty());
}

#[tokio::test]
async fn a_register_that_does_not_answer_is_a_problem_of_its_own() {
    let sink = Sink::start();
    let app = with(&sink, "nie ten klucz").await;
    let admin = app.admin().await;
    for reply in [
        Reply::Status(500, ""),
        Reply::Garbage,
        Reply::Close,
        Reply::EndlessBody,
        Reply::Status(200, ""),
        Reply::Status(302, "location: /x\r\n"),
    ] {
        sink.reply(reply);
        for url in [KRS, REGON] {
            let answer = admin.get(url).await;
            answer.problem(503, "register-unavailable");
            assert_eq!(answer.header("retry-after"), "60");
        }
    }
    sink.reply(Reply::Answer(statistics));
    admin.get(REGON).await.problem(503, "register-unavailable");
    // Meanwhile an institution with these numbers is recorded at once.
    sink.reply(Reply::Hang(Duration::from_secs(5)));
    sink.taken();
    let body = json!({ "name": "Fundacja „Wspólnie”", "kind": "foundation", "regon": "990000016", "krs": "0009900001" });
    admin.post("/api/v1/institutions", body).await.ok(201);
    assert!(sink.taken().is_empty());
}

#[tokio::test]
async fn nothing_is_looked_up_unless_the_settings_say_where() {
    let app = TestApp::start(Backend::Sqlite).await;
    let admin = app.admin().await;
    let off = admin.get(KRS).await.problem(409, "conflict");
    let detail = off["detail"].as_str().unwrap();
    assert!(detail.contains("Ta instalacja nie pobiera"), "{off}");
    admin.get(REGON).await.problem(409, "conflict");
    app.anonymous()
        .get(KRS)
        .await
        .problem(401, "unauthenticated");
    let partnership = app.partnership("Partnerstwo Lubuskie").await;
    let member = app
        .signed_in_as(Role::CouncilMember, Some(partnership), None)
        .await;
    member.get(KRS).await.problem(403, "forbidden");
}
