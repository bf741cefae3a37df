//! What a report says: counted now, or as it was frozen.

use std::collections::{BTreeSet, HashMap};

use domain::link::Shown;
use domain::partnership::Partnership;
use domain::record::{Kind as RecordKind, Versioned};
use domain::report::{Content, Figures, Labels, Report, Subject, count};
use persistence::kinds::{self, natural_keys};
use persistence::report::{self as store, file};
use persistence::{Conn, RepoError, change};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::problem::{Halt, Kind, Problem};

/// The suffix of the canonical content.
pub const JSON: &str = "json";
/// The language of what holds all of them (ISO 639-2).
pub const ALL_LANGUAGES: &str = "mul";

/// What the records say now of the period of a report, without what people wrote into it; none where its period is none.
pub async fn live(
    conn: &impl Conn,
    partnership: &Versioned<Partnership>,
    report: &Report,
) -> Result<Option<Content>, RepoError> {
    let Some(period) = report.period() else {
        return Ok(None);
    };
    // Read before all that is counted, which is at least as new.
    let sequence = change::feed::sequence_of(conn, Some(partnership.head.id)).await?;
    let facts = store::facts(conn, partnership, period).await?;
    let figures = count(&facts, period);
    let labels = labels(conn, &figures).await?;
    let subject = Subject {
        id: partnership.head.id,
        slug: partnership.value.slug.clone(),
        name: partnership.value.name.clone(),
    };
    Ok(Some(Content::of(
        subject, &facts, &figures, &labels, sequence,
    )))
}

/// What a report says: what the records say now, with what people wrote into it, and once it is frozen what it said then.
pub async fn of(
    conn: &impl Conn,
    partnership: &Versioned<Partnership>,
    report: &Versioned<Report>,
) -> Result<Content, Halt> {
    let missing = || Problem::of(Kind::Internal);
    if !report.value.is_frozen() {
        let content = live(conn, partnership, &report.value).await?;
        return Ok(report.value.told(content.ok_or_else(missing)?));
    }
    frozen(conn, report.head.id).await
}

/// What a report said when it was frozen.
pub async fn frozen(conn: &impl Conn, report: Uuid) -> Result<Content, Halt> {
    let missing = || Problem::of(Kind::Internal);
    let which = file::Which {
        report,
        format: JSON,
        language: ALL_LANGUAGES,
    };
    let kept = file::read(conn, which).await?.ok_or_else(missing)?;
    Ok(serde_json::from_slice(&kept.content).map_err(|_| missing())?)
}

/// The SHA-256 of the canonical form of what a report says, whenever it was counted.
pub fn sha256_without_sequence(content: &Content) -> Result<String, Problem> {
    let timeless = Content {
        sequence: 0,
        ..content.clone()
    };
    let canonical = timeless.canonical();
    let canonical = canonical.map_err(|_| Problem::of(Kind::Internal))?;
    Ok(hex::encode(Sha256::digest(canonical)))
}

/// What all records of all figures are called, as far as everybody sees them.
async fn labels(conn: &impl Conn, figures: &Figures) -> Result<Labels, RepoError> {
    let mut by_kind: HashMap<RecordKind, BTreeSet<Uuid>> = HashMap::new();
    for figure in figures.iter() {
        let ids = by_kind.entry(figure.selection.kind()).or_default();
        ids.extend(&figure.records);
    }
    let mut labels = Labels::default();
    let mut named = Vec::new();
    for (kind, ids) in by_kind {
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let keys = natural_keys(conn, kind, &ids).await?.into_iter();
        labels.keys.extend(keys.map(|(id, known)| (id, known.key)));
        if kinds::has_names(kind) {
            named.extend(ids.into_iter().map(|id| (kind, id)));
        }
    }
    for (id, shown) in kinds::names(conn, true, named).await? {
        if let Shown::Record(shown) = shown {
            labels.names.insert(id, shown.name);
        }
    }
    Ok(labels)
}
