//! Meetings: prepared, announced, held and counted.

use domain::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::import::reference_year;
use crate::support::{Client, TestApp, id, on_both};

const PARTNERSHIP: &str = "/api/v1/partnerships/partnerstwo-lubuskie";
const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/meetings";

/// Loads the reference year; its partnership and its secretariat.
pub async fn lubuskie(app: &TestApp) -> (Uuid, Client) {
    let admin = app.admin().await;
    admin
        .post("/api/v1/imports", reference_year())
        .await
        .ok(200);
    let partnership = id(&admin.get(PARTNERSHIP).await.ok(200));
    let secretariat = app
        .signed_in_as(Role::Secretariat, Some(partnership), None)
        .await;
    (partnership, secretariat)
}

/// The slugs of a list, in its order.
pub async fn slugs(client: &Client, url: &str) -> Vec<String> {
    let page = client.get(url).await.ok(200);
    let slug = |item: &Value| item["slug"].as_str().unwrap().to_owned();
    page["items"].as_array().unwrap().iter().map(slug).collect()
}

/// How many a list has in all.
pub async fn total(client: &Client, url: &str) -> Value {
    client.get(url).await.ok(200)["total"].clone()
}

/// Brings a meeting into one status after another.
pub async fn step(client: &Client, meeting: &str, statuses: &[&str]) {
    for status in statuses {
        let body = json!({ "to": status });
        transition(client, meeting, "*", body).await.ok(200);
    }
}

async fn transition(
    client: &Client,
    meeting: &str,
    tag: &str,
    body: Value,
) -> crate::support::Answer {
    let (path, query) = meeting.split_once('?').unwrap_or((meeting, ""));
    let request = client.request("POST", &format!("{path}/transitions?{query}"));
    client
        .send(request.header("If-Match", tag).json(&body))
        .await
}

on_both! {
    async fn recorded_changed_and_deleted(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let body = json!({
            "kind": "regional_committee", "title": "Posiedzenie w Łagowie", "own_role": "participant",
            "starts_at": "2015-12-31T23:30:00Z", "ends_at": "2016-01-01T01:00:00Z", "mode": "hybrid", "town": "Łagów",
            "location": "Zamek", "host": "rops-zielona-gora", "body": "rada-programowa", "quorum_required": 6,
            "target_sectors": ["ngo"], "target_kinds": ["pup"], "funding_programmes": ["efs"],
            "outputs": ["grupa-jst-i-biznes", "harmonogram"], "external_ids": [{ "system": "rops", "id": "7" }]
        });
        let made = secretariat.post(URL, body.clone()).await;
        let record = made.ok(201);
        // The day is that of the partnership's calendar, the status the first of all.
        assert_eq!((&record["held_on"], &record["slug"]), (&json!("2016-01-01"), &json!("posiedzenie-w-lagowie")));
        assert_eq!((&record["status"], &record["allowed_transitions"]), (&json!("draft"), &json!(["scheduled"])));
        assert_eq!((&record["location"], &record["quorum_required"]), (&json!("Zamek"), &json!(6)));
        assert_eq!(record["host"]["slug"], "rops-zielona-gora");
        assert_eq!(record["body"]["slug"], "rada-programowa");
        let outputs: Vec<&str> =
            record["outputs"].as_array().unwrap().iter().map(|output| output["slug"].as_str().unwrap()).collect();
        assert_eq!(outputs, ["grupa-jst-i-biznes", "harmonogram"]);
        assert!(record["outputs"][1]["name"].as_str().unwrap().starts_with("opracowano harmonogram"));
        assert_eq!((&record["agenda"], &record["institutions_present"]), (&json!([]), &json!(0)));
        for name in ["starts_at", "ends_at", "mode", "own_role", "target_sectors", "target_kinds", "funding_programmes", "external_ids"] {
            assert_eq!(record[name], body[name], "{name}");
        }
        let location = made.header("location");
        assert_eq!(secretariat.get(location).await.ok(200), record);
        assert_eq!(secretariat.get(&format!("{URL}/posiedzenie-w-lagowie")).await.ok(200), record);

        let cleared = json!({
            "starts_at": null, "ends_at": null, "host": null, "body": null, "town": null, "location": null,
            "quorum_required": null, "target_sectors": null, "outputs": null, "own_role": null, "title": "Spotkanie"
        });
        let changed = secretariat.patch(location, made.header("etag"), cleared).await.ok(200);
        for name in ["starts_at", "ends_at", "host", "body", "town", "location", "quorum_required"] {
            assert_eq!(changed[name], Value::Null, "{name}");
        }
        assert_eq!((&changed["target_sectors"], &changed["outputs"]), (&json!([]), &json!([])));
        assert_eq!((&changed["own_role"], &changed["held_on"]), (&json!("participant"), &json!("2016-01-01")));
        assert_eq!((&changed["title"], &changed["slug"]), (&json!("Spotkanie"), &record["slug"]));
        assert_eq!(changed["target_kinds"], json!(["pup"]));
        secretariat.delete(location, made.header("etag")).await.problem(412, "stale");
        assert_eq!(secretariat.delete(location, "*").await.status, 204);
        secretariat.get(location).await.problem(404, "not-found");
    }
}

