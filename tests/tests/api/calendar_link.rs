//! Calendar links: addresses that show, without signing in, what their owner sees.

use domain::access::{Grant, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::conventions::walk;
use crate::meeting::step;
use crate::second_factor::add;
use crate::support::{Answer, Client, TestApp, on_both};

const P: &str = "/api/v1/partnerships/partnerstwo-lubuskie";
const LINKS: &str = "/api/v1/partnerships/partnerstwo-lubuskie/calendar-links";

/// A partnership without meetings, and its secretariat.
async fn empty_year(app: &TestApp) -> (Uuid, Client) {
    let partnership = app.partnership("Partnerstwo Lubuskie").await;
    let secretariat = app
        .signed_in_as(Role::Secretariat, Some(partnership), None)
        .await;
    (partnership, secretariat)
}

/// The lines of a calendar, unfolded; folded ones must be as short as they may be at most.
fn lines(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        answer.header("content-type"),
        "text/calendar; charset=utf-8"
    );
    let text = answer.text.strip_suffix("\r\n").unwrap();
    for line in text.split("\r\n") {
        assert!(line.len() <= 75 && !line.contains('\n'), "{line:?}");
    }
    let unfolded = text.replace("\r\n ", "");
    unfolded.split("\r\n").map(str::to_owned).collect()
}

/// The events of a calendar: the lines of each.
fn events(answer: &Answer) -> Vec<Vec<String>> {
    let lines = lines(answer);
    let events = lines.split(|line| line == "BEGIN:VEVENT").skip(1);
    let end = |line: &String| line != "END:VEVENT";
    events
        .map(|event| event.iter().take_while(|line| end(line)).cloned().collect())
        .collect()
}

/// What an event says under a name, with its parameters.
fn value<'a>(event: &'a [String], name: &str) -> Option<&'a str> {
    event
        .iter()
        .find_map(|line| line.strip_prefix(name))
        .filter(|rest| rest.starts_with([':', ';']))
}

/// Makes a link; answers its path and what is kept of it.
async fn link(app: &TestApp, client: &Client, body: Value) -> (String, Value) {
    let made = client.post(LINKS, body).await;
    assert_eq!(made.header("cache-control"), "no-store");
    let made = made.ok(201);
    let url = made["url"].as_str().unwrap();
    let path = url.strip_prefix(&app.base).unwrap().to_owned();
    assert!(path.starts_with("/api/v1/calendars/"), "{path}");
    (path, made["calendar_link"].clone())
}

async fn titles(app: &TestApp, path: &str) -> Vec<String> {
    let events = events(&app.anonymous().get(path).await);
    let title = |event: &Vec<String>| value(event, "SUMMARY").unwrap()[1..].to_owned();
    let mut titles: Vec<String> = events.iter().map(title).collect();
    titles.sort();
    titles
}

async fn meeting(client: &Client, body: Value) -> String {
    let made = client.post(&format!("{P}/meetings"), body).await;
    made.ok(201);
    made.header("location").to_owned()
}

fn on(title: &str, day: &str) -> Value {
    json!({ "title": title, "kind": "information", "held_on": day })
}

on_both! {
    async fn a_link_shows_what_its_owner_sees_at_that_moment(app: TestApp) {
        let (partnership, secretariat) = empty_year(&app).await;
        let member = Grant { role: Role::CouncilMember, partnership: Some(partnership), institution: None };
        let account = app.account("czlonkini@test.example", &[member]).await;
        let member = app.sign_in("czlonkini@test.example").await;
        let (path, kept) = link(&app, &member, json!({ "name": "Żółty kalendarz" })).await;
        assert_eq!((&kept["name"], &kept["institution"], &kept["account"]["id"]), (&json!("Żółty kalendarz"), &Value::Null, &json!(account)));
        let draft = meeting(&secretariat, on("Szkic", "2030-01-02")).await;
        let anonymous = app.anonymous();
        let empty = anonymous.get("/api/v1/partnerships/partnerstwo-lubuskie/calendar.ics").await;
        assert_eq!(events(&empty).len(), 0);
        assert_eq!(titles(&app, &path).await, ["Szkic"]);
        let first = anonymous.get(&path).await;
        assert!(lines(&first).contains(&"X-WR-CALNAME:Żółty kalendarz".to_owned()));
        let known = || anonymous.request("GET", &path).header("if-none-match", first.header("etag"));
        assert_eq!(anonymous.send(known()).await.status, 304);
        assert_eq!(anonymous.send(anonymous.request("HEAD", &path)).await.status, 200);
        // A token that is sent by habit is not looked at.
        let stale = Client { token: Some("x.y.z".to_owned()), ..app.anonymous() };
        assert_eq!(stale.get(&path).await.status, 200);
        step(&secretariat, &draft, &["scheduled"]).await;
        assert_eq!(anonymous.send(known()).await.status, 200);

        // With less of a role the link shows less, also to who has read it already.
        let admin = app.admin().await;
        let grants = admin.get(&format!("/api/v1/grants?account={account}")).await.ok(200);
        let grant = format!("/api/v1/grants/{}", grants["items"][0]["id"].as_str().unwrap());
        assert_eq!(admin.delete(&grant, "*").await.status, 204);
        anonymous.get(&path).await.problem(404, "not-found");
        anonymous.send(known()).await.problem(404, "not-found");
        let again = json!({ "account": account, "role": "council_member", "partnership": "partnerstwo-lubuskie" });
        admin.post("/api/v1/grants", again).await.ok(201);
        assert_eq!(titles(&app, &path).await, ["Szkic"]);
        admin.step(&format!("/api/v1/accounts/{account}"), json!({ "to": "disabled" })).await.ok(200);
        anonymous.get(&path).await.problem(404, "not-found");
        admin.step(&format!("/api/v1/accounts/{account}"), json!({ "to": "active" })).await.ok(200);
        assert_eq!(titles(&app, &path).await, ["Szkic"]);
        for nothing in ["tajny-adres", "%00", &path[18..60]] {
            anonymous.get(&format!("/api/v1/calendars/{nothing}")).await.problem(404, "not-found");
        }
    }
}

