//! Meetings over HTTP: what took place, is announced or is being prepared.

pub mod agenda_item;
pub mod attendance;
mod filter;
pub mod output;
mod wire;

use actix_web::{delete, get, patch, post};
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::fault::Rule;
use domain::followup::fulfilment::Fulfilment;
use domain::followup::recommendation::Recommendation;
use domain::governance::body::Body as Organ;
use domain::institution::Institution;
use domain::meeting::output::Output;
use domain::meeting::{Meeting, TRANSITIONS};
use domain::record::Versioned;
use domain::state::Machine;
use persistence::followup::{fulfilment, recommendation};
use persistence::meeting as store;
use persistence::{Condition, Conn, RepoError, Tx, record};
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

pub use filter::{MeetingFilter, MeetingSort};
pub use wire::{MeetingIn, MeetingOut};
use wire::{MeetingRefs, Surroundings};

/// One page of meetings.
pub type MeetingPage = Page<MeetingOut>;
/// A change of a meeting.
pub type MeetingPatch = MergePatch<MeetingIn>;

/// List the meetings of a partnership.
///
/// Of every kind and status, drafts for those who work in the partnership only.
///
/// `modified_since` also tells meetings whose agenda or attendance changed.
#[utoipa::path(
    tag = "Meetings",
    params(
        InPartnership,
        MeetingFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of meetings", body = MeetingPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/meetings")]
pub async fn list_meetings(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<MeetingFilter>,
) -> Answer {
    resource::list::<Meeting, _, _>(&actor, &at, list).await
}

