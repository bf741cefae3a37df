//! The kinds of records that tables hold: how a row finds the record that it is about, and how that is written.

use std::collections::{BTreeMap, HashSet};
use std::future::ready;

use chrono::NaiveDate;
use domain::access::Permission;
use domain::fault::Rule;
use domain::identifier::{Email, Regon};
use domain::institution::Institution;
use domain::meeting::Meeting;
use domain::person::{Likeness, Mention, Person};
use domain::record::{Kind as RecordKind, Versioned};
use domain::signatory::Signatory;
use domain::slug::Slug;
use domain::text::Line;
use persistence::record::{self, Pick, Stored};
use persistence::{Condition, institution, kinds, meeting, person, signatory};
use uuid::Uuid;

use crate::problem::{Halt, Kind, Problem};
use crate::records::Resource;
use crate::wire::WriteTx;

/// What a row says, by the fields of its record; of what stands within others, by their names with dots between.
#[derive(Debug, Default)]
pub struct Said(pub BTreeMap<String, String>);

impl Said {
    fn get(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }

    fn line(&self, field: &str) -> Option<String> {
        let line = Line::parse(self.get(field)?, 300).ok()?;
        Some(line.to_string())
    }

    fn day(&self, field: &str) -> Option<NaiveDate> {
        self.get(field)?.parse().ok()
    }

    async fn institution(&self, tx: &WriteTx) -> Result<Option<Uuid>, Halt> {
        let Some(named) = self.get("institution") else {
            return Ok(None);
        };
        let name = (RecordKind::Institution, named.to_owned());
        let mut found = kinds::hold(tx, Uuid::nil(), std::slice::from_ref(&name)).await?;
        let dangling = || Problem::of(Kind::DanglingReference);
        let found = found.remove(&name);
        let found = found.ok_or_else(|| dangling().at("/institution", Rule::DanglingReference))?;
        Ok(Some(found))
    }
}

/// What a row is about.
pub enum About<T> {
    /// Something new.
    New,
    /// A record.
    Known(Versioned<T>),
    /// One of several, or perhaps one: only somebody who knows them can tell.
    Unclear(Vec<Uuid>),
}

/// The most records that are named where it is not clear which one is meant.
const MOST_CANDIDATES: u64 = 20;

fn unclear<T>(candidates: &[Versioned<T>]) -> About<T> {
    About::Unclear(candidates.iter().map(|known| known.head.id).collect())
}

/// A kind of record that tables hold.
pub trait Subject: Resource {
    /// What is needed to write one.
    const PERMISSION: Permission;
    /// The fields that refer to institutions, which a table may also name by their REGON.
    const INSTITUTIONS: &'static [&'static str];

    /// The conditions by which a row that gives no id finds its record, the surest first: the first that finds any decides.
    fn found_by(_tx: &WriteTx, _said: &Said) -> impl Future<Output = Result<Vec<Condition>, Halt>> {
        ready(Ok(Vec::new()))
    }

    /// What a row that gives no id is about, among the records of a scope, of which other rows of its table have claimed some.
    async fn about(
        tx: &WriteTx,
        scope: &Condition,
        said: &Said,
        _claimed: &HashSet<Uuid>,
    ) -> Result<About<Self>, Halt> {
        for condition in Self::found_by(tx, said).await? {
            let among = scope.clone().add(condition);
            let page = Pick::After(None, MOST_CANDIDATES);
            let mut found = record::picked::<Self>(&**tx, among, &page).await?;
            match found.len() {
                0 => {}
                1 => return Ok(found.pop().map_or(About::New, About::Known)),
                _ => return Ok(unclear(&found)),
            }
        }
        Ok(About::New)
    }
}