on_both! {
    async fn links_are_ones_own(app: TestApp) {
        let (partnership, secretariat) = empty_year(&app).await;
        let chair = app.signed_in_as(Role::CouncilChair, Some(partnership), None).await;
        let (path, kept) = link(&app, &secretariat, json!({ "name": "Pierwszy" })).await;
        let (_, other) = link(&app, &secretariat, json!({ "name": "Drugi" })).await;
        let own = walk(&secretariat, &format!("{LINKS}?limit=1&sort=created_at")).await;
        assert_eq!(own, [kept.clone(), other.clone()]);
        assert!(!secretariat.get(LINKS).await.text.contains(&path[18..]));
        assert_eq!(walk(&chair, LINKS).await, Vec::<Value>::new());
        let admin = app.admin().await;
        let account = kept["account"]["id"].as_str().unwrap();
        assert_eq!(walk(&admin, &format!("{LINKS}?account={account}")).await.len(), 2);
        assert_eq!(walk(&admin, &format!("{LINKS}?account={}", Uuid::nil())).await.len(), 0);

        let url = format!("{LINKS}/{}", kept["id"].as_str().unwrap());
        chair.delete(&url, "*").await.problem(404, "not-found");
        secretariat.send(secretariat.request("DELETE", &url)).await.problem(428, "precondition-required");
        assert_eq!(secretariat.delete(&url, "\"1\"").await.status, 204);
        app.anonymous().get(&path).await.problem(404, "not-found");
        secretariat.delete(&url, "*").await.problem(404, "not-found");
        assert_eq!(walk(&secretariat, LINKS).await, [other]);

        secretariat.post(LINKS, json!({ "name": " " })).await.problem(422, "invalid-values");
        for number in 1..20 {
            link(&app, &secretariat, json!({ "name": format!("Kalendarz {number}") })).await;
        }
        secretariat.post(LINKS, json!({ "name": "Za dużo" })).await.problem(409, "conflict");
        link(&app, &chair, json!({ "name": "Inna osoba" })).await;
        // The audit trail tells the record, and never what opens it.
        let trail = admin.get("/api/v1/audit?kind=calendar_link&limit=1").await.ok(200);
        let change = &trail["items"][0]["change"];
        assert_eq!(change["fields"], json!(["account", "external_ids", "institution", "name", "partnership_id", "second_factor"]));
        assert_eq!(change["after"]["name"], "Inna osoba");
    }
}

