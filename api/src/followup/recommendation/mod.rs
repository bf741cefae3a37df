//! Recommendations over HTTP: from draft to what became of them.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use chrono::{Datelike, NaiveDate};
use domain::access::permission::{ProposeRecommendations, ReadPublic, WriteRecords};
use domain::access::{Actor, Permission};
use domain::fault::{Faults, Rule};
use domain::followup::implementation::Implementation;
use domain::followup::recommendation::{
    self as rules, Addressee, Recommendation, TRANSITIONS, is_carried_out, number_in,
};
use domain::governance::body::Body as Organ;
use domain::institution::Institution;
use domain::meeting::Meeting;
use domain::period::Period;
use domain::record::Versioned;
use domain::slug::Key;
use domain::state::Machine;
use persistence::followup::{implementation, recommendation};
use persistence::governance::body;
use persistence::{Condition, Conn, RepoError, meeting, record};
use uuid::Uuid;

use crate::auth::Require;
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, Kind, Problem, ReadProblems,
    TransitionProblems,
};
use crate::resource::{
    self, Answer, DryRun, InPartnership, Read, Resource, Site, Stateful, TransitionIn,
};
use crate::wire::{
    Body, IfMatch, List, MergePatch, Page, PageParams, Query, Write, WriteParams, WriteTx,
};

pub use filter::{RecommendationFilter, RecommendationSort};
pub use wire::{AddresseeIn, AddresseeOut, RecommendationIn, RecommendationOut, VoteTallyBody};

/// One page of recommendations.
pub type RecommendationPage = Page<RecommendationOut>;
/// A change of a recommendation.
pub type RecommendationPatch = MergePatch<RecommendationIn>;

/// List the recommendations of a partnership.
///
/// Those adopted, whatever became of them; who works in the partnership sees drafts too.
#[utoipa::path(
    tag = "Recommendations",
    params(
        InPartnership,
        RecommendationFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of recommendations", body = RecommendationPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/recommendations")]
pub async fn list_recommendations(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<RecommendationFilter>,
) -> Answer {
    resource::list::<Recommendation, _, _>(&actor, &at, list).await
}

/// Read one recommendation.
///
/// With its addressees, the vote, and the states into which the caller may bring it.
#[utoipa::path(
    tag = "Recommendations",
    params(
        InPartnership,
        ("recommendation" = String, Path, description = "Id or slug", max_length = 100, example = "rek-2016-1")
    ),
    responses(
        (status = 200, description = "The recommendation", body = RecommendationOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/recommendations/{recommendation}")]
pub async fn read_recommendation(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<Recommendation, _>(&actor, &at).await
}

/// Record a recommendation.
///
/// As a draft, which who proposes it may correct and put forward. It is adopted, rejected or withdrawn by a step into that state.
#[utoipa::path(
    tag = "Recommendations",
    params(
        InPartnership,
        WriteParams
    ),
    request_body = RecommendationIn,
    responses(
        (status = 201, description = "Recorded", body = RecommendationOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [ProposeRecommendations]))
)]
#[post("/api/v1/partnerships/{partnership}/recommendations")]
pub async fn create_recommendation(
    actor: Require<ProposeRecommendations>,
    write: Write,
    body: Body<RecommendationIn>,
) -> Answer {
    resource::create::<Recommendation, _>(&actor, write, body).await
}

/// Change a recommendation.
///
/// Who proposed it may, while it is a draft; otherwise it takes `records:write`. Its state, number and day of adoption are changed
/// by steps into another state only. What was adopted keeps its kind, a vote that adopts, and a meeting that may.
#[utoipa::path(
    tag = "Recommendations",
    params(
        InPartnership,
        ("recommendation" = String, Path, description = "Id or slug", max_length = 100, example = "rek-2016-1"),
        IfMatch
    ),
    request_body(content = RecommendationPatch, content_type = "application/merge-patch+json",
        example = json!({"vote": {"for": 9, "against": 0, "abstain": 0, "present": 9, "seats": 11}})),
    responses(
        (status = 200, description = "Changed", body = RecommendationOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [ProposeRecommendations]))
)]
#[patch("/api/v1/partnerships/{partnership}/recommendations/{recommendation}")]
pub async fn update_recommendation(
    actor: Require<ProposeRecommendations>,
    write: Write,
    if_match: IfMatch,
    patch: Body<RecommendationPatch>,
) -> Answer {
    resource::update::<Recommendation, _>(&actor, write, &if_match, patch).await
}

