//! The steps that the endpoints of every kind of record take, once.

use std::future::{Ready, ready};
use std::rc::Rc;

use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, web};
use chrono::NaiveDate;
use domain::access::audience::Audience;
use domain::access::{Needs, Permission, Place, View};
use domain::fault::Faults;
use domain::link::{Name, Shown as Mentioned};
use domain::partnership::Partnership;
use domain::record::{Kind as RecordKind, Shape, Versioned};
use domain::slug::Key;
use persistence::list::{self, Ask};
use persistence::record::{self, ColumnOf, MadeSlug};
use persistence::{Condition, Conn, institution, kinds, partnership};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::filter::{Filter, Orders};
use super::query::Sent;
use super::resource::{Resource, Stateful, scope, scope_anywhere};
use super::shape::{In, Out};
use super::step::{DryRun, TransitionIn};
use crate::auth::{Require, forbidden};
use crate::clock::Clock;
use crate::find;
use crate::problem::{Halt, Kind, Problem};
use crate::site::Site;
use crate::state::AppState;
use crate::wire::{
    self, Body, Fetched, IfMatch, List, MergePatch, Query, Write, WriteTx, created, has_already,
    no_content, not_modified, updated,
};

/// What a handler answers.
pub type Answer = Result<HttpResponse, Halt>;

/// A record of kind `T` as it is shown.
pub type Shown<T> = Out<T, <T as Resource>::Computed>;

/// The partnership of a path, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InPartnership {
    /// Id or slug.
    #[param(max_length = 100, example = "partnerstwo-lubuskie")]
    #[expect(dead_code, reason = "documents the path")]
    partnership: String,
}

/// The site of a request: the partnership that its path names, where the caller must hold `P`, and the record above the
/// collection, which must be one that the caller sees.
pub async fn site_of<T: Resource, P: Needs>(
    conn: &impl Conn,
    actor: &Require<P>,
    keys: &[String],
    clock: &Clock,
) -> Result<Site, Halt> {
    let (mut site, parents) = if T::OF_PARTNERSHIP {
        let [partnership, parents @ ..] = keys else {
            return Err(Problem::of(Kind::NotFound).into());
        };
        let partnership = find::partnership(conn, partnership).await?;
        (site_in(partnership, actor, clock)?, parents)
    } else {
        // What is not for everybody is seen by those alone who may read it.
        let view = match T::AUDIENCE {
            Audience::Public => View::Public,
            _ => View::Personal,
        };
        let shared = Site::shared(actor, clock);
        (Site { view, ..shared }, keys)
    };
    if let (Some(key), Some(kind)) = (parents.first(), T::KIND.parent()) {
        site.parent = Some(parent_of(conn, &site, kind, key).await?);
    }
    Ok(site)
}

/// The site of a request in a partnership, where the caller must hold `P`.
fn site_in<P: Needs>(
    partnership: Versioned<Partnership>,
    actor: &Require<P>,
    clock: &Clock,
) -> Result<Site, Problem> {
    match actor.may_in(P::PERMISSION, partnership.head.id) {
        true => Ok(Site::in_partnership(partnership, actor, clock)),
        false => Err(forbidden(actor, P::PERMISSION)),
    }
}

/// The record above a collection, by its key in the path.
async fn parent_of(
    conn: &impl Conn,
    site: &Site,
    kind: RecordKind,
    key: &str,
) -> Result<Uuid, Halt> {
    let found = match Key::parse(key) {
        Ok(key) => kinds::find(conn, site.id(), site.is_public(), kind, &key).await?,
        Err(_) => None,
    };
    Ok(found.ok_or_else(|| Problem::of(Kind::NotFound))?)
}

/// Whether the record above a collection is still there; it stays until the transaction ends.
pub async fn is_parent_held<T: Resource>(tx: &WriteTx, site: &Site) -> Result<bool, Halt> {
    let (Some(id), Some(kind)) = (site.parent, T::KIND.parent()) else {
        return Ok(true);
    };
    let held = kinds::hold(tx, site.id(), &[(kind, id.to_string())]).await?;
    Ok(!held.is_empty())
}

