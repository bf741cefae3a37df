//! Syndication: what a partnership released, recommended and announced, for readers of Atom (RFC 4287) and JSON Feed 1.1.

mod wire;

use actix_web::http::header::{CONTENT_LANGUAGE, ETAG, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::access::Actor;
use domain::access::permission::ReadPublic;
use domain::followup::recommendation::Recommendation;
use domain::language::Language;
use domain::meeting::Meeting;
use domain::outreach::communique::Communique;
use domain::record::Versioned;
use persistence::{Conn, list};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::auth::Require;
use crate::find;
use crate::kinds;
use crate::list_format::ListFormat;
use crate::problem::{Halt, Kind, Problem, ReadProblems};
use crate::records::{self, Resource};
use crate::site::Site;
use crate::state::AppState;
use crate::wire::{has_already, not_modified};

use self::wire::{Feed, FeedItem};

pub use self::wire::{JsonFeedItem, JsonFeedOut};

/// How many entries a feed has: the newest ones.
const MOST: u64 = 50;

/// What is fed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedName {
    /// Communiqués that were released.
    Communiques,
    /// Recommendations that were adopted or rejected.
    Recommendations,
    /// Meetings that are announced or took place.
    Meetings,
}

impl FeedName {
    fn title(self) -> &'static str {
        match self {
            Self::Communiques => "Komunikaty",
            Self::Recommendations => "Rekomendacje",
            Self::Meetings => "Spotkania",
        }
    }
}

/// Read a feed of a partnership, by Atom.
///
/// The 50 newest records, as everybody sees them. Their ids stay; what is withdrawn is not there any more. In Polish.
#[utoipa::path(
    tag = "Feeds",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        ("feed" = inline(FeedName), Path, description = "What is fed", example = "communiques")
    ),
    responses(
        (status = 200, description = "The feed", body = String, content_type = "application/atom+xml",
            headers(("ETag" = String, description = "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"))),
        (status = 304, description = "Nothing changed since the answer of If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/feeds/{feed}.atom")]
pub async fn read_atom_feed(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    keys: web::Path<(String, FeedName)>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let (partnership, name) = keys.into_inner();
    answer(&state, &partnership, name, &request, |feed| {
        Ok(HttpResponse::Ok()
            .content_type("application/atom+xml; charset=utf-8")
            .body(wire::atom(feed).map_err(|_| Problem::of(Kind::Internal))?))
    })
    .await
}

/// Read a feed of a partnership, by JSON Feed.
///
/// The same records as in the feed by Atom.
#[utoipa::path(
    tag = "Feeds",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        ("feed" = inline(FeedName), Path, description = "What is fed", example = "communiques")
    ),
    responses(
        (status = 200, description = "The feed", body = JsonFeedOut, content_type = "application/feed+json",
            headers(("ETag" = String, description = "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"))),
        (status = 304, description = "Nothing changed since the answer of If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/feeds/{feed}.json")]
pub async fn read_json_feed(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    keys: web::Path<(String, FeedName)>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let (partnership, name) = keys.into_inner();
    answer(&state, &partnership, name, &request, |feed| {
        Ok(HttpResponse::Ok()
            .content_type("application/feed+json")
            .body(serde_json::to_vec(&JsonFeedOut::of(feed)).unwrap_or_default()))
    })
    .await
}

/// A feed as it is `written`, unless the caller has it already.
async fn answer(
    state: &AppState,
    partnership: &str,
    name: FeedName,
    request: &HttpRequest,
    written: fn(&Feed) -> Result<HttpResponse, Problem>,
) -> Result<HttpResponse, Halt> {
    let partnership = find::partnership(&state.db, partnership).await?;
    // Whoever asks: a feed is passed on.
    let site = Site::in_partnership(partnership, &Actor::default(), &state.clock);
    let tag = site.list_tag(&state.db, request, ListFormat::Json).await?;
    if has_already(request, &tag) {
        return Ok(not_modified(tag));
    }
    let base = state.config.public_url();
    let entries = match name {
        FeedName::Communiques => {
            newest::<Communique>(&state.db, &site, &base, of_communique).await?
        }
        FeedName::Recommendations => {
            newest::<Recommendation>(&state.db, &site, &base, of_recommendation).await?
        }
        FeedName::Meetings => newest::<Meeting>(&state.db, &site, &base, of_meeting).await?,
    };
    let partnership = &site.partnership;
    let updated = entries.iter().map(|entry| entry.updated).max();
    let feed = Feed {
        title: format!("{} – {}", name.title(), partnership.value.name),
        url: format!("{base}{}", request.path()),
        home: format!("{base}/api/v1/partnerships/{}", site.id()),
        author: partnership.value.name.clone(),
        updated: updated.unwrap_or(partnership.head.modified_at),
        entries,
    };
    let mut answer = written(&feed)?;
    let headers = answer.headers_mut();
    for (name, value) in [(ETAG, tag.as_str()), (CONTENT_LANGUAGE, Language::Pl.tag())] {
        headers.insert(
            name,
            HeaderValue::from_str(value).map_err(|_| Problem::of(Kind::Internal))?,
        );
    }
    Ok(answer)
}

/// The newest records of a kind, as entries.
async fn newest<T: Resource>(
    conn: &impl Conn,
    site: &Site,
    base: &str,
    shown: fn(&T) -> (String, Option<String>),
) -> Result<Vec<FeedItem>, Halt> {
    let ask = list::Ask::last(records::scope::<T>(site), T::COLUMNS.created_at, MOST);
    let page = list::page::<T>(conn, ask).await?;
    let entry = |record: &Versioned<T>| {
        let head = record.head;
        let (title, text) = shown(&record.value);
        let path = kinds::path(T::KIND, Some(site.id()), None, head.id);
        FeedItem {
            id: head.id,
            title,
            text,
            url: format!("{base}{}", path.unwrap_or_default()),
            published: head.created_at,
            updated: head.modified_at,
        }
    };
    Ok(page.records().map(entry).collect())
}

fn numbered(number: Option<&String>, title: &str) -> String {
    match number {
        Some(number) => format!("{number}: {title}"),
        None => title.to_owned(),
    }
}

fn of_communique(communique: &Communique) -> (String, Option<String>) {
    let title = numbered(communique.number.as_ref(), &communique.title);
    (title, communique.body.clone())
}

fn of_recommendation(recommendation: &Recommendation) -> (String, Option<String>) {
    let title = numbered(recommendation.number.as_ref(), &recommendation.title);
    (title, recommendation.text.clone())
}

/// Day and town; a room or a link is for who takes part.
fn of_meeting(meeting: &Meeting) -> (String, Option<String>) {
    let day = meeting.held_on.format("%d.%m.%Y").to_string();
    let place = meeting.town.iter().cloned();
    let text: Vec<String> = std::iter::once(day).chain(place).collect();
    (meeting.title.clone(), Some(text.join(", ")))
}
