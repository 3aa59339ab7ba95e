//! Mocks that hide others.

use super::*;

/// The codes found in a text.
fn found(text: &str) -> Vec<&'static str> {
    codes(&compile_text("a.scn", text, &Plan::default()))
}

#[test]
fn a_mock_that_passes_commands_on_hides_nothing() {
    let hidden = "mock StartCommand { delay 1s }";
    for first in [
        "fail count 2",
        "fail chance 99%",
        "fail skip 1",
        "fail count 1 then fail count 1",
    ] {
        assert_eq!(
            found(&format!("mock StartCommand {{ {first} }} {hidden}")),
            [""; 0],
            "{first}"
        );
    }
    for first in [
        "fail",
        "fail chance 100%",
        "fail count 1 then succeed count 1 then repeat",
    ] {
        assert_eq!(
            found(&format!("mock StartCommand {{ {first} }} {hidden}")),
            ["M039"],
            "{first}"
        );
    }
}

#[test]
fn a_mock_is_hidden_only_by_one_that_ranks_before_it() {
    let rules = [
        (
            r#"mock StartCommand { fail } mock StartCommand on host "host-1" { delay 1s }"#,
            0,
        ),
        (
            r#"mock StartCommand priority 1 { fail } mock StartCommand on host 1 { delay 1s }"#,
            1,
        ),
        ("mock agent.* { fail } mock StartCommand { delay 1s }", 0),
        (
            "mock * priority 1 { fail } mock StartCommand { delay 1s }",
            1,
        ),
        (
            r#"mock StartCommand { fail } mock StartCommand where attempt == 2 { delay 1s }"#,
            0,
        ),
        (
            "mock StartCommand where attempt == 2 { fail } mock StartCommand where attempt == 2 and \
          server.name == \"a\" { delay 1s }",
            1,
        ),
        (
            "scenario \"a\" { mock StartCommand { fail } } mock StartCommand { delay 1s }",
            0,
        ),
        (
            "mock StartCommand { fail } scenario \"a\" { mock StartCommand { delay 1s } }",
            1,
        ),
        (
            "scenario \"a\" { mock StopCommand { fail } } scenario \"b\" { mock StopCommand { fail } }",
            0,
        ),
    ];
    for (text, hidden) in rules {
        assert_eq!(found(text), vec!["M039"; hidden], "{text}");
    }
}

#[test]
fn conditions_that_can_be_true_are_not_reported() {
    for condition in [
        "server.name == \"a\" or server.name == \"b\"",
        "attempt >= 3 and attempt <= 3",
        "attempt > 1 and attempt != 2 and attempt < 3",
        "not server.name == \"a\" and not server.name == \"b\"",
        "server.name == \"5\" and server.name == 5",
        "server.name ~ \"a*\" and server.name =~ \"b$\"",
        "server.metadata.a == \"x\" and server.metadata.b == \"y\"",
    ] {
        assert_eq!(
            found(&format!("mock StartCommand where {condition} {{ fail }}")),
            [""; 0]
        );
    }
    for condition in [
        "not server.name exists and server.name == \"a\"",
        "(server.name == \"a\" and server.name != \"a\") or attempt in []",
        "server.name in [\"a\", \"b\"] and server.name ~ \"c*\"",
        "attempt == 1 and (attempt == 2 and server.name == \"a\")",
    ] {
        let text = format!("mock StartCommand where {condition} {{ fail }}");
        assert_eq!(found(&text), ["M035"], "{condition}");
    }
}

#[test]
fn a_broken_block_hides_nothing_after_it() {
    let text = "mock StartCommand { fail \"a }\n\
                mock StopCommand { respond { \"a\": [1, 2 } }\n\
                scenaro \"x\" { mock RebotCommand { fail } }\n\
                mock StartCommand where ( { fail }\n\
                mock DestroyCommand { fail count }";
    assert_eq!(
        found(text),
        ["M005", "M007", "M001", "M014", "M002", "M003", "M002"]
    );
}
