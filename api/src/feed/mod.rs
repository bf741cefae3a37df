//! Syndication: what a partnership released, recommended and announced, for readers of Atom (RFC 4287) and JSON Feed 1.1.

mod wire;

use actix_web::http::header::{CONTENT_LANGUAGE, ETAG};
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
use crate::problem::{Halt, Kind, Problem, ReadProblems};
use crate::records::{self, Resource};
use crate::representation;
use crate::site::Site;
use crate::state::AppState;
use crate::wire::ListFormat;
use crate::wire::{has_already, not_modified};

use self::wire::{Feed, FeedItem};

pub use self::wire::{JsonFeedItem, JsonFeedOut};

/// How many entries a feed has: the newest ones.
const MOST: u64 = 50;

/// What is fed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub enum FeedName {
    /// Communiqués that were released, by Atom.
    #[serde(rename = "communiques.atom")]
    CommuniquesAtom,
    /// The same by JSON Feed.
    #[serde(rename = "communiques.json")]
    CommuniquesJson,
    /// Recommendations that were adopted or rejected, by Atom.
    #[serde(rename = "recommendations.atom")]
    RecommendationsAtom,
    /// The same by JSON Feed.
    #[serde(rename = "recommendations.json")]
    RecommendationsJson,
    /// Meetings that are announced or took place, by Atom.
    #[serde(rename = "meetings.atom")]
    MeetingsAtom,
    /// The same by JSON Feed.
    #[serde(rename = "meetings.json")]
    MeetingsJson,
}

impl FeedName {
    fn is_atom(self) -> bool {
        matches!(
            self,
            Self::CommuniquesAtom | Self::RecommendationsAtom | Self::MeetingsAtom
        )
    }

    fn title(self) -> &'static str {
        match self {
            Self::CommuniquesAtom | Self::CommuniquesJson => "Komunikaty",
            Self::RecommendationsAtom | Self::RecommendationsJson => "Rekomendacje",
            Self::MeetingsAtom | Self::MeetingsJson => "Spotkania",
        }
    }
}

/// Read a feed of a partnership.
///
/// The 50 newest, as everybody sees them: `communiques`, `recommendations` or `meetings`, each as `.atom` or `.json`. Their ids
/// stay; what is withdrawn is not there any more. In Polish.
#[utoipa::path(
    tag = "Feeds",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        ("feed" = inline(FeedName), Path, description = "What is fed, and in which format", example = "communiques.atom")
    ),
    responses(
        (status = 200, description = "The feed", headers(("ETag" = String, description = "Tells this answer from others")), content(
            (JsonFeedOut = "application/feed+json"), (String = "application/atom+xml"))),
        (status = 304, description = "Nothing changed since the answer of If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/feeds/{feed}")]
pub async fn read_feed(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
    keys: web::Path<(String, FeedName)>,
    request: HttpRequest,
) -> Result<HttpResponse, Halt> {
    let (partnership, name) = keys.into_inner();
    let partnership = find::partnership(&state.db, &partnership).await?;
    // Whoever asks: a feed is passed on.
    let site = Site::in_partnership(partnership, &Actor::default(), &state.clock);
    let tag = site.list_tag(&state.db, &request, ListFormat::Json).await?;
    if has_already(&request, &tag) {
        return Ok(not_modified(tag));
    }
    let base = state.config.public_url();
    let entries = match name {
        FeedName::CommuniquesAtom | FeedName::CommuniquesJson => {
            newest::<Communique>(&state.db, &site, &base, of_communique).await?
        }
        FeedName::RecommendationsAtom | FeedName::RecommendationsJson => {
            newest::<Recommendation>(&state.db, &site, &base, of_recommendation).await?
        }
        FeedName::MeetingsAtom | FeedName::MeetingsJson => {
            newest::<Meeting>(&state.db, &site, &base, of_meeting).await?
        }
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
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((ETAG, tag))
        .insert_header((CONTENT_LANGUAGE, Language::Pl.tag()));
    Ok(match name.is_atom() {
        true => answer
            .content_type("application/atom+xml; charset=utf-8")
            .body(wire::atom(&feed).map_err(|_| Problem::of(Kind::Internal))?),
        false => answer
            .content_type("application/feed+json")
            .body(serde_json::to_vec(&JsonFeedOut::of(&feed)).unwrap_or_default()),
    })
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
        let path = representation::path(T::KIND, Some(site.id()), None, head.id);
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