/// A request that reads records.
pub struct Read {
    state: web::Data<AppState>,
    keys: Vec<String>,
    request: HttpRequest,
    year: Option<i32>,
    as_of: Option<NaiveDate>,
}

impl Read {
    /// Shows of a calendar year what is computed for a year, and of a day what institutions were called.
    pub fn of(self, year: Option<i32>, as_of: Option<NaiveDate>) -> Self {
        Self {
            year,
            as_of,
            ..self
        }
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
                as_of: None,
            })
        };
        ready(read().map_err(Halt::from))
    }
}

/// Answers a list, by its filters and orders.
pub async fn list<T: Resource, P: Needs>(
    actor: &Require<P>,
    read: &Read,
    list: List<Sent<T>>,
    filters: &'static [Filter<T>],
    orders: &'static Orders<T>,
) -> Answer {
    let state = read.state.clone();
    let site = site_of::<T, P>(&state.db, actor, &read.keys, &state.clock).await?;
    let site = Rc::new(Site {
        year: read.year,
        as_of: read.as_of,
        ..site
    });
    let tag = match T::IS_LIVE {
        true => None,
        false => {
            let format = list.format();
            Some(site.list_tag(&state.db, &read.request, format).await?)
        }
    };
    if let Some(tag) = tag.as_ref().filter(|tag| has_already(&read.request, tag)) {
        return Ok(not_modified(tag.clone()));
    }
    let fetched = move |list: List<Sent<T>>| {
        let (state, site) = (state.clone(), Rc::clone(&site));
        async move {
            let db = &state.db;
            let asked = list.filter.condition(filters, orders, db, &site).await?;
            let condition = Condition::all().add(scope::<T>(&site)).add(asked);
            let ask = Ask {
                vanished: site.vanished(),
                ..list.ask(condition, list.filter.sort(orders))?
            };
            fetch::<T>(db, &site, ask).await
        }
    };
    list.answer(tag, fetched).await
}

/// Reads a page of records as they are shown.
pub async fn fetch<T: Resource>(
    conn: &impl Conn,
    site: &Site,
    ask: Ask<ColumnOf<T>>,
) -> Result<Fetched<Shown<T>>, Halt> {
    let page = list::page::<T>(conn, ask).await?;
    let shown = show(conn, site, &page.records().collect::<Vec<_>>()).await?;
    Ok(Fetched::page(page, shown))
}

/// Answers one record.
pub async fn read<T: Resource, P: Needs>(actor: &Require<P>, read: &Read) -> Answer {
    let (site, record) = found::<T, P>(actor, read).await?;
    let site = Site {
        year: read.year,
        as_of: read.as_of,
        ..site
    };
    let shown = show_one(&read.state.db, &site, &record).await?;
    Ok(wire::read(&read.request, &record.head, site.view, &shown))
}

/// Records something new.
pub async fn create<T: Resource, P: Needs>(
    actor: &Require<P>,
    write: Write,
    body: Body<In<T>>,
) -> Answer {
    let tx = write.begin().await?;
    let site = site_of::<T, P>(&*tx, actor, &write.keys()?, write.clock()).await?;
    let held = match site.is_shared() {
        true => {
            allow::<T>(&*tx, &site, P::PERMISSION, None, None).await?;
            true
        }
        false => record::hold::<Partnership>(&tx, site.id()).await?,
    };
    if !held || !is_parent_held::<T>(&tx, &site).await? {
        return Err(Problem::of(Kind::NotFound).into());
    }
    let record = insert::<T>(&tx, &site, P::PERMISSION, tx.new_id(), body).await?;
    let shown = show_one(&*tx, &site, &record).await?;
    let location = format!("{}/{}", write.path(), record.head.id);
    let mut answer = created(location, &record.head, site.view, &shown);
    *answer.status_mut() = T::CREATED.0;
    tx.commit(answer).await
}

