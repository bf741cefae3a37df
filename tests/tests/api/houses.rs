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

/// The floors of a crate, the lowest first: each with its files and folders. What is named on none of them stands on the one
/// with [`REST`]. `docs/architecture.md` says what they are.
type Floors = &'static [&'static [&'static str]];

const REST: &str = "*";

const PERSISTENCE: Floors = &[
    &["db", "json"],
    &["audit", "change", "list", "record", "table"],
    &[REST, "audit::trail"],
    &["commit", "kinds"],
    &["export::work", "mail", "webhook::work"],
];

const API: Floors = &[
    &[
        "address",
        "asked",
        "clock",
        "codes",
        "components",
        "config",
        "connection",
        "contract",
        "limits",
        "list_format",
        "problem",
        "xml",
    ],
    &[
        "auth::keys",
        "auth::master_secret",
        "auth::password",
        "auth::secret",
        "change::head",
        "mail",
        "register::answer",
        "register::krs",
        "register::registers",
        "register::regon",
        "register::wire",
        "state",
        "webhook::network",
        "webhook::sender",
    ],
    &["auth", "find", "problem::pages", "wire"],
    &["export", "records", "site"],
    &[
        REST,
        "export::archive",
        "export::job",
        "export::schedule",
        "export::worker",
        "mail::worker",
    ],
    &["cli", "document", "gate", "main", "server"],
];

/// The floor on which a file stands: that of the nearest folder which has one.
fn floor(floors: Floors, file: &str) -> usize {
    let of = |named| floors.iter().position(|floor| floor.contains(&named));
    let folders = file.rmatch_indices("::").map(|(end, _)| &file[..end]);
    let mut nearest = std::iter::once(file).chain(folders);
    nearest.find_map(of).or_else(|| of(REST)).unwrap()
}

#[test]
fn no_file_names_another_in_a_circle_or_on_a_floor_above() {
    for (package, floors) in [("persistence", PERSISTENCE), ("api", API)] {
        let arrows = Arrows::of(package);
        assert_eq!(arrows.circle(), None, "{package}");
        let mut read = 0;
        for (file, others) in &arrows.0 {
            for other in others {
                let (from, to) = (floor(floors, file), floor(floors, other));
                assert!(from >= to, "{package}: {file} -> {other}");
                read += 1;
            }
        }
        assert!(read > 200, "{package}: {read} arrows");
        let named = floors
            .iter()
            .copied()
            .flatten()
            .filter(|name| **name != REST);
        for name in named {
            assert!(arrows.0.contains_key(*name), "{package}: no {name}");
        }
    }
}

#[test]
fn a_circle_of_files_is_found_and_named() {
    let arrows = [
        ("server", "state"),
        ("state", "webhook"),
        ("webhook", "state"),
    ];
    let arrows = arrows.map(|(file, other)| (file.to_owned(), [other.to_owned()].into()));
    let circle = ["state", "webhook"];
    assert_eq!(
        Arrows(arrows.into()).circle().as_deref(),
        Some(circle.as_slice())
    );
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
