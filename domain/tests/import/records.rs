//! Recommendations, commitments, communiqués, effects.

use domain::fault::Rule;
use domain::import::Addressee;
use serde_json::json;

use crate::file::{assert_fault, assert_faults, assert_faults_without, assert_read, copy};

#[test]
fn adoption_has_a_day_and_it_is_that_of_the_meeting() {
    let adopted_on = "/recommendations/0/adopted_on";
    assert_fault(adopted_on, json!(null), Rule::Required);
    assert_fault(adopted_on, json!("2016-02-25"), Rule::Conflict);
    assert_fault(
        "/recommendations/0/adopted_at",
        json!("nowhere"),
        Rule::DanglingReference,
    );
    for status in [
        "adopted",
        "in_implementation",
        "partially_implemented",
        "abandoned",
    ] {
        assert_faults(
            &[("/recommendations/3/status", json!(status))],
            &[("/recommendations/3/adopted_on", Rule::Required)],
        );
    }
    // Known to the day without the meeting.
    assert_read(&[
        (adopted_on, json!("2016-02-25")),
        ("/recommendations/0/adopted_at", json!(null)),
    ]);
    assert_faults(
        &[
            (adopted_on, json!("2027-01-01")),
            ("/recommendations/0/adopted_at", json!(null)),
            ("/recommendations/0/number", json!("1/2027")),
        ],
        &[(adopted_on, Rule::Future)],
    );
}

#[test]
fn what_breaks_a_rule_of_a_step_is_read_and_warned_of() {
    let warnings = |changes: &[(&str, serde_json::Value)]| {
        let dataset = assert_read(changes);
        let warned = dataset.warnings.iter();
        let warned: Vec<_> = warned
            .map(|fault| (fault.pointer.clone(), fault.rule))
            .filter(|(pointer, _)| !pointer.starts_with("/recommendations/2/"))
            .collect();
        let late = dataset.recommendations.iter();
        let late: Vec<bool> = late.map(|row| row.recorded_later).collect();
        (warned, late)
    };
    let of = |field: &str| format!("/recommendations/0/{field}");
    assert_eq!(warnings(&[]), (vec![], vec![false, false, true, false]));
    for (field, value, warned, rule) in [
        ("vote", json!(null), "vote", Rule::Required),
        ("vote/for", json!(0), "vote", Rule::Conflict),
        (
            "implementations",
            json!([]),
            "implementations",
            Rule::Required,
        ),
        ("number", json!("3/2016"), "adopted_on", Rule::Order),
    ] {
        let (found, late) = warnings(&[(&of(field), value)]);
        assert_eq!(found, [(of(warned), rule)]);
        assert_eq!(late, [true, false, true, false], "{field}");
    }
    // Adopted at a meeting of the working level, or one that did not take place.
    let elsewhere = json!("szkolenie-arteterapia-2016");
    let day = json!("2016-06-08");
    let number = json!("3/2016");
    let (found, _) = warnings(&[
        (&of("adopted_at"), elsewhere),
        (&of("adopted_on"), day),
        (&of("number"), number),
    ]);
    assert_eq!(found, [(of("adopted_at"), Rule::Conflict)]);
}

#[test]
fn what_is_undecided_or_rejected_has_neither_day_nor_number() {
    for status in ["draft", "under_consultation", "rejected"] {
        assert_faults(
            &[("/recommendations/2/status", json!(status))],
            &[
                ("/recommendations/2/adopted_on", Rule::Conflict),
                ("/recommendations/2/number", Rule::Conflict),
            ],
        );
    }
    assert_read(&[("/recommendations/2/status", json!("withdrawn"))]);
}

#[test]
fn numbers_count_within_their_year() {
    for number in [
        "1", "1/16", "0/2016", "01/2016", "a/2016", "1/2016/2", "1 /2016", "/2016",
    ] {
        assert_fault("/recommendations/0/number", json!(number), Rule::Format);
    }
    assert_fault("/recommendations/0/number", json!("1/2015"), Rule::Conflict);
    assert_fault(
        "/recommendations/1/number",
        json!("1/2016"),
        Rule::Duplicate,
    );
    assert_fault("/communiques/0/number", json!("1/2015"), Rule::Conflict);
    assert_fault("/communiques/1/number", json!("1/2016"), Rule::Duplicate);
    // A number is kept as it is, and need not be there.
    assert_read(&[
        ("/recommendations/0/number", json!("77/2016")),
        ("/recommendations/1/number", json!(null)),
    ]);
}

#[test]
fn nobody_votes_who_is_not_there() {
    assert_faults(
        &[("/recommendations/0/vote/against", json!(1))],
        &[("/recommendations/0/vote/present", Rule::Conflict)],
    );
    assert_faults(
        &[("/recommendations/0/vote/present", json!(12))],
        &[("/recommendations/0/vote/seats", Rule::Conflict)],
    );
    assert_fault("/recommendations/0/vote/for", json!(-1), Rule::Range);
    assert_fault("/recommendations/0/vote/for", json!(i32::MAX), Rule::Range);
    assert_read(&[("/recommendations/0/vote/for", json!(8))]);
}

