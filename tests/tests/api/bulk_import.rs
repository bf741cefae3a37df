//! Tables whose rows become records: tried when they arrive, applied as a whole, taken back as a whole.

use domain::access::Role;
use domain::bulk_import::{MOST_IMPORTS, MOST_ROWS};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::conventions::walk;
use crate::import::reference_year;
use crate::support::{Answer, Client, TestApp, id, on_both};

const P: &str = "/api/v1/partnerships/partnerstwo-lubuskie";
const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const MONTH: i64 = 30 * 24 * 3600;

/// The reference year, with who keeps its records.
async fn year(app: &TestApp) -> (Client, Uuid) {
    let admin = app.admin().await;
    let file = reference_year();
    admin.post("/api/v1/imports", file).await.ok(200);
    let partnership = id(&admin.get(P).await.ok(200));
    let role = Role::Secretariat;
    let keeper = app.signed_in_as(role, Some(partnership), None).await;
    (keeper, partnership)
}

async fn sent(client: &Client, kind: &str, table: &str) -> Answer {
    let url = format!("{P}/bulk-imports?kind={kind}");
    client.upload(&url, CSV, table.to_owned()).await
}

/// Sends a table all of whose rows can be taken: where its import stands.
async fn validated(client: &Client, kind: &str, table: &str) -> String {
    let answer = sent(client, kind, table).await;
    let import = answer.ok(201);
    let url = answer.header("location").to_owned();
    let rows = client.get(&format!("{url}/rows?outcome=refused")).await;
    assert_eq!(import["status"], "validated", "{}", rows.text);
    url
}

async fn rows(client: &Client, import: &str) -> Vec<Value> {
    walk(client, &format!("{import}/rows")).await
}

fn counts(import: &Value) -> [u64; 4] {
    ["created", "updated", "unchanged", "refused"]
        .map(|outcome| import["counts"][outcome].as_u64().unwrap())
}

async fn sequence(app: &TestApp) -> i64 {
    persistence::change::sequence(&app.db).await.unwrap()
}

async fn apply(client: &Client, import: &str) -> Answer {
    client.step(import, json!({ "to": "applied" })).await
}

async fn revert(client: &Client, import: &str) -> Answer {
    client.step(import, json!({ "to": "reverted" })).await
}

on_both! {
    async fn a_table_is_tried_applied_and_taken_back(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let known = keeper.get("/api/v1/institutions/wup-zielona-gora").await.ok(200);
        let table = "\u{feff}name;kind;address.town;phone;public_body;slug\r\n\
            Stowarzyszenie „Żuraw”;association;Żary;68 456 56 10;nie;\r\n\
            ;;;68 456 56 99;;wup-zielona-gora\r\n\
            Ośrodek Pomocy Społecznej w Łęknicy;ops;Łęknica;;tak;ops-leknica\r\n";
        let at = sequence(&app).await;
        let answer = sent(&keeper, "institution&file_name=instytucje.csv", table).await;
        let import = answer.ok(201);
        // Of the trial nothing is told; of the import, that it is there.
        assert_eq!(sequence(&app).await, at + 1);
        let url = answer.header("location").to_owned();
        assert_eq!(counts(&import), [2, 1, 0, 0]);
        assert_eq!((&import["status"], &import["allowed_transitions"]), (&json!("validated"), &json!(["applied"])));
        assert_eq!((&import["kind"], &import["file_name"]), (&json!("institution"), &json!("instytucje.csv")));
        // Tried, and undone.
        keeper.get("/api/v1/institutions/ops-leknica").await.problem(404, "not-found");
        let preview = rows(&keeper, &url).await;
        let outcomes: Vec<&Value> = preview.iter().map(|row| &row["outcome"]).collect();
        assert_eq!(outcomes, ["created", "updated", "created"]);
        assert_eq!(preview[0]["number"], 2);
        assert_eq!(preview[0]["after"]["phone"], "+48684565610");
        assert_eq!((&preview[1]["before"], &preview[1]["after"]), (&json!({ "phone": known["phone"] }), &json!({ "phone": "+48684565699" })));
        assert_eq!(preview[1]["record"], known["id"]);
        // What a trial says is what happens.
        let step = json!({ "to": "applied", "reason": "Porządkowanie rejestru" });
        let at = sequence(&app).await;
        let trial = format!("{url}/transitions?dry_run=true");
        let request = keeper.request("POST", &trial).header("if-match", "*").json(&step);
        assert_eq!(keeper.send(request).await.ok(200)["status"], "applied");
        assert_eq!(sequence(&app).await, at);
        let applied = keeper.step_at(&url, answer.header("etag"), step).await.ok(200);
        assert_eq!((&applied["status"], &applied["allowed_transitions"]), (&json!("applied"), &json!(["reverted"])));
        let new = keeper.get("/api/v1/institutions/ops-leknica").await.ok(200);
        assert_eq!((&new["id"], &new["address"]["town"], &new["public_body"]), (&preview[2]["record"], &json!("Łęknica"), &json!(true)));
        let changed = keeper.get("/api/v1/institutions/wup-zielona-gora").await.ok(200);
        assert_eq!((&changed["phone"], &changed["name"]), (&json!("+48684565699"), &known["name"]));
        // A second time changes nothing, and nothing is applied twice.
        let again = sent(&keeper, "institution", table).await.ok(201);
        assert_eq!(counts(&again), [0, 0, 3, 0]);
        apply(&keeper, &url).await.problem(409, "invalid-transition");
        let reverted = revert(&keeper, &url).await.ok(200);
        assert_eq!((&reverted["status"], &reverted["allowed_transitions"]), (&json!("reverted"), &json!([])));
        keeper.get("/api/v1/institutions/ops-leknica").await.problem(404, "not-found");
        let back = keeper.get("/api/v1/institutions/wup-zielona-gora").await.ok(200);
        assert_eq!((&back["phone"], &back["version"]), (&known["phone"], &json!(3)));
        // Who follows the changes hears of each record, as if it had been written alone.
        let changes = walk_changes(&app.admin().await, at).await;
        let told: Vec<&Value> = changes.iter().filter(|change| change["kind"] == "institution").map(|change| &change["op"]).collect();
        assert_eq!(told, ["created", "updated", "created", "deleted", "updated", "deleted"]);
    }
}

