//! How many statements a request takes: never more for more records.

use crate::import::reference_year;
use crate::support::{Backend, Client, Relay, TestApp};

const PARTNERSHIP: &str = "/api/v1/partnerships/partnerstwo-lubuskie";

/// Statements of one request. The second time it is sent: what is only learnt once per connection is learnt by then.
async fn statements(relay: &Relay, client: &Client, path: &str) -> u64 {
    client.get(path).await.ok(200);
    let before = relay.statements();
    client.get(path).await.ok(200);
    relay.statements() - before
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
    let institution = "/api/v1/institutions/wup-zielona-gora";
    let one = statements(&relay, &admin, institution).await;
    assert!(
        (2..=3).contains(&one),
        "{institution} takes {one} statements"
    );

    // Who asks, the partnership, the record, its addressees, and the names of all that it links to.
    let recommendation = format!("{PARTNERSHIP}/recommendations/rek-2016-1");
    let one = statements(&relay, &admin, &recommendation).await;
    assert_eq!(one, 5, "{recommendation}");

    for list in [
        "/api/v1/institutions?",
        &format!("{PARTNERSHIP}/signatories?"),
    ] {
        let few = statements(&relay, &admin, &format!("{list}limit=5")).await;
        let many = statements(&relay, &admin, &format!("{list}limit=50")).await;
        assert_eq!(few, many, "{list}");
        assert!((2..=5).contains(&many), "{list} takes {many} statements");
    }

    let report = format!("{PARTNERSHIP}/reports/activity?year");
    let none = statements(&relay, &admin, &format!("{report}=1999")).await;
    let many = statements(&relay, &admin, &format!("{report}=2016")).await;
    assert_eq!(none, many, "the report");
    assert!(many > 0);
}
