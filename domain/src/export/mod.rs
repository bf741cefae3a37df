//! Exports: what somebody may read of a partnership, as one file that is made in the background and kept for a while.

pub mod schedule;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::{Permission, View};
use crate::check;
use crate::fault::{Faults, Rule};
use crate::record::{ExternalId, Kind, Record, check_external_ids};

/// How long an export is kept after it was made, or could not be.
const KEPT: TimeDelta = TimeDelta::days(7);
/// How often an export is begun: one that has stopped its replica so often would stop the next one, too.
pub const MOST_TRIES: i32 = 3;
/// How many exports that it asked for one account has at the most, with those that are kept: their files are stored.
pub const MOST_EXPORTS: u64 = 20;

/// What an export holds, and how it is written down.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Content {
    /// Code of the vocabulary `export_formats`.
    pub format: String,
    /// The kinds of records by their names; all when empty.
    pub kinds: Vec<String>,
}

/// Whether exports hold records of a kind: accounts and what belongs to them are no data of a partnership.
pub const fn holds(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Account
            | Kind::Grant
            | Kind::ClientSecret
            | Kind::Link
            | Kind::Webhook
            | Kind::CalendarLink
            | Kind::Export
            | Kind::ExportSchedule
            | Kind::BulkImport
    )
}

impl Content {
    /// Checks a format and kinds as somebody named them.
    fn check(format: &str, kinds: Vec<String>, f: &mut Faults) -> Self {
        let format = check::code(f, "/format", "export_formats", format);
        let kinds = check::codes(f, "/kinds", "record_kinds", kinds);
        for (index, name) in kinds.iter().enumerate() {
            if Kind::from_name(name).is_some_and(|kind| !holds(kind)) {
                f.add(format!("/kinds/{index}"), Rule::UnknownCode);
            }
        }
        Self { format, kinds }
    }

    /// Whether records of a kind are wanted.
    pub fn wants(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|name| name == kind.name())
    }
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The number of the last change that the file contains.
    pub seq: i64,
    /// How many records it holds.
    pub records: u64,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of it, in hexadecimal digits.
    pub sha256: String,
}

/// An export.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Export {
    /// The partnership.
    pub partnership_id: Uuid,
    /// Whose it is: it holds what this account may read when it is made.
    pub account_id: Uuid,
    /// The schedule by which it is made, if it is.
    pub schedule_id: Option<Uuid>,
    /// What it holds.
    pub content: Content,
    /// The view by its tag: the widest that it may show; once it is done, the one that it shows.
    pub view: String,
    /// Code of the vocabulary `export_statuses`.
    pub status: String,
    /// Why there is no file: code of the vocabulary `export_reasons`.
    pub reason: Option<String>,
    /// What was made.
    pub made: Option<Made>,
    /// When it was done, failed or refused.
    pub finished_at: Option<DateTime<Utc>>,
    /// When it is forgotten.
    pub expires_at: Option<DateTime<Utc>>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for Export {
    const KIND: Kind = Kind::Export;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

/// Why there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its owner may not have one any more.
    Permission,
    /// It was begun too often without coming to its end.
    Interrupted,
    /// It took too long.
    TooLong,
}

impl Reason {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Permission => "permission",
            Self::Interrupted => "interrupted",
            Self::TooLong => "too_long",
        }
    }
}

impl Export {
    /// One that is to be made by a schedule.
    pub fn by_schedule(id: Uuid, schedule: &schedule::ExportSchedule) -> Self {
        Self {
            partnership_id: schedule.partnership_id,
            account_id: schedule.account_id,
            schedule_id: Some(id),
            content: schedule.content.clone(),
            view: schedule.view.clone(),
            status: "queued".to_owned(),
            reason: None,
            made: None,
            finished_at: None,
            expires_at: None,
            external_ids: Vec::new(),
        }
    }

    /// The widest view that it may show, or the one that it shows.
    pub fn view(&self) -> View {
        View::from_tag(&self.view).unwrap_or(View::Public)
    }

    /// Under way.
    pub fn begun(self) -> Self {
        Self {
            status: "running".to_owned(),
            ..self
        }
    }

    /// Done, as its owner sees the partnership.
    pub fn done(self, made: Made, view: View, now: DateTime<Utc>) -> Self {
        Self {
            view: view.tag().to_owned(),
            made: Some(made),
            ..self.finished("done", now)
        }
    }

    /// Given up, or refused when its owner lacks the permission.
    pub fn without_file(self, reason: Reason, now: DateTime<Utc>) -> Self {
        let status = match reason {
            Reason::Permission => "refused",
            Reason::Interrupted | Reason::TooLong => "failed",
        };
        Self {
            reason: Some(reason.code().to_owned()),
            ..self.finished(status, now)
        }
    }