async fn walk_changes(client: &Client, after: i64) -> Vec<Value> {
    let url = format!("/api/v1/changes?after={after}&limit=200");
    client.get(&url).await.ok(200)["items"]
        .as_array()
        .unwrap()
        .clone()
}

on_both! {
    async fn every_row_that_cannot_be_taken_says_why(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let table = "name,kind,slug,regon,nip,operator,id,sector\n\
            A,association,,123456786,1,,,\n\
            B,guild,,,,nikt,,\n\
            C,association,c,,,,,\n\
            C,association,c,,,,,\n\
            ,association,,,,,,\n\
            D,association,,,,,00000000-0000-7000-8000-000000000000,\n\
            E,association,,,,,,business\n\
            FF,association,,,,,,ngo,x\n\
            G,association,g,990000134,,,,\n\
            H,association,h,,,,,\n";
        let answer = sent(&keeper, "institution", table).await;
        let import = answer.ok(201);
        assert_eq!((counts(&import), &import["status"]), ([2, 0, 0, 8], &json!("refused")));
        let url = answer.header("location").to_owned();
        let refused = walk(&keeper, &format!("{url}/rows?outcome=refused&limit=3")).await;
        let why = refused.iter().map(|row| {
            let errors = row["errors"].as_array().unwrap().iter();
            let errors = errors.map(|error| format!("{}={}", error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()));
            format!("{}: {} {}", row["number"], row["problem"].as_str().unwrap(), errors.collect::<Vec<_>>().join(" "))
        });
        assert_eq!(why.collect::<Vec<_>>(), [
            "2: invalid-values /nip=length /regon=checksum",
            "3: dangling-reference /operator=dangling_reference",
            "5: invalid-values =duplicate",
            "6: invalid-values /name=required",
            "7: dangling-reference /id=dangling_reference",
            "8: invalid-values /sector=conflict",
            "9: invalid-values /columns/I=unknown_field",
            // What only the database knows; the rows after it are tried all the same.
            "10: not-unique /regon=duplicate",
        ]);
        assert!(refused[0]["errors"][0]["detail"].as_str().unwrap().len() > 5);
        apply(&keeper, &url).await.problem(409, "invalid-transition");
        // As a table, to be mended there.
        let csv = keeper.get(&format!("{url}/rows.csv?outcome=refused")).await;
        assert_eq!((csv.status, csv.text.lines().count()), (200, 9), "{}", csv.text);
    }
}

