//! Agendas: what a meeting spoke of, in which order, and what of it the report tells.

use domain::access::Role;
use serde_json::{Value, json};

use crate::meeting::{lubuskie, slugs, step, total};
use crate::support::{TestApp, id, on_both};

const WIDE: &str = "/api/v1/partnerships/partnerstwo-lubuskie/agenda-items";
const MEETINGS: &str = "/api/v1/partnerships/partnerstwo-lubuskie/meetings";
const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/meetings/rada-2016-1/agenda-items";

on_both! {
    async fn recorded_changed_and_deleted(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let body = json!({
            "position": 3, "title": "Dobre praktyki", "slug": "dobre-praktyki", "report_phrase_genitive": "dobrych praktyk {good_practice_presenters_genitive}",
            "presenter": "wup-zielona-gora", "visibility": "public", "external_ids": [{ "system": "rops", "id": "7" }]
        });
        let made = secretariat.post(URL, body.clone()).await;
        let record = made.ok(201);
        assert_eq!((&record["slug"], &record["meeting"]["slug"]), (&json!("dobre-praktyki"), &json!("rada-2016-1")));
        assert_eq!(record["presenter"]["slug"], "wup-zielona-gora");
        for name in ["position", "title", "report_phrase_genitive", "visibility", "external_ids"] {
            assert_eq!(record[name], body[name], "{name}");
        }
        let url = made.header("location");
        assert_eq!(app.anonymous().get(url).await.ok(200), record);
        assert_eq!(app.anonymous().get(&format!("{URL}/dobre-praktyki")).await.ok(200), record);
        // Under another meeting's path it does not exist.
        let elsewhere = url.replace("rada-2016-1", "rada-2016-2");
        secretariat.get(&elsewhere).await.problem(404, "not-found");
        secretariat.patch(&elsewhere, "*", json!({})).await.problem(404, "not-found");
        // A slug is unique in its meeting only.
        let twice = secretariat.post(URL, body.clone()).await;
        twice.problem(409, "not-unique");
        assert_eq!(twice.errors(), [("/slug".to_owned(), "duplicate".to_owned())]);
        secretariat.post(&URL.replace("rada-2016-1", "rada-2016-2"), body).await.ok(201);

        let first = json!({ "position": 1, "title": "Otwarcie" });
        secretariat.post(URL, first).await.ok(201);
        let agenda = slugs(&app.anonymous(), URL).await;
        assert_eq!((agenda.len(), agenda.last().unwrap().as_str()), (3, "dobre-praktyki"));
        let reversed = slugs(&app.anonymous(), &format!("{URL}?sort=-position")).await;
        assert_eq!(reversed.into_iter().rev().collect::<Vec<_>>(), agenda);
        assert_eq!(slugs(&app.anonymous(), &format!("{URL}?presenter=wup-zielona-gora")).await, ["dobre-praktyki"]);

        let cleared = json!({ "presenter": null, "report_phrase_genitive": null, "visibility": null, "position": 9 });
        let changed = secretariat.patch(url, "\"1-internal\"", cleared).await.ok(200);
        assert_eq!((&changed["presenter"], &changed["report_phrase_genitive"]), (&Value::Null, &Value::Null));
        assert_eq!((&changed["visibility"], &changed["position"]), (&json!("public"), &json!(9)));
        assert_eq!(secretariat.delete(url, "*").await.status, 204);
        secretariat.get(url).await.problem(404, "not-found");
    }
}

