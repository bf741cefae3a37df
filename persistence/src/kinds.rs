//! Every kind of record: what is asked of records of any kind, by those who know its name alone.

use std::collections::{BTreeMap, HashMap};

use domain::access::account::Account;
use domain::exchange::good_practice::GoodPractice;
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
use domain::link::{Name, Names, Ref, Shown};
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
use domain::slug::Key;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, LockType, Query, SelectStatement, UnionType};

use crate::record::{self, Stored, by_key, of_partnership};
use crate::{Conn, RepoError, Tx};

/// What is asked of a kind of record.
struct Entry {
    kind: Kind,
    named: fn(&[Uuid], bool) -> Option<SelectStatement>,
    found: fn(Uuid, bool, &Key) -> Option<SelectStatement>,
    held: fn(Uuid, &[Uuid], &[String]) -> SelectStatement,
}

impl Entry {
    const fn of<T: Stored>() -> Self {
        Self {
            kind: T::KIND,
            named: named::<T>,
            found: found::<T>,
            held: held::<T>,
        }
    }
}

/// Every kind that others link to.
const KINDS: &[Entry] = &[
    Entry::of::<Account>(),
    Entry::of::<AgendaItem>(),
    Entry::of::<Attendance>(),
    Entry::of::<Body>(),
    Entry::of::<Commitment>(),
    Entry::of::<Communique>(),
    Entry::of::<Effect>(),
    Entry::of::<Fulfilment>(),
    Entry::of::<FundingProgramme>(),
    Entry::of::<GoodPractice>(),
    Entry::of::<Implementation>(),
    Entry::of::<Institution>(),
    Entry::of::<Mandate>(),
    Entry::of::<Meeting>(),
    Entry::of::<Output>(),
    Entry::of::<Partnership>(),
    Entry::of::<Person>(),
    Entry::of::<Posting>(),
    Entry::of::<Recommendation>(),
    Entry::of::<Signatory>(),
    Entry::of::<Term>(),
];

fn entry(kind: Kind) -> Result<&'static Entry, RepoError> {
    let entry = KINDS.iter().find(|entry| entry.kind == kind);
    let unknown = || DbErr::Custom(format!("nothing links to a record of kind {}", kind.name()));
    entry.ok_or_else(|| RepoError::Other(unknown()))
}

/// Id, slug and name of some records, of those that everybody sees where only these are wanted.
fn named<T: Stored>(ids: &[Uuid], public_only: bool) -> Option<SelectStatement> {
    let mut select = Query::select();
    select
        .expr_as(Expr::col(T::COLUMNS.id), "id")
        .expr_as(Expr::col(T::COLUMNS.slug?), "slug")
        .expr_as(Expr::col(T::NAME?), "name")
        .from(T::Entity::default())
        .and_where(T::COLUMNS.id.is_in(ids.iter().copied()));
    if public_only {
        select.cond_where(T::public());
    }
    Some(select)
}

/// The id of the one of a key that was not deleted, of those that everybody sees where only these are wanted.
fn found<T: Stored>(partnership: Uuid, public_only: bool, key: &Key) -> Option<SelectStatement> {
    let mut select = Query::select();
    select
        .expr_as(Expr::col(T::COLUMNS.id), "id")
        .from(T::Entity::default())
        .and_where(by_key::<T>(key)?)
        .and_where(T::COLUMNS.deleted_at.is_null());
    if T::OF_PARTNERSHIP {
        select.cond_where(of_partnership::<T>(partnership));
    }
    if public_only {
        select.cond_where(T::public());
    }
    Some(select)
}

/// Ids and slugs of those that were not deleted, of some ids or slugs, locked against deletion.
fn held<T: Stored>(partnership: Uuid, ids: &[Uuid], slugs: &[String]) -> SelectStatement {
    let columns = T::COLUMNS;
    let mut either = Condition::any().add(columns.id.is_in(ids.iter().copied()));
    let mut select = Query::select();
    select.expr_as(Expr::col(columns.id), "id");
    match columns.slug {
        Some(slug) => {
            select.expr_as(Expr::col(slug), "slug");
            either = either.add(slug.is_in(slugs));
        }
        None => {
            select.expr_as(Expr::val(None::<String>), "slug");
        }
    }
    select
        .from(T::Entity::default())
        .cond_where(either)
        .and_where(columns.deleted_at.is_null());
    if T::OF_PARTNERSHIP {
        select.cond_where(of_partnership::<T>(partnership));
    }
    select.lock(LockType::Share);
    select
}

