//! Institutions: the first resource in full, whose pattern the others follow.

use domain::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, TestApp, id, on_both};

const URL: &str = "/api/v1/institutions";

fn pup() -> Value {
    json!({
        "name": "Powiatowy Urząd Pracy w Żarach",
        "kind": "pup",
        "short_name": "PUP w Żarach",
        "name_genitive": "Powiatowego Urzędu Pracy w Żarach",
        "public_body": true,
        "nip": "PL 999-000-00-14",
        "regon": "990000016",
        "seat_terc": "0811021",
        "serves_terc": ["0811"],
        "address": { "postal_code": "68-200", "town": "Żary" },
        "website": "https://pup-zary.example/",
        "email": "kontakt@pup-zary.example",
        "phone": "68 000 00 01",
        "external_ids": [{ "system": "rops", "id": "17" }]
    })
}

async fn names(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("{URL}?{query}")).await.ok(200);
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].as_str().unwrap().to_owned())
        .collect()
}

on_both! {
    async fn created_read_changed_deleted(app: TestApp) {
        let admin = app.admin().await;
        let made = admin.post(URL, pup()).await;
        let body = made.ok(201);
        assert_eq!(body["slug"], "powiatowy-urzad-pracy-w-zarach");
        assert_eq!(body["nip"], "9990000014");
        assert_eq!(body["phone"], "+48680000001");
        assert_eq!(body["sector"], "labour_market_institution");
        assert!(made.header("etag").starts_with("\"1-public."));
        let location = made.header("location").to_owned();
        assert_eq!(location, format!("{URL}/{}", body["id"].as_str().unwrap()));

        // Read back by anyone, by id and by slug: it was committed.
        let read = app.anonymous().get(&location).await;
        assert_eq!(read.ok(200), body);
        assert_eq!(app.anonymous().get(&format!("{URL}/powiatowy-urzad-pracy-w-zarach")).await.ok(200), body);

        let changed = admin.patch(&location, "\"1-public\"", json!({ "phone": null, "address": { "town": "Lubsko" } })).await;
        let changed_body = changed.ok(200);
        assert_eq!(changed_body["phone"], Value::Null);
        assert_eq!(changed_body["address"], json!({ "postal_code": "68-200", "town": "Lubsko" }));
        assert_eq!(changed_body["version"], 2);
        assert!(changed.header("etag").starts_with("\"2-public."));
        assert_eq!(app.anonymous().get(&location).await.ok(200), changed_body);

        assert_eq!(admin.delete(&location, "\"2-public\"").await.status, 204);
        app.anonymous().get(&location).await.problem(404, "not-found");
        // Its slug and REGON are free again.
        admin.post(URL, pup()).await.ok(201);
    }
}

on_both! {
    async fn what_changes_nothing_is_not_a_new_version(app: TestApp) {
        let admin = app.admin().await;
        let made = admin.post(URL, pup()).await;
        let same = admin.patch(made.header("location"), "*", json!({ "nip": "9990000014" })).await;
        assert_eq!(same.ok(200)["version"], 1);
    }
}

on_both! {
    async fn every_broken_rule_is_reported_at_once(app: TestApp) {
        let body = json!({
            "name": " ", "kind": "ministry", "nip": "1234563219", "postal": null, "regon": "12345678"
        });
        let mut body = body;
        body.as_object_mut().unwrap().remove("postal");
        body["address"] = json!({ "postal_code": "65042" });
        body["short_name"] = json!("PESEL 44051401359");
        let answer = app.admin().await.post(URL, body).await;
        answer.problem(422, "invalid-values");
        let mut found = answer.errors();
        found.sort();
        let expected = [
            ("/address/postal_code", "length"),
            ("/kind", "unknown_code"),
            ("/name", "length"),
            ("/nip", "checksum"),
            ("/regon", "length"),
            ("/short_name", "personal_identifier"),
        ];
        let found: Vec<(&str, &str)> = found.iter().map(|(at, code)| (at.as_str(), code.as_str())).collect();
        assert_eq!(found, expected);
        assert!(!answer.text.contains("44051401359"), "the number is echoed");
    }
}

