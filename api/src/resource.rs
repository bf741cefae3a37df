//! Records of a partnership over HTTP: the steps that all their endpoints take, once.
//!
//! A kind of record says what is its own in [`Resource`]; its handlers name path, permission and shapes, and call
//! [`list`], [`read`], [`create`], [`update`], [`delete`] or [`transition`].

use std::future::{Future, Ready, ready};
use std::rc::Rc;

use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, web};
use chrono::NaiveDate;
use domain::access::{Actor, Needs, Permission, Place, View};
use domain::fault::{Faults, Rule};
use domain::partnership::Partnership;
use domain::record::{Calendar, Head, Versioned};
use domain::state::{Machine, check_reason};
use persistence::list::{self, Ask, Sort, Vanished};
use persistence::record::{self, ColumnOf, MadeSlug, Stored};
use persistence::{Condition, Conn, RepoError, change, kinds};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::auth::{Require, forbidden};
use crate::clock::Clock;
use crate::find;
use crate::problem::{Halt, Kind, Problem};
use crate::state::AppState;
use crate::wire::ListFormat;
use crate::wire::{
    self, Body, Fetched, IfMatch, List, MergePatch, Query, Write, WriteTx, created, has_already,
    no_content, not_modified, updated,
};

/// What a handler answers.
pub type Answer = Result<HttpResponse, Halt>;

/// The partnership of a path, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InPartnership {
    /// Id or slug.
    #[param(max_length = 100, example = "partnerstwo-lubuskie")]
    #[expect(dead_code, reason = "documents the path")]
    partnership: String,
}

/// Whether to try only.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DryRun {
    /// Answers what would change and changes nothing.
    #[serde(default)]
    #[param(default = false, required = false, example = true)]
    pub dry_run: bool,
}

/// Where a request is and who asks.
pub struct Site {
    /// The partnership of the path.
    pub partnership: Versioned<Partnership>,
    /// The record between the partnership and the collection, where the path has one.
    pub parent: Option<Uuid>,
    /// Who asks.
    pub actor: Actor,
    /// What the caller sees of the partnership.
    pub view: View,
    /// The calendar day in the partnership's time zone.
    pub today: NaiveDate,
    /// The calendar year for which is shown what is computed for a year; the current one when absent.
    pub year: Option<i32>,
}

impl Site {
    /// A partnership as somebody sees it.
    pub fn in_partnership(
        partnership: Versioned<Partnership>,
        actor: &Actor,
        clock: &Clock,
    ) -> Self {
        Self {
            view: actor.view(partnership.head.id),
            today: clock.today_in(partnership.value.tz()),
            partnership,
            parent: None,
            actor: actor.clone(),
            year: None,
        }
    }

    /// The place of what all partnerships share: of no partnership, by the calendar of Poland, and seen alike by everybody.
    pub fn shared(actor: &Actor, clock: &Clock) -> Self {
        let nowhere = Head {
            id: Uuid::nil(),
            version: 0,
            created_at: clock.now(),
            modified_at: clock.now(),
        };
        let partnership = Versioned {
            head: nowhere,
            value: Partnership::default(),
        };
        Self {
            view: View::Public,
            ..Self::in_partnership(partnership, actor, clock)
        }
    }

    /// Whether it is that of what all partnerships share.
    pub fn is_shared(&self) -> bool {
        self.id().is_nil()
    }

    /// The partnership's id; of what all partnerships share one that none has.
    pub fn id(&self) -> Uuid {
        self.partnership.head.id
    }

    /// `scope` as it is for those who work in the partnership; `public` besides for others.
    pub fn seen(&self, scope: Condition, public: Condition) -> Condition {
        match self.view {
            View::Internal | View::Personal => scope,
            View::Public => scope.add(public),
        }
    }

    /// Whether the caller sees only what everybody does.
    pub fn is_public(&self) -> bool {
        self.view == View::Public
    }

    /// What rules are checked by here.
    pub fn calendar(&self) -> Calendar {
        Calendar {
            today: self.today,
            zone: self.partnership.value.tz(),
        }
    }

