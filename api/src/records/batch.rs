//! Many records of a kind in one request: either all are recorded or none.

use std::borrow::Cow;
use std::marker::PhantomData;

use actix_web::HttpResponse;
use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::web;
use domain::access::Needs;
use domain::fault::{Fault, Faults, Rule};
use domain::partnership::Partnership;
use domain::record::Head;
use persistence::{Condition, record};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::openapi::path::Paths;
use utoipa::openapi::{HttpMethod, PathItem, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use utoipa_actix_web::OpenApiFactory;
use uuid::Uuid;

use super::resource::{Resource, Words, list_path, scope};
use super::routes::{Describe, component};
use super::shape::In;
use super::steps::{
    self, Answer, check_change, checked, is_parent_held, resolved, site_of, store_change,
};
use crate::auth::Require;
use crate::problem::{BatchProblems, Halt, Kind, Problem};
use crate::site::Site;
use crate::wire::{Body, MergePatch, Write, WriteParams, WriteTx};

/// How many records a request may name.
const MOST: usize = 500;

/// A kind of which many are recorded at once.
pub trait Batched: Resource {
    /// What the document says of it, with a body as an example.
    const BATCH: (Words, &'static str);

    /// The records that this one would duplicate, of which there is one at most: that one is updated instead.
    fn twins(&self) -> Condition;
}

/// Many records of a kind.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct BatchIn<T> {
    items: Vec<MergePatch<In<T>>>,
}

/// The result of each item, in order.
#[derive(Serialize, ToSchema)]
pub struct BatchOut {
    /// The result of each item, in order.
    #[schema(max_items = 500)]
    items: Vec<BatchedOut>,
}

/// The result of an item.
#[derive(Serialize, ToSchema)]
pub struct BatchedOut {
    /// Whether the record was `created`, `updated`, or was `unchanged`.
    #[schema(example = "created")]
    outcome: &'static str,
    /// Id of the record.
    #[schema(example = "0198c0de-0000-7000-8000-000000000022")]
    id: Uuid,
    /// Its version.
    #[schema(minimum = 1, example = 1)]
    version: i32,
}

impl<T: ToSchema> ToSchema for BatchIn<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Batch", T::name()).into()
    }
}

impl<T> PartialSchema for BatchIn<T>
where
    In<T>: ToSchema,
{
    fn schema() -> RefOr<Schema> {
        let mut item = json!(In::<T>::schema());
        item["properties"]["version"] = json!({
            "type": "integer", "format": "int32", "minimum": 1, "maximum": i32::MAX, "example": 1,
            "description": "The version of the existing record. If it has another version by now, or does not exist, the request is refused (412).",
        });
        component(json!({
            "type": "object", "additionalProperties": false, "required": ["items"],
            "description": "An item that matches an existing record updates it like a merge patch: absent keeps, null clears.",
            "properties": {"items": {
                "type": "array", "minItems": 1, "maxItems": MOST, "items": item, "description": "The items, in any order.",
            }},
        }))
    }
}

/// The endpoint that records many.
pub struct Batches<T>(PhantomData<T>);

impl<T> Batches<T> {
    /// The endpoint.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

fn path<T: Resource>() -> String {
    list_path::<T>(&T::ABOUT) + "/batch"
}

impl<T: Batched> HttpServiceFactory for Batches<T> {
    fn register(self, config: &mut AppService) {
        web::resource(path::<T>())
            .route(web::post().to(batch::<T>))
            .register(config);
    }
}

impl<T: Batched> OpenApiFactory for Batches<T> {
    fn paths(&self) -> Paths {
        let about = &T::ABOUT;
        let (words, example) = T::BATCH;
        let operation_id = format!("batch_{}", about.many);
        let operation = Describe::new::<T, T::Create>(about, operation_id, words)
            .with::<WriteParams>()
            .body(&BatchIn::<T>::name(), "application/json", Some(example))
            .answers(
                "200",
                "All items are recorded",
                Some(&BatchOut::name()),
                &[],
            )
            .fails::<BatchProblems>();
        let item = PathItem::new(HttpMethod::Post, operation);
        Paths::builder().path(path::<T>(), item).build()
    }

