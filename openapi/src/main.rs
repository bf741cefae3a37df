//! Prints the OpenAPI document: `cargo run -p openapi > openapi/openapi.json`.
#![expect(
    clippy::print_stdout,
    reason = "the document is what this program is for"
)]

fn main() {
    print!("{}", api::document_json());
}
