//! What the README shows is checked: its scenarios by the program itself.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_scenarios_in_the_readme_are_clean() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let scenarios = scenarios();
    assert!(!scenarios.is_empty(), "the README shows no scenario");
    for (number, text) in scenarios.iter().enumerate() {
        fs::write(folder.path().join(format!("{number}.scn")), text).expect("a scenario file");
    }
    let mimic = env!("CARGO_BIN_EXE_mimic");
    let output = Command::new(mimic)
        .arg("check")
        .arg(folder.path())
        .output()
        .expect("mimic runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// The fenced blocks that are marked as scenarios.
fn scenarios() -> Vec<String> {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    let readme = readme.expect("README.md");
    let blocks = readme
        .split("\n```scn\n")
        .skip(1)
        .filter_map(|rest| rest.split("\n```").next());
    blocks.map(str::to_owned).collect()
}