/// Checks and stores something new.
pub async fn insert<T: Resource>(
    tx: &WriteTx,
    site: &Site,
    permission: Permission,
    id: Uuid,
    body: Body<In<T>>,
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
    if T::WHO_SEES_MAY_CHANGE {
        return Ok(());
    }
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
    allow(
        conn,
        site,
        permission,
        Some(before.head.id),
        Some(&before.value),
    )
    .await?;
    T::check_change(conn, site, before).await
}

/// A body whose links lead to what it names; nobody deletes that until the transaction ends. Not everybody may know which accounts
/// there are: a link to one is the id that was sent, and the kind that links says whether the caller sees it.
pub async fn resolved<I: DeserializeOwned>(
    tx: &WriteTx,
    site: &Site,
    body: Body<I>,
) -> Result<Body<I>, Halt> {
    if body.names().is_empty() {
        return Ok(body);
    }
    let (accounts, others): (Vec<Name>, Vec<Name>) =
        (body.names().iter().cloned()).partition(|(kind, _)| *kind == RecordKind::Account);
    let mut found = kinds::hold(tx, site.id(), &others).await?;
    found.extend(
        accounts
            .into_iter()
            .filter_map(|name| match Key::parse(&name.1) {
                Ok(Key::Id(id)) => Some((name, id)),
                _ => None,
            }),
    );
    Ok(body.resolved(found)?)
}

/// Checks and stores what a record is changed to, which the caller may change as it stands.
pub async fn replace<T: Resource>(
    tx: &WriteTx,
    site: &Site,
    permission: Permission,
    before: Versioned<T>,
    body: Body<In<T>>,
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
    body: Body<In<T>>,
) -> Result<(T, Option<MadeSlug<T>>), Halt> {
    if T::IN_TURN {
        tx.take_turn(site.id()).await?;
    }
    let body = resolved(tx, site, body).await?;
    let made = body.lacks("slug").then(|| MadeSlug {
        among: T::namesakes(site),
        of: <T as Shape>::slug_mut,
    });
    let check = async |In(value)| check::<T>(tx, site, before, value).await;
    Ok((tx.checked(body, check).await?, made))
}

/// Checks what was sent; what it does not say, such as the state, is kept from `before`.
pub async fn check<T: Resource>(
    tx: &WriteTx,
    site: &Site,
    before: Option<&Versioned<T>>,
    mut value: T,
) -> Result<T, Halt> {
    let parent = before.and_then(|before| before.value.parent_id());
    value.place(site.id(), parent.or(site.parent));
    if let Some(before) = before {
        value.keep(&before.value);
    }
    let mut faults = Faults::new();
    value.prepare(tx, site, before, &mut faults).await?;
    let checked = value.checked_with(&site.calendar(), faults);
    let value = checked.map_err(Problem::from)?;
    value.rules(tx, site, before).await?;
    Ok(value.into_inner())
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
    let stood = before.value.clone();
    let after = record::update_named(tx, before, value, made).await?;
    T::updated(tx, &stood, &after).await?;
    Ok(after)
}

/// Changes a record by a merge patch.
pub async fn update<T: Resource, P: Needs>(
    actor: &Require<P>,
    write: Write,
    if_match: &IfMatch,
    patch: Body<MergePatch<In<T>>>,
) -> Answer {
    let tx = write.begin().await?;
    let (site, before) = find::<T, P>(&*tx, actor, &write.keys()?, write.clock()).await?;
    check_change(&*tx, &site, P::PERMISSION, &before).await?;
    if_match.check(&before.head)?;
    let merged = patch.whole()?.apply(&In::from(&before.value))?;
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
    record::delete(&tx, before.clone()).await?;
    // Asked once its row is locked: nobody can refer to it any more meanwhile.
    if kinds::is_referred_to(&*tx, T::KIND, before.head.id).await? {
        return Err(Problem::of(Kind::StillReferredTo).into());
    }
    T::deleted(&tx, &site, &before).await?;
    tx.commit(no_content()).await
}

/// The states into which the caller may bring a record.
pub fn allowed_transitions<T: Stateful>(site: &Site, value: &T) -> Vec<String> {
    let institution = value.institution();
    let may = |to: &&str| {
        T::WHO_SEES_MAY_CHANGE || site.allows(value.permission(to, &site.actor), institution)
    };
    let next = T::MACHINE.allowed(value.status()).iter().copied();
    next.filter(may).map(str::to_owned).collect()
}

