//! Answers: entity tags, conditional reads, `Location`.

use actix_web::http::header::{ETAG, IF_NONE_MATCH, LOCATION};
use actix_web::{HttpRequest, HttpResponse};
use domain::record::Head;
use serde::Serialize;

/// `"<version>-<variant>"`.
pub fn entity_tag(version: i64, variant: &str) -> String {
    format!("\"{version}-{variant}\"")
}

/// Whether the caller has this representation already (RFC 9110, section 13.1.2: weak comparison).
pub fn has_already(request: &HttpRequest, tag: &str) -> bool {
    let known = request
        .headers()
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    known
        .split(',')
        .map(|known| known.trim().trim_start_matches("W/"))
        .any(|known| known == tag || known == "*")
}

/// A record that was read.
pub fn read<T: Serialize>(
    request: &HttpRequest,
    head: &Head,
    variant: &str,
    body: &T,
) -> HttpResponse {
    let tag = entity_tag(i64::from(head.version), variant);
    if has_already(request, &tag) {
        return HttpResponse::NotModified()
            .insert_header((ETAG, tag))
            .finish();
    }
    HttpResponse::Ok().insert_header((ETAG, tag)).json(body)
}

/// A record that was created.
pub fn created<T: Serialize>(
    location: String,
    head: &Head,
    variant: &str,
    body: &T,
) -> HttpResponse {
    let tag = entity_tag(i64::from(head.version), variant);
    HttpResponse::Created()
        .insert_header((LOCATION, location))
        .insert_header((ETAG, tag))
        .json(body)
}

/// A record that was changed.
pub fn updated<T: Serialize>(head: &Head, variant: &str, body: &T) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((ETAG, entity_tag(i64::from(head.version), variant)))
        .json(body)
}

/// A record that was deleted.
pub fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
