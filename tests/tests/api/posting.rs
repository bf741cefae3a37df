//! Postings: who may report them, what they must say, and which the report counts.

use domain::access::Role;
use serde_json::{Value, json};

use crate::communique::{listed, reported, step};
use crate::import::reference_year;
use crate::support::{Client, TestApp, on_both};

const P: &str = "/api/v1/partnerships/partnerstwo-lubuskie";
const AT: &str = "https://pup.example/komunikat";

/// A released communiqué; the address of its postings.
async fn released(secretariat: &Client, title: &str, day: &str) -> String {
    let made = secretariat
        .post(&format!("{P}/communiques"), json!({ "title": title }))
        .await;
    let url = made.header("location").to_owned();
    step(secretariat, &url, "in_review").await;
    secretariat
        .step(&url, json!({ "to": "released", "effective_on": day }))
        .await
        .ok(200);
    format!("{url}/postings")
}

/// Records that an institution signed long ago.
async fn signed(secretariat: &Client, institution: &str) {
    let signed = json!({ "institution": institution, "signed_on": "2008-06-18", "signing_form": "agreement" });
    secretariat
        .post(&format!("{P}/signatories"), signed)
        .await
        .ok(201);
}

/// Lets an institution be a signatory at another time, as somebody may find out later.
pub async fn signed_at(client: &Client, institution: &str, change: Value) {
    let page = client
        .get(&format!("{P}/signatories?institution={institution}"))
        .await
        .ok(200);
    let url = format!(
        "{P}/signatories/{}",
        page["items"][0]["id"].as_str().unwrap()
    );
    client.patch(&url, "*", change).await.ok(200);
}

on_both! {
    async fn expected_reported_verified_broken(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let own = app.institution("PUP w Żarach").await;
        app.institution("PUP w Żaganiu").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let representative = app.signed_in_as(Role::InstitutionRep, Some(partnership), Some(own)).await;
        let url = released(&secretariat, "Komunikat", "2016-03-21").await;
        for institution in ["pup-w-zarach", "pup-w-zaganiu"] {
            signed(&secretariat, institution).await;
        }
        let made = secretariat.post(&url, json!({ "institution": "pup-w-zarach" })).await;
        let expected = made.ok(201);
        let posting = made.header("location").to_owned();
        assert_eq!((&expected["status"], &expected["posted_on"]), (&json!("expected"), &Value::Null));
        assert_eq!((&expected["communique"]["slug"], &expected["institution"]["name"]), (&json!("komunikat"), &json!("PUP w Żarach")));
        assert_eq!(expected["allowed_transitions"], json!(["notified", "reported", "waived"]));
        let twice = secretariat.post(&url, json!({ "institution": "pup-w-zarach" })).await;
        twice.problem(409, "not-unique");
        assert_eq!(twice.errors(), [("/institution".to_owned(), "duplicate".to_owned())]);

        // A representative reports for the own institution only, and verifies nothing.
        assert_eq!(representative.get(&posting).await.ok(200)["allowed_transitions"], json!(["notified", "reported"]));
        representative.post(&url, json!({ "institution": "pup-w-zaganiu" })).await.problem(403, "forbidden");
        representative.patch(&posting, "*", json!({ "institution": "pup-w-zaganiu" })).await.problem(403, "forbidden");
        representative.step(&posting, json!({ "to": "waived" })).await.problem(403, "forbidden");
        let early = representative.step(&posting, json!({ "to": "reported", "effective_on": "2016-03-20" })).await;
        early.problem(422, "invalid-values");
        let mut faults = early.errors();
        faults.sort();
        assert_eq!(faults, [("/effective_on".to_owned(), "order".to_owned()), ("/url".to_owned(), "required".to_owned())]);
        representative.patch(&posting, "*", json!({ "url": AT })).await.ok(200);
        let report = json!({ "to": "reported", "effective_on": "2016-03-22" });
        let done = representative.step(&posting, report).await.ok(200);
        assert_eq!((&done["status"], &done["posted_on"], &done["url"]), (&json!("reported"), &json!("2016-03-22"), &json!(AT)));
        assert_eq!(done["allowed_transitions"], json!([]));
        representative.step(&posting, json!({ "to": "verified" })).await.problem(403, "forbidden");
        assert_eq!(step(&secretariat, &posting, "verified").await["posted_on"], "2016-03-22");
        step(&secretariat, &posting, "broken").await;
        // What broke and was mended was posted when it was posted.
        assert_eq!(step(&representative, &posting, "reported").await["posted_on"], "2016-03-22");
        let refused = secretariat.step(&posting, json!({ "to": "waived" })).await.problem(409, "invalid-transition");
        assert_eq!(refused["allowed_transitions"], json!(["verified", "broken"]));
        assert_eq!(app.anonymous().get(&posting).await.ok(200)["allowed_transitions"], json!([]));

        let at_once = json!({ "institution": "pup-w-zaganiu", "posted_on": "2016-03-21", "url": AT });
        let at_once = secretariat.post(&url, at_once).await;
        assert_eq!(at_once.ok(201)["status"], "reported");
        assert_eq!(secretariat.delete(at_once.header("location"), "*").await.status, 204);
        secretariat.get(at_once.header("location")).await.problem(404, "not-found");
        // Without a day it was posted today.
        let again = secretariat.post(&url, json!({ "institution": "pup-w-zaganiu", "url": AT })).await;
        let today = step(&secretariat, again.header("location"), "reported").await;
        assert_eq!(today["posted_on"], app.state.clock.today().to_string());
    }
}

