//! A partnership's records from a data file (`social-economy-partnership-seed`, 1.0.0): read and
//! checked as a whole. Nothing of a file with a fault is used, and every fault is reported at once.

mod about;
mod council;
mod duties;
mod followup;
mod index;
mod list;
mod meetings;
mod outreach;
mod parties;
mod reader;
mod row;
mod span;
mod tree;
mod value;

use chrono::NaiveDate;
use thiserror::Error;

pub use council::{MandateRow, TermRow};
pub use duties::{CommitmentRow, EffectRow, FulfilmentRow};
pub use followup::{Addressee, ImplementationRow, RecommendationRow, VoteRow};
pub use meetings::{GoodPracticeRow, MeetingRow, OutputRow, TopicRow};
pub use outreach::{CommuniqueRow, PostingRow};
pub use parties::MembershipRow;

use self::index::Index;
use self::reader::{Object, Reader};
use crate::fault::Fault;
use crate::institution::Institution;
use crate::partnership::Partnership;

/// A file that was read without a fault: canonical values in the words of the product, in the
/// order of the file. Rows name each other by slug, and every slug they name is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The partnership, its secretariat's institution not yet set.
    pub partnership: Partnership,
    /// The institution that runs the secretariat, by slug.
    pub secretariat: Option<String>,
    /// Institutions, signatories and others.
    pub institutions: Vec<Institution>,
    /// Who signed, and when.
    pub memberships: Vec<MembershipRow>,
    /// Terms of the Programme Council.
    pub terms: Vec<TermRow>,
    /// Seats held in them.
    pub mandates: Vec<MandateRow>,
    /// Meetings of every kind.
    pub meetings: Vec<MeetingRow>,
    /// Good practices, in the order of presentation.
    pub good_practices: Vec<GoodPracticeRow>,
    /// Recommendations.
    pub recommendations: Vec<RecommendationRow>,
    /// Commitments.
    pub commitments: Vec<CommitmentRow>,
    /// What fulfilled them.
    pub fulfilments: Vec<FulfilmentRow>,
    /// Communiqués.
    pub communiques: Vec<CommuniqueRow>,
    /// Where each was posted.
    pub postings: Vec<PostingRow>,
    /// Effects.
    pub effects: Vec<EffectRow>,
    /// Rules of steps taken here that the file breaks, each with its place: it brings years that are over, so that its word
    /// stands.
    pub warnings: Vec<Fault>,
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
    #[error("{} faults", .0.len())]
    Faults(Vec<Fault>),
}

/// Reads a data file as of a day.
pub fn read(bytes: &[u8], today: NaiveDate) -> Result<Dataset, ImportError> {
    let root = tree::parse(bytes)?;
    let reader = Reader::new(today, Index::of(&root));
    let dataset = reader.object(String::new(), &root, dataset).flatten();
    let (faults, warnings) = reader.into_noted();
    match dataset {
        Some(dataset) if faults.is_empty() => Ok(Dataset {
            warnings,
            ..dataset
        }),
        _ => Err(ImportError::Faults(faults)),
    }
}

/// The whole file. `None` only beside a fault.
fn dataset(root: &Object<'_, '_>) -> Option<Dataset> {
    let time_zone = root.required_nested("meta", about::meta).flatten();
    root.nested("vocabularies", about::vocabularies);
    about::reporting_periods(root);
    root.nested("expected_report", about::expected_report);
    root.require("institutions");
    let partnership =
        root.required_nested("partnership", |row| parties::partnership(row, time_zone));
    let institutions = parties::institutions(root);
    let memberships = parties::memberships(root);
    let terms = council::terms(root);
    let mandates = council::mandates(root);
    let meetings = meetings::meetings(root);
    let good_practices = meetings::good_practices(root);
    let recommendations = followup::recommendations(root);
    let commitments = duties::commitments(root);
    let fulfilments = duties::fulfilments(root);
    let communiques = outreach::communiques(root);
    let postings = outreach::postings(root);
    let effects = duties::effects(root);
    let (partnership, secretariat) = partnership??;
    Some(Dataset {
        partnership,
        secretariat,
        institutions,
        memberships,
        terms,
        mandates,
        meetings,
        good_practices,
        recommendations,
        commitments,
        fulfilments,
        communiques,
        postings,
        effects,
        warnings: Vec::new(),
    })
}
