//! JSON bodies: strict, bounded, and with the place of the first fault of shape.

use std::collections::HashMap;
use std::fs::File;
use std::future::Future;
use std::io::{self, Seek, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev, web};
use domain::access::Actor;
use domain::fault::{Fault, Rule};
use domain::link::{self, Name};
use futures_util::StreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::distinct::Distinct;
use super::missing::{escaped, stand_in};
use crate::problem::{Halt, Kind, Problem};
use crate::state::AppState;

/// The greatest body of an ordinary request.
pub const LIMIT: usize = 2 * 1024 * 1024;

/// How long the body may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(20);

/// How much of each body is not counted among those that are long.
const SHORT: usize = 16 * 1024;
/// How much of a body is written to a file at once.
const WRITTEN: usize = 512 * 1024;

/// Digest of the body as it was sent; tells apart requests under one `Idempotency-Key`.
#[derive(Clone, Copy, Debug)]
pub struct BodyDigest(pub [u8; 32]);

/// A JSON body of type `T`. Where it lacks a required field there is a stand-in, which never leaves it: whoever wants the
/// body is told what is missing, or checks it and is told that besides. Its links lead nowhere until they are resolved.
#[derive(Debug)]
pub struct Body<T> {
    value: T,
    missing: Vec<Fault>,
    links: Option<Links>,
}

/// The links of a body.
#[derive(Debug)]
struct Links {
    /// What they name.
    names: Vec<Name>,
    /// The body as it was sent, to be read again.
    sent: Value,
}

/// Whether a body says nothing of a field.
pub fn lacks<T: Serialize>(body: &T, field: &str) -> bool {
    serde_json::to_value(body).is_ok_and(|body| body.get(field).is_none_or(Value::is_null))
}

impl<T> Body<T> {
    /// One that was put together here and lacks nothing.
    pub fn of(value: T) -> Self {
        Self {
            value,
            missing: Vec::new(),
            links: None,
        }
    }

    /// The records that its links name.
    pub fn names(&self) -> &[Name] {
        self.links.as_ref().map_or(&[], |links| &links.names)
    }

    /// The same body, whose links lead to what was found of their names. The first that was not found is told.
    pub fn resolved(self, mut found: HashMap<Name, Uuid>) -> Result<Self, Problem>
    where
        T: DeserializeOwned,
    {
        let Some(Links { names, sent }) = self.links else {
            return Ok(self);
        };
        if !self.missing.is_empty() {
            // The name of a stand-in: it leads nowhere, and that is told as missing.
            let unnamed = names.into_iter().filter(|(_, text)| text.is_empty());
            found.extend(unnamed.map(|name| (name, Uuid::nil())));
        }
        let read = link::resolved(found, || serde_path_to_error::deserialize(&sent));
        let dangling = |error: serde_path_to_error::Error<serde_json::Error>| {
            let pointer: String = error.path().iter().filter_map(segment).collect();
            Problem::of(Kind::DanglingReference).at(pointer, Rule::DanglingReference)
        };
        Ok(Self {
            value: read.map_err(dangling)?,
            links: None,
            ..self
        })
    }

    /// What was sent, of a body that lacks nothing.
    pub fn whole(self) -> Result<T, Problem> {
        self.checked(Ok)
    }

    /// The same to look at.
    pub fn as_whole(&self) -> Option<&T> {
        self.missing.is_empty().then_some(&self.value)
    }

    /// What a check makes of a body that lacks nothing; what is missing is told with all that the check finds.
    pub fn checked<R>(self, check: impl FnOnce(T) -> Result<R, Problem>) -> Result<R, Problem> {
        told_with(self.missing, check(self.value))
    }

    /// The body as a check takes it, and what it lacks, which must be told with what the check finds.
    pub(super) fn into_parts(self) -> (T, Vec<Fault>) {
        (self.value, self.missing)
    }

    /// Whether it says nothing of a field.
    pub fn lacks(&self, field: &str) -> bool
    where
        T: Serialize,
    {
        lacks(&self.value, field)
    }
}

