//! The kinds of records that tables hold: how a row finds the record that it is about, and how that is written.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::access::Permission;
use domain::identifier::{Email, Regon};
use domain::institution::Institution;
use domain::meeting::Meeting;
use domain::person::Person;
use domain::record::Versioned;
use domain::signatory::Signatory;
use domain::slug::Slug;
use domain::text::Line;
use persistence::record::{self, Stored};
use persistence::{Condition, RepoError, institution, meeting, person, signatory};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::find;
use crate::institution as institutions;
use crate::institution::{InstitutionIn, InstitutionOut};
use crate::problem::Halt;
use crate::resource::{self, Resource, Site};
use crate::wire::{Body, RefIn, WriteTx};

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

    async fn institution(&self, tx: &WriteTx) -> Option<Uuid> {
        let named = RefIn(self.get("institution")?.to_owned());
        let all = Condition::all();
        let found = find::reference::<Institution>(tx, "/institution", all, &named);
        found.await.ok()
    }
}

/// What a row finds its record by.
pub trait Keyed: Stored + 'static {
    /// What is needed to write one.
    const PERMISSION: Permission;
    /// The fields that refer to institutions, which a table may also name by their REGON.
    const INSTITUTIONS: &'static [&'static str];

    /// What finds the record of a row that gives no id, the surest first: the first of them that finds any decides.
    fn known_by(tx: &WriteTx, said: &Said) -> impl Future<Output = Vec<Condition>>;
}

/// A kind of record that tables hold.
pub trait Subject: Keyed {
    /// The body that creates one.
    type In: Serialize + DeserializeOwned + ToSchema + for<'a> From<&'a Self> + 'static;
    /// Its JSON shape.
    type Out: Serialize + ToSchema + 'static;

    /// Those among which a row finds its record.
    fn all(site: &Site) -> Condition;

    /// Records something new, by the rules of its endpoint.
    fn insert(
        tx: &WriteTx,
        site: &Site,
        id: Uuid,
        body: Body<Self::In>,
    ) -> impl Future<Output = Result<Versioned<Self>, Halt>>;

    /// Changes a record, by the rules of its endpoint.
    fn replace(
        tx: &WriteTx,
        site: &Site,
        before: Versioned<Self>,
        body: Body<Self::In>,
    ) -> impl Future<Output = Result<Versioned<Self>, Halt>>;

    /// Deletes a record; whether others refer to it is asked afterwards.
    fn remove(
        tx: &WriteTx,
        site: &Site,
        before: Versioned<Self>,
    ) -> impl Future<Output = Result<(), Halt>>;

    /// Whether another record refers to it.
    fn is_built_on(tx: &WriteTx, id: Uuid) -> impl Future<Output = Result<bool, RepoError>>;

    /// Shows a record.
    fn shown(
        tx: &WriteTx,
        site: &Site,
        record: &Versioned<Self>,
    ) -> impl Future<Output = Result<Vec<Self::Out>, Halt>>;
}

impl Keyed for Institution {
    const PERMISSION: Permission = Permission::WriteInstitutions;
    const INSTITUTIONS: &'static [&'static str] = &["operator", "successor"];

    /// By slug; else by REGON; else by name, where neither another REGON nor another town tells them apart.
    async fn known_by(_: &WriteTx, said: &Said) -> Vec<Condition> {
        if let Some(slug) = said.get("slug") {
            return by_slug::<Self>(slug);
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
        known
    }
}

impl Keyed for Signatory {
    const PERMISSION: Permission = Permission::WriteRecords;
    const INSTITUTIONS: &'static [&'static str] = &["institution"];

    /// By the institution and, where it is said, the day on which it signed.
    async fn known_by(tx: &WriteTx, said: &Said) -> Vec<Condition> {
        let signed_on = said.day("signed_on").map(signatory::signed_on);
        let institution = said.institution(tx).await;
        let of = |id| signatory::of_institution(id).add_option(signed_on);
        institution.map(of).into_iter().collect()
    }
}

