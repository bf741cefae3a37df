//! Who sees what changed, asked when the changes are numbered: nobody else commits meanwhile, so that the answer is that of
//! this place in the one order. With a record change those above it, which show it, and those that appear or disappear with it.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::access::account::Account;
use domain::access::audience::Audience;
use domain::access::calendar_link::CalendarLink;
use domain::access::client_secret::ClientSecret;
use domain::access::grant::RoleGrant;
use domain::access::link::Link;
use domain::bulk_import::BulkImport;
use domain::exchange::good_practice::GoodPractice;
use domain::export::Export;
use domain::export::schedule::ExportSchedule;
use domain::followup::commitment::Commitment;
use domain::followup::effect::Effect;
use domain::followup::fulfilment::Fulfilment;
use domain::followup::implementation::Implementation;
use domain::followup::recommendation::Recommendation;
use domain::funding_programme::FundingProgramme;
use domain::governance::body::Body;
use domain::governance::mandate::Mandate;
use domain::governance::term::Term;
use domain::institution::Institution;
use domain::meeting::Meeting;
use domain::meeting::agenda_item::AgendaItem;
use domain::meeting::attendance::Attendance;
use domain::meeting::output::Output;
use domain::outreach::communique::Communique;
use domain::outreach::posting::Posting;
use domain::partnership::Partnership;
use domain::person::Person;
use domain::record::Kind;
use domain::signatory::Signatory;
use domain::webhook::Webhook;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{
    Alias, CaseStatement, Expr, ExprTrait, Order, Query, SelectStatement, SimpleExpr,
};
use sea_orm::{Condition, ConnectionTrait};
use serde_json::Value;

use super::{Op, Pending, Said, row};
use crate::RepoError;
use crate::followup::{fulfilment, implementation};
use crate::governance::{mandate, term};
use crate::meeting::{agenda_item, attendance, output_row};
use crate::outreach::posting;
use crate::record::Stored;

/// Who sees records of a kind, and how their rows are asked.
struct Visibility {
    audience: Audience,
    /// Where not all are for everybody: which are. The others are internal.
    public: Option<fn() -> Condition>,
    /// The column of the record above it, where there is one.
    parent: Option<fn() -> Expr>,
    states: fn(&[Uuid], Condition) -> SelectStatement,
}

impl Visibility {
    fn below(self, parent: fn() -> Expr) -> Self {
        Self {
            parent: Some(parent),
            ..self
        }
    }

    fn select(&self, ids: &[Uuid]) -> SelectStatement {
        let public = self.public.map_or_else(Condition::all, |public| public());
        let mut select = (self.states)(ids, public);
        let parent = self.parent.map(|parent| parent());
        select.expr_as(
            parent.unwrap_or_else(|| Expr::val(None::<Uuid>)),
            Alias::new("parent"),
        );
        select
    }
}

fn only<T: Stored>(audience: Audience) -> Visibility {
    Visibility {
        audience,
        public: None,
        parent: None,
        states: states::<T>,
    }
}

fn everyone_if<T: Stored>(public: fn() -> Condition) -> Visibility {
    Visibility {
        public: Some(public),
        ..only::<T>(Audience::Public)
    }
}

fn visibility(kind: Kind) -> Visibility {
    use Audience::{Administrators, Internal, Personal, Public};
    match kind {
        Kind::Institution => only::<Institution>(Public),
        Kind::Partnership => only::<Partnership>(Public),
        Kind::Signatory => only::<Signatory>(Public),
        Kind::FundingProgramme => only::<FundingProgramme>(Public),
        Kind::Body => only::<Body>(Public),
        Kind::Term => only::<Term>(Public).below(|| Expr::col(term::Column::Body)),
        Kind::Mandate => only::<Mandate>(Public).below(|| Expr::col(mandate::Column::Term)),
        Kind::Meeting => everyone_if::<Meeting>(Meeting::public),
        Kind::AgendaItem => everyone_if::<AgendaItem>(AgendaItem::public)
            .below(|| Expr::col(agenda_item::Column::Meeting)),
        Kind::Attendance => {
            only::<Attendance>(Internal).below(|| Expr::col(attendance::Column::MeetingId))
        }
        Kind::Output => everyone_if::<Output>(Output::public),
        Kind::GoodPractice => everyone_if::<GoodPractice>(GoodPractice::public),
        Kind::Recommendation => everyone_if::<Recommendation>(Recommendation::public),
        Kind::Implementation => everyone_if::<Implementation>(Implementation::public)
            .below(|| Expr::col(implementation::Column::Recommendation)),
        Kind::Commitment => only::<Commitment>(Public),
        Kind::Fulfilment => {
            only::<Fulfilment>(Public).below(|| Expr::col(fulfilment::Column::Commitment))
        }
        Kind::Effect => only::<Effect>(Public),
        Kind::Communique => everyone_if::<Communique>(Communique::public),
        Kind::Posting => {
            everyone_if::<Posting>(Posting::public).below(|| Expr::col(posting::Column::Communique))
        }
        Kind::Person => only::<Person>(Personal),
        Kind::Account => only::<Account>(Administrators),
        Kind::Grant => only::<RoleGrant>(Administrators),
        Kind::ClientSecret => only::<ClientSecret>(Administrators),
        Kind::Link => only::<Link>(Administrators),
        Kind::Webhook => only::<Webhook>(Administrators),
        Kind::CalendarLink => only::<CalendarLink>(Administrators),
        Kind::Export => only::<Export>(Administrators),
        Kind::ExportSchedule => only::<ExportSchedule>(Administrators),
        Kind::BulkImport => only::<BulkImport>(Administrators),
    }
}