    fn finished(self, status: &str, now: DateTime<Utc>) -> Self {
        Self {
            status: status.to_owned(),
            finished_at: Some(now),
            expires_at: Some(now + KEPT),
            ..self
        }
    }
}

/// What an export is made with: reading as far as a view goes, and nothing else, whatever its owner may do besides.
pub fn permissions(view: View) -> Vec<Permission> {
    let mut needed = vec![Permission::ReadPublic, Permission::RunExports];
    if view >= View::Internal {
        needed.push(Permission::ReadInternal);
    }
    if view >= View::Personal {
        needed.push(Permission::ReadPersonal);
    }
    needed
}

/// An export as somebody asks for it, nothing checked yet.
#[derive(Clone, Debug, Default)]
pub struct ExportDraft {
    /// The partnership.
    pub partnership_id: Uuid,
    /// Who asks.
    pub account_id: Uuid,
    /// Code of the vocabulary `export_formats`.
    pub format: String,
    /// Kinds of records.
    pub kinds: Vec<String>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl ExportDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API; `view` is what is seen by who asks.
    pub fn check(self, view: View) -> Result<Export, Faults> {
        let mut f = Faults::new();
        let export = Export {
            partnership_id: self.partnership_id,
            account_id: self.account_id,
            schedule_id: None,
            content: Content::check(&self.format, self.kinds, &mut f),
            view: view.tag().to_owned(),
            status: "queued".to_owned(),
            reason: None,
            made: None,
            finished_at: None,
            expires_at: None,
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| export)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Actor, Grant, Role};
    use crate::check::{expected, faults};

    fn draft() -> ExportDraft {
        ExportDraft {
            format: "csv".into(),
            kinds: vec!["meeting".into(), "institution".into()],
            ..ExportDraft::default()
        }
    }

    #[test]
    fn an_export_holds_data_of_a_partnership_and_no_accounts() {
        let export = draft().check(View::Internal).unwrap();
        assert!(export.content.wants(Kind::Meeting) && !export.content.wants(Kind::Person));
        let wrong = ExportDraft {
            format: "pdf".into(),
            kinds: vec![
                "account".into(),
                "meeting".into(),
                "meeting".into(),
                "nothing".into(),
            ],
            ..draft()
        };
        assert_eq!(
            faults(wrong.check(View::Internal)),
            expected(&[
                ("/format", Rule::UnknownCode),
                ("/kinds/0", Rule::UnknownCode),
                ("/kinds/2", Rule::Duplicate),
                ("/kinds/3", Rule::UnknownCode),
            ])
        );
        let all = ExportDraft {
            kinds: Vec::new(),
            ..draft()
        };
        let all = all.check(View::Public).unwrap();
        assert!(all.content.wants(Kind::Person));
    }

    #[test]
    fn what_ends_is_kept_for_a_week() {
        let now = "2017-01-02T08:00:00Z".parse().unwrap();
        let export = draft().check(View::Personal).unwrap().begun();
        let refused = export.clone().without_file(Reason::Permission, now);
        assert_eq!(
            (refused.status.as_str(), refused.reason.as_deref()),
            ("refused", Some("permission"))
        );
        let failed = export.clone().without_file(Reason::TooLong, now);
        assert_eq!(failed.status, "failed");
        let made = Made {
            seq: 1,
            records: 0,
            bytes: 22,
            sha256: String::new(),
        };
        let done = export.done(made, View::Internal, now);
        assert_eq!(
            (done.status.as_str(), done.view()),
            ("done", View::Internal)
        );
        assert_eq!(done.expires_at, Some(now + TimeDelta::days(7)));
    }

    #[test]
    fn an_export_sees_what_its_owner_saw_and_writes_nothing() {
        let partnership = Uuid::nil();
        for view in [View::Public, View::Internal, View::Personal] {
            let actor = Actor {
                grants: vec![Grant {
                    role: Role::Secretariat,
                    partnership: Some(partnership),
                    institution: None,
                }],
                scopes: Some(permissions(view)),
                ..Actor::default()
            };
            assert_eq!(actor.view(partnership), view);
            assert!(actor.may_in(Permission::RunExports, partnership));
            assert!(!actor.may_in(Permission::WriteRecords, partnership));
        }
    }

    #[test]
    fn every_reason_is_in_its_vocabulary() {
        let reasons = crate::vocabulary::find("export_reasons").unwrap();
        for reason in [Reason::Permission, Reason::Interrupted, Reason::TooLong] {
            assert!(reasons.contains(reason.code()));
        }
    }
}