on_both! {
    async fn rules_and_views(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let other = app.partnership("Partnerstwo Drugie").await;
        app.institution("PUP w Żarach").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let anonymous = app.anonymous();
        let url = released(&secretariat, "Komunikat", "2016-03-21").await;
        signed(&secretariat, "pup-w-zarach").await;
        let faults = async |body: Value| {
            let answer = secretariat.post(&url, body).await;
            answer.problem(422, "invalid-values");
            let mut found = answer.errors();
            found.sort();
            found.into_iter().map(|(at, code)| format!("{at} {code}")).collect::<Vec<_>>()
        };
        let body = json!({ "institution": "pup-w-zarach", "posted_on": "2016-03-20", "url": "javascript:alert(1)" });
        assert_eq!(faults(body).await, ["/posted_on order", "/url format"]);
        let body = json!({ "institution": "pup-w-zarach", "posted_on": "2999-03-20" });
        assert_eq!(faults(body).await, ["/posted_on future", "/url required"]);
        let nobody = secretariat.post(&url, json!({ "institution": "nikt" })).await;
        nobody.problem(409, "dangling-reference");
        let body = json!({ "institution": "pup-w-zarach", "posted_on": "2016-03-21", "url": AT });
        let made = secretariat.post(&url, body).await.header("location").to_owned();
        let cleared = secretariat.patch(&made, "*", json!({ "posted_on": null, "url": null })).await;
        cleared.problem(422, "invalid-values");
        secretariat.patch(&made, "*", json!({ "status": "verified" })).await.problem(400, "malformed-request");

        // Of what is not released, or not any more, nothing is posted, and nobody else sees what was.
        let draft = secretariat.post(&format!("{P}/communiques"), json!({ "title": "Projekt" })).await;
        let drafted = format!("{}/postings", draft.header("location"));
        let early = secretariat.post(&drafted, json!({ "institution": "pup-w-zarach" })).await;
        early.problem(422, "invalid-values");
        assert_eq!(early.errors(), [("/communique".to_owned(), "conflict".to_owned())]);
        assert_eq!(secretariat.get(&drafted).await.ok(200)["items"], json!([]));
        anonymous.get(&drafted).await.problem(404, "not-found");
        let count = async |url: String| listed(&anonymous, &url).await.len();
        assert_eq!((count(url.clone()).await, count(format!("{P}/postings")).await), (1, 1));
        step(&secretariat, url.trim_end_matches("/postings"), "withdrawn").await;
        anonymous.get(&url).await.problem(404, "not-found");
        anonymous.get(&made).await.problem(404, "not-found");
        assert_eq!(count(format!("{P}/postings")).await, 0);
        let late = secretariat.patch(&made, "*", json!({ "url": format!("{AT}-2") })).await;
        assert_eq!(late.errors(), [("/communique".to_owned(), "conflict".to_owned())]);

        let outsider = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        outsider.post(&url, json!({ "institution": "pup-w-zarach" })).await.problem(403, "forbidden");
        outsider.get(&made).await.problem(404, "not-found");
        let elsewhere = made.replace("partnerstwo-lubuskie", "partnerstwo-drugie");
        app.admin().await.get(&elsewhere).await.problem(404, "not-found");
    }
}