/// What a check came to, and what was missing. Of what the check finds, the values are told; what it finds wrong with a
/// stand-in is not, nor what it finds wrong beyond the values, since that may be for a stand-in's sake.
pub(super) fn told_with<R>(missing: Vec<Fault>, checked: Result<R, Problem>) -> Result<R, Problem> {
    if missing.is_empty() {
        return checked;
    }
    let found = match checked {
        Err(problem) if problem.kind == Kind::InvalidValues => problem.into_faults(),
        Err(problem) if problem.kind.status() != 409 => return Err(problem),
        _ => Vec::new(),
    };
    let of_a_stand_in = |fault: &Fault| {
        missing.iter().any(|missing| {
            let within = fault.pointer.strip_prefix(&missing.pointer);
            within.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let found: Vec<Fault> = found
        .into_iter()
        .filter(|fault| !of_a_stand_in(fault))
        .collect();
    Err(Problem::of(Kind::InvalidValues).faults([missing, found].concat()))
}

impl<T: Serialize + DeserializeOwned + ToSchema + 'static> FromRequest for Body<T> {
    type Error = Halt;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Halt>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            check_media_type(&request)?;
            let known = request
                .extensions()
                .get::<Actor>()
                .is_some_and(|actor| actor.account.is_some());
            // Strangers do not take the room that long bodies share.
            let limit = if known { LIMIT } else { SHORT };
            let bytes = received(&request, &mut payload, limit, ARRIVAL).await?;
            parse(&bytes).map_err(Halt::from)
        })
    }
}

/// A body as it was sent, of a size and within a time.
pub async fn received(
    request: &HttpRequest,
    payload: &mut dev::Payload,
    limit: usize,
    arrival: Duration,
) -> Result<web::Bytes, Problem> {
    let mut bytes = web::BytesMut::new();
    let all = parts(request, payload, limit, arrival, async |part| {
        bytes.extend_from_slice(&part);
        make_room(request, bytes.len())
    });
    all.await?;
    let bytes = bytes.freeze();
    let digest = BodyDigest(Sha256::digest(&bytes).into());
    request.extensions_mut().insert(digest);
    Ok(bytes)
}

/// The same of a body that is too long for memory: in a file, which is gone when it is closed.
pub async fn received_file(
    request: &HttpRequest,
    payload: &mut dev::Payload,
    limit: usize,
    arrival: Duration,
) -> Result<File, Problem> {
    let mut file = tempfile::tempfile().map_err(|error| not_written(&error))?;
    let (mut digest, mut waiting) = (Sha256::new(), web::BytesMut::new());
    let all = parts(request, payload, limit, arrival, async |part| {
        digest.update(&part);
        waiting.extend_from_slice(&part);
        match waiting.len() < WRITTEN {
            true => Ok(()),
            false => write(&file, waiting.split().freeze()).await,
        }
    });
    all.await?;
    write(&file, waiting.freeze()).await?;
    file.rewind().map_err(|error| not_written(&error))?;
    let digest = BodyDigest(digest.finalize().into());
    request.extensions_mut().insert(digest);
    Ok(file)
}

async fn write(file: &File, bytes: web::Bytes) -> Result<(), Problem> {
    let mut file = file.try_clone().map_err(|error| not_written(&error))?;
    let written = web::block(move || file.write_all(&bytes)).await;
    let written = written.map_err(|_| Problem::of(Kind::Internal))?;
    written.map_err(|error| not_written(&error))
}

fn not_written(error: &io::Error) -> Problem {
    tracing::error!(%error, "A body could not be kept in a temporary file");
    Problem::of(Kind::Unavailable)
}

/// Takes a body part by part, of a size and within a time.
async fn parts(
    request: &HttpRequest,
    payload: &mut dev::Payload,
    limit: usize,
    arrival: Duration,
    mut take: impl AsyncFnMut(web::Bytes) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let payload = web::Payload::from_request(request, payload).await;
    let mut payload = payload.map_err(|_| malformed("unreadable"))?;
    let mut left = limit;
    let all = async {
        while let Some(part) = payload.next().await {
            let part = part.map_err(|_| malformed("incomplete"))?;
            let too_large = || Problem::of(Kind::TooLarge).with("limit", limit.to_string());
            left = left.checked_sub(part.len()).ok_or_else(too_large)?;
            take(part).await?;
        }
        Ok(())
    };
    // The server itself times only the head of a request.
    let arrived = tokio::time::timeout(arrival, all).await;
    arrived.map_err(|_| Problem::of(Kind::RequestTimeout))?
}

/// The room that the long body of a request takes, for as long as the request is worked on.
struct Room(tokio::sync::OwnedSemaphorePermit);

