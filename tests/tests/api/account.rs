//! Accounts: people are invited, services are opened; who may do that, and what becomes of them.

use domain::access::{Grant, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, TestApp, id, on_both};

const URL: &str = "/api/v1/accounts";
const EMAIL: &str = "zaproszona@pup-zary.example";
const NEW: &str = "mleko rower szafa tulipan";

async fn open_ids(client: &Client) -> Vec<String> {
    let page = client.get(&format!("{URL}?limit=200")).await.ok(200);
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

on_both! {
    async fn who_is_invited_sets_a_password_that_nobody_else_knows(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let admin = app.admin().await;
        let grants = json!([{ "role": "secretariat", "partnership": partnership }]);
        let made = admin.post(URL, json!({ "email": EMAIL, "name": "Zofia Żurawska", "grants": grants })).await;
        let account = made.ok(201);
        assert_eq!((&account["status"], &account["kind"]), (&json!("invited"), &json!("person")));
        assert_eq!(account["allowed_transitions"], json!([]));
        assert_eq!(account["grants"][0]["role"], "secretariat");
        let letters = app.letters().await;
        assert_eq!((letters.len(), letters[0].to.as_str()), (1, EMAIL));
        assert!(letters[0].body.contains("założono dla Państwa konto"), "{}", letters[0].body);
        let url = format!("{URL}/{}", account["id"].as_str().unwrap());
        admin.step(&url, json!({ "to": "active" })).await.problem(409, "invalid-transition");
        app.login(EMAIL, NEW).await.problem(401, "bad-credentials");
        // Invited again: the first link is taken back.
        admin.send(admin.request("POST", &format!("{url}/invitations"))).await.ok(202);
        let again = app.letters().await;
        let accept = |link: String| json!({ "link": link, "password": NEW });
        let anonymous = app.anonymous();
        let first = anonymous.post("/api/v1/auth/invitation", accept(letters[0].link())).await;
        first.problem(410, "link-not-valid");
        anonymous.post("/api/v1/auth/invitation", accept(again[0].link())).await.ok(204);
        let me = app.with_token(&app.login(EMAIL, NEW).await.ok(200)).get("/api/v1/auth/me").await.ok(200);
        assert_eq!((&me["name"], &me["roles"][0]["role"]), (&json!("Zofia Żurawska"), &json!("secretariat")));
        admin.send(admin.request("POST", &format!("{url}/invitations"))).await.problem(409, "conflict");
        assert_eq!(admin.get(&url).await.ok(200)["status"], "active");
        admin.post(URL, json!({ "email": EMAIL.to_uppercase() })).await.problem(409, "not-unique");
        let plain = admin.post(URL, json!({ "email": "inna@test.example", "language": null })).await.ok(201);
        assert_eq!((&plain["language"], &plain["kind"]), (&json!("pl"), &json!("person")));
        let robot = admin.post(URL, json!({ "kind": "robot", "name": "Robot", "networks": ["10.0.0.0/8"] })).await;
        assert_eq!(robot.errors(), [("/kind".to_owned(), "unknown_code".to_owned())]);
    }
}

on_both! {
    async fn a_forgotten_invitation_is_sent_again_to_who_asks_for_a_password(app: TestApp) {
        let admin = app.admin().await;
        admin.post(URL, json!({ "email": EMAIL, "language": "en" })).await.ok(201);
        app.pass(8 * 86_400);
        assert!(app.letters().await.is_empty(), "what its link was for is over");
        app.anonymous().post("/api/v1/auth/password-reset", json!({ "email": EMAIL })).await.ok(202);
        let letters = app.letters().await;
        assert!(letters[0].body.contains("an account was opened for you"), "{}", letters[0].body);
    }
}

on_both! {
    async fn a_disabled_account_is_out_at_once_and_may_come_back(app: TestApp) {
        let replica = app.replica().await;
        let account = app.account("osoba@test.example", &[]).await;
        let client = Client { base: replica.base.clone(), ..app.sign_in("osoba@test.example").await };
        let admin = app.admin().await;
        let url = format!("{URL}/{account}");
        let step = json!({ "to": "disabled", "reason": "Koniec zatrudnienia" });
        let tried = admin.request("POST", &format!("{url}/transitions?dry_run=true")).header("If-Match", "*").json(&step);
        assert_eq!(admin.send(tried).await.ok(200)["status"], "disabled");
        client.get("/api/v1/auth/me").await.ok(200);
        admin.step(&url, step).await.ok(200);
        client.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        app.login("osoba@test.example", crate::support::PASSWORD).await.problem(401, "bad-credentials");
        admin.delete(&url, "*").await.problem(409, "still-referred-to");
        admin.step(&url, json!({ "to": "active" })).await.ok(200);
        client.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        app.sign_in("osoba@test.example").await;
    }
}

on_both! {
    async fn a_secretariat_and_a_representative_manage_their_own_people_only(app: TestApp) {
        let (here, there) = (app.partnership("Tutejsze").await, app.partnership("Tamtejsze").await);
        let (own, other) = (app.institution("PUP w Żarach").await, app.institution("PUP w Żaganiu").await);
        let secretariat = app.signed_in_as(Role::Secretariat, Some(here), None).await;
        let rep = app.signed_in_as(Role::InstitutionRep, Some(here), Some(own)).await;
        let stranger = app.account("obca@test.example", &[]).await;
        let invite = |email: &str, grants: Value| json!({ "email": email, "grants": grants });
        let role = |role: &str, partnership: Uuid| json!([{ "role": role, "partnership": partnership }]);
        let of = |institution: Uuid| json!([{ "role": "institution_rep", "partnership": here, "institution": institution }]);
        for (who, grants, status) in [
            (&secretariat, role("council_member", here), 201),
            (&secretariat, role("council_member", there), 403),
            (&secretariat, role("auditor", here), 403),
            (&secretariat, json!([{ "role": "admin" }]), 403),
            (&secretariat, json!([]), 422),
            (&secretariat, of(other), 201),
            (&rep, of(own), 201),
            (&rep, of(other), 403),
            (&rep, role("council_member", here), 403),
        ] {
            let email = format!("{}@test.example", Uuid::now_v7().simple());
            let answer = who.post(URL, invite(&email, grants.clone())).await;
            assert_eq!(answer.status, status, "{grants}: {}", answer.text);
        }
        let service = json!({ "kind": "service", "name": "System", "grants": role("council_member", here) });
        secretariat.post(URL, service).await.problem(403, "forbidden");
        // They see whom they may manage, and nobody else.
        assert_eq!(open_ids(&secretariat).await.len(), 5);
        let colleagues = open_ids(&rep).await;
        assert_eq!(colleagues.len(), 2);
        rep.get(&format!("{URL}/{stranger}")).await.problem(404, "not-found");
        let me = rep.get("/api/v1/auth/me").await.ok(200);
        let colleague = colleagues.iter().find(|found| **found != me["id"]).unwrap();
        let url = format!("{URL}/{colleague}");
        // Who has not accepted is deleted, not disabled.
        rep.step(&url, json!({ "to": "disabled" })).await.problem(409, "invalid-transition");
        rep.delete(&url, "*").await.ok(204);
        let chief = secretariat.get("/api/v1/auth/me").await.ok(200);
        rep.step(&format!("{URL}/{}", chief["id"].as_str().unwrap()), json!({ "to": "disabled" })).await.problem(404, "not-found");
    }
}

on_both! {
    /// Who also works elsewhere is disabled by each partnership for itself, and is no other's to know of.
    async fn each_partnership_sees_and_ends_what_it_gave(app: TestApp) {
        let (here, there) = (app.partnership("Tutejsze").await, app.partnership("Tamtejsze").await);
        let own = app.signed_in_as(Role::Secretariat, Some(here), None).await;
        let other = app.signed_in_as(Role::Secretariat, Some(there), None).await;
        let admin = app.admin().await;
        let member = |partnership| Grant { role: Role::CouncilMember, partnership: Some(partnership), institution: None };
        let account = app.account(EMAIL, &[member(here), member(there)]).await;
        let url = format!("{URL}/{account}");
        let person = app.sign_in(EMAIL).await;
        let held = async || -> Vec<Value> {
            let me = person.get("/api/v1/auth/me").await.ok(200);
            me["roles"].as_array().unwrap().iter().map(|role| role["partnership"].clone()).collect()
        };
        let (at_home, elsewhere) = (json!(here), json!(there));
        let seen = async |client: &Client| -> Value {
            let single = client.get(&url).await.ok(200);
            let page = client.get(&format!("{URL}?q=zaproszona&status={}", single["status"].as_str().unwrap())).await.ok(200);
            assert_eq!(page["items"], json!([single]), "lists and single views agree");
            for status in ["invited", "active", "disabled"] {
                let page = client.get(&format!("{URL}?q=zaproszona&total=true&status={status}")).await.ok(200);
                assert_eq!(page["total"], json!(u8::from(single["status"] == status)), "{status}");
            }
            single
        };
        let places = |view: &Value| -> Vec<Value> { view["grants"].as_array().unwrap().iter().map(|held| held["partnership"].clone()).collect() };
        assert_eq!((places(&seen(&own).await), places(&seen(&other).await)), (vec![at_home.clone()], vec![elsewhere.clone()]));
        assert_eq!(places(&seen(&admin).await).len(), 2);
        // What is the person's own, or everybody's, is for no one partnership.
        own.patch(&url, "*", json!({ "name": "Ktoś" })).await.problem(403, "forbidden");
        own.patch(&url, "*", json!({ "email": "moja@test.example" })).await.problem(403, "forbidden");
        own.get(&format!("{url}/sessions")).await.problem(403, "forbidden");
        own.send(own.request("DELETE", &format!("{url}/second-factor"))).await.problem(403, "forbidden");
        own.delete(&url, "*").await.problem(403, "forbidden");
        // Tried, and done.
        let step = json!({ "to": "disabled", "reason": "Koniec zatrudnienia" });
        let trial = own.request("POST", &format!("{url}/transitions?dry_run=true")).header("If-Match", "*").json(&step);
        assert_eq!(own.send(trial).await.ok(200)["status"], "disabled");
        assert_eq!(held().await, [at_home.clone(), elsewhere.clone()]);
        let disabled = own.step(&url, step.clone()).await.ok(200);
        assert_eq!((&disabled["status"], &disabled["allowed_transitions"]), (&json!("disabled"), &json!(["active"])));
        assert_eq!(disabled["grants"][0]["suspended"], true);
        assert_eq!(held().await, std::slice::from_ref(&elsewhere));
        assert_eq!(seen(&own).await["status"], "disabled");
        own.step(&url, step.clone()).await.problem(409, "invalid-transition");
        let grants = own.get(&format!("/api/v1/grants?account={account}")).await.ok(200);
        assert_eq!((&grants["items"][0]["active"], &grants["items"][0]["suspended"]), (&json!(false), &json!(true)));
        // Others see nothing of it; who is disabled here stays so with another role.
        let view = seen(&other).await;
        assert_eq!((&view["status"], &view["allowed_transitions"], &view["grants"][0]["suspended"]), (&json!("active"), &json!(["disabled"]), &json!(false)));
        assert_eq!(seen(&admin).await["status"], "active");
        let more = json!({ "account": account, "role": "council_chair", "partnership": here });
        assert_eq!(own.post("/api/v1/grants", more).await.ok(201)["suspended"], true);
        assert_eq!(held().await, std::slice::from_ref(&elsewhere));
        own.step(&url, json!({ "to": "active" })).await.ok(200);
        assert_eq!(held().await.len(), 3);
        // Whom an administrator disables is disabled everywhere, and nobody else lets the person in again.
        admin.step(&url, step).await.ok(200);
        person.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        let view = seen(&own).await;
        assert_eq!((&view["status"], &view["allowed_transitions"]), (&json!("disabled"), &json!([])));
        own.step(&url, json!({ "to": "active" })).await.problem(403, "forbidden");
    }
}

/// What an answer says, but for what differs between any two records.
fn alike(answer: &Value, email: &str) -> Value {
    let mut answer = answer.clone();
    for name in [
        "id",
        "account_id",
        "created_at",
        "modified_at",
        "last_used_at",
    ] {
        if let Some(value) = answer.get_mut(name).filter(|value| !value.is_null()) {
            *value = json!(name);
        }
    }
    for part in ["account", "granted_by"] {
        if let Some(inner) = answer.get(part).filter(|value| value.is_object()) {
            answer[part] = alike(inner, email);
        }
    }
    for held in answer
        .get_mut("grants")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        *held = alike(held, email);
    }
    serde_json::from_str(&answer.to_string().replace(email, "EMAIL")).unwrap()
}

