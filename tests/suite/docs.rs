//! Every example in the documentation is compiled, and what it says of the code is compared with it.

use std::fs;
use std::process::Command;

use mimic::config::Config;
use mimic::scenario::{compile_text, render};
use mimic::vocabulary::plan::Plan;

/// A fenced block of a page.
struct Example {
    page: String,
    line: usize,
    /// What stands after the fence: `scn`, `scn,error`.
    kind: String,
    text: String,
}

fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    for entry in fs::read_dir("docs").expect("the documentation is there") {
        let path = entry.expect("the directory can be read").path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let text = fs::read_to_string(&path).expect("a page is text");
            blocks(&path.display().to_string(), &text, &mut examples);
        }
    }
    examples
}

fn blocks(page: &str, text: &str, examples: &mut Vec<Example>) {
    let mut open: Option<Example> = None;
    for (number, line) in text.lines().enumerate() {
        match (&mut open, line.trim_start().strip_prefix("```")) {
            (None, Some(kind)) => {
                open = Some(Example {
                    page: page.to_owned(),
                    line: number + 2,
                    kind: kind.to_owned(),
                    text: String::new(),
                });
            }
            (Some(_), Some(_)) => examples.extend(open.take()),
            (Some(example), None) => {
                example.text.push_str(line);
                example.text.push('\n');
            }
            (None, None) => {}
        }
    }
}

#[test]
fn settings_are_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = |example: &Example| example.kind == "toml";
    let examples: Vec<Example> = examples().into_iter().filter(settings).collect();
    assert!(!examples.is_empty());
    for example in examples {
        let file = folder.path().join("mimic.toml");
        fs::write(&file, &example.text).expect("a file");
        let config = Config::load(&file);
        assert!(
            config.is_ok(),
            "{}:{}: {config:?}",
            example.page,
            example.line
        );
    }
}

#[test]
fn examples_are_right_and_those_of_errors_are_wrong() {
    let mut count = 0;
    for example in examples() {
        let place = format!("{}:{}", example.page, example.line);
        let loaded = compile_text(&place, &example.text, &Plan::default());
        let shown = render::render_human(&loaded.findings, false);
        match &*example.kind {
            "scn" => assert!(loaded.findings.is_empty(), "{shown}"),
            "scn,error" => assert!(!loaded.findings.is_empty(), "{place} has no finding"),
            _ => continue,
        }
        count += 1;
    }
    assert!(count > 20, "only {count} examples were found");
}

#[test]
fn the_table_of_what_is_supported_is_the_programs_own() {
    let output = Command::new(env!("CARGO_BIN_EXE_mimic"))
        .args(["commands", "--format", "markdown"])
        .output()
        .expect("mimic runs");
    let made = String::from_utf8(output.stdout).expect("text");
    let page = fs::read_to_string("docs/support.md").expect("docs/support.md");
    let remedy = "cargo run -- commands --format markdown > docs/support.md";
    assert!(
        page == made,
        "docs/support.md is stale; to make it anew:\n\n    {remedy}\n"
    );
}
