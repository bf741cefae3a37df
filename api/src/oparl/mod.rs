//! What everybody may read, by [OParl 1.1](https://oparl.org/spezifikation/): a partnership is a body of that standard.

mod object;
mod source;

use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ETAG};
use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::access::View;
use domain::access::permission::ReadPublic;
use domain::partnership::Partnership;
use domain::record::Versioned;
use persistence::list::{self, Position};
use persistence::{Condition, change};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::Require;
use crate::find;
use crate::problem::{Halt, Kind, Problem, ReadProblems};
use crate::state::AppState;
use crate::wire::{Query, has_already, not_modified, place, sequence_tag};
use object::Links;
use source::{AT_A_TIME, Objects, Source};

pub use object::{OparlKind, OparlObject};
pub use source::OparlFilter;

/// A place in a list: which of its sources, and where in that.
#[derive(Default, Serialize, Deserialize)]
struct Place {
    source: usize,
    position: Option<Position>,
}

/// A page of a list (OParl 1.1, section 2.5).
#[derive(Debug, Serialize, ToSchema)]
pub struct OparlList {
    /// The objects.
    #[schema(max_items = 100)]
    pub data: Vec<OparlObject>,
    /// How long a page may be.
    pub pagination: OparlPagination,
    /// Where the other pages are.
    pub links: OparlLinks,
}

/// How long a page may be.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OparlPagination {
    /// The most objects of a page.
    #[schema(minimum = 1, example = 100)]
    pub elements_per_page: u64,
}

/// Where the other pages are.
#[derive(Debug, Serialize, ToSchema)]
pub struct OparlLinks {
    /// The first page.
    #[schema(max_length = 2000, example = "http://127.0.0.1:8080/oparl/1.1/body")]
    pub first: String,
    /// This page.
    #[serde(rename = "self")]
    #[schema(max_length = 2000, example = "http://127.0.0.1:8080/oparl/1.1/body")]
    pub own: String,
    /// The next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 2000)]
    pub next: Option<String>,
}

fn answer(tag: String, body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((ETAG, tag))
        // The standard wants every page of the web to be able to read it.
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .json(body)
}

/// What is read here depends on all public records of the partnership, and on nothing else.
async fn tag(
    state: &AppState,
    request: &HttpRequest,
    partnership: Option<Uuid>,
) -> Result<String, Halt> {
    let sequence = match partnership {
        Some(id) => change::feed::sequence_of(&state.db, Some(id)).await?,
        None => change::sequence(&state.db).await?,
    };
    let asked_for = request.uri().to_string();
    Ok(sequence_tag(sequence, View::Public, &asked_for))
}