impl Subject for Institution {
    const PERMISSION: Permission = Permission::WriteInstitutions;
    const INSTITUTIONS: &'static [&'static str] = &["operator", "successor"];

    /// By slug; else by REGON; else by name, where neither another REGON nor another town tells them apart.
    async fn found_by(_: &WriteTx, said: &Said) -> Result<Vec<Condition>, Halt> {
        if let Some(slug) = said.get("slug") {
            return Ok(by_slug::<Self>(slug));
        }
        let mut known = Vec::new();
        let regon = said.get("regon").and_then(|raw| Regon::parse(raw).ok());
        if let Some(regon) = &regon {
            let same = || institution::of_regon(regon.as_str());
            known.extend([same().add(institution::active()), same()]);
        }
        if let Some(name) = said.line("name") {
            let town = said.line("address.town");
            let without = regon.is_some().then(institution::without_regon);
            let called = institution::called(&name).add_option(without);
            known.push(called.add_option(town.as_deref().map(institution::in_town)));
        }
        Ok(known)
    }
}

impl Subject for Signatory {
    const PERMISSION: Permission = Permission::WriteRecords;
    const INSTITUTIONS: &'static [&'static str] = &["institution"];

    /// By the institution and, where it is said, the day on which it signed.
    async fn found_by(tx: &WriteTx, said: &Said) -> Result<Vec<Condition>, Halt> {
        let signed_on = said.day("signed_on").map(signatory::signed_on);
        let institution = said.institution(tx).await?;
        let of = |id| signatory::of_institution(id).add_option(signed_on);
        Ok(institution.map(of).into_iter().collect())
    }
}

impl Subject for Person {
    const PERMISSION: Permission = Permission::WritePeople;
    const INSTITUTIONS: &'static [&'static str] = &["institution"];

    /// By address and name within an institution. Who is alike and not the same makes a row unclear, unless another row is about them.
    async fn about(
        tx: &WriteTx,
        scope: &Condition,
        said: &Said,
        claimed: &HashSet<Uuid>,
    ) -> Result<About<Self>, Halt> {
        let email = said.get("email").and_then(|raw| Email::parse(raw).ok());
        let name = said.line("name");
        // The scope within both, so that an index answers each.
        let within = |condition| scope.clone().add(condition);
        let alike = Condition::any()
            .add_option(email.as_ref().map(person::with_email).map(within))
            .add_option(name.as_deref().map(person::called).map(within));
        let mention = Mention {
            name: name.as_deref(),
            email: email.as_ref(),
            institution_id: said.institution(tx).await?,
        };
        if alike.is_empty() {
            return Ok(About::New);
        }
        let (mut same, mut perhaps) = (Vec::new(), Vec::new());
        for known in record::every::<Self>(&**tx, alike).await? {
            match known.value.likeness(&mention) {
                Likeness::Same => same.push(known),
                Likeness::Unclear if !claimed.contains(&known.head.id) => perhaps.push(known),
                Likeness::Unclear | Likeness::Other => {}
            }
        }
        let mut candidates = match same.is_empty() {
            true => perhaps,
            false if same.len() == 1 => return Ok(same.pop().map_or(About::New, About::Known)),
            false => same,
        };
        candidates.truncate(MOST_CANDIDATES as usize);
        Ok(match candidates.is_empty() {
            true => About::New,
            false => unclear(&candidates),
        })
    }
}

impl Subject for Meeting {
    const PERMISSION: Permission = Permission::WriteRecords;
    const INSTITUTIONS: &'static [&'static str] = &["host"];

    /// By slug; else by title and day.
    async fn found_by(_: &WriteTx, said: &Said) -> Result<Vec<Condition>, Halt> {
        if let Some(slug) = said.get("slug") {
            return Ok(by_slug::<Self>(slug));
        }
        let on = |day| meeting::held_between(Some(day), Some(day));
        let day = said.day("held_on").map(on);
        let title = said.line("title");
        let called = title.map(|title| meeting::called(&title).add_option(day));
        Ok(called.into_iter().collect())
    }
}

fn by_slug<T: Stored>(slug: &str) -> Vec<Condition> {
    let slug = Slug::parse(slug).ok();
    let of = slug.and_then(|slug| record::of_slug::<T>(slug.as_str()));
    of.into_iter().collect()
}
