//! Lists as tables and lines: everything that matches, whatever spreadsheets make of texts.

use std::collections::BTreeSet;

use domain::access::Role;
use serde_json::{Value, json};

use crate::conventions::walk;
use crate::import::reference_year;
use crate::support::{Answer, Client, TestApp, id, on_both};

const P: &str = "/api/v1/partnerships/partnerstwo-lubuskie";

async fn year(app: &TestApp) -> Client {
    let admin = app.admin().await;
    admin
        .post("/api/v1/imports", reference_year())
        .await
        .ok(200);
    admin
}

/// The path of a list in another format, with its query.
fn in_format(list: &str, format: &str) -> String {
    match list.split_once('?') {
        Some((path, query)) => format!("{path}.{format}?{query}"),
        None => format!("{list}.{format}"),
    }
}

fn rows(answer: &Answer) -> Vec<csv::StringRecord> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        answer.header("content-type"),
        "text/csv; charset=utf-8; header=present"
    );
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(answer.text.as_bytes());
    reader.records().map(Result::unwrap).collect()
}

fn column(rows: &[csv::StringRecord], name: &str) -> Vec<String> {
    let place = rows[0]
        .iter()
        .position(|known| known == name)
        .unwrap_or_else(|| panic!("no {name} in {:?}", rows[0]));
    rows[1..].iter().map(|row| row[place].to_owned()).collect()
}

on_both! {
    async fn a_table_has_everything_that_matches(app: TestApp) {
        let admin = year(&app).await;
        let anonymous = app.anonymous();
        for list in ["meetings?kind=council", "signatories?sort=-name", "communiques", "recommendations?q=rekomendacja"] {
            let url = format!("{P}/{list}");
            let items = walk(&anonymous, &url).await;
            let table = anonymous.get(&in_format(&url, "csv")).await;
            let table = rows(&table);
            let ids: Vec<String> = items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(column(&table, "id"), ids, "{list}");
            assert!(table[1..].iter().all(|row| row.len() == table[0].len()));
            let lines = anonymous.get(&in_format(&url, "ndjson")).await;
            assert_eq!(lines.header("content-type"), "application/x-ndjson");
            let lines: Vec<Value> = lines.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(lines, items, "{list}");
        }
        // More than are read at a time.
        let postings = walk(&admin, &format!("{P}/postings?limit=200")).await.len();
        assert_eq!(rows(&admin.get(&format!("{P}/postings.csv")).await).len(), postings + 1);
        let meetings = anonymous.get(&format!("{P}/meetings.csv")).await;
        assert_eq!(meetings.header("content-disposition"), "attachment; filename=\"meetings.csv\"");
        let first = &rows(&meetings)[0];
        assert_eq!((&first[0], &first[1]), ("id", "slug"));
        let hosts = column(&rows(&meetings), "host.name");
        assert!(hosts.iter().any(|host| host == "Wojewódzki Urząd Pracy w Zielonej Górze"), "{hosts:?}");
        // The same answer for who has it already.
        for (list, status) in [("meetings", 200), ("meetings.ndjson", 200), ("meetings.csv", 304)] {
            let again = anonymous.request("GET", &format!("{P}/{list}"));
            let again = again.header("if-none-match", meetings.header("etag"));
            assert_eq!(anonymous.send(again).await.status, status, "{list}");
        }
        for wrong in ["meetings.csv?limit=5", "meetings.xlsx?total=true", "meetings.ndjson?cursor=x", "meetings?format=csv"] {
            anonymous.get(&format!("{P}/{wrong}")).await.problem(400, "unknown-parameter");
        }
        anonymous.get(&format!("{P}/meetings.csv?kind=surprise")).await.problem(400, "invalid-parameter");
        for missing in ["meetings.pdf", "meetings.json", "meetings.csv/rada-2016-1"] {
            anonymous.get(&format!("{P}/{missing}")).await.problem(404, "not-found");
        }
        admin.post(&format!("{P}/meetings.csv"), json!({})).await.problem(405, "method-not-allowed");
        // What is accepted chooses nothing: a path has one format.
        let page = anonymous.request("GET", &format!("{P}/meetings")).header("accept", "text/csv");
        assert_eq!(anonymous.send(page).await.header("content-type"), "application/json");
        let head = anonymous.send(anonymous.request("HEAD", &format!("{P}/meetings.csv"))).await;
        assert_eq!((head.status, head.header("content-type")), (200, "text/csv; charset=utf-8; header=present"));
    }
}