    /// Whether the caller may do something with what belongs to an institution here, or to none.
    pub fn allows(&self, permission: Permission, institution: Option<Uuid>) -> bool {
        let place = Place {
            partnerships: &[self.id()],
            institution,
        };
        self.actor.may(permission, place)
    }

    /// The entity tag of a list here. The day is part of it, since states follow from it, and so is what the caller may do.
    pub async fn list_tag(
        &self,
        conn: &impl Conn,
        request: &HttpRequest,
        format: ListFormat,
    ) -> Result<String, Halt> {
        if self.is_shared() {
            return wire::list_tag(conn, request, self.today, format).await;
        }
        // Read before all that is shown: that is at least as new as the tag promises.
        let sequence = change::feed::sequence_of(conn, Some(self.id())).await?;
        let scopes = self.actor.scopes.iter().flatten().map(|scope| scope.code());
        let depends_on = (
            request.uri().to_string(),
            format,
            self.today,
            &self.actor.grants,
            self.actor
                .scopes
                .is_some()
                .then(|| scopes.collect::<Vec<_>>()),
        );
        Ok(wire::sequence_tag(sequence, self.view, &depends_on))
    }

    /// Of which records `modified_since` tells that the caller does not see them any more.
    fn vanished(&self) -> Option<Vanished> {
        (!self.is_shared()).then(|| Vanished {
            narrowest: self.view.narrowest(),
            partnership: self.id(),
            parent: self.parent,
        })
    }

    /// Refuses what is not allowed.
    pub fn check(&self, permission: Permission, institution: Option<Uuid>) -> Result<(), Problem> {
        if self.allows(permission, institution) {
            Ok(())
        } else {
            Err(forbidden(&self.actor, permission))
        }
    }

    /// The partnership of a path, and the record above the collection.
    pub async fn of<T: Resource, P: Needs>(
        conn: &impl Conn,
        actor: &Require<P>,
        keys: &[String],
        clock: &Clock,
    ) -> Result<Self, Halt> {
        if !T::OF_PARTNERSHIP {
            return Ok(Self::shared(actor, clock));
        }
        let [partnership, parents @ ..] = keys else {
            return Err(Problem::of(Kind::NotFound).into());
        };
        let partnership = find::partnership(conn, partnership).await?;
        let id = partnership.head.id;
        if !actor.may_in(P::PERMISSION, id) {
            return Err(forbidden(actor, P::PERMISSION).into());
        }
        let mut site = Self::in_partnership(partnership, actor, clock);
        if let Some(parent) = parents.first() {
            site.parent = Some(T::parent(conn, &site, parent).await?);
        }
        Ok(site)
    }
}

