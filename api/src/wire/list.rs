//! Lists: parameters that all have, cursors, and the page.

use std::borrow::Cow;
use std::future::{Ready, ready};

use actix_web::http::header::{ContentType, ETAG, LINK};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use persistence::Condition;
use persistence::list::{self, Ask, Deletion, Entry, Position};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, Schema};
use utoipa::openapi::{KnownFormat, ObjectBuilder, Ref, RefOr, SchemaFormat, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use uuid::Uuid;

use super::answer::{body_tag, has_already, not_modified};
use crate::auth::Keys;
use crate::problem::{Halt, Kind, Problem};
use crate::state::AppState;

const COMMON: [&str; 4] = ["limit", "cursor", "total", "modified_since"];

/// What every list takes.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageParams {
    /// How many items at most.
    #[serde(default = "default_limit")]
    #[param(
        minimum = 1,
        maximum = 200,
        default = 50,
        example = 50,
        required = false
    )]
    pub limit: u64,
    /// Where to go on; taken from `next`, never made up.
    #[param(max_length = 2000)]
    pub cursor: Option<String>,
    /// Whether to count all that match.
    #[serde(default)]
    #[param(default = false, required = false)]
    pub total: bool,
    /// Only what was committed since this instant, with tombstones of what is gone, in the order of the changes.
    /// It may repeat an item and never misses one.
    #[param(example = "2016-12-31T23:00:00Z")]
    pub modified_since: Option<DateTime<Utc>>,
}

fn default_limit() -> u64 {
    50
}

/// The parameters of a list: what all lists take, and its own filters.
pub struct List<F> {
    /// Its own filters.
    pub filter: F,
    /// What all lists take.
    pub page: PageParams,
    request: HttpRequest,
    keys: Keys,
    /// All parameters but the cursor, as sent.
    kept: Vec<(String, String)>,
}

impl<F: DeserializeOwned> FromRequest for List<F> {
    type Error = Halt;
    type Future = Ready<Result<Self, Halt>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::of(request).map_err(Halt::from))
    }
}

impl<F: DeserializeOwned> List<F> {
    fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let state = request.app_data::<web::Data<AppState>>();
        let state = state.ok_or_else(|| Problem::of(Kind::Internal))?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(request.query_string())
            .map_err(|_| Problem::parameter("query"))?;
        if let Some((name, _)) = pairs
            .iter()
            .find(|(_, value)| value.contains('\0') || value.len() > 2000)
        {
            return Err(Problem::parameter(name));
        }
        let (common, own): (Vec<_>, Vec<_>) = pairs
            .iter()
            .cloned()
            .partition(|(name, _)| COMMON.contains(&name.as_str()));
        let page: PageParams = typed(&common)?;
        if !(1..=200).contains(&page.limit) {
            return Err(Problem::parameter("limit"));
        }
        let kept = pairs
            .into_iter()
            .filter(|(name, _)| name != "cursor")
            .collect();
        Ok(Self {
            filter: typed(&own)?,
            page,
            request: request.clone(),
            keys: state.keys.clone(),
            kept,
        })
    }
}

/// The parameters of an operation that is no list.
pub struct Query<T>(T);

impl<T> Query<T> {
    /// What was sent.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Halt;
    type Future = Ready<Result<Self, Halt>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let pairs = serde_urlencoded::from_str::<Vec<(String, String)>>(request.query_string());
        let read = pairs
            .map_err(|_| Problem::parameter("query"))
            .and_then(|pairs| typed(&pairs));
        ready(read.map(Self).map_err(Halt::from))
    }
}

/// Reads parameters; one that cannot be read is named.
fn typed<T: DeserializeOwned>(pairs: &[(String, String)]) -> Result<T, Problem> {
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    let reader = serde_urlencoded::Deserializer::new(form_pairs(&query));
    serde_path_to_error::deserialize(reader)
        .map_err(|error| Problem::parameter(error.path().to_string()))
}

fn form_pairs(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.as_bytes())
}

/// An order a list offers.
pub trait Sorting: Copy + PartialEq {
    /// The column of the table.
    type Column;

    /// The column and whether the greatest comes first.
    fn column(self) -> (Self::Column, bool);
}

/// The order as the query names it.
pub fn sort_by<S: Sorting>(sort: S) -> list::Sort<S::Column> {
    let (column, descending) = sort.column();
    list::Sort { column, descending }
}

/// A place in a list, opaque to the caller: sealed, and bound to the list's parameters.
#[derive(Serialize, Deserialize)]
struct Cursor {
    position: Position,
    seal: String,
}

impl<F> List<F> {
    /// What is asked of the database: some records in an order, from the place on where the caller stands.
    pub fn ask<C>(&self, condition: Condition, sort: list::Sort<C>) -> Result<Ask<C>, Problem> {
        Ok(Ask {
            condition,
            sort,
            limit: self.page.limit,
            after: self.after()?,
            total: self.page.total,
            modified_since: self.page.modified_since,
            vanished: None,
        })
    }

    /// Where to go on, from `cursor`. One that was made up, or made for other parameters, is refused.
    pub fn after(&self) -> Result<Option<Position>, Problem> {
        let Some(cursor) = &self.page.cursor else {
            return Ok(None);
        };
        let refused = || Problem::parameter("cursor");
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
        let cursor: Cursor = serde_json::from_slice(&bytes).map_err(|_| refused())?;
        if cursor.seal != self.seal(&cursor.position) {
            return Err(refused());
        }
        Ok(Some(cursor.position))
    }

