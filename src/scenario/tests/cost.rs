//! What a large set costs. Run by hand: `cargo test --release cost -- --ignored --nocapture`.

use std::fmt::Write as _;

use super::*;
use crate::scenario::{gather, parse};

fn ten_thousand(condition: &str) -> String {
    let mut text = String::new();
    for number in 0..10_000 {
        let condition = condition.replace('N', &number.to_string());
        let _ = writeln!(
            text,
            "mock compute.get_server {condition} as m-{number} {{\n  fail 503 \"try later\" count 2\n  \
             then succeed delay 200ms\n}}"
        );
    }
    text
}

/// Milliseconds that this thread has run: what others do on the machine does not count.
fn processor_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat
        .split(' ')
        .next()
        .and_then(|first| first.parse::<f64>().ok());
    nanoseconds.unwrap_or(0.0) / 1e6
}

#[test]
#[ignore = "a measurement"]
fn ten_thousand_mocks() {
    for condition in [
        "where server.name == \"web-N\"",
        "where server.name ~ \"web-N-*\"",
        "on host 1",
    ] {
        let text = ten_thousand(condition);
        let source = gather::source("a.scn", &text);
        for _ in 0..3 {
            let start = processor_time();
            parse::parse(&source, &mut Vec::new());
            let tree = processor_time();
            let loaded = compile_text("a.scn", &text, &Plan::default());
            let all = processor_time();
            println!(
                "{condition}: tree {:.1} ms, all {:.1} ms",
                tree - start,
                all - tree
            );
            assert_eq!(
                codes(&loaded)
                    .iter()
                    .filter(|code| **code != "M039")
                    .count(),
                0
            );
        }
    }
}
