//! Every kind of record: what is asked of records of any kind, by those who know its name alone.

mod entry;
pub(crate) mod visibility;

use std::collections::{BTreeMap, HashMap};

use domain::access::account::{Account, AccountRef};
use domain::access::calendar_link::CalendarLink;
use domain::access::client_secret::ClientSecret;
use domain::access::grant::RoleGrant;
use domain::access::link::Link;
use domain::agreement_version::AgreementVersion;
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
use domain::governance::representation::Representation;
use domain::governance::term::Term;
use domain::institution::Institution;
use domain::link::{Name, Names, PersonRef, Ref, Shown};
use domain::meeting::Meeting;
use domain::meeting::agenda_item::AgendaItem;
use domain::meeting::attendance::Attendance;
use domain::meeting::output::Output;
use domain::outreach::communique::Communique;
use domain::outreach::posting::Posting;
use domain::partnership::Partnership;
use domain::person::Person;
use domain::record::Kind;
use domain::report::Report;
use domain::signatory::Signatory;
use domain::slug::Key;
use domain::webhook::Webhook;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query, SelectStatement, UnionType};
use sea_orm::{Condition, ConnectionTrait, FromQueryResult};

use self::entry::Entry;
use crate::record::{Stored, partnership_of};
use crate::{Conn, RepoError, Tx};

/// Every kind, in the order of [`Kind`].
static KINDS: [Entry; Kind::ALL.len()] = [
    Entry::of::<Institution>(),
    Entry::of::<Partnership>(),
    Entry::of::<AgreementVersion>(),
    Entry::of::<Signatory>(),
    Entry::of::<FundingProgramme>(),
    Entry::of::<Body>(),
    Entry::of::<Term>(),
    Entry::of::<Mandate>(),
    Entry::of::<Meeting>(),
    Entry::of::<AgendaItem>(),
    Entry::of::<Attendance>(),
    Entry::of::<Output>(),
    Entry::of::<GoodPractice>(),
    Entry::of::<Recommendation>(),
    Entry::of::<Implementation>(),
    Entry::of::<Commitment>(),
    Entry::of::<Fulfilment>(),
    Entry::of::<Effect>(),
    Entry::of::<Communique>(),
    Entry::of::<Posting>(),
    Entry::of::<Report>(),
    Entry::of::<Person>(),
    Entry::of::<Representation>(),
    Entry::of::<Account>(),
    Entry::of::<RoleGrant>(),
    Entry::of::<ClientSecret>(),
    Entry::of::<Link>(),
    Entry::of::<Webhook>(),
    Entry::of::<CalendarLink>(),
    Entry::of::<Export>(),
    Entry::of::<ExportSchedule>(),
    Entry::of::<BulkImport>(),
];

// Each kind stands there once, at its own place: this does not compile otherwise.
const _: () = {
    let mut place = 0;
    while place < KINDS.len() {
        assert!(KINDS[place].kind as usize == place);
        place += 1;
    }
};

/// What is known of a kind.
fn entry(kind: Kind) -> &'static Entry {
    &KINDS[kind as usize]
}

/// The error of asking a kind for what it does not have.
fn unanswered(kind: Kind, asked: &str) -> RepoError {
    let unanswered = format!("a record of kind {} has no {asked}", kind.name());
    RepoError::Other(DbErr::Custom(unanswered))
}

/// A kind that others link to.
fn linked(kind: Kind) -> Result<&'static Entry, RepoError> {
    let linked = Some(entry(kind)).filter(|entry| entry.is_linked_to);
    linked.ok_or_else(|| unanswered(kind, "link to it"))
}

/// Whether records of a kind have names by which others link to them.
pub fn has_names(kind: Kind) -> bool {
    entry(kind).is_linked_to
}

/// The kinds of records that say who somebody is: people, and what links to them.
pub fn naming_people() -> Vec<Kind> {
    let nobody = Uuid::nil();
    let links = |entry: &&Entry| !(entry.referring)(Kind::Person, nobody).is_empty();
    let linking = KINDS.iter().filter(links).map(|entry| entry.kind);
    linking.chain([Kind::Person]).collect()
}

/// The most ids or names that a statement asks for: it may have so many bind variables.
const CHUNK: usize = 10_000;

