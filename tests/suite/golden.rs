//! Every finding as it is shown: `tests/golden/findings/CODE-what.scn`, and beside it what is said of it.
//! `BLESS=1 cargo test` writes the expected texts anew.

use std::fs;
use std::path::{Path, PathBuf};

use mimic::scenario::{DiskFiles, codes, load, render};
use mimic::vocabulary::diagnostic::Severity;

const FINDINGS: &str = "tests/golden/findings";

/// The files that are checked, sorted. Names are relative to the package, where tests run.
fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(FINDINGS).expect("the golden files are there");
    let mut cases: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the directory can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "txt"))
        .collect();
    cases.sort();
    cases
}

/// `M014` of `M014-unknown-command.scn`.
fn code_of(case: &Path) -> String {
    let name = case.file_name().expect("a file").to_string_lossy();
    name.split('-').next().unwrap_or_default().to_owned()
}

#[test]
fn findings_are_shown_as_expected() {
    let is_blessed = std::env::var_os("BLESS").is_some();
    let mut failures = Vec::new();
    for case in cases() {
        let findings = load(std::slice::from_ref(&case), &DiskFiles).findings;
        let shown = render::render_human(&findings, false);
        let expected = case.with_extension("txt");
        if is_blessed {
            fs::write(&expected, &shown).expect("a golden file can be written");
        }
        if fs::read_to_string(&expected).unwrap_or_default() != shown {
            failures.push(format!("{}:\n{shown}", case.display()));
        }
        let code = code_of(&case);
        if !findings.iter().any(|finding| finding.code == code) {
            failures.push(format!("{}: no {code}", case.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_code_has_a_golden_file() {
    let shown: Vec<String> = cases().iter().map(|case| code_of(case)).collect();
    for code in codes::ALL {
        assert!(shown.iter().any(|id| id == code.id), "{} has none", code.id);
    }
}

/// A finding that loses its place or its text on the way to another program helps nobody.
#[test]
fn json_has_one_object_for_each_finding() {
    let case = PathBuf::from(FINDINGS).join("M020-label-twice.scn");
    let findings = load(&[case], &DiskFiles).findings;
    let lines = render::render_json(&findings);
    let objects: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(objects.len(), 1);
    assert_eq!(
        objects[0],
        serde_json::json!({
            "file": "tests/golden/findings/M020-label-twice.scn",
            "line": 2, "column": 21, "end_line": 2, "end_column": 27,
            "related": [{
                "file": "tests/golden/findings/M020-label-twice.scn",
                "line": 1, "column": 22, "end_line": 1, "end_column": 28,
                "label": "first used here",
            }],
            "code": "M020",
            "severity": "error",
            "message": "the label `broken` is used twice",
            "label": "",
            "help": null,
        })
    );
}

#[test]
fn severities_are_those_of_the_table() {
    for case in cases() {
        for finding in load(&[case], &DiskFiles).findings {
            let code = codes::Code::named(finding.code).expect("a known code");
            assert_eq!(finding.severity, code.severity);
            assert!(
                finding.severity == Severity::Error || ["M041", "M049"].contains(&finding.code)
            );
        }
    }
}
