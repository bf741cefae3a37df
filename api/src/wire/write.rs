//! What every write shares: one transaction, `Idempotency-Key`, `If-Match`.

use std::cell::RefCell;
use std::future::{Ready, ready};

use actix_web::body::MessageBody;
use actix_web::http::header::{ETAG, HeaderName, IF_MATCH, LOCATION};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, dev, web};
use chrono::NaiveDate;
use domain::access::Actor;
use domain::fault::Fault;
use domain::record::Head;
use persistence::idempotency::{self, Answer, Claim};
use persistence::{RepoError, Tx};
use sha2::{Digest, Sha256};
use utoipa::IntoParams;
use uuid::Uuid;

use super::body::{Body, BodyDigest, told_with};
use super::keys::path_keys;
use crate::asked::Asked;
use crate::clock::{Clock, new_id};
use crate::problem::{Halt, Kind, Problem};
use crate::state::AppState;

/// Header of a creating request.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct WriteParams {
    /// Makes a retry safe: for 24 hours the same key and body replay the first answer.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 255,
        pattern = "^[!-~]+$",
        example = "5f0c1c1e-create-pup-zary"
    )]
    #[expect(dead_code, reason = "documents the header")]
    idempotency_key: Option<String>,
}

/// A request that writes.
pub struct Write {
    state: web::Data<AppState>,
    actor: Actor,
    asked: Asked,
    key: Option<String>,
    request: HttpRequest,
}

impl FromRequest for Write {
    type Error = Halt;
    type Future = Ready<Result<Self, Halt>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::of(request).map_err(Halt::from))
    }
}

impl Write {
    fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let state = request
            .app_data::<web::Data<AppState>>()
            .cloned()
            .ok_or_else(|| Problem::of(Kind::Internal))?;
        let actor = request.extensions().get::<Actor>().cloned();
        let key = match request.headers().get("idempotency-key") {
            None => None,
            Some(value) => {
                let key = value
                    .to_str()
                    .ok()
                    .filter(|key| (1..=255).contains(&key.len()))
                    .filter(|key| key.bytes().all(|byte| byte.is_ascii_graphic()));
                Some(
                    key.ok_or_else(|| Problem::parameter("Idempotency-Key"))?
                        .to_owned(),
                )
            }
        };
        Ok(Self {
            state,
            actor: actor.unwrap_or_default(),
            asked: Asked::of(request),
            key,
            request: request.clone(),
        })
    }

    /// The clock of the server.
    pub fn clock(&self) -> &Clock {
        &self.state.clock
    }

    /// Today, in Poland.
    pub fn today(&self) -> NaiveDate {
        self.state.clock.today()
    }

    /// The path, as it was sent.
    pub fn path(&self) -> &str {
        self.request.path()
    }

    /// The variable parts of the path.
    pub fn keys(&self) -> Result<Vec<String>, Problem> {
        path_keys(&self.request)
    }

    /// Begins the one transaction of the request. An answer stored under the same key is replayed here.
    pub async fn begin(&self) -> Result<WriteTx, Halt> {
        let WriteTx { tx, state, .. } = self.begin_once().await?;
        let claimed = match (self.actor.account, &self.key) {
            (Some(account), Some(key)) => {
                let claim = idempotency::claim(&tx, account, key, &self.fingerprint()).await;
                match claim.map_err(in_progress)? {
                    Claim::New => Some((account, key.clone())),
                    Claim::Answered(answer) => return Err(Halt::Replay(answer)),
                    Claim::Mismatch => return Err(Problem::of(Kind::KeyReused).into()),
                }
            }
            _ => None,
        };
        Ok(WriteTx {
            claimed,
            ..WriteTx::of(tx, state)
        })
    }

    /// The same where the answer must not be kept, because it holds a secret: a key is not looked at.
    pub async fn begin_once(&self) -> Result<WriteTx, Halt> {
        let origin = self.asked.origin(Some(&self.actor));
        let tx = self.state.db.begin(origin, self.state.clock.now()).await?;
        Ok(WriteTx::of(tx, self.state.clone()))
    }

    fn fingerprint(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        for part in [
            self.request.method().as_str(),
            self.request.path(),
            self.request.query_string(),
        ] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        }
        if let Some(BodyDigest(body)) = self.request.extensions().get::<BodyDigest>() {
            digest.update(body);
        }
        digest.finalize().into()
    }
}

/// Waiting for a key is waiting for the request that runs under it.
fn in_progress(error: RepoError) -> Problem {
    match error {
        RepoError::Busy => Problem::of(Kind::RequestInProgress),
        error => error.into(),
    }
}