on_both! {
    async fn a_taken_slug_or_regon_is_a_conflict(app: TestApp) {
        let admin = app.admin().await;
        admin.post(URL, pup()).await.ok(201);
        let same_slug = json!({ "name": "Inny", "kind": "pup", "slug": "powiatowy-urzad-pracy-w-zarach" });
        let answer = admin.post(URL, same_slug).await;
        answer.problem(409, "not-unique");
        assert_eq!(answer.errors(), [("/slug".to_owned(), "duplicate".to_owned())]);
        let same_regon = json!({ "name": "Inny urząd", "kind": "pup", "regon": "990000016" });
        let answer = admin.post(URL, same_regon).await;
        answer.problem(409, "not-unique");
        assert_eq!(answer.errors(), [("/regon".to_owned(), "duplicate".to_owned())]);
    }
}

on_both! {
    async fn references_must_lead_somewhere_and_are_kept(app: TestApp) {
        let admin = app.admin().await;
        let gmina = admin.post(URL, json!({ "name": "Gmina Dobiegniew", "kind": "jst_commune" })).await;
        let dangling = json!({ "name": "CIS", "kind": "cis", "operator": "nikt" });
        let answer = admin.post(URL, dangling).await;
        answer.problem(409, "dangling-reference");
        assert_eq!(answer.errors(), [("/operator".to_owned(), "dangling_reference".to_owned())]);
        let cis = json!({ "name": "CIS w Dobiegniewie", "kind": "cis", "operator": "gmina-dobiegniew" });
        let cis = admin.post(URL, cis).await.ok(201);
        assert_eq!(cis["operator"]["name"], "Gmina Dobiegniew");
        admin.delete(gmina.header("location"), "*").await.problem(409, "still-referred-to");
        // Freed, it can go.
        let cis = format!("{URL}/{}", cis["id"].as_str().unwrap());
        admin.patch(&cis, "*", json!({ "operator": null })).await.ok(200);
        assert_eq!(admin.delete(gmina.header("location"), "*").await.status, 204);
    }
}

on_both! {
    async fn only_the_own_representative_and_secretariats_that_hold_it_may_change_it(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let other = app.partnership("Partnerstwo Inne").await;
        let own = app.institution("PUP w Żarach").await;
        let foreign = app.institution("PUP w Żaganiu").await;
        let admin = app.admin().await;
        let signed = json!({ "institution": own, "signed_on": "2010-01-01", "signing_form": "agreement" });
        admin.post(&format!("/api/v1/partnerships/{partnership}/signatories"), signed).await.ok(201);
        let url = |id| format!("{URL}/{id}");
        let change = || json!({ "website": "https://nowa.example/" });

        let rep = app.signed_in_as(Role::InstitutionRep, Some(partnership), Some(own)).await;
        rep.patch(&url(own), "*", change()).await.ok(200);
        rep.patch(&url(foreign), "*", change()).await.problem(403, "forbidden");
        rep.post(URL, pup()).await.problem(403, "forbidden");

        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        secretariat.patch(&url(own), "*", json!({ "website": null })).await.ok(200);
        secretariat.patch(&url(foreign), "*", change()).await.problem(403, "forbidden");
        let stranger = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        stranger.patch(&url(own), "*", change()).await.problem(403, "forbidden");
        stranger.post(URL, pup()).await.ok(201);
    }
}

on_both! {
    async fn found_without_case_and_diacritics_and_sorted_as_poles_sort(app: TestApp) {
        let admin = app.admin().await;
        for name in ["Żary", "Łódź", "Lubsko", "Ćmielów", "Cybinka", "Zielona Góra", "100% Nasz_e"] {
            admin.post(URL, json!({ "name": name, "kind": "jst_commune" })).await.ok(201);
        }
        let anonymous = app.anonymous();
        let sorted = ["100% Nasz_e", "Cybinka", "Ćmielów", "Lubsko", "Łódź", "Zielona Góra", "Żary"];
        assert_eq!(names(&anonymous, "sort=name").await, sorted);
        let reversed: Vec<&str> = sorted.into_iter().rev().collect();
        assert_eq!(names(&anonymous, "sort=-name").await, reversed);
        assert_eq!(names(&anonymous, "q=lodz").await, ["Łódź"]);
        assert_eq!(names(&anonymous, "q=G%C3%93RA").await, ["Zielona Góra"]);
        assert_eq!(names(&anonymous, "q=%25").await, ["100% Nasz_e"]);
        assert_eq!(names(&anonymous, "q=z_e").await, ["100% Nasz_e"]);
        // All the words, in any order.
        assert_eq!(names(&anonymous, "q=gora%20ZIELONA").await, ["Zielona Góra"]);
        assert_eq!(names(&anonymous, "q=nasz_e%20%20%25").await, ["100% Nasz_e"]);
        assert_eq!(names(&anonymous, "q=zielona%20lodz").await, [""; 0]);
        assert_eq!(names(&anonymous, "q=%20").await.len(), 7);
        let many: Vec<String> = (0..66).map(|n| format!("{}{}", n / 10, n % 10)).collect();
        assert_eq!(names(&anonymous, &format!("q={}", many.join("%20"))).await, [""; 0]);
    }
}

