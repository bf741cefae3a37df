//! Schedules of exports over HTTP.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use domain::access::Permission;
use domain::access::permission::RunExports;
use domain::export::schedule::{ExportSchedule, MOST_SCHEDULES};
use domain::record::Versioned;
use persistence::export::schedule as store;
use persistence::{Condition, Conn};

use crate::auth::Require;
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, InternalProblems, Problem,
};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::wire::{Body, IfMatch, List, MergePatch, Page, PageParams, Write, WriteParams, WriteTx};

pub use filter::{ExportScheduleFilter, ExportScheduleSort};
pub use wire::{ExportScheduleIn, ExportScheduleOut};

/// One page of schedules.
pub type ExportSchedulePage = Page<ExportScheduleOut>;
/// A change of a schedule.
pub type ExportSchedulePatch = MergePatch<ExportScheduleIn>;

/// List schedules of exports.
///
/// One's own; administrators see all.
#[utoipa::path(
    tag = "Exports",
    params(InPartnership, ExportScheduleFilter, PageParams),
    responses(
        (status = 200, description = "A page of schedules", body = ExportSchedulePage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        InternalProblems
    ),
    security(("bearer" = [RunExports]))
)]
#[get("/api/v1/partnerships/{partnership}/export-schedules")]
pub async fn list_export_schedules(
    actor: Require<RunExports>,
    at: Read,
    list: List<ExportScheduleFilter>,
) -> Answer {
    resource::list_moving::<ExportSchedule, _, _>(&actor, &at, list).await
}

/// Read one schedule of exports.
///
/// With the time at which it is due next.
#[utoipa::path(
    tag = "Exports",
    params(
        InPartnership,
        ("schedule" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000082")
    ),
    responses(
        (status = 200, description = "The schedule", body = ExportScheduleOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        InternalProblems
    ),
    security(("bearer" = [RunExports]))
)]
#[get("/api/v1/partnerships/{partnership}/export-schedules/{schedule}")]
pub async fn read_export_schedule(actor: Require<RunExports>, at: Read) -> Answer {
    resource::read::<ExportSchedule, _>(&actor, &at).await
}

/// Record a schedule of exports.
///
/// Each time it is due an export is made for who recorded it, with what that account may see then, and no more than it saw when
/// the schedule was recorded. A time at which the account may not have an export is noted as `refused`; while an export of the
/// schedule waits no other one is made, and what was missed is not made up for. One account has ten at the most (409).
#[utoipa::path(
    tag = "Exports",
    params(InPartnership, WriteParams),
    request_body = ExportScheduleIn,
    responses(
        (status = 201, description = "Recorded", body = ExportScheduleOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [RunExports]))
)]
#[post("/api/v1/partnerships/{partnership}/export-schedules")]
pub async fn create_export_schedule(
    actor: Require<RunExports>,
    write: Write,
    body: Body<ExportScheduleIn>,
) -> Answer {
    resource::create::<ExportSchedule, _>(&actor, write, body).await
}

/// Change a schedule of exports.
///
/// It stays that of who recorded it.
#[utoipa::path(
    tag = "Exports",
    params(
        InPartnership,
        ("schedule" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000082"),
        IfMatch
    ),
    request_body(content = ExportSchedulePatch, content_type = "application/merge-patch+json",
        example = json!({"rule": "FREQ=DAILY;BYHOUR=5"})),
    responses(
        (status = 200, description = "Changed", body = ExportScheduleOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [RunExports]))
)]
#[patch("/api/v1/partnerships/{partnership}/export-schedules/{schedule}")]
pub async fn update_export_schedule(
    actor: Require<RunExports>,
    write: Write,
    if_match: IfMatch,
    patch: Body<ExportSchedulePatch>,
) -> Answer {
    resource::update::<ExportSchedule, _>(&actor, write, &if_match, patch).await
}

/// Delete a schedule of exports.
///
/// The exports that it has made stay until they expire.
#[utoipa::path(
    tag = "Exports",
    params(
        InPartnership,
        ("schedule" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000082"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [RunExports]))
)]
#[delete("/api/v1/partnerships/{partnership}/export-schedules/{schedule}")]
pub async fn delete_export_schedule(
    actor: Require<RunExports>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<ExportSchedule, _>(&actor, write, &if_match).await
}

impl Resource for ExportSchedule {
    type In = ExportScheduleIn;
    type Out = ExportScheduleOut;

    fn scope(site: &Site) -> Condition {
        let here = store::of_partnership(site.id());
        match site.actor.may_everywhere(Permission::RunExports) {
            true => here,
            false => here.add(store::of_account(site.actor.account.unwrap_or_default())),
        }
    }

    async fn checked(
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        body: ExportScheduleIn,
    ) -> Result<Self, Halt> {
        let before = before.map(|before| &before.value);
        let own = site.actor.account.unwrap_or_default();
        let account = before.map_or(own, |before| before.account_id);
        let view = before.map_or(site.view, Self::view);
        let draft = body.into_draft(site.id(), account, site.today);
        let zone = site.partnership.value.tz();
        let schedule = draft.check(view, zone, tx.now()).map_err(Problem::from)?;
        tx.take_turn(account).await?;
        if before.is_none() && store::held(&**tx, account).await? >= MOST_SCHEDULES {
            return Err(Problem::conflict("too_many_export_schedules").into());
        }
        Ok(schedule)
    }

    async fn show(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<ExportScheduleOut>, Halt> {
        let accounts = records.iter().map(|record| record.value.account_id);
        let accounts = find::accounts(conn, accounts).await?;
        let zone = site.partnership.value.tz();
        let show = |record: &&Versioned<Self>| {
            let account = accounts.get(&record.value.account_id).cloned();
            ExportScheduleOut::of(record, account, zone.name())
        };
        Ok(records.iter().map(show).collect())
    }
}