on_both! {
    async fn a_list_is_exported_worked_on_and_sent_back(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let person = json!({ "name": "Zofia Żurawska", "email": "z@wup.example", "phone": "+48684565610", "institution": "wup-zielona-gora" });
        keeper.post(&format!("{P}/people"), person).await.ok(201);
        let lists = [
            ("institution", "/api/v1/institutions"), ("signatory", &format!("{P}/signatories")),
            ("person", &format!("{P}/people")), ("meeting", &format!("{P}/meetings")),
        ];
        for (kind, list) in lists {
            let total = keeper.get(&format!("{list}?total=true")).await.ok(200)["total"].as_u64().unwrap();
            let csv = keeper.get(&format!("{list}.csv")).await;
            let import = sent(&keeper, kind, &csv.text).await.ok(201);
            assert_eq!(counts(&import), [0, 0, total, 0], "{kind} as CSV");
            let xlsx = keeper.request("GET", &format!("{list}.xlsx")).send().await.unwrap().bytes().await.unwrap();
            let url = format!("{P}/bulk-imports?kind={kind}&empty_cells=clear");
            let answer = keeper.upload(&url, XLSX, xlsx).await;
            assert_eq!(counts(&answer.ok(201)), [0, 0, total, 0], "{kind} as XLSX");
        }
        // Worked on: a value that is there, one that is cleared, and one that somebody else changed meanwhile.
        let exported = keeper.get(&format!("{P}/people.csv")).await.text;
        let worked_on = exported.replace("z@wup.example", "zofia@wup.example").replace("'+48684565610", "");
        let url = format!("{P}/bulk-imports?kind=person&empty_cells=clear");
        let answer = keeper.upload(&url, CSV, worked_on.clone()).await;
        let import = answer.header("location").to_owned();
        assert_eq!(counts(&answer.ok(201)), [0, 1, 0, 0]);
        assert_eq!(rows(&keeper, &import).await[0]["after"], json!({ "email": "zofia@wup.example", "phone": null }));
        let kept = sent(&keeper, "person", &worked_on).await;
        assert_eq!(rows(&keeper, kept.header("location")).await[0]["after"], json!({ "email": "zofia@wup.example" }));
        apply(&keeper, &import).await.ok(200);
        let stale = sent(&keeper, "person", &exported).await;
        assert_eq!(counts(&stale.ok(201)), [0, 0, 0, 1]);
        let row = rows(&keeper, stale.header("location")).await.remove(0);
        let pointers: Vec<&Value> = row["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
        assert_eq!(pointers, ["/version", "/modified_at"]);
    }
}

on_both! {
    async fn a_row_finds_its_record_by_what_people_write(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let own = json!({ "name": "Gminny Ośrodek Pomocy Społecznej", "kind": "ops", "slug": "gops-a", "address": { "town": "Przewóz" } });
        keeper.post("/api/v1/institutions", own).await.ok(201);
        let numbered = json!({ "name": "Spółdzielnia Socjalna", "kind": "social_cooperative", "slug": "spoldzielnia", "regon": "123456785" });
        keeper.post("/api/v1/institutions", numbered).await.ok(201);
        let table = "name,kind,address.town,regon\n\
            Gminny Ośrodek Pomocy Społecznej,ops,Tuplice,\n\
            Gminny Ośrodek Pomocy Społecznej,ops,Przewóz,990000016\n\
            Spółdzielnia Socjalna „Nowa nazwa”,social_cooperative,,123456785\n";
        // Nobody holds them yet: an administrator may change them.
        let admin = app.admin().await;
        let answer = sent(&admin, "institution", table).await;
        let url = answer.header("location").to_owned();
        let outcomes: Vec<(Value, Value)> = rows(&keeper, &url).await.into_iter().map(|row| (row["outcome"].clone(), row["problem"].clone())).collect();
        // One of the same name elsewhere is another one, whose slug is taken: it has to be told apart.
        assert_eq!(outcomes[0], (json!("created"), Value::Null), "{}", answer.text);
        assert_eq!((&outcomes[1].0, &outcomes[2].0), (&json!("updated"), &json!("updated")));
        apply(&admin, &url).await.ok(200);
        let found = keeper.get("/api/v1/institutions?regon=123456785").await.ok(200);
        assert_eq!((&found["items"][0]["slug"], &found["items"][0]["name"]), (&json!("spoldzielnia"), &json!("Spółdzielnia Socjalna „Nowa nazwa”")));
        let people = "name,email,institution.regon,phone\n\
            Jan Łoś,jan@spoldzielnia.example,123456785,\n\
            Anna Ćma,,123456785,684565611\n";
        let import = validated(&keeper, "person", people).await;
        apply(&keeper, &import).await.ok(200);
        let changed = "name,email,institution,phone\n\
            Jan Łoś,jan@spoldzielnia.example,,684565612\n\
            Anna Ćma,anna@spoldzielnia.example,spoldzielnia,\n";
        let answer = sent(&keeper, "person", changed).await;
        assert_eq!(counts(&answer.ok(201)), [0, 2, 0, 0]);
        apply(&keeper, answer.header("location")).await.ok(200);
        let people = walk(&keeper, &format!("{P}/people")).await;
        let people: Vec<(&str, &str)> = people.iter().map(|person| (person["name"].as_str().unwrap(), person["phone"].as_str().unwrap())).collect();
        assert_eq!(people, [("Anna Ćma", "+48684565611"), ("Jan Łoś", "+48684565612")]);
        let signatories = "institution.regon;signed_on;signing_form\n123456785;01.07.2016;accession_declaration\n";
        let import = validated(&keeper, "signatory", signatories).await;
        apply(&keeper, &import).await.ok(200);
        let again = sent(&keeper, "signatory", signatories).await;
        assert_eq!(counts(&again.ok(201)), [0, 0, 1, 0]);
        let left = "institution,withdrawal.effective_on\nspoldzielnia,2016-12-01\n";
        let answer = sent(&keeper, "signatory", left).await;
        assert_eq!(counts(&answer.ok(201)), [0, 1, 0, 0]);
        let meetings = "title;kind;held_on;starts_at;target_sectors;host.regon\n\
            Forum spółdzielni;information;;24.11.2016 10:00;ngo; 123456785 \n\
            Forum spółdzielni;information;25.11.2016;;ngo;business;123456785\n";
        let answer = sent(&keeper, "meeting", meetings).await;
        assert_eq!(counts(&answer.ok(201)), [1, 0, 0, 1], "{:?}", rows(&keeper, answer.header("location")).await);
        let row = rows(&keeper, answer.header("location")).await.remove(0);
        assert_eq!((&row["after"]["starts_at"], &row["after"]["held_on"], &row["after"]["slug"]), (&json!("2016-11-24T09:00:00Z"), &json!("2016-11-24"), &json!("forum-spoldzielni")));
    }
}

on_both! {
    async fn all_rows_are_applied_or_none(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let table = "slug,name,kind,phone\nnowa,Nowa,association,\npup-zary,,,684565610\nwup-zielona-gora,,,684565611\n";
        let import = validated(&keeper, "institution", table).await;
        let meanwhile = json!({ "short_name": "WUP ZG" });
        keeper.patch("/api/v1/institutions/wup-zielona-gora", "*", meanwhile).await.ok(200);
        let namesake = json!({ "name": "Nowa inna", "slug": "nowa", "kind": "association" });
        keeper.post("/api/v1/institutions", namesake).await.ok(201);
        let at = sequence(&app).await;
        let answer = apply(&keeper, &import).await;
        let problem = answer.problem(409, "conflict");
        assert!(problem["detail"].as_str().unwrap().contains("przesłać tabelę jeszcze raz"), "{problem}");
        let mut rows: Vec<String> = answer.errors().into_iter().map(|(pointer, _)| pointer).collect();
        rows.sort();
        assert_eq!(rows, ["/rows/2", "/rows/4"]);
        assert_eq!(sequence(&app).await, at);
        assert_eq!(keeper.get(&import).await.ok(200)["status"], "validated");
        // Sent again, it says what would become of it now.
        let admin = app.admin().await;
        assert_eq!(counts(&sent(&admin, "institution", table).await.ok(201)), [0, 3, 0, 0]);
    }
}

on_both! {
    async fn nothing_is_taken_back_that_was_built_on(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let table = "slug,name,kind,operator,phone\n\
            gmina-x,Gmina X,jst_commune,,\ncis-x,CIS X,cis,gmina-x,\nngo-x,NGO X,association,,\npup-zary,,,,684565610\n";
        let import = validated(&keeper, "institution", table).await;
        apply(&keeper, &import).await.ok(200);
        assert_eq!(keeper.get("/api/v1/institutions/cis-x").await.ok(200)["operator"]["slug"], "gmina-x");
        let signatory = json!({ "institution": "ngo-x", "signed_on": "2016-05-01", "signing_form": "accession_declaration" });
        let signatory = keeper.post(&format!("{P}/signatories"), signatory).await;
        signatory.ok(201);
        let admin = app.admin().await;
        admin.patch("/api/v1/institutions/pup-zary", "*", json!({ "short_name": "PUP Żary" })).await.ok(200);
        let at = sequence(&app).await;
        let answer = revert(&keeper, &import).await;
        answer.problem(409, "conflict");
        let mut errors: Vec<String> = answer.errors().into_iter().map(|(pointer, _)| pointer).collect();
        errors.sort();
        assert_eq!(errors, ["/rows/4", "/rows/5"]);
        assert_eq!(sequence(&app).await, at);
        keeper.delete(signatory.header("location"), "*").await.ok(204);
        admin.patch("/api/v1/institutions/pup-zary", "*", json!({ "short_name": "PUP w Żarach" })).await.ok(200);
        // Changed there and back is changed: what the import gave is not what stands.
        assert_eq!(revert(&keeper, &import).await.errors(), [("/rows/5".to_owned(), "conflict".to_owned())]);
        let other = validated(&keeper, "institution", "slug,name,kind,operator\ngmina-y,Gmina Y,jst_commune,\ncis-y,CIS Y,cis,gmina-y\n").await;
        apply(&keeper, &other).await.ok(200);
        revert(&keeper, &other).await.ok(200);
        keeper.get("/api/v1/institutions/gmina-y").await.problem(404, "not-found");
    }
}

on_both! {
    async fn who_may_write_the_records_may_import_them(app: TestApp) {
        let (keeper, partnership) = year(&app).await;
        let table = "name,kind\nA,association\n";
        sent(&app.anonymous(), "institution", table).await.problem(401, "unauthenticated");
        let institution = id(&keeper.get("/api/v1/institutions/pup-zary").await.ok(200));
        let rep = app.signed_in_as(Role::InstitutionRep, Some(partnership), Some(institution)).await;
        sent(&rep, "institution", table).await.problem(403, "forbidden");
        let admin = app.admin().await;
        let other = json!({ "name": "Partnerstwo Inne", "slug": "inne", "founded_on": "2010-01-01" });
        let other = id(&admin.post("/api/v1/partnerships", other).await.ok(201));
        let stranger = app.signed_in_as(Role::Secretariat, Some(other), None).await;
        sent(&stranger, "institution", table).await.problem(403, "forbidden");
        let import = validated(&keeper, "institution", table).await;
        stranger.get(&import).await.problem(403, "forbidden");
        stranger.get(&format!("{import}/rows")).await.problem(403, "forbidden");
        let elsewhere = import.replace("partnerstwo-lubuskie", "inne");
        stranger.get(&elsewhere).await.problem(404, "not-found");
        // An institution that others keep is not changed by a table either, signed or not.
        let signed = json!({ "institution": "pup-zary", "signed_on": "2012-01-01", "signing_form": "agreement" });
        let url = "/api/v1/partnerships/inne/bulk-imports?kind=institution";
        let answer = stranger.upload(url, CSV, "slug,phone\npup-zary,684565610\n").await;
        let rows_url = format!("{}/rows", answer.header("location"));
        assert_eq!(stranger.get(&rows_url).await.ok(200)["items"][0]["problem"], "forbidden");
        admin.post("/api/v1/partnerships/inne/signatories", signed).await.ok(201);
        let answer = stranger.upload(url, CSV, "slug,phone\npup-zary,684565610\n").await;
        assert_eq!(counts(&answer.ok(201)), [0, 0, 0, 1]);
        // A service that may write records, and no people.
        let scopes = ["records:write", "personal:read"];
        let (_, service) = app.service(Role::Secretariat, partnership, &scopes).await;
        sent(&service, "person", "name\nZofia Żurawska\n").await.problem(403, "forbidden");
        let people = validated(&keeper, "person", "name\nZofia Żurawska\n").await;
        service.get(&format!("{people}/rows")).await.problem(403, "forbidden");
        apply(&service, &people).await.problem(403, "forbidden");
    }
}

on_both! {
    async fn what_is_no_table_is_refused(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let url = format!("{P}/bulk-imports?kind=institution");
        keeper.post(&url, json!({})).await.problem(415, "unsupported-media-type");
        keeper.upload(&url, "text/csv; charset=klingon", "name\nA\n").await.problem(415, "unsupported-media-type");
        keeper.upload(&url, CSV, b"name\n\xff\n".to_vec()).await.problem(400, "malformed-request");
        keeper.upload(&url, XLSX, "name\nA\n").await.problem(400, "malformed-request");
        keeper.upload(&url, CSV, "").await.problem(400, "malformed-request");
        keeper.upload(&url, CSV, "x".repeat(2 * 1024 * 1024 + 1)).await.problem(413, "too-large");
        keeper.upload(&url, CSV, "name\n".to_owned() + &"x\n".repeat(MOST_ROWS + 1)).await.problem(400, "malformed-request");
        let wrong = keeper.upload(&url, CSV, "name,nazwa,name,external_ids\nA,,,\n").await;
        wrong.problem(422, "invalid-values");
        assert_eq!(wrong.errors(), [("/columns/B".to_owned(), "unknown_field".to_owned()), ("/columns/C".to_owned(), "duplicate".to_owned())]);
        sent(&keeper, "recommendation", "title\nA\n").await.problem(422, "invalid-values");
        keeper.upload(&format!("{P}/bulk-imports"), CSV, "name\nA\n").await.problem(400, "invalid-parameter");
        let polish = "name;kind\nSpółdzielnia „Źródło”;social_cooperative\n";
        let (old, ..) = encoding_rs::WINDOWS_1250.encode(polish);
        let answer = keeper.upload(&url, "text/csv; charset=windows-1250", old.into_owned()).await;
        assert_eq!(rows(&keeper, answer.header("location")).await[0]["name"], "Spółdzielnia „Źródło”");
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, cell) in (0..).zip(["name", "kind"]) {
            sheet.write_string(0, column, cell).unwrap();
        }
        sheet.write_string(1, 0, "=HYPERLINK(\"x\")").unwrap();
        sheet.write_string(1, 1, "association").unwrap();
        let answer = keeper.upload(&url, XLSX, book.save_to_buffer().unwrap()).await;
        assert_eq!(rows(&keeper, answer.header("location")).await[0]["after"]["name"], "=HYPERLINK(\"x\")");
    }
}

