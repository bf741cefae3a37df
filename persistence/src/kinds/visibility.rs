//! Who sees what changed, asked when the changes are numbered: nobody else commits meanwhile, so that the answer is that of
//! this place in the one order. With a record change those above it, which show it, and those that appear or disappear with it.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::access::audience::Audience;
use domain::record::Kind;
use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;

use super::{KINDS, entry};
use crate::RepoError;
use crate::db::{Key, Op, Pending};

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
            let entry = entry(kind);
            for chunk in ids.chunks(CHUNK) {
                for row in connection.query_all(&(entry.states)(chunk)).await? {
                    let state = State::read(&row, entry.audience)?;
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
pub(crate) async fn complete(
    connection: &impl ConnectionTrait,
    mut own: Vec<Pending>,
) -> Result<Vec<Pending>, RepoError> {
    let keys: HashSet<Key> = own.iter().map(Pending::key).collect();
    let above = above(&own, &keys);
    // A record may be redacted after it was deleted.
    let redacted = own.iter().filter(|change| change.redacted);
    let redacted: HashSet<Key> = redacted.map(Pending::key).collect();
    let conditional = |key: &Key| (entry(key.0).is_conditional)() || redacted.contains(key);
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
        let audience = entry(change.kind).audience;
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
        for key in &change.listed {
            found.insert(*key, Pending::touched(*key, partnership));
        }
    }
    for ((kind, partnership), ids) in leaders {
        for follower in &KINDS {
            let Some((_, following)) = follower.follows.filter(|(leader, _)| *leader == kind)
            else {
                continue;
            };
            let select = (follower.live)(following((entry(kind).among)(&ids)));
            for row in connection.query_all(&select).await? {
                let key = (follower.kind, row.try_get("", "id")?);
                found.insert(key, Pending::touched(key, partnership));
            }
        }
    }
    Ok(found)
}
