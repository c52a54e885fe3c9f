//! Parses the command line, does what it says, prints errors; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("off")).init();
    concurrency_lab::cli::run(std::env::args_os())
}