/// The live records that are for everybody as long as one of `ids` is, which may change without them.
fn followers(kind: Kind, ids: &[Uuid]) -> Vec<(Kind, SelectStatement)> {
    match kind {
        Kind::Meeting => vec![
            (
                Kind::AgendaItem,
                below::<AgendaItem>(agenda_item::Column::Meeting, ids),
            ),
            (Kind::Output, {
                let mut select = Query::select();
                select
                    .expr_as(Expr::col(output_row::Column::Output), Alias::new("id"))
                    .from(output_row::Entity)
                    .and_where(output_row::Column::MeetingId.is_in(ids.iter().copied()));
                select
            }),
        ],
        Kind::Recommendation => vec![(
            Kind::Implementation,
            below::<Implementation>(implementation::Column::Recommendation, ids),
        )],
        Kind::Communique => vec![(
            Kind::Posting,
            below::<Posting>(posting::Column::Communique, ids),
        )],
        _ => Vec::new(),
    }
}

/// The field of a kind of record that lists others which follow it, also when only the list changes.
const LISTED: (Kind, &str, Kind) = (Kind::Meeting, "outputs", Kind::Output);

fn below<T: Stored>(parent: <T::Entity as EntityTrait>::Column, ids: &[Uuid]) -> SelectStatement {
    let mut select = Query::select();
    select
        .expr_as(Expr::col(T::COLUMNS.id), Alias::new("id"))
        .from(T::Entity::default())
        .and_where(parent.is_in(ids.iter().copied()))
        .and_where(T::COLUMNS.deleted_at.is_null());
    select
}

/// How records of some ids stand: version, whether they are for their audience, and the audience of their latest change.
fn states<T: Stored>(ids: &[Uuid], public: Condition) -> SelectStatement {
    let id = (T::Entity::default(), T::COLUMNS.id);
    let mut latest = Query::select();
    latest
        .column(row::Column::Audience)
        .from(row::Entity)
        .and_where(row::Column::Kind.eq(T::KIND.name()))
        .and_where(Expr::col((row::Entity, row::Column::RecordId)).equals(id))
        .order_by(row::Column::Seq, Order::Desc)
        .limit(1);
    let live = T::COLUMNS.deleted_at.is_null();
    let shown = public.add(live.clone());
    let one_if = |condition: Condition| -> SimpleExpr {
        CaseStatement::new().case(condition, 1).finally(0).into()
    };
    let mut select = Query::select();
    select
        .expr_as(Expr::col(id), Alias::new("id"))
        .expr_as(Expr::col(T::COLUMNS.version), Alias::new("version"))
        .expr_as(one_if(Condition::all().add(live)), Alias::new("live"))
        .expr_as(one_if(shown), Alias::new("shown"))
        .expr_as(
            SimpleExpr::SubQuery(None, Box::new(latest.into())),
            Alias::new("before"),
        )
        .from(T::Entity::default())
        .and_where(T::COLUMNS.id.is_in(ids.iter().copied()));
    select
}

/// A record: its kind and its id.
pub(super) type Key = (Kind, Uuid);

/// How a record stands at this place in the order of changes.
#[derive(Clone, Copy)]
struct State {
    version: i32,
    parent: Option<Uuid>,
    before: Audience,
    now: Audience,
}

#[derive(Default)]
struct States(HashMap<Key, State>);

/// How many ids a statement asks for at once.
const CHUNK: usize = 500;

impl States {
    /// Asks how records stand: one statement a kind.
    async fn ask(
        &mut self,
        connection: &impl ConnectionTrait,
        keys: impl IntoIterator<Item = Key>,
    ) -> Result<(), RepoError> {
        let mut by_kind: BTreeMap<Kind, Vec<Uuid>> = BTreeMap::new();
        for (kind, id) in keys {
            by_kind.entry(kind).or_default().push(id);
        }
        for (kind, ids) in by_kind {
            let own = visibility(kind);
            for chunk in ids.chunks(CHUNK) {
                for row in connection.query_all(&own.select(chunk)).await? {
                    let state = State::read(&row, own.audience)?;
                    self.0.insert((kind, row.try_get("", "id")?), state);
                }
            }
        }
        Ok(())
    }
}

