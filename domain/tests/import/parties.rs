//! The partnership, its institutions and memberships.

use domain::fault::Rule;
use serde_json::json;

use crate::file::{assert_fault, assert_faults, assert_read, copy};

#[test]
fn the_partnership_is_named_in_the_words_of_the_file() {
    assert_fault("/partnership/slug", json!("A b"), Rule::Format);
    assert_fault("/partnership/founded_on", json!("2999-01-01"), Rule::Future);
    assert_fault(
        "/partnership/founded_on_precision",
        json!("week"),
        Rule::UnknownCode,
    );
    assert_fault("/partnership/area_terc", json!("07"), Rule::Prefix);
    assert_fault(
        "/partnership/secretariat/institution",
        json!("nobody"),
        Rule::DanglingReference,
    );
    assert_fault(
        "/partnership/secretariat/contact_label",
        json!(" "),
        Rule::Length,
    );
    assert_fault(
        "/partnership/secretariat/email",
        json!("a@localhost"),
        Rule::Format,
    );
    assert_fault("/partnership/secretariat/phone", json!("112"), Rule::Length);
}

#[test]
fn institutions_are_checked_by_the_names_of_the_file() {
    for (field, value, rule) in [
        ("slug", json!("Wup"), Rule::Format),
        ("type", json!("ministry"), Rule::UnknownCode),
        ("sector", json!("state"), Rule::UnknownCode),
        ("nip", json!("9990000015"), Rule::Checksum),
        ("regon", json!("990000013"), Rule::Checksum),
        ("krs", json!("28860"), Rule::Length),
        ("town", json!(""), Rule::Length),
        ("postal_code", json!("65042"), Rule::Length),
        ("seat_terc", json!("0806016"), Rule::Format),
        ("email", json!("ł@example.org"), Rule::Charset),
        ("website", json!("javascript:alert(1)"), Rule::Format),
        ("edelivery_address", json!("AE:IT-1"), Rule::Prefix),
    ] {
        // The last one is named by nobody else.
        let pointer = format!("/institutions/71/{field}");
        let mut file = crate::file::reference();
        crate::file::set(&mut file, &pointer, value);
        let found = crate::file::faults(crate::file::read_value(&file));
        assert!(
            found.contains(&(pointer.clone(), rule)),
            "{pointer}: {found:?}"
        );
    }
    assert_fault("/institutions/0/serves_terc/0", json!("0"), Rule::Length);
    assert_faults(
        &[("/institutions/0/serves_terc/-", json!("08"))],
        &[("/institutions/0/serves_terc/1", Rule::Duplicate)],
    );
    assert_fault(
        "/institutions/71/voivodeship_terc",
        json!("08"),
        Rule::Conflict,
    );
    assert_fault(
        "/institutions/71/voivodeship_terc",
        json!("0265"),
        Rule::Format,
    );
}

#[test]
fn an_imported_delivery_address_may_have_unusual_check_digits() {
    let address = "AE:PL-12345-67890-ABCDE-12";
    let dataset = assert_read(&[("/institutions/0/edelivery_address", json!(address))]);
    assert_eq!(
        dataset.institutions[0].edelivery_address.as_deref(),
        Some(address)
    );
}

#[test]
fn slugs_and_regon_numbers_are_unique_and_nip_numbers_are_not() {
    let twin = copy("/institutions/0", &json!({"regon": "123456785"}));
    assert_faults(
        &[("/institutions/-", twin)],
        &[("/institutions/72/slug", Rule::Duplicate)],
    );
    // Also beside another fault of the same row.
    assert_faults(
        &[
            ("/institutions/1/regon", json!("990000016")),
            ("/institutions/1/town", json!("")),
        ],
        &[
            ("/institutions/1/regon", Rule::Duplicate),
            ("/institutions/1/town", Rule::Length),
        ],
    );
    assert_fault("/institutions/1/regon", json!("990000016"), Rule::Duplicate);
    assert_read(&[("/institutions/1/nip", json!("9990000014"))]);
}

#[test]
fn memberships_follow_each_other() {
    assert_fault(
        "/memberships/0/institution",
        json!("nobody"),
        Rule::DanglingReference,
    );
    assert_fault("/memberships/0/status", json!("guest"), Rule::UnknownCode);
    assert_fault(
        "/memberships/0/withdrawn_on",
        json!("2008-06-17"),
        Rule::Order,
    );
    for status in ["withdrawn", "dissolved"] {
        assert_faults(
            &[("/memberships/0/status", json!(status))],
            &[("/memberships/0/withdrawn_on", Rule::Required)],
        );
    }
    let of_one = json!({"institution": "fundacja-merkury-walbrzych", "signed_on": "2026-10-02"});
    assert_faults(
        &[("/memberships/-", copy("/memberships/0", &of_one))],
        &[("/memberships/71/signed_on", Rule::Future)],
    );
    let again = |changes| copy("/memberships/0", &changes);
    assert_faults(
        &[("/memberships/-", again(json!({})))],
        &[("/memberships/71", Rule::Duplicate)],
    );
    assert_faults(
        &[("/memberships/-", again(json!({"signed_on": "2015-01-01"})))],
        &[("/memberships/71/signed_on", Rule::Overlap)],
    );
    assert_faults(
        &[
            ("/memberships/0/withdrawn_on", json!("2015-01-02")),
            ("/memberships/-", again(json!({"signed_on": "2015-01-01"}))),
        ],
        &[("/memberships/71/signed_on", Rule::Overlap)],
    );
    // Whoever left on a day may sign again on it.
    let dataset = assert_read(&[
        ("/memberships/0/withdrawn_on", json!("2015-01-01")),
        ("/memberships/-", again(json!({"signed_on": "2015-01-01"}))),
    ]);
    assert_eq!(dataset.memberships.len(), 72);
}

#[test]
fn a_row_may_name_one_that_comes_later() {
    let dataset = assert_read(&[
        (
            "/institutions/-",
            copy("/institutions/0", &json!({"slug": "zz", "regon": null})),
        ),
        ("/partnership/secretariat/institution", json!("zz")),
    ]);
    assert_eq!(dataset.secretariat.as_deref(), Some("zz"));
}
