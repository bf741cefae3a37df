//! What commands say, in one place, for all of them: what becomes of a reader who has gone is decided here.

use std::fmt::Display;
use std::io::{ErrorKind, Write};

/// Why a command was not done.
pub type Failure = Box<dyn std::error::Error>;

/// Nobody reads on, as in `partnerstwo report ... | head -1`. It ends the command, quietly and as done.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads what is printed")]
pub struct ReaderGone;

/// Prints data on standard output: a line, or a text of several.
pub fn print(text: impl Display) -> Result<(), Failure> {
    print_file(format!("{text}\n").as_bytes())
}

/// Prints a file on standard output, as it is.
pub fn print_file(file: &[u8]) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    match output.write_all(file).and_then(|()| output.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(ReaderGone.into()),
        printed => Ok(printed?),
    }
}

/// Tells people something on standard error.
pub fn tell(text: impl Display) {
    #[expect(
        clippy::let_underscore_must_use,
        reason = "that nobody listens is no reason to stop"
    )]
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
