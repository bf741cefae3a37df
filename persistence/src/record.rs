//! What all records share: look-up, insertion, versioned update, soft deletion, each with its change.

use std::collections::HashSet;

use domain::access::audience::Audience;
use domain::link::Link;
use domain::record::{Head, Kind, Record, Versioned};
use domain::slug::Key;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{BinOper, Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    Condition, ConnectionTrait, DbBackend, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};

use crate::change;
use crate::db::Op;
use crate::{Conn, RepoError, Tx};

/// The table of a kind of record, and the way to and from its rows. `table!` makes one from a list of columns.
pub trait Row: Record + Sized {
    /// The table.
    type Entity: EntityTrait<Model: Send + Sync, ActiveModel: Send, Column: ColumnTrait>;

    /// `id`, `version`, `created_at`, `modified_at`, `deleted_at` and, where it has one, the slug.
    const COLUMNS: Columns<<Self::Entity as EntityTrait>::Column>;

    /// Reads a row.
    fn from_row(
        row: <Self::Entity as EntityTrait>::Model,
    ) -> Result<(Versioned<Self>, Deleted), RepoError>;

    /// Writes a row, without what [`Columns`] names.
    fn to_row(&self) -> Result<<Self::Entity as EntityTrait>::ActiveModel, RepoError>;
}

/// What a kind of record is to the others, and what of it stands in other tables than its own.
pub trait Stored: Row {
    /// The column of what others show it as, where others link to it.
    const NAME: Option<ColumnOf<Self>> = None;

    /// Whether it belongs to a partnership, by a column `partnership_id`.
    const OF_PARTNERSHIP: bool = true;

    /// The column of the record below which it stands, of [`Kind::parent`].
    const PARENT: Option<ColumnOf<Self>> = None;

    /// The widest audience that records of the kind have. Where that is everybody, those that are not [`Stored::public`] are
    /// internal.
    const AUDIENCE: Audience = Audience::Public;

    /// The references that keep another record from being deleted.
    const REFERENCES: &'static [Reference] = &[];

    /// The kind of records with which those of this kind appear and disappear.
    const FOLLOWS: Option<Following> = None;

    /// What of it stands in other tables.
    const BESIDE: Option<Beside<Self>> = None;

    /// Which of them everybody sees.
    fn public() -> Condition {
        Condition::all()
    }

    /// The name of a record that is unique in its partnership, for readers to whom an id says nothing: its slug, or what takes
    /// the place of one.
    fn natural_key() -> Option<SimpleExpr> {
        match Self::PARENT {
            None => Self::COLUMNS.slug.map(Expr::col),
            Some(_) => None,
        }
    }

    /// The collation key in another table, by which a list goes whose order names `column`; none for what is ordered by
    /// the column itself.
    fn joined_key(_column: ColumnOf<Self>) -> Option<SimpleExpr> {
        None
    }

    /// Writes what stands in other tables.
    fn save(&self, _tx: &Tx, _id: Uuid) -> impl Future<Output = Result<(), RepoError>> + Send {
        async { Ok(()) }
    }
}

/// A kind of records that others refer to, and the condition for those that refer to the one of an id.
pub type Reference = (Kind, fn(Uuid) -> Condition);

/// A kind of records that others follow, and the condition for those that follow the ones of a condition.
pub type Following = (Kind, fn(Condition) -> Condition);

/// What of a record stands in other tables: the JSON that the database builds of it beside the row, and how the record takes it
/// over.
pub type Beside<T> = (
    fn(DbBackend) -> SimpleExpr,
    fn(&mut T, Json) -> Result<(), RepoError>,
);

/// Those of a partnership.
pub fn of_partnership<T: Stored>(id: Uuid) -> Condition {
    Condition::all().add(partnership_of::<T>().eq(id))
}

/// Those of some partnerships.
pub fn of_partnerships<T: Stored>(ids: Vec<Uuid>) -> Condition {
    Condition::all().add(partnership_of::<T>().is_in(ids))
}

/// The partnership of a record, of a kind that belongs to one.
pub(crate) fn partnership_of<T: Stored>() -> SimpleExpr {
    Expr::col((T::Entity::default(), "partnership_id"))
}

/// Those below a record, where it is of the kind that they stand below.
pub fn below<T: Stored>(parent: Option<Uuid>) -> Condition {
    let below = T::PARENT.zip(parent).map(|(column, id)| column.eq(id));
    Condition::all().add_option(below)
}