/// Sees to it that a body of a length has room, unless those of others take all of it.
fn make_room(request: &HttpRequest, length: usize) -> Result<(), Problem> {
    let needed = length.saturating_sub(SHORT).div_ceil(1024);
    let mut extensions = request.extensions_mut();
    let room = extensions.get_mut::<Room>();
    let has = room.as_ref().map_or(0, |room| room.0.num_permits());
    if needed <= has {
        return Ok(());
    }
    let state = request.app_data::<web::Data<AppState>>();
    let state = state.ok_or_else(|| Problem::of(Kind::Internal))?;
    let more = u32::try_from(needed - has).unwrap_or(u32::MAX);
    let taken = Arc::clone(&state.bodies).try_acquire_many_owned(more);
    let taken = taken.map_err(|_| Problem::of(Kind::Unavailable))?;
    match room {
        Some(room) => room.0.merge(taken),
        None => drop(extensions.insert(Room(taken))),
    }
    Ok(())
}

/// The media type of a body, and the value of a parameter of it.
pub fn media_type(request: &HttpRequest, parameter: &str) -> (String, Option<String>) {
    let kind = request.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let mut parts = kind.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let value = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim_matches('"');
        name.eq_ignore_ascii_case(parameter)
            .then(|| value.to_owned())
    });
    (essence, value)
}

/// A body that cannot be read, for a reason that the texts know.
fn malformed(reason: &str) -> Problem {
    Problem::of(Kind::MalformedRequest).with("reason", reason)
}

/// Refuses a body that is not JSON.
pub fn check_media_type(request: &HttpRequest) -> Result<(), Problem> {
    let (essence, _) = media_type(request, "charset");
    let patch = request.method() == actix_web::http::Method::PATCH
        && essence == "application/merge-patch+json";
    if essence == "application/json" || patch {
        return Ok(());
    }
    Err(Problem::of(Kind::UnsupportedMediaType).with("supported", "application/json"))
}

/// How many values a body may have: one of 2 MB could have a million, and each takes a hundred times its length in memory.
const MOST_VALUES: usize = 10_000;

/// How many values JSON has at the most, told without reading it.
fn values_in(bytes: &[u8]) -> usize {
    let (mut values, mut in_text, mut escaped) = (1, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b',' | b'[' | b'{' if !in_text => values += 1,
            _ => {}
        }
    }
    values
}

/// Reads JSON strictly. The first fault of shape is reported with its place; faults of values, and what is missing, come
/// later, all at once.
pub fn parse<T: Serialize + DeserializeOwned + ToSchema>(bytes: &[u8]) -> Result<Body<T>, Problem> {
    if values_in(bytes) > MOST_VALUES {
        return Err(malformed("values"));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let (read, names) = link::named(|| serde_path_to_error::deserialize(&mut reader));
    let (value, missing, links) = match read {
        Ok(value) => {
            reader.end().map_err(|_| malformed("trailing"))?;
            let links = match names.is_empty() {
                true => None,
                false => serde_json::from_slice(bytes).ok(),
            };
            (value, Vec::new(), links.map(|sent| Links { names, sent }))
        }
        Err(error) => mended(bytes, &error)?,
    };
    if let Some(pointer) = list_for_object(bytes, &value) {
        return Err(malformed("object").at(pointer, Rule::Type));
    }
    if let Some(pointer) = far_year(bytes, &value) {
        let refused = Problem::of(Kind::InvalidValues).faults(missing);
        return Err(refused.at(pointer, Rule::Range));
    }
    Ok(Body {
        value,
        missing,
        links,
    })
}

/// The same body, if it was only kept from being read by what it lacks, or by numbers such as `3.0`, which JSON Schema takes
/// for integers.
fn mended<T: DeserializeOwned + ToSchema>(
    bytes: &[u8],
    error: &serde_path_to_error::Error<serde_json::Error>,
) -> Result<(T, Vec<Fault>, Option<Links>), Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize::<_, Distinct>(&mut reader);
    let Distinct(mut sent) = read.map_err(|error| shape_fault(&error))?;
    reader.end().map_err(|_| malformed("trailing"))?;
    whole_numbers(&mut sent);
    let missing = stand_in::<T>(&mut sent);
    let (read, names) = link::named(|| serde_path_to_error::deserialize(&sent));
    match read {
        Ok(value) => Ok((value, missing, Some(Links { names, sent }))),
        // Nothing was mended: this is the first fault as it was sent.
        Err(_) if missing.is_empty() => Err(shape_fault(error)),
        Err(another) => Err(shape_fault(&another)),
    }
}