/// Read one meeting.
///
/// With its agenda, its outputs and the number of institutions that took part.
#[utoipa::path(
    tag = "Meetings",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug", max_length = 100, example = "rada-2016-1")
    ),
    responses(
        (status = 200, description = "The meeting", body = MeetingOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/meetings/{meeting}")]
pub async fn read_meeting(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<Meeting, _>(&actor, &at).await
}

/// Record a meeting.
///
/// It begins as a draft; its status changes by transitions.
#[utoipa::path(
    tag = "Meetings",
    params(
        InPartnership,
        WriteParams
    ),
    request_body = MeetingIn,
    responses(
        (status = 201, description = "Recorded", body = MeetingOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/meetings")]
pub async fn create_meeting(
    actor: Require<WriteRecords>,
    write: Write,
    body: Body<MeetingIn>,
) -> Answer {
    resource::create::<Meeting, _>(&actor, write, body).await
}

/// Change a meeting.
///
/// In any status; the rules of its status hold: what took place does not lie in the future.
#[utoipa::path(
    tag = "Meetings",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug", max_length = 100, example = "rada-2016-1"),
        IfMatch
    ),
    request_body(content = MeetingPatch, content_type = "application/merge-patch+json",
        example = json!({"town": "Gorzów Wielkopolski", "host": "pup-gorzow-wielkopolski"})),
    responses(
        (status = 200, description = "Changed", body = MeetingOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/meetings/{meeting}")]
pub async fn update_meeting(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    patch: Body<MeetingPatch>,
) -> Answer {
    resource::update::<Meeting, _>(&actor, write, &if_match, patch).await
}

/// Delete a meeting.
///
/// For what was recorded by mistake; a meeting that does not take place is cancelled. Its agenda and attendance go first.
#[utoipa::path(
    tag = "Meetings",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug", max_length = 100, example = "rada-2016-1"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/meetings/{meeting}")]
pub async fn delete_meeting(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<Meeting, _>(&actor, write, &if_match).await
}

/// Bring a meeting into another state.
///
/// draft > scheduled > invited > held > minutes_approved > closed; an announced one may be cancelled or postponed, and what
/// was recorded of it is kept. It counts from `held` on, which needs a day that is not in the future.
#[utoipa::path(
    tag = "Meetings",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug", max_length = 100, example = "rada-2016-1"),
        IfMatch, WriteParams, DryRun
    ),
    request_body(content = TransitionIn, example = json!({"to": "held", "reason": "Zebrano wymagane kworum"})),
    responses(
        (status = 200, description = "Changed, or what would change with `dry_run`", body = MeetingOut,
            headers(("ETag" = String, description = "Version and variant"))),
        TransitionProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/meetings/{meeting}/transitions")]
pub async fn transition_meeting(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    trial: Query<DryRun>,
    step: Body<TransitionIn>,
) -> Answer {
    resource::transition::<Meeting, _>(&actor, write, &if_match, trial, step).await
}

impl Resource for Meeting {
    type In = MeetingIn;
    type Out = MeetingOut;

    fn scope(site: &Site) -> Condition {
        site.seen(store::of_partnership(site.id()), store::public())
    }

    async fn checked(
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        body: MeetingIn,
    ) -> Result<Self, Halt> {
        let bodies = record::of_partnership::<Organ>(site.id());
        let outputs = store::output::of_partnership(site.id());
        let all = Condition::all();
        let refs = MeetingRefs {
            body_id: find::optional_reference::<Organ>(tx, "/body", bodies, body.body.as_ref())
                .await?,
            host_institution_id: find::optional_reference::<Institution>(
                tx,
                "/host",
                all,
                body.host.as_ref(),
            )
            .await?,
            outputs: find::references::<Output>(tx, "/outputs", outputs, &body.outputs).await?,
        };
        let status = before.map(|before| before.value.status.clone());
        let draft = body.into_draft(site, status, refs);
        let value = draft.check(site.today).map_err(Problem::from)?;
        if let Some(before) = before
            && before.value.held_on != value.held_on
        {
            check_day_is_free(tx, site, before.head.id).await?;
        }
        if let Some(before) = before {
            let changed = [
                (before.value.kind != value.kind, "/kind"),
                (before.value.body_id != value.body_id, "/body"),
            ];
            if let Some((_, pointer)) = changed.into_iter().find(|(changed, _)| *changed) {
                check_adopts_nothing(tx, site, before.head.id, pointer).await?;
            }
        }
        Ok(value)
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    async fn show(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<MeetingOut>, Halt> {
        let ids: Vec<Uuid> = records.iter().map(|record| record.head.id).collect();
        let items = agenda_item::seen(site);
        let agendas = store::agenda_item::agendas(conn, &ids, items).await?;
        let present = store::attendance::institutions_at(conn, &ids).await?;
        let hosts = records
            .iter()
            .map(|record| record.value.host_institution_id);
        let presenters = agendas
            .values()
            .flatten()
            .map(|item| item.value.presenter_id);
        let mut names = find::institutions(conn, hosts.chain(presenters)).await?;
        let bodies = records.iter().map(|record| record.value.body_id);
        names.extend(find::names_of::<Organ>(conn, bodies).await?);
        let outputs = records.iter().flat_map(|record| &record.value.outputs);
        names.extend(find::names(conn, outputs.copied().map(Some), store::output::named).await?);
        let around = Surroundings {
            names,
            agendas,
            present: present.into_iter().collect(),
        };
        let show = |record: &&Versioned<Self>| MeetingOut::of(record, site, &around);
        Ok(records.iter().map(show).collect())
    }

    async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
        store::is_referred_to(conn, id).await
    }
}

/// The day of a meeting stays while an adoption or a fulfilment is dated by it.
async fn check_day_is_free(tx: &Tx, site: &Site, meeting: Uuid) -> Result<(), Halt> {
    tx.take_turn(site.id()).await?;
    let adopted = recommendation::adopted_at(meeting).add(recommendation::adopted());
    let dated = record::exists_besides::<Recommendation>(tx, None, adopted).await?
        || record::exists_besides::<Fulfilment>(tx, None, fulfilment::at_meeting(meeting)).await?;
    match dated {
        true => Err(Problem::of(Kind::StillReferredTo)
            .at("/held_on", Rule::Conflict)
            .into()),
        false => Ok(()),
    }
}

/// A meeting stays one of the body that adopted something at it.
async fn check_adopts_nothing(
    tx: &Tx,
    site: &Site,
    meeting: Uuid,
    pointer: &str,
) -> Result<(), Halt> {
    tx.take_turn(site.id()).await?;
    let adopted = recommendation::adopted_at(meeting).add(recommendation::adopted());
    match record::exists_besides::<Recommendation>(tx, None, adopted).await? {
        true => Err(Problem::of(Kind::StillReferredTo)
            .at(pointer, Rule::Conflict)
            .into()),
        false => Ok(()),
    }
}

impl Stateful for Meeting {
    const MACHINE: Machine = TRANSITIONS;

    fn status(&self) -> &str {
        &self.status
    }

    async fn enter(
        _tx: &WriteTx,
        site: &Site,
        before: &Versioned<Self>,
        step: &TransitionIn,
    ) -> Result<Self, Halt> {
        step.undated()?;
        let refs = MeetingRefs::from(&before.value);
        let draft = MeetingIn::from(&before.value).into_draft(site, Some(step.to.clone()), refs);
        Ok(draft.check(site.today).map_err(Problem::from)?)
    }
}
