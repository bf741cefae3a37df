//! Looking records up by what a caller names them by.

use std::collections::HashMap;

use domain::access::account::{Account, AccountRef};
use domain::fault::Rule;
use domain::institution::Institution;
use domain::partnership::Partnership;
use domain::record::{Kind as RecordKind, Versioned};
use domain::slug::Key;
use persistence::record::Stored;
use persistence::{Condition, Conn, kinds, record};
use uuid::Uuid;

use crate::problem::{Halt, Kind, Problem};
use crate::wire::{Names, RefIn, WriteTx};

/// The record of a path, of those of `scope`.
pub async fn of_path<T: Stored>(
    conn: &impl Conn,
    scope: Condition,
    key: &str,
) -> Result<Versioned<T>, Halt> {
    let missing = || Problem::of(Kind::NotFound);
    let key = Key::parse(key).map_err(|_| missing())?;
    Ok(record::find(conn, &key, scope).await?.ok_or_else(missing)?)
}

/// The institution of a path.
pub async fn institution(conn: &impl Conn, key: &str) -> Result<Versioned<Institution>, Halt> {
    of_path(conn, Condition::all(), key).await
}

/// The partnership of a path.
pub async fn partnership(conn: &impl Conn, key: &str) -> Result<Versioned<Partnership>, Halt> {
    of_path(conn, Condition::all(), key).await
}

/// The record among those of `scope` that stands in a path before a collection.
pub async fn parent<T: Stored>(
    conn: &impl Conn,
    scope: Condition,
    key: &str,
) -> Result<Uuid, Halt> {
    Ok(of_path::<T>(conn, scope, key).await?.head.id)
}

/// The record among those of `scope` that a body refers to at `pointer`; nobody deletes it until the transaction ends. One
/// that the body lacks has no id: that is told, and nothing is stored.
pub async fn reference<T: Stored>(
    tx: &WriteTx,
    pointer: &str,
    scope: Condition,
    named: &RefIn,
) -> Result<Uuid, Halt> {
    if tx.lacks(pointer) {
        return Ok(Uuid::nil());
    }
    let found = match Key::parse(&named.0) {
        Ok(key) => record::refer::<T>(tx, &key, scope).await?,
        Err(_) => None,
    };
    Ok(found.ok_or_else(|| dangling(pointer))?)
}

fn dangling(pointer: &str) -> Problem {
    Problem::of(Kind::DanglingReference).at(pointer, Rule::DanglingReference)
}

/// The same, where a body may leave the reference out.
pub async fn optional_reference<T: Stored>(
    tx: &WriteTx,
    pointer: &str,
    scope: Condition,
    named: Option<&RefIn>,
) -> Result<Option<Uuid>, Halt> {
    match named {
        Some(named) => Ok(Some(reference::<T>(tx, pointer, scope, named).await?)),
        None => Ok(None),
    }
}

/// The most references that a list in a body may hold.
const MOST_REFERENCES: usize = 200;

/// The same for a list of references. One that is too long is refused before anything is looked up.
pub async fn references<T: Stored>(
    tx: &WriteTx,
    pointer: &str,
    scope: Condition,
    named: &[RefIn],
) -> Result<Vec<Uuid>, Halt> {
    if named.len() > MOST_REFERENCES {
        return Err(Problem::of(Kind::InvalidValues)
            .at(pointer, Rule::Length)
            .into());
    }
    let mut found = Vec::with_capacity(named.len());
    for (index, named) in named.iter().enumerate() {
        let pointer = format!("{pointer}/{index}");
        found.push(reference::<T>(tx, &pointer, scope.clone(), named).await?);
    }
    Ok(found)
}

/// The record among those of `scope` that a parameter names.
pub async fn filtered<T: Stored>(
    conn: &impl Conn,
    parameter: &str,
    scope: Condition,
    named: Option<&RefIn>,
) -> Result<Option<Uuid>, Halt> {
    let Some(RefIn(named)) = named else {
        return Ok(None);
    };
    let missing = || Problem::parameter(parameter);
    let key = Key::parse(named).map_err(|_| missing())?;
    let found: Option<Versioned<T>> = record::find(conn, &key, scope).await?;
    Ok(Some(found.ok_or_else(missing)?.head.id))
}

/// Looks up the institutions of a page.
pub async fn institutions(
    conn: &impl Conn,
    ids: impl IntoIterator<Item = Option<Uuid>>,
) -> Result<Names, Halt> {
    names(conn, RecordKind::Institution, ids).await
}

/// Looks up the accounts of a page; nothing is asked when there is nothing to look up.
pub async fn accounts(
    conn: &impl Conn,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, AccountRef>, Halt> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = record::of_ids::<Account>(conn, ids).await?;
    let named = |account: &Versioned<Account>| (account.head.id, AccountRef::from(account));
    Ok(found.iter().map(named).collect())
}

/// Looks up records of a kind; nothing is asked when there is nothing to look up.
pub async fn names(
    conn: &impl Conn,
    kind: RecordKind,
    ids: impl IntoIterator<Item = Option<Uuid>>,
) -> Result<Names, Halt> {
    let links = ids.into_iter().flatten().map(|id| (kind, id)).collect();
    Ok(kinds::names(conn, false, links).await?)
}
