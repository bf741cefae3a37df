//! Pages of records: keyset cursors, totals on request, and reading only what changed since.

use std::collections::{BTreeSet, HashMap};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::audience::Audience;
use domain::record::Versioned;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Alias, CaseStatement, Expr, ExprTrait, LikeExpr, Order, Query, SimpleExpr,
};
use serde::{Deserialize, Serialize};

use sea_orm::{
    Condition, ConnectionTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
};

use crate::record::{self, Stored, Whole};
use crate::{Conn, RepoError, change};

/// A column to order by. Never null, so that every row has its place.
#[derive(Clone, Debug)]
pub struct Sort<C> {
    /// The column, or one that stands for a key in another table ([`Stored::joined_key`]).
    pub column: C,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// Where the next page begins: after this row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Position {
    /// The value of the sort column and the id of the last row.
    After(SortValue, Uuid),
    /// The number of the last row's latest change, when reading what changed.
    AfterChange(i64),
    /// The entry of the audit trail and the change in it, or 0.
    AfterEntry(i64, i64),
}

/// A value of a sort column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SortValue {
    /// Bytes of a collation key, in base64.
    Key(String),
    /// A calendar day.
    Day(NaiveDate),
    /// An instant.
    At(DateTime<Utc>),
    /// A number.
    Number(i32),
}

impl SortValue {
    fn of(value: Value) -> Result<Self, RepoError> {
        match value {
            Value::Bytes(Some(bytes)) => Ok(Self::Key(BASE64.encode(bytes))),
            Value::ChronoDate(Some(day)) => Ok(Self::Day(day)),
            Value::ChronoDateTimeUtc(Some(at)) => Ok(Self::At(at)),
            Value::Int(Some(number)) => Ok(Self::Number(number)),
            other => Err(RepoError::Other(DbErr::Type(format!(
                "no list is ordered by {other:?}"
            )))),
        }
    }

    fn to_value(&self) -> Result<Value, RepoError> {
        Ok(match self {
            Self::Key(text) => {
                Value::from(BASE64.decode(text).map_err(|_| RepoError::BadPosition)?)
            }
            Self::Day(day) => Value::from(*day),
            Self::At(at) => Value::from(*at),
            Self::Number(number) => Value::from(*number),
        })
    }
}

/// What is asked of a list.
#[derive(Clone, Debug)]
pub struct Ask<C> {
    /// The filters, and what the caller may see.
    pub condition: Condition,
    /// The order.
    pub sort: Sort<C>,
    /// How many records at most.
    pub limit: u64,
    /// Where to go on.
    pub after: Option<Position>,
    /// Whether to count all that match.
    pub total: bool,
    /// Only what was committed since, deleted records included, in the order of the changes.
    pub modified_since: Option<DateTime<Utc>>,
    /// Who asks and where, for what has become invisible since.
    pub vanished: Option<Vanished>,
}

impl<C> Ask<C> {
    /// The last records of a condition in the order of a column, those first.
    pub fn last(condition: Condition, column: C, limit: u64) -> Self {
        let sort = Sort {
            column,
            descending: true,
        };
        Self {
            condition,
            sort,
            limit,
            after: None,
            total: false,
            modified_since: None,
            vanished: None,
        }
    }
}

/// Of which records it is told that the caller does not see them any more.
#[derive(Clone, Copy, Debug)]
pub struct Vanished {
    /// The narrowest audience of what the caller sees.
    pub narrowest: Audience,
    /// The partnership they belong to.
    pub partnership: Uuid,
    /// The record below which they stand, where the list is of one.
    pub parent: Option<Uuid>,
}

/// Why a record is not in a list any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// It was deleted.
    Deleted,
    /// The caller does not see it any more.
    Unpublished,
}

/// Those recorded between two instants, and changed until one.
pub fn between<T: Stored>(
    (created_since, created_until): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    modified_until: Option<DateTime<Utc>>,
) -> Condition {
    let columns = T::COLUMNS;
    Condition::all()
        .add_option(created_since.map(|since| columns.created_at.gte(since)))
        .add_option(created_until.map(|until| columns.created_at.lte(until)))
        .add_option(modified_until.map(|until| columns.modified_at.lte(until)))
}