/// The columns of the table of `T`.
pub type ColumnOf<T> = <<T as Row>::Entity as EntityTrait>::Column;

/// When a row was deleted, if it was.
pub type Deleted = Option<chrono::DateTime<chrono::Utc>>;

/// The columns that every record's table has.
#[derive(Clone, Copy, Debug)]
pub struct Columns<C> {
    /// `id`
    pub id: C,
    /// `version`
    pub version: C,
    /// `created_at`
    pub created_at: C,
    /// `modified_at`
    pub modified_at: C,
    /// `deleted_at`
    pub deleted_at: C,
    /// `slug` or `code`, where the record has one.
    pub slug: Option<C>,
}

/// Finds a record by id, slug or code among those that `scope` lets through; deleted ones do not exist.
pub async fn find<T: Stored>(
    conn: &impl Conn,
    key: &Key,
    scope: Condition,
) -> Result<Option<Versioned<T>>, RepoError> {
    let Some(by_key) = by_key::<T>(key) else {
        return Ok(None);
    };
    let select = T::Entity::find().filter(by_key).filter(scope).limit(1);
    Ok(live(conn, select).await?.pop())
}

/// A row as it is read, with what the database builds beside it.
pub(crate) struct Whole<T: Stored> {
    pub row: <T::Entity as EntityTrait>::Model,
    beside: Option<Json>,
}

impl<T: Stored> Whole<T> {
    /// Has the database build what stands beside a row, under a name that begins like those of the row's columns.
    pub fn select(select: &mut SelectStatement, prefix: &str, backend: DbBackend) {
        if let Some((beside, _)) = T::BESIDE {
            select.expr_as(beside(backend), format!("{prefix}beside"));
        }
    }

    /// The record, and when it was deleted.
    pub fn read(self) -> Result<(Versioned<T>, Deleted), RepoError> {
        let (mut record, deleted) = T::from_row(self.row)?;
        if let (Some((_, fill)), Some(beside)) = (T::BESIDE, self.beside) {
            fill(&mut record.value, beside)?;
        }
        Ok((record, deleted))
    }
}

impl<T: Stored> FromQueryResult for Whole<T> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let beside = T::BESIDE.map(|_| row.try_get(prefix, "beside"));
        Ok(Self {
            row: FromQueryResult::from_query_result(row, prefix)?,
            beside: beside.transpose()?.flatten(),
        })
    }

    fn from_query_result_optional(row: &QueryResult, prefix: &str) -> Result<Option<Self>, DbErr> {
        // The id of a row that is missing is null. Any other error is told.
        match row.try_get::<Option<Uuid>>(prefix, T::COLUMNS.id.as_str())? {
            Some(_) => Self::from_query_result(row, prefix).map(Some),
            None => Ok(None),
        }
    }
}

/// Reads records, each with when it was deleted.
pub(crate) async fn read<T: Stored>(
    conn: &impl Conn,
    mut select: Select<T::Entity>,
) -> Result<Vec<(Versioned<T>, Deleted)>, RepoError> {
    let backend = conn.raw().get_database_backend();
    Whole::<T>::select(QueryTrait::query(&mut select), "", backend);
    let rows = select.into_model::<Whole<T>>().all(conn.raw()).await?;
    rows.into_iter().map(Whole::read).collect()
}

/// Reads records that were not deleted.
async fn live<T: Stored>(
    conn: &impl Conn,
    select: Select<T::Entity>,
) -> Result<Vec<Versioned<T>>, RepoError> {
    let select = select.filter(T::COLUMNS.deleted_at.is_null());
    let read = read(conn, select).await?.into_iter();
    Ok(read.map(|(record, _)| record).collect())
}

/// The id of a record that another one is about to refer to, by id or slug among those of `scope`. Until the transaction
/// ends nobody deletes it: on PostgreSQL its row is locked against that, SQLite has one writer anyway.
pub async fn refer<T: Stored>(
    tx: &Tx,
    key: &Key,
    scope: Condition,
) -> Result<Option<Uuid>, RepoError> {
    let Some(by_key) = by_key::<T>(key) else {
        return Ok(None);
    };
    let found = T::Entity::find()
        .select_only()
        .column(T::COLUMNS.id)
        .filter(by_key)
        .filter(T::COLUMNS.deleted_at.is_null())
        .filter(scope)
        .lock_shared()
        .into_tuple()
        .one(tx.raw())
        .await?;
    Ok(found)
}

