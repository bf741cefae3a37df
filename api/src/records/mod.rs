//! Records whose type in the domain is their JSON shape, too: five endpoints, with their document, from one description.

mod filter;
mod routes;
mod shape;

use std::rc::Rc;

use domain::access::{Actor, Needs, Permission};
use domain::fault::Faults;
use domain::record::{Shape, Versioned};
use persistence::record::{self, Stored};
use persistence::{Condition, Conn, RepoError, kinds};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::{Halt, Kind, Problem};
use crate::resource::{Resource, Site};
use crate::wire::WriteTx;

pub use filter::Sent;
pub use filter::{Chosen, Filter, Orders, Takeable, Takes};
pub use routes::{ListOfAll, Records, Steps};
pub use shape::{In, Nothing, Out, WithTransitions};

/// What an operation does in one line, and what else is to be said of it.
pub type Words = (&'static str, &'static str);

/// What the document says of a kind of record.
pub struct About {
    /// Its section.
    pub tag: &'static str,
    /// The last part of the path of its list.
    pub collection: &'static str,
    /// What one is called, in names of operations and parameters.
    pub one: &'static str,
    /// What several are called.
    pub many: &'static str,
    /// The slug, or the id, of one in an example.
    pub example: &'static str,
    /// The record in the path below which its list stands, where it is not the partnership alone.
    pub below: Option<Above>,
    /// Listing them.
    pub list: Words,
    /// Reading one.
    pub read: Words,
    /// Recording one.
    pub create: Words,
    /// Changing one, with a patch as an example.
    pub update: (Words, &'static str),
    /// Deleting one.
    pub delete: Words,
}

/// The record below which a list stands.
pub struct Above {
    /// The part of the path of the list in which it stands.
    pub collection: &'static str,
    /// What one is called, in the path.
    pub one: &'static str,
    /// The same in words.
    pub words: &'static str,
    /// The slug of one in an example.
    pub example: &'static str,
}

impl About {
    fn words_one(&self) -> String {
        words(self.one)
    }

    fn words_many(&self) -> String {
        words(self.many)
    }
}

/// Where records of a kind are listed.
fn list_path<T: Described>(about: &About) -> String {
    let within = match T::OF_PARTNERSHIP {
        true => "partnerships/{partnership}/",
        false => "",
    };
    let above = about.below.as_ref().map_or_else(String::new, |above| {
        format!("{}/{{{}}}/", above.collection, above.one)
    });
    format!("/api/v1/{within}{above}{}", about.collection)
}

/// Where one is read.
fn item_path<T: Described>() -> String {
    format!("{}/{{{}}}", list_path::<T>(&T::ABOUT), T::ABOUT.one)
}

/// A name in words. The one word with an accent loses it in names.
fn words(name: &str) -> String {
    name.replace('_', " ").replace("communique", "communiqué")
}

/// A kind of record that is described: what is its own, beside what all kinds do.
pub trait Described: Shape + Stored {
    /// What is needed to read one.
    type Read: Needs;
    /// What is needed to record one.
    type Create: Needs;
    /// What is needed to change one.
    type Update: Needs;
    /// What is needed to delete one.
    type Delete: Needs;
    /// What is shown besides what is recorded.
    type More: Default + Serialize + ToSchema + 'static;

    /// Whether who writes one takes a turn in the partnership, for the sake of rules across records that no constraint holds.
    const IN_TURN: bool = false;
    /// What the document says of it.
    const ABOUT: About;
    /// What one is named by in a path, and how long that may be.
    const KEY: (&'static str, usize) = match Self::COLUMNS.slug.is_some() {
        true => ("Id or slug", 100),
        false => ("Id", 36),
    };
    /// What a list is filtered by.
    const FILTERS: &'static [Filter<Self>];
    /// What a list is ordered by.
    const ORDERS: Orders<Self>;

    /// Those of the partnership, or below the record of the path, that the caller sees.
    fn scope(site: &Site) -> Condition {
        let own = match Self::OF_PARTNERSHIP {
            true => record::of_partnership::<Self>(site.id()),
            false => Condition::all(),
        };
        site.seen(own.add(record::below::<Self>(site.parent)), Self::public())
    }

    /// The record of the path below which they stand; it must be one that the caller sees.
    fn parent(
        _conn: &impl Conn,
        _site: &Site,
        _key: &str,
    ) -> impl Future<Output = Result<Uuid, Halt>> {
        std::future::ready(Err(Problem::of(Kind::NotFound).into()))
    }

    /// Whether the record above is still there; it stays until the transaction ends.
    fn hold_parent(_tx: &WriteTx, _id: Uuid) -> impl Future<Output = Result<bool, RepoError>> {
        std::future::ready(Ok(true))
    }

    /// Among which records a slug must be free.
    fn namesakes(site: &Site) -> Condition {
        Self::scope(site)
    }

    /// The institution whose representative may write it, where there is one.
    fn institution(&self) -> Option<Uuid> {
        None
    }

    /// Whom one belongs to, as far as access goes: the partnerships that hold it, and the institution it is about. A new one
    /// has no id, and no value before its body is checked.
    fn belongs(
        _conn: &impl Conn,
        site: &Site,
        _id: Option<Uuid>,
        value: Option<&Self>,
    ) -> impl Future<Output = Result<(Vec<Uuid>, Option<Uuid>), Halt>> {
        let institution = value.and_then(Described::institution);
        std::future::ready(Ok((vec![site.id()], institution)))
    }