/// The most ids or names that a statement asks for: it may have so many bind variables.
const CHUNK: usize = 10_000;

/// What records are shown as, of those that everybody sees where only these are wanted: one statement for accounts, and one for
/// all other kinds.
pub async fn names(
    conn: &impl Conn,
    public_only: bool,
    mut links: Vec<(Kind, Uuid)>,
) -> Result<Names, RepoError> {
    links.sort_unstable();
    links.dedup();
    let mut names = Names::with_capacity(links.len());
    let accounts = links.extract_if(.., |(kind, _)| *kind == Kind::Account);
    let accounts: Vec<Uuid> = accounts.map(|(_, id)| id).collect();
    for ids in accounts.chunks(CHUNK) {
        for account in record::of_ids::<Account>(conn, ids.iter().copied()).await? {
            names.insert(account.head.id, Shown::Account((&account).into()));
        }
    }
    for links in links.chunks(CHUNK) {
        let mut all: Option<SelectStatement> = None;
        for links in links.chunk_by(|one, next| one.0 == next.0) {
            let ids: Vec<Uuid> = links.iter().map(|(_, id)| *id).collect();
            let Some(select) = (entry(links[0].0)?.named)(&ids, public_only) else {
                continue;
            };
            match &mut all {
                None => all = Some(select),
                Some(all) => drop(all.union(UnionType::All, select)),
            }
        }
        let Some(all) = all else { continue };
        for row in conn.raw().query_all(&all).await? {
            let shown = Ref {
                id: row.try_get("", "id")?,
                slug: row.try_get("", "slug")?,
                name: row.try_get("", "name")?,
            };
            names.insert(shown.id, Shown::Record(shown));
        }
    }
    Ok(names)
}

/// The id of the record of a key, in a partnership where its kind belongs to one.
pub async fn find(
    conn: &impl Conn,
    partnership: Uuid,
    public_only: bool,
    kind: Kind,
    key: &Key,
) -> Result<Option<Uuid>, RepoError> {
    let Some(select) = (entry(kind)?.found)(partnership, public_only, key) else {
        return Ok(None);
    };
    let row = conn.raw().query_one(&select).await?;
    Ok(row.map(|row| row.try_get("", "id")).transpose()?)
}

/// The ids of records that a body names, in a partnership where they belong to one. Nobody deletes them until the
/// transaction ends: on PostgreSQL their rows are locked against that, SQLite has one writer anyway.
pub async fn hold(
    tx: &Tx,
    partnership: Uuid,
    names: &[Name],
) -> Result<HashMap<Name, Uuid>, RepoError> {
    let mut by_kind: BTreeMap<Kind, Vec<(&Name, Key)>> = BTreeMap::new();
    for name in names {
        if let Ok(key) = Key::parse(&name.1) {
            by_kind.entry(name.0).or_default().push((name, key));
        }
    }
    let mut found = HashMap::with_capacity(names.len());
    for (kind, named) in by_kind {
        let held = entry(kind)?.held;
        for named in named.chunks(CHUNK) {
            let (mut ids, mut slugs) = (Vec::new(), Vec::new());
            for (_, key) in named {
                match key {
                    Key::Id(id) => ids.push(*id),
                    key => slugs.extend(key.name().map(str::to_owned)),
                }
            }
            let (mut by_id, mut by_slug) = (HashMap::new(), HashMap::new());
            for row in tx.raw().query_all(&held(partnership, &ids, &slugs)).await? {
                let id: Uuid = row.try_get("", "id")?;
                by_id.insert(id, id);
                if let Some(slug) = row.try_get::<Option<String>>("", "slug")? {
                    by_slug.insert(slug, id);
                }
            }
            found.extend(named.iter().filter_map(|(name, key)| {
                let id = match key {
                    Key::Id(id) => by_id.get(id),
                    key => by_slug.get(key.name()?),
                };
                Some(((*name).clone(), *id?))
            }));
        }
    }
    Ok(found)
}
