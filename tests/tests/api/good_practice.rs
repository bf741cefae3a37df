//! Good practices: review, publication, and where they were presented.

use domain::access::Role;
use serde_json::{Value, json};

use crate::communique::{listed, reported, step};
use crate::import::reference_year;
use crate::support::{Client, TestApp, on_both};

const URL: &str = "/api/v1/partnerships/partnerstwo-lubuskie/good-practices";

on_both! {
    async fn drafted_published_archived(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let other = app.partnership("Partnerstwo Drugie").await;
        app.institution("PUP w Żarach").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let outsider = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        let body = json!({ "title": "Mieszkania treningowe", "owner": "pup-w-zarach", "problem": "Brak mieszkań", "position": 2 });
        let made = secretariat.post(URL, body.clone()).await;
        let draft = made.ok(201);
        let url = made.header("location").to_owned();
        assert_eq!((&draft["status"], &draft["position"], &draft["owner"]["name"]), (&json!("draft"), &json!(2), &json!("PUP w Żarach")));
        assert_eq!((&draft["slug"], &draft["presented_at"]), (&json!("mieszkania-treningowe"), &json!([])));
        // A second one of the title gets a slug of its own; a slug that is asked for must be free.
        let second = secretariat.post(URL, body.clone()).await;
        assert_eq!(second.ok(201)["slug"], "mieszkania-treningowe-2");
        assert_eq!(secretariat.delete(second.header("location"), "*").await.status, 204);
        let mut taken = body;
        taken["slug"] = json!("mieszkania-treningowe");
        secretariat.post(URL, taken).await.problem(409, "not-unique");
        for client in [&app.anonymous(), &outsider] {
            client.get(&url).await.problem(404, "not-found");
        }
        outsider.post(URL, json!({ "title": "Obca", "owner": "pup-w-zarach" })).await.problem(403, "forbidden");
        let patch = json!({ "problem": null, "position": null, "lessons": "Najpierw najem" });
        let changed = secretariat.patch(&url, "\"1-internal\"", patch).await.ok(200);
        assert_eq!((&changed["problem"], &changed["position"], &changed["lessons"]), (&Value::Null, &json!(1), &json!("Najpierw najem")));

        let refused = secretariat.step(&url, json!({ "to": "published" })).await.problem(409, "invalid-transition");
        assert_eq!(refused["allowed_transitions"], json!(["in_review"]));
        step(&secretariat, &url, "in_review").await;
        let dated = secretariat.step(&url, json!({ "to": "published", "effective_on": "2016-12-01" })).await;
        dated.problem(422, "invalid-values");
        assert_eq!(dated.errors(), [("/effective_on".to_owned(), "conflict".to_owned())]);
        outsider.step(&url, json!({ "to": "published" })).await.problem(403, "forbidden");
        secretariat.step_at(&url, "\"1-internal\"", json!({ "to": "published" })).await.problem(412, "stale");
        let trial = secretariat.request("POST", &format!("{url}/transitions?dry_run=true")).header("If-Match", "*");
        assert_eq!(secretariat.send(trial.json(&json!({ "to": "published" }))).await.ok(200)["status"], "published");
        app.anonymous().get(&url).await.problem(404, "not-found");
        assert_eq!(step(&secretariat, &url, "published").await["allowed_transitions"], json!(["archived"]));
        assert_eq!(app.anonymous().get(&url).await.ok(200)["allowed_transitions"], json!([]));
        app.admin().await.delete("/api/v1/institutions/pup-w-zarach", "*").await.problem(409, "still-referred-to");
        step(&secretariat, &url, "archived").await;
        app.anonymous().get(&url).await.problem(404, "not-found");
        assert_eq!(secretariat.delete(&url, "*").await.status, 204);
        secretariat.get(&url).await.problem(404, "not-found");
        assert_eq!(app.admin().await.delete("/api/v1/institutions/pup-w-zarach", "*").await.status, 204);
    }
}