/// One entry of a list.
#[derive(Clone, Debug)]
pub enum Entry<T> {
    /// A record.
    Record(Versioned<T>),
    /// What is left of one that is gone.
    Tombstone(Uuid, DateTime<Utc>, Deletion),
}

/// One page.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The entries in order.
    pub entries: Vec<Entry<T>>,
    /// Where the next page begins, unless this is the last.
    pub next: Option<Position>,
    /// How many there are in all, if asked.
    pub total: Option<u64>,
}

/// What is asked of a list of what is no record, such as the audit trail: it has one order, which can be turned round.
#[derive(Clone, Debug)]
pub struct AskLines {
    /// The filters, and what the caller may see.
    pub condition: Condition,
    /// Whether the last one comes first.
    pub last_first: bool,
    /// How many lines at most.
    pub limit: u64,
    /// Where to go on.
    pub after: Option<Position>,
    /// Whether to count all that match.
    pub total: bool,
}

/// One page of such a list.
#[derive(Debug)]
pub struct Lines<T> {
    /// The lines, in order.
    pub lines: Vec<T>,
    /// Where the next page begins, unless this is the last.
    pub next: Option<Position>,
    /// How many there are in all, if asked.
    pub total: Option<u64>,
}

impl<T> Lines<T> {
    /// A page of at most `limit` lines, of which one more was read where there are more.
    pub(crate) fn of(
        mut lines: Vec<T>,
        limit: u64,
        total: Option<u64>,
        place: impl Fn(&T) -> Position,
    ) -> Self {
        let more = lines.len() as u64 > limit;
        lines.truncate(limit as usize);
        let next = lines.last().filter(|_| more).map(place);
        Self { lines, next, total }
    }
}

/// Reads a page of the rows of a table, in the order of a column, after a value of it.
pub(crate) async fn lines<E: EntityTrait<Model: Send + Sync>, T>(
    conn: &impl Conn,
    all: Select<E>,
    ask: &AskLines,
    (column, after): (E::Column, Option<Value>),
    read: fn(E::Model) -> Result<T, RepoError>,
    place: impl Fn(&T) -> Position,
) -> Result<Lines<T>, RepoError> {
    let all = all.filter(ask.condition.clone());
    let total = match ask.total {
        true => Some(all.clone().count(conn.raw()).await?),
        false => None,
    };
    let (order, beyond) = match ask.last_first {
        true => (Order::Desc, after.map(|last| column.lt(last))),
        false => (Order::Asc, after.map(|last| column.gt(last))),
    };
    let rows = all
        .filter(Condition::all().add_option(beyond))
        .order_by(column, order)
        .limit(ask.limit + 1)
        .all(conn.raw())
        .await?;
    let lines = rows.into_iter().map(read).collect::<Result<_, _>>()?;
    Ok(Lines::of(lines, ask.limit, total, place))
}

/// Reads a page.
pub async fn page<T: Stored>(
    conn: &impl Conn,
    ask: Ask<<T::Entity as EntityTrait>::Column>,
) -> Result<Page<T>, RepoError> {
    let deleted = T::COLUMNS.deleted_at;
    let live = ask.condition.clone().add(deleted.is_null());
    let total = match (ask.total, ask.modified_since) {
        (false, _) => None,
        (true, None) => {
            let matching = T::Entity::find().filter(live.clone());
            Some(matching.count(conn.raw()).await?)
        }
        (true, Some(since)) => Some(count_changed::<T>(conn, &ask, since).await?),
    };
    let (entries, next) = match ask.modified_since {
        Some(since) => changed::<T>(conn, &ask, since).await?,
        None => {
            let (rows, next) = sorted_rows::<T>(conn, &ask, live).await?;
            let read = |row: Whole<T>| Ok::<_, RepoError>(Entry::Record(row.read()?.0));
            let records = rows.into_iter().map(read).collect::<Result<_, _>>()?;
            (records, next)
        }
    };
    Ok(Page {
        entries,
        next,
        total,
    })
}

type Rows<T> = (Vec<Whole<T>>, Option<Position>);

