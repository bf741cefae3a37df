//! Feeds and calendars: what everybody may subscribe to.

use atom_syndication::Feed;
use domain::access::Role;
use serde_json::json;

use crate::import::reference_year;
use crate::support::{Client, TestApp, id, on_both};

const P: &str = "/api/v1/partnerships/partnerstwo-lubuskie";

async fn year(app: &TestApp) -> Client {
    let admin = app.admin().await;
    admin
        .post("/api/v1/imports", reference_year())
        .await
        .ok(200);
    admin
}

/// The lines of a calendar, put together again where they were folded (RFC 5545, section 3.1).
fn unfolded(text: &str) -> Vec<String> {
    for line in text.split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains('\n'));
    }
    let whole = text.replace("\r\n ", "");
    whole.split("\r\n").map(str::to_owned).collect()
}

/// The event with a title, by its lines.
fn event(text: &str, title: &str) -> Vec<String> {
    let lines = unfolded(text);
    let mut events = lines.split(|line| line == "BEGIN:VEVENT");
    let found = events.find(|lines| lines.iter().any(|line| line == &format!("SUMMARY:{title}")));
    found
        .unwrap_or_else(|| panic!("no {title} in {text}"))
        .to_vec()
}

#[track_caller]
fn says(event: &[String], line: &str) {
    assert!(
        event.iter().any(|known| known == line),
        "no {line} in {event:#?}"
    );
}