on_both! {
    /// What stands below a meeting is found in that meeting's own partnership, by those who see the meeting.
    async fn a_point_is_read_below_its_own_meeting_only(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let admin = app.admin().await;
        let other = app.partnership("Partnerstwo Opolskie").await;
        let theirs = format!("/api/v1/partnerships/{other}/meetings");
        // The same slugs in the other partnership, where the meeting is a draft.
        let meeting = json!({ "title": "Rada", "slug": "rada-2016-1", "kind": "council", "held_on": "2016-03-01" });
        admin.post(&theirs, meeting).await.ok(201);
        let point = json!({ "position": 1, "title": "Punkt", "slug": "punkt" });
        let theirs = format!("{theirs}/rada-2016-1/agenda-items");
        let draft = id(&admin.post(&theirs, point.clone()).await.ok(201));
        let ours = id(&secretariat.post(URL, point).await.ok(201));

        app.anonymous().get(&format!("{URL}/{ours}")).await.ok(200);
        for key in ["punkt", &draft.to_string()] {
            admin.get(&format!("{theirs}/{key}")).await.ok(200);
            app.anonymous().get(&format!("{theirs}/{key}")).await.problem(404, "not-found");
            // Who works in one partnership is the public in another.
            secretariat.get(&format!("{theirs}/{key}")).await.problem(404, "not-found");
        }
        for client in [&admin, &secretariat, &app.anonymous()] {
            client.get(&format!("{URL}/{draft}")).await.problem(404, "not-found");
            client.get(&format!("{theirs}/{ours}")).await.problem(404, "not-found");
        }
        // A deleted meeting has no agenda to read.
        admin.delete(&format!("{theirs}/punkt"), "*").await.ok(204);
        admin.delete(theirs.trim_end_matches("/agenda-items"), "*").await.ok(204);
        admin.get(&format!("{theirs}/punkt")).await.problem(404, "not-found");
    }
}

on_both! {
    async fn rules(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let broken = json!({
            "position": 0, "title": "", "slug": "Otwarcie", "report_phrase_genitive": "powitania {hosts}", "visibility": "secret"
        });
        let answer = secretariat.post(URL, broken).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        let found: Vec<_> = found.iter().map(|(at, code)| (at.as_str(), code.as_str())).collect();
        assert_eq!(found, [
            ("/position", "range"), ("/report_phrase_genitive", "format"), ("/slug", "format"), ("/title", "length"),
            ("/visibility", "unknown_code"),
        ]);
        let dangling = json!({ "position": 1, "title": "Otwarcie", "presenter": "nikt" });
        let answer = secretariat.post(URL, dangling).await;
        answer.problem(409, "dangling-reference");
        assert_eq!(answer.errors(), [("/presenter".to_owned(), "dangling_reference".to_owned())]);
        let nowhere = URL.replace("rada-2016-1", "nie-ma");
        secretariat.post(&nowhere, json!({ "position": 1, "title": "Otwarcie" })).await.problem(404, "not-found");
        secretariat.get(&nowhere).await.problem(404, "not-found");
        app.anonymous().get(&format!("{URL}?presenter=nikt")).await.problem(400, "invalid-parameter");
    }
}

on_both! {
    async fn the_topics_that_the_report_tells(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let anonymous = app.anonymous();
        for (query, expected) in [
            ("", 7), ("meeting_kind=council", 4), ("meeting_kind=assembly", 3), ("meeting_kind=council,assembly", 7),
            ("from=2016-09-01", 5), ("to=2016-05-18", 2), ("presenter=wup-zielona-gora", 0),
            ("in_report=true&from=2016-01-01&to=2016-12-31", 7), ("in_report=true&from=2017-01-01", 0),
        ] {
            assert_eq!(total(&anonymous, &format!("{WIDE}?total=true&limit=1&{query}")).await, expected, "{query}");
        }
        // Not told: what has no phrase or is internal, meetings that did not take place or of another kind.
        for (meeting, visibility, phrase) in [
            ("rada-2016-1", "public", None), ("rada-2016-1", "internal", Some("spraw osobowych")),
            ("rada-2016-x", "public", Some("spraw odwołanych")), ("forum-2016-1", "public", Some("spraw forum")),
        ] {
            let body = json!({ "position": 5, "title": "Sprawa", "slug": format!("sprawa-{visibility}"), "visibility": visibility,
                "report_phrase_genitive": phrase });
            secretariat.post(&format!("{MEETINGS}/{meeting}/agenda-items"), body).await.ok(201);
        }
        // Nor what is worded in the case of the other kind.
        let assembly = json!({ "position": 5, "title": "Sprawa", "report_phrase_genitive": "spraw bieżących" });
        secretariat.post(&format!("{MEETINGS}/zgromadzenie-2016/agenda-items"), assembly).await.ok(201);
        let told = "total=true&in_report=true&from=2016-01-01&to=2016-12-31";
        for client in [&anonymous, &secretariat] {
            assert_eq!(total(client, &format!("{WIDE}?{told}")).await, 7);
            assert_eq!(total(client, &format!("{WIDE}?{told}&meeting_kind=council")).await, 4);
        }
        let report = "/api/v1/partnerships/partnerstwo-lubuskie/reports/activity?year=2016";
        let report = anonymous.get(report).await.ok(200);
        assert_eq!(report["figures"]["council_topics"]["count"], 4);
        let assembly = secretariat.get(&format!("{MEETINGS}/zgromadzenie-2016")).await.ok(200)["id"].clone();
        let at = format!("{MEETINGS}/{}", assembly.as_str().unwrap());
        assert_eq!((&report["warnings"][0]["code"], &report["warnings"][0]["records"]), (&json!("phrase_in_another_case"), &json!([at])));
        assert_eq!(total(&anonymous, &format!("{WIDE}?total=true")).await, 11);
        assert_eq!(total(&secretariat, &format!("{WIDE}?total=true")).await, 12);
    }
}

