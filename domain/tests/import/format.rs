//! The file as JSON, its format, and its keys.

use domain::fault::Rule;
use domain::import::ImportError;
use serde_json::json;

use crate::file::{
    TEXT, assert_fault, assert_faults, assert_faults_without, assert_read, faults, read,
    read_at_most, read_value, reference, today,
};

#[test]
fn broken_json_names_line_and_column() {
    for (text, line, column) in [
        ("", 1, 0),
        ("{\n  \"meta\": }", 2, 11),
        ("{\"meta\": {}}\n\n x", 3, 2),
        ("{\"meta\": 01}", 1, 11),
        ("{\n\"a\": \"\u{1}\"}", 2, 7),
    ] {
        assert_eq!(
            read(text.as_bytes(), today()),
            Err(ImportError::Malformed { line, column }),
            "{text:?}"
        );
    }
    let half = &TEXT[..TEXT.len() / 2];
    let lines = half.lines().count();
    assert!(matches!(
        read(half.as_bytes(), today()),
        Err(ImportError::Malformed { line, .. }) if line == lines
    ));
    for bytes in [&b"\"\xff\""[..], b"\xef\xbb\xbf{}", b"{\"a\": 1e999}"] {
        let result = read(bytes, today());
        assert!(
            matches!(result, Err(ImportError::Malformed { .. })),
            "{bytes:?}"
        );
    }
    let deep = "[".repeat(100_000);
    assert!(matches!(
        read(deep.as_bytes(), today()),
        Err(ImportError::Malformed { .. })
    ));
}

#[test]
fn only_this_format_is_read() {
    for version in ["1.0.1", "2.0.0", "1.0", ""] {
        assert_fault(
            "/meta/format_version",
            json!(version),
            Rule::UnsupportedVersion,
        );
    }
    assert_fault("/meta/format_version", json!(1), Rule::Type);
    assert_fault("/meta/format", json!("seed"), Rule::UnsupportedVersion);
    assert_faults_without(
        "/meta/format_version",
        &[("/meta/format_version", Rule::Required)],
    );
    assert_faults_without("/meta", &[("/meta", Rule::Required)]);
    assert_fault(
        "/meta/timezone",
        json!("Europe/Zielona_Gora"),
        Rule::UnknownCode,
    );
    assert_fault(
        "/meta/natural_keys/memberships",
        json!(["institution"]),
        Rule::Conflict,
    );
    assert_fault(
        "/meta/natural_keys/people",
        json!(["slug"]),
        Rule::UnknownField,
    );
    assert_fault("/meta/load_order/0", json!("people"), Rule::UnknownCode);
    for root in ["[]", "null", "1.5", "\"x\""] {
        let found = faults(read(root.as_bytes(), today()));
        assert_eq!(found, [(String::new(), Rule::Type)], "{root}");
    }
}

#[test]
fn an_empty_object_lacks_what_every_file_has() {
    let found = faults(read_value(&json!({})));
    let pointers: Vec<_> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/institutions", "/meta", "/partnership"]);
    assert!(found.iter().all(|(_, rule)| *rule == Rule::Required));
}

#[test]
fn unknown_keys_are_refused_at_every_level() {
    for pointer in [
        "/people",
        "/meta/author",
        "/partnership/people",
        "/partnership/secretariat/fax",
        "/institutions/3/fax",
        "/meetings/0/topics/0/note",
        "/meetings/5/outputs/0/title",
        "/recommendations/0/vote/invalid",
        "/recommendations/0/implementations/0/kind",
        "/vocabularies/colours",
        "/vocabularies/sectors/0/de",
        "/expected_report/note",
        "/reporting_periods/0/title",
    ] {
        assert_fault(pointer, json!("x"), Rule::UnknownField);
    }
    assert_faults(
        &[("/communiques/0/a~b", json!(1))],
        &[("/communiques/0/a~0b", Rule::UnknownField)],
    );
}

