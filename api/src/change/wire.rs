//! The JSON shapes of changes.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::access::View;
use domain::access::audience::{Audience, Seen};
use domain::record::Kind;
use persistence::change::feed::FeedEntry;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::kinds;

/// The record above another one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParentOut {
    /// Code of the vocabulary `record_kinds`.
    #[schema(format = "record_kinds", example = "meeting")]
    pub kind: String,
    /// Its id.
    #[schema(example = "0198c0de-0000-7000-8000-000000000007")]
    pub id: Uuid,
}

/// A change of a record, as far as the caller sees the record.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeOut {
    /// Its place in the one order; numbers that are missing belong to what the caller does not see.
    #[schema(minimum = 1, example = 1201)]
    pub seq: i64,
    /// When it was committed.
    #[schema(example = "2016-03-01T12:30:00Z")]
    pub at: DateTime<Utc>,
    /// Code of the vocabulary `record_kinds`.
    #[schema(format = "record_kinds", example = "attendance")]
    pub kind: String,
    /// Id of the record.
    #[schema(example = "0198c0de-0000-7000-8000-000000000022")]
    pub id: Uuid,
    /// Code of the vocabulary `change_operations`. What the caller did not see before is `published`, what it does not see any
    /// more is `unpublished`.
    #[schema(format = "change_operations", example = "created")]
    pub op: String,
    /// The version of the record afterwards. It stays when only what belongs to the record changed.
    #[schema(minimum = 1, example = 1)]
    pub version: i32,
    /// Id of the account that did it; null for who does not work in the partnership, and for the program's own commands.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000006")]
    pub actor: Option<Uuid>,
    /// Id of the partnership; null of institutions and partnerships.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000002")]
    pub partnership: Option<Uuid>,
    /// The record below which it stands.
    #[schema(required)]
    pub parent: Option<ParentOut>,
    /// The names of what differs, or the kinds of the records below it that changed.
    #[schema(max_items = 200, example = json!(["institution", "status"]))]
    pub fields: Vec<String>,
    /// Id of the record that has taken its place, when it was merged.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000007")]
    pub merged_into: Option<Uuid>,
    /// Where the record is read; null when there is nothing to read any more.
    #[schema(
        required,
        example = "/api/v1/partnerships/0198c0de-0000-7000-8000-000000000002/meetings/0198c0de-0000-7000-8000-000000000007/attendance/0198c0de-0000-7000-8000-000000000022"
    )]
    pub href: Option<String>,
    /// The record as it is now, not as it was then; null when the caller does not see it now. Only with `include=record`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub record: Option<Option<Box<RawValue>>>,
}

impl ChangeOut {
    /// Shows an entry of the feed.
    pub fn of(
        entry: FeedEntry,
        narrowest: Audience,
        records: Option<&HashMap<Uuid, Box<RawValue>>>,
    ) -> Self {
        let gone = matches!(entry.op, Seen::Deleted | Seen::Unpublished);
        let href = kinds::path(
            entry.kind,
            entry.partnership_id,
            entry.parent_id,
            entry.record_id,
        );
        let of_persons = narrowest <= View::Personal.narrowest();
        let parent = entry.kind.parent().zip(entry.parent_id);
        Self {
            seq: entry.seq,
            at: entry.at,
            kind: entry.kind.name().to_owned(),
            id: entry.record_id,
            op: entry.op.code().to_owned(),
            version: entry.version,
            actor: entry.actor_id.filter(|_| of_persons),
            partnership: entry.partnership_id,
            parent: parent.map(|(kind, id)| ParentOut {
                kind: kind.name().to_owned(),
                id,
            }),
            fields: fields(&entry),
            merged_into: entry.merged_into,
            href: href.filter(|_| !gone),
            record: records.map(|records| records.get(&entry.record_id).cloned()),
        }
    }
}

/// The fields of a change by the names that answers give them: references are stored by their ids, an address in its parts.
fn fields(entry: &FeedEntry) -> Vec<String> {
    let named = |stored: &String| match (entry.kind, stored.as_str()) {
        (Kind::Institution, "street_address" | "postal_code" | "town") => "address".to_owned(),
        (_, stored) => {
            let name = stored.strip_suffix("_institution_id");
            let name = name.or(stored.strip_suffix("_id"));
            name.unwrap_or(stored).to_owned()
        }
    };
    let mut fields: Vec<String> = entry.fields.iter().map(named).collect();
    fields.dedup();
    fields
}

/// A stretch of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangePage {
    /// The changes, in order.
    #[schema(max_items = 500)]
    pub items: Vec<ChangeOut>,
    /// Relative URL of what follows. Never null: what is not there yet will be.
    #[schema(example = "/api/v1/changes?limit=100&after=1201")]
    pub next: String,
}