on_both! {
    async fn outsiders_see_public_items_of_meetings_they_see(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let body = json!({ "kind": "council", "title": "Rada", "held_on": "2018-01-10" });
        let meeting = secretariat.post(MEETINGS, body).await.header("location").to_owned();
        let mut urls = Vec::new();
        for visibility in ["public", "internal"] {
            let body = json!({ "position": 1, "title": visibility, "visibility": visibility });
            let made = secretariat.post(&format!("{meeting}/agenda-items"), body).await;
            urls.push(made.header("location").to_owned());
        }
        let other = app.partnership("Partnerstwo Sąsiednie").await;
        let stranger = app.signed_in_as(domain::access::Role::Secretariat, Some(other), None).await;
        for outsider in [&app.anonymous(), &stranger] {
            outsider.get(&urls[0]).await.problem(404, "not-found");
            outsider.get(&format!("{meeting}/agenda-items")).await.problem(404, "not-found");
            assert_eq!(total(outsider, &format!("{WIDE}?total=true&from=2018-01-01")).await, 0);
        }
        step(&secretariat, &meeting, &["scheduled"]).await;
        for outsider in [&app.anonymous(), &stranger] {
            outsider.get(&urls[0]).await.ok(200);
            outsider.get(&urls[1]).await.problem(404, "not-found");
            assert_eq!(slugs(outsider, &format!("{meeting}/agenda-items")).await, ["public"]);
        }
        assert_eq!(slugs(&secretariat, &format!("{WIDE}?from=2018-01-01&sort=-created_at")).await, ["internal", "public"]);
        let body = json!({ "position": 1, "title": "Obcy" });
        stranger.post(&format!("{meeting}/agenda-items"), body).await.problem(403, "forbidden");
        stranger.delete(&urls[0], "*").await.problem(403, "forbidden");
    }
}

on_both! {
    async fn tombstones_outlive_the_meeting(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let p = format!("/api/v1/partnerships/{partnership}");
        let meeting = secretariat.post(&format!("{p}/meetings"), json!({ "title": "Rada", "kind": "council", "held_on": "2016-02-24" })).await;
        let meeting = meeting.header("location").to_owned();
        crate::meeting::step(&secretariat, &meeting, &["scheduled"]).await;
        let item = secretariat.post(&format!("{meeting}/agenda-items"), json!({ "title": "Budżet", "position": 1 })).await;
        let since = app.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        assert_eq!(secretariat.delete(item.header("location"), "*").await.status, 204);
        assert_eq!(secretariat.delete(&meeting, "*").await.status, 204);
        for client in [&secretariat, &app.anonymous()] {
            let told = client.get(&format!("{p}/agenda-items?total=true&modified_since={since}")).await.ok(200);
            assert_eq!((&told["deleted"][0]["deletion"], &told["total"]), (&json!("deleted"), &json!(1)));
        }
    }
}