on_both! {
    async fn rules(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let meeting = || json!({ "kind": "council", "title": "Rada", "held_on": "2016-02-24" });
        let with = |name: &str, value: Value| {
            let mut body = meeting();
            body[name] = value;
            body
        };
        let broken = json!({
            "kind": "party", "title": " ", "slug": "Rada", "own_role": "guest", "mode": "dreamt", "ends_at": "2016-02-24T10:00:00Z",
            "quorum_required": 0, "target_sectors": ["ngo", "ngo"], "target_kinds": ["ministry"], "funding_programmes": ["x"]
        });
        let answer = secretariat.post(URL, broken).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        let found: Vec<_> = found.iter().map(|(at, code)| (at.as_str(), code.as_str())).collect();
        assert_eq!(found, [
            ("/funding_programmes/0", "unknown_code"), ("/held_on", "required"), ("/kind", "unknown_code"),
            ("/mode", "unknown_code"), ("/own_role", "unknown_code"), ("/quorum_required", "range"), ("/slug", "format"),
            ("/starts_at", "required"), ("/target_kinds/0", "unknown_code"), ("/target_sectors/1", "duplicate"),
            ("/title", "length"),
        ]);
        for (name, value, status, at, code) in [
            ("starts_at", json!("2016-02-24T23:30:00Z"), 422, "/held_on", "conflict"),
            ("outputs", json!(["harmonogram", "harmonogram"]), 422, "/outputs/1", "duplicate"),
            ("outputs", json!(vec!["harmonogram"; 201]), 422, "/outputs", "length"),
            ("outputs", json!(["harmonogram", "nie-ma"]), 409, "/outputs/1", "dangling_reference"),
            ("host", json!("nie-ma"), 409, "/host", "dangling_reference"),
            ("body", json!("nie-ma"), 409, "/body", "dangling_reference"),
            ("slug", json!("rada-2016-1"), 409, "/slug", "duplicate"),
            // What a state says is no part of a body.
            ("status", json!("held"), 400, "/status", "unknown_field"),
        ] {
            let answer = secretariat.post(URL, with(name, value)).await;
            assert_eq!(answer.status, status, "{name}: {}", answer.text);
            assert_eq!(answer.errors(), [(at.to_owned(), code.to_owned())]);
        }
        // What took place stays in the past.
        let held = format!("{URL}/rada-2016-1");
        let answer = secretariat.patch(&held, "*", json!({ "held_on": "2999-01-01" })).await;
        answer.problem(422, "invalid-values");
        assert_eq!(answer.errors(), [("/held_on".to_owned(), "future".to_owned())]);
        // Another partnership's bodies and outputs do not exist here.
        let other = app.partnership("Partnerstwo Sąsiednie").await;
        let admin = app.admin().await;
        for (name, value) in [("body", json!("rada-programowa")), ("outputs", json!(["harmonogram"]))] {
            let url = format!("/api/v1/partnerships/{other}/meetings");
            admin.post(&url, with(name, value)).await.problem(409, "dangling-reference");
        }
    }
}

