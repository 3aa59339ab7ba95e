//! The command line: one file per sub-command.

mod admin;
mod check;
mod commands;
mod export;
mod failure;
mod init;
mod mock;
mod serve;
mod simulator;
mod tick;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

pub use export::client_environment;

/// A cloud that you can break on purpose.
///
/// Answers the APIs of OpenStack, Rackspace and CloudStack from memory, to clients that need not be changed. What
/// fails, when and where is written in .scn files; without any, everything works.
#[derive(Debug, Parser)]
#[command(name = "mimic", version, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  mimic serve                       a cloud where everything works
  mimic serve scenarios/            one that fails as the files in scenarios/ say
  mimic init                        settings and a first scenario to begin with
  mimic check scenarios/            find everything that is wrong in them
  mimic commands --service compute  what a mock can be for
  mimic mock add 'mock StartCommand on host \"host-1\" { fail \"no capacity\" count 1 }'
  mimic tick 90s                    let time pass";

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Init(init::Init),
    Check(check::Check),
    Commands(commands::Commands),
    Tick(tick::Tick),
    Mock(mock::Mock),
}

/// How output is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For reading.
    #[default]
    Human,
    /// For programs.
    Json,
}

/// Runs the sub-command that the arguments of this process name.
///
/// The exit code is 0 when all went well, 1 when there are findings, 2 when it could not run.
pub fn run() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Serve(serve) => serve.run(),
        Command::Init(init) => init.run(),
        Command::Check(check) => check.run(),
        Command::Commands(commands) => commands.run(),
        Command::Tick(tick) => tick.run(),
        Command::Mock(mock) => mock.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            failure.exit_code()
        }
    }
}

/// Writes to standard output at once. Nobody may be reading any more, which is no error.
fn say(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
    let _ = io::stdout().flush();
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_defined() {
        super::Cli::command().debug_assert();
    }
}
