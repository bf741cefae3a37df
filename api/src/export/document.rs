//! Lists in the document: each has an entity tag, and is written in other formats at paths of their own.

use utoipa::IntoResponses;
use utoipa::openapi::KnownFormat;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::{
    ContentBuilder, Header, HttpMethod, ObjectBuilder, OpenApi, PathItem, Ref, RefOr, Response,
    ResponseBuilder, SchemaFormat, Type,
};

use crate::list_format::ListFormat;
use crate::problem::WorkbookProblems;

/// The other formats of lists: each with the component that answers a list in it, and what it is called.
const FORMATS: [(ListFormat, &str, &str); 3] = [
    (ListFormat::Csv, "Csv", "as CSV"),
    (ListFormat::Xlsx, "Xlsx", "as a workbook"),
    (ListFormat::Ndjson, "Ndjson", "as lines of JSON"),
];

/// What chooses a page, of which other formats have none.
const PAGING: [&str; 3] = ["limit", "cursor", "total"];

/// Adds what all lists have, and says in one way what is not sent again.
pub fn complete_lists(document: &mut OpenApi) {
    let mut in_formats = Vec::new();
    for (path, item) in &mut document.paths.paths {
        if let Some(read) = &mut item.get
            && let Some(unchanged) = read.responses.responses.get_mut("304")
        {
            *unchanged = not_modified();
        }
        let Some(list) = item.get.as_mut().filter(|operation| is_list(operation)) else {
            continue;
        };
        add_tag(list);
        for (format, component, called) in FORMATS {
            let mut operation = in_format(list, format, called);
            let answer = Ref::from_response_name(component).into();
            operation
                .responses
                .responses
                .insert("200".to_owned(), answer);
            let item = PathItem::new(HttpMethod::Get, operation);
            in_formats.push((format!("{path}.{}", format.suffix()), item));
        }
    }
    document.paths.paths.extend(in_formats);
    let components = document.components.get_or_insert_default();
    let answers = FORMATS.map(|(format, component, _)| (component, whole(format)));
    let unchanged = Response::new("Nothing changed since the answer of If-None-Match");
    let deleted = Response::new("Deleted");
    let answers = answers.into_iter();
    for (name, response) in answers.chain([("NotModified", unchanged), ("NoContent", deleted)]) {
        let response = RefOr::T(response);
        components.responses.insert(name.to_owned(), response);
    }
}

fn name(parameter: &RefOr<Parameter>) -> &str {
    match parameter {
        RefOr::T(parameter) => &parameter.name,
        RefOr::Ref(_) => "",
    }
}

fn is_list(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|parameter| name(parameter) == "cursor")
}

fn add_tag(list: &mut Operation) {
    let responses = &mut list.responses.responses;
    if let Some(RefOr::T(page)) = responses.get_mut("200") {
        page.headers.insert("ETag".to_owned(), tag().into());
    }
    responses.insert("304".to_owned(), not_modified());
}

fn not_modified() -> RefOr<Response> {
    Ref::from_response_name("NotModified").into()
}

fn header(about: &str) -> Header {
    let text = ObjectBuilder::new().schema_type(Type::String);
    let header = HeaderBuilder::new().schema(Some(text));
    header.description(Some(about)).build()
}

fn tag() -> Header {
    header("Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change")
}

fn whole(format: ListFormat) -> Response {
    let file = ObjectBuilder::new().schema_type(Type::String);
    let file = match format {
        ListFormat::Xlsx => file.format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary))),
        _ => file,
    };
    let media_type = format.media_type().split(';').next().unwrap_or_default();
    let content = ContentBuilder::new().schema(Some(file)).build();
    let answer = ResponseBuilder::new().description("All that matches");
    let answer = answer.content(media_type, content).header("ETag", tag());
    let named = header("The name of the file");
    answer.header("Content-Disposition", named).build()
}

/// The operation that writes a list in a format, but for its answer.
fn in_format(list: &Operation, format: ListFormat, called: &str) -> Operation {
    let mut operation = list.clone();
    let with_suffix = |id: String| format!("{id}_{}", format.suffix());
    operation.operation_id = operation.operation_id.map(with_suffix);
    let summary = operation.summary.as_deref().unwrap_or_default();
    operation.summary = Some(format!("{} {called}.", summary.trim_end_matches('.')));
    // What holds for the formats of all lists is said once, at the head of the document.
    operation.description = None;
    if let Some(parameters) = &mut operation.parameters {
        parameters.retain(|parameter| !PAGING.contains(&name(parameter)));
    }
    if format == ListFormat::Xlsx {
        let responses = &mut operation.responses.responses;
        responses.extend(WorkbookProblems::responses());
    }
    operation
}
