//! Meetings and good practices.

use domain::fault::Rule;
use serde_json::json;

use crate::file::{assert_fault, assert_faults, assert_read, copy};

#[test]
fn codes_and_references_of_a_meeting_are_known() {
    for (field, value, rule) in [
        ("kind", json!("party"), Rule::UnknownCode),
        ("status", json!("scheduled"), Rule::UnknownCode),
        ("status", json!("done"), Rule::UnknownCode),
        ("mode", json!("phone"), Rule::UnknownCode),
        ("partnership_role", json!("guest"), Rule::UnknownCode),
        ("host_institution", json!("nobody"), Rule::DanglingReference),
        ("attendance/2", json!("nobody"), Rule::DanglingReference),
        (
            "attendance/2",
            json!("pup-strzelce-krajenskie"),
            Rule::Duplicate,
        ),
        ("funding_programmes/0", json!("rpo"), Rule::UnknownCode),
        ("quorum_required", json!(0), Rule::Range),
        ("quorum_required", json!(-1), Rule::Range),
        ("title", json!("a\u{202e}b"), Rule::Charset),
        ("held_on", json!("2016-9-14"), Rule::Format),
        ("held_on", json!("0016-09-14"), Rule::Range),
    ] {
        // The council's third meeting adopted nothing.
        assert_fault(&format!("/meetings/2/{field}"), value, rule);
    }
    assert_fault(
        "/meetings/14/target_sectors/0",
        json!("x"),
        Rule::UnknownCode,
    );
    assert_fault("/meetings/15/target_types/0", json!("x"), Rule::UnknownCode);
}

#[test]
fn what_is_held_is_past_and_what_is_planned_is_scheduled() {
    assert_fault("/meetings/2/held_on", json!("2026-10-02"), Rule::Future);
    assert_read(&[("/meetings/2/held_on", json!("2026-10-01"))]);
    let dataset = assert_read(&[
        ("/meetings/2/held_on", json!("2026-10-02")),
        ("/meetings/2/status", json!("planned")),
    ]);
    assert_eq!(dataset.meetings[2].status, "scheduled");
}

#[test]
fn slugs_are_unique() {
    assert_faults(
        &[("/meetings/-", copy("/meetings/2", &json!({})))],
        &[("/meetings/48/slug", Rule::Duplicate)],
    );
    let topic = copy("/meetings/0/topics/0", &json!({}));
    assert_faults(
        &[("/meetings/0/topics/-", topic.clone())],
        &[("/meetings/0/topics/1/slug", Rule::Duplicate)],
    );
    // Another meeting may have a topic of the same slug.
    assert_read(&[("/meetings/1/topics/-", topic)]);
    assert_fault(
        "/good_practices/1/slug",
        json!("dobra-praktyka-1"),
        Rule::Duplicate,
    );
}

#[test]
fn one_output_reads_the_same_at_every_meeting() {
    let output = |phrase: &str| json!({"slug": "harmonogram", "report_phrase": phrase});
    let phrase = "opracowano harmonogram działań Komitetu w obszarze ekonomii społecznej";
    assert_read(&[("/meetings/6/outputs/-", output(phrase))]);
    assert_faults(
        &[("/meetings/6/outputs/-", output("omówiono harmonogram"))],
        &[("/meetings/6/outputs/1/report_phrase", Rule::Conflict)],
    );
    assert_faults(
        &[("/meetings/5/outputs/-", output(phrase))],
        &[("/meetings/5/outputs/1/slug", Rule::Duplicate)],
    );
}

#[test]
fn texts_have_one_placeholder_only() {
    let pointer = "/meetings/3/topics/0/report_phrase";
    assert_fault(pointer, json!("na przykładzie: {presenters}"), Rule::Format);
    assert_read(&[(
        "/effects/0/report_text",
        json!("{good_practice_presenters_genitive}"),
    )]);
}

#[test]
fn good_practices_name_meeting_and_presenter() {
    assert_fault(
        "/good_practices/0/meeting",
        json!("nowhere"),
        Rule::DanglingReference,
    );
    let presenter = "/good_practices/0/presenter_institution";
    assert_fault(presenter, json!("nobody"), Rule::DanglingReference);
    let dataset = assert_read(&[("/good_practices/0/meeting", json!(null))]);
    assert_eq!(dataset.good_practices[0].presented_at, None);
}
