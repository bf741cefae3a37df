//! What other systems need to get tokens (RFC 8414) and to verify them (RFC 7517, RFC 8037).

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};
use domain::access::Permission;
use domain::access::permission::ReadPublic;
use serde::Serialize;
use utoipa::ToSchema;

use super::Require;
use crate::problem::{Halt, Problem, ReadProblems};
use crate::state::AppState;

/// For how long an answer may be kept. A key that nobody knows is a reason to ask again at once.
const KEPT: &str = "public, max-age=300";

/// A public key (RFC 8037).
#[derive(Debug, Serialize, ToSchema)]
pub struct JwkOut {
    /// Always `OKP`.
    #[schema(example = "OKP")]
    pub kty: String,
    /// Always `Ed25519`.
    #[schema(example = "Ed25519")]
    pub crv: String,
    /// Always `EdDSA`.
    #[schema(example = "EdDSA")]
    pub alg: String,
    /// Always `sig`.
    #[schema(rename = "use", example = "sig")]
    #[serde(rename = "use")]
    pub usage: String,
    /// The `kid` of the tokens it signed.
    #[schema(example = "0198c0de-0000-7000-8000-000000000041")]
    pub kid: String,
    /// The key.
    #[schema(example = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")]
    pub x: String,
}

/// The keys with which tokens are verified (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
pub struct JwksOut {
    /// The one that signs first.
    #[schema(max_items = 100)]
    pub keys: Vec<JwkOut>,
}

/// Where tokens are had, and for what (RFC 8414).
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthorizationServerOut {
    /// The `iss` and `aud` of the tokens.
    #[schema(example = "https://partnerstwo.example")]
    pub issuer: String,
    /// Where services get tokens.
    #[schema(example = "https://partnerstwo.example/oauth/token")]
    pub token_endpoint: String,
    /// Where the keys are.
    #[schema(example = "https://partnerstwo.example/.well-known/jwks.json")]
    pub jwks_uri: String,
    /// Always `client_credentials`.
    #[schema(max_items = 10, example = json!(["client_credentials"]))]
    pub grant_types_supported: Vec<String>,
    /// How clients authenticate.
    #[schema(max_items = 10, example = json!(["client_secret_basic", "client_secret_post"]))]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// None: nobody is sent here to sign in.
    #[schema(max_items = 10, example = json!([]))]
    pub response_types_supported: Vec<String>,
    /// Every permission.
    #[schema(max_items = 100, example = json!(["public:read", "internal:read"]))]
    pub scopes_supported: Vec<String>,
    /// This document, for people.
    #[schema(example = "https://partnerstwo.example/docs/")]
    pub service_documentation: String,
}

/// Read the keys with which tokens are verified.
///
/// A token of this server is verified with these alone: EdDSA, `typ` `at+jwt`, `iss` and `aud` of the metadata.
#[utoipa::path(
    tag = "OAuth",
    responses((status = 200, description = "The keys", body = JwksOut), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/.well-known/jwks.json")]
pub async fn read_jwks(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Halt> {
    let keys = state.keys.public(&state.db, state.clock.now()).await;
    let shown = |key: super::keys::PublicKey| JwkOut {
        kty: "OKP".to_owned(),
        crv: "Ed25519".to_owned(),
        alg: "EdDSA".to_owned(),
        usage: "sig".to_owned(),
        kid: key.id.to_string(),
        x: key.x,
    };
    let keys = keys.map_err(Problem::from)?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, KEPT))
        .json(JwksOut {
            keys: keys.into_iter().map(shown).collect(),
        }))
}

/// Read where services get tokens.
///
/// Metadata of the authorization server (RFC 8414).
#[utoipa::path(
    tag = "OAuth",
    responses((status = 200, description = "The metadata", body = AuthorizationServerOut), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/.well-known/oauth-authorization-server")]
pub async fn read_authorization_server(
    _: Require<ReadPublic>,
    state: web::Data<AppState>,
) -> HttpResponse {
    let issuer = state.config.public_url();
    let text = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, KEPT))
        .json(AuthorizationServerOut {
            token_endpoint: format!("{issuer}/oauth/token"),
            jwks_uri: format!("{issuer}/.well-known/jwks.json"),
            grant_types_supported: text(&["client_credentials"]),
            token_endpoint_auth_methods_supported: text(&[
                "client_secret_basic",
                "client_secret_post",
            ]),
            response_types_supported: Vec::new(),
            scopes_supported: Permission::ALL
                .iter()
                .map(|permission| permission.code().to_owned())
                .collect(),
            service_documentation: format!("{issuer}/docs/"),
            issuer,
        })
}
