//! Looking records up by what a caller names them by.

use domain::fault::Rule;
use domain::institution::Institution;
use domain::partnership::Partnership;
use domain::record::Versioned;
use domain::slug::Key;
use persistence::institution::Named;
use persistence::record::Stored;
use persistence::{Condition, Conn, RepoError, institution, record};
use uuid::Uuid;

use crate::problem::{Halt, Kind, Problem};
use crate::wire::{Names, RefIn};

/// The institution of a path.
pub async fn institution(conn: &impl Conn, key: &str) -> Result<Versioned<Institution>, Halt> {
    let key = Key::parse(key).map_err(|_| Problem::of(Kind::NotFound))?;
    let found = record::find(conn, &key, Condition::all()).await?;
    Ok(found.ok_or_else(|| Problem::of(Kind::NotFound))?)
}

/// The partnership of a path.
pub async fn partnership(conn: &impl Conn, key: &str) -> Result<Versioned<Partnership>, Halt> {
    let key = Key::parse(key).map_err(|_| Problem::of(Kind::NotFound))?;
    let found = record::find(conn, &key, Condition::all()).await?;
    Ok(found.ok_or_else(|| Problem::of(Kind::NotFound))?)
}

/// The record among those of `scope` that a body refers to at `pointer`.
pub async fn reference<T: Stored>(
    conn: &impl Conn,
    pointer: &str,
    scope: Condition,
    named: &RefIn,
) -> Result<Uuid, Halt> {
    let found = by_key::<T>(conn, scope, named).await?;
    let dangling = || Problem::of(Kind::DanglingReference).at(pointer, Rule::DanglingReference);
    Ok(found.ok_or_else(dangling)?)
}

/// The same where a body may leave the reference out.
pub async fn optional_reference<T: Stored>(
    conn: &impl Conn,
    pointer: &str,
    scope: Condition,
    named: Option<&RefIn>,
) -> Result<Option<Uuid>, Halt> {
    match named {
        Some(named) => Ok(Some(reference::<T>(conn, pointer, scope, named).await?)),
        None => Ok(None),
    }
}

/// The same for a list of references.
pub async fn references<T: Stored>(
    conn: &impl Conn,
    pointer: &str,
    scope: Condition,
    named: &[RefIn],
) -> Result<Vec<Uuid>, Halt> {
    let mut found = Vec::with_capacity(named.len());
    for (index, named) in named.iter().enumerate() {
        let pointer = format!("{pointer}/{index}");
        found.push(reference::<T>(conn, &pointer, scope.clone(), named).await?);
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
    let Some(named) = named else { return Ok(None) };
    let found = by_key::<T>(conn, scope, named).await?;
    Ok(Some(found.ok_or_else(|| Problem::parameter(parameter))?))
}

async fn by_key<T: Stored>(
    conn: &impl Conn,
    scope: Condition,
    RefIn(named): &RefIn,
) -> Result<Option<Uuid>, Halt> {
    let Ok(key) = Key::parse(named) else {
        return Ok(None);
    };
    let found: Option<Versioned<T>> = record::find(conn, &key, scope).await?;
    Ok(found.map(|record| record.head.id))
}

/// Looks up the institutions of a page.
pub async fn institutions(
    conn: &impl Conn,
    ids: impl IntoIterator<Item = Option<Uuid>>,
) -> Result<Names, Halt> {
    names(conn, ids, institution::named).await
}

/// Looks up records by what their module calls `named`; nothing is asked when there is nothing to look up.
pub async fn names<C: Conn>(
    conn: &C,
    ids: impl IntoIterator<Item = Option<Uuid>>,
    named: impl AsyncFn(&C, &[Uuid]) -> Result<Vec<Named>, RepoError>,
) -> Result<Names, Halt> {
    let mut ids: Vec<Uuid> = ids.into_iter().flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Names::new());
    }
    let found = named(conn, &ids).await?;
    Ok(found.into_iter().map(|named| (named.id, named)).collect())
}