/// What records are shown as, of those that everybody sees where only these are wanted: one statement for 10,000 of them.
pub async fn names(
    conn: &impl Conn,
    public_only: bool,
    mut links: Vec<(Kind, Uuid)>,
) -> Result<Names, RepoError> {
    links.sort_unstable();
    links.dedup();
    let mut names = Names::with_capacity(links.len());
    for links in links.chunks(CHUNK) {
        let mut all: Option<SelectStatement> = None;
        for links in links.chunk_by(|one, next| one.0 == next.0) {
            let ids: Vec<Uuid> = links.iter().map(|(_, id)| *id).collect();
            let kind = links[0].0;
            let select = (entry(kind).named)(&ids, public_only);
            let select = select.ok_or_else(|| unanswered(kind, "name"))?;
            match &mut all {
                None => all = Some(select),
                Some(all) => drop(all.union(UnionType::All, select)),
            }
        }
        let Some(all) = all else { continue };
        for row in conn.raw().query_all(&all).await? {
            let (id, name) = (row.try_get("", "id")?, row.try_get("", "name")?);
            let shown = match row.try_get("", "kind")? {
                None => match row.try_get("", "slug")? {
                    Some(slug) => Shown::Record(Ref { id, slug, name }),
                    None => Shown::Person(PersonRef { id, name }),
                },
                Some(kind) => Shown::Account(AccountRef {
                    id,
                    kind,
                    status: row.try_get("", "status")?,
                    name,
                    email: row.try_get("", "email")?,
                }),
            };
            names.insert(id, shown);
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
    let found = linked(kind)?.found;
    let Some(select) = found(Expr::val(partnership), public_only, key) else {
        return Ok(None);
    };
    let row = conn.raw().query_one(&select).await?;
    Ok(row.map(|row| row.try_get("", "id")).transpose()?)
}

/// The condition for records below the one of a key in their own partnership, of those that everybody sees where only these are
/// wanted.
pub fn below<T: Stored>(public_only: bool, key: &Key) -> Condition {
    let parent = T::KIND.parent().map(entry);
    let parent = parent.and_then(|parent| (parent.found)(partnership_of::<T>(), public_only, key));
    match T::PARENT.zip(parent) {
        Some((column, parent)) => Condition::all().add(column.in_subquery(parent)),
        // Nothing stands below what there is not.
        None => Condition::any(),
    }
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
        let held = linked(kind)?.held;
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

/// The natural key of a record, unique in its partnership.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct NaturalKey {
    /// The record's id.
    pub id: Uuid,
    /// Its slug, or what takes a slug's place: `institution@day` of a signatory, `communiqué|institution` of a posting,
    /// `commitment|meeting` of a fulfilment, `meeting|slug` of an agenda item.
    pub key: String,
    /// Its slug, if it has one.
    pub slug: Option<String>,
}

/// The natural keys of records of a kind that has them.
pub async fn natural_keys(
    conn: &impl Conn,
    kind: Kind,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, NaturalKey>, RepoError> {
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let select = (entry(kind).keyed)(ids);
        let select = select.ok_or_else(|| unanswered(kind, "natural key"))?;
        for row in conn.raw().query_all(&select).await? {
            let key = NaturalKey::from_query_result(&row, "")?;
            found.insert(key.id, key);
        }
    }
    Ok(found)
}

/// Whether some record that was not deleted refers to another one, so that this one cannot be deleted. Nothing is asked where
/// none can.
pub async fn is_referred_to(conn: &impl Conn, kind: Kind, id: Uuid) -> Result<bool, RepoError> {
    let referring = KINDS.iter().flat_map(|entry| (entry.referring)(kind, id));
    let any = referring
        .map(Expr::exists)
        .fold(Condition::any(), Condition::add);
    if any.is_empty() {
        return Ok(false);
    }
    let mut select = Query::select();
    select.expr_as(any, "used");
    let row = conn.raw().query_one(&select).await?;
    Ok(row
        .map(|row| row.try_get("", "used"))
        .transpose()?
        .unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_nobody_links_to_has_no_name_and_is_not_looked_up() {
        for kind in Kind::ALL {
            assert_eq!(entry(kind).kind, kind);
            let named = (entry(kind).named)(&[], false);
            assert_eq!(linked(kind).is_ok(), named.is_some(), "{}", kind.name());
        }
        assert!(linked(Kind::Meeting).is_ok());
        assert!(linked(Kind::Effect).is_err());
    }
}