/// Whether a record is still there; until the transaction ends nobody deletes it then.
pub async fn hold<T: Stored>(tx: &Tx, id: Uuid) -> Result<bool, RepoError> {
    let held = refer::<T>(tx, &Key::Id(id), Condition::all()).await?;
    Ok(held.is_some())
}

/// The condition for the record of a key; none where the kind has no such keys.
pub(crate) fn by_key<T: Stored>(key: &Key) -> Option<SimpleExpr> {
    match key {
        Key::Id(id) => Some(T::COLUMNS.id.eq(*id)),
        named => Some(T::COLUMNS.slug?.eq(named.name()?)),
    }
}

/// The record of a slug, of a kind that has slugs.
pub fn of_slug<T: Stored>(slug: &str) -> Option<Condition> {
    Some(Condition::all().add(T::COLUMNS.slug?.eq(slug)))
}

/// A slug that nobody sent: the program makes it.
pub struct MadeSlug<T> {
    /// Among which records it must be free.
    pub among: Condition,
    /// Where the record has it.
    pub of: fn(&mut T) -> Option<&mut String>,
}

/// Writes a record, under a slug that is made again until it is free: between looking and writing, another transaction
/// may take the one that was.
async fn under_free_slug<T: Stored>(
    tx: &Tx,
    own: Option<Uuid>,
    mut value: T,
    made: &MadeSlug<T>,
    write: impl AsyncFn(T) -> Result<Versioned<T>, RepoError>,
) -> Result<Versioned<T>, RepoError> {
    let Some(wanted) = (made.of)(&mut value).cloned() else {
        return write(value).await;
    };
    let mut refused: Option<(String, RepoError)> = None;
    loop {
        let free = free_slug::<T>(tx, own, made.among.clone(), &wanted).await?;
        // What is still free was not in the way: something else that must be unique was.
        if let Some((slug, error)) = refused
            && slug == free
        {
            return Err(error);
        }
        if let Some(slug) = (made.of)(&mut value) {
            slug.clone_from(&free);
        }
        let trial = tx.try_out().await?;
        match write(value.clone()).await {
            Ok(written) => {
                tx.keep(trial).await?;
                return Ok(written);
            }
            Err(error) => {
                tx.undo(trial).await?;
                if !matches!(error, RepoError::NotUnique(_)) {
                    return Err(error);
                }
                refused = Some((free, error));
            }
        }
    }
}

/// The wanted slug, or where another record of `scope` has it already, the first of its kind with a number.
async fn free_slug<T: Stored>(
    conn: &impl Conn,
    own: Option<Uuid>,
    scope: Condition,
    wanted: &str,
) -> Result<String, RepoError> {
    let Some(column) = T::COLUMNS.slug else {
        return Ok(wanted.to_owned());
    };
    let others = own.map(|own| T::COLUMNS.id.ne(own));
    let taken: HashSet<String> = T::Entity::find()
        .select_only()
        .column(column)
        .filter(scope.add_option(others))
        .filter(T::COLUMNS.deleted_at.is_null())
        .filter(column.starts_with(wanted))
        .into_tuple()
        .all(conn.raw())
        .await?
        .into_iter()
        .collect();
    let numbered = (2_u32..).map(|number| format!("{wanted}-{number}"));
    let free = std::iter::once(wanted.to_owned())
        .chain(numbered)
        .find(|slug| !taken.contains(slug));
    Ok(free.unwrap_or_else(|| wanted.to_owned()))
}

/// Records something new, under a slug of the program's where nobody sent one.
pub async fn insert_named<T: Stored>(
    tx: &Tx,
    id: Uuid,
    value: T,
    made: Option<MadeSlug<T>>,
) -> Result<Versioned<T>, RepoError> {
    match made {
        None => insert(tx, id, value).await,
        Some(made) => {
            let write = async |value| insert(tx, id, value).await;
            under_free_slug(tx, None, value, &made, write).await
        }
    }
}

/// Changes a record as [`update`] does, under a slug of the program's where the one that was sent is empty.
pub async fn update_named<T: Stored>(
    tx: &Tx,
    before: Versioned<T>,
    value: T,
    made: Option<MadeSlug<T>>,
) -> Result<Versioned<T>, RepoError> {
    match made {
        None => update(tx, before, value).await,
        Some(made) => {
            let write = async |value| update(tx, before.clone(), value).await;
            under_free_slug(tx, Some(before.head.id), value, &made, write).await
        }
    }
}

