//! `mimic init`

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::say;

/// Write settings and a first scenario to begin with.
///
/// They are mimic.toml and scenarios/first.scn, and for CloudStack scenarios/data-centre.scn. What is there already is never overwritten.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Init {
    /// Where to; it is made if it is not there.
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// Whose cloud it is to resemble.
    #[arg(long, value_enum, default_value_t)]
    profile: Choice,
}

const EXAMPLES: &str = "\
Examples:
  mimic init                      a cloud like any OpenStack
  mimic init --profile rackspace  one like Rackspace's, with its catalog and its forms
  mimic init --profile cloudstack a data centre for CloudStack's clients, with ready keys
  mimic init mocks && cd mocks && mimic serve";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Choice {
    #[default]
    Openstack,
    Rackspace,
    Cloudstack,
}

impl Choice {
    /// What is written: where, and what.
    fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Choice::Openstack => &[
                ("mimic.toml", include_str!("openstack.toml")),
                ("scenarios/first.scn", include_str!("first.scn")),
            ],
            Choice::Rackspace => &[
                ("mimic.toml", include_str!("rackspace.toml")),
                ("scenarios/first.scn", include_str!("first.scn")),
            ],
            Choice::Cloudstack => &[
                ("mimic.toml", include_str!("cloudstack.toml")),
                ("scenarios/first.scn", include_str!("cloudstack-first.scn")),
                ("scenarios/data-centre.scn", include_str!("data-centre.scn")),
            ],
        }
    }
}

impl Init {
    pub(super) fn run(self) -> Result<(), Failure> {
        let files = self.profile.files();
        let paths = files.iter().map(|(name, _)| self.folder.join(name));
        let paths: Vec<PathBuf> = paths.collect();
        if let Some(path) = paths.iter().find(|path| path.exists()) {
            return Err(Failure::Stuck(format!(
                "{} is there already, and nothing was written; choose another folder",
                path.display()
            )));
        }
        for (path, (_, text)) in paths.iter().zip(files) {
            write(path, text).map_err(|error| {
                Failure::Stuck(format!("cannot write {}: {error}", path.display()))
            })?;
            say(&format!("wrote {}\n", path.display()));
        }
        say("`mimic serve` in that folder starts it.\n");
        Ok(())
    }
}

/// Writes a file that is not there yet, with the folders above it.
fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}