on_both! {
    /// OWASP API 3:2023: who else works with somebody is the owner's to tell.
    async fn nobody_is_told_whether_others_know_an_address(app: TestApp) {
        let (here, there) = (app.partnership("Tutejsze").await, app.partnership("Tamtejsze").await);
        let own = app.signed_in_as(Role::Secretariat, Some(here), None).await;
        let other = app.signed_in_as(Role::Secretariat, Some(there), None).await;
        let member = Grant { role: Role::CouncilMember, partnership: Some(there), institution: None };
        let known = app.account(EMAIL, &[member]).await;
        app.account("znana@test.example", &[member]).await;
        other.post(URL, json!({ "email": "oczekiwana@test.example", "grants": [{ "role": "council_chair", "partnership": there }] })).await.ok(201);
        let person = app.sign_in(EMAIL).await;
        app.letters().await;
        let role = json!([{ "role": "council_member", "partnership": here }]);
        let mut told = Vec::new();
        for email in [EMAIL, "nieznana@test.example", "oczekiwana@test.example"] {
            let made = own.post(URL, json!({ "email": email, "grants": role })).await.ok(201);
            assert_eq!(own.get(&format!("{URL}/{}", id(&made))).await.ok(200), made);
            told.push(alike(&made, email));
        }
        for email in ["znana@test.example", "inna@test.example"] {
            let body = json!({ "account": email, "role": "council_member", "partnership": here });
            told.push(alike(&own.post("/api/v1/grants", body).await.ok(201), email));
        }
        assert_eq!((&told[0], &told[0], &told[3]), (&told[1], &told[2], &told[4]));
        assert_eq!((&told[0]["status"], &told[3]["account"]["status"]), (&json!("invited"), &json!("invited")));
        let letters = app.letters().await;
        let mut addresses: Vec<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
        addresses.sort_unstable();
        assert_eq!(addresses, ["inna@test.example", "nieznana@test.example", "oczekiwana@test.example", EMAIL, "znana@test.example"]);
        // One's own one may know, by whichever way it was named.
        own.post(URL, json!({ "email": EMAIL.to_uppercase(), "grants": role })).await.problem(409, "not-unique");
        let again = json!({ "account": EMAIL, "role": "council_member", "partnership": here });
        own.post("/api/v1/grants", again).await.problem(409, "not-unique");
        // Nothing happened to whom it may concern, until they say so.
        let me = person.get("/api/v1/auth/me").await.ok(200);
        assert_eq!(me["roles"].as_array().unwrap().len(), 1);
        assert_eq!(other.get(&format!("{URL}/{known}")).await.ok(200)["grants"].as_array().unwrap().len(), 1);
        own.get(&format!("{URL}/{known}")).await.problem(404, "not-found");
        // By its id nobody names whom they do not see.
        let by_id = json!({ "account": known, "role": "council_member", "partnership": here });
        own.post("/api/v1/grants", by_id).await.problem(409, "dangling-reference");
    }
}

