//! Reading the trail: pages of lines, and what they are filtered by.

use chrono::{DateTime, Utc};
use domain::audit::Event;
use domain::record::Kind;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement, SimpleExpr, UnionType,
};
use sea_orm::{Condition, ConnectionTrait};
use serde_json::Value;

use super::{Column, row};
use crate::access::grant;
use crate::change;
use crate::json::from_json;
use crate::list::{AskLines, Lines, Position};
use crate::{Conn, RepoError};

/// One line of the trail: an entry, with one of its changes if it has any.
#[derive(Clone, Debug)]
pub struct Line {
    /// The entry's number.
    pub seq: i64,
    /// When it was.
    pub at: DateTime<Utc>,
    /// Code of the event.
    pub event: String,
    /// Who did it.
    pub actor_id: Option<Uuid>,
    /// For which institution.
    pub on_behalf_of: Option<Uuid>,
    /// In which partnership.
    pub partnership_id: Option<Uuid>,
    /// What it was about, of an event of security.
    pub subject_id: Option<Uuid>,
    /// From where.
    pub address: Option<String>,
    /// By which request.
    pub request_id: Option<Uuid>,
    /// More about it.
    pub detail: Value,
    /// The hash of the entry.
    pub hash: Vec<u8>,
    /// What was written.
    pub change: Option<LineChange>,
}

/// What was written to one record.
#[derive(Clone, Debug)]
pub struct LineChange {
    /// The number of the change.
    pub seq: i64,
    /// The kind of the record.
    pub kind: String,
    /// Its id.
    pub record_id: Uuid,
    /// Its version afterwards.
    pub version: i32,
    /// `created`, `updated` or `deleted`.
    pub op: String,
    /// The names of what differs.
    pub fields: Vec<String>,
    /// What it was before.
    pub before: Option<Value>,
    /// What it was afterwards.
    pub after: Option<Value>,
    /// Why.
    pub reason: Option<String>,
}

fn of_entry(column: Column) -> Expr {
    Expr::col((row::Entity, column))
}

fn of_change(column: change::Column) -> Expr {
    Expr::col((change::Entity, column))
}

/// Its change's number, or 0.
fn change_or_none() -> SimpleExpr {
    Func::coalesce([of_change(change::Column::Seq), Expr::val(0_i64)]).into()
}

fn lines(condition: &Condition) -> SelectStatement {
    let mut select = Query::select();
    select
        .from(row::Entity)
        .left_join(
            change::Entity,
            of_change(change::Column::Entry).eq(of_entry(Column::Seq)),
        )
        .cond_where(condition.clone());
    select
}

/// Reads a page of the trail.
pub async fn list(conn: &impl Conn, ask: &AskLines) -> Result<Lines<Line>, RepoError> {
    use change::values::Column as V;
    let mut select = lines(&ask.condition);
    for column in [
        Column::Seq,
        Column::At,
        Column::Event,
        Column::ActorId,
        Column::OnBehalfOf,
        Column::PartnershipId,
        Column::SubjectId,
        Column::Address,
        Column::RequestId,
        Column::Detail,
        Column::Hash,
    ] {
        select.expr(of_entry(column));
    }
    for (column, name) in [
        (change::Column::Seq, "change_seq"),
        (change::Column::Kind, "kind"),
        (change::Column::RecordId, "record_id"),
        (change::Column::Version, "version"),
        (change::Column::Op, "op"),
        (change::Column::Fields, "fields"),
        (change::Column::PartnershipId, "change_partnership_id"),
    ] {
        select.expr_as(of_change(column), Alias::new(name));
    }
    for (column, name) in [
        (V::Before, "before"),
        (V::After, "after"),
        (V::Reason, "reason"),
    ] {
        select.expr_as(
            Expr::col((change::values::Entity, column)),
            Alias::new(name),
        );
    }
    select.left_join(
        change::values::Entity,
        Expr::col((change::values::Entity, V::Seq)).eq(of_change(change::Column::Seq)),
    );
    let order = match ask.last_first {
        true => Order::Desc,
        false => Order::Asc,
    };
    if let Some(Position::AfterEntry(entry, change)) = ask.after {
        let place = Expr::tuple([of_entry(Column::Seq), change_or_none()]);
        let last = Expr::tuple([Expr::val(entry), Expr::val(change)]);
        // The entry alone besides: an index begins there.
        let (from, after) = match ask.last_first {
            true => (of_entry(Column::Seq).lte(entry), place.lt(last)),
            false => (of_entry(Column::Seq).gte(entry), place.gt(last)),
        };
        select.and_where(from).and_where(after);
    }
    select
        .order_by_expr(of_entry(Column::Seq), order.clone())
        .order_by_expr(change_or_none(), order)
        .limit(ask.limit + 1);
    let rows = conn.raw().query_all(&select).await?;
    let found = rows.iter().map(line_of).collect::<Result<_, _>>()?;
    let place = |line: &Line| {
        let change = line.change.as_ref().map_or(0, |change| change.seq);
        Position::AfterEntry(line.seq, change)
    };
    let total = match ask.total {
        true => Some(count(conn, &ask.condition).await?),
        false => None,
    };
    Ok(Lines::of(found, ask.limit, total, place))
}

