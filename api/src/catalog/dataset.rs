//! What is published as open data: one data set for each list of a partnership that everybody may read.

use chrono::{DateTime, NaiveDate, Utc};
use domain::partnership::Partnership;
use domain::record::Versioned;
use uuid::Uuid;

/// A text in both languages.
#[derive(Clone, Debug)]
pub struct Both {
    /// In Polish.
    pub pl: String,
    /// In English.
    pub en: String,
}

/// A file of a data set.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// What tells it from the others of its data set: one letter.
    pub letter: char,
    /// Where it is read.
    pub url: String,
    /// What it is written in.
    pub media_type: &'static str,
    /// The same by the vocabulary of file types of the EU.
    pub file_type: &'static str,
    /// What it is called.
    pub name: &'static str,
}

/// A data set.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// The partnership.
    pub partnership: Uuid,
    /// What tells it from the others of its partnership: one letter.
    pub letter: char,
    /// What it is called.
    pub title: Both,
    /// What it says.
    pub description: Both,
    /// Who publishes it.
    pub publisher: String,
    /// Where the partnership is read.
    pub home: String,
    /// When something last changed in the partnership.
    pub modified: DateTime<Utc>,
    /// Since when there is something to say.
    pub since: NaiveDate,
    /// Its files.
    pub distributions: Vec<Distribution>,
}

/// Letter, path below the partnership, title and description in both languages.
type Listed = (char, &'static str, [&'static str; 2], [&'static str; 2]);

const LISTS: [Listed; 6] = [
    (
        's',
        "signatories",
        ["Sygnatariusze", "Signatories"],
        [
            "Instytucje, które podpisały porozumienie, z datami przystąpienia, zawieszenia i wystąpienia.",
            "Institutions that signed the agreement, with the dates of accession, suspension and withdrawal.",
        ],
    ),
    (
        'm',
        "meetings",
        ["Spotkania", "Meetings"],
        [
            "Posiedzenia i spotkania partnerstwa: ogłoszone, odbyte i odwołane.",
            "Meetings of the partnership: announced, held and cancelled.",
        ],
    ),
    (
        'r',
        "recommendations",
        ["Rekomendacje", "Recommendations"],
        [
            "Rekomendacje partnerstwa wraz z adresatami i stanem.",
            "What the partnership recommended, to whom, and what became of it.",
        ],
    ),
    (
        'k',
        "communiques",
        ["Komunikaty", "Communiqués"],
        [
            "Komunikaty wydane przez partnerstwo.",
            "What the partnership released.",
        ],
    ),
    (
        'z',
        "commitments",
        ["Zobowiązania", "Commitments"],
        [
            "Zobowiązania partnerów wykonywane określoną liczbę razy w roku i ich stan.",
            "What is to be done so many times a year, and how that stands.",
        ],
    ),
    (
        'd',
        "good-practices",
        ["Dobre praktyki", "Good practices"],
        [
            "Dobre praktyki zaprezentowane w partnerstwie.",
            "What institutions do well, as it was presented.",
        ],
    ),
];

/// The data sets of a partnership.
pub fn of(
    partnership: &Versioned<Partnership>,
    base: &str,
    modified: DateTime<Utc>,
) -> Vec<Dataset> {
    let home = format!("{base}/api/v1/partnerships/{}", partnership.head.id);
    let name = &partnership.value.name;
    let dataset = |letter, title: [&str; 2], description: [&str; 2], distributions| Dataset {
        partnership: partnership.head.id,
        letter,
        title: Both {
            pl: format!("{} – {name}", title[0]),
            en: format!("{} – {name}", title[1]),
        },
        description: Both {
            pl: description[0].to_owned(),
            en: description[1].to_owned(),
        },
        publisher: name.clone(),
        home: home.clone(),
        modified,
        since: partnership.value.founded_on,
        distributions,
    };
    let mut datasets: Vec<Dataset> = LISTS
        .iter()
        .map(|(letter, path, title, description)| {
            dataset(
                *letter,
                *title,
                *description,
                tables(&format!("{home}/{path}")),
            )
        })
        .collect();
    let report = format!("{home}/reports/activity");
    datasets.push(dataset(
        'a',
        ["Sprawozdanie z działalności", "Activity report"],
        [
            "Sprawozdanie z ostatniego zakończonego roku: liczby i zdania, inne lata po podaniu parametru year.",
            "The report of the last year that is over: figures and sentences; other years by the parameter year.",
        ],
        vec![Distribution {
            letter: 'j',
            url: report,
            media_type: "application/json",
            file_type: "JSON",
            name: "JSON",
        }],
    ));
    datasets
}

fn tables(list: &str) -> Vec<Distribution> {
    let table = |letter, format, media_type, file_type, name| Distribution {
        letter,
        url: format!("{list}.{format}"),
        media_type,
        file_type,
        name,
    };
    let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    vec![
        table('c', "csv", "text/csv", "CSV", "CSV"),
        table('x', "xlsx", xlsx, "XLSX", "XLSX"),
        table('n', "ndjson", "application/x-ndjson", "JSONL", "JSON Lines"),
    ]
}