on_both! {
    async fn rules(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let broken = json!({
            "title": "", "owner": "pup-zary", "position": 0, "evidence": "Klientka 44051401359",
            "presented_at": ["rada-2016-4", "rada-2016-1", "rada-2016-4"]
        });
        let answer = admin.post(URL, broken).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        let found: Vec<(&str, &str)> = found.iter().map(|(at, code)| (at.as_str(), code.as_str())).collect();
        let expected = [
            ("/evidence", "personal_identifier"), ("/position", "range"), ("/presented_at/2", "duplicate"), ("/title", "length"),
        ];
        assert_eq!(found, expected);
        for (field, value, at) in [("owner", json!("nikt"), "/owner"), ("presented_at", json!(["rada-2016-4", "nie-ma"]), "/presented_at/1")] {
            let mut body = json!({ "title": "Praktyka", "owner": "pup-zary" });
            body[field] = value;
            let answer = admin.post(URL, body).await;
            answer.problem(409, "dangling-reference");
            assert_eq!(answer.errors(), [(at.to_owned(), "dangling_reference".to_owned())]);
        }
        // A meeting of another partnership is none here.
        app.partnership("Partnerstwo Drugie").await;
        let elsewhere = URL.replace("partnerstwo-lubuskie", "partnerstwo-drugie");
        let foreign = json!({ "title": "Praktyka", "owner": "pup-zary", "presented_at": ["rada-2016-4"] });
        admin.post(&elsewhere, foreign).await.problem(409, "dangling-reference");
        admin.get(&format!("{elsewhere}/dobra-praktyka-1")).await.problem(404, "not-found");
        admin.post(URL, json!({ "title": "Praktyka", "owner": "pup-zary", "status": "published" })).await.problem(400, "malformed-request");
    }
}

on_both! {
    async fn the_reference_years_good_practices(app: TestApp) {
        let admin = app.admin().await;
        let mut file = reference_year();
        let planned = json!({
            "slug": "rada-projekt", "kind": "council", "status": "draft", "held_on": "2016-12-20", "title": "Projekt spotkania",
            "town": null, "host_institution": null, "partnership_role": "organizer", "mode": "onsite"
        });
        file["meetings"].as_array_mut().unwrap().push(planned);
        admin.post("/api/v1/imports", file).await.ok(200);
        let anonymous = app.anonymous();
        let total = async |client: &Client, query: &str| {
            client.get(&format!("{URL}?total=true&limit=1&{query}")).await.ok(200)["total"].clone()
        };
        for (query, expected) in [
            ("", 6), ("q=fundacja", 2), ("owner=pup-strzelce-krajenskie", 1), ("presented_at=rada-2016-4", 6),
            ("presented_at=rada-2016-1", 0), ("meeting_kind=council", 6), ("meeting_kind=council&from=2016-12-01", 0),
            ("meeting_kind=training,owes", 0), ("from=2016-11-30&to=2016-11-30", 6), ("status=draft,in_review", 0),
        ] {
            assert_eq!(total(&anonymous, query).await, expected, "{query}");
        }
        let order = anonymous.get(&format!("{URL}?sort=-position&limit=1")).await.ok(200);
        assert_eq!(order["items"][0]["slug"], "dobra-praktyka-6");
        let order = anonymous.get(&format!("{URL}?sort=title&limit=2")).await.ok(200);
        assert_eq!(order["items"][0]["slug"], "dobra-praktyka-5");
        for query in ["meeting_kind=party", "presented_at=rada-projekt", "owner=nikt"] {
            anonymous.get(&format!("{URL}?{query}")).await.problem(400, "invalid-parameter");
        }
        let shown = anonymous.get(&format!("{URL}/dobra-praktyka-1")).await.ok(200);
        assert_eq!((&shown["presented_at"][0]["slug"], &shown["owner"]["slug"]), (&json!("rada-2016-4"), &json!("pup-strzelce-krajenskie")));

        // Published but presented elsewhere, a draft: not counted. Archived since, it is, for it was presented. What is planned in secret
        // is shown to nobody else.
        step(&admin, &format!("{URL}/dobra-praktyka-2"), "archived").await;
        for (slug, meetings) in [("dobra-praktyka-3", json!(["rada-2016-1", "rada-projekt"])), ("dobra-praktyka-4", json!(["rada-projekt"]))] {
            admin.patch(&format!("{URL}/{slug}"), "*", json!({ "presented_at": meetings })).await.ok(200);
        }
        let draft = json!({ "title": "Nowa", "owner": "pup-zary", "presented_at": ["rada-2016-4"] });
        admin.post(URL, draft).await.ok(201);
        let slugs = async |client: &Client| {
            let shown = client.get(&format!("{URL}/dobra-praktyka-3")).await.ok(200);
            shown["presented_at"].as_array().unwrap().len()
        };
        assert_eq!((slugs(&anonymous).await, slugs(&admin).await), (1, 2));
        let planned = "meeting_kind=council&from=2016-12-01";
        assert_eq!((total(&anonymous, planned).await, total(&admin, planned).await), (json!(0), json!(2)));
        for (from, to, count) in [("2016-01-01", "2016-12-31", 5), ("2016-04-01", "2016-12-31", 4), ("2016-12-01", "2016-12-31", 0)] {
            let url = format!("{URL}?in_report=true&meeting_kind=council&limit=2&from={from}&to={to}");
            assert_eq!(listed(&admin, &url).await.len(), count, "{from}");
            // The public is named those that it still sees.
            assert_eq!(listed(&anonymous, &url).await, reported(&anonymous, "good_practice_presenters", from, to).await, "{from}");
        }
    }
}