/// What is a kind of record's own.
pub trait Resource: Stored + 'static {
    /// The body that creates one, and the base of a patch.
    type In: Serialize + DeserializeOwned + for<'a> From<&'a Self> + 'static;
    /// Its JSON shape.
    type Out: Serialize + ToSchema + 'static;
    /// Whether who writes one takes a turn in the partnership, for the sake of rules across records that no constraint holds.
    /// The turn comes before what the body names is held: otherwise two who wait could wait for each other.
    const IN_TURN: bool = false;
    /// How its creation is answered: with 202 where work begins with it.
    const CREATED: StatusCode = StatusCode::CREATED;

    /// Those of the partnership, or of the parent, that the caller sees.
    fn scope(site: &Site) -> Condition;

    /// The parent that a path names; it must be one the caller sees.
    fn parent(
        _conn: &impl Conn,
        _site: &Site,
        _key: &str,
    ) -> impl Future<Output = Result<Uuid, Halt>> {
        ready(Err(Problem::of(Kind::NotFound).into()))
    }

    /// Whether the parent is still there; it stays until the transaction ends.
    fn hold_parent(_tx: &WriteTx, _id: Uuid) -> impl Future<Output = Result<bool, RepoError>> {
        ready(Ok(true))
    }

    /// What somebody needs besides to change or delete one that stands as it does.
    fn protected_from(&self, _actor: &Actor) -> Option<Permission> {
        None
    }

    /// Among which records a slug must be free.
    fn namesakes(site: &Site) -> Condition {
        Self::scope(site)
    }

    /// Checks a body against its own rules and against other records. What a body does not say, such as the state,
    /// is kept from `before`.
    fn checked(
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        body: Self::In,
    ) -> impl Future<Output = Result<Self, Halt>>;

    /// Shows records, in their order; what they refer to is looked up once for all.
    fn show(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> impl Future<Output = Result<Vec<Self::Out>, Halt>>;

    /// Its slug, where it has one that is made from a title.
    fn slug_mut(&mut self) -> Option<&mut String> {
        None
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
        ready(Ok((vec![site.id()], value.and_then(Self::institution))))
    }

    /// What else is stored with a new one.
    fn inserted(
        _tx: &WriteTx,
        _site: &Site,
        _record: &Versioned<Self>,
    ) -> impl Future<Output = Result<(), RepoError>> {
        ready(Ok(()))
    }
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

/// The states into which the caller may bring a record.
pub fn allowed_transitions<T: Stateful>(site: &Site, value: &T) -> Vec<String> {
    let institution = value.institution();
    let may = |to: &&str| site.allows(value.permission(to, &site.actor), institution);
    let next = T::MACHINE.allowed(value.status()).iter().copied();
    next.filter(may).map(str::to_owned).collect()
}

/// Filters and order of a list of `T`.
pub trait Filter<T: Stored>: DeserializeOwned {
    /// The condition within the partnership; what names no existing code or record is refused.
    fn condition(
        &self,
        conn: &impl Conn,
        site: &Site,
    ) -> impl Future<Output = Result<Condition, Halt>>;

    /// The order.
    fn sort(&self) -> Sort<ColumnOf<T>>;
}

/// A request that reads records of a partnership.
pub struct Read {
    state: web::Data<AppState>,
    keys: Vec<String>,
    request: HttpRequest,
    year: Option<i32>,
}

impl Read {
    /// Shows of a calendar year what is computed for a year.
    pub fn in_year(self, year: Option<i32>) -> Self {
        Self { year, ..self }
    }
}

impl FromRequest for Read {
    type Error = Halt;
    type Future = Ready<Result<Self, Halt>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let read = || -> Result<Self, Problem> {
            let state = request.app_data::<web::Data<AppState>>();
            Ok(Self {
                state: state.cloned().ok_or_else(|| Problem::of(Kind::Internal))?,
                keys: wire::path_keys(request)?,
                request: request.clone(),
                year: None,
            })
        };
        ready(read().map_err(Halt::from))
    }
}

/// Answers a list.
pub async fn list<T: Resource, P: Needs, F: Filter<T> + 'static>(
    actor: &Require<P>,
    read: &Read,
    list: List<F>,
) -> Answer {
    let state = read.state.clone();
    let site = Site::of::<T, P>(&state.db, actor, &read.keys, &state.clock).await?;
    let site = Rc::new(Site {
        year: read.year,
        ..site
    });
    let tag = site
        .list_tag(&state.db, &read.request, list.format())
        .await?;
    if has_already(&read.request, &tag) {
        return Ok(not_modified(tag));
    }
    listed::<T, F>(state, site, list, Some(tag)).await
}

/// Answers a list of what also changes without a change that is noted, such as how far a job is: a page is tagged with
/// all that it says.
pub async fn list_moving<T: Resource, P: Needs, F: Filter<T> + 'static>(
    actor: &Require<P>,
    read: &Read,
    list: List<F>,
) -> Answer {
    let state = read.state.clone();
    let site = Site::of::<T, P>(&state.db, actor, &read.keys, &state.clock).await?;
    listed::<T, F>(state, Rc::new(site), list, None).await
}

