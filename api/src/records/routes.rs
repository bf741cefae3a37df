//! The endpoints of a kind of record, routed and described from the same types.

use std::marker::PhantomData;

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::web;
use domain::access::Needs;
use domain::access::permission::ReadPublic;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use utoipa::openapi::path::{Operation, Paths};
use utoipa::openapi::{HttpMethod, PathItem, RefOr, Schema};
use utoipa::{IntoParams, IntoResponses, PartialSchema, ToSchema};
use utoipa_actix_web::OpenApiFactory;

use super::filter::{Filter, Orders};
use super::query::Sent;
use super::resource::{About, AlsoListed, Resource, Stateful, Words, item_path, list_path};
use super::shape::In;
use super::step::{DryRun, StepOf, TransitionIn};
use super::steps::{self, Answer, InPartnership, Read, Shown};
use crate::auth::Require;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, InternalProblems, ReadProblems,
    TransitionProblems,
};
use crate::wire::{Body, IfMatch, List, MergePatch, Page, PageParams, Query, Write, WriteParams};

async fn list<T: Resource>(actor: Require<T::Read>, at: Read, list: List<Sent<T>>) -> Answer {
    let at = at.of(list.filter.year()?, list.filter.as_of()?);
    steps::list::<T, _>(&actor, &at, list, T::FILTERS, &T::ORDERS).await
}

async fn list_all<T: AlsoListed>(actor: Require<T::Read>, at: Read, list: List<Sent<T>>) -> Answer {
    let at = at.of(None, list.filter.as_of()?);
    steps::list::<T, _>(&actor, &at, list, T::FILTERS_OF_ALL, &T::ORDERS_OF_ALL).await
}

async fn read<T: Resource>(actor: Require<T::Read>, at: Read, shown: Query<Sent<T>>) -> Answer {
    let shown = shown.into_inner();
    let at = at.of(shown.year()?, shown.as_of()?);
    steps::read::<T, _>(&actor, &at).await
}

async fn create<T: Resource>(actor: Require<T::Create>, write: Write, body: Body<In<T>>) -> Answer {
    steps::create::<T, _>(&actor, write, body).await
}

async fn update<T: Resource>(
    actor: Require<T::Update>,
    write: Write,
    if_match: IfMatch,
    patch: Body<MergePatch<In<T>>>,
) -> Answer {
    steps::update::<T, _>(&actor, write, &if_match, patch).await
}

async fn delete<T: Resource>(actor: Require<T::Delete>, write: Write, if_match: IfMatch) -> Answer {
    steps::delete::<T, _>(&actor, write, &if_match).await
}

async fn transition<T: Stateful, P: Needs>(
    actor: Require<P>,
    write: Write,
    if_match: IfMatch,
    trial: Query<DryRun>,
    step: Body<TransitionIn>,
) -> Answer {
    steps::transition::<T, _>(&actor, write, &if_match, trial, step).await
}

/// The five endpoints of a kind of record.
pub struct Records<T>(PhantomData<T>);

impl<T> Records<T> {
    /// The five endpoints.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Resource> HttpServiceFactory for Records<T> {
    fn register(self, config: &mut AppService) {
        let mut list = web::resource(list_path::<T>(&T::ABOUT)).route(web::get().to(list::<T>));
        if T::ABOUT.create.is_some() {
            list = list.route(web::post().to(create::<T>));
        }
        list.register(config);
        let mut item = web::resource(item_path::<T>())
            .route(web::get().to(read::<T>))
            .route(web::delete().to(delete::<T>));
        if T::ABOUT.update.is_some() {
            item = item.route(web::patch().to(update::<T>));
        }
        item.register(config);
    }
}

/// The list of all records of a kind that stands below others.
pub struct ListOfAll<T>(PhantomData<T>);

impl<T> ListOfAll<T> {
    /// The list.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: AlsoListed> HttpServiceFactory for ListOfAll<T> {
    fn register(self, config: &mut AppService) {
        web::resource(list_path::<T>(&T::ABOUT_ALL))
            .route(web::get().to(list_all::<T>))
            .register(config);
    }
}

/// The step of a record into another state; `P` is what it needs at the least.
pub struct Steps<T, P> {
    /// What it does.
    pub words: Words,
    /// A step, as JSON.
    pub example: &'static str,
    of: PhantomData<(T, P)>,
}

impl<T, P> Steps<T, P> {
    /// The step, in words and with an example.
    pub const fn new(words: Words, example: &'static str) -> Self {
        let of = PhantomData;
        Self { words, example, of }
    }
}

impl<T: Stateful, P: Needs> HttpServiceFactory for Steps<T, P> {
    fn register(self, config: &mut AppService) {
        web::resource(item_path::<T>() + "/transitions")
            .route(web::post().to(transition::<T, P>))
            .register(config);
    }
}

