//! Looking records up by what a caller names them by.

use std::collections::HashMap;

use domain::fault::Rule;
use domain::institution::Institution;
use domain::partnership::Partnership;
use domain::record::Versioned;
use domain::slug::Key;
use persistence::institution::Named;
use persistence::{Condition, Conn, institution, record};
use uuid::Uuid;

use crate::problem::{Halt, Kind, Problem};
use crate::wire::RefIn;

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

/// The institution that a body refers to at `pointer`.
pub async fn reference(
    conn: &impl Conn,
    pointer: &str,
    named: Option<&RefIn>,
) -> Result<Option<Uuid>, Halt> {
    let Some(RefIn(named)) = named else {
        return Ok(None);
    };
    let dangling = || Problem::of(Kind::DanglingReference).at(pointer, Rule::DanglingReference);
    let key = Key::parse(named).map_err(|_| dangling())?;
    let found: Option<Versioned<Institution>> = record::find(conn, &key, Condition::all()).await?;
    Ok(Some(found.ok_or_else(dangling)?.head.id))
}

/// Names of the institutions that a page refers to.
pub async fn named(conn: &impl Conn, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Named>, Halt> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = institution::named(conn, &ids).await?;
    Ok(found.into_iter().map(|named| (named.id, named)).collect())
}
