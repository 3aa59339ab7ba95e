//! `mimic commands`

mod support;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::failure::Failure;
use super::say;
use crate::vocabulary::command::{CommandId, CommandSpec, Plane, services};

/// List the commands that a mock can be for.
///
/// A command is what a client asks of the cloud (compute.create_server), or what the cloud asks of a host
/// (StartCommand). Those with a place can be selected by zone, pod, cluster or host.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  mimic commands --service agent\n  mimic commands --format json"
)]
pub(super) struct Commands {
    /// Only those of one service.
    #[arg(long, value_parser = PossibleValuesParser::new(services()))]
    service: Option<String>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How the commands are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For reading.
    #[default]
    Human,
    /// For programs.
    Json,
    /// For the documentation: docs/support.md is this.
    Markdown,
}

impl Commands {
    pub(super) fn run(self) -> Result<(), Failure> {
        let is_wanted = |spec: &&CommandSpec| {
            let service = self.service.as_deref();
            service.is_none_or(|service| service == spec.service)
        };
        let specs: Vec<&CommandSpec> = CommandId::all()
            .map(CommandId::spec)
            .filter(is_wanted)
            .collect();
        match self.format {
            Format::Human => say(&table(&specs)),
            Format::Json => say(&format!("{:#}\n", json(&specs))),
            Format::Markdown => say(&support::page(&specs)),
        }
        Ok(())
    }
}

fn table(specs: &[&CommandSpec]) -> String {
    let names = specs.iter().map(|spec| spec.name.len()).max().unwrap_or(0);
    let objects = specs
        .iter()
        .map(|spec| acts_on(spec).len())
        .max()
        .unwrap_or(0);
    let line = |spec: &&CommandSpec| {
        let place = if spec.has_place { "place" } else { "-" };
        let simulated = if spec.is_simulated {
            ""
        } else {
            " (not simulated)"
        };
        let (name, object) = (spec.name, acts_on(spec));
        format!(
            "{name:names$}  {object:objects$}  {place:5}  {}{simulated}\n",
            spec.about
        )
    };
    specs.iter().map(line).collect()
}

fn acts_on(spec: &CommandSpec) -> String {
    let words: Vec<&str> = spec.acts_on.iter().map(|subject| subject.word()).collect();
    match words.is_empty() {
        true => "-".to_owned(),
        false => words.join(","),
    }
}

fn json(specs: &[&CommandSpec]) -> Value {
    specs.iter().map(|spec| row(spec)).collect()
}

fn row(spec: &CommandSpec) -> Value {
    json!({
        "name": spec.name,
        "service": spec.service,
        "plane": match spec.plane {
            Plane::Api => "api",
            Plane::Agent => "agent",
        },
        "routes": spec.routes,
        "acts_on": spec.acts_on.iter().map(|subject| subject.word()).collect::<Vec<_>>(),
        "has_place": spec.has_place,
        "failure": (spec.failure > 0).then_some(spec.failure),
        "is_simulated": spec.is_simulated,
        "about": spec.about,
    })
}
