//! Reading the one order of changes, as far as somebody sees what changed.

use chrono::{DateTime, Utc};
use domain::access::audience::{Audience, Seen, Sight};
use domain::record::Kind;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SimpleExpr};
use sea_orm::{Condition, ConnectionTrait, FromQueryResult, QueryOrder, QuerySelect};

use super::{Column, row, sequence};
use crate::json::from_json;
use crate::{Conn, RepoError};

/// What is asked of the feed.
#[derive(Clone, Debug)]
pub struct FeedAsk {
    /// How much the reader sees.
    pub sight: Sight,
    /// Only of one partnership: its own record, its records, and institutions, which all partnerships share.
    pub partnership: Option<Uuid>,
    /// Only of some kinds; of all when empty.
    pub kinds: Vec<Kind>,
    /// Only of one record.
    pub record: Option<Uuid>,
    /// The number after which it begins.
    pub after: i64,
    /// How many entries at most.
    pub limit: u64,
}

/// A change, as the reader sees it.
#[derive(Clone, Debug)]
pub struct FeedEntry {
    /// Its place in the one order.
    pub seq: i64,
    /// When it was committed; never earlier than the one before.
    pub at: DateTime<Utc>,
    /// The kind of the record.
    pub kind: Kind,
    /// The record.
    pub record_id: Uuid,
    /// What happened to it.
    pub op: Seen,
    /// Its version afterwards.
    pub version: i32,
    /// Who did it.
    pub actor_id: Option<Uuid>,
    /// The partnership it belongs to.
    pub partnership_id: Option<Uuid>,
    /// The names of what differs, as it is stored.
    pub fields: Vec<String>,
    /// The record below which it stands, of kinds that stand below one.
    pub parent_id: Option<Uuid>,
    /// The record that has taken its place.
    pub merged_into: Option<Uuid>,
}

/// A stretch of the feed.
#[derive(Clone, Debug)]
pub struct FeedPage {
    /// What is seen of it.
    pub entries: Vec<FeedEntry>,
    /// The number after which the next stretch begins: everything up to it is in this one.
    pub next: i64,
}

#[derive(FromQueryResult)]
struct FeedRow {
    seq: i64,
    at: DateTime<Utc>,
    kind: String,
    record_id: Uuid,
    version: i32,
    actor_id: Option<Uuid>,
    partnership_id: Option<Uuid>,
    fields: Json,
    audience_before: Option<i32>,
    audience: Option<i32>,
    parent_id: Option<Uuid>,
    merged_into: Option<Uuid>,
    redacted: Option<bool>,
}

impl FeedRow {
    fn seen(self, sight: &Sight) -> Result<Option<FeedEntry>, RepoError> {
        let audience = |number: Option<i32>| number.and_then(Audience::from_number);
        let (Some(before), Some(after), Some(kind)) = (
            audience(self.audience_before),
            audience(self.audience),
            Kind::from_name(&self.kind),
        ) else {
            return Ok(None);
        };
        let narrowest = sight.narrowest(self.partnership_id);
        let otherwise = match (self.merged_into, self.redacted) {
            (Some(_), _) => Seen::Merged,
            (None, Some(true)) => Seen::Redacted,
            (None, _) => Seen::Updated,
        };
        let Some(op) = Seen::of(narrowest, before, after, otherwise) else {
            return Ok(None);
        };
        let fields: Vec<String> = from_json(self.fields)?;
        // What appeared or disappeared to others only.
        if op == Seen::Updated && fields.is_empty() {
            return Ok(None);
        }
        Ok(Some(FeedEntry {
            seq: self.seq,
            at: self.at,
            kind,
            record_id: self.record_id,
            op,
            version: self.version,
            actor_id: self.actor_id,
            partnership_id: self.partnership_id,
            fields,
            parent_id: self.parent_id,
            merged_into: self.merged_into,
        }))
    }
}

/// Reads the feed; nothing when it does not reach back to `after`, or not on to it: then only a snapshot tells what there is.
pub async fn feed(conn: &impl Conn, ask: &FeedAsk) -> Result<Option<FeedPage>, RepoError> {
    // Read first: all numbers up to it are committed, and none is given below it any more.
    let head = sequence(conn).await?;
    if ask.after > head || !reaches_back_to(conn, ask.after).await? {
        return Ok(None);
    }
    let mut page = FeedPage {
        entries: Vec::new(),
        next: ask.after,
    };
    // An empty page means that there is nothing more.
    while page.entries.is_empty() && page.next < head {
        let rows = rows(conn, ask, page.next, head).await?;
        page.next = match rows.last() {
            Some(last) if rows.len() as u64 == ask.limit => last.seq,
            _ => head,
        };
        for row in rows {
            page.entries.extend(row.seen(&ask.sight)?);
        }
    }
    Ok(Some(page))
}