on_both! {
    async fn a_retry_is_no_second_import_and_two_do_not_apply_one_twice(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let url = format!("{P}/bulk-imports?kind=meeting");
        let table = "title,kind,held_on\nForum,information,2016-10-01\nForum,information,2016-10-02\n";
        let send = |table: &'static str| {
            let request = keeper.request("POST", &url).header("content-type", CSV).header("idempotency-key", "raz");
            keeper.send(request.body(table))
        };
        let (first, second) = (send(table).await, send(table).await);
        assert_eq!((first.ok(201), first.header("location")), (second.ok(201), second.header("location")));
        send("title,kind,held_on\nInne,information,2016-10-01\n").await.problem(422, "key-reused");
        assert_eq!(keeper.get(&format!("{P}/bulk-imports?total=true")).await.ok(200)["total"], 1);
        // Two replicas, one table each of two secretaries, at the same moment.
        let import = first.header("location").to_owned();
        let twin = validated(&keeper, "meeting", table).await;
        let other = app.replica().await;
        let elsewhere = Client { base: other.base.clone(), ..keeper.clone() };
        let answers = tokio::join!(apply(&keeper, &import), apply(&elsewhere, &import), apply(&elsewhere, &twin));
        let mut statuses = [answers.0.status, answers.1.status, answers.2.status];
        statuses.sort();
        assert!(statuses[0] == 200 && statuses[1] >= 409, "{statuses:?}");
        let held = keeper.get(&format!("{P}/meetings?q=Forum&from=2016-10-01&to=2016-10-02&total=true")).await.ok(200);
        assert_eq!(held["total"], 2, "{held}");
    }
}

