use std::process::ExitCode;

fn main() -> ExitCode {
    mimic::cli::run()
}
