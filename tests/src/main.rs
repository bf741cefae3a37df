//! The program under test, for tests that start, kill or starve it as a process; everything else of this crate is in
//! `tests/api`.

use std::process::ExitCode;

fn main() -> ExitCode {
    api::cli::run()
}
