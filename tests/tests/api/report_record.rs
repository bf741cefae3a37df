//! Reports as records: drafted, reviewed, approved, frozen, handed in and answered; what is frozen stays.

use domain::access::Role;
use persistence::Db;
use persistence::report::file::{self, Which};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::import::reference_year;
use crate::support::{Answer, Backend, Client, TestApp, id, on_both};

const P: &str = "/api/v1/partnerships/partnerstwo-lubuskie";
const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/reports";
const REPORT: &str = "/api/v1/partnerships/partnerstwo-lubuskie/reports/sprawozdanie-2016";

async fn of_the_year(app: &TestApp) -> (Uuid, Client) {
    let admin = app.admin().await;
    admin
        .post("/api/v1/imports", reference_year())
        .await
        .ok(200);
    let partnership = id(&admin.get(P).await.ok(200));
    (partnership, admin)
}

async fn drafted(client: &Client, body: Value) -> Value {
    let mut body = body;
    for (field, day) in [("from", "2016-01-01"), ("to", "2016-12-31")] {
        if body[field].is_null() {
            body[field] = json!(day);
        }
    }
    client.post(URL, body).await.ok(201)
}

async fn step(client: &Client, to: &str) -> Answer {
    client.step(REPORT, json!({ "to": to })).await
}

/// The report of 2016, frozen.
async fn frozen(client: &Client) -> Value {
    drafted(client, json!({})).await;
    for to in ["in_review", "approved"] {
        step(client, to).await.ok(200);
    }
    step(client, "frozen").await.ok(200)
}

/// Every format that the program makes.
fn formats() -> impl Iterator<Item = &'static str> {
    let pdf = cfg!(feature = "pdf").then_some("pdf");
    ["json", "md", "html", "docx", "xlsx"]
        .into_iter()
        .chain(pdf)
}

/// Every format of the frozen report, as it is answered.
async fn files(client: &Client) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for suffix in formats() {
        for language in ["pl", "en"] {
            let request = client.request("GET", &format!("{REPORT}.{suffix}"));
            let answer = client
                .send(request.header("accept-language", language))
                .await;
            assert_eq!(answer.status, 200, "{suffix}: {}", answer.text);
            files.push((answer.header("etag").to_owned(), answer.bytes));
        }
    }
    files
}

fn text_of(content: &Value, language: &str, key: &str) -> Value {
    let sections = content["wording"][language]["sections"].as_array().unwrap();
    let texts = sections.iter().flat_map(|section| {
        let parts = ["sentences", "items"].map(|part| section[part].as_array().unwrap());
        parts.into_iter().flatten()
    });
    let mut texts = texts.filter(|text| text["key"] == key);
    texts.next().cloned().unwrap_or_default()
}

