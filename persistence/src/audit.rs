//! The audit trail: one entry for each transaction that wrote and for each event of security, chained by hashes.
//!
//! An entry's hash covers the entry before it, its own values and the rows of its changes, which in turn hold digests of
//! what records said before and after. So that a person can be forgotten, those values stand beside and are not chained.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::audit::Event;
use domain::record::Kind;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement, SimpleExpr, UnionType,
};
use sea_orm::{Condition, ConnectionTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::access::grant;
use crate::change::{self, Pending};
use crate::db::Origin;
use crate::list::Position;
use crate::record::from_json;
use crate::{Conn, RepoError};

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
            let mut own = Vec::new();
            while let Some((change, value)) = changes.next_if(|(c, _)| c.entry == Some(row.seq)) {
                first_change = Ord::min(first_change, change.seq);
                if !vouched_for(&change, value.as_ref()) {
                    return Err(TrailError::Values(change.seq));
                }
                own.push(change);
            }
            if hash_of(&found.hash, &row, &own) != row.hash
                || i32::try_from(own.len()) != Ok(row.changes)
            {
                return Err(TrailError::Altered(row.seq));
            }
            if expected.is_some_and(|(seq, hash)| seq == row.seq && hash != row.hash) {
                return Err(TrailError::Unexpected(row.seq));
            }
            found.entries = row.seq;
            found.changes += own.len() as u64;
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

/// One line of the trail: an entry, with one of its changes if it has any.
#[derive(Clone, Debug)]
pub struct Line {
    /// The entry's number.
    pub seq: i64,
    /// When it was.
    pub at: DateTime<Utc>,
    /// Code of the event.
    pub event: String,
    /// Who did it.
    pub actor_id: Option<Uuid>,
    /// For which institution.
    pub on_behalf_of: Option<Uuid>,
    /// In which partnership.
    pub partnership_id: Option<Uuid>,
    /// What it was about, of an event of security.
    pub subject_id: Option<Uuid>,
    /// From where.
    pub address: Option<String>,
    /// By which request.
    pub request_id: Option<Uuid>,
    /// More about it.
    pub detail: Value,
    /// The hash of the entry.
    pub hash: Vec<u8>,
    /// What was written.
    pub change: Option<LineChange>,
}

/// What was written to one record.
#[derive(Clone, Debug)]
pub struct LineChange {
    /// The number of the change.
    pub seq: i64,
    /// The kind of the record.
    pub kind: String,
    /// Its id.
    pub record_id: Uuid,
    /// Its version afterwards.
    pub version: i32,
    /// `created`, `updated` or `deleted`.
    pub op: String,
    /// The names of what differs.
    pub fields: Vec<String>,
    /// What it was before.
    pub before: Option<Value>,
    /// What it was afterwards.
    pub after: Option<Value>,
    /// Why.
    pub reason: Option<String>,
}

/// What is asked of the trail.
#[derive(Debug)]
pub struct Ask {
    /// The filters, and what the caller may see.
    pub condition: Condition,
    /// Whether the newest comes first.
    pub newest_first: bool,
    /// How many lines at most.
    pub limit: u64,
    /// Where to go on.
    pub after: Option<Position>,
    /// Whether to count all that match.
    pub total: bool,
}

/// One page of the trail.
#[derive(Debug)]
pub struct Page {
    /// The lines, in order.
    pub lines: Vec<Line>,
    /// Where the next page begins.
    pub next: Option<Position>,
    /// How many there are in all, if asked.
    pub total: Option<u64>,
}

fn of_entry(column: Column) -> Expr {
    Expr::col((row::Entity, column))
}

fn of_change(column: change::Column) -> Expr {
    Expr::col((change::Entity, column))
}

/// Its change's number, or 0.
fn change_or_none() -> SimpleExpr {
    Func::coalesce([of_change(change::Column::Seq), Expr::val(0_i64)]).into()
}

fn lines(condition: &Condition) -> SelectStatement {
    let mut select = Query::select();
    select
        .from(row::Entity)
        .left_join(
            change::Entity,
            of_change(change::Column::Entry).eq(of_entry(Column::Seq)),
        )
        .cond_where(condition.clone());
    select
}

/// Reads a page of the trail.
pub async fn list(conn: &impl Conn, ask: Ask) -> Result<Page, RepoError> {
    use change::values::Column as V;
    let mut select = lines(&ask.condition);
    for column in [
        Column::Seq,
        Column::At,
        Column::Event,
        Column::ActorId,
        Column::OnBehalfOf,
        Column::PartnershipId,
        Column::SubjectId,
        Column::Address,
        Column::RequestId,
        Column::Detail,
        Column::Hash,
    ] {
        select.expr(of_entry(column));
    }
    for (column, name) in [
        (change::Column::Seq, "change_seq"),
        (change::Column::Kind, "kind"),
        (change::Column::RecordId, "record_id"),
        (change::Column::Version, "version"),
        (change::Column::Op, "op"),
        (change::Column::Fields, "fields"),
        (change::Column::PartnershipId, "change_partnership_id"),
    ] {
        select.expr_as(of_change(column), Alias::new(name));
    }
    for (column, name) in [
        (V::Before, "before"),
        (V::After, "after"),
        (V::Reason, "reason"),
    ] {
        select.expr_as(
            Expr::col((change::values::Entity, column)),
            Alias::new(name),
        );
    }
    select.left_join(
        change::values::Entity,
        Expr::col((change::values::Entity, V::Seq)).eq(of_change(change::Column::Seq)),
    );
    let order = if ask.newest_first {
        Order::Desc
    } else {
        Order::Asc
    };
    if let Some(Position::AfterEntry(entry, change)) = ask.after {
        let place = Expr::tuple([of_entry(Column::Seq), change_or_none()]);
        let last = Expr::tuple([Expr::val(entry), Expr::val(change)]);
        // The entry alone besides: an index begins there.
        let (from, after) = match ask.newest_first {
            true => (of_entry(Column::Seq).lte(entry), place.lt(last)),
            false => (of_entry(Column::Seq).gte(entry), place.gt(last)),
        };
        select.and_where(from).and_where(after);
    }
    select
        .order_by_expr(of_entry(Column::Seq), order.clone())
        .order_by_expr(change_or_none(), order)
        .limit(ask.limit + 1);
    let rows = conn.raw().query_all(&select).await?;
    let mut found = rows
        .iter()
        .map(line_of)
        .collect::<Result<Vec<Line>, RepoError>>()?;
    let more = found.len() as u64 > ask.limit;
    if more {
        found.truncate(ask.limit as usize);
    }
    let place = |line: &Line| {
        let change = line.change.as_ref().map_or(0, |change| change.seq);
        Position::AfterEntry(line.seq, change)
    };
    let total = match ask.total {
        true => Some(count(conn, &ask.condition).await?),
        false => None,
    };
    Ok(Page {
        next: found.last().filter(|_| more).map(place),
        lines: found,
        total,
    })
}

async fn count(conn: &impl Conn, condition: &Condition) -> Result<u64, RepoError> {
    let mut select = lines(condition);
    select.expr_as(of_entry(Column::Seq).count(), Alias::new("number"));
    let row = conn.raw().query_one(&select).await?;
    let number: i64 = match row {
        Some(row) => row.try_get("", "number")?,
        None => 0,
    };
    Ok(number.unsigned_abs())
}

fn line_of(row: &QueryResult) -> Result<Line, RepoError> {
    let change: Option<i64> = row.try_get("", "change_seq")?;
    let change = match change {
        None => None,
        Some(seq) => Some(LineChange {
            seq,
            kind: row.try_get("", "kind")?,
            record_id: row.try_get("", "record_id")?,
            version: row.try_get("", "version")?,
            op: row.try_get("", "op")?,
            fields: from_json(row.try_get("", "fields")?)?,
            before: row.try_get("", "before")?,
            after: row.try_get("", "after")?,
            reason: row.try_get("", "reason")?,
        }),
    };
    let of_change: Option<Uuid> = row.try_get("", "change_partnership_id")?;
    let of_entry: Option<Uuid> = row.try_get("", "partnership_id")?;
    Ok(Line {
        seq: row.try_get("", "seq")?,
        at: row.try_get("", "at")?,
        event: row.try_get("", "event")?,
        actor_id: row.try_get("", "actor_id")?,
        on_behalf_of: row.try_get("", "on_behalf_of")?,
        partnership_id: of_change.or(of_entry),
        subject_id: row.try_get("", "subject_id")?,
        address: row.try_get("", "address")?,
        request_id: row.try_get("", "request_id")?,
        detail: row.try_get("", "detail")?,
        hash: row.try_get("", "hash")?,
        change,
    })
}

fn partnership() -> SimpleExpr {
    Func::coalesce([
        of_change(change::Column::PartnershipId),
        of_entry(Column::PartnershipId),
    ])
    .into()
}

/// What happened in some partnerships; and, of what belongs to none, the events of security of who held a role there at the
/// time, and what was written to their accounts.
pub fn of_partnerships(ids: &[Uuid]) -> Condition {
    let held = |account: Expr| Expr::exists(grant::held_at(ids, account, of_entry(Column::At)));
    let events = Condition::all()
        .add(of_entry(Column::Event).ne(Event::Written.code()))
        .add(
            Condition::any()
                .add(held(of_entry(Column::ActorId)))
                .add(held(of_entry(Column::SubjectId))),
        );
    let accounts = Condition::all()
        .add(of_change(change::Column::Kind).eq(Kind::Account.name()))
        .add(held(of_change(change::Column::RecordId)));
    let elsewhere = Condition::all()
        .add(partnership().is_null())
        .add(Condition::any().add(events).add(accounts));
    Condition::any()
        .add(partnership().is_in(ids.iter().copied()))
        .add(elsewhere)
}

/// What happened in one partnership.
pub fn in_partnership(id: Uuid) -> SimpleExpr {
    partnership().eq(id)
}

/// Events of some codes.
pub fn of_events(codes: &[String]) -> SimpleExpr {
    of_entry(Column::Event).is_in(codes.iter().cloned())
}

/// What one account did.
pub fn by_actor(id: Uuid) -> SimpleExpr {
    of_entry(Column::ActorId).eq(id)
}

/// What happened to one record, account or session.
pub fn about(id: Uuid) -> Condition {
    // The entries by an index of each table; then the lines in them.
    let mut entries = Query::select();
    entries
        .column(change::Column::Entry)
        .from(change::Entity)
        .and_where(change::Column::RecordId.eq(id));
    let mut events = Query::select();
    events
        .column(Column::Seq)
        .from(row::Entity)
        .and_where(Column::SubjectId.eq(id));
    entries.union(UnionType::All, events);
    Condition::all()
        .add(of_entry(Column::Seq).in_subquery(entries))
        .add(
            Condition::any()
                .add(of_change(change::Column::RecordId).eq(id))
                .add(of_entry(Column::SubjectId).eq(id)),
        )
}

/// What was written to records of some kinds.
pub fn of_kinds(kinds: &[String]) -> SimpleExpr {
    of_change(change::Column::Kind).is_in(kinds.iter().cloned())
}

/// What one request did.
pub fn of_request(id: Uuid) -> SimpleExpr {
    of_entry(Column::RequestId).eq(id)
}

/// What happened at or after an instant.
pub fn since(instant: DateTime<Utc>) -> SimpleExpr {
    of_entry(Column::At).gte(instant)
}

/// What happened before an instant.
pub fn until(instant: DateTime<Utc>) -> SimpleExpr {
    of_entry(Column::At).lt(instant)
}
