//! Attendance over HTTP: which institutions were at a meeting, for those who work in the partnership.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use domain::access::permission::{ReadInternal, WriteRecords};
use domain::institution::Institution;
use domain::meeting::Meeting;
use domain::meeting::attendance::Attendance;
use domain::record::Versioned;
use persistence::meeting::attendance as store;
use persistence::{Condition, Conn, RepoError, record};
use uuid::Uuid;

use crate::auth::Require;
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, InternalProblems, Kind, Problem,
};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::wire::{Body, IfMatch, List, MergePatch, Page, PageParams, Write, WriteParams, WriteTx};

pub use filter::{AttendanceFilter, AttendanceSort};
pub use wire::{AttendanceIn, AttendanceOut};

/// One page of attendance.
pub type AttendancePage = Page<AttendanceOut>;
/// A change of an attendance.
pub type AttendancePatch = MergePatch<AttendanceIn>;

/// List which institutions were at a meeting.
///
/// For those who work in the partnership; everybody sees how many took part, at the meeting itself.
#[utoipa::path(
    tag = "Attendance",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug of the meeting", max_length = 100, example = "rada-2016-1"),
        AttendanceFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of attendance", body = AttendancePage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        InternalProblems
    ),
    security(("bearer" = [ReadInternal]))
)]
#[get("/api/v1/partnerships/{partnership}/meetings/{meeting}/attendance")]
pub async fn list_attendance(
    actor: Require<ReadInternal>,
    at: Read,
    list: List<AttendanceFilter>,
) -> Answer {
    resource::list::<Attendance, _, _>(&actor, &at, list).await
}

/// Read one attendance.
///
/// Whether an institution was there, and how.
#[utoipa::path(
    tag = "Attendance",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug of the meeting", max_length = 100, example = "rada-2016-1"),
        ("attendance" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000022")
    ),
    responses(
        (status = 200, description = "The attendance", body = AttendanceOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        InternalProblems
    ),
    security(("bearer" = [ReadInternal]))
)]
#[get("/api/v1/partnerships/{partnership}/meetings/{meeting}/attendance/{attendance}")]
pub async fn read_attendance(actor: Require<ReadInternal>, at: Read) -> Answer {
    resource::read::<Attendance, _>(&actor, &at).await
}

/// Record an attendance.
///
/// Each institution once a meeting.
#[utoipa::path(
    tag = "Attendance",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug of the meeting", max_length = 100, example = "rada-2016-1"),
        WriteParams
    ),
    request_body = AttendanceIn,
    responses(
        (status = 201, description = "Recorded", body = AttendanceOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/meetings/{meeting}/attendance")]
pub async fn create_attendance(
    actor: Require<WriteRecords>,
    write: Write,
    body: Body<AttendanceIn>,
) -> Answer {
    resource::create::<Attendance, _>(&actor, write, body).await
}

/// Change an attendance.
///
/// Also to note that who was missing was excused.
#[utoipa::path(
    tag = "Attendance",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug of the meeting", max_length = 100, example = "rada-2016-1"),
        ("attendance" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000022"),
        IfMatch
    ),
    request_body(content = AttendancePatch, content_type = "application/merge-patch+json",
        example = json!({"status": "excused"})),
    responses(
        (status = 200, description = "Changed", body = AttendanceOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/meetings/{meeting}/attendance/{attendance}")]
pub async fn update_attendance(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    patch: Body<AttendancePatch>,
) -> Answer {
    resource::update::<Attendance, _>(&actor, write, &if_match, patch).await
}

/// Delete an attendance.
///
/// For what was recorded by mistake.
#[utoipa::path(
    tag = "Attendance",
    params(
        InPartnership,
        ("meeting" = String, Path, description = "Id or slug of the meeting", max_length = 100, example = "rada-2016-1"),
        ("attendance" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000022"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/meetings/{meeting}/attendance/{attendance}")]
pub async fn delete_attendance(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<Attendance, _>(&actor, write, &if_match).await
}

impl Resource for Attendance {
    type In = AttendanceIn;
    type Out = AttendanceOut;

    fn scope(site: &Site) -> Condition {
        site.seen(store::of_partnership(site.id()), store::public())
            .add_option(site.parent.map(store::of_meeting))
    }

    async fn parent(conn: &impl Conn, site: &Site, key: &str) -> Result<Uuid, Halt> {
        find::parent::<Meeting>(conn, Meeting::scope(site), key).await
    }

    async fn hold_parent(tx: &WriteTx, id: Uuid) -> Result<bool, RepoError> {
        record::hold::<Meeting>(tx, id).await
    }

    async fn checked(
        tx: &WriteTx,
        site: &Site,
        _before: Option<&Versioned<Self>>,
        body: AttendanceIn,
    ) -> Result<Self, Halt> {
        let meeting = site.parent.ok_or_else(|| Problem::of(Kind::NotFound))?;
        let all = Condition::all();
        let institution =
            find::reference::<Institution>(tx, "/institution", all, &body.institution).await?;
        let draft = body.into_draft(site.id(), meeting, institution);
        Ok(draft.check(site.today).map_err(Problem::from)?)
    }

    async fn show(
        conn: &impl Conn,
        _site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<AttendanceOut>, Halt> {
        let ids = records
            .iter()
            .map(|record| Some(record.value.institution_id));
        let names = find::institutions(conn, ids).await?;
        let show = |record: &&Versioned<Self>| AttendanceOut::of(record, &names);
        Ok(records.iter().map(show).collect())
    }
}