on_both! {
    async fn from_draft_to_what_is_acknowledged(app: TestApp) {
        let (partnership, _) = of_the_year(&app).await;
        let of = async |role| app.signed_in_as(role, Some(partnership), None).await;
        let (secretariat, chair) = (of(Role::Secretariat).await, of(Role::CouncilChair).await);
        let (rops, auditor, anonymous) = (of(Role::Rops).await, of(Role::Auditor).await, app.anonymous());
        let record = drafted(&secretariat, json!({ "external_ids": [{ "system": "ezd", "id": "7" }] })).await;
        let title = "Sprawozdanie z działalności w 2016 r.";
        assert_eq!((&record["slug"], &record["status"], &record["title"]), (&json!("sprawozdanie-2016"), &json!("draft"), &json!(title)));
        assert_eq!(record["allowed_transitions"], json!(["in_review"]));
        for suffix in ["", ".json", ".md", ".html", "/comparison"] {
            anonymous.get(&format!("{REPORT}{suffix}")).await.problem(404, "not-found");
        }
        auditor.post(URL, json!({ "from": "2016-01-01", "to": "2016-12-31" })).await.problem(403, "forbidden");
        // A draft shows what the records say now.
        let live = rops.get(&format!("{REPORT}.json")).await.ok(200);
        assert_eq!(live["figures"]["signatories"]["value"], 69);
        assert_eq!(live["figures"]["signatories"]["records"].as_array().unwrap().len(), 69);
        assert!(text_of(&live, "pl", "signatories")["text"].as_str().unwrap().contains("podpisało 69 instytucji"));

        step(&rops, "in_review").await.problem(403, "forbidden");
        assert_eq!(step(&secretariat, "in_review").await.ok(200)["warnings"], json!([]));
        secretariat.patch(REPORT, "*", json!({ "title": "Inny" })).await.problem(409, "conflict");
        secretariat.delete(REPORT, "*").await.problem(409, "conflict");
        step(&chair, "draft").await.ok(200);
        secretariat.patch(REPORT, "*", json!({ "title": "Sprawozdanie roczne", "paragraphs": [{ "after": "owes", "text": "Dziękujemy." }] })).await.ok(200);
        step(&secretariat, "in_review").await.ok(200);
        step(&rops, "approved").await.problem(403, "forbidden");
        let approved = step(&chair, "approved").await.ok(200);
        assert_eq!(approved["approved_sha256"].as_str().unwrap().len(), 64);
        step(&chair, "frozen").await.problem(403, "forbidden");
        let frozen = step(&secretariat, "frozen").await.ok(200);
        assert_eq!(frozen["sha256"].as_str().unwrap().len(), 64);
        assert!(frozen["sequence"].as_i64().unwrap() > 0 && frozen["frozen_at"].is_string());

        // Everybody reads it now.
        assert_eq!(anonymous.get(REPORT).await.ok(200)["status"], "frozen");
        let page = anonymous.get(&format!("{REPORT}.html")).await;
        assert_eq!(page.header("content-disposition"), "inline; filename=\"sprawozdanie-2016.html\"");
        assert!(page.text.contains("<h1>Sprawozdanie roczne</h1>"), "{}", page.text);
        let tag = page.header("etag").to_owned();
        let again = anonymous.request("GET", &format!("{REPORT}.html")).header("if-none-match", &tag);
        assert_eq!(anonymous.send(again).await.status, 304);
        let json = anonymous.get(&format!("{REPORT}.json")).await;
        assert_eq!(json.header("etag").trim_matches('"'), frozen["sha256"].as_str().unwrap());

        step(&rops, "submitted").await.problem(403, "forbidden");
        let early = secretariat.step(REPORT, json!({ "to": "submitted", "effective_on": "2016-12-31" })).await;
        early.problem(422, "invalid-values");
        assert_eq!(early.errors(), [("/effective_on".to_owned(), "order".to_owned())]);
        let today = json!(app.state.clock.today());
        assert_eq!(step(&secretariat, "submitted").await.ok(200)["submitted_on"], today);
        step(&secretariat, "acknowledged").await.problem(403, "forbidden");
        let unsaid = step(&rops, "returned").await;
        unsaid.problem(422, "invalid-values");
        assert_eq!(unsaid.errors(), [("/reason".to_owned(), "required".to_owned())]);
        let returned = rops.step(REPORT, json!({ "to": "returned", "reason": "Brakuje załącznika." })).await.ok(200);
        assert_eq!((&returned["note"], &returned["answered_on"]), (&json!("Brakuje załącznika."), &today));
        assert_eq!(files(&anonymous).await[0].1, json.bytes);

        // The next version takes its place.
        let other = json!({ "from": "2015-01-01", "to": "2015-12-31", "supersedes": "sprawozdanie-2016" });
        let refused = secretariat.post(URL, other).await;
        refused.problem(422, "invalid-values");
        assert_eq!(refused.errors(), [("/supersedes".to_owned(), "conflict".to_owned())]);
        let next = drafted(&secretariat, json!({ "supersedes": "sprawozdanie-2016" })).await;
        assert_eq!((&next["slug"], &next["supersedes"]["slug"]), (&json!("sprawozdanie-2016-2"), &json!("sprawozdanie-2016")));
        assert_eq!(next["paragraphs"][0]["text"], "Dziękujemy.");
        let another = secretariat.post(URL, json!({ "from": "2016-01-01", "to": "2016-12-31", "supersedes": "sprawozdanie-2016" })).await;
        another.problem(422, "invalid-values");
        assert_eq!(another.errors(), [("/supersedes".to_owned(), "duplicate".to_owned())]);
        let next = format!("{URL}/sprawozdanie-2016-2");
        for (client, to) in [(&secretariat, "in_review"), (&chair, "approved"), (&secretariat, "frozen"), (&secretariat, "submitted"), (&rops, "acknowledged")] {
            client.step(&next, json!({ "to": to })).await.ok(200);
        }
        let page = anonymous.get(&format!("{URL}?status=returned,acknowledged&as_of=2016-07-01&sort=created_at")).await.ok(200);
        let statuses: Vec<&Value> = page["items"].as_array().unwrap().iter().map(|report| &report["status"]).collect();
        assert_eq!(statuses, ["returned", "acknowledged"]);
    }
}