on_both! {
    async fn who_represents_an_institution_has_its_meetings(app: TestApp) {
        let (partnership, secretariat) = empty_year(&app).await;
        let admin = app.admin().await;
        let mut institutions = Vec::new();
        for (name, slug) in [("PUP w Żarach", "pup-zary"), ("OPS w Żarach", "ops-zary")] {
            let body = json!({ "name": name, "slug": slug, "kind": "pup" });
            let made = admin.post("/api/v1/institutions", body).await.ok(201);
            institutions.push(made["id"].as_str().unwrap().parse::<Uuid>().unwrap());
            let signed = json!({ "institution": slug, "signed_on": "2016-01-01", "signing_form": "agreement" });
            secretariat.post(&format!("{P}/signatories"), signed).await.ok(201);
        }
        for (name, kind, owner) in [("Rada", "council", None), ("Zespół", "working_group", Some("pup-zary")), ("Inny", "working_group", None)] {
            secretariat.post(&format!("{P}/bodies"), json!({ "name": name, "kind": kind, "owner": owner })).await.ok(201);
        }
        let term = json!({ "slug": "kadencja", "starts_on": "2026-01-01", "ends_on": "2028-12-31" });
        secretariat.post(&format!("{P}/bodies/rada/terms"), term).await.ok(201);
        let mandate = json!({ "term": "kadencja", "institution": "pup-zary", "role": "member", "starts_on": "2026-01-01", "ends_on": "2028-01-01" });
        secretariat.post(&format!("{P}/mandates"), mandate).await.ok(201);
        // A mandate without an end lasts as long as its term.
        secretariat.post(&format!("{P}/bodies"), json!({ "name": "Komisja", "kind": "working_group" })).await.ok(201);
        let term = json!({ "slug": "krotka", "starts_on": "2026-01-01", "ends_on": "2027-01-31" });
        secretariat.post(&format!("{P}/bodies/komisja/terms"), term).await.ok(201);
        let mandate = json!({ "term": "krotka", "institution": "pup-zary", "starts_on": "2026-01-01" });
        secretariat.post(&format!("{P}/mandates"), mandate).await.ok(201);
        let with = |mut body: Value, name: &str, slug: &str| { body[name] = json!(slug); body };
        meeting(&secretariat, with(on("Gości", "2030-01-01"), "host", "pup-zary")).await;
        meeting(&secretariat, with(on("U innych", "2030-01-01"), "host", "ops-zary")).await;
        meeting(&secretariat, with(on("Własny zespół", "2030-01-01"), "body", "zespol")).await;
        meeting(&secretariat, with(on("Obcy zespół", "2030-01-01"), "body", "inny")).await;
        meeting(&secretariat, with(on("Rada z mandatem", "2027-12-31"), "body", "rada")).await;
        meeting(&secretariat, with(on("Rada po mandacie", "2028-01-01"), "body", "rada")).await;
        meeting(&secretariat, with(on("Ostatni dzień kadencji", "2027-01-31"), "body", "komisja")).await;
        meeting(&secretariat, with(on("Po kadencji", "2027-02-01"), "body", "komisja")).await;
        let listed = meeting(&secretariat, on("Na liście", "2016-05-05")).await;
        let present = json!({ "institution": "pup-zary", "status": "excused" });
        secretariat.post(&format!("{listed}/attendance"), present).await.ok(201);

        let expected = ["Gości", "Na liście", "Ostatni dzień kadencji", "Rada z mandatem", "Własny zespół"];
        let rep = app.signed_in_as(Role::InstitutionRep, Some(partnership), Some(institutions[0])).await;
        let (path, kept) = link(&app, &rep, json!({ "name": "PUP" })).await;
        assert_eq!(kept["institution"]["slug"], "pup-zary");
        assert_eq!(titles(&app, &path).await, expected);
        rep.post(LINKS, json!({ "name": "Cudze", "institution": "ops-zary" })).await.problem(403, "forbidden");
        rep.post(LINKS, json!({ "name": "Żadne", "institution": "nie-ma" })).await.problem(409, "dangling-reference");
        // Who works in the partnership chooses.
        let (path, _) = link(&app, &secretariat, json!({ "name": "PUP", "institution": "pup-zary" })).await;
        assert_eq!(titles(&app, &path).await, expected);
        let (path, _) = link(&app, &secretariat, json!({ "name": "Wszystko" })).await;
        assert_eq!(titles(&app, &path).await.len(), 9);
        // Who represents two says which.
        let both: Vec<Grant> = institutions
            .iter()
            .map(|own| Grant { role: Role::InstitutionRep, partnership: Some(partnership), institution: Some(*own) })
            .collect();
        app.account("dwie@test.example", &both).await;
        let two = app.sign_in("dwie@test.example").await;
        let unsaid = two.post(LINKS, json!({ "name": "Która?" })).await;
        unsaid.problem(422, "invalid-values");
        assert_eq!(unsaid.errors(), [("/institution".to_owned(), "required".to_owned())]);
        let (path, _) = link(&app, &two, json!({ "name": "OPS", "institution": "ops-zary" })).await;
        assert_eq!(titles(&app, &path).await, ["U innych"]);
    }
}

on_both! {
    with |config| config.second_factor_roles = "council_member".to_owned();
    async fn a_role_that_needs_a_second_factor_needs_it_for_a_link(app: TestApp) {
        let (partnership, _) = empty_year(&app).await;
        let grant = Grant { role: Role::CouncilMember, partnership: Some(partnership), institution: None };
        app.account("dwuetapowa@test.example", &[grant]).await;
        let member = app.sign_in("dwuetapowa@test.example").await;
        member.post(LINKS, json!({ "name": "Kalendarz" })).await.problem(403, "second-factor-missing");
        add(&app, &member).await;
        let (path, _) = link(&app, &member, json!({ "name": "Kalendarz" })).await;
        assert_eq!(titles(&app, &path).await, Vec::<String>::new());
        // A link from before the role needed it.
        app.execute("UPDATE calendar_link SET second_factor = FALSE").await.unwrap();
        app.anonymous().get(&path).await.problem(404, "not-found");
    }
}