on_both! {
    async fn who_accepts_an_invitation_goes_on_with_the_account_there_was(app: TestApp) {
        let (here, there) = (app.partnership("Tutejsze").await, app.partnership("Tamtejsze").await);
        let own = app.signed_in_as(Role::Secretariat, Some(here), None).await;
        let other = app.signed_in_as(Role::Secretariat, Some(there), None).await;
        let member = Grant { role: Role::CouncilMember, partnership: Some(there), institution: None };
        let known = app.account(EMAIL, &[member]).await;
        let person = app.sign_in(EMAIL).await;
        let role = json!([{ "role": "council_member", "partnership": here }]);
        let invited = id(&own.post(URL, json!({ "email": EMAIL, "grants": role })).await.ok(201));
        let people = format!("/api/v1/partnerships/{here}/people");
        let bound = own.post(&people, json!({ "name": "Zofia Żurawska", "account": invited })).await.ok(201);
        let letters = app.letters().await;
        assert!(letters[0].body.contains("Jeżeli mają już Państwo konto"), "{}", letters[0].body);
        let accept = json!({ "link": letters[0].link(), "password": NEW });
        app.anonymous().post("/api/v1/auth/invitation", accept.clone()).await.ok(204);
        app.anonymous().post("/api/v1/auth/invitation", accept).await.problem(410, "link-not-valid");
        // As after any new password: the owner is told, and signs in anew.
        person.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        let told = app.letters().await;
        assert!(told.iter().any(|letter| letter.to == EMAIL), "the owner is told");
        let me = app.with_token(&app.login(EMAIL, NEW).await.ok(200)).get("/api/v1/auth/me").await.ok(200);
        assert_eq!((&me["id"], me["roles"].as_array().unwrap().len()), (&json!(known), 2));
        assert_eq!(me["people"][0]["id"], bound["id"]);
        own.get(&format!("{URL}/{invited}")).await.problem(404, "not-found");
        for (client, partnership) in [(&own, here), (&other, there)] {
            let view = client.get(&format!("{URL}/{known}")).await.ok(200);
            assert_eq!((view["grants"].as_array().unwrap().len(), &view["grants"][0]["partnership"]), (1, &json!(partnership)));
        }
        // Neither keeps the other from letting the person go.
        other.step(&format!("{URL}/{known}"), json!({ "to": "disabled" })).await.ok(200);
        own.step(&format!("{URL}/{known}"), json!({ "to": "disabled" })).await.ok(200);
        // Whom administrators have disabled nobody lets in by an invitation.
        app.admin().await.step(&format!("{URL}/{known}"), json!({ "to": "disabled" })).await.ok(200);
        let third = app.partnership("Trzecie").await;
        let inviting = app.signed_in_as(Role::Secretariat, Some(third), None).await;
        inviting.post(URL, json!({ "email": EMAIL, "grants": [{ "role": "council_member", "partnership": third }] })).await.ok(201);
        let letter = app.letters().await.remove(0);
        let accept = json!({ "link": letter.link(), "password": NEW });
        app.anonymous().post("/api/v1/auth/invitation", accept).await.problem(410, "link-not-valid");
        app.login(EMAIL, NEW).await.problem(401, "bad-credentials");
    }
}

