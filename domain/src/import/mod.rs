//! A partnership's records from a data file (`social-economy-partnership-seed`, 1.0.0): checked as a
//! whole, then read row by row. Nothing of a file with a fault is used, and every fault is reported
//! at once. The file is never in memory as a whole: only what rows may refer to is kept.

mod about;
mod council;
mod duties;
mod followup;
mod index;
mod list;
mod meetings;
mod outline;
mod outreach;
mod parties;
mod reader;
mod row;
mod span;
mod tree;
mod value;

use std::io::{ErrorKind, Read, Seek};

use chrono::NaiveDate;
use thiserror::Error;

pub use council::{MandateRow, TermRow};
pub use duties::{CommitmentRow, EffectRow, FulfilmentRow};
pub use followup::{Addressee, ImplementationRow, RecommendationRow, VoteRow};
pub use meetings::{GoodPracticeRow, MeetingRow, OutputRow, TopicRow};
pub use outreach::{CommuniqueRow, PostingRow};
pub use parties::MembershipRow;

use self::about::ReportingPeriod;
use self::index::INDEXED;
use self::outline::Outline;
use self::reader::{Object, Reader};
use self::row::{Row, annotations};
use crate::agreement_version::AgreementVersion;
use crate::fault::{FaultList, Rule};
use crate::institution::Institution;
use crate::partnership::Partnership;

/// A file that was checked and has no fault. Its rows are read one by one, in the order of the file, as canonical
/// values in the words of the product. They name each other by slug, and every slug they name is there.
pub struct Dataset<R> {
    /// The partnership, its secretariat's institution not yet set.
    pub partnership: Partnership,
    /// Its agreement.
    pub agreement: AgreementVersion,
    /// The institution that runs the secretariat, by slug.
    pub secretariat: Option<String>,
    /// Rules of steps taken here that the file breaks, each with its place: it brings years that are over, so that its word
    /// stands.
    pub warnings: FaultList,
    outline: Outline<R>,
    reader: Reader,
}

/// Why a file is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// It is no JSON.
    #[error("not valid JSON at line {line}, column {column}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column, in bytes.
        column: usize,
    },
    /// Rules are broken: each fault with its place in the file, at most one for a place.
    #[error("{} faults", .0.total)]
    Faults(FaultList),
    /// It could not be read to its end.
    #[error("the file cannot be read: {0}")]
    Unreadable(ErrorKind),
}

impl From<ErrorKind> for ImportError {
    fn from(kind: ErrorKind) -> Self {
        Self::Unreadable(kind)
    }
}

impl From<std::io::Error> for ImportError {
    fn from(error: std::io::Error) -> Self {
        Self::Unreadable(error.kind())
    }
}

/// Checks a data file of so many records at the most, as of a day.
pub fn read<R: Read + Seek>(
    source: R,
    today: NaiveDate,
    most_records: usize,
) -> Result<Dataset<R>, ImportError> {
    let mut reader = Reader::new(today, most_records);
    let mut outline = Outline::of(source, &reader)?;
    for collection in INDEXED {
        for number in 0.. {
            match outline.row(collection, number)? {
                Some(Some(row)) => reader.index.add(collection, &row),
                Some(None) => {}
                None => break,
            }
        }
    }
    let partnership = checked(&mut outline, &reader)?;
    let faults = reader.faults();
    let warnings = reader.warnings();
    match partnership {
        Some((partnership, agreement, secretariat)) if faults.total == 0 => Ok(Dataset {
            partnership,
            agreement,
            secretariat,
            warnings,
            outline,
            reader,
        }),
        _ => Err(ImportError::Faults(faults)),
    }
}

