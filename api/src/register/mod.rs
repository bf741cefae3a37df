//! What public registers say of an institution: asked for by who fills in a form, and never by what is written.

mod answer;
mod krs;
mod registers;
mod regon;
mod wire;

use actix_web::{HttpResponse, get, web};
use domain::access::permission::WriteInstitutions;

use crate::auth::Require;
use crate::problem::{Halt, RegisterProblems};
use crate::state::AppState;

pub use registers::Registers;
pub use wire::{Register, RegisterEntryOut};

/// Look an institution up in a public register.
///
/// To fill in a form: the fields are called like those of the body that records an institution, and hold what the register says, often
/// in capital letters. Nothing is stored. A register is asked only where the settings name it (409 otherwise), and no write waits for
/// one: without an answer (503) an institution is recorded all the same. What is no number, or none of the register, is 404.
#[utoipa::path(
    tag = "Registers",
    params(
        ("register" = Register, Path, description = "`krs`: the court register; `regon`: the register of entities of the economy", example = "krs"),
        ("number" = String, Path, description = "The number there: KRS of 10 digits, REGON of 9 or 14", max_length = 14, example = "0009900001")
    ),
    responses((status = 200, description = "What the register says", body = RegisterEntryOut), RegisterProblems),
    security(("bearer" = [WriteInstitutions]))
)]
#[get("/api/v1/registers/{register}/{number}")]
pub async fn read_register_entry(
    _: Require<WriteInstitutions>,
    state: web::Data<AppState>,
    asked: web::Path<(Register, String)>,
) -> Result<HttpResponse, Halt> {
    let (register, number) = asked.into_inner();
    let entry = state.registers.ask(register, &number).await?;
    Ok(HttpResponse::Ok().json(entry))
}
