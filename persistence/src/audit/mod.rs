//! The audit trail: one entry for each transaction that wrote and for each event of security, chained by hashes.
//!
//! An entry's hash covers the entry before it, its own values and the rows of its changes, which in turn hold digests of
//! what records said before and after. So that a person can be forgotten, those values stand beside and are not chained.

mod trail;
mod verify;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::audit::Event;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::RepoError;
use crate::change::{self, Pending};
use crate::db::Origin;

pub use trail::{
    Ask, Line, LineChange, Page, about, by_actor, in_partnership, list, of_events, of_kinds,
    of_partnerships, of_request, since, until,
};
pub use verify::{TrailError, Verified, verify};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the migration documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_entry")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub at: ChronoDateTimeUtc,
        pub event: String,
        pub actor_id: Option<Uuid>,
        pub on_behalf_of: Option<Uuid>,
        pub partnership_id: Option<Uuid>,
        pub subject_id: Option<Uuid>,
        pub address: Option<String>,
        pub request_id: Option<Uuid>,
        pub detail: Json,
        pub changes: i32,
        pub hash: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

/// An event of security, to be stored with its transaction.
#[derive(Clone, Debug)]
pub struct Noted {
    event: Event,
    subject_id: Option<Uuid>,
    partnership_id: Option<Uuid>,
    detail: BTreeMap<&'static str, String>,
}

impl Noted {
    /// An event about an account, a session or another record.
    pub fn of(event: Event, subject_id: impl Into<Option<Uuid>>) -> Self {
        Self {
            event,
            subject_id: subject_id.into(),
            partnership_id: None,
            detail: BTreeMap::new(),
        }
    }

    /// In which partnership it happened.
    pub fn in_partnership(self, partnership_id: Option<Uuid>) -> Self {
        Self {
            partnership_id,
            ..self
        }
    }

    /// Tells more of it. Never a secret, never a person's data.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.detail.insert(name, value.into());
        self
    }
}

/// Where the chain stands.
struct Chain<'a> {
    origin: &'a Origin,
    seq: i64,
    at: DateTime<Utc>,
    hash: Vec<u8>,
}

impl Chain<'_> {
    fn append(&mut self, noted: Noted, changes: &[change::Model]) -> row::ActiveModel {
        self.seq += 1;
        let mut row = row::Model {
            seq: self.seq,
            at: self.at,
            event: noted.event.code().to_owned(),
            actor_id: self.origin.actor,
            on_behalf_of: self.origin.on_behalf_of,
            partnership_id: noted.partnership_id,
            subject_id: noted.subject_id,
            address: self.origin.address.map(|address| address.to_string()),
            request_id: self.origin.request_id,
            detail: serde_json::to_value(&noted.detail).unwrap_or_default(),
            changes: i32::try_from(changes.len()).unwrap_or(i32::MAX),
            hash: Vec::new(),
        };
        self.hash = hash_of(&self.hash, &row, changes);
        row.hash.clone_from(&self.hash);
        row.into()
    }
}

/// Stores the entries of a transaction with its changes. The caller holds the lock of the one order.
pub(crate) async fn store(
    connection: &impl ConnectionTrait,
    origin: &Origin,
    now: DateTime<Utc>,
    reason: Option<&str>,
    noted: Vec<Noted>,
    pending: Vec<Pending>,
) -> Result<(), RepoError> {
    let last = newest(connection).await?;
    let mut chain = Chain {
        origin,
        seq: last.as_ref().map_or(0, |row| row.seq),
        // Clocks of two replicas differ.
        at: last.as_ref().map_or(now, |row| Ord::max(row.at, now)),
        hash: last.map(|row| row.hash).unwrap_or_default(),
    };
    let mut entries: Vec<_> = noted
        .into_iter()
        .map(|noted| chain.append(noted, &[]))
        .collect();
    let numbered = match pending.is_empty() {
        true => None,
        false => {
            let entry = chain.seq + 1;
            let numbered =
                change::number(connection, origin.actor, now, reason, entry, pending).await?;
            let mut partnerships = numbered.rows.iter().map(|row| row.partnership_id);
            let first = partnerships.next().flatten();
            let common = first.filter(|_| partnerships.all(|other| other == first));
            let written = Noted::of(Event::Written, None).in_partnership(common);
            entries.push(chain.append(written, &numbered.rows));
            Some(numbered)
        }
    };
    row::Entity::insert_many(entries)
        .exec_without_returning(connection)
        .await?;
    match numbered {
        Some(numbered) => change::store(connection, numbered).await,
        None => Ok(()),
    }
}

async fn newest(connection: &impl ConnectionTrait) -> Result<Option<row::Model>, RepoError> {
    let row = row::Entity::find()
        .order_by_desc(Column::Seq)
        .one(connection)
        .await?;
    Ok(row)
}

/// What a hash covers of an entry, in a fixed order.
#[derive(Serialize)]
struct Covered<'a> {
    seq: i64,
    at: i64,
    event: &'a str,
    actor_id: Option<Uuid>,
    on_behalf_of: Option<Uuid>,
    partnership_id: Option<Uuid>,
    subject_id: Option<Uuid>,
    address: Option<&'a str>,
    request_id: Option<Uuid>,
    detail: &'a Value,
}

/// What a hash covers of a change, in a fixed order.
#[derive(Serialize)]
struct CoveredChange<'a> {
    seq: i64,
    at: i64,
    kind: &'a str,
    record_id: Uuid,
    op: &'a str,
    version: i32,
    actor_id: Option<Uuid>,
    partnership_id: Option<Uuid>,
    fields: &'a Value,
    digest: &'a [u8],
}

/// SHA-256 over the hash before, the entry and its changes, each with its length before it.
fn hash_of(before: &[u8], row: &row::Model, changes: &[change::Model]) -> Vec<u8> {
    let mut digest = Sha256::new();
    let mut add = |bytes: &[u8]| {
        digest.update((bytes.len() as u64).to_be_bytes());
        digest.update(bytes);
    };
    add(before);
    let covered = Covered {
        seq: row.seq,
        at: row.at.timestamp_micros(),
        event: &row.event,
        actor_id: row.actor_id,
        on_behalf_of: row.on_behalf_of,
        partnership_id: row.partnership_id,
        subject_id: row.subject_id,
        address: row.address.as_deref(),
        request_id: row.request_id,
        detail: &row.detail,
    };
    add(&serde_json::to_vec(&covered).unwrap_or_default());
    for change in changes {
        let covered = CoveredChange {
            seq: change.seq,
            at: change.at.timestamp_micros(),
            kind: &change.kind,
            record_id: change.record_id,
            op: &change.op,
            version: change.version,
            actor_id: change.actor_id,
            partnership_id: change.partnership_id,
            fields: &change.fields,
            digest: &change.digest,
        };
        add(&serde_json::to_vec(&covered).unwrap_or_default());
    }
    digest.finalize().to_vec()
}
