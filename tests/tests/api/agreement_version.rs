//! Versions of the agreement: which one is in force, and what the partnership and its reports say by it.

use domain::access::Role;
use serde_json::{Value, json};

use crate::import::reference_year;
use crate::support::{Client, TestApp, on_both};

const P: &str = "/api/v1/partnerships/partnerstwo-lubuskie";
const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/agreement-versions";

async fn secretariat(app: &TestApp) -> Client {
    let admin = app.admin().await;
    admin
        .post("/api/v1/imports", reference_year())
        .await
        .ok(200);
    let id = admin.get(P).await.ok(200)["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    app.signed_in_as(Role::Secretariat, Some(id), None).await
}

async fn goal_in(client: &Client, year: i32) -> Value {
    let report = client
        .get(&format!("{P}/reports/activity?year={year}"))
        .await
        .ok(200);
    let sentences = report["sections"][0]["sentences"].as_array().unwrap();
    let goal = sentences
        .iter()
        .find(|sentence| sentence["key"] == "signatories.goal");
    goal.map_or(Value::Null, |goal| goal["text"].clone())
}

on_both! {
    async fn each_day_has_the_version_that_was_in_force(app: TestApp) {
        let secretariat = secretariat(&app).await;
        let anonymous = app.anonymous();
        let page = anonymous.get(&format!("{URL}?total=true")).await.ok(200);
        assert_eq!((&page["total"], &page["items"][0]["number"], &page["items"][0]["status"]), (&json!(1), &json!(1), &json!("in_force")));
        assert_eq!(page["items"][0]["in_force_from"], "2008-06-18");
        let first = format!("{URL}/{}", page["items"][0]["id"].as_str().unwrap());
        let agreed = anonymous.get(P).await.ok(200)["goal"].clone();
        assert_eq!((&page["items"][0]["goal"], goal_in(&anonymous, 2016).await), (&agreed, agreed.clone()));

        let body = json!({ "title": "Umowa partnerska, wersja druga", "goal": "Celem jest więcej.", "signed_on": "2017-11-20" });
        let made = secretariat.post(URL, body).await;
        let record = made.ok(201);
        assert_eq!((&record["number"], &record["status"]), (&json!(2), &json!("draft")));
        assert_eq!(record["allowed_transitions"], json!(["open_for_signature"]));
        let second = made.header("location").to_owned();
        anonymous.get(&second).await.problem(404, "not-found");
        let step = async |to: &str, day: Option<&str>| secretariat.step(&second, json!({ "to": to, "effective_on": day })).await;
        step("in_force", None).await.problem(409, "invalid-transition");
        step("open_for_signature", None).await.ok(200);
        for (day, code) in [("2017-11-19", "order"), ("2999-01-01", "future")] {
            let refused = step("in_force", Some(day)).await;
            refused.problem(422, "invalid-values");
            assert_eq!(refused.errors(), [("/effective_on".to_owned(), code.to_owned())]);
        }
        let changed = anonymous.get(P).await;
        step("in_force", Some("2018-01-01")).await.ok(200);
        // The partnership shows it, and who keeps a copy of the partnership is told.
        let shown = anonymous.send(anonymous.request("GET", P).header("If-None-Match", changed.header("etag"))).await.ok(200);
        assert_eq!((&shown["goal"], &shown["scope"]), (&json!("Celem jest więcej."), &json!([])));
        let ended = anonymous.get(&first).await.ok(200);
        assert_eq!((&ended["status"], &ended["in_force_to"]), (&json!("superseded"), &json!("2018-01-01")));
        for (day, numbers) in [("2008-06-17", json!([])), ("2017-12-31", json!([1])), ("2018-01-01", json!([2]))] {
            let page = anonymous.get(&format!("{URL}?as_of={day}")).await.ok(200);
            let found: Value = page["items"].as_array().unwrap().iter().map(|item| item["number"].clone()).collect();
            assert_eq!(found, numbers, "{day}");
        }
        assert_eq!((goal_in(&anonymous, 2016).await, goal_in(&anonymous, 2018).await), (agreed.clone(), json!("Celem jest więcej.")));

        // A correction of the one in force is shown, one of an older one only where that held.
        secretariat.patch(&second, "*", json!({ "goal": "Celem jest wszystko." })).await.ok(200);
        secretariat.patch(&first, "*", json!({ "goal": "Celem było coś." })).await.ok(200);
        assert_eq!(anonymous.get(P).await.ok(200)["goal"], "Celem jest wszystko.");
        assert_eq!(goal_in(&anonymous, 2016).await, "Celem było coś.");
        secretariat.patch(P, "*", json!({ "goal": "Inny." })).await.problem(400, "malformed-request");
        secretariat.delete(&first, "*").await.problem(409, "conflict");
        // The file speaks of the first one alone.
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        assert_eq!(anonymous.get(P).await.ok(200)["goal"], "Celem jest wszystko.");
        assert_eq!((goal_in(&anonymous, 2016).await, goal_in(&anonymous, 2018).await), (agreed, json!("Celem jest wszystko.")));

        let terminated = step("terminated", Some("2020-01-01")).await.ok(200);
        assert_eq!((&terminated["in_force_to"], &terminated["allowed_transitions"]), (&json!("2020-01-01"), &json!([])));
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        assert_eq!(anonymous.get(P).await.ok(200)["goal"], Value::Null);
        assert_eq!((goal_in(&anonymous, 2019).await, goal_in(&anonymous, 2020).await), (json!("Celem jest wszystko."), Value::Null));
    }
}

on_both! {
    async fn a_file_brings_the_first_agreement_beside_drafts(app: TestApp) {
        let admin = app.admin().await;
        let founded = json!({ "slug": "partnerstwo-lubuskie", "name": "Partnerstwo", "founded_on": "2008-06-18" });
        admin.post("/api/v1/partnerships", founded).await.ok(201);
        let deleted = admin.post(URL, json!({ "title": "Pomyłka" })).await;
        deleted.ok(201);
        admin.delete(deleted.header("location"), "*").await.ok(204);
        admin.post(URL, json!({ "title": "Projekt", "goal": "Cel z projektu." })).await.ok(201);
        for _ in 0..2 {
            admin.post("/api/v1/imports", reference_year()).await.ok(200);
        }
        let page = admin.get(&format!("{URL}?sort=number")).await.ok(200);
        let found: Vec<Value> = page["items"].as_array().unwrap().iter().map(|item| json!([item["number"], item["status"]])).collect();
        assert_eq!(found, [json!([2, "draft"]), json!([3, "in_force"])]);
        assert_eq!(page["items"][0]["goal"], "Cel z projektu.");
        assert_eq!(admin.get(P).await.ok(200)["goal"], goal_in(&admin, 2016).await);
    }
}

on_both! {
    async fn rules(app: TestApp) {
        let secretariat = secretariat(&app).await;
        let wrong = secretariat.post(URL, json!({ "title": " ", "scope": ["", "dobre"], "signed_on": "2999-01-01" })).await;
        wrong.problem(422, "invalid-values");
        let mut found = wrong.errors();
        found.sort();
        let expected = [("/scope/0", "length"), ("/signed_on", "future"), ("/title", "length")];
        assert_eq!(found, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
        let draft = secretariat.post(URL, json!({ "title": "Projekt" })).await;
        draft.ok(201);
        secretariat.delete(draft.header("location"), "*").await.ok(204);
        // A number that was given is not given again.
        assert_eq!(secretariat.post(URL, json!({ "title": "Projekt" })).await.ok(201)["number"], 3);
    }
}

on_both! {
    async fn a_version_may_bind_only_those_who_sign_it(app: TestApp) {
        let secretariat = secretariat(&app).await;
        let anonymous = app.anonymous();
        let signatories = async |day: &str| {
            anonymous.get(&format!("{P}/signatories?total=true&limit=1&as_of={day}")).await.ok(200)["total"].clone()
        };
        let figure = async |year: i32| {
            let report = anonymous.get(&format!("{P}/reports/activity?year={year}")).await.ok(200);
            report["figures"]["signatories"]["value"].clone()
        };
        let before = (signatories("2018-12-31").await, figure(2018).await);
        assert_eq!(before.0, before.1);
        let body = json!({ "title": "Umowa druga", "binds_only_signers": true });
        let made = secretariat.post(URL, body).await;
        made.ok(201);
        let second = made.header("location");
        secretariat.step(second, json!({ "to": "open_for_signature" })).await.ok(200);
        secretariat.step(second, json!({ "to": "in_force", "effective_on": "2018-01-01" })).await.ok(200);
        // Nobody has signed it yet; those who signed the first one were bound until then.
        assert_eq!((signatories("2017-12-31").await, signatories("2018-01-01").await), (figure(2017).await, json!(0)));
        assert_eq!((figure(2016).await, figure(2018).await), (json!(69), json!(0)));
        let page = secretariat.get(&format!("{P}/signatories?institution=pup-zary")).await.ok(200);
        let signatory = format!("{P}/signatories/{}", page["items"][0]["id"].as_str().unwrap());
        assert_eq!(page["items"][0]["agreement_version"], 1);
        let unknown = secretariat.patch(&signatory, "*", json!({ "agreement_version": 3 })).await;
        unknown.problem(422, "invalid-values");
        assert_eq!(unknown.errors(), [("/agreement_version".to_owned(), "dangling_reference".to_owned())]);
        secretariat.patch(&signatory, "*", json!({ "agreement_version": 2 })).await.ok(200);
        assert_eq!((signatories("2018-01-01").await, figure(2018).await, figure(2016).await), (json!(1), json!(1), json!(69)));
        // Who signs now signs what is in force now.
        let signed = json!({ "institution": "fundacja-merkury-walbrzych", "signed_on": "2018-03-01", "signing_form": "agreement" });
        let signed = secretariat.post(&format!("{P}/signatories"), signed).await.ok(201);
        assert_eq!((&signed["agreement_version"], signatories("2018-12-31").await), (&json!(2), json!(2)));
    }
}
