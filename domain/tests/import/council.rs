//! Terms and seats of the council.

use domain::fault::Rule;
use serde_json::{Value, json};

use crate::file::{assert_fault, assert_faults, assert_read, copy};

fn term(slug: &str, starts_on: &str, ends_on: &str) -> Value {
    let days = json!({"slug": slug, "starts_on": starts_on, "ends_on": ends_on});
    copy("/council_terms/0", &days)
}

#[test]
fn terms_end_after_they_begin_and_do_not_overlap() {
    assert_fault(
        "/council_terms/0/elected_at",
        json!("nowhere"),
        Rule::DanglingReference,
    );
    assert_fault(
        "/council_terms/0/quorum_rule",
        json!("two_thirds"),
        Rule::UnknownCode,
    );
    assert_fault(
        "/council_terms/0/majority_rule",
        json!("all"),
        Rule::UnknownCode,
    );
    assert_fault("/council_terms/0/seats", json!(0), Rule::Range);
    assert_fault("/council_terms/0/ends_on", json!("2014-11-21"), Rule::Order);
    assert_faults(
        &[("/council_terms/-", term("next", "2017-11-20", "2020-11-20"))],
        &[("/council_terms/1/starts_on", Rule::Overlap)],
    );
    // The earlier one of the two that overlap need not come first in the file.
    assert_faults(
        &[(
            "/council_terms/-",
            term("former", "2011-11-21", "2014-11-21"),
        )],
        &[("/council_terms/0/starts_on", Rule::Overlap)],
    );
    assert_faults(
        &[(
            "/council_terms/-",
            term("rada-2014-2017", "2020-11-20", "2023-11-20"),
        )],
        &[("/council_terms/1/slug", Rule::Duplicate)],
    );
    assert_read(&[("/council_terms/-", term("next", "2017-11-21", "2020-11-20"))]);
}

#[test]
fn seats_lie_within_their_term() {
    assert_fault(
        "/council_seats/0/term",
        json!("never"),
        Rule::DanglingReference,
    );
    assert_fault(
        "/council_seats/0/institution",
        json!("nobody"),
        Rule::DanglingReference,
    );
    assert_fault("/council_seats/0/role", json!("king"), Rule::UnknownCode);
    assert_fault(
        "/council_seats/0/from_date",
        json!("2014-11-20"),
        Rule::Order,
    );
    assert_fault("/council_seats/0/to_date", json!("2014-11-20"), Rule::Order);
    assert_fault("/council_seats/0/to_date", json!("2017-11-22"), Rule::Order);
    assert_read(&[("/council_seats/0/to_date", json!("2017-11-21"))]);
}

#[test]
fn one_institution_holds_one_seat_of_a_term() {
    let again = |changes| copy("/council_seats/0", &changes);
    assert_faults(
        &[("/council_seats/-", again(json!({})))],
        &[("/council_seats/11", Rule::Duplicate)],
    );
    assert_faults(
        &[(
            "/council_seats/-",
            again(json!({"from_date": "2015-01-01"})),
        )],
        &[
            ("/council_seats/11", Rule::Duplicate),
            ("/council_seats/11/from_date", Rule::Overlap),
        ],
    );
}

#[test]
fn the_council_has_one_chair_at_a_time() {
    let role = "/council_seats/1/role";
    assert_fault(role, json!("chair"), Rule::Overlap);
    assert_read(&[
        (role, json!("vice_chair")),
        ("/council_seats/2/role", json!("vice_chair")),
    ]);
    assert_read(&[
        (role, json!("chair")),
        ("/council_seats/1/from_date", json!("2016-06-01")),
        ("/council_seats/0/to_date", json!("2016-06-01")),
    ]);
}