on_both! {
    async fn one_partnership_invites_an_address_once(app: TestApp) {
        let here = app.partnership("Tutejsze").await;
        let own = app.signed_in_as(Role::Secretariat, Some(here), None).await;
        let mut tries = Vec::new();
        for _ in 0..6 {
            let own = own.clone();
            let body = json!({ "email": EMAIL, "grants": [{ "role": "council_member", "partnership": here }] });
            tries.push(tokio::spawn(async move { own.post(URL, body).await.status }));
        }
        let mut made = Vec::new();
        for one in tries {
            made.push(one.await.unwrap());
        }
        made.sort_unstable();
        assert_eq!(made, [201, 409, 409, 409, 409, 409]);
    }
}

on_both! {
    async fn what_an_account_is_does_not_change_under_its_owner(app: TestApp) {
        let admin = app.admin().await;
        let account = app.account("osoba@test.example", &[]).await;
        let url = format!("{URL}/{account}");
        for (change, pointer) in [
            (json!({ "email": "inna@test.example" }), "/email"),
            (json!({ "grants": [{ "role": "admin" }] }), "/grants"),
            (json!({ "scopes": ["public:read"] }), "/scopes"),
        ] {
            let answer = admin.patch(&url, "*", change).await;
            answer.problem(422, "invalid-values");
            assert_eq!(answer.errors(), [(pointer.to_owned(), "conflict".to_owned())]);
        }
        assert_eq!(admin.patch(&url, "*", json!({ "name": "Ktoś" })).await.ok(200)["name"], "Ktoś");
        // An invitation that went astray is sent to the right address.
        let invited = id(&admin.post(URL, json!({ "email": EMAIL })).await.ok(201));
        app.letters().await;
        let url = format!("{URL}/{invited}");
        admin.patch(&url, "*", json!({ "email": "poprawna@test.example" })).await.ok(200);
        let letters = app.letters().await;
        assert_eq!((letters.len(), letters[0].to.as_str()), (1, "poprawna@test.example"));
        admin.delete(&url, "*").await.ok(204);
        let body = json!({ "link": letters[0].link(), "password": NEW });
        app.anonymous().post("/api/v1/auth/invitation", body).await.problem(410, "link-not-valid");
    }
}