impl Keyed for Person {
    const PERMISSION: Permission = Permission::WritePeople;
    const INSTITUTIONS: &'static [&'static str] = &["institution"];

    /// By e-mail address; else by name and, where it is said, institution, of those of whom no other address is known.
    async fn known_by(tx: &WriteTx, said: &Said) -> Vec<Condition> {
        let mut known = Vec::new();
        let email = said.get("email").and_then(|raw| Email::parse(raw).ok());
        if let Some(email) = &email {
            known.push(person::with_email(email.as_str()));
        }
        if let Some(name) = said.line("name") {
            let institution = said.institution(tx).await.map(person::of_institution);
            let without = email.is_some().then(person::without_email);
            let called = person::called(&name).add_option(institution);
            known.push(called.add_option(without));
        }
        known
    }
}

impl Keyed for Meeting {
    const PERMISSION: Permission = Permission::WriteRecords;
    const INSTITUTIONS: &'static [&'static str] = &["host"];

    /// By slug; else by title and day.
    async fn known_by(_: &WriteTx, said: &Said) -> Vec<Condition> {
        if let Some(slug) = said.get("slug") {
            return by_slug::<Self>(slug);
        }
        let on = |day| meeting::held_between(Some(day), Some(day));
        let day = said.day("held_on").map(on);
        let title = said.line("title");
        let called = title.map(|title| meeting::called(&title).add_option(day));
        called.into_iter().collect()
    }
}

fn by_slug<T: Stored>(slug: &str) -> Vec<Condition> {
    let slug = Slug::parse(slug).ok();
    let of = slug.and_then(|slug| record::of_slug::<T>(slug.as_str()));
    of.into_iter().collect()
}

impl<T: Resource + Keyed> Subject for T
where
    T::In: ToSchema,
{
    type In = T::In;
    type Out = T::Out;

    fn all(site: &Site) -> Condition {
        T::scope(site)
    }

    async fn insert(
        tx: &WriteTx,
        site: &Site,
        id: Uuid,
        body: Body<T::In>,
    ) -> Result<Versioned<T>, Halt> {
        resource::insert(tx, site, T::PERMISSION, id, body).await
    }

    async fn replace(
        tx: &WriteTx,
        site: &Site,
        before: Versioned<T>,
        body: Body<T::In>,
    ) -> Result<Versioned<T>, Halt> {
        site.check_change(T::PERMISSION, &before.value)?;
        resource::replace(tx, site, T::PERMISSION, before, body).await
    }

    async fn remove(tx: &WriteTx, site: &Site, before: Versioned<T>) -> Result<(), Halt> {
        site.check_change(T::PERMISSION, &before.value)?;
        Ok(record::delete(tx, before).await?)
    }

    async fn is_built_on(tx: &WriteTx, id: Uuid) -> Result<bool, RepoError> {
        T::is_referred_to(&**tx, id).await
    }

    async fn shown(tx: &WriteTx, site: &Site, record: &Versioned<T>) -> Result<Vec<T::Out>, Halt> {
        T::show(&**tx, site, &[record]).await
    }
}

impl Subject for Institution {
    type In = InstitutionIn;
    type Out = InstitutionOut;

    fn all(_: &Site) -> Condition {
        Condition::all()
    }

    async fn insert(
        tx: &WriteTx,
        site: &Site,
        id: Uuid,
        body: Body<InstitutionIn>,
    ) -> Result<Versioned<Self>, Halt> {
        institutions::check_new(&site.actor)?;
        let value = institutions::checked(tx, body).await?;
        Ok(record::insert(tx, id, value).await?)
    }

    async fn replace(
        tx: &WriteTx,
        site: &Site,
        before: Versioned<Self>,
        body: Body<InstitutionIn>,
    ) -> Result<Versioned<Self>, Halt> {
        let value = institutions::checked(tx, body).await?;
        if value == before.value {
            return Ok(before);
        }
        let id = before.head.id;
        institutions::check_change(&site.actor, &**tx, id, site.today).await?;
        Ok(record::update(tx, before, value).await?)
    }

    async fn remove(tx: &WriteTx, site: &Site, before: Versioned<Self>) -> Result<(), Halt> {
        // Nobody holds what is new; who may record it may take it back.
        institutions::check_new(&site.actor)?;
        Ok(record::delete(tx, before).await?)
    }

    async fn is_built_on(tx: &WriteTx, id: Uuid) -> Result<bool, RepoError> {
        institution::is_referred_to(&**tx, id).await
    }

    async fn shown(
        tx: &WriteTx,
        site: &Site,
        record: &Versioned<Self>,
    ) -> Result<Vec<InstitutionOut>, Halt> {
        institutions::show(&**tx, site.today, &[record]).await
    }
}
