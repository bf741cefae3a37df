//! Bulk imports: a table whose rows become records. Every row is tried when the table arrives; then all of them are applied
//! or none, and they can be taken back as long as nothing was built on them.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::record::{ExternalId, Kind, Record};
use crate::state::Machine;

/// Which status may follow which. A table in which a row was refused is mended and sent again.
pub const TRANSITIONS: Machine = Machine(&[
    ("validated", &["applied"]),
    ("refused", &[]),
    ("applied", &["reverted"]),
    ("reverted", &[]),
]);

/// The kinds of records that can be imported.
pub const KINDS: [Kind; 4] = [
    Kind::Institution,
    Kind::Signatory,
    Kind::Person,
    Kind::Meeting,
];
/// How many rows a table has at the most, without the line of names.
pub const MOST_ROWS: usize = 5_000;
/// How many columns a table has at the most.
pub const MOST_COLUMNS: usize = 200;
/// How many cells its rows have at the most, without the empty ones at the end of a row.
pub const MOST_CELLS: usize = 300_000;
/// How many bulk imports a partnership has at the most, with those that are kept: their rows are stored.
pub const MOST_IMPORTS: u64 = 50;
/// How long one is kept after it arrived, was applied or was taken back.
const KEPT: TimeDelta = TimeDelta::days(30);

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It becomes a new record.
    Created,
    /// It changes a record.
    Updated,
    /// It says what stands already.
    Unchanged,
    /// It cannot be taken.
    Refused,
}

impl Outcome {
    /// Every outcome, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Created, Self::Updated, Self::Unchanged, Self::Refused];

    /// The stable code: one of the vocabulary `bulk_import_outcomes`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
        }
    }

    /// The outcome of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }
}

/// How many rows became what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// New records.
    pub created: u32,
    /// Changed records.
    pub updated: u32,
    /// Records that stand as the row says.
    pub unchanged: u32,
    /// Rows that cannot be taken.
    pub refused: u32,
}

impl Counts {
    /// Counts outcomes.
    pub fn of(outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        let mut counts = Self::default();
        for outcome in outcomes {
            let one = match outcome {
                Outcome::Created => &mut counts.created,
                Outcome::Updated => &mut counts.updated,
                Outcome::Unchanged => &mut counts.unchanged,
                Outcome::Refused => &mut counts.refused,
            };
            *one += 1;
        }
        counts
    }
}

/// A bulk import.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BulkImport {
    /// The partnership.
    pub partnership_id: Uuid,
    /// Who sent the table.
    pub account_id: Uuid,
    /// The kind of its records by its name.
    pub kind: String,
    /// What the table was called where it comes from.
    pub file_name: Option<String>,
    /// SHA-256 of the table as it was sent, in hexadecimal digits.
    pub sha256: String,
    /// Code of the vocabulary `bulk_import_statuses`.
    pub status: String,
    /// What becomes of its rows.
    pub counts: Counts,
    /// When it was applied.
    pub applied_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub reverted_at: Option<DateTime<Utc>>,
    /// When it is forgotten.
    pub expires_at: DateTime<Utc>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for BulkImport {
    const KIND: Kind = Kind::BulkImport;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl BulkImport {
    /// The kind of its records.
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_name(&self.kind)
    }

    /// The same once the rows of its table, of a SHA-256, were tried.
    pub fn tried(self, sha256: String, counts: Counts) -> Self {
        let status = match counts.refused {
            0 => "validated",
            _ => "refused",
        };
        Self {
            sha256,
            status: status.to_owned(),
            counts,
            ..self
        }
    }

    /// The same in a status that its rows were brought into.
    pub fn entered(self, status: &str, now: DateTime<Utc>) -> Self {
        let (applied, reverted) = (status == "applied", status == "reverted");
        Self {
            applied_at: applied.then_some(now).or(self.applied_at),
            reverted_at: reverted.then_some(now).or(self.reverted_at),
            expires_at: now + KEPT,
            status: status.to_owned(),
            ..self
        }
    }
}

/// A bulk import as somebody describes it, nothing checked yet.
#[derive(Clone, Debug, Default)]
pub struct BulkImportDraft {
    /// The partnership.
    pub partnership_id: Uuid,
    /// Who sends the table.
    pub account_id: Uuid,
    /// The kind of its records.
    pub kind: String,
    /// What the table is called.
    pub file_name: Option<String>,
}

impl BulkImportDraft {
    /// Checks every value, before any row is looked at.
    pub fn check(self, now: DateTime<Utc>) -> Result<BulkImport, Faults> {
        let mut f = Faults::new();
        if !KINDS.iter().any(|kind| kind.name() == self.kind) {
            f.add("/kind", Rule::UnknownCode);
        }
        let file_name = self.file_name.as_deref();
        let import = BulkImport {
            partnership_id: self.partnership_id,
            account_id: self.account_id,
            kind: self.kind,
            file_name: check::optional_line(&mut f, "/file_name", file_name, 200),
            sha256: String::new(),
            status: "refused".to_owned(),
            counts: Counts::default(),
            applied_at: None,
            reverted_at: None,
            expires_at: now + KEPT,
            external_ids: Vec::new(),
        };
        f.finish().map(|()| import)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{expected, faults};

    fn draft() -> BulkImportDraft {
        BulkImportDraft {
            kind: "person".into(),
            file_name: Some(" Kontakty 2016.xlsx ".into()),
            ..Default::default()
        }
    }

    #[test]
    fn a_table_in_which_a_row_was_refused_is_not_applied() {
        let now = DateTime::UNIX_EPOCH;
        let import = draft().check(now).unwrap();
        assert_eq!(import.file_name.as_deref(), Some("Kontakty 2016.xlsx"));
        use Outcome::{Created, Refused, Unchanged, Updated};
        let fine = Counts::of([Created, Created, Updated, Unchanged]);
        assert_eq!((fine.created, fine.updated, fine.unchanged), (2, 1, 1));
        assert_eq!(
            import.clone().tried(String::new(), fine).status,
            "validated"
        );
        assert_eq!(
            import
                .tried(String::new(), Counts::of([Created, Refused]))
                .status,
            "refused"
        );
        assert!(TRANSITIONS.allowed("refused").is_empty());
    }

    #[test]
    fn it_is_kept_for_a_month_after_the_last_step() {
        let now = DateTime::UNIX_EPOCH;
        let later = now + TimeDelta::days(3);
        let import = draft().check(now).unwrap().entered("applied", later);
        let reverted = import.clone().entered("reverted", later + KEPT);
        assert_eq!(
            (import.applied_at, import.expires_at),
            (Some(later), later + KEPT)
        );
        assert_eq!(
            (reverted.applied_at, reverted.reverted_at),
            (Some(later), Some(later + KEPT))
        );
    }

    #[test]
    fn only_some_kinds_can_be_imported() {
        let refused = BulkImportDraft {
            kind: "recommendation".into(),
            ..draft()
        };
        let found = faults(refused.check(DateTime::UNIX_EPOCH));
        assert_eq!(found, expected(&[("/kind", Rule::UnknownCode)]));
        let terms = crate::vocabulary::find("bulk_import_outcomes").unwrap();
        assert!(
            Outcome::ALL
                .iter()
                .all(|outcome| terms.contains(outcome.code()))
        );
        assert_eq!(Outcome::from_code("refused"), Some(Outcome::Refused));
    }
}
