//! Findings stand where a user would look.

use super::*;

/// Line, column and length of the first finding, after its code.
fn first(text: &str) -> (&'static str, usize, usize, usize) {
    let loaded = compile_text("a.scn", text, &Plan::default());
    let finding = loaded.findings.first().expect("something is wrong");
    let span = &finding.location.span;
    let (line, column) = finding.location.source.position(span.start);
    (finding.code, line, column, span.len())
}

#[test]
fn a_finding_points_at_the_word_that_is_wrong() {
    let cases = [
        ("\n\n  mok X { }", ("M001", 3, 3, 3)),
        ("mock StrtCommand { }", ("M014", 1, 6, 11)),
        ("mock StartCommand {\n  delay 200\n}", ("M023", 2, 9, 3)),
        ("mock StartCommand\n  on host \"h9\" { }", ("M036", 2, 6, 9)),
        (
            "mock StartCommand where server.nme == \"a\" { }",
            ("M015", 1, 25, 10),
        ),
        (
            "mock StartCommand { fail \"ü {{ server.nme }}\" }",
            ("M015", 1, 32, 10),
        ),
        (
            "mock StartCommand { fail \"\\t{{ server.nme }}\" }",
            ("M015", 1, 26, 20),
        ),
        ("mock StartCommand { fail }\n}", ("M004", 2, 1, 1)),
        (
            "mock StartCommand # a comment\n  where # another\n{ }",
            ("M002", 2, 3, 5),
        ),
        (
            "mock compute.get_server { respond { \"a\": 01 } }",
            ("M007", 1, 43, 1),
        ),
        ("mock StartCommand { fail \"a\\qb\" }", ("M006", 1, 29, 1)),
        ("expect nobody exactly 1", ("M019", 1, 8, 6)),
        (
            "mock StartCommand as a { fail count 1 }\nexpect a exactly 2",
            ("M040", 2, 1, 18),
        ),
    ];
    for (text, place) in cases {
        assert_eq!(first(text), place, "{text}");
    }
}
