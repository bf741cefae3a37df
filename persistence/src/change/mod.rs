//! The one order of changes: audit trail, incremental reading and what caches are checked against.

pub mod feed;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::access::audience::Audience;
use domain::record::{Head, Kind, Record};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;
use sea_orm::{ActiveValue, FromQueryResult, QueryFilter, QuerySelect};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::db::{Backlog, Op, Pending, Said};
use crate::{Conn, RepoError, Tx};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "change")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub at: ChronoDateTimeUtc,
        pub kind: String,
        pub record_id: Uuid,
        pub op: String,
        pub version: i32,
        pub actor_id: Option<Uuid>,
        pub partnership_id: Option<Uuid>,
        pub fields: Json,
        pub digest: Vec<u8>,
        pub entry: Option<i64>,
        pub audience_before: Option<i32>,
        pub audience: Option<i32>,
        pub parent_id: Option<Uuid>,
        pub merged_into: Option<Uuid>,
        pub redacted: Option<bool>,
    }

    crate::db::without_relations!();
}

pub(crate) mod values {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "change_value")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub before: Option<Json>,
        pub after: Option<Json>,
        pub reason: Option<String>,
    }

    crate::db::without_relations!();
}

pub(crate) use row::{Column, Entity, Model};

/// Notes what differs; it is stored, in the one order, when the transaction commits.
pub(crate) fn record<T: Record>(
    tx: &Tx,
    op: Op,
    head: &Head,
    before: Option<&T>,
    after: Option<&T>,
) -> Result<(), RepoError> {
    let (pending, said) = pending(op, head, before, after)?;
    tx.note_change(pending, &said)
}

/// The same of what takes out of a record what must not be known any more: only that is noted. What the record ever said is
/// forgotten; the trail goes on vouching for everything else.
pub(crate) async fn redact<T: Record>(
    tx: &Tx,
    head: &Head,
    before: &T,
    after: &T,
) -> Result<(), RepoError> {
    let mut own = Query::select();
    own.column(Column::Seq)
        .from(Entity)
        .and_where(Column::Kind.eq(T::KIND.name()))
        .and_where(Column::RecordId.eq(head.id));
    let nothing = values::ActiveModel {
        before: ActiveValue::Set(None),
        after: ActiveValue::Set(None),
        reason: ActiveValue::Set(None),
        ..Default::default()
    };
    values::Entity::update_many()
        .set(nothing)
        .filter(values::Column::Seq.in_subquery(own))
        .exec(tx.raw())
        .await?;
    let (pending, said) = pending(Op::Updated, head, Some(before), Some(after))?;
    let pending = Pending {
        redacted: true,
        ..pending
    };
    tx.note_change(pending, &said)
}

fn pending<T: Record>(
    op: Op,
    head: &Head,
    before: Option<&T>,
    after: Option<&T>,
) -> Result<(Pending, (Said, Said)), RepoError> {
    let map = |record: Option<&T>| -> Result<Said, RepoError> {
        match record.map(serde_json::to_value).transpose() {
            Ok(Some(Value::Object(mut map))) => {
                // The path says where a record belongs, so that its shape does not.
                if let Some(id) = record.and_then(Record::partnership_id) {
                    map.insert("partnership_id".to_owned(), id.to_string().into());
                }
                Ok(Some(map))
            }
            Ok(_) => Ok(None),
            Err(error) => Err(RepoError::Other(DbErr::Json(error.to_string()))),
        }
    };
    let (mut old, mut new) = (map(before)?, map(after)?);
    if let (Some(old), Some(new)) = (&mut old, &mut new) {
        old.retain(|name, value| new.get(name) != Some(value));
        new.retain(|name, _| old.contains_key(name));
    }
    let merged = |record: Option<&T>| record.and_then(Record::merged_into);
    let listed = |record: Option<&T>| record.map(Record::listed).unwrap_or_default();
    let (listed_before, listed_after) = (listed(before), listed(after));
    let pending = Pending {
        op,
        version: head.version,
        parent_id: after.or(before).and_then(Record::parent_id),
        merged_into: merged(after).filter(|_| merged(before) != merged(after)),
        listed: match listed_before == listed_after {
            true => Vec::new(),
            false => [listed_before, listed_after].concat(),
        },
        ..Pending::touched(
            (T::KIND, head.id),
            after.or(before).and_then(Record::partnership_id),
        )
    };
    Ok((pending, (old, new)))
}

