//! Lists: parameters that all have, cursors, and the page.

use std::borrow::Cow;
use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::http::header::{ContentType, ETAG, LINK};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, web};
use chrono::{DateTime, Utc};
use domain::fault::Rule;
use persistence::Condition;
use persistence::list::{self, Ask, Entry, Position};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedSemaphorePermit;
use utoipa::openapi::schema::{ArrayBuilder, Schema};
use utoipa::openapi::{KnownFormat, ObjectBuilder, Ref, RefOr, SchemaFormat, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use uuid::Uuid;

use super::answer::{body_tag, has_already, not_modified};
use super::place;
use crate::list_format::ListFormat;
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
    /// Only what was committed since this instant, in the order of the changes; what is gone stands in `deleted`. It may repeat a
    /// record and never misses one.
    #[param(example = "2016-12-31T23:00:00Z")]
    pub modified_since: Option<DateTime<Utc>>,
}

fn default_limit() -> u64 {
    50
}

/// The parameters of a list: what all lists take, and its own filters.
pub struct List<F> {
    /// Its own filters.
    pub filter: Rc<F>,
    /// What all lists take.
    pub page: PageParams,
    request: HttpRequest,
    state: web::Data<AppState>,
    /// All parameters but the cursor, as sent.
    kept: Rc<[(String, String)]>,
    /// Where an export goes on, in place of a cursor.
    place: Option<Position>,
}

impl<F> Clone for List<F> {
    fn clone(&self) -> Self {
        Self {
            filter: Rc::clone(&self.filter),
            page: self.page.clone(),
            request: self.request.clone(),
            state: self.state.clone(),
            kept: Rc::clone(&self.kept),
            place: self.place.clone(),
        }
    }
}

/// What was read of a list.
pub struct Fetched<O> {
    /// The items, in order.
    pub items: Vec<Item<O>>,
    /// Where to go on, unless this is the end.
    pub next: Option<Position>,
    /// How many match in all, if asked.
    pub total: Option<u64>,
}

impl<O> Fetched<O> {
    /// A page, its records as they are `shown`.
    pub fn page<T>(page: list::Page<T>, shown: Vec<O>) -> Self {
        Self {
            items: items(&page, shown),
            next: page.next,
            total: page.total,
        }
    }

    /// What is no record.
    pub fn lines(lines: Vec<O>, next: Option<Position>, total: Option<u64>) -> Self {
        Self {
            items: lines.into_iter().map(Item::Record).collect(),
            next,
            total,
        }
    }
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
        let pairs = sent(request)?;
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
            return Err(Problem::parameter_breaks("limit", Rule::Range));
        }
        let kept = pairs
            .into_iter()
            .filter(|(name, _)| name != "cursor")
            .collect();
        Ok(Self {
            filter: Rc::new(typed(&own)?),
            page,
            request: request.clone(),
            state: state.clone(),
            kept,
            place: None,
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
        let read = sent(request).and_then(|pairs| typed(&pairs));
        ready(read.map(Self).map_err(Halt::from))
    }
}