on_both! {
    async fn imports_are_kept_for_a_month_and_not_without_end(app: TestApp) {
        let (keeper, partnership) = year(&app).await;
        let import = validated(&keeper, "person", "name\nZofia Żurawska\n").await;
        apply(&keeper, &import).await.ok(200);
        for _ in 1..MOST_IMPORTS {
            validated(&keeper, "institution", "name,kind\nA,association\n").await;
        }
        sent(&keeper, "institution", "name,kind\nA,association\n").await.problem(409, "conflict");
        let listed = walk(&keeper, &format!("{P}/bulk-imports?kind=institution&status=validated")).await;
        assert_eq!(listed.len() as u64, MOST_IMPORTS - 1);
        let one = format!("{P}/bulk-imports/{}", listed[0]["id"].as_str().unwrap());
        keeper.delete(&one, "*").await.ok(204);
        validated(&keeper, "institution", "name,kind\nA,association\n").await;
        app.pass(MONTH + 1);
        api::bulk_import::forget(&app.state).await.unwrap();
        let keeper = app.signed_in_as(Role::Secretariat, Some(partnership), None).await;
        keeper.get(&import).await.problem(404, "not-found");
        assert_eq!(keeper.get(&format!("{P}/bulk-imports?total=true")).await.ok(200)["total"], 0);
        let rows = "DO $$ BEGIN IF EXISTS (SELECT 1 FROM bulk_import_row) THEN RAISE EXCEPTION 'rows are left'; END IF; END $$";
        if app.execute("SELECT 1 FROM pg_class").await.is_ok() {
            app.execute(rows).await.unwrap();
        }
        // What was applied stays.
        assert_eq!(walk(&keeper, &format!("{P}/people")).await[0]["name"], "Zofia Żurawska");
    }
}

