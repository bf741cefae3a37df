//! Outputs: what came out of meetings.

use domain::access::Role;
use serde_json::{Value, json};

use crate::meeting::{lubuskie, slugs, step, total};
use crate::support::{TestApp, on_both};

const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/outputs";
const MEETINGS: &str = "/api/v1/partnerships/partnerstwo-lubuskie/meetings";

fn meetings(output: &Value) -> Vec<&str> {
    let meetings = output["meetings"].as_array().unwrap();
    meetings
        .iter()
        .map(|meeting| meeting["slug"].as_str().unwrap())
        .collect()
}

on_both! {
    async fn recorded_changed_and_deleted(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let body = json!({ "report_phrase": "opracowano plan pracy", "external_ids": [{ "system": "rops", "id": "7" }] });
        let made = secretariat.post(URL, body).await;
        let record = made.ok(201);
        assert_eq!((&record["slug"], &record["meetings"]), (&json!("opracowano-plan-pracy"), &json!([])));
        let url = made.header("location");
        let read = secretariat.get(url).await;
        assert_eq!(read.ok(200), record);
        // Until a meeting that everybody sees names it, it is nobody else's business.
        app.anonymous().get(url).await.problem(404, "not-found");
        let outputs = json!({ "outputs": ["opracowano-plan-pracy"] });
        for meeting in ["rkres-2016-2", "rkres-2016-1"] {
            secretariat.patch(&format!("{MEETINGS}/{meeting}"), "*", outputs.clone()).await.ok(200);
        }
        let seen = app.anonymous().get(url).await.ok(200);
        assert_eq!(meetings(&seen), ["rkres-2016-1", "rkres-2016-2"]);
        let again = secretariat.request("GET", url).header("if-none-match", read.header("etag"));
        assert_eq!(secretariat.send(again).await.status, 200);

        let twice = json!({ "report_phrase": "opracowano plan pracy", "slug": "opracowano-plan-pracy" });
        let twice = secretariat.post(URL, twice).await;
        twice.problem(409, "not-unique");
        assert_eq!(twice.errors(), [("/slug".to_owned(), "duplicate".to_owned())]);
        let answer = secretariat.post(URL, json!({ "report_phrase": "opracowano {plan}", "slug": "Plan" })).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        assert_eq!(found, [("/report_phrase".to_owned(), "format".to_owned()), ("/slug".to_owned(), "format".to_owned())]);

        let changed = json!({ "report_phrase": "omówiono plan pracy", "external_ids": null });
        let changed = secretariat.patch(url, read.header("etag"), changed).await.ok(200);
        assert_eq!((&changed["slug"], &changed["external_ids"]), (&record["slug"], &json!([])));
        let meeting = app.anonymous().get(&format!("{MEETINGS}/rkres-2016-1")).await.ok(200);
        assert_eq!(meeting["outputs"][0]["name"], "omówiono plan pracy");

        secretariat.delete(url, "*").await.problem(409, "still-referred-to");
        for meeting in ["rkres-2016-1", "rkres-2016-2"] {
            secretariat.patch(&format!("{MEETINGS}/{meeting}"), "*", json!({ "outputs": null })).await.ok(200);
        }
        assert_eq!(secretariat.delete(url, "*").await.status, 204);
        secretariat.get(url).await.problem(404, "not-found");
    }
}

