//! Looking records up by what a caller names them by.

use std::collections::HashMap;

use domain::access::account::{Account, AccountRef};
use domain::fault::Rule;
use domain::partnership::Partnership;
use domain::record::{Kind as RecordKind, Versioned};
use domain::slug::Key;
use persistence::record::Stored;
use persistence::{Condition, Conn, kinds, record};
use uuid::Uuid;

use crate::problem::{Halt, Kind, Problem};
use crate::wire::{Names, RefIn};

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

/// The partnership of a path.
pub async fn partnership(conn: &impl Conn, key: &str) -> Result<Versioned<Partnership>, Halt> {
    of_path(conn, Condition::all(), key).await
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
    let missing = || Problem::parameter_breaks(parameter, Rule::DanglingReference);
    let key = Key::parse(named).map_err(|_| missing())?;
    let found: Option<Versioned<T>> = record::find(conn, &key, scope).await?;
    Ok(Some(found.ok_or_else(missing)?.head.id))
}

/// Looks up the institutions of a page.
pub async fn institutions(
    conn: &impl Conn,
    ids: impl IntoIterator<Item = Option<Uuid>>,
) -> Result<Names, Halt> {
    let ids = ids.into_iter().flatten();
    let links = ids.map(|id| (RecordKind::Institution, id)).collect();
    Ok(kinds::names(conn, false, links).await?)
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
