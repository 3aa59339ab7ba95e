//! Keeps the picture in `docs/architecture.md` true.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of `src`, floor by floor from the top. A room may use those on the floors below its own, and
/// none of those beside it.
const FLOORS: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["config"],
    &["front", "reload"],
    &["control"],
    &["engine"],
    &["journal", "presets"],
    &["api"],
    &["world", "rules", "scenario"],
    &["vocabulary"],
];

/// Crates that are named in one room only, so that they can be replaced there.
const BEHIND_DOORS: &[(&str, &[&str])] = &[
    ("warp", &["front"]),
    ("hyper", &["front"]),
    ("hyper_util", &["front"]),
    ("notify", &["reload"]),
    ("pest", &["scenario"]),
    ("pest_derive", &["scenario"]),
    ("clap", &["cli", "main"]),
];

#[test]
fn every_room_has_its_floor() {
    for file in sources() {
        assert!(
            file.room == "lib" || floor(&file.room).is_some(),
            "{} is in no room that this test knows",
            file.path.display()
        );
    }
}

#[test]
fn arrows_point_only_down() {
    let arrows = sources().into_iter().flat_map(|file| {
        let wrong = file
            .uses()
            .into_iter()
            .filter(|used| !points_down(&file.room, used));
        let wrong: Vec<_> = wrong
            .map(|used| format!("{} uses {used}", file.path.display()))
            .collect();
        wrong
    });
    let wrong: Vec<_> = arrows.collect();
    assert!(
        wrong.is_empty(),
        "arrows that do not point down:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn crates_of_the_edges_stay_at_the_edges() {
    for file in sources() {
        for (name, rooms) in BEHIND_DOORS {
            assert!(
                rooms.contains(&file.room.as_str()) || !file.code.contains(&format!("{name}::")),
                "{} names the crate {name}, which belongs to {rooms:?}",
                file.path.display()
            );
        }
    }
}

#[test]
fn the_architecture_page_names_what_exists_and_every_room() {
    let page =
        fs::read_to_string(root().join("docs/architecture.md")).expect("docs/architecture.md");
    let named: BTreeSet<&str> = page
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| is_path(word))
        .collect();
    for path in &named {
        assert!(
            root().join(path).exists(),
            "docs/architecture.md names {path}, which is not there"
        );
    }
    let rooms: BTreeSet<String> = sources().into_iter().map(|file| file.room).collect();
    for room in rooms {
        let paths = [format!("src/{room}/"), format!("src/{room}.rs")];
        assert!(
            paths.iter().any(|path| named.contains(path.as_str())),
            "docs/architecture.md does not name src/{room}"
        );
    }
}

#[test]
fn paths_are_found_in_all_their_forms() {
    let file = File {
        path: PathBuf::new(),
        room: "rules".into(),
        depth: 2,
        code: "use crate::engine::{Cell, Sim};\nuse crate::{api::Call, world::{self, clock}};\n\
               use super::super::journal::Entry;\nlet a = crate::front::serve(); use super::index::List;"
            .into(),
    };
    let expected = ["api", "engine", "front", "journal", "world"];
    assert_eq!(file.uses(), expected.map(str::to_owned).into());
    assert!(points_down("engine", "world") && points_down("rules", "rules"));
    assert!(!points_down("world", "rules") && !points_down("world", "engine"));
}

fn points_down(from: &str, to: &str) -> bool {
    from == to || from == "lib" || floor(from) < floor(to)
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// Whether a quoted word of the page is meant as a path of this repository.
fn is_path(word: &str) -> bool {
    let endings = [".rs", ".md", ".toml", ".pest", ".scn"];
    !word.starts_with('/')
        && !word.contains(char::is_whitespace)
        && (word.contains('/') || endings.iter().any(|ending| word.ends_with(ending)))
}

/// A source file of the program.
struct File {
    path: PathBuf,
    /// The module of the crate's root that it belongs to.
    room: String,
    /// How many modules deep it is.
    depth: usize,
    /// Its text without comments.
    code: String,
}

impl File {
    fn read(path: &Path) -> Self {
        let below = path
            .strip_prefix(root().join("src"))
            .expect("a path below src");
        let mut modules: Vec<String> = below
            .with_extension("")
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        modules.pop_if(|last| last == "mod");
        let text = fs::read_to_string(path).expect("a source file");
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        Self {
            path: path.to_owned(),
            room: modules[0].clone(),
            depth: modules.len(),
            code: code.collect::<Vec<_>>().join("\n"),
        }
    }

    /// The rooms that it names.
    fn uses(&self) -> BTreeSet<String> {
        let from_root = self.code.split("crate::").skip(1).flat_map(heads);
        let climb = "super::".repeat(self.depth);
        let by_climbing = self.code.split(&climb).skip(1).flat_map(heads);
        let rooms = from_root
            .chain(by_climbing)
            .filter(|name| floor(name).is_some());
        rooms.map(str::to_owned).collect()
    }
}

/// The first names of what follows `crate::`: one, or several in braces.
fn heads(rest: &str) -> Vec<&str> {
    let Some(group) = rest.strip_prefix('{') else {
        return vec![name(rest)];
    };
    let mut depth = 0;
    let is_separator = |character: char| {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth < 0 || depth == 0 && character == ','
    };
    let end = group.find("};").map_or(group.len(), |end| end + 1);
    group[..end]
        .split(is_separator)
        .map(|item| name(item.trim_start()))
        .collect()
}

fn name(text: &str) -> &str {
    let is_end = |character: char| !(character.is_alphanumeric() || character == '_');
    text.split(is_end).next().unwrap_or_default()
}

fn sources() -> Vec<File> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of src") {
            let path = entry.expect("an entry of src").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(File::read(&path));
            }
        }
    }
    files
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