on_both! {
    async fn the_reference_years_postings(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let anonymous = app.anonymous();
        let total = async |query: &str| {
            anonymous.get(&format!("{P}/{query}&total=true&limit=1")).await.ok(200)["total"].clone()
        };
        for (query, expected) in [
            ("postings?", 277), ("postings?institution=wup-zielona-gora", 5), ("postings?to=2016-12-31", 276),
            ("postings?status=verified,broken", 0), ("postings?in_report=true&from=2016-01-01&to=2016-12-31", 276),
            ("communiques/komunikat-2016-2/postings?", 69), ("communiques/komunikat-2016-2/postings?to=2016-06-20", 14),
        ] {
            assert_eq!(total(query).await, expected, "{query}");
        }
        anonymous.get(&format!("{P}/postings?institution=nikt")).await.problem(400, "invalid-parameter");
        let page = anonymous.get(&format!("{P}/postings?sort=-created_at&limit=1")).await.ok(200);
        assert_eq!(page["items"][0]["communique"]["slug"], "komunikat-2017-1");
        admin.delete("/api/v1/institutions/wup-zielona-gora", "*").await.problem(409, "still-referred-to");

        // Late, by who was no signatory yet or any more, of what was withdrawn, not posted at all: not counted.
        let at = |number: &str| format!("{P}/communiques/komunikat-{number}/postings");
        let of = async |number: &str, institution: &str| {
            let page = admin.get(&format!("{}?institution={institution}", at(number))).await.ok(200);
            format!("{}/{}", at(number), page["items"][0]["id"].as_str().unwrap())
        };
        let late = of("2016-4", "wup-zielona-gora").await;
        admin.patch(&late, "*", json!({ "posted_on": "2017-01-02" })).await.ok(200);
        for (institution, then, now) in [
            ("fundacja-pozniejsza-wschowa", json!({ "signed_on": "2016-12-20", "effective_from": null }), json!({ "signed_on": "2017-02-15", "effective_from": null })),
            ("stow-zakonczone-drezdenko", json!({ "withdrawal": { "effective_on": "2016-12-21" } }), json!({ "withdrawal": { "effective_on": "2014-06-30" } })),
        ] {
            let body = json!({ "institution": institution, "posted_on": "2016-12-20", "url": AT });
            let refused = admin.post(&at("2016-4"), body.clone()).await;
            refused.problem(422, "invalid-values");
            assert_eq!(refused.errors(), [("/institution".to_owned(), "conflict".to_owned())]);
            signed_at(&admin, institution, then).await;
            admin.post(&at("2016-4"), body).await.ok(201);
            signed_at(&admin, institution, now).await;
        }
        let later = json!({ "institution": "fundacja-pozniejsza-wschowa", "posted_on": "2017-02-15", "url": AT });
        admin.post(&at("2017-1"), later).await.ok(201);
        admin.post(&at("2017-1"), json!({ "institution": "pup-zary" })).await.ok(201);
        step(&admin, &of("2016-1", "pup-zary").await, "broken").await;
        let withdrawn = json!({ "to": "withdrawn", "effective_on": "2016-12-30" });
        admin.step(&format!("{P}/communiques/komunikat-2016-3"), withdrawn).await.ok(200);
        for (from, to, count) in [("2016-01-01", "2016-12-31", 206), ("2017-01-01", "2017-12-31", 2), ("2016-06-01", "2017-02-14", 139)] {
            let list = listed(&anonymous, &format!("{P}/postings?in_report=true&limit=150&from={from}&to={to}")).await;
            assert_eq!(list, reported(&anonymous, "communique_publications", from, to).await, "{from}");
            assert_eq!(list.len(), count, "{from}");
        }
    }
}