/// How many changes a statement stores: bounded by the number of bind variables that it may have.
const CHUNK: usize = 500;

/// Pending changes that have their numbers.
pub(crate) struct Numbered<'a> {
    backlog: Backlog,
    /// The number before the first one.
    last: i64,
    at: DateTime<Utc>,
    actor: Option<Uuid>,
    reason: Option<&'a str>,
    entry: i64,
}

/// Numbers pending changes. The caller holds the lock that makes the order of numbers that of commits.
pub(crate) async fn number<'a>(
    tx: &Tx,
    reason: Option<&'a str>,
    entry: i64,
    backlog: Backlog,
) -> Result<Numbered<'a>, RepoError> {
    let (last, last_at) = latest(tx).await?;
    Ok(Numbered {
        backlog,
        last,
        // Clocks of two replicas differ: the time of a change never goes back behind the one before it.
        at: last_at.map_or(tx.now(), |last_at| last_at.max(tx.now())),
        actor: tx.origin().actor,
        reason,
        entry,
    })
}

impl Numbered<'_> {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.backlog.changes.len()
    }

    /// The partnership of all of them.
    pub(crate) fn partnership(&self) -> Option<Uuid> {
        let mut partnerships = self.backlog.changes.iter();
        let first = partnerships.next()?.partnership_id;
        first.filter(|_| partnerships.all(|other| other.partnership_id == first))
    }

    /// What the audit trail vouches for, in order.
    pub(crate) fn rows(&mut self) -> impl Iterator<Item = Result<row::Model, RepoError>> {
        (0..self.len()).map(|place| Ok(self.rows_of(place)?.0))
    }

    /// Stores them. Their audit entry stands already.
    pub(crate) async fn store(mut self, tx: &Tx) -> Result<(), RepoError> {
        for start in (0..self.len()).step_by(CHUNK) {
            let places = start..self.len().min(start + CHUNK);
            let (mut rows, mut values) = (Vec::new(), Vec::new());
            for place in places {
                let (row, value) = self.rows_of(place)?;
                rows.push(row::ActiveModel::from(row));
                values.push(value);
            }
            row::Entity::insert_many(rows)
                .exec_without_returning(tx.raw())
                .await?;
            values::Entity::insert_many(values)
                .exec_without_returning(tx.raw())
                .await?;
        }
        Ok(())
    }

    fn rows_of(&mut self, place: usize) -> Result<(row::Model, values::ActiveModel), RepoError> {
        let said = self.backlog.said(place)?;
        let change = self.backlog.changes.get(place);
        let change = change.ok_or(RepoError::Stale)?;
        let seq = self.last + 1 + place as i64;
        Ok(rows_of(
            seq,
            self.at,
            self.actor,
            self.reason,
            self.entry,
            change,
            said,
        ))
    }
}

fn rows_of(
    seq: i64,
    at: DateTime<Utc>,
    actor: Option<Uuid>,
    reason: Option<&str>,
    entry: i64,
    change: &Pending,
    (before, after): (Said, Said),
) -> (row::Model, values::ActiveModel) {
    let names = after.as_ref().or(before.as_ref());
    let names = names.into_iter().flat_map(|map| map.keys().cloned());
    let below = change.touched_by.iter().map(|kind| (*kind).to_owned());
    let fields: Vec<Value> = names.chain(below).map(Value::String).collect();
    let kept = |values: Option<_>| values.filter(|_| !change.redacted).map(Value::Object);
    let (before, after) = (kept(before), kept(after));
    let row = row::Model {
        seq,
        at,
        kind: change.kind.name().to_owned(),
        record_id: change.record_id,
        op: change.op.name().to_owned(),
        version: change.version,
        actor_id: actor,
        partnership_id: change.partnership_id,
        fields: Value::Array(fields),
        digest: digest(before.as_ref(), after.as_ref(), reason),
        entry: Some(entry),
        audience_before: Some(change.audience_before.number()),
        audience: Some(change.audience.number()),
        parent_id: change.parent_id,
        merged_into: change.merged_into,
        redacted: change.redacted.then_some(true),
    };
    let value = values::ActiveModel {
        seq: ActiveValue::Set(seq),
        before: ActiveValue::Set(before),
        after: ActiveValue::Set(after),
        reason: ActiveValue::Set(reason.map(str::to_owned)),
    };
    (row, value)
}