on_both! {
    async fn the_outputs_that_the_report_counts(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let anonymous = app.anonymous();
        let year = "from=2016-01-01&to=2016-12-31";
        let counted = format!("{URL}?total=true&meeting_kind=regional_committee&own_role=participant,co_organizer&in_report=true");
        for (query, expected) in [
            ("", 3), ("meeting=rkres-2016-1", 1), ("meeting=rada-2016-1", 0), ("meeting_kind=regional_committee", 3),
            ("meeting_kind=council", 0), ("own_role=organizer", 0), ("from=2016-06-01", 1), ("to=2016-02-01", 1),
            ("from=2016-03-01&to=2016-06-30", 2), ("in_report=true", 3), ("in_report=true&from=2017-01-01", 0),
        ] {
            assert_eq!(total(&anonymous, &format!("{URL}?total=true&limit=1&{query}")).await, expected, "{query}");
        }
        assert_eq!(total(&anonymous, &format!("{counted}&{year}")).await, 3);
        for query in ["meeting=nie-ma", "meeting_kind=party", "own_role=guest"] {
            anonymous.get(&format!("{URL}?{query}")).await.problem(400, "invalid-parameter");
        }

        // Not counted: outputs of other kinds of meetings, of other roles, and of what did not take place.
        for (slug, kind, own_role, statuses) in [
            ("rady", "council", "participant", &["scheduled", "held"][..]),
            ("wlasny", "regional_committee", "organizer", &["scheduled", "held"]),
            ("odwolany", "regional_committee", "participant", &["scheduled", "cancelled"]),
            ("liczony", "regional_committee", "co_organizer", &["scheduled", "held"]),
        ] {
            secretariat.post(URL, json!({ "report_phrase": slug, "slug": slug })).await.ok(201);
            let body = json!({ "kind": kind, "own_role": own_role, "title": slug, "held_on": "2016-12-01", "outputs": [slug, "harmonogram"] });
            let url = secretariat.post(MEETINGS, body).await.header("location").to_owned();
            step(&secretariat, &url, statuses).await;
        }
        let report = "/api/v1/partnerships/partnerstwo-lubuskie/reports/activity?year=2016";
        assert_eq!(anonymous.get(report).await.ok(200)["figures"]["regional_committee_outputs"]["count"], 4);
        for client in [&anonymous, &secretariat] {
            assert_eq!(total(client, &format!("{counted}&{year}")).await, 4);
            assert_eq!(total(client, &format!("{URL}?total=true&in_report=true&{year}")).await, 4);
        }
        // Kind, role and day are those of one and the same meeting.
        let same = format!("{URL}?meeting_kind=council&from=2016-01-01&to=2016-02-01");
        assert_eq!(slugs(&anonymous, &same).await, [] as [&str; 0]);
        let council = format!("{URL}?meeting_kind=council&sort=-created_at");
        assert_eq!(slugs(&anonymous, &council).await, ["rady", "harmonogram"]);
    }
}

on_both! {
    async fn outsiders_see_outputs_of_meetings_they_see(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let other = app.partnership("Partnerstwo Sąsiednie").await;
        let stranger = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        let body = json!({ "kind": "council", "title": "Szkic", "slug": "szkic", "held_on": "2018-01-10", "outputs": ["harmonogram"] });
        secretariat.post(MEETINGS, body).await.ok(201);
        let url = format!("{URL}/harmonogram");
        assert_eq!(meetings(&secretariat.get(&url).await.ok(200)), ["rkres-2016-1", "szkic"]);
        assert_eq!(slugs(&secretariat, &format!("{URL}?meeting=szkic")).await, ["harmonogram"]);
        for outsider in [&app.anonymous(), &stranger] {
            assert_eq!(meetings(&outsider.get(&url).await.ok(200)), ["rkres-2016-1"]);
            // Nor does a filter tell of a meeting that is not seen.
            assert_eq!(total(outsider, &format!("{URL}?total=true&from=2018-01-01")).await, 0);
            outsider.get(&format!("{URL}?meeting=szkic")).await.problem(400, "invalid-parameter");
        }
        stranger.post(URL, json!({ "report_phrase": "obce" })).await.problem(403, "forbidden");
        stranger.delete(&url, "*").await.problem(403, "forbidden");
        let foreign = format!("/api/v1/partnerships/{other}/outputs/harmonogram");
        app.admin().await.get(&foreign).await.problem(404, "not-found");
    }
}