on_both! {
    async fn what_is_frozen_is_what_was_approved(app: TestApp) {
        let (_, admin) = of_the_year(&app).await;
        drafted(&admin, json!({})).await;
        step(&admin, "in_review").await.ok(200);
        let approved = step(&admin, "approved").await.ok(200)["approved_sha256"].clone();
        // What does not concern the year changes nothing.
        admin.post(&format!("{P}/meetings"), json!({ "title": "Spotkanie", "kind": "council", "held_on": "2017-03-01" })).await.ok(201);
        let trial = admin.request("POST", &format!("{REPORT}/transitions?dry_run=true")).header("If-Match", "*");
        let trial = admin.send(trial.json(&json!({ "to": "frozen" }))).await.ok(200);
        assert_eq!((&trial["status"], &trial["approved_sha256"]), (&json!("frozen"), &approved));
        assert_eq!(admin.get(REPORT).await.ok(200)["status"], "approved");
        let practice = format!("{P}/good-practices/dobra-praktyka-1");
        admin.patch(&practice, "*", json!({ "presented_at": [] })).await.ok(200);
        step(&admin, "frozen").await.problem(409, "conflict");
        step(&admin, "draft").await.ok(200);
        assert_eq!(admin.get(REPORT).await.ok(200)["approved_sha256"], Value::Null);
        step(&admin, "in_review").await.ok(200);
        assert_ne!(step(&admin, "approved").await.ok(200)["approved_sha256"], approved);
        step(&admin, "frozen").await.ok(200);
        let figures = app.anonymous().get(&format!("{REPORT}.json")).await.ok(200)["figures"].clone();
        assert_eq!(figures["good_practice_presenters"]["value"], 5);
        // A year that is not over is not approved.
        let year = chrono::Datelike::year(&app.state.clock.today());
        let current = admin.post(URL, json!({ "from": format!("{year}-01-01"), "to": format!("{year}-12-31") })).await;
        current.ok(201);
        admin.step(current.header("location"), json!({ "to": "in_review" })).await.ok(200);
        admin.step(current.header("location"), json!({ "to": "approved" })).await.problem(409, "conflict");
    }
}

