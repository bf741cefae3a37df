//! The house stands as its plan says.

use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::support::Arrows;

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

/// The floors of a crate, the lowest first: each with its files and folders. What stands on none of them stands on the one
/// with [`REST`].
type Floors = [(&'static str, &'static [&'static str])];

const REST: &str = "*";

const PERSISTENCE: &Floors = &[
    ("the database", &["db", "json"]),
    (
        "what every kind of record uses",
        &["change", "audit", "record", "table", "list"],
    ),
    ("concepts", &[REST, "audit::trail"]),
    ("all kinds of records", &["kinds", "commit"]),
    (
        "what commits by itself",
        &["mail", "export::work", "webhook::work"],
    ),
];

/// The place of the floor on which a file stands: of the nearest folder that is named.
fn floor(floors: &Floors, file: &str) -> usize {
    let of = |named: &str| floors.iter().position(|(_, files)| files.contains(&named));
    let mut above = Some(file);
    while let Some(named) = above {
        if let Some(floor) = of(named) {
            return floor;
        }
        above = named.rsplit_once("::").map(|(folder, _)| folder);
    }
    of(REST).unwrap()
}

#[test]
fn no_files_of_persistence_name_each_other_in_a_circle_or_what_stands_above() {
    let arrows = Arrows::of("persistence");
    assert_eq!(arrows.circle(), None);
    let mut read = 0;
    for (file, others) in &arrows.0 {
        for other in others {
            let (from, to) = (floor(PERSISTENCE, file), floor(PERSISTENCE, other));
            assert!(from >= to, "{file} -> {other}");
            read += 1;
        }
    }
    assert!(read > 200, "{read} arrows");
}

/// An error of the database that nobody looks at hides lost data. What clippy refuses (`let _`, a bare `.ok();`) leaves these.
#[test]
fn no_awaited_result_is_made_an_option_or_a_default() {
    let dropped = [
        "ok()",
        "unwrap_or(",
        "unwrap_or_default()",
        "unwrap_or_else(",
        "is_ok()",
        "is_err()",
    ];
    let dropped = dropped.map(|method| format!(".await.{method}"));
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders = ["api/src", "persistence/src"]
        .map(|folder| root.join(folder))
        .to_vec();
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let text: String = text.split_whitespace().collect();
                let found = dropped.iter().find(|method| text.contains(method.as_str()));
                assert_eq!(found, None, "{}", path.display());
                read += 1;
            }
        }
    }
    assert!(read > 200, "{read} files");
}
