//! The files of a set: those given, those in directories, and those that they use.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::ast::{Item, Text};
use super::codes;
use super::files::Files;
use super::parse;
use crate::vocabulary::diagnostic::{Diagnostic, Location, Source};

/// The files of a set, sorted by path.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) scenarios: Vec<Arc<Source>>,
    pub(super) data_centres: Vec<Arc<Source>>,
    /// All that was looked for, also what was not found.
    pub(super) paths: Vec<PathBuf>,
}

/// Reads every file of the set.
pub(super) fn gather(
    paths: &[PathBuf],
    files: &dyn Files,
    findings: &mut Vec<Diagnostic>,
) -> Gathered {
    let mut gatherer = Gatherer {
        files,
        findings,
        gathered: Gathered::default(),
        seen: FxHashSet::default(),
        chain: Vec::new(),
    };
    for path in paths {
        gatherer.given(path);
    }
    let mut gathered = gatherer.gathered;
    gathered.scenarios.sort_by(|a, b| a.name.cmp(&b.name));
    gathered
}

struct Gatherer<'g> {
    files: &'g dyn Files,
    findings: &'g mut Vec<Diagnostic>,
    gathered: Gathered,
    /// The paths that were read, so that each is read once.
    seen: FxHashSet<PathBuf>,
    /// The files being read, each used by the one before.
    chain: Vec<PathBuf>,
}

impl Gatherer<'_> {
    fn given(&mut self, path: &Path) {
        match self.files.scenarios_in(path) {
            Ok(None) => self.file(path.to_owned(), None),
            Ok(Some(files)) => {
                for file in files {
                    self.file(file, None);
                }
            }
            Err(error) => self.unreadable(path, None, &error),
        }
    }

    /// Reads a file, and the files that it uses. `used_at` is where another file asks for it.
    fn file(&mut self, path: PathBuf, used_at: Option<Location>) {
        let path = tidy(&path);
        if self.chain.contains(&path) {
            return self.cycle(&path, used_at);
        }
        if !self.seen.insert(path.clone()) {
            return;
        }
        self.gathered.paths.push(path.clone());
        let text = match self.files.read(&path) {
            Ok(text) => text,
            Err(error) => return self.unreadable(&path, used_at, &error),
        };
        let source = source(&path.display().to_string(), &text);
        if path.extension().is_some_and(|extension| extension == "cfg") {
            self.gathered.data_centres.push(source);
            return;
        }
        self.chain.push(path.clone());
        self.used(&path, &source);
        self.chain.pop();
        self.gathered.scenarios.push(source);
    }

    fn used(&mut self, path: &Path, source: &Arc<Source>) {
        let base = path.parent().unwrap_or(Path::new(""));
        for text in uses(source) {
            let location = Location {
                source: source.clone(),
                span: text.span,
            };
            self.file(base.join(&*text.value), Some(location));
        }
    }

    fn cycle(&mut self, path: &Path, used_at: Option<Location>) {
        let start = self
            .chain
            .iter()
            .position(|known| known == path)
            .unwrap_or(0);
        let links = self.chain[start..]
            .iter()
            .map(PathBuf::as_path)
            .chain([path]);
        let names: Vec<String> = links.map(|link| link.display().to_string()).collect();
        let location = used_at.unwrap_or_else(|| nowhere(path));
        let message = "files use each other in a circle";
        let finding = codes::USE_CYCLE.at(location, message);
        self.findings.push(finding.label(names.join(" uses ")));
    }

    fn unreadable(&mut self, path: &Path, used_at: Option<Location>, error: &io::Error) {
        let reason = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            io::ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
            _ => error.to_string(),
        };
        let message = format!("{} cannot be read: {reason}", path.display());
        let location = used_at.unwrap_or_else(|| nowhere(path));
        self.findings.push(codes::UNREADABLE.at(location, message));
    }
}

/// A source without the mark that some editors put before a text.
pub(super) fn source(name: &str, text: &str) -> Arc<Source> {
    Source::new(name, text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The place of a file that has no text.
fn nowhere(path: &Path) -> Location {
    Location {
        source: Source::new(path.display().to_string(), ""),
        span: 0..0,
    }
}

/// The files that a file asks for. What is wrong in it is found when the whole set is read.
pub(super) fn uses(source: &Arc<Source>) -> Vec<Text<'_>> {
    if !may_use(&source.text) {
        return Vec::new();
    }
    let items = parse::parse(source, &mut Vec::new());
    let used = items.into_iter().filter_map(|item| match item {
        Item::Use(path) => Some(path),
        _ => None,
    });
    used.collect()
}

/// Whether a `use` may stand in the text: most files have none and are not read twice.
fn may_use(text: &str) -> bool {
    text.match_indices("use").any(|(offset, word)| {
        let is_word = !text[..offset].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let rest = text[offset + word.len()..].trim_start();
        is_word && rest.starts_with(['"', '#'])
    })
}

/// The path without `.` and, where that is safe, without `..`, so that a file has one name.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(tidy.components().next_back(), Some(Component::Normal(_))) =>
            {
                tidy.pop();
            }
            other => tidy.push(other),
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_name() {
        assert_eq!(tidy(Path::new("./a/./b/../c.scn")), Path::new("a/c.scn"));
        assert_eq!(tidy(Path::new("../c.scn")), Path::new("../c.scn"));
    }

    #[test]
    fn only_files_that_may_use_others_are_read_twice() {
        assert!(may_use("use \"a.scn\""));
        assert!(!may_use("where user == \"a\" and reuse \"x\""));
    }
}