async fn listed<T: Resource, F: Filter<T> + 'static>(
    state: web::Data<AppState>,
    site: Rc<Site>,
    list: List<F>,
    tag: Option<String>,
) -> Answer {
    let fetched = move |list: List<F>| {
        let (state, site) = (state.clone(), Rc::clone(&site));
        async move {
            let db = &state.db;
            let condition = T::scope(&site).add(list.filter.condition(db, &site).await?);
            let ask = Ask {
                vanished: site.vanished(),
                ..list.ask(condition, list.filter.sort())?
            };
            let page = list::page::<T>(db, ask).await?;
            let shown = T::show(db, &site, &page.records().collect::<Vec<_>>()).await?;
            Ok(Fetched::page(page, shown))
        }
    };
    list.answer(tag, fetched).await
}

/// Answers one record.
pub async fn read<T: Resource, P: Needs>(actor: &Require<P>, read: &Read) -> Answer {
    let (site, record) = found::<T, P>(actor, read).await?;
    let site = Site {
        year: read.year,
        ..site
    };
    let shown = show_one(&read.state.db, &site, &record).await?;
    Ok(wire::read(&read.request, &record.head, site.view, &shown))
}

/// Records something new.
pub async fn create<T: Resource, P: Needs>(
    actor: &Require<P>,
    write: Write,
    body: Body<T::In>,
) -> Answer
where
    T::In: ToSchema,
{
    let tx = write.begin().await?;
    let site = Site::of::<T, P>(&*tx, actor, &write.keys()?, write.clock()).await?;
    let mut held = match site.is_shared() {
        true => {
            allow::<T>(&*tx, &site, P::PERMISSION, None, None).await?;
            true
        }
        false => record::hold::<Partnership>(&tx, site.id()).await?,
    };
    if let Some(parent) = site.parent {
        held &= T::hold_parent(&tx, parent).await?;
    }
    if !held {
        return Err(Problem::of(Kind::NotFound).into());
    }
    let record = insert::<T>(&tx, &site, P::PERMISSION, tx.new_id(), body).await?;
    let shown = show_one(&*tx, &site, &record).await?;
    let location = format!("{}/{}", write.path(), record.head.id);
    let mut answer = created(location, &record.head, site.view, &shown);
    *answer.status_mut() = T::CREATED;
    tx.commit(answer).await
}

/// Checks and stores something new.
pub async fn insert<T: Resource>(
    tx: &WriteTx,
    site: &Site,
    permission: Permission,
    id: Uuid,
    body: Body<T::In>,
) -> Result<Versioned<T>, Halt> {
    let (value, made) = checked::<T>(tx, site, None, body).await?;
    allow(&**tx, site, permission, None, Some(&value)).await?;
    let record = record::insert_named(tx, id, value, made).await?;
    T::inserted(tx, site, &record).await?;
    Ok(record)
}

/// Refuses what the caller may not do with a record, or a new one.
async fn allow<T: Resource>(
    conn: &impl Conn,
    site: &Site,
    permission: Permission,
    id: Option<Uuid>,
    value: Option<&T>,
) -> Result<(), Halt> {
    let (partnerships, institution) = T::belongs(conn, site, id, value).await?;
    let place = Place {
        partnerships: &partnerships,
        institution,
    };
    match site.actor.may(permission, place) {
        true => Ok(()),
        false => Err(forbidden(&site.actor, permission).into()),
    }
}

/// Refuses to change what the caller may not change, or not as it stands.
pub async fn check_change<T: Resource>(
    conn: &impl Conn,
    site: &Site,
    permission: Permission,
    before: &Versioned<T>,
) -> Result<(), Halt> {
    let (id, value) = (Some(before.head.id), Some(&before.value));
    allow(conn, site, permission, id, value).await?;
    match before.value.protected_from(&site.actor) {
        Some(permission) => allow(conn, site, permission, id, value).await,
        None => Ok(()),
    }
}

/// A body whose links lead to what it names; nobody deletes that until the transaction ends.
pub async fn resolved<I: DeserializeOwned>(
    tx: &WriteTx,
    site: &Site,
    body: Body<I>,
) -> Result<Body<I>, Halt> {
    if body.names().is_empty() {
        return Ok(body);
    }
    let found = kinds::hold(tx, site.id(), body.names()).await?;
    Ok(body.resolved(found)?)
}