fn whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let float = number.as_f64().filter(|_| number.is_f64());
            let exact = float.filter(|float| float.fract() == 0.0 && float.abs() < 1e15);
            if let Some(exact) = exact {
                *value = Value::from(exact as i64);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(whole_numbers),
        Value::Object(map) => map.values_mut().for_each(whole_numbers),
        _ => {}
    }
}

/// Where a year has a sign or more than four digits. A text that only looks like such a date is refused with it.
fn far_year<T: Serialize>(bytes: &[u8], read: &T) -> Option<String> {
    fn find(value: &Value) -> Option<String> {
        match value {
            Value::String(text) => {
                let signed = text.strip_prefix(['+', '-'])?;
                let day = signed.split('T').next().unwrap_or_default();
                let parts: Vec<&str> = day.split('-').collect();
                let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
                let dated = matches!(parts[..], [year, month, day]
                    if year.len() >= 4 && month.len() == 2 && day.len() == 2);
                (dated && parts.iter().all(digits)).then(String::new)
            }
            Value::Array(items) => items
                .iter()
                .enumerate()
                .find_map(|(index, item)| find(item).map(|rest| format!("/{index}{rest}"))),
            Value::Object(map) => map.iter().find_map(|(name, item)| {
                find(item).map(|rest| format!("/{}{rest}", escaped(name)))
            }),
            _ => None,
        }
    }
    let suspicious = bytes
        .windows(2)
        .any(|pair| pair == b"\"+" || pair == b"\"-" || pair == b"\\u");
    if !suspicious {
        return None;
    }
    find(&serde_json::to_value(read).ok()?)
}

/// Where a list stands for an object: serde would take it, field by field.
fn list_for_object<T: Serialize>(bytes: &[u8], read: &T) -> Option<String> {
    fn differ(sent: &Value, read: &Value) -> Option<String> {
        let within = |step: &str, sent, read| {
            differ(sent, read).map(|rest| format!("/{}{rest}", escaped(step)))
        };
        match (sent, read) {
            (Value::Array(_), Value::Object(_)) => Some(String::new()),
            (Value::Array(sent), Value::Array(read)) => {
                let pairs = sent.iter().zip(read).enumerate();
                let mut pairs =
                    pairs.map(|(index, (sent, read))| within(&index.to_string(), sent, read));
                pairs.find_map(|found| found)
            }
            (Value::Object(sent), Value::Object(read)) => {
                let pairs = sent
                    .iter()
                    .filter_map(|(name, sent)| Some((name, sent, read.get(name)?)));
                let mut pairs = pairs.map(|(name, sent, read)| within(name, sent, read));
                pairs.find_map(|found| found)
            }
            _ => None,
        }
    }
    if !bytes.contains(&b'[') {
        return None;
    }
    let sent = serde_json::from_slice(bytes).ok()?;
    differ(&sent, &serde_json::to_value(read).ok()?)
}

fn shape_fault(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    if inner.is_syntax() || inner.is_eof() {
        return Problem::not_json(inner.line(), inner.column());
    }
    let text = inner.to_string();
    let mut pointer: String = error.path().iter().filter_map(segment).collect();
    let named = |text: &str| text.split('`').nth(1).map(str::to_owned);
    let rule = if text.starts_with("unknown field") {
        // The path ends at the object; the field is named in the message, unless the path ends at the field already.
        let step = named(&text).map(|field| format!("/{}", escaped(&field)));
        if let Some(step) = step.filter(|step| !pointer.ends_with(step)) {
            pointer += &step;
        }
        Rule::UnknownField
    } else if text.starts_with("duplicate field") {
        pointer = format!("{pointer}/{}", named(&text).unwrap_or_default());
        Rule::Duplicate
    } else if text.starts_with("unknown variant") {
        Rule::UnknownCode
    } else if text.starts_with("invalid type") || text.starts_with("invalid length") {
        // A list for an object, with too few members to be read field by field.
        Rule::Type
    } else {
        Rule::Format
    };
    malformed("shape").at(pointer, rule)
}

fn segment(segment: &serde_path_to_error::Segment) -> Option<String> {
    match segment {
        serde_path_to_error::Segment::Seq { index } => Some(format!("/{index}")),
        serde_path_to_error::Segment::Map { key } => Some(format!("/{}", escaped(key))),
        _ => None,
    }
}