/// Whether everybody may do what needs `P`.
fn needs_no_token<P: Needs>() -> bool {
    P::PERMISSION == ReadPublic::PERMISSION
}

/// An operation, put together.
pub struct Describe {
    operation: Value,
    parameters: Vec<Value>,
    responses: Map<String, Value>,
}

impl Describe {
    /// One that needs `P`.
    pub fn new<T: Resource, P: Needs>(
        about: &About,
        operation_id: String,
        (summary, description): Words,
    ) -> Self {
        let code = P::PERMISSION.code();
        let bearer = json!({ "bearer": [code] });
        let security = match needs_no_token::<P>() {
            true => json!([{}, bearer]),
            false => json!([bearer]),
        };
        let mut described = Self {
            operation: json!({
                "operationId": operation_id, "tags": [about.tag],
                "summary": summary, "description": description, "security": security,
            }),
            parameters: match T::OF_PARTNERSHIP {
                true => params::<InPartnership>(),
                false => Vec::new(),
            },
            responses: Map::new(),
        };
        if let Some(above) = &about.below {
            let (key, longest) = match T::OF_PARTNERSHIP {
                true => ("id or slug", 100),
                false => ("id", 36),
            };
            let words = format!("The {}: {key}", above.words);
            described.in_path(above.one, &words, longest, above.example);
        }
        described
    }

    fn in_path(&mut self, name: &str, about: &str, longest: usize, example: &str) {
        self.parameters.push(json!({
            "name": name, "in": "path", "required": true, "description": about,
            "schema": {"type": "string", "maxLength": longest}, "example": example,
        }));
    }

    /// Of one record.
    fn one<T: Resource>(mut self) -> Self {
        let (words, longest) = T::KEY;
        self.in_path(T::ABOUT.one, words, longest, T::ABOUT.example);
        self
    }

    /// With the parameters of `Q`.
    pub fn with<Q: IntoParams>(mut self) -> Self {
        self.parameters.extend(params::<Q>());
        self
    }

    /// With a body, and perhaps an example of one.
    pub fn body(mut self, schema: &str, media_type: &str, example: Option<&str>) -> Self {
        let mut content = json!({"schema": reference(schema)});
        if let Some(example) = example.and_then(|text| serde_json::from_str(text).ok()) {
            content["example"] = example;
        }
        self.operation["requestBody"] = json!({"content": {media_type: content}, "required": true});
        self
    }

    /// What it answers with a status.
    pub fn answers(
        mut self,
        status: &str,
        description: &str,
        schema: Option<&str>,
        headers: &[&str],
    ) -> Self {
        let mut response = json!({"description": description});
        if let Some(schema) = schema {
            response["content"] = json!({"application/json": {"schema": reference(schema)}});
        }
        for header in headers {
            let about = match *header {
                "Link" => "The next page, `rel=next`",
                "Location" => "Where it can be read",
                "ETag" => {
                    "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"
                }
                _ => "",
            };
            response["headers"][header] =
                json!({"description": about, "schema": {"type": "string"}});
        }
        self.responses.insert(status.to_owned(), response);
        self
    }

    /// An answer that is described once for all.
    fn refers(mut self, status: &str, component: &str) -> Self {
        let response = json!({"$ref": format!("#/components/responses/{component}")});
        self.responses.insert(status.to_owned(), response);
        self
    }

    /// What reading can end with: nobody is kept from what is public.
    fn fails_to_read<P: Needs>(self) -> Operation {
        match needs_no_token::<P>() {
            true => self.fails::<ReadProblems>(),
            false => self.fails::<InternalProblems>(),
        }
    }

    /// What it can end with besides.
    pub fn fails<P: IntoResponses>(mut self) -> Operation {
        for (status, response) in P::responses() {
            self.responses.insert(status, json!(response));
        }
        self.operation["parameters"] = json!(self.parameters);
        self.operation["responses"] = Value::Object(self.responses);
        component(self.operation)
    }
}

/// A part of the document that was put together as JSON.
pub fn component<C: DeserializeOwned>(described: Value) -> C {
    #[expect(
        clippy::expect_used,
        reason = "what is described in this folder alone; every test reads the document"
    )]
    serde_json::from_value(described).expect("a part of the document")
}

fn params<Q: IntoParams>() -> Vec<Value> {
    let parameters = Q::into_params(|| None);
    parameters
        .iter()
        .map(|parameter| json!(parameter))
        .collect()
}