/// The transaction of a write, with the key under which its answer is remembered.
pub struct WriteTx {
    tx: Tx,
    state: web::Data<AppState>,
    claimed: Option<(Uuid, String)>,
    /// What the body lacks that is being checked.
    missing: RefCell<Vec<Fault>>,
}

impl std::ops::Deref for WriteTx {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl WriteTx {
    fn of(tx: Tx, state: web::Data<AppState>) -> Self {
        Self {
            tx,
            state,
            claimed: None,
            missing: RefCell::default(),
        }
    }

    /// What the handler needs besides the database.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// An id for something new.
    pub fn new_id(&self) -> Uuid {
        new_id()
    }

    /// What a check makes of a body that lacks nothing; what is missing is told with all that the check finds wrong with the
    /// values. References that are missing are not looked up meanwhile.
    pub async fn checked<T, R>(
        &self,
        body: Body<T>,
        check: impl AsyncFnOnce(T) -> Result<R, Halt>,
    ) -> Result<R, Halt> {
        let (value, missing) = body.into_parts();
        let around = self.missing.replace(missing.clone());
        let checked = check(value).await;
        self.missing.replace(around);
        match checked {
            Err(Halt::Problem(problem)) => Ok(told_with(missing, Err(problem))?),
            Err(replay) => Err(replay),
            Ok(value) => Ok(told_with(missing, Ok(value))?),
        }
    }

    /// Whether a required field is missing from the body that is being checked, so that nothing can be said of what stands
    /// there.
    pub fn lacks(&self, pointer: &str) -> bool {
        let missing = self.missing.borrow();
        missing.iter().any(|fault| fault.pointer == pointer)
    }

    /// Stores the answer under its key, commits, and answers.
    pub async fn commit(self, answer: HttpResponse) -> Result<HttpResponse, Halt> {
        let Some((account, key)) = self.claimed else {
            self.tx.commit().await?;
            return Ok(answer);
        };
        let (head, body) = answer.into_parts();
        let bytes = body
            .try_into_bytes()
            .map_err(|_| Problem::of(Kind::Internal))?;
        let kept: [HeaderName; 3] = [LOCATION, ETAG, actix_web::http::header::CONTENT_TYPE];
        let headers = kept.iter().filter_map(|name| {
            let value = head.headers().get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        let stored = Answer {
            status: head.status().as_u16(),
            headers: headers.collect(),
            body: bytes.to_vec(),
        };
        idempotency::remember(&self.tx, account, &key, &stored).await?;
        self.tx.commit().await?;
        Ok(head.set_body(actix_web::body::BoxBody::new(bytes)))
    }
}

/// The longest `If-Match`: several tags of one record.
const IF_MATCH_LENGTH: usize = 200;

/// The version the caller read, from `If-Match`.
pub struct IfMatch(Option<String>);

impl FromRequest for IfMatch {
    type Error = Halt;
    type Future = Ready<Result<Self, Halt>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let value = request.headers().get(IF_MATCH);
        let value = value.map(|value| value.to_str().unwrap_or_default());
        ready(match value {
            Some(value) if value.len() > IF_MATCH_LENGTH => {
                Err(Problem::parameter("If-Match").into())
            }
            value => Ok(Self(value.map(str::to_owned))),
        })
    }
}

impl IfMatch {
    /// Missing is 428, another version 412. `*` matches whatever there is.
    pub fn check(&self, head: &Head) -> Result<(), Problem> {
        let given = self
            .0
            .as_deref()
            .ok_or_else(|| Problem::of(Kind::PreconditionRequired))?;
        let matches = given.split(',').map(str::trim).any(|tag| {
            tag == "*" || {
                // The version part alone: a writer may have read another language or view of the same version.
                let version = tag
                    .trim_start_matches("W/")
                    .trim_matches('"')
                    .split('-')
                    .next();
                version.and_then(|version| version.parse::<i32>().ok()) == Some(head.version)
            }
        });
        if matches {
            Ok(())
        } else {
            Err(Problem::of(Kind::Stale))
        }
    }
}

impl IntoParams for IfMatch {
    fn into_params(
        _: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
        use utoipa::openapi::{ObjectBuilder, Required, Type};
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .max_length(Some(IF_MATCH_LENGTH))
            .build();
        vec![
            ParameterBuilder::new()
                .name("If-Match")
                .parameter_in(ParameterIn::Header)
                .required(Required::True)
                .description(Some("ETag of the version that was read, of which the version alone is compared (`\"3\"` will do); `*` for any."))
                .schema(Some(schema))
                .example(Some(serde_json::json!("\"1-public\"")))
                .build(),
        ]
    }
}