/// What a change keeps of its values. Keys of an object stand in the order of the alphabet, whatever the database does.
pub(crate) fn digest(
    before: Option<&Value>,
    after: Option<&Value>,
    reason: Option<&str>,
) -> Vec<u8> {
    let mut digest = Sha256::new();
    for side in [before, after] {
        let text = side.map(Value::to_string).unwrap_or_default();
        digest.update((text.len() as u64).to_be_bytes());
        digest.update(text.as_bytes());
    }
    if let Some(reason) = reason {
        digest.update((reason.len() as u64).to_be_bytes());
        digest.update(reason.as_bytes());
    }
    digest.finalize().to_vec()
}

#[derive(FromQueryResult)]
struct Latest {
    seq: i64,
    at: DateTime<Utc>,
}

async fn latest(conn: &impl Conn) -> Result<(i64, Option<DateTime<Utc>>), RepoError> {
    use sea_orm::QueryOrder;
    let row = row::Entity::find()
        .select_only()
        .columns([row::Column::Seq, row::Column::At])
        .order_by_desc(row::Column::Seq)
        .into_model::<Latest>()
        .one(conn.raw())
        .await?;
    Ok(row.map_or((0, None), |row| (row.seq, Some(row.at))))
}

/// A change of one record.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Change {
    /// Its number.
    pub seq: i64,
    /// When it was committed.
    pub at: DateTime<Utc>,
    /// What was done: `created`, `updated` or `deleted`.
    pub op: String,
    /// Who did it; nobody when it was the program itself.
    pub actor_id: Option<Uuid>,
    record_id: Uuid,
}

/// The latest change of each of some records, of those after one of a number until one of another.
pub async fn latest_of(
    conn: &impl Conn,
    records: &[Uuid],
    (after, until): (i64, i64),
) -> Result<HashMap<Uuid, Change>, RepoError> {
    use sea_orm::QueryOrder;
    const ASKED: usize = 10_000;
    let mut latest = HashMap::new();
    for records in records.chunks(ASKED) {
        let changes = row::Entity::find()
            .filter(row::Column::Seq.gt(after))
            .filter(row::Column::Seq.lte(until))
            .filter(row::Column::RecordId.is_in(records.iter().copied()))
            .order_by_asc(row::Column::Seq)
            .into_model::<Change>();
        let changes = changes.all(conn.raw()).await?;
        latest.extend(changes.into_iter().map(|change| (change.record_id, change)));
    }
    Ok(latest)
}

/// The number of the latest change: what was read after it is at least as new.
pub async fn sequence(conn: &impl Conn) -> Result<i64, RepoError> {
    Ok(latest(conn).await?.0)
}

/// When the change of a number was committed.
pub async fn time_of(conn: &impl Conn, seq: i64) -> Result<Option<DateTime<Utc>>, RepoError> {
    Ok(row::Entity::find()
        .select_only()
        .column(row::Column::At)
        .filter(row::Column::Seq.eq(seq))
        .into_tuple()
        .one(conn.raw())
        .await?)
}

/// When a record of a partnership became invisible to an audience that had seen it, the last time that it did.
pub async fn gone_from(
    conn: &impl Conn,
    kind: Kind,
    record: Uuid,
    partnership: Uuid,
    audience: Audience,
) -> Result<Option<DateTime<Utc>>, RepoError> {
    use sea_orm::QueryOrder;
    Ok(row::Entity::find()
        .select_only()
        .column(row::Column::At)
        .filter(row::Column::Kind.eq(kind.name()))
        .filter(row::Column::RecordId.eq(record))
        .filter(row::Column::PartnershipId.eq(partnership))
        .filter(row::Column::AudienceBefore.gte(audience.number()))
        .filter(row::Column::Audience.lt(audience.number()))
        .order_by_desc(row::Column::Seq)
        .limit(1)
        .into_tuple()
        .one(conn.raw())
        .await?)
}

/// The number of the first change committed at or after an instant; `None` when there is none.
pub async fn first_since(conn: &impl Conn, since: DateTime<Utc>) -> Result<Option<i64>, RepoError> {
    let row: Option<(Option<i64>,)> = row::Entity::find()
        .select_only()
        .column_as(row::Column::Seq.min(), "seq")
        .filter(row::Column::At.gte(since))
        .into_tuple()
        .one(conn.raw())
        .await?;
    Ok(row.and_then(|(seq,)| seq))
}