on_both! {
    async fn links_are_seen_and_taken_back(app: TestApp) {
        let admin = app.admin().await;
        let invited = id(&admin.post(URL, json!({ "email": EMAIL })).await.ok(201));
        let links = admin.get(&format!("/api/v1/links?account={invited}&used=false")).await.ok(200);
        let link = &links["items"][0];
        assert_eq!((&link["action"], &link["usable"]), (&json!("accept_invitation"), &json!(true)));
        let letters = app.letters().await;
        assert!(!links.to_string().contains(&letters[0].link()));
        let url = format!("/api/v1/links/{}", link["id"].as_str().unwrap());
        admin.delete(&url, "\"1-x\"").await.ok(204);
        let body = json!({ "link": letters[0].link(), "password": NEW });
        app.anonymous().post("/api/v1/auth/invitation", body).await.problem(410, "link-not-valid");
    }
}

on_both! {
    /// Nobody is locked out by the own hand, and what asks for a password is not got round.
    async fn nobody_does_to_the_own_account_what_administrators_do_to_others(app: TestApp) {
        let admin = app.admin().await;
        let me = admin.get("/api/v1/auth/me").await.ok(200);
        let url = format!("{URL}/{}", me["id"].as_str().unwrap());
        assert_eq!(admin.get(&url).await.ok(200)["allowed_transitions"], json!([]));
        admin.step(&url, json!({ "to": "disabled" })).await.problem(409, "conflict");
        let factor = format!("{url}/second-factor");
        admin.send(admin.request("DELETE", &factor)).await.problem(409, "conflict");
        let grants = admin.get(&format!("/api/v1/grants?account={}", me["id"].as_str().unwrap())).await.ok(200);
        let own = format!("/api/v1/grants/{}", grants["items"][0]["id"].as_str().unwrap());
        admin.delete(&own, "*").await.problem(409, "conflict");
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        for change in [json!({ "ends_on": "2116-12-31" }), json!({ "starts_on": "2116-01-01" }), json!({ "role": "rops", "partnership": partnership })] {
            admin.patch(&own, "*", change).await.problem(409, "conflict");
        }
    }
}