/// The parameters of a request. One that may stand there several times is the same as its values separated by commas.
fn sent(request: &HttpRequest) -> Result<Vec<(String, String)>, Problem> {
    let pairs = serde_urlencoded::from_str::<Vec<(String, String)>>(request.query_string());
    let mut merged: Vec<(String, String)> = Vec::new();
    for (name, value) in pairs.map_err(|_| Problem::parameter("query"))? {
        match merged.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => {
                values.push(',');
                values.push_str(&value);
            }
            None => merged.push((name, value)),
        }
    }
    Ok(merged)
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
        if self.place.is_some() {
            return Ok(self.place.clone());
        }
        let Some(cursor) = &self.page.cursor else {
            return Ok(None);
        };
        let opened = place::opened(&self.state.keys.master, &self.bound(), cursor);
        opened.map(Some).ok_or_else(|| Problem::parameter("cursor"))
    }

    fn cursor(&self, position: &Position) -> String {
        place::sealed(&self.state.keys.master, &self.bound(), position)
    }

    /// What a place in this list is bound to: the parameters that choose what is in it, and in which order.
    fn bound(&self) -> (&str, Vec<&(String, String)>) {
        let kept = self.kept.iter();
        let bound = kept.filter(|(name, _)| name != "limit" && name != "total");
        (self.request.path(), bound.collect())
    }

    /// How the list is wanted.
    pub fn format(&self) -> ListFormat {
        ListFormat::of(&self.request)
    }

    /// The same list from a place on.
    pub fn at(&self, place: Option<Position>, limit: u64) -> Self {
        let mut list = self.clone();
        list.page.limit = limit;
        list.place = place;
        list
    }

    /// Waits for its turn, where too many workbooks are written.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let workbooks = Arc::clone(&self.state.workbooks);
        let closed = |_| Problem::of(Kind::Unavailable);
        workbooks.acquire_owned().await.map_err(closed)
    }

    /// What the list is called: the last part of its path.
    pub fn name(&self) -> &str {
        let path = self.request.path();
        path.rsplit('/').next().unwrap_or(path)
    }

    /// Answers one page as JSON.
    pub fn answer_items<O: Serialize>(
        &self,
        page: Fetched<O>,
        tag: Option<String>,
    ) -> HttpResponse {
        let Fetched { items, next, total } = page;
        let next = next.map(|position| {
            let cursor = self.cursor(&position);
            let mut pairs = self.kept.to_vec();
            pairs.push(("cursor".to_owned(), cursor));
            format!(
                "{}?{}",
                self.request.path(),
                serde_urlencoded::to_string(pairs).unwrap_or_default()
            )
        });
        let link = next.as_ref().map(|next| format!("<{next}>; rel=\"next\""));
        let since = self.page.modified_since;
        let mut deleted = since.map(|_| Vec::new());
        let records = items.into_iter().filter_map(|item| match item {
            Item::Record(record) => Some(record),
            Item::Tombstone(tombstone) => {
                deleted.get_or_insert_default().push(tombstone);
                None
            }
        });
        let body = PageBody {
            items: records.collect(),
            deleted,
            next,
            total,
        };
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

fn items<T, O>(page: &list::Page<T>, shown: Vec<O>) -> Vec<Item<O>> {
    let mut shown = shown.into_iter();
    let items = page.entries.iter().filter_map(|entry| match entry {
        Entry::Record(_) => shown.next().map(Item::Record),
        Entry::Tombstone(id, deleted_at, deletion) => Some(Item::Tombstone(Tombstone {
            id: *id,
            deleted_at: *deleted_at,
            deletion: match deletion {
                list::Deletion::Deleted => Deletion::Deleted,
                list::Deletion::Unpublished => Deletion::Unpublished,
            },
        })),
    });
    items.collect()
}

#[derive(Serialize)]
struct PageBody<O> {
    items: Vec<O>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted: Option<Vec<Tombstone>>,
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
}

/// What stands in a list: a line of its other formats.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Item<O> {
    /// A record.
    Record(O),
    /// What is left of one.
    Tombstone(Tombstone),
}

/// What is left of a record that is gone.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tombstone {
    /// The record's id.
    #[schema(example = "0198c0de-0000-7000-8000-000000000005")]
    pub id: Uuid,
    /// When it was deleted, or disappeared.
    #[schema(example = "2017-01-02T08:00:00Z")]
    pub deleted_at: DateTime<Utc>,
    /// How it went.
    pub deletion: Deletion,
}

/// How a record went.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deletion {
    /// It was deleted.
    Deleted,
    /// The caller does not see it any more.
    Unpublished,
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
        let items = ArrayBuilder::new()
            .items(Ref::from_schema_name(O::name()))
            .max_items(Some(200))
            .description(Some("In order."))
            .build();
        let deleted = ArrayBuilder::new()
            .items(Ref::from_schema_name(Tombstone::name()))
            .max_items(Some(200))
            .description(Some(
                "What is gone, in the order of the changes; with `modified_since` only. It counts in `limit` and `total`.",
            ))
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
            .property("deleted", Schema::Array(deleted))
            .property("next", Schema::Object(next))
            .property("total", Schema::Object(total))
            .required("items")
            .required("next")
            .build();
        RefOr::T(Schema::Object(page))
    }
}