/// Why rows are refused: the number of each, and the pointer, code and column of what is wrong with it.
fn why(rows: &[Value]) -> Vec<String> {
    let refused = rows.iter().filter(|row| row["outcome"] == "refused");
    let faults = refused.flat_map(|row| {
        let errors = row["errors"].as_array().unwrap().iter();
        errors.map(move |error| {
            let text = |name: &str| error[name].as_str().unwrap_or("?").to_owned();
            let [pointer, code, column, heading] =
                ["pointer", "code", "column", "heading"].map(text);
            format!("{} {pointer} {code} {column} {heading}", row["number"])
        })
    });
    faults.collect()
}

on_both! {
    async fn people_are_known_by_address_and_name_within_an_institution(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let people = format!("{P}/people");
        let jan = json!({ "name": "Jan Kowalski", "email": "Sekretariat@wup.example", "institution": "wup-zielona-gora" });
        let jan = keeper.post(&people, jan).await.ok(201);
        let table = "name,email,institution,phone\n\
            Anna Nowak,sekretariat@wup.example,pup-zary,\n\
            jan kowalski,SEKRETARIAT@WUP.example,wup-zielona-gora,684565610\n\
            Ewa Lis,sekretariat@wup.example,wup-zielona-gora,\n\
            Ewa Wilk,sekretariat@wup.example,wup-zielona-gora,\n\
            Jan Kowalski,jan@pup.example,pup-zary,\n";
        let import = validated(&keeper, "person", table).await;
        let tried = rows(&keeper, &import).await;
        let outcomes: Vec<&Value> = tried.iter().map(|row| &row["outcome"]).collect();
        assert_eq!(outcomes, ["created", "updated", "created", "created", "created"]);
        assert_eq!(tried[1]["record"], jan["id"]);
        apply(&keeper, &import).await.ok(200);
        assert_eq!(counts(&sent(&keeper, "person", table).await.ok(201)), [0, 0, 5, 0]);
        let names = async |email: &str| -> Vec<Value> {
            let list = walk(&keeper, &format!("{people}?email={email}")).await;
            list.iter().map(|person| person["name"].clone()).collect()
        };
        assert_eq!(names("SEKRETARIAT%40wup.example").await, ["Anna Nowak", "Ewa Lis", "Ewa Wilk", "jan kowalski"]);
        assert_eq!(names("nikt%40wup.example").await, [""; 0]);
        keeper.get(&format!("{people}?email=sekretariat")).await.problem(400, "invalid-parameter");
        // Married, at the same address; at a new address; at another institution; a name alone.
        let unclear = "name,email,institution\n\
            Jan Kowalski-Lis,sekretariat@wup.example,wup-zielona-gora\n\
            Jan Kowalski,jan@wup.example,wup-zielona-gora\n\
            Jan Kowalski,sekretariat@wup.example,pup-zagan\n\
            Jan Kowalski,,\n";
        let answer = sent(&keeper, "person", unclear).await;
        assert_eq!(counts(&answer.ok(201)), [0, 0, 0, 4]);
        let url = answer.header("location").to_owned();
        let refused = rows(&keeper, &url).await;
        for row in &refused {
            let candidates = row["candidates"].as_array().unwrap();
            assert!(candidates.contains(&jan["id"]) && row["record"].is_null(), "{row}");
            assert_eq!((&row["problem"], &row["errors"][0]["code"]), (&json!("not-unique"), &json!("ambiguous")));
        }
        // Its id tells.
        let told = format!("id,name\n{},Jan Kowalski-Lis\n", jan["id"].as_str().unwrap());
        let import = validated(&keeper, "person", &told).await;
        apply(&keeper, &import).await.ok(200);
        assert_eq!(keeper.get(&format!("{people}/{}", id(&jan))).await.ok(200)["name"], "Jan Kowalski-Lis");
        // Who is erased is not named any more by rows that may have been about them either.
        let erasure = format!("{people}/{}/erasure", id(&jan));
        keeper.send(keeper.request("POST", &erasure)).await.ok(204);
        let left: Vec<Value> = rows(&keeper, &url).await.iter().map(|row| row["name"].clone()).collect();
        assert_eq!(left, [""; 4]);
    }
}