    fn cursor(&self, position: Position) -> String {
        let seal = self.seal(&position);
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&Cursor { position, seal }).unwrap_or_default())
    }

    /// What only this installation can compute of a place and the parameters it is a place under.
    fn seal(&self, position: &Position) -> String {
        let bound = self
            .kept
            .iter()
            .filter(|(name, _)| name != "limit" && name != "total");
        let sealed = (self.request.path(), bound.collect::<Vec<_>>(), position);
        let seal = self
            .keys
            .master
            .seal(&serde_json::to_vec(&sealed).unwrap_or_default());
        URL_SAFE_NO_PAD.encode(&seal[..16])
    }

    /// Answers a page, its records as they are `shown`, with `next` in the body and as a `Link`, and a tag made of all that.
    pub fn answer<T, O: Serialize>(&self, page: list::Page<T>, shown: Vec<O>) -> HttpResponse {
        self.answer_items(items(&page, shown), page.next, page.total, None)
    }

    /// The same with a tag that was known before.
    pub fn answer_tagged<T, O: Serialize>(
        &self,
        page: list::Page<T>,
        shown: Vec<O>,
        tag: String,
    ) -> HttpResponse {
        self.answer_items(items(&page, shown), page.next, page.total, Some(tag))
    }

    /// The same of what is no record.
    pub fn answer_lines<O: Serialize>(
        &self,
        lines: Vec<O>,
        next: Option<Position>,
        total: Option<u64>,
    ) -> HttpResponse {
        let items = lines.into_iter().map(Item::Record).collect();
        self.answer_items(items, next, total, None)
    }

    fn answer_items<O: Serialize>(
        &self,
        items: Vec<Item<O>>,
        next: Option<Position>,
        total: Option<u64>,
        tag: Option<String>,
    ) -> HttpResponse {
        let next = next.map(|position| {
            let cursor = self.cursor(position);
            let mut pairs = self.kept.clone();
            pairs.push(("cursor".to_owned(), cursor));
            format!(
                "{}?{}",
                self.request.path(),
                serde_urlencoded::to_string(pairs).unwrap_or_default()
            )
        });
        let link = next.as_ref().map(|next| format!("<{next}>; rel=\"next\""));
        let body = PageBody { items, next, total };
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let tag = tag.unwrap_or_else(|| body_tag(&body));
        if has_already(&self.request, &tag) {
            return not_modified(tag);
        }
        let mut answer = HttpResponse::Ok();
        if let Some(link) = link {
            answer.insert_header((LINK, link));
        }
        answer
            .insert_header((ETAG, tag))
            .content_type(ContentType::json())
            .body(body)
    }
}

fn items<T, O: Serialize>(page: &list::Page<T>, shown: Vec<O>) -> Vec<Item<O>> {
    let mut shown = shown.into_iter();
    let items = page.entries.iter().filter_map(|entry| match entry {
        Entry::Record(_) => shown.next().map(Item::Record),
        Entry::Tombstone(id, deleted_at, deletion) => Some(Item::Tombstone(Tombstone {
            id: *id,
            deleted_at: *deleted_at,
            deletion: match deletion {
                Deletion::Deleted => "deleted".to_owned(),
                Deletion::Unpublished => "unpublished".to_owned(),
            },
        })),
    });
    items.collect()
}

#[derive(Serialize)]
struct PageBody<O> {
    items: Vec<Item<O>>,
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Item<O> {
    Record(O),
    Tombstone(Tombstone),
}

/// What is left of a record that is gone. Only in answers to `modified_since`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tombstone {
    /// The record's id.
    #[schema(example = "0198c0de-0000-7000-8000-000000000005")]
    pub id: Uuid,
    /// When it was deleted, or disappeared.
    #[schema(example = "2017-01-02T08:00:00Z")]
    pub deleted_at: DateTime<Utc>,
    /// `deleted`, or `unpublished` when the caller does not see it any more.
    #[schema(example = "deleted")]
    pub deletion: String,
}

/// One page of a list, for the document.
pub struct Page<O>(std::marker::PhantomData<O>);

impl<O: ToSchema> ToSchema for Page<O> {
    fn name() -> Cow<'static, str> {
        format!("{}Page", O::name().trim_end_matches("Out")).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((O::name().into_owned(), O::schema()));
        schemas.push((Tombstone::name().into_owned(), Tombstone::schema()));
        O::schemas(schemas);
        Tombstone::schemas(schemas);
    }
}

impl<O: ToSchema> PartialSchema for Page<O> {
    fn schema() -> RefOr<Schema> {
        let item = AnyOfBuilder::new()
            .item(Ref::from_schema_name(O::name()))
            .item(Ref::from_schema_name(Tombstone::name()))
            .build();
        let items = ArrayBuilder::new()
            .items(RefOr::T(Schema::AnyOf(item)))
            .max_items(Some(200))
            .description(Some("The records; with `modified_since` also tombstones."))
            .build();
        let next = ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::SchemaType::Array(vec![
                Type::String,
                Type::Null,
            ]))
            .description(Some("Relative URL of the next page; null on the last."))
            .build();
        let total = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(0))
            .description(Some("How many match in all; only with `total=true`."))
            .build();
        let page = ObjectBuilder::new()
            .property("items", Schema::Array(items))
            .property("next", Schema::Object(next))
            .property("total", Schema::Object(total))
            .required("items")
            .required("next")
            .build();
        RefOr::T(Schema::Object(page))
    }
}
