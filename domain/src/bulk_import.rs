//! Bulk imports: a table whose rows become records. Every row is tried when the table arrives; then all of them are applied
//! or none, and they can be taken back as long as nothing was built on them.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::account::Account;
use crate::check;
use crate::fault::{Faults, Rule};
use crate::link::Link;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, never};
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BulkImportCountsOut)]
pub struct Counts {
    /// New records.
    #[schema(minimum = 0, example = 12)]
    pub created: u32,
    /// Changed records.
    #[schema(minimum = 0, example = 3)]
    pub updated: u32,
    /// Records that stand as the row says.
    #[schema(minimum = 0, example = 54)]
    pub unchanged: u32,
    /// Rows that cannot be taken.
    #[schema(minimum = 0, example = 0)]
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

/// A bulk import. It says what the table that was sent is about; all else follows from its rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkImport {
    /// The partnership.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Who sent the table.
    #[serde(default, deserialize_with = "never")]
    #[schema(value_type = Option<String>, format = "account", read_only)]
    pub account: Link<Account>,
    /// The kind of its records: a code of the vocabulary `record_kinds`.
    #[schema(format = "record_kinds", example = "institution")]
    pub kind: String,
    /// What the table was called where it comes from.
    #[schema(example = "instytucje-2016.csv")]
    pub file_name: Option<String>,
    /// SHA-256 of the table as it was sent, in hexadecimal digits.
    #[serde(default, deserialize_with = "never")]
    #[schema(
        read_only,
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub sha256: String,
    /// Code of the vocabulary `bulk_import_statuses`.
    #[serde(default, deserialize_with = "never")]
    #[schema(format = "bulk_import_statuses", read_only, example = "validated")]
    pub status: String,
    /// What becomes of its rows.
    #[serde(default, deserialize_with = "never")]
    pub counts: Counts,
    /// When it was applied.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "2016-01-04T08:10:00Z")]
    pub applied_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "2017-01-09T08:00:00Z")]
    pub reverted_at: Option<DateTime<Utc>>,
    /// When it is deleted with its rows; what was applied stays.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "2016-02-03T08:10:00Z")]
    pub expires_at: DateTime<Utc>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
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

    /// The import of a table that an account sends, before any row is tried.
    pub fn sent_by(self, account: Option<Uuid>, now: DateTime<Utc>) -> Self {
        Self {
            account: Link::to(account.unwrap_or_default()),
            status: "refused".to_owned(),
            expires_at: now + KEPT,
            ..self
        }
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

impl Shape for BulkImport {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        if !KINDS.iter().any(|kind| kind.name() == self.kind) {
            f.add("/kind", Rule::UnknownCode);
        }
        let file_name = self.file_name.as_deref();
        self.file_name = check::optional_line(f, "/file_name", file_name, 200);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{expected, faults, on};

    fn of_people() -> BulkImport {
        BulkImport {
            kind: "person".into(),
            file_name: Some(" Kontakty 2016.xlsx ".into()),
            ..Default::default()
        }
    }

    #[test]
    fn a_table_in_which_a_row_was_refused_is_not_applied() {
        let import = of_people().checked(&on("2016-01-04")).unwrap().into_inner();
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
        let import = of_people().sent_by(None, now).entered("applied", later);
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
        let refused = BulkImport {
            kind: "recommendation".into(),
            ..of_people()
        };
        let found = faults(refused.checked(&on("2016-01-04")));
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