    /// What else is stored with a new one.
    fn inserted(
        _tx: &WriteTx,
        _site: &Site,
        _record: &Versioned<Self>,
    ) -> impl Future<Output = Result<(), RepoError>> {
        std::future::ready(Ok(()))
    }

    /// What somebody needs besides to change or delete one that stands as it does.
    fn protected_from(&self, _actor: &Actor) -> Option<Permission> {
        None
    }

    /// What several parameters of a list come to together.
    fn together(
        _chosen: &Chosen,
        _conn: &impl Conn,
        _site: &Site,
    ) -> impl Future<Output = Result<Condition, Halt>> {
        std::future::ready(Ok(Condition::all()))
    }

    /// Sets what the program knows and nobody sends, before its own rules are checked.
    fn complete(&mut self, _tx: &WriteTx, _site: &Site, _before: Option<&Versioned<Self>>) {}

    /// Notes what is wrong with its values for the sake of other records, where that is told together with what is wrong by
    /// its own rules.
    fn check_against(
        &self,
        _tx: &WriteTx,
        _site: &Site,
        _before: Option<&Versioned<Self>>,
        _faults: &mut Faults,
    ) -> impl Future<Output = Result<(), Halt>> {
        std::future::ready(Ok(()))
    }

    /// Rules across records, of a record that keeps its own.
    fn rules(
        &self,
        _tx: &WriteTx,
        _site: &Site,
        _before: Option<&Versioned<Self>>,
    ) -> impl Future<Output = Result<(), Halt>> {
        std::future::ready(Ok(()))
    }

    /// Makes of a record what the caller is shown today: what is not for the caller is taken out.
    fn hide(&mut self, _site: &Site) {}

    /// What is shown of records besides what is recorded, in their order.
    fn more(
        _conn: &impl Conn,
        _site: &Site,
        records: &[&Versioned<Self>],
    ) -> impl Future<Output = Result<Vec<Self::More>, Halt>> {
        let nothing = records.iter().map(|_| Self::More::default());
        std::future::ready(Ok(nothing.collect()))
    }
}

/// A kind of record that stands below others, and is listed for the whole partnership, too.
pub trait AlsoListed: Described {
    /// Listing all of them.
    const LIST: Words;
    /// What that list is filtered by.
    const FILTERS_OF_ALL: &'static [Filter<Self>] = Self::FILTERS;
    /// What that list is ordered by.
    const ORDERS_OF_ALL: Orders<Self> = Self::ORDERS;

    /// What the document says of that list.
    const ABOUT_ALL: About = About {
        below: None,
        list: Self::LIST,
        ..Self::ABOUT
    };
}

impl<T: Described> Resource for T {
    type In = In<T>;
    type Out = Out<T, T::More>;
    const IN_TURN: bool = <T as Described>::IN_TURN;

    fn scope(site: &Site) -> Condition {
        <T as Described>::scope(site)
    }

    async fn parent(conn: &impl Conn, site: &Site, key: &str) -> Result<Uuid, Halt> {
        <T as Described>::parent(conn, site, key).await
    }

    async fn hold_parent(tx: &WriteTx, id: Uuid) -> Result<bool, RepoError> {
        <T as Described>::hold_parent(tx, id).await
    }

    fn protected_from(&self, actor: &Actor) -> Option<Permission> {
        Described::protected_from(self, actor)
    }

    fn namesakes(site: &Site) -> Condition {
        <T as Described>::namesakes(site)
    }

    async fn checked(
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<T>>,
        In(mut value): In<T>,
    ) -> Result<T, Halt> {
        let parent = before.and_then(|before| before.value.parent_id());
        value.place(site.id(), parent.or(site.parent));
        if let Some(before) = before {
            value.keep(&before.value);
        }
        value.complete(tx, site, before);
        let mut faults = Faults::new();
        value.check_against(tx, site, before, &mut faults).await?;
        let checked = value.checked_with(&site.calendar(), faults);
        let value = checked.map_err(Problem::from)?;
        value.rules(tx, site, before).await?;
        Ok(value.into_inner())
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Shape::slug_mut(self)
    }

    async fn show(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<T>],
    ) -> Result<Vec<Out<T, T::More>>, Halt> {
        let more = T::more(conn, site, records).await?;
        let shown = records.iter().zip(more).map(|(record, more)| {
            let mut value = record.value.clone();
            value.hide(site);
            Out::of(record.head, value, more)
        });
        let shown: Vec<_> = shown.collect();
        let mentioned = shown.iter().flat_map(Out::mentioned).collect();
        let names = Rc::new(kinds::names(conn, site.is_public(), mentioned).await?);
        let named = shown
            .into_iter()
            .map(|shown| shown.with_names(Rc::clone(&names)));
        Ok(named.collect())
    }

    fn institution(&self) -> Option<Uuid> {
        Described::institution(self)
    }

    async fn belongs(
        conn: &impl Conn,
        site: &Site,
        id: Option<Uuid>,
        value: Option<&T>,
    ) -> Result<(Vec<Uuid>, Option<Uuid>), Halt> {
        <T as Described>::belongs(conn, site, id, value).await
    }

    async fn inserted(tx: &WriteTx, site: &Site, record: &Versioned<T>) -> Result<(), RepoError> {
        <T as Described>::inserted(tx, site, record).await
    }
}