on_both! {
    async fn tables_of_offices_are_understood(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let numbered = json!({ "name": "Spółdzielnia", "kind": "social_cooperative", "regon": "000331501" });
        keeper.post("/api/v1/institutions", numbered).await.ok(201);
        let mut book = Workbook::new();
        let hidden = book.add_worksheet();
        hidden.set_hidden(true);
        hidden.write_row(0, 0, ["name", "kind"]).unwrap();
        hidden.write_row(1, 0, ["Ukryta", "association"]).unwrap();
        let sheet = book.add_worksheet();
        sheet.set_active(true);
        sheet.merge_range(0, 0, 0, 5, "Wykaz instytucji", &Format::new().set_bold()).unwrap();
        let names = ["", "Name", " kind", "REGON", "krs", "nip", "seat_terc", "address.postal_code", "phone", "email", "website", "public_body", "", ""];
        sheet.write_row(2, 0, names).unwrap();
        let cells = ["", "Dom\u{a0}\u{ad}Kultury ", "association", "", "", "", "", "", "", "mailto:Biuro@dom.example ", "WWW.DOM.EXAMPLE", "TAK", " ", ""];
        sheet.write_row(4, 0, cells).unwrap();
        for (column, number) in [(3, 331_501.0), (4, 28_860.0), (5, 9_990_000_014.0), (6, 811_021.0), (7, 68_200.0), (8, 48_684_565_610.0)] {
            sheet.write_number(4, column, number).unwrap();
        }
        let url = format!("{P}/bulk-imports?kind=institution");
        let answer = app.admin().await.upload(&url, XLSX, book.save_to_buffer().unwrap()).await;
        let tried = rows(&keeper, answer.header("location")).await;
        assert_eq!((tried.len(), &tried[0]["number"]), (1, &json!(5)), "{tried:?}");
        let after = &tried[0]["after"];
        assert_eq!(tried[0]["outcome"], "updated", "{tried:?}");
        assert_eq!((&after["name"], &after["krs"], &after["nip"]), (&json!("Dom Kultury"), &json!("0000028860"), &json!("9990000014")));
        assert_eq!((&after["seat_terc"], &after["address"]["postal_code"]), (&json!("0811021"), &json!("68-200")));
        assert_eq!((&after["phone"], &after["email"]), (&json!("+48684565610"), &json!("Biuro@dom.example")));
        assert_eq!((&after["website"], &after["public_body"]), (&json!("https://www.dom.example/"), &json!(true)));
        // Days as they are typed, as they are formatted, and as they are counted.
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["title", "kind", "held_on"]).unwrap();
        for (row, day) in (1..).zip(["2016-12-01", "1.12.2016", "01.12.2016 r.", "01-12-2016", "2016-12-01 00:00:00"]) {
            sheet.write_row(row, 0, [format!("Forum {row}").as_str(), "information", day]).unwrap();
        }
        sheet.write_row(6, 0, ["Forum 6", "information"]).unwrap();
        let format = Format::new().set_num_format("dd.mm.yyyy");
        let day = ExcelDateTime::parse_from_str("2016-12-01").unwrap();
        sheet.write_datetime_with_format(6, 2, day, &format).unwrap();
        sheet.write_row(7, 0, ["Forum 7", "information"]).unwrap();
        sheet.write_number(7, 2, 42_705).unwrap();
        let answer = keeper.upload(&format!("{P}/bulk-imports?kind=meeting"), XLSX, book.save_to_buffer().unwrap()).await;
        let tried = rows(&keeper, answer.header("location")).await;
        let days: Vec<&Value> = tried.iter().map(|row| &row["after"]["held_on"]).collect();
        assert_eq!(days, ["2016-12-01"; 7]);
        // As spreadsheets save them as text.
        let table = "sep=;\r\n\r\nOsoby do kontaktu, stan na 1.12.2016\r\n\r\nname;email;;\r\n\r\n\"Zofia\u{a0}Żurawska\";z@wup.example;;\r\n";
        let import = validated(&keeper, "person", table).await;
        let tried = rows(&keeper, &import).await;
        assert_eq!((&tried[0]["number"], &tried[0]["after"]["name"]), (&json!(6), &json!("Zofia Żurawska")));
    }
}