on_both! {
    async fn the_reference_years_meetings_by_every_filter_and_order(app: TestApp) {
        lubuskie(&app).await;
        let anonymous = app.anonymous();
        for (query, expected) in [
            ("", 48), ("kind=council", 7), ("kind=council,assembly&from=2016-01-01&to=2016-12-31", 6),
            ("status=cancelled", 2), ("own_role=participant&kind=information", 10), ("body=rada-programowa", 7),
            ("host=wup-zielona-gora&kind=assembly", 2), ("target_kind=pup", 3), ("target_kind=ops,ngo_network", 400),
            ("target_kind=cis", 0), ("target_kind=jst_commune,pcpr", 3), ("funding_programme=rpo_l2020", 1),
            ("funding_programme=efs", 0), ("q=strzelce", 1), ("q=ii%20SPOTKANIE%20rady", 2), ("q=%25", 0),
            ("from=2016-02-24&to=2016-02-24", 1), ("from=2017-01-01", 1), ("to=2014-12-31", 1),
            ("kind=information&in_report=true&from=2016-01-01&to=2016-12-31&host_sector=ngo", 4),
            ("kind=information&in_report=true&from=2016-01-01&to=2016-12-31&host_sector=ngo,local_government", 7),
            ("in_report=true&from=2016-01-01&to=2016-12-31", 42), ("in_report=true", 46), ("in_report=false", 48),
        ] {
            let answer = anonymous.get(&format!("{URL}?total=true&limit=1&{query}")).await;
            if expected == 400 {
                answer.problem(400, "invalid-parameter");
            } else {
                assert_eq!(answer.ok(200)["total"], expected, "{query}");
            }
        }
        for query in ["body=nie-ma", "host=nie-ma", "kind=party", "host_sector=pup", "from=2016", "in_report=perhaps"] {
            anonymous.get(&format!("{URL}?{query}")).await.problem(400, "invalid-parameter");
        }
        assert_eq!(slugs(&anonymous, &format!("{URL}?limit=1")).await, ["rada-2017-1"]);
        assert_eq!(slugs(&anonymous, &format!("{URL}?limit=1&sort=held_on")).await, ["zgromadzenie-2014"]);
        let by_title = slugs(&anonymous, &format!("{URL}?kind=partner_forum&sort=title")).await;
        let reversed = slugs(&anonymous, &format!("{URL}?kind=partner_forum&sort=-title")).await;
        assert_eq!(by_title, ["forum-2016-1", "forum-2016-2", "forum-2016-3"]);
        assert_eq!(reversed.into_iter().rev().collect::<Vec<_>>(), by_title);
        let council = anonymous.get(&format!("{URL}/rada-2016-1")).await.ok(200);
        assert_eq!((&council["institutions_present"], &council["body"]["slug"]), (&json!(9), &json!("rada-programowa")));
        assert_eq!(council["agenda"][0]["slug"], "wnioski-i-rekomendacje");
    }
}

