//! Pages of records: keyset cursors, totals on request, and reading only what changed since.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chrono::{DateTime, NaiveDate, Utc};
use domain::record::Versioned;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, IntoIden, LikeExpr, Order, Query, SimpleExpr};
use serde::{Deserialize, Serialize};

use sea_orm::{
    Condition, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use crate::record::Stored;
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
}

/// One entry of a list.
#[derive(Clone, Debug)]
pub enum Entry<T> {
    /// A record.
    Record(Versioned<T>),
    /// What is left of a deleted one.
    Tombstone(Uuid, DateTime<Utc>),
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
    let (rows, next) = match ask.modified_since {
        Some(since) => changed_rows::<T>(conn, &ask, since).await?,
        None => sorted_rows::<T>(conn, &ask, live).await?,
    };
    let mut records = Vec::with_capacity(rows.len());
    let mut tombstones = Vec::new();
    for (place, row) in rows.into_iter().enumerate() {
        match T::from_row(row)? {
            (record, None) => records.push(record),
            (record, Some(deleted_at)) => tombstones.push((place, record.head.id, deleted_at)),
        }
    }
    T::load(conn, &mut records).await?;
    let mut entries: Vec<Entry<T>> = records.into_iter().map(Entry::Record).collect();
    for (place, id, deleted_at) in tombstones {
        entries.insert(place, Entry::Tombstone(id, deleted_at));
    }
    Ok(Page {
        entries,
        next,
        total,
    })
}

type Rows<T> = (
    Vec<<<T as Stored>::Entity as EntityTrait>::Model>,
    Option<Position>,
);

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
    let select = select
        .order_by(sorted, order.clone())
        .order_by(id, order)
        .limit(ask.limit + 1);
    let mut rows: Vec<Placed<_>> = match joined {
        None => {
            let rows = select.all(conn.raw()).await?.into_iter();
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
            let place = |Placed { key, row }: &Placed<<T::Entity as EntityTrait>::Model>| {
                let value = key.clone().map_or_else(|| row.get(column), Value::from);
                Ok::<_, RepoError>(Position::After(SortValue::of(value)?, uuid_of(row.get(id))))
            };
            rows.last().map(place).transpose()?
        }
        false => None,
    };
    Ok((rows.into_iter().map(|placed| placed.row).collect(), next))
}

/// A row, with the key it is ordered by where that stands in another table.
struct Placed<M> {
    key: Option<Vec<u8>>,
    row: M,
}

impl<M: FromQueryResult> FromQueryResult for Placed<M> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            key: Some(row.try_get(prefix, "joined_key")?),
            row: M::from_query_result(row, prefix)?,
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
    let mut changed = Query::select();
    changed
        .column(change::Column::RecordId)
        .from(change::Entity)
        .and_where(change::Column::Kind.eq(T::KIND.name()))
        .and_where(change::Column::Seq.gte(first));
    let matching = T::Entity::find()
        .filter(ask.condition.clone())
        .filter(T::COLUMNS.id.in_subquery(changed));
    Ok(matching.count(conn.raw()).await?)
}

/// Rows in the order of their latest change, from the first change at or after an instant.
async fn changed_rows<T: Stored>(
    conn: &impl Conn,
    ask: &Ask<<T::Entity as EntityTrait>::Column>,
    since: DateTime<Utc>,
) -> Result<Rows<T>, RepoError> {
    let Some(first) = change::first_since(conn, since).await? else {
        return Ok((Vec::new(), None));
    };
    let from = match ask.after {
        Some(Position::AfterChange(seq)) => Ord::max(first, seq + 1),
        _ => first,
    };
    let latest = Alias::new("latest");
    let seq = Alias::new("seq");
    let mut of_kind = Query::select();
    of_kind
        .column(change::Column::RecordId)
        .expr_as(Expr::col(change::Column::Seq).max(), seq.clone())
        .from(change::Entity)
        .and_where(change::Column::Kind.eq(T::KIND.name()))
        .and_where(change::Column::Seq.gte(first))
        .group_by_col(change::Column::RecordId);
    let mut select = T::Entity::find().select_only().column(T::COLUMNS.id);
    QueryTrait::query(&mut select)
        .expr_as(Expr::col((latest.clone(), seq.clone())), seq.clone())
        .join_subquery(
            sea_orm::JoinType::InnerJoin,
            of_kind,
            latest.clone(),
            Expr::col((latest.clone(), change::Column::RecordId.into_iden()))
                .equals((T::Entity::default(), T::COLUMNS.id)),
        )
        .cond_where(ask.condition.clone())
        .and_where(Expr::col((latest.clone(), seq.clone())).gte(from))
        .order_by((latest, seq), Order::Asc)
        .limit(ask.limit + 1);
    let mut places: Vec<(Uuid, i64)> = select.into_tuple().all(conn.raw()).await?;
    let next = match places.len() as u64 > ask.limit {
        true => {
            places.truncate(ask.limit as usize);
            places.last().map(|(_, seq)| Position::AfterChange(*seq))
        }
        false => None,
    };
    let ids: Vec<Uuid> = places.iter().map(|(id, _)| *id).collect();
    let mut rows = T::Entity::find()
        .filter(T::COLUMNS.id.is_in(ids.iter().copied()))
        // Asked again: what has become internal between the two statements is not shown.
        .filter(ask.condition.clone())
        .all(conn.raw())
        .await?;
    let place_of = |row: &_| {
        let id = uuid_of(ModelTrait::get(row, T::COLUMNS.id));
        ids.iter().position(|place| *place == id)
    };
    rows.sort_by_cached_key(place_of);
    Ok((rows, next))
}

/// A condition for `q`: the folded text stands somewhere in the search key.
pub fn contains<C: ColumnTrait>(search_key: C, q: &str) -> SimpleExpr {
    let folded = escaped(&domain::search::search_key(q));
    matches(search_key, format!("%{folded}%"))
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