/// Changes after a number and up to another one that may be seen.
async fn rows(
    conn: &impl Conn,
    ask: &FeedAsk,
    after: i64,
    head: i64,
) -> Result<Vec<FeedRow>, RepoError> {
    let rows = row::Entity::find()
        .select_only()
        .columns([
            Column::Seq,
            Column::At,
            Column::Kind,
            Column::RecordId,
            Column::Version,
            Column::ActorId,
            Column::PartnershipId,
            Column::Fields,
            Column::AudienceBefore,
            Column::Audience,
            Column::ParentId,
            Column::MergedInto,
            Column::Redacted,
        ])
        .filter(Column::Seq.gt(after))
        .filter(Column::Seq.lte(head))
        .filter(condition(ask))
        .order_by_asc(Column::Seq)
        .limit(ask.limit)
        .into_model()
        .all(conn.raw())
        .await?;
    Ok(rows)
}

/// Whether the feed can begin after a number: the change that follows was noted with who sees it, or is yet to come.
pub async fn reaches_back_to(conn: &impl Conn, after: i64) -> Result<bool, RepoError> {
    let older = row::Entity::find()
        .select_only()
        .column(Column::Seq)
        .filter(Column::Seq.eq(after + 1))
        .filter(Column::AudienceBefore.is_null());
    let found: Option<i64> = older.into_tuple().one(conn.raw()).await?;
    Ok(found.is_none())
}

fn condition(ask: &FeedAsk) -> Condition {
    let of_partnership = ask.partnership.map(|id| {
        let itself = Condition::all()
            .add(Column::Kind.eq(Kind::Partnership.name()))
            .add(Column::RecordId.eq(id));
        Condition::any()
            .add(Column::PartnershipId.eq(id))
            .add(Column::Kind.eq(Kind::Institution.name()))
            .add(itself)
    });
    let kinds = ask.kinds.iter().map(|kind| kind.name());
    let of_kinds = (!ask.kinds.is_empty()).then(|| Column::Kind.is_in(kinds));
    visible(&ask.sight)
        .add_option(of_partnership)
        .add_option(of_kinds)
        .add_option(ask.record.map(|id| Column::RecordId.eq(id)))
}

/// What somebody saw before a change or sees after it.
fn visible(sight: &Sight) -> Condition {
    let least = |audience: Audience| {
        Condition::any()
            .add(Column::Audience.gte(audience.number()))
            .add(Column::AudienceBefore.gte(audience.number()))
    };
    let more = sight.in_partnerships.iter().map(|(id, narrowest)| {
        let own = Expr::col(Column::PartnershipId).eq(*id);
        Condition::all().add(own).add(least(*narrowest))
    });
    let visible = more.fold(least(sight.anywhere), Condition::add);
    Condition::all().add(visible)
}

/// The kinds of records that belong to no partnership and that records of one show.
const SHARED: [Kind; 3] = [Kind::Institution, Kind::Partnership, Kind::Account];

/// The number of the latest change that may show in what is read of a partnership: one of its own records, or of what belongs
/// to none, such as an institution that it names; without a partnership, of that alone. One statement, which an index answers.
pub async fn sequence_of(conn: &impl Conn, partnership: Option<Uuid>) -> Result<i64, RepoError> {
    let shared = SHARED.map(|kind| Column::Kind.eq(kind.name()));
    let own = partnership.map(|id| Column::PartnershipId.eq(id));
    let mut select = Query::select();
    for condition in shared.into_iter().chain(own) {
        let mut latest = Query::select();
        latest
            .column(Column::Seq)
            .from(row::Entity)
            .and_where(condition)
            .order_by(Column::Seq, Order::Desc)
            .limit(1);
        select.expr(SimpleExpr::SubQuery(None, Box::new(latest.into())));
    }
    let Some(row) = conn.raw().query_one(&select).await? else {
        return Ok(0);
    };
    let mut greatest = 0;
    for place in 0..SHARED.len() + usize::from(partnership.is_some()) {
        let latest: Option<i64> = row.try_get_by_index(place)?;
        greatest = Ord::max(greatest, latest.unwrap_or(0));
    }
    Ok(greatest)
}
