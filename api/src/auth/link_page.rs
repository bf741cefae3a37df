//! The page to which links in mail lead where no frontend has one of its own.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use actix_web::{HttpResponse, get, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::access::link::LinkAction;
use domain::access::permission::ReadPublic;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::Require;
use crate::asked::Asked;
use crate::mail::WORDS;
use crate::problem::{Halt, Kind, Problem, ReadProblems};

const SCRIPT: &str = include_str!("link_page.js");
const STYLE: &str = "body{font:1.1rem/1.5 sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}\
    label,output,input,button{display:block;margin:.5rem 0}input{font:inherit;width:100%;box-sizing:border-box}\
    button{font:inherit;padding:.5rem 1rem}";

/// Nothing runs or styles the page but what is written here, and nothing but this server is asked.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src 'self'; base-uri 'none'; \
         frame-ancestors 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
});

/// Show the page of a link, for people.
///
/// Where `link_url` is not set, links in mail lead here: the page reads what stands after the `#`, says what it opens and, on
/// request, uses it. A frontend has a page of its own instead, which calls the same operations.
#[utoipa::path(
    tag = "Sign-in",
    params(("action" = String, Path, description = "Action of the link", max_length = 100, example = "accept_invitation")),
    responses((status = 200, description = "The page", body = String, content_type = "text/html"), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/links/{action}")]
pub async fn read_link_page(
    _: Require<ReadPublic>,
    asked: Asked,
    action: web::Path<String>,
) -> Result<HttpResponse, Halt> {
    let action = LinkAction::from_code(&action).ok_or_else(|| Problem::of(Kind::NotFound))?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8")
        .body(page(action, asked).into_string()))
}

fn page(action: LinkAction, asked: Asked) -> Markup {
    let text = |name: &str| WORDS.format(asked.language, "link-page", Some(name), &[]);
    let (path, title, sets_password) = match action {
        LinkAction::AcceptInvitation => ("/api/v1/auth/invitation", "invitation", true),
        LinkAction::ResetPassword => (
            "/api/v1/auth/password-reset/confirm",
            "password-reset",
            true,
        ),
        LinkAction::ConfirmNewEmail => ("/api/v1/auth/email/confirm", "confirm-new-email", false),
        LinkAction::ConfirmOldEmail => ("/api/v1/auth/email/confirm", "confirm-old-email", false),
    };
    let title = WORDS.format(asked.language, title, None, &[]);
    let half = if sets_password {
        text("done")
    } else {
        text("half")
    };
    html! {
        (DOCTYPE)
        html lang=(asked.language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body data-action=(action.code()) data-path=(path) data-done=(text("done")) data-half=(half)
                data-failed=(text("failed")) {
                main {
                    h1 { (title) }
                    form {
                        output {}
                        @if sets_password {
                            label for="password" { (text("password")) }
                            input id="password" name="password" type="password" autocomplete="new-password" minlength="12"
                                maxlength="1024" required;
                        }
                        button disabled { (if sets_password { text("set") } else { text("confirm") }) }
                    }
                    p role="status" { noscript { (text("noscript")) } }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}