on_both! {
    async fn the_sector_is_that_of_the_day(app: TestApp) {
        let admin = app.admin().await;
        let body = json!({
            "name": "Stowarzyszenie", "kind": "association",
            "sector_history": [
                { "sector": "ngo" }, { "sector": "social_economy_entity", "valid_from": "2016-07-01" }
            ]
        });
        admin.post(URL, body).await.ok(201);
        let anonymous = app.anonymous();
        let count = async |query: &str| names(&anonymous, query).await.len();
        assert_eq!(count("sector=ngo&as_of=2016-06-30").await, 1);
        assert_eq!(count("sector=ngo&as_of=2016-07-01").await, 0);
        assert_eq!(count("sector=social_economy_entity,business&as_of=2016-07-01").await, 1);
        assert_eq!(count("sector=social_economy_entity").await, 1);
    }
}

on_both! {
    async fn filters(app: TestApp) {
        let admin = app.admin().await;
        admin.post(URL, pup()).await.ok(201);
        let closed = json!({ "name": "Fundacja", "kind": "foundation", "status": "dissolved", "krs": "0009900001" });
        admin.post(URL, closed).await.ok(201);
        let anonymous = app.anonymous();
        for (query, expected) in [
            ("kind=pup", 1),
            ("kind=pup,foundation", 2),
            ("status=dissolved", 1),
            ("nip=9990000014", 1),
            ("regon=990000016", 1),
            ("krs=0009900001", 1),
            ("seat_terc=08", 1),
            ("seat_terc=02", 0),
            // As bodies may have them.
            ("nip=999-000-00-14", 1),
            ("nip=PL%20999%20000%2000%2014", 1),
            ("regon=%20990000016%20", 1),
            ("seat_terc=0811", 1),
            ("seat_terc=081102", 1),
            ("seat_terc=0811021", 1),
            ("regon=123456785", 0),
        ] {
            assert_eq!(names(&anonymous, query).await.len(), expected, "{query}");
        }
        for query in ["nip=999000001", "nip=abc", "nip=", "regon=99000001", "krs=9900001", "seat_terc=8", "seat_terc=%25", "seat_terc=07"] {
            anonymous.get(&format!("{URL}?{query}")).await.problem(400, "invalid-parameter");
        }
        anonymous.get("/api/v1/partnerships?area_terc=lubuskie").await.problem(400, "invalid-parameter");
        anonymous.get("/api/v1/partnerships?area_terc=08").await.ok(200);
        anonymous.get(&format!("{URL}?kind=ministry")).await.problem(400, "invalid-parameter");
    }
}

on_both! {
    async fn a_list_is_no_object(app: TestApp) {
        let admin = app.admin().await;
        for (body, pointer) in [
            (json!(["PUP", "pup"]), ""),
            (json!({ "name": "PUP", "kind": "pup", "address": ["65-001"] }), "/address"),
            (json!({ "name": "PUP", "kind": "pup", "external_ids": [["rops", "1"]] }), "/external_ids/0"),
        ] {
            let answer = admin.post("/api/v1/institutions", body).await;
            answer.problem(400, "malformed-request");
            assert_eq!(answer.errors(), [(pointer.to_owned(), "type".to_owned())]);
        }
    }
}

on_both! {
    async fn who_is_no_signatory_today_is_not_held(app: TestApp) {
        let partnership = app.partnership("Partnerstwo").await;
        let institution = app.institution("Stowarzyszenie Obce").await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let url = format!("{URL}/stowarzyszenie-obce");
        let own = json!({ "secretariat": { "institution": institution } });
        secretariat.patch(&format!("/api/v1/partnerships/{partnership}"), "*", own).await.ok(200);
        let signatories = format!("/api/v1/partnerships/{partnership}/signatories");
        let signed = json!({ "institution": institution, "signed_on": "2010-01-01", "signing_form": "agreement", "status": "applied" });
        let made = secretariat.post(&signatories, signed).await;
        secretariat.patch(&url, "*", json!({ "short_name": "SO" })).await.problem(403, "forbidden");
        secretariat.patch(made.header("location"), "*", json!({ "status": null })).await.ok(200);
        secretariat.patch(&url, "*", json!({ "short_name": "SO" })).await.ok(200);
        let left = json!({ "withdrawal": { "effective_on": "2015-07-01", "reason": "Spór" } });
        secretariat.patch(made.header("location"), "*", left).await.ok(200);
        secretariat.patch(&url, "*", json!({ "short_name": "S" })).await.problem(403, "forbidden");
        let shown = app.anonymous().get(made.header("location")).await.ok(200);
        assert_eq!(shown["withdrawal"], json!({ "effective_on": "2015-07-01" }));
    }
}

