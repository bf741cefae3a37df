//! Bodies: the council and what belongs to it.

use domain::access::Role;
use serde_json::{Value, json};

use crate::import::reference_year;
use crate::support::{TestApp, on_both};

/// Where the bodies of the reference year stand.
pub const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/bodies";

fn slugs(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["slug"].as_str().unwrap()).collect()
}

on_both! {
    async fn the_reference_years_bodies(app: TestApp) {
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        let anonymous = app.anonymous();
        for (query, expected) in [
            ("", "owes-gorzow owes-zielona-gora rada-programowa rkres-lubuskie"),
            ("sort=-name", "rkres-lubuskie rada-programowa owes-zielona-gora owes-gorzow"),
            ("kind=council", "rada-programowa"),
            ("kind=council,external&q=OWES", "owes-gorzow owes-zielona-gora"),
            ("q=zielona", "owes-zielona-gora"),
            ("parent=rada-programowa", ""),
            ("owner=rops-zielona-gora", ""),
        ] {
            let list = anonymous.get(&format!("{URL}?{query}")).await.ok(200);
            assert_eq!(slugs(&list).join(" "), expected, "{query}");
        }
        for query in ["kind=board", "parent=nikt", "owner=nikt"] {
            anonymous.get(&format!("{URL}?{query}")).await.problem(400, "invalid-parameter");
        }
        let council = anonymous.get(&format!("{URL}/rada-programowa")).await.ok(200);
        assert_eq!((&council["kind"], &council["rules"], &council["parent"]), (&json!("council"), &json!({}), &json!(null)));
        // Its term and its meetings refer to it.
        app.admin().await.delete(&format!("{URL}/rada-programowa"), "*").await.problem(409, "still-referred-to");
    }
}

on_both! {
    async fn recorded_changed_and_deleted(app: TestApp) {
        let partnership = app.partnership("Partnerstwo").await;
        app.institution("ROPS").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let url = format!("/api/v1/partnerships/{partnership}/bodies");
        let body = json!({
            "name": "Komitet Ekonomii Społecznej", "kind": "external", "owner": "rops", "legal_basis": "Uchwała 1/2016",
            "rules": { "quorum": "fixed", "quorum_count": 4, "notice_days": 7 }
        });
        let made = secretariat.post(&url, body.clone()).await;
        let record = made.ok(201);
        assert_eq!((&record["slug"], &record["owner"]["slug"]), (&json!("komitet-ekonomii-spolecznej"), &json!("rops")));
        assert_eq!(app.anonymous().get(made.header("location")).await.ok(200), record);
        let mut again = body;
        again["slug"] = json!("komitet-ekonomii-spolecznej");
        let twice = secretariat.post(&url, again).await;
        twice.problem(409, "not-unique");
        assert_eq!(twice.errors(), [("/slug".to_owned(), "duplicate".to_owned())]);

        let at = format!("{url}/komitet-ekonomii-spolecznej");
        let change = json!({
            "owner": null, "legal_basis": null,
            "rules": { "quorum": "more_than_half", "quorum_count": null, "casting_vote": true }
        });
        let changed = secretariat.patch(&at, "\"1-internal\"", change).await.ok(200);
        assert_eq!(changed["rules"], json!({ "quorum": "more_than_half", "notice_days": 7, "casting_vote": true }));
        assert_eq!((&changed["owner"], &changed["legal_basis"]), (&json!(null), &json!(null)));
        secretariat.patch(&at, "\"1-internal\"", json!({ "purpose": "Doradztwo" })).await.problem(412, "stale");
        let cleared = secretariat.patch(&at, "*", json!({ "rules": null })).await.ok(200);
        assert_eq!(cleared["rules"], json!({}));
        secretariat.send(secretariat.request("DELETE", &at)).await.problem(428, "precondition-required");
        assert_eq!(secretariat.delete(&at, "*").await.status, 204);
        secretariat.get(&at).await.problem(404, "not-found");
    }
}

on_both! {
    async fn bodies_belong_to_bodies_but_never_in_a_circle(app: TestApp) {
        let partnership = app.partnership("Partnerstwo").await;
        let other = app.partnership("Inne Partnerstwo").await;
        let admin = app.admin().await;
        let url = |partnership| format!("/api/v1/partnerships/{partnership}/bodies");
        let own = url(partnership);
        let body = |name: &str, parent: Value| json!({ "name": name, "kind": "working_group", "parent": parent });
        for (name, parent) in [("Rada", json!(null)), ("Grupa", json!("rada")), ("Zespół", json!("grupa"))] {
            let made = admin.post(&own, body(name, parent.clone())).await.ok(201);
            assert_eq!(made["parent"]["slug"], parent);
        }
        let below = admin.get(&format!("{own}?parent=rada")).await.ok(200);
        assert_eq!(slugs(&below), ["grupa"]);
        for (child, parent) in [("rada", "rada"), ("rada", "grupa"), ("rada", "zespol"), ("grupa", "zespol")] {
            let circle = admin.patch(&format!("{own}/{child}"), "*", json!({ "parent": parent })).await;
            circle.problem(422, "invalid-values");
            assert_eq!(circle.errors(), [("/parent".to_owned(), "conflict".to_owned())], "{child} below {parent}");
        }
        admin.patch(&format!("{own}/zespol"), "*", json!({ "parent": "rada" })).await.ok(200);
        admin.delete(&format!("{own}/rada"), "*").await.problem(409, "still-referred-to");
        admin.post(&url(other), body("Rada", json!("grupa"))).await.problem(409, "dangling-reference");
        for child in ["grupa", "zespol", "rada"] {
            assert_eq!(admin.delete(&format!("{own}/{child}"), "*").await.status, 204, "{child}");
        }
    }
}

on_both! {
    async fn rules_and_who_may(app: TestApp) {
        let own = app.partnership("Partnerstwo Pierwsze").await;
        let other = app.partnership("Partnerstwo Drugie").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(own), None).await;
        let url = |partnership| format!("/api/v1/partnerships/{partnership}/bodies");
        let broken = json!({
            "name": "", "kind": "board",
            "rules": { "quorum": "fixed", "majority": "most", "notice_days": 400, "term_years": 0 }
        });
        let answer = secretariat.post(&url(own), broken).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        let found: Vec<(&str, &str)> = found.iter().map(|(at, code)| (at.as_str(), code.as_str())).collect();
        assert_eq!(found, [
            ("/kind", "unknown_code"), ("/name", "length"), ("/rules/majority", "unknown_code"),
            ("/rules/notice_days", "range"), ("/rules/quorum_count", "required"), ("/rules/term_years", "range"),
        ]);
        let unknown = json!({ "name": "Rada", "kind": "council", "rules": { "chairs": 2 } });
        let answer = secretariat.post(&url(own), unknown).await;
        answer.problem(400, "malformed-request");
        assert_eq!(answer.errors(), [("/rules/chairs".to_owned(), "unknown_field".to_owned())]);

        let council = json!({ "name": "Rada", "kind": "council" });
        secretariat.post(&url(own), council.clone()).await.ok(201);
        secretariat.post(&url(other), council.clone()).await.problem(403, "forbidden");
        app.anonymous().post(&url(own), council).await.problem(401, "unauthenticated");
        app.admin().await.get(&format!("{}/rada", url(other))).await.problem(404, "not-found");
    }
}