    fn schemas(&self, schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((BatchIn::<T>::name().into_owned(), BatchIn::<T>::schema()));
        schemas.push((BatchOut::name().into_owned(), BatchOut::schema()));
        BatchOut::schemas(schemas);
    }
}

async fn batch<T: Batched>(
    actor: Require<T::Create>,
    write: Write,
    body: Body<BatchIn<T>>,
) -> Answer {
    let tx = write.begin().await?;
    let site = site_of::<T, _>(&*tx, &actor, &write.keys()?, write.clock()).await?;
    let held = record::hold::<Partnership>(&tx, site.id()).await?;
    if !held || !is_parent_held::<T>(&tx, &site).await? {
        return Err(Problem::of(Kind::NotFound).into());
    }
    let BatchIn { items } = body.whole()?;
    if items.is_empty() || items.len() > MOST {
        return Err(Problem::of(Kind::InvalidValues)
            .at("/items", Rule::Length)
            .into());
    }
    let mut refused: Option<Kind> = None;
    let mut faults: Vec<Fault> = Vec::new();
    let mut done = Vec::new();
    for (place, item) in items.into_iter().enumerate() {
        match one(&tx, &site, item, refused.is_none()).await {
            Ok(batched) => done.extend(batched),
            Err(Halt::Problem(problem)) => {
                let problem = problem.within(&format!("/items/{place}"));
                // What is wrong with the values of one keeps nobody from looking at the next.
                match problem.kind {
                    Kind::InvalidValues => refused = Some(Kind::InvalidValues),
                    Kind::DanglingReference => refused = refused.or(Some(problem.kind)),
                    _ => return Err(problem.into()),
                }
                faults.extend(problem.into_faults());
            }
            Err(replay) => return Err(replay),
        }
    }
    if let Some(kind) = refused {
        return Err(Problem::of(kind).faults(faults).into());
    }
    let answer = HttpResponse::Ok().json(BatchOut { items: done });
    tx.commit(answer).await
}

/// Checks an item, and stores it where that is still wanted.
async fn one<T: Batched>(
    tx: &WriteTx,
    site: &Site,
    mut item: MergePatch<In<T>>,
    store: bool,
) -> Result<Option<BatchedOut>, Halt> {
    let version = item.take("version");
    let body = resolved(tx, site, item.clone().alone()?).await?;
    let twin = match body.as_whole() {
        Some(In(value)) => {
            let mut value = value.clone();
            value.place(site.id(), site.parent);
            // As it would be stored; what is wrong with it is told below.
            value.check(&site.calendar(), &mut Faults::new());
            let twins = scope::<T>(site).add(value.twins());
            record::every::<T>(&**tx, twins).await?.pop()
        }
        None => None,
    };
    let is_at = |version: i32| {
        twin.as_ref()
            .is_some_and(|twin| twin.head.version == version)
    };
    let expected = version.map(|version| {
        version
            .as_i64()
            .and_then(|version| i32::try_from(version).ok())
    });
    match expected {
        Some(None) => {
            let problem = Problem::of(Kind::InvalidValues);
            return Err(problem.at("/version", Rule::Type).into());
        }
        Some(Some(version)) if !is_at(version) => {
            return Err(Problem::of(Kind::Stale)
                .at("/version", Rule::Conflict)
                .into());
        }
        _ => {}
    }
    let Some(before) = twin else {
        if !store {
            checked::<T>(tx, site, None, body).await?;
            return Ok(None);
        }
        let record = steps::insert::<T>(tx, site, T::Create::PERMISSION, tx.new_id(), body).await?;
        return Ok(Some(BatchedOut::of("created", &record.head)));
    };
    let permission = T::Update::PERMISSION;
    check_change(&**tx, site, permission, &before).await?;
    let merged = item.apply(&In::from(&before.value))?;
    let (value, made) = checked(tx, site, Some(&before), merged).await?;
    if value == before.value {
        return Ok(Some(BatchedOut::of("unchanged", &before.head)));
    }
    if !store {
        return Ok(None);
    }
    let after = store_change(tx, site, permission, before, value, made).await?;
    Ok(Some(BatchedOut::of("updated", &after.head)))
}

impl BatchedOut {
    fn of(outcome: &'static str, head: &Head) -> Self {
        Self {
            outcome,
            id: head.id,
            version: head.version,
        }
    }
}