on_both! {
    async fn sentences_are_edited_and_paragraphs_added(app: TestApp) {
        let (_, admin) = of_the_year(&app).await;
        drafted(&admin, json!({})).await;
        let edit = |key: &str, text: &str| json!({ "key": key, "text": text });
        for (body, at, code) in [
            (json!({ "edits": [edit("owes", "Spotykano się z kadrą OWES.")] }), "/edits/0/text", "other_figures"),
            (json!({ "edits": [edit("signatories", "Umowę podpisało 70 instytucji:")] }), "/edits/0/text", "other_figures"),
            (json!({ "edits": [edit("assembly", "Spotkano się 19 listopada 2016 r.")] }), "/edits/0/text", "other_figures"),
            (json!({ "edits": [edit("weather", "Padało.")] }), "/edits/0/key", "dangling_reference"),
            (json!({ "edits": [{ "key": "owes", "text": "3", "language": "de" }] }), "/edits/0/language", "unknown_code"),
            (json!({ "paragraphs": [{ "after": "weather", "text": "Padało." }] }), "/paragraphs/0/after", "dangling_reference"),
            (json!({ "slug": "activity" }), "/slug", "conflict"),
            (json!({ "slug": "live" }), "/slug", "conflict"),
            (json!({ "sections": ["weather"] }), "/sections/0", "unknown_code"),
        ] {
            let refused = admin.patch(REPORT, "*", body.clone()).await;
            refused.problem(422, "invalid-values");
            let found = refused.errors();
            assert!(found.contains(&(at.to_owned(), code.to_owned())), "{body}: {found:?}");
        }
        let body = json!({
            "edits": [edit("owes", "Uczestniczono w trzech spotkaniach z kadrą OWES w Zielonej Górze."), edit("council.topic.1", "wniosków i rekomendacji")],
            "paragraphs": [
                { "after": "owes", "text": "Kadra OWES wspierała założycieli spółdzielni." },
                { "after": "signatories", "text": "The agreement is open.", "language": "en" }
            ]
        });
        let changed = admin.patch(REPORT, "*", body).await.ok(200);
        let generated = changed["edits"][0]["generated"].as_str().unwrap();
        assert!(generated.starts_with("Realizując współpracę"), "{generated}");
        let content = admin.get(&format!("{REPORT}.json")).await.ok(200);
        let owes = text_of(&content, "pl", "owes");
        assert_eq!((&owes["text"], &owes["generated"]), (&changed["edits"][0]["text"], &json!(generated)));
        assert_eq!(owes["figures"], json!(["owes_meetings"]));
        assert_eq!(text_of(&content, "pl", "council.topic.1")["text"], "wniosków i rekomendacji");
        assert_eq!(text_of(&content, "pl", "added.1")["added"], true);
        assert_eq!(text_of(&content, "en", "added.2")["text"], "The agreement is open.");
        assert_eq!(content["figures"]["owes_meetings"]["value"], 3);
        let page = admin.get(&format!("{REPORT}.md")).await.text;
        assert!(page.contains("w Zielonej Górze.\n\nKadra OWES wspierała"), "{page}");
        // What was edited reads differently now: the edit is left out, and a warning says so.
        let meetings = admin.get(&format!("{P}/meetings?kind=owes&limit=1")).await.ok(200);
        let meeting = format!("{P}/meetings/{}", meetings["items"][0]["id"].as_str().unwrap());
        admin.patch(&meeting, "*", json!({ "own_role": "organizer" })).await.ok(200);
        let reviewed = step(&admin, "in_review").await.ok(200);
        assert_eq!(reviewed["warnings"][0]["code"], "edit_outdated");
        let content = admin.get(&format!("{REPORT}.json")).await.ok(200);
        assert!(text_of(&content, "pl", "owes")["text"].as_str().unwrap().contains("w dwóch spotkaniach"));
        // The same edits may be sent again with what else changes.
        step(&admin, "draft").await.ok(200);
        let again = json!({ "edits": changed["edits"], "sections": ["owes", "signatories"] });
        admin.patch(REPORT, "*", again).await.ok(200);
        let content = admin.get(&format!("{REPORT}.json")).await.ok(200);
        let keys: Vec<&Value> = content["wording"]["pl"]["sections"].as_array().unwrap().iter().map(|section| &section["key"]).collect();
        assert_eq!(keys, ["signatories", "owes"]);
        assert_eq!(content["figures"]["council_meetings"]["value"], 4);
    }
}

on_both! {
    async fn what_names_a_person_is_not_frozen(app: TestApp) {
        let (_, admin) = of_the_year(&app).await;
        admin.post(&format!("{P}/people"), json!({ "name": "Zofia Żurawska" })).await.ok(201);
        drafted(&admin, json!({})).await;
        let paragraphs = json!({ "paragraphs": [{ "after": "owes", "text": "Podziękowania dla Zofii Żurawskiej." }] });
        admin.patch(REPORT, "*", paragraphs).await.ok(200);
        for to in ["in_review", "approved"] {
            assert_eq!(step(&admin, to).await.ok(200)["warnings"][0]["code"], "names_person");
        }
        let refused = step(&admin, "frozen").await;
        refused.problem(409, "conflict");
        assert_eq!(refused.errors(), [("/wording/pl/sections/4/sentences/1/text".to_owned(), "names_person".to_owned())]);
        assert_eq!(admin.get(REPORT).await.ok(200)["status"], "approved");
        // Nor does the answer to one, which everybody reads.
        step(&admin, "draft").await.ok(200);
        admin.patch(REPORT, "*", json!({ "paragraphs": [] })).await.ok(200);
        for to in ["in_review", "approved", "frozen", "submitted"] {
            step(&admin, to).await.ok(200);
        }
        for (reason, code, at) in [("Proszę zapytać p. Zofię Żurawską.", 409, "names_person"), ("  ", 422, "length")] {
            let refused = admin.step(REPORT, json!({ "to": "returned", "reason": reason })).await;
            assert_eq!((refused.status, refused.errors()), (code, vec![("/reason".to_owned(), at.to_owned())]), "{}", refused.text);
        }
    }
}