on_both! {
    async fn the_report_counts_what_in_report_selects(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        for kind in ["council", "assembly", "regional_committee", "owes", "information", "partner_forum", "training",
            "working_group", "conference", "study_visit", "other"]
        {
            for own_role in ["organizer", "co_organizer", "participant"] {
                let body = json!({ "kind": kind, "own_role": own_role, "title": format!("{kind} {own_role}"), "held_on": "2018-05-01" });
                let url = secretariat.post(URL, body).await.header("location").to_owned();
                step(&secretariat, &url, &["scheduled", "held"]).await;
            }
            // A draft, a plan and what was called off count nowhere.
            for (number, statuses) in [&[][..], &["scheduled"], &["scheduled", "cancelled"]].into_iter().enumerate() {
                let body = json!({ "kind": kind, "title": format!("{kind} {number}"), "held_on": "2018-05-02" });
                let url = secretariat.post(URL, body).await.header("location").to_owned();
                step(&secretariat, &url, statuses).await;
            }
        }
        let anonymous = app.anonymous();
        let report = anonymous.get(&format!("{PARTNERSHIP}/reports/activity?year=2018")).await.ok(200);
        let period = "total=true&in_report=true&from=2018-01-01&to=2018-12-31";
        let mut counted = 0;
        for (figure, kind, expected) in [
            ("council_meetings", "council", 3), ("assemblies", "assembly", 3),
            ("regional_committee_meetings", "regional_committee&own_role=participant,co_organizer", 2),
            ("regional_committee_meetings_organized", "regional_committee&own_role=organizer", 1),
            ("owes_meetings", "owes&own_role=participant,co_organizer", 2), ("owes_meetings_organized", "owes&own_role=organizer", 1),
            ("information_meetings", "information", 3), ("partner_forum_meetings", "partner_forum", 3),
            ("trainings", "training", 3), ("working_group_meetings", "working_group", 3), ("conferences", "conference", 3),
            ("study_visits", "study_visit", 3),
        ] {
            assert_eq!(report["figures"][figure]["count"], expected, "{figure}");
            assert_eq!(total(&anonymous, &format!("{URL}?{period}&kind={kind}")).await, expected, "{kind}");
            counted += expected;
        }
        // Nothing else is counted, for whoever asks.
        assert_eq!(total(&anonymous, &format!("{URL}?{period}")).await, counted);
        assert_eq!(total(&secretariat, &format!("{URL}?{period}")).await, counted);
    }
}

on_both! {
    async fn the_host_is_of_the_sector_of_that_day(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let host = json!({
            "name": "Stowarzyszenie", "kind": "association", "slug": "stowarzyszenie",
            "sector_history": [{ "sector": "ngo" }, { "sector": "business", "valid_from": "2018-07-01" }]
        });
        app.admin().await.post("/api/v1/institutions", host).await.ok(201);
        for day in ["2018-06-30", "2018-07-01"] {
            let body = json!({ "kind": "other", "title": day, "slug": format!("dnia-{day}"), "held_on": day, "host": "stowarzyszenie" });
            secretariat.post(URL, body).await.ok(201);
        }
        let hosted = async |sector: &str| slugs(&secretariat, &format!("{URL}?host=stowarzyszenie&host_sector={sector}")).await;
        assert_eq!(hosted("ngo").await, ["dnia-2018-06-30"]);
        assert_eq!(hosted("business").await, ["dnia-2018-07-01"]);
    }
}