/// Delete a recommendation.
///
/// Unless an implementation or a commitment refers to it. Its number is not given again.
#[utoipa::path(
    tag = "Recommendations",
    params(
        InPartnership,
        ("recommendation" = String, Path, description = "Id or slug", max_length = 100, example = "rek-2016-1"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/recommendations/{recommendation}")]
pub async fn delete_recommendation(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<Recommendation, _>(&actor, write, &if_match).await
}

/// Bring a recommendation into another state.
///
/// Adoption needs a vote with more for it than against it (422 at `/vote`), and where it names a meeting in `adopted_at`, one of
/// the council or the assembly that took place. It has the day of `effective_on`, otherwise that of the meeting, otherwise
/// today, and gets the next number of its kind and year. Dated before one that has a number already it is 409 `conflict` with
/// `order` at `/effective_on`, which names that number, unless `number` gives a free one: then it says `recorded_later`.
/// `implemented` and `partially_implemented` need an implementation (409). Other states have no day and no number. Who may adopt
/// may also reject and withdraw; who proposed it puts the draft forward (`under_consultation`); the other steps need
/// `records:write`.
#[utoipa::path(
    tag = "Recommendations",
    params(
        InPartnership,
        ("recommendation" = String, Path, description = "Id or slug", max_length = 100, example = "rek-2016-1"),
        IfMatch, WriteParams, DryRun
    ),
    request_body(content = TransitionIn, example = json!({"to": "adopted", "effective_on": "2016-02-24"})),
    responses(
        (status = 200, description = "In that state", body = RecommendationOut,
            headers(("ETag" = String, description = "Version and variant"))),
        TransitionProblems
    ),
    security(("bearer" = [ProposeRecommendations]))
)]
#[post("/api/v1/partnerships/{partnership}/recommendations/{recommendation}/transitions")]
pub async fn transition_recommendation(
    actor: Require<ProposeRecommendations>,
    write: Write,
    if_match: IfMatch,
    trial: Query<DryRun>,
    step: Body<TransitionIn>,
) -> Answer {
    resource::transition::<Recommendation, _>(&actor, write, &if_match, trial, step).await
}

impl Resource for Recommendation {
    type In = RecommendationIn;
    type Out = RecommendationOut;

    fn scope(site: &Site) -> Condition {
        site.seen(
            recommendation::of_partnership(site.id()),
            recommendation::public(),
        )
    }

    /// The day of adoption is that of the meeting that adopted it.
    async fn checked(
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        body: RecommendationIn,
    ) -> Result<Self, Halt> {
        let meetings = meeting::of_partnership(site.id());
        let named = body.adopted_at.as_ref();
        let adopted_at = find::referred::<Meeting>(tx, "/adopted_at", meetings, named).await?;
        let addressees = addressees(tx, site, &body.addressees).await?;
        let mut value = body
            .into_draft(
                site.id(),
                adopted_at.as_ref().map(|meeting| meeting.head.id),
                addressees,
                before.map(|before| &before.value),
            )
            .check(site.today)
            .map_err(Problem::from)?;
        value.proposed_by = match before {
            Some(before) => before.value.proposed_by,
            None => site.actor.account,
        };
        let mut faults = Faults::new();
        if value
            .adopted_on
            .is_some_and(|day| !is_day_of(day, adopted_at.as_ref()))
        {
            faults.add("/adopted_at", Rule::Conflict);
        }
        if let Some(Versioned { value: before, .. }) = before
            && value.counts()
        {
            // What was adopted stays adopted by who may. What an import brought is not asked again.
            if before.adopted_at_id != value.adopted_at_id
                && let Some(meeting) = &adopted_at
                && !may_adopt(&**tx, &meeting.value).await?
            {
                faults.add("/adopted_at", Rule::Conflict);
            }
            if before.vote != value.vote {
                value.check_vote(&mut faults);
            }
            if before.number.is_some() && before.kind != value.kind {
                faults.add("/kind", Rule::Conflict);
            }
        }
        faults.finish().map_err(Problem::from)?;
        Ok(value)
    }

    fn protected_from(&self, actor: &Actor) -> Option<Permission> {
        (!self.is_draft_of(actor.account)).then_some(Permission::WriteRecords)
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    async fn show(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<RecommendationOut>, Halt> {
        let of = |what: fn(&Addressee) -> Option<Uuid>| {
            let addressees = records.iter().flat_map(|record| &record.value.addressees);
            addressees.map(what)
        };
        let meetings = records.iter().map(|record| record.value.adopted_at_id);
        let mut names = find::meetings(conn, site.view, meetings).await?;
        names.extend(find::institutions(conn, of(|to| to.institution_id)).await?);
        names.extend(find::names(conn, of(|to| to.body_id), body::named).await?);
        let show = |record: &&Versioned<Self>| {
            let allowed = resource::allowed_transitions(site, &record.value);
            RecommendationOut::of(record, &names, allowed)
        };
        Ok(records.iter().map(show).collect())
    }

    async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
        recommendation::is_referred_to(conn, id).await
    }
}

impl Stateful for Recommendation {
    const MACHINE: Machine = TRANSITIONS;

    fn status(&self) -> &str {
        &self.status
    }

    fn permission(&self, to: &str, actor: &Actor) -> Permission {
        match to {
            "adopted" | "rejected" | "withdrawn" => Permission::AdoptRecommendations,
            _ if self.is_draft_of(actor.account) => Permission::ProposeRecommendations,
            _ => Permission::WriteRecords,
        }
    }

    fn takes_number(to: &str) -> bool {
        to == "adopted"
    }