async fn sorted_rows<T: Stored>(
    conn: &impl Conn,
    ask: &Ask<<T::Entity as EntityTrait>::Column>,
    live: Condition,
) -> Result<Rows<T>, RepoError> {
    let Sort { column, descending } = ask.sort;
    let id = T::COLUMNS.id;
    let joined = T::joined_key(column);
    let sorted = joined
        .clone()
        .unwrap_or_else(|| Expr::col(column.as_column_ref()));
    let order = if descending { Order::Desc } else { Order::Asc };
    let mut select = T::Entity::find().filter(live);
    if let Some(Position::After(value, last)) = &ask.after {
        // One row comparison, which an index over (column, id) answers; `or` would scan.
        let place = Expr::tuple([sorted.clone(), Expr::col(id.as_column_ref())]);
        let last = Expr::tuple([Expr::val(value.to_value()?), Expr::val(*last)]);
        select = select.filter(if descending {
            place.lt(last)
        } else {
            place.gt(last)
        });
    }
    let mut select = select
        .order_by(sorted, order.clone())
        .order_by(id, order)
        .limit(ask.limit + 1);
    let backend = conn.raw().get_database_backend();
    Whole::<T>::select(QueryTrait::query(&mut select), "", backend);
    let mut rows: Vec<Placed<T>> = match joined {
        None => {
            let rows = select.into_model().all(conn.raw()).await?.into_iter();
            rows.map(|row| Placed { key: None, row }).collect()
        }
        // The key comes with its row: a renaming between two statements would move the place.
        Some(key) => {
            let select = select.expr_as(key, "joined_key").into_model();
            select.all(conn.raw()).await?
        }
    };
    let next = match rows.len() as u64 > ask.limit {
        true => {
            rows.truncate(ask.limit as usize);
            let place = |placed: &Placed<T>| {
                let (key, row) = (placed.key.clone(), &placed.row.row);
                let value = key.map_or_else(|| row.get(column), Value::from);
                Ok::<_, RepoError>(Position::After(SortValue::of(value)?, uuid_of(row.get(id))))
            };
            rows.last().map(place).transpose()?
        }
        false => None,
    };
    Ok((rows.into_iter().map(|placed| placed.row).collect(), next))
}

/// A row, with the key it is ordered by where that stands in another table.
struct Placed<T: Stored> {
    key: Option<Vec<u8>>,
    row: Whole<T>,
}

impl<T: Stored> FromQueryResult for Placed<T> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            key: Some(row.try_get(prefix, "joined_key")?),
            row: Whole::from_query_result(row, prefix)?,
        })
    }
}

fn uuid_of(value: Value) -> Uuid {
    match value {
        Value::Uuid(Some(id)) => id,
        _ => Uuid::nil(),
    }
}

/// How many records, deleted ones included, have a change since an instant.
async fn count_changed<T: Stored>(
    conn: &impl Conn,
    ask: &Ask<<T::Entity as EntityTrait>::Column>,
    since: DateTime<Utc>,
) -> Result<u64, RepoError> {
    let Some(first) = change::first_since(conn, since).await? else {
        return Ok(0);
    };
    let mut select = T::Entity::find().select_only().column(T::COLUMNS.id);
    among_changed::<T>(&mut select, ask, first);
    let matching = select.into_tuple::<Uuid>().count(conn.raw());
    Ok(matching.await?)
}

