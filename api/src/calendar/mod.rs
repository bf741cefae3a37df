//! Meetings as calendars (RFC 5545), to subscribe to.

use actix_web::http::header::{CONTENT_DISPOSITION, ETAG};
use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::{DateTime, Duration, Utc};
use domain::access::permission::ReadPublic;
use domain::governance::body::Body;
use domain::meeting::Meeting;
use domain::record::{Kind, Versioned};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use persistence::access::calendar_link;
use persistence::{Condition, list, meeting as store};

use crate::access::calendar_link::owner;
use crate::auth::{Require, secret};
use crate::find;
use crate::kinds;
use crate::list_format::ListFormat;
use crate::meeting::MeetingMore;
use crate::problem::{Halt, Kind as ProblemKind, Problem, ReadProblems};
use crate::records;
use crate::records::Out;
use crate::site::Site;
use crate::state::AppState;
use crate::wire::{has_already, not_modified};

/// How many meetings a calendar has: the latest ones.
const MOST: u64 = 1000;
/// How often who subscribes is asked to look again.
const LOOK_AGAIN: Duration = Duration::hours(6);

/// Read the calendar of a partnership.
///
/// The 1000 latest meetings that the caller sees, to subscribe to (RFC 5545). Instants are in UTC, so that every calendar shows
/// them in its own time zone, summer time or not; what has no time yet is a whole day. Cancelled meetings stay, as `CANCELLED`;
/// `UID` stays, `SEQUENCE` grows with every change. What is deleted or not public any more is not there any more.
#[utoipa::path(
    tag = "Feeds",
    params(("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie")),
    responses(
        (status = 200, description = "The calendar", body = String, content_type = "text/calendar",
            headers(("ETag" = String, description = "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"))),
        (status = 304, description = "Nothing changed since the answer of If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/calendar.ics")]
pub async fn read_partnership_calendar(
    actor: Require<ReadPublic>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let partnership = find::partnership(&state.db, &key).await?;
    let site = Site::in_partnership(partnership, &actor, &state.clock);
    let name = site.partnership.value.name.clone();
    answer(&state, &request, &site, &name, Condition::all()).await
}

/// Read the calendar of a body.
///
/// Its meetings, as the calendar of the partnership shows them.
#[utoipa::path(
    tag = "Feeds",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        ("body" = String, Path, description = "Id or slug", max_length = 100, example = "rada-programowa")
    ),
    responses(
        (status = 200, description = "The calendar", body = String, content_type = "text/calendar",
            headers(("ETag" = String, description = "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"))),
        (status = 304, description = "Nothing changed since the answer of If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/bodies/{body}/calendar.ics")]
pub async fn read_body_calendar(
    actor: Require<ReadPublic>,
    state: web::Data<AppState>,
    keys: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let (partnership, body) = keys.into_inner();
    let partnership = find::partnership(&state.db, &partnership).await?;
    let site = Site::in_partnership(partnership, &actor, &state.clock);
    let body: Versioned<Body> =
        find::of_path(&state.db, records::scope::<Body>(&site), &body).await?;
    let name = format!("{} – {}", body.value.name, site.partnership.value.name);
    answer(&state, &request, &site, &name, store::of_body(body.head.id)).await
}

/// Read one meeting as a calendar.
///
/// To put it into one's own, as the calendar of the partnership shows it.
#[utoipa::path(
    tag = "Feeds",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        ("meeting" = String, Path, description = "Id or slug", max_length = 100, example = "posiedzenie-rady-2016-02-24")
    ),
    responses(
        (status = 200, description = "The calendar", body = String, content_type = "text/calendar",
            headers(("ETag" = String, description = "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"))),
        (status = 304, description = "Nothing changed since the answer of If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/meetings/{meeting}/calendar.ics")]
pub async fn read_meeting_calendar(
    actor: Require<ReadPublic>,
    state: web::Data<AppState>,
    keys: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let (partnership, meeting) = keys.into_inner();
    let partnership = find::partnership(&state.db, &partnership).await?;
    let site = Site::in_partnership(partnership, &actor, &state.clock);
    let meeting: Versioned<Meeting> =
        find::of_path(&state.db, records::scope::<Meeting>(&site), &meeting).await?;
    let name = meeting.value.title.clone();
    answer(&state, &request, &site, &name, store::one(meeting.head.id)).await
}