impl State {
    fn read(row: &QueryResult, audience: Audience) -> Result<Self, RepoError> {
        let (live, shown): (i32, i32) = (row.try_get("", "live")?, row.try_get("", "shown")?);
        let now = match (live, shown) {
            (0, _) => Audience::Nobody,
            (_, 0) => Audience::Internal,
            _ => audience,
        };
        let before: Option<i32> = row.try_get("", "before")?;
        Ok(Self {
            version: row.try_get("", "version")?,
            parent: row.try_get("", "parent")?,
            before: before.and_then(Audience::from_number).unwrap_or(now),
            now,
        })
    }
}

/// Fills in who sees each change, and adds those of the records that change with it.
pub(super) async fn complete(
    connection: &impl ConnectionTrait,
    mut own: Vec<Pending>,
) -> Result<Vec<Pending>, RepoError> {
    let keys: HashSet<Key> = own.iter().map(Pending::key).collect();
    let above = above(&own, &keys);
    // A record may be redacted after it was deleted.
    let redacted = own.iter().filter(|change| change.redacted);
    let redacted: HashSet<Key> = redacted.map(Pending::key).collect();
    let conditional = |key: &Key| visibility(key.0).public.is_some() || redacted.contains(key);
    let asked = keys.iter().copied().filter(conditional);
    let mut states = States::default();
    states
        .ask(connection, asked.chain(above.keys().copied()))
        .await?;
    place(&mut own, &states);
    let mut following = followers_of(connection, &own).await?;
    following.retain(|key, _| !keys.contains(key));
    states.ask(connection, following.keys().copied()).await?;
    for mut touched in above.into_values().chain(following.into_values()) {
        // What stands above may be gone with what stood below, and what follows may look as before.
        let Some(state) = states.0.get(&touched.key()) else {
            continue;
        };
        let alike = state.before == state.now;
        if state.now == Audience::Nobody || (touched.touched_by.is_empty() && alike) {
            continue;
        }
        touched.version = state.version;
        touched.parent_id = state.parent;
        touched.audience_before = state.before;
        touched.audience = state.now;
        own.push(touched);
    }
    Ok(own)
}

/// The records above those that changed, unless they changed themselves.
fn above(own: &[Pending], keys: &HashSet<Key>) -> BTreeMap<Key, Pending> {
    let mut above = BTreeMap::new();
    for change in own {
        if let Some(parent) = change.parent().filter(|parent| !keys.contains(parent)) {
            let touched = above
                .entry(parent)
                .or_insert_with(|| Pending::touched(parent, change.partnership_id));
            touched.touched_by.insert(change.kind.name());
        }
    }
    above
}

/// Says of each change who saw the record before it and who does after it.
fn place(own: &mut [Pending], states: &States) {
    let mut last: HashMap<Key, Audience> = HashMap::new();
    for change in own {
        let state = states.0.get(&change.key());
        let audience = visibility(change.kind).audience;
        let stored = match change.op {
            Op::Created => Audience::Nobody,
            Op::Updated | Op::Deleted => state.map_or(audience, |state| state.before),
        };
        change.audience_before = last.get(&change.key()).copied().unwrap_or(stored);
        change.audience = match change.op {
            Op::Deleted => Audience::Nobody,
            Op::Created | Op::Updated => state.map_or(audience, |state| state.now),
        };
        last.insert(change.key(), change.audience);
    }
}

/// The records that may have appeared or disappeared with others.
async fn followers_of(
    connection: &impl ConnectionTrait,
    own: &[Pending],
) -> Result<BTreeMap<Key, Pending>, RepoError> {
    let mut found = BTreeMap::new();
    let mut leaders: BTreeMap<(Kind, Option<Uuid>), Vec<Uuid>> = BTreeMap::new();
    for change in own {
        let partnership = change.partnership_id;
        // What is new has nothing below it yet.
        if change.op != Op::Created && change.audience != change.audience_before {
            let leaders = leaders.entry((change.kind, partnership)).or_default();
            leaders.push(change.record_id);
        }
        for id in &change.listed {
            let key = (LISTED.2, *id);
            found.insert(key, Pending::touched(key, partnership));
        }
    }
    for ((kind, partnership), ids) in leaders {
        for (kind, select) in followers(kind, &ids) {
            for row in connection.query_all(&select).await? {
                let key = (kind, row.try_get("", "id")?);
                found.insert(key, Pending::touched(key, partnership));
            }
        }
    }
    Ok(found)
}

/// The records in the list of a record that it shows to others.
pub(super) fn listed(kind: Kind, said: [&Said; 2]) -> Vec<Uuid> {
    let (of, field, _) = LISTED;
    if kind != of {
        return Vec::new();
    }
    said.into_iter()
        .flatten()
        .filter_map(|said| said.get(field)?.as_array())
        .flatten()
        .filter_map(Value::as_str)
        .filter_map(|id| id.parse().ok())
        .collect()
}