on_both! {
    async fn a_frozen_report_stays_byte_for_byte(app: TestApp) {
        let (_, admin) = of_the_year(&app).await;
        let person = admin.post(&format!("{P}/people"), json!({ "name": "Zofia Żurawska" })).await;
        frozen(&admin).await;
        let anonymous = app.anonymous();
        let before = files(&anonymous).await;
        // Corrections of the year, later events, an erasure.
        for (record, body) in [
            ("meetings/rada-2016-1", json!({ "title": "Pierwsze spotkanie" })),
            ("good-practices/dobra-praktyka-1", json!({ "presented_at": [] })),
            ("recommendations/rek-2016-1", json!({ "title": "Szkolenie", "implemented_on": "2017-01-02" })),
        ] {
            admin.patch(&format!("{P}/{record}"), "*", body).await.ok(200);
        }
        admin.patch(P, "*", json!({ "name": "Partnerstwo Nowe" })).await.ok(200);
        // A thousand writes, of which each is counted by the live report.
        let writers = (0..8).map(|writer| {
            let admin = admin.clone();
            tokio::spawn(async move {
                for number in 0..125 {
                    let text = format!("Efekt {writer}/{number}.");
                    let effect = json!({ "report_text": text, "period_from": "2016-01-01", "period_to": "2016-12-31", "position": 10 + number });
                    admin.post(&format!("{P}/effects"), effect).await.ok(201);
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let live = anonymous.get(&format!("{URL}/activity?year=2016")).await.ok(200);
        assert_eq!(live["figures"]["effects"]["value"], 1003);
        let erased = admin.post(&format!("{}/erasure", person.header("location")), json!({})).await;
        assert_eq!(erased.status, 204, "{}", erased.text);
        assert_eq!(files(&anonymous).await, before);
        // What was kept cannot be written again, whatever statement comes.
        assert!(app.execute("UPDATE report_file SET sha256 = ''").await.is_err());
        assert!(app.execute("DELETE FROM report_file").await.is_err());
        let replica = app.replica().await;
        assert_eq!(files(&replica.anonymous()).await, before);
        // A format that a later version adds is made of what was frozen, once.
        app.tamper("DELETE FROM report_file WHERE format IN ('html', 'xlsx')").await;
        assert_eq!(files(&anonymous).await, before);
    }
}

on_both! {
    async fn a_comparison_explains_every_difference(app: TestApp) {
        let (partnership, admin) = of_the_year(&app).await;
        let record = frozen(&admin).await;
        let anonymous = app.anonymous();
        let same = anonymous.get(&format!("{REPORT}/comparison")).await.ok(200);
        assert_eq!((&same["figures"], &same["texts"], &same["same_period"]), (&json!([]), &json!([]), &json!(true)));
        assert_eq!((&same["report"]["id"], &same["with"]["id"]), (&record["id"], &Value::Null));
        // One practice less, one effect more, one signatory of another sector.
        let practice = admin.patch(&format!("{P}/good-practices/dobra-praktyka-1"), "*", json!({ "presented_at": [] })).await.ok(200);
        let effect = json!({ "report_text": "Jest lepiej.", "period_from": "2016-01-01", "period_to": "2016-12-31", "position": 9 });
        let effect = admin.post(&format!("{P}/effects"), effect).await.ok(201);
        let history = json!({ "sector_history": [{ "sector": "business" }] });
        admin.patch("/api/v1/institutions/pup-zary", "*", history).await.ok(200);
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let compared = secretariat.get(&format!("{REPORT}/comparison?with=live")).await.ok(200);
        let figures = compared["figures"].as_array().unwrap();
        let figure = |key: &str| figures.iter().find(|figure| figure["key"] == key).unwrap_or_else(|| panic!("{key}: {compared}"));
        let keys: Vec<&str> = figures.iter().map(|figure| figure["key"].as_str().unwrap()).collect();
        assert_eq!(keys, [
            "effects", "good_practice_presenters", "information_meeting_host_sectors", "information_meetings_by_sector", "signatories_by_sector",
        ]);
        let effects = figure("effects");
        assert_eq!((&effects["value"], &effects["other"], &effects["stayed_count"]), (&json!(3), &json!(4), &json!(3)));
        assert_eq!((&effects["added"][0]["id"], &effects["added"][0]["change"]["op"]), (&effect["id"], &json!("created")));
        let presenters = figure("good_practice_presenters");
        assert_eq!((&presenters["value"], &presenters["other"]), (&json!(6), &json!(5)));
        assert_eq!((&presenters["removed"][0]["id"], &presenters["removed"][0]["key"]), (&practice["id"], &json!("dobra-praktyka-1")));
        let change = &presenters["removed"][0]["change"];
        assert_eq!(change["op"], "updated");
        assert!(change["actor"].is_string() && change["sequence"].as_i64() > record["sequence"].as_i64(), "{change}");
        let sectors = figure("signatories_by_sector");
        assert_eq!((&sectors["added_count"], &sectors["removed_count"], &sectors["stayed_count"]), (&json!(0), &json!(0), &json!(69)));
        assert_eq!((&sectors["value"]["business"], &sectors["other"]["business"]), (&json!(2), &json!(3)));
        let texts = compared["texts"].as_array().unwrap();
        assert!(texts.iter().any(|text| text["key"] == "effects.4" && text["text"].is_null() && text["other"] == "Jest lepiej."), "{texts:?}");
        // Who did it is for those who work there.
        let public = anonymous.get(&format!("{REPORT}/comparison")).await.ok(200);
        assert_eq!(public["figures"][0]["added"][0]["change"]["actor"], Value::Null);

        // Two years: what came, what went, what stayed.
        let earlier = admin.post(URL, json!({ "from": "2015-01-01", "to": "2015-12-31" })).await;
        earlier.ok(201);
        let earlier = earlier.header("location");
        for to in ["in_review", "approved", "frozen"] {
            admin.step(earlier, json!({ "to": to })).await.ok(200);
        }
        let years = anonymous.get(&format!("{REPORT}/comparison?with=sprawozdanie-2015")).await.ok(200);
        assert_eq!((&years["same_period"], &years["with"]["slug"]), (&json!(false), &json!("sprawozdanie-2015")));
        let signatories = years["figures"].as_array().unwrap().iter().find(|figure| figure["key"] == "signatories").unwrap();
        assert_eq!((&signatories["value"], &signatories["other"]), (&json!(69), &json!(68)));
        assert_eq!((&signatories["added_count"], &signatories["removed_count"], &signatories["stayed_count"]), (&json!(0), &json!(1), &json!(68)));
        assert_eq!(signatories["removed"][0]["key"], "ss-wzorcowa-nowa-sol@2016-02-10");
        anonymous.get(&format!("{REPORT}/comparison?with=nie-ma")).await.problem(400, "invalid-parameter");
    }
}

on_both! {
    async fn others_learn_of_frozen_reports(app: TestApp) {
        let (partnership, admin) = of_the_year(&app).await;
        let anonymous = app.anonymous();
        let record = frozen(&admin).await;
        let page = anonymous.get(&format!("{P}/changes?kind=report&limit=10&after=0&include=record")).await.ok(200);
        let told: Vec<(&Value, &Value)> = page["items"].as_array().unwrap().iter().map(|entry| (&entry["op"], &entry["record"]["status"])).collect();
        assert_eq!(told, [(&json!("published"), &json!("frozen"))]);
        let mut next = Some(format!("/oparl/1.1/body/{partnership}/paper"));
        let mut papers = Vec::new();
        while let Some(url) = next {
            let page = anonymous.get(&url).await.ok(200);
            papers.extend(page["data"].as_array().unwrap().clone());
            let url = page["links"]["next"].as_str();
            next = url.map(|url| url[url.find("/oparl/").unwrap()..].to_owned());
        }
        let paper = papers.iter().find(|paper| paper["paperType"] == "Sprawozdanie").unwrap();
        assert_eq!((&paper["name"], &paper["reference"]), (&json!("Sprawozdanie z działalności w 2016 r."), &record["slug"]));
        let page = paper["web"].as_str().unwrap();
        let page = &page[page.find("/api/").unwrap()..];
        assert_eq!(anonymous.get(page).await.status, 200);
        let csv = anonymous.get(&format!("{URL}.csv")).await;
        assert!(csv.text.contains("sprawozdanie-2016"), "{}", csv.text);
    }
}

#[tokio::test]
async fn a_backup_has_the_frozen_report_byte_for_byte() {
    let app = TestApp::start(Backend::Sqlite).await;
    let (_, admin) = of_the_year(&app).await;
    let report = id(&frozen(&admin).await);
    let before = files(&app.anonymous()).await;
    let copy = app.directory.join("copy.sqlite");
    app.db.backup(&copy).await.unwrap();
    let copy = Db::open(&api::config::sqlite_url(&copy)).await.unwrap();
    let mut kept = before.iter();
    for format in formats() {
        let languages = match format {
            "json" => ["mul", "mul"],
            _ => ["pl", "en"],
        };
        for language in languages {
            let which = Which {
                report,
                format,
                language,
            };
            let file = file::read(&copy, which).await.unwrap().unwrap();
            let (tag, content) = kept.next().unwrap();
            assert_eq!(
                (&format!("\"{}\"", file.sha256), &file.content),
                (tag, content)
            );
        }
    }
}