on_both! {
    async fn outsiders_see_what_is_announced_and_nothing_internal(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let other = app.partnership("Partnerstwo Sąsiednie").await;
        let stranger = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        let body = json!({ "kind": "council", "title": "Rada robocza", "held_on": "2018-01-10", "location": "sala 4", "quorum_required": 6 });
        let made = secretariat.post(URL, body.clone()).await;
        let url = made.header("location");
        for (title, visibility) in [("Sprawy osobowe", "internal"), ("Plan pracy", "public")] {
            let item = json!({ "position": 1, "title": title, "visibility": visibility });
            secretariat.post(&format!("{url}/agenda-items"), item).await.ok(201);
        }
        for outsider in [app.anonymous(), stranger.clone()] {
            outsider.get(url).await.problem(404, "not-found");
            assert_eq!(total(&outsider, &format!("{URL}?total=true")).await, 48);
            assert_eq!(total(&outsider, &format!("{URL}?total=true&status=draft")).await, 0);
        }
        stranger.post(URL, body).await.problem(403, "forbidden");
        stranger.patch(url, "*", json!({})).await.problem(403, "forbidden");
        transition(&stranger, url, "*", json!({ "to": "scheduled" })).await.problem(403, "forbidden");

        step(&secretariat, url, &["scheduled"]).await;
        let seen = app.anonymous().get(url).await.ok(200);
        assert_eq!(stranger.get(url).await.ok(200), seen);
        assert!(seen.get("location").is_none() && seen.get("quorum_required").is_none(), "{seen}");
        let titles = |record: &Value| {
            let agenda = record["agenda"].as_array().unwrap().clone();
            agenda.iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!((titles(&seen), &seen["allowed_transitions"]), (vec!["Plan pracy".to_owned()], &json!([])));
        let internal = secretariat.get(url).await;
        assert_eq!(titles(&internal.ok(200)), ["Sprawy osobowe", "Plan pracy"]);

        // An answer that shows more of the agenda is not the one that is known already.
        let item = json!({ "position": 3, "title": "Wolne wnioski" });
        let item = secretariat.post(&format!("{url}/agenda-items"), item).await;
        let again = secretariat.request("GET", url).header("if-none-match", internal.header("etag"));
        let again = secretariat.send(again).await;
        assert_eq!(titles(&again.ok(200)).len(), 3);
        // What changed is the agenda: who read the meeting before may still change it.
        secretariat.patch(url, internal.header("etag"), json!({ "town": "Żary" })).await.ok(200);

        secretariat.delete(url, "*").await.problem(409, "still-referred-to");
        for item in secretariat.get(&format!("{url}/agenda-items")).await.ok(200)["items"].as_array().unwrap() {
            let item = format!("{url}/agenda-items/{}", item["id"].as_str().unwrap());
            assert_eq!(secretariat.delete(&item, "*").await.status, 204);
        }
        secretariat.get(item.header("location")).await.problem(404, "not-found");
        assert_eq!(secretariat.delete(url, "*").await.status, 204);
        for held in ["zgromadzenie-2014", "forum-2016-1", "rada-2016-4"] {
            secretariat.delete(&format!("{URL}/{held}"), "*").await.problem(409, "still-referred-to");
        }
    }
}

on_both! {
    async fn from_status_to_status(app: TestApp) {
        let (partnership, secretariat) = lubuskie(&app).await;
        let auditor = app.signed_in_as(Role::Auditor, Some(partnership), None).await;
        let body = json!({ "kind": "council", "title": "Rada", "held_on": "2999-01-10" });
        let made = secretariat.post(URL, body).await;
        let url = made.header("location");
        let to = |status: &str| json!({ "to": status });

        let without = secretariat.request("POST", &format!("{url}/transitions")).json(&to("scheduled"));
        secretariat.send(without).await.problem(428, "precondition-required");
        transition(&secretariat, url, "\"7-internal\"", to("scheduled")).await.problem(412, "stale");
        for status in ["held", "draft", "surprise"] {
            let refused = transition(&secretariat, url, "*", to(status)).await.problem(409, "invalid-transition");
            assert_eq!(refused["allowed_transitions"], json!(["scheduled"]), "{status}");
        }
        transition(&auditor, url, "*", to("scheduled")).await.problem(403, "forbidden");
        assert_eq!(auditor.get(url).await.ok(200)["allowed_transitions"], json!([]));

        let tried = transition(&secretariat, &format!("{url}?dry_run=true"), "*", to("scheduled")).await;
        assert_eq!((&tried.ok(200)["status"], tried.header("etag")), (&json!("scheduled"), ""));
        assert_eq!(secretariat.get(url).await.ok(200)["status"], "draft");
        let dated = json!({ "to": "scheduled", "effective_on": "2016-02-24" });
        let answer = transition(&secretariat, url, "*", dated).await;
        answer.problem(422, "invalid-values");
        assert_eq!(answer.errors(), [("/effective_on".to_owned(), "conflict".to_owned())]);
        let personal = json!({ "to": "scheduled", "reason": "PESEL 44051401359" });
        transition(&secretariat, url, "*", personal).await.problem(422, "invalid-values");

        let done = transition(&secretariat, url, made.header("etag"), to("scheduled")).await;
        let record = done.ok(200);
        assert_eq!(record["allowed_transitions"], json!(["invited", "held", "cancelled", "postponed"]));
        assert_eq!((&record["version"], &record["title"]), (&json!(2), &json!("Rada")));
        assert!(done.header("etag").starts_with("\"2-personal."), "{}", done.header("etag"));

        // What has not come yet cannot have taken place.
        let early = transition(&secretariat, url, "*", to("held")).await;
        early.problem(422, "invalid-values");
        assert_eq!(early.errors(), [("/held_on".to_owned(), "future".to_owned())]);
        let why = json!({ "to": "postponed", "reason": "Brak kworum" });
        transition(&secretariat, url, "*", why).await.ok(200);
        secretariat.patch(url, "*", json!({ "held_on": "2018-01-10" })).await.ok(200);
        step(&secretariat, url, &["scheduled", "invited", "held", "minutes_approved", "closed"]).await;
        assert_eq!(app.anonymous().get(url).await.ok(200)["status"], "closed");
        let refused = transition(&secretariat, url, "*", to("cancelled")).await.problem(409, "invalid-transition");
        assert_eq!(refused["allowed_transitions"], json!([]));
    }
}

on_both! {
    async fn its_day_stays_while_others_are_dated_by_it(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        for meeting in ["forum-2016-1", "rada-2016-1"] {
            let at = format!("{URL}/{meeting}");
            let moved = secretariat.patch(&at, "*", json!({ "held_on": "2016-01-05" })).await;
            moved.problem(409, "still-referred-to");
            assert_eq!(moved.errors(), [("/held_on".to_owned(), "conflict".to_owned())], "{meeting}");
            secretariat.patch(&at, "*", json!({ "town": "Żary" })).await.ok(200);
        }
    }
}

on_both! {
    async fn days_have_years_of_four_digits_and_numbers_may_be_written_whole(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let body = |field: &str, value: Value| {
            let mut body = json!({ "title": "Spotkanie", "kind": "information", "held_on": "2016-05-05" });
            body[field] = value;
            body
        };
        for (field, far) in [
            ("held_on", "-9999-01-01"), ("held_on", "+262142-12-31"), ("starts_at", "+262142-12-31T23:30:00Z"),
        ] {
            let answer = secretariat.post(URL, body(field, json!(far))).await;
            answer.problem(422, "invalid-values");
            assert_eq!(answer.errors(), [(format!("/{field}"), "range".to_owned())]);
        }
        let report = "/api/v1/partnerships/partnerstwo-lubuskie/reports/activity";
        for query in ["from=-9999-01-01&to=2016-12-31", "from=0001-01-01&to=%2B262142-12-31"] {
            app.anonymous().get(&format!("{report}?{query}")).await.problem(400, "invalid-parameter");
        }
        app.anonymous().get(&format!("{report}?from=0001-01-01&to=9999-12-31")).await.ok(200);
        let made = secretariat.post(URL, body("quorum_required", json!(3.0))).await.ok(201);
        assert_eq!(made["quorum_required"], 3);
        secretariat.post(URL, body("quorum_required", json!(3.5))).await.problem(400, "malformed-request");
    }
}

on_both! {
    async fn today_is_that_of_the_partnership(app: TestApp) {
        let admin = app.admin().await;
        // The first and the last time zone of the world are a day apart at every moment.
        let mut refused = Vec::new();
        for (name, zone) in [("Wschodnie", "Pacific/Kiritimati"), ("Zachodnie", "Etc/GMT+12")] {
            let body = json!({ "name": name, "founded_on": "2008-06-18", "time_zone": zone });
            let partnership = id(&admin.post("/api/v1/partnerships", body).await.ok(201));
            let url = format!("/api/v1/partnerships/{partnership}/meetings");
            let day = app.now().with_timezone(&chrono::FixedOffset::east_opt(14 * 3600).unwrap()).date_naive();
            let made = admin.post(&url, json!({ "title": "Dziś", "kind": "council", "held_on": day })).await;
            step(&admin, made.header("location"), &["scheduled"]).await;
            let held = transition(&admin, made.header("location"), "*", json!({ "to": "held" })).await;
            refused.push(held.status);
        }
        assert_eq!(refused, [200, 422]);
    }
}

on_both! {
    async fn a_link_to_a_meeting_is_no_person(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let body = |location: &str| json!({ "title": "Spotkanie", "kind": "information", "held_on": "2016-05-05", "location": location });
        for location in ["https://zoom.example/j/44051401359?pwd=x", "Zoom: 82301212348"] {
            let made = secretariat.post(URL, body(location)).await.ok(201);
            assert_eq!(made["location"], location);
        }
        let refused = secretariat.post(URL, body("u p. Jana, 44051401359")).await;
        refused.problem(422, "invalid-values");
        assert_eq!(refused.errors(), [("/location".to_owned(), "personal_identifier".to_owned())]);
    }
}

on_both! {
    async fn the_quorum_is_counted_among_those_who_are_entitled(app: TestApp) {
        let (partnership, secretariat) = lubuskie(&app).await;
        let quorum = async |meeting: &str| {
            let url = format!("/api/v1/partnerships/partnerstwo-lubuskie/meetings/{meeting}/quorum");
            secretariat.get(&url).await.ok(200)
        };
        // Seven of the council's eleven were there, and more than half must be. The year's file says so of the meeting itself.
        assert_eq!(quorum("rada-2016-4").await["rule"], "fixed");
        secretariat.patch(&format!("{URL}/rada-2016-4"), "*", json!({ "quorum_required": null })).await.ok(200);
        let council = json!({ "entitled": 11, "present": 7, "rule": "more_than_half", "required": 6, "reached": true });
        assert_eq!(quorum("rada-2016-4").await, council);
        // Observers, those who were excused, and institutions without a seat do not count; a deputy counts for whoever sent him.
        let attendance = "/api/v1/partnerships/partnerstwo-lubuskie/meetings/rada-2016-4/attendance";
        let seats = secretariat.get("/api/v1/partnerships/partnerstwo-lubuskie/mandates?as_of=2016-12-01&limit=50").await.ok(200);
        let seats: Vec<String> = seats["items"].as_array().unwrap().iter()
            .map(|mandate| mandate["institution"]["slug"].as_str().unwrap().to_owned()).collect();
        let there = secretariat.get(&format!("{attendance}?limit=50")).await.ok(200);
        let there: Vec<&str> = there["items"].as_array().unwrap().iter()
            .map(|row| row["institution"]["slug"].as_str().unwrap()).collect();
        let mut missing = seats.iter().filter(|seat| !there.contains(&seat.as_str()));
        let (one, other) = (missing.next().unwrap(), missing.next().unwrap());
        app.institution("Nowa instytucja").await;
        let items = json!({ "items": [
            { "institution": one, "capacity": "observer" }, { "institution": other, "status": "excused" }, { "institution": "nowa-instytucja" },
        ] });
        secretariat.post(&format!("{attendance}/batch"), items).await.ok(200);
        assert_eq!(quorum("rada-2016-4").await["present"], 7);
        let items = json!({ "items": [{ "institution": "nowa-instytucja", "on_behalf_of": [other] }] });
        secretariat.post(&format!("{attendance}/batch"), items).await.ok(200);
        assert_eq!(quorum("rada-2016-4").await["present"], 8);
        let meeting = "/api/v1/partnerships/partnerstwo-lubuskie/meetings/rada-2016-4";
        secretariat.patch(meeting, "*", json!({ "quorum_required": 9 })).await.ok(200);
        let fixed = quorum("rada-2016-4").await;
        assert_eq!((&fixed["rule"], &fixed["required"], &fixed["reached"]), (&json!("fixed"), &json!(9), &json!(false)));
        // In an assembly all signatories are entitled; a meeting of no body has no quorum.
        assert_eq!(quorum("zgromadzenie-2016").await["entitled"], 69);
        let information = secretariat.get("/api/v1/partnerships/partnerstwo-lubuskie/meetings?kind=information&limit=1").await.ok(200);
        let information = information["items"][0]["slug"].as_str().unwrap().to_owned();
        let none = quorum(&information).await;
        assert_eq!((&none["entitled"], &none["reached"]), (&Value::Null, &Value::Null));
        app.anonymous().get(&format!("{meeting}/quorum")).await.problem(401, "unauthenticated");
        let rep = app.signed_in_as(Role::Auditor, Some(partnership), None).await;
        rep.get(&format!("{meeting}/quorum")).await.ok(200);
    }
}