/// Joins the latest change, from a number on, of each record that matches or has vanished since. Found by walking the changes of the
/// kind in their order, and not by gathering those of every record first: a page costs what it holds.
fn among_changed<T: Stored>(
    select: &mut Select<T::Entity>,
    ask: &Ask<<T::Entity as EntityTrait>::Column>,
    first: i64,
) {
    let newer = Alias::new("newer");
    let mut superseded = Query::select();
    superseded
        .expr(Expr::val(1))
        .from_as(change::Entity, newer.clone())
        .and_where(Expr::col((newer.clone(), change::Column::Kind)).eq(T::KIND.name()))
        .and_where(
            Expr::col((newer.clone(), change::Column::RecordId))
                .equals((change::Entity, change::Column::RecordId)),
        )
        .and_where(
            Expr::col((newer, change::Column::Seq))
                .gt(Expr::col((change::Entity, change::Column::Seq))),
        );
    let vanished = ask.vanished.map(|vanished| vanished.condition::<T>(first));
    QueryTrait::query(select)
        .join(
            JoinType::InnerJoin,
            change::Entity,
            Expr::col((change::Entity, change::Column::RecordId))
                .equals((T::Entity::default(), T::COLUMNS.id)),
        )
        .and_where(Expr::col((change::Entity, change::Column::Kind)).eq(T::KIND.name()))
        .and_where(Expr::col((change::Entity, change::Column::Seq)).gte(first))
        .and_where(Expr::exists(superseded).not())
        .cond_where(
            Condition::any()
                .add(ask.condition.clone())
                .add_option(vanished),
        );
}

impl Vanished {
    fn condition<T: Stored>(&self, first: i64) -> Condition {
        let of_change = |column| Expr::col((change::Entity, column));
        let narrowest = self.narrowest.number();
        // Seen before one of the changes since, of which the latest need not be the one that took it away.
        let earlier = Alias::new("earlier");
        let of_earlier = |column| Expr::col((earlier.clone(), column));
        let mut seen = Query::select();
        seen.expr(Expr::val(1))
            .from_as(change::Entity, earlier.clone())
            .and_where(of_earlier(change::Column::Kind).eq(T::KIND.name()))
            .and_where(
                of_earlier(change::Column::RecordId)
                    .equals((change::Entity, change::Column::RecordId)),
            )
            .and_where(of_earlier(change::Column::Seq).gte(first))
            .and_where(of_earlier(change::Column::AudienceBefore).gte(narrowest));
        Condition::all()
            .add(Expr::exists(seen))
            .add(of_change(change::Column::Audience).lt(narrowest))
            .add(of_change(change::Column::Audience).gt(Audience::Nobody.number()))
            .add(of_change(change::Column::PartnershipId).eq(self.partnership))
            .add_option(
                self.parent
                    .map(|id| of_change(change::Column::ParentId).eq(id)),
            )
    }
}

/// A record that changed, at the place of its latest change.
#[derive(FromQueryResult)]
struct Changed {
    id: Uuid,
    seq: i64,
    at: DateTime<Utc>,
    /// 1 when the caller does not see it any more.
    vanished: i32,
}

type Entries<T> = (Vec<Entry<T>>, Option<Position>);

/// Entries in the order of their latest change, from the first change at or after an instant.
async fn changed<T: Stored>(
    conn: &impl Conn,
    ask: &Ask<<T::Entity as EntityTrait>::Column>,
    since: DateTime<Utc>,
) -> Result<Entries<T>, RepoError> {
    let Some(first) = change::first_since(conn, since).await? else {
        return Ok((Vec::new(), None));
    };
    let from = match ask.after {
        Some(Position::AfterChange(seq)) => Ord::max(first, seq + 1),
        _ => first,
    };
    let latest = (change::Entity, change::Column::Seq);
    let vanished = match ask.vanished {
        Some(vanished) => CaseStatement::new()
            .case(vanished.condition::<T>(first), 1)
            .finally(0)
            .into(),
        None => Expr::val(0),
    };
    let mut select = T::Entity::find()
        .select_only()
        .column_as(T::COLUMNS.id, "id");
    among_changed::<T>(&mut select, ask, first);
    QueryTrait::query(&mut select)
        .expr_as(Expr::col(latest), Alias::new("seq"))
        .expr_as(
            Expr::col((change::Entity, change::Column::At)),
            Alias::new("at"),
        )
        .expr_as(vanished, Alias::new("vanished"))
        .and_where(Expr::col(latest).gte(from))
        .order_by(latest, Order::Asc)
        .limit(ask.limit + 1);
    let mut places: Vec<Changed> = select.into_model().all(conn.raw()).await?;
    let next = match places.len() as u64 > ask.limit {
        true => {
            places.truncate(ask.limit as usize);
            places.last().map(|place| Position::AfterChange(place.seq))
        }
        false => None,
    };
    let select = T::Entity::find()
        .filter(T::COLUMNS.id.is_in(places.iter().map(|place| place.id)))
        // Asked again: what has become internal between the two statements is not shown.
        .filter(ask.condition.clone());
    let read = record::read::<T>(conn, select).await?.into_iter();
    let mut read: HashMap<Uuid, _> = read.map(|read| (read.0.head.id, read)).collect();
    let entry = |place: Changed| {
        let id = place.id;
        if place.vanished == 1 {
            return Some(Entry::Tombstone(id, place.at, Deletion::Unpublished));
        }
        Some(match read.remove(&id)? {
            (record, None) => Entry::Record(record),
            (_, Some(at)) => Entry::Tombstone(id, at, Deletion::Deleted),
        })
    };
    Ok((places.into_iter().filter_map(entry).collect(), next))
}