on_both! {
    async fn a_name_that_is_shown_elsewhere_changes_the_tag_there(app: TestApp) {
        let admin = app.admin().await;
        app.institution("Powiat").await;
        admin.post(URL, json!({ "name": "KIS", "kind": "kis", "operator": "powiat" })).await.ok(201);
        let tag = admin.get(&format!("{URL}/kis")).await.header("etag").to_owned();
        admin.patch(&format!("{URL}/powiat"), "*", json!({ "name": "Powiat Żarski" })).await.ok(200);
        let again = admin.send(admin.request("GET", &format!("{URL}/kis")).header("if-none-match", &tag)).await;
        assert_eq!(again.ok(200)["operator"]["name"], "Powiat Żarski");
        // A patch, too, names no field twice.
        let twice = admin.request("PATCH", &format!("{URL}/kis")).header("if-match", &tag).header("content-type", "application/json");
        let twice = admin.send(twice.body("{\"phone\":null,\"phone\":null}")).await;
        twice.problem(400, "malformed-request");
        assert_eq!(twice.errors(), [("/phone".to_owned(), "duplicate".to_owned())]);
    }
}

async fn signed(client: &Client, partnership: Uuid, institution: Uuid, more: Value) -> String {
    let mut body = json!({ "institution": institution, "signed_on": "2010-01-01", "signing_form": "agreement" });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = client
        .post(
            &format!("/api/v1/partnerships/{partnership}/signatories"),
            body,
        )
        .await;
    made.ok(201);
    made.header("location").to_owned()
}

on_both! {
    /// OWASP API 1:2023: whose institution it is does not follow from a record that the caller may write.
    async fn nobody_takes_over_an_institution_that_others_hold(app: TestApp) {
        let (here, there) = (app.partnership("Tutejsze").await, app.partnership("Tamtejsze").await);
        let own = app.institution("PUP w Żarach").await;
        let url = format!("{URL}/{own}");
        let keeper = app.signed_in_as(Role::Secretariat, Some(here), None).await;
        let attacker = app.signed_in_as(Role::Secretariat, Some(there), None).await;
        signed(&keeper, here, own, json!({})).await;
        let accomplice = app.signed_in_as(Role::InstitutionRep, Some(there), Some(own)).await;
        let change = || json!({ "name": "Przejęta", "email": "moja@tamtejsze.example" });
        let refused = async || {
            for client in [&attacker, &accomplice] {
                client.patch(&url, "*", change()).await.problem(403, "forbidden");
                client.delete(&url, "*").await.problem(403, "forbidden");
            }
            let table = "slug,phone\npup-w-zarach,684565699\n";
            let imports = format!("/api/v1/partnerships/{there}/bulk-imports?kind=institution");
            let import = attacker.upload(&imports, "text/csv", table).await.ok(201);
            assert_eq!((&import["status"], &import["counts"]["refused"]), (&json!("refused"), &json!(1)));
        };
        refused().await;
        // Signed, and on an earlier day; deleted, and signed again.
        let early = json!({ "signed_on": "1990-01-01" });
        let signature = signed(&attacker, there, own, early.clone()).await;
        refused().await;
        attacker.delete(&signature, "*").await.ok(204);
        refused().await;
        signed(&attacker, there, own, early).await;
        refused().await;
        // Named as the seat of the own secretariat, or as what another one became.
        let seat = json!({ "secretariat": { "institution": own } });
        attacker.patch(&format!("/api/v1/partnerships/{there}"), "*", seat).await.ok(200);
        let part = json!({ "name": "Oddział", "kind": "pup", "operator": own, "status": "merged", "successor": own });
        attacker.post(URL, part).await.ok(201);
        refused().await;
        // A representative's role is the secretariat's to give, and so is worth nothing where another partnership keeps it.
        let invited = json!({ "email": "wspolnik@tamtejsze.example", "grants": [{ "role": "institution_rep", "partnership": there, "institution": own }] });
        attacker.post("/api/v1/accounts", invited).await.ok(201);
        refused().await;
        // Who keeps it goes on to change it, and whoever holds it is told.
        let at = persistence::change::sequence(&app.db).await.unwrap();
        keeper.patch(&url, "*", json!({ "phone": "68 456 56 10" })).await.ok(200);
        let rep = app.signed_in_as(Role::InstitutionRep, Some(here), Some(own)).await;
        rep.patch(&url, "*", json!({ "website": "https://pup.example/" })).await.ok(200);
        let read = attacker.get(&url).await.ok(200);
        assert_eq!((&read["name"], &read["phone"]), (&json!("PUP w Żarach"), &json!("+48684565610")));
        for (client, partnership) in [(&keeper, here), (&attacker, there)] {
            let feed = format!("/api/v1/partnerships/{partnership}/changes?after={at}&kind=institution");
            let told = client.get(&feed).await.ok(200);
            let fields: Vec<&Value> = told["items"].as_array().unwrap().iter().map(|item| &item["fields"]).collect();
            assert_eq!(fields, [&json!(["phone"]), &json!(["website"])]);
        }
    }
}

