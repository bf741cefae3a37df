//! Whether the server lives and can serve.

use std::time::Duration;

use actix_web::{HttpResponse, get, web};
use domain::access::permission::ReadPublic;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Require;
use crate::problem::{Halt, ReadProblems};
use crate::state::AppState;

/// How long the database may take to show that it is ready; some time is left to answer within 2 seconds.
const ANSWER_TIME: Duration = Duration::from_millis(1_500);

/// A state of health.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthOut {
    /// Always `ok`; otherwise the answer is a problem.
    #[schema(example = "ok")]
    pub status: String,
}

fn ok() -> HttpResponse {
    HttpResponse::Ok().json(HealthOut {
        status: "ok".to_owned(),
    })
}

/// Say whether the process lives.
///
/// Asks nothing of the database.
#[utoipa::path(
    tag = "System",
    responses((status = 200, description = "It lives", body = HealthOut), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/health/live")]
pub async fn read_liveness(_: Require<ReadPublic>) -> HttpResponse {
    ok()
}

/// Say whether requests can be served.
///
/// They can when the database answers within 2 seconds and takes writes: one that is a standby, has no room left or fails
/// to write is not ready, though reading may work.
#[utoipa::path(
    tag = "System",
    responses((status = 200, description = "It can serve", body = HealthOut), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/health/ready")]
pub async fn read_readiness(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Halt> {
    state.db.check_ready(ANSWER_TIME).await?;
    Ok(ok())
}
