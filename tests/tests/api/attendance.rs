//! Attendance: who was at a meeting, for those who work in the partnership.

use domain::access::Role;
use serde_json::json;

use crate::meeting::{lubuskie, total};
use crate::support::{TestApp, on_both};

const MEETING: &str = "/api/v1/partnerships/partnerstwo-lubuskie/meetings/rada-2016-4";
const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/meetings/rada-2016-4/attendance";

on_both! {
    async fn recorded_changed_and_deleted(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let present = async || app.anonymous().get(MEETING).await.ok(200)["institutions_present"].clone();
        assert_eq!(present().await, 7);
        app.institution("Nowa instytucja").await;
        let body = json!({ "institution": "nowa-instytucja", "external_ids": [{ "system": "rops", "id": "7" }] });
        let made = secretariat.post(URL, body.clone()).await;
        let record = made.ok(201);
        assert_eq!((&record["status"], &record["institution"]["name"]), (&json!("present"), &json!("Nowa instytucja")));
        assert_eq!(present().await, 8);
        let url = made.header("location");
        assert_eq!(secretariat.get(url).await.ok(200), record);

        // Each institution once, on whichever database.
        let twice = secretariat.post(URL, body).await;
        twice.problem(409, "not-unique");
        assert_eq!(twice.errors(), [("/institution".to_owned(), "duplicate".to_owned())]);
        let taken = secretariat.patch(url, "*", json!({ "institution": "wup-zielona-gora" })).await;
        taken.problem(409, "not-unique");
        let elsewhere = json!({ "institution": "nowa-instytucja", "status": "remote" });
        secretariat.post(&URL.replace("2016-4", "2016-3"), elsewhere).await.ok(201);

        let changed = secretariat.patch(url, made.header("etag"), json!({ "status": "excused", "external_ids": null })).await;
        assert_eq!((&changed.ok(200)["status"], &changed.ok(200)["external_ids"]), (&json!("excused"), &json!([])));
        assert_eq!(present().await, 7);
        assert_eq!(secretariat.delete(url, "*").await.status, 204);
        secretariat.get(url).await.problem(404, "not-found");
        // Once deleted, the institution may be recorded again.
        secretariat.post(URL, json!({ "institution": "nowa-instytucja" })).await.ok(201);
    }
}

on_both! {
    async fn rules_and_filters(app: TestApp) {
        let (_, secretariat) = lubuskie(&app).await;
        let answer = secretariat.post(URL, json!({ "institution": "ops-swiebodzin", "status": "asleep" })).await;
        answer.problem(422, "invalid-values");
        assert_eq!(answer.errors(), [("/status".to_owned(), "unknown_code".to_owned())]);
        let answer = secretariat.post(URL, json!({ "institution": "nikt" })).await;
        answer.problem(409, "dangling-reference");
        assert_eq!(answer.errors(), [("/institution".to_owned(), "dangling_reference".to_owned())]);
        secretariat.post(URL, json!({})).await.problem(422, "invalid-values");

        app.institution("Nowa instytucja").await;
        secretariat.post(URL, json!({ "institution": "nowa-instytucja", "status": "unexcused" })).await.ok(201);
        for (query, expected) in [
            ("", 8), ("status=present", 7), ("status=excused,unexcused", 1), ("institution=nowa-instytucja", 1),
            ("institution=nowa-instytucja&status=present", 0), ("sort=-created_at", 8),
        ] {
            assert_eq!(total(&secretariat, &format!("{URL}?total=true&{query}")).await, expected, "{query}");
        }
        for query in ["status=asleep", "institution=nikt"] {
            secretariat.get(&format!("{URL}?{query}")).await.problem(400, "invalid-parameter");
        }
    }
}

on_both! {
    async fn nobody_outside_sees_who_was_there(app: TestApp) {
        let (partnership, secretariat) = lubuskie(&app).await;
        let other = app.partnership("Partnerstwo Sąsiednie").await;
        let one = secretariat.get(&format!("{URL}?limit=1")).await.ok(200)["items"][0]["id"].as_str().unwrap().to_owned();
        let url = format!("{URL}/{one}");
        app.anonymous().get(URL).await.problem(401, "unauthenticated");
        let stranger = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        for url in [URL, &url] {
            stranger.get(url).await.problem(403, "forbidden");
        }
        stranger.patch(&url, "*", json!({})).await.problem(403, "forbidden");
        let auditor = app.signed_in_as(Role::Auditor, Some(partnership), None).await;
        auditor.get(&url).await.ok(200);
        auditor.delete(&url, "*").await.problem(403, "forbidden");
        // One meeting's attendance is not another's.
        secretariat.get(&url.replace("2016-4", "2016-3")).await.problem(404, "not-found");
    }
}
