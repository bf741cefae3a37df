//! References between records: whether there are any, what is shown of their targets, and running numbers.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{Condition, QueryFilter, QuerySelect};

use crate::institution::Named;
use crate::record::Stored;
use crate::{Conn, RepoError};

/// A column that refers to a record.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reference {
    /// A column of a record's own table.
    Record(&'static str, &'static str),
    /// A column of a table of parts, with the record that they are parts of and the column that names it.
    Part(&'static str, &'static str, &'static str, &'static str),
}

impl Reference {
    /// A column of a record's own table.
    pub(crate) const fn record(table: &'static str, column: &'static str) -> Self {
        Self::Record(table, column)
    }

    /// A column of a table whose rows are parts of another record.
    pub(crate) const fn part(
        table: &'static str,
        column: &'static str,
        whole: &'static str,
        whole_id: &'static str,
    ) -> Self {
        Self::Part(table, column, whole, whole_id)
    }

    /// Whether some record that was not deleted refers to `id` here.
    fn exists(self, id: Uuid) -> SimpleExpr {
        let mut rows = Query::select();
        rows.expr(Expr::val(1)).limit(1);
        match self {
            Self::Record(table, column) => rows
                .from(table)
                .and_where(Expr::col((table, column)).eq(id))
                .and_where(Expr::col((table, "deleted_at")).is_null()),
            Self::Part(table, column, whole, whole_id) => rows
                .from(table)
                .inner_join(whole, Expr::col((whole, "id")).equals((table, whole_id)))
                .and_where(Expr::col((table, column)).eq(id))
                .and_where(Expr::col((whole, "deleted_at")).is_null()),
        };
        Expr::exists(rows)
    }
}

/// Whether some record that was not deleted refers to `id` in one of the columns.
pub(crate) async fn exists(
    conn: &impl Conn,
    references: &[Reference],
    id: Uuid,
) -> Result<bool, RepoError> {
    let any = references
        .iter()
        .map(|reference| reference.exists(id))
        .fold(Condition::any(), Condition::add);
    let mut select: SelectStatement = Query::select();
    select.expr_as(any, "used");
    let row = conn.raw().query_one(&select).await?;
    Ok(row
        .map(|row| row.try_get::<bool>("", "used"))
        .transpose()?
        .unwrap_or(false))
}

/// Slug and name, from the column that holds it, of records that others refer to.
pub(crate) async fn named<T: Stored>(
    conn: &impl Conn,
    name: <T::Entity as EntityTrait>::Column,
    ids: &[Uuid],
) -> Result<Vec<Named>, RepoError> {
    named_within::<T>(conn, name, ids, Condition::all()).await
}

/// The same of those that `scope` lets through.
pub(crate) async fn named_within<T: Stored>(
    conn: &impl Conn,
    name: <T::Entity as EntityTrait>::Column,
    ids: &[Uuid],
    scope: Condition,
) -> Result<Vec<Named>, RepoError> {
    let Some(slug) = T::COLUMNS.slug else {
        return Ok(Vec::new());
    };
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let rows: Vec<(Uuid, String, String)> = T::Entity::find()
            .select_only()
            .column(T::COLUMNS.id)
            .column_as(slug, "slug_shown")
            .column_as(name, "name_shown")
            .filter(T::COLUMNS.id.is_in(chunk.iter().copied()))
            .filter(scope.clone())
            .into_tuple()
            .all(conn.raw())
            .await?;
        found.extend(
            rows.into_iter()
                .map(|(id, slug, name)| Named { id, slug, name }),
        );
    }
    Ok(found)
}

/// The number n/YYYY after the greatest one given in a year, also to records deleted since.
pub(crate) async fn next_number<T: Stored>(
    conn: &impl Conn,
    number: <T::Entity as EntityTrait>::Column,
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