#[test]
fn annotations_are_free_texts() {
    assert_read(&[
        ("/memberships/0/test_role", json!("anything")),
        ("/effects/0/name_origin", json!("anything")),
        ("/meetings/0/test_role", json!(null)),
    ]);
    assert_fault("/memberships/0/test_role", json!(["a"]), Rule::Type);
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    for (original, doubled, pointer) in [
        (
            "{\n \"meta\"",
            "{\n \"meetings\": [],\n \"meta\"",
            "/meetings",
        ),
        (
            "\"slug\": \"info-2016-01\",",
            "\"slug\": \"info-2016-01\", \"kind\": \"information\",",
            "/meetings/18/kind",
        ),
        (
            "\"as_of\":",
            "\"as_of\": \"2016-12-31\", \"as_of\":",
            "/expected_report/as_of",
        ),
        (
            "\"assemblies\": 1,",
            "\"assemblies\": 1, \"assemblies\": 2,",
            "/expected_report/figures/assemblies",
        ),
    ] {
        assert_eq!(TEXT.matches(original).count(), 1, "{original}");
        let text = TEXT.replacen(original, doubled, 1);
        let found = faults(read(text.as_bytes(), today()));
        assert!(
            found.contains(&(pointer.to_owned(), Rule::Duplicate)),
            "{found:?}"
        );
        if pointer != "/meetings" {
            assert_eq!(found.len(), 1, "{found:?}");
        }
    }
}

#[test]
fn a_missing_or_empty_required_value_is_one_fault() {
    for pointer in [
        "/partnership/name",
        "/partnership/founded_on",
        "/institutions/0/name",
        "/institutions/0/type",
        "/institutions/0/is_public_body",
        "/memberships/4/signing_form",
        "/council_terms/0/quorum_rule",
        "/council_seats/0/role",
        "/meetings/3/kind",
        "/meetings/0/topics/0/title",
        "/recommendations/0/vote/present",
        "/commitments/0/channel",
        "/communiques/5/title",
        "/communique_publications/0/published_on",
        "/effects/1/position",
    ] {
        assert_fault(pointer, json!(null), Rule::Required);
        assert_faults_without(pointer, &[(pointer, Rule::Required)]);
    }
}

#[test]
fn another_type_is_refused() {
    for (pointer, value) in [
        ("/partnership/scope", json!("x")),
        ("/partnership/scope/0", json!(1)),
        ("/institutions/0", json!("wup")),
        ("/institutions/0/is_public_body", json!("yes")),
        ("/institutions/0/krs", json!(28860)),
        ("/meetings/0/quorum_required", json!(6.0)),
        ("/meetings/0/quorum_required", json!("6")),
        ("/meetings/0/held_on", json!(20160224)),
        ("/meetings/0/topics", json!({})),
        ("/meetings/0/attendance/0", json!(null)),
        ("/recommendations/0/vote", json!([9, 0, 0])),
        ("/council_terms/0/seats", json!(u64::MAX)),
        ("/communiques/0/number", json!(1)),
        ("/expected_report/figures/signatories", json!([])),
        ("/expected_report", json!([])),
    ] {
        let mut file = crate::file::reference();
        crate::file::set(&mut file, pointer, value);
        let found = faults(read_value(&file));
        assert!(
            found.contains(&(pointer.to_owned(), Rule::Type)),
            "{pointer}: {found:?}"
        );
    }
}

#[test]
fn vocabularies_hold_codes_of_the_product_only() {
    let term = |code: &str| json!({"code": code, "pl": "nowy", "en": "new"});
    for list in [
        "sectors",
        "institution_types",
        "meeting_statuses",
        "funding_programmes",
    ] {
        assert_fault(
            &format!("/vocabularies/{list}/0/code"),
            json!("invented"),
            Rule::UnknownCode,
        );
    }
    assert_faults(
        &[("/vocabularies/sectors/-", term("ngo"))],
        &[("/vocabularies/sectors/8/code", Rule::Duplicate)],
    );
    assert_fault(
        "/vocabularies/institution_types/0/sector",
        json!("x"),
        Rule::UnknownCode,
    );
    assert_faults_without(
        "/vocabularies/sectors/0/pl",
        &[("/vocabularies/sectors/0/pl", Rule::Required)],
    );
}

#[test]
fn all_faults_are_reported_at_once() {
    assert_faults(
        &[
            ("/meta/format_version", json!("9.9.9")),
            ("/people", json!([])),
            ("/institutions/2/nip", json!("9990000015")),
            ("/institutions/5/town", json!(null)),
            ("/institutions/5/regon", json!("123456786")),
            ("/memberships/1/institution", json!("nobody")),
            ("/meetings/3/kind", json!("party")),
            ("/meetings/3/held_on", json!("2016-02-30")),
            ("/recommendations/1/vote/for", json!(8)),
            ("/communiques/0/title", json!("PESEL 44051401359")),
            ("/effects/0/period", json!("2099")),
        ],
        &[
            ("/meta/format_version", Rule::UnsupportedVersion),
            ("/people", Rule::UnknownField),
            ("/institutions/2/nip", Rule::Checksum),
            ("/institutions/5/regon", Rule::Checksum),
            ("/memberships/1/institution", Rule::DanglingReference),
            ("/meetings/3/kind", Rule::UnknownCode),
            ("/meetings/3/held_on", Rule::Format),
            ("/recommendations/1/vote/present", Rule::Conflict),
            ("/communiques/0/title", Rule::PersonalIdentifier),
            ("/effects/0/period", Rule::DanglingReference),
        ],
    );
}

