//! The document (OpenAPI), generated from the handlers without a database.

use actix_web::{App, HttpResponse, get, web};
use domain::access::permission::ReadPublic;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::Require;
use crate::bounds::bounded;
use crate::problem::{FaultBody, ProblemBody, ReadProblems};
use crate::{
    auth, health, import, institution, partnership, problem, report, signatory, vocabulary,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Partnerstwo",
        description = "Records, counts and accounts for the work of local partnerships for the social economy.\n\n\
            Lists answer `{items, next}`; follow `next` until it is null. Writes take the `ETag` that was read in \
            `If-Match`, creations an `Idempotency-Key`. Problems are RFC 9457. `Accept-Language` chooses Polish \
            (default) or English texts.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(name = "Partnerstwo", url = "https://partnerstwo.example/")
    ),
    servers((url = "/", description = "This server (local or production: the document is served by the server it describes)")),
    tags(
        (name = "Sign-in", description = "Access tokens and the signed-in account"),
        (name = "Institutions", description = "Institutions, shared by all partnerships"),
        (name = "Partnerships", description = "Local partnerships for the social economy"),
        (name = "Signatories", description = "Who signed the agreement, on any day"),
        (name = "Imports", description = "Loading data files"),
        (name = "Reports", description = "What a partnership did, counted and worded"),
        (name = "Vocabularies", description = "Coded lists with Polish and English labels"),
        (name = "System", description = "Health, problems and this document")
    ),
    components(schemas(ProblemBody, FaultBody)),
    modifiers(&Bearer)
)]
struct Base;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("Access token from `/api/v1/auth/login`: a JWT by RFC 9068 and the best practices of RFC8725 (EdDSA, 10 minutes). \
                 The scope is the permission that is needed."))
            .build();
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// Every route. The caller adds the state.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(auth::login)
        .service(auth::read_me)
        .service(institution::list_institutions)
        .service(institution::create_institution)
        .service(institution::read_institution)
        .service(institution::update_institution)
        .service(institution::delete_institution)
        .service(partnership::list_partnerships)
        .service(partnership::create_partnership)
        .service(partnership::read_partnership)
        .service(partnership::update_partnership)
        .service(partnership::delete_partnership)
        .service(signatory::list_signatories)
        .service(signatory::create_signatory)
        .service(signatory::read_signatory)
        .service(signatory::update_signatory)
        .service(signatory::delete_signatory)
        .service(import::create_import)
        .service(report::read_activity_report)
        .service(vocabulary::list_vocabularies)
        .service(vocabulary::read_vocabulary)
        .service(problem::list_problems)
        .service(problem::read_problem)
        .service(health::read_liveness)
        .service(health::read_readiness)
        .service(read_document);
}

/// The document of every route.
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, document) = App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(configure)
        .split_for_parts();
    document
}

/// The document as it stands in the repository.
pub fn document_json() -> String {
    let mut json = serde_json::to_string_pretty(&bounded(&document())).unwrap_or_default();
    json.push('\n');
    json
}

/// Read this document.
///
/// OpenAPI 3.1, generated from the code that serves it.
#[utoipa::path(
    tag = "System",
    responses((status = 200, description = "OpenAPI 3.1", body = Object), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/openapi.json")]
pub async fn read_document(_: Require<ReadPublic>, json: web::Data<DocumentJson>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(json.0.clone())
}

/// The document, written once.
pub struct DocumentJson(pub String);
