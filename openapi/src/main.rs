//! Prints the OpenAPI document: `cargo run -p openapi > openapi/openapi.json`.

use std::io::{ErrorKind, Result, Write};

fn main() -> Result<()> {
    let mut output = std::io::stdout().lock();
    let written = output.write_all(api::document_json().as_bytes());
    match written.and_then(|()| output.flush()) {
        // Whoever has read enough has got what they wanted.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
