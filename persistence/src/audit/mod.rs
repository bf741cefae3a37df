//! The audit trail: one entry for each transaction that wrote and for each event of security, chained by hashes.
//!
//! An entry's hash covers the entry before it, its own values and the rows of its changes, which in turn hold digests of
//! what records said before and after. So that a person can be forgotten, those values stand beside and are not chained.

mod trail;
mod verify;

use chrono::{DateTime, Utc};
use domain::audit::Event;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::change::{self, Numbered};
use crate::db::{Backlog, Origin};
use crate::{Conn, RepoError, Tx};

pub use crate::db::Noted;

pub use trail::{
    Line, LineChange, about, by_actor, in_partnership, list, of_events, of_kinds, of_partnerships,
    of_request, since, until,
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

    crate::db::without_relations!();
}

pub use row::Column;

/// Where the chain stands.
struct Chain<'a> {
    origin: &'a Origin,
    seq: i64,
    at: DateTime<Utc>,
    hash: Vec<u8>,
}

impl Chain<'_> {
    fn append(
        &mut self,
        noted: Noted,
        numbered: Option<&mut Numbered<'_>>,
    ) -> Result<row::ActiveModel, RepoError> {
        self.seq += 1;
        let changes = numbered.as_ref().map_or(0, |numbered| numbered.len());
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
            changes: i32::try_from(changes).unwrap_or(i32::MAX),
            hash: Vec::new(),
        };
        let mut hash = Hash::of(&self.hash, &row);
        if let Some(numbered) = numbered {
            for change in numbered.rows() {
                hash.add(&change?);
            }
        }
        self.hash = hash.finish();
        row.hash.clone_from(&self.hash);
        Ok(row.into())
    }
}

/// Stores the entries of a transaction with its changes. The caller holds the lock of the one order.
pub(crate) async fn store(
    tx: &Tx,
    reason: Option<&str>,
    noted: Vec<Noted>,
    backlog: Backlog,
) -> Result<(), RepoError> {
    let (last, now) = (newest(tx).await?, tx.now());
    let mut chain = Chain {
        origin: tx.origin(),
        seq: last.as_ref().map_or(0, |row| row.seq),
        // Clocks of two replicas differ.
        at: last.as_ref().map_or(now, |row| Ord::max(row.at, now)),
        hash: last.map(|row| row.hash).unwrap_or_default(),
    };
    let mut entries = Vec::with_capacity(noted.len() + 1);
    for noted in noted {
        entries.push(chain.append(noted, None)?);
    }
    let mut numbered = None;
    if !backlog.is_empty() {
        let entry = chain.seq + 1;
        let changes = change::number(tx, reason, entry, backlog).await?;
        let changes = numbered.insert(changes);
        let written = Noted::of(Event::Written, None).in_partnership(changes.partnership());
        entries.push(chain.append(written, Some(changes))?);
    }
    row::Entity::insert_many(entries)
        .exec_without_returning(tx.raw())
        .await?;
    match numbered {
        Some(numbered) => numbered.store(tx).await,
        None => Ok(()),
    }
}

async fn newest(tx: &Tx) -> Result<Option<row::Model>, RepoError> {
    let row = row::Entity::find()
        .order_by_desc(Column::Seq)
        .one(tx.raw())
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

/// SHA-256 over the hash before, an entry and its changes, each with its length before it.
struct Hash(Sha256);

impl Hash {
    /// Of an entry to which its changes are still to be added.
    fn of(before: &[u8], row: &row::Model) -> Self {
        let mut hash = Self(Sha256::new());
        hash.part(before);
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
        hash.part(&serde_json::to_vec(&covered).unwrap_or_default());
        hash
    }

    fn add(&mut self, change: &change::Model) {
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
        self.part(&serde_json::to_vec(&covered).unwrap_or_default());
    }

    fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn finish(self) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}
