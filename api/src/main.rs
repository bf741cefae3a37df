//! The program; its commands are in `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    api::cli::run()
}