on_both! {
    async fn no_text_becomes_a_formula_and_none_breaks_a_line(app: TestApp) {
        let own = app.partnership("Partnerstwo").await;
        let keeper = app.signed_in_as(Role::Secretariat, Some(own), None).await;
        let titles = ["=HYPERLINK(\"http://evil.example\";\"x\")", "+1", "-1", "@SUM(A1)", "Zażółć, \"gęślą\"; jaźń"];
        for title in titles {
            let body = json!({ "title": title, "kind": "council", "held_on": "2016-02-24" });
            keeper.post(&format!("/api/v1/partnerships/{own}/meetings"), body).await.ok(201);
        }
        let url = format!("/api/v1/partnerships/{own}/meetings");
        let table = rows(&keeper.get(&format!("{url}.csv?sort=created_at")).await);
        let shown = column(&table, "title");
        for title in titles {
            let safe = if title.starts_with("Za") { title.to_owned() } else { format!("'{title}") };
            assert!(shown.contains(&safe), "{shown:?}");
        }
        assert!(keeper.get(&format!("{url}.csv")).await.text.contains("\r\n"));
        // Who sees less has less in the table.
        assert_eq!(rows(&app.anonymous().get(&format!("{url}.csv")).await).len(), 1);
    }
}

on_both! {
    async fn a_workbook_is_one(app: TestApp) {
        let admin = year(&app).await;
        let url = format!("{P}/meetings.xlsx");
        let answer = admin.request("GET", &url).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        let bytes = answer.bytes().await.unwrap();
        use calamine::{Data, Reader};
        let mut book = calamine::Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        assert_eq!(sheet.height(), 49);
        let names: Vec<String> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
        let place = |name: &str| names.iter().position(|known| known == name).unwrap();
        let days: BTreeSet<bool> = sheet.rows().skip(1).map(|row| matches!(row[place("held_on")], Data::DateTime(_))).collect();
        assert_eq!(days, BTreeSet::from([true]));
        assert!(sheet.rows().skip(1).all(|row| matches!(row[place("version")], Data::Float(_))));
        assert!(sheet.rows().any(|row| row[place("title")].to_string().contains("Rady")));
        // Numbers and days, lists and objects: the same columns as the other table.
        let table = rows(&admin.get(&format!("{P}/meetings.csv")).await);
        assert_eq!(table[0].iter().collect::<Vec<_>>(), names);
    }
}

on_both! {
    async fn what_is_gone_stands_in_it_too(app: TestApp) {
        let own = app.partnership("Partnerstwo").await;
        let keeper = app.signed_in_as(Role::Secretariat, Some(own), None).await;
        let url = format!("/api/v1/partnerships/{own}/meetings");
        let since = app.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let body = json!({ "title": "Rada", "kind": "council", "held_on": "2016-02-24" });
        let (kept, gone) = (id(&keeper.post(&url, body.clone()).await.ok(201)), id(&keeper.post(&url, body).await.ok(201)));
        keeper.delete(&format!("{url}/{gone}"), "*").await.ok(204);
        let table = rows(&keeper.get(&format!("{url}.csv?modified_since={since}")).await);
        let deletions: Vec<(String, String)> = column(&table, "id").into_iter().zip(column(&table, "deletion")).collect();
        assert_eq!(deletions, [(kept.to_string(), String::new()), (gone.to_string(), "deleted".to_owned())]);
        let lines = keeper.get(&format!("{url}.ndjson?modified_since={since}")).await;
        assert_eq!(lines.text.lines().count(), 2);
    }
}

/// Every list of the document, by an administrator: the same records in every format.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_list_is_a_table() {
    let app = TestApp::start(crate::support::Backend::Sqlite).await;
    let admin = year(&app).await;
    let document: Value = crate::support::document();
    let mut tables = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let parameters = item["get"]["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        if !parameters
            .iter()
            .any(|parameter| parameter["name"] == "cursor")
        {
            continue;
        }
        for format in ["csv", "xlsx", "ndjson"] {
            let in_format = &document["paths"][format!("{path}.{format}")]["get"];
            assert!(in_format.is_object(), "{path}.{format}");
        }
        let path = path
            .replace("{partnership}", "partnerstwo-lubuskie")
            .replace("{body}", "rada-programowa");
        if path.contains('{') {
            continue;
        }
        let total = admin
            .get(&format!("{path}?total=true&limit=1"))
            .await
            .ok(200)["total"]
            .as_u64()
            .unwrap();
        let table = rows(&admin.get(&format!("{path}.csv")).await);
        assert_eq!(table.len() as u64, total + 1, "{path}");
        let book = admin
            .request("GET", &format!("{path}.xlsx"))
            .send()
            .await
            .unwrap();
        assert_eq!(book.status(), 200, "{path}");
        tables += 1;
    }
    assert!(tables >= 20, "{tables}");
}
