//! A table from one list of its columns: its rows, and the way to and from them.

use domain::link::Link;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Alias, Asterisk, ColumnType, Expr, ExprTrait, Func, Order, Query, SimpleExpr,
};
use sea_orm::{Condition, DbBackend, IntoActiveModel, Iterable, QueryFilter};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::json::{from_json, to_json};
use crate::record::Row;
use crate::{Conn, RepoError, Tx};

/// A value as it is kept in a column of type `C`.
pub(crate) trait Cell<C>: Sized {
    /// The value in the column.
    fn to_cell(&self) -> Result<C, RepoError>;
    /// The way back.
    fn of_cell(cell: C) -> Result<Self, RepoError>;
}

impl<T: Clone> Cell<T> for T {
    fn to_cell(&self) -> Result<T, RepoError> {
        Ok(self.clone())
    }

    fn of_cell(cell: T) -> Result<Self, RepoError> {
        Ok(cell)
    }
}

/// Whatever no column type fits is kept as JSON.
impl<T: Serialize + DeserializeOwned> Cell<Json> for Vec<T> {
    fn to_cell(&self) -> Result<Json, RepoError> {
        to_json(self)
    }

    fn of_cell(cell: Json) -> Result<Self, RepoError> {
        from_json(cell)
    }
}

/// A value of a kind's own that is kept in a column of another type, or as JSON.
macro_rules! cell {
    ($value:ty as JSON) => {
        $crate::table::cell! { $value => sea_orm::JsonValue, $crate::json::to_json, $crate::json::from_json }
    };
    ($value:ty => $column:ty, $to:expr, $of:expr) => {
        impl $crate::table::Cell<$column> for $value {
            fn to_cell(&self) -> Result<$column, $crate::RepoError> {
                ($to)(self)
            }

            fn of_cell(cell: $column) -> Result<Self, $crate::RepoError> {
                ($of)(cell)
            }
        }
    };
}
pub(crate) use cell;

/// A code that no value of a kind has.
pub(crate) fn unknown(code: &str) -> RepoError {
    RepoError::Other(DbErr::Type(format!("unknown code: {code}")))
}

impl<T> Cell<Uuid> for Link<T> {
    fn to_cell(&self) -> Result<Uuid, RepoError> {
        Ok(self.id)
    }

    fn of_cell(cell: Uuid) -> Result<Self, RepoError> {
        Ok(Link::to(cell))
    }
}

impl<T> Cell<Option<Uuid>> for Option<Link<T>> {
    fn to_cell(&self) -> Result<Option<Uuid>, RepoError> {
        Ok(self.map(|link| link.id))
    }

    fn of_cell(cell: Option<Uuid>) -> Result<Self, RepoError> {
        Ok(cell.map(Link::to))
    }
}

/// The table of a kind of record from the list of its columns, each named like the field that it keeps.
///
/// `as "…"` gives a column another name in the database. What stands in a column only to be asked for is `derived` from the
/// record; a field that no single column keeps is `read` from the row (or `parsed`, which may fail), or filled in from another
/// table (`Stored::BESIDE`). Columns `besides` are no part of the record: what reads and writes them stands in the kind's own
/// module. `no slug` is said of records that have none, `named by` another column of those that have something else in its
/// place.
macro_rules! table {
    ($record:ident in $table:literal, no slug { $($columns:tt)* } $($rest:tt)*) => {
        $crate::table::table!(@ $record in $table, None, { $($columns)* } $($rest)*);
    };
    ($record:ident in $table:literal, named by $slug:ident { $($columns:tt)* } $($rest:tt)*) => {
        $crate::table::table!(@ $record in $table, Some(Column::$slug), { $($columns)* } $($rest)*);
    };
    ($record:ident in $table:literal { $($columns:tt)* } $($rest:tt)*) => {
        $crate::table::table!(@ $record in $table, Some(Column::Slug), { $($columns)* } $($rest)*);
    };
    (
        @ $record:ident in $table:literal, $slug:expr,
        { $($field:ident $(as $named:literal)?: $column:ty,)+ }
        $(derived { $($key:ident: $key_type:ty = $derive:expr,)+ })?
        $(read { $($part:ident = $read:expr,)+ })?
        $(parsed { $($parsed:ident = $parse:expr,)+ })?
        $(besides { $($other:ident: $other_type:ty,)+ })?
    ) => {
        pub use row::Column;

        /// The table.
        pub mod row {
            #![expect(missing_docs, reason = "columns are what the domain type documents")]
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key, auto_increment = false)]
                pub id: Uuid,
                pub version: i32,
                pub created_at: ChronoDateTimeUtc,
                pub modified_at: ChronoDateTimeUtc,
                pub deleted_at: Option<ChronoDateTimeUtc>,
                $($(#[sea_orm(column_name = $named)])? pub $field: $column,)+
                $($(pub $key: $key_type,)+)?
                $($(pub $other: $other_type,)+)?
            }

            $crate::db::without_relations!();
        }

        impl $crate::record::Row for $record {
            type Entity = row::Entity;

            const COLUMNS: $crate::record::Columns<Column> = $crate::record::Columns {
                id: Column::Id,
                version: Column::Version,
                created_at: Column::CreatedAt,
                modified_at: Column::ModifiedAt,
                deleted_at: Column::DeletedAt,
                slug: $slug,
            };

            fn from_row(
                row: row::Model,
            ) -> Result<(domain::record::Versioned<Self>, $crate::record::Deleted), $crate::RepoError> {
                let head = domain::record::Head {
                    id: row.id,
                    version: row.version,
                    created_at: row.created_at,
                    modified_at: row.modified_at,
                };
                let deleted = row.deleted_at;
                let value = $record {
                    $($($part: $read(&row),)+)?
                    $($($parsed: $parse(&row)?,)+)?
                    $($field: $crate::table::Cell::of_cell(row.$field)?,)+
                };
                Ok((domain::record::Versioned { head, value }, deleted))
            }

            fn to_row(&self) -> Result<row::ActiveModel, $crate::RepoError> {
                Ok(row::ActiveModel {
                    $($field: sea_orm::ActiveValue::Set($crate::table::Cell::to_cell(&self.$field)?),)+
                    $($($key: sea_orm::ActiveValue::Set($derive(self)),)+)?
                    ..Default::default()
                })
            }
        }
    };
}
pub(crate) use table;

