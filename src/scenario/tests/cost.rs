//! What a large set costs. Run by hand: `cargo test --release cost -- --ignored --nocapture`.

use std::fmt::Write as _;
use std::time::Instant;

use super::*;

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

#[test]
#[ignore = "a measurement"]
fn ten_thousand_mocks() {
    for condition in [
        "where server.name == \"web-N\"",
        "where server.name ~ \"web-N-*\"",
        "on host 1",
    ] {
        let text = ten_thousand(condition);
        for _ in 0..3 {
            let start = Instant::now();
            let loaded = compile_text("a.scn", &text, &Plan::default());
            println!("{condition}: {:?}", start.elapsed());
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
