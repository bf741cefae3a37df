//! What a report says: counted now, or as it was frozen.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::link::Shown;
use domain::partnership::Partnership;
use domain::period::Period;
use domain::record::{Kind as RecordKind, Versioned};
use domain::report::{Content, Facts, Figure, Figures, Labels, Report, Subject, count};
use persistence::kinds::{self, natural_keys};
use persistence::report::{self as store, file};
use persistence::{Conn, RepoError, change, institution};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::format::{ALL_LANGUAGES, Format};
use super::wire::{href, record_href};
use crate::problem::{Halt, Kind, Problem};

/// What the records say now of a period; with the names of all records where a format needs them.
pub async fn live(
    conn: &impl Conn,
    partnership: &Versioned<Partnership>,
    period: Period,
    with_names: bool,
) -> Result<Content, RepoError> {
    // Read before all that is counted, which is at least as new.
    let sequence = change::feed::sequence_of(conn, Some(partnership.head.id)).await?;
    let facts = store::facts(conn, partnership, period).await?;
    let figures = count(&facts, period);
    // Commitments are named in every format.
    let is_named = |kind| with_names || kind == RecordKind::Commitment;
    let mut labels = labels(conn, &facts, &figures, usize::MAX, is_named).await?;
    let id = partnership.head.id.to_string();
    let href = |figure: &Figure| (figure.key, href(&id, figure.selection, period));
    labels.hrefs = figures.iter().map(href).collect();
    let subject = Subject {
        id: partnership.head.id,
        slug: partnership.value.slug.clone(),
        name: partnership.value.name.clone(),
    };
    Ok(Content::of(
        subject,
        &facts,
        &figures,
        &labels,
        &|kind, of| record_href(&id, kind, of),
        sequence,
    ))
}

/// What the records say now of the period of a report, without what people wrote into it.
pub async fn unwritten(
    conn: &impl Conn,
    partnership: &Versioned<Partnership>,
    report: &Report,
) -> Result<Content, Halt> {
    let period = report.period().ok_or_else(|| Problem::of(Kind::Internal))?;
    Ok(live(conn, partnership, period, true).await?)
}

/// What a report says: what the records say now, with what people wrote into it, and once it is frozen what it said then.
pub async fn of(
    conn: &impl Conn,
    partnership: &Versioned<Partnership>,
    report: &Versioned<Report>,
) -> Result<Content, Halt> {
    if !report.value.is_frozen() {
        let content = unwritten(conn, partnership, &report.value).await?;
        return Ok(report.value.told(content));
    }
    frozen(conn, report.head.id).await
}

/// What a report said when it was frozen.
pub async fn frozen(conn: &impl Conn, report: Uuid) -> Result<Content, Halt> {
    let content = kept(conn, report).await?;
    Ok(content.ok_or_else(|| Problem::of(Kind::Internal))?)
}

async fn kept(conn: &impl Conn, report: Uuid) -> Result<Option<Content>, RepoError> {
    let which = file::Which {
        report,
        format: Format::Json.suffix(),
        language: ALL_LANGUAGES,
    };
    let Some(kept) = file::read(conn, which).await? else {
        return Ok(None);
    };
    let content = serde_json::from_slice(&kept.content);
    if let Err(error) = &content {
        tracing::error!(%report, %error, "A frozen report cannot be read");
    }
    Ok(content.ok())
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

/// What the first records of each figure are called, as far as everybody sees them.
pub async fn labels(
    conn: &impl Conn,
    facts: &Facts,
    figures: &Figures,
    number: usize,
    is_named: impl Fn(RecordKind) -> bool,
) -> Result<Labels, RepoError> {
    let mut by_kind: HashMap<RecordKind, BTreeSet<Uuid>> = HashMap::new();
    for figure in figures.iter() {
        let ids = by_kind.entry(figure.selection.kind()).or_default();
        ids.extend(figure.records.iter().take(number));
    }
    by_kind.retain(|kind, _| is_named(*kind));
    let wanted: HashSet<Uuid> = by_kind.values().flatten().copied().collect();
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
    // Signatories and postings are called by their institutions, as these were called at the end of the period.
    let mut institutions = facts.institutions();
    institutions.retain(|(record, _)| wanted.contains(record));
    let of_records = institutions.iter();
    named.extend(of_records.map(|(_, id)| (RecordKind::Institution, *id)));
    for (id, shown) in kinds::names(conn, true, named).await? {
        if let Shown::Record(shown) = shown {
            labels.names.insert(id, shown.name);
        }
    }
    let ids: BTreeSet<Uuid> = institutions.iter().map(|(_, id)| *id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let former = institution::former_names(conn, &ids, figures.period().to()).await?;
    labels.names.extend(former);
    for (id, institution) in institutions {
        if let Some(name) = labels.names.get(&institution).cloned() {
            labels.names.insert(id, name);
        }
    }
    labels.names.extend(facts.own_names());
    Ok(labels)
}

/// The frozen reports of the two years before the one of a report, the earliest first: those that came last of each.
pub async fn earlier(
    conn: &impl Conn,
    partnership: Uuid,
    content: &Content,
) -> Result<Vec<Content>, RepoError> {
    let period = Period::new(content.from, content.to);
    let Some(year) = period.ok().and_then(Period::as_year) else {
        return Ok(Vec::new());
    };
    let mut earlier = Vec::new();
    for year in [year - 2, year - 1] {
        if let Some(id) = store::latest_frozen(conn, partnership, year).await? {
            earlier.extend(kept(conn, id).await?);
        }
    }
    Ok(earlier)
}
