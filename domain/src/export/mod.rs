//! Exports: what somebody may read of a partnership, as one file that is made in the background and kept for a while.

pub mod schedule;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::account::Account;
use crate::access::{Permission, View};
use crate::check;
use crate::fault::{Faults, Rule};
use crate::link::Link;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, never};

/// How long an export is kept after it was made, or could not be.
const KEPT: TimeDelta = TimeDelta::days(7);
/// How often an export is begun: one that has stopped its replica so often would stop the next one, too.
pub const MOST_TRIES: i32 = 3;
/// How many exports that it asked for one account has at the most, with those that are kept: their files are stored.
pub const MOST_EXPORTS: u64 = 20;

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

/// Every field, as it is shown.
fn default_format() -> String {
    "ndjson".to_owned()
}

/// Checks in which format and of which kinds of records an export is to be.
fn check_content(format: &str, kinds: &[String], f: &mut Faults) {
    check::code(f, "/format", "export_formats", format);
    check::codes(f, "/kinds", "record_kinds", kinds.to_vec());
    for (index, name) in kinds.iter().enumerate() {
        if Kind::from_name(name).is_some_and(|kind| !holds(kind)) {
            f.add(format!("/kinds/{index}"), Rule::UnknownCode);
        }
    }
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// The partnership.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Whose it is: it holds what this account may read when it is made.
    #[serde(default, deserialize_with = "never")]
    #[schema(value_type = Option<String>, format = "account", read_only)]
    pub account: Link<Account>,
    /// Id of the schedule by which it is made.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "0198c0de-0000-7000-8000-000000000008")]
    pub schedule: Option<Uuid>,
    /// Code of the vocabulary `export_formats`: `ndjson` has every field as lists show it, `csv` is flat.
    #[serde(default = "default_format")]
    #[schema(format = "export_formats", default = "ndjson", example = "ndjson")]
    pub format: String,
    /// Codes of the vocabulary `record_kinds`; everything when empty. Accounts and what belongs to them are in no export.
    #[serde(default)]
    #[schema(format = "record_kinds", max_items = 200, example = json!(["meeting", "recommendation"]))]
    pub kinds: Vec<String>,
    /// Whose view the file shows: `public`, `internal` or `personal`; before it is made, the widest that it may show.
    #[serde(default, deserialize_with = "never")]
    #[schema(format = "views", read_only, example = "internal")]
    pub view: String,
    /// Code of the vocabulary `export_statuses`.
    #[serde(default, deserialize_with = "never")]
    #[schema(format = "export_statuses", read_only, example = "done")]
    pub status: String,
    /// Why there is no file: code of the vocabulary `export_reasons`.
    #[serde(default, deserialize_with = "never")]
    #[schema(format = "export_reasons", read_only, example = "permission")]
    pub reason: Option<String>,
    /// The number of the last change that the file contains.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, minimum = 0, example = 1200)]
    pub seq: Option<i64>,
    /// How many records the file holds.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, minimum = 0, example = 812)]
    pub records: Option<i64>,
    /// The size of the file.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, minimum = 0, example = 48_213)]
    pub bytes: Option<i64>,
    /// SHA-256 of the file, in hexadecimal digits.
    #[serde(default, deserialize_with = "never")]
    #[schema(
        read_only,
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub sha256: Option<String>,
    /// When it was done, failed or refused.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "2017-01-02T08:00:03Z")]
    pub finished_at: Option<DateTime<Utc>>,
    /// When it is deleted.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "2017-01-09T08:00:03Z")]
    pub expires_at: Option<DateTime<Utc>>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
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
            account: schedule.account,
            schedule: Some(id),
            format: schedule.format.clone(),
            kinds: schedule.kinds.clone(),
            view: schedule.view.clone(),
            status: "queued".to_owned(),
            ..Self::default()
        }
    }

    /// An export that waits to be made for an account, limited to the view that the account has.
    pub fn asked_for(self, account: Option<Uuid>, view: View) -> Self {
        Self {
            account: Link::to(account.unwrap_or_default()),
            view: view.tag().to_owned(),
            status: "queued".to_owned(),
            ..self
        }
    }

    /// Whether records of a kind are wanted.
    pub fn wants(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|name| name == kind.name())
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
            seq: Some(made.seq),
            records: i64::try_from(made.records).ok(),
            bytes: i64::try_from(made.bytes).ok(),
            sha256: Some(made.sha256),
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

impl Shape for Export {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        check_content(&self.format, &self.kinds, f);
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Actor, Grant, Role};
    use crate::check::{expected, faults, on};

    fn csv() -> Export {
        Export {
            format: "csv".into(),
            kinds: vec!["meeting".into(), "institution".into()],
            ..Export::default()
        }
    }

    #[test]
    fn an_export_holds_data_of_a_partnership_and_no_accounts() {
        let export = csv().checked(&on("2017-01-02")).unwrap();
        assert!(export.wants(Kind::Meeting) && !export.wants(Kind::Person));
        let wrong = Export {
            format: "pdf".into(),
            kinds: vec![
                "account".into(),
                "meeting".into(),
                "meeting".into(),
                "nothing".into(),
            ],
            ..csv()
        };
        assert_eq!(
            faults(wrong.checked(&on("2017-01-02"))),
            expected(&[
                ("/format", Rule::UnknownCode),
                ("/kinds/0", Rule::UnknownCode),
                ("/kinds/2", Rule::Duplicate),
                ("/kinds/3", Rule::UnknownCode),
            ])
        );
        let all = Export {
            kinds: Vec::new(),
            ..csv()
        };
        assert!(all.wants(Kind::Person));
    }

    #[test]
    fn what_ends_is_kept_for_a_week() {
        let now = "2017-01-02T08:00:00Z".parse().unwrap();
        let export = csv().asked_for(None, View::Personal).begun();
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