/// Records something new.
pub async fn insert<T: Stored>(tx: &Tx, id: Uuid, value: T) -> Result<Versioned<T>, RepoError> {
    let head = Head {
        id,
        version: 1,
        created_at: tx.now(),
        modified_at: tx.now(),
    };
    let mut row = value.to_row()?;
    let columns = T::COLUMNS;
    set(&mut row, columns.id, head.id);
    set(&mut row, columns.version, head.version);
    set(&mut row, columns.created_at, head.created_at);
    set(&mut row, columns.modified_at, head.modified_at);
    T::Entity::insert(row)
        .exec_without_returning(tx.raw())
        .await?;
    value.save(tx, id).await?;
    change::record(tx, Op::Created, &head, None, Some(&value))?;
    Ok(Versioned { head, value })
}

/// Changes a record that nobody else changed meanwhile. What changes nothing is not written.
pub async fn update<T: Stored>(
    tx: &Tx,
    before: Versioned<T>,
    value: T,
) -> Result<Versioned<T>, RepoError> {
    if before.value == value {
        return Ok(before);
    }
    let live = Condition::all().add(T::COLUMNS.deleted_at.is_null());
    let head = write(tx, &before.head, &value, live).await?;
    change::record(tx, Op::Updated, &head, Some(&before.value), Some(&value))?;
    Ok(Versioned { head, value })
}

/// Writes the next version of a record of `scope` that nobody changed meanwhile.
async fn write<T: Stored>(
    tx: &Tx,
    before: &Head,
    value: &T,
    scope: Condition,
) -> Result<Head, RepoError> {
    let head = Head {
        version: before.version + 1,
        modified_at: tx.now(),
        ..*before
    };
    let mut row = value.to_row()?;
    let columns = T::COLUMNS;
    set(&mut row, columns.version, head.version);
    set(&mut row, columns.modified_at, head.modified_at);
    compare_and_set::<T>(tx, before, row, scope).await?;
    value.save(tx, head.id).await?;
    Ok(head)
}

/// Deletes a record that nobody changed meanwhile; its row stays, as a tombstone.
pub async fn delete<T: Stored>(tx: &Tx, before: Versioned<T>) -> Result<(), RepoError> {
    let head = Head {
        version: before.head.version + 1,
        modified_at: tx.now(),
        ..before.head
    };
    let mut row = <T::Entity as EntityTrait>::ActiveModel::default();
    let columns = T::COLUMNS;
    set(&mut row, columns.version, head.version);
    set(&mut row, columns.modified_at, head.modified_at);
    set(&mut row, columns.deleted_at, Some(tx.now()));
    let live = Condition::all().add(columns.deleted_at.is_null());
    compare_and_set::<T>(tx, &before.head, row, live).await?;
    change::record(tx, Op::Deleted, &head, Some(&before.value), None)
}

/// The record of an id among those of `scope`, also when it was deleted: for what must not even be known of such a one.
pub async fn find_even_deleted<T: Stored>(
    conn: &impl Conn,
    id: Uuid,
    scope: Condition,
) -> Result<Option<Versioned<T>>, RepoError> {
    let select = T::Entity::find().filter(T::COLUMNS.id.eq(id)).filter(scope);
    let found = read(conn, select).await?.pop();
    Ok(found.map(|(record, _)| record))
}

/// All of a condition, also those that were deleted.
pub async fn every_even_deleted<T: Stored>(
    conn: &impl Conn,
    scope: Condition,
) -> Result<Vec<Versioned<T>>, RepoError> {
    let found = read(conn, T::Entity::find().filter(scope)).await?;
    Ok(found.into_iter().map(|(record, _)| record).collect())
}

/// Takes out of a record, also of a deleted one, what must not be known any more, and forgets what it ever said.
pub async fn redact<T: Stored>(
    tx: &Tx,
    before: Versioned<T>,
    value: T,
) -> Result<Versioned<T>, RepoError> {
    if before.value == value {
        return Ok(before);
    }
    let head = write(tx, &before.head, &value, Condition::all()).await?;
    change::redact(tx, &head, &before.value, &value).await?;
    Ok(Versioned { head, value })
}

async fn compare_and_set<T: Stored>(
    tx: &Tx,
    before: &Head,
    row: <T::Entity as EntityTrait>::ActiveModel,
    scope: Condition,
) -> Result<(), RepoError> {
    let done = T::Entity::update_many()
        .set(row)
        .filter(T::COLUMNS.id.eq(before.id))
        .filter(T::COLUMNS.version.eq(before.version))
        .filter(scope)
        .exec(tx.raw())
        .await?;
    if done.rows_affected == 1 {
        Ok(())
    } else {
        Err(RepoError::Stale)
    }
}