#[test]
fn the_number_of_a_person_is_refused_wherever_it_stands() {
    for pointer in [
        "/meta/notice",
        "/partnership/goal",
        "/partnership/scope/0",
        "/partnership/secretariat/phone_display",
        "/institutions/0/name",
        "/institutions/0/name_origin",
        "/meetings/0/topics/0/report_phrase",
        "/meetings/5/external_body",
        "/recommendations/0/implementations/0/goal_text",
        "/recommendations/0/addressees/0",
        "/commitments/0/report_text",
        "/effects/0/report_text",
        "/vocabularies/sectors/0/report_loc",
        "/expected_report/sentences/0/pl",
    ] {
        assert_fault(pointer, json!("Jan, 44051401359"), Rule::PersonalIdentifier);
    }
    assert_faults(
        &[
            ("/meetings/0/44051401359", json!(1)),
            ("/expected_report/figures/02070803628", json!(1)),
        ],
        &[
            ("/meetings/0", Rule::PersonalIdentifier),
            ("/expected_report/figures", Rule::PersonalIdentifier),
        ],
    );
}

#[test]
fn of_very_many_faults_a_thousand_are_listed_and_all_are_counted() {
    let mut file = reference();
    file["memberships"] = vec![json!({"institution": "nobody"}); 700].into();
    let Err(ImportError::Faults(faults)) = read_value(&file) else {
        panic!("refused")
    };
    // Institution, day, status and form of each.
    assert_eq!((faults.listed.len(), faults.total), (1000, 2800));
    // So it is with the keys of one object.
    let many = (0..200_000).map(|number| (format!("key-{number}"), json!(0)));
    let Err(ImportError::Faults(faults)) = read_value(&many.collect()) else {
        panic!("refused")
    };
    assert_eq!((faults.listed.len(), faults.total), (1000, 200_003));
}

#[test]
fn rows_and_records_are_bounded() {
    let long = "x".repeat(512 * 1024);
    assert_faults(
        &[
            ("/communique_publications/3", json!([long])),
            ("/communique_publications/4/url", json!("x")),
        ],
        &[
            ("/communique_publications/3", Rule::Length),
            ("/communique_publications/4/url", Rule::Format),
        ],
    );
    assert_fault("/expected_report", json!([long]), Rule::Length);
    assert_fault("/meta", json!({"title": long}), Rule::Length);
    assert_fault("/surprise", json!([long]), Rule::UnknownField);
    // Records of the collections, with topics, outputs and attendance of meetings, and implementations.
    let records = 508 + 7 + 6 + 72 + 2;
    assert!(read_at_most(TEXT.as_bytes(), today(), records).is_ok());
    let refused = faults(read_at_most(TEXT.as_bytes(), today(), records - 1));
    assert_eq!(
        refused,
        [(
            "/recommendations/1/implementations".to_owned(),
            Rule::Length
        )]
    );
    let refused = faults(read_at_most(TEXT.as_bytes(), today(), 10));
    assert!(
        refused.contains(&("/institutions".to_owned(), Rule::Length)),
        "{refused:?}"
    );
}

#[test]
fn parts_stand_in_any_order_and_spaces_anywhere() {
    let file = reference();
    let all = read_value(&file).unwrap();
    let mut members: Vec<_> = file.as_object().unwrap().iter().collect();
    members.reverse();
    let text: Vec<_> = members
        .iter()
        .map(|(name, value)| format!("\"{name}\"\n\t :\r\n {value:#}"))
        .collect();
    let text = format!(" {{ {} }} \n", text.join(" \n,\n "));
    assert_eq!(read(text.as_bytes(), today()), Ok(all.clone()));
    // A name may be written with escapes.
    let text = text.replacen("\"meetings\"\n", "\"\\u006deetings\"\n", 1);
    assert_eq!(read(text.as_bytes(), today()), Ok(all));
}
