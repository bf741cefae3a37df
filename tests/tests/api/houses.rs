//! The house stands as its plan says.

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Which crate may use which. A new arrow is a line here, for a reviewer to see.
const ALLOWED: [(&str, &[&str]); 6] = [
    ("domain", &[]),
    ("migration", &[]),
    ("persistence", &["domain", "migration"]),
    ("api", &["domain", "persistence"]),
    ("openapi", &["api"]),
    ("tests", &["api", "persistence", "domain"]),
];

#[test]
fn the_arrows_between_crates_are_the_planned_ones() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let own: Vec<&str> = metadata
        .packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    assert_eq!(own.len(), ALLOWED.len(), "{own:?}");
    for package in &metadata.packages {
        let allowed = ALLOWED
            .iter()
            .find(|(name, _)| *name == package.name.as_str())
            .unwrap()
            .1;
        for dependency in package
            .dependencies
            .iter()
            .filter(|dependency| own.contains(&dependency.name.as_str()))
        {
            assert!(
                allowed.contains(&dependency.name.as_str()),
                "{} -> {}",
                package.name,
                dependency.name
            );
        }
        let names_sea_orm = package
            .dependencies
            .iter()
            .any(|dependency| dependency.name.starts_with("sea-orm"));
        assert_eq!(
            names_sea_orm,
            ["persistence", "migration"].contains(&package.name.as_str()),
            "{}",
            package.name
        );
        let normal = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind == DependencyKind::Normal);
        if package.name.as_str() == "domain" {
            for dependency in normal {
                let outside = ["actix", "sqlx", "tokio", "reqwest", "tracing"];
                assert!(
                    !outside.iter().any(|name| dependency.name.starts_with(name)),
                    "{}",
                    dependency.name
                );
            }
        }
    }
}
