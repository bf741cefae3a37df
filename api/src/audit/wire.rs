//! The JSON shapes of the audit trail.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::access::account::AccountRef;
use persistence::audit::{Line, LineChange};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::{Names, Ref, reference};

/// What was written to one record.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditChangeOut {
    /// The number of the change, as lists and reports are checked against.
    #[schema(example = 1201)]
    pub seq: i64,
    /// Code of the vocabulary `record_kinds`.
    #[schema(format = "record_kinds", example = "meeting")]
    pub kind: String,
    /// Its id.
    #[schema(example = "0198c0de-0000-7000-8000-000000000006")]
    pub record_id: Uuid,
    /// `created`, `updated` or `deleted`.
    #[schema(format = "change_operations", example = "updated")]
    pub op: String,
    /// Its version afterwards.
    #[schema(example = 2)]
    pub version: i32,
    /// The names of what differs, as it is stored.
    #[schema(max_items = 200, example = json!(["town"]))]
    pub fields: Vec<String>,
    /// What these were before; null when it was created, or when the values were erased.
    #[schema(required, value_type = Option<Object>, example = json!({"town": "Nowa Sol"}))]
    pub before: Option<Value>,
    /// What they were afterwards; null when it was deleted, or when the values were erased.
    #[schema(required, value_type = Option<Object>, example = json!({"town": "Nowa Sól"}))]
    pub after: Option<Value>,
    /// Why, as the caller said.
    #[schema(required, example = "Zebrano wymagane kworum")]
    pub reason: Option<String>,
}

impl From<LineChange> for AuditChangeOut {
    fn from(change: LineChange) -> Self {
        Self {
            seq: change.seq,
            kind: change.kind,
            record_id: change.record_id,
            op: change.op,
            version: change.version,
            fields: change.fields,
            before: change.before,
            after: change.after,
            reason: change.reason,
        }
    }
}

/// An item of the audit trail: an event of security, or one record that was written.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntryOut {
    /// Stable: the entry and the change in it.
    #[schema(example = "318-1201")]
    pub id: String,
    /// The number of the entry.
    #[schema(example = 318)]
    pub entry: i64,
    /// When it happened.
    #[schema(example = "2016-03-01T12:30:00Z")]
    pub at: DateTime<Utc>,
    /// Code of the vocabulary `audit_events`; `written` for a change of records.
    #[schema(format = "audit_events", example = "written")]
    pub event: String,
    /// Who did it; null for the command line, for jobs of the program, and for who is not known.
    #[schema(required)]
    pub actor: Option<AccountRef>,
    /// The institution for which the actor holds all its roles.
    #[schema(required)]
    pub on_behalf_of: Option<Ref>,
    /// Id of the partnership in which it happened.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000002")]
    pub partnership: Option<Uuid>,
    /// Id of the account or key that an event of security was about.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000006")]
    pub subject: Option<Uuid>,
    /// From which network address.
    #[schema(required, example = "192.0.2.10")]
    pub address: Option<String>,
    /// By which request.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000001")]
    pub request: Option<Uuid>,
    /// More about an event of security: `reason`, `by`, `action`, `scope`, `permission`, `operation` or `others`, as texts.
    #[schema(value_type = Object, example = json!({"permission": "accounts:manage", "operation": "GET /api/v1/accounts"}))]
    pub detail: Value,
    /// What was written.
    #[schema(required)]
    pub change: Option<AuditChangeOut>,
    /// SHA-256 over the hash of the entry before, this entry and its changes; in hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub hash: String,
}

impl AuditEntryOut {
    /// Shows a line of the trail.
    pub fn of(line: Line, accounts: &HashMap<Uuid, AccountRef>, names: &Names) -> Self {
        let change = line.change.as_ref().map_or(0, |change| change.seq);
        Self {
            id: format!("{}-{change}", line.seq),
            entry: line.seq,
            at: line.at,
            event: line.event,
            actor: line.actor_id.and_then(|id| accounts.get(&id).cloned()),
            on_behalf_of: reference(names, line.on_behalf_of),
            partnership: line.partnership_id,
            subject: line.subject_id,
            address: line.address,
            request: line.request_id,
            detail: line.detail,
            change: line.change.map(AuditChangeOut::from),
            hash: hex::encode(line.hash),
        }
    }
}
