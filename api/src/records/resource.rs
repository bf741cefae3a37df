//! What a kind of record says of itself, beside what all kinds do.

use std::future::{Future, ready};

use actix_web::http::StatusCode;
use domain::access::{Actor, Needs, Permission, View};
use domain::fault::Faults;
use domain::record::{Shape, Versioned};
use domain::slug::Key;
use domain::state::Machine;
use persistence::record::{self, ColumnOf, Stored};
use persistence::{Condition, Conn, RepoError, kinds, list};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::filter::{Chosen, Filter, Orders};
use super::step::TransitionIn;
use crate::problem::Halt;
use crate::site::Site;
use crate::wire::WriteTx;

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
    /// Recording one, with an example that the reference year takes, unless that is an endpoint of its own or there is none.
    pub create: Option<(Words, &'static str)>,
    /// Changing one, with a patch as an example.
    pub update: Option<(Words, &'static str)>,
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
    /// What one is called, in words.
    pub fn words_one(&self) -> String {
        words(self.one)
    }

    /// What several are called, in words.
    pub fn words_many(&self) -> String {
        words(self.many)
    }
}

/// Where records of a kind are listed.
pub fn list_path<T: Resource>(about: &About) -> String {
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
pub fn item_path<T: Resource>() -> String {
    format!("{}/{{{}}}", list_path::<T>(&T::ABOUT), T::ABOUT.one)
}

/// A name in words. The one word with an accent loses it in names.
fn words(name: &str) -> String {
    name.replace('_', " ").replace("communique", "communiqué")
}

/// A kind of record: what is its own, beside what all kinds do.
pub trait Resource: Shape + Stored {
    /// What is needed to read one.
    type Read: Needs;
    /// What is needed to record one.
    type Create: Needs;
    /// What is needed to change one.
    type Update: Needs;
    /// What is needed to delete one.
    type Delete: Needs;
    /// What is shown besides what is recorded, computed for each answer.
    type Computed: Default + Serialize + ToSchema + 'static;

    /// Whether who writes one takes a turn in the partnership, for the sake of rules across records that no constraint holds.
    const IN_TURN: bool = false;
    /// The column of the account to which one belongs: others see it only where they may read those of all accounts.
    const OWNER: Option<ColumnOf<Self>> = None;
    /// Whether everybody who sees one may change it.
    const WHO_SEES_MAY_CHANGE: bool = Self::OWNER.is_some();
    /// Whether what is shown of one also changes without a change that is noted, such as how far a job is: then a page is tagged
    /// with all that it says.
    const IS_LIVE: bool = false;
    /// How its creation is answered: with 202 where work begins with it.
    const CREATED: (StatusCode, &'static str) = (StatusCode::CREATED, "Recorded");
    /// What the document says of it.
    const ABOUT: About;
    /// What one is named by in a path, and how long that may be.
    const KEY: (&'static str, usize) = match Self::COLUMNS.slug.is_some() {
        true => ("Id or slug", 100),
        false => ("Id", 36),
    };
    /// What a list is filtered by.
    const FILTERS: &'static [Filter<Self>] = &[];
    /// What a list is ordered by.
    const ORDERS: Orders<Self>;

    /// Those that the caller sees, with a view of their partnership.
    fn seen(actor: &Actor, view: View) -> Condition {
        let owner = Self::OWNER.filter(|_| !actor.may_everywhere(Self::Read::PERMISSION));
        let account = actor.account.unwrap_or_default();
        let shown = match view {
            View::Internal | View::Personal => Condition::all(),
            View::Public => Self::public(),
        };
        Condition::all()
            .add(shown)
            .add_option(owner.map(|column| list::leads_to(column, account)))
    }

    /// Among which records a slug must be free.
    fn namesakes(site: &Site) -> Condition {
        scope::<Self>(site)
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
        let institution = value.and_then(Resource::institution);
        ready(Ok((vec![site.id()], institution)))
    }

    /// What else is stored with a new one.
    fn inserted(
        _tx: &WriteTx,
        _site: &Site,
        _record: &Versioned<Self>,
    ) -> impl Future<Output = Result<(), RepoError>> {
        ready(Ok(()))
    }

    /// Does what a change brings with it, such as another invitation.
    fn updated(
        _tx: &WriteTx,
        _before: &Self,
        _after: &Versioned<Self>,
    ) -> impl Future<Output = Result<(), Halt>> {
        ready(Ok(()))
    }

    /// Refuses to change or delete one as it stands, to who may change others.
    fn check_change(
        _conn: &impl Conn,
        _site: &Site,
        _before: &Versioned<Self>,
    ) -> impl Future<Output = Result<(), Halt>> {
        ready(Ok(()))
    }

    /// Does what a deletion brings with it, or refuses it. The row is locked by then: nobody can refer to the record meanwhile.
    fn deleted(
        _tx: &WriteTx,
        _site: &Site,
        _before: &Versioned<Self>,
    ) -> impl Future<Output = Result<(), Halt>> {
        ready(Ok(()))
    }

    /// What several parameters of a list come to together.
    fn together(
        _chosen: &Chosen,
        _conn: &impl Conn,
        _site: &Site,
    ) -> impl Future<Output = Result<Condition, Halt>> {
        ready(Ok(Condition::all()))
    }

    /// Sets what the program knows and nobody sends, and notes what is wrong for the sake of other records, to be told together
    /// with what is wrong by its own rules, which are checked afterwards.
    fn prepare(
        &mut self,
        _tx: &WriteTx,
        _site: &Site,
        _before: Option<&Versioned<Self>>,
        _faults: &mut Faults,
    ) -> impl Future<Output = Result<(), Halt>> {
        ready(Ok(()))
    }

    /// Rules across records, of a record that keeps its own.
    fn rules(
        &self,
        _tx: &WriteTx,
        _site: &Site,
        _before: Option<&Versioned<Self>>,
    ) -> impl Future<Output = Result<(), Halt>> {
        ready(Ok(()))
    }

    /// Makes of a record what the caller is shown today: what is not for the caller is taken out.
    fn hide(&mut self, _site: &Site, _computed: &Self::Computed) {}

    /// Computes what is shown of records besides what is recorded, in their order.
    fn compute(
        _conn: &impl Conn,
        _site: &Site,
        records: &[&Versioned<Self>],
    ) -> impl Future<Output = Result<Vec<Self::Computed>, Halt>> {
        let nothing = records.iter().map(|_| Self::Computed::default());
        ready(Ok(nothing.collect()))
    }
}

/// Those of the partnership, or below the record of the path, that the caller sees.
pub fn scope<T: Resource>(site: &Site) -> Condition {
    let here = T::OF_PARTNERSHIP.then(|| record::of_partnership::<T>(site.id()));
    record::below::<T>(site.parent)
        .add_option(here)
        .add(T::seen(&site.actor, site.view))
}

/// Those of any partnership, or below the record of a key in theirs, that the caller sees: for a statement that reads the
/// partnership, too, before which nobody knows how much of it the caller sees.
pub fn scope_anywhere<T: Resource>(actor: &Actor, parent: Option<&Key>) -> Condition {
    let seen = |view: View| {
        let below = parent.map(|key| kinds::below::<T>(view == View::Public, key));
        T::seen(actor, view).add_option(below)
    };
    if actor.may_everywhere(Permission::ReadInternal) {
        return seen(View::Internal);
    }
    let own = actor.partnerships(Permission::ReadInternal);
    let inside = record::of_partnerships::<T>(own).add(seen(View::Internal));
    Condition::any().add(seen(View::Public)).add(inside)
}

/// A kind of record that stands below others, and is listed for the whole partnership, too.
pub trait AlsoListed: Resource {
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

/// A kind of record with states.
pub trait Stateful: Resource {
    /// Which state may follow which.
    const MACHINE: Machine;

    /// Its state.
    fn status(&self) -> &str;

    /// Whether a step into a state may name the number that it gives.
    fn takes_number(_to: &str) -> bool {
        false
    }

    /// What somebody needs to bring it from where it stands into a state.
    fn permission(&self, _to: &str, _actor: &Actor) -> Permission {
        Permission::WriteRecords
    }

    /// The record in another state, which may follow its own: every rule of that state is checked.
    fn enter(
        tx: &WriteTx,
        site: &Site,
        before: &Versioned<Self>,
        step: &TransitionIn,
    ) -> impl Future<Output = Result<Self, Halt>>;
}