#[test]
fn addressees_are_sectors_institutions_or_bodies() {
    let addressees = json!([
        "ngo",
        "wup-zielona-gora",
        "rkres_lubuskie",
        "Marszałek Województwa"
    ]);
    let dataset = assert_read(&[("/recommendations/0/addressees", addressees)]);
    assert_eq!(
        dataset.recommendations[0].addressees,
        [
            Addressee::Sector("ngo".into()),
            Addressee::Institution("wup-zielona-gora".into()),
            Addressee::Body("rkres_lubuskie".into()),
            Addressee::Body("Marszałek Województwa".into()),
        ]
    );
    let pointer = "/recommendations/0/addressees/1";
    assert_fault(pointer, json!("gmina-nieznana"), Rule::DanglingReference);
    assert_fault(pointer, json!("labour_market_institution"), Rule::Duplicate);
    assert_fault(
        "/recommendations/0/status",
        json!("done"),
        Rule::UnknownCode,
    );
    assert_faults(
        &[("/recommendations/0/target_groups/-", json!("everybody"))],
        &[("/recommendations/0/target_groups/0", Rule::UnknownCode)],
    );
}

#[test]
fn implementations_have_unique_slugs_and_known_meetings() {
    let of = |field: &str| format!("/recommendations/1/implementations/0/{field}");
    assert_fault(&of("slug"), json!("rek-2016-1-w1"), Rule::Duplicate);
    assert_fault(&of("meeting"), json!("nowhere"), Rule::DanglingReference);
    assert_fault(&of("completed_on"), json!("2026-10-02"), Rule::Future);
    let dataset = assert_read(&[(&of("meeting"), json!(null))]);
    assert_eq!(dataset.recommendations[1].implementations[0].kind, "task");
}

#[test]
fn commitments_follow_from_what_was_adopted() {
    assert_fault(
        "/commitments/0/recommendation",
        json!("none"),
        Rule::DanglingReference,
    );
    assert_fault(
        "/commitments/0/recommendation",
        json!("rek-2016-projekt"),
        Rule::Conflict,
    );
    assert_fault("/commitments/0/min_per_year", json!(0), Rule::Range);
    assert_fault("/commitments/0/channel", json!("mail"), Rule::UnknownCode);
    assert_fault(
        "/commitments/0/party_types/1",
        json!("pup"),
        Rule::Duplicate,
    );
    // A day of adoption that is missing or wrong is one fault, not one for each commitment.
    for day in [json!(null), json!("soon")] {
        let mut file = crate::file::reference();
        crate::file::set(&mut file, "/recommendations/1/adopted_on", day);
        assert_eq!(crate::file::faults(crate::file::read_value(&file)).len(), 1);
    }
}

#[test]
fn fulfilments_fall_on_the_day_of_their_meeting() {
    let row = "/commitment_fulfilments/0";
    assert_fault(
        &format!("{row}/fulfilled_on"),
        json!("2016-04-21"),
        Rule::Conflict,
    );
    assert_fault(
        &format!("{row}/commitment"),
        json!("none"),
        Rule::DanglingReference,
    );
    assert_fault(
        &format!("{row}/meeting"),
        json!("nowhere"),
        Rule::DanglingReference,
    );
    assert_faults(
        &[("/commitment_fulfilments/-", copy(row, &json!({})))],
        &[("/commitment_fulfilments/6", Rule::Duplicate)],
    );
}

#[test]
fn communiques_are_published_before_they_are_posted() {
    assert_fault(
        "/communiques/0/status",
        json!("released"),
        Rule::UnknownCode,
    );
    assert_fault("/communiques/5/published_on", json!(null), Rule::Required);
    assert_fault(
        "/communiques/4/published_on",
        json!("2016-12-30"),
        Rule::Conflict,
    );
    let copied = json!({"slug": "next", "number": "1/2026", "published_on": "2026-10-02"});
    assert_faults(
        &[("/communiques/-", copy("/communiques/0", &copied))],
        &[("/communiques/6/published_on", Rule::Future)],
    );
    assert_faults(
        &[("/communiques/-", copy("/communiques/4", &json!({})))],
        &[("/communiques/6/slug", Rule::Duplicate)],
    );
}

#[test]
fn a_retracted_communique_is_withdrawn() {
    let dataset = assert_read(&[("/communiques/5/status", json!("retracted"))]);
    assert_eq!(dataset.communiques[5].status, "withdrawn");
}

#[test]
fn postings_name_both_sides_once() {
    let row = "/communique_publications/0";
    let of = |field: &str| format!("{row}/{field}");
    assert_fault(&of("published_on"), json!("2016-03-20"), Rule::Order);
    assert_fault(&of("published_on"), json!("2026-10-02"), Rule::Future);
    assert_fault(&of("communique"), json!("none"), Rule::DanglingReference);
    assert_fault(&of("institution"), json!("nobody"), Rule::DanglingReference);
    assert_fault(&of("url"), json!("http://localhost/"), Rule::Format);
    assert_faults(
        &[("/communique_publications/-", copy(row, &json!({})))],
        &[("/communique_publications/277", Rule::Duplicate)],
    );
}

#[test]
fn effects_belong_to_a_period_of_the_file() {
    assert_fault("/effects/0/period", json!("2015"), Rule::DanglingReference);
    assert_fault("/effects/0/position", json!(0), Rule::Range);
    assert_fault("/effects/1/slug", json!("efekt-2016-1"), Rule::Duplicate);
    assert_fault(
        "/reporting_periods/0/ends_on",
        json!("2015-12-31"),
        Rule::Order,
    );
    assert_fault(
        "/expected_report/period",
        json!("2015"),
        Rule::DanglingReference,
    );
    assert_faults_without(
        "/effects/0/report_text",
        &[("/effects/0/report_text", Rule::Required)],
    );
}