fn set<A: ActiveModelTrait>(
    row: &mut A,
    column: <A::Entity as EntityTrait>::Column,
    value: impl Into<Value>,
) {
    row.set(column, value.into());
}

/// The value of a column in the record to which a column of another table leads.
pub(crate) fn behind<S: Row, T: Row>(link: ColumnOf<S>, column: ColumnOf<T>) -> SimpleExpr {
    let id = Expr::col((T::Entity::default(), T::COLUMNS.id));
    let mut value = Query::select();
    value
        .column((T::Entity::default(), column))
        .from(T::Entity::default())
        .and_where(id.equals((S::Entity::default(), link)));
    SimpleExpr::SubQuery(None, Box::new(value.into()))
}

/// Two texts joined by a third.
pub(crate) fn joined(first: SimpleExpr, between: &str, second: SimpleExpr) -> SimpleExpr {
    let concat = BinOper::Custom("||");
    first.binary(concat, between).binary(concat, second)
}

/// The number n/YYYY after the greatest one given in a year, also to records deleted since.
pub(crate) async fn next_number<T: Stored>(
    conn: &impl Conn,
    number: ColumnOf<T>,
    scope: Condition,
    year: i32,
) -> Result<String, RepoError> {
    let given: Vec<String> = T::Entity::find()
        .select_only()
        .column(number)
        .filter(scope)
        .filter(number.ends_with(format!("/{year}")))
        .into_tuple()
        .all(conn.raw())
        .await?;
    let running = |number: &String| number.split('/').next().and_then(|n| n.parse::<u32>().ok());
    let last = given.iter().filter_map(running).max().unwrap_or(0);
    Ok(format!("{}/{year}", last.saturating_add(1)))
}

/// Every record that `scope` lets through: for imports, which compare whole collections, and for what is few.
pub async fn every<T: Stored>(
    conn: &impl Conn,
    scope: Condition,
) -> Result<Vec<Versioned<T>>, RepoError> {
    live(conn, T::Entity::find().filter(scope)).await
}

/// The records of some ids, in no order; for what a page refers to.
pub async fn of_ids<T: Stored>(
    conn: &impl Conn,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<Versioned<T>>, RepoError> {
    every(conn, Condition::all().add(T::COLUMNS.id.is_in(ids))).await
}

/// What a link leads to, where there is one and it was not deleted.
pub async fn linked<T: Stored>(
    conn: &impl Conn,
    link: impl Into<Option<Link<T>>>,
) -> Result<Option<Versioned<T>>, RepoError> {
    match link.into() {
        Some(link) => Ok(of_ids(conn, [link.id]).await?.pop()),
        None => Ok(None),
    }
}

/// Which records of a kind are read.
#[derive(Clone, Debug)]
pub enum Pick {
    /// Those of some ids.
    Ids(Vec<Uuid>),
    /// The first ones, in the order of their ids, after one.
    After(Option<Uuid>, u64),
}

/// The picked records of `scope`, in the order of their ids.
pub async fn picked<T: Stored>(
    conn: &impl Conn,
    scope: Condition,
    pick: &Pick,
) -> Result<Vec<Versioned<T>>, RepoError> {
    let id = T::COLUMNS.id;
    let all = T::Entity::find().filter(scope).order_by_asc(id);
    let select = match pick {
        Pick::Ids(ids) => all.filter(id.is_in(ids.iter().copied())),
        Pick::After(None, limit) => all.limit(*limit),
        Pick::After(Some(last), limit) => all.filter(id.gt(*last)).limit(*limit),
    };
    live(conn, select).await
}

/// Whether some record of `scope` exists besides one's own.
pub async fn exists_besides<T: Stored>(
    conn: &impl Conn,
    own: Option<Uuid>,
    scope: Condition,
) -> Result<bool, RepoError> {
    let mut rows = T::Entity::find()
        .select_only()
        .column(T::COLUMNS.id)
        .filter(T::COLUMNS.deleted_at.is_null())
        .filter(scope);
    if let Some(own) = own {
        rows = rows.filter(T::COLUMNS.id.ne(own));
    }
    let found: Option<Uuid> = rows.into_tuple().one(conn.raw()).await?;
    Ok(found.is_some())
}