/// A part of a record that stands in a table of its own, a row for each, in order.
pub(crate) trait Part: DeserializeOwned + Sync {
    /// The table.
    type Entity: EntityTrait<
            ActiveModel: ActiveModelTrait<Entity = Self::Entity> + Send,
            Model: IntoActiveModel<<Self::Entity as EntityTrait>::ActiveModel>,
        >;
    /// The column of the record.
    const OF: <Self::Entity as EntityTrait>::Column;
    /// The column of the place in the order.
    const PLACE: <Self::Entity as EntityTrait>::Column;
    /// Its fields, in the order of the columns that keep them, after these two.
    const FIELDS: &'static [&'static str];

    /// Writes a row.
    fn to_row(
        &self,
        of: Uuid,
        place: i32,
    ) -> Result<<Self::Entity as EntityTrait>::ActiveModel, RepoError>;
}

/// The parts of a record of the table of `T`, in their order.
pub(crate) fn parts<T: Row, P: Part>(backend: DbBackend) -> SimpleExpr {
    let columns = <P::Entity as EntityTrait>::Column::iter().skip(2);
    let fields = P::FIELDS.iter().copied().zip(columns);
    let own = leads_here::<T, P::Entity>(P::OF);
    list_of::<P::Entity>(backend, own, &[P::PLACE], fields)
}

/// The condition, in a statement about records of the table of `T`, for the rows of another table of which a column leads to
/// the one at hand.
pub(crate) fn leads_here<T: Row, E: EntityTrait>(column: E::Column) -> Condition {
    let here = Expr::col((T::Entity::default(), T::COLUMNS.id));
    Condition::all().add(here.equals((E::default(), column)))
}

/// The rows of a condition, in an order, as a list of objects that the database writes as JSON. Where there are none, the list is
/// empty on SQLite and null on PostgreSQL.
pub(crate) fn list_of<E: EntityTrait>(
    backend: DbBackend,
    condition: Condition,
    order: &[E::Column],
    fields: impl IntoIterator<Item = (&'static str, E::Column)>,
) -> SimpleExpr {
    let sqlite = backend == DbBackend::Sqlite;
    let (list, object) = match sqlite {
        true => ("json_group_array", "json_object"),
        false => ("json_agg", "json_build_object"),
    };
    let mut object = Func::cust(object);
    for (name, column) in fields {
        let value = Expr::col((E::default(), column));
        // SQLite keeps an id as bytes, which JSON cannot hold: its hex digits take their place. No id has no digits: that is null.
        let value = match column.def().get_column_type() {
            ColumnType::Uuid if sqlite => Func::cust("nullif")
                .arg(Func::cust("hex").arg(value))
                .arg("")
                .into(),
            _ => value,
        };
        object = object.arg(name).arg(value);
    }
    let mut rows = Query::select();
    rows.column(Asterisk)
        .from(E::default())
        .cond_where(condition)
        .order_by_columns(order.iter().map(|column| (*column, Order::Asc)));
    let mut select = Query::select();
    select
        .expr(Func::cust(list).arg(object))
        .from_subquery(rows, Alias::new(E::default().as_str()));
    SimpleExpr::SubQuery(None, Box::new(select.into()))
}

/// Writes the parts of a record in place of those it had.
pub(crate) async fn save_parts<P: Part>(tx: &Tx, of: Uuid, parts: &[P]) -> Result<(), RepoError> {
    P::Entity::delete_many()
        .filter(P::OF.eq(of))
        .exec(tx.raw())
        .await?;
    let rows = (1..).zip(parts).map(|(place, part)| part.to_row(of, place));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    if !rows.is_empty() {
        P::Entity::insert_many(rows)
            .exec_without_returning(tx.raw())
            .await?;
    }
    Ok(())
}

/// The table of a part from the list of its columns; the first names the record that it is part of.
macro_rules! part {
    (
        $part:ident in $table:literal as $module:ident of $of:ident ($of_column:ident)
        { $($field:ident $(as $named:literal)?: $column:ty,)+ }
    ) => {
        /// The table of parts.
        pub mod $module {
            #![expect(missing_docs, reason = "columns are what the domain type documents")]
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key, auto_increment = false)]
                pub $of: Uuid,
                #[sea_orm(primary_key, auto_increment = false)]
                pub position: i32,
                $($(#[sea_orm(column_name = $named)])? pub $field: $column,)+
            }

            $crate::db::without_relations!();
        }

        impl $crate::table::Part for $part {
            type Entity = $module::Entity;

            const OF: $module::Column = $module::Column::$of_column;
            const PLACE: $module::Column = $module::Column::Position;
            const FIELDS: &'static [&'static str] = &[$(stringify!($field),)+];

            fn to_row(&self, of: Uuid, place: i32) -> Result<$module::ActiveModel, $crate::RepoError> {
                Ok($module::ActiveModel {
                    $of: sea_orm::ActiveValue::Set(of),
                    position: sea_orm::ActiveValue::Set(place),
                    $($field: sea_orm::ActiveValue::Set($crate::table::Cell::to_cell(&self.$field)?),)+
                })
            }
        }
    };
}
pub(crate) use part;
