//! Computing the trail anew: whether it is what was stored.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;
use sea_orm::{PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Column, Hash, row};
use crate::change;
use crate::{Conn, RepoError};

/// A trail in which nothing was found to be wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many entries there are.
    pub entries: i64,
    /// How many changes they vouch for.
    pub changes: u64,
    /// How many changes are older than the trail.
    pub older: u64,
    /// The hash of the last entry: noted elsewhere, it shows whether the end of the trail was cut off.
    pub hash: Vec<u8>,
}

/// Where a trail was found to be wrong.
#[derive(Debug, thiserror::Error)]
pub enum TrailError {
    /// An entry is missing or stands where another one should.
    #[error("entry {0} of the audit trail is missing")]
    Missing(i64),
    /// An entry, or a change that it vouches for, is not what was stored.
    #[error("entry {0} of the audit trail, or one of its changes, was altered, added or removed")]
    Altered(i64),
    /// The values of a change are not those that were stored.
    #[error("the values of change {0} were altered")]
    Values(i64),
    /// A change belongs to no entry, though it is not older than the trail.
    #[error("change {0} belongs to no entry of the audit trail")]
    Stray(i64),
    /// The trail does not hold the hash that was noted elsewhere.
    #[error("entry {0} of the audit trail does not have the hash that was expected")]
    Unexpected(i64),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] RepoError),
}

/// How many entries are read at once.
const CHUNK: u64 = 500;

/// Reads the whole trail and computes it anew. `expected` is an entry's number and hash, as noted elsewhere.
pub async fn verify(
    conn: &impl Conn,
    expected: Option<(i64, &[u8])>,
) -> Result<Verified, TrailError> {
    let mut found = Verified::default();
    let mut first_change = i64::MAX;
    loop {
        let rows: Vec<row::Model> = row::Entity::find()
            .filter(Column::Seq.gt(found.entries))
            .order_by_asc(Column::Seq)
            .limit(CHUNK)
            .all(conn.raw())
            .await
            .map_err(RepoError::from)?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            break;
        };
        let changes = changes_of(conn, first.seq, last.seq).await?;
        let mut changes = changes.into_iter().peekable();
        for row in rows {
            if row.seq != found.entries + 1 {
                return Err(TrailError::Missing(found.entries + 1));
            }
            let mut hash = Hash::of(&found.hash, &row);
            let mut own = 0;
            while let Some((change, value)) = changes.next_if(|(c, _)| c.entry == Some(row.seq)) {
                first_change = Ord::min(first_change, change.seq);
                if !vouched_for(&change, value.as_ref()) {
                    return Err(TrailError::Values(change.seq));
                }
                hash.add(&change);
                own += 1;
            }
            if hash.finish() != row.hash || own != row.changes {
                return Err(TrailError::Altered(row.seq));
            }
            if expected.is_some_and(|(seq, hash)| seq == row.seq && hash != row.hash) {
                return Err(TrailError::Unexpected(row.seq));
            }
            found.entries = row.seq;
            found.changes += u64::from(own.unsigned_abs());
            found.hash = row.hash;
        }
    }
    if let Some((seq, _)) = expected
        && seq > found.entries
    {
        return Err(TrailError::Missing(seq));
    }
    let stray = change::Entity::find().filter(change::Column::Entry.is_null());
    let older = stray.clone().filter(change::Column::Seq.lt(first_change));
    let later = stray.filter(change::Column::Seq.gt(first_change));
    found.older = older.count(conn.raw()).await.map_err(RepoError::from)?;
    match later.one(conn.raw()).await.map_err(RepoError::from)? {
        Some(change) => Err(TrailError::Stray(change.seq)),
        None => Ok(found),
    }
}

type Changed = (change::Model, Option<change::values::Model>);

async fn changes_of(conn: &impl Conn, first: i64, last: i64) -> Result<Vec<Changed>, RepoError> {
    let changes = change::Entity::find()
        .filter(change::Column::Entry.between(first, last))
        .order_by_asc(change::Column::Entry)
        .order_by_asc(change::Column::Seq)
        .all(conn.raw())
        .await?;
    let (Some(from), Some(to)) = (
        changes.iter().map(|change| change.seq).min(),
        changes.iter().map(|change| change.seq).max(),
    ) else {
        return Ok(Vec::new());
    };
    let values = change::values::Entity::find()
        .filter(change::values::Column::Seq.between(from, to))
        .all(conn.raw())
        .await?;
    let mut values: BTreeMap<i64, _> = values.into_iter().map(|value| (value.seq, value)).collect();
    let with_values = |change: change::Model| {
        let value = values.remove(&change.seq);
        (change, value)
    };
    Ok(changes.into_iter().map(with_values).collect())
}

/// Whether the values are those of the digest, or were all erased.
fn vouched_for(change: &change::Model, value: Option<&change::values::Model>) -> bool {
    let Some(value) = value else { return true };
    let digest = change::digest(
        value.before.as_ref(),
        value.after.as_ref(),
        value.reason.as_deref(),
    );
    let erased = value.before.is_none() && value.after.is_none() && value.reason.is_none();
    digest == change.digest || erased
}