/// The states that may follow are shown besides.
#[derive(Default, Serialize, ToSchema)]
pub struct WithTransitions {
    /// The states into which the caller may bring it.
    #[schema(max_items = 20, example = json!([]))]
    pub allowed_transitions: Vec<String>,
}

impl WithTransitions {
    /// The states that may follow those of some records.
    pub fn of<T: Stateful>(site: &Site, records: &[&Versioned<T>]) -> Vec<Self> {
        let allowed = |record: &&Versioned<T>| Self {
            allowed_transitions: allowed_transitions(site, &record.value),
        };
        records.iter().map(allowed).collect()
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
    let (id, value) = (Some(before.head.id), Some(&before.value));
    allow(&*tx, &site, P::PERMISSION, id, value).await?;
    if_match.check(&before.head)?;
    if !T::MACHINE.permits(before.value.status(), &step.to) {
        let allowed = allowed_transitions(&site, &before.value);
        return Err(Problem::invalid_transition(before.value.status(), allowed).into());
    }
    let needed = before.value.permission(&step.to, &site.actor);
    allow(&*tx, &site, needed, id, value).await?;
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

/// The record of a path, read together with the partnership that holds it.
pub async fn find<T: Resource, P: Needs>(
    conn: &impl Conn,
    actor: &Require<P>,
    keys: &[String],
    clock: &Clock,
) -> Result<(Site, Versioned<T>), Halt> {
    let missing = || Problem::of(Kind::NotFound);
    let (key, above) = keys.split_last().ok_or_else(missing)?;
    let parsed: Result<Vec<Key>, _> = keys.iter().map(|key| Key::parse(key)).collect();
    // A key that nothing can have is refused in its turn, below.
    if let (true, Ok([partnership, parent @ .., key])) = (T::OF_PARTNERSHIP, parsed.as_deref()) {
        let scope = scope_anywhere::<T>(actor, parent.first());
        let found = partnership::with_record::<T>(conn, partnership, key, scope).await?;
        let (partnership, record) = found.ok_or_else(missing)?;
        let site = site_in(partnership, actor, clock)?;
        let record = record.ok_or_else(missing)?;
        let parent = parent.first().and(record.value.parent_id());
        return Ok((Site { parent, ..site }, record));
    }
    let site = site_of::<T, P>(conn, actor, above, clock).await?;
    let found = find::of_path(conn, scope::<T>(&site), key).await?;
    Ok((site, found))
}

/// Shows records, in their order; what they refer to is looked up once for all.
pub async fn show<T: Resource>(
    conn: &impl Conn,
    site: &Site,
    records: &[&Versioned<T>],
) -> Result<Vec<Shown<T>>, Halt> {
    let computed = T::compute(conn, site, records).await?;
    let shown = records.iter().zip(computed).map(|(record, computed)| {
        let mut value = record.value.clone();
        value.hide(site, &computed);
        Out::of(record.head, value, computed)
    });
    let shown: Vec<_> = shown.collect();
    let mentioned = shown.iter().flat_map(Out::mentioned).collect();
    let mut names = kinds::names(conn, site.is_public(), mentioned).await?;
    if let Some(day) = site.as_of {
        let ids: Vec<Uuid> = names.keys().copied().collect();
        for (id, former) in institution::former_names(conn, &ids, day).await? {
            if let Some(Mentioned::Record(shown)) = names.get_mut(&id) {
                shown.name = former;
            }
        }
    }
    let names = Rc::new(names);
    let named = shown
        .into_iter()
        .map(|shown| shown.with_names(Rc::clone(&names)));
    Ok(named.collect())
}

/// Shows one record.
pub async fn show_one<T: Resource>(
    conn: &impl Conn,
    site: &Site,
    record: &Versioned<T>,
) -> Result<Shown<T>, Halt> {
    let shown = show(conn, site, &[record]).await?.pop();
    shown.ok_or_else(|| Problem::of(Kind::Internal).into())
}