/// Read the system.
///
/// The entry of OParl 1.1: from here every public object is reached. Objects and lists have the names of that standard.
#[utoipa::path(
    tag = "OParl",
    responses((status = 200, description = "The system", body = OparlObject), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/oparl/1.1/system")]
pub async fn read_oparl_system(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let tag = tag(&state, &request, None).await?;
    let licence = state.config.data_licence.as_deref();
    let system = object::system(&state.config.public_url(), licence);
    Ok(answer(tag, &system))
}

/// List the bodies.
///
/// Partnerships, as the bodies of OParl.
#[utoipa::path(
    tag = "OParl",
    params(OparlFilter),
    responses((status = 200, description = "A page", body = OparlList), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/oparl/1.1/body")]
pub async fn list_oparl_bodies(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    filter: Query<OparlFilter>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let tag = tag(&state, &request, None).await?;
    if has_already(&request, &tag) {
        return Ok(not_modified(tag));
    }
    let filter = filter.into_inner();
    let place = place(&state, &request, &filter)?;
    let ask = source::ask::<Partnership>(&filter, Condition::all(), None, place.position);
    let page = list::page::<Partnership>(&state.db, ask).await?;
    let mut data = Vec::new();
    for entry in &page.entries {
        data.push(match entry {
            list::Entry::Record(record) => body(&state, record).await?,
            list::Entry::Tombstone(id, at, _) => {
                object::gone(&Links::new(&state.config.public_url(), *id), None, *id, *at)
            }
        });
    }
    let next = page.next.map(|position| Place {
        source: 0,
        position: Some(position),
    });
    Ok(answer(tag, &listed(&state, &request, &filter, data, next)))
}

/// Read one body.
///
/// A partnership: each of its lists of objects has an address in it.
#[utoipa::path(
    tag = "OParl",
    params(("body" = String, Path, description = "Id or slug of a partnership", max_length = 100, example = "partnerstwo-lubuskie")),
    responses((status = 200, description = "The body", body = OparlObject), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/oparl/1.1/body/{body}")]
pub async fn read_oparl_body(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let partnership = find::partnership(&state.db, &key).await?;
    let tag = tag(&state, &request, Some(partnership.head.id)).await?;
    if has_already(&request, &tag) {
        return Ok(not_modified(tag));
    }
    Ok(answer(tag, &body(&state, &partnership).await?))
}

async fn body(state: &AppState, partnership: &Versioned<Partnership>) -> Result<OparlObject, Halt> {
    let objects = Objects::of(state, partnership.clone(), OparlKind::LegislativeTerm);
    let whole = OparlFilter::default();
    let (terms, _) = objects.page(Source::Terms, &whole, None).await?;
    let licence = state.config.data_licence.as_deref();
    Ok(object::body(&objects.links, licence, partnership, terms))
}

/// List the objects of a body.
///
/// In the order in which they were recorded; with `modified_since` in that of their changes, with what is gone.
#[utoipa::path(
    tag = "OParl",
    params(
        ("body" = String, Path, description = "Id or slug of a partnership", max_length = 100, example = "partnerstwo-lubuskie"),
        ("kind" = inline(OparlKind), Path, description = "Of which kind", example = "meeting"),
        OparlFilter
    ),
    responses(
        (status = 200, description = "A page", body = OparlList),
        (status = 304, description = "Nothing changed since the answer of If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/oparl/1.1/body/{body}/{kind}")]
pub async fn list_oparl_objects(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    keys: web::Path<(String, OparlKind)>,
    filter: Query<OparlFilter>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let (partnership, kind) = keys.into_inner();
    let partnership = find::partnership(&state.db, &partnership).await?;
    let tag = tag(&state, &request, Some(partnership.head.id)).await?;
    if has_already(&request, &tag) {
        return Ok(not_modified(tag));
    }
    let filter = filter.into_inner();
    let place = place(&state, &request, &filter)?;
    let sources = Source::of(kind);
    let refused = || Problem::parameter("place");
    let source = *sources.get(place.source).ok_or_else(refused)?;
    let objects = Objects::of(&state, partnership, kind);
    let (data, next) = objects.page(source, &filter, place.position).await?;
    // After the last object of a source, the next source from its beginning.
    let source = place.source + usize::from(next.is_none());
    let position = next;
    let next = (source < sources.len()).then_some(Place { source, position });
    Ok(answer(tag, &listed(&state, &request, &filter, data, next)))
}

/// Read one object of a body.
///
/// What is gone is still read, as `deleted`, without anything that it said.
#[utoipa::path(
    tag = "OParl",
    params(
        ("body" = String, Path, description = "Id or slug of a partnership", max_length = 100, example = "partnerstwo-lubuskie"),
        ("kind" = inline(OparlKind), Path, description = "Of which kind", example = "meeting"),
        ("item" = Uuid, Path, description = "Id", example = "0198c0de-0000-7000-8000-000000000007")
    ),
    responses((status = 200, description = "The object", body = OparlObject), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/oparl/1.1/body/{body}/{kind}/{item}")]
pub async fn read_oparl_object(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    keys: web::Path<(String, OparlKind, Uuid)>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let (partnership, kind, id) = keys.into_inner();
    let partnership = find::partnership(&state.db, &partnership).await?;
    let tag = tag(&state, &request, Some(partnership.head.id)).await?;
    let objects = Objects::of(&state, partnership, kind);
    for source in Source::of(kind) {
        if let Some(found) = objects.one(*source, id).await? {
            return Ok(match has_already(&request, &tag) {
                true => not_modified(tag),
                false => answer(tag, &found),
            });
        }
    }
    Err(Problem::of(Kind::NotFound).into())
}

/// Where a page begins, from `place`.
fn place(state: &AppState, request: &HttpRequest, filter: &OparlFilter) -> Result<Place, Problem> {
    let Some(text) = &filter.place else {
        return Ok(Place::default());
    };
    let opened = place::opened(&state.keys.master, &filter.bound(request), text);
    opened.ok_or_else(|| Problem::parameter("place"))
}

fn listed(
    state: &AppState,
    request: &HttpRequest,
    filter: &OparlFilter,
    data: Vec<OparlObject>,
    next: Option<Place>,
) -> OparlList {
    let list = format!("{}{}", state.config.public_url(), request.path());
    let at = |place: Option<String>| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        for (name, instant) in [
            ("created_since", filter.created_since),
            ("created_until", filter.created_until),
            ("modified_since", filter.modified_since),
            ("modified_until", filter.modified_until),
        ] {
            if let Some(instant) = instant {
                pairs.append_pair(name, &instant.to_rfc3339());
            }
        }
        if let Some(organization) = filter.organization {
            pairs.append_pair("organization", &organization.to_string());
        }
        if let Some(place) = place {
            pairs.append_pair("place", &place);
        }
        match pairs.finish() {
            empty if empty.is_empty() => list.clone(),
            query => format!("{list}?{query}"),
        }
    };
    let sealed = |place: &Place| place::sealed(&state.keys.master, &filter.bound(request), place);
    OparlList {
        data,
        pagination: OparlPagination {
            elements_per_page: AT_A_TIME,
        },
        links: OparlLinks {
            first: at(None),
            own: at(filter.place.clone()),
            next: next.map(|place| at(Some(sealed(&place)))),
        },
    }
}
