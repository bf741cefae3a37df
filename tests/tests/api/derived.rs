//! Files that are printed from the code say what the code says. `docs/update` rewrites them.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn assert_derived(file: &str, current: &str) {
    let path = root().join(file);
    if std::env::var_os("UPDATE_DERIVED").is_some() {
        std::fs::write(&path, current).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == current,
        "{file} is out of date: run `docs/update`"
    );
}

#[test]
fn derived_permissions_page() {
    assert_derived("docs/permissions.md", &domain::access::matrix());
}

#[test]
fn derived_problems_page() {
    use api::problem::{Kind, TEXTS};
    use domain::language::Language;
    let mut page = String::from(
        "# Problems\n\nPrinted by a test from `api/src/problem/kind.rs` and the message files.\n\n",
    );
    page += "| Status | Code | Title |\n|---|---|---|\n";
    for kind in Kind::ALL {
        let title = |language| TEXTS.format(language, kind.slug(), None, &[]);
        page += &format!(
            "| {} | `{}` | {} / {} |\n",
            kind.status(),
            kind.slug(),
            title(Language::Pl),
            title(Language::En)
        );
    }
    assert_derived("docs/problems.md", &page);
}

#[test]
fn derived_report_page() {
    assert_derived("docs/report.md", &domain::report::dates::page());
}

#[test]
fn derived_document() {
    assert_derived("openapi/openapi.json", &api::document_json());
}

#[test]
fn both_languages_have_every_text_of_a_problem() {
    use api::problem::{Kind, TEXTS};
    use domain::fault::Rule;
    use domain::language::Language;
    assert_eq!(TEXTS.faults(), &[] as &[String]);
    assert_eq!(TEXTS.ids(Language::Pl), TEXTS.ids(Language::En));
    for kind in Kind::ALL {
        assert!(
            TEXTS.ids(Language::Pl).contains(kind.slug()),
            "{}",
            kind.slug()
        );
    }
    for rule in Rule::ALL {
        assert!(
            TEXTS
                .ids(Language::Pl)
                .contains(format!("rule-{}", rule.code()).as_str()),
            "{}",
            rule.code()
        );
    }
}
