//! Partnerships.

use domain::access::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

const URL: &str = "/api/v1/partnerships";

on_both! {
    async fn founded_by_an_administrator_and_kept_by_its_secretariat(app: TestApp) {
        let wup = app.institution("WUP w Zielonej Górze").await;
        let admin = app.admin().await;
        let body = json!({
            "name": "Partnerstwo Lokalne na rzecz Ekonomii Społecznej", "slug": "partnerstwo-lubuskie",
            "founded_on": "2008-06-18", "founded_on_precision": "year", "area_terc": "08",
            "secretariat": { "institution": wup, "phone": "95 000 00 00", "email": "sekretariat@partnerstwo.example" }
        });
        let made = admin.post(URL, body.clone()).await;
        let record = made.ok(201);
        assert_eq!(record["secretariat"]["institution"]["slug"], "wup-w-zielonej-gorze");
        assert_eq!(record["secretariat"]["phone"], "+48950000000");
        assert_eq!(record["time_zone"], "Europe/Warsaw");
        let id = record["id"].as_str().unwrap().parse().unwrap();
        let url = format!("{URL}/partnerstwo-lubuskie");
        assert_eq!(app.anonymous().get(&url).await.ok(200), record);

        let secretariat = app.signed_in_as(Role::Secretariat, Some(id), None).await;
        secretariat.post(URL, body).await.problem(403, "forbidden");
        let changed = secretariat.patch(&url, made.header("etag"), json!({ "licence": "CC0-1.0" })).await.ok(200);
        assert_eq!((&changed["licence"], &changed["version"]), (&json!("CC0-1.0"), &json!(2)));
        assert_eq!(changed["secretariat"], record["secretariat"]);
        secretariat.delete(&url, "*").await.problem(403, "forbidden");
        assert_eq!(admin.delete(&url, "\"2-public\"").await.status, 204);
        app.anonymous().get(&url).await.problem(404, "not-found");
    }
}

on_both! {
    async fn another_partnerships_secretariat_changes_nothing(app: TestApp) {
        let own = app.partnership("Partnerstwo Pierwsze").await;
        let other = app.partnership("Partnerstwo Drugie").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(own), None).await;
        let url = format!("{URL}/{other}");
        secretariat.patch(&url, "*", json!({ "licence": "x" })).await.problem(403, "forbidden");
        assert_eq!(app.anonymous().get(&url).await.ok(200)["licence"], Value::Null);
    }
}

on_both! {
    async fn rules(app: TestApp) {
        let body = json!({
            "name": "P", "founded_on": "2999-01-01", "founded_on_precision": "hour", "time_zone": "Mars/Olympus",
            "area_terc": "07", "secretariat": { "email": "a@localhost" }
        });
        let answer = app.admin().await.post(URL, body).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        let found: Vec<(&str, &str)> = found.iter().map(|(at, code)| (at.as_str(), code.as_str())).collect();
        let expected = [
            ("/area_terc", "prefix"),
            ("/founded_on", "future"),
            ("/founded_on_precision", "unknown_code"),
            ("/secretariat/email", "format"),
            ("/time_zone", "unknown_code"),
        ];
        assert_eq!(found, expected);
    }
}

on_both! {
    async fn lists_and_searches(app: TestApp) {
        for name in ["Żagańskie", "Gorzowskie", "Łódzkie"] {
            app.partnership(name).await;
        }
        let anonymous = app.anonymous();
        let page = anonymous.get(&format!("{URL}?sort=name")).await.ok(200);
        let names: Vec<&str> = page["items"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Gorzowskie", "Łódzkie", "Żagańskie"]);
        let found = anonymous.get(&format!("{URL}?q=lodz&total=true")).await.ok(200);
        assert_eq!((found["items"].as_array().unwrap().len(), &found["total"]), (1, &json!(1)));
    }
}

on_both! {
    async fn not_deleted_while_it_has_an_output(app: TestApp) {
        let partnership = app.partnership("Partnerstwo").await;
        let admin = app.admin().await;
        let url = format!("/api/v1/partnerships/{partnership}");
        let output = admin.post(&format!("{url}/outputs"), json!({ "report_phrase": "opracowano harmonogram" })).await;
        output.ok(201);
        admin.delete(&url, "*").await.problem(409, "still-referred-to");
        assert_eq!(admin.delete(output.header("location"), "*").await.status, 204);
        assert_eq!(admin.delete(&url, "*").await.status, 204);
    }
}