on_both! {
    async fn what_is_public_is_fed(app: TestApp) {
        let admin = year(&app).await;
        let draft = json!({ "title": "Szkic", "body": "Jeszcze nie" });
        admin.post(&format!("{P}/communiques"), draft).await.ok(201);
        let anonymous = app.anonymous();
        for (name, list) in [("communiques", "communiques"), ("recommendations", "recommendations"), ("meetings", "meetings")] {
            let expected = anonymous.get(&format!("{P}/{list}?sort=-created_at&limit=50")).await.ok(200);
            let ids: Vec<String> = expected["items"].as_array().unwrap().iter().map(|item| format!("urn:uuid:{}", item["id"].as_str().unwrap())).collect();
            let atom = anonymous.get(&format!("{P}/feeds/{name}.atom")).await;
            assert_eq!((atom.status, atom.header("content-type")), (200, "application/atom+xml; charset=utf-8"));
            let feed = Feed::read_from(atom.text.as_bytes()).unwrap();
            assert_eq!(feed.entries.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>(), ids, "{name}");
            assert!(feed.title.value.ends_with(" – Partnerstwo Lokalne na rzecz Ekonomii Społecznej"), "{}", feed.title.value);
            let own = feed.links.iter().find(|link| link.rel == "self").unwrap();
            assert_eq!(own.href, format!("{}{P}/feeds/{name}.atom", app.base));
            assert_eq!(feed.updated, feed.entries.iter().map(|entry| entry.updated).max().unwrap());
            // Each entry leads to its record.
            let first = feed.entries[0].links[0].href.strip_prefix(&app.base).unwrap().to_owned();
            anonymous.get(&first).await.ok(200);
            let json = anonymous.get(&format!("{P}/feeds/{name}.json")).await;
            assert_eq!(json.header("content-type"), "application/feed+json");
            let json = json.ok(200);
            assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
            assert_eq!(json["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>(), ids);
            // Who is signed in sees no more of it: it is passed on.
            assert_eq!(admin.get(&format!("{P}/feeds/{name}.atom")).await.text, atom.text);
            let again = anonymous.request("GET", &format!("{P}/feeds/{name}.atom")).header("if-none-match", atom.header("etag"));
            assert_eq!(anonymous.send(again).await.status, 304);
        }
        anonymous.get(&format!("{P}/feeds/people.atom")).await.problem(404, "not-found");
        anonymous.get("/api/v1/partnerships/inne/feeds/meetings.atom").await.problem(404, "not-found");
    }
}

on_both! {
    async fn meetings_stand_in_calendars(app: TestApp) {
        let own = app.partnership("Partnerstwo Zażółcone").await;
        let keeper = app.signed_in_as(Role::Secretariat, Some(own), None).await;
        let p = format!("/api/v1/partnerships/{own}");
        let body = keeper.post(&format!("{p}/bodies"), json!({ "name": "Rada Programowa", "kind": "council" })).await.ok(201);
        let long = "Posiedzenie Rady: zażółć gęślą jaźń, ćwiczenia; „łódź” i źdźbło trawy \\ na długiej linii";
        let timed = json!({
            "title": long, "kind": "council", "body": body["id"], "town": "Żary", "location": "sala 4",
            "starts_at": "2016-03-27T00:30:00Z", "ends_at": "2016-03-27T02:00:00Z",
        });
        let timed = id(&keeper.post(&format!("{p}/meetings"), timed).await.ok(201));
        let whole_day = json!({ "title": "Forum", "kind": "information", "held_on": "2016-10-30" });
        let whole_day = id(&keeper.post(&format!("{p}/meetings"), whole_day).await.ok(201));
        let item = json!({ "position": 1, "title": "Plan pracy", "visibility": "public" });
        keeper.post(&format!("{p}/meetings/{timed}/agenda-items"), item).await.ok(201);
        let calendar = format!("{p}/calendar.ics");
        let anonymous = app.anonymous();
        assert!(!anonymous.get(&calendar).await.text.contains("VEVENT"));
        says(&event(&keeper.get(&calendar).await.text, "Forum"), "STATUS:TENTATIVE");
        for meeting in [timed, whole_day] {
            keeper.step(&format!("{p}/meetings/{meeting}"), json!({ "to": "scheduled" })).await.ok(200);
        }
        let public = anonymous.get(&calendar).await;
        assert_eq!((public.status, public.header("content-type")), (200, "text/calendar; charset=utf-8"));
        let escaped = long.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;");
        let rada = event(&public.text, &escaped);
        for line in [
            // On the night in which summer time begins.
            "DTSTART:20160327T003000Z", "DTEND:20160327T020000Z", "STATUS:CONFIRMED", "SEQUENCE:1", "LOCATION:Żary",
            "DESCRIPTION:1. Plan pracy", &format!("UID:urn:uuid:{timed}"),
        ] {
            says(&rada, line);
        }
        says(&event(&public.text, "Forum"), "DTSTART;VALUE=DATE:20161030");
        says(&unfolded(&public.text), "X-WR-CALNAME:Partnerstwo Zażółcone");
        says(&unfolded(&public.text), "X-WR-TIMEZONE:Europe/Warsaw");
        // Who works with it knows the room.
        says(&event(&keeper.get(&calendar).await.text, &escaped), "LOCATION:sala 4\\, Żary");
        let of_body = anonymous.get(&format!("{p}/bodies/{}/calendar.ics", body["id"].as_str().unwrap())).await.text;
        assert!(of_body.contains("Posiedzenie") && !of_body.contains("Forum"));
        let of_one = anonymous.get(&format!("{p}/meetings/{whole_day}/calendar.ics")).await.text;
        assert!(!of_one.contains("Posiedzenie") && of_one.contains("Forum"));

        keeper.step(&format!("{p}/meetings/{whole_day}"), json!({ "to": "cancelled" })).await.ok(200);
        let again = anonymous.request("GET", &calendar).header("if-none-match", public.header("etag"));
        let changed = anonymous.send(again).await;
        let cancelled = event(&changed.text, "Forum");
        says(&cancelled, "STATUS:CANCELLED");
        says(&cancelled, "SEQUENCE:2");
        let again = anonymous.request("GET", &calendar).header("if-none-match", changed.header("etag"));
        assert_eq!(anonymous.send(again).await.status, 304);
        keeper.delete(&format!("{p}/meetings/{whole_day}"), "*").await.ok(204);
        assert!(!anonymous.get(&calendar).await.text.contains("Forum"));
        anonymous.get(&format!("{p}/meetings/{whole_day}/calendar.ics")).await.problem(404, "not-found");
    }
}

on_both! {
    async fn what_is_no_character_is_refused_and_breaks_nothing_where_it_stands(app: TestApp) {
        let admin = year(&app).await;
        let nowhere = (0..=0x10FFFF_u32).filter(|code| code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(code));
        let nowhere: Vec<char> = nowhere.filter_map(char::from_u32).collect();
        assert_eq!(nowhere.len(), 66);
        for c in nowhere {
            let body = json!({ "title": format!("a{c}b"), "body": format!("a{c}b") });
            let refused = admin.post(&format!("{P}/communiques"), body).await;
            refused.problem(422, "invalid-values");
            let charset = |field: &str| (field.to_owned(), "charset".to_owned());
            assert_eq!(refused.errors(), [charset("/title"), charset("/body")], "{c:?}");
        }
        // Earlier versions took them.
        app.tamper("UPDATE communique SET title = 'a\u{FFFE}b', body = 'a\u{FFFF}b'").await;
        app.tamper("UPDATE partnership SET name = 'a\u{FFFE}b'").await;
        let anonymous = app.anonymous();
        for (url, expected) in [(format!("{P}/feeds/communiques.atom"), "a\u{FFFD}b"), ("/api/v1/dane-gov-pl.xml".to_owned(), "a\u{FFFD}b")] {
            let answer = anonymous.get(&url).await;
            assert_eq!(answer.status, 200);
            let document = roxmltree::Document::parse(&answer.text).unwrap();
            let said = document.descendants().filter_map(|node| node.text());
            assert!(said.into_iter().any(|text| text.contains(expected)), "{}", answer.text);
        }
    }
}