on_both! {
    async fn a_representative_enters_the_practices_of_the_own_institution(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let elsewhere = app.partnership("Partnerstwo Drugie").await;
        let (own, other) = (app.institution("PUP w Żarach").await, app.institution("PUP w Żaganiu").await);
        let rep = app.signed_in_as(Role::InstitutionRep, Some(partnership), Some(own)).await;
        let stranger = app.signed_in_as(Role::InstitutionRep, Some(partnership), Some(other)).await;
        let same_elsewhere = app.signed_in_as(Role::InstitutionRep, Some(elsewhere), Some(own)).await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let practice = |owner| json!({ "title": "Doradca na kółkach", "owner": owner });
        rep.post(URL, practice(other)).await.problem(403, "forbidden");
        same_elsewhere.post(URL, practice(own)).await.problem(403, "forbidden");
        let made = rep.post(URL, practice(own)).await;
        assert_eq!(made.ok(201)["allowed_transitions"], json!(["in_review"]));
        let url = made.header("location");
        for client in [&stranger, &same_elsewhere] {
            client.patch(url, "*", json!({ "problem": "x" })).await.problem(403, "forbidden");
            client.delete(url, "*").await.problem(403, "forbidden");
            client.step(url, json!({ "to": "in_review" })).await.problem(403, "forbidden");
        }
        rep.patch(url, "*", json!({ "problem": "Dojazd", "solution": "Bus" })).await.ok(200);
        rep.patch(url, "*", json!({ "owner": other })).await.problem(403, "forbidden");
        assert_eq!(rep.step(url, json!({ "to": "in_review" })).await.ok(200)["allowed_transitions"], json!([]));
        // What is reviewed is the reviewers'.
        rep.patch(url, "*", json!({ "problem": "x" })).await.problem(403, "forbidden");
        rep.delete(url, "*").await.problem(403, "forbidden");
        for to in ["published", "draft"] {
            rep.step(url, json!({ "to": to })).await.problem(403, "forbidden");
        }
        secretariat.step(url, json!({ "to": "draft" })).await.ok(200);
        rep.step(url, json!({ "to": "in_review" })).await.ok(200);
        secretariat.step(url, json!({ "to": "published" })).await.ok(200);
        assert_eq!(app.anonymous().get(url).await.ok(200)["owner"]["slug"], "pup-w-zarach");
        let mistake = rep.post(URL, practice(own)).await.header("location").to_owned();
        rep.delete(&mistake, "*").await.ok(204);
    }
}