on_both! {
    async fn two_invitations_at_once_leave_one_link(app: TestApp) {
        let admin = app.admin().await;
        let invited = id(&admin.post(URL, json!({ "email": EMAIL })).await.ok(201));
        let url = format!("{URL}/{invited}/invitations");
        let mut senders = Vec::new();
        for _ in 0..8 {
            let (admin, url) = (admin.clone(), url.clone());
            senders.push(tokio::spawn(async move { admin.send(admin.request("POST", &url)).await.status }));
        }
        for sender in senders {
            assert_eq!(sender.await.unwrap(), 202);
        }
        let links = admin.get(&format!("/api/v1/links?account={invited}&used=false")).await.ok(200);
        assert_eq!(links["items"].as_array().unwrap().len(), 1);
    }
}

on_both! {
    async fn an_account_that_a_person_has_is_not_deleted(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let admin = app.admin().await;
        let invited = id(&admin.post(URL, json!({ "email": EMAIL })).await.ok(201));
        let people = format!("/api/v1/partnerships/{partnership}/people");
        let person = admin.post(&people, json!({ "name": "Zofia Żurawska", "account": invited })).await.ok(201);
        let url = format!("{URL}/{invited}");
        admin.delete(&url, "*").await.problem(409, "still-referred-to");
        assert_eq!(admin.get(&url).await.ok(200)["status"], "invited");
        admin.patch(&format!("{people}/{}", id(&person)), "*", json!({ "account": null })).await.ok(200);
        admin.delete(&url, "*").await.ok(204);
    }
}

on_both! {
    /// An account without roles belongs to whoever gives it the first: only administrators do.
    async fn an_account_without_roles_is_not_taken_over(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Lubuskie").await;
        let admin = app.admin().await;
        let secretariat = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        let fresh = id(&admin.post(URL, json!({ "email": EMAIL })).await.ok(201));
        let give = |role: &str| json!({ "account": fresh, "role": role, "partnership": partnership });
        secretariat.post("/api/v1/grants", give("council_member")).await.problem(409, "dangling-reference");
        // Whether there is an account is not told to who may not give the role anyway.
        let unknown = json!({ "account": "nikt@test.example", "role": "auditor", "partnership": partnership });
        secretariat.post("/api/v1/grants", unknown).await.problem(403, "forbidden");
        admin.post("/api/v1/grants", give("council_member")).await.ok(201);
        let url = format!("{URL}/{fresh}");
        secretariat.patch(&url, "*", json!({ "email": "moja@test.example" })).await.problem(403, "forbidden");
        secretariat.patch(&url, "*", json!({ "name": "Zofia Żurawska" })).await.ok(200);
    }
}

on_both! {
    async fn a_service_that_had_a_secret_is_not_deleted(app: TestApp) {
        let admin = app.admin().await;
        let service = id(&admin.post(URL, json!({ "kind": "service", "name": "System" })).await.ok(201));
        let url = format!("{URL}/{service}");
        admin.post(&format!("{url}/secrets"), json!({ "name": "pierwszy" })).await.ok(201);
        let secrets = admin.get(&format!("{url}/secrets")).await.ok(200);
        let secret = format!("{url}/secrets/{}", secrets["items"][0]["id"].as_str().unwrap());
        admin.delete(&secret, "*").await.ok(204);
        admin.delete(&url, "*").await.problem(409, "still-referred-to");
        let unused = id(&admin.post(URL, json!({ "kind": "service", "name": "Inny" })).await.ok(201));
        admin.delete(&format!("{URL}/{unused}"), "*").await.ok(204);
    }
}