/// Notes every fault of a file. `None` only beside one.
fn checked<R: Read + Seek>(
    outline: &mut Outline<R>,
    reader: &Reader,
) -> Result<Option<(Partnership, AgreementVersion, Option<String>)>, ImportError> {
    if !outline.is_object {
        reader.note("", Rule::Type);
        return Ok(None);
    }
    for required in ["meta", "institutions", "partnership"] {
        if !outline.has(required) && !reader.is_noted(&format!("/{required}")) {
            reader.note(format!("/{required}"), Rule::Required);
        }
    }
    let time_zone = section(outline, reader, "meta", about::meta)?.flatten();
    section(outline, reader, "vocabularies", about::vocabularies)?;
    check::<ReportingPeriod, R>(outline, reader)?;
    section(outline, reader, "expected_report", about::expected_report)?;
    let partnership = section(outline, reader, "partnership", |row| {
        parties::partnership(row, time_zone)
    })?;
    check::<Institution, R>(outline, reader)?;
    check::<MembershipRow, R>(outline, reader)?;
    check::<TermRow, R>(outline, reader)?;
    check::<MandateRow, R>(outline, reader)?;
    check::<MeetingRow, R>(outline, reader)?;
    check::<GoodPracticeRow, R>(outline, reader)?;
    check::<RecommendationRow, R>(outline, reader)?;
    check::<CommitmentRow, R>(outline, reader)?;
    check::<FulfilmentRow, R>(outline, reader)?;
    check::<CommuniqueRow, R>(outline, reader)?;
    check::<PostingRow, R>(outline, reader)?;
    check::<EffectRow, R>(outline, reader)?;
    Ok(partnership.flatten())
}

fn section<R: Read + Seek, T>(
    outline: &mut Outline<R>,
    reader: &Reader,
    name: &str,
    read: impl FnOnce(&Object<'_, '_>) -> T,
) -> Result<Option<T>, ImportError> {
    let Some(node) = outline.section(name)? else {
        return Ok(None);
    };
    reader.next_part();
    Ok(reader.object(format!("/{name}"), &node, read))
}

/// Reads a row and forgets what is not kept of it. No row after the last one.
fn row<T: Row, R: Read + Seek>(
    outline: &mut Outline<R>,
    reader: &Reader,
    number: usize,
    seen: &mut T::Seen,
) -> Result<Option<Option<T>>, ImportError> {
    let node = match outline.row(T::COLLECTION, number)? {
        Some(Some(node)) => node,
        Some(None) => return Ok(Some(None)),
        None => return Ok(None),
    };
    reader.next_part();
    let pointer = format!("/{}/{number}", T::COLLECTION);
    let read = reader.object(pointer, &node, |row| {
        annotations(row);
        T::read(row, seen)
    });
    Ok(Some(read.flatten()))
}

/// Notes every fault of a collection.
fn check<T: Row, R: Read + Seek>(
    outline: &mut Outline<R>,
    reader: &Reader,
) -> Result<(), ImportError> {
    let mut seen = T::Seen::default();
    let mut number = 0;
    while row::<T, R>(outline, reader, number, &mut seen)?.is_some() {
        number += 1;
    }
    reader.next_part();
    T::finish(seen, reader);
    Ok(())
}

macro_rules! collections {
    ($($(#[doc = $doc:literal])+ $name:ident: $row:ty;)+) => { $(
        $(#[doc = $doc])+
        pub fn $name(&mut self) -> impl Iterator<Item = Result<$row, ImportError>> {
            self.rows::<$row>()
        }
    )+ };
}

impl<R: Read + Seek> Dataset<R> {
    collections! {
        /// Institutions, signatories and others.
        institutions: Institution;
        /// Who signed, and when.
        memberships: MembershipRow;
        /// Terms of the Programme Council.
        terms: TermRow;
        /// Seats held in them.
        mandates: MandateRow;
        /// Meetings of every kind.
        meetings: MeetingRow;
        /// Good practices, in the order of presentation.
        good_practices: GoodPracticeRow;
        /// Recommendations.
        recommendations: RecommendationRow;
        /// Commitments.
        commitments: CommitmentRow;
        /// What fulfilled them.
        fulfilments: FulfilmentRow;
        /// Communiqués.
        communiques: CommuniqueRow;
        /// Where each was posted.
        postings: PostingRow;
        /// Effects.
        effects: EffectRow;
    }

    fn rows<T: Row>(&mut self) -> impl Iterator<Item = Result<T, ImportError>> {
        (0..).map_while(|number| {
            // That nothing stands twice was checked: nothing has to be remembered.
            let mut seen = T::Seen::default();
            match row::<T, R>(&mut self.outline, &self.reader, number, &mut seen) {
                Ok(None) => None,
                Ok(Some(Some(row))) => Some(Ok(row)),
                // It had no fault when it was checked.
                Ok(Some(None)) => Some(Err(ErrorKind::InvalidData.into())),
                Err(error) => Some(Err(error)),
            }
        })
    }
}
