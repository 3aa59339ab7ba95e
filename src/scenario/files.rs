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

    /// The `.scn` files below a directory, sorted; `None` where the path is no directory.
    ///
    /// # Errors
    /// When the directory, or one in it, cannot be read.
    fn scenarios_below(&self, path: &Path) -> io::Result<Option<Vec<PathBuf>>>;
}

/// The files on disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct DiskFiles;

impl Files for DiskFiles {
    fn read(&self, path: &Path) -> io::Result<String> {
        fs::read_to_string(path)
    }

    fn scenarios_below(&self, path: &Path) -> io::Result<Option<Vec<PathBuf>>> {
        if !path.is_dir() {
            return Ok(None);
        }
        let mut found = Vec::new();
        collect(path, &mut found)?;
        found.sort();
        Ok(Some(found))
    }
}

/// Names that begin with a dot are left out: editors' leftovers, and the directories behind the links of a
/// mounted `ConfigMap`, which would show every file twice. Links to directories are not followed, so that
/// they can make no circle.
fn collect(directory: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "scn") && !path.is_dir() {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_gives_its_scenarios_sorted() -> io::Result<()> {
        let root = tempfile::tempdir()?;
        for name in ["b.scn", "a.scn", "sub/c.scn", "sub/notes.txt", ".hidden/d.scn"] {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap_or(root.path()))?;
            fs::write(path, "")?;
        }
        let found = DiskFiles.scenarios_below(root.path())?.unwrap_or_default();
        let names: Vec<_> = found.iter().filter_map(|path| path.strip_prefix(&root).ok()).collect();
        assert_eq!(names, ["a.scn", "b.scn", "sub/c.scn"].map(Path::new));
        assert!(DiskFiles.scenarios_below(&root.path().join("a.scn"))?.is_none());
        Ok(())
    }
}
