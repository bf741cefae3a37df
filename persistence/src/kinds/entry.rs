//! The statements that are made of the declaration of a kind of record, for callers that know only its name.

use domain::access::audience::Audience;
use domain::record::Kind;
use domain::slug::Key;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    CaseStatement, Expr, ExprTrait, LockType, Order, Query, SelectStatement, SimpleExpr,
};

use crate::change;
use crate::record::{Following, Stored, by_key, of_partnership, partnership_of};

/// A kind of record as it declares itself ([`Stored`]), without its type.
pub(super) struct Entry {
    /// The kind.
    pub kind: Kind,
    /// [`Stored::AUDIENCE`]
    pub audience: Audience,
    /// [`Stored::FOLLOWS`]
    pub follows: Option<Following>,
    /// Whether other records link to records of the kind.
    pub is_linked_to: bool,
    /// Whether some records of the kind are not for its audience.
    pub is_conditional: fn() -> bool,
    /// The condition for records of some ids.
    pub among: fn(&[Uuid]) -> Condition,
    /// Ids of the records of a condition that were not deleted.
    pub live: fn(Condition) -> SelectStatement,
    /// Ids of the records that refer to one of a kind: a statement for each way in which they do.
    pub referring: fn(Kind, Uuid) -> Vec<SelectStatement>,
    /// Id, slug and name of records of some ids, of those that everybody sees where only these are wanted; of accounts also
    /// kind, status and email.
    pub named: fn(&[Uuid], bool) -> Option<SelectStatement>,
    /// Id, natural key and slug of records of some ids.
    pub keyed: fn(&[Uuid]) -> Option<SelectStatement>,
    /// Id of the record of a key that was not deleted, of those that everybody sees where only these are wanted.
    pub found: fn(SimpleExpr, bool, &Key) -> Option<SelectStatement>,
    /// Ids and slugs of records of some ids or slugs that were not deleted, locked against deletion.
    pub held: fn(Uuid, &[Uuid], &[String]) -> SelectStatement,
    /// Version and parent of records of some ids, whether they were not deleted, whether they are for the audience of the
    /// kind, and the audience of their latest change.
    pub states: fn(&[Uuid]) -> SelectStatement,
}

impl Entry {
    /// The entry of a kind.
    pub const fn of<T: Stored>() -> Self {
        Self {
            kind: T::KIND,
            audience: T::AUDIENCE,
            follows: T::FOLLOWS,
            is_linked_to: T::NAME.is_some(),
            is_conditional: is_conditional::<T>,
            among: among::<T>,
            live: live::<T>,
            referring: referring::<T>,
            named: named::<T>,
            keyed: keyed::<T>,
            found: found::<T>,
            held: held::<T>,
            states: states::<T>,
        }
    }
}

/// The condition for records that are for the audience of the kind.
fn shown<T: Stored>() -> Condition {
    match T::AUDIENCE {
        Audience::Public => T::public(),
        _ => Condition::all(),
    }
}

fn is_conditional<T: Stored>() -> bool {
    !shown::<T>().is_empty()
}

fn among<T: Stored>(ids: &[Uuid]) -> Condition {
    Condition::all().add(T::COLUMNS.id.is_in(ids.iter().copied()))
}

fn live<T: Stored>(condition: Condition) -> SelectStatement {
    let mut select = Query::select();
    select
        .expr_as(Expr::col(T::COLUMNS.id), "id")
        .from(T::Entity::default())
        .cond_where(condition)
        .and_where(T::COLUMNS.deleted_at.is_null());
    select
}

fn referring<T: Stored>(kind: Kind, id: Uuid) -> Vec<SelectStatement> {
    let to_it = T::REFERENCES.iter().filter(|(to, _)| *to == kind);
    let to_it = to_it.map(|(_, referring)| referring(id));
    // What administrators alone see, such as roles, keeps no partnership.
    let is_part = T::OF_PARTNERSHIP && T::AUDIENCE > Audience::Administrators;
    let is_of_it = kind == Kind::Partnership && is_part;
    let of_it = is_of_it.then(|| of_partnership::<T>(id));
    to_it.chain(of_it).map(live::<T>).collect()
}

