//! `mimic mock`

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use http::Method;
use serde_json::Value;

use super::admin::{Body, Server, path_segment};
use super::failure::Failure;
use super::{Format, say};

/// List, add and remove the mocks of a running simulator.
#[derive(Debug, Args)]
pub(super) struct Mock {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(List),
    Add(Add),
    Rm(Remove),
}

/// List the live mocks, with how often each has served.
#[derive(Debug, Args)]
struct List {
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    server: Server,
}

/// Add mocks, written as in a .scn file, and print their ids.
///
/// They go before those from files, and last until they are removed or the world is reset.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mimic mock add 'mock compute.create_server { fail 503 \"try later\" count 2 }'
  mimic mock add --file more.scn")]
struct Add {
    /// The mocks.
    #[arg(required_unless_present = "file", conflicts_with = "file")]
    text: Option<String>,
    /// The file that they are in; - for standard input.
    #[arg(long, short)]
    file: Option<PathBuf>,
    #[command(flatten)]
    server: Server,
}

/// Remove mocks.
#[derive(Debug, Args)]
struct Remove {
    /// Their ids, as `mimic mock list` shows them.
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    server: Server,
}

impl Mock {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self.action {
            Action::List(list) => list.run(),
            Action::Add(add) => add.run(),
            Action::Rm(remove) => remove.run(),
        }
    }
}

impl List {
    fn run(self) -> Result<(), Failure> {
        let answer = self.server.ask(Method::GET, "mocks", None)?;
        match self.format {
            Format::Json => say(&format!("{:#}\n", answer.unwrap_or_default())),
            Format::Human => say(&mocks(answer.as_ref()).map(line).collect::<String>()),
        }
        Ok(())
    }
}

impl Add {
    fn run(self) -> Result<(), Failure> {
        let text = match (self.text, &self.file) {
            (Some(text), _) => text,
            (None, Some(path)) => read_text(path)?,
            (None, None) => String::new(),
        };
        let answer = self
            .server
            .ask(Method::POST, "mocks", Some(Body::text(text)))?;
        for mock in mocks(answer.as_ref()) {
            say(&format!("{}\n", field(mock, "/id")));
        }
        Ok(())
    }
}

impl Remove {
    fn run(self) -> Result<(), Failure> {
        self.ids.iter().try_for_each(|id| {
            let path = format!("mocks/{}", path_segment(id));
            self.server.ask(Method::DELETE, &path, None).map(drop)
        })
    }
}

fn read_text(path: &Path) -> Result<String, Failure> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    text.map_err(|error| Failure::Stuck(format!("cannot read {}: {error}", path.display())))
}

fn mocks(answer: Option<&Value>) -> impl Iterator<Item = &Value> {
    let mocks = answer.and_then(|answer| answer.get("mocks")?.as_array());
    mocks.into_iter().flatten()
}

/// `ID  served 2, 1 left  TEXT  (ORIGIN)`
fn line(mock: &Value) -> String {
    let left = match mock.pointer("/state/remaining") {
        None | Some(Value::Null) => String::new(),
        Some(left) => format!(", {left} left"),
    };
    format!(
        "{}  served {}{left}  {}  ({})\n",
        field(mock, "/id"),
        field(mock, "/state/served"),
        field(mock, "/text"),
        origin(mock)
    )
}

/// `a.scn:3`, or `admin #2` for one that a request made.
fn origin(mock: &Value) -> String {
    let field = |name| field(mock, name);
    match mock.pointer("/origin/file") {
        Some(_) => format!("{}:{}", field("/origin/file"), field("/origin/line")),
        None => format!("{} #{}", field("/origin/via"), field("/origin/sequence")),
    }
}

fn field(mock: &Value, place: &str) -> String {
    match mock.pointer(place) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "-".to_owned(),
    }
}