/// Where the slug is to be made, because the body has none.
fn made_slug<T: Resource>(site: &Site, body: &Body<T::In>) -> Option<MadeSlug<T>> {
    body.lacks("slug").then(|| MadeSlug {
        among: T::namesakes(site),
        of: T::slug_mut,
    })
}

/// Checks and stores what a record is changed to, which the caller may change as it stands.
pub async fn replace<T: Resource>(
    tx: &WriteTx,
    site: &Site,
    permission: Permission,
    before: Versioned<T>,
    body: Body<T::In>,
) -> Result<Versioned<T>, Halt> {
    let (value, made) = checked(tx, site, Some(&before), body).await?;
    store_change(tx, site, permission, before, value, made).await
}

/// Checks a body against its own rules and against other records; what its links name is found, and where it has no slug,
/// one is to be made.
pub async fn checked<T: Resource>(
    tx: &WriteTx,
    site: &Site,
    before: Option<&Versioned<T>>,
    body: Body<T::In>,
) -> Result<(T, Option<MadeSlug<T>>), Halt> {
    if T::IN_TURN {
        tx.take_turn(site.id()).await?;
    }
    let body = resolved(tx, site, body).await?;
    let made = made_slug(site, &body);
    let check = async |body| T::checked(tx, site, before, body).await;
    Ok((tx.checked(body, check).await?, made))
}

/// Stores what a record is changed to.
pub async fn store_change<T: Resource>(
    tx: &WriteTx,
    site: &Site,
    permission: Permission,
    before: Versioned<T>,
    value: T,
    made: Option<MadeSlug<T>>,
) -> Result<Versioned<T>, Halt> {
    // Nor may a record be given away to where the caller could not have made it.
    let id = Some(before.head.id);
    allow(&**tx, site, permission, id, Some(&value)).await?;
    Ok(record::update_named(tx, before, value, made).await?)
}

/// Changes a record by a merge patch.
pub async fn update<T: Resource, P: Needs>(
    actor: &Require<P>,
    write: Write,
    if_match: &IfMatch,
    patch: Body<MergePatch<T::In>>,
) -> Answer
where
    T::In: ToSchema,
{
    let tx = write.begin().await?;
    let (site, before) = find::<T, P>(&*tx, actor, &write.keys()?, write.clock()).await?;
    check_change(&*tx, &site, P::PERMISSION, &before).await?;
    if_match.check(&before.head)?;
    let merged = patch.whole()?.apply(&T::In::from(&before.value))?;
    let after = replace(&tx, &site, P::PERMISSION, before, merged).await?;
    let shown = show_one(&*tx, &site, &after).await?;
    tx.commit(updated(&after.head, site.view, &shown)).await
}

/// Deletes a record that no other one refers to.
pub async fn delete<T: Resource, P: Needs>(
    actor: &Require<P>,
    write: Write,
    if_match: &IfMatch,
) -> Answer {
    let tx = write.begin().await?;
    let (site, before) = find::<T, P>(&*tx, actor, &write.keys()?, write.clock()).await?;
    check_change(&*tx, &site, P::PERMISSION, &before).await?;
    if_match.check(&before.head)?;
    let id = before.head.id;
    record::delete(&tx, before).await?;
    // Asked once its row is locked: nobody can refer to it any more meanwhile.
    if kinds::is_referred_to(&*tx, T::KIND, id).await? {
        return Err(Problem::of(Kind::StillReferredTo).into());
    }
    tx.commit(no_content()).await
}

/// A step into another state.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransitionIn {
    /// The state: one of `allowed_transitions`.
    #[schema(max_length = 100, example = "held")]
    pub to: String,
    /// Why; kept with the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, example = "Zebrano wymagane kworum")]
    pub reason: Option<String>,
    /// The day from which it holds, where the state has one, such as the day of adoption; today when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2016-02-24")]
    pub effective_on: Option<NaiveDate>,
    /// The number n/YYYY, where the state gives one and it is not to be the next: of what was adopted before something that
    /// has a number already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, example = json!(null))]
    pub number: Option<String>,
}

