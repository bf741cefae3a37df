//! The documentation page: Swagger UI, with a form that signs in.

use actix_web::HttpResponse;
use actix_web::http::header::{ContentType, LOCATION};
use actix_web::web::{self, ServiceConfig};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// The page and what it loads, below `/docs/`.
pub fn configure(config: &mut ServiceConfig) {
    config
        .route("/docs", web::get().to(to_docs))
        .route("/docs/", web::get().to(page))
        .route("/docs/page.js", web::get().to(script))
        .service(SwaggerUi::new("/docs/{_:.*}").config(Config::from("/openapi.json")));
}

async fn to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((LOCATION, "/docs/"))
        .finish()
}

async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .body(include_str!("docs_page.html"))
}

async fn script() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .body(include_str!("docs_page.js"))
}