on_both! {
    async fn what_is_not_understood_is_named_as_a_clerk_sees_it(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_row(0, 0, ["Osoby"]).unwrap();
        sheet.write_row(1, 0, ["Name", "", "Email", "phone"]).unwrap();
        sheet.write_row(2, 0, ["Zofia Żurawska", "zastępstwo!", "z@wup.example"]).unwrap();
        sheet.write_row(3, 0, ["Adam Łaski", "", "a@wup.example; adam@wup.example", "68 456 56 10 (sekretariat)"]).unwrap();
        sheet.write_row(4, 0, ["Ewa Lis"]).unwrap();
        sheet.write_formula(4, 2, Formula::new("=VLOOKUP(A5,X:X,2)").set_result("#N/A")).unwrap();
        sheet.write_row(4, 5, ["dopisek"]).unwrap();
        sheet.write_row(5, 0, ["Ewa Wilk", "", "#N/D!", "95 000 00 00"]).unwrap();
        sheet.write_row(6, 0, ["Razem: 4"]).unwrap();
        let url = format!("{P}/bulk-imports?kind=person");
        let answer = keeper.upload(&url, XLSX, book.save_to_buffer().unwrap()).await;
        assert_eq!(counts(&answer.ok(201)), [0, 0, 0, 5]);
        let refused = rows(&keeper, answer.header("location")).await;
        assert_eq!(why(&refused), [
            "3 /columns/B unknown_field B ",
            "4 /email charset C Email",
            "4 /phone charset D phone",
            "5 /columns/F unknown_field F ",
            "5 /email cell_error C Email",
            "6 /email cell_error C Email",
            "7 /columns/A format A Name",
        ]);
        let detail = |row: usize, error: usize| refused[row]["errors"][error]["detail"].as_str().unwrap();
        assert_eq!(detail(0, 0), "Kolumna B bez nazwy: Nie ma tu takiego pola.");
        assert_eq!(detail(1, 1), "Kolumna D „phone”: Niedozwolony znak.");
        // What is refused of a record names it.
        let known = keeper.post(&format!("{P}/people"), json!({ "name": "Zofia Żurawska", "email": "z@wup.example" })).await.ok(201);
        let answer = sent(&keeper, "person", "name,email,phone\nZofia Żurawska,z@wup.example,1\n").await;
        let refused = rows(&keeper, answer.header("location")).await;
        assert_eq!(refused[0]["record"], known["id"]);
        assert_eq!(why(&refused), ["2 /phone length C phone"]);
        // Columns that mean nothing, and a file that ends within a cell.
        let wrong = sent(&keeper, "person", "name;Lp.;name\nA;1;B\n").await;
        let errors = wrong.problem(422, "invalid-values")["errors"].clone();
        assert_eq!((&errors[0]["column"], &errors[0]["heading"]), (&json!("B"), &json!("Lp.")));
        assert_eq!(errors[1]["detail"], "Kolumna C „name”: Ta wartość już występuje.");
        let open = sent(&keeper, "person", "name;email\nA;a@x.example\n\"B;b@x.example\nC;c@x.example\n").await;
        assert!(open.problem(400, "malformed-request")["detail"].as_str().unwrap().contains("w wierszu 3"));
    }
}

on_both! {
    async fn files_that_would_fill_the_memory_are_refused_before_they_do(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let commas = ",".repeat(2 * 1024 * 1024);
        let problem = sent(&keeper, "institution", &commas).await.problem(400, "malformed-request");
        assert!(problem["detail"].as_str().unwrap().contains("300000"), "{problem}");
        sent(&keeper, "institution", &format!("{commas},")).await.problem(413, "too-large");
    }
}

on_both! {
    async fn one_file_becomes_records_at_a_time(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let admin = app.admin().await;
        let turn = app.state.files.clone().acquire_owned().await.unwrap();
        let table = "name;kind\nPUP;pup\n";
        let (one, other) = tokio::join!(sent(&keeper, "institution", table), admin.post("/api/v1/imports", reference_year()));
        for refused in [one, other] {
            refused.problem(503, "unavailable");
            assert_eq!(refused.header("retry-after"), "5");
        }
        drop(turn);
        sent(&keeper, "institution", table).await.ok(201);
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
    }
}

on_both! {
    async fn long_bodies_share_the_memory_that_there_is_for_them(app: TestApp) {
        let admin = app.admin().await;
        let named = |length: usize| json!({ "name": "x".repeat(length), "kind": "pup" });
        let all = app.state.bodies.available_permits();
        let most = app.state.bodies.clone().acquire_many_owned(all as u32).await.unwrap();
        let refused = admin.post("/api/v1/institutions", named(100_000)).await;
        refused.problem(503, "unavailable");
        assert_eq!(refused.header("retry-after"), "5");
        admin.post("/api/v1/institutions", named(10)).await.ok(201);
        drop(most);
        admin.post("/api/v1/institutions", named(100_000)).await.problem(422, "invalid-values");
        // What a request took is there again once it is answered.
        assert_eq!(app.state.bodies.available_permits(), all);
    }
}

on_both! {
    async fn somebody_alike_who_was_recorded_meanwhile_stands_in_the_way(app: TestApp) {
        let (keeper, _) = year(&app).await;
        let table = "name,email,institution\nJan Kowalski,jan@pup.example,pup-zary\nJan Nowak,jan@pup.example,pup-zary\n";
        let import = validated(&keeper, "person", table).await;
        let alike = json!({ "name": "Jan Kowalski", "email": "kowalski@pup.example", "institution": "pup-zary" });
        let alike = keeper.post(&format!("{P}/people"), alike).await;
        let refused = apply(&keeper, &import).await;
        assert_eq!(refused.problem(409, "conflict")["errors"][0]["pointer"], "/rows/2");
        // Rows of one table do not stand in each other's way.
        assert_eq!(keeper.delete(alike.header("location"), "*").await.status, 204);
        apply(&keeper, &import).await.ok(200);
    }
}