/// A list, in the document.
fn listed<T: Resource>(
    about: &About,
    operation_id: String,
    filters: &[Filter<T>],
    orders: &Orders<T>,
) -> Operation {
    let mut list = Describe::new::<T, T::Read>(about, operation_id, about.list);
    list.parameters
        .extend(filters.iter().map(Filter::parameter));
    list.parameters.push(orders.parameter());
    list.with::<PageParams>()
        .answers(
            "200",
            &format!("A page of {}", about.words_many()),
            Some(&Page::<Shown<T>>::name()),
            &["Link"],
        )
        .fails_to_read::<T::Read>()
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

impl<T: Resource> OpenApiFactory for Records<T> {
    fn paths(&self) -> Paths {
        let (about, shown) = (&T::ABOUT, Shown::<T>::name());
        let (one, many) = (about.one, about.many);
        let list = listed::<T>(about, format!("list_{many}"), T::FILTERS, &T::ORDERS);
        let mut read =
            Describe::new::<T, T::Read>(about, format!("read_{one}"), about.read).one::<T>();
        let for_one = T::FILTERS.iter().filter(|filter| filter.is_for_one());
        read.parameters
            .extend(for_one.map(Filter::parameter_of_one));
        let read = read
            .answers(
                "200",
                &format!("The {}", about.words_one()),
                Some(&shown),
                &["ETag"],
            )
            .refers("304", "NotModified")
            .fails_to_read::<T::Read>();
        let create = about.create.map(|(words, example)| {
            let (status, answer) = T::CREATED;
            Describe::new::<T, T::Create>(about, format!("create_{one}"), words)
                .with::<WriteParams>()
                .body(&In::<T>::name(), "application/json", Some(example))
                .answers(status.as_str(), answer, Some(&shown), &["Location", "ETag"])
                .fails::<CreateProblems>()
        });
        let update = about.update.map(|(words, example)| {
            let patch = MergePatch::<In<T>>::name();
            Describe::new::<T, T::Update>(about, format!("update_{one}"), words)
                .one::<T>()
                .with::<IfMatch>()
                .body(&patch, "application/merge-patch+json", Some(example))
                .answers("200", "Changed", Some(&shown), &["ETag"])
                .fails::<ChangeProblems>()
        });
        let delete = Describe::new::<T, T::Delete>(about, format!("delete_{one}"), about.delete)
            .one::<T>()
            .with::<IfMatch>()
            .refers("204", "NoContent")
            .fails::<DeleteProblems>();
        let (collection, item) = (list_path::<T>(&T::ABOUT), item_path::<T>());
        let operations = [
            (&collection, HttpMethod::Get, Some(list)),
            (&collection, HttpMethod::Post, create),
            (&item, HttpMethod::Get, Some(read)),
            (&item, HttpMethod::Patch, update),
            (&item, HttpMethod::Delete, Some(delete)),
        ];
        let paths = operations.into_iter();
        let paths = paths.fold(
            Paths::builder(),
            |paths, (path, method, operation)| match operation {
                Some(operation) => paths.path(path, PathItem::new(method, operation)),
                None => paths,
            },
        );
        paths.build()
    }

    fn schemas(&self, schemas: &mut Vec<(String, RefOr<Schema>)>) {
        fn add<S: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            schemas.push((S::name().into_owned(), S::schema()));
            S::schemas(schemas);
        }
        if T::ABOUT.create.is_some() {
            add::<In<T>>(schemas);
        }
        if T::ABOUT.update.is_some() {
            add::<MergePatch<In<T>>>(schemas);
        }
        add::<Page<Shown<T>>>(schemas);
    }
}

impl<T: AlsoListed> OpenApiFactory for ListOfAll<T> {
    fn paths(&self) -> Paths {
        let about = &T::ABOUT_ALL;
        let operation_id = format!("list_partnership_{}", about.many);
        let list = listed::<T>(about, operation_id, T::FILTERS_OF_ALL, &T::ORDERS_OF_ALL);
        let item = PathItem::new(HttpMethod::Get, list);
        Paths::builder().path(list_path::<T>(about), item).build()
    }

    fn schemas(&self, _: &mut Vec<(String, RefOr<Schema>)>) {}
}

impl<T: Stateful, P: Needs> OpenApiFactory for Steps<T, P> {
    fn paths(&self) -> Paths {
        let about = &T::ABOUT;
        let operation_id = format!("transition_{}", about.one);
        let operation = Describe::new::<T, P>(about, operation_id, self.words)
            .one::<T>()
            .with::<IfMatch>()
            .with::<WriteParams>()
            .with::<DryRun>()
            .body(&StepOf::<T>::name(), "application/json", Some(self.example))
            .answers(
                "200",
                "In that state, or with `dry_run` what it would be",
                Some(&Shown::<T>::name()),
                &["ETag"],
            )
            .fails::<TransitionProblems>();
        let item = PathItem::new(HttpMethod::Post, operation);
        Paths::builder()
            .path(item_path::<T>() + "/transitions", item)
            .build()
    }

    fn schemas(&self, schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((StepOf::<T>::name().into_owned(), StepOf::<T>::schema()));
    }
}