impl TransitionIn {
    /// A step that was sent, and its reason, which is checked.
    pub fn read(sent: Body<Self>) -> Result<(Self, Option<String>), Problem> {
        sent.checked(|step| {
            let reason = check_reason(step.reason.as_deref())?;
            Ok((step, reason))
        })
    }

    /// Refuses a day, for a state that carries none.
    pub fn undated(&self) -> Result<(), Problem> {
        match self.effective_on {
            None => Ok(()),
            Some(_) => Err(Problem::of(Kind::InvalidValues).at("/effective_on", Rule::Conflict)),
        }
    }

    /// Refuses a number, for a state that gives none.
    pub fn unnumbered(&self) -> Result<(), Problem> {
        match self.number {
            None => Ok(()),
            Some(_) => Err(Problem::of(Kind::InvalidValues).at("/number", Rule::Conflict)),
        }
    }

    /// What is wrong with the record, where its day at `pointer` came from the step.
    pub fn refused(pointer: &str, faults: Faults) -> Problem {
        let mut faults = faults.into_vec();
        for fault in faults.iter_mut().filter(|fault| fault.pointer == pointer) {
            fault.pointer = "/effective_on".to_owned();
        }
        Problem::of(Kind::InvalidValues).faults(faults)
    }
}

/// Brings a record into another state, or only says what that would be.
pub async fn transition<T: Stateful, P: Needs>(
    actor: &Require<P>,
    write: Write,
    if_match: &IfMatch,
    trial: Query<DryRun>,
    step: Body<TransitionIn>,
) -> Answer {
    let (step, reason) = TransitionIn::read(step)?;
    let tx = write.begin().await?;
    let (site, before) = find::<T, P>(&*tx, actor, &write.keys()?, write.clock()).await?;
    let institution = before.value.institution();
    site.check(P::PERMISSION, institution)?;
    if_match.check(&before.head)?;
    if !T::MACHINE.permits(before.value.status(), &step.to) {
        let allowed = allowed_transitions(&site, &before.value);
        return Err(Problem::invalid_transition(before.value.status(), allowed).into());
    }
    site.check(before.value.permission(&step.to, &site.actor), institution)?;
    if !T::takes_number(&step.to) {
        step.unnumbered()?;
    }
    let value = T::enter(&tx, &site, &before, &step).await?;
    if let Some(reason) = reason {
        tx.because(reason);
    }
    let after = record::update(&tx, before, value).await?;
    let shown = show_one(&*tx, &site, &after).await?;
    let answer = updated(&after.head, site.view, &shown);
    if trial.into_inner().dry_run {
        // Without a tag: the version it shows does not exist.
        return Ok(HttpResponse::build(StatusCode::OK).json(&shown));
    }
    tx.commit(answer).await
}

/// The record that is read.
pub async fn found<T: Resource, P: Needs>(
    actor: &Require<P>,
    read: &Read,
) -> Result<(Site, Versioned<T>), Halt> {
    find(&read.state.db, actor, &read.keys, &read.state.clock).await
}

/// The record of a path.
async fn find<T: Resource, P: Needs>(
    conn: &impl Conn,
    actor: &Require<P>,
    keys: &[String],
    clock: &Clock,
) -> Result<(Site, Versioned<T>), Halt> {
    let missing = || Problem::of(Kind::NotFound);
    let (key, parents) = keys.split_last().ok_or_else(missing)?;
    let site = Site::of::<T, P>(conn, actor, parents, clock).await?;
    let found = find::of_path(conn, T::scope(&site), key).await?;
    Ok((site, found))
}

/// Shows one record.
pub async fn show_one<T: Resource>(
    conn: &impl Conn,
    site: &Site,
    record: &Versioned<T>,
) -> Result<T::Out, Halt> {
    let shown = T::show(conn, site, &[record]).await?.pop();
    shown.ok_or_else(|| Problem::of(Kind::Internal).into())
}
