//! Answers: entity tags, conditional reads, `Location`.

use actix_web::http::header::{ContentType, ETAG, IF_NONE_MATCH, LOCATION};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use domain::access::View;
use domain::record::Head;
use persistence::{Conn, change};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::list_format::ListFormat;
use crate::problem::Halt;

/// `"<version>-<view>.<digest>"`: the version for who writes, the rest for who reads. What is shown of a record may change
/// without it: the names of others, what is counted, what depends on the day.
fn entity_tag(head: &Head, view: View, body: &[u8]) -> String {
    let digest = URL_SAFE_NO_PAD.encode(&Sha256::digest(body)[..12]);
    format!("\"{}-{}.{digest}\"", head.version, view.tag())
}

/// `"<sequence>-<view>.<digest>"` of what is computed from many records: the number of the latest change that may show in it,
/// and all else on which it depends. Known before anything is computed.
pub fn sequence_tag(sequence: i64, view: View, depends_on: &impl Serialize) -> String {
    let digest = URL_SAFE_NO_PAD.encode(&Sha256::digest(written(depends_on))[..12]);
    format!("\"{sequence}-{}.{digest}\"", view.tag())
}

/// The tag of a list of what belongs to no partnership, and is the same for everybody.
pub async fn list_tag(
    conn: &impl Conn,
    request: &HttpRequest,
    today: NaiveDate,
    format: ListFormat,
) -> Result<String, Halt> {
    // Read before all that is shown: that is at least as new as the tag promises.
    let sequence = change::feed::sequence_of(conn, None).await?;
    let depends_on = (request.uri().to_string(), format, today);
    Ok(sequence_tag(sequence, View::Public, &depends_on))
}

/// The tag of what has no version, made of all that it says.
pub fn body_tag(body: &[u8]) -> String {
    format!(
        "\"{}\"",
        URL_SAFE_NO_PAD.encode(&Sha256::digest(body)[..12])
    )
}

/// What the caller has already.
pub fn not_modified(tag: String) -> HttpResponse {
    HttpResponse::NotModified()
        .insert_header((ETAG, tag))
        .finish()
}

fn written<T: Serialize>(body: &T) -> Vec<u8> {
    serde_json::to_vec(body).unwrap_or_default()
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
    view: View,
    body: &T,
) -> HttpResponse {
    let body = written(body);
    let tag = entity_tag(head, view, &body);
    if has_already(request, &tag) {
        return not_modified(tag);
    }
    json(HttpResponse::Ok(), tag, body)
}

/// A record that was created.
pub fn created<T: Serialize>(location: String, head: &Head, view: View, body: &T) -> HttpResponse {
    let body = written(body);
    let tag = entity_tag(head, view, &body);
    let mut answer = HttpResponse::Created();
    answer.insert_header((LOCATION, location));
    json(answer, tag, body)
}

/// A record that was changed.
pub fn updated<T: Serialize>(head: &Head, view: View, body: &T) -> HttpResponse {
    let body = written(body);
    let tag = entity_tag(head, view, &body);
    json(HttpResponse::Ok(), tag, body)
}

fn json(mut answer: HttpResponseBuilder, tag: String, body: Vec<u8>) -> HttpResponse {
    answer
        .insert_header((ETAG, tag))
        .content_type(ContentType::json())
        .body(body)
}

/// A record that was deleted.
pub fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