/// Read the calendar of a calendar link.
///
/// The meetings that the owner of the link sees at this moment, as the calendar of the partnership shows them. Whoever knows the
/// address reads it; it is 404 once the link is deleted, its owner's account is disabled or the role has ended.
#[utoipa::path(
    tag = "Feeds",
    params(("token" = String, Path, description = "What the address of the link ends with", max_length = 100,
        example = "Zk3nq0o1rJ7v0b2s5u8x4y6A9C1E3G5I7K9M1O3Q5S7")),
    responses(
        (status = 200, description = "The calendar", body = String, content_type = "text/calendar",
            headers(("ETag" = String, description = "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"))),
        (status = 304, description = "Nothing changed since the answer of If-None-Match"),
        ReadProblems
    ),
    security(())
)]
#[get("/api/v1/calendars/{token}")]
pub async fn read_linked_calendar(
    state: web::Data<AppState>,
    token: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let missing = || Problem::of(ProblemKind::NotFound);
    let link = calendar_link::find(&state.db, &secret::digest(&token)).await?;
    let link = link.ok_or_else(missing)?.value;
    let owner = owner(&state, &link).await?.ok_or_else(missing)?;
    let partnership = find::partnership(&state.db, &link.partnership_id.to_string()).await?;
    let site = Site::in_partnership(partnership, &owner, &state.clock);
    let which = link.institution.map(|link| store::concerning(link.id));
    let condition = Condition::all().add_option(which);
    answer(&state, &request, &site, &link.name, condition).await
}

/// Answers the meetings of a condition that the caller sees.
async fn answer(
    state: &AppState,
    request: &HttpRequest,
    site: &Site,
    name: &str,
    condition: Condition,
) -> Result<HttpResponse, Halt> {
    let tag = site.list_tag(&state.db, request, ListFormat::Json).await?;
    if has_already(request, &tag) {
        return Ok(not_modified(tag));
    }
    let seen = records::scope::<Meeting>(site).add(condition);
    let ask = list::Ask::last(seen, store::Column::HeldOn, MOST);
    let page = list::page::<Meeting>(&state.db, ask).await?;
    let records: Vec<&Versioned<Meeting>> = page.records().collect();
    let shown = records::show(&state.db, site, &records).await?;
    let mut calendar = Calendar::new();
    calendar
        .name(name)
        .timezone(site.partnership.value.tz().name())
        .ttl(&LOOK_AGAIN);
    let base = state.config.public_url();
    for meeting in &shown {
        calendar.push(event(site, &base, meeting));
    }
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, tag))
        .insert_header((CONTENT_DISPOSITION, "inline; filename=\"calendar.ics\""))
        .content_type("text/calendar; charset=utf-8")
        .body(calendar.to_string()))
}

fn event(site: &Site, base: &str, meeting: &Out<Meeting, MeetingMore>) -> Event {
    let (head, value) = (&meeting.head, &meeting.value);
    let mut event = Event::new();
    let path = kinds::path(Kind::Meeting, Some(site.id()), None, head.id);
    event
        .uid(&head.id.urn().to_string())
        .summary(&value.title)
        .sequence(head.version.unsigned_abs().saturating_sub(1))
        .timestamp(head.modified_at)
        .last_modified(head.modified_at)
        .created(head.created_at)
        .url(&format!("{base}{}", path.unwrap_or_default()))
        .status(status(&value.status));
    match (value.starts_at, value.ends_at) {
        (Some(starts_at), ends_at) => {
            event.append_property(instant("DTSTART", starts_at));
            if let Some(ends_at) = ends_at {
                event.append_property(instant("DTEND", ends_at));
            }
        }
        (None, _) => {
            // The day alone: it lasts that day when there is no end (RFC 5545, section 3.6.1).
            let day = value.held_on.format("%Y%m%d").to_string();
            let mut starts = Property::new("DTSTART", day);
            starts.add_parameter("VALUE", "DATE");
            event.append_property(starts.done());
        }
    }
    let place = [&value.location, &value.town].into_iter().flatten();
    let place: Vec<&str> = place.map(String::as_str).collect();
    if !place.is_empty() {
        event.location(&place.join(", "));
    }
    let agenda = meeting.computed.agenda.iter();
    let agenda: Vec<String> = agenda
        .map(|point| format!("{}. {}", point.position, point.title))
        .collect();
    if !agenda.is_empty() {
        event.description(&agenda.join("\n"));
    }
    event.done()
}

fn instant(name: &str, at: DateTime<Utc>) -> Property {
    Property::new(name, at.format("%Y%m%dT%H%M%SZ").to_string()).done()
}

fn status(code: &str) -> EventStatus {
    match code {
        // What is put off does not take place on that day, either.
        "cancelled" | "postponed" => EventStatus::Cancelled,
        "draft" => EventStatus::Tentative,
        _ => EventStatus::Confirmed,
    }
}