on_both! {
    async fn whose_signature_has_stood_the_longest_keeps_the_institution(app: TestApp) {
        let (first, second) = (app.partnership("Pierwsze").await, app.partnership("Drugie").await);
        let institution = app.institution("PUP w Żarach").await;
        let url = format!("{URL}/{institution}");
        let one = app.signed_in_as(Role::Secretariat, Some(first), None).await;
        let two = app.signed_in_as(Role::Secretariat, Some(second), None).await;
        let change = |number: i32| json!({ "phone": format!("68 456 56 {number}") });
        let keeps = async |keeper: &Client, other: &Client, number| {
            keeper.patch(&url, "*", change(number)).await.ok(200);
            other.patch(&url, "*", change(number + 1)).await.problem(403, "forbidden");
        };
        // Recorded first, but only applied for, or in force one day: another one's signature comes before both.
        let applied = signed(&two, second, institution, json!({ "status": "applied", "signed_on": "2001-01-01" })).await;
        let signature = signed(&one, first, institution, json!({})).await;
        keeps(&one, &two, 10).await;
        two.patch(&applied, "*", json!({ "status": null })).await.ok(200);
        keeps(&one, &two, 12).await;
        // Suspended it stands; withdrawn it does not.
        one.patch(&signature, "*", json!({ "suspensions": [{ "starts_on": "2015-06-01" }] })).await.ok(200);
        keeps(&one, &two, 14).await;
        one.patch(&signature, "*", json!({ "status": null, "withdrawal": { "effective_on": "2015-07-01" } })).await.ok(200);
        keeps(&two, &one, 16).await;
        // What is given up does not come back by being written anew.
        one.patch(&signature, "*", json!({ "withdrawal": null })).await.ok(200);
        keeps(&two, &one, 18).await;
        two.delete(&applied, "*").await.ok(204);
        keeps(&one, &two, 20).await;
        // Nor is a signature moved to another institution: it would have stood there for as long.
        let other = app.institution("PUP w Żaganiu").await;
        let moved = one.patch(&signature, "*", json!({ "institution": other })).await;
        moved.problem(422, "invalid-values");
        assert_eq!(moved.errors(), [("/institution".to_owned(), "conflict".to_owned())]);
    }
}