fn named<T: Stored>(ids: &[Uuid], public_only: bool) -> Option<SelectStatement> {
    let mut select = Query::select();
    select
        .expr_as(Expr::col(T::COLUMNS.id), "id")
        .expr_as(slug::<T>(), "slug")
        .expr_as(Expr::col(T::NAME?), "name")
        .from(T::Entity::default())
        .cond_where(among::<T>(ids));
    let is_account = T::KIND == Kind::Account;
    for column in ["kind", "status", "email"] {
        let value = match is_account {
            true => Expr::col(column),
            false => Expr::val(None::<String>),
        };
        select.expr_as(value, column);
    }
    if is_account {
        select.and_where(T::COLUMNS.deleted_at.is_null());
    }
    if public_only {
        select.cond_where(T::public());
    }
    Some(select)
}

fn keyed<T: Stored>(ids: &[Uuid]) -> Option<SelectStatement> {
    let mut select = Query::select();
    select
        .expr_as(Expr::col(T::COLUMNS.id), "id")
        .expr_as(T::natural_key()?, "key")
        .expr_as(slug::<T>(), "slug")
        .from(T::Entity::default())
        .cond_where(among::<T>(ids))
        .cond_where(T::public());
    Some(select)
}

fn slug<T: Stored>() -> SimpleExpr {
    let slug = T::COLUMNS.slug.map(Expr::col);
    slug.unwrap_or_else(|| Expr::val(None::<String>))
}

fn found<T: Stored>(
    partnership: SimpleExpr,
    public_only: bool,
    key: &Key,
) -> Option<SelectStatement> {
    let mut select = live::<T>(within::<T>(partnership).add(by_key::<T>(key)?));
    if public_only {
        select.cond_where(T::public());
    }
    Some(select)
}

fn held<T: Stored>(partnership: Uuid, ids: &[Uuid], slugs: &[String]) -> SelectStatement {
    let of_slug = T::COLUMNS.slug.map(|slug| slug.is_in(slugs));
    let either = Condition::any().add(among::<T>(ids)).add_option(of_slug);
    let within = within::<T>(Expr::val(partnership));
    let mut select = live::<T>(within.add(either));
    select.expr_as(slug::<T>(), "slug").lock(LockType::Share);
    select
}

/// The condition for records of a partnership, where the kind belongs to one.
fn within<T: Stored>(partnership: SimpleExpr) -> Condition {
    let of_it = T::OF_PARTNERSHIP.then(|| partnership_of::<T>().eq(partnership));
    Condition::all().add_option(of_it)
}

fn states<T: Stored>(ids: &[Uuid]) -> SelectStatement {
    use change::Column as C;
    let id = (T::Entity::default(), T::COLUMNS.id);
    let mut latest = Query::select();
    latest
        .column(C::Audience)
        .from(change::Entity)
        .and_where(C::Kind.eq(T::KIND.name()))
        .and_where(Expr::col((change::Entity, C::RecordId)).equals(id))
        .order_by(C::Seq, Order::Desc)
        .limit(1);
    let live = Condition::all().add(T::COLUMNS.deleted_at.is_null());
    let shown = live.clone().add(shown::<T>());
    let one_if = |condition: Condition| -> SimpleExpr {
        CaseStatement::new().case(condition, 1).finally(0).into()
    };
    let parent = T::PARENT.map(Expr::col);
    let mut select = Query::select();
    select
        .expr_as(Expr::col(id), "id")
        .expr_as(Expr::col(T::COLUMNS.version), "version")
        .expr_as(parent.unwrap_or_else(|| Expr::val(None::<Uuid>)), "parent")
        .expr_as(one_if(live), "live")
        .expr_as(one_if(shown), "shown")
        .expr_as(
            SimpleExpr::SubQuery(None, Box::new(latest.into())),
            "before",
        )
        .from(T::Entity::default())
        .cond_where(among::<T>(ids));
    select
}
