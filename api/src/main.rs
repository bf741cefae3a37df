//! The command line: `partnerstwo serve | migrate | account | openapi`.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