on_both! {
    async fn an_institution_that_nobody_signed_is_changed_by_who_recorded_it(app: TestApp) {
        let (here, there) = (app.partnership("Tutejsze").await, app.partnership("Tamtejsze").await);
        let recorder = app.signed_in_as(Role::Secretariat, Some(here), None).await;
        let stranger = app.signed_in_as(Role::Secretariat, Some(there), None).await;
        let made = recorder.post(URL, pup()).await;
        let institution = id(&made.ok(201));
        let url = made.header("location");
        let colleague = app.signed_in_as(Role::Secretariat, Some(here), None).await;
        colleague.patch(url, "*", json!({ "short_name": "PUP" })).await.ok(200);
        let accomplice = app.signed_in_as(Role::InstitutionRep, Some(there), Some(institution)).await;
        for client in [&stranger, &accomplice] {
            client.patch(url, "*", json!({ "short_name": "Moja" })).await.problem(403, "forbidden");
            client.delete(url, "*").await.problem(403, "forbidden");
        }
        // What an administrator recorded is nobody else's until it is signed.
        let others = format!("{URL}/{}", app.institution("PUP w Żaganiu").await);
        recorder.patch(&others, "*", json!({ "short_name": "Moja" })).await.problem(403, "forbidden");
        // One that came with a table is that of the partnership, whose secretariat takes it back.
        let imports = format!("/api/v1/partnerships/{here}/bulk-imports?kind=institution");
        let import = recorder.upload(&imports, "text/csv", "slug,name,kind\nnowa,Nowa,association\n").await;
        import.ok(201);
        let import = import.header("location");
        recorder.step(import, json!({ "to": "applied" })).await.ok(200);
        let new = format!("{URL}/nowa");
        stranger.patch(&new, "*", json!({ "short_name": "Moja" })).await.problem(403, "forbidden");
        colleague.step(import, json!({ "to": "reverted" })).await.ok(200);
        colleague.get(&new).await.problem(404, "not-found");
    }
}

on_both! {
    /// Whoever does not keep it any more does not take back either what an import did to it.
    async fn an_import_is_not_taken_back_from_who_keeps_the_institution_now(app: TestApp) {
        let (here, there) = (app.partnership("Tutejsze").await, app.partnership("Tamtejsze").await);
        let institution = app.institution("PUP w Żarach").await;
        let former = app.signed_in_as(Role::Secretariat, Some(here), None).await;
        let keeper = app.signed_in_as(Role::Secretariat, Some(there), None).await;
        let signature = signed(&former, here, institution, json!({})).await;
        let imports = format!("/api/v1/partnerships/{here}/bulk-imports?kind=institution");
        let import = former.upload(&imports, "text/csv", "slug,phone\npup-w-zarach,684565610\n").await;
        import.ok(201);
        let import = import.header("location");
        former.step(import, json!({ "to": "applied" })).await.ok(200);
        signed(&keeper, there, institution, json!({})).await;
        former.delete(&signature, "*").await.ok(204);
        let back = former.step(import, json!({ "to": "reverted" })).await;
        assert_eq!((back.status, back.errors()), (409, vec![("/rows/2".to_owned(), "conflict".to_owned())]));
        let read = keeper.get(&format!("{URL}/{institution}")).await.ok(200);
        assert_eq!(read["phone"], "+48684565610");
    }
}

on_both! {
    async fn as_of_a_day_it_has_the_name_and_the_sector_of_that_day(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", crate::import::reference_year()).await.ok(200);
        let url = "/api/v1/institutions/pup-zary";
        let before = admin.get(url).await.ok(200);
        let former = json!({ "name": before["name"], "short_name": before["short_name"], "valid_until": "2017-05-01" });
        let renamed = json!({
            "name": "Centrum Zatrudnienia w Żarach", "short_name": "CZ", "other_names": [former],
            "sector_history": [{ "sector": "labour_market_institution" }, { "sector": "business", "valid_from": "2017-05-01" }]
        });
        admin.patch(url, "*", renamed).await.ok(200);
        let anonymous = app.anonymous();
        let p = "/api/v1/partnerships/partnerstwo-lubuskie";
        for (day, name, sector) in [
            ("2016-12-31", &before["name"], "labour_market_institution"),
            ("2017-05-01", &json!("Centrum Zatrudnienia w Żarach"), "business"),
        ] {
            let shown = anonymous.get(&format!("{url}?as_of={day}")).await.ok(200);
            assert_eq!((&shown["name"], &shown["sector"]), (name, &json!(sector)), "{day}");
            let list = anonymous.get(&format!("/api/v1/institutions?q=zary&kind=pup&as_of={day}")).await.ok(200);
            assert_eq!(&list["items"][0]["name"], name);
            // So do links to it.
            let signatory = anonymous.get(&format!("{p}/signatories?institution=pup-zary&as_of={day}")).await.ok(200)["items"][0].clone();
            assert_eq!(&signatory["institution"]["name"], name);
            let one = anonymous.get(&format!("{p}/signatories/{}?as_of={day}", signatory["id"].as_str().unwrap())).await.ok(200);
            assert_eq!(&one["institution"]["name"], name);
        }
        assert_eq!(anonymous.get(url).await.ok(200)["name"], "Centrum Zatrudnienia w Żarach");
        anonymous.get(&format!("{url}?as_of=x")).await.problem(400, "invalid-parameter");
    }
}
