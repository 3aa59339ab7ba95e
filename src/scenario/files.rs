//! Where the texts of scenarios come from. Everything else in this folder knows no disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Gives the files that are asked for.
pub trait Files {
    /// The text of a file.
    ///
    /// # Errors
    /// When there is none, or it is not text.
    fn read(&self, path: &Path) -> io::Result<String>;

    /// The `.scn` files in a directory, sorted; `None` where the path is no directory. Those in directories
    /// in it are not its own: a set of scenarios is one directory, and another set can stand in it.
    ///
    /// # Errors
    /// When the directory cannot be read.
    fn scenarios_in(&self, path: &Path) -> io::Result<Option<Vec<PathBuf>>>;
}

/// The files on disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct DiskFiles;

impl Files for DiskFiles {
    fn read(&self, path: &Path) -> io::Result<String> {
        fs::read_to_string(path)
    }

    fn scenarios_in(&self, path: &Path) -> io::Result<Option<Vec<PathBuf>>> {
        if !path.is_dir() {
            return Ok(None);
        }
        let mut found = Vec::new();
        for entry in fs::read_dir(path)? {
            let path = entry?.path();
            if is_scenario(&path) && !path.is_dir() {
                found.push(path);
            }
        }
        found.sort();
        Ok(Some(found))
    }
}

/// Names that begin with a dot are left out: they are editors' leftovers.
fn is_scenario(path: &Path) -> bool {
    let is_hidden = path
        .file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    !is_hidden && path.extension().is_some_and(|extension| extension == "scn")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_gives_its_scenarios_sorted() -> io::Result<()> {
        let root = tempfile::tempdir()?;
        for name in [
            "b.scn",
            "a.scn",
            "sub/c.scn",
            "sub/notes.txt",
            ".hidden/d.scn",
        ] {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap_or(root.path()))?;
            fs::write(path, "")?;
        }
        let found = DiskFiles.scenarios_in(root.path())?.unwrap_or_default();
        let names: Vec<_> = found
            .iter()
            .filter_map(|path| path.strip_prefix(&root).ok())
            .collect();
        assert_eq!(names, ["a.scn", "b.scn"].map(Path::new));
        assert!(
            DiskFiles
                .scenarios_in(&root.path().join("a.scn"))?
                .is_none()
        );
        Ok(())
    }
}