/// A condition for `q`: each of its words, folded, stands somewhere in the search key.
pub fn contains<C: ColumnTrait>(search_key: C, q: &str) -> SimpleExpr {
    let folded = domain::search::search_key(q);
    // Each word once: a text of many words must not become a deep expression.
    let words: BTreeSet<&str> = folded.split(' ').collect();
    let holds = |word: &str| matches(search_key, format!("%{}%", escaped(word)));
    let holds_all = words.into_iter().map(holds).reduce(SimpleExpr::and);
    holds_all.unwrap_or_else(|| holds(""))
}

/// A condition for a list of codes, kept as JSON, that holds one of some.
pub fn holds_any<C: ColumnTrait>(list: C, codes: &[String]) -> Condition {
    let text = || Expr::col(list.as_column_ref()).cast_as("text");
    let holds = |code: &String| {
        let pattern = format!("%\"{}\"%", escaped(code));
        text().like(LikeExpr::new(pattern).escape('\\'))
    };
    codes
        .iter()
        .map(holds)
        .fold(Condition::any(), Condition::add)
}

/// A condition for a list of codes, kept as JSON, that holds any.
pub fn holds_some<C: ColumnTrait>(list: C) -> Condition {
    let text = Expr::col(list.as_column_ref()).cast_as("text");
    Condition::all().add(text.ne("[]"))
}

/// A condition for codes that begin with a text.
pub fn begins_with<C: ColumnTrait>(column: C, prefix: &str) -> SimpleExpr {
    matches(column, format!("{}%", escaped(prefix)))
}

fn matches<C: ColumnTrait>(column: C, pattern: String) -> SimpleExpr {
    Expr::col(column.as_column_ref()).like(LikeExpr::new(pattern).escape('\\'))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

impl<T> Page<T> {
    /// The records of the page, without tombstones.
    pub fn records(&self) -> impl Iterator<Item = &Versioned<T>> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Record(record) => Some(record),
            Entry::Tombstone(..) => None,
        })
    }
}

/// Those whose day is this one or later.
pub fn from<C: ColumnTrait>(column: C, day: NaiveDate) -> Condition {
    Condition::all().add(column.gte(day))
}

/// Those whose day is this one or earlier.
pub fn to<C: ColumnTrait>(column: C, day: NaiveDate) -> Condition {
    Condition::all().add(column.lte(day))
}

/// Those whose day lies between two, both included; an open side has no bound.
pub fn within<C: ColumnTrait>(
    column: C,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Condition {
    Condition::all()
        .add_option(from.map(|day| column.gte(day)))
        .add_option(to.map(|day| column.lte(day)))
}

/// Those that have one of some codes.
pub fn any_of<C: ColumnTrait>(column: C, codes: &[String]) -> Condition {
    Condition::all().add(column.is_in(codes))
}

/// Those that have a text.
pub fn is<C: ColumnTrait>(column: C, text: &str) -> Condition {
    Condition::all().add(column.eq(text))
}

/// Those that lead to a record.
pub fn leads_to<C: ColumnTrait>(column: C, id: Uuid) -> Condition {
    Condition::all().add(column.eq(id))
}

/// Those whose search key holds all words of a text.
pub fn holds_words<C: ColumnTrait>(search_key: C, text: &str) -> Condition {
    Condition::all().add(contains(search_key, text))
}
