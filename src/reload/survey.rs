//! What is on disk at one moment: which files, and what is in them.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, DirEntry, Metadata};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The endings of the files that a directory is searched for.
const ENDINGS: [&str; 2] = ["scn", "cfg"];

/// A clock tick of the file system, amply: two writes within it may leave the same time on a file.
const GRANULARITY: Duration = Duration::from_secs(1);

/// What can be seen of a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    size: u64,
    inode: Inode,
}

/// Tells a file or directory from another one that took its name.
pub(super) type Inode = (u64, u64);

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            modified: metadata.modified().ok(),
            size: metadata.len(),
            inode: inode(metadata),
        }
    }
}

fn inode(metadata: &Metadata) -> Inode {
    (metadata.dev(), metadata.ino())
}

/// The files of a set of paths, and the directories in which any change to them shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Survey {
    pub(super) files: BTreeMap<PathBuf, Stamp>,
    pub(super) directories: BTreeMap<PathBuf, Inode>,
}

impl Survey {
    /// Looks at `roots`, searching directories, and at `others`, the files that they refer to.
    pub(super) fn take(roots: &[PathBuf], others: &BTreeSet<PathBuf>) -> Self {
        let mut survey = Self::default();
        for path in roots.iter().chain(others) {
            survey.add_parents(path);
            match fs::metadata(path) {
                Ok(metadata) if metadata.is_dir() => survey.search(path, &metadata),
                Ok(metadata) => survey.add_file(path, &metadata),
                // It is gone, maybe for a moment: its absence is what the survey shows.
                Err(_) => {}
            }
        }
        survey
    }

    /// A directory that is replaced shows in its parent only; a symbolic link's target may change where it
    /// is. One level up is enough in practice: the rest is found by looking now and then.
    fn add_parents(&mut self, path: &Path) {
        let target = fs::canonicalize(path).ok();
        for path in [Some(path), target.as_deref()].into_iter().flatten() {
            let parent = match path.parent() {
                Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
                Some(parent) => parent,
                None => continue,
            };
            if let Ok(metadata) = fs::metadata(parent) {
                self.directories.insert(parent.to_owned(), inode(&metadata));
            }
        }
    }

    fn add_file(&mut self, path: &Path, metadata: &Metadata) {
        self.files.insert(tidy(path), Stamp::of(metadata));
    }

    /// Adds the files in a directory, without hidden ones. Directories in it are sets of their own.
    fn search(&mut self, directory: &Path, metadata: &Metadata) {
        self.directories
            .insert(directory.to_owned(), inode(metadata));
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            if !is_hidden(&entry.file_name()) {
                self.add_entry(&entry);
            }
        }
    }

    fn add_entry(&mut self, entry: &DirEntry) {
        let path = entry.path();
        if !is_scenario(&path) {
            return;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_symlink()) {
            self.add_parents(&path);
        }
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => self.add_file(&path, &metadata),
            Ok(_) | Err(_) => {}
        }
    }

    /// Whether a file could have changed once more without a trace in this survey.
    pub(super) fn is_fresh(&self) -> bool {
        let now = SystemTime::now();
        let is_fresh = |stamp: &Stamp| {
            stamp
                .modified
                .and_then(|modified| now.duration_since(modified).ok())
                .is_none_or(|age| age < GRANULARITY)
        };
        self.files.values().any(is_fresh)
    }

    /// Reads all files.
    pub(super) fn contents(&self) -> Contents {
        let hash = |path: &PathBuf| fs::read(path).ok().map(|bytes| Content::of(&bytes));
        let files = self.files.keys();
        Contents(
            files
                .filter_map(|path| Some((path.clone(), hash(path)?)))
                .collect(),
        )
    }
}

/// The path without `.`, so that a file has one name.
fn tidy(path: &Path) -> PathBuf {
    let components = path.components();
    components
        .filter(|component| *component != Component::CurDir)
        .collect()
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Whether a directory's file of that name is read.
pub(super) fn is_scenario(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.contains(&ending))
}

/// What was in the files when they were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Contents(BTreeMap<PathBuf, Content>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Content {
    hash: u64,
    is_empty: bool,
}

impl Content {
    fn of(bytes: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        Self {
            hash: hasher.finish(),
            is_empty: bytes.is_empty(),
        }
    }
}

impl Contents {
    /// Whether a file that had something in it now has nothing, or is gone. That is how a file looks
    /// while it is being replaced by a careless writer.
    pub(super) fn lost_some_of(&self, earlier: &Contents) -> bool {
        let had_something = earlier.0.iter().filter(|(_, content)| !content.is_empty);
        had_something
            .map(|(path, _)| path)
            .any(|path| match self.0.get(path) {
                Some(content) => content.is_empty,
                // It may be there, but no longer belong to the set.
                None => fs::metadata(path).is_err(),
            })
    }

    pub(super) fn file_count(&self) -> usize {
        self.0.len()
    }
}