on_both! {
    async fn only_signatories_post(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let own = app.institution("PUP w Żarach").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let representative = app.signed_in_as(Role::InstitutionRep, Some(partnership), Some(own)).await;
        let url = released(&secretariat, "Komunikat", "2016-03-21").await;
        let signed = json!({ "institution": "pup-w-zarach", "signed_on": "2016-03-23", "signing_form": "agreement" });
        secretariat.post(&format!("{P}/signatories"), signed).await.ok(201);
        let of = |day: Option<&str>| json!({ "institution": "pup-w-zarach", "posted_on": day, "url": AT });
        let refused = |answer: crate::support::Answer| {
            answer.problem(422, "invalid-values");
            assert_eq!(answer.errors(), [("/institution".to_owned(), "conflict".to_owned())]);
        };
        // It did not sign until after the release: nothing is expected of it, but from then on it may post.
        refused(secretariat.post(&url, of(None)).await);
        refused(representative.post(&url, of(Some("2016-03-22"))).await);
        let posting = representative.post(&url, of(Some("2016-03-23"))).await.header("location").to_owned();
        refused(representative.patch(&posting, "*", json!({ "posted_on": "2016-03-22" })).await);
        app.institution("PUP w Żaganiu").await;
        refused(secretariat.patch(&posting, "*", json!({ "institution": "pup-w-zaganiu" })).await);
        // Who is expected to post and leaves before does not report it any more.
        signed_at(&secretariat, "pup-w-zarach", json!({ "signed_on": "2008-06-18", "effective_from": null })).await;
        assert_eq!(secretariat.delete(&posting, "*").await.status, 204);
        let posting = secretariat.post(&url, of(None)).await.header("location").to_owned();
        signed_at(&secretariat, "pup-w-zarach", json!({ "withdrawal": { "effective_on": "2016-04-01" } })).await;
        refused(representative.step(&posting, json!({ "to": "reported", "effective_on": "2016-04-01" })).await);
        representative.step(&posting, json!({ "to": "reported", "effective_on": "2016-03-31" })).await.ok(200);
        // What stands is not asked again when it turns out that it had left before.
        signed_at(&secretariat, "pup-w-zarach", json!({ "withdrawal": { "effective_on": "2016-03-01" } })).await;
        representative.patch(&posting, "*", json!({ "url": format!("{AT}-2") })).await.ok(200);
        step(&secretariat, &posting, "broken").await;
        step(&representative, &posting, "reported").await;
    }
}

on_both! {
    async fn what_was_verified_or_waived_is_not_the_reporters_to_change(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let own = app.institution("PUP w Żarach").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let representative = app.signed_in_as(Role::InstitutionRep, Some(partnership), Some(own)).await;
        signed(&secretariat, "pup-w-zarach").await;
        for (title, state) in [("Pierwszy", "verified"), ("Drugi", "waived")] {
            let url = released(&secretariat, title, "2016-03-21").await;
            let body = match state {
                "verified" => json!({ "institution": "pup-w-zarach", "posted_on": "2016-03-22", "url": AT }),
                _ => json!({ "institution": "pup-w-zarach" }),
            };
            let made = representative.post(&url, body).await;
            made.ok(201);
            let posting = made.header("location");
            representative.patch(posting, "*", json!({ "url": "https://pup.example/inny" })).await.ok(200);
            secretariat.step(posting, json!({ "to": state })).await.ok(200);
            representative.patch(posting, "*", json!({ "url": "https://zly.example/" })).await.problem(403, "forbidden");
            representative.delete(posting, "*").await.problem(403, "forbidden");
            assert_eq!(secretariat.delete(posting, "*").await.status, 204);
        }
    }
}