    /// Adoption has a day and gives a number; what was carried out has an implementation; no other state has a day.
    async fn enter(
        tx: &WriteTx,
        site: &Site,
        before: &Versioned<Self>,
        step: &TransitionIn,
    ) -> Result<Self, Halt> {
        let mut value = before.value.clone();
        value.status.clone_from(&step.to);
        if step.to == "adopted" {
            adopt(tx, site, &mut value, step).await?;
            return Ok(value);
        }
        step.undated()?;
        if is_carried_out(&step.to) {
            let own = implementation::of_recommendation(before.head.id);
            if !record::exists_besides::<Implementation>(&**tx, None, own).await? {
                return Err(Problem::conflict("not_implemented")
                    .at("/to", Rule::Conflict)
                    .into());
            }
        }
        Ok(value)
    }
}

/// Gives a recommendation the day of its adoption, which is that of the meeting where it names one, and its number.
async fn adopt(
    tx: &WriteTx,
    site: &Site,
    value: &mut Recommendation,
    step: &TransitionIn,
) -> Result<(), Halt> {
    let mut faults = Faults::new();
    value.check_vote(&mut faults);
    let mut day = step.effective_on.unwrap_or(site.today);
    let mut is_another_day = false;
    if let Some(id) = value.adopted_at_id {
        // It stays as it is until the transaction ends.
        record::hold::<Meeting>(tx, id).await?;
        let meetings = meeting::of_partnership(site.id());
        let meeting = record::find::<Meeting>(&**tx, &Key::Id(id), meetings).await?;
        match meeting {
            Some(Versioned { value: meeting, .. }) if may_adopt(&**tx, &meeting).await? => {
                day = step.effective_on.unwrap_or(meeting.held_on);
                is_another_day = day != meeting.held_on;
            }
            _ => faults.add("/adopted_at", Rule::Conflict),
        }
    }
    let year = day.year();
    if day > site.today {
        faults.add("/effective_on", Rule::Future);
    } else if let Err(rule) = Period::year(year) {
        faults.add("/effective_on", rule);
    } else if is_another_day {
        faults.add("/effective_on", Rule::Conflict);
    }
    let named = step.number.as_deref();
    let named = named.and_then(|raw| faults.take("/number", number_in(year, raw)));
    faults.finish().map_err(Problem::from)?;
    value.adopted_on = Some(day);
    tx.take_turn(site.id()).await?;
    let kind = value.kind.clone();
    let series = || recommendation::of_series(site.id(), &kind);
    let next = recommendation::next_number(&**tx, series(), year).await?;
    let later = recommendation::adopted_after(&**tx, series(), day).await?;
    value.recorded_later = later.is_some();
    let number = match (named, later) {
        (None, Some(later)) => {
            return Err(Problem::conflict("adopted_later")
                .with("number", later)
                .at("/effective_on", Rule::Order)
                .into());
        }
        (Some(named), Some(_)) => {
            if recommendation::is_given(&**tx, series(), &named).await? {
                let taken = Problem::of(Kind::NotUnique);
                return Err(taken.at("/number", Rule::Duplicate).into());
            }
            named
        }
        // In its order it has the next number and no other, so that none is left out.
        (Some(named), None) if named != next => return Err(refused("/number", Rule::Conflict)),
        (_, None) => next,
    };
    value.number = Some(number);
    Ok(())
}

/// Whether a meeting may adopt. One whose body is not said is of what its kind names.
async fn may_adopt(conn: &impl Conn, meeting: &Meeting) -> Result<bool, RepoError> {
    let body = match meeting.body_id {
        Some(id) => record::of_ids::<Organ>(conn, [id]).await?.pop(),
        None => None,
    };
    let kind = body.map_or_else(|| meeting.kind.clone(), |body| body.value.kind);
    Ok(rules::may_adopt(&meeting.status, &kind))
}

/// Whether something adopted on a day can have been adopted by a meeting, where there was one.
fn is_day_of(day: NaiveDate, meeting: Option<&Versioned<Meeting>>) -> bool {
    meeting.is_none_or(|meeting| meeting.value.held_on == day)
}

fn refused(pointer: &str, rule: Rule) -> Halt {
    Problem::of(Kind::InvalidValues).at(pointer, rule).into()
}

/// The addressees of a body, their institutions and bodies looked up.
async fn addressees(
    tx: &WriteTx,
    site: &Site,
    named: &[AddresseeIn],
) -> Result<Vec<Addressee>, Halt> {
    if named.len() > 200 {
        return Err(refused("/addressees", Rule::Length));
    }
    let mut found = Vec::with_capacity(named.len());
    for (index, to) in named.iter().enumerate() {
        let at = |name: &str| format!("/addressees/{index}/{name}");
        let (all, own) = (Condition::all(), body::of_partnership(site.id()));
        let institution = to.institution.as_ref();
        let organ = to.body.as_ref();
        found.push(Addressee {
            sector: to.sector.clone(),
            institution_id: find::optional_reference::<Institution>(
                tx,
                &at("institution"),
                all,
                institution,
            )
            .await?,
            body_id: find::optional_reference::<Organ>(tx, &at("body"), own, organ).await?,
            due_on: to.due_on,
        });
    }
    Ok(found)
}
