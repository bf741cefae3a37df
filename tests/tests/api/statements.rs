//! How many statements a request takes: never more for more records.

use crate::import::reference_year;
use crate::support::{Backend, Client, Relay, TestApp};

const PARTNERSHIP: &str = "partnerships/partnerstwo-lubuskie";

/// Lists of which a record is read, and the statements that this takes: for somebody who is signed in, and for the public. One
/// says who asks; one reads the record with its parts, its partnership and the record above it; one the names of what it links
/// to. What is computed for the answer from other records is one more: a meeting's agenda, the meetings of an output, the term
/// of a mandate, how far a commitment is fulfilled.
const RECORDS: [(&str, u64, u64); 15] = [
    ("institutions", 2, 1),
    ("{}/recommendations", 3, 2),
    ("{}/implementations", 3, 2),
    ("{}/good-practices", 3, 2),
    ("{}/signatories", 3, 2),
    ("{}/bodies", 2, 1),
    ("{}/effects", 2, 1),
    ("{}/communiques", 2, 1),
    ("{}/communiques/komunikat-2016-1/postings", 3, 2),
    ("{}/meetings/rada-2016-1/agenda-items", 3, 2),
    ("{}/meetings", 4, 3),
    ("{}/outputs", 3, 2),
    ("{}/mandates", 4, 3),
    ("{}/commitments", 4, 3),
    ("{}/fulfilments", 3, 2),
];

/// Lists, and the statements that a page of each takes, however many records are on it: who asks; the partnership, the record
/// above the list and the number of the latest change; the records with their parts; the names.
const PAGES: [(&str, u64, u64); 6] = [
    ("institutions", 3, 2),
    ("{}/recommendations", 5, 4),
    ("{}/good-practices", 5, 4),
    ("{}/signatories", 5, 4),
    ("{}/meetings", 6, 5),
    ("{}/meetings/rada-2016-1/agenda-items", 6, 5),
];

/// Statements of one request: the fewest of three, because the program does other work meanwhile. Before that it is sent once,
/// so that what is only learnt once per connection is learnt.
async fn statements(relay: &Relay, client: &Client, path: &str) -> u64 {
    client.get(path).await.ok(200);
    let mut fewest = u64::MAX;
    for _ in 0..3 {
        let before = relay.statements();
        client.get(path).await.ok(200);
        fewest = fewest.min(relay.statements() - before);
    }
    fewest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_takes_the_same_statements_whatever_it_shows() {
    let Some(backend) = Backend::postgres() else {
        return;
    };
    let mut database = backend.create().await;
    let relay = Relay::before(&mut database);
    let app = TestApp::on(database).await;
    let admin = app.admin().await;
    admin
        .post("/api/v1/imports", reference_year())
        .await
        .ok(200);

    let nothing = statements(&relay, &admin, "/api/v1/vocabularies/sectors").await;
    assert_eq!(nothing, 1, "knowing who asks takes one statement");
    let anyone = statements(&relay, &app.anonymous(), "/api/v1/vocabularies/sectors").await;
    assert_eq!(anyone, 0, "nobody is asked for");
    let anyone = app.anonymous();
    let path = |list: &str| format!("/api/v1/{}", list.replace("{}", PARTNERSHIP));
    let mut taken = Vec::new();
    for (list, ..) in RECORDS {
        let page = admin.get(&format!("{}?limit=1", path(list))).await.ok(200);
        let id = page["items"][0]["id"].as_str().unwrap();
        let record = format!("{}/{id}", path(list));
        let signed_in = statements(&relay, &admin, &record).await;
        let public = statements(&relay, &anyone, &record).await;
        taken.push((list, signed_in, public));
    }
    assert_eq!(taken, RECORDS, "records");

    let mut taken = Vec::new();
    for (list, ..) in PAGES {
        let mut of = Vec::new();
        for client in [&admin, &anyone] {
            let page = |limit| format!("{}?limit={limit}", path(list));
            let few = statements(&relay, client, &page(2)).await;
            let many = statements(&relay, client, &page(50)).await;
            assert_eq!(few, many, "{list}");
            of.push(many);
        }
        taken.push((list, of[0], of[1]));
    }
    assert_eq!(taken, PAGES, "pages");

    let report = format!("/api/v1/{PARTNERSHIP}/reports/activity?year");
    let none = statements(&relay, &admin, &format!("{report}=1999")).await;
    let many = statements(&relay, &admin, &format!("{report}=2016")).await;
    assert_eq!(none, many, "the report");
    assert!(many > 0);
}