async fn count(conn: &impl Conn, condition: &Condition) -> Result<u64, RepoError> {
    let mut select = lines(condition);
    select.expr_as(of_entry(Column::Seq).count(), Alias::new("number"));
    let row = conn.raw().query_one(&select).await?;
    let number: i64 = match row {
        Some(row) => row.try_get("", "number")?,
        None => 0,
    };
    Ok(number.unsigned_abs())
}

fn line_of(row: &QueryResult) -> Result<Line, RepoError> {
    let change: Option<i64> = row.try_get("", "change_seq")?;
    let change = match change {
        None => None,
        Some(seq) => Some(LineChange {
            seq,
            kind: row.try_get("", "kind")?,
            record_id: row.try_get("", "record_id")?,
            version: row.try_get("", "version")?,
            op: row.try_get("", "op")?,
            fields: from_json(row.try_get("", "fields")?)?,
            before: row.try_get("", "before")?,
            after: row.try_get("", "after")?,
            reason: row.try_get("", "reason")?,
        }),
    };
    let of_change: Option<Uuid> = row.try_get("", "change_partnership_id")?;
    let of_entry: Option<Uuid> = row.try_get("", "partnership_id")?;
    Ok(Line {
        seq: row.try_get("", "seq")?,
        at: row.try_get("", "at")?,
        event: row.try_get("", "event")?,
        actor_id: row.try_get("", "actor_id")?,
        on_behalf_of: row.try_get("", "on_behalf_of")?,
        partnership_id: of_change.or(of_entry),
        subject_id: row.try_get("", "subject_id")?,
        address: row.try_get("", "address")?,
        request_id: row.try_get("", "request_id")?,
        detail: row.try_get("", "detail")?,
        hash: row.try_get("", "hash")?,
        change,
    })
}

fn partnership() -> SimpleExpr {
    Func::coalesce([
        of_change(change::Column::PartnershipId),
        of_entry(Column::PartnershipId),
    ])
    .into()
}

/// What happened in some partnerships; and, of what belongs to none, the events of security of who held a role there at the
/// time, and what was written to their accounts.
pub fn of_partnerships(ids: &[Uuid]) -> Condition {
    let held = |account: Expr| Expr::exists(grant::held_at(ids, account, of_entry(Column::At)));
    let events = Condition::all()
        .add(of_entry(Column::Event).ne(Event::Written.code()))
        .add(
            Condition::any()
                .add(held(of_entry(Column::ActorId)))
                .add(held(of_entry(Column::SubjectId))),
        );
    let accounts = Condition::all()
        .add(of_change(change::Column::Kind).eq(Kind::Account.name()))
        .add(held(of_change(change::Column::RecordId)));
    let elsewhere = Condition::all()
        .add(partnership().is_null())
        .add(Condition::any().add(events).add(accounts));
    Condition::any()
        .add(partnership().is_in(ids.iter().copied()))
        .add(elsewhere)
}

/// What happened in one partnership.
pub fn in_partnership(id: Uuid) -> SimpleExpr {
    partnership().eq(id)
}

/// Events of some codes.
pub fn of_events(codes: &[String]) -> SimpleExpr {
    of_entry(Column::Event).is_in(codes.iter().cloned())
}

/// What one account did.
pub fn by_actor(id: Uuid) -> SimpleExpr {
    of_entry(Column::ActorId).eq(id)
}

/// What happened to one record, account or session.
pub fn about(id: Uuid) -> Condition {
    // The entries by an index of each table; then the lines in them.
    let mut entries = Query::select();
    entries
        .column(change::Column::Entry)
        .from(change::Entity)
        .and_where(change::Column::RecordId.eq(id));
    let mut events = Query::select();
    events
        .column(Column::Seq)
        .from(row::Entity)
        .and_where(Column::SubjectId.eq(id));
    entries.union(UnionType::All, events);
    Condition::all()
        .add(of_entry(Column::Seq).in_subquery(entries))
        .add(
            Condition::any()
                .add(of_change(change::Column::RecordId).eq(id))
                .add(of_entry(Column::SubjectId).eq(id)),
        )
}

/// What was written to records of some kinds.
pub fn of_kinds(kinds: &[String]) -> SimpleExpr {
    of_change(change::Column::Kind).is_in(kinds.iter().cloned())
}

/// What one request did.
pub fn of_request(id: Uuid) -> SimpleExpr {
    of_entry(Column::RequestId).eq(id)
}

/// What happened at or after an instant.
pub fn since(instant: DateTime<Utc>) -> SimpleExpr {
    of_entry(Column::At).gte(instant)
}

/// What happened before an instant.
pub fn until(instant: DateTime<Utc>) -> SimpleExpr {
    of_entry(Column::At).lt(instant)
}
